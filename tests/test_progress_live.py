"""A push while it really goes out, loops running and time passing: the office's message is changed often and is true.

As for 3,000 readers at 30 a second in `make bench`, only with fewer and faster.
"""

import asyncio
import itertools
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import tick
from bot.deliver import AT_ONCE, Deliverer
from handlers.office import progress
from messages.types import Heard, Outgoing
from models.outbox import ANSWERS, Out, Outbox
from tests.bench import shown
from tests.bench.shown import Shown
from tests.fake_channel import FakeChannel
from tests.test_progress import begin, readers
from tests.world import World

MANY, PER_SECOND = 300, 100
EVERY, LOOK, GAP = timedelta(seconds=0.3), 0.1, 0.1  # between changes; between looks; between messages of one chat
PATIENCE = 20.0  # seconds; it takes three
SLACK = 1.5  # seconds that a busy machine may be late
FIGURES = re.compile(r"cho (\d+) đ/c\.\nĐã gửi (\d+)(?:, không tới (\d+))?, còn (\d+)\.")


@dataclass
class Clocked(FakeChannel):
    """Notes when what went to whom, and how many members had been told by then."""

    heard: list[tuple[float, str, str, int]] = field(default_factory=list)

    async def send(self, message: Outgoing) -> str:
        """Take a moment on the way, as a platform does."""
        await asyncio.sleep(0.005)
        made = await super().send(message)
        self._note(message)
        return made

    async def edit(self, message_id: str, message: Outgoing) -> None:
        """Note a change as a message."""
        await super().edit(message_id, message)
        self._note(message)

    def _note(self, message: Outgoing) -> None:
        self.heard.append((time.monotonic(), message.chat, message.text, self.told()))

    def told(self) -> int:
        """Count the members who were told."""
        return sum(chat.startswith("m") for chat in self.phones)

    def to(self, chat: str, opens: str = "") -> list[tuple[float, str, int]]:
        """Return what one chat was shown that begins so."""
        return [(at, text, told) for at, to, text, told in self.heard if to == chat and text.startswith(opens)]


@pytest.fixture
async def written(world: World, monkeypatch: pytest.MonkeyPatch) -> Clocked:
    """Return a channel on which a push to MANY readers waits to go out."""
    monkeypatch.setattr(progress, "EVERY", EVERY)
    await readers(world, MANY)
    channel = Clocked(phones=world.channel.phones)
    world.channel = world.assistant.channels[world.bot_id] = channel
    await begin(world)
    world.deliverer = Deliverer(world.assistant, world.bot_id, PER_SECOND, GAP)
    return channel


@pytest.fixture
async def going(world: World, written: Clocked) -> AsyncIterator[Clocked]:
    """Return a channel on which a push to MANY readers goes out by itself."""
    async with _running(world):
        yield written


@asynccontextmanager
async def _running(world: World) -> AsyncIterator[None]:
    async def looks() -> None:
        while True:
            await tick.look(world.assistant)
            await asyncio.sleep(LOOK)

    loops = [asyncio.create_task(each) for each in (world.deliverer.run(), looks())]
    try:
        yield
    finally:
        for each in loops:
            each.cancel()
            with suppress(asyncio.CancelledError):
                await each


