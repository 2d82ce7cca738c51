"""Two plans beside each other: the report of the one before tells nothing of the conference of the one that runs."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from campaigns import folder
from handlers import install, plan
from handlers.branch import drafts
from handlers.office import export, issue_files
from handlers.rules import consolidated
from models.campaign import Campaign, CampaignState
from models.committee import Committee
from models.conference import Conference
from models.due import Due
from models.form import Form
from models.issue import IssueKind
from models.report import Revision
from tests.world import CAMPAIGN, World, local

ANSWERS = ("rồi", "13/5", "trực tiếp", "bí thư chi bộ", "đúng", "đủ", "5")


@pytest.fixture
async def begun(either: World) -> World:
    """Return a world on 20/5, the plan in force, with the branch's secretary A and the office's VP."""
    await either.start_campaign()
    await either.move_to(local("2024-05-20 09:00"))
    await either.join("A", "secretary", "BT", "Nguyễn Văn A")
    await either.join("VP", "office", "", "Lê Văn C")
    return either


async def report(world: World) -> None:
    """Report that the conference was held on 13/5."""
    for said in ("/baocao", *ANSWERS, "gửi"):
        await world.say("A", said)


async def another_plan(world: World) -> None:
    """Put another plan in force beside the one that runs."""

    async def start(session: Any) -> None:
        given = folder.load(CAMPAIGN)
        other = replace(given, plan=given.plan.model_copy(update={"name": "mot-ke-hoach-khac"}))
        made = await install.campaign(session, (await session.scalars(select(Committee))).one(), other)
        made.state, made.started_at = CampaignState.LIVE, world.clock.now()
        await session.flush()
        await plan.ensure_deadlines(await world.assistant.moment(session), made)

    await world.write(start)


async def told(world: World) -> list[tuple[str, str]]:
    """Return (plan, state) of every session that is kept."""

    async def look(session: Any) -> Any:
        query = select(Campaign.name, Conference.state).join(Campaign, Campaign.id == Conference.campaign_id)
        return [tuple(row) for row in await session.execute(query.order_by(Conference.id))]

    found: list[tuple[str, str]] = await world.read(look)
    return found


async def revisions(session: Any) -> list[Revision]:
    """Return all sendings."""
    return list(await session.scalars(select(Revision).order_by(Revision.id)))


async def test_a_report_of_the_plan_before_leaves_a_new_conference_to_come(begun: World) -> None:
    """Corrected after the new plan's conference was announced; the office still sees that as to come."""
    await report(begun)
    await another_plan(begun)
    await begun.say("A", "/hoinghi")
    assert "Chưa báo lịch" in begun.phone("A")[-1].message.text
    await begun.say("A", "chiều 28/5, hội trường, Bí thư truyền đạt")
    await begun.press("A", "Ghi lại")
    first = (await told(begun))[0][0]
    assert await told(begun) == [(first, "held"), ("mot-ke-hoach-khac", "announced")]
    await begun.press("A", "Sửa")
    for said in ("7", "6", "gửi"):
        await begun.say("A", said)
    assert [each.number for each in await begun.read(revisions)] == [1, 2]
    assert await told(begun) == [(first, "held"), ("mot-ke-hoach-khac", "announced")]
    await begun.say("VP", "/hoinghi")
    assert "Đã tổ chức 0, sắp tới 01, chưa báo lịch 03." in begun.phone("VP")[-1].message.text


async def test_a_report_corrected_to_not_held_is_taken_back(begun: World) -> None:
    """The session it told of is not held any more, the report is owed again, the office has none of it."""
    await report(begun)
    assert [state for _, state in await told(begun)] == ["held"]
    await begun.press("A", "Sửa")
    for said in ("1", "chưa", "28/5"):
        await begun.say("A", said)
    assert [state for _, state in await told(begun)] == ["not_held"]
    assert all(each.recalled_at for each in await begun.read(revisions))
    await begun.say("A", "/tinhhinh")
    assert "hẹn thứ Ba 28/5" in begun.phone("A")[-1].message.text


async def recall(world: World) -> None:
    """Take the report back, both buttons."""
    await world.say("A", "/baocao")
    await world.press("A", "Thu hồi")
    await world.press("A", "Thu hồi báo cáo")


