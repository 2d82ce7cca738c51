"""Kill -9 fifty times each role of several processes over one PostgreSQL, at random, with work in hand each time.

The platform is slow to answer, so that messages are on the wire; people walk through the guided report, and reminders
of other branches fall due all the while. Whoever leads is the one who is killed, and it is measured how long nobody
did. Nothing may be lost, nothing made twice, and nothing said twice but what was on the wire when its sender died.
"""

import asyncio
import random
import statistics
import time
from collections import Counter
from pathlib import Path

import pytest

from bot import deliver
from tests import faults
from tests.reminded import Reminded, secretaries
from tests.running import Program
from tests.several import Several, patience, several
from tests.telegram_server import FakeTelegram
from tests.test_zalo_run import free_port

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures(patience.__name__)]
KILLS = 50
PEOPLE, REMINDED, AT_ONCE = 800, 300, 8
WAVE = 40  # people who begin where fewer than that wait to
DUE = 3  # reminders that fall due before each kill; as many again are left for trials that kill nobody
SLOW = 0.25  # seconds the platform takes to answer that it took a message
LULL = {"clock": 3.0}  # seconds at most from work in hand to the kill: the clock looks every two
SHORT = 0.3
TAKEN_OVER = 5.0  # seconds
CALM = 240.0  # seconds until everybody has their receipt after the last kill
ALIKE = 4  # processes of the role that is killed
BESIDE = ("receive", "work", "work", "deliver", "clock")
PARTS = {"receive": "hear:{bot}", "deliver": "speak:{bot}", "clock": "clock"}
"""What is led in a role; in the others all processes work."""
PUBLIC, SECRET = "https://chibo.example", "mat-khau-cua-webhook"


