"""Fixtures that tests share."""

import asyncio
import contextlib
import logging
import os
import sys
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
import structlog
from hypothesis import settings
from sqlalchemy.engine import make_url

from bot import logs
from models import database
from tests import databases, running, typed_dialog
from tests import world as worlds
from tests.fake_telegram import TOKEN
from tests.fake_zalo import OTHER_TOKEN
from tests.fake_zalo import TOKEN as ZALO_TOKEN
from tests.telegram_server import telegram, telegram_process
from tests.zalo_server import zalo, zalo_process

__all__ = ["telegram", "telegram_process", "zalo", "zalo_process"]
Result = TypeVar("Result")
settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of what is tested
settings.load_profile("untimed")
SECRETS = [each.partition(":")[2] for each in (TOKEN, ZALO_TOKEN, OTHER_TOKEN)]


def apart(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end in a thread of its own: a fixture may be set up while a loop is running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@pytest.fixture(autouse=True)
def patient_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test's own process stand still longer than a running assistant may: on a busy machine it does."""
    monkeypatch.setattr(database, "STUCK", "60000")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with the campaign and the sample branches, made once a test process."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    apart(worlds.fill(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """Return the name of a PostgreSQL database like `template`."""
    databases.needs_postgres()
    url = apart(databases.create_postgres())
    apart(worlds.fill(url))
    yield make_url(url).database or ""
    apart(databases.drop_postgres(url))


@contextlib.asynccontextmanager
async def on_sqlite(folder: Path, template: Path, **given: Any) -> AsyncIterator[worlds.World]:
    """Open a world on a copy of a file."""
    made = await worlds.build(folder, databases.copy_sqlite(template, folder), **given)
    yield made
    await made.assistant.database.close()


@contextlib.asynccontextmanager
async def on_postgres(folder: Path, template: str, **given: Any) -> AsyncIterator[worlds.World]:
    """Open a world on a copy of a database, whose turns keep to lanes, as where several processes share it."""
    url = await databases.create_postgres(template)
    made = await worlds.build(folder, url, **given)
    made.assistant.leads = worlds.OneOfSeveral()
    yield made
    await made.assistant.database.close()
    await databases.drop_postgres(url)


@pytest.fixture
async def world(tmp_path: Path, template: Path) -> AsyncIterator[worlds.World]:
    """Return a world of its own for one test."""
    async with on_sqlite(tmp_path, template) as made:
        yield made


@pytest.fixture
async def shared_world(tmp_path: Path, postgres_template: str) -> AsyncIterator[worlds.World]:
    """Return a world on PostgreSQL."""
    async with on_postgres(tmp_path, postgres_template) as made:
        yield made


@pytest.fixture
async def typed_world(tmp_path: Path, template: Path) -> AsyncIterator[worlds.World]:
    """Return a world on a channel that carries words alone."""
    async with on_sqlite(tmp_path, template, manners=typed_dialog.WORDS_ALONE) as made:
        yield made


@pytest.fixture
async def typed_elsewhere(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[worlds.World]:
    """Return a world on a channel that carries words alone: on PostgreSQL, or where there is none as `typed_world`."""
    anywhere = databases.SERVER or os.environ.get("REQUIRE_POSTGRES")
    found: Path | str = request.getfixturevalue("postgres_template" if anywhere else "template")
    opened = (
        on_sqlite(tmp_path, found, manners=typed_dialog.WORDS_ALONE)
        if isinstance(found, Path)
        else on_postgres(tmp_path, found, manners=typed_dialog.WORDS_ALONE)
    )
    async with opened as made:
        yield made


@pytest.fixture(autouse=True)
def nothing_leaks() -> Iterator[None]:
    """Whatever program a test runs as a process: no output holds the bot's token or a traceback."""
    running.STARTED.clear()
    yield
    for program in running.STARTED:
        assert not [each for each in SECRETS if each in program.said]
        assert "Traceback" not in program.said


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Give back what `logs.set_up` changes for the whole process: the next test's log is its own."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    talkative = [root, *map(logging.getLogger, [*logs.QUIET, "sqlalchemy.engine"])]
    handlers, levels = list(root.handlers), [each.level for each in talkative]
    yield
    root.handlers[:], (sys.excepthook, threading.excepthook) = handlers, hooks
    for each, level in zip(talkative, levels, strict=True):
        each.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of an empty database, SQLite and PostgreSQL in turn."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
        return
    databases.needs_postgres()
    url = apart(databases.create_postgres())
    yield url
    apart(databases.drop_postgres(url))


@pytest.fixture(params=["sqlite", "postgres"])
async def either_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Return the address of a database like `template`, SQLite and PostgreSQL in turn."""
    if request.param == "sqlite":
        yield databases.copy_sqlite(request.getfixturevalue("template"), tmp_path)
        return
    url = await databases.create_postgres(request.getfixturevalue("postgres_template"))
    yield url
    await databases.drop_postgres(url)


@pytest.fixture
async def either(either_url: str, tmp_path: Path) -> AsyncIterator[worlds.World]:
    """Return a world on SQLite and on PostgreSQL in turn."""
    made = await worlds.build(tmp_path, either_url)
    yield made
    await made.assistant.database.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the fault tests counted, also where workers ran them."""
    reports = [each for kind in ("passed", "failed") for each in terminalreporter.stats.get(kind, ())]
    for line in sorted(said for each in reports for name, said in each.user_properties if name == "faults"):
        terminalreporter.write_line(line)
