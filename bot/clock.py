"""Plan time, which a drill may move, and machine time, which nobody may. Decides nothing.

Where several machines share a database, its clock is everybody's machine time (bot/timepiece.py asks for it).
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

BACK = 0.5  # of the speed at which time goes on until what it was ahead is made up for


def local() -> float:
    """Return this machine's own time, in seconds since 1970."""
    return time.time()


@dataclass(frozen=True)
class Course:
    """Time as another clock tells it: time.monotonic() and `base`; at `since` we were `ahead` of it. All in seconds."""

    base: float
    since: float = 0.0
    ahead: float = 0.0

    def at(self, monotonic: float) -> float:
        """Return the seconds since 1970. They go on always, and slower while we are ahead."""
        return self.base + monotonic + max(0.0, self.ahead - BACK * (monotonic - self.since))


class Clock:
    """Both times are the machine's own, or those of the clock it follows: a live installation."""

    drill = False
    _course: Course | None = None

    def machine(self) -> datetime:
        """Return the machine's time, aware UTC: claims, back-off, pace, lock-outs, expiry of codes."""
        seconds = self._course.at(time.monotonic()) if self._course else local()
        return datetime.fromtimestamp(seconds, UTC)

    def begin_following(self, base: float) -> None:
        """Follow a clock that tells `base` more than time.monotonic(), from now on: nothing was written yet."""
        self._course = Course(base)

    def follow(self, base: float) -> None:
        """Follow a clock from now on: what we are behind is leapt, what we are ahead is made up for slowly."""
        now = time.monotonic()
        self._course = Course(base, now, max(0.0, self.machine().timestamp() - (base + now)))

    def now(self) -> datetime:
        """Return plan time, aware UTC: due dates, punctuality, sending windows."""
        return self.machine()

    def spoken(self, said_at: datetime | None) -> datetime:
        """Return the moment that counts for something said: the platform's date, or receipt."""
        return said_at or self.now()


class DrillClock(Clock):
    """Starts at a chosen moment and walks on with the machine; can be moved forward, never back."""

    _ahead: timedelta

    drill = True

    def __init__(self, start: datetime) -> None:
        self.begin(start)

    def now(self) -> datetime:
        """Return the drill's time."""
        return self.machine() + self._ahead

    def spoken(self, said_at: datetime | None) -> datetime:
        """Return the drill's time: what a platform stamps belongs to another calendar."""
        return self.now()

    def begin_following(self, base: float) -> None:
        """Follow a clock from now on; the drill's time stays where it is."""
        now = self.now()
        super().begin_following(base)
        self.begin(now)

    def begin(self, start: datetime) -> None:
        """Start the drill anew at `start` (aware), which may be earlier: its database was emptied."""
        self._ahead = start.astimezone(UTC) - self.machine()

    def move_to(self, moment: datetime) -> None:
        """Move forward to `moment` (aware); an earlier one is ignored."""
        self._ahead += max(moment - self.now(), timedelta())
