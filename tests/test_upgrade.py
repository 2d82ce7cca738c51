"""The version before and today's share one PostgreSQL while processes are replaced: its database is taken up by today's
migrations, and every statement that it says is understood afterwards.

`tests/data/before_<revision>.*.sql` hold what that version made and said; `tests/said_before.py` writes it down.
"""

import re
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from models import schema, tables
from tests import databases

BEFORE = "0030"
DATA = Path(__file__).parent / "data"
MADE, SAID = (DATA / f"before_{BEFORE}.{what}.sql" for what in ("made", "said"))
REQUIRED = text(
    "SELECT table_name, column_name FROM information_schema.columns"
    " WHERE table_schema = 'public' AND is_nullable = 'NO' AND column_default IS NULL"
)


@pytest.fixture
async def upgraded() -> AsyncIterator[AsyncConnection]:
    """Give a connection to a database that the version before made and today's program brought up."""
    databases.needs_postgres()
    url = await databases.create_postgres()
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        await raw(await connection.get_raw_connection()).execute(MADE.read_text(encoding="utf-8"))
    assert await schema.found(url) is schema.Found.OLDER
    await schema.migrate(url)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()
    await databases.drop_postgres(url)


def raw(connection: Any) -> asyncpg.Connection:
    """Return the driver's connection, which takes several statements at once."""
    return connection.driver_connection


def said() -> list[str]:
    """Return what the version before says."""
    return SAID.read_text(encoding="utf-8").splitlines()


async def refused(connection: AsyncConnection) -> dict[str, str]:
    """Return which statements of the version before are not understood, and why; each is planned, none is run."""
    driver, found = raw(await connection.get_raw_connection()), {}
    for statement in said():
        given = ", ".join(["NULL"] * max(map(int, re.findall(r"\$(\d+)", statement)), default=0))
        try:
            await driver.execute(f"PREPARE said AS {statement}")
            await driver.execute(f"EXPLAIN EXECUTE said{f'({given})' if given else ''}")
        except asyncpg.PostgresError as error:
            found[statement] = str(error)
        await driver.execute("DEALLOCATE ALL")
    return found


async def left_out(connection: AsyncConnection) -> set[str]:
    """Return the columns without which no row is taken, and which the version before does not name in its inserts."""
    required: dict[str, set[str]] = defaultdict(set)
    for table, column in await connection.execute(REQUIRED):
        required[table].add(column)
    inserts = [match.groups() for each in said() if (match := re.match(r"INSERT INTO (\w+) \(([^)]*)\)", each))]
    named = [(table, set(columns.replace('"', "").split(", "))) for table, columns in inserts]
    return {f"{table}.{column}" for table, columns in named for column in required[table] - columns}


async def test_its_database_is_brought_up(upgraded: AsyncConnection) -> None:
    """What it made becomes what the models say: no migration that it knows was changed since."""

    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), tables.load().metadata))

    assert await upgraded.run_sync(schema.standing) is schema.Found.CURRENT
    assert await upgraded.run_sync(differences) == []


async def test_what_it_says_is_understood(upgraded: AsyncConnection) -> None:
    """Its processes go on beside today's: no table, column or unique index is missing, nothing new is required."""
    assert len(said()) > 1000
    assert await refused(upgraded) == {}
    assert await left_out(upgraded) == set()


@pytest.mark.parametrize(
    "contracted",
    [
        "ALTER TABLE account RENAME reachable TO can_be_reached",
        "ALTER TABLE outbox DROP COLUMN claim",
        "ALTER TABLE conversation DROP CONSTRAINT uq_conversation_account_id",
        "ALTER TABLE headcount ALTER COLUMN as_of TYPE varchar",
        "ALTER TABLE notice ADD COLUMN told_by varchar NOT NULL",
    ],
)
async def test_what_it_could_not_bear_is_found(upgraded: AsyncConnection, contracted: str) -> None:
    """A schema that contracts too early is seen: the check can fail."""
    await upgraded.execute(text(contracted))
    await upgraded.commit()
    assert await refused(upgraded) or await left_out(upgraded)
