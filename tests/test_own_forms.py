"""An office's own forms: filled with plain values alone, every mistake named; no text is a formula or a program."""

import io
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from messages.documents import own_form, own_values
from messages.documents.own_form import FormError
from messages.documents.summed import COUNTED, INCOMPLETE, REOPENED, WAITING, Line, Part, Total
from tests import test_consolidated as upward
from tests.dialog import shown_text
from tests.world import World, local

DOCUMENT = (Path(__file__).parent.parent / "docs/mau-rieng.md").read_text(encoding="utf-8")
VALUES: dict[str, Any] = {
    "co_quan": "Đảng ủy <Sở> & X",
    "tong": {"du": 7, "ty_le": "94,44%", "dang_vien": 2909, "quan_chung": None},
    "dong": [{"chi_bo": "Bảo tàng", "du": 3}, {"chi_bo": "=HYPERLINK(1)", "du": None}],
}


def word(*lines: str) -> bytes:
    """Return a Word file of these paragraphs."""
    made, out = docx.Document(), io.BytesIO()
    for line in lines:
        made.add_paragraph(line)
    made.save(out)
    return out.getvalue()


def excel(*rows: tuple[Any, ...]) -> bytes:
    """Return a workbook of these rows."""
    made, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        made.worksheets[0].append(row)
    made.save(out)
    return out.getvalue()


def lines(content: bytes) -> list[str]:
    """Return the paragraphs of a Word file."""
    return [each.text for each in docx.Document(io.BytesIO(content)).paragraphs]


def test_a_word_form_is_filled() -> None:
    """Values as office texts write them, rows by a loop, nothing for what is not known."""
    form = word("{{ co_quan }}: {{ tong.du }}/{{ tong.dang_vien }}{{ tong.quan_chung }}", "{%p for d in dong %}",
                "{{ loop.index }} {{ d.chi_bo|upper }} {{ d.du }}", "{%p endfor %}")  # fmt: skip
    assert lines(own_form.fill("a.docx", form, VALUES)) == [
        "Đảng ủy <Sở> & X: 07/2.909",
        "01 BẢO TÀNG 03",
        "02 =HYPERLINK(1) ",
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{{ tong.duu }}", "{{ tong.duu }}: không có; gần nhất: tong.du"),
        ("{{ khong }} {{ tong.duu }}", "{{ khong }}: không có"),
        ("{{ dong.__class__ }}", "{{ dong.__class__ }}: không có"),
        ("{{ ''.__class__.__mro__ }}", "{{ __class__ }}: không có"),
        ("{{ co_quan.format }}", "{{ co_quan.format }}: không có"),
        ("{{ cycler }}", "{{ cycler }}: không có"),
        ("{{ self.__init__ }}", "{{ self.__init__ }}: không có"),
        ("{{ co_quan.upper() }}", "chỉ được ghi tên trong {{ }}"),
        ("{{ 'a' * 1000000000 }}", "chỉ được ghi tên trong {{ }}"),
        ("{{ range(1000000000) }}", "chỉ được ghi tên trong {{ }}"),
        ("{{ tong }}", "có chỗ trong {{ }} hoặc {% %} không dùng được"),
        ("{% include '/etc/passwd' %}", "có chỗ trong {{ }} hoặc {% %} không dùng được"),
        ("{{ co_quan|attr('x') }}", "dấu {{ }} hoặc {% %} viết chưa đúng, gần “{{ co_quan|attr"),
        ("{% for d in dong", "dấu {{ }} hoặc {% %} viết chưa đúng"),
    ],
)
def test_a_word_form_reaches_plain_values_alone(written: str, said: str) -> None:
    """Unknown names are named with what is near; attributes, calls, sums, files and filters are refused."""
    with pytest.raises(FormError) as wrong:
        own_form.fill("a.docx", word(written), VALUES)
    assert wrong.value.problems[0].startswith(said)


def test_all_that_is_wrong_is_said_at_once() -> None:
    """Two unknown names are two lines."""
    with pytest.raises(FormError) as wrong:
        own_form.fill("a.docx", word("{{ tong.mot }}", "{{ hai }}"), VALUES)
    assert len(wrong.value.problems) == 2


