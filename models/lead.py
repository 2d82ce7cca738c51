"""Who leads where several processes could: an advisory lock of PostgreSQL elects, the row numbers the terms.

A lock ends with its connection, and the server ends a connection that was silent for as long as a lease: so a process
that is frozen or cut off leads no longer, whatever it believes. What it still tries names a term that is over.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, bindparam, column, func, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.pool import NullPool

from models.base import Base

LEADS = 3
"""The first of a lock's two numbers where the second is made of what is led."""
PATIENCE = 2.0  # seconds a question may take
NOWAIT = "200ms"  # the last transaction of the term before may take longer: then this term begins a little later


class Lead(Base):
    """`name` what is led, e.g. "speak:3"; `epoch` how many terms there were; `taken_at` machine time.

    `spoken` of a bot's voice: when messages arrived in the last second that was recorded, and {chat: until when it is
    left alone}, all in POSIX seconds.
    """

    __tablename__ = "lead"

    name: Mapped[str] = mapped_column(unique=True)
    epoch: Mapped[int]
    taken_at: Mapped[datetime]
    spoken: Mapped[list[Any] | None]


def engine(url: str, lease: float) -> AsyncEngine:
    """Return an engine whose connections the server ends after `lease` silent seconds; each statement is by itself."""
    server = {"idle_session_timeout": str(round(lease * 1000)), "lock_timeout": NOWAIT}
    return create_async_engine(
        url,
        poolclass=NullPool,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        connect_args={"server_settings": server, "timeout": PATIENCE, "command_timeout": PATIENCE},
    )


NAME = column("name", String)
ELECTED = (
    select(NAME)
    .select_from(func.unnest(bindparam("names", type_=ARRAY(String))).alias("name"))
    .where(func.pg_try_advisory_lock(LEADS, func.hashtext(NAME).cast(Integer)))
)


async def elected(connection: AsyncConnection, names: Sequence[str]) -> list[str]:
    """Take the locks of these that nobody holds; return which. With no name it only shows the server a sign of life."""
    return list((await connection.scalars(ELECTED, {"names": list(names)})).all())


async def begin(connection: AsyncConnection, name: str, now: datetime) -> int:
    """Begin a term and return its number; DBAPIError while the one before is still writing."""
    first = insert(Lead).values(name=name, epoch=1, taken_at=now)
    again = first.on_conflict_do_update(
        index_elements=[Lead.name], set_={"epoch": Lead.epoch + 1, "taken_at": first.excluded.taken_at}
    )
    return (await connection.execute(again.returning(Lead.epoch))).scalar_one()


async def let_go(connection: AsyncConnection, name: str) -> None:
    """Give a lock back."""
    await connection.execute(select(func.pg_advisory_unlock(LEADS, func.hashtext(name))))


UNLED = text(
    "SELECT name FROM lead WHERE NOT EXISTS (SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = database"
    " WHERE datname = current_database() AND locktype = 'advisory' AND classid = :leads AND granted"
    " AND objid::bigint = hashtext(name)::bigint & 4294967295) ORDER BY name"
)


async def unled(session: AsyncSession) -> list[str]:
    """Return what was led once and is led by nobody now; PostgreSQL alone knows."""
    return list(await session.scalars(UNLED, {"leads": LEADS}))


CURRENT = select(Lead.epoch).where(Lead.name == bindparam("name")).with_for_update(read=True)


async def is_current(session: AsyncSession, name: str, epoch: int) -> bool:
    """Say whether this is still the term; until the transaction ends no other begins."""
    return await session.scalar(CURRENT, {"name": name}) == epoch


async def spoken(session: AsyncSession, name: str) -> tuple[list[float], dict[str, float]]:
    """Return `spoken` as the term before left it."""
    kept = await session.scalar(select(Lead.spoken).where(Lead.name == name))
    return (kept[0], kept[1]) if kept else ([], {})


async def speak(session: AsyncSession, name: str, arrived: Sequence[float], free: Mapping[str, float]) -> None:
    """Leave `spoken` for the next term, in a transaction that `is_current` keeps to this one."""
    await session.execute(update(Lead).where(Lead.name == name).values(spoken=[list(arrived), dict(free)]))
