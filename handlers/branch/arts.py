"""/vannghe: arts activities on the topic. A branch lists, records, corrects, removes its own; others see counts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from campaigns.schema import Json
from handlers import record
from handlers.everyone import unknown
from handlers.routes import OFFICE, WRITERS
from handlers.turn import Turn
from messages.types import Choice, Rows
from models import arts
from models import unit as units
from models.arts import Arts
from models.base import find
from models.unit import Unit

A_PAGE = 6  # activities, each with its buttons
BRANCHES = 24  # offered at a time
A_ROW = 2


async def command(turn: Turn, rest: str = "") -> None:
    """/vannghe."""
    turn.expect_nothing()
    if turn.holds(WRITERS):
        await _own(turn)
    else:
        await _all(turn)


async def show(turn: Turn) -> None:
    """[Văn nghệ]."""
    await command(turn)


# A branch's own


async def _own(turn: Turn) -> None:
    current = await turn.campaign()
    branches = await turn.units(WRITERS)
    found = [
        each for unit in branches for each in await arts.of_unit(turn.session, unit.id, current.id if current else 0)
    ]
    lines = [await _line(turn, each) for each in found]
    new = [[Choice("arts.new", {"unit": unit.id, "name": unit.name if len(branches) > 1 else ""})] for unit in branches]
    one = [[Choice("arts.one", {"arts": each.id, "number": n}) for n, each in enumerate(found[:A_PAGE], 1)]]
    shown = {"branches": [unit.name for unit in branches], "lines": lines[:A_PAGE], "more": len(lines[A_PAGE:])}
    await turn.say("arts.own", choices=[*new, *(one if found else [])], **shown)


async def _line(turn: Turn, each: Arts) -> dict[str, Any]:
    kind = await record.label(turn, "arts", "kind", each.kind)
    shown = {"what": kind, "title": each.title, "on": each.on_day, "place": each.place}
    return {**shown, "audience": each.audience, "link": each.link}


async def new(turn: Turn, unit: int, name: str = "") -> None:
    """[Ghi hoạt động]."""
    if await _branch(turn, unit):
        await record.begin(turn, "arts", {"unit": unit, "arts": 0})
    else:
        await unknown.old_button(turn)


async def one(turn: Turn, arts: int, number: int = 0) -> None:
    """One activity: correct it, or take it out."""
    found = await _mine(turn, arts)
    if found is None:
        await turn.say("arts.gone")
        return
    values = {"arts": found.id}
    menu = [[Choice("arts.correct", values), Choice("arts.remove", values)], [Choice("arts.show")]]
    await turn.say("arts.one", choices=menu, **await _line(turn, found))


async def correct(turn: Turn, arts: int) -> None:
    """[Sửa]: the record with its answers, any of which can be changed."""
    found = await _mine(turn, arts)
    if found is None:
        await turn.say("arts.gone")
        return
    answers: dict[str, Json] = {"kind": found.kind, "title": found.title, "held_on": found.on_day.isoformat()}
    answers |= {"venue": found.place or None, "audience": found.audience, "link": found.link or None}
    await record.begin(turn, "arts", {"unit": found.unit_id, "arts": found.id}, answers)


async def keep(turn: Turn, about: dict[str, Any], answers: Mapping[str, Json]) -> None:
    """Make it a row, or change the one that is corrected."""
    branch, current = await _branch(turn, int(about["unit"])), await turn.campaign()
    old = await _mine(turn, int(about["arts"])) if about["arts"] else None
    if branch is None or current is None or (about["arts"] and old is None):
        await turn.say("arts.gone")
        return
    kept = old or Arts(committee_id=turn.committee.id, campaign_id=current.id, unit_id=branch.id)
    kept.kind, kept.title, kept.on_day = str(answers["kind"]), str(answers["title"]), _day(answers["held_on"])
    kept.place, kept.link = str(answers.get("venue") or ""), str(answers.get("link") or "")
    audience = answers.get("audience")
    kept.audience = audience if isinstance(audience, int) else None
    kept.person_id, kept.recorded_at = turn.me.id, turn.now
    turn.session.add(kept)
    await turn.session.flush()
    turn.note("arts.correct" if old else "arts.record", f"arts:{kept.id}", turn.me, unit=branch.id)
    menu = [[Choice("arts.new", {"unit": branch.id, "name": ""}, "arts.another"), Choice("arts.show")]]
    await turn.say("arts.kept", choices=menu, branch=branch.name, corrected=bool(old), **await _line(turn, kept))


def _day(value: Json) -> date:
    return date.fromisoformat(str(value))


async def remove(turn: Turn, arts: int) -> None:
    """[Bỏ]: it counts no more; the row stays."""
    found = await _mine(turn, arts)
    if found is None:
        await turn.say("arts.gone")
        return
    found.removed_at = turn.now
    turn.note("arts.remove", f"arts:{found.id}", turn.me, unit=found.unit_id)
    await turn.say("arts.removed", choices=[[Choice("arts.show")]], title=found.title)


async def _branch(turn: Turn, unit_id: int) -> Unit | None:
    return next((each for each in await turn.units(WRITERS) if each.id == unit_id), None)


async def _mine(turn: Turn, arts_id: int) -> Arts | None:
    found = await find(turn.session, Arts, arts_id)
    if found is None or found.removed_at or await _branch(turn, found.unit_id) is None:
        return None
    return found


# All branches


async def _all(turn: Turn) -> None:
    current = await turn.campaign()
    quarter = _quarter(turn.today)
    periods = []
    for days in (quarter, None):
        counts = await arts.by_kind(turn.session, current.id if current else 0, days)
        kinds = [(await record.label(turn, "arts", "kind", kind), *counted) for kind, counted in counts.items()]
        periods.append({"from": days[0] if days else None, "kinds": kinds})
    menu: Rows = [[Choice("arts.branches", {"page": 0})]] if turn.holds(OFFICE) else []
    await turn.say("arts.all", choices=menu, periods=periods)


def _quarter(day: date) -> tuple[date, date]:
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    after = date(day.year + (first.month == 10), (first.month + 2) % 12 + 1, 1)  # noqa: PLR2004
    return first, after


async def branches(turn: Turn, page: int = 0) -> None:
    """[Chi bộ có chức năng]: whose function it is, each a button that changes it."""
    found = await units.branches(turn.session, turn.committee.id)
    part = found[page * BRANCHES : (page + 1) * BRANCHES]
    buttons = [
        Choice("arts.function", {"unit": each.id, "page": page, "name": each.name}, f"arts.function_{each.arts}")
        for each in part
    ]
    menu = [buttons[n : n + A_ROW] for n in range(0, len(buttons), A_ROW)]
    if len(found) > (page + 1) * BRANCHES:
        menu.append([Choice("arts.branches", {"page": page + 1}, "arts.next_page")])
    await turn.say("arts.branches", choices=[*menu, [Choice("arts.show", label="arts.back")]])


async def function(turn: Turn, unit: int, page: int = 0, name: str = "") -> None:
    """Arts become, or are no more, this branch's function."""
    found = next((each for each in await units.branches(turn.session, turn.committee.id) if each.id == unit), None)
    if found is None:
        await unknown.old_button(turn)
        return
    found.arts = not found.arts
    turn.note("arts.function", f"unit:{found.id}", turn.me, on=found.arts)
    await turn.session.flush()
    await branches(turn, page)
