"""A child process for CPU work: the loop that answers people never waits for it. Knows no job and no file."""

import asyncio
import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from multiprocessing import connection
from typing import TypeVar

LONGEST = 120.0  # seconds; what takes longer was made to
BEHIND = 10  # of the processor's time a child takes what answers leave
Result = TypeVar("Result")


class TooLong(Exception):
    """The work did not end in time; the child was ended."""


class Child:
    """One process, started when first needed and again after it died."""

    def __init__(self, *, apart: bool = True) -> None:
        """`apart` False works in a thread of this process, which tests want."""
        self._apart = apart
        self._pool: ProcessPoolExecutor | None = None

    async def run(self, function: Callable[..., Result], *arguments: object, longest: float | None = None) -> Result:
        """Return what `function(*arguments)` returns; all of it picklable. Raise TooLong, BrokenExecutor or its own.

        `longest` seconds are waited for it, where that is less than for others.
        """
        if not self._apart:
            return await asyncio.to_thread(function, *arguments)
        work = asyncio.get_running_loop().run_in_executor(self._executor(), function, *arguments)
        try:
            async with asyncio.timeout(longest or LONGEST):
                return await work
        except TimeoutError:
            self.kill()
            raise TooLong from None
        except BrokenExecutor:
            self.close()  # the next try gets a child of its own
            raise

    def _executor(self) -> ProcessPoolExecutor:
        if self._pool is None:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=spawn, initializer=_end_with_parent)
        return self._pool

    def kill(self) -> None:
        """End the process at once, whatever it is doing."""
        pool = self._pool
        processes = list(pool._processes.values()) if pool else []  # 3.14 has kill_workers for it
        self.close()
        for each in processes:
            each.kill()

    def close(self) -> None:
        """End the process when it has done what it is doing."""
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _end_with_parent() -> None:
    """Let a child process end when its parent was killed: it would wait for work for ever. Answers go before it."""
    os.nice(BEHIND)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def _watch(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(0)
