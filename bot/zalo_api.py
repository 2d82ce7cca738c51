"""Calls of the Zalo Bot API, each answer told as what it means for a message. Knows no channel's ways.

The HTTP status says nothing reliable: the body is read first, and `ok` decides (both are seen with errors: 200, and
the error's own number). The token is part of every address: no error that leaves this file holds one.
"""

import json
import time
from collections.abc import Callable
from typing import Any

import orjson

from bot import http
from bot.channel import Failed, Failing, Refused, TryLater, Unknown

SOON = 5.0  # seconds until a request that never left is tried again
REJECTED = 60.0  # seconds: a refused token, or a proxy's page, rarely heals sooner
LIMITED, QUOTA = 30.0, 900.0  # seconds: no time is named with a 429, so the wait grows with how long it lasts
TOO_LONG = 300  # letters of a description that are kept
BAD_REQUEST, BROKEN, GATEWAY_TIMEOUT = 400, 500, 504


class Idle(Failed):
    """Nothing came while the platform was asked to wait: 408, which is how it says so."""


class NotFound(Refused):
    """404: there is no such thing, which for a webhook is an answer."""


FATES: dict[int, Callable[[str], Failed]] = {
    400: Refused,
    401: lambda _: TryLater(REJECTED, everyone=True, why="rejected"),
    403: Failing,  # documented as "internal server error"
    404: NotFound,
    408: Idle,
    429: lambda _: TryLater(LIMITED, everyone=True, why="limited"),  # too fast, or the plan is used up: it says no more
}
"""What the documented errors mean."""


class Api:
    """One bot's calls. `read_timeout` in seconds for an answer to begin."""

    def __init__(self, token: str, address: str, connections: int, read_timeout: float) -> None:
        self._root, self._token = f"{address.rstrip('/')}/bot{token}/", token
        self._client = http.Client(connections, read_timeout)
        self._limited_at: float | None = None  # when the first 429 came that no success followed

    def __repr__(self) -> str:
        return "Api()"

    async def open(self) -> None:
        """Get ready; nothing is connected yet."""
        await self._client.open()

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()

    async def call(self, method: str, read_timeout: float | None = None, **values: Any) -> Any:
        """Call a method; return its `result`. Raise as Channel.send, or Idle, NotFound."""
        try:
            status, payload = await self._client.post(self._root + method, values, None, read_timeout)
        except http.NotSent:
            raise TryLater(SOON) from None
        except http.Broken as error:
            raise Unknown(str(error)) from None
        answer = _object(payload)
        if answer is None or "ok" not in answer:
            raise _fate_of_page(status)
        if answer["ok"] is True:
            self._limited_at = None
            return answer.get("result")
        raise self._growing(self._fate(answer, status))

    def _growing(self, error: Failed) -> Failed:
        """Let a 429 be waited for as long as it has lasted so far, within limits."""
        if not isinstance(error, TryLater) or error.why != "limited":
            return error
        now = time.monotonic()
        self._limited_at = now if self._limited_at is None else self._limited_at
        return TryLater(min(max(now - self._limited_at, LIMITED), QUOTA), everyone=True, why=error.why)

    def _fate(self, answer: dict[str, Any], status: int) -> Failed:
        code = answer.get("error_code")
        said = str(answer.get("description", "")).replace(self._token, "…")[:TOO_LONG]
        return fate(code if isinstance(code, int) and code else status, said)


def fate(code: int, said: str) -> Failed:
    """Return what an error means for the message that was to be sent."""
    if code in FATES:
        return FATES[code](said)
    return Failing(said) if BROKEN <= code < GATEWAY_TIMEOUT else Unknown(f"error {code}")


def _fate_of_page(status: int) -> Failed:
    """Return what a page instead of an answer means: whoever wrote it, it was not the Bot API."""
    if BROKEN <= status < GATEWAY_TIMEOUT:
        return Failing(f"status {status}")
    if BAD_REQUEST <= status < BROKEN:
        return TryLater(REJECTED, everyone=True)
    return Unknown(f"a page with status {status}")


def _object(payload: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(payload)
    except orjson.JSONDecodeError:  # it is strict: half an emoji in one event must not cost the event
        try:
            found = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            return None
    return found if isinstance(found, dict) else None
