"""What monitors read: the same figures as JSON and in Prometheus' format. Numbers, codes and times; no name, no text.

The only file that knows prometheus_client; nothing is registered with it for the whole process.
"""

import asyncio
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.ext.asyncio import AsyncSession

from bot import backup
from bot.assistant import Assistant
from bot.health import STILL, BotHealth, Health
from models import backlog, installation
from models.backlog import Letters, Undone
from models.notice import PRIORITY

LIMIT = 3.0  # seconds the database may take: a monitor's question must never hang
FRESH = 1.0  # seconds for which one look answers everybody
LITTLE = 200 << 20  # bytes free on the disk
WAITED = timedelta(minutes=5)  # something heard, or an answer, that waits so long needs a look
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
LOG = structlog.get_logger()


@dataclass(frozen=True)
class Figures:
    """What the database and the disk say."""

    undone: Undone
    letters: Letters
    database_bytes: int
    disk_free: int
    took: float
    clock_at: datetime | None = None  # machine time: when any process last looked at what is due


@dataclass(frozen=True)
class Seen:
    """A look at everything, at `now` machine time and `plan` time; `figures` None where the database did not answer.

    `kept` is when backup, purge … last ended well.
    """

    health: Health
    figures: Figures | None
    now: datetime
    plan: datetime
    kept: Mapping[str, datetime]

    @property
    def wrong(self) -> list[str]:
        """What is wrong, by short codes."""
        found = set(self.health.wrong(self.now))
        if self.figures is None:
            return sorted(found | {"database"})
        if _age(self.figures.clock_at, self.now) > STILL.total_seconds():
            found.add("timetable")
        if self.figures.disk_free < LITTLE:
            found.add("disk")
        if _age(self.figures.undone.oldest, self.now) > WAITED.total_seconds():
            found.add("inbox")
        if _age(self.figures.letters.oldest_answer, self.plan) > WAITED.total_seconds():
            found.add("outbox")
        return sorted(found)

    def heard(self, bot: BotHealth) -> float | None:
        """Seconds since the last poll that went well, None before the first."""
        return _age(bot.hearing.well_at, self.now) if bot.hearing.well_at else None

    def deaf(self, bot: BotHealth) -> float:
        """Seconds since polls fail."""
        return _age(bot.deaf_since(self.now), self.now)

    def mute(self, bot: BotHealth) -> float:
        """Seconds since sends fail."""
        return _age(bot.sending.failing_since, self.now)

    def paused(self, bot: BotHealth) -> float:
        """Seconds until the platform's pause ends."""
        return max((bot.paused_until - self.now).total_seconds(), 0.0) if bot.paused_until else 0.0


class Monitor:
    """Looks when asked, at most once a second, beside all turns: it only reads."""

    def __init__(self, assistant: Assistant, folder: Path) -> None:
        """`folder` lies on the disk that must not be full."""
        self._assistant, self._folder = assistant, folder
        self._one = asyncio.Lock()
        self._last: Figures | None = None
        self._backup: datetime | None = None
        self._looked = float("-inf")

    async def seen(self) -> Seen:
        """Look at everything."""
        async with self._one:
            if time.monotonic() - self._looked > FRESH:
                self._last, self._looked = await self._figures(), time.monotonic()
            self._backup = await asyncio.to_thread(backup.newest, self._folder)
        clock, health = self._assistant.clock, self._assistant.health
        kept = {**health.kept, **({"backup": self._backup} if self._backup else {})}
        return Seen(health, self._last, clock.machine(), clock.now(), kept)

    async def health(self) -> tuple[bool, dict[str, Any]]:
        """Return whether all is well, and how everything is."""
        seen = await self.seen()
        return not seen.wrong, as_json(seen)

    async def metrics(self) -> tuple[bytes, str]:
        """Return all figures in Prometheus' format."""
        return as_prometheus(await self.seen()), CONTENT_TYPE

    async def _figures(self) -> Figures | None:
        try:
            async with asyncio.timeout(LIMIT):
                return await self._assistant.database.read(self._read)
        except Exception as error:  # noqa: BLE001 (whatever it is, the monitor must be told so)
            LOG.error("a monitor's look cannot read the database", kind=type(error).__name__)
            return None

    async def _read(self, session: AsyncSession) -> Figures:
        began = time.monotonic()
        undone = await backlog.undone(session)
        letters = await backlog.letters(session, self._assistant.clock.machine())
        size = await backlog.size(session)
        free = shutil.disk_usage(self._folder).free
        row = await installation.current(session)
        return Figures(undone, letters, size, free, time.monotonic() - began, row.seen_at if row else None)


