"""Sends a branch's report and all that follows: receipt, paper, who else learns of it; recalls it. Asks no question."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from handlers.branch import (
    acts,
    completed,
    conference_report,
    drafts,
    locked,
    mentioned,
    remind,
    sent,
    together,
    wording,
)
from handlers.branch.drafts import Draft
from handlers.office import items, review
from handlers.routes import SENDERS, WRITERS
from handlers.rules import answers as rules
from handlers.rules import permissions, timeliness
from handlers.turn import Turn
from messages.types import Choice, Rows
from models import due, person, reminder, report, role
from models.item import ItemKind
from models.notice import NoticeKind
from models.obligation import IN_HAND, State
from models.person import Person
from models.report import Revision
from models.role import RoleKind

CAN_SEND = (State.NOT_SENT, State.DRAFTING, State.SAID_SENT, *IN_HAND, State.INCOMPLETE)


async def send(turn: Turn, draft: Draft) -> None:
    """Send what the draft holds as the next revision, and say so to everybody whom it concerns."""
    duty, before = draft.duty, await report.last_revision(turn.session, draft.report.id)
    if duty.owed.state not in CAN_SEND or _unchanged(draft, before):
        await show_sent(turn, draft)
        return
    if not duty.dates.open(turn.today):
        await _wait(turn, draft)
        return
    completing = duty.owed.state == State.INCOMPLETE
    revision = await _revision(turn, draft, (before.number if before else 0) + 1)
    await _put_in(turn, draft, revision)
    await conference_report.reported(turn, draft, revision)
    await _proposals(turn, draft)
    await remind.stopped(turn, duty.owed, turn.me)
    await _tell_branch(turn, draft, revision)
    await _receipt(turn, draft, revision)
    await conference_report.ask_of_others(turn, draft)
    if draft.form.document:
        turn.later("branch_report", report=draft.report.id, number=revision.number, person=turn.me.id)
    if completing or draft.report.reviewer_id:
        await review.sent_again(turn, draft, revision)


async def _wait(turn: Turn, draft: Draft) -> None:
    """Nothing is taken before it opens: the draft is kept, whoever wanted to send is reminded that morning."""
    opens_on = draft.duty.dates.opens_on or turn.today
    at = turn.at((await turn.workdays()).on_or_after(opens_on), (await turn.plan()).ladder.morning)
    await remind.snooze(turn, turn.me, [draft.duty], at)
    said = {"title": draft.title, "branch": draft.duty.unit.name, "opens_on": opens_on, "at": at}
    await turn.say("sending.not_open", about=[draft.duty.id], **said)


def _unchanged(draft: Draft, before: Revision | None) -> bool:
    """A second press sends nothing twice."""
    if draft.duty.owed.state != State.WAITING or before is None or before.recalled_at:
        return False
    return drafts.plain(before.answers) == _final(draft)


def _final(draft: Draft) -> dict[str, Any]:
    return rules.final(draft.form, draft.values, draft.facts)


async def _revision(turn: Turn, draft: Draft, number: int) -> Revision:
    first, draft = draft.duty.owed.first_sent_at or turn.now, await drafts.with_records(turn, draft)
    kept = completed.with_asked(draft, {name: draft.report.answers[name] for name in _final(draft)})
    revision = Revision(
        report_id=draft.report.id,
        number=number,
        answers=kept,
        flags=rules.flags(draft.form, draft.values, draft.facts),
        sent_by_id=turn.me.id,
        sent_at=turn.now,
        timeliness=timeliness.judge(turn.local(first).date(), sent.dates(draft)),
    )
    turn.session.add(revision)
    await turn.session.flush()
    return revision


async def _put_in(turn: Turn, draft: Draft, revision: Revision) -> None:
    owed, kept = draft.duty.owed, draft.report
    owed.state, owed.first_sent_at = State.WAITING, owed.first_sent_at or turn.now
    owed.promised_on = None
    kept.reopened, kept.counter = [], kept.counter + 1
    kept.on_behalf, kept.confirmed_at = "", None
    for kind in ("rung", "assigned"):
        await due.drop(turn.session, kind, f"obligation:{owed.id}")
    turn.note("report.send", f"report:{kept.id}", turn.me, revision=revision.number, obligation=owed.id)
    await turn.session.flush()


async def _proposals(turn: Turn, draft: Draft) -> None:
    """What the branch proposes is an item of its own for the office; a corrected one replaces it."""
    asked = [question.id for question in draft.form.questions if question.item == "proposal"]
    words = "\n".join(str(value) for name, value in _final(draft).items() if name in asked and value)
    waiting = await items.open_about(turn, draft.duty.owed, [ItemKind.PROPOSAL])
    for old in [each for each in waiting if each.text != words]:
        await items.close(turn, old, None, "again")
    if words and words not in {each.text for each in waiting}:
        await items.put(
            turn, ItemKind.PROPOSAL, draft.duty.unit, owed=draft.duty.owed, by=turn.me, text=words, tell=False
        )


async def _tell_branch(turn: Turn, draft: Draft, revision: Revision) -> None:
    """The secretary learns what a deputy sent, whoever filled it in that it went; who was reminded knows already."""
    unit, known = draft.duty.unit, await _reminded(turn, draft) | {turn.me.id}
    leading = await person.holding(turn.session, turn.committee.id, [RoleKind.SECRETARY], unit.id)
    said = {"by": turn.me.name, "role": _role(turn, unit.id), "title": draft.title, "branch": unit.name}
    figures = wording.counted(revision.answers)
    for each in {each.id: each for each in (*leading, *await _writers(turn, draft))}.values():
        if each.id not in known:
            key = f"sent:{draft.report.id}:{revision.number}:{each.id}"
            await turn.tell(each, "sending.sent_by", kind=NoticeKind.ITEM, dedupe=key, **said, **figures)


async def _reminded(turn: Turn, draft: Draft) -> set[int]:
    """Return who learns of it because they were reminded (`remind.stopped`)."""
    rows = await reminder.of_obligation(turn.session, draft.duty.id)
    people = await turn.session.scalars(select(Person).where(Person.id.in_({each.person_id for each in rows})))
    return {each.id for each in people if each.pushes}


async def _writers(turn: Turn, draft: Draft) -> list[Person]:
    """Return who gave the answers and still writes for the branch, and who has it open at this moment."""
    writers = {each.get("by") for each in draft.report.answers.values()}
    held = {each.person_id for each in await role.in_unit(turn.session, draft.duty.unit.id, sorted(WRITERS))}
    at_it = {who.id for who, _ in await together.open_elsewhere(turn, draft)}
    wanted = (writers & held) | at_it
    return list(await turn.session.scalars(select(Person).where(Person.id.in_(wanted)).order_by(Person.id)))


def _role(turn: Turn, unit_id: int) -> str:
    return next((str(each.kind) for each in turn.roles if each.unit_id == unit_id and each.kind in SENDERS), "")


# Receipt


async def _receipt(turn: Turn, draft: Draft, revision: Revision) -> None:
    said = sent.values(turn, draft, revision)
    await turn.say("sending.receipt", choices=_buttons(draft), about=[draft.duty.id], **said)


def _buttons(draft: Draft) -> Rows:
    one = {"report": draft.report.id}
    return [[Choice("report.correct", one), Choice("sending.ask_recall", one)]]


def _traced(draft: Draft) -> Rows:
    return [[Choice("trace.show", {"report": draft.report.id})]]


async def show_sent(turn: Turn, draft: Draft, *, unkept: bool = False) -> None:
    """Say how things stand with a report that is in; `unkept`: an answer came after it was sent."""
    turn.expect_nothing()
    revision = await report.last_revision(turn.session, draft.report.id)
    if revision is None:
        await turn.say("report.none")
        return
    waits = draft.duty.owed.state in IN_HAND
    by = await turn.session.get(Person, revision.sent_by_id) if revision.sent_by_id else None
    said = {
        **sent.values(turn, draft, revision),
        "by": by.name if by else "",
        "waits": waits,
        "reopened": draft.duty.owed.state == State.REOPENED,
        "how": draft.report.on_behalf,
        "unkept": unkept,
    }
    choices = [*(_buttons(draft) if waits else locked.choices(turn, draft)), *_traced(draft)]
    await turn.say("sending.standing", choices=choices, about=[draft.duty.id], **said)


# The secretary's one tap


async def submit(turn: Turn, draft: Draft) -> None:
    """[Trình Bí thư]: put the draft before whoever may send it."""
    found = await person.holding(turn.session, turn.committee.id, [RoleKind.SECRETARY], draft.duty.unit.id)
    reached = found or await person.holding(turn.session, turn.committee.id, sorted(SENDERS), draft.duty.unit.id)
    told = [each.name for each in reached if await _put_before(turn, draft, each)]
    turn.note("report.submit", f"report:{draft.report.id}", turn.me, counter=draft.report.counter)
    await turn.say("sending.submitted", names=told)


async def _put_before(turn: Turn, draft: Draft, to: Person) -> bool:
    one = {"report": draft.report.id, "counter": draft.report.counter}
    choices = [[Choice("sending.approve", one)], [Choice("report.begin", {"obligation": draft.duty.id}, "report.look")]]
    notice = await turn.tell(
        to,
        "sending.before",
        kind=NoticeKind.ITEM,
        choices=choices,
        about=[draft.duty.id],
        by=turn.me.name,
        branch=draft.duty.unit.name,
        title=draft.title,
        lines=drafts.lines(draft, _final(draft)),
    )
    return notice is not None


async def approve(turn: Turn, report: int, counter: int) -> None:
    """The secretary's one tap under a draft put before them; a draft changed since is shown, not sent."""
    draft = await _theirs(turn, report)
    if draft is None:
        await turn.say("report.not_yours")
    elif draft.duty.owed.state == State.ACCEPTED:
        await show_sent(turn, draft)
    elif draft.report.counter != counter:
        look = Choice("report.begin", {"obligation": draft.duty.id}, "report.look")
        await turn.say("sending.changed", choices=[[look]], title=draft.title)
    else:
        await send(turn, draft)


