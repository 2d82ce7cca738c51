"""Reads a typed answer to one question into its stored value, or says what is wrong with it. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from campaigns.schema import Json, Kind, Option, Question
from handlers.rules import meetings, speakers
from handlers.rules.answers import Facts
from handlers.rules.checks import Known
from messages.reading import choices, dates, fold, numbers, references, secrecy, steps

LONGEST_NAME = 80  # of a body that is not in the register
LONGEST_TEXT = 1000  # where a form sets no limit
A_WORD = 2  # letters: where a form asks for no more, "có" may be the answer
OF_ALL = ("all_excused", "all")
"""Choices that tell of all who were absent."""
NO_TEXT = ("yes", "no", "send", "go_on", "done", "more")
"""Steps that answer something else: "đúng" is nobody's name."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A value (None: nothing to tell), the option meant, or `wrong`: the name of what is the matter and its values.

    `inferred`: the option has other words, so that it must be said which was taken.
    """

    value: Json = None
    option: Option | None = None
    inferred: bool = False
    wrong: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def read(question: Question, text: str, offered: Sequence[Option], names: Known, facts: Facts) -> Reading:
    """Read a typed answer; figures and days never by the place of a button ("1" is a number)."""
    text = _clean(text)
    if secrecy.is_marked_secret(text):
        return Reading(wrong="secret")
    if option := _option(question, text, offered):
        return Reading(option=option)
    if question.sensitive and not facts.in_house:
        return Reading(wrong="sensitive")
    if question.skippable and question.kind in (Kind.TEXT, Kind.FILES) and steps.is_nothing(text):
        return Reading()
    return _READERS[question.kind](question, text, names, facts)


def in_range(question: Question, number: int) -> Reading:
    """Return a number as the question's value if it lies within the question's bounds."""
    if question.low is not None and number < question.low:
        return Reading(wrong="too_small", values={"low": question.low})
    if question.high is not None and number > question.high:
        return Reading(wrong="too_large", values={"high": question.high})
    return Reading(number)


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = "".join(c for c in text if c == "\n" or unicodedata.category(c)[0] != "C")
    return text.strip()


def _option(question: Question, text: str, offered: Sequence[Option]) -> Option | None:
    said = fold.plain(text).strip(" .!,")
    for option in offered:
        if said in (fold.plain(words) for words in (option.label, *option.says)):
            return option
    if question.kind not in (Kind.CHOICE, Kind.BRANCH, Kind.TALLY) or (question.kind is Kind.TALLY and said.isdigit()):
        return None
    place = choices.match_choice(text, [option.label for option in offered])
    return None if place is None else offered[place]


def _choice(question: Question, text: str, names: Known, facts: Facts) -> Reading:
    meant = _meant_value(question, text, names)
    option = next((each for each in question.options if each.value == meant), None)
    return Reading(option=option, inferred=True) if option else Reading(wrong="not_a_choice")


def _meant_value(question: Question, text: str, names: Known) -> str | None:
    """Return the value of the choice that a sentence means which is none of the labels, None where that is not sure."""
    values = {each.value for each in question.options}
    if speakers.BRANCH in values:
        return speakers.of_answer(text) if question.figure == "speaker" else None
    if meetings.FORMS.issubset(values):
        return meetings.form_of_answer(text)
    place = choices.held(text, [(each.label, *each.says) for each in question.options])
    value = None if place is None else question.options[place].value
    return None if value in OF_ALL and not _are_all(text, names) else value


def _are_all(text: str, names: Known) -> bool:
    """ "1 đ/c đi công tác" where two were absent tells of one of them alone."""
    figures, absent = [int(each) for each in re.findall(r"\d{1,4}", text)], names.get("absent")
    return not figures or absent is None or absent in (*figures, sum(figures))


def _date(question: Question, text: str, names: Known, facts: Facts) -> Reading:
    found = dates.read_date(text, today=facts.today, tense="past" if question.past else "future")
    if found.invalid:
        return Reading(wrong="no_such_day")
    if found.range:
        return Reading(wrong="not_one_day")
    if found.date is None:
        return Reading(wrong="not_a_date")
    return Reading(_meant(question, text, found.date, facts).isoformat())


def _meant(question: Question, text: str, day: date, facts: Facts) -> date:
    """Where the last such day lies before the plan, the nearer one: "25/5" said on 20/5 is still to come."""
    if not question.past or day >= facts.plan_date or re.search(r"\d{4}", text):
        return day
    ahead = dates.read_date(text, today=facts.today, tense="future").date
    return ahead if ahead and ahead - facts.today < facts.today - day else day


_ESTIMATED = re.compile(r"\b(?:uoc|du kien)\b")
_ESTIMATE_WORDS = re.compile(
    r"\(?\b(?:ước|uoc|dự kiến|du kien)\b(?: đến hết quý| den het quy| đạt| dat)?\)?", re.IGNORECASE
)


def _number(question: Question, text: str, names: Known, facts: Facts) -> Reading:
    if question.figure == "attended":
        return _attended(question, text, names)
    estimated = _ESTIMATED.search(fold.plain(text)) if question.estimate else None
    number = numbers.read_number(_ESTIMATE_WORDS.sub("", text) if estimated else text)
    if number is None and question.figure == "masses":
        number = numbers.read_counts(text).masses
    reading = Reading(wrong="not_a_number") if number is None else in_range(question, number)
    return Reading({"number": reading.value}) if estimated and not reading.wrong else reading


def _attended(question: Question, text: str, names: Known) -> Reading:
    total = names.get("total")
    counts = numbers.read_counts(text, total=total)
    number = counts.attended if counts.attended is not None else numbers.read_number(text)
    if number is None or counts.mismatch:
        return Reading(wrong="not_a_number")
    if None not in (counts.total, total) and counts.total != total:
        return Reading(wrong="other_total", values={"said": counts.total, "total": total})
    return in_range(question, number)


def _text(question: Question, text: str, names: Known, facts: Facts) -> Reading:
    low, high = question.low or 1, question.high or LONGEST_TEXT
    if low > A_WORD and steps.step_of(text) in NO_TEXT:
        return Reading(wrong="no_text")
    if len(text) < low or not any(c.isalnum() for c in text):
        return Reading(wrong="too_short", values={"low": low})
    if len(text) > high:
        return Reading(wrong="too_long", values={"high": high, "length": len(text)})
    return Reading(text)


def _branch(question: Question, text: str, names: Known, facts: Facts) -> Reading:
    said = fold.plain(text)
    name = re.sub(r"^(chi bo|cb)\s+", "", said)
    for branch in facts.branches:
        if name in (fold.plain(each) for each in (branch.name, *branch.short_names)):
            return Reading(branch.name)
    if not any(c.isalpha() for c in text) or len(text) > LONGEST_NAME:
        return Reading(wrong="not_a_branch")
    return Reading(" ".join(text.split()))


def _plan_ref(question: Question, text: str, names: Known, facts: Facts) -> Reading:
    found = references.read_reference(text, today=facts.today)
    if found is None:
        return Reading(wrong="not_a_reference")
    if found.invalid:
        return Reading(wrong="no_such_day")
    return Reading({"number": found.number, "date": found.date.isoformat() if found.date else ""})


_PIECE = re.compile(r"[,;\n]|\s(?:và|va)\s")
_LAST_FIGURES = re.compile(r"(.*?)[\s:]*(\d{1,6})\s*[^\d]*$")


def _tally(question: Question, text: str, names: Known, facts: Facts) -> Reading:
    """Read "Zalo 3, Facebook 1"; a figure alone, or words alone that are no place, are something else."""
    tally: dict[str, Any] = {}
    for piece in filter(str.strip, _PIECE.split(text)):
        found = _LAST_FIGURES.match(piece)
        option = _option(question, found[1], question.options) if found and found[1].strip() else None
        if not found or option is None:
            return Reading(wrong="not_a_place")
        number = in_range(question, int(found[2]))
        if number.wrong:
            return number
        tally[option.value] = number.value
    return Reading(tally) if tally else Reading(wrong="not_a_place")


def _files(question: Question, text: str, names: Known, facts: Facts) -> Reading:
    return _text(question, text, names, facts)


_READERS = {
    Kind.CHOICE: _choice,
    Kind.DATE: _date,
    Kind.NUMBER: _number,
    Kind.TEXT: _text,
    Kind.BRANCH: _branch,
    Kind.PLAN_REF: _plan_ref,
    Kind.TALLY: _tally,
    Kind.FILES: _files,
}
