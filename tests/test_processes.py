"""Several processes share the work over one PostgreSQL: every role by itself, standbys, one voice a bot."""

from pathlib import Path

import pytest

from tests import faults
from tests.bench import organisation
from tests.running import Program, command
from tests.several import ROLES, patience, several
from tests.telegram_server import FakeTelegram

pytestmark = pytest.mark.usefixtures(patience.__name__)

PEOPLE = 24
SECRETARIES = [organisation.SECRETARIES + n for n in range(1, PEOPLE + 1)]
TAKEN_OVER = 5.0  # seconds


async def test_each_role_does_its_part(tmp_path: Path, telegram: FakeTelegram) -> None:
    """A process a role, and one more that works, take the reports of everybody: nothing lost, nothing said twice."""
    async with several(tmp_path / "data", telegram, PEOPLE, program=Program) as processes:
        processes.start(*ROLES, "work")
        processes.ready()
        await telegram.call("walk", people=SECRETARIES, steps=faults.steps(), at_once=PEOPLE)
        await faults.all_walked(telegram, PEOPLE)
        await faults.quiet(telegram, processes.url)
        assert await faults.lost(telegram, processes.url, SECRETARIES) == 0
        assert await faults.repeats(telegram, processes.url) == 0
        assert {each.stop() for _, each in processes.programs} == {0}


@pytest.mark.parametrize(("role", "name"), [("receive", "hear:{bot}"), ("deliver", "speak:{bot}"), ("clock", "clock")])
async def test_a_standby_takes_over(tmp_path: Path, telegram: FakeTelegram, role: str, name: str) -> None:
    """Whoever leads is killed: the other does so within seconds, in a term of its own."""
    async with several(tmp_path / "data", telegram, 2, program=Program) as processes:
        ((bot,),) = processes.look("select id from bot where channel = 'telegram'")
        led = name.format(bot=bot)
        first, _ = processes.start(role), await processes.next_leader(led, 0)
        processes.start(role)
        processes.ready()
        _, epoch = processes.leader(led)
        first[0].kill()
        assert await processes.next_leader(led, epoch) < TAKEN_OVER


def test_parts_need_postgres(tmp_path: Path) -> None:
    """One file has one process."""
    asked = command(tmp_path, "run", "--role", "work")
    assert asked.returncode == 1
    assert "PostgreSQL" in asked.stderr
    asked = command(tmp_path, "run", "--role", "work", "--now", "2024-05-20T07:58:00+07:00")
    assert "--now" in asked.stderr
