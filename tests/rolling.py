"""Replaces the processes of an earlier version by today's, one after the other, while people report; counts the cost.

`python -m tests.rolling COMMIT` takes that version out of the history, as an operator's old folder has it, and
TEST_POSTGRES_URL names the server. The earlier version makes the database, works on it after today's first process has
brought it up, and then beside today's others.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import typer

from tests import databases, faults, running
from tests.platform_server import Process
from tests.reminded import Reminded, secretaries
from tests.several import ROLES, Several
from tests.telegram_server import FakeTelegram

PEOPLE, REMINDED, AT_ONCE = 240, 60, 6
DUE = 4  # reminders that fall due before each step
SLOW = 0.25  # seconds the platform takes over a message
STEP = 2.0  # seconds both versions work between two steps
CALM = 240.0  # seconds until everybody has their receipt
INSTALL = """
import asyncio, sys
from pathlib import Path
from tests import faults
from tests.bench import organisation
folder, url, people = sys.argv[1:]
asyncio.run(faults.install(Path(folder), organisation.Size(int(people)), drill=False, url=url))
"""


@contextlib.contextmanager
def version(commit: str) -> Iterator[Path]:
    """Give a folder with the program as it was."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "before"
        subprocess.run(["git", "worktree", "add", "-q", "--detach", str(folder), commit], cwd=running.ROOT, check=True)
        try:
            yield folder
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(folder)], cwd=running.ROOT, check=True)


class Rolling:
    """One installation whose processes are replaced."""

    def __init__(self, processes: Several, before: Path) -> None:
        self._processes, self._before = processes, before
        self._reminded = Reminded(processes, PEOPLE, REMINDED)
        self.wire = 0  # messages claimed when a process of the version before was stopped

    async def roll(self) -> None:
        """Go through it; print each step and then what was lost or said twice."""
        old = await self._begun()
        await self._step("the version before alone")
        for role in ("clock", "deliver", "work", "receive", "work"):
            self._processes.start(role)
            await self._step(f"beside today's {role}")
        for each in old:
            self.wire += self._processes.look("select count(*) from outbox where state = 'sending'")[0][0]
            assert await asyncio.to_thread(each.stop) == 0
            await self._step("one of the version before was stopped")
        await self._settled()

    async def _begun(self) -> list[running.Program]:
        await self._reminded.begin()
        await self._processes.telegram.fault("sendMessage", times=1_000_000, delay=SLOW)
        old = self._processes.start(*ROLES, "work", through=(str(self._before / "main.py"),))
        await asyncio.to_thread(self._processes.ready)
        walk = {"people": secretaries(PEOPLE), "steps": faults.steps(), "at_once": AT_ONCE}
        await self._processes.telegram.call("walk", **walk)
        return old

    async def _step(self, what: str) -> None:
        await asyncio.to_thread(self._processes.ready)
        self._reminded.fall_due(DUE)
        await asyncio.sleep(STEP)
        ((schema,),) = self._processes.look("select version_num from alembic_version")
        walked = await self._processes.telegram.call("walked")
        assert walked["going"], "all had arrived before the last step"
        typer.echo(f"{what}: schema {schema}, {len(walked['arrived'])} have their receipt")

    async def _settled(self) -> None:
        telegram, url = self._processes.telegram, self._processes.url
        await faults.all_walked(telegram, PEOPLE, CALM)
        await self._reminded.all_made()
        await faults.quiet(telegram, url)
        assert self._processes.look("select count(*) from inbox where outcome not in ('done', 'nothing')") == [(0,)]
        beyond = {chat: count for chat, count in (await faults.beyond(telegram, url)).items() if count}
        made = await self._reminded.check(beyond)
        lost = await faults.lost(telegram, url, secretaries(PEOPLE))
        twice = f"said twice {sum(beyond.values())} of {self.wire} claimed at stops"
        typer.echo(f"{PEOPLE} reports: lost {lost}, {twice}; {made} reminders made once each")


async def _rolled(commit: str) -> None:
    os.environ["NO_PROXY"] = "127.0.0.1"
    url, platform = await databases.create_postgres(), Process("tests.fake_telegram")
    telegram = FakeTelegram(platform.url)
    try:
        with version(commit) as before, tempfile.TemporaryDirectory() as made:
            folder = str(Path(made) / "data")
            given = [sys.executable, "-c", INSTALL, folder, url, str(PEOPLE + REMINDED)]
            subprocess.run(given, cwd=before, check=True)
            processes = Several(Path(folder), url, telegram)
            try:
                await Rolling(processes, before).roll()
            finally:
                processes.end()
    finally:
        await telegram.close()
        platform.kill()
        await databases.drop_postgres(url)


def main(commit: str) -> None:
    """Try it with the version of a commit."""
    if not databases.SERVER:
        raise SystemExit("TEST_POSTGRES_URL must name a server")
    asyncio.run(_rolled(commit))


if __name__ == "__main__":
    typer.run(main)
