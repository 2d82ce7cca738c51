"""The office's own forms to be filled in: .docx or .xlsx files with placeholders."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned


class Template(Owned, Base):
    """`name` is the file's; a newer one of the same name takes the place of the older, which is kept as removed."""

    __tablename__ = "template"

    name: Mapped[str]
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]  # plan time
    removed_at: Mapped[datetime | None]


async def kept(session: AsyncSession, committee_id: int) -> Sequence[Template]:
    """Return the office's forms, the newest last."""
    query = select(Template).where(Template.committee_id == committee_id, Template.removed_at.is_(None))
    return (await session.scalars(query.order_by(Template.id))).all()
