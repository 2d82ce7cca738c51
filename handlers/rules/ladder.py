"""The ladder of reminders: which rung comes when. Pure: days and counts in, moments of plan days out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from handlers.rules.timeliness import Dates
from handlers.rules.workdays import Workdays


@dataclass(frozen=True)
class Ladder:
    """Working days before the last on-time day, the hour of each rung, and the notes after it."""

    before: Sequence[int] = (10, 5, 3, 1)
    morning: time = time(8, 15)
    on_the_day: time = time(14, 0)
    overdue_every: int = 2  # working days
    overdue_notes: int = 3
    deputy_from: int = 3  # working days before


@dataclass(frozen=True)
class Rung:
    """`name` "T-5", "T0", "D" (the end of the grace) or "+1" … "+3"; `day` and `at` are local plan time."""

    name: str
    day: date
    at: time
    deputy: bool
    overdue: int = 0  # 1 … 3 for notes after the last day


def rungs(ladder: Ladder, workdays: Workdays, dates: Dates) -> list[Rung]:
    """Return all rungs of a deadline in order: none before it opens, no note after the adding up.

    A day off rolls back to the working day before, for the plan's dates are fixed and a note after them is late. A
    grace past the first note moves the notes behind it: nobody is told to be late while a report still counts.
    """
    last_day, grace_day = dates.last_day, dates.grace_day
    end = workdays.on_or_before(last_day)
    found = [
        Rung(f"T-{n}", workdays.plus(end, -n), ladder.morning, deputy=n <= ladder.deputy_from) for n in ladder.before
    ]
    found.append(Rung("T0", end, ladder.on_the_day, deputy=True))
    if grace_day and workdays.worked(grace_day) and grace_day > end:
        found.append(Rung("D", grace_day, ladder.morning, deputy=True))
    first_note = workdays.plus(last_day, ladder.overdue_every)
    after = grace_day if grace_day and grace_day >= first_note else last_day
    found += [
        Rung(f"+{k}", workdays.plus(after, ladder.overdue_every * k), ladder.morning, deputy=True, overdue=k)
        for k in range(1, ladder.overdue_notes + 1)
    ]
    closed = dates.closes_on if dates.closes_on and dates.closes_on >= last_day else None  # more time outlasts it
    return [rung for rung in found if dates.open(rung.day) and not (closed and rung.overdue and rung.day > closed)]


def next_rung(found: Sequence[Rung], today: date, now: time, after: str = "") -> Rung | None:
    """Return the first rung not yet past at `today` `now`, later than the one named `after`; None at the end."""
    names = [rung.name for rung in found]
    start = names.index(after) + 1 if after in names else 0
    return next((rung for rung in found[start:] if (rung.day, rung.at) > (today, now)), None)
