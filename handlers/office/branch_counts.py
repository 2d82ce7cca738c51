"""How many a branch has, as of today: typed as numbers, read back, kept beside what was counted before."""

import re

from handlers.office import branches
from handlers.turn import Turn
from messages.types import Choice
from models import headcount

FEWEST, MOST = 3, 4  # numbers typed: masses may be left out
LARGEST = 9999


async def ask(turn: Turn, unit: int) -> None:
    """[Số đảng viên]."""
    if found := await branches.mine(turn, unit):
        turn.expect("branch_counts.typed", unit=unit)
        counts = await headcount.latest(turn.session, unit)
        await turn.say("branch_counts.ask", name=found.name, counts=counts)


async def typed(turn: Turn) -> None:
    """Three or four numbers, in the order asked."""
    found = await branches.mine(turn, int(turn.conversation.subject["unit"]))
    numbers = [int(each) for each in re.findall(r"\d{1,5}", turn.incoming.text)]
    if found is None:
        return
    if not FEWEST <= len(numbers) <= MOST or max(numbers) > LARGEST or numbers[2] > numbers[0] + numbers[1]:
        await turn.say("branch_counts.wrong")
        return
    turn.expect_nothing()
    full, probationary, exempt = numbers[:3]
    masses = numbers[3] if len(numbers) == MOST else None
    given = {"full": full, "probationary": probationary, "exempt": exempt, "masses": masses}
    about = {"unit": found.id}
    menu = [
        [Choice("branch_counts.keep", {**about, **given}), Choice("branch_counts.ask", about, "branch_counts.again")]
    ]
    summoned = full + probationary - exempt
    await turn.say("branch_counts.read_back", choices=menu, name=found.name, summoned=summoned, **given)


async def keep(turn: Turn, unit: int, full: int, probationary: int, exempt: int, masses: int | None) -> None:
    """[Đúng]: as of today; earlier counts keep their days, reports what they were checked against."""
    if found := await branches.mine(turn, unit):
        await headcount.keep(turn.session, unit, turn.today, (full, probationary, exempt, masses))
        turn.note("branch.counts", f"unit:{unit}", turn.me)
        menu = [[Choice("branches.show", {"unit": unit, "name": found.name})]]
        await turn.say("branch_counts.kept", choices=menu, name=found.name)
