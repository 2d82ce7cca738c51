"""What would follow from a deadline: who is told of it and when, with the true days left. Writes nothing.

People are counted in the database: an office with thousands of branches looks ahead as quickly as any.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select

from handlers.rules import ladder
from handlers.rules.ladder import Rung
from handlers.rules.timeliness import Dates
from handlers.turn import Moment
from models import standing
from models.standing import Asked

NAMED = 12  # branches named of which nobody is reached; more are counted
TOLD = 6  # people named who are told first; more are counted


@dataclass(frozen=True, slots=True)
class Foreseen:
    """`first` when its first message goes out, `new` if that is "Việc mới giao"; `days` of the reminders before the
    last day, `notes` of those after it; `asked` who is told first.
    """

    last_day: date
    gap: int  # days
    left: int  # working days
    first: datetime
    new: bool
    days: Sequence[date]
    notes: Sequence[date]
    asked: Asked


async def foresee(moment: Moment, dates: Dates, units: Select[int]) -> Foreseen:
    """Work out what these branches (a select of ids) would be told of a deadline given or moved now."""
    last_day = dates.last_day
    rules = ladder.Ladder(**(await moment.plan()).ladder.model_dump())
    workdays = await moment.workdays()
    steps = ladder.rungs(rules, workdays, dates)
    coming = [step for step in steps if (step.day, step.at) > (moment.today, moment.clock_time)]
    new = bool(steps) and len(coming) < len(steps)
    first = await moment.next_sending(moment.now) if new or not coming else _at(moment, coming[0])
    day = moment.local(first).date()
    return Foreseen(
        last_day=last_day,
        gap=(last_day - moment.today).days,
        left=workdays.left(moment.today, last_day),
        first=first,
        new=new,
        days=sorted({step.day for step in coming if not step.overdue}),
        notes=[step.day for step in coming if step.overdue],
        asked=await standing.asked_first(moment.session, moment.committee.id, units, day, NAMED),
    )


def _at(moment: Moment, step: Rung) -> datetime:
    return moment.at(step.day, step.at)
