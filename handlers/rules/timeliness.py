"""When a report counts as in time. Source: the plan's wording ("trước ngày" is strictly before) and office practice."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Timeliness(StrEnum):
    """Of a report's first sending that was not recalled."""

    ON_TIME = "on_time"
    ON_DUE_DAY = "on_due_day"  # "trước ngày 31/5" sent on 31/5: in time, with its own number, while grace is on
    LATE = "late"


@dataclass(frozen=True)
class Dates:
    """The days that decide; `extended_to` inclusive ("đến hết ngày"), None when there is no extension."""

    last_on_time: date
    due_date: date
    grace: bool
    extended_to: date | None = None

    @property
    def last_day(self) -> date:
        """The last day that counts as fully on time, extension included."""
        return max(self.last_on_time, self.extended_to or self.last_on_time)


def last_on_time(due_date: date, mode: str) -> date:
    """Return the last on-time day: "before" is the day before (Civil Code counts otherwise only for periods)."""
    return due_date - timedelta(days=1) if mode == "before" else due_date


def judge(sent_on: date, dates: Dates) -> Timeliness:
    """Return how a report first sent on `sent_on` (local day) counts."""
    if sent_on <= dates.last_day:
        return Timeliness.ON_TIME
    if dates.grace and sent_on == dates.due_date:
        return Timeliness.ON_DUE_DAY
    return Timeliness.LATE


def days_late(sent_on: date, dates: Dates) -> int:
    """Return calendar days after the last day that still counts, 0 if none."""
    still = max(dates.last_day, dates.due_date if dates.grace else dates.last_day)
    return max((sent_on - still).days, 0)
