"""Scores the reading of labelled replies: `python -m tests.reading_score [name …]`. Prints figures, never a reply.

A half that was labelled twice is scored by the first labels, and by those that stand where the two differ.
Each reply ends as one of three: wrong (the intent is not the label's, a slot has another value, a slot that the label
leaves empty is filled, or a labelled one is missed without asking), asked (nothing wrong, and it doubts), right.
"""

import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from time import process_time

import yaml

from messages.reading import replies
from messages.reading.replies import Reply
from tests import reading_annotators
from tests.reading_annotators import Annotated

TODAY, DUE = date(2024, 5, 20), date(2024, 5, 30)
DATA = Path(__file__).parent / "data"
HALVES = {
    "apart": "replies_apart.yaml",
    "apart2": "replies_apart2.yaml",
    "own": "replies_own.yaml",
    "fresh": "replies_fresh.yaml",
    "more": "replies_more.yaml",
    "more2": "replies_more2.yaml",
    "voices": "replies_voices.yaml",
    "voices2": "replies_voices2.yaml",
    "wild": "replies_wild.yaml",
    "wild2": "replies_wild2.yaml",
    "first": "replies.yaml",
}
INTENTS = ("done", "will_do", "extend", "submit_report", "question", "acknowledge", "refuse_or_blocked", "other")
DATES = ("date", "range", "delta_days")
COUNTS = ("attended", "total", "masses")
OTHERS = ("absent", "exempt", "number", "items", "pledges", "speaker", "form", "reassign", "opt_out")
COMPARED = {"intent": ("intent",), "dates": DATES, "counts": COUNTS, "others": OTHERS, "asked": ("asked",)}
OF_DATES = frozenset(("invalid_date", "long_ago", "count_or_date", "which_day", "intent"))
OF_COUNTS = frozenset(("attended_over_total", "counts_do_not_add_up", "count_or_date", "which_count", "intent"))
OUTCOMES = ("right", "wrong", "asked")
BEST_FIRST = ("right", "asked", "wrong")

Case = reading_annotators.Case


@dataclass
class Score:
    """What was counted over one half."""

    messages: Counter[str] = field(default_factory=Counter)
    intents: Counter[str] = field(default_factory=Counter)
    dates: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    asked_as_labelled: int = 0
    milliseconds: float = 0.0
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, case: Case, reply: Reply) -> str:
        """Count one reply and give how it ended."""
        intent, when, figures, rest = (judge(case, reply) for judge in (_intent, _date, _counts, _others))
        ended = _worst(intent, when, figures, rest, "asked" if reply.doubts else "right")
        self.messages[ended] += 1
        self.intents[intent] += 1
        self.others[rest] += any(name in case for name in OTHERS) or rest == "wrong"
        self.dates[when] += any(name in case for name in DATES) or when == "wrong"
        self.counts[figures] += any(name in case for name in COUNTS) or figures == "wrong"
        self.asked_as_labelled += ended == "asked" and bool(case.get("asked") or case.get("doubts"))
        self.confusion[case["intent"], reply.intent] += 1
        return ended


def cases(half: str) -> list[Case]:
    """Give the labelled replies of one half."""
    found: list[Case] = yaml.safe_load((DATA / HALVES[half]).read_text("utf-8"))
    return found


def read(case: Case) -> Reply:
    """Read one labelled reply as of its day and its due day, those of the first halves where it names none."""
    text = unicodedata.normalize("NFD" if case.get("nfd") else "NFC", case["text"])
    return replies.read_reply(text, today=case.get("today", TODAY), due=case.get("due", DUE))


def score(half: str) -> Score:
    """Read one half and count."""
    found = cases(half)
    counted = count(([case], read(case)) for case in found)
    started = process_time()
    for case in found:
        read(case)
    counted.milliseconds = (process_time() - started) / len(found) * 1000
    return counted


def count(read_as: Iterable[tuple[list[Case], Reply]]) -> Score:
    """Count replies, each by the one of its accepted labels that it comes closest to."""
    counted = Score()
    for accepted, reply in read_as:
        counted.add(min(accepted, key=lambda case: BEST_FIRST.index(Score().add(case, reply))), reply)
    return counted


def adjudicated(half: Annotated) -> Score:
    """Read a half that two labelled and count by the labels that stand."""
    return count((accepted, read(accepted[0])) for accepted in half.accepted())


def ceiling(half: Annotated) -> Score:
    """Count the second labels as if they were readings judged by the first: no better can be measured."""
    return count(([first], _as_reply(second)) for first, second in half.pairs())


