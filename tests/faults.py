"""Ground for the fault tests: an installation with branches, people who walk through a report, a ledger of the kills.

What was lost or said twice is counted from the fake platform's transcripts and from the database file, read as any
other program would; the assistant itself is asked nothing.
"""

import asyncio
import contextlib
import json
import os
import random
import signal
import sqlite3
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import deliver, tick
from bot.assistant import Assistant
from bot.clock import Clock, DrillClock
from campaigns import folder as folders
from models.account import Account
from models.bot import Bot
from models.database import Database
from models.person import Person
from models.role import STANDING, Role, RoleKind
from models.unit import Unit
from tests import databases
from tests.bench import organisation, questions
from tests.forked import ForkedProgram
from tests.running import Program, running
from tests.telegram_server import FakeTelegram
from tests.zalo_server import FakeZalo

SEED = int(os.environ.get("FAULTS_SEED", "2024"))
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PATIENCE = 60.0  # seconds for one kill, one answer or the end of all walks, on a busy machine
SENDING = ("sendMessage", "sendPhoto", "sendDocument", "editMessageText", "editMessageCaption")
RECEIPT = "Đã nhận báo cáo của Chi bộ Mẫu"
ANSWERS = ("13/5/2024", "{n}", "7", "Việc số {n} của chi bộ", "Còn vướng điều thứ {n}")
KEPT = ("held", "2024-05-13", "{n}", "7", "Việc số {n} của chi bộ", "Còn vướng điều thứ {n}")
"""What each secretary writes, {n} being their number, and how a database should hold the six answers."""


def steps() -> list[list[str]]:
    """Return the guided report as people take it, from the command to the receipt."""
    asked = [each.ask for each in questions.read()]
    written = [["say", words, then] for words, then in zip(ANSWERS, [*asked[2:], "xem lại trước khi gửi"], strict=True)]
    pressed = ["press", "Đã tổ chức", asked[1]]
    return [["say", questions.START, asked[0]], pressed, *written, ["press", "Gửi báo cáo", RECEIPT]]


async def install(
    folder: Path,
    size: organisation.Size,
    *,
    started: datetime | None = None,
    drill: bool,
    campaign: Path = questions.CAMPAIGN,
    bot: tuple[str, str] = organisation.TELEGRAM,
    url: str = "",
) -> None:
    """Fill a data folder (and the database at `url`): branches with a secretary each on one bot, who owe the report."""
    folder.mkdir(exist_ok=True)
    url = url or f"sqlite+aiosqlite:///{folder / 'assistant.db'}"
    started = started or datetime.now(UTC)
    await organisation.fill(url, folders.load(campaign), size, started, drill=drill, bot=bot)
    assistant = Assistant(Database(url), DrillClock(started) if drill else Clock(), ZONE, folder / "files")
    try:
        while await tick.look(assistant):
            pass
    finally:
        await assistant.database.close()


async def add_office(folder: Path, account: int, channel: str = "telegram") -> None:
    """Let one person of the office in."""
    database = Database(f"sqlite+aiosqlite:///{folder / 'assistant.db'}")

    async def add(session: AsyncSession) -> None:
        office = (await session.scalars(select(Unit).where(Unit.kind == STANDING[RoleKind.OFFICE]))).one()
        bot = (await session.scalars(select(Bot).where(Bot.channel == channel))).one()
        now = datetime.now(UTC)
        person = Person(committee_id=office.committee_id, name="Phạm Văn D", pushes=True, excerpts=False, joined_at=now)
        session.add(person)
        await session.flush()
        session.add(Account(bot_id=bot.id, external_id=str(account), person_id=person.id, reachable=True))
        session.add(Role(person_id=person.id, unit_id=office.id, kind=RoleKind.OFFICE, started_at=now))

    try:
        await database.write(add)
    finally:
        await database.close()


