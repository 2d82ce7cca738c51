"""Zalo's raw events read by hand: what is stored of one, what was heard in it. Knows no network.

Which fields there are comes from published notes and recorded traffic; where they contradict each other both are read.
"""

import hashlib
import unicodedata
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog

from bot.channel import Malformed, Update
from bot.storable import storable
from messages.types import Heard, Incoming, Upload

Raw = dict[str, Any]
LOG = structlog.get_logger()
EVENTS = {
    "message.text.received": Heard.TEXT,
    "message.image.received": Heard.FILE,
    "message.sticker.received": Heard.STICKER,
    "message.voice.received": Heard.VOICE,
    "message.unsupported.received": Heard.OTHER,  # documents, videos, cards, what the platform withholds
}
LONGEST_ID = 200  # letters; Zalo's own have twenty or so


def unwrapped(raw: object) -> Raw:
    """Return the event itself, which some deliveries wrap in an answer's envelope; raise Malformed."""
    found = raw["result"] if isinstance(raw, dict) and raw.get("ok") is True and "result" in raw else raw
    if not isinstance(found, dict):
        raise Malformed("an event must be an object")
    return found


def to_store(item: object) -> Update:
    """Return what the inbox keeps of one event. There is no number of an update: chat and message name it."""
    raw = unwrapped(storable(item))
    body = _body(raw)
    key, author = _key(raw, body), _text(_part(body, "from"), "id")
    heard = EVENTS.get(str(raw.get("event_name")))
    waits = heard in {Heard.TEXT, Heard.FILE} and not _is_group(body)
    return Update(key, author[:LONGEST_ID], raw, _said_at(body), pressed=waits)


def read(raw: Raw) -> Incoming | None:
    """Return what was heard, None for what concerns nobody; raise Malformed, never anything else."""
    name, body = str(raw.get("event_name")), _body(raw)
    chat, author = _text(_part(body, "chat"), "id"), _part(body, "from")
    kind = EVENTS.get(name)
    if kind is None or not chat or author.get("is_bot") is True:
        if kind is None:
            LOG.warning("an event of an unknown kind", kind=name[:50])
        return None
    if _is_group(body):
        return _of_group(chat, _text(author, "id"))
    return _heard(kind, chat, body)


def _of_group(chat: str, author: str) -> Incoming:
    return Incoming(Heard.GROUP, account=author or chat, chat=chat, private=False)


def _heard(kind: Heard, chat: str, body: Raw) -> Incoming:
    """In a private chat the chat is the person."""
    upload = Upload(_picture(body), "photo") if kind is Heard.FILE else None
    return Incoming(
        kind,
        account=chat,
        message_id=_text(body, "message_id"),
        text=_words(body, "text") or _words(body, "caption"),
        upload=upload,
        chat=chat,
    )


def _picture(body: Raw) -> str:
    """Return where a picture lies: `photo_url` on the wire, `photo` in the notes."""
    found = _text(body, "photo_url") or _text(body, "photo")
    if not found:
        raise Malformed("a picture without an address")
    return found


def _key(raw: Raw, body: Raw) -> str:
    chat, message = _text(_part(body, "chat"), "id"), _text(body, "message_id")
    if message:
        return f"{chat[:LONGEST_ID]}:{message[:LONGEST_ID]}"
    return hashlib.sha256(orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _body(raw: Raw) -> Raw:
    return _part(raw, "message")


def _part(raw: Raw, name: str) -> Raw:
    found = raw.get(name)
    return found if isinstance(found, dict) else {}


def _text(raw: Raw, name: str) -> str:
    """Return a string, or a number as one: ids are opaque."""
    found = raw.get(name)
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""


def _words(body: Raw, name: str) -> str:
    found = body.get(name)
    return unicodedata.normalize("NFC", found) if isinstance(found, str) else ""


def _is_group(body: Raw) -> bool:
    return _text(_part(body, "chat"), "chat_type").upper() not in ("", "PRIVATE")


def _said_at(body: Raw) -> datetime | None:
    """Read the date, which is in milliseconds."""
    found = body.get("date")
    try:
        return datetime.fromtimestamp(int(found) / 1000, UTC) if isinstance(found, int | float | str) else None
    except (ValueError, OverflowError, OSError):
        return None
