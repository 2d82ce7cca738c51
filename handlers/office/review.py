"""The office looks through what branches sent: takes it in, or asks for completion. The first who acts has it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from campaigns.schema import Level
from handlers.branch import completed, drafts, sent
from handlers.branch.drafts import Draft
from handlers.branch.duties import Duty
from handlers.office import apart
from handlers.rules import answers as rules
from handlers.rules import permissions
from handlers.shape import SaidFile
from handlers.turn import Moment, Turn
from messages.types import Choice, Rows
from models import attachment, item, notice, person, report, role
from models.deadline import Deadline
from models.notice import NoticeKind
from models.obligation import IN_HAND, REPORTED, Obligation, State
from models.person import Person
from models.report import Report, Revision
from models.role import RoleKind
from models.unit import Unit

SHOWN = 20  # reports in one list
PER_ROW = 2


async def command(turn: Turn, rest: str) -> None:
    """/rasoat: what waits for the office."""
    await list_waiting(turn)


async def list_waiting(turn: Turn, n: int = 0) -> None:
    """[Rà soát n]: the reports that wait, the longest waiting first."""
    waits, opened = await waiting(turn), await waiting(turn, [State.REOPENED])
    found = [*waits, *opened]
    said = [line for report_id in found[:SHOWN] if (line := await _line(turn, report_id))]
    buttons = [_view(line, number) for number, line in enumerate(said, 1)]
    rows = [buttons[at : at + PER_ROW] for at in range(0, len(buttons), PER_ROW)]
    asked = await _asked(turn)
    counts = {"waits": len(waits), "opened": len(opened), "more": max(len(found) - SHOWN, 0)}
    await turn.say("review.list", choices=rows, reports=said, asked=asked, **counts)


async def _asked(turn: Turn) -> list[dict[str, Any]]:
    """Return the branches that were asked to complete and have not answered, with the day by which."""
    rows = await turn.session.execute(
        select(Unit.name, Report.reopened)
        .join(Obligation, Obligation.unit_id == Unit.id)
        .join(Report, Report.obligation_id == Obligation.id)
        .where(Obligation.committee_id == turn.committee.id, Obligation.state == State.INCOMPLETE)
        .order_by(Unit.ordinal, Obligation.id)
    )
    return [{"branch": name, "until": date.fromisoformat(asked[0]["until"])} for name, asked in rows if asked]


async def waiting(moment: Moment, states: Sequence[State] = (State.WAITING,)) -> list[int]:
    """Return the ids of the reports that wait for the office (or stand as `states` say), the first sent first."""
    rows = await moment.session.scalars(
        select(Report.id)
        .join(Obligation, Obligation.id == Report.obligation_id)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .where(Obligation.committee_id == moment.committee.id, Obligation.state.in_(states))
        .where(Deadline.superseded.is_(False), Deadline.cancelled.is_(False))
        .order_by(Obligation.first_sent_at, Report.id)
    )
    return list(rows)


def _view(line: dict[str, Any], number: int) -> Choice:
    return Choice("review.view", {"report": line["report"], "number": number, "name": line["branch"]})


async def _line(turn: Turn, report_id: int) -> dict[str, Any] | None:
    draft = await drafts.of_report(turn, report_id)
    revision = await report.last_revision(turn.session, report_id)
    if draft is None or revision is None:
        return None
    by = await turn.session.get(Person, draft.report.reviewer_id) if draft.report.reviewer_id else None
    taken = by.name if by and by.id != turn.me.id else ""
    return {
        "report": report_id,
        "taken_by": taken,
        "reopened": _is_reopened(draft),
        **sent.values(turn, draft, revision),
    }


def _is_reopened(draft: Draft) -> bool:
    """Say whether it was opened again and the branch has not sent it since."""
    return draft.duty.owed.state == State.REOPENED


# One report


async def view(turn: Turn, report: int, number: int = 0, name: str = "") -> None:
    """Show a report as it was sent, what is odd about it, and what changed since the sending before."""
    draft = await drafts.of_report(turn, report)
    if draft is None or draft.duty.owed.state not in REPORTED:
        await turn.say("review.gone")
    elif await _others_instead(turn, draft):
        await _pass_on(turn, draft)
    else:
        await _show(turn, draft, turn.me)


async def of_duty(turn: Turn, obligation: int) -> None:
    """[Xem báo cáo]: what a branch sent for a duty, whatever became of it."""
    found = await report.of_obligation(turn.session, obligation)
    await view(turn, found.id if found else 0)


async def _show(moment: Moment, draft: Draft, to: Person) -> None:
    revision = await _last(moment, draft)
    said = await _values(moment, draft, revision, to)
    who = [Choice("trace.show", {"report": draft.report.id})]
    choices = [*_choices(draft, revision, files=bool(said["files"])), *apart.offered(draft), who]
    await moment.tell(
        to,
        "review.view",
        kind=NoticeKind.ITEM if not isinstance(moment, Turn) or moment.me.id != to.id else NoticeKind.ANSWER,
        choices=choices,
        batch=batch(draft, revision),
        **said,
    )


async def _last(moment: Moment, draft: Draft) -> Revision:
    revision = await report.last_revision(moment.session, draft.report.id)
    if revision is None:
        raise LookupError("a report that was never sent cannot be reviewed")
    return revision


def batch(draft: Draft, revision: Revision) -> str:
    """Return the name under which the messages showing a sending are found again."""
    return f"review:{draft.report.id}:{revision.number}"


async def _values(moment: Moment, draft: Draft, revision: Revision, to: Person) -> dict[str, Any]:
    reviewer = await moment.session.get(Person, draft.report.reviewer_id) if draft.report.reviewer_id else None
    by = await moment.session.get(Person, revision.sent_by_id) if revision.sent_by_id else None
    before = await _before(moment, revision)
    changes = await _changes(moment, draft, before, revision) if before else []
    return {
        **sent.values(moment, draft, revision),
        "lines": drafts.lines(draft, drafts.plain(revision.answers)),
        "by": by.name if by else "",
        "how": draft.report.on_behalf,
        "state": str(draft.duty.owed.state),
        "flags": _flags(await drafts.with_records(moment, draft), revision),
        "changes": changes,
        "answered": completed.listed(draft, revision.answers, {each["question"] for each in changes}),
        "before": before.number if before else 0,
        "asked": _asked_of(draft),
        "opened": await _opened(moment, draft),
        "reopened": _is_reopened(draft),
        "reviewer": reviewer.name if reviewer and reviewer.id != to.id else "",
        "self_review": await _is_own(moment, draft, to),
        "files": len(await attachment.of_obligation(moment.session, draft.duty.id)),
    }


def _asked_of(draft: Draft) -> list[dict[str, Any]]:
    """Return what the branch is asked to complete, with the numbers people see."""
    seen, asked = draft.places, [each for each in draft.report.reopened if each["words"]]
    return [{**each, "number": seen.get(each["number"], each["number"])} for each in asked]


async def _changes(moment: Moment, draft: Draft, before: Revision, after: Revision) -> list[dict[str, Any]]:
    """Return old and new of each number that differs, and who gave the new."""
    found = drafts.changes(draft, before.answers, after.answers)
    known = await person.of_ids(moment.session, sorted({by for each in found for by in each["by"]}))
    return [{**each, "by": [known[by].name for by in each["by"] if by in known]} for each in found]


async def _before(moment: Moment, revision: Revision) -> Revision | None:
    query = (
        select(Revision)
        .where(Revision.report_id == revision.report_id, Revision.number < revision.number)
        .where(Revision.recalled_at.is_(None))
        .order_by(Revision.number.desc())
        .limit(1)
    )
    return (await moment.session.scalars(query)).first()


async def _opened(moment: Moment, draft: Draft) -> list[dict[str, Any]]:
    """Return when, why and by whom a report was opened again after it had been taken in, the first first."""
    found = await item.reopened(moment.session, draft.duty.id)
    return [
        {"at": moment.local(made.closed_at or made.asked_at), "by": by.name, "words": made.text} for made, by in found
    ]


def _flags(draft: Draft, revision: Revision) -> list[dict[str, Any]]:
    """Return what is odd about a sending; a figure that jumps with both numbers, and whether the branch said yes."""
    found = [str(each).partition(".") for each in revision.flags]
    return [_flag(draft, revision, name, check) for name, _, check in found]


NOT_ASKED = ("entered", "reply")
"""How answers came that nobody was asked about in the form."""


def _flag(draft: Draft, revision: Revision, name: str, check: str) -> dict[str, Any]:
    plain, question = drafts.plain(revision.answers), draft.form.question(name)
    names = rules.known(draft.form, plain, draft.facts)
    fired = {each.name: each for each in rules.findings(question, plain.get(name), names)}
    jump, record = (
        fired[each].values if each in fired and check == each else None for each in ("jumps", rules.RECORDED)
    )
    asked = check in {each.name for each in question.checks if each.level is Level.ASK}
    said = revision.answers.get(name, {}).get("how") not in NOT_ASKED or draft.report.confirmed_at is not None
    seen = rules.places(draft.form, names).get(question.number, question.number)
    return {"number": seen, "name": check, "jump": jump, "record": record, "confirmed": asked and said}


def _choices(draft: Draft, revision: Revision, *, files: bool) -> Rows:
    one = {"report": draft.report.id, "revision": revision.number}
    pictures = [[Choice("review.files", {"report": draft.report.id})]] if files else []
    if draft.duty.owed.state == State.ACCEPTED:
        return [[Choice("reopen.ask", {"report": draft.report.id})], *pictures]
    if draft.duty.owed.state not in IN_HAND:
        return pictures
    return [[Choice("review.accept", one), Choice("completion.start", one)], *pictures]


async def files(turn: Turn, report: int) -> None:
    """Send the files that came with a report."""
    draft = await drafts.of_report(turn, report)
    found = await attachment.of_obligation(turn.session, draft.duty.id) if draft else []
    ready = [each for each in found if each.path]
    for each in ready:
        await turn.say("review.file", file=SaidFile(each.id, each.kind), name=each.name)
    if not ready:
        await turn.say("review.no_files", coming=bool(found))


# Who has it


async def _is_own(moment: Moment, draft: Draft, who: Person) -> bool:
    held = await role.of_person(moment.session, who.id)
    return permissions.over_unit(held, draft.duty.unit.id, list(RoleKind))


async def _others_instead(turn: Turn, draft: Draft) -> list[Person]:
    """Return who must review a report of the reviewer's own branch; nobody else there: it is marked instead."""
    if not await _is_own(turn, draft, turn.me):
        return []
    office = await person.holding(turn.session, turn.committee.id, [RoleKind.OFFICE])
    return [each for each in office if not await _is_own(turn, draft, each)]


