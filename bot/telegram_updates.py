"""Telegram's raw updates read by hand: what is stored of one, what was heard in it. Knows no network, no library."""

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.channel import Malformed, Update
from bot.storable import storable
from messages.types import Heard, Incoming, Upload

T = TypeVar("T")
Raw = dict[str, Any]

ID_LIMIT = 2**63  # Telegram's ids fit 52 bits; what does not fit the database is not an id

CONTENT = {  # the first that a message has says what it is: a GIF has `animation` and `document`
    "text": Heard.TEXT,
    "animation": Heard.OTHER,
    "photo": Heard.FILE,
    "document": Heard.FILE,
    "voice": Heard.VOICE,
    "audio": Heard.VOICE,
    "video_note": Heard.VOICE,
    "sticker": Heard.STICKER,
    "contact": Heard.CONTACT,
}

SERVICE = {  # notes of the platform itself: nobody said anything
    "boost_added",
    "chat_background_set",
    "chat_shared",
    "connected_website",
    "delete_chat_photo",
    "message_auto_delete_timer_changed",
    "pinned_message",
    "users_shared",
    "write_access_allowed",
}


def to_store(item: object) -> Update:
    """Return what the inbox keeps of one item of getUpdates; raise Malformed only when it has no update_id."""
    raw = storable(item)
    if not isinstance(raw, dict):
        raise Malformed("an update must be an object")
    key = _identity(raw, "update_id")
    body: Raw = next((raw[name] for name in READERS if isinstance(raw.get(name), dict)), {})
    return Update(key, _author(body), raw, _said_at(body), pressed="callback_query" in raw)


def read(raw: Raw) -> Incoming | None:
    """Return what was heard, None for what concerns nobody; raise Malformed, never anything else."""
    for name, reader in READERS.items():
        if name in raw:
            return reader(_field(raw, name, dict))
    return None


def _message(body: Raw) -> Incoming | None:
    if not _is_private(body) or SERVICE & body.keys():
        return None
    kind = next((heard for name, heard in CONTENT.items() if name in body), Heard.OTHER)
    return _heard(kind, body)


def _edited(body: Raw) -> Incoming | None:
    """A live location is "edited" every few seconds: only changed words and files count."""
    if not _is_private(body):
        return None
    heard = _heard(Heard.EDITED, body)
    return heard if heard.text or heard.upload else None


def _heard(kind: Heard, body: Raw) -> Incoming:
    reply = _maybe(body, "reply_to_message", dict)
    return Incoming(
        kind,
        account=_identity(_field(body, "from", dict), "id"),
        message_id=_identity(body, "message_id"),
        text=_words(body, "text") or _words(body, "caption"),
        reply_to=_identity(reply, "message_id") if reply else "",
        upload=_upload(body),
        chat=_identity(_field(body, "chat", dict), "id"),
    )


def _choice(body: Raw) -> Incoming | None:
    """A button of a game or of an inline result (no data, no message) is none of ours."""
    message = _maybe(body, "message", dict)
    if message is None or "data" not in body or not _is_private(message):
        return None
    return Incoming(
        Heard.CHOICE,
        account=_identity(_field(body, "from", dict), "id"),
        message_id=_identity(message, "message_id"),
        data=storable(_field(body, "data", str)),
        chat=_identity(_field(message, "chat", dict), "id"),
    )


def _membership(body: Raw) -> Incoming | None:
    chat, author = _field(body, "chat", dict), _field(body, "from", dict)
    kind = _change(_field(chat, "type", str), _status(body, "old_chat_member"), _status(body, "new_chat_member"))
    if kind is None:
        return None
    private = kind is not Heard.GROUP
    return Incoming(kind, account=_identity(author, "id"), chat=_identity(chat, "id"), private=private)


def _change(where: str, old: str, new: str) -> Heard | None:
    present = ("member", "administrator")
    if where == "private":
        return {"kicked": Heard.BLOCKED, "member": Heard.UNBLOCKED}.get(new)
    added = new in present and old not in present
    return Heard.GROUP if added and where in {"group", "supergroup"} else None


def _status(body: Raw, name: str) -> str:
    return _field(_field(body, name, dict), "status", str)


def _upload(body: Raw) -> Upload | None:
    if "animation" in body:
        return None
    if "photo" in body:
        return _file(_largest(_field(body, "photo", list)), "photo", body)
    if "document" in body:
        return _file(_field(body, "document", dict), "document", body)
    return None


def _file(file: Raw, kind: str, body: Raw) -> Upload:
    return Upload(
        file_id=storable(_field(file, "file_id", str)),
        kind=kind,
        name=_words(file, "file_name"),
        size=_maybe(file, "file_size", int),
        album=_words(body, "media_group_id"),
    )


def _largest(sizes: list[Any]) -> Raw:
    if not sizes or not all(isinstance(size, dict) for size in sizes):
        raise Malformed("photo: a list of sizes expected")
    return max(sizes, key=lambda size: _field(size, "width", int) * _field(size, "height", int))


def _is_private(body: Raw) -> bool:
    return _field(_field(body, "chat", dict), "type", str) == "private"


def _field(raw: Raw, name: str, kind: type[T]) -> T:
    value = raw.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise Malformed(f"{name}: {kind.__name__} expected")
    return value


def _maybe(raw: Raw, name: str, kind: type[T]) -> T | None:
    return None if raw.get(name) is None else _field(raw, name, kind)


def _identity(raw: Raw, name: str) -> str:
    number = _field(raw, name, int)
    if abs(number) >= ID_LIMIT:
        raise Malformed(f"{name}: out of range")
    return str(number)


def _words(raw: Raw, name: str) -> str:
    return unicodedata.normalize("NFC", storable(_maybe(raw, name, str) or ""))


def _author(body: Raw) -> str:
    try:
        return _identity(_field(body, "from", dict), "id")
    except Malformed:
        return ""


def _said_at(body: Raw) -> datetime | None:
    try:
        return datetime.fromtimestamp(_field(body, "edit_date" if "edit_date" in body else "date", int), UTC)
    except (Malformed, ValueError, OverflowError, OSError):
        return None


READERS: dict[str, Callable[[Raw], Incoming | None]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _choice,
    "my_chat_member": _membership,
}
