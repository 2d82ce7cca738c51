"""Fires rungs of the ladder and what was newly given: one merged message a person a day, then the next rung.

Nothing is believed of a row but its name: state, version, promises, people and hours are looked at when it fires.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from handlers import plan, tally
from handlers.branch import asking, duties
from handlers.branch.asking import Asked, Letter
from handlers.branch.duties import Duty
from handlers.office import items
from handlers.rules import ladder, recipients, rungs
from handlers.rules.ladder import Rung
from handlers.turn import Moment
from models import due, notice, obligation, reminder, standing
from models import person as persons
from models.due import Due
from models.item import ItemKind
from models.notice import NoticeKind
from models.person import Person

PUT_OFF, LATE = "put_off", "late"
"""Outcomes of rows that fire again: on purpose, or found in a standstill outside the sending hours."""
LATER_TODAY = timedelta(hours=3)
"""While pushes are on hold, what is due asks again this much later."""


@dataclass
class Fired:
    """A row being fired: its duty and rung; `waits` when somebody already had today's message; `next` to be planned."""

    row: Due
    duty: Duty
    rung: Rung
    waits: bool = field(default=False)
    next: Rung | None = field(default=None)


async def fire(moment: Moment, rows: Sequence[Due]) -> None:
    """Fire rungs: re-check, ask, plan the next rung of each obligation."""
    live = await _live(moment, await _with_siblings(moment, rows))
    if not live or not await _may_push(moment, [each.row for each in live]):
        return
    true = await _without_untrue(moment, live)
    spoken = [each for each in true if not await _silent(moment, each)]
    await _ask(moment, spoken, "")
    for each in spoken:
        await _after(moment, each)
    await plan.write_rungs(moment, [(each.duty.owed, each.next) for each in live if each.next])


async def fire_assigned(moment: Moment, rows: Sequence[Due]) -> None:
    """Tell what was given after rungs had passed, unless a rung told it meanwhile."""
    live = [each for each in await _live(moment, await _with_siblings(moment, rows)) if not each.duty.owed.told_at]
    if not live or not await _may_push(moment, [each.row for each in live]):
        return
    spoken = [each for each in live if not each.duty.owed.paused]
    await _ask(moment, spoken, "assigned")
    for each in spoken:
        if each.waits and each.row.outcome != "sent":
            put_off(each.row, await _next_morning(moment))


async def _with_siblings(moment: Moment, rows: Sequence[Due]) -> list[Due]:
    """Take along what else is due for the same branches, and for all others of the people who answer for them.

    So one person gets one message after a standstill, and however many parts a morning is fired in.
    """
    units = await obligation.units_of(moment.session, [row.obligation_id for row in rows if row.obligation_id])
    together = await standing.answered_together(moment.session, units)
    more = await due.of_units(moment.session, rows[0].kind, sorted(together), moment.now)
    known = {row.id for row in rows}
    for row in (each for each in more if each.id not in known):
        row.fired_at = moment.now
    return [*rows, *(row for row in more if row.id not in known)]


async def _live(moment: Moment, rows: Sequence[Due]) -> list[Fired]:
    """Pair rows with their duties; a row whose version is void, or whose duty is no longer owed, ends here."""
    found = {duty.id: duty for duty in await duties.load(moment, [row.obligation_id or 0 for row in rows])}
    live = []
    for row in rows:
        duty = found.get(row.obligation_id or 0)
        if duty is None or duty.owed.version != row.version or not duty.chased or duty.owed.call_wanted:
            row.outcome = "void"
        else:
            live.append(Fired(row, duty, await _rung(moment, duty, row)))
    return live


async def _rung(moment: Moment, duty: Duty, row: Due) -> Rung:
    """Return the rung a row names; what is not on the ladder ("new") is of the row's own day."""
    steps = await plan.rungs_of(moment, duty.owed, duty.deadline)
    if found := next((step for step in steps if step.name == row.occurrence), None):
        return found
    at = moment.local(row.due_at)
    left = (await moment.workdays()).left(moment.today, duty.last_day)
    return Rung(row.occurrence, at.date(), at.time(), deputy=left <= (await moment.plan()).ladder.deputy_from)


