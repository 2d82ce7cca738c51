"""What may happen while the assistant speaks: kills in a broadcast, a stop cut short, a long 429, people who block."""

import asyncio
import functools
import signal
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests import faults
from tests import world as worlds
from tests.bench import organisation, questions
from tests.bench.broadcast import MONDAY, STARTED
from tests.faults import SENDING, Kill, Ledger
from tests.telegram_server import FakeTelegram

pytestmark = pytest.mark.faults
READERS, BRANCHES = 300, 10
PAUSE = 15  # seconds of a long 429
BLOCKS = 15  # seconds before the excerpt in which a program has started and heard that somebody blocks it
SLOW = 8.0  # seconds an answer takes: longer than a service manager waits
GRACE = 3.0  # seconds between its SIGTERM and its SIGKILL
SECRETARY, COLLEAGUE = organisation.SECRETARIES + 1, organisation.SECRETARIES + 2


async def broadcast(
    folder: Path, telegram: FakeTelegram, branches: int, members: int, campaign: Path = questions.CAMPAIGN
) -> list[int]:
    """Install members who get the excerpt on Monday at 08:00; return their numbers."""
    size = organisation.Size(branches, members)
    await faults.install(folder, size, started=STARTED, drill=True, campaign=campaign)
    people = [organisation.READERS + n for n in range(1, branches * members + 1)]
    await telegram.call("open_chats", people=people)
    return people


def just_before(monday: datetime = MONDAY, seconds: int = 3) -> tuple[str, str]:
    """Return the option that starts a drill a few seconds before eight."""
    return "--now", monday.replace(hour=7, minute=59, second=60 - seconds).isoformat()