def _as_reply(case: Case) -> Reply:
    slots = {name: case[name] for name in ("date", "delta_days", *COUNTS, *OTHERS) if name in case}
    span = tuple(case["range"]) if "range" in case else None
    doubts = tuple(case.get("doubts", ("intent",) if case.get("asked") else ()))
    return Reply(intent=case["intent"], date_range=span, doubts=doubts, **slots)


# --- how each part is judged ---


def _worst(*parts: str) -> str:
    return next((outcome for outcome in ("wrong", "asked") if outcome in parts), "right")


def _intent(case: Case, reply: Reply) -> str:
    if reply.intent == case["intent"]:
        return "right"
    return "asked" if "intent" in reply.doubts else "wrong"


def _date(case: Case, reply: Reply) -> str:
    if _is_date_right(case, reply):
        return "right"
    return "asked" if OF_DATES & set(reply.doubts) else "wrong"


def _is_date_right(case: Case, reply: Reply) -> bool:
    allowed = case.get("range", case.get("date_range"))
    if "delta_days" in case:
        due, days = case.get("due", DUE), case["delta_days"]
        return reply.delta_days == days and reply.date in (None, due and due + timedelta(days=days))
    if allowed and "date" not in case:
        return reply.date is None or allowed[0] <= reply.date <= allowed[1]
    return reply.date == case.get("date") and (reply.date_range is None or "date" in case)


def _counts(case: Case, reply: Reply) -> str:
    if all(getattr(reply, name) == case.get(name) for name in COUNTS):
        return "right"
    return "asked" if OF_COUNTS & set(reply.doubts) else "wrong"


def _others(case: Case, reply: Reply) -> str:
    """Absent members are judged where the label has them: they also follow from the two other counts."""
    found = {name: getattr(reply, name, None) or None for name in OTHERS if name != "absent" or name in case}
    wanted = {name: case.get(name) or None for name in found}
    if found == wanted:
        return "right"
    return "asked" if reply.doubts else "wrong"


# --- the report ---


def report(half: str, counted: Score) -> Iterator[str]:
    """Give the lines of one half's figures."""
    yield f"{half}: {sum(counted.messages.values())} replies"
    yield from _figures(counted)
    yield f"  read in {counted.milliseconds:.2f} ms of one core each"
    yield from _table(counted.confusion)


def report_annotators(half: str, annotated: Annotated) -> Iterator[str]:
    """Give a half's figures by the labels that stand, and how far its two annotators agree."""
    yield f"{half}, adjudicated:"
    yield from _figures(adjudicated(annotated))
    yield f"{half}, two annotators: kappa of the intents {annotated.kappa():.3f}"
    for name, slots in COMPARED.items():
        same, filled = annotated.agreement(slots)
        yield f"  {name:9} agree {same:3d} of {filled:3d} ({100 * same / max(filled, 1):5.1f}%)"
    rulings = Counter(annotated.rulings.values())
    ruled = ", ".join(f"{name} {rulings[name]}" for name in ("first", "second", "either"))
    yield f"  differ in {len(annotated.rulings)} replies, of which stand: {ruled}"
    yield f"  the second by the labels of the first: {_part(ceiling(annotated).messages)}"


def _figures(counted: Score) -> Iterator[str]:
    yield f"  intent    {_part(counted.intents)}"
    yield f"  dates     {_part(counted.dates)}"
    yield f"  counts    {_part(counted.counts)}"
    yield f"  others    {_part(counted.others)}"
    yield f"  messages  {_part(counted.messages)}"
    yield f"  asked where the label asks too: {counted.asked_as_labelled}"


def _part(counter: Counter[str]) -> str:
    whole = max(sum(counter.values()), 1)
    return "  ".join(f"{name} {counter[name]:3d} ({100 * counter[name] / whole:5.1f}%)" for name in OUTCOMES)


def _table(confusion: Counter[tuple[str, str]]) -> Iterator[str]:
    yield "  label \\ read    " + "".join(f"{name[:8]:>9}" for name in INTENTS)
    for label in INTENTS:
        yield f"  {label:18}" + "".join(f"{confusion[label, name] or '·':>9}" for name in INTENTS)


def main(halves: Sequence[str]) -> None:
    """Print the figures of the halves named, of all that there are by default."""
    for half in halves or [name for name, file in HALVES.items() if (DATA / file).exists()]:
        lines = [*report(half, score(half))]
        if annotated := reading_annotators.load(DATA / HALVES[half]):
            lines += report_annotators(half, annotated)
        sys.stdout.write("\n".join(lines) + "\n\n")


if __name__ == "__main__":
    main(sys.argv[1:])
