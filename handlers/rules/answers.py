"""What a form's answers say together: what is known, which questions apply, what is odd about them. Pure.

Answers are {question id: stored value} in the shapes of `campaigns.schema.Kind`; None is a question left out.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from campaigns import schema
from campaigns.schema import Condition, Form, Json, Kind, Level, Option, Question
from handlers.rules.checks import CHECKS, Known
from messages import numbers

Answers = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Branch:
    """Another branch, as a choice: its id, its name, other ways to say it."""

    id: int
    name: str
    short_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Before:
    """What the branch answered for an earlier period; `quarter` its name, "" for the one just before."""

    value: Json
    quarter: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known besides the answers. Counts are None where the register is silent; `period` "" or "2024-Q2"."""

    today: date
    plan_date: date
    last_on_time: date
    branch: str = ""
    secretary: str = ""
    members: int | None = None
    exempt: int | None = None
    masses: int | None = None
    branches: tuple[Branch, ...] = ()
    period: str = ""
    in_house: bool = False  # said on the local page
    apart: str = ""  # branches merged into this one that reported on their own: the counts leave them out
    before: Mapping[str, Before] = field(default_factory=dict)  # by question, of the last period reported
    recorded: Mapping[str, Json] = field(default_factory=dict)  # by question, what was recorded elsewhere


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that fired: its name, what it does, and the values its words need."""

    name: str
    level: Level
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """An answer as it is shown: question, its number and the one people see, heading, value as templates write it.

    `value` has `kind` and, by kind: apart (nothing) | words | date | number |
    (number, date) | items ((label, count) …) | (place, files).
    """

    question: str
    number: int
    place: int
    short: str
    value: Mapping[str, Any]


class _Latest:
    """The last thing known: one step asks for it several times, of the very same answers (which are never changed)."""

    form: Form | None = None
    answers: Answers | None = None
    facts: Facts | None = None
    names: Known = MappingProxyType({})


def known(form: Form, answers: Answers, facts: Facts) -> Known:
    """Return facts, answers and figures by name; what is not known is not there, days are dates."""
    if not (_Latest.answers is answers and _Latest.facts is facts and _Latest.form is form):
        _Latest.names = MappingProxyType(_known(form, answers, facts))
        _Latest.form, _Latest.answers, _Latest.facts = form, answers, facts
    return _Latest.names


def _known(form: Form, answers: Answers, facts: Facts) -> dict[str, Any]:
    names = {**_facts(facts), **_figures(form, answers)}
    names |= {
        question.id: _parsed(question, answers[question.id]) for question in form.questions if _has(answers, question)
    }
    if "total" in names and "attended" in names:
        names["absent"] = max(names["total"] - names["attended"], 0)
    return {name: value for name, value in names.items() if value is not None}


def _facts(facts: Facts) -> dict[str, Any]:
    register = None if facts.members is None else facts.members - (facts.exempt or 0)
    start, end = schema.quarter_days(facts.period) if facts.period else (None, None)
    return {
        "today": facts.today,
        "yesterday": facts.today - timedelta(days=1),
        "plan_date": facts.plan_date,
        "last_on_time": facts.last_on_time,
        "branch": facts.branch or None,
        "secretary": facts.secretary or None,
        "members": facts.members,
        "exempt": facts.exempt,
        "register": register,
        "register_masses": facts.masses,
        "quarter": schema.titled("{quarter}", facts.period) if facts.period else None,
        "period_start": start,
        "period_end": end,
        "in_house": facts.in_house or None,
        "apart": facts.apart or None,
        "earlier": facts.before or None,
        "elsewhere": facts.recorded or None,
    }


def _figures(form: Form, answers: Answers) -> dict[str, Any]:
    asked = [question for question in form.questions if question.figure and _has(answers, question)]
    return {question.figure: _parsed(question, answers[question.id]) for question in asked}


def _has(answers: Answers, question: Question) -> bool:
    return answers.get(question.id) is not None


def _parsed(question: Question, value: Json) -> Any:
    return date.fromisoformat(value) if question.kind is Kind.DATE and isinstance(value, str) else value


def holds(condition: Condition, names: Known) -> bool:
    """Say whether a condition is true; what is not known is never true."""
    value = names.get(condition.of)
    if value is None:
        return False
    if condition.so == "known":
        return bool(value)
    if condition.so in ("in", "not_in"):
        return (value in condition.to) == (condition.so == "in")
    others = [other for to in condition.to if (other := names.get(to) if isinstance(to, str) else to) is not None]
    return any(_compares(condition.so, value, other) for other in others)


def _compares(so: str, value: Any, other: Any) -> bool:
    if so == "differs":
        return bool(value != other)
    return bool(value < other if so == "below" else value > other)


def applies(question: Question, names: Known) -> bool:
    """Say whether a question is to be asked at all."""
    return all(holds(condition, names) for condition in question.when)


def applicable(form: Form, names: Known) -> Iterator[Question]:
    """Yield the questions that apply, in order."""
    return (question for question in form.questions if applies(question, names))


def may_come(form: Form, question: Question, names: Known) -> bool:
    """Say whether it may yet apply, by answers that are not there: what is known of it waits for its turn."""
    asked = {each.id: each for each in form.questions}
    open_ = [each for each in question.when if each.of in asked and each.of not in names]
    settled = all(holds(each, names) for each in question.when if each not in open_)
    return bool(open_) and settled and all(_comes(form, asked[each.of], names) for each in open_)


def _comes(form: Form, question: Question, names: Known) -> bool:
    return applies(question, names) or may_come(form, question, names)


def places(form: Form, names: Known) -> dict[int, int]:
    """Return {number of a question: the one people see}: 1, 2, 3 … of those asked here, or that may yet be.

    Follow-ups share it. Only what certainly is not asked has none, so that no number jumps once all is answered.
    """
    asked = dict.fromkeys(question.number for question in form.questions if _comes(form, question, names))
    return {number: place for place, number in enumerate(asked, 1)}


def count(form: Form, names: Known, parts: int) -> int:
    """Return how many numbers so many parts may ask, whatever is answered to them.

    Only what is known from elsewhere leaves one out: how many there are stays the same while somebody answers.
    """
    own = {question.id for question in form.questions}
    given = {name: value for name, value in names.items() if name not in own}
    asked = [question for part in form.parts[:parts] for question in part.questions]
    return len({each.number for each in asked if _comes(form, each, given)})


def final(form: Form, answers: Answers, facts: Facts) -> dict[str, Json]:
    """Return the answers that count: follow-ups of an answer since changed are left out."""
    names = known(form, answers, facts)
    return {question.id: answers[question.id] for question in applicable(form, names) if question.id in answers}


# Words

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def filled(text: str, names: Known) -> str:
    """Put what is known into a text's {places}, figures and days in office style."""
    return _PLACEHOLDER.sub(lambda match: _written(names.get(match[1])), text)


