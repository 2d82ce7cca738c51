"""Conferences: nobody counts twice, a moved one fires nothing old, names typed for a speaker go when asked."""

from typing import Any

import pytest
from sqlalchemy import select

from handlers.branch import conference_day
from models.conference import Conference, ConferenceState, distinct
from models.due import Due
from models.report import Revision
from models.role import RoleKind
from models.unit import Unit
from tests.test_privacy import dump
from tests.world import World, local

NAME = "Trần Văn Mẫu"


@pytest.mark.parametrize(
    ("sessions", "more", "attended", "over"),
    [([20], 0, 20, 0), ([20, 4], 0, 24, 0), ([20, 4], 3, 26, 1), ([30], 0, 26, 4), ([None], 2, 2, 0)],
)
def test_members_never_pass_those_who_had_to_come(
    sessions: list[int | None], more: int, attended: int, over: int
) -> None:
    """Main and make-up sessions add up to 26 at most; what is over is said, not counted; what was called off is not."""
    held = [Conference(state=ConferenceState.HELD, attended=each, masses=1) for each in sessions]
    found = distinct([*held, Conference(state=ConferenceState.CANCELLED, attended=9)], 26, more)
    assert (found.sessions, found.attended, found.over) == (len(sessions), attended, over)


async def test_what_is_moved_fires_nothing_old(world: World) -> None:
    """Both words planned for the old day are void, those for the new one are sent."""
    await world.join("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.start_campaign()
    await world.move_to(local("2024-05-20 09:00"))
    await world.say("A", "chiều 22/5, hội trường, Bí thư truyền đạt")
    await world.press("A", "Ghi lại")
    await world.say("A", "/hoinghi")
    await world.press("A", "Buổi 1")
    await world.press("A", "Dời ngày")
    await world.say("A", "24/5")
    await world.press("A", "Đúng, dời")
    await world.move_to(local("2024-05-27 09:00"))

    async def fired(session: Any) -> list[tuple[int, str, str]]:
        rows = await session.scalars(select(Due).where(Due.kind == "conference").order_by(Due.version, Due.due_at))
        return [(row.version, row.occurrence, row.outcome) for row in rows]

    found = await world.read(fired)
    assert [each for each in found if each[0] == 1] == [(1, "before", "void"), (1, "after", "void")]
    assert [each[1:] for each in found if each[0] == 2] == [("before", "sent"), ("after", "sent")]


async def test_many_on_one_morning_are_told_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three branches meet on one day, one is told in a turn: all are told, each once."""
    monkeypatch.setattr(conference_day, "FEW", 1)
    branches = {"A": "BT", "B": "TV", "C": "NH"}
    for alias, code in branches.items():
        await world.join(alias, RoleKind.SECRETARY, code, f"Nguyễn Văn {alias}")
    await world.start_campaign()
    await world.move_to(local("2024-05-20 09:00"))
    for alias in branches:
        await world.say(alias, "chiều 24/5, hội trường, Bí thư truyền đạt")
        await world.press(alias, "Ghi lại")
    for alias in branches:
        world.unread(alias)
    await world.move_to(local("2024-05-23 09:00"))
    for alias in branches:
        said = [shown.message.text for shown in world.unread(alias)]
        assert sum("Ngày mai có hội nghị" in each for each in said) == 1, said


async def test_a_speaker_who_asks_is_erased(world: World) -> None:
    """Typed by a branch for its session, its wish and who is responsible, answered by the office: all of it goes."""
    for alias, role, code, name in (
        ("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A"),
        ("D", RoleKind.OFFICE, "", "Phạm Văn D"),
        ("L", RoleKind.LEADER, "", NAME),
    ):
        await world.join(alias, role, code, name)
    await world.start_campaign()
    await world.move_to(local("2024-05-20 09:00"))
    await world.say("A", f"14h ngày 28/5, hội trường, đ/c {NAME}, Phó Giám đốc Sở truyền đạt")
    await world.press("A", "Nhờ Văn phòng mời")
    await world.press("A", "Ghi lại")
    await world.press("D", "Đã mời được")
    await world.press("D", "Đúng đồng chí ấy")

    async def responsible(session: Any) -> None:
        (await session.scalars(select(Unit).where(Unit.code == "BT"))).one().responsible = f"Chi ủy viên {NAME}"

    await world.write(responsible)
    assert NAME in await dump(world)
    await world.say("L", "/riengtu")
    await world.press("L", "Xóa")
    await world.press("L", "Đúng, xóa")
    left = [line for line in (await dump(world)).split("\n") if NAME in line]
    assert left == []


async def test_a_speaker_who_asks_is_erased_from_reports(world: World) -> None:
    """Sent, corrected and replaced: no report tells the name any more; its figures stay."""
    await world.join("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.join("L", RoleKind.LEADER, "", NAME)
    await world.start_campaign()
    await world.move_to(local("2024-05-20 09:00"))
    for said in ("/baocao", "rồi", "13/5", "trực tiếp", "lãnh đạo sở", f"{NAME}, Phó Giám đốc Sở", "đúng", "đủ", "5"):
        await world.say("A", said)
    await world.say("A", "gửi")
    await world.press("A", "Sửa")
    for said in ("4", "lãnh đạo sở", f"{NAME}, Giám đốc Sở", "gửi"):
        await world.say("A", said)
    assert NAME in await dump(world)
    for said in ("/riengtu", "[Xóa]", "[Đúng, xóa]"):
        await (world.press("L", said[1:-1]) if said.startswith("[") else world.say("L", said))
    assert [line for line in (await dump(world)).split("\n") if NAME in line] == []

    async def attended(session: Any) -> list[int]:
        return [each.answers["attended"]["value"] for each in await session.scalars(select(Revision))]

    assert await world.read(attended) == [26, 26]
