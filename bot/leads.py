"""Which parts this process leads: with PostgreSQL several processes stand for election, each part is led by one."""

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from bot.clock import Clock
from models import lead, silent
from models.database import kind

LEASE = 2.5  # seconds without a sign of life until the server lets others lead
SURE = 2.0  # seconds after a sign of life for which this process may still act
BEAT = 0.25  # seconds between signs of life, each also an attempt to lead what nobody leads
SOONER = 0.1  # seconds to the next where something was led by nobody: of a hundred bots each is to be led soon
SWEEP = 1.0  # seconds between looks for transactions that stand still
HALF = 2  # a beat takes at most one part in so many: those that start together share the work
CLOCK = "clock"
"""What is led by who looks at what is due."""
LOG = structlog.get_logger()
Work = Callable[[], Awaitable[object]]
Answer = TypeVar("Answer")


def hears(bot_id: int) -> str:
    """Return what is led by who polls for a bot."""
    return f"hear:{bot_id}"


def speaks(bot_id: int) -> str:
    """Return what is led by who sends for a bot."""
    return f"speak:{bot_id}"


def greets(bot_id: int) -> str:
    """Return what is led by who keeps the menus of a bot's chats."""
    return f"menus:{bot_id}"


class Deposed(Exception):
    """Another process leads this now, or may: nothing was done."""


class Leads(Protocol):
    """Who leads what."""

    shared: bool

    def held(self, name: str) -> bool:
        """Say whether this process leads, as far as it can know without asking."""

    async def still(self, session: AsyncSession, name: str) -> None:
        """Make sure within a transaction, until its end; raise Deposed."""

    async def lead(self, name: str, work: Work) -> None:
        """Run `work` whenever this process leads; cancelled when it does no longer."""

    async def run(self) -> None:
        """Stand for election until cancelled."""


class Alone:
    """The only process there may be: it leads everything."""

    shared = False

    def held(self, name: str) -> bool:
        """Say so."""
        return True

    async def still(self, session: AsyncSession, name: str) -> None:
        """Nothing can have changed."""

    async def lead(self, name: str, work: Work) -> None:
        """Run it."""
        await work()

    async def run(self) -> None:
        """Nobody else stands."""


@dataclass
class Term:
    """One time of leading."""

    epoch: int
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Elected:
    """Stands for election for all that `lead` names, over one connection that serves nothing else."""

    shared = True

    def __init__(self, url: str, clock: Clock) -> None:
        self._url, self._clock = url, clock
        self._terms: dict[str, Term] = {}
        self._wanted: set[str] = set()  # what waits to be led here
        self._given_back: set[str] = set()  # what is led here no longer, its lock being held yet
        self._alive_at = -math.inf  # when the question was asked that the server last answered
        self._swept_at = -math.inf
        self._away = False  # whether it was said that the database is
        self._news = asyncio.Condition()

    def held(self, name: str) -> bool:
        """Say whether this process leads; a process that was frozen knows by the clock that it may not."""
        return name in self._terms and _now() - self._alive_at < SURE

    async def still(self, session: AsyncSession, name: str) -> None:
        """Make sure within a transaction that no other term began, and let none begin before its end."""
        term = self._terms.get(name)
        if term is None or not self.held(name) or not await lead.is_current(session, name, term.epoch):
            raise Deposed(name)

    async def lead(self, name: str, work: Work) -> None:
        """Run `work` in each term, until cancelled; what it raises is raised, and others may lead then."""
        try:
            while True:
                await self._through(await self._elected(name), work)
        finally:
            self._give_back(name)

    async def _elected(self, name: str) -> Term:
        """Wait for a term; while the work of the one before still ends none is wanted: others may lead meanwhile."""
        self._wanted.add(name)
        try:
            async with self._news:
                await self._news.wait_for(lambda: name in self._terms)
                return self._terms[name]
        finally:
            self._wanted.discard(name)

    def _give_back(self, name: str) -> None:
        if self._terms.pop(name, None):
            self._given_back.add(name)

    @staticmethod
    async def _through(term: Term, work: Work) -> None:
        """Run `work` until it or the term ends."""
        working, over = asyncio.ensure_future(work()), asyncio.create_task(term.over.wait())
        try:
            await asyncio.wait({working, over}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            over.cancel()
            working.cancel()
            await asyncio.wait({working})  # what it has on the wire ends first: two of its terms never overlap
        if not working.cancelled():
            working.result()

    async def run(self) -> None:
        """Stand for election until cancelled; without the database nothing is led."""
        engine = lead.engine(self._url, LEASE)
        while True:
            try:
                async with engine.connect() as connection:
                    await self._stand(connection)
            except (DBAPIError, OSError, TimeoutError) as error:
                self._complain(kind(error))
            finally:
                self._depose()
            await asyncio.sleep(BEAT)

    def _complain(self, why: str) -> None:
        """Say it once, however long the database is away."""
        if not self._away:
            LOG.warning("nothing can be led without the database", kind=why)
        self._away = True

    async def _stand(self, connection: AsyncConnection) -> None:
        while True:
            while self._given_back:  # first: a lock that is taken twice would have to be given back twice
                await self._answered(lead.let_go(connection, self._given_back.pop()))
            won = await self._answered(lead.elected(connection, self._candidates()))
            for name in won:
                await self._begin(connection, name)
            await self._sweep(connection)
            await asyncio.sleep(SOONER if won else BEAT)

    async def _sweep(self, connection: AsyncConnection) -> None:
        """End now and then what a process that fell silent holds; this connection waits for nobody's lock."""
        if _now() - self._swept_at < SWEEP:
            return
        self._swept_at = _now()
        if ended := await self._answered(silent.end(connection)):
            LOG.warning("transactions stood still and were ended", number=ended)

    async def _answered(self, question: Awaitable[Answer]) -> Answer:
        """Wait for the server's answer: each is a sign of life, as of when it was asked for."""
        asked = _now()
        answer = await question
        self._alive_at, self._away = asked, False
        return answer

    def _candidates(self) -> list[str]:
        open_ = sorted(self._wanted - self._terms.keys())
        return random.sample(open_, math.ceil(len(open_) / HALF))

    async def _begin(self, connection: AsyncConnection, name: str) -> None:
        try:
            epoch = await self._answered(lead.begin(connection, name, self._clock.machine()))
        except DBAPIError:  # the last transaction of the term before goes on
            await self._answered(lead.let_go(connection, name))
        else:
            await self._announce(name, epoch)

    async def _announce(self, name: str, epoch: int) -> None:
        LOG.info("leads", part=name, epoch=epoch)
        async with self._news:
            self._terms[name] = Term(epoch)
            if name not in self._wanted:  # nobody here waits for it any more
                self._give_back(name)
            self._news.notify_all()

    def _depose(self) -> None:
        if self._terms:
            LOG.warning("leads no longer", parts=sorted(self._terms))
        for term in self._terms.values():
            term.over.set()
        self._terms.clear()
        self._given_back.clear()


def _now() -> float:
    """Return a time that runs on while this process is frozen or its machine asleep."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
