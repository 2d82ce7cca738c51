"""Turns figures into Markdown tables: medians with their spread, ratios to this assistant. Measures nothing."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.bench.answers import OURS, Round
from tests.bench.broadcast import Sent
from tests.bench.growth import Grown

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
FIGURES: tuple[tuple[str, Callable[[Round], float], str], ...] = (
    ("answers/s", lambda each: each.rate, ".0f"),
    ("p50 ms", lambda each: each.p50, ".0f"),
    ("p99 ms", lambda each: each.p99, ".0f"),
    ("CPU ms/answer", lambda each: each.cpu, ".2f"),
    ("peak MiB", lambda each: each.memory, ".0f"),
)


def answers(taken: Mapping[str, Sequence[Round]]) -> str:
    """Return a row for each contender; `lost` are answers acknowledged and not in the file after kill -9."""
    head = ["", *(name for name, _, _ in FIGURES), "ours ÷ theirs", "acknowledged, then lost"]
    rows = [
        [name, *(_spread(rounds, get, form) for _, get, form in FIGURES), *_rest(taken, name)]
        for name, rounds in taken.items()
    ]
    return _table(head, rows)


def _spread(rounds: Sequence[Round], get: Callable[[Round], float], form: str) -> str:
    found = [get(each) for each in rounds]
    middle = format(statistics.median(found), form)
    return middle if len(found) == 1 else f"{middle} ({min(found):{form}}–{max(found):{form}})"


def _rest(taken: Mapping[str, Sequence[Round]], name: str) -> list[str]:
    ours, theirs = (statistics.median(each.rate for each in taken[who]) for who in (OURS, name))
    lost = [each.lost for each in taken[name] if each.lost is not None]
    answered = sum(each.answers for each in taken[name])
    return [f"{ours / theirs:.2f}", f"{sum(lost)} of {answered}" if lost else "kept in memory or now and then"]


def broadcasts(sent: Mapping[str, Sent]) -> str:
    """Return a row for each contender."""
    head = ["", "sent", "messages/s", "of 30/s", "429s", "questions", "median wait ms", "worst wait ms"]
    return _table(head, [[name, *_broadcast(each)] for name, each in sent.items()])


def _broadcast(each: Sent) -> list[str]:
    rate = [f"{each.sent}", f"{each.rate:.1f}", f"{each.rate / 30:.0%}", f"{each.refused}"]
    return [*rate, f"{each.asked}", f"{each.median:.0f}", f"{each.worst:.0f}"]


def growth(grown: Sequence[Grown]) -> str:
    """Return a row for each size."""
    head = ["branches", "obligations", "planning s", "idle tick ms", "busy tick ms", "rows fired", "/summary ms"]
    return _table([*head, "peak MiB", "database MiB"], [_grown(each) for each in grown])


def _grown(each: Grown) -> list[str]:
    ticks = [f"{each.planning:.2f}", f"{each.idle:.1f}", f"{each.busy:.0f}", f"{each.fired}", f"{each.summary:.0f}"]
    return [f"{each.branches}", f"{each.obligations}", *ticks, f"{each.memory:.0f}", f"{each.database:.0f}"]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(path: Path, made: str) -> None:
    """Replace what stands between the markers."""
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    path.write_text(f"{before}{BEGIN}\n{made}\n{END}{after}", encoding="utf-8")
