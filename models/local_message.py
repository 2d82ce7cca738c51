"""What the local page's phones show: the page's own memory, as a phone has one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class LocalMessage(Base):
    """`key` makes a repeated send harmless; `version` rises with an edit, so that a page asks "newer than"."""

    __tablename__ = "local_message"
    __table_args__ = (Index("ix_local_message_account", "account", "version"),)

    account: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int]
    mine: Mapped[bool]  # the person's own
    text: Mapped[str]  # the assistant's: the small HTML; the person's: plain text
    plain: Mapped[bool] = mapped_column(default=False)
    buttons: Mapped[list[Any]]
    file_path: Mapped[str] = mapped_column(default="")
    file_name: Mapped[str] = mapped_column(default="")
    file_kind: Mapped[str] = mapped_column(default="")
    reply_to: Mapped[str] = mapped_column(default="")
    said_at: Mapped[datetime]  # plan time


async def since(session: AsyncSession, account: str, version: int, limit: int = 500) -> Sequence[LocalMessage]:
    """Return what is new or changed for a phone after `version`, oldest first."""
    return (
        await session.scalars(
            select(LocalMessage)
            .where(LocalMessage.account == account, LocalMessage.version > version)
            .order_by(LocalMessage.version)
            .limit(limit)
        )
    ).all()