async def test_killed_in_a_broadcast(request: pytest.FixtureRequest, tmp_path: Path, telegram: FakeTelegram) -> None:
    """Everybody gets the excerpt; what comes twice was on the wire; the platform's limits are kept across restarts."""
    ledger = Ledger(tmp_path / "data", telegram)
    people = await broadcast(ledger.folder, telegram, BRANCHES, READERS // BRANCHES)
    await telegram.call("limit")
    for point in ("sent", "committed") * 4:
        ledger.at(point, ledger.chance.randint(5, 30), *just_before())
    for _ in range(3):
        ledger.after(ledger.chance.uniform(0.2, 1.0), *just_before())
    with faults.run(ledger.folder, telegram, *just_before()):
        await faults.quiet(telegram, ledger.folder)
    said = await telegram.call("said")
    lost, repeats = sum(not said[str(person)] for person in people), await ledger.repeats()
    faults.tell(request, ledger.summary(lost, repeats))
    assert lost == 0
    assert len(ledger.kills) >= 10
    assert repeats <= sum(kill.wire for kill in ledger.kills)
    assert not [call for call in await telegram.calls("sendMessage") if call["status"] == 429]


async def walking(ledger: Ledger, people: int = 12) -> list[int]:
    """Install branches whose secretaries begin their reports at once."""
    numbers = [organisation.SECRETARIES + n for n in range(1, people + 1)]
    await faults.install(ledger.folder, organisation.Size(people), drill=False)
    await ledger.telegram.call("walk", people=numbers, steps=faults.steps(), at_once=people)
    return numbers


async def slow(telegram: FakeTelegram, delay: float) -> None:
    """Let the platform take its time over every message from now on, and wait until some are on their way."""
    before = len(await telegram.calls("sendMessage"))
    await telegram.fault("sendMessage", times=1000, delay=delay)

    async def on_the_wire() -> bool:
        return len(await telegram.calls("sendMessage")) >= before + 5

    await faults.until(on_the_wire)


async def finish(request: pytest.FixtureRequest, ledger: Ledger, people: list[int]) -> int:
    """Run on until everybody has their receipt; assert that nothing was lost and return how much came twice."""
    await ledger.telegram.call("mend")
    with faults.run(ledger.folder, ledger.telegram):
        await faults.all_walked(ledger.telegram, len(people))
        await faults.quiet(ledger.telegram, ledger.folder)
    lost, repeats = await faults.lost(ledger.telegram, ledger.folder, people), await ledger.repeats()
    if ledger.kills:
        faults.tell(request, ledger.summary(lost, repeats))
    assert lost == 0
    return repeats


async def test_a_stop_cut_short(request: pytest.FixtureRequest, tmp_path: Path, telegram: FakeTelegram) -> None:
    """SIGTERM with messages on the wire, SIGKILL three seconds later: none lost, those on the wire at most repeat."""
    ledger = Ledger(tmp_path / "data", telegram)
    people = await walking(ledger)
    with faults.run(ledger.folder, telegram) as program:
        await slow(telegram, SLOW)
        program.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(GRACE)
        assert program.process.poll() is None, "it had nothing to wait for"
        program.kill()
    ledger.kills.append(Kill("SIGTERM, SIGKILL", ledger.sending(), len(ledger.sending())))
    assert ledger.kills[0].in_hand
    assert await finish(request, ledger, people) <= ledger.kills[0].wire


async def test_a_stop_in_time(request: pytest.FixtureRequest, tmp_path: Path, telegram: FakeTelegram) -> None:
    """SIGTERM with messages on the wire: they arrive and are recorded, so nothing at all is said twice."""
    ledger = Ledger(tmp_path / "data", telegram)
    people = await walking(ledger)
    for _ in range(3):
        with faults.run(ledger.folder, telegram) as program:
            await slow(telegram, 1.0)
            assert program.stop() == 0
        assert not ledger.sending()
        await telegram.call("mend")
    assert await finish(request, ledger, people) == 0


async def sends(telegram: FakeTelegram, chat: int = 0) -> list[dict[str, Any]]:
    """Return the calls that say something, to one chat or to all."""
    calls = [call for call in await telegram.calls() if call["method"] in SENDING]
    return [call for call in calls if str(chat or call["args"]["chat_id"]) == str(call["args"]["chat_id"])]


async def test_a_long_429_is_kept_over_a_restart(tmp_path: Path, telegram: FakeTelegram) -> None:
    """Nothing is said until the platform's pause is over, though the program died in it; then all is said."""
    folder = tmp_path / "data"
    await faults.install(folder, organisation.Size(2), drill=False)
    await telegram.fault("sendMessage", status=429, retry_after=PAUSE)

    async def refused() -> bool:
        return bool(faults.look(folder, "select 1 from bot where paused_until is not null"))

    with faults.run(folder, telegram) as program:
        await telegram.say(SECRETARY, "/help")
        await faults.until(refused)
        program.kill()
    with faults.run(folder, telegram):
        await telegram.say(COLLEAGUE, "/help")
        await telegram.wait(SECRETARY, "", faults.PATIENCE)
        await telegram.wait(COLLEAGUE, "", faults.PATIENCE)
    first, *later = sorted((call["at"], call["status"]) for call in await sends(telegram))
    assert first[1] == 429
    assert min(at for at, _ in later) >= first[0] + PAUSE
    assert [status for _, status in later] == [200, 200]
    calls = [call["at"] for call in await telegram.calls() if call["method"] in {"getMe", "setMyCommands"}]
    assert not [at for at in calls if first[0] < at < first[0] + PAUSE], "even menus wait"


async def test_who_blocks_gets_no_further_call(tmp_path: Path, telegram: FakeTelegram) -> None:
    """Who was seen to block is never called; who blocked unseen once, and not again the week after."""
    folder = tmp_path / "data"
    seen, unseen, other = await broadcast(folder, telegram, 1, 3, worlds.CAMPAIGN)
    await telegram.fault("sendMessage", times=1000, status=403, chat=str(unseen))
    for monday, ahead in ((MONDAY, BLOCKS), (MONDAY.replace(day=27), 3)):
        with faults.run(folder, telegram, *just_before(monday, ahead)):
            if monday == MONDAY:
                await telegram.block(seen)
            await faults.until(functools.partial(_said, telegram, other, 1 + (monday != MONDAY)))
            await faults.quiet(telegram, folder)
    assert await sends(telegram, seen) == []
    assert [call["status"] for call in await sends(telegram, unseen)] == [403]


async def _said(telegram: FakeTelegram, person: int, count: int) -> bool:
    return (await telegram.call("said")).get(str(person), 0) >= count


async def test_who_is_slow_holds_nobody_up(tmp_path: Path, telegram: FakeTelegram) -> None:
    """One person's messages are answered in their order; while their answer hangs, others' whole reports go through."""
    folder, people = tmp_path / "data", [organisation.SECRETARIES + n for n in range(1, 13)]
    await faults.install(folder, organisation.Size(len(people)), drill=False)
    await telegram.fault("sendMessage", delay=10.0, chat=str(SECRETARY))
    with faults.run(folder, telegram):
        for act, words, _ in faults.steps()[:-1]:  # all at once, without waiting for any answer
            said = "Đã tổ chức" if act == "press" else words
            await telegram.say(SECRETARY, said.replace("{n}", str(SECRETARY)))
        started = time.monotonic()
        await telegram.call("walk", people=people[1:], steps=faults.steps(), at_once=len(people))
        await faults.all_walked(telegram, len(people) - 1)
        if time.monotonic() - started < 9:  # a slower machine proves the order alone
            assert (await telegram.call("said"))[str(SECRETARY)] == 1
        review = await telegram.wait(SECRETARY, "xem lại trước khi gửi", faults.PATIENCE)
        await telegram.press(SECRETARY, review["message_id"], "Gửi báo cáo")
        await telegram.wait(SECRETARY, faults.RECEIPT, faults.PATIENCE)
        await faults.quiet(telegram, folder)
    said = [line["text"] for line in await telegram.chat(SECRETARY) if line["by"] == "bot"]
    assert [f"Câu {n}/6" in said[n - 1] for n in range(1, 7)] == [True] * 6
    assert await faults.lost(telegram, folder, people) == 0
