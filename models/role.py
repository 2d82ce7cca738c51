"""Who acts as what, for which unit, since when. A role is ended, never deleted."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import quick
from models.account import Account
from models.base import Base
from models.unit import UnitKind


class RoleKind(StrEnum):
    """Names of roles, as in `main.py invite --role`."""

    OFFICE = "office"
    INSPECTION = "inspection"
    EDITORIAL = "editorial"
    LEADER = "leader"
    SECRETARY = "secretary"
    DEPUTY = "deputy"
    DRAFTER = "drafter"
    MEMBER = "member"


STANDING = {
    RoleKind.OFFICE: UnitKind.OFFICE,
    RoleKind.INSPECTION: UnitKind.INSPECTION,
    RoleKind.EDITORIAL: UnitKind.EDITORIAL,
    RoleKind.LEADER: UnitKind.COMMITTEE,
}
"""Roles outside the branches, and the kind of unit in which each is held."""
IN_A_BRANCH = frozenset(RoleKind) - STANDING.keys()


class Role(Base):
    """A person's role in a unit."""

    __tablename__ = "role"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[str] = mapped_column(index=True)  # few hold an office, thousands are members
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


async def of_person(session: AsyncSession, person_id: int) -> Sequence[Role]:
    """Return the roles a person holds now."""
    return (
        await session.scalars(
            select(Role).where(Role.person_id == person_id, Role.ended_at.is_(None)).order_by(Role.id)
        )
    ).all()


async def ended(session: AsyncSession, person_id: int, at: datetime) -> Sequence[Role]:
    """Return the roles of a person that ended at this moment."""
    query = select(Role).where(Role.person_id == person_id, Role.ended_at == at)
    return (await session.scalars(query.order_by(Role.id))).all()


OF_PEOPLE = (
    select(Role)
    .where(Role.person_id.in_(bindparam("people", expanding=True)), Role.ended_at.is_(None))
    .order_by(Role.id)
)


async def of_people(session: AsyncSession, person_ids: Sequence[int]) -> dict[int, list[Role]]:
    """Return {person id: the roles they hold now}, with an empty list for who holds none."""
    found: dict[int, list[Role]] = {each: [] for each in person_ids}
    for each in await session.scalars(OF_PEOPLE, {"people": quick.padded(person_ids)}):
        found[each.person_id].append(each)
    return found


async def holder(session: AsyncSession, person_id: int, kind: str, unit_id: int) -> Role | None:
    """Return a person's role of that kind in that unit, None if they do not hold it now."""
    return next((r for r in await of_person(session, person_id) if r.kind == kind and r.unit_id == unit_id), None)


async def in_unit(session: AsyncSession, unit_id: int, kinds: Sequence[str] = ()) -> Sequence[Role]:
    """Return the roles now held in a unit (of these kinds), oldest first."""
    query = select(Role).where(Role.unit_id == unit_id, Role.ended_at.is_(None)).order_by(Role.id)
    return (await session.scalars(query.where(Role.kind.in_(kinds)) if kinds else query)).all()


async def holders(session: AsyncSession, person_ids: Sequence[int], kinds: Sequence[str]) -> set[int]:
    """Return which of these people now hold one of these roles."""
    held = select(Role.person_id).where(Role.person_id.in_(person_ids), Role.kind.in_(kinds), Role.ended_at.is_(None))
    return set(await session.scalars(held))


async def units_held(session: AsyncSession, kinds: Sequence[str]) -> set[int]:
    """Return the ids of units in which somebody now holds one of these roles."""
    query = select(Role.unit_id).where(Role.kind.in_(kinds), Role.ended_at.is_(None)).distinct()
    return set(await session.scalars(query))


OF_ACCOUNTS = (
    select(Account.external_id, Role.unit_id, Role.kind)
    .join(Role, Role.person_id == Account.person_id)
    .where(
        Account.bot_id == bindparam("bot_id"),
        Account.external_id.in_(bindparam("accounts", expanding=True)),
        Role.ended_at.is_(None),
    )
)


async def branches_of(session: AsyncSession, bot_id: int, accounts: Sequence[str]) -> dict[str, set[int]]:
    """Return {account: units} of those who act for branches alone; what others do may concern everybody."""
    units: dict[str, set[int]] = {}
    wide = set()
    for account, unit_id, kind in await session.execute(OF_ACCOUNTS, {"bot_id": bot_id, "accounts": list(accounts)}):
        units.setdefault(account, set()).add(unit_id)
        if kind not in IN_A_BRANCH:
            wide.add(account)
    return {account: found for account, found in units.items() if account not in wide}
