"""Reminders: the ladder over a month with its invariants, standstills, crashes, who is asked, what stops it."""

import io
import zipfile
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import tick
from handlers import plan
from handlers import tick as ticking
from handlers.branch import duties, remind
from handlers.rules.workdays import Workdays
from models.account import Account
from models.committee import Committee
from models.day_override import DayOverride
from models.due import Due
from models.item import Item, ItemKind
from models.notice import Notice, NoticeKind
from models.obligation import Obligation, State
from models.person import Person
from models.reminder import Reminder
from models.role import RoleKind
from models.unit import Unit
from tests.dialog import shown_text
from tests.world import ZONE, World, local

WINDOWS = ((time(8), time(11)), (time(14), time(16, 45)))
WHOLE_REPORT = ("/baocao", "rồi", "13/5", "trực tiếp", "bí thư chi bộ", "đúng", "đủ", "5", "gửi")
OFFICE_DAYS = {"due.thematic_meeting": 18, "due.quarterly_report": 20}


async def people(world: World) -> None:
    """A secretary and a deputy of BT, a secretary of TV, one of the office."""
    await world.join("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.join("P", RoleKind.DEPUTY, "BT", "Lê Thị P")
    await world.join("B", RoleKind.SECRETARY, "TV", "Trần Thị B")
    await world.join("V", RoleKind.OFFICE, "VP", "Phạm Văn D")


async def reminders(world: World, alias: str = "") -> list[Notice]:
    """All reminders written (to one person), in order."""
    query = select(Notice).where(Notice.kind == NoticeKind.REMINDER).order_by(Notice.id)
    found = list(await world.read(lambda s: _all(s, query)))
    return [each for each in found if not alias or each.person_id == world.people[alias]]


async def _all(session: Any, query: Any) -> list[Any]:
    return list(await session.scalars(query))


async def when(world: World, alias: str) -> list[str]:
    """When somebody was reminded, in local plan time."""
    return [f"{each.told_at.astimezone(ZONE):%d/%m %H:%M}" for each in await reminders(world, alias)]


async def change(world: World, code: str, **facts: Any) -> None:
    """Change the branch's first obligation (the study report)."""

    async def work(session: Any) -> None:
        owed = await first_owed(session, code)
        for name, value in facts.items():
            setattr(owed, name, value)

    await world.write(work)


async def first_owed(session: Any, code: str) -> Obligation:
    """The study report of a branch."""
    query = select(Obligation).join(Unit, Unit.id == Obligation.unit_id).where(Unit.code == code)
    return (await session.scalars(query.order_by(Obligation.id).limit(1))).one()


async def replan(world: World, code: str, **facts: Any) -> None:
    """Change the branch's study report as the office would, and plan anew."""

    async def work(session: Any) -> None:
        owed = await first_owed(session, code)
        for name, value in facts.items():
            setattr(owed, name, value)
        await plan.replan(await world.assistant.moment(session), owed)

    await world.write(work)


async def wake(world: World, moment: str) -> None:
    """Let the clock jump while nobody looks, then look and send."""
    world.clock.move_to(local(moment))
    await tick.look(world.assistant)
    await world.settle()


def check(notices: list[Notice]) -> None:
    """Hold what must hold of any reminders: hours, working days, one a person a day and a second at 14:00."""
    workdays, a_day = Workdays(), Counter()
    for each in notices:
        at = each.told_at.astimezone(ZONE)
        assert workdays.worked(at.date()), at
        assert any(start <= at.time() < end for start, end in WINDOWS), at
        a_day[each.person_id, at.date(), at.time() >= time(14)] += 1
        a_day[each.person_id, at.date()] += 1
    assert all(number == 1 for key, number in a_day.items() if len(key) == 3)
    assert all(number <= 2 for number in a_day.values())


async def test_the_whole_ladder(world: World) -> None:
    """Dated by hand: T-10, T-5, T-3, T-1, the day at 14:00, the due day, three notes; the deputy from T-3."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-06-20 17:00"))
    early = ["16/05 08:15", "23/05 08:15"]
    late = ["27/05 08:15", "29/05 08:15", "30/05 14:00", "31/05 08:15", "03/06 08:15", "05/06 08:15", "07/06 08:15"]
    assert await when(world, "A") == early + late
    assert await when(world, "P") == late
    check(await reminders(world))


async def test_a_month_and_more_keeps_the_invariants(world: World) -> None:
    """With quarters' duties too: hours, working days, one message a day, no occurrence twice, one row each."""
    await people(world)
    await world.start_campaign(OFFICE_DAYS)
    await world.move_to(local("2024-07-05 17:00"))
    check(await reminders(world))
    rows = await world.read(lambda s: _all(s, select(Reminder)))
    seen = Counter((row.obligation_id, row.occurrence, row.person_id) for row in rows)
    assert set(seen.values()) == {1}
    assert "13/06 08:15" in await when(world, "B")


async def test_nothing_after_sending(world: World) -> None:
    """A report that is in ends the reminding, also for the deputy; the others learn who answered, once."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-05-27 09:00"))

    async def send(session: Any) -> None:
        owed = await first_owed(session, "BT")
        owed.state = State.WAITING
        moment = await world.assistant.moment(session)
        by = await session.get_one(Person, world.people["P"])
        await remind.stopped(moment, owed, by)
        await remind.stopped(moment, owed, by)

    world.unread("A")
    await world.write(send)
    await world.move_to(local("2024-06-20 17:00"))
    assert [each for each in await when(world, "A") if each > "27/05 09:00"] == []
    told = [shown_text(each) for each in world.unread("A")]
    who = "Đ/c Lê Thị P, Phó Bí thư, đã trả lời việc “Báo cáo học tập Chuyên đề”: đã gửi báo cáo."
    assert told == [f"{who}\nTrợ lý thôi nhắc việc này."]


async def test_a_reminder_on_its_way_is_taken_back(world: World) -> None:
    """What was written but not sent when the report comes in is never sent; other duties in it are said anew."""
    await people(world)
    await world.start_campaign(OFFICE_DAYS)
    await world.move_to(local("2024-06-13 08:00"))
    world.clock.move_to(local("2024-06-13 08:15"))
    await tick.look(world.assistant)

    async def send(session: Any) -> None:
        moment = await world.assistant.moment(session)
        found = await duties.of_unit(moment, (await first_owed(session, "TV")).unit_id)
        meeting = next(each for each in found if each.deadline.name == "thematic_meeting")
        meeting.owed.state = State.WAITING
        await remind.stopped(moment, meeting.owed, None)

    world.unread("B")
    await world.write(send)
    await world.settle()
    said = [shown_text(each) for each in world.unread("B")]
    assert len(said) == 2
    assert "đã có “Sinh hoạt chuyên đề quý II”" in said[0]
    assert "Báo cáo học tập và làm theo Bác quý II" in said[1]
    assert "Sinh hoạt" not in said[1]


async def test_looking_twice_makes_nothing_twice(world: World) -> None:
    """A second look at the same moment writes nothing."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-05-16 08:15"))
    before = len(await reminders(world))
    for _ in range(3):
        await tick.look(world.assistant)
    assert len(await reminders(world)) == before == 2


