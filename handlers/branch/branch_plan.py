"""A branch's own plan (D2): number and day typed and read back, its file sent; the office looks it up, any branch's."""

from datetime import date
from typing import Any

from handlers.branch import files
from handlers.everyone import unknown
from handlers.routes import READERS, SENDERS
from handlers.shape import SaidFile
from handlers.turn import Moment, Turn
from messages.reading import references
from messages.types import Choice, Heard, Value
from models import branch_plan as stored
from models import unit as units
from models.attachment import Attachment
from models.branch_plan import BranchPlan
from models.unit import Unit

A_PAGE = 12  # branches of one list
A_ROW = 3
LONGEST = 60  # of a number


async def of_unit(moment: Moment, unit_id: int) -> BranchPlan | None:
    """Return a branch's own plan under the present campaign."""
    current = await moment.campaign()
    return await stored.of_unit(moment.session, unit_id, current.id) if current else None


def view(found: BranchPlan | None) -> dict[str, Any] | None:
    """Return what templates say of it."""
    if found is None or not (found.number or found.on_day or found.attachment_id):
        return None
    return {"number": found.number, "on": found.on_day, "file": found.attachment_id is not None}


# The branch


async def ask(turn: Turn, unit: int) -> None:
    """[Kế hoạch của chi bộ]: how it stands; what is typed or sent next is it."""
    branch = await _mine(turn, unit)
    if branch is None:
        await unknown.old_button(turn)
        return
    turn.expect("branch_plan.given", unit=unit)
    found = await of_unit(turn, unit)
    look = [[Choice("branch_plan.file", {"unit": unit, "name": ""})]] if found and found.attachment_id else []
    await turn.say("branch_plan.ask", choices=look, branch=branch.name, plan=view(found), wrong="")


async def given(turn: Turn) -> None:
    """A file is kept at once, a number and day are read back."""
    branch = await _mine(turn, int(turn.conversation.subject.get("unit") or 0))
    if branch is None:
        turn.expect_nothing()
        await unknown.old_button(turn)
    elif turn.incoming.kind is Heard.FILE:
        await _file(turn, branch)
    else:
        await _typed(turn, branch)


async def _file(turn: Turn, branch: Unit) -> None:
    if wrong := await files.refused(turn):
        await turn.say("branch_plan.ask", branch=branch.name, plan=view(await of_unit(turn, branch.id)), wrong=wrong)
        return
    kept = await files.keep(turn, None)
    kept.unit_id = branch.id
    await attach(turn, branch, kept)
    await turn.say("branch_plan.kept", branch=branch.name, plan=view(await of_unit(turn, branch.id)))


async def attach(turn: Turn, branch: Unit, kept: Attachment) -> None:
    """Let a file be the branch's own plan."""
    found = await _row(turn, branch)
    if found:
        found.attachment_id = kept.id
        turn.note("branch_plan.file", f"attachment:{kept.id}", turn.me, unit=branch.id)
        await turn.session.flush()


async def _typed(turn: Turn, branch: Unit) -> None:
    read = references.read_reference(turn.incoming.text, today=turn.today)
    if read is None or read.invalid or len(read.number) > LONGEST:
        await turn.say("branch_plan.ask", branch=branch.name, plan=view(await of_unit(turn, branch.id)), wrong="unread")
        return
    on = read.date.isoformat() if read.date else ""
    keep: dict[str, Value] = {"unit": branch.id, "number": read.number, "on": on}
    menu = [[Choice("branch_plan.keep", keep), Choice("branch_plan.ask", {"unit": branch.id}, "branch_plan.again")]]
    await turn.say("branch_plan.read_back", choices=menu, branch=branch.name, number=read.number, on=read.date)


async def keep(turn: Turn, unit: int, number: str = "", on: str = "") -> None:
    """[Đúng]."""
    branch = await _mine(turn, unit)
    if branch is None:
        await unknown.old_button(turn)
        return
    turn.expect("branch_plan.given", unit=unit)
    await record(turn, branch, str(number)[:LONGEST], date.fromisoformat(on) if on else None)
    await turn.say("branch_plan.kept", branch=branch.name, plan=view(await of_unit(turn, unit)))


async def record(turn: Turn, branch: Unit, number: str, on: date | None) -> None:
    """Keep number and day; what is not said now stays as it was."""
    found = await _row(turn, branch)
    if found and ((number and number != found.number) or (on and on != found.on_day)):
        found.number, found.on_day = number or found.number, on or found.on_day
        found.person_id, found.recorded_at = turn.me.id, turn.now
        turn.note("branch_plan.keep", f"unit:{branch.id}", turn.me, fields=["number", "on_day"])
        await turn.session.flush()


async def _row(turn: Turn, branch: Unit) -> BranchPlan | None:
    current = await turn.campaign()
    if current is None:
        return None
    found = await stored.of_unit(turn.session, branch.id, current.id)
    if found is None:
        about = {"committee_id": turn.committee.id, "campaign_id": current.id, "unit_id": branch.id}
        found = BranchPlan(**about, number="", person_id=turn.me.id, recorded_at=turn.now)
        turn.session.add(found)
    return found


async def _mine(turn: Turn, unit_id: int) -> Unit | None:
    return next((each for each in await turn.units(SENDERS) if each.id == unit_id), None)


# Who looks


async def file(turn: Turn, unit: int, name: str = "") -> None:
    """[Tệp kế hoạch]: to the branch itself, the office and the inspection committee."""
    branch = await _mine(turn, unit)
    if branch is None and turn.holds(READERS):
        every = await units.branches(turn.session, turn.committee.id)
        branch = next((each for each in every if each.id == unit), None)
    found = await of_unit(turn, branch.id) if branch else None
    kept = await turn.session.get(Attachment, found.attachment_id) if found and found.attachment_id else None
    if branch is None:
        await unknown.old_button(turn)
    elif kept is None or not kept.path:
        await turn.say("branch_plan.no_file", branch=branch.name)
    else:
        await turn.say("branch_plan.file", file=SaidFile(kept.id, kept.kind), branch=branch.name)


async def list_(turn: Turn, page: int = 0) -> None:
    """[Kế hoạch chi bộ]: every branch that has its own, with its file."""
    current = await turn.campaign()
    plans = {each.unit_id: each for each in await stored.of_campaign(turn.session, current.id)} if current else {}
    every = await units.branches(turn.session, turn.committee.id)
    found = [each for each in every if view(plans.get(each.id))]
    part = found[page * A_PAGE : (page + 1) * A_PAGE]
    sent = [each for each in part if plans[each.id].attachment_id] if turn.holds(READERS) else []
    looks = [Choice("branch_plan.file", {"unit": each.id, "name": each.name}, "branch_plan.file_of") for each in sent]
    rows = [looks[n : n + A_ROW] for n in range(0, len(looks), A_ROW)]
    if len(found) > (page + 1) * A_PAGE:
        rows.append([Choice("branch_plan.list", {"page": page + 1}, "branch_plan.next_page")])
    rows.append([Choice("conference.show")])
    lines = [{"branch": each.name, "plan": view(plans[each.id])} for each in part]
    await turn.say("branch_plan.list", choices=rows, lines=lines, number=len(found), branches=len(every))
