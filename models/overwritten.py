"""Answers of a draft that another took the place of: every figure once given stays visible. Grows only."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned
from models.report import Report


class Overwritten(Owned, Base):
    """`kept` as it stood in the report's answers; who put another in its place, when, at which counter."""

    __tablename__ = "overwritten"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    question: Mapped[str]
    kept: Mapped[dict[str, Any]]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    replaced_at: Mapped[datetime]  # plan time
    counter: Mapped[int]


def note(
    session: AsyncSession, committee_id: int, report: Report, after: Mapping[str, Any], by: int | None, now: datetime
) -> None:
    """Keep what saving `after` (answers as a report stores them) takes out of a report's answers."""
    for question, kept in report.answers.items():
        given = after.get(question)
        if given is not kept and is_lost(kept, given):
            about = {"committee_id": committee_id, "report_id": report.id, "counter": report.counter + 1}
            session.add(Overwritten(**about, question=question, kept=kept, by_id=by, replaced_at=now))


def is_lost(kept: Mapping[str, Any], given: Mapping[str, Any] | None) -> bool:
    """Say whether an answer is not there any more: of another value, or said to be somebody else's."""
    if kept["value"] is None:
        return False
    return given is None or given.get("by") != kept.get("by") or not holds(given["value"], kept["value"])


def holds(new: Any, old: Any) -> bool:
    """Say whether a value still says all that an older one said: one more place or file takes nothing away."""
    if isinstance(old, dict) and isinstance(new, dict):
        return all(each in ("", None) or holds(new.get(name), each) for name, each in old.items())
    if isinstance(old, list) and isinstance(new, list):
        return all(each in new for each in old)
    return bool(old == new)


async def of_report(session: AsyncSession, report_id: int) -> Sequence[Overwritten]:
    """Return what was replaced in a report, oldest first."""
    query = select(Overwritten).where(Overwritten.report_id == report_id).order_by(Overwritten.id)
    return (await session.scalars(query)).all()
