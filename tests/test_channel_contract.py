"""The contract of bot/channel.py, kept by Telegram, Zalo and the local page alike: one suite for all three."""

import asyncio
import contextlib
import itertools
import re
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.channel import Channel, Failed, Malformed, Update
from bot.clock import DrillClock
from bot.telegram import TelegramChannel
from bot.web.channel import WebChannel
from bot.web.said import Said
from bot.zalo import ZaloChannel
from messages.types import Button, Heard, Outgoing
from models import tables
from models.database import Database
from tests import fake_telegram, fake_zalo, test_telegram, test_zalo
from tests.telegram_server import FakeTelegram
from tests.world import START
from tests.zalo_server import FakeZalo

README = Path(__file__).parent.parent / "README.md"
YES, NO = "yes", "no"


@dataclass
class Place:
    """A channel under test: somebody's account on it, how they write, and what their phone shows."""

    channel: Channel
    account: str
    write: Callable[[str], Awaitable[Any]]
    shown: Callable[[], Awaitable[list[str]]]


@pytest.fixture
async def on_telegram(telegram: FakeTelegram) -> AsyncIterator[Place]:
    """Return Telegram, over HTTP."""
    person = test_telegram.PERSON

    async def shown() -> list[str]:
        return [each["text"] for each in await telegram.chat(person) if each["by"] == "bot"]

    channel = test_telegram.channel_to(telegram.url)
    await channel.start()
    yield Place(channel, str(person), lambda text: telegram.say(person, text), shown)
    await channel.stop()


@pytest.fixture
async def on_zalo(zalo: FakeZalo) -> AsyncIterator[Place]:
    """Return Zalo, over HTTP, an update given again until the end of its script."""
    await zalo.switch(poll_mode="replay")
    person, channel = test_zalo.PERSON, test_zalo.channel_to(zalo.url)
    await channel.start()
    yield Place(channel, person, lambda text: zalo.say(person, text), lambda: zalo.said(person))
    await channel.stop()


@pytest.fixture
async def on_web(tmp_path: Path) -> AsyncIterator[Place]:
    """Return the local page."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'page.db'}")
    async with database.engine.begin() as connection:
        await connection.run_sync(tables.load().metadata.create_all)
    channel, keys = WebChannel(database, DrillClock(START), tmp_path, apart=False), itertools.count()

    async def write(text: str) -> None:
        await channel.hear(Said(kind="text", account="web-1", text=text), f"client-{next(keys)}")

    async def shown() -> list[str]:
        return [row.text for row in sorted(await channel.newer("web-1", 0), key=lambda row: row.id) if not row.mine]

    await channel.start()
    yield Place(channel, "web-1", write, shown)
    await channel.stop()
    await database.close()


@pytest.fixture(params=["telegram", "zalo", "web"])
def place(request: pytest.FixtureRequest) -> Place:
    """Return each channel in turn."""
    made: Place = request.getfixturevalue(f"on_{request.param}")
    return made


class Inbox:
    """Keeps what is stored, by key; fails as often as told."""

    def __init__(self, failures: int = 0) -> None:
        self.updates: dict[str, Update] = {}
        self.failures = failures

    async def store(self, updates: Sequence[Update]) -> None:
        """Keep, or fail as a full disk would."""
        if self.failures:
            self.failures -= 1
            raise OSError("disk full")
        self.updates |= {each.key: each for each in updates}


@contextlib.asynccontextmanager
async def listening(channel: Channel, inbox: Inbox) -> AsyncIterator[None]:
    """Listen in the background."""
    task = asyncio.create_task(channel.listen(inbox.store))
    await asyncio.sleep(0)
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], object]) -> None:
    """Wait for a condition, ten seconds at most."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


def heard(channel: Channel, inbox: Inbox) -> list[str]:
    """Return the texts of what was stored, as the channel reads them."""
    read = [channel.read(each.raw) for each in inbox.updates.values()]
    return [each.text for each in read if each]


async def test_what_is_written_is_stored_and_read(place: Place) -> None:
    """A text arrives once, from its account, composed, to be answered where it was said."""
    inbox = Inbox()
    async with listening(place.channel, inbox):
        await place.write(unicodedata.normalize("NFD", "Chi bộ đã họp"))
        await until(lambda: inbox.updates)
    (update,) = inbox.updates.values()
    read = place.channel.read(update.raw)
    assert read is not None
    assert (read.kind, read.text, read.account, read.private) == (Heard.TEXT, "Chi bộ đã họp", place.account, True)
    assert (update.account, read.chat) == (place.account, place.account)


