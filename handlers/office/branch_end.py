"""Merging a branch into another, or closing it: read back with what it means, then done. What it did stays."""

from typing import Any

from handlers.office import branches, closing, end_notice, picking
from handlers.turn import Turn
from messages.types import Choice, Rows, Value
from models import headcount, obligation
from models import role as roles
from models import unit as units
from models.unit import Unit

QUIETLY = {"branch_end.merge": "branch_end.merge_quietly", "branch_end.close": "branch_end.close_quietly"}
PLAIN = {"branch_end.merge": "branch_end.merge_plain", "branch_end.close": "branch_end.close_plain"}
"""Labels of an act of which nobody is told: by choice, or because nobody could be."""


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
    told = len(await end_notice.leaders(turn, found, other))
    menu = _menu("branch_end.merge", {"unit": unit, "into": into}, found, told=bool(told))
    turn.expect_nothing()
    await turn.say("branch_end.merge_preview", choices=menu, other=other.name, told=told, **await _meaning(turn, found))


def _menu(action: str, about: dict[str, Value], found: Unit, *, told: bool) -> Rows:
    """Return the act with and without telling, where there is somebody to tell, and the way back."""
    quietly = Choice(action, {**about, "tell": False}, QUIETLY[action] if told else PLAIN[action])
    leave = Choice("branches.show", {"unit": found.id, "name": found.name}, "branch_end.leave")
    return [[Choice(action, {**about, "tell": True}), quietly], [leave]] if told else [[quietly, leave]]


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


async def merge(turn: Turn, unit: int, into: str, tell: bool = False) -> None:
    """[Ghép và báo], [Ghép, không báo]: from today."""
    found, other = await branches.mine(turn, unit), await _other(turn, unit, into)
    if found and other:
        left = await end_notice.leaders(turn, found)
        await closing.close(turn, found, other, turn.me)
        await turn.session.flush()
        told = await end_notice.tell_merged(turn, found, other, left) if tell else 0
        menu = [[Choice("branches.show", {"unit": other.id, "name": other.name})]]
        await turn.say("branch_end.merged", choices=menu, name=found.name, other=other.name, told=told)


async def ask_close(turn: Turn, unit: int) -> None:
    """[Kết thúc hoạt động]: what it means."""
    if found := await branches.mine(turn, unit):
        told = len(await end_notice.leaders(turn, found))
        menu = _menu("branch_end.close", {"unit": unit}, found, told=bool(told))
        await turn.say("branch_end.close_preview", choices=menu, told=told, **await _meaning(turn, found))


async def close(turn: Turn, unit: int, tell: bool = False) -> None:
    """[Kết thúc và báo], [Kết thúc, không báo]."""
    if found := await branches.mine(turn, unit):
        left = await end_notice.leaders(turn, found)
        await closing.close(turn, found, None, turn.me)
        told = await end_notice.tell_closed(turn, found, left) if tell else 0
        menu = [[Choice("branches.page", {"which": "all", "page": 0}, "branches.back")]]
        await turn.say("branch_end.closed", choices=menu, name=found.name, told=told)
