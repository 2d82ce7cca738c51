"""How the parts of a running assistant are doing: each tells, monitors ask. Counts, codes and times; no names or texts.

All times are the machine's. Nothing here is kept over a restart: what must be is in the bot's row (bot/watch.py).
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from models.outbox import LIMITED, TRIED_OUT, UNKNOWN

BRIEF = timedelta(minutes=2)  # a failure that passes sooner is no state to call anybody for
STILL = timedelta(minutes=1)  # without a look of the timetable: it stands still
LATELY = timedelta(seconds=30)  # whoever waits for the database asks it every second
RECENT = timedelta(minutes=5)  # a part that broke so lately may break again


@dataclass
class Way:
    """One thing that works or fails, again and again. `kind` of the last failure, kept after it passed."""

    well_at: datetime | None = None
    failing_since: datetime | None = None
    failed_at: datetime | None = None
    kind: str = ""
    failures: int = 0  # in a row

    def well(self, now: datetime) -> None:
        """It worked."""
        self.well_at, self.failing_since, self.failures = now, None, 0

    def failed(self, kind: str, now: datetime) -> None:
        """It did not work."""
        self.failing_since = self.failing_since or now
        self.failed_at, self.kind = now, kind
        self.failures += 1

    def fails_for(self, long: timedelta, now: datetime) -> bool:
        """Say whether it has failed at least so long, with nothing that worked since."""
        return self.failing_since is not None and now - self.failing_since >= long

    @property
    def kept(self) -> timedelta:
        """How long after the first failure in a row the last one was seen."""
        return self.failed_at - self.failing_since if self.failing_since and self.failed_at else timedelta()

    def kept_failing(self, long: timedelta) -> bool:
        """Say whether a failure was seen so long after the first: one alone, never tried again, proves nothing."""
        return self.failing_since is not None and self.kept >= long


@dataclass
class BotHealth:
    """One bot: can it be heard, can it speak. `sends` by outcome; `pauses` are the platform's 429s."""

    channel: str
    hearing: Way = field(default_factory=Way)
    sending: Way = field(default_factory=Way)
    paused_until: datetime | None = None
    pauses: int = 0
    handled: int = 0
    set_aside: int = 0
    sends: Counter[str] = field(default_factory=Counter)
    outage_untold: bool = False  # the office should know and nobody of it could be told

    def deaf_since(self, now: datetime) -> datetime | None:
        """Return since when it cannot be heard: polls fail, or none has ended for long though each has its limit."""
        silent = self.hearing.well_at if self.hearing.well_at and now - self.hearing.well_at > BRIEF else None
        return self.hearing.failing_since or silent

    def heard(self, kind: str, now: datetime) -> None:
        """A poll ended: "" well, else the kind of failure."""
        if kind:
            self.hearing.failed(kind, now)
        else:
            self.hearing.well(now)

    def sent(self, outcome: str, now: datetime) -> None:
        """A send ended; what the platform answered about one message alone shows that it can be spoken to."""
        self.sends[outcome] += 1
        if outcome in FAILURES:
            self.sending.failed(outcome, now)
        else:
            self.sending.well(now)

    def paused(self, until: datetime, now: datetime) -> None:
        """The platform wants a pause; what was on the wire beside it may say so too."""
        self.pauses += self.paused_until is None or self.paused_until <= now
        self.paused_until = max(until, self.paused_until or until)


FAILURES = frozenset({"try_later", "rejected", "failing", LIMITED, UNKNOWN, TRIED_OUT})
"""Outcomes of a send that say something of the channel, not of the message."""


@dataclass
class Part:
    """A loop: how often it broke and began anew."""

    broke: int = 0
    broke_at: datetime | None = None
    kind: str = ""


@dataclass
class Looks:
    """The timetable's looks at due rows. `took` and `longest` in seconds."""

    number: int = 0
    fired: int = 0
    took: float = 0.0
    last_took: float = 0.0
    longest: float = 0.0
    ended_at: datetime | None = None

    def ended(self, fired: int, took: float, now: datetime) -> None:
        """A look ended."""
        self.number += 1
        self.fired += fired
        self.took += took
        self.last_took, self.longest, self.ended_at = took, max(self.longest, took), now

    def stood_by(self, now: datetime) -> int:
        """Another process looks; nothing fired here."""
        self.ended_at = now
        return 0


@dataclass
class Health:
    """The whole assistant. `kept` is when upkeep (backup, purge …) last ended well, by its name.

    `apart` says that this process has another data folder than the others.
    """

    bots: dict[int, BotHealth] = field(default_factory=dict)
    database: Way = field(default_factory=Way)
    looks: Looks = field(default_factory=Looks)
    parts: dict[str, Part] = field(default_factory=dict)
    kept: dict[str, datetime] = field(default_factory=dict)
    began_at: datetime | None = None
    apart: bool = False

    def bot(self, bot_id: int, channel: str = "") -> BotHealth:
        """Return a bot's health, begun where it is new."""
        if bot_id not in self.bots:
            self.bots[bot_id] = BotHealth(channel)
        return self.bots[bot_id]

    def broke(self, part: str, kind: str, now: datetime) -> None:
        """A loop broke and will begin anew."""
        found = self.parts.setdefault(part, Part())
        found.broke += 1
        found.broke_at, found.kind = now, kind

    def wrong(self, now: datetime) -> list[str]:
        """Return what is wrong by short codes, [] when all is well."""
        found = [code for each in self.bots.values() for code in _of_bot(each, now)]
        if self.database.failed_at and now - self.database.failed_at < LATELY:
            found.append("database")
        seen = self.looks.ended_at or self.began_at
        if seen and now - seen > STILL:
            found.append("timetable")
        if self.apart:
            found.append("folder")
        recent = [name for name, each in self.parts.items() if each.broke_at and now - each.broke_at < RECENT]
        return sorted({*found, *(f"broke:{name}" for name in recent)})


def _of_bot(each: BotHealth, now: datetime) -> list[str]:
    found = []
    deaf = each.deaf_since(now)
    if deaf and now - deaf >= BRIEF:
        found.append(f"deaf:{each.channel}")
    if each.sending.fails_for(BRIEF, now) and each.sending.kept_failing(BRIEF / 2):
        found.append(f"mute:{each.channel}")
    if each.outage_untold:
        found.append(f"untold:{each.channel}")
    return found
