"""Lets a process follow the clock of the PostgreSQL it shares with other machines, and says when this machine's is off.

What one machine writes (not before, paused until, held until) is then true on all of them.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot import clock as clocks
from bot.clock import Clock
from models import server_clock
from models.database import Database

EVERY = 10.0  # seconds between two looks
TIMES = 4  # as often is asked at a look: the quickest answer is the surest, and the first also opens a transaction
OFF = 2.0  # seconds of this machine's clock that somebody should know of
LOG = structlog.get_logger()


@dataclass(frozen=True)
class Reading:
    """The database's time is time.monotonic() and `base`, give or take `doubt`; `local` is so of this machine's own."""

    base: float
    local: float
    doubt: float

    @property
    def now(self) -> datetime:
        """Return the database's time, aware UTC."""
        return datetime.fromtimestamp(self.base + time.monotonic(), UTC)

    @property
    def ahead(self) -> float:
        """Return by how much this machine's own clock is ahead of the database's, in seconds."""
        return self.local - self.base

    @property
    def off(self) -> bool:
        """Say whether this machine's own clock is certainly off by more than somebody should put up with."""
        return abs(self.ahead) > OFF + self.doubt

    def denies(self, base: float) -> bool:
        """Say whether a clock is certainly wrong: nothing else is a reason to change one."""
        return abs(base - self.base) > self.doubt


async def read(database: Database) -> Reading | None:
    """Ask the database for its time; None on SQLite, which runs on this machine's."""
    if database.sqlite:
        return None

    async def ask(session: AsyncSession) -> list[Reading]:
        return [await _one(session) for _ in range(TIMES)]

    return min(await database.read(ask), key=lambda each: each.doubt)


async def _one(session: AsyncSession) -> Reading:
    """Take the answer for the middle of its round trip: it is wrong by half of that at most."""
    local, asked = clocks.local(), time.monotonic()
    told = await server_clock.read(session)
    answered = time.monotonic()
    return Reading(told.timestamp() - (asked + answered) / 2, local - asked, (answered - asked) / 2)


async def begin(database: Database, clock: Clock) -> None:
    """Set a clock before anything is written: from now on it goes on by itself, whatever is done to this machine's."""
    if reading := await read(database):
        clock.begin_following(reading.base if reading.denies(reading.local) else reading.local)


@asynccontextmanager
async def kept(database: Database, clock: Clock) -> AsyncIterator[None]:
    """Keep a clock on the database's time, from before anything is written until the end; nothing on SQLite."""
    await begin(database, clock)
    keeping = None if database.sqlite else asyncio.create_task(Timepiece(database, clock).run())
    try:
        yield
    finally:
        if keeping:
            keeping.cancel()
            await asyncio.wait([keeping])


class Timepiece:
    """Keeps a clock on the database's time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._off = False  # whether this machine's own clock was said to be off

    async def run(self) -> None:
        """Correct the clock for ever; while the database is away nothing is written either."""
        while True:
            try:
                await self.correct()
            except Exception as error:  # noqa: BLE001 (what it was is seen elsewhere; a clock nobody corrects is wrong)
                LOG.info("the database was not asked for its time", kind=type(error).__name__)
            await asyncio.sleep(EVERY)

    async def correct(self) -> None:
        """Correct the clock once, if it is certainly wrong."""
        reading = await read(self._database)
        if reading is None:
            return
        self._look_at(reading)
        if reading.denies(self._clock.machine().timestamp() - time.monotonic()):
            self._clock.follow(reading.base)

    def _look_at(self, reading: Reading) -> None:
        if reading.off and not self._off:
            LOG.warning("this machine's clock is not that of the database", ahead=round(reading.ahead, 1))
        self._off = reading.off
