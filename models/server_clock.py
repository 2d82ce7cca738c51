"""The database's own clock, which all machines on it share. SQLite has none."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession


async def read(session: AsyncSession) -> datetime:
    """Return what PostgreSQL's clock says now, not when the transaction began."""
    told: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    return told
