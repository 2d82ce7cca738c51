"""What a branch still owes, as its people may touch it and see it. Decides nothing and says nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from campaigns import schema
from handlers.routes import WRITERS
from handlers.rules.workdays import Workdays
from handlers.turn import Moment, Turn
from models import obligation
from models.deadline import Deadline
from models.obligation import Obligation, State
from models.unit import Unit

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
    def extended(self) -> bool:
        """Whether an extension moved the last day."""
        return bool(self.owed.extended_to and self.owed.extended_to > self.deadline.last_on_time)

    @property
    def last_day(self) -> date:
        """The last on-time day, the extension included."""
        return max(self.deadline.last_on_time, self.owed.extended_to or self.deadline.last_on_time)

    @property
    def grace_day(self) -> date | None:
        """The plan's own due day, while it still counts as in time."""
        return self.deadline.due_date if self.deadline.grace and not self.extended else None

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
    """Say whether a duty's quarter has begun: nobody reports of the next one yet."""
    return not duty.deadline.period or schema.quarter_days(duty.deadline.period)[0] <= today


async def of_person(turn: Turn) -> list[Duty]:
    """Return what the branches for which this person answers still owe of what has begun."""
    owed = [duty for each in await turn.units(WRITERS) for duty in await of_unit(turn, each.id)]
    found = [duty for duty in owed if begun(duty, turn.today)]
    return sorted(found, key=lambda duty: (duty.deadline.last_on_time, duty.deadline.id, duty.unit.ordinal))


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
    """Return what templates say of a duty; `left` working days and `gap` days to its last day."""
    return {
        "id": duty.id,
        "branch": duty.unit.name,
        "title": duty.deadline.title,
        "short_title": duty.deadline.short_title,
        "form": duty.deadline.form_name,
        "due_text": duty.deadline.due_text,
        "by_office": duty.deadline.set_by_office,
        "extended": duty.extended,
        "last_day": duty.last_day,
        "left": workdays.left(today, duty.last_day),
        "gap": (duty.last_day - today).days,
        "on_due_day": duty.grace_day == today and today > duty.last_day,
        "due_day": duty.grace_day,
        "example": duty.deadline.example,
        "short_example": duty.deadline.example.partition(",")[0],
        "state": duty.owed.state,
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
