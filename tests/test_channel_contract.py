"""The contract of bot/channel.py, kept by Telegram, Zalo and the local page alike: one suite for all three."""

import asyncio
import contextlib
import re
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.channel import Channel, Failed, Failing, Gone, Malformed, Refused, TryLater, Unknown, Update
from bot.web.channel import WebChannel
from handlers.rules.quota import PLANS
from messages.types import Button, Heard, Incoming, Outgoing
from tests import fake_telegram, fake_zalo
from tests.channels import Place, far_place, on_telegram, on_web, on_zalo, place

__all__ = ["far_place", "on_telegram", "on_web", "on_zalo", "place"]
README = Path(__file__).parent.parent / "README.md"
YES, NO, WITH_ADDRESS, NO_LIMIT = "yes", "no", "with `PUBLIC_URL`", "no limit"
COLUMNS = ("telegram", "zalo", "web")
JPEG, PDF = b"\xff\xd8\xff\xe0" + bytes(200), b"%PDF-1.4\n" + bytes(200)


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
    await place.write_first()
    said = Outgoing("k1", place.account, "<b>Ghi nhận:</b> 24 &lt; 26")
    first = await place.channel.send(said)
    second = await place.channel.send(Outgoing("k2", place.account, "Đúng chưa?"))
    assert "" not in (first, second)
    assert first != second
    shown = [re.sub(r"</?b>", "", each).replace("&lt;", "<") for each in await place.shown()]
    assert shown[-2:] == ["Ghi nhận: 24 < 26", "Đúng chưa?"]


async def test_a_change_is_made_or_refused_as_gone(place: Place) -> None:
    """A channel changes a message, or says at once that it cannot: `manners.edits` is the truth."""
    await place.write_first()
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


# Files


@pytest.mark.parametrize(("name", "content", "kind"), [("a.jpg", JPEG, "photo"), ("a.pdf", PDF, "document")])
async def test_a_file_that_comes_in_is_whole_or_said_to_be_missing(
    place: Place, name: str, content: bytes, kind: str
) -> None:
    """It can be fetched byte for byte; where a platform hands no document on, that one came is heard all the same."""
    read = await _attached(place, name, content, kind)
    if read.upload is None:
        assert (place.channel.name, kind, read.kind) == ("zalo", "document", Heard.OTHER)
        return
    assert (read.kind, read.upload.kind, read.account) == (Heard.FILE, kind, place.account)
    assert await place.channel.fetch(read.upload.file_id) == content


async def _attached(place: Place, name: str, content: bytes, kind: str) -> Incoming:
    inbox = Inbox()
    async with listening(place.channel, inbox):
        await place.attach(name, content, kind)
        await until(lambda: inbox.updates)
    read = place.channel.read(next(iter(inbox.updates.values())).raw)
    assert read is not None
    return read


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize(("name", "content", "kind"), [("b.png", JPEG, "photo"), ("b.docx", PDF, "document")])
async def test_a_file_arrives_or_where_it_is_to_be_had(
    place: Place, name: str, content: bytes, kind: str, public: bool
) -> None:
    """With its words: the file itself, else its address, else where to open it; never nothing."""
    place.public = public
    await place.write_first()
    await place.channel.send(Outgoing("k", place.account, "Kèm theo đây.", file=await place.lay(name, content, kind)))
    words = "\n".join(await place.shown())
    assert "Kèm theo đây." in words
    if await place.files():
        assert await place.files() == [content]
        assert place.channel.manners.files or kind == "photo"
    else:
        assert not place.channel.manners.files
        assert (f"/{name}" if public else "Telegram hoặc máy tính") in words


@pytest.mark.parametrize("file_id", ["", "khong-co", "0" * 32, "https://127.0.0.1:1/a.jpg", "../secret.key"])
async def test_a_file_that_is_not_there_is_refused(place: Place, file_id: str) -> None:
    """And nothing else of this machine is read or asked for."""
    with pytest.raises(Refused):
        await place.channel.fetch(file_id)


async def test_a_download_that_broke_is_tried_again(far_place: Place) -> None:
    """The platform's trouble costs no file."""
    read = await _attached(far_place, "a.jpg", JPEG, "photo")
    assert read.upload is not None
    await far_place.lose()
    with pytest.raises(TryLater):
        await far_place.channel.fetch(read.upload.file_id)
    assert await far_place.channel.fetch(read.upload.file_id) == JPEG


# Failures


async def test_a_change_of_what_is_not_there_finds_it_gone(place: Place) -> None:
    """So that it is said anew."""
    await place.write_first()
    with pytest.raises(Gone):
        await place.channel.edit("999999", Outgoing("k", place.account, "Đã gửi"))


async def test_nothing_at_all_is_refused(place: Place) -> None:
    """A message without words or file is a mistake, and shows nowhere."""
    await place.write_first()
    with pytest.raises(Refused):
        await place.channel.send(Outgoing("k", place.account, " "))
    assert await place.shown() == []