def test_an_excel_form_is_filled() -> None:
    """A row for each branch, numbers stay numbers, the office's formulas stay and move, no text becomes one."""
    form = excel(("{{ co_quan }}",), ("{{ dong.chi_bo }}", "{{ dong.du }}"), ("Cộng {{ tong.du }}", "{{ tong.du }}"),
                 ("", "=B3*2"))  # fmt: skip
    page = openpyxl.load_workbook(io.BytesIO(own_form.fill("a.xlsx", form, VALUES))).worksheets[0]
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["Đảng ủy <Sở> & X", None],
        ["Bảo tàng", 3],
        ["=HYPERLINK(1)", None],
        ["Cộng 07", 7],
        [None, "=B4*2"],
    ]
    assert (page["A3"].data_type, page["B5"].data_type) == ("s", "f")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("{{ tong.duu }}", "{{ tong.duu }}: không có; gần nhất: tong.du"),
        ("{{ tong }}", "{{ tong }}: là một nhóm"),
        ("{{ tong.du + 1 }} và {{ tong.du }}", "ô A1: “{{ tong.du + 1 }} và {{ tong.du }}” viết chưa đúng"),
        ("{{ dong.ten }}", "{{ dong.ten }}: không có"),
    ],
)
def test_a_mistake_in_a_cell_is_named(cell: str, said: str) -> None:
    """The cell, what stands there, what comes near."""
    with pytest.raises(FormError) as wrong:
        own_form.fill("a.xlsx", excel((cell,)), VALUES)
    assert wrong.value.problems[0].startswith(said)


async def test_the_office_sends_a_form_and_has_it_filled(world: World) -> None:
    """Through the gate, tried at once; a mistake is said and nothing kept; then filled with what was taken in."""
    await upward.ready(world)
    await world.say("D", "/xuat")
    for label in ("Mẫu của cơ quan", "Thêm mẫu"):
        await world.press("D", label)
    await world.send_file("D", "bieu-01.docx", word("{{ tong.duu }}"))
    assert "{{ tong.duu }}: không có; gần nhất: tong.du" in shown_text(world.unread("D")[-1])
    await world.say("D", "/xuat")
    for label in ("Mẫu của cơ quan", "Thêm mẫu"):
        await world.press("D", label)
    await world.send_file("D", "bieu-01.docx", word("{{ tong.du }}/{{ tong.dang_vien }}: {{ tong.ty_le }}"))
    for label in ("Dùng mẫu này", "Báo cáo học tập Chuyên đề"):
        await world.press("D", label)
    sent = world.unread("D")[-1]
    assert lines(Path(sent.message.file.path).read_bytes()) == ["126/133: 94,74%"]
    await world.say("D", "/xuat")
    for label in ("Mẫu của cơ quan", "bieu-01.docx", "Tính cả báo cáo chờ", "Báo cáo học tập Chuyên đề"):
        await world.press("D", label)
    assert lines(Path(world.unread("D")[-1].message.file.path).read_bytes()) == ["187/198: 94,44%"]


async def test_a_file_nobody_asked_for_may_be_a_form(world: World) -> None:
    """Sent without [Thêm mẫu]: asked which it is; as a form it is tried like any, a table can be no plan."""
    await upward.ready(world)
    await world.say("D", "/xuat")
    await world.press("D", "Mẫu của cơ quan")
    await world.send_file("D", "bieu-01.docx", word("{{ tong.du }}"))
    asked = shown_text(world.unread("D")[-1])
    assert "là kế hoạch mới cần đưa vào thực hiện, hay mẫu của cơ quan" in asked
    assert "[Đọc kế hoạch này]" in asked
    await world.press("D", "Thêm làm mẫu của cơ quan")
    for label in ("Dùng mẫu này", "Báo cáo học tập Chuyên đề"):
        await world.press("D", label)
    assert lines(Path(world.unread("D")[-1].message.file.path).read_bytes()) == ["126"]
    await world.send_file("D", "bieu-02.xlsx", excel(("{{ tong.du }}",)))
    asked = shown_text(world.unread("D")[-1])
    assert "có phải mẫu của cơ quan" in asked
    assert "[Đọc kế hoạch này]" not in asked


async def test_a_secret_form_is_not_kept(world: World) -> None:
    """The gate for files holds here too."""
    await upward.ready(world)
    await world.say("D", "/xuat")
    for label in ("Mẫu của cơ quan", "Thêm mẫu"):
        await world.press("D", label)
    await world.send_file("D", "bieu.docx", word("MẬT", "{{ tong.du }}"))
    assert not list(world.assistant.files.glob("*.docx"))


