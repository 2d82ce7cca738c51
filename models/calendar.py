"""What the office's calendar of conferences reads: counts and one page of a list, however many branches. Only reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from models import unit
from models.conference import Conference, ConferenceState, Leader
from models.obligation import Obligation
from models.report import Report, Revision
from models.unit import Unit

COMING, PAST, HELD, LEADERS, NONE = "coming", "past", "held", "leaders", "none"
KINDS = (COMING, PAST, HELD, LEADERS, NONE)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Whose calendar, of which plan, as of which day; `deadlines` ids of those whose reports tell of a conference."""

    committee_id: int
    campaign_id: int
    deadlines: Sequence[int]
    today: date

    def sessions(self, kind: str) -> Select[Conference]:
        """Select the sessions of a list; past: its day is over and nobody said whether it was held."""
        query = select(Conference).where(
            Conference.campaign_id == self.campaign_id, Conference.unit_id.in_(unit.active(self.committee_id))
        )
        if kind == HELD:
            return query.where(Conference.state == ConferenceState.HELD)
        return query.where(Conference.state == ConferenceState.ANNOUNCED, ~self._told(), self._wanted(kind))

    def _wanted(self, kind: str) -> ColumnElement[bool]:
        return {
            COMING: Conference.on_day >= self.today,
            PAST: Conference.on_day < self.today,
            LEADERS: Conference.leader.in_((Leader.ASKED, Leader.COMING)),
        }[kind]

    def _told(self) -> ColumnElement[bool]:
        """The report told of it already, so nobody has to say whether it was held."""
        return and_(Conference.unit_id.in_(self._reported()), Conference.makeup_of_id.is_(None))

    def _reported(self) -> Select[int]:
        return (
            select(Obligation.unit_id)
            .join(Report, Report.obligation_id == Obligation.id)
            .join(Revision, Revision.report_id == Report.id)
            .where(Obligation.deadline_id.in_(self.deadlines), Revision.recalled_at.is_(None))
        )

    def branches(self, kind: str) -> Select[Unit]:
        """Select the branches of a list of which no session is known: the report alone tells, or nothing does."""
        query, other = select(Unit).where(Unit.id.in_(unit.active(self.committee_id))), aliased(Conference)
        known: Any = select(other.unit_id).where(other.campaign_id == self.campaign_id)
        if kind == HELD:
            main = known.where(other.state == ConferenceState.HELD, other.makeup_of_id.is_(None))
            return query.where(Unit.id.in_(self._reported()), Unit.id.not_in(main))
        gone = (ConferenceState.NOT_HELD, ConferenceState.CANCELLED, ConferenceState.SAID)
        stands = known.where(other.state.not_in(gone))
        return query.where(Unit.id.not_in(stands), Unit.id.not_in(self._reported()))


async def counts(session: AsyncSession, of: Calendar) -> dict[str, int]:
    """Return how long each list is, in KINDS' order, in one statement."""
    parts = {kind: [of.sessions(kind)] if kind != NONE else [] for kind in KINDS}
    whole: dict[str, list[Select[Any]]] = {**parts, HELD: [*parts[HELD], of.branches(HELD)], NONE: [of.branches(NONE)]}
    numbers = [[_number(each) for each in whole[kind]] for kind in KINDS]
    row = (await session.execute(select(*(sum(each[1:], each[0]) for each in numbers)))).one()
    return dict(zip(KINDS, row, strict=True))


def _number(query: Select[Any]) -> Any:
    return select(func.count()).select_from(query.subquery()).scalar_subquery()


async def mentioned(session: AsyncSession, of: Calendar) -> int:
    """Count the branches that announced nothing but named a day in passing."""
    said = select(Conference.unit_id).where(
        Conference.campaign_id == of.campaign_id, Conference.state == ConferenceState.SAID
    )
    return await session.scalar(select(_number(of.branches(NONE).where(Unit.id.in_(said))))) or 0


async def said(session: AsyncSession, of: Calendar, unit_ids: Sequence[int]) -> dict[int, date]:
    """Return {unit id: the day it named in passing} of some branches."""
    query = select(Conference.unit_id, Conference.on_day).where(
        Conference.campaign_id == of.campaign_id, Conference.state == ConferenceState.SAID
    )
    rows = await session.execute(
        query.where(Conference.unit_id.in_(unit_ids)).order_by(Conference.on_day, Conference.id)
    )
    return {row.unit_id: row.on_day for row in rows}


async def listed(
    session: AsyncSession, of: Calendar, kind: str, offset: int, limit: int
) -> tuple[Sequence[Conference], Sequence[Unit]]:
    """Return a part of a list: its sessions by day, after them the branches of which no session is known."""
    found: Sequence[Conference] = ()
    before = 0
    if kind != NONE:
        ordered = of.sessions(kind).order_by(Conference.on_day, Conference.id)
        found = (await session.scalars(ordered.offset(offset).limit(limit))).all()
        before = await session.scalar(select(_number(of.sessions(kind)))) or 0
    room = limit - len(found)
    if kind not in (HELD, NONE) or not room:
        return found, ()
    more = of.branches(kind).order_by(Unit.ordinal, Unit.id).offset(max(offset - before, 0)).limit(room)
    return found, (await session.scalars(more)).all()
