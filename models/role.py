"""Who acts as what, for which unit, since when. A role is ended, never deleted."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class RoleKind(StrEnum):
    """Names of roles, as in `main.py invite --role`."""

    OFFICE = "office"
    INSPECTION = "inspection"
    EDITORIAL = "editorial"
    LEADER = "leader"
    SECRETARY = "secretary"
    DEPUTY = "deputy"
    DRAFTER = "drafter"
    MEMBER = "member"


class Role(Base):
    """A person's role in a unit."""

    __tablename__ = "role"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


async def of_person(session: AsyncSession, person_id: int) -> Sequence[Role]:
    """Return the roles a person holds now."""
    return (
        await session.scalars(
            select(Role).where(Role.person_id == person_id, Role.ended_at.is_(None)).order_by(Role.id)
        )
    ).all()