async def _theirs(turn: Turn, report_id: int) -> Draft | None:
    draft = await drafts.of_report(turn, report_id)
    return draft if draft and permissions.over_unit(turn.roles, draft.duty.unit.id, SENDERS) else None


# Taking back


async def ask_recall(turn: Turn, report: int) -> None:
    """[Thu hồi]: say what it means before it is done."""
    draft = await _waiting(turn, report)
    if draft is not None:
        one = {"report": draft.report.id}
        choices = [[Choice("sending.recall", one), Choice("sending.keep", one)]]
        await turn.say("sending.ask_recall", choices=choices, title=draft.title, branch=draft.duty.unit.name)


async def keep(turn: Turn, report: int) -> None:
    """[Giữ nguyên]: the report stays in."""
    draft = await _waiting(turn, report)
    if draft is not None:
        await show_sent(turn, draft)


async def recall(turn: Turn, report: int) -> None:
    """Take a waiting report back: it is a draft again and counts as not sent."""
    draft = await _waiting(turn, report)
    if draft is None:
        return
    await _take_back(turn, draft)
    turn.note("report.recall", f"report:{draft.report.id}", turn.me, obligation=draft.duty.id)
    await conference_report.recalled(turn, draft)
    next_one = await acts.resume(turn, draft.duty)
    begin = Choice("report.begin", {"obligation": draft.duty.id})
    said = {"title": draft.title, "branch": draft.duty.unit.name, "last_day": draft.duty.last_day}
    await turn.say("sending.recalled", choices=[[begin]], about=[draft.duty.id], next=next_one, **said)
    await _tell_recalled(turn, draft)


