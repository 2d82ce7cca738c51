"""A plan being carried out: its text and facts as they were read from the campaign's files, and its state."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import UniqueConstraint, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Document, Owned
from models.committee import Committee


class CampaignState(StrEnum):
    """Nothing is pushed before `LIVE`."""

    PREPARED = "prepared"
    LIVE = "live"


class Campaign(Owned, Base):
    """`body` is the validated plan (campaigns.schema.Plan as JSON); `facts` what the office filled in."""

    __tablename__ = "campaign"
    __table_args__ = (UniqueConstraint("committee_id", "name"),)

    name: Mapped[str]
    title: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(Document())
    facts: Mapped[dict[str, Any]]
    state: Mapped[str]
    started_at: Mapped[datetime | None]  # plan time


CURRENT = select(Campaign).where(Campaign.committee_id == bindparam("committee")).order_by(Campaign.id.desc()).limit(1)


WITH_COMMITTEE = (
    select(Committee, Campaign)
    .outerjoin(Campaign, Campaign.committee_id == Committee.id)
    .order_by(Committee.id, Campaign.id.desc())
    .limit(1)
)


async def with_committee(session: AsyncSession) -> tuple[Committee | None, Campaign | None]:
    """Return the installation's committee and its newest campaign, None for what there is not."""
    found = (await session.execute(WITH_COMMITTEE)).first()
    return (found.Committee, found.Campaign) if found else (None, None)


async def current(session: AsyncSession, committee_id: int) -> Campaign | None:
    """Return the newest campaign of a committee."""
    return (await session.scalars(CURRENT, {"committee": committee_id})).first()
