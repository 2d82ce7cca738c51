"""A cursor into a dialogue with one account: what it is in the middle of. Nothing that is worth keeping."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import ForeignKey, Table, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import ahead
from models.base import Base, add_missing

AHEAD = "conversations"


class Conversation(Base):
    """`expects` a key of handlers.EXPECTS ("" nothing); `subject` the ids it is about; `menu_id` the last choices."""

    __tablename__ = "conversation"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), unique=True)
    expects: Mapped[str] = mapped_column(default="")
    subject: Mapped[dict[str, Any]]
    menu_id: Mapped[int | None]


OF_ACCOUNTS = select(Conversation).where(Conversation.account_id.in_(bindparam("accounts", expanding=True)))


TABLE = cast("Table", Conversation.__table__)  # many rows at once, past the ORM


async def of_account(session: AsyncSession, account_id: int) -> Conversation:
    """Return the account's conversation, made if it is new."""
    if account_id in (kept := ahead.known(session, AHEAD)):
        found: Conversation = kept[account_id]
        return found
    return (await of_accounts(session, [account_id]))[account_id]


async def read_ahead(session: AsyncSession, account_ids: Sequence[int]) -> None:
    """Read the conversations of many accounts about to be told something."""
    ahead.keep(session, AHEAD, await of_accounts(session, account_ids))


async def offer(session: AsyncSession, menus: Mapping[int, int]) -> None:
    """Note the last choices shown, {account id: message id}, of many accounts at once."""
    rows = [{"account_id": each, "expects": "", "subject": {}, "menu_id": menus[each]} for each in menus]
    await add_missing(session, Conversation, rows, ["account_id"])
    shown = update(TABLE).where(TABLE.c.account_id == bindparam("to")).values(menu_id=bindparam("message"))
    await session.execute(shown, [{"to": each, "message": message} for each, message in menus.items()])


async def of_accounts(session: AsyncSession, account_ids: Sequence[int]) -> dict[int, Conversation]:
    """Return {account id: its conversation}, made where it is new."""
    known = await session.scalars(OF_ACCOUNTS, {"accounts": list(account_ids)})
    found = {each.account_id: each for each in known}
    new = [each for each in account_ids if each not in found]
    if not new:
        return found
    rows: list[dict[str, Any]] = [{"account_id": each, "expects": "", "subject": {}, "menu_id": None} for each in new]
    await add_missing(session, Conversation, rows, ["account_id"])
    return found | {each.account_id: each for each in await session.scalars(OF_ACCOUNTS, {"accounts": new})}
