"""Accounts: where a person can be heard and written to, on one bot. Strangers have one without a person."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, UniqueConstraint, bindparam, false, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import ahead
from models.base import Base
from models.bot import Bot

AHEAD = "accounts"


class Account(Base):
    """`external_id` is the platform's id as text; `reachable` False once the platform said so.

    `lost_why` says why (blocked | deactivated | not_found | not_started | refused) and stays, with `lost_at`, until the
    account was welcomed back. `refusals`: sends in a row that the platform refused. `codes_told`: what a message's code
    is for was said here.
    """

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("bot_id", "external_id"),)

    bot_id: Mapped[int] = mapped_column(ForeignKey("bot.id"))
    external_id: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    reachable: Mapped[bool]
    lost_at: Mapped[datetime | None]  # plan time
    lost_why: Mapped[str] = mapped_column(default="", server_default="")
    greeted_at: Mapped[datetime | None]  # machine time: a stranger gets one courteous line, then nothing for a while
    wrong_codes: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]  # machine time
    stale_menu: Mapped[bool] = mapped_column(default=False, index=True)  # its person's roles changed
    preferred: Mapped[bool] = mapped_column(default=False, server_default=false())  # pushes go here, if they can
    refusals: Mapped[int] = mapped_column(default=0, server_default="0")
    codes_told: Mapped[bool] = mapped_column(default=False, server_default=false())


class AccountAlias(Base):
    """An id under which an account was known before: what was said to it late still finds the account."""

    __tablename__ = "account_alias"
    __table_args__ = (UniqueConstraint("bot_id", "external_id"),)

    bot_id: Mapped[int] = mapped_column(ForeignKey("bot.id"))
    external_id: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)


HEARD = select(Account).where(
    Account.bot_id == bindparam("bot"), Account.external_id.in_(bindparam("external_ids", expanding=True))
)


async def heard_from(session: AsyncSession, bot_id: int, external_id: str) -> Account:
    """Return the account, made if it is new. Hearing from it proves that it can be reached."""
    return (await all_heard_from(session, bot_id, [external_id]))[external_id]


async def all_heard_from(session: AsyncSession, bot_id: int, external_ids: Sequence[str]) -> dict[str, Account]:
    """Return {external id: its account}, made where it is new."""
    known = await session.scalars(HEARD, {"bot": bot_id, "external_ids": list(external_ids)})
    found = {each.external_id: each for each in known}
    if missing := [each for each in external_ids if each not in found]:
        found |= await _under_old_ids(session, bot_id, missing)
    new = {each: _new(bot_id, each) for each in external_ids if each not in found}
    if new:
        session.add_all(new.values())
        await session.flush()
    return found | new


async def _under_old_ids(session: AsyncSession, bot_id: int, external_ids: Sequence[str]) -> dict[str, Account]:
    query = select(AccountAlias.external_id, Account).join(Account, Account.id == AccountAlias.account_id)
    aliased = query.where(AccountAlias.bot_id == bot_id, AccountAlias.external_id.in_(external_ids))
    return {row[0]: row[1] for row in await session.execute(aliased)}


async def lose(session: AsyncSession, account_id: int, why: str, at: datetime) -> None:
    """Note that an account cannot be written to (`at` plan time, of the first time)."""
    found = await session.get_one(Account, account_id)
    found.lost_at = found.lost_at if found.lost_at and not found.reachable else at
    found.reachable, found.lost_why = False, why


async def refused(session: AsyncSession, account_id: int) -> int:
    """Count a send that the platform refused; return how many those were in a row."""
    one_more = update(Account).where(Account.id == account_id).values(refusals=Account.refusals + 1)
    return (await session.scalars(one_more.returning(Account.refusals))).one()


async def taken(session: AsyncSession, account_id: int) -> None:
    """Note that the platform took a message for the account again."""
    await session.execute(update(Account).where(Account.id == account_id).values(refusals=0))


async def move(session: AsyncSession, account_id: int, external_id: str) -> Account:
    """Give an account the id it now lives under; the old one stays an alias. Return the account that lives there.

    Where somebody was heard under the new id already, that account stays (people are in the middle of something there)
    and takes the person over, unless it has one of its own.
    """
    moved = await session.get_one(Account, account_id)
    old, living = moved.external_id, await known(session, moved.bot_id, external_id)
    if living is moved:
        return moved
    if living is None:
        living, moved.external_id = moved, external_id
    else:
        living.person_id = living.person_id or moved.person_id
        moved.person_id, moved.reachable = None, False
        moved.external_id = f"moved:{moved.id}:{old}"
    await session.flush()
    aliases = update(AccountAlias).where(AccountAlias.account_id == moved.id)
    await session.execute(aliases.values(account_id=living.id))
    session.add(AccountAlias(bot_id=living.bot_id, external_id=old, account_id=living.id))
    await session.flush()
    return living


def _new(bot_id: int, external_id: str) -> Account:
    return Account(
        bot_id=bot_id,
        external_id=external_id,
        person_id=None,
        reachable=True,
        lost_at=None,
        greeted_at=None,
        locked_until=None,
    )


async def of_person(session: AsyncSession, person_id: int) -> Sequence[Account]:
    """Return a person's accounts: those that can be reached first, of these the one they chose, then the oldest."""
    if person_id in (kept := ahead.known(session, AHEAD)):
        return sorted(kept[person_id], key=lambda each: (not each.reachable, not each.preferred, each.id))
    order = (Account.reachable.desc(), Account.preferred.desc(), Account.id)
    return (await session.scalars(select(Account).where(Account.person_id == person_id).order_by(*order))).all()


