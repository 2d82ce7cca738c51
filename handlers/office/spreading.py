"""Writes what the office tells many, part by part, within the sending hours, with its progress. Chooses no words."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers import push
from handlers.branch import rung
from handlers.office import foresight, progress
from handlers.push import Push
from handlers.rules import windows
from handlers.shape import SaidFile
from handlers.turn import Moment, Turn
from models import broadcast, due
from models.attachment import Attachment
from models.broadcast import Broadcast, BroadcastState
from models.deadline import Deadline
from models.due import Due
from models.notice import NoticeKind
from models.person import Person

PART = 200  # people written to in one transaction: an answer must not wait for thousands
KIND = "broadcast"
A_WHILE = timedelta(hours=8)


async def opening(moment: Moment, *, at_once: bool = False) -> datetime:
    """Return when it would go out: now in the sending hours or `at_once` in daytime, else at the next of them."""
    if at_once and not windows.is_quiet(moment.clock_time):
        return moment.now
    return await moment.next_sending(moment.now)


async def order(
    moment: Moment, text: str, roles: Sequence[str], by: Person, *, deadline: Deadline | None = None
) -> Broadcast:
    """Tell everybody who owes a deadline these words, at the next sending time."""
    made = _drafted(moment, text, roles, by, deadline)
    moment.session.add(made)
    await moment.session.flush()
    await begin(moment, made, by)
    return made


def _drafted(moment: Moment, text: str, roles: Sequence[str], by: Person, deadline: Deadline | None) -> Broadcast:
    return Broadcast(
        committee_id=moment.committee.id,
        text=text,
        roles=list(roles),
        units=[],
        deadline_id=deadline.id if deadline else None,
        by_id=by.id,
        state=BroadcastState.DRAFT,
        made_at=moment.now,
    )


async def foretell(
    turn: Turn, text: str, roles: Sequence[str], by: Person, *, deadline: Deadline | None = None
) -> tuple[int, list[tuple[str, str]], str]:
    """Return how many people `order` would write to, the first few as (name, branch), and the message as it arrives."""
    thought = _drafted(turn, text, roles, by, deadline)
    people, _, _ = await broadcast.counts(turn.session, thought)
    first = await broadcast.first_told(turn.session, thought, foresight.TOLD)
    return people, first, turn.words("broadcast.message", plain=True, **(await pushed(turn, thought, by)).values)


async def begin(moment: Moment, found: Broadcast, by: Person) -> datetime:
    """Let it go out; return when the first of it does."""
    found.state, found.ordered_at = BroadcastState.PLANNED, moment.now
    found.people = (await broadcast.counts(moment.session, found))[0]
    at = await opening(moment, at_once=found.at_once)
    await _plan(moment, found, 0, at)
    moment.note("broadcast.order", f"broadcast:{found.id}", by, people=found.people)
    return at


async def _plan(moment: Moment, found: Broadcast, after: int, at: datetime) -> None:
    await due.plan(moment.session, found.committee_id, KIND, found.batch, str(after), at, at + A_WHILE)


async def fire(moment: Moment, rows: Sequence[Due]) -> None:
    """Write one part; the other parts have their own turns, so that answers come between."""
    for row in rows[1:]:
        row.fired_at = None
    row = rows[0]
    found = await moment.session.get(Broadcast, int(row.subject.partition(":")[2]))
    if found is None or found.state != BroadcastState.PLANNED:
        row.outcome = "void"
    elif not await is_put_off(moment, row, at_once=found.at_once):
        row.outcome = await _write(moment, found, int(row.occurrence))


async def is_put_off(moment: Moment, row: Due, *, at_once: bool = False) -> bool:
    """Put off what may not go out just now: on hold, or outside the hours of `opening`; say whether it was."""
    if await moment.pushing():
        at = await opening(moment, at_once=at_once)
    else:
        at = await moment.next_sending(moment.now + rung.LATER_TODAY)
    if at > moment.now:
        rung.put_off(row, at)
    return at > moment.now


async def _write(moment: Moment, found: Broadcast, after: int) -> str:
    """Write to the next people; at the end note that all are written."""
    by = await moment.session.get(Person, found.by_id) if found.by_id else None
    if after == 0:
        await progress.begin(moment, NoticeKind.BROADCAST, found.batch, found.people, by)
    people = await broadcast.recipients(moment.session, found, after, PART)
    if people:
        await push.to_all(moment, people, await pushed(moment, found, by))
    if len(people) == PART and not await progress.cut_if_stopped(moment, found.batch):
        await _plan(moment, found, people[-1], moment.now)
    else:
        found.state = BroadcastState.SENT
        await progress.written(moment, found.batch)
    return "sent"


async def pushed(moment: Moment, found: Broadcast, by: Person | None) -> Push:
    """Return what everybody gets."""
    file = await moment.session.get(Attachment, found.attachment_id) if found.attachment_id else None
    return Push(
        NoticeKind.BROADCAST,
        "broadcast.message",
        found.batch,
        found.batch,
        {"text": found.text, "roles": list(found.roles), "by": by.name if by else ""},
        file=SaidFile(file.id, file.kind) if file else None,
    )
