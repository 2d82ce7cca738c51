"""The local page as a channel: the same contract as any other, over a real database."""

import asyncio
import unicodedata
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import Channel, Gone, Malformed, Refused, TryLater, Update
from bot.clock import DrillClock
from bot.web.channel import WebChannel
from bot.web.said import Attached, Said, read
from bot.web.uploads import TooLarge, tidy_name
from messages.reading.uploads import LARGEST
from messages.types import FULL, Button, Heard, Incoming, Outgoing, Upload
from models import tables
from models.database import Database
from tests import databases
from tests.web_desk import START


class Inbox:
    """Keeps each key once, as the real one does; can refuse, as a full disk does."""

    def __init__(self) -> None:
        self.updates: dict[str, Update] = {}
        self.broken = False

    async def store(self, updates: list[Update]) -> None:
        if self.broken:
            raise OSError("disk full")
        for update in updates:
            self.updates.setdefault(update.key, update)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Return an empty database of either kind."""
    if request.param == "postgres":
        databases.needs_postgres()
        url = await databases.create_postgres()
    else:
        url = f"sqlite+aiosqlite:///{tmp_path / 'page.db'}"
    made = Database(url)
    async with made.engine.begin() as connection:
        await connection.run_sync(tables.load().metadata.create_all)
    yield made
    await made.close()
    if request.param == "postgres":
        await databases.drop_postgres(url)


@pytest.fixture
async def inbox() -> Inbox:
    """Return an inbox."""
    return Inbox()


@pytest.fixture
async def channel(database: Database, inbox: Inbox, tmp_path: Path) -> AsyncIterator[WebChannel]:
    """Return a channel that listens."""
    made = WebChannel(database, DrillClock(START), tmp_path, apart=False)
    await made.start()
    listening = asyncio.create_task(made.listen(inbox.store))
    await asyncio.sleep(0)
    yield made
    listening.cancel()
    await made.stop()


def outgoing(key: str, text: str = "Đã rõ.", chat: str = "web-1", rows: tuple[str, ...] = ()) -> Outgoing:
    """Return a message for a phone."""
    return Outgoing(key, chat, text, tuple((Button(label, label),) for label in rows))


async def test_is_a_channel(channel: WebChannel) -> None:
    """It has all that a Channel has."""
    as_channel: Channel = channel
    assert (as_channel.name, as_channel.manners) == ("web", FULL)


async def test_a_key_is_shown_once(channel: WebChannel) -> None:
    """A send repeated after a crash returns the first id and shows nothing twice."""
    first = await channel.send(outgoing("1"))
    assert await channel.send(outgoing("1", "khác")) == first
    assert [row.text for row in await channel.newer("web-1", 0)] == ["Đã rõ."]


async def test_an_edit_comes_after_everything_before(channel: WebChannel) -> None:
    """A page that saw all asks for newer and gets the edited message, in a higher version."""
    first = await channel.send(outgoing("1", rows=("Đúng",)))
    await channel.send(outgoing("2"))
    seen = (await channel.newer("web-1", 0))[-1].version
    await channel.edit(first, outgoing("", "Đã ghi."))
    (row,) = await channel.newer("web-1", seen)
    assert (str(row.id), row.text, row.buttons) == (first, "Đã ghi.", [])
    assert row.version > seen


async def test_an_edit_that_changes_nothing_is_no_news(channel: WebChannel) -> None:
    """The same text and buttons are success and wake nobody."""
    first = await channel.send(outgoing("1"))
    seen = (await channel.newer("web-1", 0))[-1].version
    await channel.edit(first, outgoing(""))
    assert not await channel.newer("web-1", seen)


async def test_the_button_pressed_last_is_marked(channel: WebChannel) -> None:
    """The mark is news to the page, moves with the next press, stays through an edit of nothing and goes with one."""
    keys = ((Button("Đang làm", "t:0"), Button("Khác", "t:1")),)
    first = await channel.send(Outgoing("1", "web-1", "Nhắc", keys))

    async def press(data: str, name: str) -> list[bool]:
        await channel.hear(Said(kind="choice", account="web-1", message_id=first, data=data), name)
        row = await channel.message("web-1", first)
        assert row is not None
        return ["pressed" in button for line in row.buttons for button in line]

    seen = (await channel.newer("web-1", 0))[-1].version
    assert await press("t:0", "press-01") == [True, False]
    assert [str(row.id) for row in await channel.newer("web-1", seen)] == [first]
    assert await press("t:0", "press-01") == [True, False]
    assert await press("t:1", "press-02") == [False, True]
    assert await press("no such button", "press-03") == [False, True]
    await channel.edit(first, Outgoing("", "web-1", "Nhắc", keys))
    assert (await channel.newer("web-1", 0))[-1].buttons[0][1] == {"label": "Khác", "data": "t:1", "pressed": True}
    await channel.edit(first, Outgoing("", "web-1", "Đã ghi", keys))
    assert "pressed" not in (await channel.newer("web-1", 0))[-1].buttons[0][1]


@pytest.mark.parametrize("message_id", ["99", "", "x", "9" * 40, "²"])
async def test_an_edit_of_nothing_finds_it_gone(channel: WebChannel, message_id: str) -> None:
    """An id that this phone does not show cannot be edited."""
    with pytest.raises(Gone):
        await channel.edit(message_id, outgoing(""))


async def test_phones_are_apart(channel: WebChannel) -> None:
    """No phone shows, edits or serves another's message."""
    mine = await channel.send(outgoing("1", chat="web-1"))
    assert not await channel.newer("web-2", 0)
    assert await channel.message("web-2", mine) is None
    with pytest.raises(Gone):
        await channel.edit(mine, outgoing("", chat="web-2"))
    with pytest.raises(Refused):
        await channel.hear(Said(kind="choice", account="web-2", message_id=mine, data="Đúng"), "press-01")


