"""Writes sheets as a workbook that looks like an office's: real values, a filter, a frozen header, prints on A4."""

import io
import textwrap
from copy import copy
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from messages.documents import text
from messages.documents.sheets import LIVE, Column, Sheet

HEADER_ROW = 4
LONGEST_NAME = 31  # letters of a sheet's name that Excel takes

_LINE = 16  # points that a line of 12-point type takes
_HIGHEST = 400  # Excel takes no row higher than 409
_WIDEST_A4 = 200  # letters of a row that are still read on A4 once it fits the page; more are printed on A3
_LONGEST = 32_000  # a cell of Excel takes 32,767 characters
_FACE = "Times New Roman"
_HEADER_FILL = PatternFill("solid", fgColor="8C1D18")
_PLAIN_FILL = PatternFill("solid", fgColor="FFFFFF")
_OPEN_FILL = PatternFill("solid", fgColor="FBE4DF")
_TOTAL_FILL = PatternFill("solid", fgColor="EEF1F4")
_THIN = Side(style="thin", color="B8C2CB")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


def build(sheets: tuple[Sheet, ...]) -> bytes:
    """Build the .xlsx: see messages.documents.sheets."""
    book, looks = Workbook(), _Looks()
    book.remove(book.worksheets[0])
    for name, sheet in zip(_names(sheets), sheets, strict=True):
        _write(book.create_sheet(name), sheet, looks)
    book.properties.creator = "Trợ lý chi bộ"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _names(sheets: tuple[Sheet, ...]) -> list[str]:
    """Give each sheet a name that Excel takes, none of them twice."""
    found: list[str] = []
    for sheet in sheets:
        name = "".join(" " if c in "[]:*?/\\" else c for c in text.clean(sheet.name))[:LONGEST_NAME] or "Trang"
        while name.casefold() in {each.casefold() for each in found}:
            name = f"{name[: LONGEST_NAME - 4]} ({len(found) + 1})"
        found.append(name)
    return found


class _Looks:
    """Styles made once for a book: making one for each cell is most of what a large table costs."""

    def __init__(self) -> None:
        self.font, self.bold = Font(_FACE, 12), Font(_FACE, 12, bold=True)
        self.title, self.below = Font(_FACE, 15, bold=True), Font(_FACE, 12, italic=True)
        self.head = Font(_FACE, 12, bold=True, color="FFFFFF")
        self.known: dict[tuple[Any, ...], Any] = {}
        self.centred = Alignment("center", "center", wrap_text=True)
        aside = {"left": 1, "center": 0, "right": 1}  # a number at the right does not touch the words beside it
        self.aligned = {each: Alignment(each, "center", wrap_text=True, indent=n) for each, n in aside.items()}


def _write(page: Worksheet, sheet: Sheet, looks: _Looks) -> None:
    for n, (words, font) in enumerate(((sheet.title, looks.title), (sheet.below, looks.below)), start=1):
        _put(page.cell(n, 1), words)
        page.cell(n, 1).font = font
    _write_row(page, HEADER_ROW, [column.heading for column in sheet.columns], sheet, looks, _HEADER_FILL)
    for n, row in enumerate(sheet.rows):
        fill = _OPEN_FILL if n in sheet.open_rows else _PLAIN_FILL
        _write_row(page, HEADER_ROW + 1 + n, row, sheet, looks, fill)
    if sheet.total:
        _write_row(page, HEADER_ROW + 1 + len(sheet.rows), sheet.total, sheet, looks, _TOTAL_FILL)
    _dress(page, sheet, looks)


def _write_row(page: Worksheet, n: int, values: Any, sheet: Sheet, looks: _Looks, fill: PatternFill) -> None:
    font = looks.bold if fill is _TOTAL_FILL else looks.font
    for i, (column, value) in enumerate(zip(sheet.columns, values, strict=True), start=1):
        cell: Any = page.cell(n, i)
        look = (isinstance(value, str), column.format, column.align, fill.fgColor.rgb)
        if look in looks.known:
            cell._style = copy(looks.known[look])
        else:
            if not isinstance(value, str):
                cell.number_format = column.format
            cell.border, cell.font, cell.fill, cell.alignment = _GRID, font, fill, looks.aligned[column.align]
            looks.known[look] = copy(cell._style)
        _put(cell, value)
    page.row_dimensions[n].height = min(_LINE * _lines(values, sheet.columns) + 6, _HIGHEST)


def _lines(values: Any, columns: tuple[Column, ...]) -> int:
    """How many lines the longest text of a row takes; not every program fits the height of rows by itself."""
    pairs = [(column.width - 2, v) for column, v in zip(columns, values, strict=True) if isinstance(v, str)]
    return max((len(textwrap.wrap(v, room)) if len(v) > room else 1 for room, v in pairs), default=1)


def _put(cell: Any, value: Any) -> None:
    """Write a value; text is marked as text, also for whoever edits the cell later in Excel."""
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = text.clean(value)[:_LONGEST] or None
    if cell.value:
        cell.data_type = "s"
        if cell.value[0] in LIVE:
            cell.quotePrefix = True


def _dress(page: Worksheet, sheet: Sheet, looks: _Looks) -> None:
    """Header, widths, frozen panes, filter over the rows alone, and a landscape print of one page's width."""
    end = get_column_letter(len(sheet.columns))
    for i, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(i)].width = column.width
        cell = page.cell(HEADER_ROW, i)
        cell.font, cell.alignment = looks.head, looks.centred
    page.row_dimensions[HEADER_ROW].height = 5 * _LINE
    page.freeze_panes = f"{get_column_letter(sheet.frozen + 1)}{HEADER_ROW + 1}"
    page.auto_filter.ref = f"A{HEADER_ROW}:{end}{HEADER_ROW + len(sheet.rows)}"
    page.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    wide = sum(column.width for column in sheet.columns) > _WIDEST_A4
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A3 if wide else page.PAPERSIZE_A4
    footer: Any = page.oddFooter
    footer.center.text = "&P/&N"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.page_margins = PageMargins(0.4, 0.4, 0.5, 0.5)
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
