"""[Đôn đốc]: the office writes by hand to those whose report is missing. Previewed, then one by one, signed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

from handlers import tally
from handlers.branch import asking, duties
from handlers.everyone import unknown
from handlers.office import items, progress, spreading, standing
from handlers.routes import OFFICE
from handlers.rules import named, recipients, windows
from handlers.rules import standing as rules
from handlers.rules.standing import Line, Standing
from handlers.turn import Moment, Turn
from messages.types import Choice, Rows
from models import due, notice, role
from models import standing as stored
from models.deadline import Deadline
from models.due import Due
from models.notice import NoticeKind
from models.obligation import State
from models.person import Person
from models.standing import Answerer

LISTED = 20  # people or branches named in a message; more are counted
A_PAGE = 30  # branches offered to be left out at a time
A_ROW = 2
STILL_TRUE = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the office chose: of which deadline, one branch alone (0: all), whom to leave out, again on the same day.

    `without` unit ids joined by commas; None: nothing chosen yet, those who say that they sent it are left out.
    """

    deadline: int
    unit: int = 0
    without: str | None = None
    again: bool = False

    def choice(self, action: str, label: str = "", **more: Any) -> Choice:
        """Return a button that carries this choice on."""
        given = {"deadline": self.deadline, "unit": self.unit, "without": self.without, "again": self.again}
        return Choice(action, {**given, **more}, label)


@dataclass(slots=True)
class To:
    """One message: a person and the branches it is about."""

    person_id: int
    name: str
    role: str
    lines: list[Line] = field(default_factory=list)

    @property
    def branches(self) -> list[str]:
        """The branches' names."""
        return [line.name for line in self.lines]


@dataclass(slots=True)
class Batch:
    """Who is told, who was urged today already, and the branches left out or out of reach."""

    told: list[To] = field(default_factory=list)
    today: list[To] = field(default_factory=list)
    left_out: list[Line] = field(default_factory=list)
    unreached: list[Line] = field(default_factory=list)


async def preview(
    turn: Turn, deadline: int, unit: int = 0, without: str | None = None, again: bool = False, **_: Any
) -> None:
    """Show exactly what would be sent, and to whom."""
    asked, found = Asked(deadline, unit, without, again), await standing.visible(turn, deadline)
    if found is None:
        return await unknown.old_button(turn)
    now = await standing.load(turn, found, [unit] if unit else None)
    if not now.dates.open(turn.today):
        await turn.say("urge.not_open", title=found.short_title, opens_on=now.dates.opens_on)
        return None
    batch = await gather(turn, now, asked)
    pushing = await turn.pushing()
    said = await _values(turn, found, batch)
    sample = await _sample(turn, found, now, batch)
    await turn.say("urge.preview", choices=_menu(asked, batch, pushing=pushing), pushing=pushing, sample=sample, **said)
    return None


def _menu(asked: Asked, batch: Batch, *, pushing: bool) -> Rows:
    send = [asked.choice("urge.send")] if batch.told and pushing else []
    again = [asked.choice("urge.send", "urge.again", again=True)] if batch.today and pushing else []
    some = [asked.choice("urge.choose")] if len(batch.told) + len(batch.left_out) > 1 else []
    return [row for row in ([*send, *some], again, [Choice("urge.stop")]) if row]


async def gather(moment: Moment, now: Standing, asked: Asked, units: Sequence[int] | None = None) -> Batch:
    """Sort the branches of which nothing is in: whom to tell, once each, and whom not."""
    batch = Batch()
    told: dict[int, To] = {}
    answering = await stored.answerers(moment.session, moment.committee.id, [asked.unit] if asked.unit else units)
    out = left_out(now, asked)
    open_ = now.dates.open(now.as_of.date())  # what is not open yet is not urged
    for line in (each for each in now.not_yet + now.of(rules.EXTENDED) if open_ and not each.closed):
        person = recipients.urged(answering.get(line.unit_id, ()), moment.today)
        if line.unit_id in out:
            batch.left_out.append(line)
        elif person is None:
            batch.unreached.append(line)
        else:
            told.setdefault(person.person_id, _to(person)).lines.append(line)
    urged = await notice.urged(moment.session, list(told), moment.at(moment.today, time()))
    batch.told = [to for to in told.values() if asked.again or to.person_id not in urged]
    batch.today = [to for to in told.values() if not asked.again and to.person_id in urged]
    return batch


