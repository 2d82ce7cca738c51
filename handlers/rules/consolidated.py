"""Adds up what branches reported, deadline by deadline. Pure: what was sent in, figures out; a test recomputes each.

Only reports taken in are counted; a draft counts also what waits, marked. A branch of which nothing is in has no
figure, never 0. Source: domain notes 3.1, 3.3.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import orjson

from campaigns.schema import Form, Kind, Question
from handlers.rules import figures, timeliness
from handlers.rules.figures import Figures
from handlers.rules.timeliness import Dates, Timeliness
from messages.documents import summed
from messages.documents.summed import Cell, Column, Line, Part, Said, Sum, Total
from models.obligation import REPORTED, State


@dataclass(frozen=True, slots=True)
class Sent:
    """A branch's part of a deadline: `answers` the JSON text of what was answered; days are the committee's.

    `exempt` members, as the register had it for this report; None where it is silent. `sessions` the days of the main
    sessions of which the report tells beside its own day, `makeups` how many made up for them, as they were announced.
    """

    unit: int
    ordinal: int
    name: str
    state: str
    excused: bool = False
    extended_to: date | None = None
    first_sent_on: date | None = None
    revision: int | None = None
    on_behalf: str = ""
    form_id: int | None = None
    answers: str = ""
    exempt: int | None = None
    sessions: tuple[date, ...] = ()
    makeups: int = 0


@dataclass(frozen=True)
class Asked:
    """One deadline with its days and every branch's part of it, in register order; `draft` counts what waits too,
    `supplement` what came after the adding up, as a draft does.

    `form_id` is the newest version of its form: what it asks is known even where nobody has answered.
    """

    name: str
    period: str
    title: str
    form: str
    dates: Dates
    form_id: int
    sent: tuple[Sent, ...]
    draft: bool = False
    supplement: bool = False


SPEAKER = "speaker_name"
"""A person's name: it has its own column and is nobody's opinion."""
FIXED = {"summoned", "attended", "masses", "pledges", "held_on", "meeting_on", "form", "speaker", "dissemination"}
"""Questions that every table has a column of its own for."""
LONG = 200  # letters beyond which words have a column in tables alone, and none in an annex
Forms = Mapping[int, Form]
"""{id of a form's version: the form}."""


def add_up(asked: Asked, forms: Forms) -> Part:
    """Return a deadline's figures."""
    read = [(each, _answers(each)) for each in asked.sent]
    lines = tuple(_line(each, answers, asked, forms) for each, answers in read)
    counted = [
        (line, answers, form)
        for line, (each, answers) in zip(lines, read, strict=True)
        if line.counted and (form := forms.get(each.form_id or 0))
    ]
    newest = forms.get(asked.form_id)
    used = [*([newest] if newest else []), *{id(form): form for _, _, form in counted}.values()]
    questions = _questions(used, *Kind)
    return Part(
        asked.name,
        asked.period,
        asked.title,
        asked.form,
        total(lines),
        lines,
        _choices(counted, used),
        _tallies(counted, used),
        _words(counted, used),
        _given(counted, used),
        _sums(counted, used),
        columns(questions.values()),
        {name: each.short for name, each in questions.items()},
    )


def total(lines: Iterable[Line]) -> Total:
    """Add up the lines that are counted."""
    counted = [line for line in lines if line.counted]
    both = [(line.summoned, line.attended) for line in counted]
    known = [(summoned, attended) for summoned, attended in both if summoned is not None and attended is not None]
    return Total(
        branches=len(known),
        summoned=sum(summoned for summoned, _ in known),
        attended=sum(attended for _, attended in known),
        masses=_sum(line.masses for line in counted),
        pledged=_sum(line.pledged for line in counted),
        items=_sum(line.items for line in counted),
        exempt=_sum(line.exempt for line in counted if None not in (line.summoned, line.attended)),
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _answers(sent: Sent) -> dict[str, Any]:
    kept: dict[str, Any] = orjson.loads(sent.answers) if sent.answers else {}
    return {name: value for name in kept if (value := figures.value_of(kept, name)) is not None}


def how(sent: Sent, *, draft: bool) -> tuple[str, str]:
    """Return (how a branch's part goes in, its mark): see messages.documents.summed."""
    if sent.state in REPORTED and sent.revision is not None:
        mark = "" if sent.state == State.ACCEPTED else str(sent.state)
        return (summed.COUNTED, mark) if draft or not mark else (mark, "")
    if sent.excused:
        return summed.EXCUSED, ""
    return (summed.SAID_SENT if sent.state == State.SAID_SENT else summed.UNREPORTED), ""


def _line(sent: Sent, answers: Mapping[str, Any], asked: Asked, forms: Forms) -> Line:
    goes, mark = how(sent, draft=asked.draft)
    on_due_day, late = _timed(sent, asked.dates)
    after = _after(sent, asked.dates)
    if goes == summed.COUNTED and after and not (asked.draft or asked.supplement):
        goes = summed.AFTER
    given: dict[str, Any] = {"unit": sent.unit, "ordinal": sent.ordinal, "name": sent.name, "how": goes, "mark": mark}
    given |= {"on_due_day": on_due_day, "late_days": late, "on_behalf": sent.on_behalf, "after": after}
    if goes != summed.COUNTED:
        return Line(**given)
    found, form = figures.figures_of(answers), forms.get(sent.form_id or 0)
    if found.summoned is not None:
        given["exempt"] = sent.exempt
    given |= _held(sent, answers, found)
    return Line(**given, revision=sent.revision, **_figures(found), **_who(answers, form), **_parts(answers, form))


def _held(sent: Sent, answers: Mapping[str, Any], found: Figures) -> dict[str, Any]:
    """Return the days of all main sessions, the report's own among them, and how many sessions made up for them."""
    if found.held_on is None:
        return {}
    own = () if found.held_on in sent.sessions else (found.held_on,)
    return {
        "days": tuple(sorted((*own, *sent.sessions))),
        "makeups": max(int(bool(answers.get("makeup_on"))), sent.makeups),
    }


def _timed(sent: Sent, dates: Dates) -> tuple[bool, int]:
    """Return whether it came on the due day itself, and by how many days it came too late."""
    if sent.first_sent_on is None or sent.state not in REPORTED:
        return False, 0
    own = replace(dates, extended_to=sent.extended_to)
    judged = timeliness.judge(sent.first_sent_on, own)
    return judged is Timeliness.ON_DUE_DAY, timeliness.days_late(sent.first_sent_on, own)


def _after(sent: Sent, dates: Dates) -> bool:
    return sent.first_sent_on is not None and timeliness.after_closing(sent.first_sent_on, dates)


def _figures(found: Figures) -> dict[str, Any]:
    names = ("summoned", "attended", "masses", "pledged", "items", "held_on")
    return {name: getattr(found, name) for name in names}


def _who(answers: Mapping[str, Any], form: Form | None) -> dict[str, Any]:
    """Return the form of the meeting and who spoke, in words: the name where one was given, else the office held."""
    asked = {each.id: each for each in form.questions} if form else {}
    labels = {name: _label(asked.get(name), answers.get(name)) for name in ("form", "speaker")}
    return {"form": labels["form"], "speaker": str(answers.get(SPEAKER) or labels["speaker"])}


def _label(question: Question | None, value: Any) -> str:
    return next((each.label for each in question.options if each.value == value), "") if question else ""


def _parts(answers: Mapping[str, Any], form: Form | None) -> dict[str, Any]:
    """Return what totals are made of, and what stands in the form's own columns; nothing sensitive."""
    asked = [each for each in form.questions if not each.sensitive and each.id in answers] if form else []
    return {
        "counts": {each.id: number for each in asked if (number := _counts(each, answers)) is not None},
        "chosen": {each.id: str(answers[each.id]) for each in asked if each.kind is Kind.CHOICE},
        "tallies": {each.id: dict(answers[each.id]) for each in asked if each.kind is Kind.TALLY},
        "cells": cells_of(answers, form) if form else {},
    }


def cells_of(answers: Mapping[str, Any], form: Form) -> dict[str, Cell]:
    """Return what stands in the columns that a form has of its own; `answers` as they are kept, or their values."""
    known = [each for each in form.questions if each.column and not each.sensitive and each.id not in FIXED]
    given = [(each, figures.value_of(answers, each.id)) for each in known]
    return {each.id: cell(each, value) for each, value in given if value is not None}


def _counts(question: Question, answers: Mapping[str, Any]) -> int | None:
    """Return a number that no figure of its own adds up."""
    counts = question.kind is Kind.NUMBER and question.id not in FIXED
    return number_of(answers.get(question.id)) if counts else None


def number_of(value: Any) -> int | None:
    """Return a stored number; one reckoned ahead is kept as {"number": 5}."""
    found = value.get("number") if isinstance(value, dict) else value
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def cell(question: Question, value: Any) -> Cell:
    """Return an answer as a table shows it: a number, a day, a choice's label, words."""
    if question.kind is Kind.DATE:
        return date.fromisoformat(str(value))
    number = number_of(value) if question.kind is Kind.NUMBER else None
    return number if number is not None else _label(question, value) or str(value)


_CELLS = {Kind.NUMBER: "count", Kind.DATE: "day"}


def columns(questions: Iterable[Question]) -> tuple[Column, ...]:
    """Return the columns that a form has of its own."""
    own = [each for each in questions if each.column and each.id not in FIXED]
    return tuple(Column(each.id, each.column, _column_kind(each)) for each in own)


def _column_kind(question: Question) -> str:
    long = question.kind is Kind.TEXT and (question.high or LONG + 1) > LONG
    return "long" if long else _CELLS.get(question.kind, "words")


Counted = Sequence[tuple[Line, Mapping[str, Any], Form]]


def _questions(used: Sequence[Form], *kinds: Kind) -> dict[str, Question]:
    """Return the questions of these kinds in any version of the form that was used, in the form's order."""
    return {each.id: each for form in used for each in form.questions if each.kind in kinds}


def _choices(counted: Counted, used: Sequence[Form]) -> dict[str, tuple[tuple[str, str, int], ...]]:
    """Count the branches by what they chose; what nobody chose is left out."""
    found = {}
    for name, question in _questions(used, Kind.CHOICE).items():
        chosen = [answers[name] for _, answers, _ in counted if name in answers]
        known = [(each.value, each.label, chosen.count(each.value)) for each in question.options]
        found[name] = tuple(each for each in known if each[-1])
    return found


def _tallies(counted: Counted, used: Sequence[Form]) -> dict[str, tuple[tuple[str, str, int], ...]]:
    """Add up what was counted by place; what is nowhere is left out."""
    found = {}
    for name, question in _questions(used, Kind.TALLY).items():
        given = [answers[name] for _, answers, _ in counted if isinstance(answers.get(name), dict)]
        times = [(each, sum(tally.get(each.value) or 0 for tally in given)) for each in question.options]
        found[name] = tuple((each.value, each.label, n) for each, n in times if n)
    return found


def _sums(counted: Counted, used: Sequence[Form]) -> dict[str, Sum]:
    """Add up the numbers that are no figure of attendance; what nobody gave is left out."""
    found = {}
    for name, question in _questions(used, Kind.NUMBER).items():
        given = [(line.counts[name], answers[name]) for line, answers, _ in counted if name in line.counts]
        if given and not question.sensitive:
            estimated = sum(isinstance(value, dict) for _, value in given)
            found[name] = Sum(sum(number for number, _ in given), len(given), estimated)
    return found


def _words(counted: Counted, used: Sequence[Form]) -> dict[str, tuple[Said, ...]]:
    return {
        name: tuple(Said(line.name, str(answers[name]), line.mark) for line, answers, _ in counted if name in answers)
        for name, question in _questions(used, Kind.TEXT).items()
        if name != SPEAKER and not question.sensitive
    }


def _given(counted: Counted, used: Sequence[Form]) -> dict[str, int]:
    return {name: sum(name in answers for _, answers, _ in counted) for name in _questions(used, *Kind)}


# Kept with an issued version, and compared with the next


def frozen(parts: Sequence[Part]) -> dict[str, Any]:
    """Return the figures as they are kept: without anybody's words and without a name of a person."""
    return {"parts": [_frozen(part) for part in parts]}


_KEPT = ("unit", "ordinal", "name", "how", "mark", "late_days", "revision", "summoned", "attended", "masses", "pledged")
_PARTS = ("items", "exempt", "makeups", "counts", "chosen", "tallies")


def _frozen(part: Part) -> dict[str, Any]:
    kept = {name: getattr(part.total, name) for name in Total.__dataclass_fields__}
    lines = [
        {
            **{name: getattr(line, name) for name in (*_KEPT, *_PARTS)},
            "held_on": line.held_on.isoformat() if line.held_on else None,
            "days": [each.isoformat() for each in line.days],
        }
        for line in part.lines
    ]
    about = {"name": part.name, "period": part.period, "title": part.title, "total": kept, "lines": lines}
    sums = {name: [each.total, each.branches, each.estimated] for name, each in part.sums.items()}
    about |= {"sums": sums, "names": part.names}
    counts = {"choices": part.choices, "tallies": part.tallies}
    return about | {key: {name: [*map(list, pairs)] for name, pairs in each.items()} for key, each in counts.items()}


@dataclass(frozen=True)
class Change:
    """A branch's part that differs from the version before: `what` added | gone | figures; totals apart.

    `words` {question: its short words} of what is no figure by name.
    """

    title: str
    branch: str
    what: str
    before: dict[str, Any]
    after: dict[str, Any]
    words: dict[str, str] = field(default_factory=dict)


COMPARED = ("summoned", "attended", "masses", "pledged", "items", "held_on")


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Return what differs between two versions as they are kept, in the new one's order."""
    before = {(part["name"], part["period"], line["unit"]): line for part in old["parts"] for line in part["lines"]}
    found = []
    for part in new["parts"]:
        for line in part["lines"]:
            was = before.get((part["name"], part["period"], line["unit"]))
            if change := _change(part, was, line):
                found.append(change)
    return found


def _change(part: Mapping[str, Any], was: Mapping[str, Any] | None, line: Mapping[str, Any]) -> Change | None:
    title: str = part["title"]
    counted, had = line["how"] == summed.COUNTED, was is not None and was["how"] == summed.COUNTED
    if counted and not had:
        return Change(title, line["name"], "added", {}, _compared(line))
    if had and not counted:
        return Change(title, line["name"], "gone", _compared(was or {}), {})
    if counted and was and (differ := _differs(was, line)):
        before, after = ({name: _compared(each).get(name) for name in differ} for each in (was, line))
        words = {name: part.get("names", {}).get(name, name) for name in differ if name not in COMPARED}
        return Change(title, line["name"], "figures", before, after, words)
    return None


def _differs(was: Mapping[str, Any], line: Mapping[str, Any]) -> list[str]:
    """Return what differs; numbers of a version that was kept without them are not compared."""
    before, after = _compared(was), _compared(line)
    names = [*COMPARED, *(line["counts"] | was["counts"] if "counts" in was else ())]
    return [name for name in names if before.get(name) != after.get(name)]


def _compared(line: Mapping[str, Any]) -> dict[str, Any]:
    return {name: line.get(name) for name in COMPARED} | dict(line.get("counts", {}))


def revisions(parts: Iterable[Part]) -> list[int]:
    """Return the ids of the sendings that went in."""
    return [line.revision for part in parts for line in part.counted if line.revision is not None]
