"""The figures in a sent report's answers. Pure: answers in, counts out; knows no form's words and no session."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

Answers = Mapping[str, Any]
"""{question id: {"value": …, …}} as `models.report` keeps them, or the values alone."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one report; None means not asked or not answered, never 0. `attended` counts make-up sessions too."""

    summoned: int | None = None
    attended: int | None = None
    masses: int | None = None
    pledged: int | None = None
    items: int | None = None  # posts, articles and sessions that made the topic known
    held_on: date | None = None


@dataclass(frozen=True, slots=True)
class Attendance:
    """Totals over `branches` reports that gave both numbers. Members and masses are never one rate."""

    branches: int = 0
    summoned: int = 0
    attended: int = 0
    masses: int | None = None


QUESTIONS = ("summoned", "attended", "makeup", "makeup_count", "masses", "pledges", "held_on", "meeting_on")
"""What `figures_of` reads, but for the places of dissemination."""


def value_of(answers: Answers, question: str) -> Any:
    """Return what was answered to a question, None if it was skipped or not asked."""
    kept = answers.get(question)
    return kept["value"] if isinstance(kept, dict) and "value" in kept else kept


def figures_of(answers: Answers) -> Figures:
    """Read a report's figures by its questions' ids (campaigns/…/forms: summoned, attended, makeup …)."""
    summoned = _number(answers, "summoned")
    tally = value_of(answers, "dissemination")
    day = value_of(answers, "held_on") or value_of(answers, "meeting_on")
    return Figures(
        summoned=summoned,
        attended=_with_makeup(answers, summoned),
        masses=_number(answers, "masses"),
        pledged=_number(answers, "pledges"),
        items=sum(tally.values()) if isinstance(tally, dict) else None,
        held_on=date.fromisoformat(day) if day else None,
    )


def _with_makeup(answers: Answers, summoned: int | None) -> int | None:
    """Add who made up for it, capped at the total (domain: main + makeup, never counted twice)."""
    attended = _number(answers, "attended")
    if attended is None or summoned is None or attended >= summoned:
        return attended
    if value_of(answers, "makeup") == "all":
        return summoned
    later = _number(answers, "makeup_count") if value_of(answers, "makeup") == "part" else None
    return min(attended + (later or 0), summoned)


def _number(answers: Answers, question: str) -> int | None:
    found = value_of(answers, question)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def add(found: Iterable[Figures]) -> Attendance:
    """Add up reports: attendance over those that gave both numbers, masses over those that were asked."""
    both = masses = None
    branches = summoned = attended = 0
    for each in found:
        masses = masses if each.masses is None else (masses or 0) + each.masses
        both = None if each.summoned is None or each.attended is None else (each.summoned, each.attended)
        if both:
            branches, summoned, attended = branches + 1, summoned + both[0], attended + both[1]
    return Attendance(branches, summoned, attended, masses)