async def test_a_crash_before_the_commit_repeats_nothing(world: World) -> None:
    """A process that dies inside a tick leaves nothing; the next one says it once."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-05-16 08:00"))
    world.clock.move_to(local("2024-05-16 08:15"))

    async def crash(session: Any) -> None:
        assert await ticking.tick(await world.assistant.moment(session))
        raise RuntimeError("the process dies here")

    with pytest.raises(RuntimeError):
        await world.write(crash)
    assert await reminders(world) == []
    await tick.look(world.assistant)
    await tick.look(world.assistant)
    assert len(await reminders(world)) == 2


@pytest.mark.parametrize("why", ["blocked", "stopped", "away", "left"])
async def test_deputy_at_once_when_the_secretary_cannot_be_asked(world: World, why: str) -> None:
    """Unreachable, stopped, away or gone: the deputy is asked from the first rung, the secretary is not."""
    await people(world)

    async def lose(session: Any) -> None:
        person = await session.get_one(Person, world.people["A"])
        if why == "blocked":
            (await session.scalars(select(Account).where(Account.person_id == person.id))).one().reachable = False
        person.pushes = why != "stopped"
        person.away_until = date(2024, 5, 20) if why == "away" else None
        person.left_at = world.clock.now() if why == "left" else None

    await world.write(lose)
    await world.start_campaign()
    await world.move_to(local("2024-05-16 09:00"))
    assert await when(world, "P") == ["16/05 08:15"]
    assert await when(world, "A") == []


async def test_secretary_is_asked_again_once_back(world: World) -> None:
    """Away until 20/5: at T-5 the secretary is asked, the deputy no longer."""
    await people(world)

    async def away(session: Any) -> None:
        (await session.get_one(Person, world.people["A"])).away_until = date(2024, 5, 20)

    await world.write(away)
    await world.start_campaign()
    await world.move_to(local("2024-05-24 09:00"))
    assert (await when(world, "P"), await when(world, "A")) == (["16/05 08:15"], ["23/05 08:15"])


async def test_three_notes_then_the_telephone(world: World) -> None:
    """After three notes pushing stops; one item proposes a call; [Đã gọi] closes it and starts nothing again."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-06-07 09:00"))
    query = select(Item).where(Item.kind == ItemKind.CALL)
    calls = await world.read(lambda s: _all(s, query))
    owed = await world.read(lambda s: first_owed(s, "BT"))
    assert (owed.call_wanted, owed.overdue_notes) == (True, 3)
    assert len(calls) == 4  # every branch, connected or not
    await world.say("V", "/viec")
    await world.press("V", "Cần gọi điện 4")
    await world.press("V", "Đã gọi")
    await world.move_to(local("2024-07-20 09:00"))
    assert len(await world.read(lambda s: _all(s, query))) == 4
    assert len(await when(world, "A")) == 9


