"""Finds tables in plain text: cells between "|" or tabs, or set in columns below known headings."""

import re
from collections.abc import Sequence
from itertools import pairwise, zip_longest

from messages.reading.plan import words

Rows = tuple[tuple[str, ...], ...]
_LEAST = 3  # cells a row of tabs must have, and headings a table in columns
_RULE = re.compile(r"[\s|:+=-]*")
_BOX = re.compile(r"\s*\+(?:[-=]{2,}\+){2,}\s*")
_BOX_RULES = 4  # a heading and two rows
_WIDE = re.compile(r"\S(?:.*?\S)??(?=\s{2,}|\t|$)")


def table_at(raw: Sequence[str], at: int) -> tuple[Rows, int] | None:
    """Return the table that begins at a line, and the line after it."""
    return _divided(raw, at, "|", 2) or _divided(raw, at, "\t", _LEAST) or _set_in_columns(raw, at)


def _divided(raw: Sequence[str], at: int, sign: str, least: int) -> tuple[Rows, int] | None:
    found: list[list[str]] = []
    start = at
    if boxed := _boxed(raw, at):
        return boxed
    while at < len(raw) and (_cells(raw[at], sign, least if not found else 2) or _is_rule(raw[at], sign)):
        if cells := _cells(raw[at], sign, least if not found else 2):
            found.append(cells)
        at += 1
    if len(found) < 2 or at == start:  # noqa: PLR2004 - a heading and a row
        return None
    width = max(map(len, found))
    return tuple(tuple(each + [""] * (width - len(each))) for each in found), at


def _boxed(raw: Sequence[str], at: int) -> tuple[Rows, int] | None:
    """Read a table in a box of "+----+", each row between two rules and its cells perhaps wrapped."""
    end = next((n for n in range(at, len(raw)) if not raw[n].strip().startswith(("+", "|"))), len(raw))
    rules = [n for n in range(at, end) if _BOX.fullmatch(raw[n])]
    if len(rules) < _BOX_RULES or rules[0] != at:
        return None
    rows = [_wrapped(raw[one + 1 : other]) for one, other in pairwise(rules) if other > one + 1]
    width = max(map(len, rows))
    return tuple(tuple(each + [""] * (width - len(each))) for each in rows), rules[-1] + 1


def _wrapped(lines: Sequence[str]) -> list[str]:
    cells = [_cells(line, "|", 1) for line in lines]
    return [" ".join(filter(None, column)) for column in zip_longest(*cells, fillvalue="")]


def _cells(line: str, sign: str, least: int) -> list[str]:
    if sign not in line or _is_rule(line, sign):
        return []
    line = line.strip() if sign == "|" else line
    cells = [each.strip() for each in line.strip("|" if sign == "|" else "").split(sign)]
    return cells if len(cells) >= least else []


def _is_rule(line: str, sign: str) -> bool:
    return sign == "|" and bool(line.strip()) and ("|" in line or "+" in line) and _RULE.fullmatch(line) is not None


def _set_in_columns(raw: Sequence[str], at: int) -> tuple[Rows, int] | None:
    """Read rows below headings that stand apart by two spaces or more, each cell perhaps wrapped."""
    heads = [(found.start(), found.group()) for found in _WIDE.finditer(raw[at])]
    kinds = [words.column_names().get(words.plain(head)) for _, head in heads]
    if len(heads) < _LEAST or not {"what", "when"} <= set(kinds):
        return None
    starts = [start for start, _ in heads]
    rows: list[list[str]] = [[head for _, head in heads]]
    end = at + 1
    blanks = 0
    while end < len(raw) and blanks < 2:  # noqa: PLR2004 - two blank lines end a table
        line = raw[end]
        if not line.strip():
            blanks += 1
        elif not _fits(line, starts):
            break
        else:
            _take(rows, _cut(line, starts), fresh=blanks > 0 or kinds[0] == "number")
            blanks = 0
        end += 1
    return (tuple(map(tuple, rows)), end) if len(rows) > 1 else None


def _fits(line: str, starts: Sequence[int]) -> bool:
    """Say whether a line is set in the columns: one whole sentence across them is not."""
    return bool(re.search(r"\S\s{2,}\S", line)) or len(line) - len(line.lstrip()) >= starts[1] - 2


def _cut(line: str, starts: Sequence[int]) -> list[str]:
    cells = [""] * len(starts)
    for found in _WIDE.finditer(line):
        middle = found.start()
        column = max((n for n, start in enumerate(starts) if start <= middle + 3), default=0)
        cells[column] = f"{cells[column]} {found.group()}".strip()
    return cells


def _take(rows: list[list[str]], cells: list[str], *, fresh: bool) -> None:
    """Begin a row, or go on with the wrapped cells of the last one."""
    if (cells[0] if fresh else all(cells)) or len(rows) == 1:
        rows.append(cells)
    else:
        rows[-1] = [f"{one} {other}".strip() for one, other in zip(rows[-1], cells, strict=True)]
