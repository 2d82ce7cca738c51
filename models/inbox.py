"""What was heard, as the platform sent it: stored before anything else happens."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, Table, UniqueConstraint, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from models.base import Base, Utc, add_new


class Inbox(Base):
    """`key` the platform's id of the update; `account` whose it is ("" unknown); `raw` emptied once done."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("bot_id", "key"),
        Index("ix_inbox_queue", "done_at", "bot_id", "account", "id"),
    )

    bot_id: Mapped[int] = mapped_column(ForeignKey("bot.id"))
    key: Mapped[str]
    account: Mapped[str]
    raw: Mapped[dict[str, Any]]
    spoken_at: Mapped[datetime]  # plan time: the moment that counts
    received_at: Mapped[datetime]  # machine time
    not_before: Mapped[datetime]  # machine time
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]  # machine time
    outcome: Mapped[str] = mapped_column(default="")  # done | set_aside | nothing | flood


async def store(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> int:
    """Insert updates not seen before; return how many were new."""
    return await add_new(session, Inbox, rows, ("bot_id", "key"))


OLDEST = aliased(Inbox)
UNDONE = (
    select(func.count(OLDEST.id))
    .where(OLDEST.bot_id == bindparam("bot_id"), OLDEST.done_at.is_(None))
    .scalar_subquery()
)
TAKE = (
    select(Inbox, UNDONE)
    .where(
        Inbox.id.in_(
            select(func.min(OLDEST.id))
            .where(OLDEST.bot_id == bindparam("bot_id"), OLDEST.done_at.is_(None))
            .group_by(OLDEST.account)
            .scalar_subquery()
        ),
        Inbox.not_before <= bindparam("now", type_=Utc()),
    )
    .order_by(Inbox.id)
    .limit(bindparam("limit"))
)
CLOSE = (
    update(cast("Table", Inbox.__table__))
    .where(Inbox.id == bindparam("row_id"))
    .values(done_at=bindparam("now"), outcome=bindparam("became"), raw={})
)
SET_ASIDE = CLOSE.values(raw=Inbox.raw)  # the operator may look at it, a later version may read it


async def take(session: AsyncSession, bot_id: int, now: datetime, limit: int = 64) -> tuple[list[Inbox], int]:
    """Return the oldest undone message of up to `limit` different accounts, and how many more are undone.

    A message that waits for another try holds back its account's later ones, nobody else's.
    """
    found = (await session.execute(TAKE, {"bot_id": bot_id, "now": now, "limit": limit})).all()
    return [row for row, _ in found], max(undone for _, undone in found) - len(found) if found else 0


async def close(session: AsyncSession, row_ids: Sequence[int], now: datetime, outcome: str = "done") -> None:
    """Mark messages done and forget their texts, but for those set aside."""
    if row_ids:
        statement = SET_ASIDE if outcome == "set_aside" else CLOSE
        await session.execute(statement, [{"row_id": each, "now": now, "became": outcome} for each in row_ids])


async def drop_beyond(session: AsyncSession, bot_id: int, account: str, most: int, now: datetime) -> int:
    """Close an account's undone messages beyond the `most` oldest, as not kept; return how many."""
    undone = select(Inbox.id).where(Inbox.bot_id == bot_id, Inbox.account == account, Inbox.done_at.is_(None))
    beyond = (await session.scalars(undone.order_by(Inbox.id).offset(most))).all()
    await close(session, beyond, now, "flood")
    return len(beyond)
