"""Calendar arithmetic behind the reading of dates: which year, which week, which end of a month; knows no words."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

Tense = Literal["past", "future", "any"]
Span = tuple[date, date]

_LEAP_DAY = (29, 2)
_YEARS_AROUND = 8  # 29 February comes back within eight years
_CENTURY = 2000


def shift(day: date, days: int) -> date | None:
    """Give the day `days` later, None beyond the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def add_months(day: date, months: int) -> date | None:
    """Give the same day `months` later, or the last one of a shorter month; None beyond the calendar."""
    month = day.year * 12 + day.month - 1 + months
    year = month // 12
    if not date.min.year <= year <= date.max.year:
        return None
    return date(year, month % 12 + 1, min(day.day, last_day(year, month % 12 + 1)))


def last_day(year: int, month: int) -> int:
    """Give how many days a month has."""
    return calendar.monthrange(year, month)[1]


def exact(year: int, month: int, day: int) -> date | None:
    """Give a day of a year written with two or four figures, None if there is none."""
    try:
        return date(year + _CENTURY if year < 100 else year, month, day)  # noqa: PLR2004 - two figures
    except ValueError:
        return None


def of_year(today: date, tense: Tense, day: int, month: int) -> date | None:
    """Give day/month in the year that the tense asks for: past, latest up to today; future, nearest from today."""
    around = _YEARS_AROUND if (day, month) == _LEAP_DAY else 1
    years = range(today.year - around, today.year + around + 1)
    return _pick(today, tense, (exact(year, month, day) for year in years if year >= 100))  # noqa: PLR2004 - two figures


def of_month(today: date, tense: Tense, day: int) -> date | None:
    """Give a day of a month in the month that the tense asks for; months too short for it are passed over."""
    months = (add_months(today.replace(day=1), step) for step in range(-3, 4))
    return _pick(today, tense, (exact(first.year, first.month, day) for first in months if first))


def month_end(today: date, tense: Tense) -> date | None:
    """Give the last day of the month that the tense asks for."""
    ends = (add_months(today.replace(day=1), step) for step in (-1, 0))
    return _pick(today, tense, (end.replace(day=last_day(end.year, end.month)) for end in ends if end))


def weekday(today: date, tense: Tense, number: int) -> date | None:
    """Give a weekday (Monday 0): past, latest up to today; otherwise this week's if not past, else next week's."""
    ahead = (number - today.weekday()) % 7
    return shift(today, ahead - 7 if tense == "past" and ahead else ahead)


def week(today: date, weeks: int) -> Span | None:
    """Give Monday to Sunday of the week `weeks` after this one."""
    monday = shift(today, 7 * weeks - today.weekday())
    sunday = monday and shift(monday, 6)
    return (monday, sunday) if monday and sunday else None


def month(year: int, number: int) -> Span | None:
    """Give the first and last day of a month."""
    first = exact(year, number, 1)
    return (first, first.replace(day=last_day(year, number))) if first else None


def _pick(today: date, tense: Tense, candidates: Iterator[date | None]) -> date | None:
    days = [day for day in candidates if day]
    past, future = [day for day in days if day <= today], [day for day in days if day >= today]
    if tense == "past":
        return max(past, default=None)
    if tense == "future":
        return min(future, default=None)
    return min(days, key=lambda day: (abs(day - today), day < today), default=None)
