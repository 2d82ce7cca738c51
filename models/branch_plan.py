"""A branch's own plan for the study (duty D2): number and day as it says, its file where it sent one."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned


class BranchPlan(Owned, Base):
    """One a branch and campaign. `number` "" and `on_day` None where it was not said; `attachment_id` the last file."""

    __tablename__ = "branch_plan"
    __table_args__ = (UniqueConstraint("campaign_id", "unit_id"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    number: Mapped[str] = mapped_column(default="")
    on_day: Mapped[date | None]
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


async def of_unit(session: AsyncSession, unit_id: int, campaign_id: int) -> BranchPlan | None:
    """Return a branch's own plan."""
    query = select(BranchPlan).where(BranchPlan.unit_id == unit_id, BranchPlan.campaign_id == campaign_id)
    return (await session.scalars(query)).one_or_none()


async def of_campaign(session: AsyncSession, campaign_id: int) -> Sequence[BranchPlan]:
    """Return the plans of all branches."""
    return (await session.scalars(select(BranchPlan).where(BranchPlan.campaign_id == campaign_id))).all()


async def forget_file(session: AsyncSession, attachment_id: int) -> None:
    """Take a file that was not kept off the plan it was sent as."""
    for each in await session.scalars(select(BranchPlan).where(BranchPlan.attachment_id == attachment_id)):
        each.attachment_id = None
