"""The office's workbook, opened again: real dates and numbers, no formula, no invented zero."""

import csv
import io
import pickle
from dataclasses import replace
from datetime import UTC, date, datetime

import openpyxl
import pytest

from messages.documents import excel, sheets, workbook
from messages.documents.workbook import SummaryRow, SummaryTable

AS_OF = datetime(2024, 5, 29, 10, tzinfo=UTC)
SENT = datetime(2024, 5, 28, 15, 42, 7, tzinfo=UTC)
MUSEUM = SummaryRow(
    1, "01", "Bảo tàng", "chờ rà soát", SENT, "trong hạn", date(2024, 5, 13), "trực tiếp", "Bí thư", 26, 24, 5, 7, 3
)
LIBRARY = replace(MUSEUM, ordinal=3, name="Thư viện", summoned=1018, attended=1018, masses=0, pledged=None)
THEATRE = SummaryRow(2, "NH", "Nhà hát", "đang soạn", None, "", None, "", "", 99, 98, 97, 96, 95, "Đã gọi")
BOARD = SummaryTable("TỔNG HỢP Chuyên đề năm 2024", AS_OF, (LIBRARY, MUSEUM, THEATRE))


def opened(table: SummaryTable):
    """The sheet, read back."""
    return openpyxl.load_workbook(io.BytesIO(sheets.build_book((workbook.summary_sheet(table),))))["Tổng hợp"]


def row(sheet, n: int) -> dict:
    """Row n as heading: value."""
    headings = [cell.value for cell in sheet[excel.HEADER_ROW]]
    return dict(zip(headings, [cell.value for cell in sheet[n]], strict=True))


def test_a_reported_branch_has_real_values():
    """Dates are dates, counts are numbers, the rate is a number shown as a percentage, codes stay text."""
    sheet = opened(BOARD)
    assert row(sheet, 5) == {
        "STT": 1,
        "Mã": "01",
        "Chi bộ": "Bảo tàng",
        "Tình trạng": "chờ rà soát",
        "Gửi lúc": datetime(2024, 5, 28, 15, 42),  # noqa: DTZ001 - Excel knows no zones
        "Thời hạn": "trong hạn",
        "Ngày học": datetime(2024, 5, 13),  # noqa: DTZ001 - the same
        "Hình thức": "trực tiếp",
        "Báo cáo viên": "Bí thư",
        "Đảng viên phải học": 26,
        "Đảng viên dự": 24,
        "Tỷ lệ đảng viên dự": 0.9231,
        "Quần chúng dự": 5,
        "Đăng ký, cam kết": 7,
        "Tin, bài, lượt tuyên truyền": 3,
        "Ghi chú": None,
        "Bản ký": "chưa có bản ký",
    }
    assert sheet["L5"].number_format == "0.00%"
    assert sheet["G5"].number_format == "dd/mm/yyyy"


def test_an_unreported_branch_has_words_and_no_figures():
    """Half-typed figures of a draft are not printed, and nothing is shown as 0."""
    cells = row(opened(BOARD), 6)
    assert (cells["Tình trạng"], cells["Thời hạn"], cells["Ghi chú"]) == ("đang soạn", "chưa báo cáo", "Đã gọi")
    assert [value for value in list(cells.values())[6:15] if value is not None] == []
    assert cells["Bản ký"] is None


def test_the_excused_are_apart_and_a_signed_copy_is_shown():
    """An excused branch is neither missing nor counted; number and date of the signed copy stand as they were typed."""
    excused = SummaryRow(3, "DT", "Di tích", "được miễn", excused=True)
    signed = replace(MUSEUM, signed="Số 05-BC/CB ngày 30/5, iOffice")
    sheet = opened(replace(BOARD, rows=(signed, THEATRE, excused)))
    assert row(sheet, 5)["Bản ký"] == "Số 05-BC/CB ngày 30/5, iOffice"
    assert [value for value in row(sheet, 7).values() if value is not None] == [3, "DT", "Di tích", "được miễn"]
    assert row(sheet, 8)["Tình trạng"] == "1/2 chi bộ đã báo cáo, miễn 01"
    silent = replace(THEATRE, state_words="")
    assert row(opened(replace(BOARD, rows=(silent,))), 5)["Tình trạng"] == "chưa báo cáo"


