"""Which days are worked, and counting in them. The library knows Viet Nam's holidays; the office may overrule it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

_ONE = timedelta(days=1)


@cache
def _viet_nam() -> Any:
    import holidays

    return holidays.country_holidays("VN", language="vi")


@dataclass(frozen=True)
class Workdays:
    """`overrides` {day: worked?} come first, then the library (swapped days and make-up Saturdays included)."""

    overrides: Mapping[date, bool] = field(default_factory=dict)

    def worked(self, day: date) -> bool:
        """Say whether `day` is a working day."""
        if day in self.overrides:
            return self.overrides[day]
        return bool(_viet_nam().is_working_day(day))

    def on_or_before(self, day: date) -> date:
        """Return the last working day not after `day`."""
        while not self.worked(day):
            day -= _ONE
        return day

    def on_or_after(self, day: date) -> date:
        """Return the first working day not before `day`."""
        while not self.worked(day):
            day += _ONE
        return day

    def plus(self, day: date, n: int) -> date:
        """Return the n-th working day after `day` (n > 0) or before it (n < 0); n = 0 returns `day`."""
        step = _ONE if n > 0 else -_ONE
        for _ in range(abs(n)):
            day += step
            while not self.worked(day):
                day += step
        return day

    def left(self, today: date, last: date) -> int:
        """Count working days after `today` up to and with `last` (voice 0: today does not count); negative if past."""
        if last < today:
            return -self.left(last, today)
        return sum(self.worked(today + _ONE * n) for n in range(1, (last - today).days + 1))