async def _pass_on(turn: Turn, draft: Draft) -> None:
    found, revision = await _others_instead(turn, draft), await _last(turn, draft)
    said = {"branch": draft.duty.unit.name, "title": draft.title}
    for each in found:
        choices = [[Choice("review.view", {"report": draft.report.id}, "review.look")]]
        key = f"review:{draft.report.id}:{revision.number}:instead:{each.id}"
        kind = NoticeKind.ITEM
        await turn.tell(each, "review.instead", kind=kind, choices=choices, dedupe=key, by=turn.me.name, **said)
    await turn.say("review.own", names=[each.name for each in found], **said)


async def claim(turn: Turn, report_id: int, number: int) -> tuple[Draft, Revision] | None:
    """Return a waiting report that this person may act on, now theirs; else say how things stand."""
    draft = await drafts.of_report(turn, report_id)
    if draft is None or draft.duty.owed.state not in IN_HAND:
        await _stands(turn, draft)
        return None
    revision = await _last(turn, draft)
    if await _others_instead(turn, draft):
        await _pass_on(turn, draft)
    elif revision.number != number:
        await _show(turn, draft, turn.me)
    elif draft.report.reviewer_id not in (None, turn.me.id):
        await _taken(turn, draft, revision)
    else:
        await _take(turn, draft, revision)
        return draft, revision
    return None


