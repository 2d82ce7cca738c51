"""Several processes over one PostgreSQL while they, the server or the way to it fail: nothing lost, nothing made twice.

People walk through the guided report meanwhile and simply wait. What was lost or said twice is counted from the fake
platform's transcripts and from the database, read as any other program would.
"""

import asyncio
import os
import signal
import time
from pathlib import Path

import httpx
import pytest
from sqlalchemy.engine import make_url

from bot import deliver
from tests import faults
from tests.bench import organisation
from tests.own_postgres import SOCKET, laid, own_postgres
from tests.running import command
from tests.several import ROLES, Several, patience, several
from tests.telegram_server import FakeTelegram

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures(patience.__name__)]
FEW = 120
SLOW = 0.25  # seconds the platform takes over a message, where some are to be on the wire
TAKEN_OVER = 5.0  # seconds
CALM = 240.0  # seconds until everybody has their receipt after the last fault


def secretaries(people: int) -> list[int]:
    """Return the chats of so many."""
    return [organisation.SECRETARIES + n for n in range(1, people + 1)]


async def begin(processes: Several, people: int, at_once: int) -> None:
    """Let people begin their reports."""
    await processes.telegram.call("walk", people=secretaries(people), steps=faults.steps(), at_once=at_once)


def in_hand(processes: Several) -> tuple[int, int]:
    """Return how many messages wait or are on their way, and how many of these are claimed to be sent."""
    undone = processes.look("select count(*) from inbox where done_at is null")[0][0]
    states = dict(processes.look("select state, count(*) from outbox where state in ('due', 'sending') group by 1"))
    return undone + sum(states.values()), states.get("sending", 0)


async def settled(processes: Several, people: int) -> tuple[int, int]:
    """Wait until everybody has their receipt; return how many reports were lost and how much was said twice."""
    await faults.all_walked(processes.telegram, people, CALM)
    await faults.quiet(processes.telegram, processes.url)
    assert processes.look("select count(*) from inbox where outcome not in ('done', 'nothing')") == [(0,)]
    twice = "select obligation_id, occurrence, person_id from reminder group by 1, 2, 3 having count(*) > 1"
    assert processes.look(twice) == []
    lost = await faults.lost(processes.telegram, processes.url, secretaries(people))
    return lost, await faults.repeats(processes.telegram, processes.url)


def make_due(processes: Several) -> None:
    """Let some reminders be due now, so that the clock has work in hand."""
    processes.do(
        "update due set due_at = now(), valid_until = now() + interval '1 day'"
        " where id in (select id from due where fired_at is null and kind = 'rung' order by id limit 8)"
    )


def _busy(processes: Several, role: str) -> bool:
    """Say whether the role has something in hand; who leads the clock always has."""
    make_due(processes)
    return role == "clock" or bool(in_hand(processes)[0])


def _sends(processes: Several, _role: str) -> bool:
    """Say whether messages are on the wire."""
    return bool(in_hand(processes)[1])


def _led(processes: Several, role: str) -> str:
    """Return what is led in a role, "" where all work."""
    ((bot,),) = processes.look("select id from bot where channel = 'telegram'")
    return {"deliver": f"speak:{bot}", "receive": f"hear:{bot}", "clock": "clock"}.get(role, "")


@pytest.mark.parametrize("role", ["deliver", "receive", "clock", "work"])
async def test_a_frozen_process_wakes(
    request: pytest.FixtureRequest, tmp_path: Path, telegram: FakeTelegram, role: str
) -> None:
    """SIGSTOP past the lease: the standby goes on within seconds; who wakes up does nothing that is done already."""
    async with several(tmp_path / "data", telegram, FEW) as processes:
        led = _led(processes, role)
        processes.start(*ROLES)
        processes.ready()
        if led:
            await processes.next_leader(led, 0)
        first = processes.of(role)[0]
        processes.start(role)
        processes.ready()
        await begin(processes, FEW, at_once=4)
        epoch = processes.leader(led)[1] if led else 0
        await faults.until(lambda: asyncio.to_thread(_busy, processes, role))
        os.kill(first.process.pid, signal.SIGSTOP)
        sending = in_hand(processes)[1]
        took = await processes.next_leader(led, epoch) if led else 0.0
        await asyncio.sleep(2.0)
        os.kill(first.process.pid, signal.SIGCONT)
        lost, repeats = await settled(processes, FEW)
        assert first.process.poll() is None, first.said
    faults.tell(request, f"standby after {took:.1f} s; lost {lost}, said twice {repeats} of {sending} on the wire")
    assert took < TAKEN_OVER
    assert lost == 0
    assert repeats <= max(sending, deliver.AT_ONCE if role == "deliver" else 0)


