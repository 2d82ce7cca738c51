"""A lean fake Bot API for load, a process of its own: `python -m tests.bench.platform` prints its port.

People's next line is queued the moment the bot's answer arrives; all times are of this process's clock. Knows no bot.
"""

import asyncio
import contextlib
import os
import socket
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson

from tests.bench.desk import Desk

TOKEN = "1234567890:AA-test-token-of-the-fake-bot-api-000"
BOT = {"id": 1234567890, "is_bot": True, "first_name": "Trợ lý", "username": "tro_ly_thu_bot"}
OVERALL = 30  # messages in any second, the strictest reading of Telegram's limit
BATCH = 100


@dataclass
class Walk:
    """Somebody's way through the report: says `lines` one by one, each after the answer that holds its words."""

    person: int
    lines: list[str]
    expected: list[str]
    place: int = 0
    asked_at: float = 0.0


@dataclass
class Figures:
    """What was measured."""

    waits: list[float] = field(default_factory=list)
    first: float = 0.0
    last: float = 0.0
    finished: int = 0
    other: int = 0  # messages that were not the answer awaited
    answered: dict[int, int] = field(default_factory=dict)  # person: how many of their lines were answered
    pushed: int = 0
    push_first: float = 0.0
    push_last: float = 0.0
    refused: int = 0
    asked: list[float] = field(default_factory=list)  # waits of the one who asks meanwhile
    asked_at: list[float] = field(default_factory=list)  # when their answers came


class Platform:
    """The state of one bot's platform."""

    def __init__(self) -> None:
        self.queue: deque[dict[str, Any]] = deque()
        self.polling: asyncio.Future[None] | None = None
        self.next_update, self.next_message = 1, 1
        self.walks: dict[int, Walk] = {}
        self.waiting: deque[Walk] = deque()
        self.figures, self.desk = Figures(), Desk()
        self.limited = False
        self.asker, self.asker_at = 0, 0.0
        self.asked = asyncio.Event()  # the one who asks has the answer
        self.polled = asyncio.Event()  # the bot is up
        self.recent: deque[float] = deque()
        self.by_chat: dict[int, float] = {}
        self.timers: set[asyncio.Task[None]] = set()

    # Control

    def walk(self, people: int, at_once: int, lines: list[str], expected: list[str]) -> None:
        """Let people take the report, `at_once` at a time; "{n}" in a line is the person's number."""
        self.figures = Figures()
        for n in range(1, people + 1):
            said = [line.replace("{n}", str(n)) for line in lines]
            self.waiting.append(Walk(1000 + n, said, [each.replace("{n}", str(n)) for each in expected]))
        self.figures.first = time.perf_counter()
        for _ in range(at_once):
            self._admit()

    def limit(self, asker: int, line: str, every: float) -> None:
        """Enforce the platform's limits, and let one person ask every so many seconds."""
        self.limited, self.asker = True, asker
        self.timers.add(asyncio.create_task(self._ask_for_ever(line, every)))

    def say(self, person: int, text: str) -> None:
        """Let somebody say something."""
        self._hear(person, text)

    def office(self, person: int) -> None:
        """Note what is shown to this person."""
        self.desk.person = person

    def press(self, label: str) -> float:
        """Let the office press the newest button of that label; return when."""
        self._queue({"callback_query": self.desk.pressed(label, self._number())})
        return time.perf_counter()

    def result(self) -> dict[str, Any]:
        """Return the figures so far; times in seconds."""
        made = dict(vars(self.figures)) | {"shown": self.desk.lines, "labels": list(self.desk.buttons)}
        made["answered"] = {str(person): count for person, count in self.figures.answered.items()}
        return made

    async def _ask_for_ever(self, line: str, every: float) -> None:
        """Ask from when the bot is up, and again so long after each answer: sooner no answer would be allowed."""
        await self.polled.wait()
        while True:
            await asyncio.sleep(every)
            self.asked.clear()
            self.asker_at = time.perf_counter()
            self._hear(self.asker, line)
            await self.asked.wait()

    def _admit(self) -> None:
        if self.waiting:
            walk = self.waiting.popleft()
            self.walks[walk.person] = walk
            self._next(walk)

    def _next(self, walk: Walk) -> None:
        walk.asked_at = time.perf_counter()
        self._hear(walk.person, walk.lines[walk.place])

    def _hear(self, person: int, text: str) -> None:
        who = {"id": person, "is_bot": False, "first_name": f"Người {person}", "language_code": "vi"}
        chat = {"id": person, "type": "private", "first_name": f"Người {person}"}
        message = {"message_id": self._number(), "date": int(time.time()), "chat": chat, "from": who, "text": text}
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.partition(" ")[0])}]
        self._queue({"message": message})

    def _queue(self, update: dict[str, Any]) -> None:
        self.queue.append({"update_id": self.next_update, **update})
        self.next_update += 1
        if self.polling and not self.polling.done():
            self.polling.set_result(None)

    def _number(self) -> int:
        self.next_message += 1
        return self.next_message

    # The Bot API

    async def poll(self, args: dict[str, Any]) -> list[dict[str, Any]]:
        """Give what is queued from the offset on, or wait."""
        self.polled.set()
        offset = int(args.get("offset") or 0)
        while self.queue and self.queue[0]["update_id"] < offset:
            self.queue.popleft()
        if not self.queue:
            self.polling = asyncio.get_running_loop().create_future()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.polling, float(args.get("timeout") or 0))
        return [self.queue[n] for n in range(min(len(self.queue), BATCH))]

    def send(self, args: dict[str, Any]) -> tuple[int, Any]:
        """Take a message, or refuse it by the limits."""
        now, chat, text = time.perf_counter(), int(args["chat_id"]), str(args.get("text", ""))
        if self.limited and self._too_many(chat, now):
            self.figures.refused += 1
            return 429, {"retry_after": 1}
        if walk := self.walks.get(chat):
            self._answered(walk, text, now)
        elif chat == self.asker:
            self.figures.asked.append(now - self.asker_at)
            self.figures.asked_at.append(now)
            self.asked.set()
        elif chat != self.desk.person:
            self._pushed(now)
        number = self._number()
        if chat == self.desk.person:
            self.desk.shows(number, args, now, self.figures.pushed)
        said = {"message_id": number, "date": int(time.time()), "chat": {"id": chat, "type": "private"}}
        return 200, {**said, "from": BOT, "text": text}

    def edit(self, args: dict[str, Any]) -> tuple[int, Any]:
        """Take a change of a message, which counts against the limits as a message does."""
        now, chat = time.perf_counter(), int(args["chat_id"])
        if self.limited and self._too_many(chat, now):
            self.figures.refused += 1
            return 429, {"retry_after": 1}
        if chat == self.desk.person:
            self.desk.shows(int(args["message_id"]), args, now, self.figures.pushed)
        return 200, True

    def _too_many(self, chat: int, now: float) -> bool:
        while self.recent and self.recent[0] <= now - 1:
            self.recent.popleft()
        if len(self.recent) >= OVERALL or self.by_chat.get(chat, 0.0) > now - 1:
            return True
        self.recent.append(now)
        self.by_chat[chat] = now
        return False

    def _pushed(self, now: float) -> None:
        self.figures.pushed += 1
        self.figures.push_first = self.figures.push_first or now
        self.figures.push_last = now

    def _answered(self, walk: Walk, text: str, now: float) -> None:
        figures = self.figures
        if walk.expected[walk.place] not in text:
            figures.other += 1
            return
        figures.waits.append(now - walk.asked_at)
        figures.last = now
        walk.place += 1
        figures.answered[walk.person] = walk.place
        if walk.place < len(walk.lines):
            self._next(walk)
        else:
            del self.walks[walk.person]
            figures.finished += 1
            self._admit()


