"""Pushes to many people while they go out: who began one, how far it is, whether somebody stopped it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, ForeignKey, and_, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned
from models.notice import Notice, NoticeKind
from models.outbox import STOPPED, Out, Outbox


class Push(Owned, Base):
    """`batch` as its notices carry it; `by_id` None: by the calendar, for all of the office. `written`: all are in."""

    __tablename__ = "push"

    kind: Mapped[str]
    batch: Mapped[str] = mapped_column(unique=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    people: Mapped[int]
    written: Mapped[bool]
    told_at: Mapped[datetime]  # plan time
    began_at: Mapped[datetime]  # machine time
    shown_at: Mapped[datetime]  # machine time of the last change of what the office sees
    stopped_at: Mapped[datetime | None]  # plan time
    stopped_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]  # machine time


@dataclass(frozen=True, slots=True)
class Progress:
    """How many messages of a push arrived, did not or may have, were stopped, are on the wire, and wait.

    `lately`: that went since it began, or was begun again.
    """

    sent: int = 0
    failed: int = 0
    stopped: int = 0
    on_the_wire: int = 0
    waiting: int = 0
    lately: int = 0


async def open_ones(session: AsyncSession, committee_id: int) -> Sequence[Push]:
    """Return those that have not ended."""
    query = select(Push).where(Push.committee_id == committee_id, Push.ended_at.is_(None))
    return (await session.scalars(query.order_by(Push.id))).all()


async def of_batch(session: AsyncSession, batch: str) -> Push | None:
    """Return a batch's push."""
    return (await session.scalars(select(Push).where(Push.batch == batch))).one_or_none()


async def progress(session: AsyncSession, batch: str, began: datetime) -> Progress:
    """Count where the messages of a batch stand; `began` machine time."""
    gone = and_(Outbox.state.in_(GONE), Outbox.claimed_at >= began)
    query = (
        select(Outbox.state, Outbox.error, func.count(), func.count(case((gone, 1))))
        .join(Notice, Notice.id == Outbox.notice_id)
        .where(Notice.batch == batch, Outbox.replaces_id.is_(None))
        .group_by(Outbox.state, Outbox.error)
    )
    found: dict[str, int] = {}
    for state, error, number, lately in await session.execute(query):
        found["lately"] = found.get("lately", 0) + lately
        name = "stopped" if error == STOPPED and state == Out.DEAD else _NAMES.get(state, "failed")
        found[name] = found.get(name, 0) + number
    return Progress(**found)


GONE = (Out.SENT, Out.DEAD, Out.UNKNOWN)
_NAMES: dict[str, str] = {Out.SENT: "sent", Out.SENDING: "on_the_wire", Out.DUE: "waiting", Out.CANCELLED: "stopped"}


async def cut(session: AsyncSession, batch: str, kind: str) -> int:
    """Send no more of a batch: an excerpt counts as not sent and can be sent later, all else is cancelled."""
    state = Out.DEAD if kind == NoticeKind.EXCERPT else Out.CANCELLED
    theirs = select(Notice.id).where(Notice.batch == batch)
    rest = update(Outbox).where(Outbox.notice_id.in_(theirs), Outbox.state == Out.DUE)
    statement = rest.values(state=state, error=STOPPED).execution_options(synchronize_session=False)
    return cast("CursorResult[Any]", await session.execute(statement)).rowcount
