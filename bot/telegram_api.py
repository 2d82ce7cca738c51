"""Calls of Telegram's Bot API by its library, on our own HTTP client, and what each failure means for a message.

The library blurs some answers: those are told apart before it reads them. Knows no channel's ways.
"""

import contextlib
import json
from datetime import timedelta
from typing import Any

import orjson
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import BaseRequest, RequestData

from bot import http
from bot.channel import Failing, Moved, Refused, TryLater, Unknown, Unreachable

SOON = 5.0  # seconds until a request that never left is tried again
REJECTED = 60.0  # seconds: a refused token, or a proxy's 404 that looks like one, rarely heals sooner
TOO_LARGE, TOO_MANY, BROKEN = 413, 429, 500
GONE = {
    "chat not found": "not_found",
    "user not found": "not_found",
    "peer_id_invalid": "not_found",
    "input_user_deactivated": "deactivated",
    "user is deactivated": "deactivated",
    "user_is_blocked": "blocked",
    "bot was blocked": "blocked",
    "bot was kicked": "blocked",
    "bot can't initiate conversation": "not_started",
}
"""How Telegram begins to say that an account cannot be written to, and why that is."""


class Flooded(TelegramError):
    """429. Raised before PTB makes its RetryAfter, which warns when built and exists only with `retry_after`."""

    def __init__(self, after: float) -> None:
        super().__init__(f"too many requests, again in {after:g} s")
        self.after = after


class Broken(TelegramError):
    """5xx: the platform itself failed."""


class Request(BaseRequest):
    """PTB's requests on our own HTTP client; answers that PTB blurs are told apart, and no payload is ever logged."""

    def __init__(self, client: http.Client) -> None:
        self._client = client

    async def initialize(self) -> None:
        """Open the client."""
        await self._client.open()

    async def shutdown(self) -> None:
        """Close it."""
        await self._client.close()

    @property
    def read_timeout(self) -> float:
        """Seconds an answer may take."""
        return self._client.read_timeout

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        *_others: Any,
        **_timeouts: Any,
    ) -> tuple[int, bytes]:
        """Send; raise Flooded for 429, Broken for 5xx and BadRequest for 413, all network errors to PTB."""
        code, payload = await self._ask(url, request_data, read_timeout if isinstance(read_timeout, float) else None)
        if code == TOO_MANY:
            raise Flooded(_retry_after(payload))
        if code >= BROKEN and not _asks_to_wait(payload):
            raise Broken(f"status {code}")
        if code == TOO_LARGE:
            raise BadRequest("Request Entity Too Large")
        return code, payload

    async def _ask(self, url: str, data: RequestData | None, read_timeout: float | None) -> tuple[int, bytes]:
        if data is None:
            return await self._client.get(url, read_timeout)
        if data.contains_files:
            files: Any = data.multipart_data  # PTB's own InputFile tuples, which are ours
            return await self._client.post(url, data.json_parameters, files, read_timeout)
        return await self._client.post(url, data.parameters, None, read_timeout)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read the answer. PTB's own logs what it cannot read, and an error page may repeat the URL with the token."""
        with contextlib.suppress(ValueError, RecursionError):
            answer = _json(payload)
            if isinstance(answer, dict):
                return answer
        raise TelegramError("not an answer of the Bot API")


class Api(Bot):
    """PTB's Bot with raw calls: its typed methods parse answers that we read by hand."""

    def __repr__(self) -> str:
        return "Api()"

    async def call(self, method: str, data: dict[str, Any], read_timeout: float | None = None) -> Any:
        """Call a Bot API method; return its `result`. `read_timeout` in seconds, None for the client's own."""
        return await self._post(method, data, read_timeout=read_timeout or BaseRequest.DEFAULT_NONE)


def _json(payload: bytes) -> Any:
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:  # it is strict: half an emoji in one update must not cost the whole batch
        return json.loads(payload.decode("utf-8", "replace"))


def open_request(connections: int, read_timeout: float) -> BaseRequest:
    """Return an HTTP client of at most `connections`; `read_timeout` in seconds."""
    return Request(http.Client(connections, read_timeout))


def _asks_to_wait(payload: bytes) -> bool:
    try:
        return bool(Request.parse_json_payload(payload)["parameters"]["retry_after"])
    except (TelegramError, KeyError, TypeError):
        return False


def _retry_after(payload: bytes) -> float:
    try:
        return float(Request.parse_json_payload(payload)["parameters"]["retry_after"])
    except (TelegramError, KeyError, TypeError, ValueError):
        return SOON


def _seconds(after: int | timedelta) -> float:
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def fate(error: Exception, token: str) -> Exception:
    """Say what a failure means for the message; what is none of those known may have arrived. It names no `token`."""
    said = str(error).replace(token, "…")[:300]  # an error page can be long
    if pause := _pause(error):
        return pause
    if isinstance(error, ChatMigrated):
        return Moved(str(error.new_chat_id))
    if isinstance(error, Forbidden | BadRequest) and (why := _lost(said)):
        return Unreachable(why)
    if isinstance(error, Forbidden):
        return Unreachable()
    if isinstance(error, Broken):
        return Failing(said)
    return Refused(said) if isinstance(error, BadRequest) else Unknown(f"{kind(error)}: {said}")


def _pause(error: Exception) -> TryLater | None:
    """Return how long to wait after what was certainly not sent, None for all else."""
    cause = error.__cause__
    match error:
        case Flooded():
            return TryLater(error.after, everyone=True)
        case RetryAfter():
            return TryLater(_seconds(error.retry_after), everyone=True)
        case InvalidToken() | Conflict():
            return TryLater(REJECTED, everyone=True, why="rejected")
        case Forbidden() | BadRequest() if isinstance(cause, TelegramError):
            return TryLater(REJECTED, everyone=True)  # an unreadable page: a proxy refused, not Telegram
        case NetworkError() if isinstance(cause, http.NotSent):
            return TryLater(SOON)
    return None


def _lost(said: str) -> str:
    """Say why an account cannot be written to. Only the beginning is Telegram's own: further on it may quote."""
    said = said.lower().removeprefix("forbidden: ")
    return next((why for words, why in GONE.items() if said.startswith(words)), "")


def kind(error: Exception) -> str:
    """Name an error without its words, which may hold a URL, a person's text or the token."""
    cause = error.__cause__
    if isinstance(cause, http.NotSent | http.Broken):
        return f"{type(error).__name__}/{cause}"
    return f"{type(error).__name__}/{type(cause).__name__}" if cause else type(error).__name__
