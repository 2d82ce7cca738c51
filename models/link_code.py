"""Codes with which somebody known takes another account of theirs in: one use, a short time, only keyed hashes kept."""

from datetime import datetime

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned
from models.invitation import hashed


class LinkCode(Owned, Base):
    """`code_hash` of the 8 digits, `account_id` where it was asked for. Times: machine."""

    __tablename__ = "link_code"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  # an old button never opens a later code

    code_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    expires_at: Mapped[datetime]


async def forget(session: AsyncSession, person_id: int) -> None:
    """End what a person was given before: one code at a time."""
    await session.execute(delete(LinkCode).where(LinkCode.person_id == person_id))


async def by_code(session: AsyncSession, committee_id: int, code: str, key: bytes, now: datetime) -> LinkCode | None:
    """Return what a code opens, None if it is unknown, used or expired."""
    query = select(LinkCode).where(LinkCode.code_hash == hashed(code, key), LinkCode.expires_at > now)
    return (await session.scalars(query.where(LinkCode.committee_id == committee_id))).one_or_none()


async def use(session: AsyncSession, link_id: int, now: datetime) -> bool:
    """Use a code up; return whether it was still there. Two at once never share it."""
    used = delete(LinkCode).where(LinkCode.id == link_id, LinkCode.expires_at > now).returning(LinkCode.id)
    return (await session.execute(used)).first() is not None
