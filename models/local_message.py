"""What the local page's phones show: the page's own memory, as a phone has one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

REFUSED = "refused"
"""The kind of a file that was sent and not kept: its name alone is shown."""
_LONGEST_ID = 16  # digits: below what any database takes as an id


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


async def newest_version(session: AsyncSession) -> int:
    """Return the highest version of the installation, 0 when no phone shows anything."""
    return await session.scalar(select(func.max(LocalMessage.version))) or 0


async def keyed(session: AsyncSession, key: str) -> LocalMessage | None:
    """Return the message sent under `key`."""
    return (await session.scalars(select(LocalMessage).where(LocalMessage.key == key))).one_or_none()


async def owned(session: AsyncSession, account: str, message_id: str) -> LocalMessage | None:
    """Return a message by its id as text if that phone shows it, else None."""
    if not (message_id.isascii() and message_id.isdigit() and len(message_id) < _LONGEST_ID):
        return None
    row = await session.get(LocalMessage, int(message_id))
    return row if row is not None and row.account == account else None


async def typed(session: AsyncSession, accounts: Sequence[str]) -> list[tuple[datetime, str]]:
    """Return (moment, text) of what people wrote on these phones, oldest first."""
    theirs = LocalMessage.account.in_(accounts), LocalMessage.mine, LocalMessage.text != ""
    query = select(LocalMessage.said_at, LocalMessage.text).where(*theirs).order_by(LocalMessage.id)
    return [(at, text) for at, text in await session.execute(query)]


async def publish_hidden(session: AsyncSession, version: int, before: datetime | None = None) -> int:
    """Show what a crash left hidden (version 0), if so before a moment (plan time), in one version; return how many."""
    left = [LocalMessage.version == 0, *([LocalMessage.said_at <= before] if before else [])]
    hidden = update(LocalMessage).where(*left).values(version=version)
    return len((await session.execute(hidden.returning(LocalMessage.id))).all())


async def forget(session: AsyncSession, accounts: Sequence[str], these: ColumnElement[bool]) -> None:
    """Empty and hide what these phones show of these messages.

    The newest row of all keeps its version: pages ask for "newer than".
    """
    theirs = update(LocalMessage).where(LocalMessage.account.in_(accounts), these)
    await session.execute(theirs.values(text="", buttons=[], file_path="", file_name="", file_kind=""))
    newest = await newest_version(session)
    await session.execute(theirs.where(LocalMessage.version < newest).values(version=-1))