@pytest.mark.parametrize("answer", ["Đang làm", "Thu hồi", "Chưa thấy", "Chưa đồng ý"])
async def test_who_rested_over_the_last_note_is_telephoned(world: World, answer: str) -> None:
    """ "Đang làm" after the second note, a rest ended after the third, a late recall: one call is proposed."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-06-05 09:00"))
    said = {"Đang làm": "đang làm ạ", "Chưa thấy": "gửi bản giấy rồi ạ", "Chưa đồng ý": "xin lùi đến 30/6 ạ"}
    for words in [said[answer]] if answer in said else WHOLE_REPORT:
        await world.say("A", words)
    if answer == "Chưa đồng ý":
        await world.press("A", "Đúng")
    await world.move_to(local("2024-06-10 09:00"))
    if answer == "Thu hồi":
        await world.press("A", answer)
        await world.press("A", "Thu hồi báo cáo")
    elif answer != "Đang làm":
        await world.press("V", answer)
    owed = await world.read(lambda s: first_owed(s, "BT"))
    query = select(Item).where(Item.kind == ItemKind.CALL, Item.obligation_id == owed.id)
    assert (owed.call_wanted, len(await world.read(lambda s: _all(s, query)))) == (True, 1)
    await world.move_to(local("2024-07-20 09:00"))
    assert (await when(world, "A"))[-1] == "05/06 08:15"


async def test_a_promise_silences_until_its_day(world: World) -> None:
    """Promised for 29/5: T-3 is not said, T-1 is."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-05-23 09:00"))
    await world.say("A", "ngày 29 chi bộ họp")
    await world.move_to(local("2024-05-29 09:00"))
    assert await when(world, "A") == ["16/05 08:15", "23/05 08:15", "29/05 08:15"]


