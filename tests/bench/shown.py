"""What the office saw of a push to many: whether its message was changed often enough, and whether it was true."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

RUNNING = re.compile(r"cho ([\d.]+) đ/c\.\nĐã gửi ([\d.]+)(?:, không tới ([\d.]+))?, còn ([\d.]+)\.")
MINUTES = re.compile(r"Còn (?:khoảng|chưa đến) (\d+) phút")
OPENS, DONE, CUT = "Đang gửi", "Đã gửi xong", "Đã dừng gửi"
ARRIVED = re.compile(r": ([\d.]+)/([\d.]+) đ/c đã nhận")


@dataclass(frozen=True)
class Shown:
    """How the one message went.

    `gap` is the longest time between two changes, s; `wrong` how many changes' figures do not add up to all readers;
    `behind` the furthest that "sent" was from what had arrived; `minutes` the furthest in s that the time to go was
    from what it took, None where it was stopped; `arrived` what the last words say, None before them.
    """

    changes: int
    gap: float
    wrong: int
    behind: int
    minutes: float | None
    arrived: int | None


def of(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the states of the message that tells of the push, oldest first."""
    first = next((each["message"] for each in lines if each["text"].startswith(OPENS)), None)
    return [each for each in lines if each["message"] == first]


def is_over(lines: Sequence[dict[str, Any]]) -> bool:
    """Say whether it says how the push ended."""
    return any(each["text"].startswith((DONE, CUT)) for each in of(lines))


def measure(lines: Sequence[dict[str, Any]], readers: int, ended: float) -> Shown:
    """Hold what was shown against what the platform saw; `ended` is when the last push arrived."""
    states = of(lines)
    running = [each for each in states if RUNNING.search(each["text"])]
    found = ARRIVED.search(states[-1]["text"]) if states else None
    cut = any(each["text"].startswith(CUT) for each in states)
    return Shown(
        changes=len(states) - 1,
        gap=max((later["at"] - one["at"] for one, later in itertools.pairwise(states)), default=float("inf")),
        wrong=sum(not _adds_up(each["text"], readers) for each in running),
        behind=max((abs(_figures(each["text"])[1] - each["pushed"]) for each in running), default=0),
        minutes=None if cut else max((_off(each, ended) for each in running), default=0.0),
        arrived=_number(found[1]) if found and is_over(lines) else None,
    )


def _adds_up(text: str, readers: int) -> bool:
    people, sent, failed, left = _figures(text)
    return people == readers == sent + failed + left


def _figures(text: str) -> tuple[int, int, int, int]:
    found = RUNNING.search(text)
    assert found
    people, sent, failed, left = map(_number, found.groups("0"))
    return people, sent, failed, left


def _number(said: str) -> int:
    return int(said.replace(".", ""))


def _off(state: dict[str, Any], ended: float) -> float:
    """Return by how many seconds the time to go was outside the minute that it names, 0 where none is told."""
    found = MINUTES.search(state["text"])
    if not found:
        return 0.0
    left, most = ended - state["at"], int(found[1]) * 60
    return max(left - most, most - 60 - left, 0.0)
