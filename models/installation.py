"""What is true of the whole installation: is it a drill, and how far plan time has come."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped

from models.base import Base


class Installation(Base):
    """One row. `drill` is for good; `plan_time` is the last plan time seen, so that a drill never goes back."""

    __tablename__ = "installation"

    drill: Mapped[bool]
    plan_time: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]  # machine time of the last look of the clock


async def current(session: AsyncSession) -> Installation | None:
    """Return the row, None on a fresh database."""
    return await session.get(Installation, 1)


async def mark(session: AsyncSession, *, drill: bool) -> Installation:
    """Say once whether this database is a drill; later calls return what was said first."""
    row = await current(session)
    if row is None:
        row = Installation(id=1, drill=drill, plan_time=None)
        session.add(row)
        await session.flush()
    return row