async def prefer(session: AsyncSession, person_id: int, account_id: int) -> None:
    """Let what is pushed to a person go to this account of theirs, as long as it can be reached."""
    theirs = update(Account).where(Account.person_id == person_id)
    await session.execute(theirs.values(preferred=Account.id == account_id))


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a person is reached."""

    person_id: int
    account_id: int
    bot_id: int


async def reached(
    session: AsyncSession, person_ids: Sequence[int], failing: Container[int], *which: ColumnElement[bool]
) -> list[Reached]:
    """Return the account on which each of these people is reached, in the order given; who is on none is left out.

    Of several accounts (`which` narrows them) it is the one they chose, else the oldest, but rather on a bot that is
    not `failing` (ids).
    """
    query = select(Account.person_id, Account.id, Account.bot_id, Account.preferred).where(
        Account.person_id.in_(person_ids), Account.reachable.is_(True), *which
    )
    rows = [row for row in await session.execute(query) if row.person_id is not None]
    rows.sort(key=lambda row: (row.bot_id in failing, not row.preferred, row.id), reverse=True)
    found = {row.person_id: Reached(row.person_id, row.id, row.bot_id) for row in rows}
    return [found[each] for each in person_ids if each in found]


async def read_ahead(session: AsyncSession, person_ids: Sequence[int]) -> list[Account]:
    """Read the accounts of many people about to be told something; return them."""
    found = (await session.scalars(select(Account).where(Account.person_id.in_(person_ids)))).all()
    theirs: dict[int, list[Account]] = {each: [] for each in person_ids}
    for each in found:
        theirs[each.person_id or 0].append(each)
    ahead.keep(session, AHEAD, theirs)
    return list(found)


async def known(session: AsyncSession, bot_id: int, external_id: str) -> Account | None:
    """Return the account if it was ever heard from."""
    query = select(Account).where(Account.bot_id == bot_id, Account.external_id == external_id)
    if found := (await session.scalars(query)).one_or_none():
        return found
    return (await _under_old_ids(session, bot_id, [external_id])).get(external_id)


async def is_somebodys(session: AsyncSession, setting: str, external_id: str) -> bool:
    """Say whether a chat of the bot of that setting belongs to a person."""
    query = select(Account.person_id).join(Bot, Bot.id == Account.bot_id)
    found = await session.scalars(query.where(Bot.setting == setting, Account.external_id == external_id))
    return found.first() is not None


async def with_stale_menu(session: AsyncSession, bot_id: int, limit: int) -> Sequence[Account]:
    """Return accounts of a bot whose command menu no longer fits."""
    query = select(Account).where(Account.bot_id == bot_id, Account.stale_menu.is_(True), Account.reachable.is_(True))
    return (await session.scalars(query.order_by(Account.id).limit(limit))).all()


async def without_codes(session: AsyncSession, account_ids: Sequence[int]) -> set[int]:
    """Return those of these accounts (ids) to which it was never said what the code of a message is for."""
    query = select(Account.id).where(Account.id.in_(account_ids), Account.codes_told.is_(False))
    return set(await session.scalars(query))


async def tell_codes(session: AsyncSession, account_ids: Sequence[int]) -> None:
    """Note that it is being said to these accounts (ids)."""
    await session.execute(update(Account).where(Account.id.in_(account_ids)).values(codes_told=True))


async def menu_set(session: AsyncSession, account_id: int) -> None:
    """Note that an account's menu fits again."""
    await session.execute(update(Account).where(Account.id == account_id).values(stale_menu=False))


async def roles_changed(session: AsyncSession, person_id: int) -> None:
    """Note that the menus of a person's accounts no longer fit."""
    await session.execute(update(Account).where(Account.person_id == person_id).values(stale_menu=True))