class Trial:
    """One installation, several processes of the role that is killed, and what the kills cost."""

    def __init__(self, processes: Several, role: str) -> None:
        ((bot,),) = processes.look("select id from bot where channel = 'telegram'")
        self._processes, self._role, self._part = processes, role, PARTS.get(role, "").format(bot=bot)
        self._chance = random.Random(f"{faults.SEED} {role}")
        self._ports = [free_port() for _ in range(ALIKE)] if role == "web" else []
        self._begun = 0
        self._at: dict[int, int] = {}  # the port of a process
        self.reminded = Reminded(processes, PEOPLE, REMINDED)
        self.kills = self.held = self.on_wire = 0
        self.wire: Counter[str] = Counter()  # messages on the wire at a kill, by chat
        self.standby: list[float] = []

    async def begin(self) -> None:
        """Start everything, and let people begin."""
        await self.reminded.begin()
        await self._processes.telegram.fault("sendMessage", times=1_000_000, delay=SLOW)
        await self._processes.telegram.call("lies_at", url=" ".join(f"http://127.0.0.1:{port}" for port in self._ports))
        for port in self._ports or [0] * ALIKE:
            self._start(self._role, port)
        for each in BESIDE:
            self._start(each)
        await asyncio.to_thread(self._processes.ready)

    def _start(self, role: str, port: int = 0) -> None:
        called = {"PUBLIC_URL": PUBLIC, "TELEGRAM_WEBHOOK_SECRET": SECRET} if self._ports else {}
        (started,) = self._processes.start(role, PORT=str(port), **called)
        self._at[started.process.pid] = port

    async def kill(self) -> None:
        """Kill one of the role at a random moment, once it has work in hand; start another in its place."""
        await self._people()
        if self.reminded.made_due < (self.kills + 1) * DUE:
            self.reminded.fall_due(DUE)
        await faults.until(self._busy, CALM)
        await asyncio.sleep(self._chance.uniform(0.0, LULL.get(self._role, SHORT)))
        self._fresh()
        held, victims, (term, _) = await self._in_hand(), self._victims(), self._term()
        if not (held and victims):
            return
        victim, at = self._chance.choice(victims), time.time()
        victim.kill()
        self.kills, self.held = self.kills + 1, self.held + held
        self._lies_on_the_wire()
        self._start(self._role, self._at[victim.process.pid])
        if self._part:
            self.standby.append(await self._led_anew(term) - at)

    def _fresh(self) -> None:
        """Let the clock, which soon has made all that is due, have more in hand."""
        if self._role == "clock" and not self.reminded.waiting():
            self.reminded.fall_due(1)

    async def _people(self) -> None:
        """Let more begin before the last have."""
        walked = await self._processes.telegram.call("walked")
        if walked["waiting"] < WAVE and self._begun < PEOPLE:
            people = secretaries(WAVE, self._begun)
            self._begun += WAVE
            await self._processes.telegram.call("walk", people=people, steps=faults.steps(), at_once=AT_ONCE)

    async def _busy(self) -> bool:
        if not self._victims():
            return False
        self._fresh()
        return bool(await self._in_hand())

    def _victims(self) -> list[Program]:
        """Return who may be killed: where one leads, that one, once another stands by."""
        ready = self._processes.ready_of(self._role)
        if not self._part or len(ready) < 2:
            return [] if self._part else ready
        return self._processes.leading(self._role, self._part, self._term()[0])

    def _term(self) -> tuple[int, float]:
        """Return the number of the present term, and when it began."""
        asked = f"select epoch, extract(epoch from taken_at)::float8 from lead where name = '{self._part}'"
        found = self._processes.look(asked) if self._part else []
        return (found[0][0], found[0][1]) if found else (0, 0.0)

    async def _led_anew(self, term: int) -> float:
        """Wait for the next term; return when it began."""

        async def begun() -> bool:
            return self._term()[0] > term

        await faults.until(begun, CALM)
        return self._term()[1]

    async def _in_hand(self) -> int:
        """Return how much the role has in hand."""
        if self._role == "clock":
            return self.reminded.waiting()
        if self._role == "deliver":
            return len(self._claimed())
        told = len(await self._processes.telegram.call("queued")) if self._role in ("web", "receive") else 0
        return told or int(self._processes.look("select count(*) from inbox where done_at is null")[0][0])

    def _claimed(self) -> list[str]:
        """Return the chats to which messages are claimed to be sent."""
        claimed = (
            "select external_id from outbox join account on account.id = account_id where outbox.state = 'sending'"
        )
        return [chat for (chat,) in self._processes.look(claimed)]

    def _lies_on_the_wire(self) -> None:
        """Keep what a sender that was killed had on the wire: whoever takes over looks a second later."""
        if self._role == "deliver":
            chats = self._claimed()
            self.wire.update(chats)
            self.on_wire += min(len(chats), deliver.AT_ONCE)

    async def end(self) -> tuple[int, dict[str, int], int]:
        """Wait until all is done; return how many reports were lost, what was said twice, the reminders made."""
        telegram, url = self._processes.telegram, self._processes.url
        assert (await telegram.call("walked"))["going"], "all had arrived before the last kill"
        await telegram.call("mend")
        await faults.all_walked(telegram, self._begun, CALM)
        await self.reminded.all_made()
        await faults.quiet(telegram, url)
        assert self._processes.look("select count(*) from inbox where outcome not in ('done', 'nothing')") == [(0,)]
        beyond = {chat: count for chat, count in (await faults.beyond(telegram, url)).items() if count}
        made = await self.reminded.check(beyond)
        return await faults.lost(telegram, url, secretaries(self._begun)), beyond, made

    def took(self) -> str:
        """Say how long nobody led, where one leads."""
        if not self._part:
            return "nobody to elect"
        return f"another led after {statistics.median(self.standby):.2f} s (median), {max(self.standby):.2f} s (worst)"


@pytest.mark.parametrize("role", ["web", "receive", "work", "deliver", "clock"])
async def test_a_role_is_killed(
    request: pytest.FixtureRequest, tmp_path: Path, telegram: FakeTelegram, role: str
) -> None:
    """Nothing is lost, nothing made twice; what is said twice was on the wire; another leads within seconds."""
    async with several(tmp_path / "data", telegram, PEOPLE + REMINDED) as processes:
        trial = Trial(processes, role)
        await trial.begin()
        while trial.kills < KILLS:
            await trial.kill()
        lost, beyond, made = await trial.end()
    repeats = sum(beyond.values())
    counts = f"kills {trial.kills} x {role}, in hand {trial.held}, on the wire {trial.on_wire}"
    done = f"lost {lost}, said twice {repeats}, {made} reminders made once each"
    faults.tell(request, f"seed {faults.SEED}: {counts}; {done}; {trial.took()}")
    assert lost == 0
    assert made > KILLS
    assert all(count <= trial.wire[chat] for chat, count in beyond.items())
    assert repeats <= trial.on_wire
    assert bool(trial.on_wire) == (role == "deliver")
    assert statistics.median(trial.standby or [0.0]) < TAKEN_OVER  # the worst is told: the machine may be busy
