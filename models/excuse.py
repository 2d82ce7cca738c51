"""That the office excused a branch from a duty, why, and that it took it back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned


class Excuse(Owned, Base):
    """`reason` in the office's words, which the branch reads; `undone_at` when it was taken back (plan time)."""

    __tablename__ = "excuse"

    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"), index=True)
    reason: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]


async def of_obligation(session: AsyncSession, obligation_id: int) -> Sequence[Excuse]:
    """Return a duty's excuses, the first first."""
    query = select(Excuse).where(Excuse.obligation_id == obligation_id).order_by(Excuse.id)
    return (await session.scalars(query)).all()


async def current(session: AsyncSession, obligation_id: int) -> Excuse | None:
    """Return the one that holds; None also where a branch owes nothing because it was dissolved."""
    query = select(Excuse).where(Excuse.obligation_id == obligation_id, Excuse.undone_at.is_(None))
    return (await session.scalars(query.order_by(Excuse.id.desc()).limit(1))).first()
