"""Kill -9 at every named point, with work in hand, while branches hand their reports in: none lost, none doubled.

Each test is one installation whose program dies at least ten times while people walk through the guided report; who
was being answered simply waits. Then it runs on until everybody has their receipt, and the transcripts are counted.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import faults
from tests.bench import organisation
from tests.faults import Kill, Ledger
from tests.telegram_server import FakeTelegram

pytestmark = pytest.mark.faults
KILLS = 11
PEOPLE, AT_ONCE = 120, 12
SECRETARIES = [organisation.SECRETARIES + n for n in range(1, PEOPLE + 1)]


@pytest.fixture
async def ledger(tmp_path: Path, telegram: FakeTelegram) -> Ledger:
    """Return an installation of branches whose secretaries have just begun their reports."""
    folder = tmp_path / "data"
    await faults.install(folder, organisation.Size(PEOPLE), drill=False)
    await telegram.call("walk", people=SECRETARIES, steps=faults.steps(), at_once=AT_ONCE)
    return Ledger(folder, telegram)


def not_confirmed(ledger: Ledger, kill: Kill, queued: set[str]) -> None:
    """What was fetched is still the platform's, and not in the inbox."""
    kept = {key for (key,) in faults.look(ledger.folder, "select key from inbox")}
    assert queued.issuperset(kill.in_hand)
    assert not kept & set(kill.in_hand)


def kept_not_confirmed(ledger: Ledger, kill: Kill, queued: set[str]) -> None:
    """What was fetched is in the inbox, and the platform will give it again."""
    kept = {key for (key,) in faults.look(ledger.folder, "select key from inbox")}
    assert queued.issuperset(kill.in_hand)
    assert kept.issuperset(kill.in_hand)


def undone(ledger: Ledger, kill: Kill, _queued: set[str]) -> None:
    """The turns were rolled back as one: their messages wait to be handled."""
    waiting = {str(row) for (row,) in faults.look(ledger.folder, "select id from inbox where done_at is null")}
    assert waiting.issuperset(kill.in_hand)


def unrecorded(ledger: Ledger, kill: Kill, _queued: set[str]) -> None:
    """The message is claimed, and not recorded as sent."""
    assert set(ledger.sending()).issuperset(kill.in_hand)


@pytest.mark.parametrize(
    ("point", "longest", "in_hand"),
    [
        ("fetched", 4, not_confirmed),
        ("stored", 4, kept_not_confirmed),
        ("in_turn", 4, undone),
        ("committed", 20, unrecorded),
        ("sent", 20, unrecorded),
    ],
)
async def test_killed_at(
    request: pytest.FixtureRequest,
    ledger: Ledger,
    point: str,
    longest: int,
    in_hand: Callable[[Ledger, Kill, set[str]], None],
) -> None:
    """Every report is there exactly once, word for word; what is said twice was on the wire at a kill."""
    for _ in range(KILLS):
        kill = ledger.at(point, ledger.chance.randint(1, longest))
        in_hand(ledger, kill, {str(update["update_id"]) for update in await ledger.telegram.call("queued")})
    await settled(request, ledger)


async def test_killed_at_random(request: pytest.FixtureRequest, ledger: Ledger) -> None:
    """The same from outside, at any time; a kill counts only where something was in hand."""
    tries = 0
    while len(ledger.kills) < KILLS:
        ledger.after(ledger.chance.uniform(0, 0.7))
        tries += 1
        assert tries < 2 * KILLS, "nothing is ever in hand"
    await settled(request, ledger)


async def settled(request: pytest.FixtureRequest, ledger: Ledger) -> None:
    """Run on until everybody has their receipt; count."""
    under_way = await ledger.telegram.call("walked")
    assert under_way["going"], "all had arrived before the last kill"
    with faults.run(ledger.folder, ledger.telegram) as program:
        await faults.all_walked(ledger.telegram, PEOPLE)
        await faults.quiet(ledger.telegram, ledger.folder)
        assert program.stop() == 0
    lost, repeats = await faults.lost(ledger.telegram, ledger.folder, SECRETARIES), await ledger.repeats()
    faults.tell(request, ledger.summary(lost, repeats))
    assert lost == 0
    assert repeats <= sum(kill.wire for kill in ledger.kills)
    assert faults.look(ledger.folder, "select count(*) from inbox where outcome not in ('done', 'nothing')") == [(0,)]
