"""How long one reply takes to be read, in processor time of one core.

`python -m tests.bench.reading` prints it; no network.
"""

import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from time import process_time_ns

from tests import reading_score

HALVES = ("own", "fresh", "more", "more2", "first")  # the replies for working; those put aside are left alone
TIMES = 3  # each reply is read so often and its quickest reading counts: what else the machine does is not measured


@dataclass(frozen=True)
class Read:
    """How many replies, and their times in ms: the middle one, that of 99 in 100, the longest."""

    replies: int
    median: float
    p99: float
    worst: float


def run(halves: Sequence[str] = HALVES) -> Read:
    """Read every reply of these halves and give how long they took."""
    cases = [case for half in halves for case in reading_score.cases(half)]
    reading_score.read(cases[0])  # compiles the rules
    taken = sorted(min(_milliseconds(case) for _ in range(TIMES)) for case in cases)
    return Read(len(taken), statistics.median(taken), taken[len(taken) * 99 // 100], taken[-1])


def _milliseconds(case: reading_score.Case) -> float:
    started = process_time_ns()
    reading_score.read(case)
    return (process_time_ns() - started) / 1e6


if __name__ == "__main__":
    print(run(), file=sys.stdout)
