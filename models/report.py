"""A branch's report: one per obligation, holding the draft; each sending is kept as a revision."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ForeignKey, Table, UniqueConstraint, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, Session, make_transient_to_detached, mapped_column
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from models import ahead, quick, rows
from models.base import Base

AHEAD = "reports"


class Report(Base):
    """`answers` {question: {value, by, at, inbox}}; `counter` is checked on write so that two people never overwrite.

    `reopened` the questions the office asked to complete ([] = all may be changed); `on_behalf` how the
    office got the figures when it typed them in ("" = the branch's own); `confirmed_at` when the branch agreed.
    """

    __tablename__ = "report"

    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"), unique=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    answers: Mapped[dict[str, Any]]
    counter: Mapped[int] = mapped_column(default=0)
    reopened: Mapped[list[Any]]
    on_behalf: Mapped[str] = mapped_column(default="")
    confirmed_at: Mapped[datetime | None]
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    self_reviewed: Mapped[bool] = mapped_column(default=False)  # "tự rà soát": no other office person could


class Revision(Base):
    """What was sent, as it was. `recalled_at` set when the branch took it back."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("report_id", "number"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    number: Mapped[int]
    answers: Mapped[dict[str, Any]]
    flags: Mapped[list[Any]]  # what the office should look at: names of checks
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime]  # plan time
    timeliness: Mapped[str]
    recalled_at: Mapped[datetime | None]


NEWEST = (
    select(func.max(Revision.number))
    .where(Revision.report_id == Report.id, Revision.recalled_at.is_(None))
    .correlate(Report)
    .scalar_subquery()
)
"""The number of the newest sending not recalled, in a query that has its Report."""
TABLE = cast("Table", Report.__table__)
OF_OBLIGATIONS = select(Report).where(Report.obligation_id.in_(bindparam("obligations", expanding=True)))


async def of_obligation(session: AsyncSession, obligation_id: int) -> Report | None:
    """Return the report or draft of an obligation."""
    if obligation_id in (kept := ahead.known(session, AHEAD)):
        found: Report | None = kept[obligation_id]
        return found
    return (await session.scalars(OF_OBLIGATIONS, {"obligations": [obligation_id]})).one_or_none()


async def read_ahead(session: AsyncSession, obligation_ids: Sequence[int]) -> None:
    """Read the reports of many obligations, None where none was begun."""
    found = await session.scalars(OF_OBLIGATIONS, {"obligations": quick.padded(obligation_ids)})
    ahead.keep(session, AHEAD, dict.fromkeys(obligation_ids) | {each.obligation_id: each for each in found})


SAVE = (
    update(TABLE)
    .where(TABLE.c.id == bindparam("row_id"), TABLE.c.counter == bindparam("read"))
    .values(answers=bindparam("given"), counter=bindparam("read") + 1)
)


def save(session: AsyncSession, kept: Report, answers: dict[str, Any]) -> None:
    """Keep other answers; StaleDataError when they are written, if the report was saved by others since it was read."""
    rows.gather(session, _save, {"row_id": kept.id, "read": kept.counter, "given": answers})
    set_committed_value(kept, "answers", answers)
    set_committed_value(kept, "counter", kept.counter + 1)


def _save(session: Session, saved: list[dict[str, Any]]) -> None:
    if quick.changed(session, SAVE, saved) != len(saved):
        raise StaleDataError("a report was saved by others since it was read")


BEGIN = insert(TABLE).returning(TABLE.c.id)


async def begin(session: AsyncSession, obligation_id: int, form_id: int) -> Report:
    """Begin an obligation's report, with no answer yet, past the ORM: many may begin in one transaction."""
    row: dict[str, Any] = {"obligation_id": obligation_id, "form_id": form_id, "answers": {}, "counter": 0}
    row |= {"reopened": [], "on_behalf": "", "confirmed_at": None, "reviewer_id": None, "self_reviewed": False}
    [(row_id,)] = await quick.fetch(session, BEGIN, row)  # what others of the batch wrote is written with theirs
    made = Report(**row, id=row_id)
    make_transient_to_detached(made)
    session.add(made)
    ahead.keep(session, AHEAD, {obligation_id: made})
    return made


async def take_back(session: AsyncSession, report_id: int, at: datetime) -> None:
    """Mark all sendings of a report as taken back."""
    theirs = update(Revision).where(Revision.report_id == report_id, Revision.recalled_at.is_(None))
    await session.execute(theirs.values(recalled_at=at))


async def revisions(session: AsyncSession, report_id: int) -> Sequence[Revision]:
    """Return all sendings, recalled or not, oldest first."""
    query = select(Revision).where(Revision.report_id == report_id).order_by(Revision.number)
    return (await session.scalars(query)).all()


async def last_revision(session: AsyncSession, report_id: int) -> Revision | None:
    """Return the newest sending, recalled or not."""
    return (
        await session.scalars(
            select(Revision).where(Revision.report_id == report_id).order_by(Revision.number.desc()).limit(1)
        )
    ).first()
