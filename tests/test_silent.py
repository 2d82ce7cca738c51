"""Transactions that fall silent between two messages to PostgreSQL, where none of its own timeouts looks."""

import contextlib
from collections.abc import AsyncIterator

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from bot import leads
from bot.clock import Clock
from models import silent
from tests import databases, faults
from tests.test_leads import standing

pytestmark = pytest.mark.postgres
LOCK = "select pg_try_advisory_xact_lock(1, 1)"


@pytest.fixture
async def url(postgres_template: str) -> AsyncIterator[str]:
    """Return the address of a PostgreSQL of its own."""
    made = await databases.create_postgres(postgres_template)
    yield made
    await databases.drop_postgres(made)


@contextlib.asynccontextmanager
async def connected(url: str, name: str = "") -> AsyncIterator[AsyncConnection]:
    """Give a connection that calls itself so."""
    engine = create_async_engine(url, poolclass=NullPool, connect_args={"server_settings": {"application_name": name}})
    connection = await engine.connect()
    yield connection
    with contextlib.suppress(DBAPIError):
        await connection.close()
    await engine.dispose()


async def fall_silent(connection: AsyncConnection) -> None:
    """Take a lock, prepare the next statement, and never run it."""
    assert (await connection.exec_driver_sql(LOCK)).scalar_one()
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver
    await driver.prepare("select 2")


async def test_what_stands_still_is_ended(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it held is free again; who only reads, or calls itself otherwise, is left alone."""
    monkeypatch.setattr(silent, "STILL", 0.5)
    async with connected(url, silent.WRITES) as still, connected(url) as other, connected(url, silent.WRITES) as asks:
        await fall_silent(still)
        await other.exec_driver_sql("select 1")
        driver = (await other.get_raw_connection()).driver_connection
        assert driver
        await driver.prepare("select 2")

        async def free() -> bool:
            found = (await asks.exec_driver_sql(LOCK)).scalar_one()
            await asks.rollback()
            return bool(found)

        assert not await free()
        async with standing(url, leads.Elected(url, Clock())):
            await faults.until(free)
        assert (await other.exec_driver_sql("select 3")).scalar_one() == 3
        with pytest.raises(DBAPIError):
            await still.exec_driver_sql("select 3")
