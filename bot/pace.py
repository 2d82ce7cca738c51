"""How fast one bot speaks: answers at once, pushes one by one in what those leave. Knows no message."""

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

CHAT_GAP = 1.0  # seconds between two pushes to one chat
MOMENT = 0.005  # seconds between looks while a second is full
SEEN = 50  # answers of the platform that tell how long one takes at best
FORGET = 1000  # chats remembered for CHAT_GAP before those long free are dropped


class Pace:
    """At most `per_second` pushes, evenly; an answer takes a slot without waiting for it. Times are monotonic."""

    def __init__(self, per_second: float) -> None:
        self._per_second, self._next_slot = per_second, 0.0
        self._free_at: dict[str, float] = {}  # chat: when it may get its next push
        self._turnstile = asyncio.Lock()
        self._on_wire = 0
        self._arrived: deque[float] = deque()  # when the platform's answers came, the last second's
        self._took: deque[float] = deque(maxlen=SEEN)

    def answer(self) -> None:
        """Take the next slot for an answer, which waits for nothing."""
        self._next_slot = max(self._next_slot, time.monotonic()) + 1 / self._per_second

    async def push(self, chat: str) -> None:
        """Wait for a push's slot; what a busy machine lost is made up for by one push at most."""
        await asyncio.sleep(self._free_at.pop(chat, 0.0) - time.monotonic())
        async with self._turnstile:
            while (wait := self._wait(time.monotonic())) > 0:  # noqa: ASYNC110 (a time, which answers may move)
                await asyncio.sleep(wait)
            gap = 1 / self._per_second
            self._next_slot = max(self._next_slot, time.monotonic() - gap) + gap
        self._keep_free(chat, time.monotonic())

    def _wait(self, now: float) -> float:
        """Return how long a push waits: for its slot, and while a second's fill may arrive together with it.

        What stalled on its way arrives later than it left, so it is counted by when the platform's answer came.
        """
        since = now - 1 + min(self._took, default=0.0)
        while self._arrived and self._arrived[0] <= since:
            self._arrived.popleft()
        full = self._on_wire + len(self._arrived) >= self._per_second
        return max(self._next_slot - now, MOMENT if full else 0.0)

    def _keep_free(self, chat: str, now: float) -> None:
        if len(self._free_at) > FORGET:
            self._free_at = {each: free for each, free in self._free_at.items() if free > now}
        self._free_at[chat] = now + CHAT_GAP

    @contextmanager
    def on_the_wire(self) -> Iterator[None]:
        """Count a message from when it leaves until the platform's answer came, or none will."""
        began = time.monotonic()
        self._on_wire += 1
        try:
            yield
        finally:
            self._on_wire -= 1
            self._arrived.append(time.monotonic())
            self._took.append(self._arrived[-1] - began)
