"""That the signed copy of a report arrived, as the office writes it down. Until then figures are provisional."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned
from models.obligation import Obligation


class SignedCopy(Owned, Base):
    """`text` number and date as they stand on it ("Số 05-BC/CB ngày 30/5, iOffice"); the newest not removed holds."""

    __tablename__ = "signed_copy"

    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"), index=True)
    text: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]  # plan time
    removed_at: Mapped[datetime | None]


async def of_obligation(session: AsyncSession, obligation_id: int) -> Sequence[SignedCopy]:
    """Return all that was written down of a duty's copy, the first first."""
    query = select(SignedCopy).where(SignedCopy.obligation_id == obligation_id).order_by(SignedCopy.id)
    return (await session.scalars(query)).all()


async def current(session: AsyncSession, obligation_id: int) -> SignedCopy | None:
    """Return what holds of a duty's copy."""
    query = select(SignedCopy).where(SignedCopy.obligation_id == obligation_id, SignedCopy.removed_at.is_(None))
    return (await session.scalars(query.order_by(SignedCopy.id.desc()).limit(1))).first()


async def of_deadline(session: AsyncSession, deadline_id: int) -> dict[int, str]:
    """Return {unit id: number and date} of the copies that arrived."""
    rows = await session.execute(
        select(Obligation.unit_id, SignedCopy.text)
        .join(Obligation, Obligation.id == SignedCopy.obligation_id)
        .where(Obligation.deadline_id == deadline_id, SignedCopy.removed_at.is_(None))
        .order_by(SignedCopy.id)
    )
    return {row[0]: row[1] for row in rows}


async def of_unit(session: AsyncSession, unit_id: int) -> dict[int, str]:
    """Return {obligation id: number and date} of a branch's copies that arrived."""
    rows = await session.execute(
        select(SignedCopy.obligation_id, SignedCopy.text)
        .join(Obligation, Obligation.id == SignedCopy.obligation_id)
        .where(Obligation.unit_id == unit_id, SignedCopy.removed_at.is_(None))
        .order_by(SignedCopy.id)
    )
    return {row[0]: row[1] for row in rows}
