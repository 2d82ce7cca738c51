"""The three channels under one hand: a place on each, what people do there, what their phone shows, how it breaks."""

import itertools
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from bot.channel import Channel
from bot.clock import DrillClock
from bot.web.channel import WebChannel
from bot.web.guard import Limit
from bot.web.phone import Phone
from bot.web.said import Said
from messages.types import OutgoingFile
from models import tables
from models.database import Database
from tests import test_telegram, test_zalo
from tests.telegram_server import FakeTelegram
from tests.world import START, ZONE
from tests.zalo_server import FakeZalo

Listed = Sequence[tuple[str, str]]


class Place(ABC):
    """A channel under test with somebody's account on it; `folder` is where files of ours lie."""

    channel: Channel
    account: str
    nobody: str  # an account that never wrote
    folder: Path
    breaks: ClassVar[dict[str, dict[str, Any]]] = {}  # how sending can be made to fail: by what comes of it
    public = True  # others can open addresses of ours

    @abstractmethod
    async def write(self, text: str) -> Any:
        """The person writes."""

    async def write_first(self) -> None:
        """Write, where nobody is written to who has not."""
        await self.write("chào")

    @abstractmethod
    async def attach(self, name: str, content: bytes, kind: str) -> Any:
        """The person sends a picture ("photo") or another file ("document")."""

    @abstractmethod
    async def shown(self) -> list[str]:
        """Return what the bot said, as the phone shows it."""

    @abstractmethod
    async def files(self) -> list[bytes]:
        """Return the pictures and documents of the bot that the phone shows."""

    @abstractmethod
    async def menu(self, commands: Listed) -> list[str]:
        """Return the commands that the phone lists for the person after the bot told them."""

    async def lay(self, name: str, content: bytes, kind: str) -> OutgoingFile:
        """Return a file that can be sent."""
        (self.folder / name).write_bytes(content)
        return OutgoingFile(str(self.folder / name), name, kind)

    async def fail(self, how: str) -> None:
        """Let the next send fail."""
        raise NotImplementedError

    async def lose(self) -> None:
        """Let the next download fail."""
        raise NotImplementedError


class OnTelegram(Place):
    """Telegram, over HTTP."""

    nobody = "999"
    breaks: ClassVar = {
        "too many": {"status": 429, "retry_after": 35},
        "rejected": {"status": 401},
        "broken": {"status": 500},
        "refused": {"status": 400, "description": "Bad Request: message is too long"},
        "silent": {"then": "hang"},
        "cut off": {"then": "close"},
        "garbled": {"then": "garbage"},
    }

    def __init__(self, fake: FakeTelegram, folder: Path) -> None:
        self.fake, self.folder = fake, folder
        self.channel = self.telegram = test_telegram.channel_to(fake.url)
        self.account = str(test_telegram.PERSON)

    async def write(self, text: str) -> Any:
        return await self.fake.say(int(self.account), text)

    async def attach(self, name: str, content: bytes, kind: str) -> Any:
        return await self.fake.send_file(int(self.account), name, content, kind=kind)

    async def shown(self) -> list[str]:
        return [each["text"] for each in await self._lines()]

    async def files(self) -> list[bytes]:
        return [await self.fake.file(each["file"]["file_id"]) for each in await self._lines() if each["file"]]

    async def _lines(self) -> list[dict[str, Any]]:
        return [each for each in await self.fake.chat(int(self.account)) if each["by"] == "bot"]

    async def menu(self, commands: Listed) -> list[str]:
        await self.telegram.set_menu(commands, self.account)
        return [each["command"] for each in await self.fake.call("menu", person=self.account) or []]

    async def fail(self, how: str) -> None:
        await self.fake.fault("sendMessage", **self.breaks[how])

    async def lose(self) -> None:
        await self.fake.fault("getFile", status=500)


