"""Starts the fake Zalo and speaks with it: fixtures and a small client for tests."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from tests import exercised
from tests.fake_zalo import TOKEN
from tests.platform_server import Platform, Process


class FakeZalo(Platform):
    """The test's side of the fake: people's acts, what can be seen, switches, mishaps. Each is one control call."""

    token = TOKEN

    def __init__(self, url: str) -> None:
        super().__init__(url, timeout=20)

    async def method(self, name: str, token: str = TOKEN, **args: Any) -> httpx.Response:
        """Call the Bot API itself, as a bot would."""
        return await self.client.post(f"/bot{token}/{name}", json=args)

    async def say(self, person: str, text: str, **facts: Any) -> str:
        """Say words; return the message id, "" for a person who is not served."""
        return str(await self.call("say", person=person, text=text, **facts))

    async def send_photo(self, person: str, content: bytes, caption: str = "", name: str = "p.jpg") -> str:
        """Send a picture that lies on the platform."""
        await self.call("keep", name=name, content=content.hex())
        return str(await self.call("send_photo", person=person, url=f"{self.url}/media/{name}", caption=caption))

    async def switch(self, **switches: str) -> None:
        """See zalo_world.OPTIONS."""
        await self.call("switch", **switches)

    async def chat(self, person: str | int, **facts: Any) -> list[dict[str, Any]]:
        """The transcript: message_id, by (bot|person), text, kind, content, gets, at."""
        return list(await self.call("chat", person=str(person), **facts))

    async def said(self, person: str) -> list[str]:
        """What the bot said in a chat."""
        return [line["text"] for line in await self.chat(person) if line["by"] == "bot"]


@pytest.fixture(scope="session")
def zalo_process() -> Iterator[Process]:
    """One process for all tests of a worker; each test starts it afresh through `zalo`."""
    process = Process("tests.fake_zalo")
    yield process
    process.kill()


@pytest.fixture
async def zalo(
    request: pytest.FixtureRequest, zalo_process: Process, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FakeZalo]:
    """The fake Zalo, empty; reached directly even where the environment names a proxy.

    A test that says it exercises something of the fake fails where that never came about.
    """
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    fake = FakeZalo(zalo_process.url)
    await fake.call("reset")
    yield fake
    missed = exercised.by(request.node) - set(await fake.call("noted"))
    await fake.close()
    assert not missed, f"said to be exercised, and never was: {sorted(missed)}"