async def _until(done: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not done():
            await asyncio.sleep(0.02)


def _adds_up(text: str) -> bool:
    people, sent, failed, left = (int(each or 0) for each in FIGURES.search(text).groups())
    return people == MANY == sent + failed + left


async def test_it_is_changed_often_adds_up_and_ends(going: Clocked) -> None:
    """Each change adds up to all, is no further behind than what is on its way, and comes soon after the last."""
    going.mishaps["m7"] = [ValueError()]  # may have arrived: an excerpt is not sent again
    await _until(lambda: going.to("D", "Đã gửi xong"))
    for who in "DE":
        shown = going.to(who, "Đang gửi")
        assert len(shown) >= MANY / PER_SECOND / (EVERY.total_seconds() + LOOK + SLACK)
        assert [text for _, text, _ in shown if not _adds_up(text)] == []
        assert all(abs(int(FIGURES.search(text)[2]) - told) <= 3 * AT_ONCE for _, text, told in shown)
        times = [at for at, *_ in going.to(who)]
        assert max(_gaps(times)) < EVERY.total_seconds() + LOOK + SLACK
        assert going.to(who)[-1][1].endswith(f"{MANY - 1}/{MANY} đ/c đã nhận, 1 tin không tới.")
    assert going.told() == MANY - 1


async def test_its_changes_keep_the_pace(going: Clocked, world: World) -> None:
    """No second holds more than the pace and one, changes with them; no chat is told two things in one gap."""

    async def tell(session: AsyncSession) -> None:
        for template in ("progress.kept", "progress.over"):
            await (await world.assistant.moment(session)).tell_office(template)

    await _until(lambda: going.told() > MANY / 4)
    await world.write(tell)
    await _until(lambda: going.to("E", "Đã gửi xong"))
    times = [at for at, *_ in going.heard]
    assert max(sum(first <= each < first + 1 for each in times) for first in times) <= PER_SECOND + 1
    for who in "DE":
        assert len(going.to(who, "Trợ lý gửi tiếp.") + going.to(who, "Đợt gửi này")) == 2
        assert min(_gaps([at for at, *_ in going.to(who)])) > GAP * 0.9


async def test_a_press_just_after_a_change_waits_out_its_second(going: Clocked, world: World) -> None:
    """The platform takes one message a second and chat: the answer comes when it may, no sooner and hardly later."""
    await _until(lambda: going.told() > MANY / 4)
    changes = len(going.to("D", "Đang gửi"))
    await _until(lambda: len(going.to("D", "Đang gửi")) > changes)
    await _press(world, "Dừng lại")
    await _until(lambda: going.to("D", "Dừng thật?"))
    changed = max(at for at, *_ in going.to("D", "Đang gửi") if at < going.to("D", "Dừng thật?")[0][0])
    assert GAP * 0.9 < going.to("D", "Dừng thật?")[0][0] - changed < GAP + SLACK


async def test_stopped_in_the_middle_the_rest_is_not_sent(going: Clocked, world: World) -> None:
    """Nothing goes after what was on the wire; the last words name as many as have it, the question who has not."""
    await _until(lambda: going.told() > MANY / 4)
    await _press(world, "Dừng lại")
    await _until(lambda: going.to("D", "Dừng thật?"))
    _, sure, told = going.to("D", "Dừng thật?")[0]
    sent, left = map(int, re.findall(r"(\d+) đ/c", sure))
    assert sent + left == MANY
    assert abs(sent - told) <= 3 * AT_ONCE
    await _press(world, "Dừng gửi")
    stopped = going.told()
    await _until(lambda: going.to("D", "Đã dừng gửi") and going.to("E", "Đã dừng gửi"))
    got = going.told()
    await asyncio.sleep(0.5)
    assert going.told() == got <= stopped + 2 * AT_ONCE
    for who in "DE":
        assert f": {got}/{MANY} đ/c đã nhận." in going.to(who, "Đã dừng gửi")[-1][1]
    assert MANY / 4 < got < MANY


async def test_the_program_may_be_stopped_in_the_middle(written: Clocked, world: World) -> None:
    """What is on the wire is recorded; what waits for its slot or its place stays due, and holds up no stop."""
    async with asyncio.timeout(PATIENCE), _running(world):
        await _until(lambda: written.told() > 2 * AT_ONCE)
    query = select(Outbox.state, func.count()).where(Outbox.priority > ANSWERS).group_by(Outbox.state)
    states = dict((await world.read(lambda s: s.execute(query))).all())
    assert states == {Out.SENT: written.told(), Out.DUE: MANY - written.told()}


async def _press(world: World, label: str) -> None:
    buttons = [each for shown in world.phone("D") for row in shown.message.buttons for each in row]
    data = next(each.data for each in reversed(buttons) if each.label == label)
    await world.receiver.store([world.channel.update("D", Heard.CHOICE, data=data)])
    await world.receiver.handle()


def _gaps(times: list[float]) -> list[float]:
    return [later - earlier for earlier, later in itertools.pairwise(times)]


def test_the_bench_measures_what_was_shown() -> None:
    """A gap, figures that do not add up and a time to go that was not true are found; where it was stopped no time."""
    opening = "Đang gửi trích đoạn tuần lúc 08:00 cho 3.000 đ/c.\nĐã gửi {}, còn {}. Còn khoảng 02 phút."
    said = [(0.0, 0, (0, "3.000")), (4.0, 110, ("100", "2.900")), (9.0, 250, ("250", "2.749"))]
    lines = [{"message": 6, "at": at, "pushed": pushed, "text": opening.format(*each)} for at, pushed, each in said]
    lines.insert(1, {"message": 7, "at": 2.0, "pushed": 50, "text": "Không còn trích đoạn nào."})
    done = {"message": 6, "at": 12.0, "pushed": 3000, "text": "Đã gửi xong trích đoạn: 3.000/3.000 đ/c đã nhận."}
    assert shown.measure([*lines, done], 3000, 11.0) == Shown(3, 5.0, 1, 10, 58.0, 3000)
    cut = done | {"text": "Đã dừng gửi trích đoạn, lúc 08:00: 1.200/3.000 đ/c đã nhận."}
    assert shown.measure([*lines, cut], 3000, 11.0) == Shown(3, 5.0, 1, 10, None, 1200)
    assert not shown.is_over(lines)