def look(folder: Path | str, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Ask the database file in a folder, or the PostgreSQL at an address, which takes no values."""
    if isinstance(folder, str):
        with ThreadPoolExecutor(1) as apart:  # this thread's loop is busy
            return apart.submit(asyncio.run, databases.look(folder, query)).result()
    with contextlib.closing(sqlite3.connect(folder / "assistant.db", timeout=20)) as file:
        return file.execute(query, values).fetchall()


def change(folder: Path | str, statement: str, *values: object) -> None:
    """Change the database file behind the program's back, or the PostgreSQL at an address."""
    if isinstance(folder, str):
        with ThreadPoolExecutor(1) as apart:
            return apart.submit(asyncio.run, databases.do(folder, statement)).result()
    with contextlib.closing(sqlite3.connect(folder / "assistant.db", timeout=20)) as file:
        file.execute(statement, values)
        file.commit()
    return None


def run(
    folder: Path, telegram: FakeTelegram | FakeZalo, *words: str, faults: Sequence[str] = (), **more: str
) -> contextlib.AbstractContextManager[Program]:
    """Run it on the fake Telegram, ready; whatever happens, it does not outlive the test."""
    return running(folder, "run", *words, through=_through(faults), **settings(telegram), **more)


def settings(platform: FakeTelegram | FakeZalo) -> dict[str, str]:
    """Return the settings of the program that lead it to the fake platform."""
    if isinstance(platform, FakeZalo):
        return {"ZALO_BOT_TOKEN": platform.token, "ZALO_API_URL": platform.url}
    return {"TELEGRAM_BOT_TOKEN": platform.token, "TELEGRAM_API_URL": platform.url}


def _through(faults: Sequence[str]) -> Sequence[str]:
    """Return how the program is started: as it is, or by tests.killed_at with these options."""
    return ("-m", "tests.killed_at", *faults, "--") if faults else ("main.py",)


@dataclass
class Kill:
    """One kill -9: where, what was in hand, and the messages that were on the wire."""

    point: str
    in_hand: list[str]
    wire: int


@dataclass
class Ledger:
    """All the kills of one test, on one installation. Who is killed was forked; who runs on afterwards was not."""

    folder: Path
    telegram: FakeTelegram | FakeZalo
    kills: list[Kill] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    hurry: Sequence[str] = ()  # options of tests.killed_at with which every run of it waits less
    more: Mapping[str, str] = field(default_factory=dict)  # settings beside those that lead to the platform

    def at(self, point: str, nth: int, *words: str) -> Kill:
        """Run the program until it kills itself at the nth pass of a point."""
        note = self.folder / "killed.json"
        note.unlink(missing_ok=True)
        options = ("--point", point, "--nth", str(nth), "--note", str(note), *self.hurry)
        given = {**settings(self.telegram), **self.more}
        started = ForkedProgram(self.folder, "run", *words, through=_through(options), **given)
        assert started.died() == -signal.SIGKILL, started.said
        noted = json.loads(note.read_text())
        assert noted["point"] == point
        assert noted["in_hand"], "it died with nothing in hand"
        kill = Kill(point, noted["in_hand"], self._wire(noted["begun"]))
        self.kills.append(kill)
        return kill

    def after(self, seconds: float, *words: str) -> Kill | None:
        """Run the program and kill it from outside so long after it is ready; None where it had nothing in hand."""
        with running(self.folder, "run", *words, kind=ForkedProgram, **settings(self.telegram), **self.more) as started:
            time.sleep(seconds)
            started.kill()
        sending = self.sending()
        undone = [str(key) for (key,) in look(self.folder, "select key from inbox where done_at is null")]
        due = [token for (token,) in look(self.folder, "select token from outbox where state = 'due'")]
        if not (in_hand := [*sending, *undone, *due]):
            return None
        kill = Kill("random", in_hand, min(len(sending), deliver.AT_ONCE))
        self.kills.append(kill)
        return kill

    def sending(self) -> list[str]:
        """Return the tokens of messages that are claimed and not recorded."""
        return [token for (token,) in look(self.folder, "select token from outbox where state = 'sending'")]

    def _wire(self, begun: Sequence[str]) -> int:
        return len(set(self.sending()) & set(begun))

    async def repeats(self) -> int:
        """Count what was said more than once."""
        return await repeats(self.telegram, self.folder)

    def summary(self, lost: int, repeats: int) -> str:
        """Say it in one line."""
        counts = {point: sum(kill.point == point for kill in self.kills) for point in {k.point: 0 for k in self.kills}}
        held = sum(len(kill.in_hand) for kill in self.kills)
        wire = sum(kill.wire for kill in self.kills)
        points = ", ".join(f"{count} × {point}" for point, count in counts.items())
        return f"seed {SEED}: kills {points}; in hand {held}, on the wire {wire}; lost {lost}, repeated {repeats}"


async def until(true: Any, seconds: float = PATIENCE) -> None:
    """Wait until an awaitable check holds."""
    end = time.monotonic() + seconds
    while not await true():
        assert time.monotonic() < end, "it did not come to be"
        await asyncio.sleep(0.05)


async def all_walked(telegram: FakeTelegram | FakeZalo, people: int, patience: float = PATIENCE) -> None:
    """Wait until everybody has their receipt; `patience` is for as long as nobody comes a step further."""
    before, end = None, 0.0
    while True:
        walked = await telegram.call("walked")
        if len(walked["arrived"]) == people:
            return
        if walked != before:
            before, end = walked, time.monotonic() + patience
        assert time.monotonic() < end, f"somebody waits in vain: {walked}"
        await asyncio.sleep(0.1)


async def quiet(telegram: FakeTelegram | FakeZalo, folder: Path | str) -> None:
    """Wait until nothing is queued, undone or unsent."""

    async def all_done() -> bool:
        waits = look(folder, "select count(*) from inbox where done_at is null")[0][0]
        waits += look(folder, "select count(*) from outbox where state in ('due', 'sending')")[0][0]
        return not waits and not await telegram.call("queued")

    await until(all_done)


async def repeats(telegram: FakeTelegram | FakeZalo, folder: Path | str) -> int:
    """Count what was said more than once."""
    return sum((await beyond(telegram, folder)).values())


async def beyond(telegram: FakeTelegram | FakeZalo, folder: Path | str) -> dict[str, int]:
    """Count by chat what was said more than once: messages beyond those that the database knows as sent."""
    shown = await telegram.call("said")
    rows = look(
        folder,
        "select account.external_id, count(*) from outbox join account on account.id = outbox.account_id"
        " where outbox.state = 'sent' and outbox.replaces_id is null group by 1",
    )
    sent = dict(rows)
    more = {chat: count - sent.get(chat, 0) for chat, count in shown.items()}
    assert min(more.values(), default=0) >= 0, f"recorded as sent, yet in no chat: {more}"
    return more


async def lost(telegram: FakeTelegram | FakeZalo, folder: Path | str, people: Sequence[int]) -> int:
    """Count the people whose receipt is not in their chat, or whose report is not there exactly once, word for word."""
    reports = _reports(folder)
    return sum([not await _whole(telegram, person, reports.get(str(person), [])) for person in people])


async def _whole(telegram: FakeTelegram | FakeZalo, person: int, sent: Sequence[dict[str, Any]]) -> bool:
    chat = await telegram.chat(person)
    said = {words for line in chat if line["by"] == "bot" for words in [line["text"]] if words.startswith(RECEIPT)}
    wanted = [each.replace("{n}", str(person)) for each in KEPT]
    return len(said) == 1 and [[str(value) for value in each.values()] for each in sent] == [wanted]


def _reports(folder: Path | str) -> dict[str, list[dict[str, Any]]]:
    """Return {account: the answers of each submission}."""
    found: dict[str, list[dict[str, Any]]] = {}
    rows = look(
        folder,
        "select account.external_id, revision.answers from revision"
        " join report on report.id = revision.report_id"
        " join obligation on obligation.id = report.obligation_id"
        " join role on role.unit_id = obligation.unit_id and role.kind = 'secretary'"
        " join account on account.person_id = role.person_id",
    )
    for account, answers in rows:
        values = {name: each["value"] for name, each in json.loads(answers).items()}
        found.setdefault(account, []).append(values)
    return found


def tell(request: pytest.FixtureRequest, line: str) -> None:
    """Print counts at the end of the run, also from a parallel worker."""
    request.node.user_properties.append(("faults", f"{request.node.name}: {line}"))
