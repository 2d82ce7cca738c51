"""Plan time, which a drill may move, and machine time, which nobody may. Decides nothing."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Both times are the machine's own: a live installation."""

    drill = False

    def machine(self) -> datetime:
        """Return the machine's time, aware UTC: claims, back-off, pace, lock-outs, expiry of codes."""
        return datetime.now(UTC)

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

    def begin(self, start: datetime) -> None:
        """Start the drill anew at `start` (aware), which may be earlier: its database was emptied."""
        self._ahead = start.astimezone(UTC) - self.machine()

    def move_to(self, moment: datetime) -> None:
        """Move forward to `moment` (aware); an earlier one is ignored."""
        self._ahead += max(moment - self.now(), timedelta())
