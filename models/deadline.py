"""What is due: a duty with its verbatim wording and the last day that is on time. Versions are never rewritten."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned


class DueMode(StrEnum):
    """How the plan words it: strictly before the day, or until the end of it."""

    BEFORE = "before"
    BY = "by"


class Deadline(Owned, Base):
    """One per duty and period (`period` "" or "2024-Q2"). Dates are plan days in the committee's zone.

    `set_by_office`: the plan names no day, the office did ("mốc Văn phòng đặt"). `grace`: the due day itself
    counts as in time with its own number. `cancelled`: kept for the record, never chased.
    """

    __tablename__ = "deadline"
    __table_args__ = (UniqueConstraint("campaign_id", "name", "period", "version"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    name: Mapped[str]  # key in plan.yaml, e.g. study_report
    period: Mapped[str]
    version: Mapped[int]
    form_name: Mapped[str]
    title: Mapped[str]  # "Báo cáo kết quả học tập Chuyên đề năm 2024"
    short_title: Mapped[str]
    duties: Mapped[list[Any]]
    due_text: Mapped[str]  # verbatim, "" where the plan is silent
    due_mode: Mapped[str]
    due_date: Mapped[date]
    last_on_time: Mapped[date]
    grace: Mapped[bool]
    set_by_office: Mapped[bool]
    example: Mapped[str]  # how a reply may look, shown in the reminder
    superseded: Mapped[bool] = mapped_column(default=False)
    cancelled: Mapped[bool] = mapped_column(default=False)
    unplanned: Mapped[bool] = mapped_column(default=True)  # not every branch has its part of it yet


async def planned(session: AsyncSession, campaign_id: int) -> set[tuple[str, str]]:
    """Return (name, period) of the deadlines that were ever planned."""
    rows = await session.execute(select(Deadline.name, Deadline.period).where(Deadline.campaign_id == campaign_id))
    return {(name, period) for name, period in rows}


async def current(session: AsyncSession, campaign_id: int) -> Sequence[Deadline]:
    """Return the deadlines in force, soonest first."""
    return (
        await session.scalars(
            select(Deadline)
            .where(
                Deadline.campaign_id == campaign_id,
                Deadline.superseded.is_(False),
                Deadline.cancelled.is_(False),
            )
            .order_by(Deadline.last_on_time, Deadline.id)
        )
    ).all()
