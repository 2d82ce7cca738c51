"""The same report of six questions from many people, by each contender: answers a second, waits, processor, memory."""

import asyncio
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from campaigns import folder as folders
from tests.bench import organisation, questions
from tests.bench.platform import TOKEN
from tests.bench.processes import PEERS, Contender, Platform, until

OURS, PTB, AIOGRAM = "this assistant", "python-telegram-bot", "aiogram"
SECONDS = 60.0  # one contender's turn ends after this, finished or not


@dataclass(frozen=True)
class Round:
    """One contender's turn. Waits in ms, `cpu` in ms an answer, `memory` in MiB; `lost` None where nothing is kept."""

    answers: int
    rate: float
    p50: float
    p99: float
    cpu: float
    memory: float
    lost: int | None = None


async def take(name: str, people: int, at_once: int) -> Round:
    """Let one contender take the report from everybody, then kill it."""
    platform = Platform()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        try:
            return await _take(name, platform, folder, people, at_once)
        finally:
            platform.close()


async def _take(name: str, platform: Platform, folder: Path, people: int, at_once: int) -> Round:
    bot = await STARTS[name](platform.url, folder, people)
    try:
        await _ready(platform, bot)
        before = bot.cost()
        platform.control("walk", people=people, at_once=at_once, lines=questions.lines(), expected=questions.expected())
        await until(lambda: platform.control("result")["finished"] == people or not bot.alive(), SECONDS)
        after = bot.cost()
        figures = platform.control("result")
    finally:
        bot.kill()
    if not figures["waits"]:
        raise RuntimeError(f"{name} answered nothing: {(folder / 'log').read_text()[-2000:]}")
    kept = missing(folder / "assistant.db", figures["answered"]) if name == OURS else None
    return _round(figures, after.cpu - before.cpu, after.peak, kept)


async def _ready(platform: Platform, bot: Contender) -> None:
    """Wait until the bot answers the first person, who walks alone to warm it up."""
    platform.control("walk", people=1, at_once=1, lines=questions.lines()[:1], expected=questions.expected()[:1])
    if not await until(lambda: platform.control("result")["finished"] or not bot.alive(), 30):
        return
    await asyncio.sleep(1)


def _round(figures: dict[str, Any], cpu: float, memory: float, lost: int | None) -> Round:
    waits = sorted(figures["waits"])
    answers = len(waits)
    return Round(
        answers=answers,
        rate=answers / (figures["last"] - figures["first"]),
        p50=statistics.median(waits) * 1000,
        p99=waits[int(answers * 0.99)] * 1000,
        cpu=cpu / answers * 1000,
        memory=memory,
        lost=lost,
    )


async def _ours(url: str, folder: Path, people: int) -> Contender:
    database = f"sqlite+aiosqlite:///{folder / 'assistant.db'}"
    size = organisation.Size(people)
    await organisation.fill(database, folders.load(questions.CAMPAIGN), size, datetime.now(UTC), drill=False)
    return ours(url, folder)


def ours(url: str, folder: Path, *options: str) -> Contender:
    """Start the real program on `folder` with production settings."""
    command = [sys.executable, "main.py", "run", *options]
    settings = {"DATA_DIR": str(folder), "PORT": "0", "TELEGRAM_API_URL": url, "TELEGRAM_BOT_TOKEN": TOKEN}
    return Contender(command, folder / "log", **settings)


async def _ptb(url: str, folder: Path, people: int) -> Contender:
    return Contender([str(PEERS), "-m", "tests.bench.plain_ptb", url, str(folder / "pickle")], folder / "log")


async def _aiogram(url: str, folder: Path, people: int) -> Contender:
    return Contender([str(PEERS), "-m", "tests.bench.plain_aiogram", url], folder / "log")


STARTS: dict[str, Callable[..., Any]] = {OURS: _ours, PTB: _ptb, AIOGRAM: _aiogram}


def missing(path: Path, answered: dict[str, int]) -> int:
    """Count answers that were acknowledged but are not in the database file of the killed program."""
    return missing_of(_reports(path), answered)


def missing_of(kept: dict[str, dict[str, Any]], answered: dict[str, int]) -> int:
    """Count answers that were acknowledged but are not among {account: answers}."""
    return sum(_missing(int(person), count, kept.get(person, {})) for person, count in answered.items())


def _missing(person: int, count: int, kept: dict[str, Any]) -> int:
    number = str(person - organisation.SECRETARIES)
    wanted = [each.replace("{n}", number) if isinstance(each, str) else each for each in questions.KEPT]
    pairs = list(zip(questions.read(), wanted, strict=True))[: count - 1]  # the first line only opens the report
    return sum(kept.get(question.name, {}).get("value") != value for question, value in pairs)


def _reports(path: Path) -> dict[str, dict[str, Any]]:
    """Return {account: answers}, read as any other program would."""
    with sqlite3.connect(path) as file:
        rows = file.execute(questions.REPORTS)
        return {account: orjson.loads(answers) for account, answers in rows}
