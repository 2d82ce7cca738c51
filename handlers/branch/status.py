"""/tinhhinh: what a branch owes and how it stands; the office sees how much waits for it. Changes nothing."""

from typing import Any

from handlers import budget
from handlers.branch import acts, duties, still
from handlers.branch.duties import STILL_OWED, Duty
from handlers.routes import OFFICE, WRITERS
from handlers.turn import Turn
from messages.types import Choice
from models import item, usage
from models.obligation import State


async def command(turn: Turn, rest: str) -> None:
    """Show what is open of this person's branches; to the office, what waits."""
    if turn.holds(OFFICE) and not turn.holds(WRITERS):
        await _office(turn)
    elif turn.holds(WRITERS):
        await _branch(turn)
    else:
        await turn.say("status.member")


async def _office(turn: Turn) -> None:
    waiting = sum(each.number for each in (await item.waits(turn.session, turn.committee.id)).values())
    choices = [[Choice("requests.list", {"kind": "", "number": waiting}, "status.items")]] if waiting else []
    months = await budget.uses(turn)
    if held := sum(each.held for each in months):
        choices.append([Choice("status.let_go", {"number": held})])
    await turn.say("status.office", waiting=waiting, months=months, choices=choices)


async def let_go(turn: Turn, number: int = 0) -> None:
    """[Gửi tin đang giữ]: the office would rather have it out than keep the rest of the month's messages for duties."""
    if not await turn.pushing():
        await turn.say("golive.paused", choices=[[Choice("golive.resume")]])
        return
    gone = await usage.let_go(turn.session, turn.committee.id, turn.machine)
    turn.note("quota.let_go", f"committee:{turn.committee.id}", turn.me, number=gone)
    await turn.say("status.let_go", number=gone)


async def _branch(turn: Turn) -> None:
    found = await duties.of_person(turn)
    lines = [await _line(turn, duty) for duty in found]
    choices = [[each] for n, duty in enumerate(found, 1) if (each := _act(duty, n))]
    sent, more = await still.lines(turn, waiting := await still.of_person(turn))
    choices += [list(row) for row in more]
    units = await turn.units(WRITERS)
    about = [duty.id for duty in (*found, *waiting)]
    if any(unit.arts for unit in units):
        choices.append([Choice("arts.show", label="arts.status")])
    said = {"duties": lines, "sent": sent, "branches": [unit.name for unit in units]}
    await turn.say("status.branch", choices=choices, about=about, **said)


def _act(duty: Duty, number: int) -> Choice | None:
    """Return what the branch has to do about a duty, None where it waits for the office's word."""
    about = {"obligation": duty.id, "number": number}
    if duty.owed.state == State.INCOMPLETE:
        return Choice("report.complete", about, "status.complete")
    return Choice("report.begin", about, "status.report") if duty.owed.state in STILL_OWED else None


async def _line(turn: Turn, duty: Duty) -> dict[str, Any]:
    coming = await acts.next_reminder(turn, [duty])
    owed = duty.owed
    return {
        **await duties.view(turn, duty),
        "promised_on": owed.promised_on if owed.promised_on and owed.promised_on >= turn.today else None,
        "paused": owed.paused,
        "next": coming.day if coming else None,
    }