async def _may_push(moment: Moment, rows: Sequence[Due]) -> bool:
    """Say whether pushes may go out now; else put all off to a sending time."""
    opening = await moment.next_sending(moment.now)
    if opening <= moment.now and await moment.pushing():
        return True
    if opening <= moment.now:
        opening = await moment.next_sending(moment.now + LATER_TODAY)
    for row in rows:
        put_off(row, opening, LATE if _is_late(moment, row) else PUT_OFF)
    return False


def put_off(row: Due, to: datetime, why: str = PUT_OFF) -> None:
    """Let a row fire later instead."""
    row.fired_at, row.due_at, row.valid_until, row.outcome = None, to, to + plan.STILL_TRUE, why


async def _without_untrue(moment: Moment, live: Sequence[Fired]) -> list[Fired]:
    """Drop what a standstill made untrue, keep what can still be said truly; the office learns of both."""
    kept = [each for each in live if not await _untrue(moment, each)]
    late = [each.duty.unit.id for each in kept if _is_late(moment, each.row)]
    gone = [each.duty.unit.id for each in live if each not in kept and _is_late(moment, each.row)]
    for each in (each for each in live if each not in kept):
        each.row.outcome = "dropped"
        await _next(moment, each)
    if (late or gone) and not await _counted(moment, late, gone):
        key = f"missed:{moment.now.isoformat()}"
        await moment.tell_office("remind.missed", dedupe=key, dropped=len(gone), late=len(late))
    return kept


async def _counted(moment: Moment, late: Sequence[int], gone: Sequence[int]) -> bool:
    """Leave it to what the office is told of a standstill, if there was one: what somebody of these units misses.

    A branch's rungs come in one message; where nobody can be asked, nothing was missed.
    """
    if not await tally.add(moment, NoticeKind.REMINDER, tally.LATE, 0):
        return False
    answerers = await standing.answerers(moment.session, moment.committee.id, sorted({*late, *gone}))
    asked = {unit for unit, people in answerers.items() if recipients.asked(people, moment.today, deputy=True)}
    kept = [unit for unit in late if unit in asked]
    await tally.add(moment, NoticeKind.REMINDER, tally.LATE, len(set(kept)))
    await tally.add(moment, NoticeKind.REMINDER, tally.MERGED, len(kept) - len(set(kept)))
    return await tally.add(moment, NoticeKind.REMINDER, tally.DROPPED, sum(unit in asked for unit in gone))


def _is_late(moment: Moment, row: Due) -> bool:
    """Say whether a row missed its day in a standstill (not because it was put off on purpose)."""
    return row.outcome == LATE or moment.today > moment.local(row.due_at).date()


async def _untrue(moment: Moment, each: Fired) -> bool:
    steps = await plan.rungs_of(moment, each.duty.owed, each.duty.deadline)
    upcoming = ladder.next_rung(steps, moment.today, moment.clock_time, each.rung.name)
    late, workdays = _is_late(moment, each.row), await moment.workdays()
    return rungs.is_untrue(each.rung, moment.today, each.duty.last_day, upcoming, workdays, late=late)


async def _silent(moment: Moment, each: Fired) -> bool:
    owed = each.duty.owed
    why = rungs.silence(
        each.rung, moment.today, paused=owed.paused, promised_on=owed.promised_on, skip_next=owed.skip_next
    )
    owed.skip_next = owed.skip_next and bool(why) and why != "skipped"
    if not why:
        return False
    each.row.outcome = why
    if await _next(moment, each) is None:
        await _last_unsaid(moment, each, why)
    return True


