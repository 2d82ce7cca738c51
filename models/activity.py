"""Dissemination: where and when a branch made the topic known. Kinds of place are values of the form's list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, ForeignKey, extract, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned
from models.unit import Unit

Days = tuple[date, date]  # the first day, the first day after


class Activity(Owned, Base):
    """`place` a value of the form's list of places (zalo, facebook …); `count` items, posts or sessions.

    `audience` a value of the plan's list, "" unsaid. What was taken back has `removed_at` and counts no more.
    """

    __tablename__ = "activity"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    place: Mapped[str]
    count: Mapped[int]
    on_day: Mapped[date]
    title: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    audience: Mapped[str] = mapped_column(default="")
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    excerpt_id: Mapped[int | None] = mapped_column(ForeignKey("excerpt.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Monthly:
    """What one branch did in one month (its first day) at one kind of place."""

    unit_id: int
    month: date
    place: str
    count: int


async def of_excerpt(session: AsyncSession, unit_id: int, excerpt_id: int, place: str) -> Activity | None:
    """Return the posting of an excerpt by a branch at a kind of place, if it stands."""
    query = select(Activity).where(
        Activity.unit_id == unit_id,
        Activity.excerpt_id == excerpt_id,
        Activity.place == place,
        Activity.removed_at.is_(None),
    )
    return (await session.scalars(query)).first()


async def of_unit(
    session: AsyncSession, unit_id: int, campaign_id: int, days: Days | None = None
) -> Sequence[Activity]:
    """Return what stands of a branch, the latest first."""
    query = select(Activity).where(*_standing(campaign_id, days), Activity.unit_id == unit_id)
    return (await session.scalars(query.order_by(Activity.on_day.desc(), Activity.id.desc()))).all()


async def tally(session: AsyncSession, unit_id: int, campaign_id: int, days: Days | None = None) -> dict[str, int]:
    """Return {kind of place: how many posts} of a branch; `days` narrows it."""
    rows = await session.execute(
        select(Activity.place, func.sum(Activity.count))
        .where(*_standing(campaign_id, days), Activity.unit_id == unit_id)
        .group_by(Activity.place)
        .order_by(func.min(Activity.id))
    )
    return {place: int(count) for place, count in rows if count}


async def by_place(session: AsyncSession, campaign_id: int, days: Days | None = None) -> dict[str, int]:
    """Return {kind of place: how many posts} of all branches; `days` narrows it."""
    query = select(Activity.place, func.sum(Activity.count)).where(*_standing(campaign_id, days))
    rows = await session.execute(query.group_by(Activity.place).order_by(func.min(Activity.id)))
    return {place: int(count) for place, count in rows if count}


async def by_unit(session: AsyncSession, campaign_id: int, days: Days | None = None) -> dict[int, int]:
    """Return {unit id: how many posts} of the branches that had any."""
    query = select(Activity.unit_id, func.sum(Activity.count)).where(*_standing(campaign_id, days))
    rows = await session.execute(query.group_by(Activity.unit_id))
    return {unit_id: int(count) for unit_id, count in rows if count}


async def by_month(
    session: AsyncSession, campaign_id: int, unit_id: int | None = None, days: Days | None = None
) -> list[Monthly]:
    """Return how many by branch, month and kind of place, earliest first; of one branch where `unit_id` is given."""
    year, month = extract("year", Activity.on_day), extract("month", Activity.on_day)
    query = select(Activity.unit_id, year, month, Activity.place, func.sum(Activity.count))
    query = query.where(*_standing(campaign_id, days))
    query = query.where(Activity.unit_id == unit_id) if unit_id else query
    rows = await session.execute(
        query.group_by(Activity.unit_id, year, month, Activity.place)
        .order_by(year, month, Activity.unit_id, func.min(Activity.id))
    )  # fmt: skip
    return [Monthly(unit, date(int(y), int(m), 1), place, int(count)) for unit, y, m, place, count in rows if count]


async def forget_file(session: AsyncSession, attachment_id: int) -> None:
    """Take a file that was not kept off the posting it was sent with."""
    sent_with = Activity.attachment_id == attachment_id
    for each in await session.scalars(select(Activity).where(sent_with)):
        each.attachment_id = None


def _standing(campaign_id: int, days: Days | None = None) -> list[ColumnElement[bool]]:
    which = [Activity.campaign_id == campaign_id, Activity.removed_at.is_(None)]
    return [*which, Activity.on_day >= days[0], Activity.on_day < days[1]] if days else which


@dataclass(frozen=True, slots=True)
class Listed:
    """An activity as a table lists it."""

    on_day: date
    branch: str
    place: str
    count: int
    title: str = ""
    url: str = ""


async def listed(session: AsyncSession, campaign_id: int, days: Days | None = None) -> list[Listed]:
    """Return all branches' activities that stand, the oldest first; `days` narrows it."""
    rows = await session.execute(
        select(Activity.on_day, Unit.name, Activity.place, Activity.count, Activity.title, Activity.url)
        .join(Unit, Unit.id == Activity.unit_id)
        .where(*_standing(campaign_id, days))
        .order_by(Activity.on_day, Unit.ordinal, Activity.id)
    )
    return [Listed(day, branch, place, count, title, url) for day, branch, place, count, title, url in rows]
