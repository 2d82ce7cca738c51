"""A Zalo Bot API to test against, as a process of its own: `python -m tests.fake_zalo --port 0` prints its port.

Speaks HTTP, logs calls and misbehaves on demand; what it remembers and refuses is in zalo_world. Knows nothing of the
assistant.
"""

import asyncio
import inspect
import json
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.fake_platform import FakeServer, lose, serve
from tests.zalo_world import CONTROLS, METHODS, NOTHING, Args, Refusal, World

TOKEN = "1234567890:zalo-test-token-of-the-fake-bot-0123456789"
OTHER_TOKEN = "2345678901:zalo-test-token-of-another-bot-01234567"
PAGE = "<html><h1>502 Bad Gateway</h1></html>"
WORDS = {401: "Unauthorized", 403: "internal server error", 408: "Request timeout", 429: "Quota exceeded"}


@dataclass
class Fault:
    """One mishap of `method` ("*" any; "media": of a picture's page), `times` over; `chat` limits it to one chat.

    `code` is answered as error_code and nothing is done; `page` an HTML page with that HTTP status instead; `lost`: the
    connection closes before anything was done. Otherwise the call is carried out, and then: `delay` seconds pass, the
    connection closes ("close"), nothing ever comes ("hang"), a web page ("page") or half an answer ("garbage").
    """

    method: str
    times: int = 1
    code: int = 0
    page: int = 0
    lost: bool = False
    delay: float = 0
    then: str = ""
    chat: str = ""
    description: str = ""

    def __str__(self) -> str:
        return f"page {self.page}" if self.page else str(self.code or self.then)

    def hits(self, method: str, args: Args) -> bool:
        return self.times > 0 and self.method in {"*", method} and self.chat in {"", str(args.get("chat_id", ""))}


class Server(FakeServer):
    """The fake's HTTP side: a world for each of two bots, a log of calls, a list of faults."""

    mishap = Fault

    def __init__(self) -> None:
        routes = [
            Route("/bot{token}/{method}", self.api, methods=["GET", "POST"]),
            Route("/media/{name}", self.media),
            Route("/control/{action}", self.control, methods=["POST"]),
        ]
        super().__init__(routes)
        self.reset()

    async def api(self, request: Request) -> Response:
        method, args = request.path_params["method"], await _arguments(request)
        call = {"method": method, "at": time.time(), "args": args, "verb": request.method, "code": 0}
        self.calls.append(call)
        fault = self.take_fault(method, args)
        self.world.noted |= {f"{fault} on {method}"} if fault else set()
        if fault and fault.lost:
            await lose(request, "close")
            return Response()
        if fault and fault.page:
            return Response(PAGE, fault.page, media_type="text/html")
        answering = self._answer(request.path_params["token"], method, args, fault)
        body = await _while_there(request, answering) if method == "getUpdates" else await answering
        call["code"] = 0 if body["ok"] else body["error_code"]
        if call["code"]:
            self.world.noted.add(f"{call['code']} on {method}")
        mirrored = not body["ok"] and self.world.side("http_status") == "mirror"
        return await self._misbehave(request, JSONResponse(body, body["error_code"] if mirrored else 200), fault)

    async def _answer(self, token: str, method: str, args: Args, fault: Fault | None) -> dict[str, Any]:
        try:
            if fault and fault.code:
                raise Refusal(fault.code, fault.description or WORDS.get(fault.code, "scripted"))
            if token not in self.worlds:
                raise Refusal(401, "Unauthorized")
            if method not in METHODS:
                raise Refusal(400, "Bad request - invalid API name")
            result = METHODS[method](self.worlds[token], args)
            result = await result if inspect.isawaitable(result) else result
        except Refusal as refusal:
            return {"ok": False, "error_code": refusal.code, "description": refusal.description}
        sent = {"error_code": 0} if method.startswith("send") else {}
        return {"ok": True, **sent} if result is NOTHING else {"ok": True, "result": result, **sent}

    async def _misbehave(self, request: Request, response: Response, fault: Fault | None) -> Response:
        if fault is None:
            return response
        await asyncio.sleep(fault.delay)
        if fault.then in {"close", "hang"}:
            await lose(request, fault.then)
        half = bytes(response.body)[: len(response.body) // 2]
        odd = {"page": Response(PAGE, 200, media_type="text/html"), "garbage": Response(half)}
        return odd.get(fault.then, response)

    async def media(self, request: Request) -> Response:
        """A picture as *.zdn.vn gives it: a plain GET; `elsewhere` names another address, `missing` nothing."""
        name = request.path_params["name"]
        if fault := self.take_fault("media", {}):
            return Response(PAGE, fault.page, media_type="text/html")
        if name in self.redirects:
            return Response(status_code=302, headers={"Location": self.redirects[name]})
        content = self.files.get(name)
        return Response(bytes.fromhex(content)) if content is not None else Response(status_code=404)

    async def control(self, request: Request) -> Response:
        action, body = request.path_params["action"], await request.json()
        own = {"fault": self.fault, "mend": self.mend, "calls_of": self.calls_of, "reset": self.reset}
        own |= {"keep": self.keep, "redirect": self.redirect, "noted": self.noted}
        try:
            if action in own:
                return JSONResponse(own[action](**body))
            world = self.worlds[body.pop("token", TOKEN)]
            result = CONTROLS[action](world, **body)
            return JSONResponse(await result if inspect.isawaitable(result) else result)
        except (AssertionError, KeyError, IndexError, TypeError) as error:
            return PlainTextResponse(repr(error), 404)

    def keep(self, name: str, content: str) -> None:
        """Lay a picture (in hex) under /media/."""
        self.files[name] = content

    def redirect(self, name: str, url: str) -> None:
        """Let /media/name lead to another address."""
        self.redirects[name] = url

    def noted(self) -> list[str]:
        """Return what was done to those who called."""
        return sorted(set().union(*(world.noted for world in self.worlds.values())))

    def reset(self) -> None:
        """Forget everything, as a new process would."""
        self.worlds = {TOKEN: World(), OTHER_TOKEN: World()}
        self.world = self.worlds[TOKEN]
        self.calls, self.faults = [], []
        self.files: dict[str, str] = {}
        self.redirects: dict[str, str] = {}


async def _while_there(request: Request, answering: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """Answer a long poll, unless whoever asked goes away meanwhile: then nothing is handed out."""
    answer, gone = asyncio.create_task(answering), asyncio.create_task(request.receive())
    await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
    for each in (answer, gone):
        if not each.done():
            each.cancel()
    return answer.result() if answer.done() and not answer.cancelled() else {"ok": False, "error_code": 408}


async def _arguments(request: Request) -> Args:
    """Read JSON, a form or the query, whichever came; unknown ones are kept and ignored."""
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        body = await request.body()
        return dict(json.loads(body)) if body else {}
    if kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        async with request.form() as form:
            return {name: str(value) for name, value in form.items()}
    return dict(request.query_params)


if __name__ == "__main__":
    serve(Server(), __doc__)
