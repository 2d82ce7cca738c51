"""/summary: where a deadline stands, in words at once, then as a picture; a workbook, a copy for the group."""

from typing import Any

from handlers.office import one_branch, standing
from handlers.routes import OFFICE
from handlers.rules import standing as rules
from handlers.rules.standing import Standing
from handlers.rules.timeliness import Timeliness
from handlers.turn import Moment, Turn
from messages import render
from messages.types import Choice, Rows
from models.deadline import Deadline
from models.obligation import State

NAMED = 8  # missing branches named in a message; more are counted
DATES = 3  # dates of extensions shown


async def command(turn: Turn, rest: str) -> None:
    """/summary, /tonghop: the nearest deadline; with a branch's name after it, that branch."""
    found = await standing.nearest(turn)
    if not found:
        await turn.say("summary.none")
    elif rest and await one_branch.named(turn, found[0], rest):
        return
    else:
        await _show(turn, found[0])


async def show(turn: Turn, deadline: int, **_: Any) -> None:
    """Another deadline."""
    found = await standing.visible(turn, deadline)
    await (_show(turn, found) if found else command(turn, ""))


async def _show(turn: Turn, deadline: Deadline) -> None:
    units = standing.scope(turn.roles)
    turn.expect_nothing()
    if units is not None:
        return await one_branch.own(turn, deadline, units)
    now = await standing.load(turn, deadline)
    menu = [*_menu(turn, now), *await one_branch.others(turn, deadline)]
    await turn.say("summary.text", choices=menu, **await values(turn, deadline, now))
    turn.later("board", account=turn.account.id, deadline=deadline.id)
    return None


async def values(moment: Moment, deadline: Deadline, now: Standing) -> dict[str, Any]:
    """Return what summary/text.j2 says of a deadline."""
    punctual, attendance = now.punctual, now.attendance
    on_due_day, late = punctual[Timeliness.ON_DUE_DAY], punctual[Timeliness.LATE]
    extended, missing = now.of(rules.EXTENDED), now.not_yet
    return {
        "subject": await standing.subject(moment, deadline),
        "branches": len(now.lines),
        "as_of": now.as_of,
        "sent": len(now.sent),
        "timed": bool(on_due_day or late) or moment.today > deadline.last_on_time,
        "in_time": punctual[Timeliness.ON_TIME] + on_due_day,
        "on_due_day": on_due_day,
        "late": late,
        "due_day": deadline.due_date,
        "stages": stages(now),
        "extended": len(extended),
        "extended_to": sorted({line.extended_to for line in extended if line.extended_to})[:DATES],
        "excused": now.stands[rules.EXCUSED],
        "not_yet": len(missing),
        "missing": [standing.missing(line) for line in missing[:NAMED]],
        "more": max(len(missing) - NAMED, 0),
        "counted": attendance.branches,
        "attended": attendance.attended,
        "summoned": attendance.summoned,
        "masses": attendance.masses,
        "connected": now.connected,
    }


def stages(now: Standing) -> list[str]:
    """Return how the reports that are in stand: "tiếp nhận 6", "chờ rà soát 2"."""
    known = (State.ACCEPTED, State.WAITING, State.INCOMPLETE)
    return [f"{render.word(each, 'stage')} {now.stands[each]}" for each in known if now.stands[each]]


def _menu(turn: Turn, now: Standing) -> Rows:
    deadline, urged = {"deadline": now.deadline_id}, sum(not line.closed for line in now.not_yet)
    branches, workbook = Choice("one_branch.choose", deadline), Choice("summary.workbook", deadline)
    if not turn.holds(OFFICE):
        return [[branches, workbook]]
    urge = [Choice("urge.preview", {**deadline, "n": urged})] if urged else []
    return [[branches, *urge], [workbook, Choice("summary.group_copy", deadline)]]


async def group_copy(turn: Turn, deadline: int) -> None:
    """The copy for the secretaries' group: a message alone."""
    found = await standing.visible(turn, deadline)
    if found is None:
        return await command(turn, "")
    now = await standing.load(turn, found)
    await turn.say(
        "summary.group_copy",
        plain=True,
        as_of=now.as_of,
        subject=await standing.subject(turn, found),
        periodic=bool(found.period),
        sent=len(now.sent),
        owing=now.owing,
        until=rules.until(now.dates, turn.today),
        last_day=now.dates.last_day,
    )
    return None


async def workbook(turn: Turn, deadline: int) -> None:
    """[Tải Excel]: made by a job."""
    if await standing.visible(turn, deadline) is None:
        return await command(turn, "")
    turn.later("workbook", account=turn.account.id, deadline=deadline)
    await turn.say("summary.making")
    return None
