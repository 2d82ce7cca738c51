"""The weekly excerpt to many people under the platform's limits, while one person asks every two seconds."""

import asyncio
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from campaigns import folder as folders
from tests.bench import answers, organisation, questions
from tests.bench.answers import OURS, PTB
from tests.bench.processes import PEERS, Contender, Cost, Platform, until

MONDAY = datetime(2024, 5, 20, 7, 59, 50, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
STARTED = datetime(2024, 5, 16, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
MEMBERS = 30  # of each branch
EVERY = 2.0  # seconds between questions of the one who asks
LEAST = 20.0  # messages a second below which a broadcast is given up


@dataclass(frozen=True)
class Sent:
    """How a broadcast went: messages a second (answers included, for the limit counts them), refusals, waits in ms.

    `cpu` in ms a message, the start included; `memory` in MiB.
    """

    sent: int
    rate: float
    refused: int
    asked: int
    worst: float
    median: float
    cpu: float
    memory: float


async def send(name: str, people: int) -> Sent:
    """Let one contender send to everybody, then kill it."""
    platform = Platform()
    with tempfile.TemporaryDirectory() as made:
        try:
            bot = await STARTS[name](platform, Path(made), people)
            platform.control("limit", asker=organisation.ASKER, line="/help", every=EVERY)
            try:
                await until(lambda: _done(platform, people) or not bot.alive(), people / LEAST + 40, 0.5)
                return _figures(platform.control("result"), bot.cost())
            finally:
                bot.kill()
        finally:
            platform.close()


def _done(platform: Platform, people: int) -> bool:
    return bool(platform.control("result")["pushed"] >= people)


def _figures(found: dict[str, Any], cost: Cost) -> Sent:
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
    )


async def _ours(platform: Platform, folder: Path, people: int) -> Contender:
    url = f"sqlite+aiosqlite:///{folder / 'assistant.db'}"
    size = organisation.Size(people // MEMBERS, MEMBERS, asker=True)
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
