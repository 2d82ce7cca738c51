"""A push to many: how far it is, how it ends, how it is stopped; counted from rows, in parts, for the right people."""

import math
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from bot import tick
from bot.channel import Refused, Unknown
from handlers.branch import excerpt
from handlers.office import letters, progress, urge
from models import push
from models.account import Account
from models.due import Due
from models.excerpt import Excerpt
from models.notice import Notice
from models.outbox import Out, Outbox
from models.person import Person
from models.push import Push
from models.role import Role, RoleKind
from models.unit import Unit, UnitKind
from tests.dialog import shown_text
from tests.world import World, local

READERS = 130


async def readers(world: World, number: int = READERS) -> None:
    """An office of two, and so many members who said yes; an excerpt is agreed to."""
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.join("E", "office", "VP", "Hoàng Thị E")

    async def fill(session) -> None:
        branch = (await session.scalars(select(Unit).where(Unit.code == "BT"))).one()
        now = world.clock.now()
        people = [
            Person(committee_id=branch.committee_id, name=f"Mẫu {n}", pushes=True, excerpts=True, joined_at=now)
            for n in range(number)
        ]
        session.add_all(people)
        await session.flush()
        for n, each in enumerate(people):
            session.add(Account(bot_id=world.bot_id, external_id=f"m{n}", person_id=each.id, reachable=True))
            session.add(Role(person_id=each.id, unit_id=branch.id, kind=RoleKind.MEMBER, started_at=now))
        office = world.people["D"]
        await session.execute(update(Excerpt).values(checked_by_id=office, approved_by_id=office, approved_at=now))

    await world.write(fill)
    await world.start_campaign()


async def begin(world: World) -> None:
    """Come to Monday 08:00 with everything written and nothing sent but to the office."""
    await tick.look(world.assistant)
    world.clock.move_to(local("2024-05-13 08:00"))
    while await tick.look(world.assistant):
        pass


def _shows(world: World, who: str = "D") -> str:
    """Return what the one message about the push now shows."""
    found = [shown_text(each) for each in world.phone(who) if "trích đoạn tuần" in shown_text(each)]
    assert len(found) == 1, found
    return found[0]


async def _later(world: World, seconds: int = 10) -> None:
    """Let the seconds pass until it may be changed again."""

    async def earlier(session) -> None:
        for each in await session.scalars(select(Push)):
            each.shown_at -= timedelta(seconds=seconds)
            each.began_at -= timedelta(seconds=seconds)

    await world.write(earlier)
    await tick.look(world.assistant)


async def test_the_office_sees_how_far_it_is_and_how_it_ended(either: World) -> None:
    """One message each, changed as it goes, with a final line and what did not arrive."""
    world = either
    await readers(world)
    await begin(world)
    world.channel.mishaps["m3"] = [Refused()]
    await world.deliverer.deliver()
    assert _shows(world).split("\n")[:2] == [
        "Đang gửi trích đoạn tuần lúc 08:00 cho 130 đ/c.",
        "Đã gửi 0, còn 130.",
    ]
    await world.deliverer.deliver()
    await world.deliverer.deliver()
    await _later(world)
    await world.deliverer.deliver()
    shown = _shows(world)
    assert "không tới 1" in shown
    assert "Còn " in shown
    assert "[Dừng lại]" in shown
    await world.settle()
    await tick.look(world.assistant)
    await world.settle()
    for who in "DE":
        assert _shows(world, who).split("\n") == [
            "Đã gửi xong trích đoạn tuần lúc 08:00 thứ Hai 13/5: 129/130 đ/c đã nhận, 1 tin không tới.",
            "[Tin chưa tới 1]",
        ]
    before = len(world.phone("D"))
    await _later(world)
    await world.settle()
    assert len(world.phone("D")) == before
    assert all(len(world.phone(f"m{n}")) == (n != 3) for n in range(READERS))


async def test_the_time_to_go_follows_from_the_pace_so_far(world: World) -> None:
    """32 of 130 in a minute: the other 98 take three minutes and some seconds, said as four; few of them, below one."""
    await readers(world)
    await begin(world)
    while await world.read(lambda s: s.scalar(GONE)) < 32:
        await world.deliverer.deliver()
    sent = await world.read(lambda s: s.scalar(GONE))
    await _later(world, 60)
    await world.deliverer.deliver()
    minutes = math.ceil((READERS - sent) / sent)
    assert f"Đã gửi {sent}, còn {READERS - sent}. Còn khoảng {minutes:02d} phút." in _shows(world)
    while await world.read(lambda s: s.scalar(GONE)) < 110:
        await world.deliverer.deliver()
    await _later(world)
    await world.deliverer.deliver()
    assert "Còn chưa đến 01 phút." in _shows(world)


