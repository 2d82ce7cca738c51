"""Thirty hours without electricity: what is no longer true is not sent, nothing comes in a heap, the office is told."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from tests import faults
from tests import world as worlds
from tests.bench import organisation
from tests.telegram_server import FakeTelegram

pytestmark = pytest.mark.faults
GIVEN, DOWN, NIGHT, MORNING = (
    worlds.local(when).isoformat()
    for when in ("2024-05-22 09:00", "2024-05-22 18:30", "2024-05-24 00:30", "2024-05-24 08:20")
)
"""Between DOWN and NIGHT lie thirty hours, and in them the reminder of 23/5 at 08:15."""
OFFICE = 900
SECRETARIES = [organisation.SECRETARIES + n for n in (1, 2, 3)]
MEMBERS = [organisation.READERS + n for n in (1, 2, 3)]
WHILE = 6.0  # seconds in which every look comes more than once


async def told(folder: Path, telegram: FakeTelegram, now: str) -> dict[int, list[str]]:
    """Let it run from `now` for a while and be killed; return what everybody has been told so far."""
    with faults.run(folder, telegram, "--now", now) as program:
        await asyncio.sleep(WHILE)
        await faults.quiet(telegram, folder)
        program.kill()
    people = [*SECRETARIES, *MEMBERS, OFFICE]
    return {each: [line["text"] for line in await telegram.chat(each) if line["by"] == "bot"] for each in people}


async def test_thirty_hours_down(tmp_path: Path, telegram: FakeTelegram) -> None:
    """At night nobody is disturbed; in the morning branches hear what is still true, the office of it once."""
    folder = tmp_path / "data"
    size, started = organisation.Size(len(SECRETARIES), 1), worlds.local("2024-05-22 08:55")
    await faults.install(folder, size, started=started, drill=True, campaign=worlds.CAMPAIGN)
    await faults.add_office(folder, OFFICE)
    await telegram.call("open_chats", people=[*SECRETARIES, *MEMBERS, OFFICE])
    first = await told(folder, telegram, GIVEN)
    before = await told(folder, telegram, DOWN)
    night = await told(folder, telegram, NIGHT)
    morning = await told(folder, telegram, MORNING)

    for person in (*SECRETARIES, *MEMBERS):
        assert night[person] == before[person], "somebody was disturbed at night"
        assert max(Counter(morning[person]).values(), default=0) <= 1, "something was said twice"
        assert len(morning[person]) - len(before[person]) <= 1, "what was missed came in a heap"
    heard = [said for said in morning[OFFICE] if "sau khi ngừng" in said and said not in first[OFFICE]]
    assert len(heard) == 1
    assert f"{len(SECRETARIES):02} lượt" in heard[0]
    missed = faults.look(folder, "select outcome from due where kind = 'rung' and occurrence = 'T-5'")
    assert {outcome for (outcome,) in missed} <= {"dropped", "sent"}
