"""Fixtures that tests share."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy.engine import make_url

from tests import databases, running
from tests import world as worlds
from tests.fake_telegram import TOKEN
from tests.telegram_server import telegram, telegram_process

__all__ = ["telegram", "telegram_process"]
Result = TypeVar("Result")
SECRET = TOKEN.partition(":")[2]


def apart(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end in a thread of its own: a fixture may be set up while a loop is running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


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


@pytest.fixture
async def world(tmp_path: Path, template: Path) -> AsyncIterator[worlds.World]:
    """Return a world of its own for one test."""
    made = await worlds.build(tmp_path, databases.copy_sqlite(template, tmp_path))
    yield made
    await made.assistant.database.close()


@pytest.fixture(autouse=True)
def nothing_leaks() -> Iterator[None]:
    """Whatever program a test runs as a process: no output holds the bot's token or a traceback."""
    running.STARTED.clear()
    yield
    for program in running.STARTED:
        assert SECRET not in program.said
        assert "Traceback" not in program.said


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
async def either(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[worlds.World]:
    """Return a world on SQLite and on PostgreSQL in turn."""
    if request.param == "sqlite":
        url = databases.copy_sqlite(request.getfixturevalue("template"), tmp_path)
    else:
        url = await databases.create_postgres(request.getfixturevalue("postgres_template"))
    made = await worlds.build(tmp_path, url)
    yield made
    await made.assistant.database.close()
    if request.param == "postgres":
        await databases.drop_postgres(url)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the fault tests counted, also where workers ran them."""
    reports = [each for kind in ("passed", "failed") for each in terminalreporter.stats.get(kind, ())]
    for line in sorted(said for each in reports for name, said in each.user_properties if name == "faults"):
        terminalreporter.write_line(line)
