"""Messages that did not arrive for certain, as the office sees them: by group, one by one, sent again or left."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Select, and_, case, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.account import Account
from models.notice import Notice, NoticeKind
from models.outbox import UNREACHABLE, Out, Outbox
from models.person import Person
from models.role import Role
from models.unit import Unit

SHORT_ENOUGH = 4000  # code points: a longer text has no room for a mark
LOST = (Out.UNKNOWN, Out.DEAD)


@dataclass(frozen=True, slots=True)
class Group:
    """Letters of one kind (NoticeKind) that failed for one reason (`error` of models.outbox)."""

    kind: str
    reason: str
    number: int


@dataclass(frozen=True, slots=True)
class Letter:
    """One message that did not arrive: to whom (role and unit "" where none is held now), and why."""

    row_id: int
    kind: str
    reason: str
    said_at: datetime
    person_id: int | None
    name: str
    role: str
    unit: str
    unit_id: int
    lost_why: str
    lost_at: datetime | None


def _lost(committee_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return what a letter is: the last state of a message (not of a change to one) that still has its words."""
    return (
        Outbox.state.in_(LOST),
        Outbox.replaces_id.is_(None),
        or_(Outbox.text != "", Outbox.attachment_id.is_not(None)),
        Notice.committee_id == committee_id,
    )


def _of(kind: str, reason: str) -> tuple[ColumnElement[bool], ...]:
    return Notice.kind == kind, Outbox.error == reason


async def number(session: AsyncSession, committee_id: int) -> int:
    """Return how many there are."""
    query = select(func.count()).select_from(Outbox).join(Notice, Notice.id == Outbox.notice_id)
    return (await session.scalars(query.where(*_lost(committee_id)))).one()


async def groups(session: AsyncSession, committee_id: int) -> list[Group]:
    """Return how many there are of each kind and reason, the most first."""
    many = func.count()
    query = (
        select(Notice.kind, Outbox.error, many)
        .join(Notice, Notice.id == Outbox.notice_id)
        .where(*_lost(committee_id))
        .group_by(Notice.kind, Outbox.error)
        .order_by(many.desc(), Notice.kind, Outbox.error)
    )
    return [Group(*row) for row in await session.execute(query)]


async def units(session: AsyncSession, committee_id: int) -> dict[tuple[str, str], list[str]]:
    """Return {(kind, reason): names of the units concerned}, in register order."""
    query = (
        select(Notice.kind, Outbox.error, Unit.name, Unit.ordinal)
        .join(Notice, Notice.id == Outbox.notice_id)
        .join(Role, and_(Role.person_id == Notice.person_id, Role.ended_at.is_(None)))
        .join(Unit, Unit.id == Role.unit_id)
        .where(*_lost(committee_id))
        .distinct()
        .order_by(Unit.ordinal, Unit.name)
    )
    found: dict[tuple[str, str], list[str]] = {}
    for kind, reason, name, _ in await session.execute(query):
        found.setdefault((kind, reason), []).append(name)
    return found


def _letters(committee_id: int) -> Any:  # a Select keeps its shape, which mypy cannot say
    """Return them in register order of the branches, as everything the office reads; who holds no role comes last."""
    return (
        select(
            Outbox.id,
            Notice.kind,
            Outbox.error,
            Outbox.said_at,
            Notice.person_id,
            func.coalesce(Person.name, ""),
            func.coalesce(Role.kind, ""),
            func.coalesce(Unit.name, ""),
            func.coalesce(Unit.id, 0),
            Account.lost_why,
            Account.lost_at,
        )
        .join(Notice, Notice.id == Outbox.notice_id)
        .join(Account, Account.id == Outbox.account_id)
        .outerjoin(Person, Person.id == Notice.person_id)
        .outerjoin(Role, Role.id == _post())
        .outerjoin(Unit, Unit.id == Role.unit_id)
        .where(*_lost(committee_id))
        .order_by(Unit.id.is_(None), Unit.ordinal, Unit.name, Notice.person_id, Outbox.id)
    )


def _post() -> Any:  # a ScalarSelect keeps its type, which mypy cannot say
    """Return the first of the roles that a notice's person holds now."""
    held = select(func.min(Role.id)).where(Role.person_id == Notice.person_id, Role.ended_at.is_(None))
    return held.correlate(Notice).scalar_subquery()


