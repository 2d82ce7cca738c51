"""Codes that opened nothing: when and from which account, never what was typed. Kept for a day."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned

KEPT = timedelta(days=1)


class WrongCode(Owned, Base):
    """`at` is machine time."""

    __tablename__ = "wrong_code"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(index=True)


async def add(session: AsyncSession, committee_id: int, account_id: int, now: datetime) -> None:
    """Keep that a wrong code came; forget those of yesterday."""
    await session.execute(delete(WrongCode).where(WrongCode.at < now - KEPT))
    session.add(WrongCode(committee_id=committee_id, account_id=account_id, at=now))
    await session.flush()


async def count(session: AsyncSession, committee_id: int, since: datetime) -> int:
    """Return how many wrong codes came since a moment, over all accounts."""
    query = select(func.count()).where(WrongCode.committee_id == committee_id, WrongCode.at > since)
    return await session.scalar(query) or 0


async def forget(session: AsyncSession, committee_id: int) -> None:
    """Start counting anew."""
    await session.execute(delete(WrongCode).where(WrongCode.committee_id == committee_id))
