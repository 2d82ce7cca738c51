"""The one writer on SQLite: cancelled, blocked or refused at COMMIT, its connection is free and whole afterwards."""

import asyncio
import random
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from models.database import Database

CANCELS = 300
ADD = text("INSERT INTO entry (name) VALUES ('x')")
TABLES = (
    "CREATE TABLE entry (id INTEGER PRIMARY KEY, name TEXT)",
    "CREATE TABLE part (id INTEGER PRIMARY KEY, entry_id INTEGER REFERENCES entry (id) DEFERRABLE INITIALLY DEFERRED)",
)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """Return a database with two small tables."""
    made = Database(f"sqlite+aiosqlite:///{tmp_path / 'writer.db'}")

    async def create(session: AsyncSession) -> None:
        for each in TABLES:
            await session.execute(text(each))

    await made.write(create)
    yield made
    await made.close()


async def pair(session: AsyncSession) -> None:
    """Add two entries, slowly: whole or not at all."""
    await session.execute(ADD)
    await asyncio.sleep(random.random() * 0.003)
    await session.execute(ADD)


async def entries(database: Database) -> int:
    """Count what was committed."""
    return await database.read(lambda session: session.scalar(text("SELECT count(*) FROM entry")))


async def test_a_cancelled_caller_leaves_whole_transactions(database: Database) -> None:
    """The transaction goes on behind its shield; the next one does not wait for a lock."""
    for _ in range(CANCELS):
        task = asyncio.create_task(database.write(pair))
        await asyncio.sleep(random.random() * 0.004)
        task.cancel()
        await asyncio.wait([task])
    started = time.monotonic()
    await database.write(pair)
    assert time.monotonic() - started < 4  # less than busy_timeout: nobody held the lock
    assert await entries(database) % 2 == 0


async def test_a_transaction_cancelled_within_is_rolled_back(database: Database) -> None:
    """Even where the loop ends and cancels the transaction itself, nothing half is kept and the lock is free."""
    for _ in range(CANCELS):
        outer = asyncio.create_task(database.write(pair, together=True))
        await asyncio.sleep(random.random() * 0.006)
        for inner in database._running:
            inner.cancel()
        await asyncio.wait([outer])
    await database.write(pair)
    assert await entries(database) % 2 == 0
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


async def test_waiting_for_the_lock_does_not_hold_up_the_loop(database: Database) -> None:
    """Another program holds the lock for a while: our transaction waits apart, everything else goes on."""
    other = sqlite3.connect(str(database.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(database.write(pair))
    started = time.monotonic()
    await asyncio.sleep(0.2)
    assert time.monotonic() - started < 2
    assert not waiting.done()
    other.execute("ROLLBACK")
    other.close()
    await waiting
    assert await entries(database) == 2


async def test_an_error_in_commit_is_raised_and_rolled_back(database: Database) -> None:
    """What COMMIT refuses is not kept, and the next transaction begins as ever."""
    with pytest.raises(IntegrityError):
        await database.write(lambda session: session.execute(text("INSERT INTO part (entry_id) VALUES (99)")))
    await database.write(pair)
    assert await database.read(lambda session: session.scalar(text("SELECT count(*) FROM part"))) == 0


async def test_an_error_of_a_statement_rolls_everything_back(database: Database) -> None:
    """An error in the middle leaves nothing of the transaction."""

    async def breaks(session: AsyncSession) -> None:
        await session.execute(ADD)
        await session.execute(text("INSERT INTO nowhere VALUES (1)"))

    with pytest.raises(DBAPIError):
        await database.write(breaks)
    assert await entries(database) == 0


async def test_a_long_transaction_lets_others_have_a_turn(database: Database) -> None:
    """Thousands of statements in one transaction do not stop the event loop until it ends."""
    turns = 0

    async def many(session: AsyncSession) -> int:
        before = turns
        for _ in range(2000):
            await session.execute(ADD)
        return turns - before

    writing = asyncio.create_task(database.write(many))
    while not writing.done():
        await asyncio.sleep(0)
        turns += 1
    assert await writing > 3


async def test_what_is_written_together_stands_or_falls_alone(database: Database) -> None:
    """Of several pieces in one commit the one that errs is told so and keeps nothing; the others are kept."""

    async def errs(session: AsyncSession) -> None:
        await pair(session)
        raise LookupError("a handler's error")

    before = await entries(database)
    pieces = [database.write(work, together=True) for work in (pair, errs, pair)]
    kept, wrong, also = await asyncio.gather(*pieces, return_exceptions=True)
    assert (kept, also) == (None, None)
    assert isinstance(wrong, LookupError)
    assert await entries(database) == before + 4


async def test_what_waits_is_committed_at_once(database: Database) -> None:
    """Ten that wait for the writer cost one commit after the first one's."""
    commits: list[object] = []
    event.listen(database.engine.sync_engine, "commit", commits.append)
    await asyncio.gather(*(database.write(pair, together=True) for _ in range(11)))
    assert len(commits) <= 2
    assert await entries(database) == 22


async def test_watchers_hear_of_the_tables_written(database: Database) -> None:
    """A watcher is called after the commit of what it watches, not for what is written quietly."""
    heard: list[str] = []
    database.watch("entry", lambda: heard.append("entry"))
    database.watch("other", lambda: heard.append("other"))
    await database.write(pair)
    await database.write(pair, quiet=True)
    assert heard == ["entry"]


async def test_plain_rows_can_be_asked_for(database: Database) -> None:
    """A statement past the ORM whose result is not read to its end closes by itself."""

    async def look(session: AsyncSession) -> Any:
        return (await session.execute(text("SELECT 7"))).scalar()

    assert await database.write(look) == 7
