"""Guides a branch's people through a report: opens the draft, hears answers, shows each step. Sends nothing upward."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

import handlers
from campaigns.schema import Json, Kind
from handlers import flow, spelled
from handlers.branch import (
    branch_plan,
    completed,
    conference_report,
    drafts,
    duties,
    files,
    sending,
    still,
    together,
    wording,
)
from handlers.branch.drafts import Draft
from handlers.branch.duties import Duty
from handlers.events import (
    REVIEW,
    SENT,
    Act,
    Ask,
    Ended,
    Event,
    Note,
    Postponed,
    Said,
    State,
    Submitted,
    Wrong,
    asked_for,
    reads_figures,
)
from handlers.routes import SENDERS, WRITERS
from handlers.rules import answers as rules
from handlers.rules import permissions
from handlers.turn import Turn
from messages.reading import fold, promised, steps
from messages.types import Choice, Heard
from models import headcount, obligation
from models import report as reports
from models import unit as units
from models.obligation import IN_HAND, Obligation
from models.obligation import State as Standing

SENT_ONES = (*IN_HAND, Standing.ACCEPTED)
STUCK = 3
"""Answers in a row that fit no question, after which people are offered to stop, or somebody's call."""


async def command(turn: Turn, rest: str) -> None:
    """/baocao: open the one report that is due, ask which of several, or show what was sent."""
    found, sent = await duties.of_person(turn), await still.of_person(turn)
    several = len(found) + len(sent) > 1
    if len(found) > 1 or (several and (not found or still.reopened(sent))):
        await _ask_which(turn, found, sent)
    elif found:
        await open_duty(turn, found[0])
    else:
        await _none_open(turn)


async def by_name(turn: Turn, named: Sequence[str]) -> bool:
    """ "Báo cáo quý II": open the one report of that name, "gửi báo cáo": as /baocao does; say whether there is one."""
    found = [each for each in await duties.of_person(turn) if _is_named(each, named)]
    if named and not found:
        return False
    if named and len(found) == 1:
        await open_duty(turn, found[0])
    else:
        await command(turn, "")
    return True


def _is_named(duty: Duty, named: Sequence[str]) -> bool:
    return {"bao", "cao", *named} <= set(fold.plain(duty.deadline.short_title).split())


async def _ask_which(turn: Turn, found: list[Duty], waiting: list[Duty]) -> None:
    """Offer what is open, and what was sent and may still be corrected."""
    choices = [[_which(duty, number)] for number, duty in enumerate(found, 1)]
    sent, more = await still.lines(turn, waiting)
    await turn.say("report.which", duties=await duties.views(turn, found), sent=sent, choices=[*choices, *more])


def _which(duty: Duty, number: int) -> Choice:
    return Choice("report.begin", {"obligation": duty.id, "number": number}, "report.which")


async def _none_open(turn: Turn) -> None:
    sent = await duties.theirs(turn, Obligation.state.in_(IN_HAND))
    sent = sent or await duties.theirs(turn, Obligation.state == Standing.ACCEPTED)
    past = await duties.theirs(turn, Obligation.state.in_(duties.STILL_OWED), Obligation.closed.is_(True))
    if sent:
        await sending.show_sent(turn, await drafts.of_duty(turn, sent[0]))
    elif past:
        await open_duty(turn, past[0])
    else:
        await turn.say("report.none")


async def begin(turn: Turn, obligation: int, number: int = 0) -> None:
    """[Báo cáo ngay], or a duty chosen from several."""
    found = await duties.mine(turn, [obligation])
    if found:
        await open_duty(turn, found[0])
    else:
        await turn.say("report.not_yours")


