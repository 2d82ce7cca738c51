"""Invitations: a role in a unit, waiting for its person. Only hashes of codes are kept."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import ForeignKey, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned


class Invitation(Owned, Base):
    """`token_hash` of the link, `code_hash` of the 8 digits; `uses_left` 1 for strong roles. Times: machine."""

    __tablename__ = "invitation"

    token_hash: Mapped[str] = mapped_column(unique=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str]  # whom it is for, "" for a branch's member code
    uses_left: Mapped[int]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


def hashed(secret: str) -> str:
    """Return the form in which a code or token is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_token() -> str:
    """Return 22 url-safe characters, 128 random bits."""
    return secrets.token_urlsafe(16)


def new_code() -> str:
    """Return 8 digits."""
    return f"{secrets.randbelow(10**8):08d}"


async def by_secret(session: AsyncSession, secret: str, now: datetime) -> Invitation | None:
    """Return the invitation a code or token opens, None if it is unknown, used up, revoked or expired."""
    digest = hashed(secret)
    return (
        await session.scalars(
            select(Invitation).where(
                or_(Invitation.token_hash == digest, Invitation.code_hash == digest),
                Invitation.uses_left > 0,
                Invitation.revoked_at.is_(None),
                Invitation.expires_at > now,
            )
        )
    ).one_or_none()
