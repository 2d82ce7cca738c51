"""Reads the figures that the office types for a branch, and holds them to the checks of the branch's own form. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from campaigns.schema import Form, Json, Kind, Level, Question
from handlers.rules import answers as rules
from handlers.rules import typed
from handlers.rules.answers import Answers, Facts
from handlers.rules.entered import FIGURES
from messages.reading import numbers, replies

UNCLEAR = ("attended_over_total", "counts_do_not_add_up", "invalid_date", "long_ago", "count_or_date")
"""Doubts of a reply that leave no figure to keep: the line is named and written again."""

REGISTER = ("differs_from_register", "far_from_register")
"""Doubts about the number who must attend: that is chosen beside the register's, with a question of its own."""


@dataclass(frozen=True, slots=True)
class Odd:
    """Why figures cannot be taken: a name with words in messages/vi/enter/odd.j2, and its values."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Typed:
    """Figures by their meaning (date, attended, total, masses); what was not said is not there. `odd` if unclear."""

    values: Mapping[str, Json]
    odd: Odd | None = None


def read(text: str, *, today: date, register: int | None = None) -> Typed:
    """Read one branch's part; `register` is how many must attend, for "vắng 2" and "đủ". Never raises."""
    said = replies.read_reply(text, today=today)
    counts = _counts(text, said, register)
    found = {"date": said.date.isoformat() if said.date else None, "masses": counts.masses}
    found |= {"attended": counts.attended, "total": counts.total}
    values = {name: value for name, value in found.items() if value is not None}
    unclear = next((doubt for doubt in said.doubts if doubt in UNCLEAR), "")
    return Typed(values, Odd(unclear, {**values, "day": said.date}) if unclear else None)


def _counts(text: str, said: replies.Reply, register: int | None) -> numbers.Counts:
    """A text known to be a report may be shorter than a reply: "24 đảng viên"; without a figure it holds none."""
    if said.intent != "submit_report" and not re.search(r"\d", text):
        return numbers.Counts()
    counts = numbers.read_counts(text)
    if counts.attended is None and counts.absent is not None:
        return numbers.read_counts(text, total=register)
    return counts


def reads_as_report(text: str, today: date) -> bool:
    """Say whether words nobody asked for bring a report's figures."""
    return replies.read_reply(text, today=today).intent == "submit_report"


def fits(form: Form, values: Mapping[str, Json]) -> bool:
    """Say whether a form asks for what was read: attendance if there is any, else any of it (nothing fits all)."""
    figures = {question.figure for question in form.questions}
    wanted = {name for name in ("attended", "masses") if name in values} or set(values)
    return not wanted or bool(wanted & figures)


def answers(form: Form, values: Mapping[str, Json]) -> dict[str, Json]:
    """Return the answers that figures by meaning give to a form; a day or attendance means that it was held."""
    held = bool({"date", "attended"} & values.keys())
    asked = [each for each in form.questions if each.figure in values and _offers(each, values[each.figure])]
    found = {question.id: values[question.figure] for question in asked}
    return {**({each.id: each.options[0].value for each in _held(form)} if held else {}), **found}


def figures(form: Form, given: Answers) -> dict[str, Json]:
    """Return the figures by meaning in a form's answers, the other way round; their total was settled."""
    asked = [each for each in form.questions if each.figure in FIGURES and given.get(each.id) is not None]
    found: dict[str, Json] = {each.figure: given[each.id] for each in asked}
    return {**found, "settled": True} if "total" in found else found


def _offers(question: Question, value: Json) -> bool:
    return question.kind is not Kind.CHOICE or value in [option.value for option in question.options]


def _held(form: Form) -> list[Question]:
    return [each for each in form.questions if each.figure == "held" and each.kind is Kind.CHOICE]


def blocked(form: Form, given: Answers, facts: Facts) -> Odd | None:
    """Return the first check of the form that refuses one of the answers, its bounds among them."""
    names = rules.known(form, given, facts)
    for question in form.questions:
        if (value := given.get(question.id)) is None:
            continue
        if isinstance(value, int) and (outside := typed.in_range(question, value)).wrong:
            return Odd(outside.wrong, {**outside.values, "short": question.short})
        for found in rules.findings(question, value, names):
            if found.level is Level.BLOCK:
                return Odd(found.name, found.values)
    return None


def doubts(form: Form, given: Answers, facts: Facts) -> list[dict[str, Any]]:
    """Return what the form would ask its branch about these answers, or tell the office of them: name and values.

    The register's total has its own question.
    """
    names = rules.known(form, given, facts)
    found: list[dict[str, Any]] = []
    for question in rules.applicable(form, names):
        for each in rules.findings(question, given.get(question.id), names):
            if each.level in (Level.ASK, Level.FLAG) and each.name not in REGISTER:
                found.append({"name": each.name, **each.values})
    return found
