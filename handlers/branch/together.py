"""Two people of one branch at one draft: who changed what since, which of two answers stands, who is at it now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from campaigns.schema import Json
from handlers.branch import drafts
from handlers.branch.drafts import Draft
from handlers.branch.wording import Part
from handlers.events import State
from handlers.routes import OFFICE, WRITERS
from handlers.rules import answers as rules
from handlers.turn import Turn
from models import conversation, overwritten, report, role
from models.notice import NoticeKind
from models.obligation import IN_HAND
from models.obligation import State as Standing
from models.person import Person
from models.role import Role

AT_IT = timedelta(minutes=15)
"""So long after the last step somebody is taken to be still answering."""


@dataclass(frozen=True, slots=True)
class Change:
    """What another person gave since: the question, who, when; `replaced` where something stood there before."""

    question: str
    by: int
    at: datetime
    replaced: bool


async def changes(turn: Turn, draft: Draft, counter: int) -> list[Change]:
    """Return what others changed since the report stood at `counter`."""
    found = {name: by for by, name in drafts.changed_since(draft, counter, turn.me.id)}
    gone = await overwritten.of_report(turn.session, draft.report.id) if found else ()
    replaced = {(each.question, each.counter) for each in gone}
    kept = draft.report.answers
    return [
        Change(name, by, datetime.fromisoformat(kept[name]["at"]), (name, kept[name].get("counter")) in replaced)
        for name, by in found.items()
    ]


async def since(turn: Turn, draft: Draft) -> int:
    """Return the counter from which on others' answers are news to somebody who opens a draft."""
    own = [each.get("counter", 0) for each in draft.report.answers.values() if each.get("by") == turn.me.id]
    if draft.duty.owed.state in (*IN_HAND, Standing.INCOMPLETE):  # what was sent is known to the branch
        sent = await report.last_revision(turn.session, draft.report.id)
        own += [each.get("counter", 0) for each in sent.answers.values()] if sent else []
    return max(own, default=0)


# Said


async def told(turn: Turn, draft: Draft, found: Sequence[Change]) -> list[Part]:
    """Return a line for each person who changed something, with the numbers and the last moment."""
    return [await _line(turn, draft, by, [each for each in found if each.by == by]) for by in _people(found)]


def place(draft: Draft, question: str) -> int:
    """Return the number that people see of a question as the draft stands, its own where it is not asked now."""
    number = draft.form.question(question).number
    return draft.places.get(number, number)


def _people(found: Sequence[Change]) -> list[int]:
    return list(dict.fromkeys(each.by for each in found))


async def _line(turn: Turn, draft: Draft, by: int, found: Sequence[Change]) -> Part:
    new = {place(draft, each.question) for each in found if not each.replaced}
    other = {place(draft, each.question) for each in found if each.replaced} - new
    last = turn.local(max(each.at for each in found))
    said = {"answered": ranges(new), "changed": ranges(other), "at": last, "today": last.date() == turn.today}
    return {"kind": "others", **await _named(turn, draft, by), **said}


async def _named(turn: Turn, draft: Draft, person_id: int) -> dict[str, str]:
    who = await turn.session.get_one(Person, person_id)
    return {"by": who.name, "role": role_here(draft, await role.of_person(turn.session, person_id))}


def role_here(draft: Draft, held: Sequence[Role]) -> str:
    """Return the role in the branch, else the office's, "" for none."""
    own = [each.kind for each in held if each.unit_id == draft.duty.unit.id and each.kind in WRITERS]
    office = [each.kind for each in held if each.kind in OFFICE]
    return str((*own, *office, "")[0])


