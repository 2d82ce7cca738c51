"""Arts: what a branch performed, composed, exhibited on the topic. Kinds are values of the plan's list."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, ForeignKey, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned

Days = tuple[date, date]  # the first day, the first day after


class Arts(Owned, Base):
    """`audience` how many people saw it, None where nobody counted; `link` how it belongs to the topic, "" unsaid."""

    __tablename__ = "arts"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[str]
    title: Mapped[str]
    on_day: Mapped[date]
    place: Mapped[str] = mapped_column(default="")
    audience: Mapped[int | None]
    link: Mapped[str] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


async def of_unit(session: AsyncSession, unit_id: int, campaign_id: int) -> Sequence[Arts]:
    """Return what stands of a branch, the latest first."""
    query = select(Arts).where(*_standing(campaign_id), Arts.unit_id == unit_id)
    return (await session.scalars(query.order_by(Arts.on_day.desc(), Arts.id.desc()))).all()


async def by_kind(session: AsyncSession, campaign_id: int, days: Days | None = None) -> dict[str, tuple[int, int, int]]:
    """Return {kind: (how many, of how many branches, audience)} of all branches; `days` narrows it."""
    query = select(Arts.kind, func.count(), func.count(Arts.unit_id.distinct()), func.sum(Arts.audience))
    rows = await session.execute(query.where(*_standing(campaign_id, days)).group_by(Arts.kind))
    return {kind: (int(count), int(units), int(audience or 0)) for kind, count, units, audience in rows}


async def by_unit(session: AsyncSession, campaign_id: int, days: Days | None = None) -> dict[int, int]:
    """Return {unit id: how many} of the branches that had any."""
    query = select(Arts.unit_id, func.count()).where(*_standing(campaign_id, days)).group_by(Arts.unit_id)
    return {unit_id: int(count) for unit_id, count in await session.execute(query)}


async def listed(session: AsyncSession, campaign_id: int, days: Days | None = None) -> Sequence[Arts]:
    """Return all that stands, the earliest first, for lists and documents."""
    query = select(Arts).where(*_standing(campaign_id, days))
    return (await session.scalars(query.order_by(Arts.on_day, Arts.id))).all()


def _standing(campaign_id: int, days: Days | None = None) -> list[ColumnElement[bool]]:
    which = [Arts.campaign_id == campaign_id, Arts.removed_at.is_(None)]
    return [*which, Arts.on_day >= days[0], Arts.on_day < days[1]] if days else which
