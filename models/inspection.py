"""Looking at the work of a branch: planned, held, what was found. No formal inspection; nobody is named."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned


class InspectionState(StrEnum):
    """How a check stands."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class Inspection(Owned, Base):
    """`team` a value of the plan's list (office, inspection, both). `findings` speak of the work alone."""

    __tablename__ = "inspection"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    on_day: Mapped[date]
    team: Mapped[str]
    state: Mapped[str] = mapped_column(default=InspectionState.PLANNED)
    findings: Mapped[str] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


async def of_campaign(
    session: AsyncSession, campaign_id: int, days: tuple[date, date] | None = None
) -> Sequence[Inspection]:
    """Return the checks that were not called off, the earliest first; `days` (first, first day after) narrows it."""
    query = select(Inspection).where(
        Inspection.campaign_id == campaign_id, Inspection.state != InspectionState.CANCELLED
    )
    if days:
        query = query.where(Inspection.on_day >= days[0], Inspection.on_day < days[1])
    return (await session.scalars(query.order_by(Inspection.on_day, Inspection.id))).all()


async def counts(
    session: AsyncSession, campaign_id: int, days: tuple[date, date] | None = None
) -> dict[str, tuple[int, int]]:
    """Return {state: (how many checks, of how many branches)}."""
    query = select(Inspection.state, func.count(), func.count(Inspection.unit_id.distinct()))
    query = query.where(Inspection.campaign_id == campaign_id)
    if days:
        query = query.where(Inspection.on_day >= days[0], Inspection.on_day < days[1])
    rows = await session.execute(query.group_by(Inspection.state))
    return {state: (int(count), int(units)) for state, count, units in rows}
