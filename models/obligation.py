"""What one branch owes for one deadline, and where it stands."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Select,
    UniqueConstraint,
    bindparam,
    case,
    event,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, object_session, validates
from sqlalchemy.orm.attributes import set_committed_value

from models import ahead, quick
from models.base import Base, Owned
from models.deadline import Deadline
from models.unit import Unit, UnitKind


class State(StrEnum):
    """Where the report stands. `messages/vi/states.yaml` has the words."""

    NOT_SENT = "not_sent"
    DRAFTING = "drafting"
    SAID_SENT = "said_sent"  # the branch says it went another way; the office has not confirmed
    WAITING = "waiting"  # for the office to review
    INCOMPLETE = "incomplete"  # the office asked for completion
    REOPENED = "reopened"  # taken in once, opened again for its branch, which has not sent it since
    ACCEPTED = "accepted"


AHEAD = "open_duties"
REPORTED = (State.WAITING, State.INCOMPLETE, State.REOPENED, State.ACCEPTED)
"""States in which a report is in: reminders have stopped."""
IN_HAND = (State.WAITING, State.REOPENED)
"""States in which the office may take a report in as it is, and its branch may correct it or take it back."""


class Obligation(Owned, Base):
    """Raising `version` makes every planned rung of the old one void. Days are plan days."""

    __tablename__ = "obligation"
    __table_args__ = (UniqueConstraint("deadline_id", "unit_id"),)

    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadline.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    extended_to: Mapped[date | None]  # inclusive: "đến hết ngày"
    excused: Mapped[bool] = mapped_column(default=False)
    closed: Mapped[bool] = mapped_column(default=False)  # long past at first, or the branch ended: counted, not chased
    promised_on: Mapped[date | None]  # no reminder before that day
    skip_next: Mapped[bool] = mapped_column(default=False)  # "Đang làm" skips one rung
    paused: Mapped[bool] = mapped_column(default=False)  # an extension, a confirmation or an answer is pending
    overdue_notes: Mapped[int] = mapped_column(default=0)
    ladder_done: Mapped[bool] = mapped_column(default=False)  # no rung is left
    call_wanted: Mapped[bool] = mapped_column(default=False)  # pushing stopped: the office telephones
    first_sent_at: Mapped[datetime | None]  # the first sending not recalled: decides punctuality (plan time)
    register_on: Mapped[date | None]  # its total is the register's of that day: who joined by a merger reported already
    told_at: Mapped[datetime | None]  # when its first message went out, a rung or "mới giao" (plan time)
    unplanned: Mapped[bool] = mapped_column(default=True, index=True)  # new or changed: is its next rung planned?

    @validates("state", "excused", "closed", "call_wanted", "version", include_backrefs=False)
    def _mark(self, _name: str, value: Any) -> Any:
        """Mark what decides of rungs as changed, whoever changed it: a look of the clock asks for nothing else."""
        self.unplanned = True
        return value


def there() -> ColumnElement[bool]:
    """A branch that is there, or still was on the last day: what it owed stays in the figures of that deadline.

    For queries with Unit and Deadline in them. Who ended before the last day owes nothing: whoever took it in does.
    """
    return or_(Unit.active_to.is_(None), Unit.active_to > Deadline.last_on_time)


def apart(deadline_id: int) -> Select[int]:
    """Select the branches that stand in a deadline's figures by themselves though they may have ended since."""
    told = or_(Obligation.state.in_(REPORTED), Unit.active_to > Deadline.last_on_time)
    query = select(Obligation.unit_id).join(Unit, Unit.id == Obligation.unit_id)
    return query.join(Deadline, Deadline.id == Obligation.deadline_id).where(Deadline.id == deadline_id, told)


TO_REPORT = (State.NOT_SENT, State.DRAFTING, State.SAID_SENT, State.INCOMPLETE)
OF_UNITS = (
    select(Obligation, Deadline)
    .join(Deadline, Deadline.id == Obligation.deadline_id)
    .where(
        Obligation.unit_id.in_(bindparam("units", expanding=True)),
        Obligation.state.in_([*TO_REPORT, *IN_HAND]),
        Obligation.excused.is_(False),
        Deadline.superseded.is_(False),
        Deadline.cancelled.is_(False),
    )
    .order_by(Deadline.last_on_time, Deadline.id)
)
Owed = tuple[Obligation, Deadline]


