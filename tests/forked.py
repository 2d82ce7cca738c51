"""Starts the program at once: forked from a process that has read all its code and words, and done nothing with them.

For tests that kill hundreds of processes: reading takes each of them seconds of a processor. What runs is the same.
"""

import multiprocessing
import os
import runpy
import signal
import sys
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from subprocess import TimeoutExpired

from tests.running import ROOT, Program

HERE = multiprocessing.get_context("forkserver")
STEP = 0.02  # seconds between looks for an end


def become(words: Sequence[str], env: dict[str, str], out: Connection) -> None:
    """Be `python words…`, which names main.py or another starter of it, in this environment, printing to `out`."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(ROOT)
    for stream in (1, 2):
        os.dup2(out.fileno(), stream)
    out.close()
    sys.stdout, sys.stderr = (open(stream, "w", 1, encoding="utf-8", closefd=False) for stream in (1, 2))  # noqa: SIM115
    if words[0] == "-m":
        sys.argv = list(words[1:])
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = list(words)
        runpy.run_path(words[0], run_name="__main__")


class Forked:
    """What the tests use of a Popen."""

    def __init__(self, words: Sequence[str], env: dict[str, str]) -> None:
        ours, theirs = HERE.Pipe(duplex=False)
        HERE.set_forkserver_preload(["tests.preloaded"])
        self._process = HERE.Process(target=become, args=(words, env, theirs))
        self._process.start()
        theirs.close()
        self.stdout = os.fdopen(os.dup(ours.fileno()), encoding="utf-8")
        ours.close()
        self.pid = self._process.pid or 0

    @property
    def returncode(self) -> int | None:
        """How it ended, None while it lives."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Return the same."""
        return self.returncode

    def wait(self, seconds: float) -> int:
        """Wait for its end; return how it ended."""
        end = time.monotonic() + seconds
        while (status := self.poll()) is None:
            if time.monotonic() > end:
                raise TimeoutExpired("main.py", seconds)
            time.sleep(STEP)
        return status

    def send_signal(self, which: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, which)

    def kill(self) -> None:
        """End it without a word."""
        self.send_signal(signal.SIGKILL)


class ForkedProgram(Program):
    """The program as tests.running starts it, in a moment."""

    def _started(self, words: Sequence[str], env: dict[str, str]) -> Forked:
        return Forked(words, env)