async def test_a_session_that_only_a_recalled_report_told_of_is_gone(begun: World) -> None:
    """Nothing is held for anybody; sent again with another day it is there once, with what the report says now."""
    await report(begun)
    await recall(begun)
    assert [state for _, state in await told(begun)] == ["cancelled"]
    await begun.say("VP", "/hoinghi")
    assert "Đã tổ chức 0, sắp tới 0, chưa báo lịch 04." in begun.phone("VP")[-1].message.text
    for said in ("/baocao", "2", "14/5", "gửi"):
        await begun.say("A", said)
    assert [state for _, state in await told(begun)] == ["cancelled", "held"]
    await begun.say("VP", "/hoinghi")
    assert "Đã tổ chức 01, sắp tới 0, chưa báo lịch 03." in begun.phone("VP")[-1].message.text


async def test_a_session_announced_before_a_recalled_report_is_announced_again(begun: World) -> None:
    """Its day is over and nothing in force says that it was held; sent again, it is held as it was."""
    await begun.say("A", "sáng 21/5, hội trường, Bí thư truyền đạt")
    await begun.press("A", "Ghi lại")
    await begun.move_to(local("2024-05-22 09:00"))
    for said in ("/baocao", "[Đúng]", "đúng", "đủ", "5", "gửi"):
        await (begun.press("A", said[1:-1]) if said.startswith("[") else begun.say("A", said))
    assert [state for _, state in await told(begun)] == ["held"]
    await recall(begun)
    assert [state for _, state in await told(begun)] == ["announced"]

    async def kept(session: Any) -> Any:
        found = (await session.scalars(select(Conference))).one()
        return found.report_id, found.attended, found.on_day.isoformat()

    assert await begun.read(kept) == (None, None, "2024-05-21")
    await begun.say("A", "/baocao")
    await begun.say("A", "gửi")
    assert [state for _, state in await told(begun)] == ["held"]


async def test_a_session_goes_back_to_its_announced_day(begun: World) -> None:
    """A report by mistake told an earlier day: taken back, the announced day stands and is spoken of as before."""
    await begun.say("A", "sáng 24/5, hội trường, Bí thư truyền đạt")
    await begun.press("A", "Ghi lại")
    for said in ("/baocao", "rồi", "19/5", *ANSWERS[2:], "gửi"):
        await begun.say("A", said)
    assert [state for _, state in await told(begun)] == ["held"]
    await recall(begun)

    async def kept(session: Any) -> Any:
        found = (await session.scalars(select(Conference))).one()
        due = select(Due.occurrence).where(Due.kind == "conference", Due.version == found.version)
        return found.state, found.on_day.isoformat(), sorted(await session.scalars(due))

    assert await begun.read(kept) == ("announced", "2024-05-24", ["after", "before"])


async def test_every_session_told_of_goes_upward_once(begun: World) -> None:
    """Two sessions announced, one report that counts both: two conferences, the range from the first to the last."""
    await report(begun)
    await begun.say("A", "chiều 22/5, hội trường, Bí thư truyền đạt")
    await begun.press("A", "Ghi lại")
    await begun.move_to(local("2024-05-23 09:00"))
    await begun.press("A", "Đã tổ chức, báo cáo đã gồm")
    await begun.press("A", "Đã tổ chức, báo cáo đã gồm")  # again: it is held already

    async def line(session: Any) -> Any:
        moment = await begun.assistant.moment(session)
        [scope] = [each for each in await export.scopes(moment) if each.name == "study_report"]
        [asked] = (await issue_files.read(moment, scope, IssueKind.PROVISIONAL)).whole()
        known = {each.id: drafts.read_form(each.body) for each in (await session.scalars(select(Form))).all()}
        return consolidated.add_up(asked, known).counted[0]

    found = await begun.read(line)
    assert [each.isoformat() for each in found.days] == ["2024-05-13", "2024-05-22"]
    assert (found.attended, found.makeups) == (26, 0)
    await recall(begun)  # the branch itself said that the second was held: it stays so
    assert [state for _, state in await told(begun)] == ["cancelled", "held"]
