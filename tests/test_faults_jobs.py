"""Jobs on real processes over one PostgreSQL: one worker is killed or frozen with a job in hand, another does it."""

import json
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import faults
from tests.bench import organisation
from tests.several import Several, patience, several
from tests.telegram_server import FakeTelegram

__all__ = ["patience"]
pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("patience")]
PERSON = organisation.SECRETARIES + 1
KEPT, GIVEN = "Trợ lý giữ về đồng chí", "Tất cả những gì Trợ lý giữ về đồng chí"
TAKEN_UP = 30.0  # seconds on a busy machine: the lease of fifteen, a look, the work and the message
Record = Callable[[str, str], None]
LOST = "a job was taken by another meanwhile"


class Two:
    """Two workers: the first falls where its file is made, the second stands still until it has."""

    def __init__(self, processes: Several, note: Path, *options: str) -> None:
        through = ("-m", "tests.killed_at", "--point", "made", "--note", str(note), *options, "--")
        self._processes, self._note = processes, note
        processes.start("receive", "deliver")
        (self.first,) = processes.start("work", through=through)
        (self.second,) = processes.start("work")
        processes.ready()
        self.second.process.send_signal(signal.SIGSTOP)

    async def fall(self, telegram: FakeTelegram) -> str:
        """Let somebody ask for a file and the first worker fall; return the name of the file it had made."""
        await telegram.say(PERSON, "/riengtu")
        shown = await telegram.wait(PERSON, KEPT, faults.PATIENCE)
        await telegram.press(PERSON, shown["message_id"], "Tải về")
        await faults.until(self._fallen)
        name: str = json.loads(self._note.read_text())["in_hand"][0]
        assert (self._processes.folder / "files" / name).exists()
        return name

    async def _fallen(self) -> bool:
        return self._note.exists() and bool(self._note.read_text())

    async def taken_up(self, telegram: FakeTelegram) -> float:
        """Let the second go on; return how many seconds it took until the person had the file."""
        began = time.monotonic()
        self.second.process.send_signal(signal.SIGCONT)
        await telegram.wait(PERSON, GIVEN, faults.PATIENCE)
        return time.monotonic() - began

    async def once(self, telegram: FakeTelegram) -> None:
        """Make sure that the job was done once, at the second try."""
        await faults.quiet(telegram, self._processes.url)
        said = [line for line in await telegram.chat(PERSON) if GIVEN in line["text"]]
        assert [bool(line["file"]) for line in said] == [True]
        assert self._processes.look("select state, attempts from job where kind = 'privacy_file'") == [("done", 2)]
        assert self._processes.look("select count(*) from attachment") == [(1,)]


async def test_a_killed_workers_job_is_done_by_another(
    tmp_path: Path, telegram: FakeTelegram, record_property: Record
) -> None:
    """Within seconds of a kill -9, and once."""
    async with several(tmp_path / "data", telegram, 1) as processes:
        both = Two(processes, tmp_path / "note")
        await both.fall(telegram)
        assert both.first.died() == -signal.SIGKILL
        seconds = await both.taken_up(telegram)
        assert seconds < TAKEN_UP
        await both.once(telegram)
        record_property("faults", f"a job whose worker was killed: done by another after {seconds:.1f} s")


async def test_a_frozen_worker_that_wakes_does_nothing_twice(
    tmp_path: Path, telegram: FakeTelegram, record_property: Record
) -> None:
    """It slept past its lease: its result is refused, its file removed, and it works on."""
    async with several(tmp_path / "data", telegram, 1) as processes:
        both = Two(processes, tmp_path / "note", "--freeze")
        name = await both.fall(telegram)
        seconds = await both.taken_up(telegram)
        assert seconds < TAKEN_UP
        both.first.process.send_signal(signal.SIGCONT)
        both.first.wait(LOST)
        await both.once(telegram)
        assert not (processes.folder / "files" / name).exists()
        both.second.kill()
        await telegram.say(PERSON, "/riengtu")
        await faults.quiet(telegram, processes.url)
        assert both.first.process.poll() is None
        record_property("faults", f"a job whose worker was frozen: done by another after {seconds:.1f} s, once")
