"""How many people a unit has, as of a day: counts, never lists of names."""

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


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
    return (
        await session.scalars(
            select(Headcount).where(Headcount.unit_id == unit_id).order_by(Headcount.as_of.desc()).limit(1),
            execution_options={"autoflush": False},  # no turn changes the register and asks for it again
        )
    ).first()
