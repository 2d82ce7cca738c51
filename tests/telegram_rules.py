"""What Telegram refuses of one outgoing message, as a check that any test can use. Knows no server and no channel."""

from pathlib import Path

from messages.types import Button, Outgoing, OutgoingFile
from tests import telegram_html

TEXT_LIMIT, CAPTION_LIMIT, DATA_LIMIT = 4096, 1024, 64  # code points after entities, the same, bytes
ENTITIES, BUTTONS, IN_A_ROW = 100, 100, 8
PHOTO_LIMIT, UPLOAD_LIMIT = 10 << 20, 50 << 20


class WouldRefuse(AssertionError):
    """A message that Telegram would answer with 400."""


def check(message: Outgoing) -> None:
    """Raise WouldRefuse when Telegram would not take the message; the error names what is the matter."""
    _text(message)
    for row in message.buttons:
        _need(0 < len(row) <= IN_A_ROW, "a row of no or too many buttons", message)
        for button in row:
            _button(button, message)
    _need(sum(map(len, message.buttons)) <= BUTTONS, "too many buttons", message)
    if message.file:
        _file(message.file, message)


def _text(message: Outgoing) -> None:
    try:
        text, entities = (message.text, []) if message.plain else telegram_html.parse(message.text)
    except telegram_html.BadHtml as error:
        raise WouldRefuse(f"can't parse entities: {error}: {message.text!r}") from error
    limit = CAPTION_LIMIT if message.file else TEXT_LIMIT
    _need(len(text) <= limit, f"{len(text)} code points, at most {limit}", message)
    _need(bool(text.strip()) or message.file is not None, "nothing is said", message)
    _need(len(entities) <= ENTITIES, "too many entities", message)
    _need(not any("\ud800" <= sign <= "\udfff" for sign in text), "a lone surrogate", message)


def _button(button: Button, message: Outgoing) -> None:
    _need(bool(button.label.strip()), "a button without words", message)
    _need(0 < len(button.data.encode()) <= DATA_LIMIT, f"button data of {len(button.data.encode())} bytes", message)


def _file(file: OutgoingFile, message: Outgoing) -> None:
    size = Path(file.path).stat().st_size
    _need(0 < size <= (PHOTO_LIMIT if file.kind == "photo" else UPLOAD_LIMIT), f"a file of {size} bytes", message)
    _need(bool(file.name.strip()) and "/" not in file.name, f"a file named {file.name!r}", message)
    _need(file.kind in ("photo", "document"), f"a file of kind {file.kind!r}", message)


def _need(true: bool, what: str, message: Outgoing) -> None:
    if not true:
        raise WouldRefuse(f"{what}: {message.text[:200]!r}")
