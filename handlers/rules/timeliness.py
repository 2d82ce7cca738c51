"""When a report counts as in time, and which days decide. Source: the plan's wording ("trước ngày" is strictly before)
and office practice: a period opens, has its last day on time, a grace after it, and is closed once it is added up."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from campaigns import schema
from models.deadline import Deadline


class Timeliness(StrEnum):
    """Of a report's first sending that was not recalled."""

    ON_TIME = "on_time"
    ON_DUE_DAY = "on_due_day"  # "trước ngày 31/5" sent on 31/5: in time, with its own number, while grace is on
    LATE = "late"


@dataclass(frozen=True)
class Dates:
    """The days that decide, all inclusive; `extended_to` ("đến hết ngày") None when there is no extension.

    `grace_to`: until then a report counts as in time with its own number. Before `opens_on` nothing is asked; what
    first comes after `closes_on` comes after the adding up ("sau tổng hợp"), whatever time its branch was given.
    """

    last_on_time: date
    grace_to: date | None = None
    extended_to: date | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    due_day: date | None = None  # the day the plan itself names

    @property
    def last_day(self) -> date:
        """The last day that counts as fully on time, extension included."""
        return max(self.last_on_time, self.extended_to or self.last_on_time)

    @property
    def last_counted(self) -> date:
        """The last day that counts as in time, grace included."""
        return max(self.last_day, self.grace_to or self.last_day)

    @property
    def grace_day(self) -> date | None:
        """The end of the grace; None where there is none, or where more time replaced it."""
        return self.grace_to if self.last_day == self.last_on_time else None

    def open(self, today: date) -> bool:
        """Say whether reports are taken yet."""
        return self.opens_on is None or self.opens_on <= today


def of(deadline: Deadline, extended_to: date | None = None) -> Dates:
    """Return a deadline's days for a branch with that extension; a quarter's opens with it unless told otherwise."""
    opens_on = deadline.opens_on or (schema.quarter_days(deadline.period)[0] if deadline.period else None)
    due_day = None if deadline.set_by_office else deadline.due_date
    return Dates(deadline.last_on_time, deadline.grace_to, extended_to, opens_on, deadline.closes_on, due_day)


def last_on_time(due_date: date, mode: str) -> date:
    """Return the last on-time day: "before" is the day before (Civil Code counts otherwise only for periods)."""
    return due_date - timedelta(days=1) if mode == "before" else due_date


def judge(sent_on: date, dates: Dates) -> Timeliness:
    """Return how a report first sent on `sent_on` (local day) counts."""
    if sent_on <= dates.last_day:
        return Timeliness.ON_TIME
    return Timeliness.ON_DUE_DAY if sent_on <= dates.last_counted else Timeliness.LATE


def days_late(sent_on: date, dates: Dates) -> int:
    """Return calendar days after the last day that still counts, 0 if none."""
    return max((sent_on - dates.last_counted).days, 0)


def after_closing(sent_on: date, dates: Dates) -> bool:
    """Say whether a report first sent on `sent_on` came after the adding up."""
    return dates.closes_on is not None and sent_on > dates.closes_on


def moved(dates: Dates, last_day: date, wanted_on: date | None) -> dict[str, date | None]:
    """Return the other days of a deadline moved to `last_day`: grace and closing stay as far behind it as they were.

    A day on which it opens, or by which the office wishes it, is kept while it is still before the new last day.
    """
    by = last_day - dates.last_on_time
    return {
        "opens_on": dates.opens_on if dates.opens_on and dates.opens_on <= last_day else None,
        "grace_to": dates.grace_to + by if dates.grace_to else None,
        "closes_on": dates.closes_on + by if dates.closes_on else None,
        "office_wanted_on": wanted_on if wanted_on and wanted_on <= last_day else None,
    }