async def test_the_document_lists_every_name(world: World) -> None:
    """What a form can ask for is in docs/mau-rieng.md, and what is there can be asked for."""
    await upward.ready(world)

    async def look(session: Any) -> set[str]:
        from handlers.office import export, issue_files, own_forms
        from messages.documents import own_values

        moment = await world.assistant.moment(session)
        scope = (await export.scopes(moment))[0]
        wanted = await own_forms._wanted(moment, scope, draft=True)
        return set(own_form.paths(own_values.values_of(issue_files.added_up(wanted))))

    known = {path for path in await world.read(look) if not path.startswith("viec.")}
    table = " ".join(line.split("|")[1] + line.split("|")[2] for line in DOCUMENT.splitlines() if line.startswith("| "))
    asked = set(re.findall(r"\b(?:chon|dem|y_kien)\.\w+", table))
    assert asked <= known
    loose = {path.rpartition(".")[2] for path in known if not path.startswith(("chon.", "dem.", "y_kien."))}
    assert {name for name in loose if not re.search(rf"\b{name}\b", table)} == set()


def test_dates_are_dates() -> None:
    """In Excel a day can be counted with; in Word it is written as here."""
    values = {"ngay": datetime(2024, 5, 13).date()}  # noqa: DTZ001 - a day has no zone
    assert lines(own_form.fill("a.docx", word("{{ ngay }}"), values)) == ["13/5/2024"]
    page = openpyxl.load_workbook(io.BytesIO(own_form.fill("a.xlsx", excel(("{{ ngay }}",)), values))).worksheets[0]
    assert page["A1"].is_date
    assert (page["A1"].number_format, page.column_dimensions["A"].width) == ("dd/mm/yyyy", 12)


def test_a_form_says_itself_how_days_and_rates_look() -> None:
    """What it formatted or made wide stays; else a rate is a percentage, never 0.9231."""
    made = openpyxl.Workbook()
    page, out = made.worksheets[0], io.BytesIO()
    page.append(("{{ ngay }}", "{{ phan }}", "{{ phan }}"))
    page["A1"].number_format, page["C1"].number_format = "d/m", "0.0"
    page.column_dimensions["A"].width = 30
    made.save(out)
    values = {"ngay": datetime(2024, 5, 13).date(), "phan": 0.9231}  # noqa: DTZ001 - a day has no zone
    page = openpyxl.load_workbook(io.BytesIO(own_form.fill("a.xlsx", out.getvalue(), values))).worksheets[0]
    assert [page[each].number_format for each in ("A1", "B1", "C1")] == ["d/m", "0.00%", "0.0"]
    assert page.column_dimensions["A"].width == 30


async def test_a_form_is_tried_with_every_part(world: World) -> None:
    """One that asks for what a quarter's report alone has is taken, though the whole plan begins with the study report;
    what no part has is named.
    """
    await upward.ready(world)
    await world.start_campaign({"due.thematic_meeting": 18})
    await world.move_to(local("2024-05-29 10:30"))
    await world.say("D", "/xuat")
    for label in ("Mẫu của cơ quan", "Thêm mẫu"):
        await world.press("D", label)
    await world.send_file(
        "D", "bieu-02.docx", word("{%p for x in chon.level %}", "{{ x.ten }} {{ cong.opinions }}", "{%p endfor %}")
    )
    assert "Đã nhận mẫu bieu-02.docx, điền thử được." in shown_text(world.unread("D")[-1])
    await world.say("D", "/xuat")
    for label in ("Mẫu của cơ quan", "Thêm mẫu"):
        await world.press("D", label)
    await world.send_file("D", "bieu-03.docx", word("{{ chon.levell }}"))
    assert "{{ chon.levell }}: không có" in shown_text(world.unread("D")[-1])


def test_reports_opened_again_are_counted_apart() -> None:
    """A draft counts what waits and what was opened again, a final version neither: each has its own number."""
    for marked in (True, False):
        stands = [(COUNTED, how) if marked else (how, "") for how in (WAITING, INCOMPLETE, REOPENED)]
        found = tuple(Line(n, n, "", how, mark=mark) for n, (how, mark) in enumerate(stands))
        total = own_values._total(Part("study_report", "", "", "study_report", Total(), found))
        assert (total["da_bao_cao"], total["cho_ra_soat"], total["mo_lai"]) == (3 if marked else 0, 2, 1)
