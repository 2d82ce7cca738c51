"""Builds the office's workbook of one deadline: one row a branch, real dates and numbers, a total of what was
reported. It knows no form and no rule: states and timeliness come in as words."""

import io
import textwrap
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from messages import numbers
from messages.documents import text

SHEET = "Tổng hợp"
HEADER_ROW = 4

_UNREPORTED = "chưa báo cáo"
_LINE = 16  # points that a line of 12-point type takes
_HIGHEST = 400  # Excel takes no row higher than 409
_LONGEST = 32_000  # a cell of Excel takes 32,767 characters
_FULL_SHARE = 10_000
_FACE = "Times New Roman"
_HEADER_FILL = PatternFill("solid", fgColor="8C1D18")
_SENT_FILL = PatternFill("solid", fgColor="FFFFFF")
_OPEN_FILL = PatternFill("solid", fgColor="FBE4DF")
_TOTAL_FILL = PatternFill("solid", fgColor="EEF1F4")
_THIN = Side(style="thin", color="B8C2CB")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


@dataclass(frozen=True)
class SummaryRow:
    """One branch. Without sent_at (aware or local) it has not reported: its figures are not printed, whatever
    they hold. Counts are people or items; None means not answered."""

    ordinal: int
    code: str
    name: str
    state_words: str
    sent_at: datetime | None = None
    timeliness_words: str = ""
    held_on: date | None = None
    form_words: str = ""
    speaker: str = ""
    summoned: int | None = None
    attended: int | None = None
    masses: int | None = None
    pledged: int | None = None
    items: int | None = None
    note: str = ""


@dataclass(frozen=True)
class SummaryTable:
    """What is written: a title, the cut-off (aware, in the zone to be shown), the branches in register order."""

    title: str
    as_of: datetime
    rows: tuple[SummaryRow, ...]


@dataclass(frozen=True)
class _Column:
    heading: str
    width: int
    format: str = "@"
    align: str = "left"


_COUNT, _SHARE = "#,##0", "0.00%"
_COLUMNS = (
    _Column("STT", 6, "0", "center"),
    _Column("Mã", 8),
    _Column("Chi bộ", 28),
    _Column("Tình trạng", 16),
    _Column("Gửi lúc", 18, "hh:mm dd/mm/yyyy", "center"),
    _Column("Thời hạn", 16),
    _Column("Ngày học", 12, "dd/mm/yyyy", "center"),
    _Column("Hình thức", 15),
    _Column("Báo cáo viên", 22),
    _Column("Đảng viên phải học", 10, _COUNT, "right"),
    _Column("Đảng viên dự", 10, _COUNT, "right"),
    _Column("Tỷ lệ đảng viên dự", 11, _SHARE, "right"),
    _Column("Quần chúng dự", 10, _COUNT, "right"),
    _Column("Đăng ký, cam kết", 10, _COUNT, "right"),
    _Column("Tin, bài, lượt tuyên truyền", 12, _COUNT, "right"),
    _Column("Ghi chú", 26),
)


