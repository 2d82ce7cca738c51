"""Several processes over one PostgreSQL: answers a second with 1, 2, 4 workers; ten bots and two that deliver.

`python -m tests.bench.several --postgres URL` prints the tables; the databases it makes there are dropped.
"""

import asyncio
import contextlib
import os
import platform as machines
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson
import typer
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.parts import PACE
from models import bot as bots
from models import committee as committees
from models.account import Account
from models.base import add_all
from models.database import Database
from models.notice import Notice, NoticeKind
from models.outbox import Out, Outbox
from tests import databases, faults
from tests.bench import organisation, questions, table
from tests.bench.answers import missing_of
from tests.bench.platform import TOKEN
from tests.bench.processes import ROOT, Contender, Platform, until

BOTS, MESSAGES = 10, 150
OTHERS = ("receive", "deliver", "clock")
START = 90.0  # seconds processes may take to be ready
SECONDS = 120.0  # a measurement ends after this, finished or not


@dataclass(frozen=True)
class Worked:
    """What so many workers did. Waits in ms, `cpu` of all processes in ms an answer; `lost` after all were killed."""

    workers: int
    rate: float
    p50: float
    p99: float
    cpu: float
    busiest: float
    answers: int
    lost: int


@dataclass(frozen=True)
class Spoken:
    """What one bot sent: messages, how many a second, and the most in any second."""

    sent: int
    rate: float
    most: int


@contextlib.asynccontextmanager
async def installed(people: int) -> AsyncIterator[tuple[Path, str]]:
    """Give a data folder and a database with so many branches, dropped at the end."""
    url = await databases.create_postgres(server=databases.SERVER)
    try:
        with tempfile.TemporaryDirectory() as made:
            await faults.install(Path(made), organisation.Size(people), drill=False, url=url)
            yield Path(made), url
    finally:
        await databases.drop_postgres(url, databases.SERVER)


def start(folder: Path, url: str, role: str, number: int, **settings: str) -> Contender:
    """Start a process."""
    given = {"DATA_DIR": str(folder), "PORT": "0", "DATABASE_URL": url, **settings}
    return Contender([sys.executable, "main.py", "run", "--role", role], folder / f"log.{role}.{number}", **given)


async def ready(processes: Sequence[Contender]) -> None:
    """Wait until all are ready."""
    if not await until(lambda: all("đang chạy" in each.said() for each in processes), START):
        raise RuntimeError("\n".join(each.said() for each in processes))


async def work(workers: int, people: int, at_once: int) -> Worked:
    """Let so many workers take the report from everybody, then kill every process."""
    platform = Platform()
    settings = {"TELEGRAM_API_URL": platform.url, "TELEGRAM_BOT_TOKEN": TOKEN}
    async with installed(people) as (folder, url):
        roles = [*OTHERS, *["work"] * workers]
        processes = [start(folder, url, role, n, **settings) for n, role in enumerate(roles)]
        try:
            await ready(processes)
            await asyncio.sleep(2.0)  # a second after it leads, who delivers begins
            before = [each.cost().cpu for each in processes]
            lines, expected = questions.lines(), questions.expected()
            platform.control("walk", people=people, at_once=at_once, lines=lines, expected=expected)
            await until(lambda: platform.control("result")["finished"] == people, SECONDS)
            spent = [each.cost().cpu - begun for each, begun in zip(processes, before, strict=True)]
            figures = platform.control("result")
        finally:
            for each in processes:
                each.kill()
            platform.close()
        kept = {account: orjson.loads(answers) for account, answers in await databases.look(url, questions.REPORTS)}
    waits, took = sorted(figures["waits"]), figures["last"] - figures["first"]
    return Worked(
        workers=workers,
        rate=len(waits) / took,
        p50=statistics.median(waits) * 1000,
        p99=waits[int(len(waits) * 0.99)] * 1000,
        cpu=sum(spent) / len(waits) * 1000,
        busiest=max(spent) / took,
        answers=len(waits),
        lost=missing_of(kept, figures["answered"]),
    )


