"""What the office tells many at once: its words, for whom they are, where they stand. Sends nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.account import Account
from models.base import Base, Owned
from models.item import Item, ItemState
from models.notice import Notice
from models.obligation import REPORTED, Obligation
from models.outbox import Out, Outbox
from models.person import Person, each_once, of_committee
from models.role import Role
from models.unit import Unit


class BroadcastState(StrEnum):
    """Being written, on its way, all written, given up."""

    DRAFT = "draft"
    PLANNED = "planned"
    SENT = "sent"
    DROPPED = "dropped"


class Broadcast(Owned, Base):
    """`roles` and `units` ([] all) say who gets it; with a deadline, only those whose branch still owes it.

    `at_once`: the office wants it outside the sending hours. `people` who are to get it, counted when it was ordered.
    """

    __tablename__ = "broadcast"

    text: Mapped[str] = mapped_column(default="")
    roles: Mapped[list[Any]]
    units: Mapped[list[Any]]
    deadline_id: Mapped[int | None] = mapped_column(ForeignKey("deadline.id"))
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str]
    at_once: Mapped[bool] = mapped_column(default=False)
    people: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]  # plan time
    ordered_at: Mapped[datetime | None]  # plan time

    @property
    def batch(self) -> str:
        """The name under which its messages are found again."""
        return f"broadcast:{self.id}"


def _for(found: Broadcast) -> list[ColumnElement[bool]]:
    """Return the conditions that a role, with its person, is one of those it is for."""
    wanted = [
        of_committee(found.committee_id),
        Person.left_at.is_(None),
        Role.ended_at.is_(None),
        Role.kind.in_(found.roles),
    ]
    if found.units:
        wanted.append(Role.unit_id.in_(found.units))
    if found.deadline_id:
        owing = select(Obligation.unit_id).where(
            Obligation.deadline_id == found.deadline_id,
            Obligation.state.not_in(REPORTED),
            Obligation.excused.is_(False),
        )
        wanted.append(Role.unit_id.in_(owing))
    return wanted


def _reached() -> ColumnElement[bool]:
    account = exists().where(Account.person_id == Person.id, Account.reachable.is_(True))
    return Person.pushes.is_(True) & account


async def recipients(session: AsyncSession, found: Broadcast, after: int, limit: int) -> Sequence[int]:
    """Return the ids of up to `limit` people it is for who can be reached, those above `after`."""
    query = select(Person.id).join(Role, Role.person_id == Person.id).where(*_for(found), _reached())
    return (await session.scalars(query.where(Person.id > after).distinct().order_by(Person.id).limit(limit))).all()


async def counts(session: AsyncSession, found: Broadcast) -> tuple[int, int, int]:
    """Return how many people get it, how many of the others stopped messages, how many are lost."""
    people = select(Person.id).join(Role, Role.person_id == Person.id).where(*_for(found)).distinct()
    every = await session.scalar(select(func.count()).select_from(people.subquery())) or 0
    reached = await session.scalar(select(func.count()).select_from(people.where(_reached()).subquery())) or 0
    stopped = people.where(Person.pushes.is_(False))
    silent = await session.scalar(select(func.count()).select_from(stopped.subquery())) or 0
    return reached, silent, every - reached - silent


async def first_told(session: AsyncSession, found: Broadcast, limit: int) -> list[tuple[str, str]]:
    """Return the first few it is for who can be reached as (name, branch), in the register's order."""
    query = select(Person.id, Person.name, Unit.name).join(Role, Role.person_id == Person.id)
    query = query.join(Unit, Unit.id == Role.unit_id).where(*_for(found), _reached())
    return each_once(await session.execute(query.order_by(Unit.ordinal, Unit.id, Person.id).limit(limit)))


async def units_held(session: AsyncSession, found: Broadcast) -> set[int]:
    """Return the units in which somebody it is for is reached."""
    query = select(Role.unit_id).join(Person, Person.id == Role.person_id).where(*_for(found), _reached())
    return set(await session.scalars(query.distinct()))


async def recent(session: AsyncSession, committee_id: int, limit: int) -> Sequence[Broadcast]:
    """Return the latest that were ordered, newest first."""
    query = select(Broadcast).where(Broadcast.committee_id == committee_id, Broadcast.ordered_at.is_not(None))
    return (await session.scalars(query.order_by(Broadcast.id.desc()).limit(limit))).all()


@dataclass(frozen=True, slots=True)
class Delivery:
    """Messages of a broadcast: arrived, perhaps arrived, not arrived, stopped by hand, waiting or on the wire."""

    sent: int = 0
    parked: int = 0
    failed: int = 0
    stopped: int = 0
    waiting: int = 0

    @property
    def all(self) -> int:
        """All that were written."""
        return self.sent + self.parked + self.failed + self.stopped + self.waiting


STANDS: dict[str, str] = {
    Out.SENT: "sent",
    Out.UNKNOWN: "parked",
    Out.DEAD: "failed",
    Out.CANCELLED: "stopped",
    Out.DUE: "waiting",
    Out.SENDING: "waiting",
}


async def delivery(session: AsyncSession, batch: str) -> Delivery:
    """Count people by how the last part of what they are told stands."""
    last = (
        select(func.max(Outbox.id))
        .join(Notice, Notice.id == Outbox.notice_id)
        .where(Notice.batch == batch, Outbox.replaces_id.is_(None))
        .group_by(Outbox.notice_id)
    )
    rows = await session.execute(select(Outbox.state, func.count()).where(Outbox.id.in_(last)).group_by(Outbox.state))
    found: dict[str, int] = {}
    for state, number in rows:
        found[STANDS[state]] = found.get(STANDS[state], 0) + number
    return Delivery(**found)


async def replies(session: AsyncSession, found: Broadcast) -> tuple[int, int]:
    """Return how many answers came since it went out, and how many of them wait for the office."""
    since = select(Item.state, func.count()).where(
        Item.committee_id == found.committee_id, Item.how == "broadcast", Item.asked_at >= found.ordered_at
    )
    counted: dict[str, int] = {row[0]: row[1] for row in await session.execute(since.group_by(Item.state))}
    return sum(counted.values()), counted.get(ItemState.OPEN, 0)
