"""Reads an hour of the day out of Vietnamese words ("9h30", "14:00", "2 giờ chiều"); knows no day and no clock."""

import re
from datetime import time

from messages.reading import words

_HOUR = re.compile(r"(?<!\d)(?P<hour>\d{1,2}) ?(?:giờ|gio|[:hg]) ?(?P<minute>\d{2}|rưỡi|ruoi)?(?!\d)")
_AFTERNOON = re.compile(r"(?<!\w)(?:chiều|chieu|tối|toi)(?!\w)")
_HOURS, _MINUTES, _NOON = 24, 60, 12


def read_hour(text: str) -> time | None:
    """Return the first hour named, None if there is none or it does not exist."""
    normal = words.normal(text)
    found = _HOUR.search(normal)
    if not found:
        return None
    hour, minute = int(found["hour"]), _minutes(found["minute"])
    hour += _NOON if hour < _NOON and _AFTERNOON.search(normal) else 0
    return time(hour, minute) if hour < _HOURS and minute < _MINUTES else None


def _minutes(written: str | None) -> int:
    if not written:
        return 0
    return int(written) if written.isdigit() else _MINUTES // 2