async def open_duty(turn: Turn, duty: Duty, *, told: bool = False) -> None:
    """Open a duty's report: from the beginning, where it was left, the questions reopened, or what was sent.

    `told`: it has just taken in what was said outside it.
    """
    if opens := handlers.OPENS.get(duty.deadline.form_name):
        await opens(turn, duty)
        return
    draft = await drafts.of_duty(turn, duty)
    if duty.owed.state in SENT_ONES:
        await sending.show_sent(turn, draft)
        return
    state = _cursor(turn, draft)
    if state is None or _seen(turn, draft) != draft.report.counter:
        await _open(turn, draft, told=told)
    else:
        await _show(turn, draft, state, [_opening(draft, told=told)])


async def complete(turn: Turn, obligation: int, number: int = 0) -> None:
    """[Bổ sung]: ask just the questions that the office reopened."""
    await begin(turn, obligation)


async def _open(turn: Turn, draft: Draft, *, told: bool = False) -> None:
    state, events = await _begun(turn, draft)
    looked = _seen(turn, draft) if _stored(turn, draft) else await together.since(turn, draft)
    others = await together.told(turn, draft, await together.changes(turn, draft, looked))
    await _say(turn, draft, state, events, [_opening(draft, told=told), *others])


async def _begun(turn: Turn, draft: Draft) -> tuple[State, tuple[Event, ...]]:
    elsewhere = await drafts.known_elsewhere(turn, draft)
    return flow.begin(draft.form, draft.facts, draft.values, prefill=elsewhere, only=draft.reopened)


def _opening(draft: Draft, *, told: bool = False) -> wording.Part:
    asked = rules.count(draft.form, rules.known(draft.form, draft.values, draft.facts), 1)
    return {
        "kind": "opening",
        "title": draft.title,
        "branch": draft.duty.unit.name,
        "of": asked,
        "minutes": draft.form.minutes,
        "told": told,
        "continued": bool(draft.report.answers),
        "reopened": len({each["number"] for each in draft.report.reopened}),
    }


# Hearing


async def read_ahead_to_open(session: AsyncSession, unit_ids: Sequence[int]) -> None:
    """Read what the branches of many people who open their reports owe, as far as it is written."""
    await units.read_ahead(session, unit_ids)
    owed = await obligation.read_ahead(session, unit_ids)
    await reports.read_ahead(session, [each.id for each in owed])
    await headcount.read_ahead(session, unit_ids)


async def read_ahead(session: AsyncSession, subjects: Sequence[dict[str, Any]]) -> None:
    """Read the reports of many conversations at once."""
    await drafts.read_ahead(session, [int(each.get("report") or 0) for each in subjects])


async def answer(turn: Turn) -> None:
    """Plain text or a file while the report waits for an answer."""
    draft = await _mine(turn, int(turn.conversation.subject.get("report") or 0))
    if draft is None or draft.duty.owed.state == Standing.ACCEPTED:
        turn.expect_nothing()
        await turn.say("report.closed")
    elif _was_sent(turn, draft):
        await sending.show_sent(turn, draft, unkept=_answers(turn, draft))
    elif turn.incoming.kind is Heard.FILE:
        await _file(turn, draft)
    else:
        await _hear(turn, draft, Said(text=turn.incoming.text))


def _answers(turn: Turn, draft: Draft) -> bool:
    """Say whether this is an answer to a question, not a step through the form."""
    at = (_stored(turn, draft) or {}).get("at")
    return any(question.id == at for question in draft.form.questions) and not steps.step_of(turn.incoming.text)


async def _file(turn: Turn, draft: Draft) -> None:
    state = await _state(turn, draft)
    refused = "sensitive_file" if _is_sensitive(draft, state.at) else await files.refused(turn)
    if refused:
        await _show(turn, draft, state, [{"kind": "wrong", "name": refused, "help": ""}])
        return
    upload, before = turn.incoming.upload, turn.conversation.subject.get("album")
    kept = await files.keep(turn, draft.duty)
    if any(question.id == state.at and question.kind is Kind.PLAN_REF for question in draft.form.questions):
        await branch_plan.attach(turn, draft.duty.unit, kept)
    if upload and upload.album and upload.album == before:
        await _quietly(turn, draft, kept.id)
        return
    await _hear(turn, draft, Said(file=kept.id))
    turn.conversation.subject = {**turn.conversation.subject, "album": upload.album if upload else ""}


