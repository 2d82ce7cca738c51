"""Writes down what a version of the program says to PostgreSQL, so that later ones keep to it: a plugin of pytest.

In a checkout of that version, SAID naming the file to write:
`python -m pytest -p tests.said_before tests/test_dialogs.py -k on_postgres`. It imports nothing of ours, so that it can
be put into a version that did not have it.
"""

import os
import re
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

SAYS = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b")
NOT_OURS = re.compile(r"alembic_version|pg_catalog|pg_database|information_schema|pg_is_in_recovery|server_version")
VALUES = re.compile(r"\$\d+(::[A-Z][A-Z ]*(\[\])?)?")
MANY = re.compile(r"(\(?\$(, \d+\)?)?)((, )\(?\$(, \d+\)?)?)+")


def kind_of(statement: str) -> str:
    """Return what statements have in common that differ only in how many values they are given."""
    return MANY.sub("$", VALUES.sub("$", statement))


def is_ours(statement: str) -> bool:
    """Say whether the program says this, no migration: what those write names no values apart."""
    written = not statement.startswith("SELECT") and "$" not in statement
    return bool(SAYS.match(statement)) and not NOT_OURS.search(statement) and not written


class Said:
    """Each kind of statement once, the shortest."""

    def __init__(self) -> None:
        self.kinds: dict[str, str] = {}

    def hear(self, connection: Any, _cursor: object, statement: str, *_more: object) -> None:
        """Keep a statement."""
        plain = " ".join(statement.split())
        if connection.dialect.name == "postgresql" and is_ours(plain):
            kind = kind_of(plain)
            if len(plain) < len(self.kinds.get(kind, f"{plain} ")):
                self.kinds[kind] = plain


SAID = Said()


def pytest_configure() -> None:
    """Begin to listen."""
    event.listen(Engine, "before_cursor_execute", SAID.hear)


def pytest_unconfigure() -> None:
    """Write a line a statement, beside what is there already."""
    path = Path(os.environ["SAID"])
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        SAID.kinds.setdefault(kind_of(line), line)
    path.write_text("".join(f"{line}\n" for line in sorted(SAID.kinds.values())), encoding="utf-8")
