"""How many people a unit has, as of a day: counts, never lists of names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import ahead, quick
from models.base import Base
from models.obligation import Obligation, apart
from models.unit import Unit

AHEAD = "headcounts"


class Counted:
    """`full` and `probationary` members, `exempt` among them from meetings, `masses` not in the Party."""

    full: Any
    probationary: Any
    exempt: Any
    masses: Any

    @property
    def members(self) -> int:
        """All members, full and probationary."""
        return int(self.full + self.probationary)

    @property
    def summoned(self) -> int:
        """Members who must attend: all but the exempt (domain: denominator rule)."""
        return int(self.members - self.exempt)


@dataclass(frozen=True)
class Counts(Counted):
    """A unit's newest count for those who only look: a row of the ORM costs more than all that is done with it."""

    unit_id: int
    full: int
    probationary: int
    exempt: int
    masses: int | None


class Headcount(Counted, Base):
    """A count as it is kept."""

    __tablename__ = "headcount"
    __table_args__ = (UniqueConstraint("unit_id", "as_of"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    as_of: Mapped[date]
    full: Mapped[int]
    probationary: Mapped[int]
    exempt: Mapped[int]
    masses: Mapped[int | None]


async def latest(session: AsyncSession, unit_id: int) -> Counted | None:
    """Return the newest count of a unit, None if the register is silent."""
    if unit_id in (kept := ahead.known(session, AHEAD)):
        count: Counts | None = kept[unit_id]
        return count
    return (
        await session.scalars(
            select(Headcount).where(Headcount.unit_id == unit_id).order_by(Headcount.as_of.desc()).limit(1)
        )
    ).first()


OF_UNITS = select(Headcount).where(Headcount.unit_id.in_(bindparam("units", expanding=True))).order_by(Headcount.as_of)

COUNTS = OF_UNITS.with_only_columns(
    Headcount.unit_id, Headcount.full, Headcount.probationary, Headcount.exempt, Headcount.masses
)


async def read_ahead(session: AsyncSession, unit_ids: Sequence[int]) -> None:
    """Read the newest counts of many units for turns that will not change them."""
    found = await quick.fetch(session, COUNTS, {"units": list(unit_ids)})
    ahead.keep(session, AHEAD, dict.fromkeys(unit_ids) | {row[0]: Counts(*row) for row in found})


async def owing(session: AsyncSession, unit_id: int, on: date | None, deadline_id: int) -> Counted | None:
    """Return the count that goes for a duty: the newest, or that of the day the duty names (`register_on`).

    To that day's come those who joined later with a branch that does not stand in the figures by itself; of such a
    branch, too, only those who are not counted elsewhere.
    """
    if on is None:
        return await latest(session, unit_id)
    counts = [await on_day(session, unit_id, on)]
    for merged, ended, its_own in await _joined(session, unit_id, on, deadline_id):
        counts.append(
            await owing(session, merged, its_own, deadline_id) if its_own else await on_day(session, merged, ended)
        )
    return _sum(unit_id, [each for each in counts if each])


async def _joined(
    session: AsyncSession, unit_id: int, on: date, deadline_id: int
) -> list[tuple[int, date, date | None]]:
    """Return (unit, its last day, its own `register_on`) of those merged into one after a day who told nothing."""
    owed = (Obligation.unit_id == Unit.id) & (Obligation.deadline_id == deadline_id)
    query = select(Unit.id, Unit.active_to, Obligation.register_on).outerjoin(Obligation, owed)
    query = query.where(Unit.merged_into_id == unit_id, Unit.active_to > on, Unit.id.not_in(apart(deadline_id)))
    return [(merged, ended, own) for merged, ended, own in await session.execute(query.order_by(Unit.id)) if ended]


def _sum(unit_id: int, counts: Sequence[Counted]) -> Counts | None:
    masses = [each.masses for each in counts if each.masses is not None]
    full, probationary, exempt = (
        sum(getattr(each, name) for each in counts) for name in ("full", "probationary", "exempt")
    )
    return Counts(unit_id, full, probationary, exempt, sum(masses) if masses else None) if counts else None


async def on_day(session: AsyncSession, unit_id: int, day: date) -> Counted | None:
    """Return what held on a day."""
    return at((await histories(session, [unit_id])).get(unit_id, []), day)


async def histories(session: AsyncSession, unit_ids: Sequence[int]) -> dict[int, list[Headcount]]:
    """Return {unit id: all its counts, the earliest first}."""
    found: dict[int, list[Headcount]] = {}
    for each in await session.scalars(OF_UNITS, {"units": list(unit_ids)}):
        found.setdefault(each.unit_id, []).append(each)
    return found


def at(counts: Sequence[Headcount], day: date) -> Headcount | None:
    """Return what held on a day: the newest count by then, else the first there is."""
    return next((each for each in reversed(counts) if each.as_of <= day), counts[0] if counts else None)


async def keep(session: AsyncSession, unit_id: int, as_of: date, counts: tuple[int, int, int, int | None]) -> None:
    """Keep full, probationary, exempt and masses as of a day; what was counted on other days stays."""
    query = select(Headcount).where(Headcount.unit_id == unit_id, Headcount.as_of == as_of)
    row = (await session.scalars(query)).one_or_none() or Headcount(unit_id=unit_id, as_of=as_of)
    row.full, row.probationary, row.exempt, row.masses = counts
    session.add(row)
    ahead.known(session, AHEAD).pop(unit_id, None)
    await session.flush()


async def counted(session: AsyncSession, committee_id: int) -> set[int]:
    """Return the units of a committee that have a count."""
    query = select(Headcount.unit_id).join(Unit, Unit.id == Headcount.unit_id)
    return set(await session.scalars(query.where(Unit.committee_id == committee_id).distinct()))
