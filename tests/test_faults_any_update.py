"""Twenty thousand updates at random, over all the Bot API's shapes and beside them: each is handled at the first try.

They go the way of real ones: stored as they come, read, through the gate to the handlers, into the database.
"""

import asyncio
import functools
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import telegram_updates
from bot.receive import TRIES, Receiver
from bot.telegram import TelegramChannel, _updates
from models.account import Account
from models.inbox import Inbox
from models.outbox import Out, Outbox
from tests import databases, faults, update_shapes
from tests import world as worlds
from tests.fake_telegram import TOKEN
from tests.world import World

pytestmark = pytest.mark.faults
PARTS, EXAMPLES, EACH = 4, 250, 20  # 4 × 250 × 20 = 20,000
AT_ONCE = 400  # updates stored at a time
MORNING = worlds.local("2024-05-23 09:00")
ROLES = (
    "secretary",
    "deputy",
    "member",
    "office",
    "secretary",
    "drafter",
    "leader",
    "inspection",
    "editorial",
    "member",
)
Drawn = tuple[bool, dict[str, Any]]


def drawn(part: int) -> list[Drawn]:
    """Let hypothesis draw one part of the updates."""
    pool: list[Drawn] = []

    @seed(faults.SEED + part)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # they are handled together: nothing fails while they are drawn
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(update_shapes.updates, min_size=EACH, max_size=EACH))
    def draw(some: list[Drawn]) -> None:
        pool.extend(some)

    draw()
    return pool[: EXAMPLES * EACH]


async def populated(folder: Path, template: Path) -> tuple[World, Receiver]:
    """Return a world on a morning of a reminder whose people are on Telegram, and what hears them."""
    world = await worlds.build(folder, databases.copy_sqlite(template, folder), MORNING)
    channel = TelegramChannel(TOKEN, "http://127.0.0.1:9")  # never started: it reads, and can say nothing
    world.bot_id = await world.assistant.add(channel, "TELEGRAM_BOT_TOKEN")
    codes = [branch["code"] for branch in worlds.BRANCHES]
    for number, role, code in zip(
        range(1, update_shapes.KNOWN + 1), itertools.cycle(ROLES), itertools.cycle(codes), strict=False
    ):
        await world.join(str(number), role, code, f"Nguyễn Văn {number}")
    await world.start_campaign()
    await world.move_to(MORNING)
    return world, Receiver(world.assistant, world.bot_id)


async def shown(session: AsyncSession) -> dict[int, list[str]]:
    """Let all that waits have been sent; return the data of the buttons that each person sees."""
    found: dict[int, list[str]] = {}
    rows = select(Outbox, Account.external_id).join(Account, Account.id == Outbox.account_id)
    for row, account in await session.execute(rows.order_by(Outbox.id.desc()).limit(3000)):
        if row.state == Out.DUE:
            row.state, row.platform_id = Out.SENT, str(row.id)
        count = sum(len(line) for line in row.choices)
        found.setdefault(int(account), []).extend(f"{row.token}.{place}" for place in range(count))
    return found


def pressed(event: dict[str, Any], buttons: dict[int, list[str]]) -> dict[str, Any]:
    """Put a real button in where the event stands for one."""
    query = event.get("callback_query")
    said = query.get("data") if isinstance(query, dict) else None
    if not isinstance(said, str) or not said.startswith(update_shapes.BUTTON):
        return event
    place, theirs = int(said.removeprefix(update_shapes.BUTTON)), buttons.get(query["from"]["id"]) or ["x.0"]
    return {"callback_query": {**query, "data": theirs[place % len(theirs)]}}


async def hear(world: World, receiver: Receiver, some: Sequence[tuple[int, Drawn]]) -> None:
    """Store a heap of updates and handle all of them."""
    buttons = await world.write(shown)
    events = [pressed(event, buttons) if keeps else event for _, (keeps, event) in some]
    items = [{"update_id": number, **event} for (number, _), event in zip(some, events, strict=True)]
    await receiver.store(_updates(items))
    for _ in range(TRIES):
        while await receiver.handle():
            pass
        await world.write(waits_no_more)


async def waits_no_more(session: AsyncSession) -> None:
    """Let what could not be read be tried again now."""
    await session.execute(update(Inbox).where(Inbox.done_at.is_(None)).values(not_before=MORNING))


async def counted(session: AsyncSession, valid: Sequence[str]) -> dict[str, int]:
    """Count the inbox by outcome; all must be done, what was handled at the first try, no `valid` one set aside."""
    aside = set(await session.scalars(select(Inbox.key).where(Inbox.outcome == "set_aside")))
    assert not aside.intersection(valid)
    tried = case((Inbox.outcome == "set_aside", TRIES), else_=0)
    wrong = select(func.count()).where((Inbox.attempts != tried) | Inbox.done_at.is_(None))
    assert await session.scalar(wrong) == 0, "a handler failed"
    return dict((await session.execute(select(Inbox.outcome, func.count()).group_by(Inbox.outcome))).all())


@pytest.mark.parametrize("part", range(PARTS))
def test_any_update(request: pytest.FixtureRequest, tmp_path: Path, template: Path, part: int) -> None:
    """No unhandled error; what keeps to the schema is handled, all else set aside after three tries."""
    pool = drawn(part)
    assert len(pool) == EXAMPLES * EACH
    for keeps, event in pool:
        if keeps:
            telegram_updates.read(telegram_updates.to_store({"update_id": 1, **event}).raw)

    async def play() -> dict[str, int]:
        world, receiver = await populated(tmp_path, template)
        try:
            numbered = list(enumerate(pool, 1))
            for first in range(0, len(numbered), AT_ONCE):
                await hear(world, receiver, numbered[first : first + AT_ONCE])
            valid = [str(number) for number, (keeps, _) in numbered if keeps]
            return await world.read(functools.partial(counted, valid=valid))
        finally:
            await world.assistant.database.close()

    outcomes = asyncio.run(play())
    faults.tell(request, f"seed {faults.SEED + part}: {len(pool)} updates, {outcomes}")
    assert outcomes.keys() <= {"done", "nothing", "set_aside"}
    assert sum(outcomes.values()) == len(pool)
    assert outcomes["done"] > len(pool) / 4
