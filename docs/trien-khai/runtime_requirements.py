"""Prints the part of a lock file that the program needs to run, hashes and all: what only its tests use is left out.

python runtime_requirements.py pyproject.toml requirements.txt
"""

import re
import sys
import tomllib
from pathlib import Path

PACKAGE = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==.*?(?=^[A-Za-z0-9]|\Z)", re.MULTILINE | re.DOTALL)
VIA = re.compile(r"# via (.*)")


def named(requirement: str) -> str:
    """Return the name of a requirement as lock files spell it."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[._-]+", "-", found[0]).lower() if found else ""


def needed(project: str, lock: str) -> list[str]:
    """Return the entries of `lock` for what `project` depends on and what that brings along, in their order."""
    entries = {named(each[1]): each[0] for each in PACKAGE.finditer(lock)}
    wanted = {named(each) for each in tomllib.loads(project)["project"]["dependencies"]}
    asked_by = {name: {named(each) for each in VIA.findall(entry)[-1].split(", ")} for name, entry in entries.items()}
    while more := {name for name, askers in asked_by.items() if askers & wanted} - wanted:
        wanted |= more
    return [entry for name, entry in entries.items() if name in wanted]


if __name__ == "__main__":
    given = (Path(each).read_text(encoding="utf-8") for each in sys.argv[1:3])
    sys.stdout.writelines(needed(*given))
