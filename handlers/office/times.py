"""[Ngày mở, tổng hợp]: a deadline's opening, grace and adding up, and the day by which the office wishes it.

Each is typed, seen with what follows from it, then kept as the next version. The last day is moved elsewhere.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from handlers.everyone import unknown
from handlers.office import deadlines, foresight, moving, standing
from handlers.rules import timeliness
from handlers.rules.standing import Line
from handlers.rules.timeliness import Dates
from handlers.turn import Turn
from messages.reading import dates
from messages.types import Choice, Heard, Value
from models import obligation
from models.deadline import Deadline

WHICH = ("opens_on", "grace_to", "closes_on", "office_wanted_on")


async def show(turn: Turn, deadline: int) -> None:
    """All days of a deadline, each with a button."""
    found = await deadlines.mine(turn, deadline)
    if found:
        turn.expect_nothing()
        buttons = [_ask(found, time) for time in WHICH]
        back = Choice("deadlines.one", {"deadline": found.id}, "times.back")
        await turn.say("times.show", choices=[buttons[:2], buttons[2:], [back]], **_values(found))


def _ask(found: Deadline, time: str) -> Choice:
    return Choice("times.ask", {"deadline": found.id, "time": time}, f"times.{time}")


def _values(found: Deadline) -> dict[str, Any]:
    days = timeliness.of(found)
    return {
        "title": found.short_title,
        "last_day": found.last_on_time,
        "opens_on": days.opens_on,
        "grace_to": found.grace_to,
        "closes_on": found.closes_on,
        "wanted_on": found.office_wanted_on,
    }


async def ask(turn: Turn, deadline: int, time: str) -> None:
    """One of the days: to time?"""
    found = await deadlines.mine(turn, deadline)
    if found and time in WHICH:
        turn.expect("times.day", deadline=found.id, time=time)
        given = getattr(found, time)
        none = [[Choice("times.preview", {"deadline": found.id, "time": time, "day": ""}, "times.none")]]
        await turn.say("times.ask", choices=none if given else (), time=time, day=given, last_day=found.last_on_time)
    elif found:
        await unknown.old_button(turn)


async def day(turn: Turn) -> None:
    """The day typed: what would follow from it."""
    about = turn.conversation.subject
    found, time = await deadlines.mine(turn, int(about.get("deadline") or 0)), str(about.get("time") or "")
    if found is None or time not in WHICH:
        return
    text = turn.incoming.text if turn.incoming.kind is Heard.TEXT else ""
    read = dates.read_date(text, today=turn.today, tense="future").date
    if read is None:
        await turn.say("times.wrong", why="unread", last_day=found.last_on_time)
    else:
        await preview(turn, found.id, time, read.isoformat())


async def preview(turn: Turn, deadline: int, time: str, day: str) -> None:
    """What would change, before it does."""
    found = await deadlines.mine(turn, deadline)
    if found is None or time not in WHICH:
        return
    new = date.fromisoformat(day) if day else None
    if why := odd(found, time, new, turn.today):
        turn.expect("times.day", deadline=found.id, time=time)
        await turn.say("times.wrong", why=why, last_day=found.last_on_time)
        return
    turn.expect_nothing()
    about: dict[str, Value] = {"deadline": found.id, "time": time, "day": day}
    leave = Choice("times.show", {"deadline": found.id}, "deadlines.leave")
    said = await _follows(turn, found, time, new)
    await turn.say("times.preview", choices=[[Choice("times.keep", about), leave]], time=time, **said)


def odd(found: Deadline, time: str, new: date | None, today: date) -> str:
    """Return why a day cannot be (words.yaml, "odd_time"), "" where it can."""
    days = {name: getattr(found, name) for name in WHICH} | {time: new}
    last, closes = found.last_on_time, days["closes_on"]
    counted = max(last, days["grace_to"] or last)
    if new is None:
        return ""
    if time == "grace_to" and new <= last:
        return "grace"
    if time in ("opens_on", "office_wanted_on") and new > last:
        return "after_last"
    if time == "office_wanted_on" and new < today:
        return "past"
    return "closes" if closes and closes < counted else ""


async def _follows(turn: Turn, found: Deadline, time: str, new: date | None) -> dict[str, Any]:
    """Return what times/preview.j2 says: old and new day, reminders to come, reports that would count otherwise."""
    after = _with(found, time, new)
    now = await standing.load(turn, found)
    ahead = await foresight.foresee(turn, after, obligation.owing(found.id))
    return {
        "title": found.short_title,
        "old": getattr(found, time),
        "new": new,
        "last_day": found.last_on_time,
        "days": ahead.days,
        "notes": ahead.notes,
        "changed": [line.name for line in now.sent if _counts(line, now.dates) != _counts(line, after)],
    }


def _with(found: Deadline, time: str, new: date | None) -> Dates:
    before = timeliness.of(found)
    days = {"opens_on": before.opens_on, "grace_to": before.grace_to, "closes_on": before.closes_on} | {time: new}
    return replace(before, opens_on=days["opens_on"], grace_to=days["grace_to"], closes_on=days["closes_on"])


def _counts(line: Line, days: Dates) -> tuple[object, bool]:
    own, sent_on = replace(days, extended_to=line.extended_to), line.sent_at.date() if line.sent_at else date.min
    return timeliness.judge(sent_on, own), timeliness.after_closing(sent_on, own)


async def keep(turn: Turn, deadline: int, time: str, day: str) -> None:
    """[Đổi]: the next version; reminders follow it, reports stay."""
    found = await deadlines.mine(turn, deadline)
    new = date.fromisoformat(day) if day else None
    if found is None or time not in WHICH or odd(found, time, new, turn.today):
        await preview(turn, deadline, time, day)
        return
    turn.expect_nothing()
    made = await moving.replace(turn, found, turn.me, {time: new}) if getattr(found, time) != new else found
    buttons = [_ask(made, each) for each in WHICH]
    back = Choice("deadlines.one", {"deadline": made.id}, "times.back")
    await turn.say("times.kept", choices=[buttons[:2], buttons[2:], [back]], **_values(made))
