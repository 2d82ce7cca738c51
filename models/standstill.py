"""When the assistant stood still, or what it sent did not get out, and what became of what was due meanwhile."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped

from models import outbox
from models.base import Base, Owned
from models.notice import Notice
from models.outbox import Out, Outbox

KEPT = "kept"
"""The `error` of a message that waited long, was looked at, and still goes out."""


class Cause(StrEnum):
    """What stood still."""

    PROCESS = "process"
    PLATFORM = "platform"


class Standstill(Owned, Base):
    """From `began_at` to `ended_at` (plan time). `counts` {fate: {kind of notice: how many}}; told once."""

    __tablename__ = "standstill"

    cause: Mapped[str]
    began_at: Mapped[datetime]  # plan time
    ended_at: Mapped[datetime]  # plan time
    counts: Mapped[dict[str, Any]]
    told_at: Mapped[datetime | None]  # plan time


async def untold(session: AsyncSession, committee_id: int) -> Standstill | None:
    """Return the one that the office has not been told of."""
    query = select(Standstill).where(Standstill.committee_id == committee_id, Standstill.told_at.is_(None))
    return (await session.scalars(query.order_by(Standstill.id.desc()).limit(1))).first()


async def waited(
    session: AsyncSession, committee_id: int, said_before: datetime, tried_before: datetime, limit: int
) -> list[tuple[Outbox, Notice]]:
    """Return pushes said before a moment of plan time that still wait, though nobody holds them back.

    They failed at least once, or were ready before `tried_before` (machine time); what is to be kept is left out.
    The sum keeps a database from beginning with all the notices there are.
    """
    held_up = or_(Outbox.error != "", Outbox.not_before <= tried_before)
    query = (
        select(Outbox, Notice)
        .join(Notice, Notice.id == Outbox.notice_id)
        .where(outbox.WAITING_PUSH, Outbox.said_at < said_before)
        .where(Outbox.replaces_id.is_(None), Outbox.error != KEPT, held_up, Notice.committee_id + 0 == committee_id)
        .order_by(Outbox.said_at, Outbox.id)
        .limit(limit)
        .with_for_update(of=Outbox, skip_locked=True)  # what is just being claimed goes
    )
    return [(row, about) for row, about in await session.execute(query)]


async def drop_edits(session: AsyncSession, row_id: int) -> None:
    """Take back changes that wait for a message which is not sent any more."""
    edits = update(Outbox).where(Outbox.replaces_id == row_id, Outbox.state == Out.DUE)
    await session.execute(edits.values(state=Out.CANCELLED))
