"""Excerpts of the topic: none goes out before an office person approved it."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, Select, UniqueConstraint, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned


class Excerpt(Owned, Base):
    """`ordinal` the order of sending; `checked_by_id` compared it with its printed source, not secret."""

    __tablename__ = "excerpt"
    __table_args__ = (UniqueConstraint("campaign_id", "name"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    name: Mapped[str]
    ordinal: Mapped[int]
    text: Mapped[str]
    more: Mapped[str]  # the wider passage behind "Đọc thêm", "" if none
    source: Mapped[str]
    page: Mapped[str]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]  # plan time
    week: Mapped[date | None]  # the Monday for which it was sent
    withdrawn: Mapped[bool] = mapped_column(default=False)


def _ready(campaign_id: int) -> Select[Excerpt]:
    return select(Excerpt).where(
        Excerpt.campaign_id == campaign_id,
        Excerpt.checked_by_id.is_not(None),
        Excerpt.approved_at.is_not(None),
        Excerpt.week.is_(None),
        Excerpt.withdrawn.is_(False),
    )


async def next_approved(session: AsyncSession, campaign_id: int) -> Excerpt | None:
    """Return the next excerpt to send, None when none is left: checked against its source and approved."""
    return (await session.scalars(_ready(campaign_id).order_by(Excerpt.ordinal, Excerpt.id).limit(1))).first()


async def approved_left(session: AsyncSession, campaign_id: int) -> int:
    """Count the excerpts that may still be sent."""
    return await session.scalar(select(func.count()).select_from(_ready(campaign_id).subquery())) or 0


async def of_campaign(session: AsyncSession, campaign_id: int) -> Sequence[Excerpt]:
    """Return all excerpts in sending order."""
    return (
        await session.scalars(
            select(Excerpt)
            .where(Excerpt.campaign_id == campaign_id, Excerpt.withdrawn.is_(False))
            .order_by(Excerpt.ordinal, Excerpt.id)
        )
    ).all()


async def sent(session: AsyncSession, campaign_id: int) -> Sequence[Excerpt]:
    """Return the excerpts that went out and were not withdrawn, newest first."""
    return (
        await session.scalars(
            select(Excerpt)
            .where(Excerpt.campaign_id == campaign_id, Excerpt.week.is_not(None), Excerpt.withdrawn.is_(False))
            .order_by(Excerpt.week.desc())
        )
    ).all()


async def of_week(session: AsyncSession, campaign_id: int, week: date) -> Excerpt | None:
    """Return what went out for a week, withdrawn or not."""
    return (
        await session.scalars(select(Excerpt).where(Excerpt.campaign_id == campaign_id, Excerpt.week == week))
    ).first()


async def of_committee(session: AsyncSession, committee_id: int, excerpt_id: int) -> Excerpt | None:
    """Return an excerpt, None unless it is this committee's."""
    query = select(Excerpt).where(Excerpt.committee_id == committee_id, Excerpt.id == excerpt_id)
    return (await session.scalars(query)).one_or_none()


async def last_ordinal(session: AsyncSession, campaign_id: int) -> int:
    """Return the highest place in the order of sending, 0 where there is none."""
    return await session.scalar(select(func.max(Excerpt.ordinal)).where(Excerpt.campaign_id == campaign_id)) or 0