async def _take_back(turn: Turn, draft: Draft) -> None:
    await report.take_back(turn.session, draft.report.id, turn.now)
    draft.duty.owed.state, draft.duty.owed.first_sent_at = State.DRAFTING, None
    draft.report.counter += 1
    await turn.session.flush()


async def _waiting(turn: Turn, report_id: int) -> Draft | None:
    """Return a report that can still be taken back; say how things stand where it cannot."""
    draft = await _theirs(turn, report_id)
    if draft is None:
        await turn.say("report.not_yours")
    elif draft.duty.owed.state not in IN_HAND:
        await show_sent(turn, draft)
        return None
    return draft


async def _tell_recalled(turn: Turn, draft: Draft) -> None:
    kinds: Sequence[str] = [RoleKind.SECRETARY]
    for each in await person.holding(turn.session, turn.committee.id, kinds, draft.duty.unit.id):
        if each.id != turn.me.id:
            said = {"by": turn.me.name, "title": draft.title, "branch": draft.duty.unit.name}
            await turn.tell(each, "sending.recalled_by", kind=NoticeKind.ITEM, **said)
    await review.recalled(turn, draft)


# Not held yet


async def not_held(turn: Turn, draft: Draft, day: str) -> None:
    """The conference is still to come: its day is a promise, the report stays open; what was sent is taken back."""
    if draft.duty.owed.state in (*IN_HAND, State.INCOMPLETE):
        await _take_back(turn, draft)
        turn.note("report.recall", f"report:{draft.report.id}", turn.me, obligation=draft.duty.id)
        await conference_report.not_held(turn, draft)
        await acts.resume(turn, draft.duty)
        await _tell_recalled(turn, draft)
    if draft.duty.owed.state == State.DRAFTING and not draft.values:
        draft.duty.owed.state = State.NOT_SENT
    if day:
        await mentioned.keep(turn, draft.duty, date.fromisoformat(day))
        await acts.promise(turn, draft.duty, date.fromisoformat(day))
    else:
        await turn.say("report.not_held", about=[draft.duty.id], last_day=draft.duty.last_day)
