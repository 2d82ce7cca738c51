"""Two processes take turns over one PostgreSQL: each message once, one account's in order, one branch's one by one."""

import asyncio
from collections import defaultdict
from typing import Any

import pytest
from sqlalchemy import func, select

from bot import receive
from bot.assistant import Assistant
from bot.receive import Receiver
from handlers import gate
from handlers.rules.flood import Limits
from messages.types import Heard
from models.database import Database
from models.inbox import Inbox
from models.notice import Notice
from tests.world import OneOfSeveral, World

BRANCHES = {"A": "BT", "B": "TV", "A2": "BT", "C": "NH"}  # A2 is the deputy of A's branch; two are taken at a time
EACH = 6


def beside(world: World) -> tuple[Assistant, Receiver]:
    """Return what a second process would have."""
    first = world.assistant
    second = Assistant(Database(first.database.url), first.clock, first.zone, first.files, leads=OneOfSeveral())
    second.channels, second.manners = first.channels, first.manners
    return second, Receiver(second, world.bot_id)


async def test_each_message_once_and_in_order(shared_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever takes them, and however their turns fall."""
    for account, branch in BRANCHES.items():
        role = "deputy" if account == "A2" else "secretary"
        await shared_world.join(account, role, branch, f"Nguyễn Văn {account[0]}")
    second, other = beside(shared_world)
    both = []
    taken: dict[str, list[int]] = defaultdict(list)
    acting: dict[str, int] = defaultdict(int)
    most: dict[str, int] = defaultdict(int)
    hear = gate.hear

    async def hearing(turn: Any) -> None:
        branch = BRANCHES[turn.account.external_id]
        acting[branch] += 1
        most[branch] = max(most[branch], acting[branch])
        both.append(len([each for each in acting.values() if each]))
        await asyncio.sleep(0.002)  # the other has its turns meanwhile
        await hear(turn)
        taken[turn.account.external_id].append(turn.inbox_id)
        acting[branch] -= 1

    monkeypatch.setattr(gate, "hear", hearing)
    monkeypatch.setattr(receive, "BATCH", 2)  # neither takes everything there is
    updates = [
        shared_world.channel.update(account, Heard.TEXT, text=f"/tinhhinh {n}")
        for n in range(EACH)
        for account in BRANCHES
    ]
    await shared_world.receiver.store(updates)
    for _ in range(100):
        await asyncio.gather(shared_world.receiver.handle(), other.handle())
        if sum(map(len, taken.values())) == len(updates):
            break
    assert {account: len(rows) for account, rows in taken.items()} == dict.fromkeys(BRANCHES, EACH)
    assert all(rows == sorted(set(rows)) for rows in taken.values()), taken
    assert set(most.values()) == {1}, most
    assert max(both) == 2, "they never took turns at the same time"
    await second.database.close()


async def test_a_failure_that_two_met_is_one(shared_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both fail at the same message one after the other: it counts once, waits, and nobody is told of it twice."""
    world = shared_world
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    second, other = beside(world)
    counted = other._counted
    await world.receiver.store([world.channel.update("A", Heard.TEXT, text="/bay")])

    async def breaks(_: Any) -> None:
        raise RuntimeError

    async def late(row_id: int) -> bool:
        await world.receiver.handle()  # the first one counts it while the second still fails
        return await counted(row_id)

    monkeypatch.setattr(gate, "hear", breaks)
    monkeypatch.setattr(other, "_counted", late)
    await other.handle()
    row = (await world.read(lambda session: session.scalars(select(Inbox)))).one()
    assert row.attempts == 1
    await second.database.close()


async def test_a_flood_is_one_whoever_takes_it(shared_world: World) -> None:
    """Two processes let no more through than one would, and say so once."""
    world = shared_world
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    second, other = beside(world)
    second.limits = world.assistant.limits = Limits(6, 600.0)
    await world.receiver.store([world.channel.update("A", Heard.TEXT, text=f"/bay {n}") for n in range(10)])
    for _ in range(10):
        assert await world.receiver.handle() + await other.handle() <= 2
    await world.deliverer.deliver()
    waiting = select(func.count()).select_from(Inbox).where(Inbox.done_at.is_(None))
    assert await world.read(lambda session: session.scalar(waiting)) == 4
    told = select(func.count()).select_from(Notice).where(Notice.template == "flood.slow")
    assert await world.read(lambda session: session.scalar(told)) == 1
    await second.database.close()


async def test_nothing_is_waited_for_that_is_not_heard_of_here(
    shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who only polls does not wait for turns, nor who takes turns for answers: other processes have them."""
    world = shared_world
    monkeypatch.setattr(receive, "GATHER", 3600.0)
    monkeypatch.setattr(receive, "LULL", 3600.0)
    updates = [world.channel.update("A", Heard.TEXT, text=f"/bay {n}") for n in range(2 * receive.MANY)]
    async with asyncio.timeout(120):
        await world.receiver.store(updates[: receive.MANY])
        running = asyncio.create_task(world.receiver.run())
        await asyncio.sleep(0)
        await world.receiver.store(updates[receive.MANY :])
    running.cancel()
    await asyncio.wait([running])
