"""How deadlines stand, counted in the database: as many rows as there are ways to stand, however many branches. Only
reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, exists, false, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.deadline import Deadline
from models.item import Item, ItemKind, ItemState
from models.obligation import REPORTED, Obligation, State, there
from models.report import NEWEST, Report, Revision
from models.standing import reached_units as reached
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


@dataclass(frozen=True, slots=True)
class Part:
    """A branch that has a part in a deadline."""

    unit_id: int
    name: str
    code: str


async def parts(
    session: AsyncSession,
    deadline_id: int,
    only: Sequence[int] | None = None,
    offset: int = 0,
    limit: int | None = None,
) -> list[Part]:
    """Return the branches of a deadline in register order, or a page of them; of `only` these."""
    query = (
        select(Unit.id, Unit.name, Unit.code)
        .join(Obligation, Obligation.unit_id == Unit.id)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .where(Obligation.deadline_id == deadline_id, _shown())
        .order_by(Unit.ordinal, Unit.id)
    )
    query = query if only is None else query.where(Unit.id.in_(only))
    return [Part(*row) for row in await session.execute(query.offset(offset).limit(limit))]


MISSING, EXTENDED, EXCUSED = "missing", "extended", "excused"
WHICH = (MISSING, EXTENDED, State.WAITING, State.INCOMPLETE, State.REOPENED, State.ACCEPTED, EXCUSED)
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
    numbers = [_number(each) for each in questions]
    query = _received(deadline_id, *(made for each in numbers for made in (func.sum(each), func.count(each))))
    row = (await session.execute(query)).one() if numbers else ()
    pairs = zip(questions, row[::2], row[1::2], strict=True)
    return {name: Added(int(total), branches) for name, total, branches in pairs if branches}


def _received(deadline_id: int, *columns: ColumnElement[Any]) -> Select[Any]:
    """Select from the newest sendings not recalled of the reports that are in."""
    return (
        select(*columns)
        .select_from(Obligation)
        .join(Report, Report.obligation_id == Obligation.id)
        .join(Revision, and_(Revision.report_id == Report.id, Revision.number == NEWEST))
        .where(Obligation.deadline_id == deadline_id, Obligation.state.in_(REPORTED))
    )


def _number(question: str, *, plain_only: bool = False) -> ColumnElement[int]:
    ahead, plain = (Revision.answers[(question, "value", *more)] for more in (("number",), ()))
    # words of a form's earlier version are no number: PostgreSQL would refuse the whole sum
    return case(
        *(
            (cast(each.as_string(), String).regexp_match("^[0-9]{1,9}$"), each.as_integer())
            for each in ((plain,) if plain_only else (ahead, plain))
        )
    )


@dataclass(frozen=True, slots=True)
class Attended:
    """Of `branches` reports that gave both numbers; `masses` None where no report was asked for them."""

    branches: int
    summoned: int
    attended: int
    masses: int | None


async def attended(session: AsyncSession, deadline_id: int) -> Attended:
    """Add up who attended, as handlers.rules.figures does of each report: make-up sessions count up to the total."""
    summoned, masses = (_number(each, plain_only=True) for each in ("summoned", "masses"))
    came = _with_makeup(summoned)
    both = case((and_(summoned.is_not(None), came.is_not(None)), 1))
    query = _received(deadline_id, func.count(both), func.sum(both * summoned), func.sum(both * came), func.sum(masses))
    branches, of, there_, others = (await session.execute(query)).one()
    return Attended(branches, int(of or 0), int(there_ or 0), None if others is None else int(others))


def _with_makeup(summoned: ColumnElement[int]) -> ColumnElement[int]:
    first, later = (_number(each, plain_only=True) for each in ("attended", "makeup_count"))
    makeup = Revision.answers[("makeup", "value")].as_string()
    whole = first + func.coalesce(later, 0)
    return case(
        (or_(first.is_(None), summoned.is_(None), first >= summoned, makeup.is_(None)), first),
        (makeup == "all", summoned),
        (makeup == "part", case((whole > summoned, summoned), else_=whole)),
        else_=first,
    )


async def extensions(session: AsyncSession, deadline_id: int, which: Sequence[str], today: date) -> list[date]:
    """Return the days to which branches of these lists were given time, the first first."""
    query = (
        select(Obligation.extended_to)
        .join(Unit, Unit.id == Obligation.unit_id)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .where(Obligation.deadline_id == deadline_id, _shown(), or_(*(_stands(each, today) for each in which)))
    )
    return [each for each in await session.scalars(query.distinct().order_by(Obligation.extended_to)) if each]


@dataclass(frozen=True, slots=True)
class Ends:
    """For branches given time to that day: before `on_time` a report is fully on time, before `counted` still in."""

    extended_to: date | None
    on_time: datetime
    counted: datetime


@dataclass(frozen=True, slots=True)
class Came:
    """When the reports that are in came first; of how many the office's figures wait for the branch or are disputed."""

    on_time: int
    on_due_day: int
    late: int
    after_closing: int
    unconfirmed: int
    disputed: int


async def came(session: AsyncSession, deadline_id: int, ends: Sequence[Ends], closed: datetime | None) -> Came:
    """Count when reports came: `ends` of every extension there is, `closed` when it was added up."""
    first = func.coalesce(Obligation.first_sent_at, Revision.sent_at)
    given = [(_given(each.extended_to), each) for each in ends]
    on_time = or_(false(), *(and_(own, first < each.on_time) for own, each in given))
    counted = or_(false(), *(and_(own, first < each.counted) for own, each in given))
    after = first >= closed if closed else false()
    typed_in = and_(Report.on_behalf != "", Report.confirmed_at.is_(None))
    disputed = exists().where(
        Item.obligation_id == Obligation.id, Item.kind == ItemKind.CORRECTION, Item.state == ItemState.OPEN
    )
    waits = (and_(typed_in, not_(disputed)), and_(typed_in, disputed))
    parts = (on_time, and_(counted, not_(on_time)), not_(counted), after, *waits)
    query = _received(deadline_id, *(func.count(case((each, 1))) for each in parts))
    return Came(*(await session.execute(query)).one())


def _given(extended_to: date | None) -> ColumnElement[bool]:
    """Say so as true or false: what compares with nothing is neither, and neither is its opposite."""
    if extended_to is None:
        return Obligation.extended_to.is_(None)
    return and_(Obligation.extended_to.is_not(None), Obligation.extended_to == extended_to)


async def connected(session: AsyncSession, committee_id: int, deadline_id: int) -> int:
    """Count a deadline's branches of which somebody who answers for them is reached."""
    query = (
        select(func.count())
        .select_from(Obligation)
        .join(Unit, Unit.id == Obligation.unit_id)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .where(Obligation.deadline_id == deadline_id, _shown(), Obligation.unit_id.in_(reached(committee_id)))
    )
    return await session.scalar(query) or 0
