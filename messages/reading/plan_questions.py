"""Recognises questions that the plan and the records answer ("nộp ở đâu", "sao nhắn hoài vậy"); knows no plan."""

from dataclasses import dataclass
from typing import Literal

from messages.reading import words

Topic = Literal["phone", "others", "inclusive", "template", "where", "sent", "due", "who", "why", "how"]
LONGEST = 150
OWN = 12
"""Words beyond which "dữ liệu của tôi" comes beside something of its own."""
FEW = {"why": 9, "how": 9, "who": 7}
"""Words beyond which "không hiểu" or "chào đồng chí" comes beside something of its own."""
TOPICS: tuple[Topic, ...] = ("phone", "others", "inclusive", "template", "where", "sent", "due", "why", "how", "who")


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
