"""Dissemination: where and when a branch made the topic known."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned


class Activity(Owned, Base):
    """`place` a value of the form's list of places (zalo, facebook …); `count` items, posts or sessions."""

    __tablename__ = "activity"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    place: Mapped[str]
    count: Mapped[int]
    on_day: Mapped[date]
    excerpt_id: Mapped[int | None] = mapped_column(ForeignKey("excerpt.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


async def of_excerpt(session: AsyncSession, unit_id: int, excerpt_id: int, place: str) -> Activity | None:
    """Return the posting of an excerpt by a branch at a kind of place."""
    query = select(Activity).where(
        Activity.unit_id == unit_id, Activity.excerpt_id == excerpt_id, Activity.place == place
    )
    return (await session.scalars(query)).first()


async def tally(session: AsyncSession, unit_id: int, campaign_id: int) -> dict[str, int]:
    """Return {kind of place: how many posts} of a branch."""
    rows = await session.execute(
        select(Activity.place, func.sum(Activity.count))
        .where(Activity.unit_id == unit_id, Activity.campaign_id == campaign_id)
        .group_by(Activity.place)
        .order_by(func.min(Activity.id))
    )
    return {place: int(count) for place, count in rows if count}
