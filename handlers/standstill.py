"""After a standstill: what waited too long is kept, merged or dropped by its kind, and the office is told once.

Looked at before anything is sent or fired, and again at each look of the clock.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers import tally
from handlers.branch import back, renewal
from handlers.office import items
from handlers.office.hours import BRIEF, STILL_TRUE
from handlers.rules import windows
from handlers.tally import DROPPED, LATE, MERGED
from handlers.turn import Moment
from models import due, installation, standstill
from models.due import Due
from models.notice import Notice, NoticeKind
from models.outbox import Out, Outbox
from models.standstill import KEPT, Cause, Standstill

KIND = "standstill"
LONG = timedelta(minutes=10)  # between two looks, or of waiting to be sent
WAITED = timedelta(minutes=30)  # of plan time: what was said longer ago is looked at again before it goes
PART = 200
AFTER = timedelta(minutes=1)  # what was put off to the opening of the sending hours comes first


async def seen(moment: Moment) -> None:
    """Remember that the clock was looked at; where it was not for long, find out what that made untrue."""
    row = await installation.current(moment.session)
    if row is None:
        return
    if row.plan_time and row.seen_at and await moment.pushing():
        stood = min(moment.now - row.plan_time, moment.machine - row.seen_at) > LONG
        if stood:  # in both times: a drill's clock that was moved stood nowhere
            await _begin(moment, Cause.PROCESS, row.plan_time)
        await _review(moment)
    row.plan_time, row.seen_at = moment.now, moment.machine


async def _begin(moment: Moment, cause: Cause, since: datetime) -> Standstill:
    made = Standstill(
        committee_id=moment.committee.id, cause=cause, began_at=since, ended_at=moment.now, counts={}, told_at=None
    )
    moment.session.add(made)
    await moment.session.flush()
    opening = await moment.next_sending(moment.now)
    at = opening if opening <= moment.now else opening + AFTER
    await due.plan(moment.session, moment.committee.id, KIND, f"{KIND}:{made.id}", "told", at, at + timedelta(days=7))
    return made


async def _review(moment: Moment) -> None:
    """Look again at pushes that waited, before they go out."""
    said_before, tried_before = moment.now - WAITED, moment.machine - LONG
    found = await standstill.waited(moment.session, moment.committee.id, said_before, tried_before, PART)
    if not found:
        return
    if await standstill.untold(moment.session, moment.committee.id) is None:
        await _begin(moment, Cause.PLATFORM, min(row.said_at for row, _ in found))
    asked: dict[int, list[tuple[Outbox, Notice]]] = {}
    for row, about in found:
        if await _still_true(moment, row, about):
            await _keep(moment, row, about)
        elif about.kind in back.ASKING and about.person_id:
            asked.setdefault(about.person_id, []).append((row, about))
        else:
            await _drop(moment, row, about.kind)
    for person_id, theirs in asked.items():
        await _merge(moment, person_id, theirs)


async def _still_true(moment: Moment, row: Outbox, about: Notice) -> bool:
    said, today = moment.local(row.said_at), moment.local(moment.now)
    if about.kind == NoticeKind.EXCERPT:
        return said.isocalendar()[:2] == today.isocalendar()[:2]
    if about.kind == NoticeKind.BRIEF:
        return moment.now - row.said_at < STILL_TRUE[BRIEF]
    if about.kind in back.ASKING:
        return said.date() == today.date() and await renewal.renew(moment, row, about)
    return True


async def _keep(moment: Moment, row: Outbox, about: Notice) -> None:
    """Let it go out late, but never at night."""
    row.error = KEPT
    if windows.is_quiet(moment.clock_time):
        row.not_before = moment.machine + (items.after_quiet(moment) - moment.now)
    await tally.add(moment, about.kind, LATE)


async def _drop(moment: Moment, row: Outbox, kind: str) -> None:
    row.state = Out.CANCELLED
    await standstill.drop_edits(moment.session, row.id)
    await tally.add(moment, kind, DROPPED)


async def _merge(moment: Moment, person_id: int, theirs: Sequence[tuple[Outbox, Notice]]) -> None:
    """Say what is still open of several old reminders in one of today."""
    for row, _ in theirs:
        row.state = Out.CANCELLED
    again = await back.say_later(moment, person_id, back.asked_for([about for _, about in theirs]))
    await tally.add(moment, NoticeKind.REMINDER, LATE, int(again))
    await tally.add(moment, NoticeKind.REMINDER, MERGED if again else DROPPED, len(theirs) - again)


async def fire(moment: Moment, rows: Sequence[Due]) -> None:
    """Tell the office in one message what was late, merged and dropped; nothing where nothing was."""
    for row in rows:
        found = await moment.session.get(Standstill, int(row.subject.partition(":")[2]))
        if found is None or found.told_at:
            row.outcome = "void"
            continue
        found.told_at = moment.now
        row.outcome = "sent" if found.counts else "empty"
        if found.counts:
            await _tell(moment, found)


async def _tell(moment: Moment, found: Standstill) -> None:
    await moment.tell_office(
        "standstill.over",
        dedupe=f"standstill:{found.id}",
        cause=found.cause,
        began=found.began_at,
        ended=found.ended_at,
        counts=found.counts,
    )
