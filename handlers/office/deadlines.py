"""/han: the deadlines in force, one at a time; moving one to another day, cancelling it. Seen before it is done."""

from datetime import date
from typing import Any

from handlers.everyone import unknown
from handlers.office import foresight, moving, spreading, standing
from handlers.office.foresight import Foreseen
from handlers.rules import timeliness
from handlers.rules.timeliness import Dates
from handlers.turn import Turn
from messages.reading import days
from messages.types import Choice, Rows, Value
from models import deadline as deadlines
from models import due as dues
from models import obligation
from models.deadline import Deadline, DueMode
from models.role import RoleKind
from models.unit import Unit

A_PAGE = 8
NAMED = 12
TOLD = (RoleKind.SECRETARY, RoleKind.DEPUTY)


async def command(turn: Turn, rest: str) -> None:
    """/han, /deadlines: the list."""
    await show(turn)


async def show(turn: Turn, page: int = 0) -> None:
    """All deadlines in force, the soonest first, each with a button."""
    turn.expect_nothing()
    found, gone = await _in_force(turn)
    part = found[page * A_PAGE : (page + 1) * A_PAGE]
    counts = await obligation.counted(turn.session, [each.id for each in part])
    buttons = [Choice("deadlines.one", {"deadline": each.id, "title": each.short_title}) for each in part]
    more = (
        [Choice("deadlines.show", {"page": page + 1}, "deadlines.more")]
        if len(found) > len(part) + page * A_PAGE
        else []
    )
    await turn.say(
        "deadlines.list",
        lines=[_line(turn, each, counts.get(each.id, (0, 0))) for each in part],
        total=len(found),
        cancelled=[each.short_title for each in gone][:NAMED],
        choices=[*([each] for each in buttons), [*more, Choice("new_deadline.begin")]],
    )


async def _in_force(turn: Turn) -> tuple[list[Deadline], list[Deadline]]:
    current = await turn.campaign()
    if current is None:
        return [], []
    gone = await deadlines.cancelled(turn.session, current.id)
    return list(await deadlines.current(turn.session, current.id)), list(gone)


def _line(turn: Turn, each: Deadline, counted: tuple[int, int]) -> dict[str, Any]:
    sent, owing = counted
    past = each.last_on_time < turn.today
    return {"title": each.short_title, "last_day": each.last_on_time, "sent": sent, "owing": owing, "past": past}


async def one(turn: Turn, deadline: int, **_: Any) -> None:
    """One deadline, with what may be done about it."""
    found = await mine(turn, deadline)
    if found:
        turn.expect_nothing()
        about = {"deadline": found.id}
        sent, owing = (await obligation.counted(turn.session, [found.id])).get(found.id, (0, 0))
        menu = [
            [Choice("deadlines.ask_day", about), Choice("times.show", about)],
            [Choice("deadlines.ask_cancel", about)],
            [
                Choice("summary.show", {**about, "title": found.short_title}, "deadlines.summary"),
                Choice("deadlines.show"),
            ],
        ]
        await turn.say("deadlines.one", choices=menu, **await _values(turn, found), sent=sent, owing=owing)


async def mine(turn: Turn, deadline: int) -> Deadline | None:
    """Return a deadline in force of this committee; an old button is told so."""
    found = await standing.visible(turn, deadline)
    if found is None or found.superseded or found.cancelled:
        await unknown.old_button(turn)
        return None
    return found


async def _values(turn: Turn, found: Deadline) -> dict[str, Any]:
    workdays = await turn.workdays()
    return {
        "title": found.title,
        "due_text": found.due_text,
        "by_office": found.set_by_office,
        "last_day": found.last_on_time,
        "gap": (found.last_on_time - turn.today).days,
        "left": workdays.left(turn.today, found.last_on_time),
        "grace_to": found.grace_to,
        "opens_on": found.opens_on if found.opens_on and found.opens_on > turn.today else None,
        "closes_on": found.closes_on,
        "wanted_on": found.office_wanted_on,
        "for_some": await branch_names(turn, found.units),
    }


async def branch_names(turn: Turn, units: list[int]) -> list[str]:
    """Return the names of chosen branches, the first few; [] where it is for all."""
    return [(await turn.session.get_one(Unit, each)).name for each in units[:NAMED]]


# Another day


async def ask_day(turn: Turn, deadline: int) -> None:
    """[Dời hạn]: to which day?"""
    if found := await mine(turn, deadline):
        turn.expect("deadlines.day", deadline=found.id)
        await turn.say("deadlines.ask_day", title=found.title, last_day=found.last_on_time)


async def day(turn: Turn) -> None:
    """A day typed for a deadline: what would change."""
    found = await mine(turn, int(turn.conversation.subject["deadline"]))
    if found is None:
        return
    read = days.read_due(turn.incoming.text, today=turn.today)
    last = timeliness.last_on_time(read.date, read.mode) if read else None
    if read is None or last is None or last < turn.today:
        await turn.say("deadlines.day_wrong", past=last is not None)
    elif last == found.last_on_time:
        await turn.say("deadlines.same_day", last_day=last)
    else:
        await _foretell(turn, found, read)


