"""Items for the office: what a branch asks, says or wants, each taken by the first office person who presses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned
from models.person import Person


class ItemKind(StrEnum):
    """What the office is asked to do."""

    EXTENSION = "extension"
    QUESTION = "question"
    SENT_ELSEWHERE = "sent_elsewhere"  # paper, document system, the office's Zalo, or "xong" without figures
    PHOTO = "photo"  # a picture or file of the report: figures to type in
    CALL = "call"  # the branch wants a telephone call, or three overdue notes went unanswered
    BLOCKED = "blocked"  # cannot, or not theirs
    CORRECTION = "correction"  # figures that the office typed in are not right
    PROPOSAL = "proposal"  # B6 of the study report
    REOPEN = "reopen"  # a report taken in is to be corrected: the branch's wish, or the office's reason
    LEADER = "leader"  # a branch wishes for a leader as speaker; `how` which, `asked_for` the conference's day
    NOTE = "note"  # kept on the deadline, asks nothing


class ItemState(StrEnum):
    """An item is open until someone takes it, and taken until it is answered."""

    OPEN = "open"
    CLOSED = "closed"


ASKED_LEADER = "leader"
"""`how` of an EXTENSION on which the office asks for a leader's opinion first."""

EXTENSION_ASKED, EXTENSION_DROPPED = "extension", "extension_dropped"
"""`how` of a NOTE that asks for more time: read back and not agreed to yet, put aside."""

READ_BACK = ("figures", "figures_kept", "figures_dropped")
"""`how` of a NOTE that carries figures: read back, agreed to, put aside."""


PUT_ASIDE = {READ_BACK[0]: READ_BACK[2], EXTENSION_ASKED: EXTENSION_DROPPED}
"""`how` of words that were read back and not agreed to yet, and once they are put aside."""

REOPENED = "reopened"
"""`how` of a REOPEN for which the office did open the report."""


class Item(Owned, Base):
    """`text` the branch's own words; `how` paper | documents | zalo …; `asked_for` the day wanted or named.

    `message_id` is the platform's id of those words, so that an edit of them finds what they led to.
    """

    __tablename__ = "item"
    __table_args__ = (Index("ix_item_open", "committee_id", "state", "kind"),)

    kind: Mapped[str]
    state: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    obligation_id: Mapped[int | None] = mapped_column(ForeignKey("obligation.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(default="")
    how: Mapped[str] = mapped_column(default="")
    message_id: Mapped[str] = mapped_column(default="")
    asked_for: Mapped[date | None]
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    asked_at: Mapped[datetime]  # plan time
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]  # plan time


async def about_file(session: AsyncSession, attachment_id: int) -> bool:
    """Say whether the office was told of a file that somebody sent."""
    found = select(Item.id).where(Item.kind == ItemKind.PHOTO, Item.attachment_id == attachment_id).limit(1)
    return (await session.scalars(found)).first() is not None


async def open_of(session: AsyncSession, committee_id: int, unit_id: int, kinds: Sequence[str] = ()) -> Sequence[Item]:
    """Return what waits for the office of one branch, oldest first."""
    query = select(Item).where(_open(committee_id), Item.unit_id == unit_id).order_by(Item.id)
    return (await session.scalars(query.where(Item.kind.in_(kinds)) if kinds else query)).all()


def _open(committee_id: int) -> ColumnElement[bool]:
    return and_(Item.committee_id == committee_id, Item.state == ItemState.OPEN)


_APART = case((and_(Item.kind == ItemKind.CALL, Item.unit_id.is_not(None)), -Item.unit_id), else_=Item.id)
"""The same for what is done together: one telephone call for each branch, however many of its duties ask for one."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How much of a kind waits; `on_paper` if all of it was sent on paper."""

    number: int
    on_paper: bool


async def waits(session: AsyncSession, committee_id: int) -> dict[str, Waits]:
    """Return {kind: how much waits for the office}, what has waited longest first; a branch's calls are one."""
    elsewhere = func.sum(case((Item.how == "paper", 0), else_=1))
    query = select(Item.kind, func.count(func.distinct(_APART)), elsewhere).where(_open(committee_id))
    rows = await session.execute(query.group_by(Item.kind).order_by(func.min(Item.id)))
    return {kind: Waits(number, on_paper=not other) for kind, number, other in rows}


async def first_open(session: AsyncSession, committee_id: int, kind: str, limit: int) -> Sequence[Item]:
    """Return the first that wait for the office, oldest first, of a branch's calls the oldest; `kind` "" is any."""
    first = select(func.min(Item.id)).where(_open(committee_id)).group_by(Item.kind, _APART)
    first = first.where(Item.kind == kind) if kind else first
    return (await session.scalars(select(Item).where(Item.id.in_(first)).order_by(Item.id).limit(limit))).all()


async def open_about(session: AsyncSession, obligation_id: int, kinds: Sequence[str]) -> Sequence[Item]:
    """Return what waits for the office about one obligation, oldest first."""
    return (
        await session.scalars(
            select(Item)
            .where(Item.obligation_id == obligation_id, Item.state == ItemState.OPEN, Item.kind.in_(kinds))
            .order_by(Item.id)
        )
    ).all()


async def reopened(session: AsyncSession, obligation_id: int) -> list[tuple[Item, Person]]:
    """Return the reasons for which a report was opened again, with the office person who did, the first first."""
    rows = await session.execute(
        select(Item, Person)
        .join(Person, Person.id == Item.taken_by_id)
        .where(Item.obligation_id == obligation_id, Item.kind == ItemKind.REOPEN, Item.how == REOPENED)
        .order_by(Item.closed_at, Item.id)
    )
    return [(made, by) for made, by in rows]


async def advised(session: AsyncSession, obligation_id: int) -> list[tuple[int, str]]:
    """Return (item id, whose opinion it followed) of the answers to extensions asked for."""
    query = select(Item.id, Item.answer).where(Item.obligation_id == obligation_id, Item.answer != "")
    rows = await session.execute(query.where(Item.kind == ItemKind.EXTENSION, Item.state == ItemState.CLOSED))
    return [(number, answer) for number, answer in rows]


async def of_message(session: AsyncSession, person_id: int, message_id: str) -> Item | None:
    """Return what came of something a person wrote, None if it led to no item."""
    return (
        await session.scalars(
            select(Item)
            .where(Item.person_id == person_id, Item.message_id == message_id, Item.message_id != "")
            .order_by(Item.id.desc())
            .limit(1)
        )
    ).first()


async def last_read(session: AsyncSession, obligation_id: int) -> Item | None:
    """Return the newest words with figures that were read back about an obligation."""
    return (
        await session.scalars(
            select(Item)
            .where(Item.obligation_id == obligation_id, Item.kind == ItemKind.NOTE, Item.how.in_(READ_BACK))
            .order_by(Item.id.desc())
            .limit(1)
        )
    ).first()
