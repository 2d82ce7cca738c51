"""How many people a unit has, as of a day: counts, never lists of names."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import ahead
from models.base import Base

AHEAD = "headcounts"


class Headcount(Base):
    """`full` and `probationary` members, `exempt` among them from meetings, `masses` not in the Party."""

    __tablename__ = "headcount"
    __table_args__ = (UniqueConstraint("unit_id", "as_of"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    as_of: Mapped[date]
    full: Mapped[int]
    probationary: Mapped[int]
    exempt: Mapped[int]
    masses: Mapped[int | None]

    @property
    def members(self) -> int:
        """All members, full and probationary."""
        return self.full + self.probationary

    @property
    def summoned(self) -> int:
        """Members who must attend: all but the exempt (domain: denominator rule)."""
        return self.members - self.exempt


async def latest(session: AsyncSession, unit_id: int) -> Headcount | None:
    """Return the newest count of a unit, None if the register is silent."""
    if unit_id in (kept := ahead.known(session, AHEAD)):
        count: Headcount | None = kept[unit_id]
        return count
    return (
        await session.scalars(
            select(Headcount).where(Headcount.unit_id == unit_id).order_by(Headcount.as_of.desc()).limit(1)
        )
    ).first()


OF_UNITS = select(Headcount).where(Headcount.unit_id.in_(bindparam("units", expanding=True))).order_by(Headcount.as_of)


async def read_ahead(session: AsyncSession, unit_ids: Sequence[int]) -> None:
    """Read the newest counts of many units for turns that will not change them."""
    found = await session.scalars(OF_UNITS, {"units": list(unit_ids)})
    ahead.keep(session, AHEAD, dict.fromkeys(unit_ids) | {each.unit_id: each for each in found})