async def _last_unsaid(moment: Moment, each: Fired, why: str) -> None:
    """Lose nobody at the ladder's end: a promise is waited for, "Đang làm" ends in a call, a pause in its answer."""
    promised_on = each.duty.owed.promised_on
    if why == "promised" and promised_on:
        each.duty.owed.ladder_done = False  # the last rung waits for the promised day instead of being lost
        put_off(each.row, await _morning(moment, promised_on))
    elif why == "skipped":
        await want_call(moment, each.duty)


async def _next(moment: Moment, each: Fired) -> Rung | None:
    each.next = await plan.next_rung(moment, each.duty.owed, each.duty.deadline, each.rung.name)
    return each.next


async def _morning(moment: Moment, day: date) -> datetime:
    """Return the hour of rungs on the first working day from `day` on."""
    hour: time = (await moment.plan()).ladder.morning
    return moment.at((await moment.workdays()).on_or_after(day), hour)


async def _next_morning(moment: Moment) -> datetime:
    return await _morning(moment, moment.today + timedelta(days=1))


async def _ask(moment: Moment, spoken: Sequence[Fired], way: str) -> None:
    """Ask each person once for all that is due; an urge sent by hand today counts as that message."""
    asked = await _by_person(moment, spoken)
    since = moment.at(moment.today, time())
    urged = await notice.urged(moment.session, list(asked), since)
    told = await reminder.told_on(moment.session, list(asked), moment.today)
    people = await persons.of_ids(moment.session, list(asked))
    _mark([each for person_id in urged for each in asked[person_id]], "urged")
    letters = [
        letter
        for person_id, fired in asked.items()
        if person_id not in urged and (letter := _letter(moment, people[person_id], fired, told.get(person_id, set())))
    ]
    for person_id in await asking.ask_all(moment, letters, way=way):
        _mark(asked[person_id], "sent")


def _mark(fired: Sequence[Fired], outcome: str) -> None:
    for each in fired:
        each.row.outcome = each.row.outcome if each.row.outcome == "sent" else outcome


async def _by_person(moment: Moment, spoken: Sequence[Fired]) -> dict[int, list[Fired]]:
    """Return {person id: what they are asked now}; what nobody can be asked keeps the outcome "nobody"."""
    units = sorted({each.duty.unit.id for each in spoken})
    answerers = await standing.answerers(moment.session, moment.committee.id, units) if units else {}
    found: dict[int, list[Fired]] = {}
    for each in spoken:
        each.row.outcome = "nobody"
        people = answerers.get(each.duty.unit.id, [])
        for person in recipients.asked(people, moment.today, deputy=each.rung.deputy):
            found.setdefault(person.person_id, []).append(each)
    return found


def _letter(moment: Moment, person: Person, fired: Sequence[Fired], told: set[int]) -> Letter | None:
    """Return what one person is asked; after today's message only the last day's own hour may add one."""
    on_the_day = any(each.rung.name == rungs.ON_THE_DAY for each in fired)
    if told and not on_the_day:
        for each in fired:
            each.waits = each.duty.id not in told
        _mark(fired, "told")
        return None
    slot = rungs.ON_THE_DAY if on_the_day else "day"
    asked = [Asked(each.duty, each.rung.name) for each in fired]
    return Letter(person, asked, f"remind:{person.id}:{moment.today}:{slot}")


async def _after(moment: Moment, each: Fired) -> None:
    """Plan what follows a rung: tomorrow if it had to wait, else the next one, or the telephone after the last."""
    if each.waits and each.row.outcome != "sent":
        return put_off(each.row, await _next_morning(moment))
    owed = each.duty.owed
    owed.overdue_notes += each.rung.overdue > 0
    if await _next(moment, each) is None and each.rung.overdue:
        await want_call(moment, each.duty)
    return None


async def want_call(moment: Moment, duty: Duty) -> None:
    """Stop pushing: the office's brief proposes a telephone call instead, once."""
    duty.owed.call_wanted = True
    moment.note("reminder.call_wanted", f"obligation:{duty.id}")
    if not await items.open_about(moment, duty.owed, [ItemKind.CALL]):
        await items.put(moment, ItemKind.CALL, duty.unit, owed=duty.owed, tell=False)
