"""Turns figures into Markdown tables: medians with their spread, ratios to this assistant. Measures nothing."""

import os
import platform
import statistics
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench import explained
from tests.bench.answers import OURS, Round
from tests.bench.broadcast import Sent, Stopped
from tests.bench.exports import Measured
from tests.bench.growth import Grown
from tests.bench.province import Cost, Filled
from tests.bench.reading import Read
from tests.bench.shown import Shown

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
    return of(head, rows)


def _spread(rounds: Sequence[Any], get: Callable[[Any], float], form: str) -> str:
    """Return the median with the least and the most, of any number of rounds."""
    found = [get(each) for each in rounds]
    middle = format(statistics.median(found), form)
    return middle if len(found) == 1 else f"{middle} ({min(found):{form}}–{max(found):{form}})"


def _rest(taken: Mapping[str, Sequence[Round]], name: str) -> list[str]:
    ours, theirs = (statistics.median(each.rate for each in taken[who]) for who in (OURS, name))
    lost = [each.lost for each in taken[name] if each.lost is not None]
    answered = sum(each.answers for each in taken[name])
    return [f"{ours / theirs:.2f}", f"{sum(lost)} of {answered}" if lost else "kept in memory or now and then"]


SENT: tuple[tuple[str, Callable[[Sent], float], str], ...] = (
    ("sent", lambda each: each.sent, ".0f"),
    ("messages/s", lambda each: each.rate, ".1f"),
    ("of 30/s", lambda each: each.rate / 30, ".0%"),
    ("429s", lambda each: each.refused, ".0f"),
    ("questions", lambda each: each.asked, ".0f"),
    ("median wait ms", lambda each: each.median, ".0f"),
    ("worst wait ms", lambda each: each.worst, ".0f"),
    ("CPU ms/message", lambda each: each.cpu, ".2f"),
    ("peak MiB", lambda each: each.memory, ".0f"),
)


def broadcasts(sent: Mapping[str, Sequence[Sent]]) -> str:
    """Return a row for each contender, with how our rate stands to its."""
    head = ["", *(name for name, _, _ in SENT), "ours ÷ theirs"]
    ours = statistics.median(each.rate for each in sent[OURS])
    rows = [
        [name, *(_spread(rounds, get, form) for _, get, form in SENT), f"{ours / _rate(rounds):.2f}"]
        for name, rounds in sent.items()
    ]
    return of(head, rows)


def _rate(rounds: Sequence[Sent]) -> float:
    return statistics.median(each.rate for each in rounds)


def shown(sent: Sequence[Sent], stopped: Stopped, readers: int) -> str:
    """Return a row for each push whose progress the office saw, and one for that which it stopped."""
    head = ["", "changes", "longest gap s", "figures that do not add up", "“sent” off by", "time to go off by s"]
    head += ["its last words: arrived", "in truth", "429s"]
    rows = [["sent to the end", *_shown(each.shown), f"{each.sent}", f"{each.refused}"] for each in sent if each.shown]
    end = f"{stopped.arrived}, the last {stopped.late:.1f} s after the press, {readers - stopped.arrived} unsent"
    rows.append(["stopped after a third", *_shown(stopped.shown), end, f"{stopped.refused}"])
    return of(head, rows)


def _shown(seen: Shown) -> list[str]:
    said = "never said" if seen.arrived is None else f"{seen.arrived}"
    off = "–" if seen.minutes is None else f"{seen.minutes:.0f}"
    return [f"{seen.changes}", f"{seen.gap:.1f}", f"{seen.wrong}", f"{seen.behind}", off, said]


def growth(grown: Sequence[Grown]) -> str:
    """Return a row for each size."""
    head = ["branches", "obligations", "planning s", "idle tick ms", "busy morning s", "rows fired", "longest part ms"]
    return of([*head, "/summary ms", "peak MiB", "database MiB"], [_grown(each) for each in grown])


def _grown(each: Grown) -> list[str]:
    ticks = [f"{each.planning:.2f}", f"{each.idle:.1f}", f"{each.busy:.2f}", f"{each.fired}", f"{each.held:.0f}"]
    said = [f"{each.summary:.0f}", f"{each.memory:.0f}", f"{each.database:.0f}"]
    return [f"{each.branches}", f"{each.obligations}", *ticks, *said]