async def test_a_promise_past_the_ladder_is_remembered(world: World) -> None:
    """Promised for a day after the last rung: one note comes that morning, and nothing before."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-05-29 09:00"))
    await change(world, "BT", promised_on=date(2024, 6, 15))  # a Saturday
    await world.move_to(local("2024-06-28 09:00"))
    assert [each for each in await when(world, "A") if each > "29/05 09" or each.startswith("17/06")] == ["17/06 08:15"]
    check(await reminders(world))


async def test_an_extension_starts_the_ladder_anew(world: World) -> None:
    """Extended to 12/6 inclusive: rungs count from there, no due day of the plan, notes after 12/6."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-05-28 09:00"))
    await replan(world, "BT", extended_to=date(2024, 6, 12))
    await world.move_to(local("2024-06-14 09:00"))
    after = (await when(world, "A"))[3:]
    assert after == ["29/05 08:15", "05/06 08:15", "07/06 08:15", "11/06 08:15", "12/06 14:00", "14/06 08:15"]
    said = (await reminders(world, "A"))[3].details["duty"]
    assert (said["extended"], said["left"]) == (True, 10)


@pytest.mark.parametrize("facts", [{"excused": True}, {"closed": True}])
async def test_excused_is_not_chased(world: World, facts: dict[str, bool]) -> None:
    """Excused or closed: nothing more is said."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-05-20 09:00"))
    await replan(world, "BT", **facts)
    await world.move_to(local("2024-06-20 09:00"))
    assert await when(world, "A") == ["16/05 08:15"]


async def test_a_pending_extension_pauses(world: World) -> None:
    """While the office has not answered, the branch is not reminded."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-05-23 09:00"))
    await world.say("A", "xin lùi đến 4/6")
    await world.press("A", "Đúng")
    await world.move_to(local("2024-06-03 09:00"))
    assert await when(world, "A") == ["16/05 08:15", "23/05 08:15"]


async def test_an_urge_by_hand_counts_as_the_days_message(world: World) -> None:
    """Whom the office urged today is not reminded today; the ladder goes on."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-05-23 08:00"))

    async def urge(session: Any) -> None:
        account = (await session.scalars(select(Account).where(Account.person_id == world.people["A"]))).one()
        now = world.clock.now()
        session.add(
            Notice(
                committee_id=1,
                dedupe_key="urge",
                person_id=world.people["A"],
                account_id=account.id,
                kind=NoticeKind.URGE,
                template="urge.one",
                details={},
                obligations=[],
                told_at=now,
            )
        )

    await world.write(urge)
    await world.move_to(local("2024-05-27 09:00"))
    assert await when(world, "A") == ["16/05 08:15", "27/05 08:15"]
    assert "23/05 08:15" in await when(world, "B")


async def test_doing_skips_one_rung_but_never_the_last_day(world: World) -> None:
    """ "Đang làm" twice skips one rung; on the eve it skips nothing."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-05-16 09:00"))
    await world.press("A", "Đang làm")
    await world.press("A", "Đang làm")
    await world.move_to(local("2024-05-29 09:00"))
    assert await when(world, "A") == ["16/05 08:15", "27/05 08:15", "29/05 08:15"]
    world.unread("A")
    await world.press("A", "Đang làm")
    assert "thứ Năm 30/5" in shown_text(world.unread("A")[-1])
    await world.move_to(local("2024-05-30 15:00"))
    assert (await when(world, "A"))[-1] == "30/05 14:00"


# Standstills


async def test_a_late_rung_is_said_with_the_true_days(world: World) -> None:
    """Down from before T-10 until 20/5: one message now, with the days that are really left; the office knows."""
    await people(world)
    await world.start_campaign()
    await tick.look(world.assistant)
    await wake(world, "2024-05-20 09:30")
    assert await when(world, "A") == ["20/05 09:30"]
    assert "còn 08 ngày làm việc" in shown_text(world.phone("A")[-1])
    assert any("lượt gửi bây giờ" in shown_text(each) for each in world.phone("V"))


