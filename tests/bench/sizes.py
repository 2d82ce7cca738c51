"""What follows from the cost of a branch's year, a member, an excerpt: tables of docs/quy-mo.md. Measures nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from bot.deliver import PER_SECOND

HERE = Path(__file__).parent.parent.parent / "docs"
PAGE, SPEED = HERE / "quy-mo.md", HERE / "performance.md"
WEEKS = 52
MEMBERS = 30  # of a branch
BRANCHES = (20, 150, 1000, 10_000)
BOTS = (1, 10, 100)
READERS = 3000  # of a bot
NAMES = {"branch": "một chi bộ, một năm", "member": "một đảng viên", "excerpt": "một trích đoạn gửi một người"}
PARTS = ("đo", "năm", "bot")
"""Three places of the page: what was measured, years of installations, bots on Telegram."""


@dataclass(frozen=True)
class Cost:
    """Of one `what` (NAMES): rows; bytes on SQLite at first and after the texts are emptied; on PostgreSQL at first."""

    what: str
    rows: float
    fresh: int
    kept: int
    server: int | None


def measured(costs: Sequence[Cost]) -> str:
    """Return a row a cost."""
    return "\n".join(
        _row(NAMES[each.what], _decimal(each.rows), *(_kb(part) for part in (each.fresh, each.kept, each.server)))
        for each in costs
    )


def years(costs: Sequence[Cost]) -> str:
    """Return a row a size: all members of all branches read an excerpt a week."""
    return "\n".join(_year(number, {each.what: each for each in costs}) for number in BRANCHES)


def _year(branches: int, costs: dict[str, Cost]) -> str:
    often = {"branch": branches, "member": branches * MEMBERS, "excerpt": branches * MEMBERS * WEEKS}
    rows = sum(costs[what].rows * number for what, number in often.items())
    sums = [
        None if None in parts else sum(part * often[what] for what, part in zip(costs, parts, strict=True) if part)
        for parts in zip(*((each.fresh, each.kept, each.server) for each in costs.values()), strict=True)
    ]
    return _row(_grouped(branches), _grouped(branches * MEMBERS), _grouped(round(rows)), *map(_mb, sums))


def bots(speed: str) -> str:
    """Return a row a number of bots, each with READERS of its own; `speed` is the text of docs/performance.md."""
    found = re.search(r"\| this assistant \| \d+ \([^|]*\| [^|]*\|(?:[^|]*\|){5} ([0-9.]+) \(", speed)
    assert found, "docs/performance.md has no row of the broadcast"
    cpu = float(found[1]) / 1000  # seconds of a core a message
    took = READERS / PER_SECOND / 60
    return "\n".join(
        _row(
            _grouped(number),
            _grouped(round(PER_SECOND * number)),
            _grouped(READERS * number),
            f"{_decimal(took)} phút",
            _grouped(ceil(PER_SECOND * number * cpu)),
        )
        for number in BOTS
    )


def told(costs: Sequence[Cost]) -> str:
    """Return all three."""
    return "\n\n".join([measured(costs), years(costs), bots(SPEED.read_text(encoding="utf-8"))])


def write(costs: Sequence[Cost]) -> None:
    """Put them into the page, each in its place."""
    for part, made in zip(PARTS, told(costs).split("\n\n"), strict=True):
        _put(part, made)


def renew_bots() -> None:
    """Put the rows of bots into the page anew, as docs/performance.md now is."""
    _put("bot", bots(SPEED.read_text(encoding="utf-8")))


def _put(part: str, made: str) -> None:
    begin, end = f"<!-- {part}: -->", f"<!-- hết {part} -->"
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    PAGE.write_text(f"{before}{begin}\n{made}\n{end}{rest.partition(end)[2]}", encoding="utf-8")


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _decimal(number: float, places: int = 1) -> str:
    return f"{number:.{places}f}".replace(".", ",")


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _kb(number: float | None) -> str:
    return "chưa đo" if number is None else _decimal(number / 1000, 2)


def _mb(number: float | None) -> str:
    return "chưa đo" if number is None else _grouped(round(number / 1e6))