async def _stands(turn: Turn, draft: Draft | None) -> None:
    if draft is None or draft.duty.owed.state not in (State.INCOMPLETE, State.ACCEPTED):
        await turn.say("review.gone")
        return
    by = await turn.session.get(Person, draft.report.reviewer_id) if draft.report.reviewer_id else None
    said = {"branch": draft.duty.unit.name, "title": draft.title, "state": str(draft.duty.owed.state)}
    await turn.say("review.done", by=by.name if by else "", **said)


async def _taken(turn: Turn, draft: Draft, revision: Revision) -> None:
    by = await turn.session.get_one(Person, draft.report.reviewer_id)
    choices = [[Choice("review.take_over", {"report": draft.report.id, "revision": revision.number})]]
    said = {"branch": draft.duty.unit.name, "title": draft.title}
    await turn.say("review.taken", choices=choices, by=by.name, **said)


async def take_over(turn: Turn, report: int, revision: int) -> None:
    """[Tôi rà soát thay]: somebody else's report becomes mine; they are told."""
    draft = await drafts.of_report(turn, report)
    if draft is None or draft.duty.owed.state not in IN_HAND or await _others_instead(turn, draft):
        await _stands(turn, draft)
        return
    before = draft.report.reviewer_id
    await _take(turn, draft, await _last(turn, draft))
    former = await turn.session.get(Person, before) if before and before != turn.me.id else None
    if former is not None:
        said = {"branch": draft.duty.unit.name, "title": draft.title, "by": turn.me.name}
        await turn.tell(former, "review.taken_over", kind=NoticeKind.ITEM, **said)
    await _show(turn, draft, turn.me)


