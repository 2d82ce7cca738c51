"""The weekly excerpt to many people under the platform's limits, while one person asks every two seconds.

The office sees how far it is, and in one run stops it in the middle.
"""

import asyncio
import contextlib
import statistics
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from campaigns import folder as folders
from tests.bench import answers, organisation, questions, shown
from tests.bench.answers import OURS, PTB
from tests.bench.processes import PEERS, Contender, Cost, Platform, until
from tests.bench.shown import Shown

MONDAY = datetime(2024, 5, 20, 7, 59, 50, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
STARTED = datetime(2024, 5, 16, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
MEMBERS = 30  # of each branch
EVERY = 2.0  # seconds between questions of the one who asks
LEAST = 20.0  # messages a second below which a broadcast is given up
READING = 1.5  # seconds until the office has read what it is asked
QUIET = 5.0  # seconds after a stop in which nothing more may come


@dataclass(frozen=True)
class Sent:
    """How a broadcast went: messages a second (answers included, for the limit counts them), refusals, waits in ms.

    `cpu` in ms a message, the start included; `memory` in MiB; `shown` what an office saw, None where there is none.
    """

    sent: int
    rate: float
    refused: int
    asked: int
    worst: float
    median: float
    cpu: float
    memory: float
    shown: Shown | None


@dataclass(frozen=True)
class Stopped:
    """A push stopped in the middle: how many had it in the end, how long after the press the last one came (s)."""

    arrived: int
    late: float
    refused: int
    shown: Shown


@contextlib.asynccontextmanager
async def _running(name: str, people: int) -> AsyncIterator[tuple[Platform, Contender]]:
    """Give a platform with its limits and a contender that sends to everybody, killed at the end."""
    platform = Platform()
    with tempfile.TemporaryDirectory() as made:
        try:
            bot = await STARTS[name](platform, Path(made), people)
            platform.control("limit", asker=organisation.ASKER, line="/help", every=EVERY)
            try:
                yield platform, bot
            finally:
                bot.kill()
        finally:
            platform.close()


async def send(name: str, people: int) -> Sent:
    """Let one contender send to everybody."""
    async with _running(name, people) as (platform, bot):
        await until(lambda: _done(platform, people, name) or not bot.alive(), people / LEAST + 40, 0.5)
        found = platform.control("result")
        seen = shown.measure(found["shown"], people, found["push_last"]) if name == OURS else None
        return _figures(found, bot.cost(), seen)


def _done(platform: Platform, people: int, name: str) -> bool:
    found = platform.control("result")
    return found["pushed"] >= people and (name != OURS or shown.is_over(found["shown"]))


def _begun(platform: Platform, people: int) -> bool:
    found = platform.control("result")
    return found["pushed"] >= people / 3 and "Dừng lại" in found["labels"]


async def stop(people: int) -> Stopped:
    """Let the office stop ours after a third."""
    async with _running(OURS, people) as (platform, bot):
        if not await until(lambda: _begun(platform, people), people / LEAST + 40, 0.2):
            raise RuntimeError(f"too little was sent: {bot.said()}")
        platform.control("press", label="Dừng lại")
        await until(lambda: "Dừng gửi" in platform.control("result")["labels"], 10)
        await asyncio.sleep(READING)
        at = platform.control("press", label="Dừng gửi")
        await until(lambda: shown.is_over(platform.control("result")["shown"]), 30)
        await asyncio.sleep(QUIET)
        found = platform.control("result")
        seen = shown.measure(found["shown"], people, found["push_last"])
        return Stopped(found["pushed"], found["push_last"] - at, found["refused"], seen)


def _figures(found: dict[str, Any], cost: Cost, seen: Shown | None) -> Sent:
    waits = [each * 1000 for each in found["asked"]] or [float("nan")]
    seconds = found["push_last"] - found["push_first"]
    meanwhile = sum(found["push_first"] < at < found["push_last"] for at in found["asked_at"])
    rate = (found["pushed"] - 1 + meanwhile) / seconds if seconds else 0.0
    return Sent(
        sent=found["pushed"],
        rate=rate,
        refused=found["refused"],
        asked=len(found["asked"]),
        worst=max(waits),
        median=statistics.median(waits),
        cpu=cost.cpu / max(found["pushed"], 1) * 1000,
        memory=cost.peak,
        shown=seen,
    )


async def _ours(platform: Platform, folder: Path, people: int) -> Contender:
    url = f"sqlite+aiosqlite:///{folder / 'assistant.db'}"
    size = organisation.Size(people // MEMBERS, MEMBERS, asker=True, office=True)
    platform.control("office", person=organisation.OFFICE)
    await organisation.fill(url, folders.load(questions.CAMPAIGN), size, STARTED, drill=True)
    return answers.ours(platform.url, folder, "--now", MONDAY.isoformat())


async def _ptb(platform: Platform, folder: Path, people: int) -> Contender:
    command = [str(PEERS), "-m", "tests.bench.plain_ptb", platform.url, str(folder / "pickle"), "--limited"]
    bot = Contender(command, folder / "log")
    await asyncio.sleep(1)
    platform.control("say", person=organisation.ASKER, text=f"/broadcast {people} {_text()}")
    return bot


def _text() -> str:
    """Return about the words that the assistant says."""
    only = folders.load(questions.CAMPAIGN).excerpts[0]
    return f"{only.source}, tuần 1. Văn phòng gửi đồng chí: “{only.text}” Nguồn: {only.source}."


STARTS: dict[str, Callable[..., Any]] = {OURS: _ours, PTB: _ptb}
