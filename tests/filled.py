"""A database with a row in every table: what nothing may lose."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.base import Utc
from tests import world as worlds


async def used(world: worlds.World) -> str:
    """Fill every table with at least one row, let go of the database, return its address."""
    await world.write(one_of_each)
    url = world.assistant.database.reader.url.render_as_string(hide_password=False)
    await world.assistant.database.close()
    return url


async def one_of_each(session: AsyncSession) -> None:
    """Put a row into each table that has none, whatever its columns are: keys point at the first row there is."""
    for table in tables.load().metadata.sorted_tables:
        if await session.scalar(select(func.count()).select_from(table)) == 0:
            await session.execute(insert(table).values({each.name: _any(each) for each in table.columns}))


def _any(column: Column[Any]) -> Any:
    if column.primary_key or column.foreign_keys:
        return 1
    if isinstance(column.type, JSON):
        return {}
    kind = datetime if isinstance(column.type, Utc) else column.type.python_type
    given = {str: f"{column.name} 1", int: 1, bool: True, date: date(2024, 5, 13), datetime: worlds.START}
    return given[kind]
