"""What the addresses share that platforms call: a body within bounds, told to the channel, stored before the answer.

Knows no platform.
"""

import json
import math
from typing import Any, Protocol

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.channel import Malformed, TryLater

LIMIT = 1 << 20  # bytes of an event; real ones have less than a hundredth
LOG = structlog.get_logger()


class Called(Protocol):
    """A channel that a platform calls."""

    @property
    def place(self) -> str:
        """What in the address is its own."""

    def admits(self, secret: str) -> bool:
        """Say whether a call names its secret."""

    async def called(self, event: object) -> None:
        """Store an event; raise Malformed or TryLater."""


class Addresses(Protocol):
    """What platforms call, as the page takes it in. `place` is how the paths begin."""

    place: str

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""


async def body(request: Request, limit: int = LIMIT) -> bytes | None:
    """Return the body, None as soon as it is longer than `limit`."""
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > limit:
            return None
    return bytes(read)


async def told(channel: Called, content: bytes) -> Response:
    """Answer 200 once it is stored, or where it never can be; 503 where it is to be told again."""
    try:
        await channel.called(_read(content))
    except Malformed as error:  # to be called with it again would change nothing
        LOG.warning("an event cannot be read", kind=str(error))
    except TryLater as error:
        return Response(status_code=503, headers={"Retry-After": str(math.ceil(error.after))})
    return Response()


def _read(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
