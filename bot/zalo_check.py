"""What nobody has tried on the real Zalo Bot API, tried step by step with a person at the phone; twenty minutes.

Everything that came over the wire is noted as it was, without the token; what only the person sees, they type. Knows
no database and none of the words: messages/vi/cli/zalo_check.j2.
"""

import asyncio
import json
import socket
import struct
import time
import zlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import http
from messages.reading import fold

Ask = Callable[..., Awaitable[str]]
"""ask(step, **values): shows the words of a step and returns what the person typed, "" for Enter alone."""
Note = Callable[[str, Any], None]
"""note(step, seen): keeps what was seen at once, so that a check that is broken off keeps what it has."""

SKIP = "b"
NOBODY = "1:khong-phai-ma"  # no bot's token
CALM = 4.0  # seconds without an update after which the person has sent all
LONGEST = 60.0  # seconds one step waits for what the person sends
SLOW = 15.0  # seconds a slow answer of the webhook takes
RETRIES = 45.0  # seconds in which a refused call may come again
KINDS = ("text", "photo", "album", "sticker", "voice", "document", "link", "quoted", "group")
LETTERS = "ếữộ"
SHOWN = 4000  # letters of a body that are noted
PICTURE = "/anh-thu.png"


@dataclass(frozen=True)
class Seen:
    """An answer: HTTP status, body as it came, how long it took in seconds."""

    status: int
    body: str
    took: float

    def as_json(self) -> dict[str, Any]:
        """Return what is noted; a body that is JSON as such."""
        try:
            body: Any = json.loads(self.body)
        except ValueError:
            body = self.body[:SHOWN]
        return {"http": self.status, "body": body, "seconds": round(self.took, 2)}

    @property
    def result(self) -> Any:
        """What a good answer says, None for any other."""
        body = self.as_json()["body"]
        return body.get("result") if isinstance(body, dict) and body.get("ok") is True else None


class Api:
    """Calls as they are, nothing made of them. Never raises."""

    def __init__(self, token: str, address: str) -> None:
        self._token, self._address = token, address.rstrip("/")
        self.client = http.Client(4, 150.0)

    async def ask(self, method: str, token: str = "", files: http.Files | None = None, **values: Any) -> Seen:
        """Call a method, perhaps with another token, perhaps as a form with files."""
        began = time.monotonic()
        try:
            status, body = await self.client.post(
                f"{self._address}/bot{token or self._token}/{method}", values, files, None
            )
        except (http.NotSent, http.Broken) as error:
            return Seen(0, f"{type(error).__name__}: {error}", time.monotonic() - began)
        said = body.decode("utf-8", "replace").replace(self._token, "…")
        return Seen(status, said, time.monotonic() - began)


@dataclass
class Listener:
    """A small page that notes every request and answers as planned: (status, seconds), 200 at once when nothing is."""

    secret: str
    heard: list[dict[str, Any]] = field(default_factory=list)
    plan: list[tuple[int, float]] = field(default_factory=list)
    gets: int = 0

    async def answer(self, request: Request) -> Response:
        """Note a request; the secret itself only as right or wrong."""
        if request.url.path.endswith(PICTURE):
            self.gets += 1
            return Response(picture(), media_type="image/png")
        body = (await request.body()).decode("utf-8", "replace")[:SHOWN]
        given = request.headers.get("x-bot-api-secret-token")
        names = sorted({*request.headers.keys()} - {"x-bot-api-secret-token"})
        told = "none" if given is None else "right" if given == self.secret else "wrong"
        self.heard.append(
            {"at": round(time.time(), 2), "method": request.method, "secret": told, "headers": names, "body": body}
        )
        status, seconds = self.plan.pop(0) if self.plan and body else (200, 0.0)
        await asyncio.sleep(seconds)
        return Response(status_code=status)