def _is_sensitive(draft: Draft, at: str) -> bool:
    return any(question.id == at and question.sensitive for question in draft.form.questions)


async def _quietly(turn: Turn, draft: Draft, file: int) -> None:
    """One more picture of an album that was answered already."""
    after, _ = flow.hear(draft.form, await _state(turn, draft), Said(file=file), draft.facts)
    drafts.save(turn, draft, after.answers, turn.me, turn.inbox_id)


async def choose(turn: Turn, report: int, question: str, counter: int, value: str, label: str = "") -> None:
    """A choice of a question."""
    await _pressed(turn, report, question, counter, Said(choice=value))


async def act(
    turn: Turn, report: int, question: str, counter: int, act: str, was: str = "", estimated: bool = False
) -> None:
    """A step by button: bỏ qua, xem lại, gửi … (`was`: what the button shows of the last period)."""
    await _pressed(turn, report, question, counter, Said(act=Act(act)))


async def _pressed(turn: Turn, report: int, question: str, counter: int, said: Said) -> None:
    draft = await _mine(turn, report)
    if draft is None:
        await turn.say("report.not_yours")
    elif draft.duty.owed.state == Standing.ACCEPTED or _was_sent(turn, draft):
        await sending.show_sent(turn, draft)
    else:
        state = await _state(turn, draft)
        if state.at == question and counter == _seen(turn, draft):
            await _hear(turn, draft, said)
        else:
            await _show(turn, draft, state, [{"kind": "old"}])


def _was_sent(turn: Turn, draft: Draft) -> bool:
    """Say whether the report waits for the office and this person is not correcting it (somebody else sent it)."""
    here = bool(_stored(turn, draft)) and bool(turn.conversation.subject.get("correcting"))
    return draft.duty.owed.state in IN_HAND and not here


async def _mine(turn: Turn, report_id: int) -> Draft | None:
    draft = await drafts.of_report(turn, report_id)
    return draft if draft and permissions.over_unit(turn.roles, draft.duty.unit.id, WRITERS) else None


async def _hear(turn: Turn, draft: Draft, said: Said) -> None:
    state = await _state(turn, draft)
    if _offers_branches(draft, state.at):
        draft = await drafts.with_branches(turn, draft)
    if any(question.id == state.at and drafts.held_to_records(question) for question in draft.form.questions):
        draft = await drafts.with_records(turn, draft)
    after, events = flow.hear(draft.form, state, said, draft.facts)
    if _is_beside(said, events) and await handlers.ASIDE(turn, draft, state.at):
        await _back_to(turn, draft, state)
    elif completed.is_words(draft, state, said, events):
        await _kept(turn, draft, state, *completed.take(turn, draft, state, said))
    elif said.text and after.at != state.at and (more := handlers.BESIDES(turn, draft, state.at)):
        await _kept(turn, draft, state, *_besides(draft, after, events, more))
    else:
        await _kept(turn, draft, state, after, events)


def _besides(
    draft: Draft, after: State, events: tuple[Event, ...], more: Mapping[str, Json]
) -> tuple[State, tuple[Event, ...]]:
    """Read back what the answer told besides; which choice was taken for it is said before."""
    step = flow.besides(draft.form, after, draft.facts, more)
    meant = tuple(event for event in events if isinstance(event, Note) and event.name == "meant")
    return (step[0], (*meant, *step[1])) if step else (after, events)


def _is_beside(said: Said, events: tuple[Event, ...]) -> bool:
    """Say whether words may be no answer: they did not fit the question, or put the whole report off."""
    return bool(said.text) and (isinstance(events[0], Wrong) or promised.puts_off(said.text))


async def _back_to(turn: Turn, draft: Draft, state: State) -> None:
    """Put the question once more, unless what was said asks something of its own now."""
    if turn.conversation.expects == "report.answer":
        await _show(turn, draft, state, [])