async def test_a_late_rung_gives_way_to_the_next(world: World) -> None:
    """Down until the day before T-5: T-10 is dropped, T-5 comes on its day, the office knows."""
    await people(world)
    await world.start_campaign()
    await tick.look(world.assistant)
    await wake(world, "2024-05-22 09:30")
    assert await when(world, "A") == []
    assert any("lượt bỏ qua vì không còn đúng" in shown_text(each) for each in world.phone("V"))
    await world.move_to(local("2024-05-23 09:00"))
    assert await when(world, "A") == ["23/05 08:15"]


async def test_a_late_rung_found_at_night_still_gives_way(world: World) -> None:
    """Woken at 03:00 the day before T-5: in the morning T-10 is dropped and the office told, at night nobody is."""
    await people(world)
    await world.start_campaign()
    await tick.look(world.assistant)
    world.unread("V")
    await wake(world, "2024-05-22 03:00")
    assert not any("lượt" in shown_text(each) for each in world.unread("V"))
    await world.move_to(local("2024-05-23 09:00"))
    assert await when(world, "A") == ["23/05 08:15"]
    assert any("lượt bỏ qua vì không còn đúng" in shown_text(each) for each in world.phone("V"))


async def test_what_the_last_day_made_untrue_is_dropped(world: World) -> None:
    """Down over the last day: no word of it, the due day's own message comes."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-05-29 09:00"))
    await wake(world, "2024-05-31 07:30")
    await world.move_to(local("2024-05-31 09:00"))
    assert (await when(world, "A"))[-1] == "31/05 08:15"
    assert "Hôm nay 31/5 là ngày ghi trong Kế hoạch" in shown_text(world.phone("A")[-1])
    check(await reminders(world))


@pytest.mark.parametrize(
    ("woken", "said"),
    [("2024-05-16 03:00", "16/05 08:15"), ("2024-05-16 12:10", "16/05 14:00"), ("2024-05-18 10:00", "20/05 08:00")],
)
async def test_never_outside_the_windows(world: World, woken: str, said: str) -> None:
    """Woken at night, at noon or on a Saturday: it waits for the next sending time."""
    await people(world)
    await world.start_campaign()
    await tick.look(world.assistant)
    await wake(world, woken)
    assert await when(world, "A") == []
    await world.move_to(local("2024-05-20 09:00"))
    assert await when(world, "A") == [said]


async def test_a_long_standstill_merges_into_one_message(world: World) -> None:
    """Down over rungs of two duties: one message a person, not two."""
    await people(world)
    await world.start_campaign(OFFICE_DAYS)
    await change_all(world, excused=True, name="study_report")
    await world.move_to(local("2024-06-12 17:00"))
    await wake(world, "2024-06-13 09:40")
    assert (await when(world, "B"))[-1] == "13/06 09:40"
    assert len((await reminders(world, "B"))[-1].obligations) == 2
    check(await reminders(world))


async def change_all(world: World, *, excused: bool, name: str) -> None:
    """Excuse every branch from one duty."""

    async def work(session: Any) -> None:
        moment = await world.assistant.moment(session)
        await plan.ensure(moment)
        for owed in await session.scalars(select(Obligation)):
            duty = (await duties.load(moment, [owed.id]))[0]
            owed.excused = excused and duty.deadline.name == name

    await world.write(work)


async def test_on_hold_nothing_goes_then_it_merges(world: World) -> None:
    """/tamdung over T-10: after it is lifted the branch is told once, truly."""
    await people(world)
    await world.start_campaign()

    async def hold(session: Any) -> None:
        committee = (await session.scalars(select(Committee))).one()
        committee.paused = not committee.paused

    await world.write(hold)
    await world.move_to(local("2024-05-17 10:00"))
    assert await when(world, "A") == []
    await world.write(hold)
    await world.move_to(local("2024-05-20 12:00"))
    assert await when(world, "A") == ["17/05 14:00"]
    assert (await reminders(world, "A"))[0].details["duty"]["left"] == 9


async def test_a_day_off_declared_late_moves_the_message(world: World) -> None:
    """The office declares 23/5 off after it was planned: T-5 goes out the next working morning."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-05-22 10:00"))

    async def day_off(session: Any) -> None:
        session.add(DayOverride(committee_id=1, day=date(2024, 5, 23), working=False))

    await world.write(day_off)
    await world.move_to(local("2024-05-24 12:00"))
    assert [each for each in await when(world, "A") if each.startswith("23")] == []
    assert (await when(world, "A"))[-1] == "24/05 08:00"