GONE = select(func.count()).select_from(Outbox).join(Notice).where(Notice.kind == "excerpt", Outbox.state == Out.SENT)


@pytest.mark.parametrize("why", ["away", "withdrawn", "held"])
async def test_an_excerpt_that_goes_on_no_more_ends_what_is_shown(
    world: World, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    """Away till the next day, withdrawn, or held over the week between two parts: the message is changed no more."""
    monkeypatch.setattr(excerpt, "PART", 60)
    await readers(world)
    await tick.look(world.assistant)
    world.clock.move_to(local("2024-05-13 08:00"))
    await tick.look(world.assistant)
    await world.settle()

    async def befall(session, *, paused: bool) -> None:
        (await world.assistant.moment(session)).committee.paused = paused
        if why == "withdrawn":
            await session.execute(update(Excerpt).where(Excerpt.week.is_not(None)).values(withdrawn=True))

    await world.write(lambda session: befall(session, paused=why == "held"))
    world.clock.move_to(local("2024-05-14 09:00" if why == "away" else "2024-05-13 08:02"))
    while await tick.look(world.assistant):
        pass
    if why == "held":
        world.clock.move_to(local("2024-05-21 09:00"))
        await world.say("D", "/tieptuc")
        await tick.look(world.assistant)
    await tick.look(world.assistant)
    await world.settle()
    shown = _shows(world)
    assert shown.startswith("Đã gửi xong trích đoạn tuần")
    assert shown.endswith("60/130 đ/c đã nhận.")
    assert await world.read(lambda s: s.scalar(select(func.count()).where(Push.ended_at.is_(None)))) == 0


async def test_stopping_asks_first_and_says_how_many_got_it(either: World) -> None:
    """Those not reached count as not sent: they are offered, and sent on demand, each once."""
    world = either
    await readers(world)
    await begin(world)
    for _ in range(3):
        await world.deliverer.deliver()
    await world.press_only("D", "Dừng lại")
    assert world.phone("D")[-1].message.text.startswith("Dừng thật?")
    await world.press_only("D", "Dừng gửi")
    await world.settle()
    got = sum(bool(world.phone(f"m{n}")) for n in range(READERS))
    assert 0 < got < READERS
    assert f"{got} đ/c đã nhận" in world.phone("D")[-1].message.text
    await tick.look(world.assistant)
    await world.settle()
    assert f"theo ý đ/c Phạm Văn D, lúc 08:00 thứ Hai 13/5: {got}/130 đ/c đã nhận" in _shows(world, "E")
    await world.say("D", "/tinkhongtoi")
    assert "Văn phòng dừng gửi giữa chừng" in world.phone("D")[-1].message.text
    await world.press("D", "Nhóm 1")
    await world.press("D", f"Gửi lại cả {READERS - got}")
    assert all(len(world.phone(f"m{n}")) == 1 for n in range(READERS))


async def test_what_is_sent_again_to_many_shows_how_far_it_is(either: World) -> None:
    """A message of its own for who has it done, counted over the whole push, timed by what goes now; it ends."""
    world = either
    await readers(world)
    await begin(world)
    for n in range(10, READERS):
        world.channel.mishaps[f"m{n}"] = [Unknown()]
    await world.settle()
    await tick.look(world.assistant)
    await world.settle()
    assert "10/130 đ/c đã nhận, 120 tin không tới" in _shows(world, "E")
    await world.say("D", "/tinkhongtoi")
    await world.press("D", "Nhóm 1")
    before = len(world.phone("D"))
    await world.press_only("D", "Gửi lại cả 120")
    await world.deliverer.deliver()
    again = next(each for each in world.phone("D")[before:] if shown_text(each).startswith("Đang gửi trích đoạn tuần"))
    assert "Đã gửi 1" in shown_text(again)
    await world.deliverer.deliver()
    await _later(world)
    await world.deliverer.deliver()
    assert "[Dừng lại]" in shown_text(again)
    began = await world.read(lambda session: session.scalar(select(Push.began_at)))
    assert "Còn chưa đến 01 phút" in shown_text(again)
    gone = await world.read(lambda session: push.progress(session, "excerpt:2024-05-13", began + timedelta(seconds=10)))
    assert (gone.sent - gone.lately, gone.failed) == (10, 0)
    await world.settle()
    await tick.look(world.assistant)
    await world.settle()
    assert shown_text(again).startswith("Đã gửi xong trích đoạn tuần lúc 08:00 thứ Hai 13/5: 130/130 đ/c đã nhận.")
    assert "10/130 đ/c đã nhận" in _shows(world, "E")
    assert all(len(world.phone(f"m{n}")) == 1 for n in range(READERS))


async def test_a_push_to_few_shows_nothing(world: World) -> None:
    """What is over before anybody has read of it needs no message."""
    assert progress.MANY == 50
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.join("A", "secretary", "BT", "Nguyễn Văn A", excerpts=True)
    await world.start_campaign()
    await world.move_to(local("2024-05-13 08:05"))
    assert await world.read(lambda s: s.scalar(select(func.count()).select_from(Push))) == 0


async def _branches(world: World, number: int) -> None:
    async def fill(session) -> None:
        owner = (await session.scalars(select(Unit.committee_id).limit(1))).one()
        now = world.clock.now()
        for n in range(number):
            unit = Unit(
                committee_id=owner, kind=UnitKind.BRANCH, code=f"C{n}", name=f"Mẫu {n}", short_names=[],
                ordinal=10 + n, active_from=date(2024, 1, 1),
            )  # fmt: skip
            person = Person(committee_id=owner, name=f"Bí thư {n}", pushes=True, excerpts=False, joined_at=now)
            session.add_all([unit, person])
            await session.flush()
            session.add(Account(bot_id=world.bot_id, external_id=f"s{n}", person_id=person.id, reachable=True))
            session.add(Role(person_id=person.id, unit_id=unit.id, kind=RoleKind.SECRETARY, started_at=now))

    await world.write(fill)


async def _urge_many(world: World) -> None:
    """Have 120 branches more urged at once."""
    await _branches(world, 120)
    await world.start_campaign()
    await world.move_to(local("2024-05-14 09:00"))
    await world.say("D", "/tonghop")
    await world.press("D", "Đôn đốc 124")
    await world.press("D", "Gửi")


async def test_an_urge_to_many_goes_in_parts_and_each_hears_it_once(either: World) -> None:
    """One turn writes no more than a part; the progress ends; pressing twice changes nothing; so does a correction."""
    world = either
    await world.join("D", "office", "VP", "Phạm Văn D")
    await _urge_many(world)
    parts = await world.read(lambda s: s.scalar(select(func.count()).select_from(Due).where(Due.kind == "urge_part")))
    assert parts == 3
    urged = select(func.count()).select_from(Notice).where(Notice.kind == "urge")
    assert await world.read(lambda s: s.scalar(urged)) == 0
    await tick.look(world.assistant)
    assert await world.read(lambda s: s.scalar(urged)) == 50
    await world.press("D", "Gửi")
    while await tick.look(world.assistant):
        pass
    await world.settle()
    await tick.look(world.assistant)
    await world.settle()
    assert await world.read(lambda s: s.scalar(urged)) == 120
    assert all(len([1 for each in world.phone(f"s{n}") if "đề nghị" in each.message.text]) == 1 for n in range(120))
    said = [shown_text(each) for each in world.phone("D")]
    assert len([each for each in said if each.startswith("Đã gửi xong tin đôn đốc")]) == 1, said[-3:]
    await world.say("D", "/dagui")
    await world.press("D", "Đợt 1")
    await world.press("D", "Đính chính")
    await world.say("D", "Hạn đúng là 30/5, xin lỗi các đồng chí.")
    await world.press("D", "Gửi đính chính")
    while await tick.look(world.assistant):
        pass
    await world.settle()
    await tick.look(world.assistant)
    await world.settle()
    assert all(len([1 for each in world.phone(f"s{n}") if "xin lỗi" in each.message.text]) == 1 for n in range(120))


async def test_a_hold_between_two_parts_loses_none_of_them(world: World) -> None:
    """An urge and then a correction, each held after its first part: the rest goes once pushes go on, and it ends."""
    await world.join("D", "office", "VP", "Phạm Văn D")
    await _urge_many(world)
    await _held_in_the_middle(world, "2024-05-15 08:01")
    await world.say("D", "/dagui")
    await world.press("D", "Đợt 1")
    await world.press("D", "Đính chính")
    await world.say("D", "Hạn đúng là 30/5, xin lỗi các đồng chí.")
    await world.press("D", "Gửi đính chính")
    await _held_in_the_middle(world, "2024-05-16 08:01")
    for words in ("đề nghị", "xin lỗi"):
        assert {len([1 for each in world.phone(f"s{n}") if words in each.message.text]) for n in range(120)} == {1}
    assert await world.read(lambda s: s.scalar(select(func.count()).where(Push.ended_at.is_(None)))) == 0


async def test_a_last_part_that_could_not_be_written_ends_what_is_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The part is set aside; the message tells how many got it and is changed no more."""
    await world.join("D", "office", "VP", "Phạm Văn D")
    await _urge_many(world)
    whole = urge._tell_part

    async def fail(moment, by, deadline, units, name) -> None:
        if len(units) < progress.MANY:
            raise RuntimeError("on purpose")
        await whole(moment, by, deadline, units, name)

    monkeypatch.setattr(urge, "_tell_part", fail)
    while await tick.look(world.assistant):
        await tick.look(world.assistant)
        shown = [shown_text(each) for each in world.phone("D")]
        assert not any(each.startswith("Đã gửi xong") for each in shown)
    await world.settle()
    await _later(world)
    await world.settle()
    shown = [text for each in world.phone("D") if "tin đôn đốc" in (text := shown_text(each))]
    assert shown[-1].startswith("Đã gửi xong tin đôn đốc")
    assert "100/120 đ/c đã nhận" in shown[-1]
    before = len(world.phone("D"))
    await _later(world)
    await world.settle()
    assert len(world.phone("D")) == before


@pytest.mark.parametrize("why", ["hold", "night"])
async def test_what_is_sent_again_in_parts_goes_on_after_a_hold_or_the_night(
    world: World, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    """The office was told that all go: what a hold or the night cut short is looked at again afterwards, by day."""
    monkeypatch.setattr(letters, "PART", 10)
    await world.join("D", "office", "VP", "Phạm Văn D")
    await _branches(world, 25)
    await world.start_campaign()
    await world.move_to(local("2024-05-14 09:00"))
    for n in range(25):
        world.channel.mishaps[f"s{n}"] = [Refused()]
    await world.say("D", "/tonghop")
    await world.press("D", "Đôn đốc 29")
    await world.press("D", "Gửi")
    await world.settle()
    world.clock.move_to(local("2024-05-14 20:59" if why == "night" else "2024-05-14 09:10"))
    await world.say("D", "/tinkhongtoi")
    await world.press("D", "Nhóm 1")
    await world.press("D", "Gửi lại cả 25")
    await tick.look(world.assistant)
    await world.write(lambda session: _hold(world, session, paused=why == "hold"))
    world.clock.move_to(local("2024-05-14 21:01" if why == "night" else "2024-05-14 09:11"))
    await tick.look(world.assistant)
    await world.settle()
    assert sum(bool(world.phone(f"s{n}")) for n in range(25)) == 10
    await world.write(lambda session: _hold(world, session, paused=False))
    await world.move_to(local("2024-05-15 08:01" if why == "night" else "2024-05-14 14:01"))
    while await tick.look(world.assistant):
        pass
    assert await world.read(lambda s: s.scalar(select(func.count()).where(Outbox.state == Out.DEAD))) == 0


async def _hold(world: World, session, *, paused: bool) -> None:
    (await world.assistant.moment(session)).committee.paused = paused


async def _held_in_the_middle(world: World, until: str) -> None:
    """Write one part, hold pushes until a moment, then let all go."""

    async def hold(session, *, paused: bool) -> None:
        (await world.assistant.moment(session)).committee.paused = paused

    await tick.look(world.assistant)
    await world.write(lambda session: hold(session, paused=True))
    while await tick.look(world.assistant):
        pass
    await world.write(lambda session: hold(session, paused=False))
    await world.move_to(local(until))
    await tick.look(world.assistant)
    await world.settle()


async def test_a_restart_goes_on_counting(world: World) -> None:
    """What is shown is counted from rows: another process ends the message too."""
    await readers(world)
    await begin(world)
    await world.deliverer.deliver()
    waiting = select(func.count()).select_from(Outbox).where(Outbox.state == Out.DUE)
    assert await world.read(lambda s: s.scalar(waiting)) > 50
    world.deliverer = type(world.deliverer)(world.assistant, world.bot_id, per_second=1_000_000, chat_gap=0)
    await world.settle()
    await tick.look(world.assistant)
    await world.settle()
    assert _shows(world).startswith("Đã gửi xong trích đoạn tuần")
