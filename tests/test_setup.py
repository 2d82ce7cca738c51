"""What the office fills in, and what a changed day of a quarter does to its deadlines."""

from datetime import date

import pytest
from sqlalchemy import select

from campaigns.schema import Missing
from handlers.office import setup
from models.campaign import Campaign
from models.deadline import Deadline
from models.due import Due
from models.notice import Notice, NoticeKind
from models.obligation import Obligation
from tests.world import ZONE, World, local

TODAY = date(2024, 5, 22)
DAY = Missing(key="report_day", kind="day_of_month", of="campaign", deadline="quarterly_report")
SIGNED = Missing(key="plan_date", kind="date", of="campaign")
HANDED_UP = Missing(key="superior_due", kind="date", of="campaign")
PHONE = Missing(key="office_phone", kind="text", of="committee")


@pytest.mark.parametrize(
    ("fact", "said", "value"),
    [
        (DAY, "18", 18),
        (DAY, "ngày 18", 18),
        (DAY, "ngày 18 hàng tháng", 18),
        (DAY, "29", None),
        (DAY, "0", None),
        (DAY, "từ 18 đến 20", None),
        (DAY, "cuối quý", None),
        (SIGNED, "3/5", "2024-05-03"),
        (SIGNED, "03/5/2024", "2024-05-03"),
        (SIGNED, "30/2", None),
        (SIGNED, "tuần trước", None),
        (HANDED_UP, "20/6", "2024-06-20"),
        (PHONE, "  (0203) 111   222 ", "(0203) 111 222"),
        (PHONE, "x", None),
        (PHONE, "1" * 81, None),
    ],
)
def test_answers_are_read(fact: Missing, said: str, value: str | int | None) -> None:
    """A day of the month, a date in the right direction, a short text; what cannot be told is asked again."""
    assert setup.read(fact, said, TODAY) == value


async def _office_sets(world: World, day: int) -> None:
    await world.join("V", "office", "VP", "Phạm Văn D")
    await world.say("V", "/caidat")
    await world.press("V", "Ngày sinh hoạt quý")
    await world.say("V", str(day))
    await world.press("V", "Đúng")


async def _reminded(world: World) -> list[str]:
    async def look(session):
        query = select(Notice).where(Notice.kind == NoticeKind.REMINDER).order_by(Notice.id)
        return [f"{each.told_at.astimezone(ZONE):%m-%d}" for each in await session.scalars(query)]

    return await world.read(look)


async def _meetings(world: World) -> list[Deadline]:
    async def look(session):
        query = select(Deadline).where(Deadline.name == "thematic_meeting", Deadline.period == "2024-Q2")
        return (await session.scalars(query.order_by(Deadline.version))).all()

    return await world.read(look)


async def test_a_changed_day_is_a_new_version_and_the_old_one_is_silent(world: World) -> None:
    """Moved from 18/6 to 25/6 on 3/6: the reminder of 4/6 stays away, the one of 11/6 comes; versions are kept."""
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.start_campaign({"due.thematic_meeting": 18})
    await world.move_to(local("2024-06-03 17:00"))
    before = await _reminded(world)
    await _office_sets(world, 25)
    await world.move_to(local("2024-06-03 17:05"))
    old, new = await _meetings(world)
    assert (old.version, old.superseded, old.due_date) == (1, True, date(2024, 6, 18))
    assert (new.version, new.superseded, new.due_date) == (2, False, date(2024, 6, 25))

    async def look(session):
        owed = (await session.scalars(select(Obligation).where(Obligation.deadline_id.in_([old.id, new.id])))).all()
        ids = [each.id for each in owed]
        waiting = select(Due).where(Due.kind == "rung", Due.obligation_id.in_(ids), Due.fired_at.is_(None))
        return owed, (await session.scalars(waiting)).all()

    owed, waiting = await world.read(look)
    assert {each.deadline_id for each in owed} == {new.id}
    assert {f"{each.due_at.astimezone(ZONE):%m-%d}" for each in waiting} == {"06-11"}
    await world.move_to(local("2024-06-11 12:00"))
    assert [day for day in (await _reminded(world))[len(before) :] if day < "06-11"] == ["06-05", "06-07"]
    assert "06-11" in await _reminded(world)


async def test_a_day_that_is_over_leaves_the_deadline_alone(world: World) -> None:
    """On 12/6 the 10th is over: quarter II keeps the 18th, quarters III and IV move."""
    await world.start_campaign({"due.thematic_meeting": 18})
    await world.move_to(local("2024-06-12 09:00"))
    await _office_sets(world, 10)
    assert [each.due_date for each in await _meetings(world)] == [date(2024, 6, 18)]

    async def look(session):
        query = select(Deadline).where(Deadline.name == "thematic_meeting", Deadline.superseded.is_(False))
        return [each.due_date for each in await session.scalars(query.order_by(Deadline.period))]

    assert await world.read(look) == [date(2024, 6, 18), date(2024, 9, 10), date(2024, 12, 10)]


async def test_what_nobody_filled_in_stays_empty(world: World) -> None:
    """A skipped question invents nothing; a text can be made empty again."""
    await world.join("V", "office", "VP", "Phạm Văn D")
    await world.say("V", "/caidat")
    await world.press("V", "Số Kế hoạch")
    await world.press("V", "Để sau")

    async def facts(session):
        return (await session.scalars(select(Campaign.facts))).one()

    assert not (await world.read(facts)).get("plan_number")
    await world.press("V", "Số Kế hoạch")
    await world.say("V", "05-KH/ĐU")
    await world.press("V", "Đúng")
    assert (await world.read(facts))["plan_number"] == "05-KH/ĐU"
    await world.press("V", "Số Kế hoạch")
    await world.press("V", "Để trống")
    assert (await world.read(facts))["plan_number"] == ""
