"""What a summary reads of one deadline, in a constant number of queries however many branches there are. Only reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from models.account import Account
from models.deadline import Deadline
from models.due import Due
from models.item import Item, ItemState
from models.notice import Notice
from models.obligation import Obligation, State, there
from models.outbox import UNREACHABLE, Out, Outbox
from models.person import Person, each_once, of_committee
from models.reminder import SNOOZE, Reminder
from models.report import NEWEST, Report, Revision
from models.role import Role, RoleKind
from models.unit import Unit

UNCONNECTED, STOPPED = "unconnected", "stopped"
ANSWERING = (RoleKind.SECRETARY, RoleKind.DEPUTY, RoleKind.DRAFTER)
"""Roles that answer for a branch; before it, why a person cannot be told anything though no account was lost."""


@dataclass(frozen=True, slots=True)
class BranchRow:
    """A branch's part of a deadline with its newest sending not recalled (`sent_at`, `answers` None without one)."""

    unit_id: int
    ordinal: int
    code: str
    name: str
    secretary_name: str
    deputy_name: str
    obligation_id: int
    state: str
    extended_to: date | None
    excused: bool
    closed: bool
    promised_on: date | None
    call_wanted: bool
    first_sent_at: datetime | None
    on_behalf: str
    confirmed_at: datetime | None
    form_id: int | None
    sent_at: datetime | None
    answers: dict[str, Any] | None  # {question: value}, of the questions asked for


@dataclass(frozen=True, slots=True)
class Reminded:
    """How often a branch was reminded, and what it last said to that ("" if nothing)."""

    times: int
    reply: str = ""
    replied_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answerer:
    """Somebody who answers for a branch; `reachable` if pushes get through, else why not (words.yaml, "lost"), since.

    `why` "" reachable | stopped (by the person) | unconnected | as models.account.Account.lost_why.
    """

    unit_id: int
    role: str
    person_id: int
    name: str
    reachable: bool
    away_until: date | None
    why: str = ""
    since: datetime | None = None


def _of_units(query: Any, units: Sequence[int] | None) -> Any:  # a Select keeps its shape, which mypy cannot say
    return query if units is None else query.where(Obligation.unit_id.in_(units))


async def rows(
    session: AsyncSession, deadline_id: int, questions: Sequence[str], units: Sequence[int] | None = None
) -> list[BranchRow]:
    """Return every branch's part in register order; `units` narrows it. Not who ended earlier and told nothing.

    Of the answers only `questions` are read, each a number or a word: the database picks them out, for the long texts
    of thousands of reports take longer to read than all the rest.
    """
    query = (
        select(
            Unit.id,
            Unit.ordinal,
            Unit.code,
            Unit.name,
            Unit.secretary_name,
            Unit.deputy_name,
            Obligation.id,
            Obligation.state,
            Obligation.extended_to,
            Obligation.excused,
            Obligation.closed,
            Obligation.promised_on,
            Obligation.call_wanted,
            Obligation.first_sent_at,
            func.coalesce(Report.on_behalf, ""),
            Report.confirmed_at,
            Report.form_id,
            Revision.sent_at,
            *(Revision.answers[(name, "value")].as_string() for name in questions),
        )
        .join(Obligation, Obligation.unit_id == Unit.id)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .outerjoin(Report, Report.obligation_id == Obligation.id)
        .outerjoin(Revision, (Revision.report_id == Report.id) & (Revision.number == NEWEST))
        .where(Obligation.deadline_id == deadline_id)
        .where(there() | Revision.id.is_not(None))
        .order_by(Unit.ordinal, Unit.id)
    )
    return [_branch_row(row, questions) for row in await session.execute(_of_units(query, units))]


def _branch_row(row: Any, questions: Sequence[str]) -> BranchRow:
    known = len(row) - len(questions)
    given: Any = None
    if row[known - 1] is not None:  # something was sent
        given = {name: _number(value) for name, value in zip(questions, row[known:], strict=True) if value is not None}
    values: list[Any] = [*row[:known], given]
    return BranchRow(*values)


