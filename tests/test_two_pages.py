"""Two processes show the local page behind a balancer: a browser sent to one, then to the other, notices nothing."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import faults
from tests.running import Program, command
from tests.several import patience, several
from tests.telegram_server import FakeTelegram

pytestmark = pytest.mark.usefixtures(patience.__name__)

PNG = b"\x89PNG\r\n\x1a\n picture"


class Browser:
    """One browser, whose every request may go to another process."""

    def __init__(self, pages: list[Program]) -> None:
        self.urls = [each.url for each in pages]
        self.client = httpx.AsyncClient(timeout=60)

    async def post(self, page: int, path: str, **what: Any) -> httpx.Response:
        """Send something to one of the pages."""
        return await self.client.post(self.urls[page] + path, headers={"Origin": self.urls[page]}, **what)

    async def news(self, page: int, after: int, wait: int = 0) -> dict[str, Any]:
        """Ask one of the pages for what is newer."""
        found = await self.client.get(f"{self.urls[page]}/api/messages", params={"after": after, "wait": wait})
        assert found.status_code == 200
        return found.json()

    async def heard(self, page: int, after: int) -> list[dict[str, Any]]:
        """Wait as a page does for what is newer: it asks again when it was woken for nothing."""
        async with asyncio.timeout(30):
            while not (found := (await self.news(page, after, 20))["messages"]):
                pass
        return found

    async def last(self) -> int:
        """Return the version that both pages show by now, once nothing more comes."""
        version = -1
        while (newest := (await self.news(0, max(version, 0), 2))["version"]) != version:
            version = newest
        return version


async def test_a_browser_goes_from_one_page_to_the_other(tmp_path: Path, telegram: FakeTelegram) -> None:
    """Session, words, answers that come while it waits, files and the way out: each on whichever process it meets."""
    async with several(tmp_path / "data", telegram, 2) as processes:
        given = {**faults.settings(telegram), "DATABASE_URL": processes.url}
        code = command(processes.folder, "invite", "--role", "office", **given).stdout.split()[-1]
        pages = processes.start("web", "web", "work", "deliver")[:2]
        processes.ready()
        browser = Browser(pages)
        assert (await browser.post(0, "/enter", json={"code": code})).status_code == 200
        assert (await browser.news(1, 0, 20))["messages"]
        version = await browser.last()
        waiting = asyncio.create_task(browser.heard(0, version))
        assert (await browser.post(1, "/api/say", json={"text": "/help", "id": "client-0001"})).status_code == 200
        assert await waiting
        await browser.last()
        first, second = await browser.news(0, 0), await browser.news(1, 0)
        assert first == second
        assert "/help" in [each["text"] for each in first["messages"]]
        file = {"file": ("anh.png", PNG)}
        sent = (await browser.post(0, "/api/upload", files=file, data={"id": "client-0002"})).json()["message"]
        got = await browser.client.get(f"{browser.urls[1]}/files/{sent['id']}")
        assert (got.status_code, got.content) == (200, PNG)
        assert (await browser.post(1, "/leave")).status_code == 200
        assert (await browser.client.get(f"{browser.urls[0]}/api/messages")).status_code == 401
        await browser.client.aclose()