def _to(person: Answerer) -> To:
    return To(person.person_id, person.name, person.role)


def left_out(now: Standing, asked: Asked) -> set[int]:
    """Return the units left out: as chosen; else those with more time, and those who say that they sent it."""
    if asked.without is not None:
        return {int(each) for each in asked.without.split(",") if each.isdigit()}
    spared = now.of(State.SAID_SENT, rules.EXTENDED) if not asked.unit else ()
    return {line.unit_id for line in spared}


async def _values(moment: Moment, deadline: Deadline, batch: Batch) -> dict[str, Any]:
    return {
        "subject": await standing.subject(moment, deadline),
        "people": batch.told[: named.many(len(batch.told), LISTED)],
        "total": len(batch.told),
        "more": len(batch.told) - named.many(len(batch.told), LISTED),
        "left_out": [line.name for line in batch.left_out][:LISTED],
        "today": [name for to in batch.today for name in to.branches][:LISTED],
        "unreached_branches": [line.name for line in batch.unreached][:LISTED],
    }


async def _sample(turn: Turn, deadline: Deadline, now: Standing, batch: Batch) -> str:
    if not batch.told:
        return ""
    return turn.words("urge.message", plain=True, **_said(turn.me, deadline, now, batch.told[0]))


def _said(by: Person, deadline: Deadline, now: Standing, to: To) -> dict[str, Any]:
    dates = standing.dates_of(deadline, to.lines[0].extended_to if len(to.lines) == 1 else None)
    return {
        "name": to.name,
        "role": to.role,
        "branches": to.branches,
        "title": deadline.title,
        "due_text": deadline.due_text,
        "until": rules.until(dates, now.as_of.date()),
        "last_day": dates.last_day,
        "grace_to": dates.grace_to,
        "by": by.name,
    }


async def choose(turn: Turn, page: int = 0, **given: Any) -> None:
    """[Bỏ bớt]: every branch as a button that leaves it out or takes it in again."""
    asked = Asked(**given)
    found = await standing.visible(turn, asked.deadline)
    if found is None:
        return await unknown.old_button(turn)
    now = await standing.load(turn, found)
    lines = [line for line in now.not_yet + now.of(rules.EXTENDED) if not line.closed]
    out, part = left_out(now, asked), lines[page * A_PAGE : (page + 1) * A_PAGE]
    buttons = [_toggle(asked, line, out, page) for line in sorted(part, key=lambda line: line.ordinal)]
    menu = [buttons[n : n + A_ROW] for n in range(0, len(buttons), A_ROW)]
    kept = Asked(asked.deadline, asked.unit, _joined(out), asked.again)
    if len(lines) > (page + 1) * A_PAGE:
        menu.append([kept.choice("urge.choose", "urge.next_page", page=page + 1)])
    menu.append([kept.choice("urge.preview", "urge.see")])
    await turn.say("urge.choose", choices=menu, subject=await standing.subject(turn, found))
    return None


def _toggle(asked: Asked, line: Line, out: set[int], page: int) -> Choice:
    label = "urge.take_in" if line.unit_id in out else "urge.leave_out"
    changed = Asked(asked.deadline, asked.unit, _joined(out ^ {line.unit_id}), asked.again)
    return changed.choice("urge.toggle", label, page=page, name=line.name)


async def toggle(turn: Turn, name: str = "", **given: Any) -> None:
    """A branch left out or taken in: the choice again."""
    await choose(turn, **given)


