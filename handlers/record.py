"""Guides people through a short record (an arts activity, an article, a finding) with the one engine of forms.

The questions are the campaign's; what a finished record becomes is in `handlers.RECORDS`. Nothing is kept before the
person presses [Ghi lại]: until then all of it lies in the conversation.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import handlers
from campaigns.schema import Form, Json, Kind
from handlers import flow, spelled
from handlers.branch import drafts
from handlers.events import (
    Act,
    Ask,
    Confirm,
    Event,
    Help,
    Note,
    Postponed,
    Review,
    Said,
    State,
    Submitted,
    Wrong,
    asked_for,
    reads_figures,
)
from handlers.rules import answers as rules
from handlers.rules.answers import Facts
from handlers.turn import Moment, Turn
from messages.types import Choice, Heard, Rows
from models import form as forms

Answers = Mapping[str, Json]
SHORT = 16  # letters of a label that shares its row with another


@dataclass(frozen=True)
class Record:
    """`who` may fill it in; `keep(turn, about, answers)` makes it a row, checking the ids in `about` again.

    `reads(turn, words)` gives the answers that words at the first question hold, where they may hold several.
    """

    who: frozenset[str]
    keep: Callable[[Turn, dict[str, Any], Answers], Awaitable[None]]
    reads: Callable[[Turn, str], Answers] | None = None


async def form(moment: Moment, name: str) -> Form:
    """Return the campaign's newest form of that name."""
    current = await moment.campaign()
    stored = await forms.latest(moment.session, current.id, name) if current else None
    if stored is None:
        raise LookupError(f"no form {name}: run `main.py init` first")
    return drafts.read_form(stored.body)


async def label(moment: Moment, name: str, question: str, value: str) -> str:
    """Return a choice's words, the value itself if the form has it no more."""
    options = (await form(moment, name)).question(question).options
    return next((each.label for each in options if each.value == value), value)


async def begin(
    turn: Turn, name: str, about: Mapping[str, Any], answers: Answers | None = None, *, heard: bool = False
) -> None:
    """Ask the first question, or show what there is for correction; `heard` reads back what words already gave."""
    asked = await form(turn, name)
    facts = await _facts(turn, asked, about)
    state, events = flow.begin(asked, facts, answers or {})
    lead = _heard(asked, state, facts) if heard and not any(isinstance(event, Review) for event in events) else []
    await _say(turn, name, dict(about), asked, state, events, opening=not answers, lead=lead)


def _heard(asked: Form, state: State, facts: Facts) -> list[dict[str, Any]]:
    return [{"kind": "heard", "lines": drafts.grouped(rules.lines(asked, state.answers, facts))}]


async def answer(turn: Turn) -> None:
    """Plain text while a record waits for an answer; a file belongs nowhere here."""
    said = Said(text=turn.incoming.text) if turn.incoming.kind is Heard.TEXT else Said(act=Act.HELP)
    await _hear(turn, said)


async def choose(turn: Turn, record: str, question: str, value: str, label: str = "") -> None:
    """A choice of a question."""
    await _pressed(turn, record, question, Said(choice=value))


async def act(turn: Turn, record: str, question: str, act: str) -> None:
    """A step by button."""
    await _pressed(turn, record, question, Said(act=Act(act)))


async def _pressed(turn: Turn, record: str, question: str, said: Said) -> None:
    subject = turn.conversation.subject
    here = turn.conversation.expects == "record.answer" and subject.get("record") == record
    if not here:
        await turn.say("record.gone")
    elif subject["cursor"].get("at") != question:
        await _hear(turn, None)
    else:
        await _hear(turn, said)


async def _hear(turn: Turn, said: Said | None) -> None:
    """Take something in; None shows the present step again."""
    subject = turn.conversation.subject
    name = str(subject.get("record") or "")
    route = handlers.RECORDS.get(name)
    if route is None or not turn.holds(route.who):
        turn.expect_nothing()
        await turn.say("record.gone")
        return
    asked, state = await form(turn, name), State.from_json(subject["cursor"])
    if given := _told(turn, route, state, said):
        await begin(turn, name, subject["about"], given, heard=True)
        return
    facts = await _facts(turn, asked, subject["about"])
    step = flow.hear(asked, state, said, facts) if said else flow.show(asked, state, facts)
    await _follow(turn, name, dict(subject["about"]), asked, *step)