# Given late, joined late


async def test_given_late_is_told_once_at_the_next_sending_time(world: World) -> None:
    """Started on 21/5 at 15:10, three rungs gone: told at once; at 19:00: told next morning at 08:00."""
    await people(world)
    world.clock.move_to(local("2024-05-21 15:10"))
    await world.start_campaign()
    await world.move_to(local("2024-05-22 12:00"))
    assert await when(world, "A") == ["21/05 15:10"]
    said = shown_text(world.phone("A")[-1])
    assert said.startswith("Việc mới giao hôm nay 21/5. Văn phòng Đảng ủy Sở gửi đ/c Nguyễn Văn A, Chi bộ Bảo tàng:")
    assert "Hạn: hết thứ Năm 30/5, còn 07 ngày làm việc." in said


async def test_given_late_in_the_evening_waits_for_the_morning(world: World) -> None:
    """Started at 19:00: told the next morning at 08:00."""
    await people(world)
    world.clock.move_to(local("2024-05-20 19:00"))
    await world.start_campaign()
    await world.move_to(local("2024-05-22 12:00"))
    assert await when(world, "A") == ["21/05 08:00"]


async def test_given_late_before_a_rung_of_that_day_is_told_by_the_rung(world: World) -> None:
    """Started on 22/5 in the evening: T-5 the next morning tells it; no second message."""
    await people(world)
    world.clock.move_to(local("2024-05-22 19:00"))
    await world.start_campaign()
    await world.move_to(local("2024-05-24 12:00"))
    assert await when(world, "A") == ["23/05 08:15"]


async def test_long_past_is_never_chased(world: World) -> None:
    """More than 30 days past when first planned: counted, nobody is told."""
    await people(world)
    world.clock.move_to(local("2024-07-02 09:00"))
    await world.start_campaign()
    await world.move_to(local("2024-07-12 12:00"))
    assert await when(world, "A") == []


async def test_welcome_says_what_is_open_once(world: World) -> None:
    """Who joins after rungs have passed is told at once, in one message, and not again that day."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-05-23 07:30"))
    await world.join("C", RoleKind.SECRETARY, "NH", "Lê Văn C")

    async def greet(session: Any) -> None:
        moment = await world.assistant.moment(session)
        person = await session.get_one(Person, world.people["C"])
        unit = await session.get_one(Unit, (await first_owed(session, "NH")).unit_id)
        assert await remind.welcome(moment, person, unit)
        assert not await remind.welcome(moment, person, unit)

    await world.write(greet)
    await world.move_to(local("2024-05-23 12:00"))
    assert await when(world, "C") == ["23/05 07:30"]
    assert "hết thứ Năm 30/5, còn 05 ngày làm việc" in shown_text(world.phone("C")[-1])


async def test_a_night_answer_is_told_to_others_in_the_morning(world: World) -> None:
    """Answered at 22:00: the branch's others and the office hear of it from 07:00."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-05-27 22:00"))
    for who in ("P", "V"):
        world.unread(who)
    await world.say("A", "xin lùi đến 4/6")
    await world.press("A", "Đúng")
    assert world.unread("P") == world.unread("V") == []
    await world.move_to(local("2024-05-28 07:00"))
    assert "xin gia hạn đến hết thứ Ba 04/6" in shown_text(world.unread("P")[0])
    assert "xin gia hạn" in shown_text(world.unread("V")[0])


