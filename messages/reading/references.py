"""Reads a document's number and date as an answer gives them ("05-KH/CB ngày 10/5"); knows no document."""

import datetime
import re
from dataclasses import dataclass
from datetime import date

from messages.reading import dates, fold

_NUMBER = re.compile(r"(?<![\d/.-])(\d{1,4})\s*-?\s*([a-zđ]{1,6}(?:\s*[/-]\s*[a-zđ]{1,8})+)", re.IGNORECASE)
_BARE = re.compile(r"(?:số|so|kh|kế hoạch|ke hoach)?\s*(?:số|so)?\s*(\d{1,4})(?![\d/.-])", re.IGNORECASE)
_LEADING = re.compile(r"^(?:ngày|ngay|và|va|của|cua|,|\s)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reference:
    """A document's number as an office writes it ("05-KH/CB", "05"), "" if none; its day, None if none.

    `invalid`: a day was named that does not exist.
    """

    number: str = ""
    date: datetime.date | None = None
    invalid: bool = False


def read_reference(text: str, *, today: date) -> Reference | None:
    """Read a number with its symbol, a number alone, a day, or both; None if the text gives neither."""
    said = fold.fold(text).original.strip()
    number, rest = _number(said)
    day = dates.read_date(rest, today=today, tense="past") if rest else dates.DateReading()
    if not number and day.date is None and not day.invalid:
        return None
    return Reference(number, day.date, day.invalid)


def _number(said: str) -> tuple[str, str]:
    if found := _NUMBER.search(said):
        symbol = re.sub(r"\s+", "", found[2]).upper()
        return f"{_padded(found[1])}-{symbol}", said[: found.start()] + " " + said[found.end() :]
    if found := _BARE.match(said):
        return _padded(found[1]), _LEADING.sub("", said[found.end() :])
    return "", said


def _padded(figures: str) -> str:
    return f"{int(figures):02d}"
