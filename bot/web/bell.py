"""Wakes the pages that wait for news of one account. Knows nothing of what the news is."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Bell:
    """Register with `listening` before looking, so that no ring falls between the look and the wait."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    @contextmanager
    def listening(self, account: str) -> Iterator[asyncio.Event]:
        """Give an event that is set when the account's bell rings."""
        event = asyncio.Event()
        self._waiting[account].add(event)
        try:
            yield event
        finally:
            self._waiting[account].discard(event)
            if not self._waiting[account]:
                del self._waiting[account]

    def ring(self, account: str) -> None:
        """Wake the pages of one account."""
        for event in self._waiting.get(account, ()):
            event.set()

    def ring_all(self) -> None:
        """Wake every page."""
        for account in self._waiting:
            self.ring(account)
