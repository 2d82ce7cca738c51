"""How many messages of one account are handled at once: a bucket each, emptied by messages, filled by time. Pure.

A bucket is the one moment at which it will be full again, which is kept where every process sees it. Nothing is thrown
away here: it only says how long a message waits, so that one account never slows down others.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

APART = 2
"""Times as long as an empty bucket takes to fill: clocks of two machines are never so far apart that it is longer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`messages` at once, as many again in `seconds`; the rest waits."""

    messages: int = 20
    seconds: float = 10.0

    @property
    def each(self) -> timedelta:
        """Return how long one message's worth takes to fill."""
        return timedelta(seconds=self.seconds) / self.messages


NONE = Limits(messages=1_000_000_000)
"""Limits that nobody reaches."""


def wait(full_at: datetime | None, now: datetime, limits: Limits) -> timedelta:
    """Return how long a message waits until its worth is there, nothing where it is (`full_at` None: it is full)."""
    return max(_full(full_at, now, limits) - now - limits.each * (limits.messages - 1), timedelta())


def taken(full_at: datetime | None, now: datetime, limits: Limits) -> datetime:
    """Return when the bucket is full again after a message took its worth."""
    return _full(full_at, now, limits) + limits.each


def is_full(full_at: datetime | None, now: datetime) -> bool:
    """Say whether nothing is missing: a burst is over."""
    return full_at is None or full_at <= now


def _full(full_at: datetime | None, now: datetime, limits: Limits) -> datetime:
    """Return when it is full: now where it would be later than twice what an empty one takes, for a clock went back."""
    longest = limits.each * limits.messages * APART
    return max(full_at, now) if full_at and full_at - now <= longest else now
