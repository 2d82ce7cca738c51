"""Reads request bodies within bounds and writes what pages understand: JSON with a code for every error,
whose words are the page's. Knows no channel."""

from collections.abc import AsyncGenerator
from datetime import date, tzinfo
from pathlib import Path
from typing import Any, TypeVar

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot import files
from bot.web.said import TEXT_LIMIT, clean
from messages import numbers
from models.database import is_away
from models.local_message import REFUSED, LocalMessage

_BODY = 64 * 1024  # bytes of a JSON request: a text of 4096 code points, escaped, and its frame
_AWAY = Path(__file__).parent / "pages" / "away.html"
LOG = structlog.get_logger()
_NAME = r"^[A-Za-z0-9_-]{8,64}$"
Body = TypeVar("Body", bound=BaseModel)


class Problem(HTTPException):
    """An error that a page explains by its code: HTTP status and the code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(status, code)


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Say(_Request):
    """`id` the page's own name for the act, `reply_to` the message it answers."""

    id: str = Field(pattern=_NAME)
    text: str
    reply_to: str = Field(default="", max_length=32)


class Press(_Request):
    """`message` the id of the message the button is under."""

    id: str = Field(pattern=_NAME)
    message: str = Field(max_length=32)
    data: str = Field(min_length=1, max_length=64)


class Edit(_Request):
    """`message` the id of the person's own message."""

    id: str = Field(pattern=_NAME)
    message: str = Field(max_length=32)
    text: str


class Attach(_Request):
    """The fields beside the file of an upload; `text` its caption."""

    id: str = Field(pattern=_NAME)
    text: str = ""
    reply_to: str = Field(default="", max_length=32)
    album: str = Field(default="", pattern=r"^[A-Za-z0-9_-]{0,64}$")


class Enter(_Request):
    """`code` an invitation's code or anything else a person typed."""

    code: str = Field(max_length=200)


def spoken(text: str, empty: bool = False) -> str:
    """Return a person's text as it is passed on; raise Problem for one that is empty or too long."""
    said = clean(text).strip()
    if not said and not empty:
        raise Problem(400, "empty")
    if len(said) > TEXT_LIMIT:
        raise Problem(400, "too_long")
    return said


async def body(request: Request, shape: type[Body]) -> Body:
    """Read a small JSON body; raise Problem 413 or 400."""
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > _BODY:
            raise Problem(413, "too_long")
    return shaped(shape, bytes(read))


def shaped(shape: type[Body], value: bytes | dict[str, Any]) -> Body:
    """Return the value as `shape`; raise Problem 400."""
    try:
        if isinstance(value, bytes):
            return shape.model_validate_json(value)
        return shape.model_validate(value)
    except ValidationError as error:
        raise Problem(400, "unreadable") from error


async def bounded(request: Request, limit: int, patience: int) -> AsyncGenerator[bytes, None]:
    """Yield a body's chunks; past `limit` bytes swallow up to `patience` more, so that the browser reads our
    answer instead of a broken connection, and raise Problem 413."""
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= limit:
            yield chunk
        elif size > limit + patience:
            break
    if size > limit:
        raise Problem(413, "too_large")


def shown(row: LocalMessage, zone: tzinfo) -> dict[str, Any]:
    """Return a message as the page gets it; day and time are written here, in the plan's zone."""
    said_at = row.said_at.astimezone(zone)
    return {
        "id": str(row.id),
        "version": row.version,
        "client": row.key.removeprefix(f"{row.account}:") if row.mine else "",
        "mine": row.mine,
        "text": row.text,
        "plain": row.plain,
        "buttons": row.buttons,
        "file": {"name": row.file_name, "kind": row.file_kind} if row.file_path or row.file_kind == REFUSED else None,
        "reply_to": row.reply_to,
        "day": day_words(said_at.date()),
        "time": numbers.clock_time(said_at),
    }


def day_words(day: date) -> str:
    """Write a day as a line of its own: "Thứ Hai 20/5/2024"."""
    weekday = numbers.weekday(day)
    return f"{weekday[0].upper()}{weekday[1:]} {numbers.full_date(day)}"


async def problem(_: Request, error: Exception) -> Response:
    """Answer an HTTP error with its code alone."""
    assert isinstance(error, HTTPException)
    code = error.detail if isinstance(error, Problem) else f"http_{error.status_code}"
    return JSONResponse({"error": code}, error.status_code, error.headers)


async def away(request: Request, error: Exception) -> Response:
    """Answer while nothing can be read or written: a page for whoever opens one, else a code; 500 for other errors."""
    if not (is_away(error) or files.is_full(error)):
        LOG.error("a request failed", kind=type(getattr(error, "orig", error)).__name__)
        return JSONResponse({"error": "server"}, 500)
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(_AWAY.read_text(encoding="utf-8"), 503, {"Retry-After": "60"})
    return JSONResponse({"error": "away"}, 503, {"Retry-After": "60"})


async def failure(_: Request, error: Exception) -> Response:
    """Answer an unforeseen error; what it was stands in the log alone."""
    return JSONResponse({"error": "server"}, 500)