async def open_ones(session: AsyncSession, unit_id: int) -> list[Owed]:
    """Return what a branch still owes, soonest deadline first, numbered as its people see them."""
    return [each for each in await _of_unit(session, unit_id) if _is_open(each[0])]


async def in_hand(session: AsyncSession, unit_id: int) -> list[Owed]:
    """Return what a branch sent and the office has not taken in, soonest deadline first."""
    return [each for each in await _of_unit(session, unit_id) if each[0].state in IN_HAND]


def _is_open(owed: Obligation) -> bool:
    return owed.state in TO_REPORT and not owed.closed


async def _of_unit(session: AsyncSession, unit_id: int) -> list[Owed]:
    if unit_id not in (kept := ahead.known(session, AHEAD)):
        return (await _of_units(session, [unit_id]))[unit_id]
    found: list[Owed] = kept[unit_id]
    return found


async def _of_units(session: AsyncSession, unit_ids: Sequence[int]) -> dict[int, list[Owed]]:
    theirs: dict[int, list[Owed]] = {each: [] for each in unit_ids}
    for owed, deadline in await session.execute(OF_UNITS, {"units": quick.padded(unit_ids)}):
        theirs[owed.unit_id].append((owed, deadline))
    return theirs


async def read_ahead(session: AsyncSession, unit_ids: Sequence[int]) -> list[Obligation]:
    """Read what many branches still owe or sent and the office has not taken in; return what they still owe."""
    theirs = await _of_units(session, unit_ids)
    ahead.keep(session, AHEAD, theirs)
    return [owed for found in theirs.values() for owed, _ in found if _is_open(owed)]


@event.listens_for(Obligation.state, "set")
@event.listens_for(Obligation.excused, "set")
@event.listens_for(Obligation.closed, "set")
def _changed(owed: Obligation, *_change: Any) -> None:
    """What was read ahead of a branch holds no longer once one of its duties changes."""
    ahead.forget(object_session(owed), AHEAD, owed.unit_id)


async def missing(
    session: AsyncSession, deadline_ids: Sequence[int], limit: int, unit_ids: Sequence[int]
) -> list[tuple[int, int]]:
    """Return up to `limit` (deadline, unit) ids of what those of these branches that are active lack."""
    there = exists().where(Obligation.deadline_id == Deadline.id, Obligation.unit_id == Unit.id)
    query = (
        select(Deadline.id, Unit.id)
        .join(Unit, Unit.committee_id == Deadline.committee_id)
        .where(Deadline.id.in_(deadline_ids), Unit.kind == UnitKind.BRANCH, Unit.active_to.is_(None), ~there)
        .where(Unit.id.in_(unit_ids))
        .order_by(Deadline.id, Unit.ordinal, Unit.id)
        .limit(limit)
    )
    return [(deadline_id, unit_id) for deadline_id, unit_id in await session.execute(query)]


async def unplanned(
    session: AsyncSession, campaign_ids: Sequence[int], limit: int
) -> Sequence[tuple[Obligation, Deadline]]:
    """Return up to `limit` obligations of these campaigns that are new or were changed, oldest first."""
    rows = await session.execute(
        select(Obligation, Deadline)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .where(Obligation.unplanned.is_(True), Deadline.campaign_id.in_(campaign_ids))
        .order_by(Obligation.id)
        .limit(limit)
    )
    return [(owed, deadline) for owed, deadline in rows]


async def planned(session: AsyncSession, found: Sequence[Obligation]) -> None:
    """Note that these obligations were looked after."""
    await session.flush()  # what is marked already in memory is looked after as well
    table: Any = Obligation.__table__
    await session.execute(update(table).where(table.c.id.in_([each.id for each in found])).values(unplanned=False))
    for each in found:
        set_committed_value(each, "unplanned", False)


