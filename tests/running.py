"""Runs `main.py` as people run it: a process of its own, with a data folder of its own and no other settings."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
START_LIMIT = float(os.environ.get("TEST_PATIENCE", "60"))  # seconds; on a busy machine the imports alone take ten
ORPHANS = 10.0  # seconds after which a child must have ended too
READY = "Trợ lý chi bộ đang chạy"


def environment(data: Path, **settings: str) -> dict[str, str]:
    """Return what a process sees: nothing of this machine's settings, no proxy before this machine itself."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "COVERAGE_PROCESS_START") if name in os.environ}
    ours = {"DATA_DIR": str(data), "PORT": "0", "NO_PROXY": "127.0.0.1", "PYTHONUTF8": "1"}
    ours |= {"FLOOD_MESSAGES": "1000000"}  # tests speak faster than people
    return kept | ours | settings


def command(data: Path, *words: str, said: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `main.py words…` to its end; `said` is typed at its prompts."""
    return subprocess.run(
        [sys.executable, "main.py", *words],
        cwd=ROOT,
        env=environment(data, **settings),
        input=said,
        capture_output=True,
        text=True,
        timeout=START_LIMIT,
        check=False,
    )


STARTED: list["Program"] = []
"""All that were started: what they printed is looked through at the end of each test."""


class Program:
    """`main.py words…` that keeps running; what it prints is gathered line by line, both streams together.

    `through` may name another starter of the same program.
    """

    def __init__(self, data: Path, *words: str, through: Sequence[str] = ("main.py",), **settings: str) -> None:
        self.lines: list[str] = []
        STARTED.append(self)
        self._news = threading.Condition()
        self.process = self._started([*through, *words], environment(data, **settings))
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _started(self, words: Sequence[str], env: dict[str, str]) -> Any:
        """Return what is there of a Popen: pid, stdout, poll(), wait(), kill(), send_signal()."""
        return subprocess.Popen(
            [sys.executable, "-u", *words],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _read(self) -> None:
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()

    @property
    def said(self) -> str:
        """Return everything printed so far."""
        return "\n".join(self.lines)

    def wait(self, words: str = READY) -> str:
        """Wait for a line with `words`; return it. Fails when the program ends before, or takes too long."""
        until = time.monotonic() + START_LIMIT
        with self._news:
            while not (found := next((line for line in self.lines if words in line), "")):
                ended = self.process.poll() is not None
                assert not ended, f"ended with {self.process.returncode}:\n{self.said}"
                assert time.monotonic() < until, f"{words!r} was not printed:\n{self.said}"
                self._news.wait(0.1)
        return found

    @property
    def url(self) -> str:
        """Return the address of the local page."""
        found = re.search(r"http://\S+", self.wait())
        assert found
        return found[0].rstrip(".,")

    def stop(self) -> int:
        """Ask to stop as a service manager does; return the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self._ended()

    def kill(self) -> None:
        """End without a word, as a power cut does."""
        self.process.kill()
        self._ended()

    def died(self) -> int:
        """Wait until it ends by itself; return the exit status."""
        try:
            return self._ended()
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"it did not end:\n{self.said}") from None

    def _ended(self) -> int:
        status = self.process.wait(START_LIMIT)
        self._reader.join(ORPHANS)
        assert not self._reader.is_alive(), "a child process outlives the program"
        self.process.stdout.close()
        return status


@contextlib.contextmanager
def running(
    data: Path, *words: str, through: Sequence[str] = ("main.py",), kind: type[Program] = Program, **settings: str
) -> Iterator[Program]:
    """Run a program and wait until it is ready; whatever happens, it does not outlive the test."""
    program = kind(data, *words, through=through, **settings)
    try:
        program.wait()
        yield program
    finally:
        if program.process.poll() is None:
            program.kill()