async def test_every_fired_row_says_what_became_of_it(world: World) -> None:
    """No row fires without an outcome, and each open duty has at most one rung waiting."""
    await people(world)
    await world.start_campaign(OFFICE_DAYS)
    await world.move_to(local("2024-06-20 17:00"))
    rows = await world.read(lambda s: _all(s, select(Due).where(Due.kind.in_(["rung", "assigned", "snooze"]))))
    assert all(row.outcome for row in rows if row.fired_at)
    waiting = Counter(row.obligation_id for row in rows if row.fired_at is None and row.kind == "rung")
    assert all(number == 1 for number in waiting.values())


def test_dates_of_this_file() -> None:
    """The calendar these tests were dated by: 30/5/2024 is a Thursday and no holiday falls in between."""
    assert date(2024, 5, 30).weekday() == 3
    assert all(Workdays().worked(date(2024, 5, 13) + timedelta(days=n)) for n in range(5))
    assert datetime(2024, 5, 16).weekday() == 3  # noqa: DTZ001 (a day, not a moment)


# What else branches do


async def test_an_album_is_one_thing(world: World) -> None:
    """Three pictures of an album: one answer, one item; the office sees all three."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-05-23 09:00"))
    for who in ("A", "V"):
        world.unread(who)
    for number in range(3):
        await world.send_file("A", f"trang{number}.jpg", b"\xff\xd8\xff\xe0" + bytes([number]), album="x")
    assert len(world.unread("A")) == 1
    assert ["gửi 01 ảnh" in shown_text(each) for each in world.unread("V")] == [True]
    await world.press("V", "Xem ảnh")
    assert len([each for each in world.unread("V") if each.message.file]) == 3


async def test_a_secret_inside_a_file_is_deleted(world: World) -> None:
    """A stamp found in the bytes: the file goes, its sender and the office are told, nothing of it is shown."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-05-23 09:00"))
    world.unread("A")
    world.unread("V")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("word/document.xml", "<w:p>TUYỆT MẬT</w:p><w:p>Nội dung</w:p>")
    await world.send_file("A", "bao-cao.docx", made.getvalue())
    assert "dấu hiệu tài liệu mật" in shown_text(world.unread("A")[-1])
    assert any("Nội dung không được lưu" in shown_text(each) for each in world.unread("V"))
    assert not [path for path in world.assistant.files.glob("*") if path.read_bytes() == made.getvalue()]
    await world.press("V", "Xem ảnh")
    assert [each for each in world.unread("V") if each.message.file] == []


async def test_a_second_press_is_no_second_item(world: World) -> None:
    """Secretary and deputy both press "Bản giấy": the office has one item."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-05-27 09:00"))
    for who in ("A", "P"):
        await world.press(who, "Đã gửi cách khác")
        await world.press(who, "Bản giấy")
    found = await world.read(lambda s: _all(s, select(Item).where(Item.kind == ItemKind.SENT_ELSEWHERE)))
    assert len(found) == 1


async def test_saying_otherwise_takes_it_back(world: World) -> None:
    """Said to be sent, then "Đang làm": not sent again, the office's item is closed, reminders go on."""
    await people(world)
    await world.start_campaign()
    await world.move_to(local("2024-05-23 09:00"))
    await world.press("A", "Đã gửi cách khác")
    await world.press("A", "Bản giấy")
    await world.say("A", "ngày 28 chi bộ họp")
    owed = await world.read(lambda s: first_owed(s, "BT"))
    assert (owed.state, owed.paused, owed.promised_on) == (State.NOT_SENT, False, date(2024, 5, 28))
    await world.move_to(local("2024-05-29 09:00"))
    assert (await when(world, "A"))[-1] == "29/05 08:15"
