"""Reads an office's own table of excerpts (.xlsx or .csv) into rows and a list of what is wrong. It approves
nothing, stores nothing, and names problems by kind: the words for them are elsewhere."""

import csv
import io
import itertools
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from messages.documents import text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

LONGEST = 1500  # characters: with its source an excerpt must fit one message and be read to the end
MOST_ROWS = 1000
_LARGEST = 5_000_000  # bytes on disk
_LARGEST_UNPACKED = 15_000_000  # a small file can unpack to fill the memory
_HEADER_WITHIN = 20  # title rows of an office's sheet come first
_LAST_ROW, _LAST_COLUMN = _HEADER_WITHIN + 2 * MOST_ROWS, 40  # formatting can reach to row 1,048,576

Kind = Literal[
    "unreadable",  # neither .xlsx nor .csv, damaged, or too large
    "no_header",  # no row names both text and source
    "no_text",
    "no_source",
    "too_long",
    "repeated",  # the same text as an earlier row
    "page_is_date",  # a spreadsheet turned "5-6" into a date: what it was cannot be known
    "too_many",  # rows beyond MOST_ROWS were not read
]

_COLUMNS: dict[str, tuple[str, ...]] = {
    "text": ("noi dung", "noi dung trich", "trich doan", "doan trich", "noi dung trich doan"),
    "source": ("nguon", "nguon trich", "nguon trich dan", "trich nguon", "xuat xu"),
    "page": ("trang", "so trang", "trang so"),
    "topic": ("chu de", "chu diem", "chuyen de"),
}


@dataclass(frozen=True)
class ExcerptRow:
    """One excerpt as the office wrote it; row is its line in the sheet, counted from 1 as people see it."""

    row: int
    text: str
    source: str
    page: str = ""
    topic: str = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong and in which line; row 0 is the whole file."""

    row: int
    kind: Kind


_Line = tuple[int, list[Any]]


def read_excerpts(path: Path) -> tuple[list[ExcerptRow], list[Problem]]:
    """Read the first sheet that has the header; rows with a problem are left out, the others are returned.

    Columns are found by name without regard to case or diacritics: Nội dung and Nguồn must be there, Trang and
    Chủ đề may. Never raises for a bad file: that is a problem of row 0.
    """
    try:
        sheets = _sheets(path)
    except Exception:  # noqa: BLE001 - for a damaged file openpyxl and csv raise nearly anything
        return [], [Problem(0, "unreadable")]
    for lines in sheets:
        found = _find_header(lines)
        if found:
            start, columns = found
            return _sort_out(list(_rows(lines[start + 1 :], columns)))
    return [], [Problem(0, "no_header")]


def _sheets(path: Path) -> list[list[_Line]]:
    if path.stat().st_size > _LARGEST:
        raise ValueError("too large")
    raw = path.read_bytes()
    return _read_workbook(raw) if raw.startswith(b"PK") else _read_csv(raw)


def _read_workbook(raw: bytes) -> list[list[_Line]]:
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        if sum(part.file_size for part in packed.infolist()) > _LARGEST_UNPACKED:
            raise ValueError("too large when unpacked")
    import openpyxl  # slow to load, and needed for a workbook alone

    book = openpyxl.load_workbook(io.BytesIO(raw), data_only=True)
    return [_read_sheet(sheet) for sheet in book.worksheets]


def _read_sheet(sheet: "Worksheet") -> list[_Line]:
    """Cells merged downwards (one source for several excerpts) have their value in every row."""
    merged: dict[tuple[int, int], Any] = {}
    for area in sheet.merged_cells.ranges:
        for row in range(area.min_row, min(area.max_row, _LAST_ROW) + 1):
            merged[row, area.min_col] = sheet.cell(area.min_row, area.min_col).value
    lines = sheet.iter_rows(max_row=min(sheet.max_row, _LAST_ROW), max_col=_LAST_COLUMN)
    return [
        (n, [merged.get((n, i), cell.value) for i, cell in enumerate(line, start=1)])
        for n, line in enumerate(lines, start=1)
    ]


def _read_csv(raw: bytes) -> list[list[_Line]]:
    """Read it by each usual separator (Excel in Vietnam writes semicolons); the right one will show the header."""
    content = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    if "\0" in content:
        raise ValueError("not a text file")
    return [_split(content, separator) for separator in ";,\t"]


def _split(content: str, separator: str) -> list[_Line]:
    records = csv.reader(io.StringIO(content, newline=""), delimiter=separator)
    return [(n, list(cells)) for n, cells in enumerate(itertools.islice(records, _LAST_ROW), start=1)]


def _find_header(lines: list[_Line]) -> tuple[int, dict[str, int]] | None:
    """Return where the header is and which column holds what."""
    for at, (_, cells) in enumerate(lines[:_HEADER_WITHIN]):
        names = [_fold(_words(cell)) for cell in cells]
        columns = {
            key: next(i for i, name in enumerate(names) if name in known)
            for key, known in _COLUMNS.items()
            if set(names) & set(known)
        }
        if {"text", "source"} <= columns.keys():
            return at, columns
    return None


def _rows(lines: list[_Line], columns: dict[str, int]) -> Iterator[ExcerptRow | Problem]:
    for n, cells in lines:
        facts = {key: cells[i] if i < len(cells) else None for key, i in columns.items()}
        words = {key: _words(value) for key, value in facts.items()}
        if any(words.values()) and _fold(words["text"]) not in _COLUMNS["text"]:
            kind: Kind | None = "page_is_date" if isinstance(facts.get("page"), date) else _wrong(words)
            yield Problem(n, kind) if kind else ExcerptRow(n, **words)


def _wrong(words: dict[str, str]) -> Kind | None:
    if not words["text"]:
        return "no_text"
    if not words["source"]:
        return "no_source"
    return "too_long" if len(words["text"]) > LONGEST else None


def _sort_out(found: list[ExcerptRow | Problem]) -> tuple[list[ExcerptRow], list[Problem]]:
    """Part good rows from problems; of equal texts the first is kept."""
    kept: dict[str, ExcerptRow] = {}
    problems: list[Problem] = []
    for one in found[:MOST_ROWS]:
        if isinstance(one, Problem):
            problems.append(one)
        elif kept.setdefault(_fold(one.text), one) is not one:
            problems.append(Problem(one.row, "repeated"))
    if len(found) > MOST_ROWS:
        problems.append(Problem(found[MOST_ROWS].row, "too_many"))
    return list(kept.values()), problems


def _words(value: Any) -> str:
    """A cell as text: a page number that Excel keeps as 12.0 is "12"."""
    if value is None:
        return ""
    return text.clean(str(int(value) if isinstance(value, float) and value.is_integer() else value))


def _fold(words: str) -> str:
    """Lower case, no diacritics, no punctuation: "Nội dung *" is "noi dung"."""
    bare = unicodedata.normalize("NFD", words.casefold().replace("đ", "d"))
    letters = "".join(c if c.isalnum() else " " for c in bare if not unicodedata.combining(c))
    return " ".join(letters.split())
