"""Documents sent to those on the plan's "Nơi nhận" list; how each came to whom is in models/delivery.py."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned


class Distribution(Owned, Base):
    """`attachment_id` the document's file, None where the plan's own text is shown. `sent_at` None while prepared."""

    __tablename__ = "distribution"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    title: Mapped[str]
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


async def of_committee(session: AsyncSession, committee_id: int, limit: int) -> Sequence[Distribution]:
    """Return the newest that were sent."""
    query = select(Distribution).where(Distribution.committee_id == committee_id, Distribution.sent_at.is_not(None))
    return (await session.scalars(query.order_by(Distribution.id.desc()).limit(limit))).all()
