"""Pushes are spread, answers go next, no second holds too many, and what a busy machine lost is made up for evenly."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator

import pytest

from bot.pace import Pace


@pytest.fixture(autouse=True)
async def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Let time go by at once wherever the loop would wait for it: what a busy machine does to a clock is no finding."""
    loop, now = asyncio.get_running_loop(), time.monotonic()
    look = loop._selector.select  # type: ignore[attr-defined]

    def pass_by(seconds: float) -> None:
        nonlocal now
        now += max(seconds, 0.0)

    def select(timeout: float | None) -> object:
        pass_by(timeout or 0.0)
        return look(timeout if timeout is None else 0)

    with monkeypatch.context() as patch:
        patch.setattr(time, "monotonic", lambda: now)
        patch.setattr(time, "sleep", pass_by)
        patch.setattr(loop._selector, "select", select)  # type: ignore[attr-defined]
        yield


async def _passed(pace: Pace, chats: list[str], takes: float = 0.0) -> list[float]:
    """Return when pushes to these chats left, each on the wire for `takes` seconds."""

    async def one(chat: str) -> float:
        await pace.push(chat)
        with pace.on_the_wire(chat, push=True, asked=False):
            left = time.monotonic()
            await asyncio.sleep(takes)
            return left

    return sorted(await asyncio.gather(*(one(chat) for chat in chats)))


def _gaps(times: list[float]) -> list[float]:
    return [later - earlier for earlier, later in itertools.pairwise(times)]


def _most_in_a_second(times: list[float]) -> int:
    return max(sum(first <= each < first + 1 for each in times) for first in times)


async def test_pushes_leave_one_by_one() -> None:
    """Ten pushes at a hundred a second take nine slots, from the first one on."""
    times = await _passed(Pace(100), [str(n) for n in range(10)])
    assert times[-1] - times[0] > 0.089
    assert min(_gaps(times)) >= 0.007


async def test_nothing_is_made_up_for_at_the_start() -> None:
    """What nobody wanted to say before a broadcast is no credit: it begins evenly, also after an earlier one."""
    pace = Pace(50)
    await _passed(pace, ["first"])
    await asyncio.sleep(1.05)
    times = await _passed(pace, [str(n) for n in range(10)])
    assert times[-1] - times[0] > 0.179


async def test_a_stall_is_made_up_for_evenly() -> None:
    """Slots lost to a busy moment are not lost to the broadcast, yet pushes never leave in a heap."""
    pace = Pace(50)
    first = asyncio.create_task(_passed(pace, [str(n) for n in range(40)]))
    await asyncio.sleep(0.1)
    time.sleep(0.12)  # the machine is busy: six slots go by
    times = await first
    assert min(_gaps(times)) >= 0.015
    assert sum(gap < 0.0195 for gap in _gaps(times)) >= 10  # closer than the even gap, until the lost ones are out


async def test_no_second_holds_more_than_its_fill() -> None:
    """Whatever stalls, no second holds more than one above the pace."""
    pace = Pace(20)
    first = asyncio.create_task(_passed(pace, [str(n) for n in range(50)]))
    for _ in range(4):
        await asyncio.sleep(0.3)
        time.sleep(0.25)  # the machine is busy
    assert _most_in_a_second(await first) <= 21


async def test_what_stalls_on_its_way_is_counted_where_it_arrives() -> None:
    """Pushes that hang on the wire may all arrive late, in one second with those after them: they count until then."""
    pace = Pace(10)
    times = await _passed(pace, [str(n) for n in range(12)], takes=1.5)
    assert times[11] - times[0] >= 1.5


async def test_answers_alone_wait_for_nothing() -> None:
    """A second full of answers holds no answer back."""
    pace = Pace(5)
    began = time.monotonic()
    for _ in range(50):
        await pace.answer("office")
        with pace.on_the_wire("office"):
            pass
    assert time.monotonic() - began < 0.5


async def test_an_answer_goes_before_the_pushes_that_wait() -> None:
    """Where pushes fill the second an answer takes the next place, whoever waited longer; nobody is refused."""
    pace = Pace(10)
    left: list[str] = []

    async def answer() -> None:
        await pace.answer("office")
        with pace.on_the_wire("office"):
            left.append("answer")

    async def push(chat: str) -> None:
        await pace.push(chat)
        left.append("push")
        with pace.on_the_wire(chat, push=True, asked=False):
            await asyncio.sleep(1.5)  # a slow platform: the second is full of what is on its way

    pushing = [asyncio.create_task(push(str(n))) for n in range(30)]
    await asyncio.sleep(1.3)
    before = len(left)
    assert before == 11
    await asyncio.gather(*(answer() for _ in range(8)))
    assert left[before:] == ["answer"] * 8
    for each in pushing:
        each.cancel()


async def test_what_answers_took_is_not_given_to_pushes() -> None:
    """A push waits while answers fill the second."""
    pace = Pace(5)
    for _ in range(6):
        await pace.answer("office")
        with pace.on_the_wire("office"):
            pass
    began = time.monotonic()
    await pace.push("1")
    assert time.monotonic() - began >= 0.9


