"""Who sends for a bot dies and another goes on: no second holds too many, and nobody waits where nothing was said."""

import asyncio
import time
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import leads
from bot.assistant import Assistant
from bot.clock import Clock
from bot.deliver import PER_SECOND, Deliverer
from bot.leads import Elected
from bot.parts import PACE
from messages.types import Outgoing
from models import outbox
from models.account import Account
from models.database import Database
from models.lead import Lead
from models.outbox import Out, Outbox
from tests import databases, faults
from tests.world import World

DEATHS = 3


class Voice:
    """What a process that sends has: an election, a pool of its own, the loops; all of it may die at once."""

    def __init__(self, world: World, per_second: float) -> None:
        first = world.assistant
        self.elected = Elected(first.database.url, Clock())
        database = Database(first.database.url)
        made = Assistant(database, Clock(), first.zone, first.files, leads=self.elected)
        made.channels, made.manners = first.channels, first.manners
        self.assistant, self.deliverer = made, Deliverer(made, world.bot_id, per_second)
        self.tasks = [asyncio.create_task(each()) for each in (self.elected.run, self.deliverer.lead)]

    async def die(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Die as by kill -9: what is on the wire is not recorded, and nothing more leaves."""

        async def never(*_: Any) -> None:
            await asyncio.Event().wait()

        monkeypatch.setattr(self.deliverer, "_turnover", never)
        monkeypatch.setattr(self.deliverer, "_drain", lambda: asyncio.sleep(0))
        for task in (*self.deliverer._sending, *self.tasks):
            task.cancel()
        await asyncio.wait(self.tasks)
        await self.assistant.database.close()


async def _write(session: AsyncSession, world: World, who: str, many: int, **how: str) -> None:
    """Leave a message for each of many chats."""
    readers = [{"bot_id": world.bot_id, "external_id": f"{who}{n}", "reachable": True} for n in range(many)]
    await session.execute(insert(Account), readers)
    moment = await world.assistant.moment(session)
    for account in (await session.scalars(select(Account).where(Account.external_id.startswith(who)))).all():
        await moment.say_to(account, "unknown.closed", **how)


@pytest.fixture
def heard(shared_world: World) -> list[float]:
    """Return when the platform took a message, which takes it a moment."""
    times: list[float] = []
    send = shared_world.channel.send

    async def sending(message: Outgoing) -> str:
        await asyncio.sleep(0.02)
        times.append(time.monotonic())
        return await send(message)

    shared_world.channel.send = sending
    return times


@pytest.mark.parametrize(
    ("per_second", "pushes", "asked", "limit"), [(PER_SECOND, 150, 25, 30), (PACE["zalo"], 20, 2, 5)]
)
async def test_no_second_holds_too_many_over_deaths(
    shared_world: World,
    heard: list[float],
    monkeypatch: pytest.MonkeyPatch,
    per_second: float,
    pushes: int,
    asked: int,
    limit: int,
) -> None:
    """A broadcast whose sender is killed three times goes on at once, at the pace where the other stopped.

    `asked` are the answers that wait when another takes over, `limit` what any second may hold.
    """
    world = shared_world
    await world.write(lambda session: _write(session, world, "r", pushes, kind="excerpt"))
    voice = Voice(world, per_second)
    for death in range(1, DEATHS + 1):
        await faults.until(lambda death=death: _done(len(heard) >= death * pushes * 4 // 15))
        await voice.die(monkeypatch)
        await world.write(lambda session, who=f"{death}-": _write(session, world, who, asked))
        voice = Voice(world, per_second)
    await faults.until(lambda: _all_sent(world))
    await voice.die(monkeypatch)
    assert len(world.channel.phones) == pushes + DEATHS * asked
    heard.sort()
    most = max(sum(first <= each < first + 1 for each in heard) for first in heard)
    assert limit * 0.8 <= most <= limit


async def _done(true: bool) -> bool:
    return true


async def _all_sent(world: World) -> bool:
    waiting = select(func.count()).select_from(Outbox).where(Outbox.state.in_([Out.DUE, Out.SENDING]))
    return await world.read(lambda session: session.scalar(waiting)) == 0


async def test_who_takes_over_knows_what_was_said(shared_world: World) -> None:
    """What was recorded in the last second, and all that is claimed; what is older is forgotten."""
    world = shared_world
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    world.assistant.clock = Clock()  # type: ignore[assignment]
    name = leads.speaks(world.bot_id)
    now = world.assistant.clock.machine()

    async def leave(session: AsyncSession) -> None:
        at = now.timestamp()
        session.add(Lead(name=name, epoch=1, taken_at=now, spoken=[[at - 5, at + 1, at + 2], {"B": at + 5}]))
        moment = await world.assistant.moment(session)
        account = (await session.scalars(select(Account).where(Account.external_id == "A"))).one()
        await moment.say_to(account, "unknown.closed", kind="excerpt")

    await world.write(leave)
    await world.write(lambda session: session.execute(update(Outbox).values(not_before=now)))
    assert await world.write(lambda session: outbox.claim(session, world.bot_id, world.assistant.clock.machine(), 5))
    assert await world.write(world.deliverer._taken_over) == 1
    ago, busy = world.deliverer._pace.lately()
    assert len(ago) == 3
    assert min(ago) < max(ago) < 0
    assert busy.keys() == {"A", "B"}
    await world.write(world.deliverer._leave)
    ((kept,),) = await databases.look(world.assistant.database.url, "select spoken from lead")
    assert kept
    assert "A" in str(kept)
