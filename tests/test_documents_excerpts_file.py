"""An office's own table of excerpts: found under title rows, read from Excel and CSV, wrong rows named."""

import io
import zipfile
from datetime import UTC, datetime

import openpyxl
import pytest

from messages.documents import excerpts_file
from messages.documents.excerpts_file import ExcerptRow, Problem, read_excerpts

HEADER = ("STT", "Nội dung", "Nguồn", "Trang", "Chủ đề")
FIRST = (1, "Dân là gốc.", "Kế hoạch của Đảng ủy, mục I", 12.0, "Dân chủ")
SECOND = (2, "Việc gì có lợi cho dân.", "Tài liệu học tập", "5–6", None)


def xlsx(path, *rows, merge=""):
    """Write rows into a workbook and return its path."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    if merge:
        book.worksheets[0].merge_cells(merge)
    book.save(path)
    return path


def csv_file(path, content: str, encoding="utf-8"):
    """Write text as a file and return its path."""
    path.write_bytes(content.encode(encoding))
    return path


def test_rows_are_found_under_the_title_rows(tmp_path):
    """Title rows and empty rows above are passed over; numbers of pages lose their decimals."""
    rows, problems = read_excerpts(
        xlsx(tmp_path / "a.xlsx", ("TRÍCH ĐOẠN CHUYÊN ĐỀ NĂM 2024",), (), HEADER, FIRST, SECOND, ())
    )
    assert problems == []
    assert rows == [
        ExcerptRow(4, "Dân là gốc.", "Kế hoạch của Đảng ủy, mục I", "12", "Dân chủ"),
        ExcerptRow(5, "Việc gì có lợi cho dân.", "Tài liệu học tập", "5–6", ""),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "NỘI DUNG;NGUỒN;TRANG",
        "noi dung;nguon;trang",
        "Nội dung trích *;Nguồn trích dẫn;Số trang",
        "No\u0323\u0302i dung;Nguo\u0302\u0300n;Trang",
    ],
)
def test_columns_are_found_however_they_are_typed(tmp_path, header):
    """Capitals, no diacritics, decomposed letters, marks and usual other names."""
    rows, problems = read_excerpts(csv_file(tmp_path / "a.csv", f"{header}\nDân là gốc.;Tài liệu;7\n"))
    assert (rows, problems) == ([ExcerptRow(2, "Dân là gốc.", "Tài liệu", "7")], [])


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_comes_in_several_kinds(tmp_path, mark, encoding):
    """Comma, semicolon or tab; with or without a byte order mark; quoted text keeps its marks and lines."""
    content = mark.join(("Nội dung", "Nguồn")) + "\r\n" + mark.join(('"Một, hai;\nba"', "Tài liệu")) + "\r\n"
    rows, problems = read_excerpts(csv_file(tmp_path / "a.csv", content, encoding))
    assert problems == []
    assert [(row.text, row.source) for row in rows] == [("Một, hai; ba", "Tài liệu")]


def test_one_source_merged_over_several_excerpts_counts_for_each(tmp_path):
    """Merged cells are read as people see them."""
    path = xlsx(tmp_path / "a.xlsx", HEADER, FIRST, (2, "Đoạn hai.", None, 13, None), merge="C2:C3")
    rows, problems = read_excerpts(path)
    assert problems == []
    assert [row.source for row in rows] == ["Kế hoạch của Đảng ủy, mục I"] * 2


def test_wrong_rows_are_named_and_the_others_kept(tmp_path):
    """Each problem has its line; a good row beside it is still read."""
    path = xlsx(
        tmp_path / "a.xlsx",
        HEADER,
        FIRST,
        (2, None, "Tài liệu", 3),
        (3, "Không nguồn.", None, 3),
        (4, "x" * (excerpts_file.LONGEST + 1), "Tài liệu", 3),
        (5, "DÂN LÀ GỐC", "Tài liệu khác", 3),
        (6, "Trang bị đổi.", "Tài liệu", datetime(2024, 6, 5, tzinfo=UTC).replace(tzinfo=None)),
        (7, None, None, None),
    )
    rows, problems = read_excerpts(path)
    assert [row.row for row in rows] == [2]
    assert set(problems) == {
        Problem(3, "no_text"),
        Problem(4, "no_source"),
        Problem(5, "too_long"),
        Problem(6, "repeated"),
        Problem(7, "page_is_date"),
    }


def test_the_second_sheet_is_read_when_the_first_is_a_cover(tmp_path):
    """The first sheet with the header counts."""
    book = openpyxl.Workbook()
    book.worksheets[0].append(("Bìa",))
    sheet = book.create_sheet("Trích")
    sheet.append(HEADER)
    sheet.append(FIRST)
    book.save(tmp_path / "a.xlsx")
    assert len(read_excerpts(tmp_path / "a.xlsx")[0]) == 1


def test_more_rows_than_can_be_approved_are_not_read(tmp_path):
    """The limit is said once, with the first row left out."""
    lines = "\n".join(f"Đoạn số {i};Tài liệu" for i in range(excerpts_file.MOST_ROWS + 5))
    rows, problems = read_excerpts(csv_file(tmp_path / "a.csv", f"Nội dung;Nguồn\n{lines}"))
    assert len(rows) == excerpts_file.MOST_ROWS
    assert problems == [Problem(excerpts_file.MOST_ROWS + 2, "too_many")]


@pytest.mark.parametrize("content", [b"\x00\x01\x02" * 50, b"\xd0\xcf\x11\xe0 old Excel", b"PK\x03\x04 cut off"])
def test_other_files_are_unreadable(tmp_path, content):
    """A picture, an .xls or half a file is one problem of the whole, never an exception."""
    (tmp_path / "a.xlsx").write_bytes(content)
    assert read_excerpts(tmp_path / "a.xlsx") == ([], [Problem(0, "unreadable")])


def test_a_missing_or_foreign_file_is_a_problem_too(tmp_path):
    """No file, a zip that is no workbook, a file that unpacks to fill the memory."""
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", io.BytesIO(bytes(16_000_000)).getvalue())
    for name in ("none.xlsx", "b.xlsx"):
        assert read_excerpts(tmp_path / name) == ([], [Problem(0, "unreadable")])


@pytest.mark.parametrize("content", ["", "Nội dung;Trang\nDân là gốc.;7", "chỉ là chữ"])
def test_without_text_and_source_columns_nothing_is_read(tmp_path, content):
    """An excerpt without a source must not get in by a missing column."""
    assert read_excerpts(csv_file(tmp_path / "a.csv", content)) == ([], [Problem(0, "no_header")])
