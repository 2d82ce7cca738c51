"""Forms, each an immutable version; drafts and revisions are read with theirs for ever."""

from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Form(Base):
    """`body` is campaigns.schema.Form as JSON."""

    __tablename__ = "form"
    __table_args__ = (UniqueConstraint("campaign_id", "name", "version"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    name: Mapped[str]
    version: Mapped[int]
    body: Mapped[dict[str, Any]]


async def latest(session: AsyncSession, campaign_id: int, name: str) -> Form | None:
    """Return the newest version of a form."""
    return (
        await session.scalars(
            select(Form)
            .where(Form.campaign_id == campaign_id, Form.name == name)
            .order_by(Form.version.desc())
            .limit(1)
        )
    ).first()
