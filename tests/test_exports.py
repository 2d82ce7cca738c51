"""What the office takes out: whoever waits is shown that it goes on, and it goes on while many are told and answer."""

import asyncio
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

import handlers
from bot import tick, work
from handlers.routes import Build, MadeFile
from handlers.turn import Moment
from messages.types import Heard
from models.issue import Issue
from tests import test_broadcasts as broadcasts
from tests import test_consolidated as upward
from tests.dialog import shown_text
from tests.fake_channel import Shown
from tests.test_own_forms import word
from tests.world import World, local

GOES_ON = re.compile(r"đã \d+ giây")
STUDY = "Báo cáo học tập Chuyên đề"
EXPORTS = [
    ("issue", ("Báo cáo tổng hợp", STUDY, "Lập bản chính thức"), "Trợ lý đang lập bản chính thức", "Đã lập"),
    ("table", ("Bảng Excel", STUDY, "Tải Excel"), "Trợ lý đang lập bảng", "Đã lập bảng"),
    ("sources", ("Số này từ đâu",), "Trợ lý đang ghi nguồn từng số", "Đã ghi xong nguồn"),
    ("own_form", ("Mẫu của cơ quan", "bieu-01.docx", STUDY), "Trợ lý đang điền mẫu bieu-01.docx", "Đã điền xong mẫu"),
]


def held(build: Callable[..., Sequence[MadeFile]], go: threading.Event, *given: object) -> Sequence[MadeFile]:
    """Build as ever, once the test lets it."""
    assert go.wait(60)
    return build(*given)


def hold(monkeypatch: pytest.MonkeyPatch, kind: str) -> threading.Event:
    """Let jobs of a kind take until the event is set, and be shown after half a second."""
    go, known = threading.Event(), handlers.JOBS[kind]

    async def load(moment: Moment, **values: Any) -> Build:
        wanted = await known.load(moment, **values)
        assert isinstance(wanted, Build)
        return replace(wanted, function=held, arguments=(wanted.function, go, *wanted.arguments))

    monkeypatch.setitem(handlers.JOBS, kind, replace(known, load=load))
    monkeypatch.setattr(work, "SHOWN_AFTER", 0.6)
    monkeypatch.setattr(work, "SHOWN_EVERY", 0.6)
    return go


async def ready(world: World, kind: str) -> None:
    """Stand where the export of that kind is asked for."""
    await upward.ready(world)
    if kind == "sources":
        await upward.made(world, "Lập bản chính thức")
        return
    await world.say("D", "/xuat")
    if kind == "own_form":
        for label in ("Mẫu của cơ quan", "Thêm mẫu"):
            await world.press("D", label)
        await world.send_file("D", "bieu-01.docx", word("{{ tong.du }}"))
        await world.say("D", "/xuat")


async def shown(world: World, begins: str) -> Shown:
    """Send until the newest message of these words says for how long it has been going on."""
    while True:
        await world.deliverer.deliver()
        found = [each for each in world.phone("D") if each.message.text.startswith(begins)]
        if found and GOES_ON.search(found[-1].message.text):
            return found[-1]
        await asyncio.sleep(0.02)


@pytest.mark.parametrize(("kind", "presses", "begins", "ends"), EXPORTS, ids=[each[0] for each in EXPORTS])
async def test_what_takes_long_is_shown(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: str, presses: Sequence[str], begins: str, ends: str
) -> None:
    """One message is changed while it goes on, then says that it is over; the file is a message of its own."""
    await ready(world, kind)
    go = hold(monkeypatch, kind)
    for label in presses[:-1]:
        await world.press("D", label)
    await world.press_only("D", presses[-1])
    working = asyncio.create_task(world.worker.work())
    try:
        message = await asyncio.wait_for(shown(world, begins), 60)
        assert message.edits
        before = [each for each in world.phone("D") if each.message.file]
    finally:
        go.set()
        await working
    await world.settle()
    assert message.message.text.startswith(ends)
    sent = [each for each in world.phone("D") if each.message.file]
    assert len(sent) > len(before)
    assert not [each for each in world.phone("D") if GOES_ON.search(each.message.text)]


async def test_a_form_that_cannot_be_filled_in_ends_what_was_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing goes on saying that it is being filled in; what is wrong with it is the next message."""
    from handlers.office import own_forms
    from messages.documents.own_form import FormError

    def wrong(*_: object) -> None:
        raise FormError(["ô A1 không đọc được"])

    await ready(world, "own_form")
    monkeypatch.setattr(own_forms, "fill", wrong)
    for label in EXPORTS[-1][1]:
        await world.press("D", label)
    said = [shown_text(each) for each in world.phone("D")[-2:]]
    assert said[0] == "Mẫu bieu-01.docx chưa điền được, lý do ở tin kế tiếp."
    assert "ô A1 không đọc được" in said[1]


async def test_while_many_are_told_and_somebody_answers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report is being made, a broadcast to 450 is under way, a secretary asks: each gets what is theirs."""
    await upward.ready(world)
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await broadcasts.members(world)
    await world.say("D", "/xuat")
    for label in EXPORTS[0][1][:-1]:
        await world.press("D", label)
    go = hold(monkeypatch, "issue")
    await world.press_only("D", "Lập bản chính thức")
    working = asyncio.create_task(world.worker.work())
    try:
        await asyncio.wait_for(shown(world, EXPORTS[0][2]), 60)
        await _broadcast(world)
        heard = [n for n in range(broadcasts.MANY) if world.phone(f"m{n}")]
        assert 0 < len(heard) < broadcasts.MANY * 0.9  # under way
        await _ask(world)
        assert not [each for each in world.phone("D") if each.message.file]
    finally:
        go.set()
        await working
    await world.settle()
    for minute in range(1, 6):
        await world.move_to(local(f"2024-05-29 10:0{minute}"))
    told = [len(world.phone(f"m{n}")) for n in range(broadcasts.MANY)]
    assert told == [n % 10 > 0 for n in range(broadcasts.MANY)]  # once, whoever takes messages
    final = await world.read(lambda session: session.scalar(select(Issue)))
    rows = upward.annex(await upward.opened(world, final.file_id))
    assert rows[-1][1].startswith("Cộng: 6/12 chi bộ")


async def _broadcast(world: World) -> None:
    """Have the first part of a broadcast to everybody written, and some of it sent."""
    presses = ("[Người nhận]", "[đảng viên: không]", "[người soạn báo cáo: không]", "[Xong]", "[Gửi]")
    for said in ("/thongbao", "[Soạn thông báo]", "Mời các đồng chí dự họp sáng thứ Sáu.", *presses):
        await _only(world, "D", said)
        while await world.deliverer.deliver():  # an answer may be of several messages
            pass
    await tick.look(world.assistant)
    for _ in range(3):
        await world.deliverer.deliver()


async def _ask(world: World) -> None:
    before = len(world.phone("A"))
    await _only(world, "A", "/trogiup")
    assert [each.message.text for each in world.phone("A")[before:]], "answered before the rest of the broadcast"


async def _only(world: World, alias: str, said: str) -> None:
    """Say or press without waiting for what is being made; changes of that may go before the answer."""
    before = len(world.phone(alias))
    if said.startswith("["):
        await world.press_only(alias, said[1:-1])
    else:
        await world.receiver.store([world.channel.update(alias, Heard.TEXT, text=said)])
        await world.receiver.handle()
    async with asyncio.timeout(60):
        while len(world.phone(alias)) == before:
            await world.deliverer.deliver()
            await asyncio.sleep(0.01)
