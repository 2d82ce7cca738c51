"""Where Zalo calls: one address a bot. The secret is compared before anything is read; what is told is stored first.

Knows no event: the channel reads it.
"""

import json
from collections.abc import Sequence
from typing import Any, Protocol

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channel import Malformed, TryLater

PLACE = "/zalo"
LIMIT = 1 << 20  # bytes of an event; Zalo's own have less than a hundredth
LOG = structlog.get_logger()


class Called(Protocol):
    """A channel that a platform calls."""

    @property
    def place(self) -> str:
        """The last part of its address."""

    def admits(self, secret: str) -> bool:
        """Say whether a call names its secret."""

    async def called(self, event: object) -> None:
        """Store an event; raise Malformed or TryLater."""


class Webhooks:
    """The addresses of all bots that are called."""

    def __init__(self, channels: Sequence[Called]) -> None:
        self._channels = {each.place: each for each in channels}

    def routes(self) -> list[BaseRoute]:
        """Return the route."""
        return [Route(f"{PLACE}/{{place}}", self.call, methods=["GET", "POST"])]

    async def call(self, request: Request) -> Response:
        """Hear an event: 200 once it is stored, 401 for a wrong secret. A GET or an empty body asks who is here."""
        channel = self._channels.get(request.path_params["place"])
        if channel is None:
            return Response(status_code=404)
        if request.method != "POST":
            return Response()
        admitted = channel.admits(request.headers.get("x-bot-api-secret-token", ""))
        body = await _body(request, LIMIT if admitted else 0)
        if body is None:
            return Response(status_code=413 if admitted else 401)
        return await self._told(channel, body) if body else Response()

    @staticmethod
    async def _told(channel: Called, body: bytes) -> Response:
        try:
            await channel.called(_read(body))
        except Malformed as error:  # to be called with it again would change nothing
            LOG.warning("an event cannot be read", kind=str(error))
        except TryLater:
            return Response(status_code=503)
        return Response()


async def _body(request: Request, limit: int) -> bytes | None:
    """Return the body, None as soon as it is longer than `limit`."""
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > limit:
            return None
    return bytes(read)


def _read(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
