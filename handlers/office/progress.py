"""A push to many while it goes out: one message that is changed every few seconds, and a way to stop it.

What it says is counted from rows, so that it goes on after a restart.
"""

from datetime import datetime, timedelta
from typing import Any

from handlers.everyone import unknown
from handlers.turn import Moment, Turn
from messages.types import Choice, Rows
from models import due, letter, notice, push
from models.notice import NoticeKind
from models.person import Person
from models.push import Progress, Push

MANY = 50  # people; a push to fewer is over before anybody has read of it
EVERY = timedelta(seconds=3)  # machine time between two changes; with a look every two seconds that is every four
SETTLED = 5  # messages gone before the time to go can be told
STARTING = 5  # seconds in which it cannot either: the first ones go to writing messages down, and tell of a slower pace


async def begin(moment: Moment, kind: NoticeKind, batch: str, people: int, by: Person | None = None) -> Push | None:
    """Show a push to more than MANY people to who began it, or without `by` to the whole office."""
    if people <= MANY or await push.of_batch(moment.session, batch):
        return None
    made = Push(
        committee_id=moment.committee.id,
        kind=kind,
        batch=batch,
        by_id=by.id if by else None,
        people=people,
        written=False,
        told_at=moment.now,
        began_at=moment.machine,
        shown_at=moment.machine,
    )
    moment.session.add(made)
    await moment.session.flush()
    await _announce(moment, made, by, Progress())
    return made


async def _announce(moment: Moment, made: Push, by: Person | None, now: Progress) -> None:
    said = {**_values(moment, made, now), "batch": _name(made), "choices": _menu(made)}
    if by:
        await moment.tell(by, "progress.running", kind=NoticeKind.ITEM, **said)
    else:
        await moment.tell_office("progress.running", **said)


async def resume(moment: Moment, batch: str, people: int, by: Person) -> None:
    """Show a push anew to who sends it again to more than MANY `people`; how it ended before stays as it was told."""
    found = await push.of_batch(moment.session, batch)
    if found is None or people <= MANY:
        return
    await notice.leave_batch(moment.session, _name(found))
    found.began_at = found.shown_at = moment.machine
    found.stopped_at = found.stopped_by_id = found.ended_at = None
    await moment.session.flush()
    await _announce(moment, found, by, await _now(moment, found))


def _name(made: Push) -> str:
    """Return the batch under which its own messages are found again."""
    return f"progress:{made.id}"


def _menu(made: Push) -> Rows:
    return [[Choice("progress.ask", {"push": made.id})]]


async def written(moment: Moment, batch: str) -> bool:
    """Note that all messages of a batch are written; say whether it was stopped meanwhile."""
    found = await push.of_batch(moment.session, batch)
    if found:
        found.written = True
    return await cut_if_stopped(moment, batch)


async def cut_if_stopped(moment: Moment, batch: str) -> bool:
    """Hold back what was just written of a batch that somebody stopped; say whether it was."""
    found = await push.of_batch(moment.session, batch)
    if found is None or found.stopped_at is None:
        return False
    await push.cut(moment.session, batch, found.kind)
    return True


async def refresh(moment: Moment) -> None:
    """Bring what the office sees of each push up to date; end those that are over."""
    for each in await push.open_ones(moment.session, moment.committee.id):
        now = await _now(moment, each)
        over = not now.waiting and not now.on_the_wire and (each.written or not await _goes_on(moment, each))
        if over:
            each.ended_at = moment.machine
        if over or (each.stopped_at is None and moment.machine - each.shown_at >= EVERY):
            await _show(moment, each, now, over=over)


async def _goes_on(moment: Moment, each: Push) -> bool:
    """Say whether a part is still to be written: one that could not be was set aside, and nobody noted the end."""
    kind, _, name = each.batch.partition(":")
    week = name if kind == NoticeKind.EXCERPT else ""
    rows = "urge_part" if kind == NoticeKind.URGE else kind
    return await due.goes_on(moment.session, moment.committee.id, rows, "" if week else f":{name}", week)


async def _show(moment: Moment, each: Push, now: Progress, *, over: bool) -> None:
    each.shown_at = moment.machine
    template = "progress.running" if not over else "progress.stopped" if each.stopped_at else "progress.done"
    said = await _ended(moment, each, now) if over else _values(moment, each, now)
    for told in await notice.of_batch(moment.session, _name(each)):
        if message := await moment.message_of(told.id):
            rows = await _end_menu(moment) if over else _menu(each)
            await moment.replace(message, template, rows, anew=over, kind=NoticeKind.ITEM, **said)


async def _end_menu(moment: Moment) -> Rows:
    lost = await letter.number(moment.session, moment.committee.id)
    return [[Choice("letters.show", {"number": lost}, "letters.open")]] if lost else []


def _values(moment: Moment, each: Push, now: Progress) -> dict[str, Any]:
    gone = now.sent + now.failed
    left = max(each.people - gone - now.stopped, 0)
    return {
        "what": each.kind,
        "at": moment.local(each.told_at),
        "people": each.people,
        "sent": now.sent,
        "failed": now.failed,
        "left": left,
        "seconds": _seconds(moment.machine, each, now.lately, left),
    }


def _seconds(machine: datetime, each: Push, gone: int, left: int) -> int | None:
    """Return how long the rest takes at the pace so far, None before that can be told."""
    spent = (machine - each.began_at).total_seconds()
    return round(left * spent / gone) if gone >= SETTLED and spent > STARTING else None


async def _ended(moment: Moment, each: Push, now: Progress) -> dict[str, Any]:
    by = await moment.session.get(Person, each.stopped_by_id) if each.stopped_by_id else None
    said = {**_values(moment, each, now), "ended": moment.now}
    return said | ({"by": by.name if by else "", "again": each.kind == NoticeKind.EXCERPT} if each.stopped_at else {})


async def _running(turn: Turn, push_id: int) -> Push | None:
    found = await turn.session.get(Push, push_id)
    if found is None or found.committee_id != turn.committee.id:
        await unknown.old_button(turn)
    elif found.ended_at or found.stopped_at:
        await turn.say("progress.over")
    else:
        return found
    return None


async def ask(turn: Turn, push: int) -> None:
    """[Dừng lại]: a question before anything happens."""
    if found := await _running(turn, push):
        about = {"push": found.id}
        said = _values(turn, found, await _now(turn, found))
        await turn.say(
            "progress.sure", choices=[[Choice("progress.stop", about), Choice("progress.keep", about)]], **said
        )


async def _now(moment: Moment, found: Push) -> Progress:
    return await push.progress(moment.session, found.batch, found.began_at)


async def stop(turn: Turn, push: int) -> None:
    """[Dừng gửi]: what is on the wire goes, the rest does not."""
    if found := await _running(turn, push):
        found.stopped_at, found.stopped_by_id = turn.now, turn.me.id
        held = await _cut(turn, found)
        turn.note("push.stop", f"push:{found.id}", turn.me, held=held)
        now = await _now(turn, found)
        said = _values(turn, found, now)
        await turn.say("progress.stopping", on_the_wire=now.on_the_wire, **said)


async def _cut(moment: Moment, found: Push) -> int:
    await moment.session.flush()
    return await push.cut(moment.session, found.batch, found.kind)


async def keep(turn: Turn, push: int) -> None:
    """[Gửi tiếp]."""
    if await _running(turn, push):
        await turn.say("progress.kept")
