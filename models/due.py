"""What is due to happen: a reminder rung, an excerpt, a brief, an expiry. A row, never a timer in memory."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned, add_missing, add_new, only
from models.obligation import Obligation

UNIQUE = ("kind", "subject", "occurrence", "version")


class Due(Owned, Base):
    """`kind` a key of handlers.DUES; `subject` e.g. "obligation:7"; `occurrence` e.g. "T-5". Plan time.

    Unique with its version: a moved deadline plans anew, the old row finds its version void when it fires.
    """

    __tablename__ = "due"
    __table_args__ = (
        UniqueConstraint(*UNIQUE),
        Index("ix_due_coming", "due_at", "id", **only("fired_at IS NULL")),
    )

    kind: Mapped[str]
    obligation_id: Mapped[int | None] = mapped_column(ForeignKey("obligation.id"), index=True)  # rungs
    subject: Mapped[str]
    occurrence: Mapped[str]
    version: Mapped[int]
    due_at: Mapped[datetime]
    valid_until: Mapped[datetime]  # later than this it is no longer true: merged or dropped, the office is told
    fired_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")  # sent | void | stale | held …, for the office and for tests


async def plan(
    session: AsyncSession,
    committee_id: int,
    kind: str,
    subject: str,
    occurrence: str,
    due_at: datetime,
    valid_until: datetime,
    version: int = 1,
    obligation_id: int | None = None,
) -> bool:
    """Write a due row unless it is there already; return whether it is new."""
    row = {
        "committee_id": committee_id,
        "kind": kind,
        "subject": subject,
        "occurrence": occurrence,
        "version": version,
        "due_at": due_at,
        "valid_until": valid_until,
        "obligation_id": obligation_id,
        "outcome": "",
    }
    return bool(await add_new(session, Due, [row], UNIQUE))


async def plan_all(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Write the due rows (columns of Due) that are not there already."""
    await add_missing(session, Due, rows, UNIQUE)


async def ready(session: AsyncSession, now: datetime, limit: int = 1000) -> Sequence[Due]:
    """Return what is due and has not fired, earliest first."""
    return (
        await session.scalars(
            select(Due).where(Due.fired_at.is_(None), Due.due_at <= now).order_by(Due.due_at, Due.id).limit(limit)
        )
    ).all()


async def ready_ids(session: AsyncSession, now: datetime) -> Sequence[int]:
    """Return the ids of what `ready` returns."""
    return [row.id for row in await ready(session, now)]


async def set_aside(session: AsyncSession, row_id: int, now: datetime) -> None:
    """Fire a row no more: it could not be fired. What comes after it is planned as ever."""
    row = await session.get_one(Due, row_id)
    row.fired_at, row.outcome = now, "failed"
    if row.obligation_id:
        (await session.get_one(Obligation, row.obligation_id)).unplanned = True


async def with_rung(session: AsyncSession, obligation_ids: Sequence[int]) -> set[int]:
    """Return which of these obligations have a rung of their present version to come."""
    query = (
        select(Due.obligation_id)
        .join(Obligation, Obligation.id == Due.obligation_id)
        .where(Due.obligation_id.in_(obligation_ids), Due.kind == "rung", Due.fired_at.is_(None))
        .where(Due.version == Obligation.version)
    )
    return {each for each in await session.scalars(query) if each is not None}


async def of_units(session: AsyncSession, kind: str, unit_ids: Sequence[int], now: datetime) -> Sequence[Due]:
    """Return the rows of a kind that are due and concern these units' obligations, earliest first."""
    return (
        await session.scalars(
            select(Due)
            .join(Obligation, Obligation.id == Due.obligation_id)
            .where(Due.kind == kind, Due.fired_at.is_(None), Due.due_at <= now, Obligation.unit_id.in_(unit_ids))
            .order_by(Due.due_at, Due.id)
        )
    ).all()


def of_deadline(deadline_id: int) -> list[ColumnElement[bool]]:
    """Return what makes a row one that waits to tell somebody of a deadline."""
    owed = select(Obligation.id).where(Obligation.deadline_id == deadline_id)
    return [Due.kind.in_(("rung", "assigned")), Due.fired_at.is_(None), Due.obligation_id.in_(owed)]


async def waiting_of(session: AsyncSession, deadline_id: int) -> tuple[int, datetime | None]:
    """Return how many branches' next reminder of a deadline is planned, and when the first of them goes out."""
    query = select(func.count(), func.min(Due.due_at)).where(*of_deadline(deadline_id))
    number, first = (await session.execute(query)).one()
    return int(number), first


async def next_at(session: AsyncSession) -> datetime | None:
    """Return when the next due row fires."""
    return (
        await session.scalars(select(Due.due_at).where(Due.fired_at.is_(None)).order_by(Due.due_at).limit(1))
    ).first()


async def drop(session: AsyncSession, kind: str, subject: str) -> None:
    """Forget what has not fired yet of a kind and subject."""
    await session.execute(delete(Due).where(Due.kind == kind, Due.subject == subject, Due.fired_at.is_(None)))


async def fired_as(session: AsyncSession, kind: str, subject: str, outcome: str) -> Sequence[Due]:
    """Return the rows of a kind that fired with an outcome, earliest first."""
    query = select(Due).where(Due.kind == kind, Due.outcome == outcome, Due.fired_at.is_not(None))
    return (await session.scalars(query.where(Due.subject == subject).order_by(Due.due_at, Due.id))).all()


async def last_fired(session: AsyncSession, kind: str, subject: str, outcomes: Sequence[str]) -> datetime | None:
    """Return for when the last row of a kind that fired with one of these outcomes was due, None without one."""
    query = select(func.max(Due.due_at)).where(Due.kind == kind, Due.subject == subject, Due.fired_at.is_not(None))
    return await session.scalar(query.where(Due.outcome.in_(outcomes)))


async def fired_since(session: AsyncSession, kind: str, obligation_ids: Sequence[int], since: datetime) -> set[int]:
    """Return which of these obligations a row of that kind fired for since a moment of plan time."""
    query = select(Due.obligation_id).where(Due.kind == kind, Due.obligation_id.in_(obligation_ids))
    return {each for each in await session.scalars(query.where(Due.fired_at >= since)) if each is not None}


async def goes_on(session: AsyncSession, committee_id: int, kind: str, subject: str, occurrence: str) -> bool:
    """Say whether a row whose names end and begin so is to fire yet, or was held and may fire once pushes go on."""
    query = select(Due.id).where(Due.committee_id == committee_id, Due.kind == kind)
    named = Due.subject.endswith(subject, autoescape=True), Due.occurrence.startswith(occurrence, autoescape=True)
    waits = or_(Due.fired_at.is_(None), Due.outcome == "held")
    return (await session.scalars(query.where(*named, waits).limit(1))).first() is not None


async def waiting(session: AsyncSession, kind: str, subject: str) -> Due | None:
    """Return the next row of a kind and subject that has not fired; found by those, not among all that waits."""
    query = select(Due).where(Due.kind == kind, Due.subject == subject, Due.fired_at.is_(None))
    return min(await session.scalars(query), key=lambda row: (row.due_at, row.id), default=None)


async def put_off(session: AsyncSession, committee_id: int, kinds: Sequence[str], until: datetime) -> Sequence[Due]:
    """Return the rows of these kinds that were put off to a moment not after `until`, earliest first."""
    return (
        await session.scalars(
            select(Due)
            .where(Due.committee_id == committee_id, Due.kind.in_(kinds), Due.outcome == "put_off")
            .where(Due.fired_at.is_(None), Due.due_at <= until)
            .order_by(Due.due_at, Due.id)
        )
    ).all()
