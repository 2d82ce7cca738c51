"""Scores the reading of labelled plans: `python -m tests.plan_score [set …]`. Prints figures, never a plan's words.

A set is all plans of one letter: a label file (.yaml) beside the plan (.txt or .docx). Set d is put aside: only sums
of it are shown. A label is a duty as `main.py plan --json` has it, in short: `about` (words of the duty, "|" between
alternatives), `mode`, `date`, `last`, `recurrence`, `day`, `who`, `report_to`; a list where more than one reading is
right; `undated` where the plan names no day that can be computed; `optional` where a reader may or may not take it.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from messages.reading import fold, plan, plan_file
from messages.reading.plan.shapes import Duty, PlanRead

DATA = Path(__file__).parent / "data"
SETS = {
    "a": DATA / "plans",
    "b": DATA / "plans",
    "c": DATA / "plans",
    "d": DATA / "plans_apart",
    "h": DATA / "plans",
    "i": DATA / "plans",
    "j": DATA / "plans",
    "k": DATA / "plans",
    "l": DATA / "plans",
    "m": DATA / "plans",
    "n": DATA / "plans",
    "o": DATA / "plans",
    "p": DATA / "plans",
}
PUT_ASIDE = frozenset("d")
HEAD = ("number", "date", "issuer", "topic")

Label = dict[str, Any]
Figures = Counter[str]


def plans(name: str) -> list[Path]:
    """Give the files of one set's plans, in order."""
    found = [each for each in SETS[name].glob(f"{name}[0-9]*") if each.suffix in (".txt", ".docx")]
    return sorted(found, key=lambda path: int(path.stem[1:]))


def label_of(path: Path) -> Label:
    """Give what was written down of a plan."""
    found: Label = yaml.safe_load(path.with_suffix(".yaml").read_text("utf-8"))
    return found


def text_of(path: Path) -> str:
    """Give a plan's text as its file has it."""
    return plan_file.text_of(path.name, path.read_bytes())


def read(path: Path) -> PlanRead:
    """Read a plan as the file it is."""
    return plan.read_text(text_of(path))


def score(wanted: Label, found: PlanRead) -> Figures:
    """Count one plan: for each part what was asked and, under "… right", what was right."""
    counted: Figures = Counter(plans=1)
    for name in HEAD:
        counted[f"{name} right"] += _is_head_right(name, wanted, found)
    _count_basis(counted, wanted, found)
    _count_recipients(counted, wanted, found)
    _count_duties(counted, wanted["duties"], found)
    return counted


# --- the parts ---


def _is_head_right(name: str, wanted: Label, found: PlanRead) -> bool:
    if name != "topic" or not wanted.get("topic"):
        return name == "topic" or _is_one_of(getattr(found, name), wanted[name])
    core, whole = _plain(wanted["topic"]), _plain(wanted.get("subject", wanted["topic"]))
    return core in _plain(found.topic) and _plain(found.topic) in whole


def _count_basis(counted: Figures, wanted: Label, found: PlanRead) -> None:
    said = {_plain(each["number"]): each for each in wanted["legal_basis"]}
    got = {_plain(each.number): each for each in found.legal_basis}
    both = [(said[number], got[number]) for number in said.keys() & got.keys()]
    counted.update({"basis": len(said), "basis read": len(got), "basis right": len(both)})
    counted["basis date right"] += sum(mine.get("date") == theirs.date for mine, theirs in both)
    counted["basis issuer right"] += sum(_is_one_of(theirs.issuer, mine.get("issuer")) for mine, theirs in both)


def _count_recipients(counted: Figures, wanted: Label, found: PlanRead) -> None:
    said, got = Counter(map(_plain, wanted["recipients"])), Counter(map(_plain, found.recipients))
    counted.update(
        {"recipients": said.total(), "recipients read": got.total(), "recipients right": (said & got).total()}
    )
    counted["recipients all right"] += said == got


def _count_duties(counted: Figures, labels: Sequence[Label], found: PlanRead) -> None:
    left = list(found.duties)
    for each in sorted(labels, key=lambda label: bool(label.get("optional"))):
        match = _match(each, left)
        if match is not None:
            left.remove(match)
        if not each.get("optional"):
            _count_duty(counted, each, match)
    days = {str(day) for each in labels for day in _options(each.get("date"))}
    for duty in left:
        if duty.when.due_date is not None:
            counted["repeated" if str(duty.when.due_date) in days else "invented"] += 1
            counted["of old"] += _is_old(duty.when.due_date, found)
        counted["recurring invented"] += duty.when.mode == "recurring"


def _is_old(day: date, found: PlanRead) -> bool:
    """Say whether a day is history, before the plan was made, or that of a document it rests on."""
    return (found.date is not None and day < found.date) or any(day == each.date for each in found.legal_basis)