def _joined(units: set[int]) -> str:
    return ",".join(str(each) for each in sorted(units))


async def send(turn: Turn, at_once: bool = False, **given: Any) -> None:
    """[Gửi]: at once in a sending window, else asked when."""
    asked = Asked(**given)
    found = await standing.visible(turn, asked.deadline)
    if found is None:
        return await unknown.old_button(turn)
    if not await turn.pushing():
        return await _held(turn)
    quiet = windows.is_quiet(turn.clock_time)
    opening = await turn.next_sending(turn.now)
    if opening > turn.now and (quiet or not at_once):
        now = [] if quiet else [asked.choice("urge.send", "urge.now", at_once=True)]
        menu = [[asked.choice("urge.later"), *now], [Choice("urge.stop")]]
        await turn.say("urge.outside", choices=menu, at=opening, quiet=quiet)
        return None
    return await _deliver(turn, turn.me, found, asked, await _menu_id(turn))


async def _held(turn: Turn) -> None:
    await turn.say("urge.held")


async def _menu_id(turn: Turn) -> int:
    """Return which message was pressed: a batch is sent once, however often its button is pressed."""
    pressed = await turn.press()
    return pressed[0].id if pressed else turn.conversation.menu_id or 0


async def later(turn: Turn, **given: Any) -> None:
    """[Gửi vào giờ đó]: a due row keeps the choice."""
    asked = Asked(**given)
    if await standing.visible(turn, asked.deadline) is None:
        return await unknown.old_button(turn)
    at, subject = await turn.next_sending(turn.now), f"{asked.deadline}:{turn.me.id}:{await _menu_id(turn)}"
    chosen = f"{asked.unit}|{asked.again:d}|{'-' if asked.without is None else asked.without}"
    await due.plan(turn.session, turn.committee.id, "urge", subject, chosen, at, at + STILL_TRUE)
    turn.note("urge.plan", f"deadline:{asked.deadline}", turn.me)
    await turn.say("urge.planned", at=at)
    return None


async def fire(moment: Moment, rows: Sequence[Due]) -> None:
    """Send what was put off, to those whose report is still missing, if who ordered it is still of the office."""
    for row in rows:
        deadline, person, menu = (int(each) for each in row.subject.split(":"))
        unit, again, without = row.occurrence.split("|")
        found = await moment.session.get(Deadline, deadline)
        by = await moment.session.get(Person, person)
        roles = await role.of_person(moment.session, person)
        asked = Asked(deadline, int(unit), None if without == "-" else without, again == "1")
        if found is None or by is None or not any(each.kind in OFFICE for each in roles):
            row.outcome = "void"
        elif row.valid_until < moment.now or not await moment.pushing():
            await _missed(moment, row, by, found, asked)
        elif not await spreading.is_put_off(moment, row):
            await _deliver(moment, by, found, asked, menu)
            row.outcome = "sent"


async def _missed(moment: Moment, row: Due, by: Person, deadline: Deadline, asked: Asked) -> None:
    """Tell who ordered an urge, by day, that it did not go; of a standstill the whole office is told otherwise."""
    held = not await moment.pushing()
    row.outcome = "void" if held else "stale"
    if not held and await tally.add(moment, row.kind, tally.DROPPED):
        return
    if windows.is_quiet(moment.clock_time):
        row.fired_at, row.due_at = None, items.after_quiet(moment)
        return
    said = {"subject": await standing.subject(moment, deadline), "at": moment.local(row.valid_until - STILL_TRUE)}
    again = [[asked.choice("urge.preview", "urge.see")]]
    await moment.tell(by, "urge.missed", kind=NoticeKind.ITEM, choices=again, held=held, **said)


