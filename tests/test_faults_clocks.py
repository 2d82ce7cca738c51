"""Two processes that keep the clock, on machines whose own clocks are an hour ahead and an hour behind.

Both lead in turn while reminders fall due. When each was said is read from the fake platform's transcripts.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import faults
from tests.reminded import Reminded
from tests.running import Program
from tests.several import Several, patience, several
from tests.telegram_server import FakeTelegram
from tests.test_timepiece import clock_off

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures(patience.__name__)]
HOUR = 3600.0
LATER = 1800.0  # seconds from now: past already by the clock that is ahead
TURNS, EACH, EVERY = 4, 5, 1.5  # in each term so many reminders, so many times, so many seconds apart
FAR = 20
TERMS = 4
NUMBER = TERMS * TURNS * EACH + FAR
LATE = 20.0  # seconds on a busy machine: a look every two, the turn, the message
CALM = 120.0  # seconds until what is due was made, on a busy machine
DOUBT = 0.2  # seconds by which a clock may differ from the server's


async def test_two_clocks_disagree(request: pytest.FixtureRequest, tmp_path: Path, telegram: FakeTelegram) -> None:
    """Whoever leads, and at every change: each reminder once, none before its moment, none an hour after it."""
    async with several(tmp_path / "data", telegram, NUMBER) as processes:
        reminded = Reminded(processes, 0, NUMBER)
        await reminded.begin()
        reminded.fall_due(FAR, LATER)
        processes.start("deliver")
        off = {_clock(processes, wrong): wrong for wrong in (HOUR, -HOUR)}
        await processes.next_leader("clock", 0)
        led = []
        for _ in range(TERMS):
            await asyncio.to_thread(processes.ready)
            await _a_term(processes, reminded)
            led.append(await _change(processes, off))
        await reminded.all_made()
        await faults.quiet(telegram, processes.url)
        made = await reminded.check({}, reminded.made_due - FAR)
        early, late = await _said(processes)
        assert processes.look("select count(*) from due where kind = 'rung' and fired_at < due_at") == [(0,)]
    said = f"{made} reminders once each, the first {early:.2f} s after it was due, the last {late:.2f} s"
    faults.tell(request, f"clocks an hour ahead and an hour behind, {TERMS} changes; {said}")
    assert set(led) == {HOUR, -HOUR}
    assert early > -DOUBT
    assert late < LATE


def _clock(processes: Several, wrong: float) -> Program:
    """Start one that keeps the clock on a machine whose own is wrong."""
    return processes.start("clock", through=clock_off(wrong))[0]


async def _change(processes: Several, off: dict[Program, float]) -> float:
    """Kill who leads, start another on such a machine, wait until one leads; return how wrong the dead one's was."""
    _, term = processes.leader("clock")
    (leading,) = processes.leading("clock", "clock", term)
    leading.kill()
    await processes.next_leader("clock", term)
    off[_clock(processes, off[leading])] = off[leading]
    return off[leading]


async def _a_term(processes: Several, reminded: Reminded) -> None:
    """Let reminders fall due one after another; the last of them when whoever leads has gone."""
    before = len(_sent(processes))
    for turn in range(TURNS):
        reminded.fall_due(EACH, (turn + 1) * EVERY)

    async def most_made() -> bool:
        return len(_sent(processes)) >= before + (TURNS - 1) * EACH

    await faults.until(most_made, CALM)


def _sent(processes: Several) -> Sequence[tuple[str, float]]:
    """Return whom each reminder that was made went to, and when it was due, in seconds since 1970."""
    found = processes.look(
        "select external_id, extract(epoch from due.due_at)::float8 from due"
        " join reminder on reminder.obligation_id = due.obligation_id and reminder.occurrence = due.occurrence"
        " join account on account.person_id = reminder.person_id where due.outcome = 'sent'"
    )
    return [(chat, due) for chat, due in found]


async def _said(processes: Several) -> tuple[float, float]:
    """Return how many seconds after its moment a reminder was said, at least and at most."""
    waits = []
    for chat, due in _sent(processes):
        (line,) = await processes.telegram.chat(int(chat))
        waits.append(line["at"] - due)
    return min(waits), max(waits)
