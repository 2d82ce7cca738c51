"""How much the fake Telegram takes of one bot: so many messages a second, to one chat, to a group. Knows no chats.

Read strictly, in windows that slide: 30 in any second; to one person one a second, though `burst` may come at once;
20 a minute to a group. What is refused does not count.
"""

import math
from collections import deque
from dataclasses import dataclass, field

OVERALL, GROUP = 30, 20
SECOND, MINUTE = 1.0, 60.0


@dataclass
class Window:
    """At most `most` in any `length` seconds."""

    most: int
    length: float
    taken: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Seconds until there is room, 0 where there is."""
        while self.taken and self.taken[0] <= now - self.length:
            self.taken.popleft()
        return self.taken[0] + self.length - now if len(self.taken) >= self.most else 0.0


class Limits:
    """Off until told otherwise: most tests ask about other things."""

    def __init__(self) -> None:
        self.on, self.burst = False, 1
        self._all, self._chats = Window(OVERALL, SECOND), dict[int, Window]()

    def take(self, chat: int, now: float) -> int:
        """Count one message; return 0, or the whole seconds to wait where it is refused."""
        if not self.on:
            return 0
        kinds = (GROUP, MINUTE) if chat < 0 else (self.burst, SECOND * self.burst)
        windows = self._all, self._chats.setdefault(chat, Window(*kinds))
        if wait := max(window.wait(now) for window in windows):
            return math.ceil(wait)
        for window in windows:
            window.taken.append(now)
        return 0
