"""What was heard, as the platform sent it: stored before anything else happens."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, Table, UniqueConstraint, bindparam, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from models import quick
from models.base import Base, Utc, insert_new, only


class Inbox(Base):
    """`key` the platform's id of the update; `account` whose it is ("" unknown); `raw` emptied once done."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("bot_id", "key"),
        Index("ix_inbox_waiting", "bot_id", "id", **only("done_at IS NULL")),
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
    outcome: Mapped[str] = mapped_column(default="")  # done | set_aside | nothing | flood | unread


UNREAD = "unread"
"""The outcome so far of an update that no reader took: it is tried a few times, as what a handler fails at."""
TABLE = cast("Table", Inbox.__table__)  # past the ORM


def topic(bot_id: int) -> str:
    """Return what `Database.watch` calls messages heard by one bot."""
    return f"heard:{bot_id}"


async def store(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> int:
    """Insert updates not seen before; return how many were new."""
    statement = insert_new(session.sync_session, TABLE, ("bot_id", "key"), ("id",))
    return len(await quick.fetch_each(session, statement, rows))


def refused(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row of an update as any database takes it: set aside, its text as ASCII for the operator."""
    kept = {"refused": json.dumps(row["raw"], ensure_ascii=True)}
    return {**row, "account": "", "raw": kept, "done_at": row["received_at"], "outcome": "set_aside"}


NOW = bindparam("now", type_=Utc())
OLDEST = aliased(Inbox)
WAITING = (
    select(OLDEST.id, OLDEST.account, OLDEST.outcome, OLDEST.not_before)
    .where(OLDEST.bot_id == bindparam("bot_id"), OLDEST.done_at.is_(None))
    .order_by(OLDEST.id)
    .limit(bindparam("window"))
    .subquery("waiting")
)
"""The oldest undone messages of a bot: the first of each account among them is the account's oldest.

Only their ids lead to the rows: what is said of `done_at` once more, for who waited for another to be done with one,
is put so that no index fits. PostgreSQL, which takes the queue to be as short as it was hours ago, would read it once
for each of its own rows.
"""
UNDONE = select(func.count()).select_from(WAITING).scalar_subquery()
TAKE = (
    select(Inbox.id, Inbox.account, Inbox.raw, Inbox.spoken_at, UNDONE)
    .where(
        Inbox.id.in_(
            select(func.min(WAITING.c.id))
            .where(or_(WAITING.c.outcome != UNREAD, WAITING.c.not_before <= NOW))
            .group_by(WAITING.c.account)
            .scalar_subquery()
        ),
        case((Inbox.done_at.is_(None), True), else_=False),
        Inbox.not_before <= NOW,
    )
    .order_by(Inbox.id)
    .limit(bindparam("limit"))
    .with_for_update(of=Inbox, skip_locked=True)  # each row is one worker's until its transaction ends
)
WINDOW = 8
"""Times as many undone messages are looked at first as may be taken: enough, unless a few people wrote them all."""
ALL = 2**31 - 1
CLOSE = (
    update(TABLE)
    .where(Inbox.id.in_(bindparam("rows", expanding=True)))
    .values(done_at=bindparam("now"), outcome=bindparam("became"), raw={})
)
SET_ASIDE = CLOSE.values(raw=Inbox.raw)  # the operator may look at it, a later version may read it


@dataclass(slots=True)
class Taken:
    """A message that is to be handled. `outcome` is set where it cannot be."""

    id: int
    account: str
    raw: dict[str, Any]
    spoken_at: datetime
    outcome: str = ""


async def take(session: AsyncSession, bot_id: int, now: datetime, limit: int = 64) -> tuple[list[Taken], int]:
    """Return the oldest undone message of up to `limit` different accounts, and how many more are undone at least.

    A message that waits for another try holds back its account's later ones, nobody else's; one that could not be
    read holds back none. However many are undone, the oldest few are looked at: all of them only where those do not do.
    """
    for window in (limit * WINDOW, ALL):
        values = {"bot_id": bot_id, "now": now, "limit": limit, "window": window}
        found = await quick.fetch(session, TAKE, values)
        undone = max((undone for *_, undone in found), default=0)
        if len(found) == limit or 0 < undone < window:
            break
    return [Taken(*facts) for *facts, _ in found], max(undone - len(found), 0)


async def one(session: AsyncSession, row_id: int, now: datetime) -> Taken | None:
    """Return a message that is to be handled now, None for one that was or waits; waits for who handles it."""
    row = await session.get(Inbox, row_id, with_for_update=True)
    ready = row and row.done_at is None and row.not_before <= now
    return Taken(row.id, row.account, row.raw, row.spoken_at) if row and ready else None


WAIT = update(TABLE).where(TABLE.c.id == bindparam("row_id")).values(not_before=bindparam("until"))


async def wait(session: AsyncSession, row_id: int, until: datetime) -> None:
    """Let a message be taken no sooner (machine time)."""
    await session.execute(WAIT, {"row_id": row_id, "until": until})


async def close(session: AsyncSession, row_ids: Sequence[int], now: datetime, outcome: str = "done") -> None:
    """Mark messages done and forget their texts, but for those set aside."""
    if row_ids:
        statement = SET_ASIDE if outcome == "set_aside" else CLOSE
        await quick.fetch(session, statement, {"rows": list(row_ids), "now": now, "became": outcome})
