"""How punctual branches were deadline by deadline, and after which reminder each report came. Only reads."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.deadline import Deadline
from models.obligation import REPORTED, Obligation, there
from models.reminder import SNOOZE, Reminder
from models.unit import Unit

Sent = tuple[int, datetime | None, date | None]
"""A report that is in: its deadline, its first sending (plan time), the time it was given beyond the last day."""


async def sent(session: AsyncSession, deadline_ids: Sequence[int]) -> Sequence[Sent]:
    """Return what is in of these deadlines."""
    query = select(Obligation.deadline_id, Obligation.first_sent_at, Obligation.extended_to)
    rows = await session.execute(query.where(Obligation.deadline_id.in_(deadline_ids), Obligation.state.in_(REPORTED)))
    return [(deadline, at, extended) for deadline, at, extended in rows]


async def missing(session: AsyncSession, deadline_ids: Sequence[int]) -> dict[int, int]:
    """Return {deadline id: branches of which nothing is in}, but the excused, and who ended earlier."""
    query = (
        select(Obligation.deadline_id, func.count())
        .join(Unit, Unit.id == Obligation.unit_id)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .where(Obligation.deadline_id.in_(deadline_ids), Obligation.state.not_in(REPORTED))
        .where(Obligation.excused.is_(False), there())
        .group_by(Obligation.deadline_id)
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def brought(session: AsyncSession, deadline_id: int) -> Counter[str]:
    """Count the reports that are in by the last reminder before each, "" where none had been."""
    owed = select(Obligation.id, Obligation.first_sent_at).where(
        Obligation.deadline_id == deadline_id, Obligation.state.in_(REPORTED), Obligation.first_sent_at.is_not(None)
    )
    came = {row[0]: "" for row in await session.execute(owed)}
    told = (
        select(Reminder.obligation_id, Reminder.occurrence)
        .join(Obligation, Obligation.id == Reminder.obligation_id)
        .where(Obligation.deadline_id == deadline_id, ~Reminder.occurrence.startswith(SNOOZE))
        .where(Reminder.obligation_id.in_(owed.with_only_columns(Obligation.id)))
        .order_by(Reminder.id)
    )
    for owing, occurrence in await session.execute(told):
        came[owing] = occurrence.partition(":")[0]  # all told of their conferences count as one
    return Counter(came.values())


async def latest(session: AsyncSession, campaign_id: int, limit: int, period: str) -> Sequence[Deadline]:
    """Return the latest deadlines in force (of a period), by their last day, the earliest first."""
    query = select(Deadline).where(*_in_force(campaign_id))
    ordered = (query.where(Deadline.period == period) if period else query).order_by(
        Deadline.last_on_time.desc(), Deadline.id.desc()
    )
    return (await session.scalars(ordered.limit(limit))).all()[::-1]


async def number(session: AsyncSession, campaign_id: int, period: str) -> int:
    """Count the deadlines in force (of a period)."""
    query = select(func.count()).select_from(Deadline).where(*_in_force(campaign_id))
    return await session.scalar(query.where(Deadline.period == period) if period else query) or 0


async def periods(session: AsyncSession, campaign_id: int) -> list[str]:
    """Return the periods that have deadlines in force, the earliest first."""
    query = select(Deadline.period).where(*_in_force(campaign_id), Deadline.period != "").distinct()
    return sorted(await session.scalars(query))


def _in_force(campaign_id: int) -> tuple[ColumnElement[bool], ...]:
    return Deadline.campaign_id == campaign_id, Deadline.superseded.is_(False), Deadline.cancelled.is_(False)
