"""Which reminder reached whom about which obligation, and what came back."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Reminder(Base):
    """`occurrence` "T-5", "T0", "+2" …; `reply` the branch's own words, "" until it answered."""

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
