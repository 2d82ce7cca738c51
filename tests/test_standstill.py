"""After a standstill: what waited is kept, merged or dropped by kind; the office hears of it once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot import tick
from bot.channel import TryLater
from handlers.branch import duties, remind
from handlers.office import items
from models import due, installation
from models.account import Account
from models.bot import Bot
from models.due import Due
from models.excerpt import Excerpt
from models.item import ItemKind
from models.obligation import Obligation
from models.outbox import Out, Outbox
from models.person import Person
from tests.dialog import shown_text
from tests.world import World, local


async def _people(world: World) -> None:
    await world.join("A", "secretary", "BT", "Nguyễn Văn A", excerpts=True)
    await world.join("B", "secretary", "TV", "Trần Thị B", excerpts=True)
    await world.join("D", "office", "VP", "Phạm Văn D")

    async def approve(session) -> None:
        await session.execute(
            update(Excerpt).values(
                checked_by_id=world.people["D"], approved_by_id=world.people["D"], approved_at=world.clock.now()
            )
        )

    await world.write(approve)
    await world.start_campaign()


async def _stood(world: World, until: datetime) -> None:
    """The process is away until a moment: both clocks went on, nobody looked."""
    spent = until - world.clock.now()

    async def earlier(session) -> None:
        row = await installation.current(session)
        row.seen_at = world.clock.machine() - spent

    await world.write(earlier)
    world.clock.move_to(until)
    await tick.awake(world.assistant)
    while await tick.look(world.assistant):
        pass
    await world.settle()


def _said(world: World, who: str) -> list[str]:
    return [shown_text(shown) for shown in world.unread(who)]


async def test_thirty_hours_down_over_a_rung_a_brief_and_an_excerpt(either: World) -> None:
    """Down from Sunday evening to Tuesday 14:20: no excerpt, brief or rung whose next is near; told in one message."""
    world = either
    await _people(world)
    await world.move_to(local("2024-05-26 20:00"))
    for who in "ABD":
        world.unread(who)
    await _stood(world, local("2024-05-28 14:20"))
    assert not _said(world, "A")
    told = _said(world, "D")
    assert len(told) == 1, told
    assert told[0].split("\n") == [
        "Trợ lý ngừng từ 20:00 Chủ nhật 26/5 đến 14:20 thứ Ba 28/5.",
        "Bỏ vì đã qua: 01 trích đoạn tuần, 01 bản tin 08:00, 02 tin nhắc hạn.",
        "Tin của các chi bộ trong lúc đó không mất, Trợ lý trả lời tiếp.",
    ]
    await world.move_to(local("2024-05-29 16:00"))
    assert len(_said(world, "A")) == 1
    assert not [each for each in _said(world, "D") if "ngừng" in each]


async def test_a_rung_that_is_still_worth_it_is_said_late(either: World) -> None:
    """Down over 16 May, the next rung a week away: one reminder each, with the days that are left now."""
    world = either
    await _people(world)
    await world.move_to(local("2024-05-15 20:00"))
    for who in "ABD":
        world.unread(who)
    await _stood(world, local("2024-05-17 14:20"))
    for who in "AB":
        told = _said(world, who)
        assert len(told) == 1, told
        assert "còn 09 ngày làm việc" in told[0]
    told = _said(world, "D")
    assert len(told) == 1, told
    assert "Gửi muộn: 02 tin nhắc hạn. Bỏ vì đã qua: 01 bản tin 08:00.\n" in told[0]


async def test_back_in_the_evening_says_nothing_until_morning(world: World) -> None:
    """What came too late for today waits for the sending hours, and the office hears of it then, once."""
    await _people(world)
    await world.move_to(local("2024-05-26 20:00"))
    for who in "ABD":
        world.unread(who)
    await _stood(world, local("2024-05-27 21:30"))
    assert not any(_said(world, who) for who in "ABD")
    await world.move_to(local("2024-05-28 08:14"))
    told = _said(world, "D")
    assert len([each for each in told if each.startswith("Trợ lý ngừng từ 20:00 Chủ nhật 26/5 đến 21:30 thứ Hai")]) == 1
    await world.move_to(local("2024-05-28 16:00"))
    for who in "AB":
        assert len(_said(world, who)) == 1


async def _held_up(world: World, at: str) -> list[Outbox]:
    """Let the platform be away while something is said at `at`; return what waits."""
    world.channel.faults = [TryLater(3600.0, everyone=True)]
    await world.move_to(local(at))

    async def look(session):
        return list(await session.scalars(select(Outbox).where(Outbox.state == Out.DUE).order_by(Outbox.id)))

    found = await world.read(look)

    async def tried(session) -> None:  # they were claimed, and put back
        await session.execute(update(Outbox).where(Outbox.state == Out.DUE).values(error="try_later"))

    await world.write(tried)
    return found


async def _over(world: World, at: str) -> None:
    """The platform is back at `at`."""

    async def ready(session) -> None:
        await session.execute(update(Bot).values(paused_until=None))
        now = world.clock.machine()
        await session.execute(update(Outbox).where(Outbox.state == Out.DUE).values(not_before=now))

    world.clock.move_to(local(at))
    await tick.look(world.assistant)
    await world.write(ready)
    world.deliverer._paused_until = world.clock.machine() - timedelta(seconds=1)
    while await tick.look(world.assistant):
        pass
    await world.settle()


async def test_what_waited_for_the_platform_is_looked_at_again(either: World) -> None:
    """A reminder of yesterday is said anew with today's days left, one a person; the office hears how many."""
    world = either
    await _people(world)
    await world.move_to(local("2024-05-22 20:00"))
    for who in "ABD":
        world.unread(who)
    waiting = await _held_up(world, "2024-05-23 08:30")
    assert len(waiting) >= 2
    await _over(world, "2024-05-24 09:00")
    for who in "AB":
        told = _said(world, who)
        assert len(told) == 1, told
        assert "còn 04 ngày làm việc" in told[0]
    told = _said(world, "D")
    assert [each for each in told if each.startswith("Tin gửi đi bị nghẽn từ 08:")], told


