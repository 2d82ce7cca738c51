"""What a platform's plan lets a bot do in a month, and what is kept of it for duties. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from messages.types import FULL

TOLD_AT = 80  # per cent used: the office is told, once a month and bot; of its places once a bot
KEPT = 10  # per cent that only reminders and answers may use
SPENT_PAUSE = timedelta(minutes=15)  # between tries once the month is used up: a larger plan may be bought meanwhile


@dataclass(frozen=True, slots=True)
class Size:
    """What a push is: its letters, whether a file lies with it, and whether that is shown as a `picture`."""

    letters: int
    file: bool = False
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Quota:
    """`messages` a calendar month, both ways together (the stricter reading); `people` a bot; `length` of a message."""

    messages: int
    people: int
    length: int = 1950  # letters; a longer text goes out as several messages

    def parts(self, size: Size) -> int:
        """Return how many messages it is: a picture is one of its own, and so is a file under many words."""
        apart = size.picture or (size.file and size.letters > FULL.caption_limit)
        return max(-(-size.letters // self.length), 1) + apart

    def kept(self, needed: int) -> int:
        """Return how many messages only reminders and answers may use, where so many reminders are still to come."""
        return max(self.messages * KEPT // 100, needed)


PLANS: Mapping[str, Quota] = {"zalo": Quota(messages=3000, people=50)}
"""By channel, the free plan; a channel that is not named has no quota."""


@dataclass(frozen=True, slots=True)
class Use:
    """A bot's month: `going` messages wait for it, `held` of them for the next month."""

    bot_id: int
    channel: str
    name: str
    quota: Quota
    sent: int = 0
    received: int = 0
    going: int = 0
    held: int = 0
    people: int = 0
    strangers: int = 0  # who wrote and are nobody known: which users a platform counts is not documented, so all are

    @property
    def taken(self) -> int:
        """Places of the bot that are taken."""
        return self.people + self.strangers

    @property
    def left(self) -> int:
        """Messages that this month has left."""
        return max(self.quota.messages - self.sent - self.received, 0)


def month_of(moment: datetime, zone: ZoneInfo) -> str:
    """Return "2026-11"."""
    return f"{moment.astimezone(zone):%Y-%m}"


def next_month(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return when the next month begins."""
    first = moment.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)
