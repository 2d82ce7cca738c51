"""Pushes are spread, answers are not held up, and no second holds too many."""

import asyncio
import itertools
import time

from bot.pace import Pace


async def _passed(pace: Pace, chats: list[str]) -> list[float]:
    async def one(chat: str) -> float:
        await pace.push(chat)
        with pace.on_the_wire():
            return time.monotonic()

    return sorted(await asyncio.gather(*(one(chat) for chat in chats)))


async def test_pushes_leave_one_by_one() -> None:
    """Ten pushes at a hundred a second take nine slots."""
    times = await _passed(Pace(100), [str(n) for n in range(10)])
    assert times[-1] - times[0] >= 0.08


async def test_a_stall_is_not_made_up_for_in_a_heap() -> None:
    """After a busy moment pushes go on in their slots: one is made up for then, as one is after an idle time."""
    pace = Pace(50)
    first = asyncio.create_task(_passed(pace, [str(n) for n in range(8)]))
    await asyncio.sleep(0.03)
    time.sleep(0.1)  # the machine is busy
    times = await first
    heaps = [later - earlier for earlier, later in itertools.pairwise(times) if later - earlier < 0.015]
    assert len(heaps) <= 2


async def test_no_second_holds_more_than_its_fill() -> None:
    """What answers took of a second is not given to pushes."""
    pace = Pace(5)
    for _ in range(5):
        with pace.on_the_wire():
            pass
    began = time.monotonic()
    await pace.push("1")
    assert time.monotonic() - began >= 0.9


async def test_an_answer_takes_a_slot_from_the_pushes() -> None:
    """Pushes wait behind answers, never the other way round."""
    pace = Pace(20)
    for _ in range(4):
        pace.answer()
    began = time.monotonic()
    await pace.push("1")
    assert time.monotonic() - began >= 0.15


async def test_two_pushes_to_one_chat_are_a_second_apart() -> None:
    """The platform takes one message a second and chat."""
    pace = Pace(1000)
    times = [(await _passed(pace, ["1"]))[0] for _ in range(2)]
    assert times[1] - times[0] >= 0.95