def build_workbook(table: SummaryTable) -> bytes:
    """Build the .xlsx. It holds values only: no formula is written, and no text can become one."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    rows = sorted(table.rows, key=lambda row: row.ordinal)
    _write_title(sheet, table)
    _write_row(sheet, HEADER_ROW, [column.heading for column in _COLUMNS])
    for n, row in enumerate(rows, start=HEADER_ROW + 1):
        _write_row(sheet, n, _values(row))
        _colour(sheet, n, _SENT_FILL if row.sent_at else _OPEN_FILL)
    _write_total(sheet, rows)
    _dress(sheet, HEADER_ROW + len(rows))
    return _saved(book)


def _values(row: SummaryRow) -> list[Any]:
    """The cells of one branch; a branch that has not reported has words and no figures."""
    known = [row.ordinal, row.code, row.name, row.state_words or _UNREPORTED]
    if row.sent_at is None:
        return [*known, None, row.timeliness_words or _UNREPORTED, *[None] * 9, row.note]
    figures = [row.summoned, row.attended, _rate([row]), row.masses, row.pledged, row.items]
    sent_at = row.sent_at.replace(tzinfo=None, second=0, microsecond=0)  # Excel knows no zones
    return [*known, sent_at, row.timeliness_words, row.held_on, row.form_words, row.speaker, *figures, row.note]


def _rate(rows: list[SummaryRow]) -> float | None:
    """Members attended of members summoned, over the branches that gave both; 1 only if nobody was missing."""
    both = [(r.attended, r.summoned) for r in rows if r.attended is not None and r.summoned is not None]
    whole = sum(summoned for _, summoned in both)
    return numbers.share(sum(attended for attended, _ in both), whole) / _FULL_SHARE if whole > 0 else None


def _write_total(sheet: Worksheet, rows: list[SummaryRow]) -> None:
    reported = [row for row in rows if row.sent_at]
    said = f"{numbers.grouped(len(reported))}/{numbers.grouped(len(rows))} chi bộ đã báo cáo"
    counts = [_sum([getattr(row, name) for row in reported]) for name in ("summoned", "attended")]
    others = [_sum([getattr(row, name) for row in reported]) for name in ("masses", "pledged", "items")]
    values = [None, None, "Cộng", said, *[None] * 5, *counts, _rate(reported), *others, None]
    n = HEADER_ROW + len(rows) + 1
    _write_row(sheet, n, values)
    _colour(sheet, n, _TOTAL_FILL)
    for cell in sheet[n]:
        cell.font = Font(_FACE, 12, bold=True)


def _sum(counts: list[int | None]) -> int | None:
    """Add what is known; nothing known is an empty cell, not 0."""
    known = [n for n in counts if n is not None]
    return sum(known) if known else None


def _write_title(sheet: Worksheet, table: SummaryTable) -> None:
    _put(sheet.cell(1, 1), table.title)
    sheet.cell(1, 1).font = Font(_FACE, 15, bold=True)
    _put(sheet.cell(2, 1), f"Số liệu đến {numbers.moment(table.as_of)}. Lưu hành nội bộ.")
    sheet.cell(2, 1).font = Font(_FACE, 12, italic=True)


def _write_row(sheet: Worksheet, n: int, values: list[Any]) -> None:
    for i, (column, value) in enumerate(zip(_COLUMNS, values, strict=True), start=1):
        cell = sheet.cell(n, i)
        _put(cell, value)
        if not isinstance(value, str):
            cell.number_format = column.format
        cell.border, cell.font = _GRID, Font(_FACE, 12)
        cell.alignment = Alignment(column.align, "center", wrap_text=True)
    sheet.row_dimensions[n].height = min(_LINE * _lines(values) + 6, _HIGHEST)


def _lines(values: list[Any]) -> int:
    """How many lines the longest text of a row takes; not every program fits the height of rows by itself."""
    pairs = zip(_COLUMNS, values, strict=True)
    return max(len(textwrap.wrap(v, column.width - 1)) or 1 if isinstance(v, str) else 1 for column, v in pairs)


def _put(cell: Any, value: Any) -> None:
    """Write a value; text is marked as text, also for whoever edits the cell later in Excel."""
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = text.clean(value)[:_LONGEST] or None
    if cell.value:
        cell.data_type, cell.quotePrefix = "s", cell.value[0] in "=+-@"


def _colour(sheet: Worksheet, n: int, fill: PatternFill) -> None:
    for cell in sheet[n]:
        cell.fill = fill


def _dress(sheet: Worksheet, last: int) -> None:
    """Header, widths, frozen panes, filter over the branches alone, and a landscape print of one page's width."""
    end = get_column_letter(len(_COLUMNS))
    for i, column in enumerate(_COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(i)].width = column.width
        _head(sheet.cell(HEADER_ROW, i))
    sheet.row_dimensions[HEADER_ROW].height = 5 * _LINE
    sheet.freeze_panes = f"D{HEADER_ROW + 1}"
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{end}{last}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins = PageMargins(0.4, 0.4, 0.5, 0.5)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _head(cell: Any) -> None:
    cell.font, cell.fill = Font(_FACE, 12, bold=True, color="FFFFFF"), _HEADER_FILL
    cell.alignment = Alignment("center", "center", wrap_text=True)


def _saved(book: Workbook) -> bytes:
    book.properties.creator = "Trợ lý chi bộ"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