class Check:
    """The whole list. `public_url` and `taken` (a listening socket) only where the internet reaches this machine."""

    def __init__(
        self,
        api: Api,
        ask: Ask,
        note: Note,
        *,
        secret: str = "",
        public_url: str = "",
        taken: socket.socket | None = None,
    ) -> None:
        self._api, self._ask, self._note = api, ask, note
        self._secret, self._public_url, self._taken = secret, public_url, taken
        self.chat = ""  # learned from the first thing said

    async def run(self) -> None:
        """Go through all steps; each may be skipped."""
        await self._api.client.open()
        try:
            for step in (self.statuses, self.again, self.kinds, self.lengths, self.photos, self.called, self.blocked):
                await step()
            for question in ("silence", "quota", "person_51"):
                await self._asked(question)
        finally:
            await self._api.client.close()

    async def push(self, chat: str) -> None:
        """Say one thing to somebody who has not written for days."""
        await self._api.client.open()
        try:
            seen = await self._api.ask("sendMessage", chat_id=chat, text="Trợ lý thử nhắn sau nhiều ngày im lặng.")
            self._note("push", seen.as_json())
            await self._asked("push")
        finally:
            await self._api.client.close()

    async def _asked(self, step: str, **values: Any) -> bool:
        """Show a step, note what was typed, and say whether it is to be done."""
        said = (await self._ask(step, **values)).strip()
        if said:
            self._note(step, {"person": said})
        return fold.plain(said) != SKIP

    async def _heard(self) -> list[Any]:
        """Poll until nothing comes any more; note and return what came, as it came."""
        found: list[Any] = []
        until = time.monotonic() + LONGEST
        while time.monotonic() < until:
            seen = await self._api.ask("getUpdates", timeout=str(int(CALM)))
            if seen.result is None:
                if found or seen.took < 1:
                    break
                continue
            found.append(seen.as_json())
            self._learn(seen.result)
            await asyncio.sleep(1)
        return found

    def _learn(self, result: Any) -> None:
        update = result[0] if isinstance(result, list) and result else result
        message = update.get("message") if isinstance(update, dict) else None
        chat = message.get("chat") if isinstance(message, dict) else None
        if isinstance(chat, dict) and chat.get("chat_type") != "GROUP":
            self.chat = str(chat.get("id", "")) or self.chat

    async def statuses(self) -> None:
        """1: what an idle poll and a wrong token look like."""
        if not await self._asked("statuses"):
            return
        self._note("me", (await self._api.ask("getMe")).as_json())
        self._note("webhook_before", (await self._api.ask("getWebhookInfo")).as_json())
        self._note("webhook_taken_away", (await self._api.ask("deleteWebhook")).as_json())
        self._note("waited_before", await self._heard())
        self._note("idle_poll", (await self._api.ask("getUpdates", timeout="3")).as_json())
        self._note("wrong_token", (await self._api.ask("getMe", token=NOBODY)).as_json())
        self._note("wrong_method", (await self._api.ask("khongCo")).as_json())

    async def again(self) -> None:
        """2: whether an update comes again, and whether what was said meanwhile waits."""
        if await self._asked("again"):
            self._note("again_first", await self._heard())
            self._note("again_later", await self._heard())
        if await self._asked("offline"):
            self._note("offline", await self._heard())
        self._note("chat", self.chat)

    async def kinds(self) -> None:
        """3: every kind of message as it comes over the wire."""
        for kind in KINDS:
            if await self._asked("kind", what=kind):
                self._note(f"kind_{kind}", await self._heard())

    async def lengths(self) -> None:
        """5: what "2000 characters" means, and whether a reply is shown as one."""
        if not (self.chat and await self._asked("lengths")):
            return
        texts = {
            "2000": (LETTERS * 700)[:2000],
            "2001": (LETTERS * 700)[:2001],
            "1000_emoji": "😀" * 1000,
            "1001_emoji": "😀" * 1001,
            "2000_emoji": "😀" * 2000,
        }
        for name, text in texts.items():
            self._note(f"length_{name}", (await self._api.ask("sendMessage", chat_id=self.chat, text=text)).as_json())
        first = await self._api.ask("sendMessage", chat_id=self.chat, text="Tin thứ nhất")
        target = first.result.get("message_id", "") if isinstance(first.result, dict) else ""
        answer: dict[str, Any] = {
            "chat_id": self.chat,
            "text": "Tin thứ hai, trả lời tin thứ nhất",
            "reply_to_message_id": target,
        }
        self._note("reply_to", (await self._api.ask("sendMessage", **answer)).as_json())
        self._note("typing", (await self._api.ask("sendChatAction", chat_id=self.chat, action="typing")).as_json())
        await self._asked("lengths_seen")

    async def photos(self) -> None:
        """6: a picture within the request, and how often one by address is fetched."""
        if not (self.chat and await self._asked("photos", public=bool(self._public_url))):
            return
        files = {"photo": ("anh-thu.png", picture(), "image/png")}
        sent = await self._api.ask("sendPhoto", files=files, chat_id=self.chat, caption="Ảnh gửi kèm")
        self._note("photo_multipart", sent.as_json())
        async with self._listening() as listener:
            if listener:
                url = self._public_url + "/zalo" + PICTURE
                sent = await self._api.ask("sendPhoto", chat_id=self.chat, photo=url, caption="Ảnh theo địa chỉ")
                await asyncio.sleep(CALM)
                self._note("photo_url", {**sent.as_json(), "gets": listener.gets})
        await self._asked("photos_seen")

    async def called(self) -> None:
        """4: the webhook: its probe, its form, what follows an error and a slow answer."""
        async with self._listening() as listener:
            if not await self._asked("called" if listener else "uncalled") or listener is None:
                self._note("called", "not tried")
                return
            made = await self._api.ask("setWebhook", url=f"{self._public_url}/zalo/thu", secret_token=self._secret)
            await asyncio.sleep(CALM)
            self._note("webhook_set", {**made.as_json(), "probe": list(listener.heard)})
            for step, plan in (("called_well", []), ("called_500", [(500, 0.0)]), ("called_slow", [(200, SLOW)])):
                listener.heard.clear()
                listener.plan = list(plan)
                if await self._asked(step):
                    await asyncio.sleep(RETRIES if plan else CALM)
                    self._note(f"{step}_heard", list(listener.heard))
            self._note("poll_under_webhook", (await self._api.ask("getUpdates", timeout="3")).as_json())
            self._note("webhook_deleted", (await self._api.ask("deleteWebhook")).as_json())

    async def blocked(self) -> None:
        """7: what a send says to somebody who blocked the bot, and to nobody."""
        if not (self.chat and await self._asked("blocked")):
            return
        for name, chat in (("blocked_send", self.chat), ("unknown_chat", "0" * 20)):
            self._note(name, (await self._api.ask("sendMessage", chat_id=chat, text="Thử")).as_json())
        await self._asked("unblocked")

    @asynccontextmanager
    async def _listening(self):  # type: ignore[no-untyped-def]  # a Listener, or None where nobody outside can call
        if not (self._public_url and self._taken and self._secret):
            yield None
            return
        listener = Listener(self._secret)
        app = Starlette(routes=[Route("/{path:path}", listener.answer, methods=["GET", "POST"])])
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # Ctrl+C ends the check
        serving = asyncio.create_task(server.serve(sockets=[self._taken.dup()]))
        try:
            yield listener
        finally:
            server.should_exit = server.force_exit = True
            await serving


def picture() -> bytes:
    """Return a small red square as PNG."""
    rows = b"".join(b"\0" + b"\xd0\x20\x20" * 64 for _ in range(64))
    parts = ((b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunks(parts))


def _chunks(parts: tuple[tuple[bytes, bytes], ...]) -> Iterator[bytes]:
    for kind, content in parts:
        checked = kind + content
        yield struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))
