"""/summary: where a deadline stands, in words at once, then as a picture; a workbook, a copy for the group."""

from collections.abc import Sequence
from typing import Any

from handlers.office import one_branch, standing
from handlers.routes import OFFICE
from handlers.rules import standing as rules
from handlers.rules.standing import Standing
from handlers.rules.timeliness import Timeliness
from handlers.turn import Moment, Turn
from messages import render
from messages.types import Choice, Rows
from models import obligation, outbox
from models.deadline import Deadline
from models.obligation import State

NAMED = 8  # missing branches named in a message; more are counted
DATES = 3  # dates of extensions shown
A_PAGE = 8  # deadlines listed at a time


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


async def every(turn: Turn, page: int = 0, period: str = "", **_: Any) -> None:
    """[Tất cả các việc]: every deadline in force by its day, of one period if wanted, each a button."""
    found = sorted(await standing.nearest(turn), key=lambda each: (each.last_on_time, each.id))
    periods = sorted({each.period for each in found if each.period})
    kept = [each for each in found if not period or each.period == period]
    page = max(min(page, (len(kept) - 1) // A_PAGE), 0)
    part = kept[page * A_PAGE : (page + 1) * A_PAGE]
    counts = await obligation.counted(turn.session, [each.id for each in part])
    turn.expect_nothing()
    await turn.say(
        "summary.every",
        choices=_every_menu(part, periods, period, page, more=len(kept) > (page + 1) * A_PAGE),
        total=len(kept),
        lines=[_every_line(turn, each, counts.get(each.id, (0, 0))) for each in part],
        counted=standing.scope(turn.roles) is None,
    )


def _every_line(turn: Turn, each: Deadline, counted: tuple[int, int]) -> dict[str, Any]:
    sent, owing = counted
    past = each.last_on_time < turn.today
    return {"title": each.short_title, "last_day": each.last_on_time, "past": past, "sent": sent, "owing": owing}


def _every_menu(part: Sequence[Deadline], periods: Sequence[str], period: str, page: int, *, more: bool) -> Rows:
    about = {"period": period}
    buttons = [[Choice("summary.show", {"deadline": each.id, "title": each.short_title})] for each in part]
    before = [Choice("summary.every", {**about, "page": page - 1}, "picking.before")] if page else []
    after = [Choice("summary.every", {**about, "page": page + 1}, "picking.after")] if more else []
    quarters = [
        Choice("summary.every", {"period": each, "page": 0}, "trend.period") for each in periods if each != period
    ]
    whole = [Choice("summary.every", {"period": "", "page": 0}, "summary.whole")] if period else []
    shown = [*quarters[-4:], *whole]
    return [row for row in (*buttons, [*before, *after], shown[:2], shown[2:4], shown[4:]) if row]


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
        "due_day": deadline.grace_to,
        "due_days": bool(deadline.grace_to and (deadline.grace_to - deadline.last_on_time).days > 1),
        "after_closing": len(now.after_closing),
        "unconfirmed": sum(line.sent and not line.confirmed for line in now.lines),
        "opens_on": None if now.dates.open(moment.today) else now.dates.opens_on,
        "stages": stages(now),
        "extended": len(extended),
        "extended_to": sorted({line.extended_to for line in extended if line.extended_to})[:DATES],
        "excused": now.stands[rules.EXCUSED],
        "not_yet": len(missing),
        "not_yet_stands": standing.not_yet_stands(now),
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
    deadline, asked = {"deadline": now.deadline_id}, now.dates.open(now.as_of.date())
    urged = sum(not line.closed for line in now.not_yet) if asked else 0
    branches, workbook = Choice("one_branch.choose", deadline), Choice("summary.workbook", deadline)
    by_state = Choice("by_state.show", {**deadline, "which": "", "page": 0})
    more = [*_by_name(now), by_state, Choice("trend.show", {"period": ""})]
    if not turn.holds(OFFICE):
        return [[branches, workbook], more]
    urge = [Choice("urge.preview", {**deadline, "n": urged})] if urged else []
    return [[branches, *urge], [workbook, Choice("summary.group_copy", deadline)], more]


def _by_name(now: Standing) -> list[Choice]:
    """Return buttons for the lists by name: those too long for the message, and who was late."""
    missing, late, about = len(now.not_yet), now.punctual[Timeliness.LATE], {"deadline": now.deadline_id, "page": 0}
    found = [Choice("trend.names", {**about, "which": "missing", "n": missing}, "trend.missing")]
    found += [Choice("trend.names", {**about, "which": "late", "n": late}, "trend.late")]
    return found[missing <= NAMED : 1 + bool(late)]


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
        periodic=standing.is_own(found),
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
    batch = f"table:{outbox.new_token()}"
    turn.later("table", account=turn.account.id, deadline=deadline, batch=batch)
    await turn.say("tables.making", batch=batch, seconds=0)
    return None