def test_the_total_adds_only_what_was_reported():
    """Two of three branches; members and masses have a total each; what nobody answered stays empty."""
    total = row(opened(BOARD), 8)
    assert total["Chi bộ"] == "Cộng"
    assert total["Tình trạng"] == "2/3 chi bộ đã báo cáo"
    figures = ("Đảng viên phải học", "Đảng viên dự", "Quần chúng dự", "Đăng ký, cam kết")
    assert [total[name] for name in figures] == [1044, 1042, 5, 7]
    assert total["Tỷ lệ đảng viên dự"] == 0.9981
    assert row(opened(replace(BOARD, rows=(THEATRE,))), 6)["Đảng viên dự"] is None


@pytest.mark.parametrize(
    ("attended", "summoned", "rate"),
    [(29999, 30000, 0.9999), (26, 26, 1), (0, 26, 0), (24, None, None), (None, 26, None), (0, 0, None)],
)
def test_a_rate_never_claims_all(attended, summoned, rate):
    """100% only when nobody was missing; nothing to divide is an empty cell."""
    one = replace(MUSEUM, attended=attended, summoned=summoned)
    sheet = opened(replace(BOARD, rows=(one,)))
    assert row(sheet, 5)["Tỷ lệ đảng viên dự"] == row(sheet, 6)["Tỷ lệ đảng viên dự"] == rate


def test_text_never_becomes_a_formula():
    """What begins like a formula is stored as text and marked so; control characters are dropped."""
    wild = ("=1+1", "+84", "-x", "@SUM(A1)", "a\x00\x07b", '=HYPERLINK("http://x")')
    rows = tuple(replace(MUSEUM, ordinal=i, name=name, note=name) for i, name in enumerate(wild))
    sheet = opened(replace(BOARD, rows=rows, title="=cmd()"))
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n", "d"}
    assert [sheet.cell(5 + i, 3).value for i in range(6)] == [*wild[:4], "ab", wild[5]]
    assert sheet["C5"].quotePrefix
    assert not sheet["C9"].quotePrefix


def test_nor_does_it_in_csv():
    """Marked in front, also after a tab or a line end that a program skips; the file says that it is UTF-8."""
    wild = ("=1+1", "+84", "-x", "@SUM(A1)", "\t=1", "\r\n=1", "-", 'a;"=1",b')
    rows = tuple(replace(MUSEUM, ordinal=i, name=name) for i, name in enumerate(wild))
    made = sheets.build_csv(workbook.summary_sheet(replace(BOARD, rows=rows)))
    assert made.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    column = [line[lines[0].index("Chi bộ")] for line in lines[1:-1]]
    assert column == ["'=1+1", "'+84", "'-x", "'@SUM(A1)", "'=1", "'=1", "'-", wild[-1]]
    assert not [cell for line in lines for cell in line if cell[:1] in tuple("=+-@\t\r")]


def test_the_sheet_is_ready_to_use():
    """Title and cut-off above, header frozen with the names, filter over the branches alone, landscape print."""
    sheet = opened(BOARD)
    assert sheet["A1"].value == "TỔNG HỢP Chuyên đề năm 2024"
    assert sheet["A2"].value == "Số liệu đến 10:00 ngày 29/5/2024. Lưu hành nội bộ."
    assert sheet.freeze_panes == "D5"
    assert sheet.auto_filter.ref == "A4:Q7"
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.column_dimensions["C"].width == 20


def test_long_words_have_room():
    """A row is as high as its longest text needs, so that no line is cut off."""
    long = replace(MUSEUM, note="một hai ba bốn năm " * 20)
    sheet = opened(replace(BOARD, rows=(long, THEATRE)))
    assert sheet.row_dimensions[5].height > 200
    assert sheet.row_dimensions[6].height < 30


def test_no_branch_at_all_is_still_a_sheet():
    """An empty register gives header and total."""
    assert row(opened(replace(BOARD, rows=())), 5)["Tình trạng"] == "0/0 chi bộ đã báo cáo"


def test_a_table_travels_to_a_child_process():
    """The values can be pickled and come back equal."""
    assert pickle.loads(pickle.dumps(BOARD)) == BOARD
