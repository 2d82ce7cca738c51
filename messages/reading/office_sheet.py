"""Reads an office's own list of branches, with its title rows, merged headings and totals; knows no database."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from messages.reading import fold, sheet_grid, spoken
from messages.reading.sheet_grid import Cell, Grid, SheetError, Unreadable

__all__ = ["BranchRow", "NoHeader", "Problem", "Sheet", "SheetError", "Unreadable", "read_branches"]

# Heading without marks -> field. Over two rows ("Đảng viên" above "Dự bị") the joined form first, then the lower.
_HEADINGS = {
    "ordinal": ("stt", "tt", "so tt", "so thu tu"),
    "code": ("ma", "ma chi bo", "ma so", "ky hieu", "ma don vi"),
    "name": (
        "ten chi bo",
        "chi bo",
        "ten",
        "ten don vi",
        "don vi",
        "chi bo truc thuoc",
        "ten chi bo truc thuoc",
        "ten to chuc dang",
    ),
    "short_names": ("ten goi khac", "ten tat", "ten viet tat", "viet tat", "ten khac", "cach goi khac"),
    "full": ("dang vien chinh thuc", "chinh thuc", "dvct", "dv chinh thuc", "so dang vien chinh thuc"),
    "probationary": ("dang vien du bi", "du bi", "dvdb", "dv du bi", "so dang vien du bi"),
    "exempt": ("mien sinh hoat", "dang vien mien sinh hoat", "dv mien sinh hoat", "duoc mien sinh hoat", "mien sh"),
    "masses": ("quan chung", "so quan chung", "qc", "quan chung trong don vi"),
    "secretary": ("bi thu", "bi thu chi bo", "ho ten bi thu", "dong chi bi thu"),
    "deputy": ("pho bi thu", "pho bi thu chi bo", "ho ten pho bi thu", "dong chi pho bi thu"),
}
_FIELD_OF = {heading: field for field, headings in _HEADINGS.items() for heading in headings}
_COUNTS = ("full", "probationary", "exempt", "masses")
_TOTAL = re.compile(r"(?:tong(?: cong| so)?|cong)(?:\W|$)")
_COLUMN_NUMBER = re.compile(r"\(?\d{1,2}\)?")
_DASHES = ("", "-", "–", "—")
_LEAST_HEADINGS = 2  # "Chi bộ" alone may be part of a title; only "Tên chi bộ" may stand alone


class NoHeader(SheetError):
    """No row of the file names the branches ("Tên chi bộ")."""


@dataclass(frozen=True, slots=True)
class BranchRow:
    """One branch as the sheet has it; None or "" where the sheet is silent. `row` counts from 1 as in the program."""

    row: int
    ordinal: int | None
    code: str
    name: str
    short_names: tuple[str, ...]
    full: int | None
    probationary: int | None
    exempt: int | None
    masses: int | None
    secretary: str
    deputy: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell: `column` is a field of BranchRow, `said` what stands there, `expected` a plain value.

    `kind`: missing_name, not_a_number, negative, too_large, formula_without_value, duplicate_code, duplicate_name
    (expected: the row that has it first), exempt_over_members (expected: the number of members).
    """

    row: int
    column: str
    said: str
    expected: str
    kind: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that was read: every branch with a name, and every problem; with problems nothing should be imported."""

    rows: tuple[BranchRow, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Header:
    last_row: int
    columns: Mapping[str, int]


def read_branches(path: Path) -> Sheet:
    """Read the first sheet of an .xlsx or .csv that has a heading row. Raises `NoHeader` or `Unreadable`."""
    for grid in sheet_grid.read(path):
        header = _find_header(grid)
        if header:
            return _read_rows(grid, header)
    raise NoHeader(path.name)


# --- headings ---


def _find_header(grid: Grid) -> _Header | None:
    for index, row in enumerate(grid.spread):
        columns = _columns([_heading(cell) for cell in row])
        if "name" not in columns:
            continue
        below = [_heading(cell) for cell in grid.spread[index + 1]] if index + 1 < len(grid.spread) else []
        both = _columns_of_two([_heading(cell) for cell in row], below)
        if len(both) > len(columns) and not _is_data(columns, grid, index + 1):
            return _Header(index + 1, both)
        if len(columns) >= _LEAST_HEADINGS or _heading(row[columns["name"]]).startswith("ten "):
            return _Header(index, columns)
    return None


def _is_data(columns: Mapping[str, int], grid: Grid, index: int) -> bool:
    """Say whether the row below already names a branch; under a merged heading its own name cell is empty."""
    return grid.rows[index][columns["name"]] is not None


def _heading(cell: Cell) -> str:
    said = fold.plain(re.sub(r"\(.*?\)", " ", str(cell))) if cell is not None else ""
    return " ".join(re.sub(r"[^\w\s]", " ", said).split())


def _columns(headings: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, heading in enumerate(headings):
        field = _FIELD_OF.get(heading)
        if field:
            found.setdefault(field, column)
    return found


def _columns_of_two(above: Sequence[str], below: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, (upper, lower) in enumerate(zip(above, below, strict=False)):
        parts = (upper,) if upper == lower or not lower else (f"{upper} {lower}".strip(), lower, upper)
        field = next((_FIELD_OF[part] for part in parts if part in _FIELD_OF), None)
        if field:
            found.setdefault(field, column)
    return found


# --- rows ---


def _read_rows(grid: Grid, header: _Header) -> Sheet:
    rows: list[BranchRow] = []
    problems: list[Problem] = []
    after_total = False
    for index in range(header.last_row + 1, len(grid.rows)):
        cells = {field: _cell(grid, index, column) for field, column in header.columns.items()}
        if _is_total(grid.rows[index]):
            after_total = True
        elif not _is_no_branch(cells, after_total) and index not in grid.titles:
            formulas = [field for field, column in header.columns.items() if (index, column) in grid.empty_formulas]
            branch, wrong = _read_row(index + 1, cells, formulas)
            problems += wrong
            rows += [branch] if branch else []
    return Sheet(tuple(rows), tuple(sorted([*problems, *_duplicates(rows)], key=lambda problem: problem.row)))


def _cell(grid: Grid, row: int, column: int) -> Cell:
    return grid.rows[row][column] if column < len(grid.rows[row]) else None


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return "" if cell is None else " ".join(fold.fold(str(cell)).original.split())


def _is_total(row: Sequence[Cell]) -> bool:
    words = [cell for cell in row if isinstance(cell, str) and cell.strip()]
    return bool(words) and _TOTAL.match(fold.plain(words[0])) is not None


def _is_no_branch(cells: Mapping[str, Cell], after_total: bool) -> bool:
    """Blank rows, the row of column numbers, signatures at the foot."""
    name = _text(cells.get("name"))
    if not name:
        return not any(_text(cells.get(field)) for field in ("code", *_COUNTS))
    if after_total and "ordinal" in cells and cells["ordinal"] is None:
        return True
    return _COLUMN_NUMBER.fullmatch(name) is not None


def _read_row(row: int, cells: Mapping[str, Cell], formulas: Sequence[str]) -> tuple[BranchRow | None, list[Problem]]:
    problems = [Problem(row, field, "", "", "formula_without_value") for field in formulas]
    counts: dict[str, int | None] = {}
    for field in _COUNTS:
        counts[field], kind = _count(cells.get(field))
        problems += [Problem(row, field, _text(cells.get(field)), "", kind)] if kind else []
    name = _text(cells.get("name"))
    if not name:
        return None, problems if "name" in formulas else [*problems, Problem(row, "name", "", "", "missing_name")]
    branch = BranchRow(
        row=row,
        ordinal=_count(cells.get("ordinal"))[0],
        code=_text(cells.get("code")),
        name=name,
        short_names=_names(_text(cells.get("short_names"))),
        secretary=_text(cells.get("secretary")),
        deputy=_text(cells.get("deputy")),
        **counts,
    )
    return branch, [*problems, *_too_many_exempt(branch)]


def _count(cell: Cell) -> tuple[int | None, str]:
    """Give a number of people, or None and the kind of problem; an empty cell or a dash is None and no problem."""
    said = _text(cell)
    if said.lower() in _DASHES:
        return None, ""
    if isinstance(cell, bool) or not re.fullmatch(r"-?(?:\d+|\d{1,3}(?:\.\d{3})+)", said):
        return None, "not_a_number"
    if said.startswith("-"):
        return None, "negative"
    value = spoken.value(said)
    return value, "" if value is not None else "too_large"


def _names(said: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in re.split("[,;]", said) if name.strip()))


def _too_many_exempt(branch: BranchRow) -> Iterator[Problem]:
    members = (branch.full or 0) + (branch.probationary or 0)
    if branch.full is not None and branch.exempt is not None and branch.exempt > members:
        yield Problem(branch.row, "exempt", str(branch.exempt), str(members), "exempt_over_members")


def _duplicates(rows: Sequence[BranchRow]) -> Iterator[Problem]:
    for field in ("code", "name"):
        first: dict[str, int] = {}
        for branch in rows:
            said: str = getattr(branch, field)
            key = re.sub(r"^chi bộ ", "", fold.fold(said).lower)
            if key and first.setdefault(key, branch.row) != branch.row:
                yield Problem(branch.row, field, said, str(first[key]), f"duplicate_{field}")
