"""Which reminder reached whom about which obligation, and what came back."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Reminder(Base):
    """`occurrence` "T-5", "T0", "+2" …; "new" (just given or joined), "snooze…"; `reply` the branch's words."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("obligation_id", "occurrence", "person_id", "version"),
        Index("ix_reminder_day", "person_id", "day"),
    )

    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"), index=True)
    occurrence: Mapped[str]
    version: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    day: Mapped[date]  # plan day in the committee's zone
    reply: Mapped[str] = mapped_column(default="")
    replied_at: Mapped[datetime | None]  # plan time
    replied_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


SNOOZE = "snooze"
"""An occurrence at an hour the person chose: it does not count as the day's reminder."""


async def told_on(session: AsyncSession, person_ids: Sequence[int], day: date) -> dict[int, set[int]]:
    """Return {person id: obligation ids they were reminded of on a day}; what they snoozed does not count."""
    rows = await session.execute(
        select(Reminder.person_id, Reminder.obligation_id).where(
            Reminder.day == day, Reminder.person_id.in_(person_ids), ~Reminder.occurrence.startswith(SNOOZE)
        )
    )
    found: dict[int, set[int]] = {}
    for person_id, obligation_id in rows:
        found.setdefault(person_id, set()).add(obligation_id)
    return found


async def of_obligation(session: AsyncSession, obligation_id: int) -> Sequence[Reminder]:
    """Return all reminders of an obligation, newest first."""
    return (
        await session.scalars(
            select(Reminder).where(Reminder.obligation_id == obligation_id).order_by(Reminder.id.desc())
        )
    ).all()
