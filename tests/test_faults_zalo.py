"""Kill -9 on Zalo, at every named point with work in hand, while branches hand their reports in without one button.

Zalo has no cursor. Where it gives an update again, nothing may be lost wherever the program dies; where it gives one
once, what was fetched and not stored dies with the program: that is the platform's way, and is shown to be all of it.
"""

from pathlib import Path

import pytest

from tests import faults
from tests.bench import organisation
from tests.faults import Kill, Ledger
from tests.zalo_server import FakeZalo

pytestmark = pytest.mark.faults
KILLS = 10
PEOPLE, AT_ONCE = 10, 6
HURRY = ("--hurry",)
"""That a second passes between two polls is tried in test_zalo; here fifty kills would wait for it a thousand times."""
SECRETARIES = [organisation.SECRETARIES + n for n in range(1, PEOPLE + 1)]
NUMBER = FakeZalo.token.partition(":")[0]


async def walking(folder: Path, zalo: FakeZalo, mode: str, people: list[int]) -> Ledger:
    """Return an installation of branches whose secretaries have just begun their reports."""
    await zalo.switch(poll_mode=mode)
    bot = ("zalo", f"ZALO_BOT_TOKEN:{NUMBER}")
    await faults.install(folder, organisation.Size(len(people)), drill=False, bot=bot)
    steps = [[words, then] for _, words, then in faults.steps()]
    await zalo.call("walk", people=[str(each) for each in people], steps=steps, at_once=AT_ONCE)
    return Ledger(folder, zalo, hurry=HURRY)


@pytest.mark.parametrize(
    ("point", "mode", "longest"),
    [
        ("fetched", "replay", 2),
        ("stored", "consume_once", 2),
        ("in_turn", "replay", 2),
        ("committed", "replay", 3),
        ("sent", "replay", 3),
    ],
)
async def test_killed_at(
    request: pytest.FixtureRequest, tmp_path: Path, zalo: FakeZalo, point: str, mode: str, longest: int
) -> None:
    """Every report is there exactly once, word for word; what is said twice was on the wire at a kill."""
    ledger = await walking(tmp_path / "data", zalo, mode, SECRETARIES)
    for _ in range(KILLS):
        _in_hand(ledger, ledger.at(point, ledger.chance.randint(1, longest)))
    assert (await zalo.call("walked"))["going"], "all had arrived before the last kill"
    with faults.run(ledger.folder, zalo, faults=HURRY) as program:
        await faults.all_walked(zalo, PEOPLE)
        await _handled(ledger)
        assert program.stop() == 0
    lost, repeats = await faults.lost(zalo, ledger.folder, SECRETARIES), await ledger.repeats()
    faults.tell(request, ledger.summary(lost, repeats))
    assert lost == 0
    assert repeats <= sum(kill.wire for kill in ledger.kills)
    assert faults.look(ledger.folder, "select count(*) from inbox where outcome not in ('done', 'nothing')") == [(0,)]


def _in_hand(ledger: Ledger, kill: Kill) -> None:
    """What was in hand stands where the point says: nowhere, in the inbox, undone, or claimed and not recorded."""
    undone = {str(row) for (row,) in faults.look(ledger.folder, "select id from inbox where done_at is null")}
    kept = {key for (key,) in faults.look(ledger.folder, "select key from inbox")}
    match kill.point:
        case "stored":
            assert kept.issuperset(kill.in_hand)
        case "in_turn":
            assert undone.issuperset(kill.in_hand)
        case "committed" | "sent":
            assert set(ledger.sending()).issuperset(kill.in_hand)


async def _handled(ledger: Ledger) -> None:
    """Wait until nothing is undone or unsent; what the platform would give once more does not matter."""

    async def all_done() -> bool:
        waits = faults.look(ledger.folder, "select count(*) from inbox where done_at is null")[0][0]
        return (
            not waits
            + faults.look(ledger.folder, "select count(*) from outbox where state in ('due', 'sending')")[0][0]
        )

    await faults.until(all_done)


async def test_given_once_and_killed_before_it_was_stored(tmp_path: Path, zalo: FakeZalo) -> None:
    """Exactly the one update in hand is gone; said again, it is heard, and everybody arrives."""
    people = SECRETARIES[:3]
    ledger = await walking(tmp_path / "data", zalo, "consume_once", people)
    gone = ledger.at("fetched", 1).in_hand
    kept = {key for (key,) in faults.look(ledger.folder, "select key from inbox")}
    assert len(gone) == 1
    assert not kept & set(gone)
    await zalo.say(gone[0].partition(":")[0], faults.steps()[0][1])
    with faults.run(ledger.folder, zalo, faults=HURRY):
        await faults.all_walked(zalo, len(people))
    assert await faults.lost(zalo, ledger.folder, people) == 0
