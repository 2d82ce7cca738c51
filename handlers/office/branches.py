"""/chibo: the register of branches: found by button or name, each with its people and counts. Changes nothing."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from handlers.branch import branch_plan, duties, sessions
from handlers.branch.duties import Duty
from handlers.everyone import unknown
from handlers.office import picking
from handlers.turn import Turn
from messages.types import Choice, Rows, Value
from models import headcount, invitation, obligation, signed_copy, standing
from models import unit as units
from models.branch_plan import BranchPlan
from models.role import RoleKind
from models.unit import Unit, UnitKind

A_PAGE = 16
FILTERS = ("all", "unconnected", "lost", "uncounted")


async def command(turn: Turn, rest: str) -> None:
    """/chibo, /branches: the list; with a name after it, that branch."""
    found = picking.named(rest, await units.branches(turn.session, turn.committee.id)) if rest else []
    if len(found) == 1:
        await show(turn, found[0].id)
    else:
        await page(turn)


async def page(turn: Turn, which: str = "all", page: int = 0, **_: Any) -> None:
    """A page of the branches that a filter leaves, each a button."""
    every = await units.branches(turn.session, turn.committee.id)
    people = await standing.answerers(turn.session, turn.committee.id)
    counted = await headcount.counted(turn.session, turn.committee.id)
    kept = {
        "unconnected": [each for each in every if not people.get(each.id)],
        "lost": [each for each in every if people.get(each.id) and not any(one.reachable for one in people[each.id])],
        "uncounted": [each for each in every if each.id not in counted],
    }
    found = kept.get(which, list(every))
    place = max(min(page, (len(found) - 1) // A_PAGE), 0)
    part = found[place * A_PAGE : (place + 1) * A_PAGE]
    turn.expect("branches.typed")
    await turn.say(
        "branches.list",
        choices=_menu(part, which, place, len(found), {name: len(each) for name, each in kept.items()}),
        total=len(every),
        which=which if which in FILTERS else "all",
        found=len(found),
        page=place + 1,
        pages=max((len(found) + A_PAGE - 1) // A_PAGE, 1),
    )


def _menu(part: list[Unit], which: str, page: int, found: int, sizes: dict[str, int]) -> Rows:
    buttons = [Choice("branches.show", {"unit": each.id, "name": each.name}) for each in part]
    rows = [buttons[n : n + 2] for n in range(0, len(buttons), 2)]
    before = [Choice("branches.page", {"which": which, "page": page - 1}, "picking.before")] if page else []
    more = found > (page + 1) * A_PAGE
    after = [Choice("branches.page", {"which": which, "page": page + 1}, "picking.after")] if more else []
    filters = [
        Choice("branches.page", {"which": each, "page": 0, "count": sizes.get(each, 0)}, f"branches.{each}")
        for each in FILTERS
        if each != which and (each == "all" or sizes[each])
    ]
    return [row for row in (*rows, [*before, *after], filters[:2], filters[2:], [Choice("new_branch.begin")]) if row]


async def typed(turn: Turn) -> None:
    """A branch's name while the list is open."""
    found = picking.named(turn.incoming.text, await units.branches(turn.session, turn.committee.id))
    if len(found) == 1:
        await show(turn, found[0].id)
    else:
        await turn.say("picking.unknown")


async def mine(turn: Turn, unit: int) -> Unit | None:
    """Return an active branch of the committee; anything else is an old button."""
    found = await turn.session.get(Unit, unit)
    ours = found and found.committee_id == turn.committee.id and found.kind == UnitKind.BRANCH
    if found is None or not ours or found.active_to is not None:
        await unknown.old_button(turn)
        return None
    return found


async def show(turn: Turn, unit: int, **_: Any) -> None:
    """One branch: who answers for it, how many it has, what it owes."""
    found = await mine(turn, unit)
    if found is None:
        return
    turn.expect_nothing()
    people = (await standing.answerers(turn.session, turn.committee.id, [unit])).get(unit, [])
    counts = await headcount.latest(turn.session, unit)
    owed = [Duty(*each, found) for each in await obligation.open_ones(turn.session, unit)]
    begun = [duty for duty in owed if duties.begun(duty, turn.today)]
    merged = await units.merged_into(turn.session, unit)
    plan = await branch_plan.of_unit(turn, unit)
    absent = await _absent(turn, found, {each.role for each in people})
    await turn.say(
        "branches.one",
        choices=_acts(found, absent, plan),
        name=found.name,
        code=found.code,
        people=[replace(each, since=each.since and turn.local(each.since)) for each in people],
        absent=absent,
        counts=counts,
        open=[{"title": duty.deadline.short_title, "last_day": duty.last_day} for duty in begun],
        ahead=len(owed) - len(begun),
        signed=await _signed(turn, unit),
        responsible=found.responsible,
        plan=branch_plan.view(plan),
        sessions=[await sessions.view(turn, each) for each in await sessions.of_branch(turn, unit)],
        merged=[{"name": each.name, "on": each.active_to} for each in merged],
    )


def _acts(found: Unit, absent: Sequence[dict[str, Any]], plan: BranchPlan | None) -> Rows:
    """Return what the office may do with a branch."""
    about: dict[str, Value] = {"unit": found.id}
    deputy = Choice("new_secretary.ask", {**about, "role": RoleKind.DEPUTY}, "new_secretary.deputy")
    look = [Choice("branch_plan.file", {**about, "name": ""})] if plan and plan.attachment_id else []
    back = Choice("branches.page", {"which": "all", "page": 0}, "branches.back")
    return [
        *([[_invite(each, found) for each in absent]] if absent else []),
        [Choice("new_secretary.ask", about), deputy],
        [Choice("branch_counts.ask", about), Choice("branch_end.ask_merge", {**about, "page": 0})],
        [Choice("responsible.ask", about), *look],
        [Choice("branch_end.ask_close", about), back],
    ]


async def _absent(turn: Turn, found: Unit, held: set[str]) -> list[dict[str, Any]]:
    """Return whom the register or an open invitation names and who has not written yet: nobody can write to them."""
    listed = {RoleKind.SECRETARY: found.secretary_name, RoleKind.DEPUTY: found.deputy_name}
    absent = []
    for kind in (each for each in listed if each not in held):
        invited = await invitation.of_post(turn.session, found.id, kind, turn.machine)
        name = (invited.name if invited else "") or listed[kind]
        if name or invited:
            until = turn.local(invited.expires_at) if invited else None
            absent.append({"role": str(kind), "name": name, "until": until})
    return absent


def _invite(each: dict[str, Any], found: Unit) -> Choice:
    return Choice("invite.name", {"role": each["role"], "unit": found.id, "name": each["name"]}, "branches.invite")


async def _signed(turn: Turn, unit: int) -> list[dict[str, str]]:
    """Return the signed copies of a branch that arrived, by what they are of."""
    found = await signed_copy.of_unit(turn.session, unit)
    return [
        {"title": deadline.short_title, "text": found[owed.id]}
        for owed, deadline, _ in await obligation.known(turn.session, list(found))
    ]
