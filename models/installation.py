"""What is true of the whole installation: is it a drill, and how far plan time has come."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Installation(Base):
    """One row. `drill` is for good; `plan_time` is the last plan time seen, so that a drill never goes back.

    `folder` names the data folder of all processes on a PostgreSQL (bot/key.py), "" where none has run yet.
    """

    __tablename__ = "installation"

    drill: Mapped[bool]
    plan_time: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]  # machine time of the last look of the clock
    folder: Mapped[str] = mapped_column(default="", server_default="")


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


async def shares(session: AsyncSession, folder: str) -> bool:
    """Say whether this data folder is the one that goes with the database; the first that asks is."""
    row = await current(session)
    if row and not row.folder:
        row.folder = folder
    return row is None or row.folder == folder


async def adopt(session: AsyncSession, folder: str) -> None:
    """Let this data folder be the one from now on."""
    if row := await current(session):
        row.folder = folder