async def test_the_longest_text_arrives_whole(place: Place) -> None:
    """What `manners` allow is one message."""
    await place.write_first()
    longest = "ế" * place.channel.manners.text_limit
    await place.channel.send(Outgoing("k", place.account, longest))
    assert await place.shown() == [longest]


FATES: Mapping[str, tuple[type[Failed], dict[str, Any]]] = {
    "too many": (TryLater, {"everyone": True}),
    "rejected": (TryLater, {"everyone": True, "why": "rejected"}),
    "broken": (Failing, {}),
    "refused": (Refused, {}),
    "silent": (Unknown, {}),
    "cut off": (Unknown, {}),
    "garbled": (Unknown, {}),
}


@pytest.mark.parametrize("how", FATES)
async def test_a_send_that_fails_is_told_as_what_it_is(far_place: Place, how: str) -> None:
    """Certainly not sent, never to be sent, or perhaps sent; what was not sent is not shown, and the next one goes."""
    await far_place.write_first()
    await far_place.fail(how)
    kind, facts = FATES[how]
    with pytest.raises(Failed) as caught:
        await far_place.channel.send(Outgoing("k1", far_place.account, "một"))
    assert isinstance(caught.value, kind)  # of these kinds none is another's
    assert {name: getattr(caught.value, name) for name in facts} == facts
    assert await far_place.shown() == (["một"] if kind is Unknown else [])
    await far_place.channel.send(Outgoing("k2", far_place.account, "hai"))
    assert (await far_place.shown())[-1] == "hai"


# The table in README


async def _pictures(place: Place) -> str:
    await place.write_first()
    every = []
    for place.public in (True, False):
        file = await place.lay("c.png", JPEG, "photo")
        await place.channel.send(Outgoing(f"k{place.public}", place.account, "", file=file))
        every.append(len(await place.files()))
    return {(1, 2): YES, (1, 1): WITH_ADDRESS, (0, 0): NO}[tuple(every)]


async def _documents(place: Place) -> str:
    await place.write_first()
    await place.channel.send(Outgoing("k", place.account, "", file=await place.lay("c.docx", PDF, "document")))
    return _yes(await place.files())


async def _picture_in(place: Place) -> str:
    return _yes((await _attached(place, "a.jpg", JPEG, "photo")).upload)


async def _document_in(place: Place) -> str:
    return _yes((await _attached(place, "a.pdf", PDF, "document")).upload)


async def _first(place: Place) -> str:
    try:
        await place.channel.send(Outgoing("k", place.nobody, "Chào đồng chí."))
    except Failed:
        return NO
    return YES


async def _menu(place: Place) -> str:
    await place.write_first()
    return _yes(await place.menu([("trogiup", "trợ giúp")]))


def _yes(true: object) -> str:
    return YES if true else NO


def _manner(name: str) -> Callable[[Place], Awaitable[str]]:
    async def told(place: Place) -> str:
        return _yes(getattr(place.channel.manners, name))

    return told


def _plan(name: str) -> Callable[[Place], Awaitable[str]]:
    async def told(place: Place) -> str:
        plan = PLANS.get(place.channel.name)
        return f"{getattr(plan, name):,}" if plan else NO_LIMIT

    return told


async def _letters(place: Place) -> str:
    return f"{place.channel.manners.text_limit:,}"


PROBES: Mapping[str, Callable[[Place], Awaitable[str]]] = {
    "choices as buttons": _manner("buttons"),
    "a message changed later": _manner("edits"),
    "answering by quoting": _manner("quotes"),
    "pictures in the chat": _pictures,
    "documents in the chat": _documents,
    "pictures coming in": _picture_in,
    "documents coming in": _document_in,
    "a menu of commands": _menu,
    "speaking first": _first,
    "letters in a message": _letters,
    "messages a month, free": _plan("messages"),
    "people a bot, free": _plan("people"),
}
"""How each row of the table is found out of the channel itself."""


def told_in_readme() -> dict[str, dict[str, str]]:
    """Return {feature: {channel: cell}} of the table under "Channels"."""
    section = README.read_text(encoding="utf-8").partition("\n### Channels\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+?) \| ([^|]+?) \| ([^|]+?) \| ([^|]+?) \|$", section, re.MULTILINE)
    return {name: dict(zip(COLUMNS, cells, strict=True)) for name, *cells in rows}


@pytest.mark.parametrize("feature", PROBES)
async def test_the_readme_tells_what_each_channel_carries(place: Place, feature: str) -> None:
    """A cell is what the channel does when it is tried, or what its plan allows."""
    assert told_in_readme()[feature][place.channel.name] == await PROBES[feature](place)


def test_the_readme_tells_nothing_that_is_not_tried() -> None:
    """No row without a trial."""
    assert set(told_in_readme()) == set(PROBES)
