"""The office's morning brief: where deadlines stand, what to do, who is reminded today, whom nothing reaches.

Silent when there is nothing to do. Changes nothing.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from handlers.office import hours, letters, preview, standing
from handlers.office.preview import Planned
from handlers.office.standing import Missing
from handlers.rules import standing as rules
from handlers.rules.standing import Standing
from handlers.turn import Moment, Turn
from messages.types import Choice, Rows
from models import due, item, letter
from models import standing as stored
from models.deadline import Deadline
from models.due import Due
from models.item import ItemKind
from models.notice import NoticeKind
from models.standing import Lost

HEADS = 3  # deadlines in one brief
NAMED = 6  # branches, people named; more are counted
LISTED = 20  # people named of one message to come
PER_ROW = 2
ORDER = (
    ItemKind.EXTENSION,
    ItemKind.QUESTION,
    ItemKind.SENT_ELSEWHERE,
    ItemKind.PHOTO,
    ItemKind.CALL,
    ItemKind.BLOCKED,
    ItemKind.CORRECTION,
    ItemKind.PROPOSAL,
)


@dataclass(frozen=True, slots=True)
class Head:
    """How one deadline stands."""

    subject: str
    sent: int
    owing: int
    until: str
    last_day: date
    missing: Sequence[Missing]
    more: int


@dataclass(frozen=True, slots=True)
class Todo:
    """What waits of one kind; `word` a key of words.yaml, "todo"."""

    kind: str
    word: str
    number: int


@dataclass(frozen=True, slots=True)
class Slot:
    """How many people are reminded at an hour of today."""

    at: datetime
    number: int


async def fire(moment: Moment, rows: Sequence[Due]) -> None:
    """Tell the office, unless there is nothing to do or the day is off; plan the next brief."""
    for row in rows[-1:]:
        worked = (await moment.workdays()).worked(moment.today)
        row.outcome = await _tell(moment) if worked else "void"
    await hours.plan_next(moment, hours.BRIEF)


async def _tell(moment: Moment) -> str:
    todo, planned = await _todo(moment), await _today(moment)
    lost = await _lost(moment, planned)
    if not (todo or planned or lost):
        return "empty"
    heads = await _heads(moment)
    slots = [Slot(at, number) for at, number in _slots(planned).items() if number]
    told = await moment.tell_office(
        "brief.morning",
        kind=NoticeKind.BRIEF,
        choices=_menu(todo, slots, moment),
        at=moment.now,
        heads=heads,
        todo=todo,
        slots=[Slot(moment.local(slot.at), slot.number) for slot in slots],
        lost=_by_reason(moment, lost[:NAMED]),
        lost_number=len(lost),
        more_lost=len(lost) > NAMED,
    )
    return "sent" if told else "held"


async def _todo(moment: Moment) -> list[Todo]:
    """Count what waits, reports first."""
    open_items = await item.open_of(moment.session, moment.committee.id)
    counts = Counter(each.kind for each in open_items)
    on_paper = all(each.how == "paper" for each in open_items if each.kind == ItemKind.SENT_ELSEWHERE)
    found = [Todo("review", "review", await stored.waiting(moment.session, moment.committee.id))]
    for kind in ORDER:
        word = "paper" if kind == ItemKind.SENT_ELSEWHERE and on_paper else str(kind)
        found.append(Todo(str(kind), word, counts[kind]))
    found.append(Todo("letters", "letters", await letter.number(moment.session, moment.committee.id)))
    return [each for each in found if each.number]


async def _today(moment: Moment) -> list[Planned]:
    """Return the reminders still to come today."""
    current = await moment.campaign()
    end = moment.at(moment.today + timedelta(days=1), datetime.min.time())
    return await preview.reminders(moment, current, end) if current else []


def _slots(planned: Sequence[Planned]) -> Counter[datetime]:
    found: Counter[datetime] = Counter()
    for each in planned:
        found[each.at] += sum(person.reachable for person in each.people)
    return found


async def _lost(moment: Moment, planned: Sequence[Planned]) -> list[Lost]:
    """Return whom today's reminders cannot reach, and whom messages since the last brief did not reach."""
    said = await stored.lost_since(moment.session, moment.committee.id, await _last(moment))
    people = [each for one in planned for each in one.people if not each.reachable]
    unreached = [Lost(each.role, each.unit, each.why, each.since) for each in people]
    return list({(each.role, each.unit): each for each in [*said, *unreached]}.values())


def _by_reason(moment: Moment, lost: Sequence[Lost]) -> list[dict[str, Any]]:
    found: dict[tuple[str, date | None], list[Lost]] = {}
    for each in lost:
        found.setdefault((each.why, moment.local(each.since).date() if each.since else None), []).append(each)
    return [{"why": why, "since": since, "people": people} for (why, since), people in found.items()]


async def _last(moment: Moment) -> datetime:
    earlier = [
        row.due_at
        for outcome in ("sent", "empty")
        for row in await due.fired_as(moment.session, hours.BRIEF, hours.subject(moment), outcome)
    ]
    return max(earlier, default=moment.now - timedelta(days=7))


async def _heads(moment: Moment) -> list[Head]:
    """Return the deadlines in view, soonest first: reminding has begun and something is missing; else the nearest."""
    nearest = await standing.nearest(moment)
    seen = [(each, await standing.load(moment, each)) for each in nearest if await _begun(moment, each)]
    found = [(each, now) for each, now in seen if any(not line.closed for line in now.not_yet)][:HEADS]
    found = found or [(each, await standing.load(moment, each)) for each in nearest[:1]]
    return [await _head(moment, *both) for both in sorted(found, key=lambda both: both[0].last_on_time)]


async def _begun(moment: Moment, deadline: Deadline) -> bool:
    workdays, before = await moment.workdays(), (await moment.plan()).ladder.before
    first = workdays.plus(workdays.on_or_before(deadline.last_on_time), -max(before, default=0))
    return first <= moment.today


async def _head(moment: Moment, deadline: Deadline, now: Standing) -> Head:
    return Head(
        subject=await standing.subject(moment, deadline),
        sent=len(now.sent),
        owing=now.owing,
        until=rules.until(now.dates, moment.today),
        last_day=now.dates.last_day,
        missing=[standing.missing(line) for line in now.not_yet[:NAMED]],
        more=max(len(now.not_yet) - NAMED, 0),
    )


def _menu(todo: Sequence[Todo], slots: Sequence[Slot], moment: Moment) -> Rows:
    buttons = [_button(each) for each in todo]
    if slots:
        buttons.append(Choice("brief.planned", {"hour": f"{moment.local(slots[0].at):%H:%M}"}))
    return [buttons[at : at + PER_ROW] for at in range(0, len(buttons), PER_ROW)]


def _button(each: Todo) -> Choice:
    if each.kind == "review":
        return Choice("review.list", {"n": each.number})
    if each.kind == "letters":
        return letters.button(each.number)
    return Choice("requests.list", {"kind": each.kind, "number": each.number}, f"brief.{each.word}")


async def planned(turn: Turn, hour: str) -> None:
    """[Xem tin 08:15]: who is told what, for the rest of today."""
    found = await _today(turn)
    lines = [line for line in (_line(turn, each) for each in found) if line["named"]]
    await turn.say("brief.planned", lines=lines)


def _line(turn: Turn, each: Planned) -> dict[str, Any]:
    named = [person for person in each.people if person.reachable]
    more = max(len(named) - LISTED, 0)
    return {"at": turn.local(each.at), "what": each.what, "named": named[:LISTED], "more": more}
