"""One time on several machines: the database's clock is followed, never backwards, and a wrong clock is said."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import structlog

from bot import clock as clocks
from bot import config, doctor, setup, timepiece
from bot.clock import Clock, Course, DrillClock
from bot.timepiece import Reading, Timepiece
from models.database import Database
from tests import databases, faults
from tests.several import patience, several
from tests.telegram_server import FakeTelegram
from tests.world import World

__all__ = ["patience"]
HOUR = 3600.0
START = datetime(2024, 5, 13, 1, 0, tzinfo=UTC)


@pytest.fixture(params=[HOUR, -HOUR], ids=["ahead", "behind"])
def wrong(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> float:
    """Let this machine's own clock be an hour off."""
    monkeypatch.setattr(clocks, "local", lambda: time.time() + request.param)
    return request.param


def off(clock: Clock) -> float:
    """Return by how many seconds a clock is ahead of the right time, which is the server's too."""
    return clock.machine().timestamp() - time.time()


async def test_a_process_starts_on_the_databases_time(either: World, wrong: float) -> None:
    """Whatever this machine's clock says; on SQLite that is the only one there is."""
    clock = Clock()
    await timepiece.begin(either.assistant.database, clock)
    assert off(clock) == pytest.approx(wrong if either.assistant.database.sqlite else 0, abs=1)


async def test_a_drill_goes_on_from_where_it_stands(either: World, wrong: float) -> None:
    """Plan time does not leap with machine time, walks on, and can be moved as before."""
    clock = DrillClock(START)
    await timepiece.begin(either.assistant.database, clock)
    assert abs(clock.now() - START) < timedelta(seconds=5)
    before = clock.now()
    await asyncio.sleep(0.01)
    assert clock.now() > before
    clock.move_to(START + timedelta(days=3))
    assert abs(clock.now() - START - timedelta(days=3)) < timedelta(seconds=5)


async def test_the_command_line_follows_it_too(either: World, wrong: float) -> None:
    """What `main.py invite` writes expires by the time of those who run."""
    clock = await setup.clock(either.assistant.database, START)
    assert abs(clock.now() - START) < timedelta(seconds=5)
    assert off(clock) == pytest.approx(wrong if either.assistant.database.sqlite else 0, abs=1)


async def test_a_clock_set_later_is_no_matter(either: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sets this machine's clock while we run on PostgreSQL: time goes on as it did."""
    if either.assistant.database.sqlite:
        return
    clock = Clock()
    await timepiece.begin(either.assistant.database, clock)
    monkeypatch.setattr(clocks, "local", lambda: time.time() - HOUR)
    assert off(clock) == pytest.approx(0, abs=1)


@pytest.mark.parametrize(("wrongly", "after"), [(HOUR, HOUR), (-HOUR, 0)], ids=["ahead", "behind"])
async def test_a_running_clock_never_goes_back(either: World, wrongly: float, after: float) -> None:
    """One that is behind leaps; one that is ahead goes on more slowly, and is corrected by nothing on SQLite."""
    clock = Clock()
    clock.begin_following(time.time() - time.monotonic() + wrongly)
    before = clock.machine()
    await Timepiece(either.assistant.database, clock).correct()
    assert clock.machine() >= before
    assert off(clock) == pytest.approx(wrongly if either.assistant.database.sqlite else after, abs=5)


def test_what_is_ahead_is_made_up_for() -> None:
    """At half the speed ten seconds take twenty; from then on it is the other clock."""
    course = Course(base=1000.0, since=50.0, ahead=10.0)
    told = [course.at(50.0 + second) for second in range(40)]
    assert told[0] == 1060.0
    assert all(after - before >= 0.5 for before, after in pairwise(told))
    assert told[19] > 1069.0
    assert told[20:] == [1050.0 + second for second in range(20, 40)]


@pytest.mark.parametrize(("base", "denied"), [(100.0, False), (109.0, False), (91.0, False), (111.0, True), (89, True)])
def test_only_what_is_certainly_wrong_is_changed(base: float, denied: bool) -> None:
    """A round trip of twenty seconds leaves ten to either side in doubt."""
    assert Reading(base=100.0, local=100.0, doubt=10.0).denies(base) is denied


async def test_a_wrong_clock_is_said_once(either: World, wrong: float) -> None:
    """One line while it lasts, however often it is looked at; nobody is told where there is one machine."""
    kept = Timepiece(either.assistant.database, Clock())
    with structlog.testing.capture_logs() as lines:
        for _ in range(3):
            await kept.correct()
    assert [round(each["ahead"] / wrong) for each in lines] == ([] if either.assistant.database.sqlite else [1])


async def test_the_doctor_says_it(either: World, tmp_path: Path, wrong: float) -> None:
    """With its own finding, and the ages of what waits are counted by the right time."""
    url = either.assistant.database.reader.url.render_as_string(hide_password=False)
    settings = config.load(_env_file=None, data_dir=tmp_path, database_url=url)
    found = {each.said: each async for each in doctor.examine(settings)}
    shared = [each for each in ("clock_shared", "clock_shared_apart", "clock_alone") if each in found]
    assert shared == (["clock_alone"] if either.assistant.database.sqlite else ["clock_shared_apart"])
    if shared == ["clock_shared_apart"]:
        assert found[shared[0]].verdict is doctor.Verdict.LOOK
        assert found[shared[0]].values == {"seconds": pytest.approx(HOUR, abs=2), "ahead": wrong > 0}


async def test_the_doctor_finds_a_right_clock_right(postgres_template: str) -> None:
    """A machine on the server's time asks for nothing."""
    url = await databases.create_postgres(postgres_template)
    database = Database(url)
    reading = await timepiece.read(database)
    await database.close()
    await databases.drop_postgres(url)
    assert reading
    assert (reading.off, abs(reading.ahead) < 1, reading.doubt < 1) == (False, True, True)


@pytest.mark.usefixtures("patience")
async def test_what_one_machine_writes_another_sends_at_once(telegram: FakeTelegram, tmp_path: Path) -> None:
    """The clock of who answers is an hour ahead, that of who sends an hour behind: nobody waits for an answer."""
    async with several(tmp_path / "data", telegram, 1) as processes:
        (working,) = processes.start("work", through=clock_off(HOUR))
        (sending,) = processes.start("deliver", through=clock_off(-HOUR))
        processes.start("receive")
        processes.ready()
        await telegram.say(7, "Xin chào")
        await telegram.wait(7, "mã mời", faults.PATIENCE)
        for program, ahead in ((working, HOUR), (sending, -HOUR)):
            said = [line for line in program.lines if "clock is not that of the database" in line]
            assert len(said) == 1
            assert f"ahead={ahead:.0f}" in said[0]


def clock_off(seconds: float) -> tuple[str, ...]:
    """Return how the program is started on a machine whose clock is off."""
    return ("-m", "tests.killed_at", "--ahead", str(seconds), "--")