def _number(value: Any) -> Any:
    """Return a number where SQLite or PostgreSQL picked one out of JSON (as a number, as text)."""
    return int(value) if isinstance(value, str) and value.isdigit() else value


async def answers(
    session: AsyncSession, deadline_id: int, units: Sequence[int] | None = None
) -> dict[int, dict[str, Any]]:
    """Return {obligation id: all that was answered} of the newest sendings not recalled."""
    query = (
        select(Report.obligation_id, Revision.answers)
        .join(Revision, Revision.report_id == Report.id)
        .join(Obligation, Obligation.id == Report.obligation_id)
        .where(Obligation.deadline_id == deadline_id, Revision.recalled_at.is_(None))
        .order_by(Revision.number)
    )
    return {row[0]: row[1] for row in await session.execute(_of_units(query, units))}


async def answers_of_units(session: AsyncSession, deadline_id: int, units: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return {unit id: all that was answered}, as `answers` does of its obligations."""
    found = await answers(session, deadline_id, units)
    query = select(Obligation.id, Obligation.unit_id).where(Obligation.id.in_(found))
    return {unit: found[owed] for owed, unit in await session.execute(query)}


async def reminded(session: AsyncSession, deadline_id: int, units: Sequence[int] | None = None) -> dict[int, Reminded]:
    """Return {obligation id: times reminded, last reply}; two people told at once count once, snoozes not."""
    counts = (
        select(Reminder.obligation_id, func.count(func.distinct(Reminder.occurrence)))
        .join(Obligation, Obligation.id == Reminder.obligation_id)
        .where(Obligation.deadline_id == deadline_id, ~Reminder.occurrence.startswith(SNOOZE))
        .group_by(Reminder.obligation_id)
    )
    replies = (
        select(Reminder.obligation_id, Reminder.reply, Reminder.replied_at)
        .join(Obligation, Obligation.id == Reminder.obligation_id)
        .where(Obligation.deadline_id == deadline_id, Reminder.replied_at.is_not(None))
        .order_by(Reminder.replied_at, Reminder.id)
    )
    last = {row[0]: (row[1], row[2]) for row in await session.execute(_of_units(replies, units))}
    found = await session.execute(_of_units(counts, units))
    return {owed: Reminded(times, *last.get(owed, ())) for owed, times in found}


async def items(session: AsyncSession, deadline_id: int, units: Sequence[int] | None = None) -> Sequence[Item]:
    """Return what waits for the office about a deadline, oldest first."""
    query = (
        select(Item)
        .join(Obligation, Obligation.id == Item.obligation_id)
        .where(Obligation.deadline_id == deadline_id, Item.state == ItemState.OPEN)
        .order_by(Item.id)
    )
    return list(await session.scalars(_of_units(query, units)))


async def answerers(
    session: AsyncSession, committee_id: int, units: Sequence[int] | None = None
) -> dict[int, list[Answerer]]:
    """Return {unit id: those who answer for it, secretary first, then deputy, then drafter}."""
    reached = exists().where(Account.person_id == Person.id, Account.reachable.is_(True))
    query = (
        select(Role.unit_id, Role.kind, Person.id, Person.name, Person.pushes, reached, Person.away_until)
        .join(Person, Person.id == Role.person_id)
        .where(of_committee(committee_id), Person.left_at.is_(None))
        .where(Role.ended_at.is_(None), Role.kind.in_(ANSWERING))
        .order_by(Role.id)
    )
    narrowed = query if units is None else query.where(Role.unit_id.in_(units))
    rows = [
        Answerer(*row[:4], bool(row[4] and row[5]), row[6], _why(*row[4:6])) for row in await session.execute(narrowed)
    ]
    lost = await _lost(session, [each.person_id for each in rows if each.why == UNCONNECTED])
    found: dict[int, list[Answerer]] = {}
    for each in rows:
        why, since = lost.get(each.person_id, (each.why, None))
        found.setdefault(each.unit_id, []).append(replace(each, why=why, since=since) if each.why else each)
    for theirs in found.values():
        theirs.sort(key=lambda answerer: ANSWERING.index(RoleKind(answerer.role)))
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """How many people a first message goes to, the first few as (name, branch); of how many branches nobody is
    reached, the first few by name.
    """

    people: int
    first: Sequence[tuple[str, str]]
    lost: int
    named: Sequence[str]


async def asked_first(session: AsyncSession, committee_id: int, units: Any, day: date, shown: int) -> Asked:
    """Count, in the database, whom handlers.rules.recipients.asked would choose in these units (ids, or a select).

    The secretaries who are there; else the deputies who are; else whoever of them is reached though away.
    """
    there = Person.away_until.is_(None) | (Person.away_until < day)
    rank = case((there & (Role.kind == RoleKind.SECRETARY), 1), (there, 2), else_=3)
    reached = exists().where(Account.person_id == Person.id, Account.reachable.is_(True))
    leading = (
        select(Role.unit_id, Role.person_id, rank.label("rank"))
        .join(Person, Person.id == Role.person_id)
        .where(of_committee(committee_id), Person.left_at.is_(None), Person.pushes.is_(True), reached)
        .where(Role.ended_at.is_(None), Role.kind.in_((RoleKind.SECRETARY, RoleKind.DEPUTY)), Role.unit_id.in_(units))
        .subquery()
    )
    best = select(leading.c.unit_id, func.min(leading.c.rank).label("rank")).group_by(leading.c.unit_id).subquery()
    chosen = (leading.c.unit_id == best.c.unit_id) & (leading.c.rank == best.c.rank)
    people = select(func.count(func.distinct(leading.c.person_id))).select_from(leading).join(best, chosen)
    lost = select(Unit.name).where(Unit.id.in_(units), Unit.id.not_in(select(leading.c.unit_id)))
    number = await session.scalar(select(func.count()).select_from(lost.subquery())) or 0
    named = (await session.scalars(lost.order_by(Unit.ordinal, Unit.id).limit(shown + 1))).all() if number else ()
    named = named if number == shown + 1 else named[:shown]  # one alone is named rather than counted
    told = select(Person.id, Person.name, Unit.name).select_from(leading).join(best, chosen)
    told = told.join(Person, Person.id == leading.c.person_id).join(Unit, Unit.id == leading.c.unit_id)
    first = await session.execute(told.order_by(Unit.ordinal, Unit.id, Person.id).limit(shown))
    return Asked(await session.scalar(people) or 0, each_once(first), number, named)


def _why(pushes: bool, account: bool) -> str:
    return "" if pushes and account else UNCONNECTED if pushes else STOPPED


async def _lost(session: AsyncSession, people: Sequence[int]) -> dict[int, tuple[str, datetime | None]]:
    """Return {person id: why and since when their account cannot be written to}; the last to be lost says it."""
    query = select(Account.person_id, Account.lost_why, Account.lost_at).where(Account.person_id.in_(people))
    rows = await session.execute(query.where(Account.lost_why != "").order_by(Account.lost_at)) if people else ()
    return {person: (why, since) for person, why, since in rows if person}


async def reached(session: AsyncSession, people: Sequence[int]) -> set[int]:
    """Return which of these people have an account that can be reached."""
    query = select(Account.person_id).where(Account.person_id.in_(people), Account.reachable.is_(True))
    return {each for each in await session.scalars(query) if each is not None}


async def readers(session: AsyncSession, committee_id: int) -> list[tuple[str, bool]]:
    """Return (name, whether pushes get through) of all who want excerpts: thousands, so no rows of persons are made."""
    reached = exists().where(Account.person_id == Person.id, Account.reachable.is_(True))
    query = (
        select(Person.name, Person.pushes.is_(True) & reached)
        .where(Person.committee_id == committee_id, Person.excerpts.is_(True), Person.left_at.is_(None))
        .order_by(Person.id)
    )
    return [(name, bool(got)) for name, got in await session.execute(query)]


def reached_units(committee_id: int) -> Select[int]:
    """Select the units of which somebody who answers for them is reached by pushes."""
    reached = exists().where(Account.person_id == Person.id, Account.reachable.is_(True))
    return (
        select(Role.unit_id)
        .join(Person, Person.id == Role.person_id)
        .where(of_committee(committee_id), Person.left_at.is_(None), Person.pushes.is_(True), reached)
        .where(Role.ended_at.is_(None), Role.kind.in_(ANSWERING))
    )


async def connected(session: AsyncSession, committee_id: int, units: Sequence[int] | None = None) -> set[int]:
    """Return the units of which somebody who answers for them is reached by pushes."""
    query = reached_units(committee_id)
    return set(await session.scalars(query if units is None else query.where(Role.unit_id.in_(units))))


async def answered_together(session: AsyncSession, unit_ids: Iterable[int]) -> set[int]:
    """Return these units and all others that are bound to them by people who answer for several."""
    here, there = aliased(Role), aliased(Role)
    found, new = set[int](), set(unit_ids)
    while new:
        found |= new
        bound = (
            select(there.unit_id)
            .join(here, here.person_id == there.person_id)
            .where(here.unit_id.in_(new), here.kind.in_(ANSWERING), here.ended_at.is_(None))
            .where(there.kind.in_(ANSWERING), there.ended_at.is_(None), there.unit_id != here.unit_id)
        )
        new = set(await session.scalars(bound.distinct())) - found
    return found


@dataclass(frozen=True, slots=True)
class NewReport:
    """A report that came in and waits: `number` of its sending, 1 the first."""

    name: str
    title: str
    period: str
    number: int
    answers: dict[str, Any]


async def waiting(session: AsyncSession, committee_id: int) -> int:
    """Return how many reports wait for the office."""
    query = (
        select(func.count())
        .select_from(Obligation)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .where(Obligation.committee_id == committee_id, Obligation.state == State.WAITING)
        .where(Deadline.superseded.is_(False), Deadline.cancelled.is_(False))
    )
    return (await session.scalars(query)).one()


async def sent_since(session: AsyncSession, committee_id: int, since: datetime) -> list[NewReport]:
    """Return what came in after a moment and still waits, the first sent first; of a report its newest sending."""
    rows = await session.execute(
        select(Unit.name, Deadline.short_title, Deadline.period, Revision.number, Revision.answers, Obligation.id)
        .join(Obligation, Obligation.unit_id == Unit.id)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .join(Report, Report.obligation_id == Obligation.id)
        .join(Revision, Revision.report_id == Report.id)
        .where(Obligation.committee_id == committee_id, Obligation.state == State.WAITING)
        .where(Revision.sent_at > since, Revision.recalled_at.is_(None))
        .order_by(Revision.sent_at, Revision.id)
    )
    newest = {owed: NewReport(*said) for *said, owed in rows}
    return list(newest.values())


@dataclass(frozen=True, slots=True)
class Lost:
    """Somebody whom a message did not reach: role and unit's name; why and since when, as of an Answerer."""

    role: str
    unit: str
    why: str = UNCONNECTED
    since: datetime | None = None


async def lost_since(session: AsyncSession, committee_id: int, since: datetime) -> list[Lost]:
    """Return whom messages said after a moment did not reach, in register order, each once."""
    rows = await session.execute(
        select(Role.kind, Unit.name, Account.lost_why, Account.lost_at, Unit.ordinal)
        .join(Unit, Unit.id == Role.unit_id)
        .join(Notice, Notice.person_id == Role.person_id)
        .join(Outbox, Outbox.notice_id == Notice.id)
        .join(Account, Account.id == Outbox.account_id)
        .where(Unit.committee_id == committee_id, Role.ended_at.is_(None), Role.kind.in_(ANSWERING))
        .where(Outbox.state == Out.DEAD, Outbox.error == UNREACHABLE, Outbox.said_at > since)
        .where(Account.reachable.is_(False))
        .distinct()
        .order_by(Unit.ordinal, Role.kind.desc())
    )
    return [Lost(*row[:4]) for row in rows]


async def first_messages(session: AsyncSession, committee_id: int) -> dict[int, datetime]:
    """Return {obligation id: when the one message about a duty given late goes out}."""
    rows = await session.execute(
        select(Due.obligation_id, Due.due_at).where(
            Due.committee_id == committee_id, Due.kind == "assigned", Due.fired_at.is_(None)
        )
    )
    return {owed: at for owed, at in rows if owed is not None}
