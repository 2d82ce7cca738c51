"""A cursor into a dialogue with one account: what it is in the middle of. Nothing that is worth keeping."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import ForeignKey, Table, Update, bindparam, false, inspect, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import ahead, quick, rows
from models.account import Account
from models.base import Base, add_missing
from models.person import Person

AHEAD = "conversations"


class Conversation(Base):
    """`expects` a key of handlers.EXPECTS ("" nothing); `subject` the ids it is about; `menu_id` the last choices.

    `full_at` (machine time) and `slow_told` are the account's bucket, see handlers/rules/flood.py.
    """

    __tablename__ = "conversation"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), unique=True)
    expects: Mapped[str] = mapped_column(default="")
    subject: Mapped[dict[str, Any]]
    menu_id: Mapped[int | None]
    full_at: Mapped[datetime | None]
    slow_told: Mapped[bool] = mapped_column(default=False, server_default=false())


OF_ACCOUNTS = select(Conversation).where(Conversation.account_id.in_(bindparam("accounts", expanding=True)))


TABLE = cast("Table", Conversation.__table__)  # many rows at once, past the ORM
NAMES = ("expects", "subject", "menu_id", "full_at", "slow_told")


async def of_account(session: AsyncSession, account_id: int) -> Conversation:
    """Return the account's conversation, made if it is new."""
    if account_id in (kept := ahead.known(session, AHEAD)):
        found: Conversation = kept[account_id]
        return found
    return (await of_accounts(session, [account_id]))[account_id]


async def expecting(session: AsyncSession, bot_id: int, external_ids: Sequence[str], what: Sequence[str]) -> set[str]:
    """Return those of a bot's accounts whose conversation expects one of these."""
    theirs = Account.bot_id == bot_id, Account.external_id.in_(external_ids)
    query = select(Account.external_id).join(Conversation, Conversation.account_id == Account.id)
    return set(await session.scalars(query.where(*theirs, Conversation.expects.in_(what))))


async def read_ahead(session: AsyncSession, account_ids: Sequence[int]) -> None:
    """Read the conversations of many accounts about to be told something."""
    ahead.keep(session, AHEAD, await of_accounts(session, account_ids))


async def offer(session: AsyncSession, menus: Mapping[int, int]) -> None:
    """Note the last choices shown, {account id: message id}, of many accounts at once."""
    made = [{"account_id": each, "expects": "", "subject": {}, "menu_id": menus[each]} for each in menus]
    await add_missing(session, Conversation, made, ["account_id"])
    shown = update(TABLE).where(TABLE.c.account_id == bindparam("to")).values(menu_id=bindparam("message"))
    await session.execute(shown, [{"to": each, "message": message} for each, message in menus.items()])


def keep(session: AsyncSession, found: Iterable[Conversation]) -> None:
    """Write where these conversations are with all that this transaction says; nobody may ask for them after that."""
    for each in found:
        rows.gather(session, _write, each)


def _write(session: Session, found: Sequence[Conversation]) -> None:
    """Write only what changed: a push to many may have offered choices in the same transaction, past these rows."""
    alike: dict[tuple[str, ...], list[Conversation]] = {}
    for each in found:
        if (state := inspect(each)).modified:
            alike.setdefault(tuple(name for name in NAMES if name not in state.unmodified), []).append(each)
    for names, some in alike.items():
        values = [{"row_id": each.id, **{name: getattr(each, name) for name in names}} for each in some]
        quick.run_each(session, _change(names), values)
        for each in some:
            session.expunge(each)


@cache
def _change(names: tuple[str, ...]) -> Update:
    return update(TABLE).where(TABLE.c.id == bindparam("row_id")).values({name: bindparam(name) for name in names})


async def close(session: AsyncSession, message_ids: Sequence[int]) -> None:
    """Offer these messages' choices no more where they were shown last."""
    shown = update(TABLE).where(TABLE.c.menu_id.in_(message_ids))
    await session.execute(shown.values(menu_id=None))


async def busy(session: AsyncSession, account_ids: Sequence[int]) -> set[int]:
    """Return those of these accounts (ids) that are in the middle of something."""
    found = select(Conversation.account_id).where(Conversation.account_id.in_(account_ids), Conversation.expects != "")
    return set(await session.scalars(found))


async def of_people(session: AsyncSession, people: Sequence[int], expects: str) -> list[tuple[Person, Conversation]]:
    """Return the conversations of these people (ids) that are in the middle of this."""
    query = (
        select(Person, Conversation)
        .join(Account, Account.person_id == Person.id)
        .join(Conversation, Conversation.account_id == Account.id)
        .where(Person.id.in_(people), Conversation.expects == expects)
        .order_by(Person.id, Conversation.id)
    )
    return [(who, found) for who, found in await session.execute(query)]


async def of_accounts(session: AsyncSession, account_ids: Sequence[int]) -> dict[int, Conversation]:
    """Return {account id: its conversation}, made where it is new."""
    known = await session.scalars(OF_ACCOUNTS, {"accounts": quick.padded(account_ids)})
    found = {each.account_id: each for each in known}
    new = [each for each in account_ids if each not in found]
    if not new:
        return found
    made: list[dict[str, Any]] = [{"account_id": each, "expects": "", "subject": {}, "menu_id": None} for each in new]
    await add_missing(session, Conversation, made, ["account_id"])
    added = await session.scalars(OF_ACCOUNTS, {"accounts": quick.padded(new)})
    return found | {each.account_id: each for each in added}