def _written(value: Any) -> str:
    if isinstance(value, int):
        return numbers.count(value)
    return numbers.day(value) if isinstance(value, date) else str(value or "…")


def asked(question: Question, names: Known) -> str:
    """Return the question's words as things stand."""
    fitting = (each.ask for each in question.words if _given(each.given, names) and _all(each.when, names))
    return filled(next(fitting, question.ask), names)


def _given(wanted: tuple[str, ...], names: Known) -> bool:
    return all(names.get(name) for name in wanted)


def _all(conditions: tuple[Condition, ...], names: Known) -> bool:
    return all(holds(condition, names) for condition in conditions)


def options(question: Question, names: Known, facts: Facts) -> list[Option]:
    """Return the choices on offer, their labels filled; a branch question offers the other branches."""
    if question.kind is Kind.BRANCH:
        return [Option(value=f"b{each.id}", label=each.name, says=each.short_names) for each in facts.branches]
    return [_worded(option, names) for option in question.options if _given(option.given, names)]


def _worded(option: Option, names: Known) -> Option:
    label = filled(option.label, names)
    return option if label == option.label else option.model_copy(update={"label": label})


# Checks


def findings(question: Question, value: Json, names: Known) -> Iterator[Finding]:
    """Yield what fires for a value of a question, in the form's order; a question left out is never odd."""
    if value is None:
        return
    for check in question.checks:
        values = CHECKS[check.name](_parsed(question, value), _beside(question, check, names))
        if values is not None:
            yield Finding(check.name, check.level, values)


