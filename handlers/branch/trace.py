"""Who typed each answer of a report, when and how, and what stood there before; what was done about the duty, by whom.

For the office and the own branch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from handlers.branch import drafts, duties, together
from handlers.branch.drafts import Draft
from handlers.branch.duties import Duty
from handlers.routes import OFFICE, WRITERS
from handlers.rules import answers as rules
from handlers.rules import permissions
from handlers.turn import Turn
from models import audit, excuse, item, overwritten, person, role, signed_copy
from models import deadline as deadlines
from models import report as reports
from models.report import Revision
from models.role import Role

CHAT = "chat"
"""How an answer came of which nothing else is noted."""
LONGEST = 30  # things done that are listed
DONE = (
    *("report.send", "report.recall", "report.entered", "report.confirmed", "report.disputed", "report.signed"),
    *("report.unsigned", "report.announced", "report.unannounced", "review.accept", "review.incomplete"),
    *("review.reopen", "duty.excused", "duty.unexcused", "duty.extended", "duty.not_extended"),
    *("duty.sent_elsewhere", "deadline.move", "deadline.times", "deadline.cancel"),
)
"""Acts of the audit that change where a duty stands (words.yaml, "done")."""
ANSWERED = ("duty.extended", "duty.not_extended")
"""Those that may follow a leader's opinion."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was given; `number` of the first sending that held it, 0 while it is in the draft alone."""

    question: str
    kept: Mapping[str, Any]
    number: int


async def show(turn: Turn, report: int) -> None:
    """[Ai nhập, khi nào]: every answer with who, when, how; earlier ones below it."""
    draft = await drafts.of_report(turn, report)
    if draft is None or not _may(turn, draft):
        await turn.say("report.not_yours")
        return
    found = await _history(turn, draft)
    lines = await _lines(turn, draft, found)
    done = await _done(turn, draft.duty, draft.report.id)
    await turn.say("trace.show", title=draft.title, branch=draft.duty.unit.name, lines=lines, done=done)


async def of_duty(turn: Turn, obligation: int) -> None:
    """[Nhật ký]: the same by a duty, whether anything was begun or not."""
    found = await duties.load(turn, [obligation])
    kept = await reports.of_obligation(turn.session, obligation) if found else None
    if kept:
        await show(turn, kept.id)
    elif found and _may_see(turn, found[0]):
        done = await _done(turn, found[0], 0)
        title, branch = found[0].deadline.title, found[0].unit.name
        await turn.say("trace.show", title=title, branch=branch, lines=[], done=done)
    else:
        await turn.say("report.not_yours")


def _may(turn: Turn, draft: Draft) -> bool:
    return _may_see(turn, draft.duty)


def _may_see(turn: Turn, duty: Duty) -> bool:
    return turn.holds(OFFICE) or permissions.over_unit(turn.roles, duty.unit.id, WRITERS)


async def _done(turn: Turn, duty: Duty, report_id: int) -> list[dict[str, Any]]:
    """Return every change of where the duty stands, with who made it, the first first; the last LONGEST."""
    versions = await deadlines.versions(turn.session, duty.deadline)
    subjects = [f"obligation:{duty.id}", f"report:{report_id}", *(f"deadline:{each}" for each in versions)]
    found = (await audit.of_subjects(turn.session, subjects, DONE))[-LONGEST:]
    names = await person.of_ids(turn.session, sorted({each.person_id for each in found if each.person_id}))
    words, advised = await _words(turn, duty), dict(await item.advised(turn.session, duty.id))
    return [
        {
            "act": each.act,
            "at": turn.local(each.at),
            "by": names[each.person_id].name if each.person_id in names else "",
            "words": words.get((each.act, _row(each.details)), ""),
            "advice": advised.get(_row(each.details), "") if each.act in ANSWERED else "",
            "until": date.fromisoformat(each.details["until"]) if each.details.get("until") else None,
            "sending": each.details.get("revision") or 0,
        }
        for each in found
    ]


def _row(details: Mapping[str, Any]) -> int:
    """Return the row that holds what was written down with an act: the audit itself holds no words."""
    return next((int(details[name]) for name in ("excuse", "copy", "item") if details.get(name)), 0)


async def _words(turn: Turn, duty: Duty) -> dict[tuple[str, int], str]:
    """Return what the office wrote down, by act and row: the audit itself holds no words."""
    excuses = await excuse.of_obligation(turn.session, duty.id)
    copies = await signed_copy.of_obligation(turn.session, duty.id)
    return {("duty.excused", each.id): each.reason for each in excuses} | {
        ("report.signed", each.id): each.text for each in copies
    }


async def _history(turn: Turn, draft: Draft) -> list[Given]:
    """Return what was ever given, sent, replaced in the draft or is in it now, oldest first; the same answer once."""
    found: dict[tuple[str, ...], Given] = {}
    sendings: Sequence[Revision] = await reports.revisions(turn.session, draft.report.id)
    sent = [Given(name, kept, each.number) for each in sendings for name, kept in each.answers.items()]
    gone = await overwritten.of_report(turn.session, draft.report.id)
    replaced = [Given(each.question, each.kept, 0) for each in gone]
    here = [Given(name, kept, 0) for name, kept in draft.report.answers.items()]
    for given in (*sent, *replaced, *here):
        told = (str(given.kept.get(each)) for each in ("value", "at", "counter"))
        found.setdefault((given.question, *told), given)
    return sorted(found.values(), key=lambda each: (str(each.kept.get("at") or ""), each.kept.get("counter", 0)))


async def _lines(turn: Turn, draft: Draft, found: Sequence[Given]) -> list[dict[str, Any]]:
    ids = sorted({each.kept["by"] for each in found if each.kept.get("by")})
    names = {number: each.name for number, each in (await person.of_ids(turn.session, ids)).items()}
    roles = await role.of_people(turn.session, ids)
    lines, seen = [], draft.places
    for question in draft.form.questions:
        given = [each for each in reversed(found) if each.question == question.id]
        if any(each.kept["value"] is not None for each in given):
            told = [_told(turn, draft, each, names, roles) for each in given]
            head = {"number": seen.get(question.number, 0), "short": question.short}
            there = question.id in draft.report.answers
            lines.append({**head, "now": told[0] if there else None, "before": told[1:] if there else told})
    return lines


def _told(
    turn: Turn, draft: Draft, given: Given, names: Mapping[int, str], roles: Mapping[int, Sequence[Role]]
) -> dict[str, Any]:
    by, at = given.kept.get("by") or 0, given.kept.get("at")
    known = rules.known(draft.form, draft.values, draft.facts)
    value = given.kept["value"]
    return {
        "value": None if value is None else rules.shown(draft.form.question(given.question), value, known),
        "by": names.get(by, ""),
        "role": together.role_here(draft, roles.get(by, ())),
        "at": turn.local(datetime.fromisoformat(at)) if at else None,
        "how": given.kept.get("how") or CHAT,
        "sending": given.number,
    }
