"""A cursor into a dialogue with one account: what it is in the middle of. Nothing that is worth keeping."""

from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Conversation(Base):
    """`expects` a key of handlers.EXPECTS ("" nothing); `subject` the ids it is about; `menu_id` the last choices."""

    __tablename__ = "conversation"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), unique=True)
    expects: Mapped[str] = mapped_column(default="")
    subject: Mapped[dict[str, Any]]
    menu_id: Mapped[int | None]


async def of_account(session: AsyncSession, account_id: int) -> Conversation:
    """Return the account's conversation, made if it is new."""
    found = (await session.scalars(select(Conversation).where(Conversation.account_id == account_id))).one_or_none()
    if found is None:
        found = Conversation(account_id=account_id, expects="", subject={}, menu_id=None)
        session.add(found)
        await session.flush()
    return found
