"""Starts the fake Telegram and speaks with it: fixtures and a small client for tests."""

import base64
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from tests.fake_telegram import TOKEN
from tests.platform_server import Platform, Process


class FakeTelegram(Platform):
    """The test's side of the fake: people's acts, what can be seen, mishaps. Every method is one control call."""

    token = TOKEN

    def __init__(self, url: str) -> None:
        super().__init__(url, timeout=10)

    async def method(self, name: str, **args: Any) -> dict[str, Any]:
        """Call the Bot API itself, as a bot would; return the whole answer."""
        response = await self.client.post(f"/bot{TOKEN}/{name}", json=args)
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

    async def last(self, person: int) -> dict[str, Any]:
        """The bot's last message in a chat."""
        return [line for line in await self.chat(person) if line["by"] == "bot"][-1]

    async def file(self, file_id: str) -> bytes:
        return base64.b64decode(await self.call("file", file_id=file_id))


@pytest.fixture(scope="session")
def telegram_process() -> Iterator[Process]:
    """One process for all tests of a worker; each test starts it afresh through `telegram`."""
    process = Process("tests.fake_telegram")
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
