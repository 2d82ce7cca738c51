"""The schema goes up, down and up again on both databases, matches the models, and keeps every child row."""

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, select
from sqlalchemy.ext.asyncio import create_async_engine

from models import schema, tables
from models.database import Database
from models.installation import Installation
from models.role import Role
from tests import world as worlds


async def _look(url: str, look):  # type: ignore[no-untyped-def]
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = await connection.run_sync(look)
    await engine.dispose()
    return found


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def _differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), tables.load().metadata))


async def test_up_down_up(empty_url: str) -> None:
    """Down to nothing and up again leaves exactly the tables of the models."""
    await schema.migrate(empty_url)
    await schema.migrate(empty_url, "base")
    assert await _look(empty_url, _tables) == set()
    await schema.migrate(empty_url)
    assert await _look(empty_url, _tables) == set(tables.load().metadata.tables)


async def test_migrations_match_the_models(empty_url: str) -> None:
    """Nothing in the models is missing from the migrations, nor the other way round."""
    await schema.migrate(empty_url)
    assert await _look(empty_url, _differences) == []


async def test_child_rows_stay(either: worlds.World) -> None:
    """Migrating a database in use changes no row: a person's role is still there."""
    await either.join("A", "secretary", "BT", "Nguyễn Văn A")
    database = either.assistant.database
    url = database.reader.url.render_as_string(hide_password=False)
    await database.close()
    await schema.migrate(url)
    reopened = Database(url)
    assert len(await reopened.read(lambda s: _all(s, Role))) == 1
    await reopened.close()


async def test_naive_times_are_refused(either: worlds.World) -> None:
    """A time without a zone never reaches the database, and what is read back knows its zone."""
    moment = datetime(2024, 5, 13, 1, 0, tzinfo=UTC)

    async def write(session) -> None:  # type: ignore[no-untyped-def]
        (await session.get(Installation, 1)).plan_time = moment

    await either.write(write)
    rows = await either.read(lambda s: _all(s, Installation))
    assert rows[0].plan_time == moment
    assert rows[0].plan_time.tzinfo is UTC
    with pytest.raises(ValueError, match="zone"):
        Installation.__table__.c.plan_time.type.process_bind_param(datetime(2024, 5, 13), None)  # noqa: DTZ001


async def _all(session, table):  # type: ignore[no-untyped-def]
    return list(await session.scalars(select(table)))
