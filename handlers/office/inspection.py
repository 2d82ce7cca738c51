"""/kiemtra: looks at branches' work: planned, held, what is to be put right; and the log of urging. Names nobody."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from campaigns.schema import Json
from handlers import record
from handlers.branch import fix as fixing
from handlers.everyone import unknown
from handlers.turn import Turn
from messages import render
from messages.types import Choice, Rows
from models import fix as fixes
from models import inspection as inspections
from models import unit as units
from models import urging
from models.base import find
from models.fix import Fix, FixState
from models.inspection import Inspection, InspectionState
from models.unit import Unit

A_PAGE = 6  # checks shown at a time
BRANCHES, A_ROW = 24, 3
URGES = 10


async def command(turn: Turn, rest: str = "") -> None:
    """/kiemtra."""
    turn.expect_nothing()
    await show(turn)


async def show(turn: Turn, page: int = 0) -> None:
    """The checks, those to come first, and how many things are to be put right."""
    current = await turn.campaign()
    found = list(await inspections.of_campaign(turn.session, current.id)) if current else []
    found.sort(key=lambda each: (each.state == InspectionState.HELD, each.on_day, each.id))
    part = found[page * A_PAGE : (page + 1) * A_PAGE]
    open_ = await fixes.counts(turn.session, current.id) if current else {}
    one = [Choice("inspection.one", {"inspection": each.id, "number": n}) for n, each in enumerate(part, 1)]
    more = [Choice("inspection.show", {"page": page + 1}, "inspection.next_page")] if len(found) > len(part) else []
    menu: Rows = [one[:A_ROW], one[A_ROW:], [Choice("inspection.plan", {"page": 0}), Choice("inspection.urges")], more]
    lines = [await _line(turn, each) for each in part]
    await turn.say("inspection.show", choices=[row for row in menu if row], lines=lines, open=open_)


async def _line(turn: Turn, each: Inspection) -> dict[str, Any]:
    branch = await turn.session.get_one(Unit, each.unit_id)
    team = await record.label(turn, "inspection", "team", each.team)
    return {"branch": branch.name, "on": each.on_day, "team": team, "state": str(each.state)}


async def plan(turn: Turn, page: int = 0) -> None:
    """[Lập lịch]: which branch."""
    found = await units.branches(turn.session, turn.committee.id)
    part = found[page * BRANCHES : (page + 1) * BRANCHES]
    buttons = [Choice("inspection.branch", {"unit": each.id, "name": each.name}) for each in part]
    menu = [buttons[n : n + A_ROW] for n in range(0, len(buttons), A_ROW)]
    if len(found) > (page + 1) * BRANCHES:
        menu.append([Choice("inspection.plan", {"page": page + 1}, "inspection.next_page")])
    await turn.say("inspection.which", choices=menu)


async def branch(turn: Turn, unit: int, name: str = "") -> None:
    """The branch that is to be looked at."""
    if await _branch(turn, unit):
        await record.begin(turn, "inspection", {"unit": unit})
    else:
        await unknown.old_button(turn)


async def _branch(turn: Turn, unit_id: int) -> Unit | None:
    found = await units.branches(turn.session, turn.committee.id)
    return next((each for each in found if each.id == unit_id), None)


async def keep_plan(turn: Turn, about: dict[str, Any], answers: Mapping[str, Json]) -> None:
    """A check is planned; the branch hears nothing of it here."""
    unit, current = await _branch(turn, int(about["unit"])), await turn.campaign()
    if unit is None or current is None:
        await turn.say("inspection.gone")
        return
    made = Inspection(
        committee_id=turn.committee.id,
        campaign_id=current.id,
        unit_id=unit.id,
        on_day=date.fromisoformat(str(answers["planned_on"])),
        team=str(answers["team"]),
        state=InspectionState.PLANNED,
        person_id=turn.me.id,
        recorded_at=turn.now,
    )
    turn.session.add(made)
    await turn.session.flush()
    turn.note("inspection.plan", f"inspection:{made.id}", turn.me, unit=unit.id)
    await one(turn, made.id)


async def one(turn: Turn, inspection: int, number: int = 0) -> None:
    """One check: what was found, what is to be put right."""
    found = await _mine(turn, inspection)
    if found is None:
        await turn.say("inspection.gone")
        return
    asked = await fixes.of_inspections(turn.session, [found.id])
    lines = [{"what": each.what, "until": each.due_on, "state": str(each.state)} for each in asked]
    said = {"findings": found.findings, "fixes": lines, **await _line(turn, found)}
    await turn.say("inspection.one", choices=_one_menu(found, list(asked)), **said)


def _one_menu(found: Inspection, asked: list[Fix]) -> Rows:
    values = {"inspection": found.id}
    answered = [
        [Choice("fix.confirm", {"fix": each.id, "number": n}), Choice("fix.again", {"fix": each.id, "number": n})]
        for n, each in enumerate(asked, 1)
        if each.state == FixState.FIXED
    ]
    held = found.state == InspectionState.HELD
    acts = [Choice("inspection.findings", values)]
    acts += [Choice("inspection.fix", values)] if held else [Choice("inspection.cancel", values)]
    return [*answered, acts, [Choice("inspection.show", {"page": 0})]]


async def findings(turn: Turn, inspection: int) -> None:
    """[Ghi kết quả]."""
    found = await _mine(turn, inspection)
    if found is None:
        await turn.say("inspection.gone")
        return
    held = {"held_on": found.on_day.isoformat(), "findings": found.findings} if found.findings else {}
    await record.begin(turn, "findings", {"inspection": found.id}, held)


async def keep_findings(turn: Turn, about: dict[str, Any], answers: Mapping[str, Json]) -> None:
    """The check was held."""
    found = await _mine(turn, int(about["inspection"]))
    if found is None:
        await turn.say("inspection.gone")
        return
    found.state, found.findings = InspectionState.HELD, str(answers["findings"])
    found.on_day = date.fromisoformat(str(answers["held_on"]))
    turn.note("inspection.findings", f"inspection:{found.id}", turn.me)
    await turn.session.flush()
    await one(turn, found.id)


async def cancel(turn: Turn, inspection: int) -> None:
    """[Thôi kiểm tra]: only one that was not held."""
    found = await _mine(turn, inspection)
    if found is None or found.state != InspectionState.PLANNED:
        await turn.say("inspection.gone")
        return
    found.state = InspectionState.CANCELLED
    turn.note("inspection.cancel", f"inspection:{found.id}", turn.me)
    await turn.session.flush()
    await show(turn)


async def fix(turn: Turn, inspection: int) -> None:
    """[Việc cần khắc phục]."""
    found = await _mine(turn, inspection)
    if found is None or found.state != InspectionState.HELD:
        await turn.say("inspection.gone")
    else:
        await record.begin(turn, "fix", {"inspection": found.id})


async def keep_fix(turn: Turn, about: dict[str, Any], answers: Mapping[str, Json]) -> None:
    """Something to put right: the branch is told at once and reminded."""
    found = await _mine(turn, int(about["inspection"]))
    if found is None or found.state != InspectionState.HELD:
        await turn.say("inspection.gone")
        return
    made = Fix(
        committee_id=turn.committee.id,
        inspection_id=found.id,
        unit_id=found.unit_id,
        what=str(answers["what"]).rstrip(" ."),
        due_on=date.fromisoformat(str(answers["until"])),
        state=FixState.OPEN,
    )
    turn.session.add(made)
    await turn.session.flush()
    turn.note("fix.ask", f"fix:{made.id}", turn.me, inspection=found.id)
    told = await fixing.asked(turn, made)
    await turn.say("inspection.fix_asked", told=told)
    await one(turn, found.id)


async def _mine(turn: Turn, inspection_id: int) -> Inspection | None:
    found = await find(turn.session, Inspection, inspection_id)
    gone = found is None or found.committee_id != turn.committee.id or found.state == InspectionState.CANCELLED
    return None if gone else found


async def urges(turn: Turn) -> None:
    """[Nhật ký đôn đốc]: who urged which branch, when, how, and what came back."""
    found = await urging.log(turn.session, turn.committee.id, URGES)
    lines = [
        {
            "at": turn.local(each.told_at),
            "branch": each.branch,
            "by": each.by,
            "way": _channel(each.channel),
            "reply": each.reply,
            "promised": each.promised_on,
            "state": each.state,
        }
        for each in found
    ]
    await turn.say("inspection.urges", choices=[[Choice("inspection.show", {"page": 0})]], lines=lines)


def _channel(name: str) -> str:
    return render.word(name, "channel") if name in render.words("channel") else name
