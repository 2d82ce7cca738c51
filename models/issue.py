"""The report upward as it was issued: each version frozen with its figures, its sources and its file."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Document, Owned


class IssueKind(StrEnum):
    """What a version counts: also what waits ("DỰ THẢO"); what was taken in; what came after a final one."""

    PROVISIONAL = "provisional"
    FINAL = "final"
    SUPPLEMENTARY = "supplementary"


class Issue(Owned, Base):
    """`number` is our own running count, never the document's. It covers the deadline `name`, or all of a `period`, or
    with both empty the whole plan. `revisions` are the ids of the sendings that went in; `figures` hold nobody's words
    or name. `file_id` is None while it is being made; `words_id` the branches' own words beside it.
    """

    __tablename__ = "issue"
    __table_args__ = (UniqueConstraint("committee_id", "number"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    number: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str]
    period: Mapped[str]
    title: Mapped[str]
    named: Mapped[bool]  # branches that did not report are named in it
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]  # plan time: what the figures are as of
    revisions: Mapped[list[Any]]
    figures: Mapped[dict[str, Any]] = mapped_column(Document())
    file_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    words_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    sha256: Mapped[str] = mapped_column(default="")


async def next_number(session: AsyncSession, committee_id: int) -> int:
    """Return the number of the next version."""
    return (await session.scalar(select(func.max(Issue.number)).where(Issue.committee_id == committee_id)) or 0) + 1


async def made(session: AsyncSession, committee_id: int) -> Sequence[Issue]:
    """Return what was issued, the newest first."""
    query = select(Issue).where(Issue.committee_id == committee_id, Issue.file_id.is_not(None))
    return (await session.scalars(query.order_by(Issue.number.desc()))).all()


async def before(session: AsyncSession, this: Issue, kinds: Sequence[str]) -> Issue | None:
    """Return the newest version of the same before this one, of these kinds."""
    query = select(Issue).where(
        Issue.committee_id == this.committee_id,
        Issue.campaign_id == this.campaign_id,
        Issue.name == this.name,
        Issue.period == this.period,
        Issue.kind.in_(kinds),
        Issue.file_id.is_not(None),
        Issue.number < this.number,
    )
    return (await session.scalars(query.order_by(Issue.number.desc()).limit(1))).first()
