"""Merging a branch into another, or closing it: read back with what it means, then done. What it did stays."""

from typing import Any

from handlers.office import branches, closing, picking
from handlers.turn import Turn
from messages.types import Choice
from models import headcount, obligation
from models import role as roles
from models import unit as units
from models.unit import Unit


async def ask_merge(turn: Turn, unit: int, page: int = 0) -> None:
    """[Ghép vào chi bộ khác]: into which?"""
    found = await branches.mine(turn, unit)
    if found is None:
        return
    others = [each for each in await units.branches(turn.session, turn.committee.id) if each.id != unit]
    page = picking.last_page(len(others), page)
    about = {"unit": unit}
    menu = [
        *picking.toggles(
            others,
            (),
            page,
            lambda each, label: Choice(
                "branch_end.preview", {**about, "into": each.code, "name": each.name}, "picking.free"
            ),
        ),
        *picking.turns(
            len(others), page, lambda to, label: Choice("branch_end.ask_merge", {**about, "page": to}, label)
        ),
        [Choice("branches.show", {**about, "name": found.name}, "branch_end.leave")],
    ]
    turn.expect("branch_end.typed", unit=unit)
    await turn.say("branch_end.which", choices=menu, name=found.name)


async def typed(turn: Turn) -> None:
    """The other branch, typed."""
    unit = int(turn.conversation.subject["unit"])
    every = await units.branches(turn.session, turn.committee.id)
    found = [each for each in picking.named(turn.incoming.text, every) if each.id != unit]
    if len(found) == 1:
        await preview(turn, unit, found[0].code)
    else:
        await turn.say("picking.unknown")


async def _other(turn: Turn, unit: int, code: str) -> Unit | None:
    every = await units.branches(turn.session, turn.committee.id)
    return next((each for each in every if each.code == code and each.id != unit), None)


async def preview(turn: Turn, unit: int, into: str, **_: Any) -> None:
    """What merging means, before it is done."""
    found, other = await branches.mine(turn, unit), await _other(turn, unit, into)
    if found is None or other is None:
        return
    about = {"unit": unit}
    menu = [
        [
            Choice("branch_end.merge", {**about, "into": into}),
            Choice("branches.show", {**about, "name": found.name}, "branch_end.leave"),
        ]
    ]
    turn.expect_nothing()
    await turn.say("branch_end.merge_preview", choices=menu, other=other.name, **await _meaning(turn, found))


async def _meaning(turn: Turn, found: Unit) -> dict[str, Any]:
    owed = await obligation.open_ones(turn.session, found.id)
    held = await roles.in_unit(turn.session, found.id)
    counts = await headcount.latest(turn.session, found.id)
    return {
        "name": found.name,
        "open": [deadline.short_title for _, deadline in owed],
        "people": len({each.person_id for each in held}),
        "members": counts.members if counts else None,
    }


async def merge(turn: Turn, unit: int, into: str) -> None:
    """[Ghép]: from today."""
    found, other = await branches.mine(turn, unit), await _other(turn, unit, into)
    if found and other:
        await closing.close(turn, found, other, turn.me)
        menu = [[Choice("branches.show", {"unit": other.id, "name": other.name})]]
        await turn.say("branch_end.merged", choices=menu, name=found.name, other=other.name)


async def ask_close(turn: Turn, unit: int) -> None:
    """[Kết thúc hoạt động]: what it means."""
    if found := await branches.mine(turn, unit):
        about = {"unit": unit}
        leave = Choice("branches.show", {**about, "name": found.name}, "branch_end.leave")
        menu = [[Choice("branch_end.close", about), leave]]
        await turn.say("branch_end.close_preview", choices=menu, **await _meaning(turn, found))


async def close(turn: Turn, unit: int) -> None:
    """[Đúng, kết thúc]."""
    if found := await branches.mine(turn, unit):
        await closing.close(turn, found, None, turn.me)
        menu = [[Choice("branches.page", {"which": "all", "page": 0}, "branches.back")]]
        await turn.say("branch_end.closed", choices=menu, name=found.name)