async def test_an_answer_takes_a_slot_from_the_pushes() -> None:
    """Pushes stand back for answers, but a flood of them that is over holds no push back for longer than a second."""
    pace = Pace(20)
    for _ in range(4):
        await pace.answer("office")
    began = time.monotonic()
    await pace.push("1")
    assert time.monotonic() - began >= 0.15
    for _ in range(500):
        await pace.answer("office")
    began = time.monotonic()
    await pace.push("2")
    assert time.monotonic() - began < 1.5


async def test_a_push_waits_for_its_place_before_its_slot() -> None:
    """While all places on the wire are taken no slots are used up, which would go out together when one is free."""
    pace, places = Pace(50), asyncio.Semaphore(1)
    times: list[float] = []

    async def push(chat: str) -> None:
        await pace.push(chat, places.acquire)
        times.append(time.monotonic())
        with pace.on_the_wire(chat, push=True, asked=False):
            await asyncio.sleep(0)

    await places.acquire()  # what was sent is not recorded yet
    pushing = [asyncio.create_task(push(str(n))) for n in range(5)]
    await asyncio.sleep(0.3)
    assert not times
    for _ in range(5):
        places.release()
    await asyncio.gather(*pushing)
    assert min(_gaps(times)) >= 0.015


async def test_two_pushes_to_one_chat_are_a_second_apart() -> None:
    """The platform takes one message a second and chat."""
    pace = Pace(1000)
    times = [(await _passed(pace, ["1"]))[0] for _ in range(2)]
    assert times[1] - times[0] >= 0.95


async def test_a_chat_is_busy_for_a_second_after_anything() -> None:
    """A push to a chat that was just answered waits; an answer to one that was just pushed to does not."""
    pace = Pace(1000)
    await pace.answer("1")
    assert pace.busy("2") == 0
    assert 0.9 < pace.busy("1") <= 1
    began = time.monotonic()
    await pace.answer("1")
    assert time.monotonic() - began < 0.5
    await pace.push("1")
    assert time.monotonic() - began >= 0.95


async def test_an_answer_waits_out_the_second_of_what_nobody_asked_for() -> None:
    """After a change or a push the chat's second passes first, counted from where it may have arrived; then no more."""
    pace = Pace(1000, 0.3)
    with pace.on_the_wire("1", asked=False):
        await asyncio.sleep(0.2)  # a slow way there and back
        began = time.monotonic()
    await pace.rest("2")
    assert time.monotonic() - began < 0.1
    await pace.rest("1")
    assert 0.09 <= time.monotonic() - began < 0.3  # it may have arrived 0.2 s before that answer came
    began = time.monotonic()
    await pace.rest("1")
    with pace.on_the_wire("1"):
        pass
    await pace.rest("1")
    assert time.monotonic() - began < 0.1


async def test_a_chat_is_busy_from_when_it_heard() -> None:
    """What took long to arrive, after quick ones, keeps its chat free from then on, not from when it left."""
    pace = Pace(1000, 0.3)
    with pace.on_the_wire("2"):
        pass
    await pace.push("1")
    with pace.on_the_wire("1", push=True, asked=False):
        await asyncio.sleep(0.25)
    assert pace.busy("1") > 0.2


async def test_who_goes_on_keeps_the_second_of_who_stopped() -> None:
    """However often the voice changes no second holds more; where nothing was said nothing waits."""
    pace, times = Pace(20), []
    for turn in range(4):
        first = asyncio.create_task(_passed_into(times, pace, [f"{turn}.{n}" for n in range(14)]))
        await asyncio.sleep(0.45 + turn / 10)
        first.cancel()
        ago, busy = pace.lately()
        assert ago
        assert busy
        pace = Pace(20)
        pace.resume(ago, busy)
    assert len(times) >= 30
    assert _most_in_a_second(times) <= 21
    await pace.rest(f"{turn}.0")  # told a moment ago by who stopped: an answer waits out that chat's second
    assert pace.busy(f"{turn}.0") == 0
    fresh = Pace(20)
    fresh.resume([], {})
    assert (await _passed(fresh, ["1"]))[0] - time.monotonic() < 0.02


async def test_who_follows_a_killed_one_begins_behind_a_full_second() -> None:
    """What it said in its last second nobody knows: as much as a second holds. The chats it had in hand are busy."""
    pace = Pace(20)
    began = time.monotonic()
    pace.follow(["1"])
    assert pace.busy("1") > 0.9
    assert (await _passed(pace, ["2"]))[0] - began >= 0.95


async def _passed_into(times: list[float], pace: Pace, chats: list[str]) -> None:
    async def one(chat: str) -> None:
        await pace.push(chat)
        with pace.on_the_wire(chat, push=True):
            times.append(time.monotonic())

    await asyncio.gather(*(one(chat) for chat in chats))


async def test_what_may_still_come_fills_the_second() -> None:
    """What another had claimed counts from when that one must have stopped; its chats are left alone."""
    pace, began = Pace(4), time.monotonic()
    pace.resume([-0.25] * 5, {"1": 1.25})
    assert 1.2 < pace.busy("1") <= 1.25
    await pace.answer("office")
    assert time.monotonic() - began >= 1.2
