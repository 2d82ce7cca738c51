"""Turns what a form says (events) into parts for the template and buttons for the channel. Decides nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.branch import drafts
from handlers.branch.drafts import Draft
from handlers.events import (
    Act,
    Ask,
    Confirm,
    Event,
    Help,
    Note,
    PartDone,
    Read,
    Review,
    State,
    Wrong,
)
from handlers.rules import answers as rules
from handlers.rules import figures
from messages.types import Choice, Rows

Part = dict[str, Any]
MOST_BUTTONS = 24  # more choices are typed
SHORT = 16  # letters of a label that shares its row with another


def parts(draft: Draft, state: State, events: Sequence[Event]) -> list[Part]:
    """Return what is said, in order, for messages/vi/report/step.j2."""
    return [part for event in events if (part := _part(draft, state, event))]


def _part(draft: Draft, state: State, event: Event) -> Part | None:
    if isinstance(event, Ask):
        return _ask(state, event)
    if isinstance(event, Wrong):
        return {"kind": "wrong", "name": event.name, "help": event.help, **event.values}
    if isinstance(event, Confirm | Note):
        return {"kind": type(event).__name__.lower(), "name": event.name, **event.values}
    if isinstance(event, Help):
        return {"kind": "help", "text": event.text}
    return _summed_up(draft, state, event)


def _summed_up(draft: Draft, state: State, event: Event) -> Part | None:
    if isinstance(event, Read):
        return {"kind": "read", "said": event.said, "lines": drafts.grouped(event.lines)}
    if isinstance(event, PartDone):
        return {"kind": "part_done", "title": event.title, **counted(state.answers)}
    if isinstance(event, Review):
        return {"kind": "review", "lines": drafts.grouped(event.lines), "ready": event.ready, "title": draft.title}
    return None


def _ask(state: State, event: Ask) -> Part:
    return {
        "kind": "ask",
        "number": event.number,
        "of": 0 if state.only else event.of,
        "follows": event.follows,
        "text": event.text,
        "current": event.current,
        "place": event.place,
    }


def counted(answers: figures.Answers) -> dict[str, Any]:
    """Return the figures of a report as the templates say them; `attended` without make-up sessions."""
    found = figures.figures_of(answers)
    attended = figures.value_of(answers, "attended")
    return {
        "held_on": found.held_on,
        "attended": attended,
        "with_makeup": found.attended if found.attended != attended else None,
        "summoned": found.summoned,
        "masses": found.masses,
    }


# Buttons


def rows(draft: Draft, state: State, events: Sequence[Event], *, may_send: bool) -> Rows:
    """Return the buttons of the last event that has any; `may_send` False offers to put it before the secretary."""
    last = next((event for event in reversed(events) if not isinstance(event, Note | Wrong)), None)
    if isinstance(last, Ask):
        return _ask_rows(draft, state, last)
    if isinstance(last, Confirm):
        return [[_act(draft, state, Act.YES), _act(draft, state, Act.NO)]]
    if isinstance(last, Read):
        return [
            [_act(draft, state, Act.YES), _act(draft, state, Act.EDIT, "edit_figures"), _act(draft, state, Act.DROP)]
        ]
    if isinstance(last, PartDone):
        return [[_act(draft, state, Act.GO_ON)], [_act(draft, state, Act.REVIEW, "review_and_send")]]
    if isinstance(last, Review):
        return _review_rows(draft, state, last, may_send=may_send)
    return []


def call(draft: Draft) -> list[Choice]:
    """Return the button for who cannot go on: somebody of the office calls."""
    return [Choice("answer.call", {"obligations": str(draft.duty.id)})]


def stands(draft: Draft, state: State) -> Rows:
    """Return the buttons under two answers to one question."""
    place = _place(draft, state)
    return [
        [
            Choice("report.stands", {**place, "mine": False}, "report.theirs"),
            Choice("report.stands", {**place, "mine": True}, "report.mine"),
        ]
    ]


def _act(draft: Draft, state: State, act: Act, label: str = "") -> Choice:
    return Choice("report.act", {**_place(draft, state), "act": str(act)}, f"report.{label or act}")


def _place(draft: Draft, state: State) -> dict[str, Any]:
    """What every button carries, so that an old one is known as such."""
    return {"report": draft.report.id, "question": state.at, "counter": draft.report.counter}


def _ask_rows(draft: Draft, state: State, ask: Ask) -> Rows:
    choices = [
        Choice("report.choose", {**_place(draft, state), "value": value, "label": label})
        for value, label in ask.options
    ]
    acts = [_act(draft, state, act) for act in ask.acts]
    if draft.form.question(ask.question).item:
        acts.append(Choice("completion.ask_office", {"obligation": draft.duty.id}, "report.ask_office"))
    if ask.acts[:1] == (Act.DONE,) and not ask.picking:
        return _gathering_rows(draft, state, choices, acts)
    before = [[_as_before(draft, state, ask.before)]] if ask.before else []
    return [*before, *_paired(choices if len(choices) <= MOST_BUTTONS else []), *([acts] if acts else [])]


def _as_before(draft: Draft, state: State, value: Mapping[str, Any]) -> Choice:
    shown: dict[str, str | bool] = {"was": rules.brief(value), "estimated": bool(value.get("estimated"))}
    return Choice("report.act", {**_place(draft, state), "act": str(Act.PREVIOUS), **shown}, "report.previous")


def _gathering_rows(draft: Draft, state: State, choices: list[Choice], acts: list[Choice]) -> Rows:
    """After each place: "Xong" first, then another (voice 14, B2); the places show again when asked for."""
    more = [_act(draft, state, Act.MORE)] if len(choices) > 1 else []
    return [[acts[0], *more], *_paired(choices if len(choices) == 1 else []), acts[1:]]


def _paired(choices: list[Choice]) -> list[list[Choice]]:
    """Two short labels share a row."""
    made: list[list[Choice]] = []
    for each in choices:
        short = len(str(each.values["label"])) <= SHORT
        fits = made and len(made[-1]) == 1 and len(str(made[-1][0].values["label"])) <= SHORT
        if short and fits:
            made[-1].append(each)
        else:
            made.append([each])
    return made


def _review_rows(draft: Draft, state: State, review: Review, *, may_send: bool) -> Rows:
    if not review.ready:
        return [[_act(draft, state, Act.GO_ON, "continue"), _act(draft, state, Act.LATER)]]
    send = _act(draft, state, Act.SEND) if may_send else _act(draft, state, Act.SEND, "submit")
    more = [[_act(draft, state, Act.GO_ON)]] if review.more else []
    return [[send], [_act(draft, state, Act.EDIT), _act(draft, state, Act.LATER)], *more]
