"""Several processes of the program over one PostgreSQL, each with its part of the work, on the fake Telegram."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests import databases, faults, running
from tests.bench import organisation
from tests.forked import ForkedProgram
from tests.running import Program
from tests.telegram_server import FakeTelegram

ROLES = ("receive", "work", "deliver", "clock")


class Several:
    """One installation and its processes, by role; each has a number so that none is mixed with the one it replaced."""

    def __init__(self, folder: Path, url: str, telegram: FakeTelegram, program: type[Program] = Program) -> None:
        """`program` is how processes are started."""
        self.folder, self.url, self.telegram, self._program = folder, url, telegram, program
        self.programs: list[tuple[str, Program]] = []

    def start(self, *roles: str, through: Sequence[str] = ("main.py",), **more: str) -> list[Program]:
        """Start processes, without waiting for them."""
        given = {**faults.settings(self.telegram), "DATABASE_URL": self.url, **more}
        started = [self._program(self.folder, "run", "--role", role, through=through, **given) for role in roles]
        self.programs += zip(roles, started, strict=True)
        return started

    def ready(self) -> None:
        """Wait until each that runs is ready."""
        for _, each in self.programs:
            if each.process.poll() is None:
                each.wait()

    def of(self, role: str) -> list[Program]:
        """Return the living processes of a role."""
        return [each for name, each in self.programs if name == role and each.process.poll() is None]

    def ready_of(self, role: str) -> list[Program]:
        """Return those of them that are ready."""
        return [each for each in self.of(role) if any(running.READY in line for line in each.lines)]

    def leading(self, role: str, name: str, term: int) -> list[Program]:
        """Return the one of a role that is ready and leads in a term, by what it says itself; [] while none does."""
        said = f"event='leads' part='{name}' epoch={term}"
        return [each for each in self.ready_of(role) if any(line.endswith(said) for line in each.lines)]

    def do(self, statement: str) -> None:
        """Change the database behind the programs' back."""
        faults.change(self.url, statement)

    def look(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the database."""
        return faults.look(self.url, query)

    def leader(self, name: str) -> tuple[int, int]:
        """Return the process id (as PostgreSQL numbers its own) that leads, and the term; (0, …) while nobody does."""
        held = self.look(
            "select pid from pg_locks where locktype = 'advisory' and classid = 3 and granted"
            f" and objid::bigint = (hashtext('{name}')::bigint & 4294967295)"
            " and database = (select oid from pg_database where datname = current_database())"
        )
        terms = self.look(f"select epoch from lead where name = '{name}'")
        return (held[0][0] if held else 0, terms[0][0] if terms else 0)

    async def next_leader(self, name: str, after: int) -> float:
        """Wait until somebody leads in a later term than `after`; return how many seconds that took."""
        began = time.monotonic()

        async def changed() -> bool:
            pid, epoch = await asyncio.to_thread(self.leader, name)
            return pid != 0 and epoch > after

        await faults.until(changed)
        return time.monotonic() - began

    def end(self) -> None:
        """Let none outlive the test."""
        for _, each in self.programs:
            if each.process.poll() is None:
                os.kill(each.process.pid, signal.SIGCONT)
                each.kill()


@contextlib.asynccontextmanager
async def several(
    folder: Path, telegram: FakeTelegram, people: int, server: str = "", program: type[Program] = ForkedProgram
) -> AsyncIterator[Several]:
    """Give an installation with so many branches on a database of its own, and end what was started.

    `server` names one of the test's own; else the database lies on the server of all tests. `program` is how
    processes are started: forked from one that has read all their code, or each by itself as people start them.
    """
    databases.needs_postgres()
    url = server or await databases.create_postgres()
    await faults.install(folder, organisation.Size(people), drill=False, url=url)
    made = Several(folder, url, telegram, program)
    try:
        yield made
    finally:
        made.end()
        if not server:
            await databases.drop_postgres(url)


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a start take longer where many start at once."""
    monkeypatch.setattr(running, "START_LIMIT", 180.0)
