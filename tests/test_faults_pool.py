"""A process whose own pool of connections is empty while many people write at once: all wait, and are answered."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot import metrics
from tests import faults
from tests.reminded import secretaries
from tests.several import patience, several
from tests.telegram_server import FakeTelegram

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures(patience.__name__)]
PEOPLE, VISITORS = 32, 8
CALM = 240.0  # seconds until everybody has their receipt
LONG = 5.0  # seconds for which nothing of the outbox can be read
SMALL = ("-m", "tests.killed_at", "--connections", "1", "--")
BOTH = 2  # connections of the process: one to write, one to read
WAITING = "select count(*) from pg_locks where relation = '{}'::regclass and not granted"
COOKIE = {"Cookie": "phone=of-nobody"}


@contextlib.asynccontextmanager
async def held(url: str, table: str) -> AsyncIterator[Callable[[], Awaitable[int]]]:
    """Let nobody else read or write a table meanwhile: whoever asks keeps their connection until it is given back.

    Yields what tells how many connections wait for it.
    """
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.exec_driver_sql(f"lock table {table} in access exclusive mode")

        async def waiting() -> int:
            asked = await connection.exec_driver_sql(WAITING.format(table))
            return int(asked.scalar_one())

        yield waiting
    await engine.dispose()


async def test_the_pool_is_empty(request: pytest.FixtureRequest, tmp_path: Path, telegram: FakeTelegram) -> None:
    """One connection to write and one to read, both waiting, and everybody writes: nothing is lost, all is answered."""
    people = secretaries(PEOPLE)
    async with several(tmp_path / "data", telegram, PEOPLE) as processes:
        (program,) = processes.start("all", through=SMALL)
        await asyncio.to_thread(processes.ready)
        async with httpx.AsyncClient(base_url=program.url, trust_env=False, timeout=60) as visitor:
            await faults.until(lambda: _is_well(visitor))
            await telegram.call("walk", people=people, steps=faults.steps(), at_once=PEOPLE)
            async with held(processes.url, "outbox") as waiting:
                await asyncio.sleep(metrics.FRESH)  # so that the monitor looks anew
                known, answers = await _visits(visitor, waiting)
                await asyncio.sleep(LONG)
                assert len((await telegram.call("walked"))["going"]) == PEOPLE
            await faults.all_walked(telegram, PEOPLE, CALM)
            await faults.quiet(telegram, processes.url)
            await faults.until(lambda: _is_well(visitor))
            after = await _health(visitor)
        lost, repeats = (
            await faults.lost(telegram, processes.url, people),
            await faults.repeats(telegram, processes.url),
        )
    faults.tell(
        request,
        f"{PEOPLE} at once, {answers.count(503)} of {VISITORS} visitors sent away; lost {lost}, said twice {repeats}",
    )
    assert (lost, repeats) == (0, 0)
    assert known["wrong"] == ["database"]
    assert after["broke"] == {}
    assert 503 in answers


async def _visits(
    visitor: httpx.AsyncClient, waiting: Callable[[], Awaitable[int]]
) -> tuple[dict[str, object], list[int]]:
    """Let a monitor's question keep the only connection to read, and visitors find none: its answer, theirs."""
    asked = asyncio.create_task(_health(visitor))

    async def both() -> bool:
        return await waiting() == BOTH

    await faults.until(both)
    found = await asyncio.gather(*(visitor.get("/", headers=COOKIE) for _ in range(VISITORS)))
    return await asked, [each.status_code for each in found]


async def _health(visitor: httpx.AsyncClient) -> dict[str, object]:
    return dict((await visitor.get("/health")).json())


async def _is_well(visitor: httpx.AsyncClient) -> bool:
    return (await visitor.get("/health")).status_code == 200
