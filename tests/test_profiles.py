"""Layouts as data: ours are whole, the office's own are read, and every mistake in one is named with what is known."""

import re
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Mm

from messages.documents import profiles
from messages.documents.profiles import ProfileError
from tests import test_consolidated as upward
from tests import year_2024 as year
from tests.dialog import shown_text
from tests.world import World, local

ROOT = Path(__file__).parent.parent
DOCUMENT = (ROOT / "docs/ho-so-the-thuc.md").read_text(encoding="utf-8")
OWN = re.search(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)[1]  # type: ignore[index]  # it is there


@pytest.mark.parametrize("name", profiles.names())
def test_ours_can_be_used(name: str) -> None:
    """Each says what it is; the margins are those both rules share."""
    found = profiles.load(name)
    assert found.title
    assert (found.page.top, found.page.bottom, found.page.left, found.page.right) == (20, 20, 30, 15)


def test_the_two_differ_as_is_known() -> None:
    """2018: "./." and lines of 18; 2026, as far as it is known: ".", recipients 12 and 11."""
    old, new = profiles.load("hd36_2018"), profiles.load("hd05_2026")
    assert (old.end, new.end) == ("./.", ".")
    assert (old.sizes.recipients_title, old.sizes.recipients) == (14, 12)
    assert (new.sizes.recipients_title, new.sizes.recipients) == (12, 11)


def test_the_documents_example_can_be_used() -> None:
    """What the document shows is a whole profile, and its table names every key."""
    assert profiles.read(OWN, "x.yaml").page.right == 20
    rows = {line.split("|")[1].strip(" *") for line in DOCUMENT.splitlines() if line.startswith("| ")}
    assert set(profiles.Profile.model_fields) <= rows
    for part in (profiles.Sizes, profiles.Page, profiles.Body, profiles.Headings, profiles.Wording):
        assert [key for key in part.model_fields if not re.search(rf"\b{key}\b", DOCUMENT)] == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("font:", "fnot:", "x.yaml: fnot: không có khóa này; có phải là “font”"),
        ("body: 14", "boddy: 14", "x.yaml: sizes.boddy: không có khóa này; có phải là “body”"),
        ("party: 15", "party: to", "x.yaml: sizes.party: cần một số, đang ghi 'to'"),
        ("party: 15", "party: 1500", "x.yaml: sizes.party: số lớn quá, đang ghi 1500"),
        ("party_rule: 70\n", "", "x.yaml: party_rule: còn thiếu"),
        ("font: Times New Roman", "font: [", "x.yaml: không đọc được YAML (dòng 4)"),
        ("rule: \"___\"", "rule: \"___\", x: 1", "x.yaml: words.x: không có khóa này; ở đây có: party, mark"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(old: str, new: str, said: str) -> None:
    """File, key, what is expected, what stands there; a key that is nearly right is proposed."""
    with pytest.raises(ProfileError) as wrong:
        profiles.read(OWN.replace(old, new), "x.yaml")
    assert any(each.startswith(said) for each in wrong.value.problems), wrong.value.problems


async def test_an_office_uses_its_own(world: World) -> None:
    """Chosen by button, it lays out the report; with a mistake in it nothing is made and the mistake is said."""
    await upward.ready(world)
    folder = world.assistant.files.parent / "the-thuc"
    folder.mkdir()
    (folder / "so-vhttdl.yaml").write_text(OWN, encoding="utf-8")
    (folder / "hong.yaml").write_text("font: 3", encoding="utf-8")
    await world.say("D", "/xuat")
    for label in ("Cách trình bày", "Bố cục"):
        await world.press("D", label)
    assert "hong.yaml: page: còn thiếu" in shown_text(world.unread("D")[-1])
    await world.press("D", "Sở Văn hóa, Thể thao và Du lịch")
    version = await upward.made(world, "Lập bản chính thức")
    assert round((await upward.opened(world, version.file_id)).sections[0].right_margin.mm) == round(Mm(20).mm)
    (folder / "so-vhttdl.yaml").write_text(OWN.replace("end:", "ende:"), encoding="utf-8")
    world.unread("D")
    await upward.made(world, "Lập bản chính thức")
    said = shown_text(world.unread("D")[-1])
    assert "so-vhttdl.yaml: ende: không có khóa này; có phải là “end”" in said


async def test_who_signs_is_a_setting(world: World) -> None:
    """T/M BAN THƯỜNG VỤ until the office says otherwise."""
    await upward.ready(world)
    await world.say("D", "/xuat")
    for label in ("Cách trình bày", "Đảng ủy ký thay mặt"):
        await world.press("D", label)
    document = await upward.opened(world, (await upward.made(world, "Lập bản chính thức")).file_id)
    assert "T/M BAN CHẤP HÀNH" in document.tables[1].rows[0].cells[1].text


async def test_who_signs_for_a_branch_is_a_setting_too(world: World) -> None:
    """T/M CHI BỘ on what a branch prints until the office says T/M CHI ỦY; the name below is the secretary's."""
    await world.join("D", "office", "VP", "Phạm Văn D")
    for each in (year.BT, year.TV):
        await world.join(each.code, "secretary", each.code, f"Bí thư mẫu {each.code}")
    await world.start_campaign()
    await world.move_to(local("2024-05-24 09:00"))
    assert await _signed(world, year.BT) == ("T/M CHI BỘ", "Bí thư mẫu BT")
    await year.walk(world, "D", "/xuat", "[Cách trình bày]", "[Chi bộ ký thay mặt]")
    assert await _signed(world, year.TV) == ("T/M CHI ỦY", "Bí thư mẫu TV")


async def _signed(world: World, branch: year.Branch) -> tuple[str, str]:
    """Let a branch report; return how what it prints is signed."""
    await year.hand_in(world, branch.code, "Báo cáo kết quả học tập", year.study(branch))
    printed = next(each.message.file for each in reversed(world.phone(branch.code)) if each.message.file)
    lines = Document(printed.path).tables[1].rows[0].cells[1].text.split("\n")
    return lines[0], lines[-1]
