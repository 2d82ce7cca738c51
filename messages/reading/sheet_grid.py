"""Opens an .xlsx or .csv as plain rows of cells; knows merged cells and formulas, not what the columns mean."""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

MOST_ROWS, MOST_COLUMNS = (
    5000,
    60,
)  # the largest committees have hundreds of branches; what is longer is not such a list

Cell = str | int | float | bool | date | None


class SheetError(Exception):
    """The file as a whole cannot be read as a list of branches."""


class Unreadable(SheetError):
    """The file is no .xlsx or UTF-8 .csv, or is damaged."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells as they stand (`rows[0]` is row 1).

    `spread`: the same with merged cells filled, for headings. `titles`: rows with a cell merged over three columns.
    `empty_formulas`: (row, column), from 0, of formulas that were never calculated.
    """

    rows: tuple[tuple[Cell, ...], ...]
    spread: tuple[tuple[Cell, ...], ...]
    titles: frozenset[int] = frozenset()
    empty_formulas: frozenset[tuple[int, int]] = frozenset()


def read(path: Path) -> Iterator[Grid]:
    """Give the sheets of a file in order; a .csv has one. Raises `Unreadable`."""
    if path.suffix.lower() == ".csv":
        yield _csv(path)
    elif path.suffix.lower() in (".xlsx", ".xlsm"):
        yield from _workbook(path)
    else:
        raise Unreadable(path.suffix)


def _csv(path: Path) -> Grid:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = tuple(tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(str(error)) from error
    cut = tuple(row[:MOST_COLUMNS] for row in rows[:MOST_ROWS])
    return Grid(cut, cut)


def _delimiter(text: str) -> str:
    head = "\n".join(text.splitlines()[:20])
    return max(";,\t", key=head.count)


def _workbook(path: Path) -> Iterator[Grid]:
    values, formulas = _load(path, values=True), _load(path, values=False)
    for sheet, written in zip(values.worksheets, formulas.worksheets, strict=True):
        if sheet.sheet_state == "visible":
            yield _grid(sheet, written)


def _load(path: Path, *, values: bool) -> Any:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an office's validation lists and styles are nothing to us
        try:
            return openpyxl.load_workbook(path, data_only=values)
        except (
            InvalidFileException,
            zipfile.BadZipFile,
            KeyError,
            ValueError,
            TypeError,
            AttributeError,
            EOFError,
        ) as error:
            raise Unreadable(str(error)) from error
        except SyntaxError as error:  # what the XML parser raises
            raise Unreadable(str(error)) from error


def _grid(sheet: Any, written: Any) -> Grid:
    limits = {"max_row": min(sheet.max_row, MOST_ROWS), "max_col": min(sheet.max_column, MOST_COLUMNS)}
    rows = tuple(tuple(row) for row in sheet.iter_rows(values_only=True, **limits))
    formulas = (tuple(row) for row in written.iter_rows(values_only=True, **limits))
    empty = {(i, j) for i, row in enumerate(formulas) for j, cell in enumerate(row) if _is_empty(cell, rows[i][j])}
    wide = frozenset(merged.min_row - 1 for merged in sheet.merged_cells.ranges if merged.max_col - merged.min_col > 1)
    return Grid(rows, _spread(rows, sheet), wide, frozenset(empty))


def _is_empty(formula: object, value: object) -> bool:
    return isinstance(formula, str) and formula.startswith("=") and value is None


def _spread(rows: tuple[tuple[Cell, ...], ...], sheet: Any) -> tuple[tuple[Cell, ...], ...]:
    filled = [list(row) for row in rows]
    for merged in sheet.merged_cells.ranges:
        top, left = merged.min_row - 1, merged.min_col - 1
        for row in filled[top : merged.max_row]:
            for column in range(left, min(merged.max_col, len(row))):
                row[column] = rows[top][left]
    return tuple(tuple(row) for row in filled)