def _age(moment: datetime | None, now: datetime) -> float:
    return max((now - moment).total_seconds(), 0.0) if moment else 0.0


def _since(moment: datetime | None, now: datetime) -> float | None:
    return round(_age(moment, now), 1) if moment else None


def as_json(seen: Seen) -> dict[str, Any]:
    """Return what `/health` tells; times are seconds ago."""
    wrong, health, now = seen.wrong, seen.health, seen.now
    return {
        "well": not wrong,
        "wrong": wrong,
        "up": _since(health.began_at, now),
        "bots": {str(bot_id): _bot_json(each, seen) for bot_id, each in health.bots.items()},
        "timetable": {"looked": _since(health.looks.ended_at, now), "took": round(health.looks.last_took, 3)},
        "database": {"waited": _since(health.database.failed_at, now), "kind": health.database.kind},
        "broke": {
            name: {"times": each.broke, "ago": _since(each.broke_at, now)} for name, each in health.parts.items()
        },
        "upkeep": {name: _since(at, now) for name, at in seen.kept.items()},
        **(_figures_json(seen.figures, seen) if seen.figures else {}),
    }


def _bot_json(each: BotHealth, seen: Seen) -> dict[str, Any]:
    now = seen.now
    return {
        "channel": each.channel,
        "heard": _since(each.hearing.well_at, now),
        "deaf": _since(each.deaf_since(now), now),
        "deaf_kind": each.hearing.kind,
        "sent": _since(each.sending.well_at, now),
        "mute": _since(each.sending.failing_since, now),
        "mute_kind": each.sending.kind,
        "paused": round(seen.paused(each), 1),
    }


def _figures_json(figures: Figures, seen: Seen) -> dict[str, Any]:
    states: dict[str, int] = {}
    for (state, _), number in figures.letters.numbers.items():
        states[state] = states.get(state, 0) + number
    return {
        "inbox": {"undone": figures.undone.number, "oldest": _since(figures.undone.oldest, seen.now)},
        "outbox": {**states, "oldest": _since(figures.letters.oldest, seen.plan)},
        "database_bytes": figures.database_bytes,
        "disk_free_bytes": figures.disk_free,
    }


