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
from handlers.rules import named, timeliness
from handlers.rules import standing as rules
from handlers.rules.standing import Counts
from handlers.rules.timeliness import Dates
from handlers.turn import Moment, Turn
from messages.types import Choice, Rows
from models import deadline as stored_deadlines
from models import due, issue, item, letter
from models import standing as stored
from models.deadline import Deadline
from models.due import Due
from models.issue import IssueKind
from models.item import ItemKind
from models.notice import NoticeKind
from models.standing import Lost

HEADS = 3  # deadlines in one brief, a line each; more are counted
NAMED, NAMED_EACH = 4, 2  # branches named of the only deadline, of each of several; more are counted
LOST = 3  # people named who are not reached; more are counted
UPWARD = 5  # working days before the superior's own day from which the report upward is something to do
LONG_PAST = timedelta(days=30)  # after which it is no longer spoken of
LISTED = 20  # people named of one message to come
PER_ROW = 2
ORDER = (
    ItemKind.EXTENSION,
    ItemKind.LEADER,
    ItemKind.QUESTION,
    ItemKind.SENT_ELSEWHERE,
    ItemKind.PHOTO,
    ItemKind.CALL,
    ItemKind.BLOCKED,
    ItemKind.CORRECTION,
    ItemKind.PROPOSAL,
    ItemKind.REOPEN,
)


@dataclass(frozen=True, slots=True)
class Head:
    """How one deadline stands."""

    subject: str
    sent: int
    owing: int
    until: str
    last_day: date
    grace_to: date | None
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
    if not await moment.office():
        return "held"  # nobody to tell: nothing is looked up
    todo, planned, upward = await _todo(moment), await _today(moment), await _upward(moment)
    lost = await _lost(moment, planned)
    if not (todo or planned or lost or upward):
        return "empty"
    heads, more_heads = await deadlines_in_view(moment)
    slots = [Slot(at, number) for at, number in _slots(planned).items() if number]
    told = await moment.tell_office(
        "brief.morning",
        kind=NoticeKind.BRIEF,
        choices=_menu(todo, slots, upward, moment),
        at=moment.now,
        heads=heads,
        more_heads=more_heads,
        upward=upward,
        upward_until=rules.until(Dates(upward), moment.today) if upward else "",
        todo=todo,
        slots=[Slot(moment.local(slot.at), slot.number) for slot in slots],
        lost=_by_reason(moment, lost[: named.many(len(lost), LOST)]),
        lost_number=len(lost),
        more_lost=len(lost) - named.many(len(lost), LOST),
    )
    return "sent" if told else "held"


async def _todo(moment: Moment) -> list[Todo]:
    """Count what waits, reports first."""
    waits = await item.waits(moment.session, moment.committee.id)
    found = [Todo("review", "review", await stored.waiting(moment.session, moment.committee.id))]
    for kind in (each for each in ORDER if each in waits):
        word = "paper" if kind == ItemKind.SENT_ELSEWHERE and waits[kind].on_paper else str(kind)
        found.append(Todo(str(kind), word, waits[kind].number))
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
    at = await due.last_fired(moment.session, hours.BRIEF, hours.subject(moment), ("sent", "empty"))
    return at or moment.now - timedelta(days=7)


async def _upward(moment: Moment) -> date | None:
    """Return the day by which the superior wants the report, while that is near or past and no final one was made
    after the branches' last day: one made before it cannot have had all reports.
    """
    current = await moment.campaign()
    given = current.facts.get("superior_due") if current else None
    day = date.fromisoformat(given) if given else None
    if current is None or day is None or day + LONG_PAST < moment.today:
        return None
    near = (await moment.workdays()).plus(day, -UPWARD) <= moment.today
    made = await issue.made(moment.session, moment.committee.id) if near else ()
    asked = [each.last_on_time for each in await stored_deadlines.current(moment.session, current.id)]
    last = max((each for each in asked if each <= day), default=date.min)
    finals = [each for each in made if each.kind == IssueKind.FINAL and each.campaign_id == current.id]
    final = any(moment.local(each.made_at).date() > last for each in finals)
    return day if near and not final else None


async def deadlines_in_view(moment: Moment) -> tuple[list[Head], int]:
    """Return the deadlines in view, soonest first, and how many more: reminding has begun and something is missing.

    Those nearest to today are shown; where there is none in view, the nearest of all.
    """
    nearest = await standing.nearest(moment)
    begun = [each for each in nearest if await _begun(moment, each)]
    counts = await standing.counts(moment, [*begun, *nearest[:1]])
    found = [each for each in begun if counts[each.id].chased]
    shown = sorted(found[:HEADS] or nearest[:1], key=lambda each: each.last_on_time)
    most = NAMED if len(shown) == 1 else NAMED_EACH
    heads = [await _head(moment, each, counts[each.id], most) for each in shown]
    return heads, max(len(found) - HEADS, 0)


async def _begun(moment: Moment, deadline: Deadline) -> bool:
    workdays, before = await moment.workdays(), (await moment.plan()).ladder.before
    first = workdays.plus(workdays.on_or_before(deadline.last_on_time), -max(before, default=0))
    return first <= moment.today and timeliness.of(deadline).open(moment.today)


async def _head(moment: Moment, deadline: Deadline, now: Counts, most: int) -> Head:
    dates, shown = standing.dates_of(deadline), named.many(now.not_yet, most)
    return Head(
        subject=await standing.subject(moment, deadline),
        sent=now.sent,
        owing=now.owing,
        until=rules.until(dates, moment.today),
        last_day=dates.last_day,
        grace_to=dates.grace_to,
        missing=await standing.first_missing(moment, deadline, shown),
        more=now.not_yet - shown,
    )


def _menu(todo: Sequence[Todo], slots: Sequence[Slot], upward: date | None, moment: Moment) -> Rows:
    buttons = [_button(each) for each in todo]
    buttons[:0] = [Choice("export.scope", {"what": "report"}, "export.report")] if upward else []
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
