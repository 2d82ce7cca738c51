"""What all the rows of a table come to: a number and a checksum that any database gives alike. Knows no database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`rows`, and the sha256 (hex) of their values in the order of their ids."""

    rows: int
    sha256: str


class Taking:
    """Takes a fingerprint row by row, so that a table need not be held."""

    def __init__(self) -> None:
        self._rows, self._sum = 0, sha256()

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Go on with these rows: whole ones, columns in the table's order, JSON as its text, times in UTC."""
        for row in rows:
            self._rows += 1
            self._sum.update(canonical(row))

    @property
    def taken(self) -> Fingerprint:
        """Of all rows so far."""
        return Fingerprint(self._rows, self._sum.hexdigest())


def canonical(row: Sequence[Any]) -> bytes:
    """Write a row in the one way it can be written, its end too: nothing goes to a neighbouring value unseen."""
    return orjson.dumps(list(row), default=_hex) + b"\n"


def _hex(value: Any) -> str:
    """Write bytes; whatever else orjson has no form for is a mistake."""
    if not isinstance(value, bytes):
        raise TypeError(type(value).__name__)
    return value.hex()
