"""Sheets of a workbook, or one as CSV: real dates and numbers, a filter, a frozen header. It knows no meaning of what
it writes, and no text that people wrote becomes a formula."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from messages.documents import text

TEXT, COUNT, SHARE, DAY, MOMENT = "@", "#,##0", "0.00%", "dd/mm/yyyy", "hh:mm dd/mm/yyyy"

LIVE = "=+-@"
"""What a spreadsheet takes for a formula at the beginning of a cell; tabs and line ends before it are cleaned away."""


@dataclass(frozen=True)
class Column:
    """One column: heading, width in letters, number format, alignment."""

    heading: str
    width: int
    format: str = TEXT
    align: str = "left"


@dataclass(frozen=True)
class Sheet:
    """A title and a line below it, columns, rows of as many values (text, numbers, dates, None); `open_rows` are the
    places of rows that are shown as not done; `total` () leaves the last row out; `frozen` columns stay in sight."""

    name: str
    title: str
    below: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    total: tuple[Any, ...] = ()
    open_rows: frozenset[int] = frozenset()
    frozen: int = 3


def build_book(sheets: tuple[Sheet, ...]) -> bytes:
    """Build the .xlsx. It holds values only: no formula is written, and no text can become one."""
    from messages.documents import excel  # its library is slow to load, and needed for a book alone

    return excel.build(sheets)


def build_csv(sheet: Sheet) -> bytes:
    """Build the sheet's rows as CSV in UTF-8 with a mark that Excel knows it by, without the title."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.heading for column in sheet.columns])
    for row in (*sheet.rows, *([sheet.total] if sheet.total else [])):
        writer.writerow([_plain(value) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _plain(value: Any) -> str:
    """Write a value so that no program takes it for a formula; dates as people here write them."""
    if isinstance(value, datetime):
        return value.strftime("%H:%M %d/%m/%Y")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, str):
        words = text.clean(value)
        return f"'{words}" if words[:1] in tuple(LIVE) else words
    return f"{value:g}" if isinstance(value, float) else "" if value is None else str(value)
