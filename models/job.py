"""Slow work: downloads, pictures, documents. A turn writes the row, bot/work.py does it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned


class JobState(StrEnum):
    """Where a job stands. A job found RUNNING when none is being done is done again."""

    DUE = "due"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Owned, Base):
    """`kind` a key of handlers.JOBS; `values` its arguments. Times: machine."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_queue", "state", "not_before"),)

    kind: Mapped[str]
    values: Mapped[dict[str, Any]]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    error: Mapped[str] = mapped_column(default="")


async def reopen(session: AsyncSession) -> None:
    """Make jobs due again that nobody is doing: there is one worker, and it asks for this between its jobs."""
    await session.execute(update(Job).where(Job.state == JobState.RUNNING).values(state=JobState.DUE))


async def forget(session: AsyncSession, kind: str, mark: str) -> None:
    """Remove the job of a kind that was given this `mark` among its values."""
    query = select(Job.id, Job.values).where(Job.kind == kind)
    ids = [row_id for row_id, values in await session.execute(query) if values.get("mark") == mark]
    await session.execute(delete(Job).where(Job.id.in_(ids)))


async def claim(session: AsyncSession, now: datetime, limit: int = 4) -> Sequence[Job]:
    """Take the oldest jobs that are due and mark them running."""
    rows = (
        await session.scalars(
            select(Job)
            .where(Job.state == JobState.DUE, Job.not_before <= now)
            .order_by(Job.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    ).all()
    for row in rows:
        row.state, row.attempts = JobState.RUNNING, row.attempts + 1
    return rows
