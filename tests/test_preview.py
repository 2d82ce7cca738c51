"""Who would be told what, and when."""

from datetime import date

from sqlalchemy import func, select

from handlers.office import preview
from models import obligation
from models.deadline import Deadline
from models.due import Due
from models.notice import Notice
from models.obligation import Obligation
from models.person import Person
from tests.world import ZONE, World, local


async def _upcoming(world: World, days: int = 30) -> list[preview.Planned]:
    async def look(session):
        return await preview.upcoming(await world.assistant.moment(session), days)

    return await world.read(look)


async def test_before_the_start_all_rungs_are_foreseen(world: World) -> None:
    """Before the campaign is live: the study report's ladder, dated by hand, as if it started now."""
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    rungs = [each.at for each in await _upcoming(world) if each.kind == "reminder"]
    days = ("05-16 08:15", "05-23 08:15", "05-27 08:15", "05-29 08:15", "05-30 14:00", "05-31 08:15")
    overdue = ("06-03 08:15", "06-05 08:15", "06-07 08:15")
    assert rungs == [local(f"2024-{each}") for each in days + overdue]


async def test_looking_ahead_writes_nothing(world: World) -> None:
    """A preview leaves no deadline, due row or notice behind."""
    await _upcoming(world)

    async def count(session):
        return [await session.scalar(select(func.count()).select_from(table)) for table in (Deadline, Due, Notice)]

    assert await world.read(count) == [0, 0, 0]


async def test_people_are_named_with_their_branch_and_whether_they_are_reached(world: World) -> None:
    """A joined secretary is reachable, a branch nobody joined is shown as not, the deputy comes in from T-3."""
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.join("P", "deputy", "BT", "Trần Thị P")
    planned = [each for each in await _upcoming(world) if each.kind == "reminder"]
    first, third = planned[0].people, planned[2].people
    assert [(p.name, p.unit, p.reachable) for p in first if p.unit == "Bảo tàng"] == [
        ("Nguyễn Văn A", "Bảo tàng", True)
    ]
    assert [p.name for p in third if p.unit == "Bảo tàng"] == ["Nguyễn Văn A", "Trần Thị P"]
    assert all(not p.reachable for p in first if p.unit != "Bảo tàng")
    assert planned[0].what == "nhắc Báo cáo kết quả học tập Chuyên đề năm 2024"


async def test_a_live_campaign_leaves_out_who_has_reported_or_promised(either: World) -> None:
    """A report that is in, a promise and an excuse silence a branch; two duties on one day are one message."""
    world = either
    await world.start_campaign({"due.thematic_meeting": 18, "due.quarterly_report": 20})
    await world.move_to(local("2024-05-13 07:30"))

    async def change(session):
        owed = (await session.scalars(select(Obligation).join(Deadline).where(Deadline.name == "study_report"))).all()
        owed[0].state = obligation.State.WAITING
        owed[1].promised_on = date(2024, 5, 29)
        owed[2].excused = True

    await world.write(change)
    planned = [each for each in await _upcoming(world, 35) if each.kind == "reminder"]
    assert [{p.unit for p in planned[n].people} for n in (0, 3)] == [{"Di tích"}, {"Di tích", "Thư viện"}]
    merged = next(each for each in planned if each.at == local("2024-06-13 08:15"))
    assert merged.about == ("Sinh hoạt chuyên đề quý II", "Báo cáo học tập và làm theo Bác quý II")


async def test_briefs_and_excerpts_are_foreseen_for_those_who_get_them(world: World) -> None:
    """The office's brief on working days only; no excerpt while none is approved."""
    await world.join("D", "office", "VP", "Phạm Văn D")
    planned = await _upcoming(world, 7)
    briefs = [each.at.date() for each in planned if each.kind == "brief"]
    assert briefs == [date(2024, 5, day) for day in (13, 14, 15, 16, 17)]
    assert [each for each in planned if each.kind == "excerpt"] == []


async def test_starting_after_rungs_had_passed_begins_with_one_message(world: World) -> None:
    """Started on Tue 21/5 at 19:00: one message next morning, then T-5 as usual; before T-10 there is none."""
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    assert not [each for each in await _upcoming(world) if each.kind == "first"]
    world.clock.move_to(local("2024-05-21 19:00"))
    planned = [each for each in await _upcoming(world) if each.kind in ("first", "reminder")]
    assert [(each.kind, each.at) for each in planned[:2]] == [
        ("first", local("2024-05-22 08:00")),
        ("reminder", local("2024-05-23 08:15")),
    ]


async def test_what_is_foreseen_is_what_happens(world: World) -> None:
    """Started late on 21/5: every message foreseen for the secretary comes at its hour, and no other reminder."""
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    world.clock.move_to(local("2024-05-21 19:00"))
    foreseen = [each.at for each in await _upcoming(world) if each.people[0].unit == "Bảo tàng"]
    await world.start_campaign()
    await world.move_to(local("2024-06-20 19:00"))

    async def told(session):
        query = select(Notice.told_at).where(Notice.kind == "reminder").order_by(Notice.id)
        return [each.astimezone(ZONE).replace(second=0, microsecond=0) for each in await session.scalars(query)]

    assert await world.read(told) == foreseen


async def test_somebody_away_is_not_called_out_of_reach(world: World) -> None:
    """While the secretary is away the deputy is told, and nobody counts as not reached."""
    away = await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.join("P", "deputy", "BT", "Trần Thị P")

    async def leave(session):
        (await session.get_one(Person, away)).away_until = date(2024, 5, 17)

    await world.write(leave)
    first = next(each for each in await _upcoming(world) if each.kind == "reminder")
    assert [(p.name, p.reachable) for p in first.people if p.unit == "Bảo tàng"] == [("Trần Thị P", True)]