async def _take(turn: Turn, draft: Draft, revision: Revision) -> None:
    if draft.report.reviewer_id != turn.me.id:
        draft.report.reviewer_id = turn.me.id
        turn.note("review.take", f"report:{draft.report.id}", turn.me, revision=revision.number)
        await show_others(turn, draft, revision, "taken")
    draft.report.self_reviewed = await _is_own(turn, draft, turn.me)


async def show_others(turn: Turn, draft: Draft, revision: Revision, what: str) -> None:
    """Let the other office people's messages of this sending say who has it; `what` taken | accepted | asked."""
    said: dict[str, Any] = {"branch": draft.duty.unit.name, "title": draft.title, "by": turn.me.name, "what": what}
    for told in await notice.of_batch(turn.session, batch(draft, revision)):
        message = await turn.message_of(told.id)
        if message is not None and told.person_id != turn.me.id:
            await turn.replace(message, "review.others", (), **said)


async def accept(turn: Turn, report: int, revision: int, *, as_is: bool = False) -> None:
    """[Tiếp nhận]; what the branch was to correct and has not is asked about once more."""
    found = await drafts.of_report(turn, report)
    if found is not None and not as_is and _is_reopened(found):
        await _ask_as_is(turn, found, revision)
        return
    claimed = await claim(turn, report, revision)
    if claimed is None:
        return
    draft, last = claimed
    draft.duty.owed.state = State.ACCEPTED
    turn.note("review.accept", f"report:{draft.report.id}", turn.me, revision=last.number)
    await show_others(turn, draft, last, "accepted")
    await turn.session.flush()
    left = await waiting(turn)
    said = {"branch": draft.duty.unit.name, "title": draft.title, "self_review": draft.report.self_reviewed}
    choices = [[Choice("review.view", {"report": left[0]}, "review.next")]] if left else []
    await turn.say("review.accepted", choices=choices, number=last.number, left=len(left), **said)
    await _tell_branch(turn, draft, last)


async def _ask_as_is(turn: Turn, draft: Draft, revision: int) -> None:
    one, leave = {"report": draft.report.id}, Choice("review.view", {"report": draft.report.id}, "review.leave")
    menu = [[Choice("review.accept", {**one, "revision": revision, "as_is": True}, "review.accept_as_is"), leave]]
    said = {"branch": draft.duty.unit.name, "title": draft.title, "opened": await _opened(turn, draft)}
    await turn.say("review.as_is", choices=menu, number=revision, **said)


async def _tell_branch(turn: Turn, draft: Draft, revision: Revision) -> None:
    for each in await people(turn, draft.duty, revision):
        key = f"accepted:{draft.report.id}:{revision.number}:{each.id}"
        said = {"branch": draft.duty.unit.name, "title": draft.title}
        await turn.tell(each, "review.accepted_branch", kind=NoticeKind.ITEM, dedupe=key, **said)


async def people(moment: Moment, duty: Duty, revision: Revision) -> list[Person]:
    """Return who of the branch hears from the office about a report: its secretary and whoever sent it."""
    leading = await person.holding(moment.session, moment.committee.id, [RoleKind.SECRETARY], duty.unit.id)
    sender = await moment.session.get(Person, revision.sent_by_id) if revision.sent_by_id else None
    theirs = sender is not None and await _of_unit(moment, sender, duty.unit)
    found = [*leading, *([sender] if sender and theirs else [])]
    return list({each.id: each for each in found}.values())


async def _of_unit(moment: Moment, who: Person, unit: Unit) -> bool:
    return any(each.unit_id == unit.id for each in await role.of_person(moment.session, who.id))


# What the branch does meanwhile


async def sent_again(moment: Moment, draft: Draft, revision: Revision) -> None:
    """Show the reviewer at once what a branch completed or corrected, as a difference."""
    reviewer = await moment.session.get(Person, draft.report.reviewer_id) if draft.report.reviewer_id else None
    if reviewer is not None and reviewer.left_at is None:
        await _show(moment, draft, reviewer)


async def recalled(moment: Moment, draft: Draft) -> None:
    """Tell the reviewer that there is nothing to review any more."""
    reviewer = await moment.session.get(Person, draft.report.reviewer_id) if draft.report.reviewer_id else None
    if reviewer is not None:
        said = {"branch": draft.duty.unit.name, "title": draft.title}
        await moment.tell(reviewer, "review.recalled", kind=NoticeKind.ITEM, **said)
    draft.report.reviewer_id = None
