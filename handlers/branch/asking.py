"""Says reminders: which words and buttons fit the duties of one person, kept as a notice with its reminders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers import push
from handlers.branch import duties, sessions
from handlers.branch.duties import Duty
from handlers.push import Push
from handlers.turn import Moment
from messages.types import Choice, Rows
from models.base import add_new
from models.notice import NoticeKind
from models.outbox import Outbox
from models.person import Person
from models.reminder import Reminder

PER_ROW = 3
Meets = Mapping[int, dict[str, Any]]
"""{duty id: a session of today that its report is to tell of}."""


@dataclass(frozen=True)
class Asked:
    """A duty and the occurrence it is asked under ("T-5", "new", "snooze…")."""

    duty: Duty
    occurrence: str


@dataclass(frozen=True)
class Letter:
    """What one person is asked in one message, said once under `key`."""

    to: Person
    asked: Sequence[Asked]
    key: str


async def ask(moment: Moment, to: Person, asked: Sequence[Asked], key: str, *, way: str = "") -> bool:
    """Remind one person of all this in one message; say if it was said, as in `ask_all`."""
    return to.id in await ask_all(moment, [Letter(to, asked, key)], way=way)


async def ask_all(moment: Moment, letters: Sequence[Letter], *, way: str = "") -> set[int]:
    """Remind each person in one message; return the ids of those to whom it could be said and was not said before.

    `way` "" by the ladder | assigned | again (at an hour they chose).
    """
    wanted = {each.to.id: each for each in letters if each.to.pushes}
    meets = await sessions.still_today(moment, [asked.duty for each in wanted.values() for asked in each.asked])
    pushes = {to: await _push(moment, each, way, meets) for to, each in wanted.items()}
    told = await push.to_each(moment, pushes, NoticeKind.REMINDER)
    await keep(moment, {to: (notice_id, wanted[to].asked) for to, notice_id in told.items()})
    return set(told)


async def _push(moment: Moment, letter: Letter, way: str, meets: Meets) -> Push:
    found = [each.duty for each in _in_order(letter.asked)]
    seen = await _views(moment, found, meets)
    template, choices = _words(seen, found, way)
    said = _values(letter.to, seen, template) | {"again": way == "again"}
    about = [duty.id for duty in found]
    return Push(NoticeKind.REMINDER, template, letter.key, f"remind:{moment.today}", said, choices, about)


async def _views(moment: Moment, found: Sequence[Duty], meets: Meets) -> list[dict[str, Any]]:
    """Return what is said of duties, with the session of today that a report is to tell of."""
    return [{**seen, "meets": meets.get(seen["id"])} for seen in await duties.views(moment, found)]


async def ask_anew(moment: Moment, row: Outbox, to: Person, found: Sequence[Duty]) -> None:
    """Let a reminder that has not been sent say what is so today of these duties."""
    ordered = sorted(found, key=lambda duty: (duty.last_day, duty.id))
    seen = await _views(moment, ordered, await sessions.still_today(moment, ordered))
    template, choices = _words(seen, ordered, "")
    said = _values(to, seen, template) | {"again": False}
    await moment.replace(row, template, choices, **said)


async def keep(moment: Moment, told: Mapping[int, tuple[int, Sequence[Asked]]]) -> None:
    """Remember which reminder reached whom, {person id: (notice id, what)}; an obligation's first message dates it."""
    each_told = [(to, notice_id, each) for to, (notice_id, asked) in told.items() for each in _in_order(asked)]
    rows = [_row(moment.today, *each) for each in each_told]
    await add_new(moment.session, Reminder, rows, ("obligation_id", "occurrence", "person_id", "version"))
    for _, _, each in each_told:
        each.duty.owed.told_at = each.duty.owed.told_at or moment.now


def _in_order(asked: Sequence[Asked]) -> list[Asked]:
    return sorted(asked, key=lambda each: (each.duty.last_day, each.duty.id))


def _row(today: date, to: int, notice_id: int, each: Asked) -> dict[str, Any]:
    return {
        "obligation_id": each.duty.id,
        "occurrence": each.occurrence,
        "version": each.duty.owed.version,
        "person_id": to,
        "notice_id": notice_id,
        "day": today,
        "reply": "",
    }


def _words(seen: Sequence[dict[str, Any]], found: Sequence[Duty], way: str) -> tuple[str, Rows]:
    if len(found) > 1:
        return "remind.assigned_several" if way == "assigned" else "remind.several", several_choices(found)
    only = seen[0]
    if only["meets"]:
        return "remind.today", today_choices(only["meets"])
    if only["gap"] < 0 and not only["on_due_day"]:
        return "remind.overdue", overdue_choices(found[0])
    if only["on_due_day"]:
        return "remind.due_day", choices_of(found[0])
    return "remind.assigned" if way == "assigned" else "remind.one", choices_of(found[0])


def _values(to: Person, seen: Sequence[dict[str, Any]], template: str) -> dict[str, Any]:
    if len(seen) == 1:
        return {"name": to.name, "duty": seen[0]}
    values: dict[str, Any] = {
        "name": to.name,
        "duties": seen,
        "one_branch": len({each["branch"] for each in seen}) == 1,
    }
    if template == "remind.several":
        values["all_by_office"] = all(each["by_office"] for each in seen)
    return values


async def words(moment: Moment, to: Person, found: Sequence[Duty], *, way: str = "") -> tuple[str, str]:
    """Return the template of a reminder and its words as they would be said now, for a trial; `way` as in `ask`."""
    ordered = sorted(found, key=lambda duty: (duty.last_day, duty.id))
    seen = await _views(moment, ordered, await sessions.still_today(moment, ordered))
    template, _ = _words(seen, ordered, way)
    said = _values(to, seen, template)
    return template, moment.words(template, again=False, **said)


def choices_of(duty: Duty) -> Rows:
    """Return the buttons of one duty (voice 2)."""
    one = {"obligation": duty.id}
    return [
        [_begin(duty), Choice("answer.doing", {"obligations": str(duty.id)})],
        [Choice("answer.elsewhere", one), Choice("answer.extend", one)],
        [Choice("answer.other", {"obligations": str(duty.id)})],
    ]


def _begin(duty: Duty) -> Choice:
    """What is announced is no report."""
    label = "conference.announce" if duty.announces else ""
    return Choice("report.begin", {"obligation": duty.id}, label)


def today_choices(session: Mapping[str, Any]) -> Rows:
    """Return the buttons on the day of a session: nothing can be reported before it."""
    values = {"conference": session["id"]}
    return [[Choice("conference.move", values), Choice("conference.one", values, "conference.look")]]


def overdue_choices(duty: Duty) -> Rows:
    """Return the buttons of an overdue duty (voice 8)."""
    one = {"obligation": duty.id}
    return [
        [_begin(duty), Choice("answer.elsewhere", one)],
        [Choice("answer.extend", one), Choice("answer.call", {"obligations": str(duty.id)})],
    ]


def several_choices(found: Sequence[Duty]) -> Rows:
    """Return the buttons of several duties (voice 3)."""
    one_each = [Choice("answer.show", {"obligation": duty.id, "number": n}) for n, duty in enumerate(found, 1)]
    rows = [one_each[at : at + PER_ROW] for at in range(0, len(one_each), PER_ROW)]
    together = {"obligations": duties.joined(found)}
    label = "answer.doing_both" if len(found) == 2 else "answer.doing_all"  # noqa: PLR2004 (both means two)
    return [*rows, [Choice("answer.doing", together, label), Choice("answer.other", together)]]