class Listener:
    """A fake Zalo that takes every message of every bot and notes when."""

    def __init__(self) -> None:
        self.heard: dict[str, list[float]] = defaultdict(list)
        self.chats: set[str] = set()
        self._count = 0

    async def take(self, request: web.Request) -> web.Response:
        """Take a call."""
        result: dict[str, object] = {"id": "1", "account_name": "Tro ly thu", "account_type": "BASIC"}
        if request.match_info["method"] == "sendMessage":
            self._count += 1
            self.chats.add(str((await request.json())["chat_id"]))
            self.heard[request.match_info["token"]].append(time.monotonic())
            result = {"message_id": f"m{self._count}", "date": round(time.time() * 1000)}
        return web.json_response({"ok": True, "result": result})


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[tuple[Listener, str]]:
    """Serve a Listener; give it and its address."""
    heard, app = Listener(), web.Application()
    app.router.add_route("*", "/bot{token}/{method}", heard.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield heard, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def speak(deliverers: int, killed_after: int = 0) -> tuple[list[Spoken], list[int]]:
    """Let so many processes send what ten bots have to push; return each bot's figures, and who led how many.

    `killed_after` so many messages the process that then leads most is killed, and the others go on for its bots.
    """
    tokens = [f"{1000 + n}:token-of-a-bot-for-measuring-{n:04}" for n in range(BOTS)]
    async with installed(1) as (folder, url), listening() as (heard, address):
        await _due(url, [token.partition(":")[0] for token in tokens])
        settings = {"ZALO_BOT_TOKEN": ",".join(tokens), "ZALO_API_URL": address, "ZALO_MESSAGES_A_MONTH": "1000000"}
        processes = [start(folder, url, "deliver", n, **settings) for n in range(deliverers)]
        try:
            await ready(processes)
            if killed_after:
                await until(lambda: len(heard.chats) >= killed_after, SECONDS)
                max(processes, key=_led).kill()
            await until(lambda: len(heard.chats) == BOTS * MESSAGES, SECONDS)
            led = [_led(each) for each in processes]
        finally:
            for each in processes:
                each.kill()
    return [_spoken(sorted(times)) for times in heard.heard.values()], led


def _led(process: Contender) -> int:
    """Return how many bots a process has led."""
    return process.log().count("event='leads' part='speak:")


def _spoken(times: Sequence[float]) -> Spoken:
    most = max(sum(each <= other < each + 1.0 for other in times) for each in times)
    return Spoken(len(times), (len(times) - 1) / (times[-1] - times[0]), most)


async def _due(url: str, settings: Sequence[str]) -> None:
    """Give each bot messages to push, each to somebody else."""
    database = Database(url)

    async def fill(session: AsyncSession) -> None:
        owner = await committees.the_only(session)
        assert owner
        for setting in settings:
            bot = await bots.named(session, owner.id, "zalo", f"ZALO_BOT_TOKEN:{setting}")
            await _pushes(session, owner.id, bot.id)

    try:
        await database.write(fill)
    finally:
        await database.close()


async def _pushes(session: AsyncSession, owner: int, bot_id: int) -> None:
    now = datetime.now(UTC)
    people = [f"{bot_id}-{n}" for n in range(MESSAGES)]
    await add_all(session, Account, [{"bot_id": bot_id, "external_id": each, "reachable": True} for each in people])
    found = await organisation.accounts_of(session, bot_id)
    notices = [
        {
            "committee_id": owner,
            "dedupe_key": f"bench:{each}",
            "account_id": each,
            "kind": NoticeKind.URGE,
            "template": "bench",
            "details": {},
            "obligations": [],
            "told_at": now,
        }
        for each in found
    ]
    await add_all(session, Notice, notices)
    told = await organisation.notices_of(session, found)
    rows = [
        {
            "notice_id": told[each],
            "account_id": each,
            "bot_id": bot_id,
            "token": f"bench{each:07}",
            "text": "Tin thử để đo",
            "choices": [],
            "priority": 2,
            "state": Out.DUE,
            "not_before": now,
            "said_at": now,
        }
        for each in found
    ]
    await add_all(session, Outbox, rows)


def worked(found: Sequence[Worked]) -> str:
    """Return a row a number of workers."""
    head = ["workers", "answers/s", "of one", "p50 ms", "p99 ms", "CPU ms/answer, all", "busiest process", "lost"]
    rows = [
        [
            str(each.workers),
            f"{each.rate:.0f}",
            f"{each.rate / found[0].rate:.2f}",
            f"{each.p50:.0f}",
            f"{each.p99:.0f}",
            f"{each.cpu:.2f}",
            f"{each.busiest:.0%} of a core",
            f"{each.lost} of {each.answers}",
        ]
        for each in found
    ]
    return table.of(head, rows)


def spoken(runs: Sequence[tuple[str, Sequence[Spoken], Sequence[int]]]) -> str:
    """Return a row a run: its name, each bot's figures, and who led how many."""
    head = [
        "",
        "bots",
        "led by each process",
        "messages",
        "a second, each bot",
        "most in any second of a bot",
        "allowed",
    ]
    return table.of(head, [[name, *_row(found, led)] for name, found, led in runs])


def _row(found: Sequence[Spoken], led: Sequence[int]) -> list[str]:
    rates = [each.rate for each in found]
    return [
        str(len(found)),
        " + ".join(map(str, led)),
        str(sum(each.sent for each in found)),
        f"{statistics.median(rates):.2f} ({min(rates):.2f}–{max(rates):.2f})",
        str(max(each.most for each in found)),
        str(int(PACE["zalo"]) + 1),
    ]


async def _spoken_by_two() -> str:
    runs = [("both live", *await speak(2)), ("one is killed half way", *await speak(2, BOTS * MESSAGES // 2))]
    return f"### {BOTS} bots, two processes that deliver\n\n{spoken(runs)}"


async def _all(people: int, at_once: int, workers: Sequence[int]) -> str:
    before = f"{os.cpu_count()} cores, {machines.machine()}, load {os.getloadavg()[0]:.1f} at the start"
    lines = [f"Measured {datetime.now(UTC):%Y-%m-%d} with `python -m tests.bench.several` on {before}."]
    found = [await work(each, people, at_once) for each in workers]
    lines += [f"### Workers over one PostgreSQL: {people} people, {at_once} at a time", worked(found)]
    lines.append(await _spoken_by_two())
    return "\n\n".join([*lines, f"Load at the end: {os.getloadavg()[0]:.1f}."])


def main(postgres: str = "", people: int = 300, at_once: int = 50, workers: str = "1,2,4", write: bool = False) -> None:
    """Print the tables, `--write` into docs/performance.md.

    `postgres`: the address of a server on which databases may be made, else TEST_POSTGRES_URL.
    """
    databases.SERVER = postgres or databases.SERVER
    if not databases.SERVER:
        print(table.NO_SERVER)
        return
    made = asyncio.run(_all(people, at_once, [int(each) for each in workers.split(",")]))
    print(made)
    if write:
        table.write(ROOT / "docs" / "performance.md", made, "processes")


if __name__ == "__main__":
    typer.run(main)
