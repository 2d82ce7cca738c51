"""Which day a weekly push goes out, and which week it is. Pure: days and hours in, days out."""

from collections.abc import Iterator
from datetime import date, time, timedelta

from handlers.rules.workdays import Workdays

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
_WEEK = timedelta(weeks=1)


def send_day(workdays: Workdays, week: date) -> date | None:
    """Return the day on which the push named `week` (its regular day) goes out: then, or the next working day.

    None where that would be in another week (the whole of Tết): that week has none.
    """
    day = workdays.on_or_after(week)
    return day if day.isocalendar()[:2] == week.isocalendar()[:2] else None


def next_week(workdays: Workdays, day_name: str, at: time, today: date, now: time) -> tuple[date, date]:
    """Return the first week whose push is still to come at `today` `now`, and the day on which it goes out."""
    for week in _weeks(day_name, today):
        day = send_day(workdays, week)
        if day is not None and (day, at) > (today, now):
            return week, day
    raise AssertionError("weeks never end")


def week_of(day_name: str, today: date) -> date:
    """Return the regular day of today's week."""
    return today - timedelta(days=today.weekday() - _DAYS.index(day_name))


def number(first: date, week: date) -> int:
    """Return which week it is, the first being 1; a week left out counts."""
    return (week - first).days // _WEEK.days + 1


def _weeks(day_name: str, today: date) -> Iterator[date]:
    week = week_of(day_name, today)
    while True:
        yield week
        week += _WEEK
