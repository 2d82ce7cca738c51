"""How deadlines stand, counted in the database: as many rows as there are ways to stand, however many branches. Only
reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.deadline import Deadline
from models.obligation import REPORTED, Obligation, State, there
from models.report import Report, Revision
from models.unit import Unit


@dataclass(frozen=True, slots=True)
class Group:
    """Branches of a deadline that stand alike; `more_time`: given beyond the last day, and not over."""

    deadline_id: int
    state: str
    excused: bool
    closed: bool
    more_time: bool
    number: int


async def groups(session: AsyncSession, deadline_ids: Sequence[int], today: date) -> list[Group]:
    """Count the branches of these deadlines by how they stand; not who ended earlier and told nothing."""
    more_time = case((Obligation.extended_to >= today, 1), else_=0)
    query = (
        select(Obligation.deadline_id, Obligation.state, Obligation.excused, Obligation.closed, more_time, func.count())
        .join(Unit, Unit.id == Obligation.unit_id)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .where(Obligation.deadline_id.in_(deadline_ids), _shown())
        .group_by(Obligation.deadline_id, Obligation.state, Obligation.excused, Obligation.closed, more_time)
    )
    return [
        Group(deadline, state, excused, closed, bool(more), number)
        for deadline, state, excused, closed, more, number in await session.execute(query)
    ]


def _shown() -> ColumnElement[bool]:
    """A branch that is there or was on the last day, or one that told something while it was."""
    told = exists().where(Revision.report_id == Report.id, Report.obligation_id == Obligation.id)
    return or_(there(), told.where(Revision.recalled_at.is_(None)))


MISSING, EXTENDED, EXCUSED = "missing", "extended", "excused"
WHICH = (MISSING, EXTENDED, State.WAITING, State.INCOMPLETE, State.ACCEPTED, EXCUSED)
"""The lists that can be asked for: of whom nothing is in, who has more time, reports by state, the excused."""


async def listed(
    session: AsyncSession, deadline_id: int, which: str, today: date, offset: int, limit: int
) -> list[int]:
    """Return a part of a list of a deadline's branches, in register order."""
    query = (
        select(Obligation.unit_id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .where(Obligation.deadline_id == deadline_id, _shown(), _stands(which, today))
        .order_by(Unit.ordinal, Unit.id)
    )
    return list(await session.scalars(query.offset(offset).limit(limit)))


def _stands(which: str, today: date) -> ColumnElement[bool]:
    if which not in (MISSING, EXTENDED, EXCUSED):
        return Obligation.state == which
    out = Obligation.state.not_in(REPORTED)
    if which == EXCUSED:
        return and_(out, Obligation.excused.is_(True))
    given = and_(Obligation.extended_to.is_not(None), Obligation.extended_to >= today)
    rests = and_(given, Obligation.state != State.SAID_SENT)
    return and_(out, Obligation.excused.is_(False), rests if which == EXTENDED else not_(rests))


@dataclass(frozen=True, slots=True)
class Added:
    """A number added up over the `branches` whose reports give it."""

    total: int
    branches: int


async def added(session: AsyncSession, deadline_id: int, questions: Sequence[str]) -> dict[str, Added]:
    """Add up what the reports that are in answer to questions for a number; one that nobody answered is left out.

    A number reckoned ahead is kept as {"number": 5} and counts as 5.
    """
    newest = (
        select(func.max(Revision.number))
        .where(Revision.report_id == Report.id, Revision.recalled_at.is_(None))
        .correlate(Report)
        .scalar_subquery()
    )
    numbers = [_number(each) for each in questions]
    query = (
        select(*(made for each in numbers for made in (func.sum(each), func.count(each))))
        .select_from(Obligation)
        .join(Report, Report.obligation_id == Obligation.id)
        .join(Revision, and_(Revision.report_id == Report.id, Revision.number == newest))
        .where(Obligation.deadline_id == deadline_id, Obligation.state.in_(REPORTED))
    )
    row = (await session.execute(query)).one() if numbers else ()
    pairs = zip(questions, row[::2], row[1::2], strict=True)
    return {name: Added(int(total), branches) for name, total, branches in pairs if branches}


def _number(question: str) -> ColumnElement[int]:
    ahead, plain = (Revision.answers[(question, "value", *more)] for more in (("number",), ()))
    # words of a form's earlier version are no number: PostgreSQL would refuse the whole sum
    return case(
        *((cast(each.as_string(), String).regexp_match("^[0-9]{1,9}$"), each.as_integer()) for each in (ahead, plain))
    )
