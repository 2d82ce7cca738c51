"""What a person is told: once per dedupe key, whatever the number of platform messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, bindparam, false, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import ahead, quick
from models.base import Base, Owned, added


class NoticeKind(StrEnum):
    """Why it is said. All but ANSWER and ITEM are pushes: held before the start and while paused."""

    ANSWER = "answer"  # to the person's own act
    ITEM = "item"  # something to decide or to know at once, from another person's act
    REMINDER = "reminder"
    EXCERPT = "excerpt"
    BRIEF = "brief"
    URGE = "urge"  # by hand, from the office
    BROADCAST = "broadcast"


PRIORITY = {
    NoticeKind.ANSWER: 0,
    NoticeKind.ITEM: 1,
    NoticeKind.URGE: 2,
    NoticeKind.BRIEF: 2,
    NoticeKind.REMINDER: 3,
}
"""Lower goes first; what is not named goes last (9)."""


class Notice(Owned, Base):
    """`obligations` it is about, in the order the person saw them numbered; `batch` groups one push to many.

    `turned`: a platform refused it, and it went to another account of the person: from there it goes nowhere else.
    """

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_batch", "batch"), Index(None, "person_id", "told_at"))

    dedupe_key: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[str]
    template: Mapped[str]
    details: Mapped[dict[str, Any]]  # the template's values, for the audit of what was said
    obligations: Mapped[list[Any]]
    batch: Mapped[str] = mapped_column(default="")
    told_at: Mapped[datetime]  # plan time
    turned: Mapped[bool] = mapped_column(default=False, server_default=false())


async def last_to(session: AsyncSession, account_id: int) -> Notice | None:
    """Return the last thing said to an account."""
    return (
        await session.scalars(select(Notice).where(Notice.account_id == account_id).order_by(Notice.id.desc()).limit(1))
    ).first()


async def last_answer(session: AsyncSession, account_id: int) -> datetime | None:
    """Return when an account was last answered (plan time)."""
    answers = Notice.account_id == account_id, Notice.kind == NoticeKind.ANSWER
    return (await session.scalars(select(func.max(Notice.told_at)).where(*answers))).first()


async def add_all(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Write many notices at once; return {dedupe key: id} of those whose key was not used before."""
    return dict(await added(session, Notice, rows, ["dedupe_key"], "dedupe_key", "id"))


LAST = "last_kinds"


async def last_kind(session: AsyncSession, account_id: int) -> str | None:
    """Return why the last thing said to an account was said.

    What waits to be written does not concern it: of others' turns only what is told, and that is written at once.
    """
    if account_id in (kept := ahead.known(session, LAST)):
        kind: str | None = kept[account_id]
        return kind
    query = select(Notice.kind).where(Notice.account_id == account_id).order_by(Notice.id.desc()).limit(1)
    return (await session.scalars(query, execution_options={"autoflush": False})).first()


NEWEST = (
    select(func.max(Notice.id))
    .where(Notice.account_id.in_(bindparam("accounts", expanding=True)))
    .group_by(Notice.account_id)
)
LAST_KINDS = select(Notice.account_id, Notice.kind).where(Notice.id.in_(NEWEST))


async def read_last_kinds(session: AsyncSession, account_ids: Sequence[int]) -> None:
    """Read ahead why the last thing was said to each of these accounts."""
    found = await quick.fetch(session, LAST_KINDS, {"accounts": list(account_ids)})
    ahead.keep(session, LAST, dict.fromkeys(account_ids) | dict(found))


def said(session: AsyncSession, account_id: int) -> None:
    """Forget what was read ahead: something is being said to this account."""
    ahead.known(session, LAST).pop(account_id, None)


async def reminded(session: AsyncSession, person_ids: Sequence[int], since: datetime) -> set[int]:
    """Return who was reminded of something since a moment."""
    which = Notice.kind == NoticeKind.REMINDER, Notice.person_id.in_(person_ids), Notice.told_at >= since
    return {each for each in await session.scalars(select(Notice.person_id).where(*which)) if each}


async def urged(session: AsyncSession, person_ids: Sequence[int], since: datetime) -> set[int]:
    """Return which of these people the office urged by hand since a moment of plan time."""
    query = select(Notice.person_id).where(
        Notice.kind == NoticeKind.URGE, Notice.person_id.in_(person_ids), Notice.told_at >= since
    )
    return {each for each in await session.scalars(query) if each is not None}


async def of_batch(session: AsyncSession, batch: str) -> Sequence[Notice]:
    """Return what one push said to everyone."""
    return (await session.scalars(select(Notice).where(Notice.batch == batch).order_by(Notice.id))).all()


async def leave_batch(session: AsyncSession, batch: str) -> None:
    """Let what was said under this name stand by itself: it is changed no more."""
    await session.execute(update(Notice).where(Notice.batch == batch).values(batch=""))


@dataclass(frozen=True, slots=True)
class Push:
    """One push to many: when the first of it was told (plan time) and to how many people."""

    kind: str
    batch: str
    told_at: datetime
    people: int


async def pushes(session: AsyncSession, committee_id: int, kinds: Sequence[str], limit: int) -> list[Push]:
    """Return the latest pushes of these kinds, newest first."""
    first = func.min(Notice.told_at)
    rows = await session.execute(
        select(Notice.kind, Notice.batch, first, func.count(Notice.person_id.distinct()))
        .where(Notice.committee_id == committee_id, Notice.kind.in_(kinds), Notice.batch != "")
        .group_by(Notice.kind, Notice.batch)
        .order_by(first.desc(), Notice.batch)
        .limit(limit)
    )
    return [Push(*row) for row in rows]


async def of_push(session: AsyncSession, committee_id: int, kind: str, batch: str) -> Sequence[Notice]:
    """Return what a push said to everyone, one row a person and message."""
    query = select(Notice).where(Notice.committee_id == committee_id, Notice.kind == kind, Notice.batch == batch)
    return (await session.scalars(query.order_by(Notice.id))).all()