async def test_a_reported_duty_is_not_reminded_after_the_standstill(world: World) -> None:
    """The report came on paper meanwhile: the reminder that waited goes nowhere."""
    await _people(world)
    await world.move_to(local("2024-05-22 20:00"))
    for who in "ABD":
        world.unread(who)
    await _held_up(world, "2024-05-23 08:30")

    async def excuse(session) -> None:
        await session.execute(update(Obligation).values(excused=True))

    await world.write(excuse)
    await _over(world, "2024-05-24 09:00")
    assert not _said(world, "A")
    assert not _said(world, "B")


@pytest.mark.parametrize(("back_at", "goes"), [("2024-05-28 09:00", True), ("2024-06-03 07:58", False)])
async def test_an_old_excerpt_is_not_followed_by_a_new_one(world: World, back_at: str, goes: bool) -> None:
    """Within its week it goes out late; after it, it is dropped and only this week's is sent."""
    await _people(world)
    await world.move_to(local("2024-05-26 20:00"))
    for who in "ABD":
        world.unread(who)
    await _held_up(world, "2024-05-27 08:05")
    await _over(world, back_at)
    late = [each for each in _said(world, "A") if "Chuyên đề năm 2024, tuần" in each]
    assert len(late) == goes
    await world.move_to(local("2024-06-03 08:05"))
    assert len([each for each in _said(world, "A") if "Chuyên đề năm 2024, tuần" in each]) == 1


async def test_a_drill_whose_clock_is_moved_stood_nowhere(world: World) -> None:
    """Only one clock jumped: nothing is late."""
    await _people(world)
    await world.move_to(local("2024-05-26 20:00"))
    world.unread("D")
    await world.move_to(local("2024-05-28 14:20"))
    assert not [each for each in _said(world, "D") if "ngừng" in each]


