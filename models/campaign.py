"""A plan being carried out: its text and facts as they were read from the campaign's files, and its state."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import UniqueConstraint, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Document, Owned
from models.committee import Committee


class CampaignState(StrEnum):
    """Nothing is pushed before `LIVE`. A `DRAFT` was read from a file: its body is what was read, no plan yet."""

    PREPARED = "prepared"
    LIVE = "live"
    DRAFT = "draft"
    DROPPED = "dropped"  # a draft put in force, or left


class Campaign(Owned, Base):
    """`body` is the validated plan (campaigns.schema.Plan as JSON); `facts` what the office filled in.

    `text` is the plan itself, word for word; asked for by itself (`text_of`), since every turn reads the rest.
    """

    __tablename__ = "campaign"
    __table_args__ = (UniqueConstraint("committee_id", "name"),)

    name: Mapped[str]
    title: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(Document())
    facts: Mapped[dict[str, Any]]
    state: Mapped[str]
    started_at: Mapped[datetime | None]  # plan time
    text: Mapped[str] = mapped_column(default="", deferred=True)


REAL = (CampaignState.PREPARED, CampaignState.LIVE)
"""States of what is or may come in force."""
CURRENT = (
    select(Campaign)
    .where(Campaign.committee_id == bindparam("committee"), Campaign.state.in_(REAL))
    .order_by(Campaign.id.desc())
    .limit(1)
)


WITH_COMMITTEE = (
    select(Committee, Campaign)
    .outerjoin(Campaign, and_(Campaign.committee_id == Committee.id, Campaign.state.in_(REAL)))
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


async def text_of(session: AsyncSession, campaign_id: int) -> str:
    """Return a plan word for word, "" where it is not known."""
    return (await session.scalars(select(Campaign.text).where(Campaign.id == campaign_id))).one()


async def drafts(session: AsyncSession, committee_id: int) -> Sequence[Campaign]:
    """Return the drafts nobody has put in force or left, newest first."""
    query = select(Campaign).where(Campaign.committee_id == committee_id, Campaign.state == CampaignState.DRAFT)
    return (await session.scalars(query.order_by(Campaign.id.desc()))).all()


async def started(session: AsyncSession, committee_id: int) -> Sequence[int]:
    """Return the ids of the campaigns in force: a later one does not end what an earlier one still asks for."""
    query = select(Campaign.id).where(Campaign.committee_id == committee_id, Campaign.state == CampaignState.LIVE)
    return (await session.scalars(query)).all()
