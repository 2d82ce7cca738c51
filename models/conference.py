"""Study conferences of the branches: announced, held, called off; main sessions and those that make up for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned

FORM = "conference"
"""The form of a session; a deadline with it is the duty of announcing one."""


class ConferenceState(StrEnum):
    """How far it is. What is held has been told by the branch, never guessed from its day.

    NOT_HELD: its day is over, the branch says that it was not held and has no new day yet. SAID: a day named in passing
    ("ngày 28 chi bộ họp"), shown apart: it is no announcement and stands beside no session.
    """

    ANNOUNCED = "announced"
    NOT_HELD = "not_held"
    HELD = "held"
    CANCELLED = "cancelled"
    SAID = "said"


class Leader(StrEnum):
    """What the office answered to the wish for a leader as speaker."""

    NOT_ASKED = ""
    ASKED = "asked"
    COMING = "coming"
    NOT_COMING = "not_coming"


class Conference(Owned, Base):
    """`form`, `speaker` values of the form's lists, `hour` a part of the day or "14:00", "" unsaid.

    `makeup_of_id` the main session it makes up for. `joint_with` another branch's name: each counts its own people.
    `report_id` the report that told of it; figures go upward only from reports taken in. Of several main sessions one
    holds the report's figures; `attended` of the others is None once the report counts who came to them.
    `leader_name` who comes, as the office wrote it; `invited_id` the connected person whom the office had told. Moving,
    correcting or calling it off raises `version`: what was planned about it before fires no more. `reason` why it was
    called off.
    """

    __tablename__ = "conference"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    makeup_of_id: Mapped[int | None] = mapped_column(ForeignKey("conference.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), index=True)
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str] = mapped_column(default="")
    on_day: Mapped[date] = mapped_column(index=True)
    hour: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    form: Mapped[str] = mapped_column(default="")
    joint_with: Mapped[str] = mapped_column(default="")
    speaker: Mapped[str] = mapped_column(default="")
    speaker_name: Mapped[str] = mapped_column(default="")
    leader: Mapped[str] = mapped_column(default="")
    leader_name: Mapped[str] = mapped_column(default="")
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)
    invited_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    invited_at: Mapped[datetime | None]
    attended: Mapped[int | None]
    masses: Mapped[int | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Attendance:
    """Members and masses over all sessions held; `over` how many more there were than had to come (0: it fits)."""

    sessions: int
    attended: int
    masses: int
    over: int


async def of_unit(session: AsyncSession, unit_id: int, campaign_id: int) -> Sequence[Conference]:
    """Return a branch's sessions that were not called off, by day."""
    query = select(Conference).where(*_standing(campaign_id), Conference.unit_id == unit_id)
    return (await session.scalars(query.order_by(Conference.on_day, Conference.id))).all()


async def of_campaign(session: AsyncSession, campaign_id: int) -> Sequence[Conference]:
    """Return the sessions of all branches that were not called off, by day."""
    query = select(Conference).where(*_standing(campaign_id))
    return (await session.scalars(query.order_by(Conference.on_day, Conference.id))).all()


async def of_day(session: AsyncSession, campaign_id: int, day: date) -> Sequence[Conference]:
    """Return the main sessions announced for a day, of all branches."""
    query = select(Conference).where(Conference.campaign_id == campaign_id, Conference.on_day == day)
    query = query.where(Conference.state == ConferenceState.ANNOUNCED, Conference.makeup_of_id.is_(None))
    return (await session.scalars(query.order_by(Conference.id))).all()


async def said(session: AsyncSession, campaign_id: int, unit_id: int | None = None) -> Sequence[Conference]:
    """Return the days that branches (one branch) named in passing."""
    query = select(Conference).where(Conference.campaign_id == campaign_id, Conference.state == ConferenceState.SAID)
    query = query if unit_id is None else query.where(Conference.unit_id == unit_id)
    return (await session.scalars(query.order_by(Conference.on_day, Conference.id))).all()


async def of_item(session: AsyncSession, item_id: int) -> Conference | None:
    """Return the session for which a leader is wished for by this item."""
    query = select(Conference).where(Conference.item_id == item_id, Conference.state != ConferenceState.CANCELLED)
    return (await session.scalars(query.limit(1))).first()


def reported(found: Sequence[Conference]) -> Conference | None:
    """Return the main session that a report tells of, with its figures; None before that."""
    mains = [each for each in found if each.makeup_of_id is None and each.report_id]
    return next((each for each in mains if each.attended is not None), None)


def besides(found: Sequence[Conference], one: Conference) -> bool:
    """Say whether a session adds to what a report tells of already: it makes up, or is one more main session."""
    first = reported(found)
    return one.makeup_of_id is not None or (first is not None and first.id != one.id)


def uncounted(found: Sequence[Conference]) -> list[Conference]:
    """Return the further main sessions held whose attendance no report counts yet."""
    held = [each for each in found if each.makeup_of_id is None and each.state == ConferenceState.HELD]
    return [each for each in held if each.report_id is None and each.attended]


def made_up(found: Sequence[Conference]) -> dict[str, Any]:
    """Return what the sessions held answer to the report's questions on make-up, {} where there was none."""
    held = [each for each in found if each.makeup_of_id and each.state == ConferenceState.HELD and each.attended]
    if not held:
        return {}
    count = sum(each.attended or 0 for each in held)
    return {"makeup": "part", "makeup_on": held[-1].on_day.isoformat(), "makeup_count": count}


def distinct(sessions: Sequence[Conference], summoned: int, more: int = 0) -> Attendance:
    """Add up the sessions held, and `more`; nobody counts twice: members never pass those who had to come."""
    held = [each for each in sessions if each.state == ConferenceState.HELD]
    attended = sum(each.attended or 0 for each in held) + more
    over = max(attended - summoned, 0)
    return Attendance(len(held), attended - over, sum(each.masses or 0 for each in held), over)


def _standing(campaign_id: int) -> list[ColumnElement[bool]]:
    gone = (ConferenceState.CANCELLED, ConferenceState.SAID)
    return [Conference.campaign_id == campaign_id, Conference.state.not_in(gone)]
