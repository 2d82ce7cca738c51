"""Excerpts of the topic: none goes out before an office person approved it."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
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


async def next_approved(session: AsyncSession, campaign_id: int) -> Excerpt | None:
    """Return the next excerpt to send, None when none is left."""
    return (
        await session.scalars(
            select(Excerpt)
            .where(
                Excerpt.campaign_id == campaign_id,
                Excerpt.approved_at.is_not(None),
                Excerpt.week.is_(None),
                Excerpt.withdrawn.is_(False),
            )
            .order_by(Excerpt.ordinal, Excerpt.id)
            .limit(1)
        )
    ).first()


async def of_campaign(session: AsyncSession, campaign_id: int) -> Sequence[Excerpt]:
    """Return all excerpts in sending order."""
    return (
        await session.scalars(
            select(Excerpt)
            .where(Excerpt.campaign_id == campaign_id, Excerpt.withdrawn.is_(False))
            .order_by(Excerpt.ordinal, Excerpt.id)
        )
    ).all()