async def page(
    session: AsyncSession, committee_id: int, kind: str, reason: str, offset: int, limit: int
) -> list[Letter]:
    """Return some of a group, in register order."""
    query = _letters(committee_id).where(*_of(kind, reason)).offset(offset).limit(limit)
    return [Letter(*row) for row in await session.execute(query)]


async def one(session: AsyncSession, committee_id: int, row_id: int) -> Letter | None:
    """Return one, None where it is none of this committee's or no longer lost."""
    row = (await session.execute(_letters(committee_id).where(Outbox.id == row_id))).one_or_none()
    return Letter(*row) if row else None


async def rows(
    session: AsyncSession, committee_id: int, kind: str, reason: str, limit: int, row_id: int = 0
) -> list[tuple[Outbox, Notice]]:
    """Return some of a group (or `row_id` alone) to be looked at again, the oldest first."""
    query = select(Outbox, Notice).join(Notice, Notice.id == Outbox.notice_id).where(*_lost(committee_id))
    query = query.where(Outbox.id == row_id) if row_id else query.where(*_of(kind, reason))
    return [(row, about) for row, about in await session.execute(query.order_by(Outbox.id).limit(limit))]


async def lost_to(session: AsyncSession, account_id: int) -> list[tuple[Outbox, Notice]]:
    """Return what died because an account could not be written to."""
    query = select(Outbox, Notice).join(Notice, Notice.id == Outbox.notice_id)
    lost = Outbox.account_id == account_id, Outbox.state == Out.DEAD, Outbox.error == UNREACHABLE
    return [(row, about) for row, about in await session.execute(query.where(*lost).order_by(Outbox.id))]


def _wanted() -> ColumnElement[bool]:
    """Return whether the person still takes messages of that kind."""
    unasked = Notice.kind.in_((NoticeKind.ANSWER, NoticeKind.ITEM))
    excerpts = and_(Notice.kind == NoticeKind.EXCERPT, Person.excerpts.is_(True))
    pushes = and_(Notice.kind.not_in((NoticeKind.EXCERPT,)), Person.pushes.is_(True))
    return and_(or_(Notice.person_id.is_(None), Person.left_at.is_(None)), or_(unasked, excerpts, pushes))


def _ids(committee_id: int, kind: str, reason: str, row_id: int) -> Select[int]:
    query = select(Outbox.id).join(Notice, Notice.id == Outbox.notice_id)
    query = query.outerjoin(Person, Person.id == Notice.person_id).where(*_lost(committee_id))
    return query.where(Outbox.id == row_id) if row_id else query.where(*_of(kind, reason))


async def batches(session: AsyncSession, committee_id: int, kind: str, reason: str) -> dict[str, int]:
    """Return {push: how many of its letters of a group are still wanted}."""
    ids = _ids(committee_id, kind, reason, 0).where(_wanted(), Notice.batch != "")
    query = ids.with_only_columns(Notice.batch, func.count()).group_by(Notice.batch)
    return {row[0]: row[1] for row in await session.execute(query)}


async def send_again(
    session: AsyncSession, committee_id: int, kind: str, reason: str, mark: str, now: datetime, row_id: int = 0
) -> int:
    """Put a group (or `row_id` alone) back in the queue, whoever still wants it; return how many (machine time `now`).

    What may have arrived says so by its `mark`, once.
    """
    unsure = and_(
        Outbox.state == Out.UNKNOWN,
        Outbox.attachment_id.is_(None),
        Outbox.text.not_like(f"{mark}%"),
        func.length(Outbox.text) < SHORT_ENOUGH,
    )
    again = (
        update(Outbox)
        .where(Outbox.id.in_(_ids(committee_id, kind, reason, row_id).where(_wanted())))
        .values(
            text=case((unsure, literal(mark) + Outbox.text), else_=Outbox.text),
            state=Out.DUE,
            not_before=now,
            attempts=0,
            error="",
        )
    )
    return await _changed(session, again)


async def leave(session: AsyncSession, committee_id: int, kind: str, reason: str, row_id: int = 0) -> int:
    """Let a group (or `row_id` alone) be; return how many."""
    ids = _ids(committee_id, kind, reason, row_id)
    return await _changed(session, update(Outbox).where(Outbox.id.in_(ids)).values(state=Out.CANCELLED))


async def _changed(session: AsyncSession, change: Any) -> int:
    statement = change.execution_options(synchronize_session=False)
    return cast("CursorResult[Any]", await session.execute(statement)).rowcount