async def _deliver(moment: Moment, by: Person, deadline: Deadline, asked: Asked, menu: int) -> None:
    """Write the messages one by one, then tell who ordered them, and the rest of the office."""
    now = await standing.load(moment, deadline, [asked.unit] if asked.unit else None)
    batch = await gather(moment, now, asked)
    if len(batch.told) > progress.MANY:
        return await _in_parts(moment, by, deadline, batch, menu)
    batch.told = [to for to in batch.told if await _tell(moment, by, deadline, now, to, f"urge:{menu}")]
    said = await _values(moment, deadline, batch)
    moment.note("urge.send", f"deadline:{deadline.id}", by, told=len(batch.told), again=asked.again)
    await moment.tell(by, "urge.done", kind=NoticeKind.ITEM, **said)
    if names := [name for to in batch.told for name in to.branches]:
        shown = {**_named(names), "subject": said["subject"]}
        await moment.tell_office("urge.others", but=by, by=by.name, **shown)
    return None


def _named(names: Sequence[str]) -> dict[str, Any]:
    shown = named.many(len(names), LISTED)
    return {"branches": list(names[:shown]), "more": len(names) - shown}


async def _in_parts(moment: Moment, by: Person, deadline: Deadline, batch: Batch, menu: int) -> None:
    """Leave an urge to many to due rows, a part each, and show how far it is."""
    name, subject = f"urge:{menu}", f"{deadline.id}:{by.id}:{menu}"
    if await progress.begin(moment, NoticeKind.URGE, name, len(batch.told), by) is None:
        return  # the button was pressed twice
    parts = [batch.told[n : n + progress.MANY] for n in range(0, len(batch.told), progress.MANY)]
    for number, part in enumerate(parts, 1):
        units = ",".join(str(line.unit_id) for to in part for line in to.lines)
        occurrence = f"{number}/{len(parts)}|{units}"
        until = moment.now + STILL_TRUE
        await due.plan(moment.session, moment.committee.id, "urge_part", subject, occurrence, moment.now, until)
    moment.note("urge.send", f"deadline:{deadline.id}", by, told=len(batch.told))
    names = [name for to in batch.told for name in to.branches]
    shown = _named(names)
    await moment.tell_office(
        "urge.others", but=by, by=by.name, subject=await standing.subject(moment, deadline), **shown
    )


async def fire_part(moment: Moment, rows: Sequence[Due]) -> None:
    """Write one part of an urge to many; the other parts have their own turns, so that answers come between."""
    for row in rows[1:]:
        row.fired_at = None
    row = rows[0]
    if await spreading.is_put_off(moment, row, at_once=True):
        return
    deadline, person, menu = (int(each) for each in row.subject.split(":"))
    found, by = await moment.session.get(Deadline, deadline), await moment.session.get(Person, person)
    place, _, ids = row.occurrence.partition("|")
    if found and by:
        await _tell_part(moment, by, found, [int(each) for each in ids.split(",")], f"urge:{menu}")
    row.outcome = "sent"
    number, _, of = place.partition("/")
    await (progress.written if number == of else progress.cut_if_stopped)(moment, f"urge:{menu}")


async def _tell_part(moment: Moment, by: Person, deadline: Deadline, units: Sequence[int], name: str) -> None:
    now = await standing.load(moment, deadline, units)
    batch = await gather(moment, now, Asked(deadline.id, without="", again=True), units)
    await moment.many([to.person_id for to in batch.told])
    for to in batch.told:
        await _tell(moment, by, deadline, now, to, name)


async def _tell(moment: Moment, by: Person, deadline: Deadline, now: Standing, to: To, batch: str) -> bool:
    found = await duties.load(moment, [line.obligation_id for line in to.lines])
    person = await moment.session.get_one(Person, to.person_id)
    told = await moment.tell(
        person,
        "urge.message",
        kind=NoticeKind.URGE,
        dedupe=f"{batch}:{to.person_id}",
        batch=batch,
        about=[each.id for each in found],
        choices=asking.choices_of(found[0]) if len(found) == 1 else asking.several_choices(found),
        **_said(by, deadline, now, to),
    )
    return told is not None


async def stop(turn: Turn) -> None:
    """[Thôi]."""
    await turn.say("urge.stopped")
