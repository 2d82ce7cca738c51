"""A full or read-only disk: nothing that was accepted is lost, nothing is confirmed that is not kept, all by itself."""

import os
import resource
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.running import Program, command, running
from tests.telegram_server import FakeTelegram
from tests.test_cli import Phone

OFFICE, PATIENCE = 11, 60.0
WAITS = "everything waits for the database"


@contextmanager
def full(program: Program) -> Iterator[None]:
    """Let the program write no byte to any file meanwhile, as on a full disk."""
    own = resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE, (0, own[1]))
    try:
        yield
    finally:
        with suppress(ProcessLookupError):  # it may have been stopped meanwhile
            resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE, own)


def joined(program: Program) -> Phone:
    """Let the first office person in at the page."""
    phone = Phone(program.url)
    phone.enter(program.wait("Mã vào đầu tiên").rsplit(maxsplit=1)[-1])
    phone.wait("cho biết họ tên")
    phone.say("Phạm Văn D")
    phone.wait("Đồng chí có đồng ý nhận tin không?")
    phone.press("Đúng, tôi đồng ý")
    phone.wait("Đồng chí có muốn nhận không?")
    phone.press("Không nhận")
    return phone


async def until(telegram: FakeTelegram, person: int, words: str, number: int) -> None:
    """Wait until the bot has said `words` so often to somebody."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        said = [line for line in await telegram.chat(person) if line["by"] == "bot" and words in line["text"]]
        if len(said) >= number:
            return
        time.sleep(0.1)
    raise AssertionError(f"{words!r} was not said {number} times: {await telegram.chat(person)}")


async def test_a_full_disk_loses_nothing(telegram: FakeTelegram, tmp_path: Path) -> None:
    """Updates wait at the platform, the page says a sentence, the log has a line; with room all is done once."""
    data = tmp_path / "data"
    with running(data, "run", TELEGRAM_BOT_TOKEN=telegram.token, TELEGRAM_API_URL=telegram.url) as program:
        phone = joined(program)
        code = command(data, "invite", "--role", "office", "--name", "Trần Văn E").stdout.split()[-1]
        await telegram.say(OFFICE, f"/start {code}")
        await telegram.wait(OFFICE, "Đồng chí có đồng ý nhận tin không?", PATIENCE)
        before = len(program.lines)
        with full(program):
            for text in ("/trogiup 1", "/trogiup 2", "/trogiup 3"):
                await telegram.say(OFFICE, text)
            answer = phone.client.post("/api/say", json={"id": "a" * 32, "text": "/trogiup"})
            assert (answer.status_code, answer.json()) == (503, {"error": "away"})
            time.sleep(7)
            assert len(await telegram.call("queued")) == 3  # not one was confirmed
            assert phone.client.get("/").status_code == 200
        waiting = [line for line in program.lines[before:] if "error" in line.lower() or "waits" in line]
        assert len(waiting) == 1, waiting
        assert WAITS in waiting[0]
        answer = phone.client.post("/api/say", json={"id": "a" * 32, "text": "/trogiup"})  # as the page does by itself
        assert answer.status_code == 200
        phone.wait("tổng hợp tình hình các chi bộ")
        await until(telegram, OFFICE, "Đồng chí có đồng ý nhận tin không?", 2)
        end = time.monotonic() + PATIENCE
        while await telegram.call("queued") and time.monotonic() < end:
            time.sleep(0.2)
        assert await telegram.call("queued") == []
        phone.client.close()
        assert program.stop() == 0
    assert "Traceback" not in program.said
    with closing(sqlite3.connect(data / "assistant.db")) as database:
        said = database.execute("SELECT count(*) FROM inbox WHERE done_at IS NULL OR outcome = 'set_aside'").fetchone()
        heard = database.execute("SELECT count(*) FROM inbox WHERE key NOT LIKE 'web-%'").fetchone()
    assert (said, heard) == ((0,), (4,))


def test_a_full_disk_can_be_stopped_and_started(tmp_path: Path) -> None:
    """A stop while nothing can be written is clean, and the next start goes on."""
    data = tmp_path / "data"
    with running(data, "run") as program:
        phone = joined(program)
        phone.client.close()
        with full(program):
            time.sleep(2)
            assert program.stop() == 0
    assert "Traceback" not in program.said
    with running(data, "run") as again:
        assert again.stop() == 0


@contextmanager
def read_only(data: Path) -> Iterator[None]:
    """Make a folder read-only: for root by mounting it so, which not every machine allows."""
    if os.getuid():
        kept = {each: each.stat().st_mode for each in (*data.iterdir(), data)}
        for each, mode in kept.items():
            each.chmod(mode & ~0o222)
        yield
        data.chmod(kept[data])
        return
    if subprocess.run(["mount", "--bind", data, data], capture_output=True, check=False).returncode:
        pytest.skip("root cannot be kept from writing here: nothing can be mounted")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", data], capture_output=True, check=True)
        yield
    finally:
        subprocess.run(["umount", data], capture_output=True, check=True)


def test_a_read_only_folder_is_a_sentence(tmp_path: Path) -> None:
    """Neither the lock nor the database can be written: why, and nothing else."""
    data = tmp_path / "data"
    assert command(data, "init", "--sample").returncode == 0
    with read_only(data):
        tried = command(data, "run")
        looked = command(data, "backup")
    assert tried.returncode == looked.returncode == 1
    assert "Không ghi được vào thư mục dữ liệu" in tried.stderr
    for each in (tried, looked):
        assert "Traceback" not in each.stderr


def test_a_read_only_database_elsewhere_is_a_sentence(tmp_path: Path) -> None:
    """The folder of the lock can be written, that of the database cannot."""
    data, other = tmp_path / "data", tmp_path / "other"
    assert command(other, "init", "--sample").returncode == 0
    with read_only(other):
        tried = command(data, "run", DATABASE_URL=f"sqlite+aiosqlite:///{other / 'assistant.db'}")
    assert tried.returncode == 1
    assert f"Không ghi được vào thư mục dữ liệu {other}" in tried.stderr
    assert "Traceback" not in tried.stderr
