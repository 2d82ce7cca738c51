"""The office's own list of branches: title rows, merged headings, totals, and everything that is wrong with a cell."""

from pathlib import Path

import openpyxl
import pytest

from messages.reading import office_sheet

HEADINGS = [
    "STT", "Mã", "Tên chi bộ", "Tên gọi khác", "Đảng viên chính thức", "Đảng viên dự bị",
    "Miễn sinh hoạt", "Quần chúng", "Bí thư", "Phó Bí thư",
]  # fmt: skip
MUSEUM = [1, "BT", "Chi bộ Bảo tàng", "Bảo tàng; BTang", 26, 2, 2, 15, "Nguyễn Văn A", "Trần Thị B"]


def save(path: Path, rows: list[list[object]], merged: tuple[str, ...] = ()) -> Path:
    """Save rows as a workbook."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    book.save(path)
    return path


def problems(path: Path) -> list[tuple[int, str, str]]:
    """Read a file and give what is wrong with it."""
    return [(each.row, each.column, each.kind) for each in office_sheet.read_branches(path).problems]


def test_the_sample_reads_whole() -> None:
    """The shipped sample has twelve branches and nothing wrong."""
    sheet = office_sheet.read_branches(Path(__file__).parent.parent / "campaigns/sample/chi-bo-mau.xlsx")
    assert (len(sheet.rows), sheet.problems) == (12, ())


def test_title_rows_totals_and_signatures_are_no_branches(tmp_path: Path) -> None:
    """Only the branch between titles, column numbers, group rows, totals and signatures is read."""
    rows = [
        ["ĐẢNG ỦY SỞ"], ["DANH SÁCH CHI BỘ"], [], HEADINGS, list(range(1, 11)),
        ["I", None, "Khối sự nghiệp"], MUSEUM, [], ["Tổng cộng", None, None, None, "=SUM(E7:E7)"],
        [None, None, "Người lập biểu", None, None, None, None, None, "Bí thư"],
    ]  # fmt: skip
    sheet = office_sheet.read_branches(save(tmp_path / "a.xlsx", rows, ("A1:J1", "A2:J2", "C6:J6")))
    assert sheet.problems == ()
    assert sheet.rows == (
        office_sheet.BranchRow(
            7, 1, "BT", "Chi bộ Bảo tàng", ("Bảo tàng", "BTang"), 26, 2, 2, 15, "Nguyễn Văn A", "Trần Thị B"
        ),
    )


def test_headings_may_stand_in_two_merged_rows(tmp_path: Path) -> None:
    """ "Đảng viên" over "Chính thức" and "Dự bị" is understood."""
    rows = [
        ["Danh sách"], ["TT", "Tên chi bộ", "Đảng viên", None, None, "Bí thư"],
        [None, None, "Chính thức", "Dự bị", "Miễn sinh hoạt", None], [1, "Thư viện", 17, 0, None, "Trần Thị B"],
    ]  # fmt: skip
    sheet = office_sheet.read_branches(save(tmp_path / "a.xlsx", rows, ("A2:A3", "B2:B3", "C2:E2", "F2:F3")))
    (branch,) = sheet.rows
    assert (branch.row, branch.name, branch.full, branch.probationary, branch.exempt) == (4, "Thư viện", 17, 0, None)
    assert branch.secretary == "Trần Thị B"


def test_only_the_name_is_needed(tmp_path: Path) -> None:
    """A list of names alone is a list of branches."""
    sheet = office_sheet.read_branches(save(tmp_path / "a.xlsx", [["Tên chi bộ"], ["Bảo tàng"], ["Thư viện"]]))
    assert [branch.name for branch in sheet.rows] == ["Bảo tàng", "Thư viện"]
    assert sheet.rows[0].full is None


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({4: "hai sáu"}, (2, "full", "not_a_number")),
        ({4: 26.5}, (2, "full", "not_a_number")),
        ({7: -3}, (2, "masses", "negative")),
        ({7: 12345678}, (2, "masses", "too_large")),
        ({6: 40}, (2, "exempt", "exempt_over_members")),
        ({2: None}, (2, "name", "missing_name")),
        ({4: "=A2*3"}, (2, "full", "formula_without_value")),
    ],
)
def test_a_wrong_cell_is_named(tmp_path: Path, changed: dict[int, object], expected: tuple[int, str, str]) -> None:
    """Row, column and kind of what is wrong are told."""
    row = [changed.get(index, cell) for index, cell in enumerate(MUSEUM)]
    assert expected in problems(save(tmp_path / "a.xlsx", [HEADINGS, row]))


def test_duplicates_point_to_the_first(tmp_path: Path) -> None:
    """A code or name that stands twice is a problem of the later row; "Chi bộ" before a name makes no difference."""
    again = [2, "bt", "bảo tàng", *MUSEUM[3:]]
    sheet = office_sheet.read_branches(save(tmp_path / "a.xlsx", [HEADINGS, MUSEUM, again]))
    assert [(each.row, each.kind, each.expected) for each in sheet.problems] == [
        (3, "duplicate_code", "2"),
        (3, "duplicate_name", "2"),
    ]


@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8-sig"), (";", "utf-8"), ("\t", "utf-8")])
def test_a_csv_reads_like_a_workbook(tmp_path: Path, delimiter: str, encoding: str) -> None:
    """Commas, semicolons and tabs, with and without a byte order mark."""
    row = [str(cell).replace(";", " ") for cell in MUSEUM]
    path = tmp_path / "a.csv"
    path.write_text("\r\n".join(["Danh sách", delimiter.join(HEADINGS), delimiter.join(row)]), encoding=encoding)
    (branch,) = office_sheet.read_branches(path).rows
    assert (branch.row, branch.code, branch.full) == (3, "BT", 26)


def test_what_is_no_list_is_refused(tmp_path: Path) -> None:
    """Without headings NoHeader, without a readable file Unreadable."""
    with pytest.raises(office_sheet.NoHeader):
        office_sheet.read_branches(save(tmp_path / "a.xlsx", [["Xin chào"], ["Bảo tàng"]]))
    for name, content in {"b.xlsx": b"not a zip", "c.csv": b"T\xean chi b\xf4", "d.pdf": b"%PDF"}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(office_sheet.Unreadable):
            office_sheet.read_branches(tmp_path / name)