def exports(made: Sequence[Measured]) -> str:
    """Return a row for each document."""
    rows = [
        [each.what, f"{each.seconds:.1f}", f"{each.answers}", f"{each.median:.0f}", f"{each.worst:.0f}"]
        for each in made
    ]
    return of(["document", "seconds", "answers meanwhile", "median ms", "worst ms"], rows)


def reading(read: Read) -> str:
    """Return the one row."""
    figures = [f"{read.replies}", f"{read.median:.2f}", f"{read.p99:.2f}", f"{read.worst:.2f}"]
    return of(["labelled replies", "median ms", "p99 ms", "longest ms"], [figures])


def scale(found: Sequence[Filled], wrong: Sequence[str] | None) -> str:
    """Return a table a database, and how PostgreSQL goes about each thing; `wrong` what it reads beyond what is due.

    None: that was not judged.
    """
    parts = [f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine()}, load {os.getloadavg()[0]:.1f} at the end."]
    for each in found:
        parts += [_filled(each), _costs(each.costs), _ways(each.costs)]
    if not any(cost.plans for each in found for cost in each.costs):
        parts.append(NO_SERVER)
    elif wrong is not None:
        parts.append(
            "\n".join(["Read beyond what is due:", "", *(f"- {line}" for line in wrong)]) if wrong else BOUNDED
        )
    return "\n\n".join(filter(None, parts))


NO_SERVER = "PostgreSQL was not measured: name a server in TEST_POSTGRES_URL, or with `--postgres URL`."
BOUNDED = (
    "No plan reads a big table row after row beyond what is due, none more than "
    f"{explained.EACH} rows of one along an index for each that is due, and {explained.SLACK} besides."
)


def machine() -> str:
    """Say on what this is measured."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def _filled(each: Filled) -> str:
    size = each.size
    rows = f"{grouped(size.branches)} branches × 3 deadlines, {grouped(size.people)} people"
    past = f"{grouped(size.sent)} messages sent before, {grouped(size.heard)} heard, {grouped(size.jobs)} jobs done"
    return f"### {each.name}: {rows}\n\n{past}; made in {each.filled:.0f} s, {each.mib:,.0f} MiB."


def _costs(costs: Sequence[Cost]) -> str:
    head = ["", "median ms", "longest ms", "parts", "all s", "statements", "blocks of 8 KiB"]
    return of(head, [_cost(each) for each in costs])


def _cost(each: Cost) -> list[str]:
    took = [f"{each.middle:.1f}", f"{max(each.took):.1f}"]
    parts = [f"{len(each.took)}", f"{sum(each.took) / 1000:.1f}"] if each.in_parts else ["", ""]
    told = (len(each.plans), sum(plan.blocks for plan in each.plans))
    return [each.what, *took, *parts, *(grouped(all_of // each.explained) if each.plans else "" for all_of in told)]


def _ways(costs: Sequence[Cost]) -> str:
    """Say along which indexes big tables are read, and how many rows are looked at."""
    return "\n".join(f"- {each.what}: {', '.join(ways)}" for each in costs if (ways := _way(each)))


def _way(each: Cost) -> list[str]:
    most: dict[str, explained.Scan] = {}
    for scan in (scan for plan in each.plans for scan in plan.scans if scan.table in explained.BIG):
        where = scan.index or f"{scan.how} of {scan.table}"
        most[where] = max(scan, most.get(where, scan), key=lambda one: one.rows)
    return [str(scan) for scan in most.values()]


def grouped(number: int) -> str:
    """Return 1,000,000."""
    return f"{number:,}"


def of(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of these rows."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(path: Path, made: str, part: str = "measured") -> None:
    """Replace what stands between a part's markers."""
    begin, end = f"<!-- {part}: begin -->", f"<!-- {part}: end -->"
    before, _, rest = path.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    path.write_text(f"{before}{begin}\n{made}\n{end}{after}", encoding="utf-8")