async def test_versions_rise_however_many_speak(channel: WebChannel) -> None:
    """A page that follows while forty messages come at once, some callers cancelled, misses none that was kept."""
    sends = [asyncio.create_task(channel.send(outgoing(str(i)))) for i in range(40)]
    seen: list[int] = []
    version = 0

    async def follow() -> None:
        nonlocal version
        while True:
            for row in await channel.newer("web-1", version, 5):
                assert row.version > version
                version = row.version
                seen.append(row.id)

    following = asyncio.create_task(follow())
    await asyncio.sleep(0.01)
    for task in sends[::7]:
        task.cancel()
    await asyncio.gather(*sends, return_exceptions=True)
    await channel.send(outgoing("last"))
    everything = {row.id for row in await channel.newer("web-1", 0)}
    while set(seen) != everything:
        await asyncio.sleep(0.01)
    following.cancel()
    assert len(seen) == len(set(seen))


async def test_waiting_ends_with_news(channel: WebChannel) -> None:
    """A waiting page gets a message as soon as it is there, another phone's does not wake it."""
    waiting = asyncio.create_task(channel.newer("web-1", 0, 10))
    await asyncio.sleep(0.01)
    await channel.send(outgoing("other", chat="web-2"))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await channel.send(outgoing("1"))
    assert [row.text for row in await asyncio.wait_for(waiting, 2)] == ["Đã rõ."]


async def test_stopping_lets_pages_go(channel: WebChannel) -> None:
    """A page that waits does not hold up the end of the program."""
    waiting = asyncio.create_task(channel.newer("web-1", 0, 60))
    await asyncio.sleep(0.01)
    await channel.stop()
    assert not await asyncio.wait_for(waiting, 2)


async def test_a_text_is_stored_then_shown(channel: WebChannel, inbox: Inbox) -> None:
    """What a person says is in the inbox with the id of its bubble, and reads as an Incoming."""
    row = await channel.hear(Said(kind="text", account="web-1", text="Chào"), "client-01")
    (update,) = inbox.updates.values()
    assert channel.read(update.raw) == Incoming(Heard.TEXT, "web-1", message_id=str(row.id), text="Chào", chat="web-1")
    assert (update.account, row.mine, row.text) == ("web-1", True, "Chào")