class Http(asyncio.Protocol):
    """Just enough HTTP/1.1: keep-alive, Content-Length, JSON or form bodies, one request at a time."""

    def __init__(self, platform: Platform) -> None:
        self._platform, self._heard = platform, b""
        self._transport: asyncio.Transport | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (end := self._heard.find(b"\r\n\r\n")) >= 0:
            head = self._heard[:end]
            length = _length(head)
            if len(self._heard) < end + 4 + length:
                return
            body, self._heard = self._heard[end + 4 : end + 4 + length], self._heard[end + 4 + length :]
            self._request(head, body)

    def _request(self, head: bytes, body: bytes) -> None:
        path = head.split(b" ", 2)[1].decode().partition("?")[0]
        method = path.rpartition("/")[2]
        args = _args(head, body)
        if path.startswith("/control/"):
            self._answer(200, getattr(self._platform, method)(**args))
        elif method.lower() == "getupdates":
            task = asyncio.create_task(self._poll(args))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif method.lower() == "sendmessage":
            self._answer(*self._platform.send(args))
        elif method.lower() == "editmessagetext":
            self._answer(*self._platform.edit(args))
        else:
            self._answer(200, BOT if method.lower() == "getme" else True)

    async def _poll(self, args: dict[str, Any]) -> None:
        self._answer(200, await self._platform.poll(args))

    def _answer(self, status: int, result: Any) -> None:
        if status == 200:
            body = orjson.dumps({"ok": True, "result": result})
        else:
            body = orjson.dumps({"ok": False, "error_code": status, "description": "Too Many", "parameters": result})
        head = f"HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        if self._transport and not self._transport.is_closing():
            self._transport.write(head.encode() + body)


def _length(head: bytes) -> int:
    place = head.lower().find(b"content-length:")
    return int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0


def _args(head: bytes, body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    if b"application/json" in head:
        read: dict[str, Any] = orjson.loads(body)
        return read
    if b"multipart/form-data" in head:
        return _multipart(head, body)
    return dict(parse_qsl(body.decode()))


def _multipart(head: bytes, body: bytes) -> dict[str, Any]:
    boundary = b"--" + head.partition(b"boundary=")[2].split(b"\r\n")[0].strip(b'"')
    found = {}
    for part in body.split(boundary)[1:-1]:
        about, _, value = part.partition(b"\r\n\r\n")
        found[about.partition(b'name="')[2].partition(b'"')[0].decode()] = value[:-2].decode("utf-8", "replace")
    return found


def _die_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


async def _serve() -> None:
    platform = Platform()
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    server = await asyncio.get_running_loop().create_server(lambda: Http(platform), sock=listener)
    print(listener.getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    threading.Thread(target=_die_with_parent, daemon=True).start()
    uvloop.run(_serve())
