# setup | demo | run | test | check | bench: each does its own set-up.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000

.PHONY: setup demo run test check format lock pictures bench

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
	$(BIN)/python -m pytest -n auto

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/python -m pytest -n auto --cov --cov-report=term

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock:
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-emit-index-url \
	  --no-emit-find-links --no-emit-trusted-host --no-emit-options --annotation-style=line --extra dev \
	  -o requirements.txt pyproject.toml

pictures: setup
	PICTURES=1 $(BIN)/python -m pytest tests/test_demo.py
