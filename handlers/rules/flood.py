"""How many messages of one account are handled at once: a bucket each, emptied by messages, filled by time. Pure.

Nothing is thrown away here: it only says how long a message waits, so that one account never slows down others.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

REMEMBERED = 20_000  # accounts; the one quiet for longest is forgotten first, and a forgotten bucket is a full one


@dataclass(frozen=True, slots=True)
class Limits:
    """`messages` at once, as many again in `seconds`; the rest waits."""

    messages: int = 20
    seconds: float = 10.0


NONE = Limits(messages=1_000_000_000)
"""Limits that nobody reaches."""


@dataclass(slots=True)
class Bucket:
    """What is left at a moment, the message last paid for, and what its person was told of this burst."""

    left: float
    at: datetime
    paid: int = 0
    told: set[str] = field(default_factory=set)


class Buckets:
    """The buckets of one bot's accounts, in memory: after a restart they are full."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._of: OrderedDict[str, Bucket] = OrderedDict()

    def wait(self, account: str, now: datetime, message: int = 0) -> timedelta:
        """Take one message's worth; where nothing is left take nothing and say how long until there is (> 0).

        `message` (its id) is paid for once, however often it is taken because the database was away.
        """
        bucket = self._filled(account, now)
        if message and bucket.paid == message:
            return timedelta()
        if bucket.left >= 1:
            bucket.left, bucket.paid = bucket.left - 1, message
            return timedelta()
        return timedelta(seconds=(1 - bucket.left) * self.limits.seconds / self.limits.messages)

    def first(self, account: str, what: str) -> bool:
        """Say whether `what` was not yet told of this burst; from now on it was."""
        told = self._of[account].told
        new = what not in told
        told.add(what)
        return new

    def _filled(self, account: str, now: datetime) -> Bucket:
        most = float(self.limits.messages)
        bucket = self._of.setdefault(account, Bucket(most, now))
        self._of.move_to_end(account)
        passed = max((now - bucket.at).total_seconds(), 0.0)  # a clock set back fills nothing
        bucket.left, bucket.at = min(most, bucket.left + passed * most / self.limits.seconds), now
        if bucket.left >= most:
            bucket.told.clear()  # a full bucket ends the burst
        if len(self._of) > REMEMBERED:
            self._of.popitem(last=False)
        return bucket
