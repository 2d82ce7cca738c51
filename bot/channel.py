"""What every channel can do, and the four ways a send can fail. Knows no platform."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from messages.types import Incoming, Outgoing


class TryLater(Exception):
    """Certainly not sent; try again after `after` seconds. `everyone` = the whole bot must pause (429)."""

    def __init__(self, after: float, *, everyone: bool = False) -> None:
        super().__init__(f"try again after {after:g} s")
        self.after, self.everyone = after, everyone


class Unreachable(Exception):
    """This account cannot be written to (blocked, deactivated, never started)."""


class Refused(Exception):
    """The platform refuses this very message for good; sending it again changes nothing."""


class Unknown(Exception):
    """It may have arrived: the connection broke after the request was on the wire."""


class Malformed(Exception):
    """An update that cannot be read; costs its own row, never the queue."""


@dataclass(frozen=True, slots=True)
class Update:
    """A raw update to be stored. `key` is unique per bot; `account` may be "" where it cannot be told."""

    key: str
    account: str
    raw: dict[str, Any]
    said_at: datetime | None = None  # the platform's own date of the message, aware UTC; None: moment of receipt


Store = Callable[[Sequence[Update]], Awaitable[None]]
"""Commits updates to the inbox; when it returns they are safe and the platform may be told so."""


class Channel(Protocol):
    """A way to hear and to speak. One instance per bot (token) or per local page."""

    name: str  # telegram | web
    text_limit: int  # code points of a message after entities
    caption_limit: int

    async def start(self) -> None:
        """Open connections; raise nothing for a platform that is merely away."""

    async def stop(self) -> None:
        """Close connections."""

    async def listen(self, store: Store) -> None:
        """Fetch updates for ever, telling the platform only after `store` returned. Ends when cancelled."""

    def read(self, raw: dict[str, Any]) -> Incoming | None:
        """Turn a stored raw update into an Incoming, None for what concerns nobody; raise Malformed."""

    async def send(self, message: Outgoing) -> str:
        """Send and return the platform's message id; raise TryLater, Unreachable, Refused or Unknown."""

    async def edit(self, message_id: str, message: Outgoing) -> None:
        """Replace text and buttons of a sent message; "not modified" is success."""

    async def acknowledge(self, raw: dict[str, Any]) -> None:
        """Stop the button's spinner or show "typing"; best effort, raises nothing."""

    async def fetch(self, file_id: str) -> bytes:
        """Download a file a person sent; raise TryLater or Refused."""
