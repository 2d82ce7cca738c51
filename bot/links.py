"""Addresses under which one chat may fetch a file for a while: signed with the installation's key, never stored.

Who has the address has the file, as with a letter: it names a chat, ends by itself, and dies when whoever the chat
belongs to is no longer known (bot/web/links.py asks). Knows no HTTP and no database.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import orjson

from messages.types import OutgoingFile

LASTS = timedelta(days=3)
PLACE = "/tep"
SEAL = 32  # bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """What an address that still holds leads to: a file under its `name`, photo | document, for a chat of a bot."""

    path: Path
    name: str
    kind: str
    chat: str
    bot: str


def kind_word(kind: str) -> str:
    """Return what a file without a name is called in its address."""
    return "anh.jpg" if kind == "photo" else "tep"


class Links:
    """Makes and reads addresses. `bot` is how the bot's row names its setting."""

    def __init__(self, public_url: str, key: bytes, files: Path, now: Callable[[], datetime]) -> None:
        self._public_url, self._files, self._now = public_url.rstrip("/"), files, now
        self._key = hmac.digest(key, b"links of files", hashlib.sha256)

    def of(self, bot: str) -> Callable[[OutgoingFile, str], str]:
        """Return what makes addresses for the chats of one bot."""
        return lambda file, chat: self.made(file, chat, bot)

    def made(self, file: OutgoingFile, chat: str, bot: str) -> str:
        """Return an address, "" for a file that does not lie where files lie."""
        path = Path(file.path)
        if not path.is_relative_to(self._files):
            return ""
        until = int((self._now() + LASTS).timestamp())
        said = orjson.dumps([str(path.relative_to(self._files)), file.name, file.kind, chat, bot, until])
        sealed = base64.urlsafe_b64encode(self._seal(said) + said).decode().rstrip("=")
        return f"{self._public_url}{PLACE}/{sealed}/{quote(file.name or kind_word(file.kind))}"

    def opened(self, sealed: str) -> Opened | None:
        """Return what an address leads to, None where it is not ours or has ended."""
        try:
            raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        except (binascii.Error, ValueError):
            return None
        seal, said = raw[:SEAL], raw[SEAL:]
        if not hmac.compare_digest(seal, self._seal(said)):
            return None
        path, name, kind, chat, bot, until = orjson.loads(said)
        return Opened(self._files / path, name, kind, chat, bot) if self._now().timestamp() < until else None

    def _seal(self, said: bytes) -> bytes:
        return hmac.digest(self._key, said, hashlib.sha256)
