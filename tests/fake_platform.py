"""What the fake platforms share: an app with a log of calls and a list of faults, and how it is served as a process."""

import argparse
import asyncio
import os
import socket
import struct
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

FOREVER = 3600.0


class Mishap(Protocol):
    """One scripted fault, `times` over."""

    times: int

    def hits(self, method: str, args: Mapping[str, Any]) -> bool:
        """Say whether it befalls this call."""


class FakeServer:
    """The HTTP side of a fake: knows how to misbehave, not what a platform says. `mishap` makes a fault of facts."""

    mishap: Any

    def __init__(self, routes: Sequence[Route]) -> None:
        self.calls: list[dict[str, Any]] = []
        self.faults: list[Mishap] = []
        self._app = Starlette(routes=routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Remember the connection: to close it without an answer is one of the faults."""
        scope["transport"] = getattr(getattr(send, "__self__", None), "transport", None)
        await self._app(scope, receive, send)

    def take_fault(self, method: str, args: Mapping[str, Any]) -> Any:
        """Return the fault that befalls this call, once less from now on; None for none."""
        fault = next((fault for fault in self.faults if fault.hits(method, args)), None)
        if fault:
            fault.times -= 1
        return fault

    def fault(self, **facts: Any) -> None:
        """Script a mishap."""
        self.faults.append(self.mishap(**facts))

    def mend(self) -> None:
        """End all mishaps."""
        self.faults = []

    def calls_of(self, method: str = "") -> list[dict[str, Any]]:
        """Return the calls of a method, "" of all."""
        return [call for call in self.calls if method in {"", call["method"]}]


async def lose(request: Request, how: str) -> None:
    """Close or reset the connection now, or keep it silent until the other side goes away."""
    transport = request.scope["transport"]
    if how == "reset":
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if how in {"close", "reset"}:
        transport.close()
    async with asyncio.timeout(FOREVER):
        while (await request.receive())["type"] != "http.disconnect":
            pass


def serve(server: FakeServer, about: str | None) -> None:
    """Serve until killed; the port is printed, which is how the starter learns it."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--with-parent", action="store_true", help="end when stdin closes")
    options = parser.parse_args()
    if options.with_parent:
        threading.Thread(target=_die_with_parent, daemon=True).start()
    listener = socket.create_server(("127.0.0.1", options.port))
    print(listener.getsockname()[1], flush=True)  # noqa: T201 - how the starter learns the port
    config = uvicorn.Config(
        server, log_level="error", http="h11", lifespan="off", proxy_headers=False, timeout_graceful_shutdown=1
    )
    uvicorn.Server(config).run(sockets=[listener])


def _die_with_parent() -> None:
    """End when the starter's end of our stdin closes, however it ended."""
    sys.stdin.read()
    os._exit(0)