async def test_postgres_is_restarted(request: pytest.FixtureRequest, tmp_path: Path, telegram: FakeTelegram) -> None:
    """The server dies and comes back, three times, under load: everything waits and goes on by itself."""
    wire = 0
    with own_postgres() as server:
        async with several(tmp_path / "data", telegram, FEW, server.url) as processes:
            processes.start(*ROLES)
            processes.ready()
            await begin(processes, FEW, at_once=2)
            for _ in range(3):
                await asyncio.sleep(1.0)
                assert (await telegram.call("walked"))["going"], "all had arrived before the last restart"
                await asyncio.to_thread(server.stop)
                await asyncio.sleep(1.0)
                await asyncio.to_thread(server.start)
                wire += in_hand(processes)[1]
            lost, repeats = await settled(processes, FEW)
            assert all(each.process.poll() is None for _, each in processes.programs)
    faults.tell(request, f"3 restarts; lost {lost}, said twice {repeats} of {wire} claimed")
    assert lost == 0
    assert repeats <= wire


@pytest.mark.parametrize("role", ["work", "deliver", "receive", "clock"])
async def test_a_process_is_cut_off(
    request: pytest.FixtureRequest, tmp_path: Path, telegram: FakeTelegram, role: str
) -> None:
    """Its way to the server carries nothing for ten seconds, the one to the platform does: another takes its work over.

    A worker is cut off in the middle of its work, of the others the one that leads.
    """
    async with several(tmp_path / "data", telegram, FEW) as processes:
        led = _led(processes, role)
        address = make_url(processes.url)
        async with laid(tmp_path / "way", f"{address.query['host']}/{SOCKET}") as cable:
            way = address.set(query={"host": str(cable.folder)}).render_as_string(hide_password=False)
            (far,) = processes.start(role, DATABASE_URL=way)
            if led:
                await processes.next_leader(led, 0)
            processes.start(*ROLES)
            await asyncio.to_thread(processes.ready)  # this loop carries what goes over the cable
            await telegram.fault("sendMessage", times=FEW, delay=SLOW)
            await begin(processes, FEW, at_once=4)
            await faults.until(lambda: asyncio.to_thread(_sends if role == "deliver" else _busy, processes, role))
            epoch = processes.leader(led)[1] if led else 0
            cable.cut()
            began, sending = time.monotonic(), in_hand(processes)[1]
            took = await processes.next_leader(led, epoch) if led else 0.0
            await faults.all_walked(telegram, FEW, CALM)
            went_on = time.monotonic() - began
            await asyncio.sleep(max(10.0 - went_on, 0.0))
            cable.mend()
            lost, repeats = await settled(processes, FEW)
            assert far.process.poll() is None, far.said
    told = f"standby after {took:.1f} s; lost {lost}, said twice {repeats} of {sending} on the wire"
    faults.tell(request, f"everybody had a receipt {went_on:.1f} s after the cut; {told}")
    assert took < TAKEN_OVER
    assert lost == 0
    assert repeats <= (max(sending, deliver.AT_ONCE) if role == "deliver" else 0)


async def test_no_connection_is_free(request: pytest.FixtureRequest, tmp_path: Path, telegram: FakeTelegram) -> None:
    """For five seconds the server has no connection left for us, and ours are closed: everything waits and goes on."""
    async with several(tmp_path / "data", telegram, FEW) as processes:
        name = make_url(processes.url).database
        processes.do(f"create role assistant_{name} login superuser")
        processes.do(f"alter role assistant_{name} nosuperuser")
        for what in ("all tables", "all sequences"):
            processes.do(f"grant all on {what} in schema public to assistant_{name}")
        ours = make_url(processes.url).set(username=f"assistant_{name}").render_as_string(hide_password=False)
        processes.start(*ROLES, DATABASE_URL=ours)
        processes.ready()
        await begin(processes, FEW, at_once=2)
        await asyncio.sleep(0.5)
        sending = in_hand(processes)[1]
        processes.do(f"alter role assistant_{name} connection limit 0")
        processes.do(f"select pg_terminate_backend(pid) from pg_stat_activity where usename = 'assistant_{name}'")
        began = time.monotonic()
        assert all("database" in wrong for wrong in await _wrong(processes))
        told = await asyncio.to_thread(command, processes.folder, "doctor", DATABASE_URL=ours)
        assert (told.returncode, "TooManyConnections" in told.stdout) == (1, True), told.stdout
        await asyncio.sleep(max(5.0 - (time.monotonic() - began), 0.0))
        assert (await telegram.call("walked"))["going"]
        processes.do(f"alter role assistant_{name} connection limit -1")
        without = time.monotonic() - began
        lost, repeats = await settled(processes, FEW)
        processes.end()
        processes.do(f"drop owned by assistant_{name}")
        processes.do(f"drop role assistant_{name}")
    faults.tell(
        request, f"{without:.0f} s without a connection; lost {lost}, said twice {repeats} of {sending} claimed"
    )
    assert lost == 0
    assert repeats <= max(sending, deliver.AT_ONCE)


async def _wrong(processes: Several) -> list[list[str]]:
    """Return what each process says is wrong when a monitor asks it."""
    async with httpx.AsyncClient(trust_env=False, timeout=60) as monitor:
        return [(await monitor.get(each.url)).json()["wrong"] for _, each in processes.programs]
