"""Branches, the office, the inspection committee, the editorial board: whoever answers for something."""

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Select, UniqueConstraint, bindparam, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, validates

from models import ahead
from models.base import Base, Owned


class UnitKind(StrEnum):
    """What a unit is."""

    BRANCH = "branch"
    OFFICE = "office"
    INSPECTION = "inspection"
    EDITORIAL = "editorial"
    COMMITTEE = "committee"  # leaders


class Unit(Owned, Base):
    """`ordinal` is the register's STT; `name` without "Chi bộ" ("Bảo tàng"); `short_names` other ways to say it."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("committee_id", "code"),)

    kind: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    short_names: Mapped[list[Any]]
    ordinal: Mapped[int]
    secretary_name: Mapped[str] = mapped_column(default="")  # as the office's register writes it, before anyone joined
    deputy_name: Mapped[str] = mapped_column(default="")
    responsible: Mapped[str] = mapped_column(default="")  # who answers for the study (D1), post and name as typed
    active_from: Mapped[date | None]
    active_to: Mapped[date | None]
    arts: Mapped[bool] = mapped_column(default=False)  # arts are its function: offered at once, not under [Khác]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    unplanned: Mapped[bool] = mapped_column(default=True, index=True)  # new or changed: does it owe what others owe?

    @validates("kind", "active_to", include_backrefs=False)
    def _mark(self, _name: str, value: Any) -> Any:
        """Mark what decides of duties as changed: a look of the clock asks for nothing else."""
        self.unplanned = True
        return value


OF_IDS = select(Unit).where(Unit.id.in_(bindparam("units", expanding=True)))


async def read_ahead(session: AsyncSession, unit_ids: Sequence[int]) -> None:
    """Read many units that turns will ask for by id."""
    found = await session.scalars(OF_IDS, {"units": list(unit_ids)})
    ahead.keep(session, "units", {each.id: each for each in found})  # held: a session itself does so only weakly


async def branches(session: AsyncSession, committee_id: int) -> Sequence[Unit]:
    """Return the active branches in register order."""
    return (
        await session.scalars(
            select(Unit)
            .where(Unit.committee_id == committee_id, Unit.kind == UnitKind.BRANCH, Unit.active_to.is_(None))
            .order_by(Unit.ordinal, Unit.id)
        )
    ).all()


async def branches_after(
    session: AsyncSession, committee_id: int, after: int, limit: int, only: Sequence[int] = ()
) -> list[int]:
    """Return the `limit` active branches with the lowest ids above `after` (of `only` these), in register order."""
    query = active(committee_id, only).where(Unit.id > after).add_columns(Unit.ordinal)
    found = await session.execute(query.order_by(Unit.id).limit(limit))
    return [unit_id for unit_id, _ in sorted(found, key=lambda row: (row.ordinal, row.id))]


def active(committee_id: int, only: Sequence[int] = ()) -> Select[int]:
    """Select the ids of the active branches; of `only` these, if any are given."""
    query = select(Unit.id).where(
        Unit.committee_id == committee_id, Unit.kind == UnitKind.BRANCH, Unit.active_to.is_(None)
    )
    return query.where(Unit.id.in_(only)) if only else query


async def number(session: AsyncSession, committee_id: int, only: Sequence[int] = ()) -> int:
    """Count the active branches; of `only` these, if any are given."""
    return await session.scalar(select(func.count()).select_from(active(committee_id, only).subquery())) or 0


async def active_ones(session: AsyncSession, committee_id: int, only: Collection[int]) -> dict[int, Unit]:
    """Return {id: branch} of those of `only` that are active; of nobody, nothing is read."""
    if not only:
        return {}
    found = await session.scalars(select(Unit).where(Unit.id.in_(active(committee_id, list(only)))))
    return {each.id: each for each in found}


async def all_active(session: AsyncSession, committee_id: int) -> Sequence[Unit]:
    """Return every active unit: the office and the like first, then the branches in register order."""
    query = select(Unit).where(Unit.committee_id == committee_id, Unit.active_to.is_(None))
    return (await session.scalars(query.order_by(Unit.ordinal, Unit.id))).all()


async def unplanned(session: AsyncSession, committee_id: int, limit: int) -> Sequence[int]:
    """Return the ids of up to `limit` units that are new or were changed."""
    query = select(Unit.id).where(Unit.unplanned.is_(True), Unit.committee_id == committee_id)
    return (await session.scalars(query.order_by(Unit.id).limit(limit))).all()


async def planned(session: AsyncSession, unit_ids: Sequence[int]) -> None:
    """Note that these units were given what they owe."""
    await session.flush()  # what is marked already in memory is looked after as well
    await session.execute(update(Unit).where(Unit.id.in_(unit_ids)).values(unplanned=False))


async def by_code(session: AsyncSession, committee_id: int, code: str) -> Unit | None:
    """Return the unit of that code, None if there is none."""
    return (
        await session.scalars(select(Unit).where(Unit.committee_id == committee_id, Unit.code == code))
    ).one_or_none()


async def called(session: AsyncSession, committee_id: int, name: str) -> Unit | None:
    """Return the active branch that is called so."""
    query = select(Unit).where(Unit.id.in_(active(committee_id)), Unit.name == name)
    return (await session.scalars(query.order_by(Unit.id).limit(1))).first()


async def of_kind(session: AsyncSession, committee_id: int, kind: UnitKind) -> Unit:
    """Return the one unit of a kind that exists once (office, inspection …)."""
    return (await session.scalars(select(Unit).where(Unit.committee_id == committee_id, Unit.kind == kind))).one()


async def merged_into(session: AsyncSession, unit_id: int) -> Sequence[Unit]:
    """Return the branches that became part of one, the earliest first."""
    query = select(Unit).where(Unit.merged_into_id == unit_id).order_by(Unit.active_to, Unit.id)
    return (await session.scalars(query)).all()


async def merged_through(session: AsyncSession, unit_id: int) -> list[Unit]:
    """Return the branches that became part of one, and those that had become part of these before."""
    found = list(await merged_into(session, unit_id))
    for each in tuple(found):
        found += await merged_through(session, each.id)
    return sorted(found, key=lambda each: (each.ordinal, each.id))


async def named(session: AsyncSession, unit_ids: Sequence[int]) -> dict[int, str]:
    """Return {id: name} of these units."""
    rows = await session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(unit_ids)))
    return {row.id: row.name for row in rows}


async def branches_ever(session: AsyncSession, committee_id: int) -> Sequence[Unit]:
    """Return every branch there ever was: those that are there in register order, then the latest to end first."""
    query = select(Unit).where(Unit.committee_id == committee_id, Unit.kind == UnitKind.BRANCH)
    there = case((Unit.active_to.is_(None), 0), else_=1)
    return (await session.scalars(query.order_by(there, Unit.active_to.desc(), Unit.ordinal, Unit.id))).all()


async def page(session: AsyncSession, committee_id: int, offset: int, limit: int) -> Sequence[Unit]:
    """Return some of the active branches, in register order."""
    query = select(Unit).where(Unit.id.in_(active(committee_id))).order_by(Unit.ordinal, Unit.id)
    return (await session.scalars(query.offset(offset).limit(limit))).all()


async def names(session: AsyncSession, committee_id: int) -> dict[int, str]:
    """Return {id: name} of every unit there ever was, in register order."""
    query = select(Unit.id, Unit.name).where(Unit.committee_id == committee_id).order_by(Unit.ordinal, Unit.id)
    return {row.id: row.name for row in await session.execute(query)}


async def codes(session: AsyncSession, committee_id: int) -> set[str]:
    """Return every code that was ever given."""
    return set(await session.scalars(select(Unit.code).where(Unit.committee_id == committee_id)))