def ranges(numbers: Iterable[int]) -> list[str]:
    """Write numbers shortly: 1, 2, 3, 5 as "1–3", "5"."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]  # noqa: PLR2004 (two)


async def tell_once(turn: Turn, draft: Draft, found: Sequence[Change]) -> None:
    """Tell the others, once a day, that both are at it."""
    for by in _people(found):
        other = await turn.session.get_one(Person, by)
        if not await _still_here(turn, draft, by):
            continue
        key = f"together:{draft.report.id}:{turn.me.id}:{by}:{turn.today}"
        said = {"by": turn.me.name, "title": draft.title, "branch": draft.duty.unit.name}
        await turn.tell(other, "report.together", kind=NoticeKind.ITEM, dedupe=key, **said)


async def _still_here(turn: Turn, draft: Draft, person_id: int) -> bool:
    """Say whether somebody may hear of the draft: who left the branch since hears no more of its people and figures."""
    return bool(role_here(draft, await role.of_person(turn.session, person_id)))


# Which stands


def contested(draft: Draft, before: State, after: State, found: Sequence[Change]) -> bool:
    """Say whether what was just said would take the place of what another gave to this very question meanwhile."""
    if before.at not in {each.question for each in found}:
        return False
    return overwritten.is_lost({"value": draft.values[before.at]}, {"value": meant(before.at, after)})


def meant(question: str, after: State) -> Json:
    """Return the value that was said, even where a doubt about it waits for its yes."""
    pending: Mapping[str, Any] = after.pending if after.pending.get("question") == question else {}
    value: Json = pending["value"] if "value" in pending else after.answers.get(question)
    return value


async def which(turn: Turn, draft: Draft, question: str, mine: Json, found: Sequence[Change]) -> list[Part]:
    """Return both answers side by side, after a line for what else was changed."""
    theirs = next(each for each in found if each.question == question)
    rest = await told(turn, draft, [each for each in found if each is not theirs])
    asked, known = draft.form.question(question), rules.known(draft.form, draft.values, draft.facts)
    values = [rules.shown(asked, each, known) if each is not None else None for each in (draft.values[question], mine)]
    at = turn.local(theirs.at)
    said = {"number": place(draft, question), "short": asked.short, "at": at, "today": at.date() == turn.today}
    named = await _named(turn, draft, theirs.by)
    return [*rest, {"kind": "which", **named, **said, "theirs": values[0], "mine": values[1]}]


async def tell_replaced(turn: Turn, draft: Draft, question: str, before: Mapping[str, Any]) -> None:
    """Tell who gave an answer that it was replaced, by whom, and what stands now."""
    other = await turn.session.get(Person, before["by"]) if before.get("by") else None
    if other is None or other.id == turn.me.id or not await _still_here(turn, draft, other.id):
        return
    asked, known = draft.form.question(question), rules.known(draft.form, draft.values, draft.facts)
    values = [before["value"], draft.values.get(question)]
    old, new = (rules.shown(asked, each, known) if each is not None else None for each in values)
    said = {
        "by": turn.me.name,
        "role": role_here(draft, turn.roles),
        "number": place(draft, question),
        "title": draft.title,
    }
    key = f"replaced:{draft.report.id}:{question}:{draft.report.counter}"
    await turn.tell(other, "report.replaced", kind=NoticeKind.ITEM, dedupe=key, old=old, new=new, **said)


# Who is at it


async def open_elsewhere(turn: Turn, draft: Draft) -> list[tuple[Person, dict[str, Any]]]:
    """Return others of the branch in whose conversation this report is open, with where they are."""
    held = await role.in_unit(turn.session, draft.duty.unit.id, sorted(WRITERS))
    people = {each.person_id for each in held} - {turn.me.id}
    rows = await conversation.of_people(turn.session, sorted(people), "report.answer")
    return [(who, each.subject) for who, each in rows if each.subject.get("report") == draft.report.id]


async def at_it(turn: Turn, draft: Draft) -> list[Part]:
    """Return a line for each person who was answering a question of this report just now."""
    asked = {question.id: place(draft, question.id) for question in draft.form.questions}
    found = []
    for who, subject in await open_elsewhere(turn, draft):
        at, last = (subject.get("cursor") or {}).get("at"), subject.get("at")
        if at in asked and last and turn.now - datetime.fromisoformat(last) <= AT_IT:
            named = await _named(turn, draft, who.id)
            moment = turn.local(datetime.fromisoformat(last))
            found.append({"kind": "at_it", **named, "number": asked[at], "at": moment})
    return found
