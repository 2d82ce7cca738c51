"""The report that every contender takes, read from the bench campaign's form, and what people say to it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CAMPAIGN = Path(__file__).parent / "campaign"
FORM = CAMPAIGN / "forms" / "bench_report.yaml"
START = "/baocao"
ANSWERS = ("Đã tổ chức", "13/5/2024", "24", "7", "Việc số {n} của chi bộ", "Còn vướng điều thứ {n}")
KEPT = ("held", "2024-05-13", 24, 7, "Việc số {n} của chi bộ", "Còn vướng điều thứ {n}")
"""The same answers as a database should hold them."""


@dataclass(frozen=True)
class Question:
    """One question; `labels` of a choice; `low` and `high` of a number or of a text's length."""

    name: str
    kind: str
    ask: str
    help: str
    labels: tuple[str, ...]
    low: int
    high: int


def read() -> list[Question]:
    """Return the six questions."""
    raw: dict[str, Any] = yaml.safe_load(FORM.read_text(encoding="utf-8"))
    return [_question(each) for each in raw["parts"][0]["questions"]]


def _question(raw: dict[str, Any]) -> Question:
    labels = tuple(each["label"] for each in raw.get("options", ()))
    high = raw.get("high", 10)
    return Question(raw["id"], raw["kind"], raw["ask"], raw["help"], labels, raw.get("low", 0), high)


def lines() -> list[str]:
    """Return what each person says, in order."""
    return [START, *ANSWERS]


def expected() -> list[str]:
    """Return words that each answer must hold: the next question, and at the end the last answer read back."""
    return [*(each.ask for each in read()), ANSWERS[-1]]


def fits(question: Question, said: str) -> bool:
    """Say whether an answer can be taken: the checks of the plain contenders."""
    if question.kind == "choice":
        return said in question.labels
    if question.kind == "date":
        parts = said.split("/")
        return len(parts) == 3 and all(part.isdigit() for part in parts)
    if question.kind == "number":
        return said.isdigit() and question.low <= int(said) <= question.high
    return len(said) <= question.high


REPORTS = (
    "select account.external_id, report.answers from report"
    " join obligation on obligation.id = report.obligation_id"
    " join role on role.unit_id = obligation.unit_id and role.kind = 'secretary'"
    " join account on account.person_id = role.person_id"
)
"""What each secretary's report holds, for any other program."""