async def test_a_retry_is_not_doubled(channel: WebChannel, inbox: Inbox) -> None:
    """The same act sent again by a page that heard no answer is one update and one bubble."""
    act = Said(kind="text", account="web-1", text="Chào")
    rows = [await channel.hear(act, "client-01") for _ in range(3)]
    assert len({row.id for row in rows}) == len(inbox.updates) == len(await channel.newer("web-1", 0)) == 1


async def test_what_was_not_stored_is_not_shown(channel: WebChannel, inbox: Inbox) -> None:
    """When the inbox fails, the page is told so and shows no bubble; the retry keeps its place."""
    inbox.broken = True
    act = Said(kind="text", account="web-1", text="Chào")
    with pytest.raises(OSError, match="disk full"):
        await channel.hear(act, "client-01")
    assert not await channel.newer("web-1", 0)
    await channel.send(outgoing("later"))
    inbox.broken = False
    await channel.hear(act, "client-01")
    rows = await channel.newer("web-1", 0)
    assert [row.text for row in sorted(rows, key=lambda row: row.id)] == ["Chào", "Đã rõ."]


async def test_a_start_shows_what_a_crash_hid(channel: WebChannel, inbox: Inbox) -> None:
    """A bubble left between storing and showing appears with the next start."""
    inbox.broken = True
    with pytest.raises(OSError, match="disk full"):
        await channel.hear(Said(kind="text", account="web-1", text="Chào"), "client-01")
    await channel.start()
    assert [row.text for row in await channel.newer("web-1", 0)] == ["Chào"]


async def test_nobody_listens(database: Database, tmp_path: Path) -> None:
    """A page that is faster than the start is asked to come again."""
    with pytest.raises(TryLater):
        await WebChannel(database, DrillClock(START), tmp_path).hear(Said(kind="text", account="a", text="x"), "c")


async def test_a_changed_message(channel: WebChannel, inbox: Inbox) -> None:
    """Changing one's own message is heard as EDITED with the message's id, and the bubble changes."""
    row = await channel.hear(Said(kind="text", account="web-1", text="24/26"), "client-01")
    await channel.hear(Said(kind="edited", account="web-1", message_id=str(row.id), text="25/26"), "client-02")
    heard = [channel.read(update.raw) for update in inbox.updates.values()]
    assert (heard[1].kind, heard[1].message_id, heard[1].text) == (Heard.EDITED, str(row.id), "25/26")
    assert [row.text for row in await channel.newer("web-1", 0)] == ["25/26"]


async def test_only_ones_own_message_can_be_changed(channel: WebChannel, inbox: Inbox) -> None:
    """The assistant's words are not a person's to change, and a person's own have no buttons."""
    theirs = await channel.send(outgoing("1"))
    with pytest.raises(Refused):
        await channel.hear(Said(kind="edited", account="web-1", message_id=theirs, text="x"), "client-01")
    mine = await channel.hear(Said(kind="text", account="web-1", text="x"), "client-02")
    with pytest.raises(Refused):
        await channel.hear(Said(kind="choice", account="web-1", message_id=str(mine.id), data="x"), "client-03")
    assert len(inbox.updates) == 1


async def test_a_reply_names_what_it_answers(channel: WebChannel, inbox: Inbox) -> None:
    """reply_to is the id `send` returned; one that is not on this phone is dropped."""
    asked = await channel.send(outgoing("1"))
    elsewhere = await channel.send(outgoing("2", chat="web-2"))
    for client, answered in (("client-01", asked), ("client-02", elsewhere)):
        await channel.hear(Said(kind="text", account="web-1", text="rồi", reply_to=answered), client)
    assert [channel.read(update.raw).reply_to for update in inbox.updates.values()] == [asked, ""]


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    """Give a file's parts."""
    for part in parts:
        yield part


