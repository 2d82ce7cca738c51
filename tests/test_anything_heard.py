"""Whatever anybody sends, in any order: it is handled, answered in words Telegram takes, and never set aside."""

import asyncio
import itertools
import pickle
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

import handlers
from messages.types import Heard
from models.inbox import Inbox
from models.job import Job, JobState
from models.outbox import Out, Outbox
from tests import databases
from tests import world as worlds
from tests.world import World

MORNING = worlds.local("2024-05-23 09:00")
PEOPLE = ("secretary", "office", "stranger")
ODD = (Heard.VOICE, Heard.STICKER, Heard.CONTACT, Heard.OTHER, Heard.BLOCKED, Heard.UNBLOCKED, Heard.GROUP)
WORDS = (
    *("Đúng", "đúng", "có", "không", "bỏ qua", "lùi", "xem lại", "để sau", "đủ", "Khác", "1", "0", "24", "26", "-1"),
    *(
        "24/26",
        "35/33",
        "6/7",
        "31/2",
        "13/5",
        "40/13",
        "ngày 13/5, 24/26 đảng viên, 5 quần chúng",
        "1" * 40,
        "9" * 5000,
    ),
    *("xin lùi đến 4/6 ạ", "bc nop o dau", "đã nhận", "chưa học được, BT ốm", "2 xin lùi 25/6", "mai", "vắng 2"),
    *("BT: 24/26; TV 17/17", "Bảo tàng 24/26\nXưởng 3/4\nDi tích 20/15", "Thư viện", "chi bộ", "Zalo 3, Facebook 1"),
    *("<b>đậm", "&amp; & <", "<" * 5000, "a" * 5000, "😀" * 3000, "\u200b", "  ", "\n", "đ\u0323\u0301", "Bảo tàng"),
    *(
        "/",
        "//",
        "/nhap BT 3/4",
        "/khonghieu",
        "/start 12345678",
        "12 34 56 78",
        "Hủy đăng ký nhận tin",
        "{{ 7*7 }}",
        "%s{0}",
    ),
)
COMMANDS = sorted(name for command in handlers.COMMANDS.values() for name in command.names)
text = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(COMMANDS).map(lambda name: f"/{name}"),
    st.builds("/{} {}".format, st.sampled_from(COMMANDS), st.sampled_from(WORDS)),
    st.text(max_size=80),
)


@dataclass(frozen=True)
class Happening:
    """One thing that happens: who, what kind of act, its words, and a number that picks a button, message or file."""

    who: str
    act: str
    text: str
    pick: int


ACTS = st.sampled_from(
    ["say", "say", "press", "press", "press", "file", "album", "odd", "edit", "reply", "forge", "group"]
)
events = st.lists(
    st.builds(Happening, st.sampled_from(PEOPLE), ACTS, text, st.integers(0, 50)), min_size=6, max_size=12
)
FILES = ("a.jpg", "a.pdf", "a.exe", "a", "", "../../x.docx", "TOI_MAT_.pdf", "<b>&.xlsx", "n" * 300 + ".pdf")


async def happens(world: World, one: Happening) -> None:
    """Let it happen."""
    await getattr(_Acts, one.act)(world, one)


