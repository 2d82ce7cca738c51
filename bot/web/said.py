"""What a person did on the local page, as the inbox keeps it, and its reading. Knows no database."""

import unicodedata
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.channel import Malformed
from messages.types import Heard, Incoming, Upload

TEXT_LIMIT = 4096  # code points, as on Telegram: a handler meets the same texts on every channel
DATA_LIMIT = 64  # bytes of a button's data
Kind = Literal["text", "choice", "file", "edited", "blocked"]


def clean(text: str) -> str:
    """Return NFC text without what no database keeps: NUL and half surrogate pairs."""
    whole = text.encode("utf-8", "ignore").decode().replace("\x00", "")
    return unicodedata.normalize("NFC", whole)


class Attached(BaseModel):
    """A file that was uploaded, by its random name in the uploads folder. `size` in bytes."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    file_id: str = Field(pattern=r"^[0-9a-f]{32}$")
    kind: Literal["photo", "document"]
    name: str = Field(default="", max_length=255)
    size: int | None = Field(default=None, ge=0)
    album: str = Field(default="", max_length=64)
    refused: str = Field(default="", max_length=16)  # why it was not kept: nothing lies under its name


class Said(BaseModel):
    """One act on the page; `raw()` is what the inbox stores."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    kind: Kind
    account: str = Field(min_length=1, max_length=64)
    message_id: str = Field(default="", max_length=32)
    text: str = Field(default="", max_length=TEXT_LIMIT)
    data: str = ""
    reply_to: str = Field(default="", max_length=32)
    upload: Attached | None = None

    @model_validator(mode="after")
    def _complete(self) -> "Said":
        if (self.kind == "file") != (self.upload is not None):
            raise ValueError("a file comes with its upload, nothing else does")
        if (self.kind == "choice") != bool(self.data) or len(self.data.encode()) > DATA_LIMIT:
            raise ValueError("a choice comes with up to 64 bytes of data, nothing else does")
        return self

    def raw(self) -> dict[str, Any]:
        """Return the JSON dict that `read` understands."""
        return self.model_dump(exclude_defaults=True)


def read(raw: dict[str, Any]) -> Incoming:
    """Turn a stored act into an Incoming (text in NFC); raise Malformed for anything that is not one."""
    try:
        said = Said.model_validate(raw)
    except (ValidationError, UnicodeError) as error:
        raise Malformed("not an act of the local page") from error
    return Incoming(
        kind=Heard(said.kind),
        account=said.account,
        message_id=said.message_id,
        text=clean(said.text),
        data=said.data,
        reply_to=said.reply_to,
        upload=_upload(said.upload),
        chat=said.account,
    )


def _upload(attached: Attached | None) -> Upload | None:
    if attached is None:
        return None
    return Upload(
        attached.file_id, attached.kind, clean(attached.name), attached.size, attached.album, attached.refused
    )
