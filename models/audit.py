"""Who changed what, when: ids and names of fields, never names of people or texts. Rows are only added."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned


class Audit(Owned, Base):
    """`act` e.g. "report.send"; `subject` e.g. "report:7"; `details` ids and field names."""

    __tablename__ = "audit"

    act: Mapped[str]
    subject: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]  # plan time
    details: Mapped[dict[str, Any]]


def note(
    session: AsyncSession,
    committee_id: int,
    act: str,
    subject: str,
    person_id: int | None,
    at: datetime,
    **details: str | int | bool | list[str] | None,
) -> None:
    """Add a line to the audit."""
    session.add(Audit(committee_id=committee_id, act=act, subject=subject, person_id=person_id, at=at, details=details))
