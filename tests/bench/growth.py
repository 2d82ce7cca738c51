"""What an installation costs as it grows: branches, three deadlines each, thirty members a branch. No network."""

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import tick
from bot.assistant import Assistant
from bot.clock import DrillClock
from bot.service import settle_memory
from campaigns import folder as folders
from campaigns import schema
from handlers.office import standing, summary
from models.database import Database, Result, Work
from models.due import Due
from models.obligation import Obligation
from tests.bench import organisation, questions

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
START = datetime(2024, 5, 14, 7, 0, tzinfo=ZONE)  # a Tuesday: the weekly excerpt is the broadcast's matter
LAST_DAYS = (date(2024, 5, 31), date(2024, 6, 28), date(2024, 7, 31))
MEMBERS = 30  # of each branch


@dataclass(frozen=True)
class Grown:
    """Planning and the busy morning that fires `fired` rows in s; memory and database in MiB, all else in ms.

    `held` is the longest that one transaction of either kept the writer: what an answer may wait for.
    """

    branches: int
    obligations: int
    planning: float
    idle: float
    busy: float
    fired: int
    held: float
    summary: float
    memory: float
    database: float


def campaign() -> schema.Campaign:
    """Return the bench campaign with three deadlines."""
    given = folders.load(questions.CAMPAIGN)
    only = given.plan.deadlines[0]
    three = [only.model_copy(update={"name": f"report_{day:%m}", "due_date": day}) for day in LAST_DAYS]
    plan = given.plan.model_copy(update={"deadlines": tuple(three)})
    return schema.Campaign(plan, given.forms, given.excerpts, given.text)


async def grow(branches: int) -> Grown:
    """Measure one size, in this process."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        url = f"sqlite+aiosqlite:///{folder / 'assistant.db'}"
        await _filled(branches, url)
        database = Watched(url)
        assistant = Assistant(database, DrillClock(START), ZONE, folder / "files")
        try:
            return await _measure(assistant, database, folder, branches)
        finally:
            await database.close()


async def _filled(branches: int, url: str) -> None:
    """Fill the database in a process apart, so that the memory measured is the assistant's alone."""
    command = [sys.executable, "-m", "tests.bench.growth", str(branches), url]
    await asyncio.to_thread(subprocess.run, command, check=True)


class Watched(Database):
    """The assistant's database, with the longest time that a transaction kept the writer (seconds)."""

    held = 0.0

    async def write(self, work: Work[Result], *, quiet: bool = False) -> Result:
        """Run `work`, and measure from where it has the writer to its end."""

        async def timed(session: AsyncSession) -> Result:
            began = time.perf_counter()
            try:
                return await work(session)
            finally:
                self.held = max(self.held, time.perf_counter() - began)

        return await super().write(timed, quiet=quiet)


async def _measure(assistant: Assistant, database: Watched, folder: Path, branches: int) -> Grown:
    planning = await _seconds(lambda: tick.look(assistant))
    settle_memory()  # as the program does once it runs
    idle = min([await _seconds(lambda: tick.look(assistant)) for _ in range(5)])
    owed = await assistant.database.read(lambda s: s.scalar(select(func.count()).select_from(Obligation)))
    await tick.move_to(assistant, await assistant.database.read(_before_rungs))
    assert isinstance(assistant.clock, DrillClock)
    assistant.clock.move_to(await assistant.database.read(_rungs))
    began, fired = time.perf_counter(), 0
    while part := await tick.look(assistant):  # as bot/service.py does
        fired += part
    busy = time.perf_counter() - began
    said = await _seconds(lambda: assistant.database.read(lambda session: _summary(assistant, session)))
    return Grown(
        branches=branches,
        obligations=owed or 0,
        planning=planning,
        idle=idle * 1000,
        busy=busy,
        fired=fired,
        held=database.held * 1000,
        summary=said * 1000,
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        database=sum(each.stat().st_size for each in folder.glob("assistant.db*")) / 2**20,
    )


async def _seconds(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


async def _rungs(session: AsyncSession) -> datetime:
    """When the first rungs are due."""
    query = select(Due.due_at).where(Due.kind == "rung", Due.fired_at.is_(None)).order_by(Due.due_at).limit(1)
    return (await session.scalars(query)).one()


async def _before_rungs(session: AsyncSession) -> datetime:
    """When the last row before them is due, now where there is none."""
    first = await _rungs(session)
    query = select(Due.due_at).where(Due.due_at < first).order_by(Due.due_at.desc()).limit(1)
    return (await session.scalars(query)).first() or START


async def _summary(assistant: Assistant, session: AsyncSession) -> None:
    moment = await assistant.moment(session)
    deadline = (await standing.nearest(moment))[0]
    counts = (await standing.counts(moment, [deadline]))[deadline.id]
    moment.words("summary.text", **await summary.values(moment, deadline, counts))


if __name__ == "__main__" and len(sys.argv) > 2:
    size = organisation.Size(int(sys.argv[1]), MEMBERS)
    asyncio.run(organisation.fill(sys.argv[2], campaign(), size, START, drill=True))
elif __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(asdict(asyncio.run(grow(int(sys.argv[1]))))))
