"""Forms, each an immutable version; drafts and revisions are read with theirs for ever."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ForeignKey, Text, UniqueConstraint, bindparam, cast, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import ahead, quick
from models.base import Base, Document

AHEAD, TEXTS = "forms", "texts of forms"


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


TEXT = select(cast(Form.body, Text)).where(Form.id == bindparam("form"))


async def text(session: AsyncSession, form_id: int) -> str:
    """Return a version's body as it is stored, asked for once a session; whoever reads the same text again knows it."""
    if (kept := ahead.known(session, TEXTS).get(form_id)) is None:
        [[kept]] = await quick.fetch(session, TEXT, {"form": form_id})
        ahead.keep(session, TEXTS, {form_id: kept})
    return str(kept)


async def bodies(session: AsyncSession, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return {id: body} of these versions."""
    rows = await session.execute(select(Form.id, Form.body).where(Form.id.in_(ids)))
    return {each.id: each.body for each in rows}


async def newest(session: AsyncSession, campaign_id: int) -> list[Form]:
    """Return the newest version of each form of a campaign, in the order they came."""
    query = select(Form).where(Form.campaign_id == campaign_id).order_by(Form.version)
    found = {each.name: each for each in await session.scalars(query)}
    return sorted(found.values(), key=lambda each: each.id)
