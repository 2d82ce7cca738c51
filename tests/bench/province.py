"""A filled database, the assistant on it, and what a piece of its work costs there. Chooses no work."""

import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from bot import tick
from bot.assistant import Assistant
from bot.clock import DrillClock
from models.database import Database, Result, Work
from tests.bench import crowd, explained, growth, organisation
from tests.bench.crowd import Crowd, Size
from tests.bench.explained import Plan

TIMES = 9  # each is measured, and taken back
EXPLAINED = 50  # of so many parts one is explained instead


@dataclass(frozen=True)
class Cost:
    """What a thing costs while `due` rows are due: ms of each time or part, and how PostgreSQL went about one."""

    what: str
    due: int
    took: Sequence[float]
    plans: Sequence[Plan] = field(default=(), repr=False)
    in_parts: bool = False  # else the same, several times
    explained: int = 1  # transactions that `plans` are of

    @property
    def middle(self) -> float:
        """Return the median."""
        return statistics.median(self.took)

    def wrong(self) -> list[str]:
        """Return what is read beyond what is due."""
        return [f"{self.what}: {each}" for plan in self.plans for each in explained.too_much(plan, self.due)]


@dataclass(frozen=True)
class Filled:
    """One database: its rows, how long it took to fill (s), its size (MiB), and what things cost."""

    name: str
    size: Size
    filled: float
    mib: float
    costs: Sequence[Cost]


class Timed(Database):
    """The assistant's database, with how long each transaction took (ms)."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.took: list[float] = []

    async def write(self, work: Work[Result], *, quiet: bool = False, together: bool = False) -> Result:
        """Run `work`, and note how long that took."""
        began = time.perf_counter()
        try:
            return await super().write(work, quiet=quiet, together=together)
        finally:
            self.took.append((time.perf_counter() - began) * 1000)


class TakenBackError(Exception):
    """Ends a transaction that is to leave nothing behind."""


async def _nothing(_: AsyncSession) -> None:
    pass


@dataclass
class Province:
    """A filled database and the assistant on it."""

    assistant: Assistant
    database: Timed
    clock: DrillClock
    crowd: Crowd

    async def made(self, work: Work[Any]) -> None:
        """Put rows in, however long that takes."""
        await crowd.bulk(self.database.reader.url, work)

    async def cost(self, what: str, due: int, work: Work[Any], before: Work[Any] = _nothing) -> Cost:
        """Measure work of one transaction, `before` apart, that is taken back each time; have it explained once."""
        took = [await self._taken_back(work, before) for _ in range(TIMES)]
        plans = [] if self.database.sqlite else await self._explained(work, before)
        return Cost(what, due, took, plans)

    async def _taken_back(self, work: Work[Any], before: Work[Any]) -> float:
        took = 0.0

        async def measured(session: AsyncSession) -> None:
            nonlocal took
            await before(session)
            began = time.perf_counter()
            await work(session)
            took = (time.perf_counter() - began) * 1000
            raise TakenBackError

        with suppress(TakenBackError):
            await self.database.write(measured)
        return took

    async def _explained(self, work: Work[Any], before: Work[Any]) -> list[Plan]:
        found: list[Plan] = []

        async def heard(session: AsyncSession) -> None:
            await before(session)
            with explained.heard(self.database) as plans:
                await work(session)
            found.extend(plans)
            raise TakenBackError

        with suppress(TakenBackError):
            await self.database.write(heard)
        return found

    async def idle(self, what: str) -> Cost:
        """Measure looks of the clock while nothing is due."""
        self.database.took.clear()
        for _ in range(TIMES):
            assert not await tick.look(self.assistant)
        took = [*self.database.took]
        plans: list[Plan] = []
        if not self.database.sqlite:
            with explained.heard(self.database) as plans:
                await tick.look(self.assistant)
        return Cost(what, 0, took, plans)

    async def parts(self, what: str, due: int, part: Callable[[], Awaitable[bool]]) -> Cost:
        """Measure what is done in parts until `part` says that it was the last; some are explained, not measured."""
        took: list[float] = []
        plans: list[list[Plan]] = []
        done = False
        while not done:
            self.database.took.clear()
            if self.database.sqlite or len(took) <= len(plans) * EXPLAINED:
                done = await part()
                took += self.database.took
            else:
                with explained.heard(self.database) as found:
                    done = await part()
                plans.append(found)
        shown = [plan for found in plans for plan in found]
        return Cost(what, due, took, shown, in_parts=True, explained=len(plans))


@asynccontextmanager
async def province(url: str, size: Size) -> AsyncIterator[tuple[Province, float]]:
    """Fill an empty database; give what runs on it, and how long that took (s)."""
    began = time.perf_counter()
    await organisation.fill(url, growth.campaign(), organisation.Size(1), growth.START, drill=True)
    database, clock = Timed(url), DrillClock(growth.START)
    with tempfile.TemporaryDirectory() as files:
        assistant = Assistant(database, clock, growth.ZONE, Path(files))
        try:
            await tick.look(assistant)  # plans for the one branch that is multiplied then
            made = await crowd.bulk(url, partial(crowd.multiply, size=size))
            await _tidy(url)
            yield Province(assistant, database, clock, made), time.perf_counter() - began
        finally:
            await database.close()


async def _tidy(url: str) -> None:
    """Let PostgreSQL know its rows, as autovacuum does soon after they came; SQLite is never told in real life."""
    if url.startswith("postgresql"):
        engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text("VACUUM (ANALYZE)"))
        await engine.dispose()
