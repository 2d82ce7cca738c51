"""Wakes a sleeping loop when another part committed something it may act on. A lost wake-up costs one idle wait."""

import asyncio
from contextlib import suppress


class News:
    """A bell for any number of sleepers. Take `mark` before looking, then `wait` on it: nothing falls between."""

    def __init__(self) -> None:
        self._bell = asyncio.Event()

    @property
    def mark(self) -> asyncio.Event:
        """The bell that the next ring will ring."""
        return self._bell

    def ring(self) -> None:
        """Wake whoever waits."""
        self._bell.set()
        self._bell = asyncio.Event()

    @staticmethod
    async def wait(mark: asyncio.Event, seconds: float) -> None:
        """Sleep until the bell rings or `seconds` have passed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await mark.wait()
