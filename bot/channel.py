"""What every channel can do, and the ways in which a send can fail. Knows no platform."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from messages.types import Incoming, Manners, Outgoing


class Failed(Exception):
    """All that can become of a send besides success."""


class TryLater(Failed):
    """Certainly not sent; try again after `after` seconds. `everyone` = the whole bot must pause (429).

    `why` "" the platform is away or busy | limited: it takes no more for now, whether of the moment or of the month it
    does not say | rejected: it no longer knows the bot, which somebody must look into.
    """

    def __init__(self, after: float, *, everyone: bool = False, why: str = "") -> None:
        super().__init__(f"try again after {after:g} s")
        self.after, self.everyone, self.why = after, everyone, why


class Failing(Failed):
    """The platform itself broke over this message (5xx): back off and try again, but not for ever."""


class Unreachable(Failed):
    """This account cannot be written to. `why` blocked | deactivated | not_found | not_started."""

    def __init__(self, why: str = "blocked") -> None:
        super().__init__(why)
        self.why = why


class Moved(Failed):
    """The account now lives under another id, `to`: write there."""

    def __init__(self, to: str) -> None:
        super().__init__("the account has another id")
        self.to = to


class Gone(Failed):
    """The message to be edited is no longer there, or too old to be changed: say it anew."""


class Refused(Failed):
    """The platform refuses this very message for good; nothing of it was sent, and sending it again changes nothing."""


class NotTaken(Refused):
    """The platform refuses it and does not say whether for the message's own sake or because of the chat."""


class Unknown(Failed):
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
    pressed: bool = False  # somebody waits to see that it was heard


Store = Callable[[Sequence[Update]], Awaitable[None]]
"""Commits updates to the inbox; when it returns they are safe and the platform may be told so."""
Polled = Callable[[str], None]
"""Told how each look at the platform ended: "" well, else the kind of failure, without its words."""


def nobody(_kind: str) -> None:
    """Hear how a look ended and do nothing with it."""


class Channel(Protocol):
    """A way to hear and to speak. One instance per bot (token) or per local page."""

    name: str  # telegram | zalo | web
    manners: Manners  # what it can carry

    @property
    def polls(self) -> bool:
        """Say whether it asks for what is said, so that one process at a time may; else it is called."""

    async def start(self) -> None:
        """Open connections; raise nothing for a platform that is merely away."""

    async def stop(self) -> None:
        """Close connections."""

    async def listen(self, store: Store, polled: Polled = nobody) -> None:
        """Fetch updates for ever, telling the platform only after `store` returned. Ends when cancelled."""

    def read(self, raw: dict[str, Any]) -> Incoming | None:
        """Turn a stored raw update into an Incoming, None for what concerns nobody; raise Malformed."""

    async def send(self, message: Outgoing) -> str:
        """Send and return the platform's message id.

        Raise TryLater, Failing, Unreachable, Moved, Refused (also NotTaken) or Unknown.
        """

    async def edit(self, message_id: str, message: Outgoing) -> None:
        """Replace text and buttons of a sent message; "not modified" is success. Raise Gone, or as `send`."""

    async def acknowledge(self, raw: dict[str, Any]) -> None:
        """Stop the button's spinner or show "typing"; best effort, raises nothing."""

    async def fetch(self, file_id: str) -> bytes:
        """Download a file a person sent; raise TryLater or Refused."""


@runtime_checkable
class Metered(Protocol):
    """A channel whose platform counts messages otherwise than we do."""

    def pieces(self, message: Outgoing) -> int:
        """Return as how many messages the platform counts this one."""