async def _foretell(turn: Turn, found: Deadline, read: days.Due) -> None:
    """Show who would be told what of the new day, before anything happens."""
    last = timeliness.last_on_time(read.date, read.mode)
    owing = await obligation.owing_number(turn.session, found.id)
    ahead = await foresight.foresee(turn, moved_dates(found, last), obligation.owing(found.id))
    about: dict[str, Value] = {"deadline": found.id, "day": read.date.isoformat(), "mode": read.mode, "text": read.text}
    menu = [
        [
            Choice("deadlines.move", {**about, "tell": True}),
            Choice("deadlines.move", {**about, "tell": False}, "deadlines.move_quietly"),
        ],
        [Choice("deadlines.one", {"deadline": found.id}, "deadlines.leave")],
    ]
    sent, _ = (await obligation.counted(turn.session, [found.id])).get(found.id, (0, 0))
    dropped, dropped_first = await dues.waiting_of(turn.session, found.id)
    words = turn.words("deadlines.moved", plain=True, **moved_words(found, ahead))
    people, first, message = await spreading.foretell(turn, words, TOLD, turn.me, deadline=found)
    await turn.say(
        "deadlines.move_preview",
        choices=menu,
        title=found.title,
        old_day=found.last_on_time,
        extended=await obligation.extended_beyond(turn.session, found.id, last),
        sent=sent,
        owing=owing,
        dropped=dropped,
        dropped_first=turn.local(dropped_first) if dropped_first else None,
        at=await spreading.opening(turn),
        told=people,
        first_told=first,
        message=message,
        times=timeliness.moved(timeliness.of(found), last, found.office_wanted_on),
        wanted_lost=bool(found.office_wanted_on and found.office_wanted_on > last),
        **ahead_values(ahead),
    )


def moved_words(found: Deadline, ahead: Foreseen) -> dict[str, Any]:
    """Return what deadlines/moved.j2 says to the branches."""
    return {
        "title": found.title,
        "old_day": found.last_on_time,
        "last_day": ahead.last_day,
        "gap": ahead.gap,
        "left": ahead.left,
    }


def ahead_values(ahead: Foreseen) -> dict[str, Any]:
    """Return what deadlines/_ahead.j2 says of what is to come."""
    return {
        "last_day": ahead.last_day,
        "gap": ahead.gap,
        "left": ahead.left,
        "first": ahead.first,
        "new": ahead.new,
        "days": ahead.days,
        "notes": ahead.notes,
        "people": ahead.asked.people,
        "names": ahead.asked.first[: foresight.TOLD],
        "lost": list(ahead.asked.named),
        "more_lost": ahead.asked.lost - len(ahead.asked.named),
    }


def moved_dates(found: Deadline, last: date) -> Dates:
    """Return the days of a deadline once it is moved."""
    days = timeliness.moved(timeliness.of(found), last, found.office_wanted_on)
    return Dates(last, days["grace_to"], None, days["opens_on"], days["closes_on"])


async def move(turn: Turn, deadline: int, day: str, mode: str, text: str, tell: bool = False) -> None:
    """[Dời hạn]: a new version; what branches drafted or sent goes on with it."""
    found = await mine(turn, deadline)
    if found is None:
        return
    due = date.fromisoformat(day)
    last = timeliness.last_on_time(due, DueMode(mode))
    if last < turn.today:
        await turn.say("deadlines.day_wrong", past=True)
        return
    old_day = found.last_on_time
    owing = await obligation.owing_number(turn.session, found.id)
    ahead = await foresight.foresee(turn, moved_dates(found, last), obligation.owing(found.id))
    words = turn.words("deadlines.moved", plain=True, **moved_words(found, ahead))
    changes = {"due_date": due, "due_mode": mode, "due_text": text, "last_on_time": last}
    made = await moving.replace(turn, found, turn.me, {**changes, "set_by_office": True})
    told = await spreading.order(turn, words, TOLD, turn.me, deadline=made) if tell and owing else None
    turn.expect_nothing()
    await turn.say(
        "deadlines.done_moved",
        title=found.title,
        old_day=old_day,
        last_day=last,
        told=told.people if told else 0,
        at=await spreading.opening(turn) if told else turn.now,
        choices=_after(made.id),
    )


def _after(deadline: int) -> Rows:
    return [[Choice("deadlines.one", {"deadline": deadline}, "deadlines.see"), Choice("deadlines.show")]]


# Cancelling


async def ask_cancel(turn: Turn, deadline: int) -> None:
    """[Hủy mốc]: what it means, and who would be told."""
    found = await mine(turn, deadline)
    if found is None:
        return
    sent, owing = (await obligation.counted(turn.session, [found.id])).get(found.id, (0, 0))
    about = {"deadline": found.id}
    quietly = Choice("deadlines.cancel", {**about, "tell": False}, "deadlines.cancel_quietly")
    menu = [
        [Choice("deadlines.cancel", {**about, "tell": True}), quietly],
        [Choice("deadlines.one", about, "deadlines.leave")],
    ]
    dropped, _ = await dues.waiting_of(turn.session, found.id)
    words = turn.words("deadlines.cancelled", plain=True, title=found.title)
    people, first, message = await spreading.foretell(turn, words, TOLD, turn.me, deadline=found)
    await turn.say(
        "deadlines.cancel_preview",
        choices=menu,
        title=found.title,
        sent=sent,
        owing=owing,
        dropped=dropped,
        told=people,
        first_told=first,
        message=message,
        at=await spreading.opening(turn),
    )


async def cancel(turn: Turn, deadline: int, tell: bool = False) -> None:
    """[Hủy mốc]: kept for the record with what was sent; nobody is reminded any more."""
    found = await mine(turn, deadline)
    if found is None:
        return
    owing = await obligation.owing_number(turn.session, found.id)
    words = turn.words("deadlines.cancelled", plain=True, title=found.title)
    told = await spreading.order(turn, words, TOLD, turn.me, deadline=found) if tell and owing else None
    await moving.cancel(turn, found, turn.me)
    at = await spreading.opening(turn) if told else turn.now
    menu = [[Choice("deadlines.show")]]
    await turn.say("deadlines.done_cancelled", title=found.title, told=told.people if told else 0, at=at, choices=menu)