async def known(session: AsyncSession, obligation_ids: Sequence[int]) -> list[tuple[Obligation, Deadline, Unit]]:
    """Return obligations with deadline and branch, soonest deadline first."""
    rows = await session.execute(
        select(Obligation, Deadline, Unit)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(Obligation.id.in_(obligation_ids))
        .order_by(Deadline.last_on_time, Deadline.id, Unit.ordinal)
    )
    return [(owed, deadline, unit) for owed, deadline, unit in rows]


async def units_of(session: AsyncSession, obligation_ids: Sequence[int]) -> set[int]:
    """Return the units that owe these."""
    query = select(Obligation.unit_id).where(Obligation.id.in_(obligation_ids)).distinct()
    return set(await session.scalars(query))


async def of_deadline(session: AsyncSession, deadline_id: int) -> Sequence[Obligation]:
    """Return the obligations of a deadline."""
    return (await session.scalars(select(Obligation).where(Obligation.deadline_id == deadline_id))).all()


async def of_form(
    session: AsyncSession, unit_id: int, campaign_id: int, form_name: str
) -> list[tuple[Obligation, Deadline]]:
    """Return what a branch owes with that form, sent or not, of the deadlines in force; the excused apart."""
    rows = await session.execute(
        select(Obligation, Deadline)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .where(Obligation.unit_id == unit_id, Obligation.excused.is_(False))
        .where(Deadline.campaign_id == campaign_id, Deadline.form_name == form_name)
        .where(Deadline.superseded.is_(False), Deadline.cancelled.is_(False))
        .order_by(Deadline.last_on_time, Deadline.id)
    )
    return [(owed, deadline) for owed, deadline in rows]


async def of_branch(
    session: AsyncSession, unit_id: int, deadline_ids: Sequence[int]
) -> list[tuple[Obligation, Deadline]]:
    """Return what a branch owes or owed of these deadlines, sent or not, by their last day.

    What was due after a branch had ended only where it told something of it.
    """
    rows = await session.execute(
        select(Obligation, Deadline)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(Obligation.unit_id == unit_id, Obligation.deadline_id.in_(deadline_ids))
        .where(there() | Obligation.state.in_(REPORTED))
        .order_by(Deadline.last_on_time, Deadline.id)
    )
    return [(owed, deadline) for owed, deadline in rows]


async def with_deadline(session: AsyncSession, obligation_id: int) -> tuple[Obligation, Deadline]:
    """Return an obligation and its deadline; NoResultFound if there is none."""
    rows = await session.execute(
        select(Obligation, Deadline)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .where(Obligation.id == obligation_id)
    )
    obligation, deadline = rows.one()
    return obligation, deadline


async def counted(session: AsyncSession, deadline_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return {deadline id: (branches whose report is in, branches that owe one)}; the excused owe none."""
    sent = func.sum(case((Obligation.state.in_(REPORTED), 1), else_=0))
    query = (
        select(Obligation.deadline_id, sent, func.count())
        .where(Obligation.deadline_id.in_(deadline_ids))
        .where(Obligation.excused.is_(False) | Obligation.state.in_(REPORTED))
        .group_by(Obligation.deadline_id)
    )
    return {deadline: (int(reported), owing) for deadline, reported, owing in await session.execute(query)}


def owing(deadline_id: int) -> Select[int]:
    """Select the units of which nothing is in yet, the excused apart."""
    query = select(Obligation.unit_id).where(Obligation.deadline_id == deadline_id, Obligation.excused.is_(False))
    return query.where(Obligation.state.not_in(REPORTED))


async def owing_number(session: AsyncSession, deadline_id: int) -> int:
    """Count them."""
    return await session.scalar(select(func.count()).select_from(owing(deadline_id).subquery())) or 0


async def extended_beyond(session: AsyncSession, deadline_id: int, day: date) -> int:
    """Count the branches that have time beyond a day."""
    query = select(func.count()).where(Obligation.deadline_id == deadline_id, Obligation.extended_to > day)
    return await session.scalar(query.where(Obligation.state.not_in(REPORTED))) or 0