def as_prometheus(seen: Seen) -> bytes:
    """Return what `/metrics` tells."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Collector(seen))
    return generate_latest(registry)


KINDS: Mapping[int, str] = {
    priority: "_".join(str(kind) for kind, other in PRIORITY.items() if other == priority)
    for priority in sorted(set(PRIORITY.values()))
}
"""What a priority is called in metrics."""


class _Collector(Collector):
    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def collect(self) -> Iterable[Metric]:
        """Give every family."""
        seen = self._seen
        yield _gauge("well", "1 when nothing is wrong", [({}, float(not seen.wrong))])
        yield _gauge("wrong", "What is wrong, by its code", [({"code": code}, 1) for code in seen.wrong], ["code"])
        yield from _of_bots(seen)
        yield from _of_parts(seen)
        if seen.figures:
            yield from _of_figures(seen.figures, seen)


Rows = Sequence[tuple[Mapping[str, str], float]]
BOT = ["bot", "channel"]


def _gauge(name: str, words: str, rows: Rows, labels: Sequence[str] = ()) -> Metric:
    return _filled(GaugeMetricFamily(f"assistant_{name}", words, labels=labels), rows, labels)


def _counter(name: str, words: str, rows: Rows, labels: Sequence[str] = ()) -> Metric:
    return _filled(CounterMetricFamily(f"assistant_{name}", words, labels=labels), rows, labels)


def _filled(family: Any, rows: Rows, labels: Sequence[str]) -> Metric:
    for given, value in rows:
        family.add_metric([given[each] for each in labels], value)
    made: Metric = family
    return made


def _of_bots(seen: Seen) -> Iterable[Metric]:
    def each(value: Callable[[BotHealth], float | None]) -> Rows:
        found = [(_named(number, bot), value(bot)) for number, bot in seen.health.bots.items()]
        return [(labels, number) for labels, number in found if number is not None]

    yield _gauge("poll_age_seconds", "Since the last poll that went well", each(seen.heard), BOT)
    yield _gauge("deaf_seconds", "Since when polls fail, 0 when well", each(seen.deaf), BOT)
    yield _gauge("mute_seconds", "Since when sends fail, 0 when well", each(seen.mute), BOT)
    yield _gauge("paused_seconds", "Until the platform's pause ends", each(seen.paused), BOT)
    yield _counter("pauses", "Pauses the platform asked for", each(lambda bot: bot.pauses), BOT)
    yield _counter("messages_handled", "Messages whose turn was taken", each(lambda bot: bot.handled), BOT)
    yield _counter("turns_set_aside", "Messages that could not be handled", each(lambda bot: bot.set_aside), BOT)
    sends = [
        ({**_named(number, bot), "outcome": outcome}, float(times))
        for number, bot in seen.health.bots.items()
        for outcome, times in bot.sends.items()
    ]
    yield _counter("sends", "Sends by how they ended", sends, [*BOT, "outcome"])


def _named(number: int, bot: BotHealth) -> dict[str, str]:
    return {"bot": str(number), "channel": bot.channel}


def _of_parts(seen: Seen) -> Iterable[Metric]:
    looks, health = seen.health.looks, seen.health
    broke = [({"part": name}, float(each.broke)) for name, each in health.parts.items()]
    yield _counter("part_broke", "Loops that broke and began anew", broke, ["part"])
    yield _counter("database_waits", "Times a part had to wait for the database", [({}, health.database.failures)])
    yield SummaryMetricFamily("assistant_tick_seconds", "The timetable's looks", looks.number, looks.took)
    yield _gauge("tick_last_seconds", "How long the last look took", [({}, looks.last_took)])
    yield _gauge("tick_age_seconds", "Since the last look ended", [({}, _age(looks.ended_at, seen.now))])
    yield _counter("due_fired", "Due rows fired", [({}, looks.fired)])
    kept = [({"what": name}, _age(at, seen.now)) for name, at in seen.kept.items()]
    yield _gauge("upkeep_age_seconds", "Since backup, purge … last ended well", kept, ["what"])


def _of_figures(figures: Figures, seen: Seen) -> Iterable[Metric]:
    undone, letters = figures.undone, figures.letters
    waiting: Counter[tuple[str, str]] = Counter()
    for (state, priority), number in letters.numbers.items():
        waiting[state, KINDS.get(priority, "other")] += number
    counted = {(state, kind): waiting[state, kind] for state in backlog.SHOWN for kind in (*KINDS.values(), "other")}
    rows = [({"state": state, "kind": kind}, float(number)) for (state, kind), number in counted.items()]
    yield _gauge("inbox_undone", "Messages heard and not handled yet", [({}, undone.number)])
    yield _gauge("inbox_oldest_seconds", "Since the oldest of them came", [({}, _age(undone.oldest, seen.now))])
    yield _gauge("outbox", "Messages not sent", rows, ["state", "kind"])
    yield _gauge("outbox_oldest_seconds", "Since the oldest unsent was said", [({}, _age(letters.oldest, seen.plan))])
    yield _gauge("database_bytes", "Size of the database", [({}, figures.database_bytes)])
    yield _gauge("disk_free_bytes", "Free where the data lies", [({}, figures.disk_free)])
    yield _gauge("scrape_seconds", "How long the database took to tell", [({}, figures.took)])
