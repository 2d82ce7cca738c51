"""Files: what people sent and what the assistant made. Bytes lie under DATA_DIR, named at random."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned


class Attachment(Owned, Base):
    """`path` relative to DATA_DIR/files; `file_id` where the platform still has it; sha256 in hex once stored.

    `album` groups what was sent together (the platform's id of the album, or one of ours for a single file).
    """

    __tablename__ = "attachment"

    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    obligation_id: Mapped[int | None] = mapped_column(ForeignKey("obligation.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    bot_id: Mapped[int | None] = mapped_column(ForeignKey("bot.id"))
    file_id: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]  # photo | document
    album: Mapped[str] = mapped_column(default="", index=True)
    name: Mapped[str]  # as the person sees it
    path: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]


async def of_album(session: AsyncSession, person_id: int, album: str) -> Sequence[Attachment]:
    """Return what a person sent together, in the order sent."""
    return (
        await session.scalars(
            select(Attachment)
            .where(Attachment.person_id == person_id, Attachment.album == album)
            .order_by(Attachment.id)
        )
    ).all()


async def last_of(session: AsyncSession, person_id: int, bot_id: int) -> Attachment | None:
    """Return what a person sent last on a bot."""
    theirs = select(Attachment).where(Attachment.person_id == person_id, Attachment.bot_id == bot_id)
    return (await session.scalars(theirs.order_by(Attachment.id.desc()).limit(1))).first()


async def of_obligation(session: AsyncSession, obligation_id: int) -> Sequence[Attachment]:
    """Return what people sent about an obligation, oldest first, without papers of ours and what was refused."""
    return (
        await session.scalars(
            select(Attachment)
            .where(
                Attachment.obligation_id == obligation_id, Attachment.person_id.is_not(None), Attachment.file_id != ""
            )
            .order_by(Attachment.id)
        )
    ).all()
