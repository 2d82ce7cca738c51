"""Who answers in a branch for the quality of the study (D1): post and name as typed, seen by office and own branch."""

from handlers.everyone import unknown
from handlers.routes import OFFICE, SENDERS
from handlers.turn import Turn
from messages.types import Choice, Heard
from models import unit as units
from models.unit import Unit

SHORTEST, LONGEST = 3, 120


async def ask(turn: Turn, unit: int) -> None:
    """[Người phụ trách]: who is it?"""
    branch = await _theirs(turn, unit)
    if branch is None:
        await unknown.old_button(turn)
        return
    turn.expect("responsible.typed", unit=unit)
    clear = [[Choice("responsible.clear", {"unit": unit})]] if branch.responsible else []
    await turn.say("responsible.ask", choices=clear, branch=branch.name, now=branch.responsible, wrong=False)


async def typed(turn: Turn) -> None:
    """Post and name, typed: read back before they are kept."""
    branch = await _theirs(turn, int(turn.conversation.subject.get("unit") or 0))
    if branch is None:
        turn.expect_nothing()
        await unknown.old_button(turn)
        return
    words = " ".join(turn.incoming.text.split()) if turn.incoming.kind is Heard.TEXT else ""
    if not SHORTEST <= len(words) <= LONGEST or not any(each.isalpha() for each in words):
        await turn.say("responsible.ask", branch=branch.name, now=branch.responsible, wrong=True)
        return
    menu = [[Choice("responsible.keep", {"unit": branch.id, "name": words})]]
    menu[0].append(Choice("responsible.ask", {"unit": branch.id}, "responsible.again"))
    await turn.say("responsible.read_back", choices=menu, branch=branch.name, words=words)


async def keep(turn: Turn, unit: int, name: str) -> None:
    """[Đúng]."""
    await _set(turn, unit, " ".join(str(name).split())[:LONGEST])


async def clear(turn: Turn, unit: int) -> None:
    """[Bỏ trống]."""
    await _set(turn, unit, "")


async def _set(turn: Turn, unit_id: int, words: str) -> None:
    branch = await _theirs(turn, unit_id)
    if branch is None:
        await unknown.old_button(turn)
        return
    turn.expect_nothing()
    if branch.responsible != words:
        branch.responsible = words
        turn.note("branch.responsible", f"unit:{branch.id}", turn.me)
    await turn.say("responsible.kept", branch=branch.name, words=words)


async def _theirs(turn: Turn, unit_id: int) -> Unit | None:
    found = next((each for each in await turn.units(SENDERS) if each.id == unit_id), None)
    if found is None and turn.holds(OFFICE):
        every = await units.branches(turn.session, turn.committee.id)
        found = next((each for each in every if each.id == unit_id), None)
    return found