async def test_the_platform_is_told_only_of_what_is_kept(place: Place) -> None:
    """What could not be stored comes again, or is refused to who said it and comes when said again: never lost."""
    inbox = Inbox(failures=1)
    async with listening(place.channel, inbox):
        with contextlib.suppress(Failed, OSError):  # the page tells who writes; platforms give it once more
            await place.write("24/26")
        if isinstance(place.channel, WebChannel):
            await place.write("24/26")
        await until(lambda: inbox.updates)
    assert heard(place.channel, inbox) == ["24/26"]


async def test_several_come_in_order(place: Place) -> None:
    """One person's messages keep their order, each under a key of its own."""
    inbox, said = Inbox(), ["một", "hai", "ba"]
    async with listening(place.channel, inbox):
        for text in said:
            await place.write(text)
        await until(lambda: len(inbox.updates) == len(said))
    assert heard(place.channel, inbox) == said


async def test_says_and_returns_the_id(place: Place) -> None:
    """Words arrive without markup showing; the id is the platform's, a text."""
    if not isinstance(place.channel, WebChannel):
        await place.write("chào")  # nobody is written to who has not spoken
    said = Outgoing("k1", place.account, "<b>Ghi nhận:</b> 24 &lt; 26")
    first = await place.channel.send(said)
    second = await place.channel.send(Outgoing("k2", place.account, "Đúng chưa?"))
    assert "" not in (first, second)
    assert first != second
    shown = [re.sub(r"</?b>", "", each).replace("&lt;", "<") for each in await place.shown()]
    assert shown[-2:] == ["Ghi nhận: 24 < 26", "Đúng chưa?"]


async def test_a_change_is_made_or_refused_as_gone(place: Place) -> None:
    """A channel changes a message, or says at once that it cannot: `manners.edits` is the truth."""
    if not isinstance(place.channel, WebChannel):
        await place.write("chào")
    sent = await place.channel.send(Outgoing("k1", place.account, "Đang gửi", ((Button("Dừng", "t.0"),),)))
    before = await place.shown()
    with contextlib.nullcontext() if place.channel.manners.edits else pytest.raises(Failed):
        await place.channel.edit(sent, Outgoing("k2", place.account, "Đã gửi"))
    after = await place.shown()
    assert len(after) == len(before)
    assert after[-1].startswith("Đã gửi" if place.channel.manners.edits else "Đang gửi")


@pytest.mark.parametrize("raw", [{}, {"x": 1}, {"message": 3}, {"message": {"text": 5}}, {"kind": "no"}])
async def test_what_cannot_be_read_is_nothing_or_malformed(place: Place, raw: dict[str, Any]) -> None:
    """No other error comes out of reading."""
    with contextlib.suppress(Malformed):
        assert place.channel.read(raw) is None


async def test_acknowledging_raises_nothing(place: Place) -> None:
    """Whatever it is given, and it says nothing."""
    for raw in ({}, {"message": {"chat": {"id": place.account}}}, {"callback_query": {"id": "1"}}):
        await place.channel.acknowledge(raw)
    assert await place.shown() == []


async def test_nothing_tells_the_token(place: Place) -> None:
    """Not even a debugger's view of the channel."""
    for token in (fake_telegram.TOKEN, fake_zalo.TOKEN):
        assert token.partition(":")[2] not in repr(place.channel)


def test_the_readme_tells_what_each_channel_carries() -> None:
    """The table of channels and features is what the code says of itself."""
    rows = re.findall(r"^\| ([^|`]+?) \| (\S+) \| (\S+) \| (\S+) \|$", README.read_text(encoding="utf-8"), re.MULTILINE)
    told = {name: tuple(values) for name, *values in rows}
    kinds = (TelegramChannel, ZaloChannel, WebChannel)
    for feature, name in {
        "choices as buttons": "buttons",
        "a message changed later": "edits",
        "documents in the chat": "files",
        "answering by quoting": "quotes",
    }.items():
        assert told[feature] == tuple(YES if getattr(kind.manners, name) else NO for kind in kinds), feature
    assert told["letters in a message"] == tuple(f"{kind.manners.text_limit:,}" for kind in kinds)