async def _kept(turn: Turn, draft: Draft, before: State, after: State, events: tuple[Event, ...]) -> None:
    """Keep what was said and go on; what another answered meanwhile is shown first and never taken the place of."""
    others = await together.changes(turn, draft, _seen(turn, draft))
    await together.tell_once(turn, draft, others)
    if together.contested(draft, before, after, others):
        await _which_stands(turn, draft, before, together.meant(before.at, after), others)
        return
    lead = await together.told(turn, draft, others)
    if _wants_to_send(events) and (lead or not turn.conversation.subject.get("warned")):
        may_send = permissions.over_unit(turn.roles, draft.duty.unit.id, SENDERS)
        lead = lead or (await together.at_it(turn, draft) if may_send else [])
        if lead:
            await _show(turn, draft, replace(before, at=REVIEW), lead)
            turn.conversation.subject = {**turn.conversation.subject, "warned": True}
            return
    drafts.save(turn, draft, after.answers, turn.me, turn.inbox_id, _hows(before, after))
    await _follow(turn, draft, after, events, lead)


def _wants_to_send(events: tuple[Event, ...]) -> bool:
    return any(isinstance(event, Submitted) for event in events)


def _hows(before: State, after: State) -> dict[str, str]:
    """Return which answers were taken over from what was recorded elsewhere or reported before, not typed."""
    taken = [name for name, value in before.known.items() if after.answers.get(name, ...) == value]
    return {**{name: "reply" if name in before.said else "known" for name in taken}, **after.given}


async def _which_stands(turn: Turn, draft: Draft, state: State, mine: Json, others: Sequence[together.Change]) -> None:
    """Somebody else answered this very question meanwhile: both are shown, the person says which stands.

    Words that are kept apart stay in no conversation: they are asked for again.
    """
    here = replace(state, answers=draft.values, pending={}, place="")
    if draft.form.question(state.at).sensitive:
        await _show(turn, draft, here, await together.told(turn, draft, others))
        return
    _remember(turn, draft, here)
    turn.conversation.subject = {**turn.conversation.subject, "mine": {"question": state.at, "value": mine}}
    parts = await together.which(turn, draft, state.at, mine, others)
    await turn.say("report.step", parts=parts, choices=wording.stands(draft, here))


async def stands(turn: Turn, report: int, question: str, counter: int, mine: bool = False) -> None:
    """[Giữ của đ/c ấy], [Lấy của tôi]: which of two answers to a question stands."""
    draft = await _mine(turn, report)
    if draft is None:
        await turn.say("report.not_yours")
    elif draft.duty.owed.state == Standing.ACCEPTED or _was_sent(turn, draft):
        await sending.show_sent(turn, draft)
    else:
        given = turn.conversation.subject.get("mine") or {}
        state = await _state(turn, draft)
        if given.get("question") != question or state.at != question or counter != _seen(turn, draft):
            await _show(turn, draft, state, [{"kind": "old"}])
        else:
            await _settled(turn, draft, state, given["value"] if mine else draft.values.get(question))


async def _settled(turn: Turn, draft: Draft, state: State, value: Json) -> None:
    before = draft.report.answers.get(state.at) or {"value": None}
    after, events = flow.take(draft.form, state, draft.facts, state.at, value)
    await _kept(turn, draft, state, after, events)
    if draft.report.answers.get(state.at) is not before and before["value"] is not None:
        await together.tell_replaced(turn, draft, state.at, before)


async def _follow(turn: Turn, draft: Draft, state: State, events: tuple[Event, ...], lead: list[wording.Part]) -> None:
    if any(isinstance(event, Submitted) for event in events):
        await _submitted(turn, draft)
    elif ended := next((event for event in events if isinstance(event, Ended)), None):
        turn.expect_nothing()
        await sending.not_held(turn, draft, str(ended.value) if ended.value else "")
    elif any(isinstance(event, Postponed) for event in events):
        turn.expect_nothing()
        await turn.say("report.postponed", title=draft.title)
    else:
        await _say(turn, draft, state, events, lead)


