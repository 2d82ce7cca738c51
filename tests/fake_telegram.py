"""A Bot API to test against, as a process of its own: `python -m tests.fake_telegram --port 0` prints its port.

Speaks HTTP, logs calls and misbehaves on demand; what it remembers and refuses is in telegram_world. Knows nothing of
the assistant.
"""

import asyncio
import inspect
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from tests import telegram_people, telegram_walks
from tests.fake_platform import FakeServer, lose, serve
from tests.telegram_world import METHODS, Args, Refusal, World

TOKEN = "1234567890:AA-test-token-of-the-fake-bot-api-000"
PHRASES = {
    400: "Bad Request: scripted",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request",
    429: "Too Many Requests: retry later",
}


@dataclass
class Fault:
    """One scripted mishap of `method` ("*" any), `times` over; `chat` limits it to one chat.

    `status` answers so and does nothing; `lost`: the connection closes before anything was done. Otherwise the call
    is carried out, and then: `delay` seconds pass, the connection closes ("close") or is reset ("reset"), nothing ever
    comes ("hang"), 200 with ok=false ("not_ok"), a web page ("page"), half of the answer ("garbage") or an answer of
    `size` MiB ("huge").
    """

    method: str
    times: int = 1
    status: int = 0
    description: str = ""
    retry_after: int | None = None
    migrate_to: int | None = None
    delay: float = 0
    lost: bool = False
    then: str = ""  # close | reset | hang | not_ok | page | garbage | huge
    size: int = 0
    page: str = ""  # with `status`: this body instead of the API's JSON
    chat: str = ""

    def hits(self, method: str, args: Args) -> bool:
        return self.times > 0 and self.method in {"*", method} and self.chat in {"", str(args.get("chat_id", ""))}


class Server(FakeServer):
    """The fake's HTTP side: one world, a log of calls, a list of faults."""

    mishap = Fault

    def __init__(self) -> None:
        self.world = World()
        routes = [
            Route("/bot{token}/{method}", self.api, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self.download),
            Route("/control/{action}", self.control, methods=["POST"]),
        ]
        super().__init__(routes)

    async def api(self, request: Request) -> Response:
        method, args = request.path_params["method"], await _arguments(request)
        call = {"method": method, "at": time.time(), "args": _loggable(args), "status": 0}
        self.calls.append(call)
        fault = self.take_fault(method, args)
        call["then"] = fault.then if fault else ""
        if fault and fault.lost:
            await lose(request, "close")
            return Response()
        response = await self._answer(request.path_params["token"], method, args, fault)
        call["status"] = response.status_code
        return await _misbehave(request, response, fault)

    async def _answer(self, token: str, method: str, args: Args, fault: Fault | None) -> Response:
        try:
            if fault and fault.status:
                return _refused(_scripted(fault), fault.page)
            if token != TOKEN:
                raise Refusal(401, "Unauthorized")
            return JSONResponse({"ok": True, "result": await self._call(method, args)})
        except Refusal as refusal:
            return _refused(refusal)

    async def _call(self, method: str, args: Args) -> Any:
        if method == "getUpdates":
            return await self.world.poll(args)
        if method not in METHODS:
            raise Refusal(404, "Not Found: method not found")
        return METHODS[method](self.world, args)

    async def download(self, request: Request) -> Response:
        call = {"method": "download", "at": time.time(), "args": {}, "status": 0}
        self.calls.append(call)
        fault = self.take_fault("download", {})
        response = self._file(request, fault)
        call["status"] = response.status_code
        return response if fault and fault.status else await _misbehave(request, response, fault)

    def _file(self, request: Request, fault: Fault | None) -> Response:
        if fault and fault.status:
            return _refused(_scripted(fault), fault.page)
        paths = {file.path: file for file in self.world.files.values()}
        file = paths.get(request.path_params["path"])
        if file is None or request.path_params["token"] != TOKEN:
            return _refused(Refusal(404, "Not Found"))
        return Response(file.content)

    async def control(self, request: Request) -> Response:
        action, body = request.path_params["action"], await request.json()
        own = {"fault": self.fault, "mend": self.mend, "calls_of": self.calls_of, "reset": self.reset}
        try:
            if action in own:
                return JSONResponse(own[action](**body))
            controls = telegram_people.CONTROLS | telegram_walks.CONTROLS
            result = controls[action](self.world, **body)
            return JSONResponse(await result if inspect.isawaitable(result) else result)
        except telegram_people.NoSuchThing as error:
            return PlainTextResponse(str(error), 404)

    def reset(self) -> None:
        """Forget everything, as a new process would."""
        self.world.caller.stop()
        self.world, self.calls, self.faults = World(), [], []


def _scripted(fault: Fault) -> Refusal:
    parameters = {"retry_after": fault.retry_after, "migrate_to_chat_id": fault.migrate_to}
    description = fault.description or PHRASES.get(fault.status, "Internal Server Error")
    return Refusal(fault.status, description, {name: value for name, value in parameters.items() if value is not None})


def _refused(refusal: Refusal, page: str = "") -> Response:
    if page:
        return Response(page, refusal.code, media_type="text/html")
    body = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    return JSONResponse(body | ({"parameters": refusal.parameters} if refusal.parameters else {}), refusal.code)


async def _misbehave(request: Request, response: Response, fault: Fault | None) -> Response:
    if fault is None:
        return response
    if fault.delay:
        await asyncio.sleep(fault.delay)
    if fault.then in {"close", "reset", "hang"}:
        await lose(request, fault.then)
    if fault.then == "huge":
        return StreamingResponse(_huge(fault.size), media_type="application/json")
    half = bytes(response.body)[: len(response.body) // 2]
    odd = {"not_ok": JSONResponse({"ok": False}), "page": Response("<html>Đăng nhập mạng</html>")}
    return (odd | {"garbage": Response(half, media_type="application/json")}).get(fault.then, response)


def _huge(size: int) -> Iterator[bytes]:
    """Give an answer that begins well and goes on for `size` MiB."""
    yield b'{"ok": true, "result": ["'
    for _ in range(size):
        yield b" " * (1 << 20)
    yield b'"]}'


async def _arguments(request: Request) -> dict[str, Any]:
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        body = await request.json()
        return {name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()}
    if not kind:
        return dict(request.query_params)
    async with request.form() as form:
        return {name: await _value(value) for name, value in form.items()}


async def _value(value: str | UploadFile) -> str | tuple[str, bytes]:
    return (value.filename or "", await value.read()) if isinstance(value, UploadFile) else value


def _loggable(args: Args) -> dict[str, Any]:
    return {
        name: {"name": value[0], "size": len(value[1])} if isinstance(value, tuple) else value
        for name, value in args.items()
    }


if __name__ == "__main__":
    serve(Server(), __doc__)