def _told(turn: Turn, route: Record, state: State, said: Said | None) -> Answers:
    """Return the answers that the first words hold, where they hold more than one."""
    found = route.reads(turn, said.text) if route.reads and said and said.text and not state.answers else {}
    return found if len(found) > 1 else {}


async def _follow(
    turn: Turn, name: str, about: dict[str, Any], asked: Form, state: State, events: tuple[Event, ...]
) -> None:
    if any(isinstance(event, Submitted) for event in events):
        turn.expect_nothing()
        await handlers.RECORDS[name].keep(turn, about, state.answers)
    elif any(isinstance(event, Postponed) for event in events):
        turn.expect_nothing()
        await turn.say("record.left")
    else:
        await _say(turn, name, about, asked, state, events)


async def _facts(turn: Turn, asked: Form, about: Mapping[str, Any]) -> Facts:
    plan = await turn.plan()
    offers = any(question.kind is Kind.BRANCH for question in asked.questions)
    others = await drafts.others(turn, int(about.get("unit") or 0)) if offers else ()
    return Facts(today=turn.today, plan_date=plan.not_before, last_on_time=date.max, branches=others)


# Speaking


async def _say(
    turn: Turn,
    name: str,
    about: dict[str, Any],
    asked: Form,
    state: State,
    events: tuple[Event, ...],
    *,
    opening: bool = False,
    lead: Sequence[dict[str, Any]] = (),
) -> None:
    turn.expect("record.answer")
    turn.conversation.subject = {"record": name, "about": about, "cursor": state.to_json()}
    parts = [*lead, *(part for event in events if (part := _part(event)))]
    head = {
        "title": asked.title,
        "of": next((each.of for each in events if isinstance(each, Ask)), 0) if opening else 0,
    }
    rows, figures = _rows(name, state, events), reads_figures(state, events)
    told = spelled.Asks(asked_for(asked, state, events))
    await turn.say("record.step", choices=rows, numbered=not figures, asks=told, parts=parts, **head)


def _part(event: Event) -> dict[str, Any] | None:
    if isinstance(event, Ask):
        shown = {"number": event.number, "of": event.of, "follows": event.follows}
        return {"kind": "ask", **shown, "text": event.text, "current": event.current}
    if isinstance(event, Wrong):
        return {"kind": "wrong", "name": event.name, "help": event.help, **event.values}
    if isinstance(event, Confirm | Note):
        return {"kind": type(event).__name__.lower(), "name": event.name, **event.values}
    if isinstance(event, Help):
        return {"kind": "help", "text": event.text}
    return {"kind": "review", "lines": drafts.grouped(event.lines)} if isinstance(event, Review) else None


def _rows(name: str, state: State, events: Sequence[Event]) -> Rows:
    last = next((event for event in reversed(events) if not isinstance(event, Note | Wrong)), None)
    at = {"record": name, "question": state.at}
    if isinstance(last, Confirm):
        return [[_act(at, Act.YES), _act(at, Act.NO)]]
    if isinstance(last, Review):
        first = [_act(at, Act.SEND, "keep")] if last.ready else [_act(at, Act.GO_ON, "continue")]
        return [first, [_act(at, Act.EDIT), _act(at, Act.LATER, "leave")]]
    if not isinstance(last, Ask):
        return []
    choices = [Choice("record.choose", {**at, "value": value, "label": label}) for value, label in last.options]
    acts = [_act(at, each) for each in last.acts]
    return [*_paired(choices), acts]


def _act(at: Mapping[str, Any], act: Act, label: str = "") -> Choice:
    return Choice("record.act", {**at, "act": str(act)}, f"record.{label}" if label else f"report.{act}")


def _paired(choices: list[Choice]) -> list[list[Choice]]:
    """Put two short labels that follow each other in one row; a long one has its own."""
    made: list[list[Choice]] = []
    for each in choices:
        pair = [*made[-1], each] if made and len(made[-1]) == 1 else []
        if pair and all(len(str(one.values["label"])) <= SHORT for one in pair):
            made[-1] = pair
        else:
            made.append([each])
    return made