def _count_duty(counted: Figures, wanted: Label, found: Duty | None) -> None:
    sort = "undated" if wanted.get("undated") else "recurring" if wanted["mode"] == "recurring" else "dated"
    counted.update({sort: 1, f"{sort} right": found is not None})
    if found is None:
        return
    if sort == "dated":
        counted["worded right"] += _is_worded_right(wanted, found)
    for name in ("who", "report_to"):
        if wanted.get(name):
            counted.update({name: 1, f"{name} right": _is_one_of(getattr(found, name), wanted[name])})


def _match(wanted: Label, among: Iterable[Duty]) -> Duty | None:
    """Find the duty that a label means; of several the one whose "who" is right."""
    fitting = [each for each in among if _fits(wanted, each)]
    named = [each for each in fitting if _is_one_of(each.who, wanted.get("who"))]
    return next(iter(named or fitting), None)


def _fits(wanted: Label, duty: Duty) -> bool:
    said = _plain(f"{duty.text} {duty.sentence}")
    if not any(_plain(each) in said for each in wanted["about"].split("|")):
        return False
    if wanted.get("undated"):
        return duty.when.due_date is None and duty.when.mode != "recurring"
    if duty.when.recurrence or wanted["mode"] == "recurring":
        return "recurring" in _options(wanted["mode"]) and _is_as_often(wanted, duty)
    return duty.when.last_on_time in _options(wanted.get("last"))


def _is_as_often(wanted: Label, duty: Duty) -> bool:
    day = "day" not in wanted or duty.when.day == wanted["day"]
    before = "before" not in wanted or duty.when.strictly_before == wanted["before"]
    return duty.when.recurrence == wanted.get("recurrence", duty.when.recurrence) and day and before


def _is_worded_right(wanted: Label, duty: Duty) -> bool:
    """Say whether mode and day are right too, and the term's words are quoted."""
    when = duty.when
    quoted = _plain(wanted.get("due_text", "")) in _plain(f"{duty.sentence} {when.due_text}")
    return when.mode in _options(wanted["mode"]) and when.due_date in _options(wanted.get("date")) and quoted


# --- how words are compared: spelling of the same word does not count ---


def _options(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [said]


def _is_one_of(found: Any, wanted: Any) -> bool:
    return any(_plain(found) == _plain(each) for each in _options(wanted))


def _plain(said: Any) -> str:
    """Give words in one spelling: lower case, one space, one place for the tone, no quotes, nothing at the end."""
    return fold.fold(str(said or "")).lower.rstrip(" .,;:*")


# --- the report ---


def scores(name: str) -> Iterator[tuple[str, Figures]]:
    """Score each plan of one set."""
    for path in plans(name):
        yield path.stem, score(label_of(path), read(path))


def total(name: str) -> Figures:
    """Score one set."""
    return sum((each for _, each in scores(name)), Counter())


def line(name: str, counted: Figures) -> str:
    """Give one row of the table."""
    pair = [f"{counted[f'{part} right']}/{counted[part]}" for part in ("dated", "recurring", "undated")]
    basis = f"{counted['basis right']}/{counted['basis']} of {counted['basis read']}"
    whom = [f"{counted[f'{part} right']}/{counted[part]}" for part in ("who", "report_to")]
    got = f"{counted['recipients right']}/{counted['recipients']} of {counted['recipients read']}"
    head = " ".join(str(counted[f"{part} right"]) for part in HEAD)
    cells = [pair[0], counted["worded right"], counted["invented"], counted["repeated"], counted["of old"], pair[1]]
    cells += [counted["recurring invented"], pair[2], *whom, head, basis, got]
    return f"{name:5}" + "".join(f"{cell!s:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True))


COLUMNS = ("dated", "worded", "invent", "repeat", "old", "recurring", "invent", "undated", "who", "to whom", "n d i t")
COLUMNS += ("basis", "recipients")
WIDTHS = (9, 8, 8, 8, 5, 11, 8, 9, 9, 9, 13, 15, 15)


def report(name: str) -> Iterator[str]:
    """Give the lines of one set's figures; of a set put aside only the sum."""
    yield "set  " + "".join(f"{column:>{width}}" for column, width in zip(COLUMNS, WIDTHS, strict=True))
    every = list(scores(name))
    if name not in PUT_ASIDE:
        yield from (line(*each) for each in every)
    yield line(f"{name} all", sum((each for _, each in every), Counter()))


def main(names: Sequence[str]) -> None:
    """Print the figures of the sets named, of all that there are by default."""
    for name in names or SETS:
        sys.stdout.write("\n".join(report(name)) + "\n\n")


if __name__ == "__main__":
    main(sys.argv[1:])
