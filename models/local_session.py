"""Browsers that were let in to the local page: hashed keys, revocable."""

import hashlib
from datetime import datetime

from sqlalchemy import Index, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class LocalSession(Base):
    """`account` the phone it opens; `came_from` a keyed hash of who asked for it. Times: machine."""

    __tablename__ = "local_session"
    __table_args__ = (Index("ix_local_session_came_from", "came_from", "started_at"),)

    key_hash: Mapped[str] = mapped_column(unique=True)
    account: Mapped[str]
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    came_from: Mapped[str] = mapped_column(default="", server_default="")


def fingerprint(key: str) -> str:
    """Return what is stored of a cookie's key."""
    return hashlib.sha256(key.encode()).hexdigest()


async def opened_by(session: AsyncSession, key: str, now: datetime) -> LocalSession | None:
    """Return the session a cookie opens, None if it is unknown, over or revoked."""
    return (
        await session.scalars(
            select(LocalSession).where(
                LocalSession.key_hash == fingerprint(key),
                LocalSession.revoked_at.is_(None),
                LocalSession.expires_at > now,
            )
        )
    ).one_or_none()


async def opened_from(session: AsyncSession, came_from: str, since: datetime) -> int:
    """Return how many sessions somebody was given since a moment."""
    theirs = LocalSession.came_from == came_from, LocalSession.started_at > since
    return await session.scalar(select(func.count(LocalSession.id)).where(*theirs)) or 0
