"""What ticks, taking, claiming and planning cost in a province: 100,000 branches × 3 deadlines, a million people.

`.venv/bin/python -m tests.bench.scale --postgres URL` (else TEST_POSTGRES_URL names the server) makes a database of its
own, fills it in bulk, measures, and drops it; then SQLite with a tenth of it. It says how PostgreSQL goes about what is
measured, and fails where a big table is read beyond what is due. No network.
"""

import asyncio
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import typer
from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import tick
from handlers import plan
from handlers import tick as firing
from models import inbox, job, outbox
from models.deadline import Deadline
from models.due import Due
from models.job import JobState
from models.outbox import Out
from tests import databases
from tests.bench import crowd, growth, table
from tests.bench.crowd import PROVINCE, Size
from tests.bench.processes import ROOT
from tests.bench.province import Cost, Filled, Province, province
from tests.bench.table import grouped

RUNGS = 100, 10_000  # of the branches are due for a reminder, at once
UNDONE, LETTERS, JOBS = (1, 64, 10_000), (1, 16, 10_000, 100_000), (1, 1000)
SMALLER = 10  # times: what SQLite is measured with
ROOM, PUSHES = 32, 16  # what a deliverer claims at once


async def measure(there: Province) -> list[Cost]:
    """Measure all: what waits is there from its first measurement on, and PostgreSQL does not count it anew."""
    first = await there.database.read(growth._rungs)
    there.clock.move_to(first - timedelta(minutes=5))
    while await tick.look(there.assistant):  # the office's own rows of the days before
        pass
    costs = [await there.idle("idle tick"), *await _inbox(there), *await _jobs(there), *await _outbox(there)]
    costs.append(await there.idle(f"idle tick, {grouped(LETTERS[-1])} wait to be sent"))
    return [*costs, *await _mornings(there, first), await _planning(there)]


async def _mornings(there: Province, first: datetime) -> list[Cost]:
    await there.made(partial(_put_off, first=first))
    costs = []
    for minutes, number in enumerate(RUNGS):
        there.clock.move_to(first + timedelta(minutes=minutes))
        costs.append(await there.parts(f"tick, {grouped(number)} reminders due", firing.PART, partial(_fired, there)))
    return costs


async def _fired(there: Province) -> bool:
    return await tick.look(there.assistant) == 0


async def _put_off(session: AsyncSession, first: datetime) -> None:
    """Leave of a morning's rungs some due at their hour, some a minute later, and the rest the day after."""
    rungs = select(Due.id).where(Due.fired_at.is_(None), Due.due_at == first).order_by(Due.id)
    now, soon = RUNGS
    tomorrow = Due.id.in_(rungs.offset(now + soon).scalar_subquery())
    await session.execute(update(Due).where(tomorrow).values(due_at=first + timedelta(days=1)))
    a_minute = Due.id.in_(rungs.offset(now).scalar_subquery())
    await session.execute(update(Due).where(a_minute).values(due_at=first + timedelta(minutes=1)))


async def _planning(there: Province) -> Cost:
    """Plan one more deadline for all branches, in the program's parts."""
    await there.made(_one_more)
    size = grouped(there.crowd.size.branches)
    return await there.parts(f"planning a deadline for {size} branches", plan.PART, partial(_planned, there))


async def _planned(there: Province) -> bool:
    async def part(session: AsyncSession) -> int | None:
        return await firing.tick(await there.assistant.moment(session))

    return await there.database.write(part) is not None


async def _one_more(session: AsyncSession) -> None:
    every: Any = Deadline.__table__
    row = (await session.execute(select(every).order_by(every.c.id.desc()).limit(1))).mappings().one()
    new = {"id": row["id"] + 1, "name": "one_more", "unplanned": True, "given_to": 0}
    await session.execute(insert(every).values({**row, **new}))


async def _inbox(there: Province) -> list[Cost]:
    bot, made, costs = there.crowd.bot, 0, []
    for number in UNDONE:
        key = f"new{number}:"
        await there.made(partial(crowd.hear, crowd=there.crowd, count=number - made, key=key, bot=bot))
        now, made = there.clock.machine(), number
        take = partial(inbox.take, bot_id=bot, now=now)
        costs.append(await there.cost(f"inbox.take, {grouped(number)} undone", min(number, 64 * inbox.WINDOW), take))
    return costs


