# setup | demo | run | test | faults | check | cover | bench: each does its own set-up.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
ROUNDS ?= 3

.PHONY: setup demo run test faults check cover format lock pictures bench

setup: .venv/ready

.venv/ready: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=python3.x" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv || { echo "If venv is missing: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

demo: setup
	PORT=$(PORT) $(BIN)/python main.py demo

run: setup
	$(BIN)/python main.py run

test: setup
	$(BIN)/python -m pytest -n auto -m "not faults"

faults: setup
	$(BIN)/python -m pytest -n auto -m faults

# Real processes on busy cores: what fails is tried once more, and named; what fails twice fails.
check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/python -m pytest -n auto --reruns 1 -rR

# What no test reaches; apart, for watching the lines makes tests half as slow again.
cover: setup
	$(BIN)/python -m pytest -n auto -m "not faults" --cov --cov-report=term

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The two contenders live in an environment of their own: they need other versions of what we use.
bench: setup .venv-bench/ready
	$(BIN)/python -m tests.bench --rounds $(ROUNDS)

.venv-bench/ready: requirements-bench.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	  -r requirements-bench.txt && touch $@ || echo "The contenders cannot be installed here: measured without them"

COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --no-strip-extras --allow-unsafe --no-header --no-emit-index-url \
  --no-emit-find-links --no-emit-trusted-host --no-emit-options --annotation-style=line
BENCH_EXTRA := import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["bench"], sep="\n")

lock:
	$(BIN)/python -m pip install --quiet pip-tools
	$(COMPILE) --extra dev -o requirements.txt pyproject.toml
	$(BIN)/python -c '$(BENCH_EXTRA)' | $(COMPILE) -o requirements-bench.txt -

pictures: setup
	PICTURES=1 $(BIN)/python -m pytest tests/test_demo.py
