"""What a branch is to put right after a check, by when, and whether it was."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned
from models.inspection import Inspection


class FixState(StrEnum):
    """How it stands: asked for; the branch says that it is done; the team has seen it."""

    OPEN = "open"
    FIXED = "fixed"
    CONFIRMED = "confirmed"


class Fix(Owned, Base):
    """One thing to put right; `due_on` counts until its end."""

    __tablename__ = "fix"

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    what: Mapped[str]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(default=FixState.OPEN, index=True)
    fixed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    fixed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]


async def of_inspections(session: AsyncSession, inspection_ids: Sequence[int]) -> Sequence[Fix]:
    """Return what is to be put right after these checks, the earliest due first."""
    query = select(Fix).where(Fix.inspection_id.in_(inspection_ids))
    return (await session.scalars(query.order_by(Fix.due_on, Fix.id))).all()


async def open_of(session: AsyncSession, unit_ids: Sequence[int]) -> Sequence[Fix]:
    """Return what these branches have not put right yet, the earliest due first."""
    query = select(Fix).where(Fix.unit_id.in_(unit_ids), Fix.state == FixState.OPEN)
    return (await session.scalars(query.order_by(Fix.due_on, Fix.id))).all()


async def counts(session: AsyncSession, campaign_id: int) -> dict[str, int]:
    """Return {state: how many}."""
    query = select(Fix.state, func.count()).join(Inspection, Inspection.id == Fix.inspection_id)
    rows = await session.execute(query.where(Inspection.campaign_id == campaign_id).group_by(Fix.state))
    return {state: int(count) for state, count in rows}
