"""One account that floods: a courteous line, nothing lost, in order; strangers unanswered; others never slowed down."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.clock import DrillClock
from bot.receive import Receiver
from handlers.rules import flood
from handlers.rules.flood import Limits
from messages.types import Heard
from models.inbox import Inbox
from models.outbox import Outbox
from models.role import RoleKind
from tests import world as worlds
from tests.world import World

NOW = datetime(2024, 5, 13, tzinfo=UTC)
SLOW = "Đồng chí nhắn nhiều tin liền"


def after(seconds: float) -> datetime:
    """Return a moment after NOW."""
    return NOW + timedelta(seconds=seconds)


class Bucket:
    """One account's, as a turn keeps it."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.full_at = limits, None

    def waits(self, now: datetime) -> timedelta:
        """Take a message's worth where it is there; return how long it waits."""
        if not (wait := flood.wait(self.full_at, now, self.limits)):
            self.full_at = flood.taken(self.full_at, now, self.limits)
        return wait


def test_a_bucket_empties_and_fills() -> None:
    """Twenty at once, then two a second; what is refused takes nothing."""
    bucket = Bucket(Limits())
    assert [bucket.waits(NOW) for _ in range(20)] == [timedelta()] * 20
    assert bucket.waits(NOW) == bucket.waits(NOW) == timedelta(seconds=0.5)
    assert bucket.waits(after(0.5)) == timedelta()
    assert bucket.waits(after(0.5)) > timedelta()
    assert [bool(bucket.waits(after(60))) for _ in range(21)] == [False] * 20 + [True]


def test_a_clock_set_back_fills_nothing_and_blocks_nobody() -> None:
    """The machine's clock may be corrected, by an hour or by a moment that two machines are apart."""
    bucket = Bucket(Limits(2, 1.0))
    assert not bucket.waits(after(3600))
    assert [bool(bucket.waits(NOW)) for _ in range(3)] == [False, False, True]
    assert bucket.waits(after(-0.1)) == timedelta(seconds=0.6)
    assert not bucket.waits(after(0.5))


def test_a_burst_is_over_when_the_bucket_is_full() -> None:
    """Not before: who is told once is not told again while it goes on."""
    bucket = Bucket(Limits(2, 1.0))
    assert flood.is_full(bucket.full_at, NOW)
    bucket.waits(NOW)
    assert not flood.is_full(bucket.full_at, after(0.4))
    assert flood.is_full(bucket.full_at, after(0.5))


class Ahead(DrillClock):
    """Machine time that stands still until a test moves it on."""

    stands_at = datetime.now(UTC)

    def machine(self) -> datetime:
        """Return where it stands."""
        return self.stands_at


@pytest.fixture
async def busy(tmp_path: Path, either_url: str) -> AsyncIterator[World]:
    """Return a world with the limits of production."""
    made = await worlds.build(tmp_path, either_url, limits=Limits())
    made.assistant.clock = Ahead(worlds.START)
    for alias in "ABC":
        await made.join(alias, RoleKind.SECRETARY, "BT", f"Sample {alias}")
    yield made
    await made.assistant.database.close()


async def send(world: World, alias: str, count: int) -> None:
    """Let many messages of one account come at once."""
    updates = [world.channel.update(alias, Heard.TEXT, text=f"/bay{number}") for number in range(count)]
    await world.receiver.store(updates)


async def outcomes(world: World, alias: str) -> Counter[str]:
    """Return what became of an account's messages."""
    query = select(Inbox.outcome).where(Inbox.account == alias)
    return Counter((await world.read(lambda session: session.scalars(query))).all())


async def pass_time(world: World, seconds: float) -> None:
    """Let machine time pass: what waits comes nearer, buckets fill."""
    assert isinstance(world.clock, Ahead)
    world.clock.stands_at += timedelta(seconds=seconds)
    await world.settle()


async def test_others_are_answered_in_the_next_batch(busy: World) -> None:
    """500 messages of one account lie there; two others, who write after them, are answered at once."""
    await send(busy, "A", 500)
    await send(busy, "B", 1)
    await send(busy, "C", 1)
    assert await busy.receiver.handle() == 3
    await busy.deliverer.deliver()
    assert len(busy.phone("B")) == len(busy.phone("C")) == 1


async def test_nothing_is_lost_and_the_order_stays(busy: World) -> None:
    """60 messages: 20 at once, one line, then the rest as time passes, each handled once in the order sent."""
    await send(busy, "A", 60)
    await busy.settle()
    assert (await outcomes(busy, "A"))["done"] == 20
    assert [SLOW in each.message.text for each in busy.phone("A")].count(True) == 1
    for _ in range(45):
        await pass_time(busy, 1)
    assert await outcomes(busy, "A") == {"done": 60}
    assert len(busy.phone("A")) == 61
    assert [SLOW in each.message.text for each in busy.phone("A")].count(True) == 1
    handled = select(Inbox.id).order_by(Inbox.done_at, Inbox.id)
    ids = (await busy.read(lambda session: session.scalars(handled))).all()
    assert ids == sorted(ids)


async def test_however_many_all_are_kept(busy: World) -> None:
    """Of 500 none is dropped: 20 are handled, one line is said, 480 wait with their words."""
    await send(busy, "A", 500)
    await busy.settle()
    assert await outcomes(busy, "A") == {"done": 20, "": 480}
    assert [SLOW in each.message.text for each in busy.phone("A")].count(True) == 1
    waiting = select(Inbox.raw).where(Inbox.done_at.is_(None))
    assert all((await busy.read(lambda session: session.scalars(waiting))).all())


async def test_each_burst_is_told_of_once(busy: World) -> None:
    """A minute later the same again is news; a restart in a burst is none, for it is kept."""
    for _ in range(2):
        await send(busy, "A", 22)
        await busy.settle()
        busy.receiver = Receiver(busy.assistant, busy.bot_id)
        await pass_time(busy, 0.5)
        await pass_time(busy, 60)
    assert [SLOW in each.message.text for each in busy.phone("A")].count(True) == 2
    assert await outcomes(busy, "A") == {"done": 44}


async def test_a_stranger_is_counted_and_not_answered(busy: World) -> None:
    """One line an hour as always; what floods is done with at once, and nobody else waits."""
    await send(busy, "stranger", 100)
    await busy.settle()
    found = await outcomes(busy, "stranger")
    assert found == {"done": 20, "flood": 80}
    assert len(busy.phone("stranger")) == 1


async def test_a_person_who_writes_as_people_do_notices_nothing(busy: World) -> None:
    """Fifteen messages, a pause, fifteen more: no line, no wait."""
    for _ in range(2):
        await send(busy, "A", 15)
        await busy.settle()
        await pass_time(busy, 10)
    assert await outcomes(busy, "A") == {"done": 30}
    assert not [each for each in busy.phone("A") if SLOW in each.message.text]


async def test_who_lost_their_role_while_it_waited_is_nobody(busy: World) -> None:
    """A message that waits is judged when it is handled, not when it came."""
    await send(busy, "A", 25)
    await busy.settle()
    await busy.write(lambda session: session.execute(update(worlds.Account).values(person_id=None)))
    for _ in range(5):
        await pass_time(busy, 1)
    texts = (await busy.read(lambda session: session.scalars(select(Outbox.text).order_by(Outbox.id)))).all()
    assert "Trợ lý chi bộ" in texts[-1]
