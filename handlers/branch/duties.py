"""What a branch still owes, as its people may touch it and see it. Decides nothing and says nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from handlers.routes import WRITERS
from handlers.rules import timeliness
from handlers.rules.timeliness import Dates
from handlers.rules.workdays import Workdays
from handlers.turn import Moment, Turn
from models import conference, obligation
from models.deadline import Deadline
from models.obligation import Obligation, State
from models.unit import Unit

LATER = timedelta(days=5)
"""How far after the last day the example of "xin lùi" lies."""
STILL_OWED = (State.NOT_SENT, State.DRAFTING)
"""States in which the branch has to do something and has not said that it did."""


@dataclass(frozen=True)
class Duty:
    """An obligation with its deadline and branch."""

    owed: Obligation
    deadline: Deadline
    unit: Unit

    @property
    def id(self) -> int:
        """The obligation's id."""
        return self.owed.id

    @property
    def dates(self) -> Dates:
        """The days that decide, the extension included."""
        return timeliness.of(self.deadline, self.owed.extended_to)

    @property
    def announces(self) -> bool:
        """Whether it is answered by announcing a session, not by a report."""
        return self.deadline.form_name == conference.FORM

    @property
    def extended(self) -> bool:
        """Whether an extension moved the last day."""
        return self.last_day > self.deadline.last_on_time

    @property
    def last_day(self) -> date:
        """The last on-time day, the extension included."""
        return max(self.deadline.last_on_time, self.owed.extended_to or self.deadline.last_on_time)

    @property
    def chased(self) -> bool:
        """Whether the branch may be reminded of it."""
        gone = self.deadline.superseded or self.deadline.cancelled or self.unit.active_to is not None
        return self.owed.state in STILL_OWED and not (self.owed.excused or self.owed.closed or gone)


async def load(moment: Moment, ids: Sequence[int]) -> list[Duty]:
    """Return the committee's duties of these obligations, soonest deadline first."""
    rows = await obligation.known(moment.session, ids)
    return [Duty(*row) for row in rows if row[0].committee_id == moment.committee.id]


async def of_unit(moment: Moment, unit_id: int) -> list[Duty]:
    """Return what a branch still owes, numbered as its people see it."""
    branch = await moment.session.get_one(Unit, unit_id)
    return [Duty(owed, deadline, branch) for owed, deadline in await obligation.open_ones(moment.session, unit_id)]


def begun(duty: Duty, today: date) -> bool:
    """Say whether a duty is open yet, as a quarter's is once the quarter has begun."""
    return duty.dates.open(today)


async def of_person(turn: Turn) -> list[Duty]:
    """Return what the branches for which this person answers still owe of what has begun."""
    owed = [duty for each in await turn.units(WRITERS) for duty in await of_unit(turn, each.id)]
    found = [duty for duty in owed if begun(duty, turn.today)]
    return sorted(found, key=lambda duty: (duty.deadline.last_on_time, duty.deadline.id, duty.unit.ordinal))


async def theirs(turn: Turn, *which: ColumnElement[bool]) -> list[Duty]:
    """Return the duties of these branches that are so, the last sent or due first; nothing excused."""
    units = [each.id for each in await turn.units(WRITERS)]
    rows = await turn.session.execute(
        select(Obligation, Deadline, Unit)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(Obligation.unit_id.in_(units), Obligation.excused.is_(False), *which)
        .where(Deadline.superseded.is_(False), Deadline.cancelled.is_(False))
        .order_by(Obligation.first_sent_at.desc(), Deadline.last_on_time.desc(), Obligation.id)
    )
    return [Duty(owed, deadline, unit) for owed, deadline, unit in rows]


async def mine(turn: Turn, ids: Sequence[int]) -> list[Duty]:
    """Return those of the duties that this person may answer for, in the order given (ids are not trusted)."""
    theirs = {role.unit_id for role in turn.roles if role.kind in WRITERS}
    found = {duty.id: duty for duty in await load(turn, ids) if duty.unit.id in theirs}
    return [found[each] for each in ids if each in found]


def ids_of(joined: str | int) -> list[int]:
    """Read obligation ids from a button's value: 7 or "3,7"."""
    return [int(each) for each in str(joined).split(",") if each.isdigit()]


def joined(found: Sequence[Duty]) -> str:
    """Write duties as a button's value."""
    return ",".join(str(duty.id) for duty in found)


def shown(duty: Duty, today: date, workdays: Workdays) -> dict[str, Any]:
    """Return what templates say of a duty; `left` working days and `gap` days to its last day.

    `due_day` the end of its grace, `of_plan` if that is the very day the plan names; `wanted_on` the day before which
    the office wishes it, while that is to come; `meets` the session still to come today, which `asking` puts in.
    """
    dates, wanted_on = duty.dates, duty.deadline.office_wanted_on
    grace = dates.grace_day
    return {
        "id": duty.id,
        "branch": duty.unit.name,
        "title": duty.deadline.title,
        "short_title": duty.deadline.short_title,
        "form": duty.deadline.form_name,
        "announces": duty.announces,
        "due_text": duty.deadline.due_text,
        "by_office": duty.deadline.set_by_office,
        "extended": duty.extended,
        "last_day": duty.last_day,
        "left": workdays.left(today, duty.last_day),
        "gap": (duty.last_day - today).days,
        "on_due_day": bool(grace and duty.last_day < today <= grace),
        "due_day": grace,
        "of_plan": grace == dates.due_day,
        "wanted_on": wanted_on if wanted_on and today < wanted_on and not duty.extended else None,
        "example": duty.deadline.example,
        "short_example": duty.deadline.example.partition(",")[0],
        "later_day": workdays.on_or_after(duty.last_day + LATER),
        "state": duty.owed.state,
        "meets": None,
    }


async def views(moment: Moment, found: Sequence[Duty]) -> list[dict[str, Any]]:
    """Return what templates say of several duties, in order."""
    workdays = await moment.workdays()
    return [shown(duty, moment.today, workdays) for duty in found]


async def view(moment: Moment, duty: Duty) -> dict[str, Any]:
    """Return what templates say of a duty."""
    return shown(duty, moment.today, await moment.workdays())


async def branch_of(turn: Turn) -> Unit | None:
    """Return the first branch for which this person answers."""
    units = await turn.units(WRITERS)
    return units[0] if units else None
