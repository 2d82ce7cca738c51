"""`/health` and `/metrics` for monitors on this machine: for everybody else they are not there. Knows no figure."""

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.web.guard import host_name

FORWARDED = (
    *("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"),
    *("x-client-ip", "true-client-ip", "cf-connecting-ip"),
)
"""What proxies add: such a request came from elsewhere, whoever brought it."""
Seen = Callable[[Request], Awaitable[Response]]


class Watched(Protocol):
    """What there is to tell."""

    async def health(self) -> tuple[bool, dict[str, Any]]:
        """Return whether all is well, and how everything is."""

    async def metrics(self) -> tuple[bytes, str]:
        """Return figures in a monitor's format, and the format."""


class Watch:
    """The two addresses."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [Route("/health", _nearby(self.health)), Route("/metrics", _nearby(self.metrics))]

    async def health(self, _request: Request) -> Response:
        """Tell how everything is; 503 where something is wrong."""
        well, told = await self._watched.health()
        return JSONResponse(told, 200 if well else 503)

    async def metrics(self, _request: Request) -> Response:
        """Tell the figures."""
        told, kind = await self._watched.metrics()
        return Response(told, media_type=kind)


def _nearby(answer: Seen) -> Seen:
    async def guarded(request: Request) -> Response:
        if not is_nearby(request):
            raise HTTPException(404)
        return await answer(request)

    return guarded


def is_nearby(request: Request) -> bool:
    """Say whether a request was made on this machine, to this machine: by peer, by name, and through no proxy."""
    if any(name in request.headers for name in FORWARDED):
        return False
    return _is_loopback(request.client.host if request.client else "") and _is_loopback(
        host_name(request.headers.get("host", ""))
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
