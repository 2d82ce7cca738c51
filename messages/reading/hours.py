"""Reads an hour or part of the day out of Vietnamese words ("9h30", "14:00", "chiều"); knows no day and no clock."""

import re
from datetime import time

from messages.reading import fold, words

_HOUR = re.compile(r"(?<![\d/])(?P<hour>\d{1,2}) ?(?:giờ|gio|[:hg]) ?(?P<minute>\d{2}|rưỡi|ruoi)?(?!\w)")
_AFTERNOON = re.compile(r"(?<!\w)(?:chiều|chieu|tối|toi)(?!\w)")
PARTS = {"morning": ("sáng",), "afternoon": ("chiều",), "evening": ("tối",)}
_SAID = {name: re.compile(rf"(?<!\w){fold.any_of(*said)}(?!\w)") for name, said in PARTS.items()}
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


def read_time(text: str) -> str:
    """Return "14:00", or the part of the day: morning | afternoon | evening; "" if none of them is named."""
    hour, normal = read_hour(text), words.normal(text)
    return f"{hour:%H:%M}" if hour else next((name for name, said in _SAID.items() if said.search(normal)), "")


def _minutes(written: str | None) -> int:
    if not written:
        return 0
    return int(written) if written.isdigit() else _MINUTES // 2
