"""Accounts: where a person can be heard and written to, on one bot. Strangers have one without a person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import ahead
from models.base import Base

AHEAD = "accounts"


class Account(Base):
    """`external_id` is the platform's id as text; `reachable` False once the platform said so."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("bot_id", "external_id"),)

    bot_id: Mapped[int] = mapped_column(ForeignKey("bot.id"))
    external_id: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    reachable: Mapped[bool]
    greeted_at: Mapped[datetime | None]  # machine time: a stranger gets one courteous line, then nothing for a while
    wrong_codes: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]  # machine time
    stale_menu: Mapped[bool] = mapped_column(default=False, index=True)  # its person's roles changed


async def heard_from(session: AsyncSession, bot_id: int, external_id: str) -> Account:
    """Return the account, made if it is new. Hearing from it proves that it can be reached."""
    return (await all_heard_from(session, bot_id, [external_id]))[external_id]


async def all_heard_from(session: AsyncSession, bot_id: int, external_ids: Sequence[str]) -> dict[str, Account]:
    """Return {external id: its account}, made where it is new."""
    known = select(Account).where(Account.bot_id == bot_id, Account.external_id.in_(external_ids))
    found = {each.external_id: each for each in await session.scalars(known)}
    new = {each: _new(bot_id, each) for each in external_ids if each not in found}
    if new:
        session.add_all(new.values())
        await session.flush()
    return found | new


def _new(bot_id: int, external_id: str) -> Account:
    return Account(
        bot_id=bot_id, external_id=external_id, person_id=None, reachable=True, greeted_at=None, locked_until=None
    )


async def of_person(session: AsyncSession, person_id: int) -> Sequence[Account]:
    """Return a person's accounts, those that can be reached first, oldest first."""
    if person_id in (kept := ahead.known(session, AHEAD)):
        return sorted(kept[person_id], key=lambda each: (not each.reachable, each.id))
    return (
        await session.scalars(
            select(Account).where(Account.person_id == person_id).order_by(Account.reachable.desc(), Account.id)
        )
    ).all()


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
    return (
        await session.scalars(select(Account).where(Account.bot_id == bot_id, Account.external_id == external_id))
    ).one_or_none()


async def with_stale_menu(session: AsyncSession, bot_id: int, limit: int) -> Sequence[Account]:
    """Return accounts of a bot whose command menu no longer fits."""
    query = select(Account).where(Account.bot_id == bot_id, Account.stale_menu.is_(True), Account.reachable.is_(True))
    return (await session.scalars(query.order_by(Account.id).limit(limit))).all()


async def menu_set(session: AsyncSession, account_id: int) -> None:
    """Note that an account's menu fits again."""
    await session.execute(update(Account).where(Account.id == account_id).values(stale_menu=False))


async def roles_changed(session: AsyncSession, person_id: int) -> None:
    """Note that the menus of a person's accounts no longer fit."""
    await session.execute(update(Account).where(Account.person_id == person_id).values(stale_menu=True))
