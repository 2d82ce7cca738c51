"""What waits, over inbox and outbox: counted along their indexes, for who watches the machine. Ids and numbers only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from models import outbox
from models.inbox import Inbox
from models.outbox import ANSWERS, Out, Outbox

SHOWN = (Out.DUE, Out.SENDING, Out.UNKNOWN, Out.DEAD)
WAITING = (Out.DUE, Out.SENDING)


@dataclass(frozen=True, slots=True)
class Undone:
    """Messages heard and not handled yet; `oldest` when it was received (machine time)."""

    number: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Letters:
    """Messages not sent: {(state, priority): number}; when the oldest that may go was said (plan time)."""

    numbers: Mapping[tuple[str, int], int]
    oldest: datetime | None
    oldest_answer: datetime | None


async def undone(session: AsyncSession) -> Undone:
    """Count what was heard and is not handled."""
    query = select(func.count(), func.min(Inbox.received_at)).where(Inbox.done_at.is_(None))
    number, oldest = (await session.execute(query)).one()
    return Undone(number, oldest)


async def letters(session: AsyncSession, now: datetime) -> Letters:
    """Count what was not sent; `now` machine time. What is held back on purpose is not late."""
    counted = select(Outbox.state, Outbox.priority, func.count()).where(Outbox.state.in_(SHOWN))
    rows = await session.execute(counted.group_by(Outbox.state, Outbox.priority))
    answer = case((Outbox.priority <= ANSWERS, Outbox.said_at))
    oldest = await session.execute(select(func.min(Outbox.said_at), func.min(answer)).where(_ready(now)))
    return Letters({(state, priority): number for state, priority, number in rows}, *oldest.one())


def _ready(now: datetime) -> ColumnElement[bool]:
    return and_(Outbox.state.in_(WAITING), or_(Outbox.not_before <= now, Outbox.error != ""))


async def waiting_on(session: AsyncSession, bot_id: int) -> int:
    """Count the messages that wait to be sent by one bot."""
    query = select(func.count()).where(Outbox.state.in_(WAITING), Outbox.bot_id == bot_id)
    return await session.scalar(query) or 0


async def tried_on(session: AsyncSession, bot_id: int) -> bool:
    """Say whether a message that was tried before still waits to be sent by one bot."""
    query = select(Outbox.id).where(Outbox.state.in_(WAITING), Outbox.bot_id == bot_id, Outbox.error != "")
    return await session.scalar(query.limit(1)) is not None


async def lost_letters(session: AsyncSession, since: datetime) -> dict[str, int]:
    """Count by state what was given up since a moment (machine time), people who cannot be reached left out."""
    query = (
        select(Outbox.state, func.count().label("number"))
        .where(
            Outbox.state.in_((Out.UNKNOWN, Out.DEAD)), Outbox.error != outbox.UNREACHABLE, Outbox.claimed_at >= since
        )
        .group_by(Outbox.state)
    )
    return {row.state: row.number for row in await session.execute(query)}


async def size(session: AsyncSession) -> int:
    """Return the database's bytes."""
    if session.get_bind().dialect.name == "postgresql":
        return int(await session.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    pages = await session.scalar(text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"))
    return int(pages or 0)
