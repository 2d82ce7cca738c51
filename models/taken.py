"""What adding up reads: the sendings of many deadlines with all that was answered, in parts of some branches each.

Answers stay the text they are stored as: whoever adds them up reads them, in a process of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.attachment import Attachment
from models.conference import Conference, ConferenceState
from models.deadline import Deadline
from models.notice import Notice
from models.obligation import Obligation, there
from models.reminder import SNOOZE, Reminder
from models.report import NEWEST, Report, Revision
from models.unit import Unit

ROWS = 200  # sendings read at once: everybody else's turn comes in between


@dataclass(frozen=True, slots=True)
class Sending:
    """A branch's part of a deadline with its newest sending not recalled; `revision` None without one.

    `answers` the JSON text of {question: {"value": …}}, "" without a sending.
    """

    deadline_id: int
    unit_id: int
    ordinal: int
    code: str
    name: str
    state: str
    excused: bool
    extended_to: date | None
    register_on: date | None
    first_sent_at: datetime | None
    on_behalf: str
    form_id: int | None
    revision: int | None
    sent_at: datetime | None
    answers: str


async def units(session: AsyncSession, deadline_ids: Sequence[int]) -> list[int]:
    """Return the ids of all branches that owe any of these deadlines."""
    query = select(Obligation.unit_id).where(Obligation.deadline_id.in_(deadline_ids)).distinct()
    return sorted(await session.scalars(query))


def parts(unit_ids: Sequence[int], deadlines: int) -> Iterator[Sequence[int]]:
    """Yield branches in parts that have about ROWS sendings for so many deadlines."""
    size = max(ROWS // max(deadlines, 1), 1)
    return (unit_ids[at : at + size] for at in range(0, len(unit_ids), size))


async def sendings(session: AsyncSession, deadline_ids: Sequence[int], unit_ids: Sequence[int]) -> list[Sending]:
    """Return these branches' parts in register order; not who ended earlier and told nothing."""
    query = (
        select(
            Obligation.deadline_id,
            Unit.id,
            Unit.ordinal,
            Unit.code,
            Unit.name,
            Obligation.state,
            Obligation.excused,
            Obligation.extended_to,
            Obligation.register_on,
            Obligation.first_sent_at,
            func.coalesce(Report.on_behalf, ""),
            Report.form_id,
            Revision.id,
            Revision.sent_at,
            func.coalesce(cast(Revision.answers, String), ""),
        )
        .join(Obligation, Obligation.unit_id == Unit.id)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .outerjoin(Report, Report.obligation_id == Obligation.id)
        .outerjoin(Revision, (Revision.report_id == Report.id) & (Revision.number == NEWEST))
        .where(Obligation.deadline_id.in_(deadline_ids), Unit.id.in_(unit_ids))
        .where(or_(there(), Revision.id.is_not(None)))
        .order_by(Unit.ordinal, Unit.id)
    )
    rows: Any = await session.execute(query)
    return [Sending(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Session:
    """A session held of which a branch's report for a deadline tells."""

    deadline_id: int
    unit_id: int
    on_day: date
    makeup: bool


async def sessions(session: AsyncSession, deadline_ids: Sequence[int], unit_ids: Sequence[int]) -> list[Session]:
    """Return the sessions of which these branches' reports tell, by day; what a report alone says is not here."""
    query = (
        select(Obligation.deadline_id, Conference.unit_id, Conference.on_day, Conference.makeup_of_id)
        .join(Report, Report.id == Conference.report_id)
        .join(Obligation, Obligation.id == Report.obligation_id)
        .where(Obligation.deadline_id.in_(deadline_ids), Conference.unit_id.in_(unit_ids))
        .where(Conference.state == ConferenceState.HELD)
        .order_by(Conference.on_day, Conference.id)
    )
    rows = await session.execute(query)
    return [Session(deadline, unit, day, makeup is not None) for deadline, unit, day, makeup in rows]


async def reminded(session: AsyncSession, deadline_ids: Sequence[int]) -> int:
    """Return how often branches were reminded of these deadlines, by messages: what was merged into one counts once,
    two people told at once as well, snoozes not.
    """
    each: Any = (
        select(Obligation.unit_id, Notice.told_at)
        .select_from(Reminder)
        .join(Obligation, Obligation.id == Reminder.obligation_id)
        .join(Notice, Notice.id == Reminder.notice_id)
        .where(Obligation.deadline_id.in_(deadline_ids), ~Reminder.occurrence.startswith(SNOOZE))
        .distinct()
        .subquery()
    )
    return await session.scalar(select(func.count()).select_from(each)) or 0


async def attached(session: AsyncSession, committee_id: int, attachment_id: int | None) -> Attachment | None:
    """Return a stored file of a committee, None for any other."""
    found = await session.get(Attachment, attachment_id) if attachment_id else None
    return found if found and found.committee_id == committee_id and found.path else None