async def _outbox(there: Province) -> list[Cost]:
    bot, made, costs = there.crowd.bot, 0, []
    for number in LETTERS:
        due: dict[str, Any] = {"state": Out.DUE, "said_at": there.clock.now(), "not_before": there.clock.machine()}
        key = f"new{number}:"
        await there.made(partial(crowd.say, crowd=there.crowd, count=number - made, key=key, bot=bot, **due))
        made = number
        claim = partial(outbox.claim, bot_id=bot, now=datetime.now(UTC), limit=ROOM, pushes=PUSHES)
        costs.append(await there.cost(f"outbox.claim, {grouped(number)} due", min(number, ROOM), claim))
    return [*costs, *await _sending(there, claim)]


async def _sending(there: Province, claim: Any) -> list[Cost]:
    """Measure how sends are recorded, and taken back after a death."""
    held: list[tuple[int, str, dict[str, Any]]] = []
    sent = {"state": Out.SENT, "platform_id": "1", "sent_at": datetime.now(UTC)}

    async def claimed(session: AsyncSession) -> None:
        held[:] = [(each.id, each.claim, sent) for each in await claim(session)]

    return [
        await there.cost(f"outbox.finish, {PUSHES} sent", PUSHES, lambda s: outbox.finish(s, held), claimed),
        await there.cost(
            f"outbox.reopen_claims, {PUSHES} on the wire",
            PUSHES,
            lambda s: outbox.reopen_claims(s, there.crowd.bot),
            claimed,
        ),
    ]


async def _jobs(there: Province) -> list[Cost]:
    made, costs = 0, []
    for number in JOBS:
        add = partial(crowd.work, crowd=there.crowd, count=number - made, state=JobState.DUE)
        await there.made(add)
        made, now = number, datetime.now(UTC)
        claim = partial(job.claim, token="new", now=now, until=now + timedelta(minutes=1))
        costs.append(await there.cost(f"job.claim, {grouped(number)} due", 1, claim))
    return costs


async def on_postgres(server: str, size: Size) -> Filled:
    """Measure on a database of its own, dropped afterwards."""
    url = await databases.create_postgres(server=server)
    try:
        async with province(url, size) as (there, filled):
            mib = await there.database.read(lambda s: s.scalar(text("SELECT pg_database_size(current_database())")))
            version, fsync = [
                await there.database.read(lambda s, name=name: s.scalar(text(f"SHOW {name}")))
                for name in ("server_version", "fsync")
            ]
            name = f"PostgreSQL {version.split()[0]} (fsync {fsync})"
            return Filled(name, size, filled, mib / 2**20, await measure(there))
    finally:
        await databases.drop_postgres(url, server)


async def on_sqlite(size: Size) -> Filled:
    """Measure on a file of its own."""
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "assistant.db"
        async with province(f"sqlite+aiosqlite:///{path}", size) as (there, filled):
            return Filled("SQLite", size, filled, path.stat().st_size / 2**20, await measure(there))


async def run(server: str, smaller: int = 1) -> list[Filled]:
    """Measure both databases, each smaller by so many times; PostgreSQL where a server is named."""
    found = [await on_postgres(server, PROVINCE.part(smaller))] if server else []
    return [*found, await on_sqlite(PROVINCE.part(smaller * SMALLER))]


def main(postgres: str = "", smaller: int = 1, plans: bool = False, write: bool = False) -> None:
    """Measure (`--smaller 100`: a hundredth of all rows); `--plans` shows each, `--write` into docs/performance.md.

    Of a smaller one no plan is judged: small tables are rightly read whole.
    """
    found = asyncio.run(run(postgres or databases.SERVER, smaller))
    if plans:
        shown = {str(plan): None for each in found for cost in each.costs for plan in cost.plans}
        print("\n\n".join(shown), end="\n\n")
    wrong = [line for each in found for cost in each.costs for line in cost.wrong()] if smaller == 1 else None
    made = table.scale(found, wrong)
    print(made)
    if write:
        table.write(ROOT / "docs" / "performance.md", made, "province")
    if wrong:
        sys.exit(1)


if __name__ == "__main__":
    typer.run(main)
