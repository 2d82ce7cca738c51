"""People: a name and nothing more. What they may do is in `role`, where to write them in `account`."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped

from models.base import Base, Owned
from models.role import Role


class Person(Owned, Base):
    """`pushes` False after /stop; `away_until` a day (plan time) until which the deputy is asked instead."""

    __tablename__ = "person"

    name: Mapped[str]
    pushes: Mapped[bool]
    excerpts: Mapped[bool]
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]  # set when the person asked to be erased: the row stays, the name goes
    away_until: Mapped[date | None]


def of_committee(committee_id: int) -> ColumnElement[bool]:
    """Return the condition that people are a committee's, to be checked of the few whom roles find.

    The sum keeps a database from beginning with all the people there are: that index looks good to it.
    """
    return Person.committee_id + 0 == committee_id


async def holding(
    session: AsyncSession, committee_id: int, kinds: Sequence[str], unit_id: int | None = None
) -> Sequence[Person]:
    """Return people now holding one of the roles (in that unit), oldest first."""
    query = (
        select(Person)
        .join(Role, Role.person_id == Person.id)
        .where(of_committee(committee_id), Role.kind.in_(kinds), Role.ended_at.is_(None))
        .where(Person.left_at.is_(None))
        .order_by(Person.id)
        .distinct()
    )
    if unit_id is not None:
        query = query.where(Role.unit_id == unit_id)
    return (await session.scalars(query)).all()


async def wanting_excerpts(session: AsyncSession, committee_id: int, after: int, limit: int) -> Sequence[int]:
    """Return the ids of up to `limit` people who said yes to excerpts, those above `after`."""
    return (
        await session.scalars(
            select(Person.id)
            .where(Person.committee_id == committee_id, Person.id > after, Person.left_at.is_(None))
            .where(Person.excerpts.is_(True))
            .order_by(Person.id)
            .limit(limit)
        )
    ).all()


async def count_wanting_excerpts(session: AsyncSession, committee_id: int) -> int:
    """Count them."""
    query = select(func.count(Person.id)).where(Person.committee_id == committee_id, Person.left_at.is_(None))
    return await session.scalar(query.where(Person.excerpts.is_(True))) or 0


OF_IDS = select(Person).where(Person.id.in_(bindparam("people", expanding=True)))


async def of_ids(session: AsyncSession, ids: Sequence[int]) -> dict[int, Person]:
    """Return {id: person} in one query."""
    return {each.id: each for each in await session.scalars(OF_IDS, {"people": list(ids)})}


def each_once(rows: Iterable[Any]) -> list[tuple[str, str]]:
    """Return (name, branch) of rows of (person's id, name, branch), each person once: some answer for two branches."""
    known: dict[int, tuple[str, str]] = {}
    for person_id, name, branch in rows:
        known.setdefault(person_id, (name, branch))
    return list(known.values())
