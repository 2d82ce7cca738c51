"""/summary: where a deadline stands, in words at once, then as a picture; a workbook, a copy for the group."""

from collections.abc import Sequence
from typing import Any

from handlers.office import branch_duties, one_branch, standing
from handlers.routes import OFFICE
from handlers.rules import named
from handlers.rules import standing as rules
from handlers.rules.standing import Counts
from handlers.turn import Moment, Turn
from messages import render
from messages.types import Choice, Rows
from models import counted, obligation, outbox
from models.deadline import Deadline
from models.obligation import State

NAMED = 8  # missing branches named in a message; more are counted
DATES = 3  # dates of extensions shown
A_PAGE = 8  # deadlines listed at a time


async def command(turn: Turn, rest: str) -> None:
    """/summary, /tonghop: the nearest deadline; with a branch's name after it, that branch, or all that it owed."""
    found = await standing.nearest(turn)
    if not found:
        await turn.say("summary.none")
    elif rest and (await one_branch.named(turn, found[0], rest) or await branch_duties.named(turn, rest)):
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
    now = (await standing.counts(turn, [deadline]))[deadline.id]
    said = await values(turn, deadline, now)
    menu = [*_menu(turn, deadline, now, said["late"]), *await one_branch.others(turn, deadline)]
    await turn.say("summary.text", choices=menu, **said)
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


def _every_line(turn: Turn, each: Deadline, numbers: tuple[int, int]) -> dict[str, Any]:
    sent, owing = numbers
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


async def values(moment: Moment, deadline: Deadline, now: Counts) -> dict[str, Any]:
    """Return what summary/text.j2 says of a deadline: counted, with the first branches of which nothing is in."""
    came, attended = await standing.came(moment, deadline), await counted.attended(moment.session, deadline.id)
    dates, extended = standing.dates_of(deadline), now.stands[rules.EXTENDED]
    shown = named.many(now.not_yet, NAMED)
    return {
        "subject": await standing.subject(moment, deadline),
        "branches": now.stands.total(),
        "as_of": moment.local(moment.now),
        "sent": now.sent,
        "timed": bool(came.on_due_day or came.late) or moment.today > deadline.last_on_time,
        "in_time": came.on_time + came.on_due_day,
        "on_due_day": came.on_due_day,
        "late": came.late,
        "due_day": deadline.grace_to,
        "due_days": bool(deadline.grace_to and (deadline.grace_to - deadline.last_on_time).days > 1),
        "after_closing": came.after_closing,
        "unconfirmed": came.unconfirmed,
        "disputed": came.disputed,
        "opens_on": None if dates.open(moment.today) else dates.opens_on,
        "stages": stages(now),
        "extended": extended,
        "extended_to": (await standing.extended_to(moment, deadline))[:DATES] if extended else [],
        "excused": now.stands[rules.EXCUSED],
        "not_yet": now.not_yet,
        "begun_stands": standing.begun_stands(now),
        "missing": await standing.first_missing(moment, deadline, shown),
        "more": now.not_yet - shown,
        "counted": attended.branches,
        "attended": attended.attended,
        "summoned": attended.summoned,
        "masses": attended.masses,
        "connected": await counted.connected(moment.session, moment.committee.id, deadline.id),
    }


def stages(now: Counts) -> list[str]:
    """Return how the reports that are in stand: "tiếp nhận 6", "chờ rà soát 2"."""
    known = (State.ACCEPTED, State.WAITING, State.INCOMPLETE, State.REOPENED)
    return [f"{render.word(each, 'stage')} {now.stands[each]}" for each in known if now.stands[each]]


def _menu(turn: Turn, found: Deadline, now: Counts, late: int) -> Rows:
    deadline = {"deadline": found.id}
    urged = now.chased if standing.dates_of(found).open(turn.today) else 0
    branches, workbook = Choice("one_branch.choose", deadline), Choice("summary.workbook", deadline)
    by_state = Choice("by_state.show", {**deadline, "which": "", "page": 0})
    more = [*_by_name(found, now.not_yet, late), by_state, Choice("trend.show", {"period": "", "deadline": found.id})]
    if not turn.holds(OFFICE):
        return [[branches, workbook], more]
    urge = [Choice("urge.preview", {**deadline, "n": urged})] if urged else []
    return [[branches, *urge], [workbook, Choice("summary.group_copy", deadline)], more]


def _by_name(deadline: Deadline, missing: int, late: int) -> list[Choice]:
    """Return buttons for the lists by name: those too long for the message, and who was late."""
    about = {"deadline": deadline.id, "page": 0}
    found = [Choice("trend.names", {**about, "which": "missing", "n": missing}, "trend.missing")]
    found += [Choice("trend.names", {**about, "which": "late", "n": late}, "trend.late")]
    return found[named.many(missing, NAMED) == missing : 1 + bool(late)]


async def group_copy(turn: Turn, deadline: int) -> None:
    """The copy for the secretaries' group: a message alone."""
    found = await standing.visible(turn, deadline)
    if found is None:
        return await command(turn, "")
    now, dates = (await standing.counts(turn, [found]))[found.id], standing.dates_of(found)
    await turn.say(
        "summary.group_copy",
        plain=True,
        as_of=turn.local(turn.now),
        subject=await standing.subject(turn, found),
        periodic=standing.is_own(found),
        sent=now.sent,
        owing=now.owing,
        until=rules.until(dates, turn.today),
        last_day=dates.last_day,
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