def _beside(question: Question, check: schema.Check, names: Known) -> Known:
    """Return what a check may know: one that compares also has its limits and the earlier answer, or the record."""
    if check.name == RECORDED:
        return {"recorded": names.get("elsewhere", {}).get(question.id)}
    if not check.times:
        return names
    before = names.get("earlier", {}).get(question.id)
    return {**names, "before": before, "times": check.times, "least": check.least, "unit": question.unit}


RECORDED = "differs_from_records"
"""The check that sees what was recorded elsewhere."""
WHEN_GIVEN = frozenset({"in_past"})
"""Checks that mean something only when the answer is given: a plan for tomorrow is not wrong a week later."""


def blocked(question: Question, answers: Answers, names: Known) -> Finding | None:
    """Return why the stored answer cannot stand any more, None if it can."""
    found = findings(question, answers.get(question.id), names)
    return next((each for each in found if each.level is Level.BLOCK and each.name not in WHEN_GIVEN), None)


def flags(form: Form, answers: Answers, facts: Facts) -> list[str]:
    """Return what the office should look at, as "question.check": flags, and doubts the branch confirmed."""
    names = known(form, answers, facts)
    return [
        f"{question.id}.{found.name}"
        for question in applicable(form, names)
        for found in findings(question, answers.get(question.id), names)
        if found.level in (Level.FLAG, Level.ASK)
    ]


# Showing


def lines(form: Form, answers: Answers, facts: Facts) -> list[Line]:
    """Return the answers given, in order, as they are shown; what was left out has no line."""
    names = known(form, answers, facts)
    seen = places(form, names)
    return [
        Line(
            question.id,
            question.number,
            seen[question.number],
            question.short,
            shown(question, answers[question.id], names),
        )
        for question in applicable(form, names)
        if _has(answers, question)
    ]


def shown(question: Question, value: Json, names: Known) -> dict[str, Any]:
    """Return a value in a shape that templates can write; see `Line`."""
    if question.sensitive and question.takes_words:
        return {"kind": "apart"}
    labels = {option.value: filled(option.label, names) for option in question.options}
    if isinstance(value, dict):
        return _shown_parts(question.kind, value, labels)
    if question.kind is Kind.DATE:
        return {"kind": "date", "date": _parsed(question, value)}
    if question.kind is Kind.NUMBER:
        return {"kind": "number", "number": value, "estimated": False}
    return {"kind": "words", "words": labels.get(str(value), str(value))}


BRIEF = 24
"""Letters of an earlier answer that a button shows."""


def brief(value: Mapping[str, Any]) -> str:
    """Return a shown number or words as a button has room for them."""
    if value["kind"] == "number":
        return numbers.count(value["number"])
    words = " ".join(str(value["words"]).split())
    return words if len(words) <= BRIEF else words[: BRIEF - 1].rstrip() + "…"


def is_brief(value: Mapping[str, Any]) -> bool:
    """Say whether a button shows all of it."""
    return value["kind"] == "number" or " ".join(str(value["words"]).split()) == brief(value)


def earlier(question: Question, names: Known, facts: Facts) -> Before | None:
    """Return the last period's answer where it may be given again: by a form that says so, of a choice still there."""
    found = facts.before.get(question.id) if question.as_before and not question.sensitive else None
    if found is None or found.value is None:
        return None
    if question.kind is Kind.CHOICE and found.value not in {each.value for each in options(question, names, facts)}:
        return None
    return found


def _shown_parts(kind: Kind, value: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    if kind is Kind.NUMBER:
        return {"kind": "number", "number": value.get("number"), "estimated": True}
    if kind is Kind.TALLY:
        return {"kind": "tally", "items": [[labels.get(place, place), count] for place, count in value.items()]}
    if kind is Kind.FILES:
        return {"kind": "files", "place": value.get("place", ""), "files": len(value.get("files", ()))}
    written = value.get("date")
    return {
        "kind": "plan_ref",
        "number": value.get("number", ""),
        "date": date.fromisoformat(written) if written else None,
    }
