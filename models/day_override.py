"""Days the office declared off or worked, over the library's calendar of public holidays."""

from datetime import date

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped

from models.base import Base, Owned


class DayOverride(Owned, Base):
    """`working` True: a make-up working day; False: a day off."""

    __tablename__ = "day_override"
    __table_args__ = (UniqueConstraint("committee_id", "day"),)

    day: Mapped[date]
    working: Mapped[bool]


async def of_committee(session: AsyncSession, committee_id: int) -> dict[date, bool]:
    """Return {day: working}."""
    rows = await session.scalars(select(DayOverride).where(DayOverride.committee_id == committee_id))
    return {row.day: row.working for row in rows}
