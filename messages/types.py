"""What is heard and what is to be said, the same for every channel. Knows no platform and no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Value = str | int | bool | None


class Heard(StrEnum):
    """What kind of thing a person did."""

    TEXT = "text"
    CHOICE = "choice"  # pressed a button
    FILE = "file"  # photo or document, perhaps with a caption in `text`
    EDITED = "edited"  # changed a message after sending it
    VOICE = "voice"
    STICKER = "sticker"
    CONTACT = "contact"
    OTHER = "other"  # location, poll, game …: named to the person as something the assistant cannot read
    BLOCKED = "blocked"  # left or blocked the bot
    UNBLOCKED = "unblocked"
    GROUP = "group"  # the bot was added to a group


@dataclass(frozen=True, slots=True)
class Manners:
    """What a channel can carry. Limits in UTF-16 units, of a message and of the words under a file.

    `buttons`: choices are pressed, else they are spelled out; `edits`: a message can be changed; `files`: a document
    can be sent; `quotes`: a person can answer one message by quoting it; `repeats`: what may have arrived is sent again
    until it is known to have, else once more at most; `albums`: pictures that were sent together say so; `again`: what
    was heard is given again until it is stored, else to one who asks, once.
    """

    buttons: bool = True
    edits: bool = True
    files: bool = True
    quotes: bool = True
    repeats: bool = True
    albums: bool = True
    again: bool = True
    text_limit: int = 4096
    caption_limit: int = 1024


FULL = Manners()
"""Of a channel that carries everything, as Telegram and the local page do."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file a person sent, still on the platform. `size` in bytes, None where the platform does not tell."""

    file_id: str
    kind: str  # photo | document
    name: str = ""
    size: int | None = None
    album: str = ""  # pictures of one album share this
    refused: str = ""  # why the channel itself did not keep it (messages.reading.uploads.verdict)


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing heard from one account in one private chat (or, for GROUP, from a group)."""

    kind: Heard
    account: str  # the platform's id of the person, as text
    message_id: str = ""  # the platform's id of what was said (EDITED: of the message that was changed)
    text: str = ""  # NFC; a file's caption too
    data: str = ""  # CHOICE: the opaque data of the button
    reply_to: str = ""  # the platform's id of the message this one answers
    upload: Upload | None = None
    chat: str = ""  # where to answer; equals `account` in private chats
    private: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """A button. Its words are `messages/vi/choices.yaml[label or action]`, rendered with `values`.

    `action` is a key of `handlers.ACTIONS`; `values` go to that handler as keyword arguments.
    """

    action: str
    values: Mapping[str, Value] = field(default_factory=dict)
    label: str = ""


Rows = Sequence[Sequence[Choice]]


@dataclass(frozen=True, slots=True)
class Button:
    """A button as a channel shows it: its words and at most 64 bytes of opaque data."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file to send: `path` on this machine, `name` as the person sees it, kind photo | document."""

    path: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One platform message, ready to go. `text` is Telegram's small HTML unless `plain`."""

    key: str  # names this message for good: a channel that can, sends a key once only
    chat: str
    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    file: OutgoingFile | None = None
    plain: bool = False
    said_at: datetime | None = None  # plan time, for channels that show it
