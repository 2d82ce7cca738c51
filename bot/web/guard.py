"""What every request to the local page must pass and every answer must carry. Knows no route."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",  # blob: the preview of a picture that is being sent
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_MANY = 10_000  # names a limit remembers before it throws out those that are free again
_SAFE = {"GET", "HEAD"}


def host_name(host: str) -> str:
    """Return a Host header's name without its port, in small letters; "" if it is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


class Guard:
    """Refuses foreign Host headers (DNS rebinding) and POSTs of other origins; sets the security headers.

    `machines` are beginnings of paths that programs call, which name no origin and bring a secret of their own.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str], machines: Sequence[str] = ()) -> None:
        self._app, self._hosts = app, {name.strip("[]").lower() for name in hosts}
        self._machines = tuple(machines)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is allowed, refuse the rest with 400 (host) or 403 (origin)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        carry = _carrying(send)
        safe = scope["method"] in _SAFE or scope["path"].startswith(self._machines)
        if error := self._refusal(Headers(scope=scope), safe=safe):
            await JSONResponse({"error": error}, 403 if error == "origin" else 400)(scope, receive, carry)
            return
        await self._app(scope, receive, carry)

    def _refusal(self, headers: Headers, *, safe: bool) -> str:
        host = headers.get("host", "")
        if host_name(host) not in self._hosts:
            return "host"
        if not safe and urlsplit(headers.get("origin", "")).netloc.lower() != host.lower():
            return "origin"
        return ""


def _carrying(send: Send) -> Send:
    async def carry(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return carry


class Limit:
    """At most `times` in any `seconds` for each name; in memory, a restart forgets."""

    def __init__(self, times: int, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._times, self._seconds, self._now = times, seconds, now
        self._seen: dict[str, deque[float]] = {}

    def allows(self, name: str) -> bool:
        """Count one more for a name, or return False."""
        now = self._now()
        if len(self._seen) >= _MANY:
            self._seen = {who: seen for who, seen in self._seen.items() if seen[-1] > now - self._seconds}
        seen = self._seen.setdefault(name, deque())
        while seen and seen[0] <= now - self._seconds:
            seen.popleft()
        if len(seen) >= self._times:
            return False
        seen.append(now)
        return True
