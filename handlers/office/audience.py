"""Who gets what the office tells many: roles and branches, chosen by buttons; a branch's name may be typed."""

from typing import Any

from handlers.everyone import unknown
from handlers.office import picking
from handlers.rules import named as naming
from handlers.turn import Turn
from messages.types import Choice
from models import broadcast as stored
from models import unit as units
from models.broadcast import Broadcast, BroadcastState
from models.role import STANDING, RoleKind

OFFERED = (
    *(RoleKind.SECRETARY, RoleKind.DEPUTY, RoleKind.DRAFTER, RoleKind.MEMBER),
    *(RoleKind.INSPECTION, RoleKind.EDITORIAL, RoleKind.LEADER, RoleKind.OFFICE),
)
NAMED = 8


async def draft(turn: Turn, broadcast: int) -> Broadcast | None:
    """Return what this person is writing; anything else is an old button."""
    found = await turn.session.get(Broadcast, broadcast)
    mine = found and found.committee_id == turn.committee.id and found.by_id == turn.me.id
    if found is None or not mine or found.state != BroadcastState.DRAFT:
        await unknown.old_button(turn)
        return None
    return found


async def values(turn: Turn, found: Broadcast) -> dict[str, Any]:
    """Return whom it is for, as templates say it."""
    chosen = [each for each in await units.branches(turn.session, turn.committee.id) if each.id in found.units]
    names = [each.name for each in chosen]
    in_branches = any(RoleKind(each) not in STANDING for each in found.roles)
    return {
        "roles": list(found.roles),
        "in_branches": in_branches,
        "branches": names[: naming.many(len(names), NAMED)],
        "more": len(names) - naming.many(len(names), NAMED),
    }


async def show(turn: Turn, broadcast: int) -> None:
    """[Người nhận]: each role a button, then which branches."""
    found = await draft(turn, broadcast)
    if found is None:
        return
    about = {"broadcast": found.id}
    buttons = [
        Choice("audience.role", {**about, "role": each}, f"audience.{'with' if each in found.roles else 'without'}")
        for each in OFFERED
    ]
    rows = [buttons[n : n + 2] for n in range(0, len(buttons), 2)]
    people, silent, lost = await stored.counts(turn.session, found)
    last = [Choice("audience.branches", {**about, "page": 0}), Choice("broadcasts.preview", about, "audience.done")]
    said = {"people": people, "unreached": silent + lost}
    await turn.say("audience.show", choices=[*rows, last], **said, **await values(turn, found))


async def role(turn: Turn, broadcast: int, role: str) -> None:
    """A role taken in or left out."""
    found = await draft(turn, broadcast)
    if found and role in OFFERED:
        changed = set(found.roles) ^ {role}
        found.roles = [each for each in OFFERED if each in changed]
        await show(turn, broadcast)


async def branches(turn: Turn, broadcast: int, page: int = 0) -> None:
    """[Chọn chi bộ]: each a button; none chosen means all."""
    found = await draft(turn, broadcast)
    if found is None:
        return
    every, about = await units.branches(turn.session, turn.committee.id), {"broadcast": found.id}
    page = picking.last_page(len(every), page)
    turn.expect("audience.named", broadcast=found.id)
    menu = [
        *picking.toggles(
            every,
            found.units,
            page,
            lambda each, label: Choice(
                "audience.branch", {**about, "unit": each.id, "page": page, "name": each.name}, label
            ),
        ),
        *picking.turns(len(every), page, lambda to, label: Choice("audience.branches", {**about, "page": to}, label)),
        [
            *([Choice("audience.all", about)] if found.units else []),
            Choice("audience.show", about, "audience.done"),
        ],
    ]
    await turn.say("audience.branches", choices=menu, count=len(found.units))


async def branch(turn: Turn, broadcast: int, unit: int, page: int = 0, **_: Any) -> None:
    """A branch taken in or left out."""
    found = await draft(turn, broadcast)
    if found and unit in {each.id for each in await units.branches(turn.session, turn.committee.id)}:
        found.units = sorted(set(found.units) ^ {unit})
        await branches(turn, broadcast, page)


async def all_(turn: Turn, broadcast: int) -> None:
    """[Tất cả chi bộ]."""
    if found := await draft(turn, broadcast):
        found.units = []
        await branches(turn, broadcast)


async def named(turn: Turn) -> None:
    """Branches that were typed are taken in."""
    found = await draft(turn, int(turn.conversation.subject["broadcast"]))
    if found is None:
        return
    chosen = picking.named(turn.incoming.text, await units.branches(turn.session, turn.committee.id))
    if chosen:
        found.units = sorted({*found.units, *(each.id for each in chosen)})
        await branches(turn, found.id)
    else:
        await turn.say("picking.unknown")
