"""What is due: a duty with its verbatim wording and the last day that is on time. Versions are never rewritten."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Select, UniqueConstraint, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned, find
from models.campaign import Campaign, CampaignState

STILL_SHOWN = timedelta(days=30)
"""So long before a new plan began an earlier one's deadline may lie and still be told of."""


class DueMode(StrEnum):
    """How the plan words it: strictly before the day, or until the end of it."""

    BEFORE = "before"
    BY = "by"


class Deadline(Owned, Base):
    """One per duty and period (`period` "" or "2024-Q2"). Dates are plan days in the committee's zone.

    `set_by_office`: the plan names no day, the office did ("mốc Văn phòng đặt"). `cancelled`: kept for the record,
    never chased. Its times: `opens_on` None with its quarter, or from the start; until `grace_to` a report counts as
    in time with its own number; what first comes after `closes_on` is added up apart. `office_wanted_on`: by when the
    office wishes it, which decides nothing.
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
    opens_on: Mapped[date | None]
    grace_to: Mapped[date | None]
    closes_on: Mapped[date | None]
    office_wanted_on: Mapped[date | None]
    set_by_office: Mapped[bool]
    example: Mapped[str]  # how a reply may look, shown in the reminder
    units: Mapped[list[Any]] = mapped_column(default=list)  # ids of the branches it is for, [] for all
    superseded: Mapped[bool] = mapped_column(default=False)
    cancelled: Mapped[bool] = mapped_column(default=False)
    unplanned: Mapped[bool] = mapped_column(default=True)  # not every branch has its part of it yet
    given_to: Mapped[int] = mapped_column(default=0, server_default="0")  # and up to this id all have


async def planned(session: AsyncSession, campaign_id: int) -> set[tuple[str, str]]:
    """Return (name, period) of the deadlines that were ever planned."""
    rows = await session.execute(select(Deadline.name, Deadline.period).where(Deadline.campaign_id == campaign_id))
    return {(name, period) for name, period in rows}


async def current(session: AsyncSession, campaign_id: int) -> Sequence[Deadline]:
    """Return the deadlines in force, soonest first, and those of an earlier plan hardly over at its start."""
    now = await find(session, Campaign, campaign_id)
    of = Deadline.campaign_id == campaign_id
    if now and now.started_at:
        not_over = Deadline.last_on_time >= now.started_at.date() - STILL_SHOWN
        of = or_(of, and_(Deadline.campaign_id.in_(_earlier(now)), not_over))
    query = select(Deadline).where(of, Deadline.superseded.is_(False), Deadline.cancelled.is_(False))
    return (await session.scalars(query.order_by(Deadline.last_on_time, Deadline.id))).all()


def _earlier(now: Campaign) -> Select[int]:
    earlier = select(Campaign.id).where(Campaign.committee_id == now.committee_id, Campaign.id < now.id)
    return earlier.where(Campaign.state == CampaignState.LIVE)


async def versions(session: AsyncSession, of: Deadline) -> Sequence[int]:
    """Return the ids of all versions of a deadline, the first first."""
    query = select(Deadline.id).where(
        Deadline.campaign_id == of.campaign_id, Deadline.name == of.name, Deadline.period == of.period
    )
    return (await session.scalars(query.order_by(Deadline.version))).all()


async def names(session: AsyncSession, campaign_id: int) -> set[str]:
    """Return every name a deadline ever had."""
    return set(await session.scalars(select(Deadline.name).where(Deadline.campaign_id == campaign_id).distinct()))


async def cancelled(session: AsyncSession, campaign_id: int) -> Sequence[Deadline]:
    """Return what the office took back, newest first."""
    query = select(Deadline).where(Deadline.campaign_id == campaign_id, Deadline.superseded.is_(False))
    return (await session.scalars(query.where(Deadline.cancelled.is_(True)).order_by(Deadline.id.desc()))).all()