class OnZalo(Place):
    """Zalo, over HTTP, an update given again until the end of its script."""

    nobody = "nguoi-la"
    breaks: ClassVar = {
        "too many": {"code": 429},
        "rejected": {"code": 401},
        "broken": {"code": 403},
        "refused": {"code": 400},
        "silent": {"then": "hang"},
        "cut off": {"then": "close"},
        "garbled": {"then": "garbage"},
    }

    def __init__(self, fake: FakeZalo, folder: Path) -> None:
        self.fake, self.folder, self.account = fake, folder, test_zalo.PERSON
        self.channel = self.zalo = test_zalo.channel_to(fake.url, link=self._link)

    def _link(self, file: OutgoingFile, _chat: str) -> str:
        return f"{self.fake.url}/media/{file.name}" if self.public else ""

    async def write(self, text: str) -> Any:
        return await self.fake.say(self.account, text)

    async def attach(self, name: str, content: bytes, kind: str) -> Any:
        if kind == "photo":
            return await self.fake.send_photo(self.account, content, name=name)
        event = {"person": self.account, "name": "message.unsupported.received", "content": {}}
        return await self.fake.call("event", **event)

    async def shown(self) -> list[str]:
        return await self.fake.said(self.account)

    async def files(self) -> list[bytes]:
        lines = await self.fake.chat(self.account)
        return [bytes.fromhex(each["content"]) for each in lines if each["by"] == "bot" and each["content"]]

    async def menu(self, commands: Listed) -> list[str]:
        before = await self.fake.calls()
        await self.zalo.set_menu(commands, self.account)
        assert await self.fake.calls() == before
        return []  # no method of the platform takes any

    async def lay(self, name: str, content: bytes, kind: str) -> OutgoingFile:
        await self.fake.call("keep", name=name, content=content.hex())
        return await super().lay(name, content, kind)

    async def fail(self, how: str) -> None:
        await self.fake.fault("sendMessage", **self.breaks[how])

    async def lose(self) -> None:
        await self.fake.fault("media", page=502)


class OnWeb(Place):
    """The local page; between it and the assistant there is no platform that could break."""

    account, nobody = "web-1", "web-2"

    def __init__(self, database: Database, folder: Path) -> None:
        self.folder, self.keys = folder, itertools.count()
        self.channel = self.web = WebChannel(database, DrillClock(START), folder, apart=False)

    async def write(self, text: str) -> Any:
        act = Said(kind="text", account=self.account, text=text)
        return await self.web.hear(act, f"client-{next(self.keys)}")

    async def write_first(self) -> None:
        """Nothing: the page shows what there is to who opens it."""

    async def attach(self, name: str, content: bytes, kind: str) -> Any:
        async def chunks() -> AsyncIterator[bytes]:
            yield content

        kept = await self.web.uploads.keep(chunks(), name)
        assert kept.kind == kind
        return await self.web.hear(Said(kind="file", account=self.account, upload=kept), f"client-{next(self.keys)}")

    async def shown(self) -> list[str]:
        return [each.text for each in await self._rows(self.account)]

    async def files(self) -> list[bytes]:
        return [self.web.located(each).read_bytes() for each in await self._rows(self.account) if each.file_path]

    async def _rows(self, account: str) -> list[Any]:
        rows = sorted(await self.web.newer(account, 0), key=lambda row: row.id)
        return [each for each in rows if not each.mine]

    async def menu(self, commands: Listed) -> list[str]:
        async def who(_request: Request) -> str:
            return self.account

        async def listed(_account: str) -> Listed:
            return commands

        phone = Starlette(routes=Phone(self.web, who, ZONE, listed, Limit(9, 9)).routes())
        async with httpx.AsyncClient(transport=httpx.ASGITransport(phone), base_url="http://page") as client:
            return [each["name"] for each in (await client.get("/commands")).json()["commands"]]


@pytest.fixture
async def on_telegram(telegram: FakeTelegram, tmp_path: Path) -> AsyncIterator[Place]:
    """Return Telegram."""
    place = OnTelegram(telegram, tmp_path)
    await place.telegram.start()
    yield place
    await place.telegram.stop()


@pytest.fixture
async def on_zalo(zalo: FakeZalo, tmp_path: Path) -> AsyncIterator[Place]:
    """Return Zalo."""
    await zalo.switch(poll_mode="replay")
    place = OnZalo(zalo, tmp_path)
    await place.zalo.start()
    yield place
    await place.zalo.stop()


@pytest.fixture
async def on_web(tmp_path: Path) -> AsyncIterator[Place]:
    """Return the local page."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'page.db'}")
    async with database.engine.begin() as connection:
        await connection.run_sync(tables.load().metadata.create_all)
    place = OnWeb(database, tmp_path)
    await place.web.start()
    yield place
    await place.web.stop()
    await database.close()


@pytest.fixture(params=["telegram", "zalo", "web"])
def place(request: pytest.FixtureRequest) -> Place:
    """Return each channel in turn."""
    made: Place = request.getfixturevalue(f"on_{request.param}")
    return made


@pytest.fixture(params=["telegram", "zalo"])
def far_place(request: pytest.FixtureRequest) -> Place:
    """Return each channel with a platform of somebody else's."""
    made: Place = request.getfixturevalue(f"on_{request.param}")
    return made
