"""Starts the fake Telegram and speaks with it: fixtures and a small client for tests."""

import asyncio
import base64
import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fake_telegram import TOKEN

ROOT = Path(__file__).parent.parent
START_LIMIT = 20  # seconds; a busy machine takes a second or two


class FakeTelegram:
    """The test's side of the fake: people's acts, what can be seen, mishaps. Every method is one control call."""

    token = TOKEN

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.AsyncClient(base_url=url, timeout=10, trust_env=False, verify=False)

    async def close(self) -> None:
        await self._client.aclose()

    async def call(self, action: str, **facts: Any) -> Any:
        """Any control function of telegram_people by name."""
        response = await self._client.post(f"/control/{action}", json=facts)
        assert response.status_code == 200, response.text
        return response.json()

    async def method(self, name: str, **args: Any) -> dict[str, Any]:
        """Call the Bot API itself, as a bot would; return the whole answer."""
        response = await self._client.post(f"/bot{TOKEN}/{name}", json=args)
        return response.json()

    async def say(self, person: int, text: str = "", *, reply_to: int | None = None, **content: Any) -> int:
        """Say words, or pass `voice={…}`, `sticker={…}`, `contact={…}`, `location={…}`; return the message id."""
        return await self.call("say", person=person, text=text, reply_to=reply_to, content=content or None)

    async def send_file(self, person: int, name: str, content: bytes, **facts: Any) -> dict[str, Any]:
        """kind=photo|document, caption, album, size, reply_to; return message_id and file_id."""
        return await self.call("send_file", person=person, name=name, content=_base64(content), **facts)

    async def edit(self, person: int, message_id: int, text: str) -> None:
        await self.call("edit", person=person, message_id=message_id, text=text)

    async def press(self, person: int, message_id: int, label: str = "", data: str = "") -> str:
        return await self.call("press", person=person, message_id=message_id, label=label, data=data)

    async def block(self, person: int) -> None:
        await self.call("member", person=person, status="kicked")

    async def unblock(self, person: int) -> None:
        await self.call("member", person=person, status="member")

    async def add_to_group(self, person: int, group: int, **facts: str) -> None:
        await self.call("add_to_group", person=person, group=group, **facts)

    async def chat(self, person: int) -> list[dict[str, Any]]:
        """The transcript: message_id, by (bot|person), text as seen, buttons, file, reply_to, edits, at."""
        return await self.call("chat", person=person)

    async def last(self, person: int) -> dict[str, Any]:
        """The bot's last message in a chat."""
        return [line for line in await self.chat(person) if line["by"] == "bot"][-1]

    async def wait(self, person: int, words: str, seconds: float = 5) -> dict[str, Any]:
        """Wait for the bot to have said something with `words`; return that message."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for line in reversed(await self.chat(person)):
                if line["by"] == "bot" and words in line["text"]:
                    return line
            await asyncio.sleep(0.02)
        raise AssertionError(f"{words!r} was not said; the chat is {await self.chat(person)}")

    async def calls(self, method: str = "") -> list[dict[str, Any]]:
        """Calls so far: method, at (seconds), args as sent, status."""
        return await self.call("calls_of", method=method)

    async def fault(self, method: str, **facts: Any) -> None:
        """See fake_telegram.Fault."""
        await self.call("fault", method=method, **facts)

    async def file(self, file_id: str) -> bytes:
        return base64.b64decode(await self.call("file", file_id=file_id))


class Process:
    """The fake as a process; killed at the end, and on its own when this process dies."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.fake_telegram", "--port", "0", "--with-parent"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.url = f"http://127.0.0.1:{self._port()}"

    def _port(self) -> int:
        watchdog = threading.Timer(START_LIMIT, self._process.kill)
        watchdog.start()
        line = self._process.stdout.readline()
        watchdog.cancel()
        assert line.strip().isdigit(), "the fake Telegram did not start"
        return int(line)

    def kill(self) -> None:
        self._process.kill()
        with contextlib.closing(self._process.stdin), contextlib.closing(self._process.stdout):
            self._process.wait(10)


@pytest.fixture(scope="session")
def telegram_process() -> Iterator[Process]:
    """One process for all tests of a worker; each test starts it afresh through `telegram`."""
    process = Process()
    yield process
    process.kill()


@pytest.fixture
async def telegram(telegram_process: Process, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeTelegram]:
    """The fake Telegram, empty; reached directly even where the environment names a proxy."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    fake = FakeTelegram(telegram_process.url)
    await fake.call("reset")
    yield fake
    await fake.close()


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
