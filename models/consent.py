"""What a person said yes or no to, and when. Rows are only added."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Purpose(StrEnum):
    """What a person is asked about, each on its own."""

    CONTACT = "contact"
    EXCERPTS = "excerpts"


class Consent(Base):
    """`purpose` contact | excerpts; `given` True yes, False withdrawn or refused."""

    __tablename__ = "consent"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str]
    given: Mapped[bool]
    said_at: Mapped[datetime]


def say(session: AsyncSession, person_id: int, purpose: Purpose, given: bool, at: datetime) -> None:
    """Add what a person said."""
    session.add(Consent(person_id=person_id, purpose=purpose, given=given, said_at=at))


async def of_person(session: AsyncSession, person_id: int) -> Sequence[Consent]:
    """Return all a person ever said, oldest first."""
    return (await session.scalars(select(Consent).where(Consent.person_id == person_id).order_by(Consent.id))).all()
