"""Forms, each an immutable version; drafts and revisions are read with theirs for ever."""

from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import ahead
from models.base import Base, Document

AHEAD = "forms"


class Form(Base):
    """`body` is campaigns.schema.Form as JSON."""

    __tablename__ = "form"
    __table_args__ = (UniqueConstraint("campaign_id", "name", "version"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    name: Mapped[str]
    version: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(Document())


LATEST = (
    select(Form)
    .where(Form.campaign_id == bindparam("campaign"), Form.name == bindparam("name"))
    .order_by(Form.version.desc())
    .limit(1)
)


async def latest(session: AsyncSession, campaign_id: int, name: str) -> Form | None:
    """Return the newest version of a form; once asked for it stays the newest for this session."""
    newest: Form | None = ahead.known(session, AHEAD).get((campaign_id, name))
    if newest is None:
        newest = (await session.scalars(LATEST, {"campaign": campaign_id, "name": name})).first()
        ahead.keep(session, AHEAD, {(campaign_id, name): newest})
    return newest