async def test_who_unblocks_hears_what_is_open_once(either: World) -> None:
    """Two reminders died: one message says what is open, in today's words, and none of it is a letter any more."""
    world = either
    await _people(world)
    world.channel.blocked = {"A"}
    await world.move_to(local("2024-05-26 20:00"))
    world.unread("A")
    account = await world.read(lambda s: s.scalar(select(Account).where(Account.external_id == "A")))
    assert (account.reachable, account.lost_why) == (False, "blocked")
    world.channel.blocked = set()
    world.clock.move_to(local("2024-05-26 20:30"))
    await world.say("A", "/trogiup")
    assert len(_said(world, "A")) == 1
    await world.move_to(local("2024-05-27 16:00"))
    told = [each for each in _said(world, "A") if "nhắc" in each]
    assert len(told) == 1, told

    async def dead(session):
        return list(await session.scalars(select(Outbox).where(Outbox.state == Out.DEAD)))

    assert await world.read(dead) == []


async def test_nothing_was_due_nothing_is_said(world: World) -> None:
    """A standstill over a quiet night is nobody's business."""
    await _people(world)
    await world.move_to(local("2024-05-18 12:00"))
    world.unread("D")
    await _stood(world, local("2024-05-19 12:00"))
    await world.move_to(local("2024-05-20 10:00"))
    assert not [each for each in _said(world, "D") if "ngừng" in each]
    assert (await world.read(lambda s: s.scalar(select(Due.outcome).where(Due.kind == "standstill")))) in ("empty",)


async def _sent_out(world: World, at: str) -> None:
    """The office hands the plan to who is on its list."""
    await _people(world)
    await world.move_to(local(at))
    await world.say("D", "/phathanh")
    await world.press("D", "Gửi Kế hoạch")
    await world.press("D", "Gửi 02 người")
    for who in "ABD":
        world.unread(who)


async def test_a_document_found_at_night_waits_for_the_morning(world: World) -> None:
    """Ordered at 16:40, away until 23:30: nobody hears of it at night, everybody in the morning."""
    await _sent_out(world, "2024-05-14 16:40")
    await _stood(world, local("2024-05-14 23:30"))
    assert not [each for who in "AB" for each in _said(world, who)]
    await world.move_to(local("2024-05-15 08:01"))
    assert [each.split("\n")[0] for each in _said(world, "A")] == [
        "Văn phòng Đảng ủy Sở gửi đ/c Nguyễn Văn A: Kế hoạch Chuyên đề năm 2024."
    ]


async def test_a_document_is_not_lost_by_a_day_away(either: World) -> None:
    """Ordered in the evening for the morning, away all that day: it goes out the morning after, once."""
    world = either
    await _sent_out(world, "2024-05-14 17:30")
    await _stood(world, local("2024-05-15 17:00"))
    await world.move_to(local("2024-05-16 08:01"))
    for who in "AB":
        assert len([each for each in _said(world, who) if "Kế hoạch Chuyên đề" in each]) == 1


async def test_what_was_asked_for_at_an_hour_of_the_day_is_not_said_at_night(world: World) -> None:
    """A reminder at an hour somebody chose, and an item for the office: away over both, they wait for the morning."""
    await _people(world)
    await world.move_to(local("2024-05-14 10:00"))
    night, chosen = local("2024-05-14 23:00"), local("2024-05-14 20:00")

    async def planned(session) -> None:
        moment = await world.assistant.moment(session)
        owed = (await session.scalars(select(Obligation).order_by(Obligation.id).limit(1))).one()
        [duty] = await duties.load(moment, [owed.id])
        who = await session.get_one(Person, world.people["A" if duty.unit.code == "BT" else "B"])
        await remind.snooze(moment, who, [duty], chosen)
        made = await items.put(moment, ItemKind.QUESTION, duty.unit, by=who, text="Họp ở đâu?", tell=False)
        about = f"item:{made.id}"
        await due.plan(session, made.committee_id, "item", about, "told", chosen, chosen + timedelta(days=1))

    await world.write(planned)
    for who in "ABD":
        world.unread(who)
    await _stood(world, night)
    assert not [each for who in "ABD" for each in _said(world, who)]
    await world.move_to(local("2024-05-15 08:10"))
    assert [each for each in _said(world, "D") if "Họp ở đâu?" in each]
    assert _said(world, "A")
