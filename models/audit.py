"""Who changed what, when: ids and names of fields, never names of people or texts. Rows are only added.

The database holds this itself (triggers of migration 0004): no row is ever changed, and a live installation removes
only rows a year older than the newest. A drill may begin anew.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ForeignKey, Table, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import quick, rows
from models.base import Base, Owned


class Audit(Owned, Base):
    """`act` e.g. "report.send"; `subject` e.g. "report:7"; `details` ids and field names."""

    __tablename__ = "audit"

    act: Mapped[str]
    subject: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]  # plan time
    details: Mapped[dict[str, Any]]


ADD = insert(cast("Table", Audit.__table__))


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
    row = {"committee_id": committee_id, "act": act, "subject": subject, "person_id": person_id, "at": at}
    rows.gather(session, _write, {**row, "details": details})


def _write(session: Session, lines: list[Any]) -> None:
    quick.run_each(session, ADD, lines)


async def of_subjects(session: AsyncSession, subjects: Sequence[str], acts: Sequence[str]) -> Sequence[Audit]:
    """Return the lines of these acts about these subjects, oldest first."""
    query = select(Audit).where(Audit.subject.in_(subjects), Audit.act.in_(acts)).order_by(Audit.at, Audit.id)
    return (await session.scalars(query)).all()
