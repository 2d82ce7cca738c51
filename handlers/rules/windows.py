"""The hours in which pushes may go out. Pure: days and hours in, days and hours out. Source: design, defaults."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from handlers.rules.workdays import Workdays

QUIET_FROM, QUIET_UNTIL = time(21, 0), time(7, 0)
"""Never between these, not even by hand."""

Window = tuple[time, time]
"""From (inclusive) and until (exclusive), local plan time."""


def is_open(windows: Sequence[Window], workdays: Workdays, day: date, hour: time) -> bool:
    """Say whether a push may go out at `hour` of `day`."""
    return workdays.worked(day) and any(start <= hour < end for start, end in windows)


def next_open(windows: Sequence[Window], workdays: Workdays, day: date, hour: time) -> tuple[date, time]:
    """Return the first moment from then on at which a push may go out."""
    if workdays.worked(day):
        for start, end in windows:
            if hour < end:
                return day, max(start, hour)
    return workdays.on_or_after(day + timedelta(days=1)), windows[0][0]


def is_quiet(hour: time) -> bool:
    """Say whether nothing at all is pushed at this hour."""
    return hour >= QUIET_FROM or hour < QUIET_UNTIL