class _Acts:
    @staticmethod
    async def say(world: World, one: Happening) -> None:
        await world.say(one.who, one.text)

    @staticmethod
    async def press(world: World, one: Happening) -> None:
        """Press a button that is there, old ones too; mostly one of the newest message."""
        shown = [each for each in world.phone(one.who) if each.message.buttons]
        if shown:
            message = shown[-1] if one.pick % 4 else shown[one.pick % len(shown)]
            buttons = [button for row in message.message.buttons for button in row]
            await world.hear(one.who, Heard.CHOICE, data=buttons[one.pick % len(buttons)].data)

    @staticmethod
    async def forge(world: World, one: Happening) -> None:
        """Press what was never shown, or what is somebody else's."""
        others = [b.data for p in PEOPLE if p != one.who for s in world.phone(p) for r in s.message.buttons for b in r]
        made = ["", ".", "x.0", f"{one.text}.{one.pick}", one.text]
        await world.hear(one.who, Heard.CHOICE, data=(others + made)[one.pick % len(others + made)])

    @staticmethod
    async def file(world: World, one: Happening) -> None:
        size = (10, 0, 21_000_000, None)[one.pick % 4]
        await world.send_file(one.who, FILES[one.pick % len(FILES)], b"\xff\xd8\xff sample", one.text, size=size)

    @staticmethod
    async def album(world: World, one: Happening) -> None:
        for n in range(3):
            await world.send_file(one.who, f"{n}.jpg", b"\xff\xd8\xff sample", one.text, album="album")

    @staticmethod
    async def odd(world: World, one: Happening) -> None:
        await world.hear(one.who, ODD[one.pick % len(ODD)], text=one.text)

    @staticmethod
    async def edit(world: World, one: Happening) -> None:
        said = [name for who, name in world.said if who == one.who] or [""]
        which = world.said.get((one.who, said[one.pick % len(said)]), "m404")
        await world.hear(one.who, Heard.EDITED, text=one.text, message_id=which)

    @staticmethod
    async def reply(world: World, one: Happening) -> None:
        shown = world.phone(one.who)
        await world.say(one.who, one.text, reply_to=shown[one.pick % len(shown)].id if shown else "m404")

    @staticmethod
    async def group(world: World, one: Happening) -> None:
        kind = Heard.GROUP if one.pick % 2 else Heard.TEXT
        await world.hear(one.who, kind, text=one.text, chat="-100", private=False)


async def all_is_well(world: World) -> None:
    """Everything heard was handled at the first try, nothing was refused, no job failed."""

    async def look(session: Any) -> None:
        for row in await session.scalars(select(Inbox)):
            assert row.attempts == 0, "a handler failed"
            assert row.outcome in ("done", "nothing")
        states = set(await session.scalars(select(Outbox.state)))
        assert states <= {Out.SENT, Out.CANCELLED}
        assert not (
            await session.scalars(select(Job.kind).where((Job.state == JobState.FAILED) | (Job.attempts > 1)))
        ).all()

    await world.read(look)


@pytest.fixture(scope="module")
def opened(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database on the morning of a reminder, with a secretary whose name is odd and an office person."""
    folder = tmp_path_factory.mktemp("opened")

    async def open_() -> None:
        world = await worlds.build(folder, databases.copy_sqlite(template, folder))
        await world.join("secretary", "secretary", "BT", "Nguyễn Văn <b>A</b> & co")
        await world.join("office", "office", "VP", "Phạm Văn D")
        await world.start_campaign()
        await world.move_to(MORNING)
        (folder / "phones.pickle").write_bytes(pickle.dumps(world.channel.phones))
        await world.assistant.database.close()

    asyncio.run(open_())
    return folder


async def play(opened: Path, heard: list[Happening]) -> None:
    """Let a world of its own hear all this on a day with an open deadline."""
    with tempfile.TemporaryDirectory() as folder:
        url = databases.copy_sqlite(next(opened.glob("*.db")), Path(folder))
        world = await worlds.build(Path(folder), url, MORNING)
        world.channel.phones = pickle.loads((opened / "phones.pickle").read_bytes())
        world.channel._ids = itertools.count(10_000)
        try:
            for one in heard:
                await happens(world, one)
            await all_is_well(world)
        finally:
            await world.assistant.database.close()


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # each example builds a world: shrinking would take minutes
    suppress_health_check=list(HealthCheck),
)
@given(heard=events)
def test_anything_heard(opened: Path, heard: list[Happening]) -> None:
    """About 360 odd things from a secretary, an office person and a stranger: handled, in words that can be sent."""
    asyncio.run(play(opened, heard))