async def test_an_upload_can_be_fetched(channel: WebChannel, inbox: Inbox) -> None:
    """A file comes back byte by byte, under a random name, with its kind by content."""
    kept = await channel.uploads.keep(chunks(b"\x89PNG\r\n", b"\x1a\n rest"), "../../ảnh hội nghị.png")
    assert (kept.kind, kept.name, kept.size) == ("photo", "ảnh hội nghị.png", 13)
    assert await channel.fetch(kept.file_id) == b"\x89PNG\r\n\x1a\n rest"
    await channel.hear(Said(kind="file", account="web-1", text="ảnh", upload=kept), "client-01")
    (update,) = inbox.updates.values()
    heard = channel.read(update.raw)
    assert heard.upload == Upload(kept.file_id, "photo", "ảnh hội nghị.png", 13)
    assert (heard.kind, heard.text) == (Heard.FILE, "ảnh")


@pytest.mark.parametrize("file_id", ["", "../page.db", "a" * 32, "/etc/passwd", "A" * 32, "0" * 31 + "\n"])
async def test_fetching_leaves_the_folder_never(channel: WebChannel, file_id: str) -> None:
    """Only a random name that was given, and still exists, is read."""
    with pytest.raises(Refused):
        await channel.fetch(file_id)


async def test_a_file_too_large_leaves_nothing(channel: WebChannel, tmp_path: Path) -> None:
    """One byte over the limit is refused and its part removed."""
    with pytest.raises(TooLarge):
        await channel.uploads.keep(chunks(b"x" * LARGEST, b"x"), "a.bin")
    assert not list((tmp_path / "uploads").iterdir())


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("C:\\tài liệu\\báo cáo.docx", "báo cáo.docx"),
        ("bao\u202ecao\x00\n.exe", "baocao.exe"),
        ("...", ""),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
        ("ộ" * 100, "ộ" * 40),
        ("a." + "x" * 300, ("a." + "x" * 300)[:120]),
    ],
)
def test_file_names_are_tidied(given_name: str, shown: str) -> None:
    """Folders, control and direction characters go; the ending stays; a database and a disk can hold the rest."""
    assert tidy_name(given_name) == shown


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
fields = {
    "kind": st.sampled_from(["text", "choice", "file", "edited", "blocked", "voice", ""]) | anything,
    "account": st.text(min_size=1, max_size=8) | anything,
}
optional = {
    "text": st.text() | st.just("\ud800") | anything,
    "data": st.text(max_size=70) | anything,
    "message_id": st.text(max_size=8) | anything,
    "reply_to": anything,
    "upload": anything
    | st.fixed_dictionaries({"file_id": st.just("0" * 32), "kind": st.just("photo"), "name": st.text()}),
}


@given(st.fixed_dictionaries(fields, optional=optional) | st.dictionaries(st.text(max_size=8), anything))
def test_reading_anything_is_an_incoming_or_malformed(raw: dict) -> None:
    """No stored row, however odd, costs more than itself; what is read is NFC without NUL."""
    try:
        heard = read(raw)
    except Malformed:
        return
    assert unicodedata.is_normalized("NFC", heard.text)
    assert "\x00" not in heard.text
    heard.text.encode()


@given(st.text(max_size=200), st.sampled_from(["text", "edited"]))
def test_what_is_written_is_read(text: str, kind: str) -> None:
    """raw() and read() agree."""
    heard = read(Said(kind=kind, account="a", message_id="7", text=text, reply_to="3").raw())
    assert (heard.kind, heard.account, heard.message_id, heard.reply_to) == (Heard(kind), "a", "7", "3")


def test_an_album_keeps_together() -> None:
    """Pictures chosen at once share their album."""
    kept = Attached(file_id="0" * 32, kind="photo", name="a.png", size=3, album="album-01")
    assert read(Said(kind="file", account="a", upload=kept).raw()).upload.album == "album-01"
