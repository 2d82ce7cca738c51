"""The portal and other sites: a board's plan, its columns on the topic, the articles published there."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned


class PortalKind(StrEnum):
    """What is recorded."""

    PLAN = "plan"
    COLUMN = "column"
    ARTICLE = "article"


class PortalItem(Owned, Base):
    """`unit_id` whose site: the editorial board's portal, or a branch's own. `number` of a plan, as the board wrote it.

    `scope` of an article: a value of the plan's list (province, sector, branch). `report_id` whose results it tells.
    """

    __tablename__ = "portal_item"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[str]
    scope: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    number: Mapped[str] = mapped_column(default="")
    on_day: Mapped[date | None]
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


async def standing(
    session: AsyncSession, campaign_id: int, kind: str = "", unit_id: int | None = None
) -> Sequence[PortalItem]:
    """Return what stands (of a kind, of a site), the latest first."""
    query = select(PortalItem).where(PortalItem.campaign_id == campaign_id, PortalItem.removed_at.is_(None))
    query = query.where(PortalItem.kind == kind) if kind else query
    query = query.where(PortalItem.unit_id == unit_id) if unit_id else query
    return (await session.scalars(query.order_by(PortalItem.on_day.desc(), PortalItem.id.desc()))).all()


async def articles(session: AsyncSession, campaign_id: int, days: tuple[date, date] | None = None) -> dict[str, int]:
    """Return {scope: how many articles}; `days` (first, first day after) narrows it."""
    query = select(PortalItem.scope, func.count()).where(
        PortalItem.campaign_id == campaign_id,
        PortalItem.kind == PortalKind.ARTICLE,
        PortalItem.removed_at.is_(None),
    )
    if days:
        query = query.where(PortalItem.on_day >= days[0], PortalItem.on_day < days[1])
    return {scope: int(count) for scope, count in await session.execute(query.group_by(PortalItem.scope))}


async def published(session: AsyncSession, campaign_id: int) -> set[int]:
    """Return the ids of the reports whose results an article tells."""
    query = select(PortalItem.report_id).where(
        PortalItem.campaign_id == campaign_id, PortalItem.removed_at.is_(None), PortalItem.report_id.is_not(None)
    )
    return {each for each in await session.scalars(query) if each}
