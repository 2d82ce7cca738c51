"""How fast one bot speaks: answers next, pushes one by one in what those leave. Knows no message."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

CHAT_GAP = 1.0  # seconds between anything said to a chat and what nobody there asked for
MOMENT = 0.005  # seconds between looks while a second is full, and what a second is longer for safety
SMOOTH = 0.8  # of the even gap: two pushes are never closer, however late they are
OWED = 0.5  # seconds whose lost slots are made up for, while pushes go on
SEEN = 50  # answers of the platform that tell how long one takes at best
FORGET = 1000  # chats remembered for CHAT_GAP before those long free are dropped


class Pace:
    """Pushes fill, evenly, what answers leave of `per_second`; no second holds more than the next whole number.

    That is what the platform takes, `per_second` being a little less: a second may begin just before a message.

    An answer goes at once, or takes the next place where pushes fill the second; only where its chat was just told what
    nobody there asked for it waits out that chat's second. Times are monotonic.
    """

    def __init__(self, per_second: float, chat_gap: float = CHAT_GAP) -> None:
        self._gap, self._most, self._chat_gap = 1 / per_second, int(per_second) + 1, chat_gap
        self._next_slot = self._left = 0.0  # when the next push is due, and when the last one left
        self._free_at: dict[str, float] = {}  # chat: when it may get its next push
        self._unasked: dict[str, float] = {}  # chat: the same, of those last told what nobody there asked for
        self._turnstile = asyncio.Lock()
        self._answering = 0  # answers that wait for a place
        self._on_wire = self._pushes_on_wire = 0
        self._arrived: deque[float] = deque()  # when the platform's answers came, the last second's
        self._push_arrived = 0.0  # when the last one to a push came
        self._took: deque[float] = deque(maxlen=SEEN)

    def busy(self, chat: str) -> float:
        """Return for how many seconds a chat must not be told anything that it did not ask for."""
        return max(self._free_at.get(chat, 0.0) - time.monotonic(), 0.0)

    async def rest(self, chat: str) -> None:
        """Wait until a chat that was told what nobody there asked for may hear an answer: at most a second.

        The platform would refuse it, and what it refuses holds up everybody.
        """
        await asyncio.sleep(self._unasked.pop(chat, 0.0) - time.monotonic())

    def lately(self) -> tuple[list[float], dict[str, float]]:
        """Return how many seconds ago the answers of the last second came, and for how many more chats are busy."""
        now = time.monotonic()
        free = {chat: at - now for chat, at in self._free_at.items() if at > now}
        return [now - each for each in self._arrived if each > now - 1], free

    def resume(self, ago: Sequence[float], busy: Mapping[str, float]) -> None:
        """Go on where another stopped, of whom this is `lately`; what may still come came less than 0 seconds ago.

        All count as pushes, behind which answers wait where they fill the second.
        """
        now = time.monotonic()
        self._arrived = deque(sorted(now - each for each in ago if each < 1))
        self._free_at = {chat: now + each for chat, each in busy.items() if each > 0}
        self._unasked = dict(self._free_at)  # whether they had asked is not known
        if self._arrived:
            self._push_arrived, self._left, self._next_slot = self._arrived[-1], now, now + self._gap

    def follow(self, chats: Sequence[str]) -> None:
        """Begin behind a full second: who spoke before was killed with messages to these chats in hand."""
        self.resume([0.0] * self._most, dict.fromkeys(chats, self._chat_gap))

    async def answer(self, chat: str) -> None:
        """Take a slot for an answer, which waits only while pushes fill the second: pushes stand back meanwhile.

        Answers alone wait for nothing: how many of them a second or a chat holds is for the platform to say.
        """
        self._answering += 1
        try:
            while self._full(since := self._since(time.monotonic())) and (  # noqa: ASYNC110 (a time passes, no event)
                self._pushes_on_wire or self._push_arrived > since
            ):
                await asyncio.sleep(MOMENT)
        finally:
            self._answering -= 1
        now = time.monotonic()
        self._take_slot(now)
        self._keep_free(self._free_at, chat, now)

    async def push(self, chat: str, place: Callable[[], Awaitable[object]] | None = None) -> None:
        """Wait for a push's `place` on the wire and its slot, then count it as leaving now."""
        await asyncio.sleep(self._free_at.pop(chat, 0.0) - time.monotonic())
        async with self._turnstile:
            if place:
                await place()
            while (wait := self._wait(time.monotonic())) > 0:  # noqa: ASYNC110 (a time, which answers may move)
                await asyncio.sleep(wait)
            now = time.monotonic()
            self._take_slot(now)
            self._left = now
        self._keep_free(self._free_at, chat, now)

    def _take_slot(self, now: float) -> None:
        """Move the next slot on. What was lost is made up for only while pushes go on: none begins with a heap."""
        owed = OWED if now - self._left < 1 else 0.0
        self._next_slot = min(max(self._next_slot, now - owed) + self._gap, now + 1)

    def _wait(self, now: float) -> float:
        """Return how long a push waits: for its slot, behind answers, and while the second is full."""
        later = self._answering or self._full(self._since(now))
        return max(self._next_slot - now, self._left + SMOOTH * self._gap - now, MOMENT if later else 0.0)

    def _full(self, since: float) -> bool:
        """Say whether a message leaving now may arrive in one second with too many others.

        What stalled on its way arrives later than it left, so it is counted by when the platform's answer came.
        """
        while self._arrived and self._arrived[0] <= since:
            self._arrived.popleft()
        return self._on_wire + len(self._arrived) >= self._most

    def _since(self, now: float) -> float:
        return now - 1 + self._ahead()

    def _ahead(self) -> float:
        """Return how long before its answer came a message had arrived, at best: so long another takes at least."""
        return max(min(self._took, default=0.0) - MOMENT, 0.0)

    def _keep_free(self, chats: dict[str, float], chat: str, now: float) -> None:
        if len(chats) > FORGET:
            for each in [each for each, free in chats.items() if free <= now]:
                del chats[each]
        chats[chat] = now + self._chat_gap

    @contextmanager
    def on_the_wire(self, chat: str, *, push: bool = False, asked: bool = True) -> Iterator[None]:
        """Count a message from when it leaves until the platform's answer came, or none will.

        `asked`: whether somebody in the chat did something that it answers.
        """
        began = time.monotonic()
        self._on_wire += 1
        self._pushes_on_wire += push
        try:
            yield
        finally:
            now = time.monotonic()
            self._on_wire -= 1
            self._pushes_on_wire -= push
            self._push_arrived = now if push else self._push_arrived
            self._arrived.append(now)
            self._took.append(now - began)
            self._heard(chat, now - self._ahead(), asked=asked)

    def _heard(self, chat: str, at: float, *, asked: bool) -> None:
        """Keep a chat free from when its message may have arrived, which may be long after it left."""
        self._keep_free(self._free_at, chat, at)
        if not asked:
            self._keep_free(self._unasked, chat, at)
