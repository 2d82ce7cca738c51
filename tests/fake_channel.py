"""A channel in memory, shipped with the tests: it shows what phones would show and can fail on purpose."""

import asyncio
import itertools
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from bot.channel import Gone, Malformed, Polled, Store, Unreachable, Update, nobody
from messages.types import FULL, Heard, Incoming, Manners, Outgoing, Upload
from tests import telegram_rules


@dataclass
class Shown:
    """A message on a phone."""

    id: str
    message: Outgoing
    read: bool = False
    edits: int = 0


@dataclass
class FakeChannel:
    """`phones` by account; `faults` are raised by the next sends, in order, `mishaps` by those to an account.

    `uploads` by file id.

    `refused` is what Telegram would not have taken.
    """

    name: str = "telegram"
    polls: bool = True
    manners: Manners = FULL
    phones: dict[str, list[Shown]] = field(default_factory=dict)
    faults: list[Exception | None] = field(default_factory=list)
    mishaps: dict[str, list[Exception]] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    uploads: dict[str, bytes] = field(default_factory=dict)
    refused: list[Exception] = field(default_factory=list)
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    async def start(self) -> None:
        """Nothing to open."""

    async def stop(self) -> None:
        """Nothing to close."""

    async def listen(self, store: Store, polled: Polled = nobody) -> None:
        """Updates are handed to the receiver by the test."""
        await asyncio.Event().wait()

    def update(self, account: str, kind: Heard, **what: Any) -> Update:
        """Make an update as the platform would hold it."""
        number = next(self._ids)
        raw = {"kind": kind.value, "account": account, "message_id": f"u{number}", **what}
        return Update(key=str(number), account=account, raw=raw)

    def read(self, raw: dict[str, Any]) -> Incoming | None:
        """Turn a raw update into an Incoming."""
        try:
            upload = Upload(**raw["upload"]) if raw.get("upload") else None
            return Incoming(
                kind=Heard(raw["kind"]),
                account=raw["account"],
                message_id=raw["message_id"],
                text=unicodedata.normalize("NFC", raw.get("text", "")),
                data=raw.get("data", ""),
                reply_to=raw.get("reply_to", ""),
                upload=upload,
                chat=raw.get("chat", raw["account"]),
                private=raw.get("private", True),
            )
        except (KeyError, ValueError, TypeError) as error:
            raise Malformed from error

    async def send(self, message: Outgoing) -> str:
        """Put a message on a phone; telegram_rules.WouldRefuse for one that Telegram would not take."""
        self._check(message)
        fault = self.faults.pop(0) if self.faults else None
        if fault:
            raise fault
        if mishaps := self.mishaps.get(message.chat):
            raise mishaps.pop(0)
        if message.chat in self.blocked:
            raise Unreachable
        shown = Shown(f"m{next(self._ids)}", message)
        self.phones.setdefault(message.chat, []).append(shown)
        return shown.id

    def _check(self, message: Outgoing) -> None:
        try:
            telegram_rules.check(message)
        except telegram_rules.WouldRefuse as error:
            self.refused.append(error)
            raise

    async def edit(self, message_id: str, message: Outgoing) -> None:
        """Change a message on a phone; the rules are those of sending. Gone where it was deleted."""
        self._check(message)
        shown = next((each for each in self.phones.get(message.chat, []) if each.id == message_id), None)
        if shown is None:
            raise Gone
        shown.message, shown.edits = message, shown.edits + 1

    async def acknowledge(self, raw: dict[str, Any]) -> None:
        """Nothing spins here."""

    async def fetch(self, file_id: str) -> bytes:
        """Return an uploaded file."""
        return self.uploads[file_id]
