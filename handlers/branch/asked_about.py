"""Which duties a question is about: due on a day it names, or called by its words, sent ones too. Says nothing."""

from collections.abc import Callable, Sequence
from datetime import date

from handlers.branch import duties
from handlers.branch.duties import Duty
from handlers.turn import Turn
from messages.reading import plan_questions

Score = tuple[int, int]
NONE: Score = (0, 0)
TOLD_APART = 2
"""Words of a title in a row by which it is named."""


async def named(turn: Turn, found: Sequence[Duty], text: str) -> list[Duty]:
    """Return the duties that a question names, one of each kind, soonest first; none where it names none of theirs."""
    theirs = await duties.theirs(turn)
    due = _due_on(theirs, plan_questions.days_named(text))
    called = _called(due or theirs, found, text)
    return _one_of_each(called or due, turn.today)


def _due_on(theirs: Sequence[Duty], days: Sequence[tuple[int, int]]) -> list[Duty]:
    """The day of the plan comes before the last on-time day: "31/5" is what is due before it."""
    marks: Sequence[Callable[[Duty], date]] = (lambda d: d.deadline.due_date, lambda d: d.last_day)
    for mark in marks:
        if due := [duty for duty in theirs if any(_is_day(mark(duty), *day) for day in days)]:
            return due
    return []


def _is_day(day: date, number: int, month: int) -> bool:
    return day.day == number and month in (0, day.month)


def _called(theirs: Sequence[Duty], found: Sequence[Duty], text: str) -> list[Duty]:
    """Those whose title has most of the words in a row; "báo cáo" alone only tells apart what is open."""
    scores = {duty.id: _score(duty, text) for duty in theirs}
    best = max(scores.values(), default=NONE)
    if best[0] < TOLD_APART:
        return []
    called = [duty for duty in theirs if scores[duty.id] == best]
    ids = {duty.id for duty in found}
    if best[0] == TOLD_APART:
        return [duty for duty in called if duty.id in ids]
    return called


def _score(duty: Duty, text: str) -> Score:
    short = plan_questions.in_a_row(text, duty.deadline.short_title)
    return max(short, plan_questions.in_a_row(text, duty.deadline.title)), short


def _one_of_each(among: Sequence[Duty], today: date) -> list[Duty]:
    """Of several quarters the first still owed, else the nearest."""
    nearest: dict[tuple[int, int, str], Duty] = {}
    for duty in sorted(among, key=lambda each: _distance(each, today)):
        nearest.setdefault((duty.unit.id, duty.deadline.campaign_id, duty.deadline.name), duty)
    return sorted(nearest.values(), key=lambda each: (each.last_day, each.id))


def _distance(duty: Duty, today: date) -> tuple[bool, int]:
    owed = duty.owed.state in duties.STILL_OWED and not duty.owed.closed
    days = (duty.last_day - today).days
    return not owed, days if owed else abs(days)
