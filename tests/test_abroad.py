"""What one process writes wakes another over PostgreSQL; where its words are lost, the next look finds it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.abroad import Abroad
from bot.news import News
from models.database import Database
from tests import databases

SOON = 5.0  # seconds; a loop that nobody wakes looks twice a second


@pytest.fixture
async def two(postgres_template: str) -> AsyncIterator[tuple[Database, Database]]:
    """Return one PostgreSQL as two processes have it open."""
    url = await databases.create_postgres(postgres_template)
    made = Database(url), Database(url)
    yield made
    for each in made:
        await each.close()
    await databases.drop_postgres(url)


async def write(session: AsyncSession) -> None:
    """Write to a table that is watched."""
    await session.execute(text("UPDATE job SET attempts = attempts"))


async def heard(bell: News, mark: asyncio.Event) -> bool:
    """Say whether the bell rings soon."""
    await bell.wait(mark, SOON)
    return mark.is_set()


async def test_the_other_hears_of_a_commit(two: tuple[Database, Database]) -> None:
    """Of what somebody watches there, once it is committed; not of what was written quietly."""
    here, there = two
    bell = News()
    here.watch("job", lambda: None)
    there.watch("job", bell.ring)
    listening = asyncio.create_task(Abroad(there).run())
    assert await heard(bell, bell.mark), "who begins to listen looks at everything once"
    mark = bell.mark
    await here.write(write, quiet=True)
    await asyncio.sleep(0.2)
    assert not mark.is_set()
    await here.write(write)
    assert await heard(bell, mark)
    listening.cancel()
    await asyncio.wait([listening])


async def test_a_lost_connection_is_made_anew_and_everything_looked_at(two: tuple[Database, Database]) -> None:
    """What was said meanwhile was not heard."""
    here, there = two
    bell = News()
    there.watch("job", bell.ring)
    listening = asyncio.create_task(Abroad(there).run())
    assert await heard(bell, bell.mark)
    mark = bell.mark
    ended = "select pg_terminate_backend(pid) from pg_stat_activity where query like 'LISTEN%' or query = 'SELECT 1'"
    await databases.do(here.url, f"{ended} and datname = current_database()")
    assert await heard(bell, mark)
    listening.cancel()
    await asyncio.wait([listening])
