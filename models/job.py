"""Slow work: downloads, pictures, documents. A turn writes the row, bot/work.py does it.

Any number of workers share the rows: who claims one holds it until `held_until`, and only who still holds it ends it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Index, and_, delete, exists, literal_column, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from models import quick
from models.base import Base, Owned, only

WHOSE = ("account", "person")
"""The values that say who asked for a job; the first of them counts."""


class JobState(StrEnum):
    """Where a job stands. A RUNNING one that nobody holds any more is done again."""

    DUE = "due"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Owned, Base):
    """`kind` a key of handlers.JOBS; `values` its arguments. Times: machine.

    `claim` is the token of who does it, "" while nobody does. Jobs of one `queue` are done one after another.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_state", "state", "not_before"),
        Index("ix_job_coming", "not_before", "id", **only(f"state = '{JobState.DUE}'")),
        Index("ix_job_queue", "queue", "state"),
    )

    kind: Mapped[str]
    values: Mapped[dict[str, Any]]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    error: Mapped[str] = mapped_column(default="")
    claim: Mapped[str] = mapped_column(default="", server_default="")
    held_until: Mapped[datetime | None]
    queue: Mapped[str | None]


IS_DUE = Job.state == literal_column(f"'{JobState.DUE}'")
"""In the words of ix_job_coming, which so leads to it."""
OPEN = select(Job.id).where(Job.state.in_((JobState.DUE, JobState.RUNNING))).limit(1)


def queue_of(kind: str, values: Mapping[str, Any]) -> str | None:
    """Return the queue of a job: what one person asks for of one kind comes in the order in which they asked."""
    return next((f"{kind}:{name}:{values[name]}" for name in WHOSE if name in values), None)


async def is_any_open(session: AsyncSession) -> bool:
    """Say whether any job is due, now or later, or being done: mostly there is none, and workers look often."""
    return bool(await quick.fetch(session, OPEN, {}))


async def reopen(session: AsyncSession, now: datetime, dropped: Sequence[str] | None = ()) -> None:
    """Make jobs due again whose holder let the time pass, and those of `dropped` claims: the caller's own of before.

    `dropped` None is every claim: there is no other worker, and this one holds nothing. What another transaction is
    just ending is passed over. A row without `held_until` is of the version before, of which one copy ran.
    """
    whose = true() if dropped is None else Job.claim.in_(dropped)
    nobody = or_(Job.held_until.is_(None), Job.held_until <= now, whose)
    left = select(Job.id).where(Job.state == JobState.RUNNING, nobody).with_for_update(skip_locked=True)
    await session.execute(update(Job).where(Job.id.in_(left)).values(state=JobState.DUE, claim=""))


async def claim(session: AsyncSession, token: str, now: datetime, until: datetime, limit: int = 1) -> Sequence[Job]:
    """Take the jobs that have been due longest and hold them until then; `token` must be fresh.

    A job waits while an earlier one of its queue is due or being done; one that waits for its next try holds up nobody.
    """
    before = aliased(Job)
    ahead = or_(before.state == JobState.RUNNING, and_(before.state == JobState.DUE, before.not_before <= now))
    first = ~exists().where(before.queue == Job.queue, before.id < Job.id, ahead)
    due = IS_DUE, Job.not_before <= now, or_(Job.queue.is_(None), first)
    query = select(Job).where(*due).order_by(Job.not_before, Job.id).limit(limit)
    rows = (await session.scalars(query.with_for_update(of=Job, skip_locked=True))).all()
    for row in rows:
        row.state, row.attempts, row.claim, row.held_until = JobState.RUNNING, row.attempts + 1, token, until
    return rows


def _ours(held: Job) -> ColumnElement[bool]:
    """Say which row is held as it was claimed: the version before, beside us, knows no claims but counts tries."""
    mine = Job.id == held.id, Job.claim == held.claim, Job.attempts == held.attempts
    return and_(Job.state == JobState.RUNNING, *mine)


async def is_ours(session: AsyncSession, held: Job) -> bool:
    """Say whether a claimed job is still the caller's, and keep everybody from it until this transaction ends."""
    return await session.scalar(select(Job.id).where(_ours(held)).with_for_update()) is not None


async def hold(session: AsyncSession, held: Job, until: datetime) -> bool:
    """Hold a claimed job for longer; say whether it is still the caller's."""
    longer = update(Job).where(_ours(held)).values(held_until=until).returning(Job.id)
    return await session.scalar(longer) is not None


async def end(session: AsyncSession, held: Job, state: JobState, **facts: Any) -> None:
    """Record how a claimed job ended, nothing where it is no longer the caller's."""
    await session.execute(update(Job).where(_ours(held)).values(state=state, claim="", **facts))


async def forget(session: AsyncSession, kind: str, mark: str) -> None:
    """Remove the job of a kind that was given this `mark` among its values."""
    query = select(Job.id, Job.values).where(Job.kind == kind)
    ids = [row_id for row_id, values in await session.execute(query) if values.get("mark") == mark]
    await session.execute(delete(Job).where(Job.id.in_(ids)))