async def _submitted(turn: Turn, draft: Draft) -> None:
    turn.expect_nothing()
    if permissions.over_unit(turn.roles, draft.duty.unit.id, SENDERS):
        await sending.send(turn, draft)
    else:
        await sending.submit(turn, draft)


# Where somebody is


def _cursor(turn: Turn, draft: Draft) -> State | None:
    stored = _stored(turn, draft)
    if not stored:
        return None
    known = {name: value for name, value in (stored.get("known") or {}).items() if name not in draft.values}
    state = State.from_json({**stored, "answers": draft.values, "known": known})
    return state if state.only == draft.reopened and state.at != SENT else None


def _stored(turn: Turn, draft: Draft) -> dict[str, Any]:
    subject = turn.conversation.subject
    here = turn.conversation.expects == "report.answer" and subject.get("report") == draft.report.id
    return dict(subject.get("cursor") or {}) if here else {}


async def _state(turn: Turn, draft: Draft) -> State:
    state = _cursor(turn, draft)
    return state if state is not None else (await _begun(turn, draft))[0]


def _seen(turn: Turn, draft: Draft) -> int:
    """Return the counter the person last looked at; without a cursor they look at it now."""
    return int(turn.conversation.subject["counter"]) if _stored(turn, draft) else draft.report.counter


def _missed(turn: Turn, events: tuple[Event, ...]) -> int:
    """Count the answers in a row that fitted no question, this one included."""
    return int(turn.conversation.subject.get("missed") or 0) + 1 if isinstance(events[0], Wrong) else 0


def _remember(turn: Turn, draft: Draft, state: State, missed: int = 0) -> None:
    cursor = {name: value for name, value in state.to_json().items() if name != "answers"}
    turn.expect("report.answer")
    turn.conversation.subject = {
        "report": draft.report.id,
        "counter": draft.report.counter,
        "cursor": cursor,
        "at": turn.now.isoformat(),
        "correcting": draft.duty.owed.state in IN_HAND,
        "missed": missed,
    }


async def correct(turn: Turn, report: int, what: str = "") -> None:
    """[Sửa]: open a sent report's review, from which any answer can be changed while it waits for the office."""
    draft = await _mine(turn, report)
    if draft is None:
        await turn.say("report.not_yours")
    elif draft.duty.owed.state == Standing.ACCEPTED:
        await sending.show_sent(turn, draft)
    else:
        if draft.duty.owed.state in IN_HAND:
            await conference_report.put_in_later(turn, draft)
        await _open(turn, draft)


# Speaking


async def _show(turn: Turn, draft: Draft, state: State, lead: list[wording.Part]) -> None:
    again, events = flow.show(draft.form, state, draft.facts)
    await _say(turn, draft, again, events, lead)


def _offers_branches(draft: Draft, at: str) -> bool:
    return any(question.id == at and question.kind is Kind.BRANCH for question in draft.form.questions)


async def _say(turn: Turn, draft: Draft, state: State, events: tuple[Event, ...], lead: list[wording.Part]) -> None:
    if _offers_branches(draft, state.at) and not draft.facts.branches:
        draft = await drafts.with_branches(turn, draft)
        asked = flow.show(draft.form, state, draft.facts)[1][-1]
        events = tuple(asked if isinstance(event, Ask) else event for event in events)
    missed = _missed(turn, events)
    _remember(turn, draft, state, missed)
    may_send = permissions.over_unit(turn.roles, draft.duty.unit.id, SENDERS)
    said = [*lead, *wording.parts(draft, state, events)]
    rows = wording.rows(draft, state, events, may_send=may_send)
    if missed >= STUCK:
        said[1:1], rows = [{"kind": "stuck"}], [*rows, wording.call(draft)]
    told = spelled.Asks(asked_for(draft.form, state, events), steps=any(each["kind"] == "opening" for each in lead))
    await turn.say("report.step", parts=said, choices=rows, numbered=not reads_figures(state, events), asks=told)
