"""Reads tests/permissions.txt: who may do what, written by hand, one line an entry of the routing tables."""

from dataclasses import dataclass
from pathlib import Path

from models.role import RoleKind

COLUMNS = {
    "O": RoleKind.OFFICE,
    "I": RoleKind.INSPECTION,
    "E": RoleKind.EDITORIAL,
    "L": RoleKind.LEADER,
    "S": RoleKind.SECRETARY,
    "D": RoleKind.DEPUTY,
    "R": RoleKind.DRAFTER,
    "M": RoleKind.MEMBER,
}
STRANGER = "?"
ORDER = STRANGER + "".join(COLUMNS)


@dataclass(frozen=True)
class Entry:
    """`table` command | action | expect, `name` its key, `who` letters of ORDER, `reach` what each may reach."""

    table: str
    name: str
    who: str
    reach: dict[str, str]

    def allows(self, letter: str) -> bool:
        """Say whether the one in this column may."""
        return letter in self.who


def read() -> list[Entry]:
    """Return all entries; AssertionError names a line that is no grid."""
    path = Path(__file__).parent / "permissions.txt"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return [_entry(line) for line in lines]


def _entry(line: str) -> Entry:
    grid, reach, table, name = line.split()
    assert len(grid) == len(reach) == len(ORDER), line
    assert [sign == "." for sign in grid] == [sign == "." for sign in reach], line
    assert set(reach) <= set(".aosc"), line
    assert all(sign in (".", letter) for sign, letter in zip(grid, ORDER, strict=True)), line
    reached = {letter: sign for letter, sign in zip(ORDER, reach, strict=True) if sign != "."}
    return Entry(table, name, grid.replace(".", ""), reached)
