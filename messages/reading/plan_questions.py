"""Recognises questions that the plan and the records answer ("nộp ở đâu", "sao nhắn hoài vậy"); knows no plan."""

import re
from dataclasses import dataclass
from typing import Literal

from messages.reading import fold, words

Topic = Literal["phone", "others", "inclusive", "template", "where", "sent", "due", "who", "why", "how"]
LONGEST = 150
OWN = 12
"""Words beyond which "dữ liệu của tôi" comes beside something of its own."""
FEW = {"why": 9, "how": 9, "who": 7}
"""Words beyond which "không hiểu" or "chào đồng chí" comes beside something of its own."""
TOPICS: tuple[Topic, ...] = ("phone", "others", "inclusive", "template", "where", "sent", "due", "why", "how", "who")
_DAY = re.compile(r"(?<![\d/])(?:(?:ngay|mung|hom) )?(\d{1,2})(?:/|-| thang )(\d{1,2})(?!\d)")
_DAY_ALONE = re.compile(r"(?:ngay|mung|hom) (\d{1,2})(?![\d/])")
_ROMAN = {"1": "i", "2": "ii", "3": "iii", "4": "iv"}


@dataclass(frozen=True, slots=True)
class PlanQuestion:
    """What is asked; `quarterly`: of the quarter's report or meeting."""

    topic: Topic
    quarterly: bool


def read(text: str) -> PlanQuestion | None:
    """Return the first topic asked about; None where the records know no answer, or the message says much more."""
    if len(text) > LONGEST:
        return None
    if text.strip() and not text.strip("? "):  # "?"
        return PlanQuestion("how", quarterly=False)
    told = words.tell(words.normal(text))
    topic = next((topic for topic in TOPICS if told.has(f"asks_{topic}")), None)
    if topic is None or len(told.tokens) > FEW.get(topic, LONGEST):
        return None
    return PlanQuestion(topic, told.has("of_quarter"))


def asks_own_data(text: str) -> bool:
    """Say whether somebody wants to see what is kept about them, or have it erased; with figures it is of a report."""
    told = words.tell(words.normal(text[:LONGEST]))
    return told.has("asks_data") and len(told.tokens) <= OWN and not any(each[0].isdigit() for each in told.tokens)


def days_named(text: str) -> tuple[tuple[int, int], ...]:
    """Return the days written in a message as (day, month); month 0 where a day alone is all it names."""
    plain = fold.plain(text[:LONGEST])
    whole = tuple((int(day), int(month)) for day, month in _DAY.findall(plain))
    return whole or tuple((int(day), 0) for day in _DAY_ALONE.findall(plain))


def in_a_row(text: str, title: str) -> int:
    """Return how many words of a title a message has in a row ("báo cáo quý 2" has three of "Báo cáo quý II")."""
    said, named = _syllables(text), _syllables(title)
    runs = (
        length
        for start in range(len(named))
        for length in range(1, len(named) - start + 1)
        if f" {' '.join(named[start : start + length])} " in f" {' '.join(said)} "
    )
    return max(runs, default=0)


def _syllables(text: str) -> list[str]:
    found = re.findall(r"\w+", fold.unmarked(words.normal(text[:LONGEST])))
    pairs = zip(["", *found], found, strict=False)
    return [_ROMAN.get(each, each) if before == "quy" else each for before, each in pairs]
