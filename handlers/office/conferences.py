"""/hoinghi for who sees all branches: what is to come, held, asked of a leader, not announced. Changes nothing."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from handlers.branch import sessions
from handlers.routes import OFFICE
from handlers.rules import figures
from handlers.turn import Turn
from messages.types import Choice, Rows
from models import calendar, unit
from models import standing as sent
from models.calendar import COMING, KINDS, NONE, Calendar
from models.campaign import Campaign
from models.conference import Conference
from models.unit import Unit

A_PAGE = 12  # lines of one list


async def show(turn: Turn, kind: str = COMING, page: int = 0, number: int = 0) -> None:
    """The calendar: how many of each, and a page of one of the lists."""
    kind, page, current = kind if kind in KINDS else COMING, max(page, 0), await turn.campaign()
    branches = await unit.number(turn.session, turn.committee.id)
    counts, lines, mentioned = dict.fromkeys(KINDS, 0) | {NONE: branches}, list[dict[str, Any]](), 0
    if current:
        of = await _calendar(turn, current)
        mentioned = await calendar.mentioned(turn.session, of)
        counts, lines = await calendar.counts(turn.session, of), await _lines(turn, of, kind, page)
    menu = _menu(counts, kind, page, more=counts[kind] > (page + 1) * A_PAGE)
    said = {"title": current.title if current else "", "branches": branches, "at": turn.now}
    said |= {"mentioned": mentioned}
    await turn.say("conferences.show", choices=menu, listed=kind, counts=counts, lines=lines, **said)


async def _calendar(turn: Turn, current: Campaign) -> Calendar:
    telling = [each.id for each in await sessions.deadlines(turn)]
    return Calendar(turn.committee.id, current.id, telling, turn.today)


async def _lines(turn: Turn, of: Calendar, kind: str, page: int) -> list[dict[str, Any]]:
    found, silent = await calendar.listed(turn.session, of, kind, page * A_PAGE, A_PAGE)
    names = await unit.named(turn.session, [each.unit_id for each in found])
    reported = await _reported(turn, of, silent) if kind != NONE else {}
    known = [{"branch": names[each.unit_id], "session": await _view(turn, each), "on": each.on_day} for each in found]
    said = await calendar.said(turn.session, of, [each.id for each in silent])
    told = [{"on": reported.get(each.id), "said": said.get(each.id)} for each in silent]
    return [*known, *({"branch": each.name, "session": None, **on} for each, on in zip(silent, told, strict=True))]


async def _view(turn: Turn, each: Conference) -> dict[str, Any]:
    return await sessions.view(turn, each, names=turn.holds(OFFICE))


async def _reported(turn: Turn, of: Calendar, branches: Sequence[Unit]) -> dict[int, date | None]:
    """Return {unit id: the day its report tells} of a few branches."""
    found: dict[int, date | None] = {}
    for deadline in of.deadlines:
        answers = await sent.answers_of_units(turn.session, deadline, [each.id for each in branches])
        found |= {each: figures.figures_of(given).held_on for each, given in answers.items()}
    return found


def _menu(counts: Mapping[str, int], kind: str, page: int, *, more: bool) -> Rows:
    others = [each for each in KINDS if each != kind and counts[each]]
    buttons = [Choice("conferences.show", {"kind": each, "number": counts[each], "page": 0}) for each in others]
    rows: Rows = [buttons[n : n + 2] for n in range(0, len(buttons), 2)]
    after = Choice("conferences.show", {"kind": kind, "page": page + 1, "number": 0}, "conferences.next_page")
    plans = [Choice("branch_plan.list", {"page": 0})]
    return [*rows, [after], plans] if more else [*rows, plans]
