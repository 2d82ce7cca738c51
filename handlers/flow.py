"""The engine of guided forms: a state and what was heard go in, a new state and what is to be said come out.

Pure: no session, no clock, no words of its own. A form is data (`campaigns.schema`), an event is turned into words by
whoever speaks. Nothing heard ever raises, and an answer once given stays until another takes its place.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from campaigns.schema import Form, Json, Kind, Level, Option, Question
from handlers.events import (
    ENDED,
    KNOWN,
    PART,
    REVIEW,
    SENT,
    Act,
    Ask,
    Confirm,
    Ended,
    Event,
    Help,
    Note,
    PartDone,
    Postponed,
    Read,
    Review,
    Said,
    State,
    Step,
    Submitted,
    Wrong,
)
from handlers.rules import answers as rules
from handlers.rules import typed
from handlers.rules.answers import Answers, Facts
from handlers.rules.checks import Known
from messages.reading import steps

# Ways in


def begin(
    form: Form,
    facts: Facts,
    answers: Answers,
    *,
    prefill: Mapping[str, Json] | None = None,
    only: Sequence[str] = (),
) -> Step:
    """Open a form on a draft, or on a sent report of which `only` these questions are reopened.

    `prefill` is what a reply or the register gave: read back at once (a tally is merely shown with its question).
    """
    fresh = {name: value for name, value in (prefill or {}).items() if name not in answers}
    state = State(
        answers=dict(answers), known=_fitting(form, facts, answers, fresh), only=tuple(only), todo=tuple(only)
    )
    now = {question.id for question in rules.applicable(form, rules.known(form, {**answers, **state.known}, facts))}
    if any(form.question(name).kind is not Kind.TALLY for name in state.known if name in now):
        return _read_back(form, replace(state, at=KNOWN), facts)
    state = replace(state, parts=_asked_parts(form, answers))
    return _review(form, state, facts) if _complete(form, state, facts) else _go_on(form, state, facts)


def show(form: Form, state: State, facts: Facts) -> Step:
    """Say the present step again: after an old button, another command, days of silence."""
    if state.at == KNOWN and state.known:
        return _read_back(form, state, facts)
    if state.at == PART:
        return _part_done(form, state, facts)
    if state.at == REVIEW:
        return _review(form, state, facts)
    question = _question(form, state, facts)
    return _ask(form, state, facts, question) if question else _go_on(form, state, facts)


def hear(form: Form, state: State, said: Said, facts: Facts) -> Step:
    """Take in what was said at the present step."""
    state = replace(state, given={}) if state.given else state
    question = _question(form, state, facts)
    if said.file is not None:
        return _file(form, state, facts, question, said.file)
    act = said.act or _typed_act(said, state, question)
    if act is Act.PREVIOUS and question is not None:
        return _previous(form, state, facts, question, seen=said.act is not None)
    if act is not None:
        return _act(form, state, facts, question, act)
    if question is not None:
        return _answer(form, state, facts, question, said)
    if said.text.strip().isdecimal() and state.at in (REVIEW, PART):
        return _jump(form, state, facts, int(said.text.strip()[:4]))
    return _again(form, state, facts, Note("press_a_button"))


def take(form: Form, state: State, facts: Facts, name: str, value: Json) -> Step:
    """Give a value to a question, checked as if it was said now: one of two answers was chosen."""
    asked = {question.id: question for question in rules.applicable(form, _names(form, state, facts))}
    if name not in asked:
        return show(form, state, facts)
    state = replace(state, at=name, pending={}, place="")
    if value is None:
        return _store(form, state, facts, asked[name], None)
    return _check(form, state, facts, asked[name], value, 0)


def _question(form: Form, state: State, facts: Facts) -> Question | None:
    asked = {question.id: question for question in rules.applicable(form, _names(form, state, facts))}
    return asked.get(state.at)


def _names(form: Form, state: State, facts: Facts) -> Known:
    return rules.known(form, state.answers, facts)


_ANYWHERE = {Act.CLEAR, Act.SKIP, Act.BACK, Act.REVIEW, Act.LATER, Act.HELP, Act.KEEP, Act.PREVIOUS}
_OUTSIDE = {Act.YES, Act.NO, Act.GO_ON, Act.SEND, Act.REVIEW, Act.LATER, Act.BACK, Act.HELP, Act.DROP, Act.EDIT}


def _typed_act(said: Said, state: State, question: Question | None) -> Act | None:
    """Return the step that typed words mean here; "có" or "xong" are steps only where they answer something."""
    word = "" if said.choice else steps.step_of(said.text)
    if not word:
        return None
    act = Act(word)
    if question is None:
        return act if act in _OUTSIDE else None
    doubted = bool(state.pending.get("check")) and act in (Act.YES, Act.NO)
    counted = question.kind in (Kind.TALLY, Kind.FILES) and act in (Act.DONE, Act.MORE)
    return act if act in _ANYWHERE or doubted or counted else None


# Steps


def _act(form: Form, state: State, facts: Facts, question: Question | None, act: Act) -> Step:
    if act is Act.LATER:
        return state, (Postponed(),)
    if act is Act.REVIEW:
        return _review(form, state, facts)
    if act is Act.BACK:
        return _back(form, state, facts)
    if question is not None:
        return _act_at(form, state, facts, question, act)
    return _act_between(form, state, facts, act)


def _act_at(form: Form, state: State, facts: Facts, question: Question, act: Act) -> Step:
    if act is Act.HELP:
        told = Help(rules.filled(question.help, _names(form, state, facts)))
        return state, (told, _wording(form, state, facts, question))
    if act is Act.SKIP and question.id not in state.answers:
        return _skip(form, state, facts, question)
    if act is Act.CLEAR:
        return _skip(form, replace(state, place="", pending={}), facts, question)
    if act in (Act.KEEP, Act.DONE, Act.SKIP):
        return _keep(form, state, facts, question)
    if act is Act.YES and state.pending.get("check"):
        return _confirmed(form, state, facts, question)
    state, events = _ask(form, replace(state, pending={}, place=""), facts, question)
    return state, tuple(replace(e, picking=act is Act.MORE) if isinstance(e, Ask) else e for e in events)


def _act_between(form: Form, state: State, facts: Facts, act: Act) -> Step:
    if state.at == KNOWN:
        return _answer_read_back(form, state, facts, act)
    if act in (Act.SEND, Act.YES) and state.at in (REVIEW, PART):
        return _send(form, state, facts) if act is Act.SEND else _agreed(form, state, facts)
    if act is Act.GO_ON:
        parts = len(form.parts) if _complete(form, state, facts) else state.parts
        return _go_on(form, replace(state, parts=parts, at="", reviewed=False), facts)
    if act is Act.EDIT:
        return replace(state, at=REVIEW), (Note("which_number"),)
    return show(form, state, facts)


def _skip(form: Form, state: State, facts: Facts, question: Question) -> Step:
    if state.place or state.pending:
        return _ask(form, replace(state, place="", pending={}), facts, question)
    if not question.skippable:
        return _again(form, state, facts, Note("not_skippable"))
    return _store(form, state, facts, question, None)


def _previous(form: Form, state: State, facts: Facts, question: Question, *, seen: bool) -> Step:
    """Answer as for the last period; read back first unless all of it was `seen` on the button."""
    names = _names(form, state, facts)
    before = rules.earlier(question, names, facts)
    if before is None:
        return _again(form, state, facts, Note("no_previous" if question.as_before else "afresh"))
    shown = rules.shown(question, before.value, names)
    said = {"value": shown, "quarter": before.quarter}
    pending = {"question": question.id, "value": before.value, "check": "previous", "passed": 0}
    if not seen or not rules.is_brief(shown):
        return replace(state, pending=pending), (Confirm("previous", said),)
    state, events = _confirmed(form, replace(state, pending=pending), facts, question)
    return state, (Note("as_before", said), *events)


def _keep(form: Form, state: State, facts: Facts, question: Question) -> Step:
    """Go on with the answer that is there; without one, "xong" leaves the question out."""
    if question.id in state.answers and question.kind is Kind.TALLY:  # it is whole only now
        return _check(form, state, facts, question, state.answers[question.id], 0)
    if question.id in state.answers:
        return _go_on(form, _left(state, question), facts)
    if question.id in state.known:
        return _check(form, state, facts, question, state.known[question.id], 0)
    return _skip(form, replace(state, place="", pending={}), facts, question)


def _back(form: Form, state: State, facts: Facts) -> Step:
    asked = [q.id for q in _scope(form, state, facts) if not state.only or q.id in state.only]
    place = asked.index(state.at) if state.at in asked else len(asked)
    if state.place or state.pending or not asked or place == 0:
        return show(form, replace(state, place="", pending={}), facts)
    before = [name for name in asked[:place] if name in state.answers] or asked[:1]
    return _go_on(form, replace(state, todo=(before[-1],)), facts)


def _jump(form: Form, state: State, facts: Facts, number: int) -> Step:
    names = _names(form, state, facts)
    seen = rules.places(form, names)
    same = [q for q in rules.applicable(form, names) if seen[q.number] == number]
    wanted = tuple(question.id for question in same if not state.only or question.id in state.only)
    if not wanted:
        note = Note("not_reopened" if same else "no_such_number", {"number": number})
        return _again(form, state, facts, note)
    return _go_on(form, replace(state, todo=wanted), facts)


def _agreed(form: Form, state: State, facts: Facts) -> Step:
    """A yes goes on to the look before the end, and ends what stays here: an "ok" sends nothing to the office."""
    if state.at == PART:
        return _review(form, state, facts)
    return _again(form, state, facts, Note("say_send")) if form.fulfils else _send(form, state, facts)


def _send(form: Form, state: State, facts: Facts) -> Step:
    if not _complete(form, state, facts):
        return _go_on(form, state, facts)
    return replace(state, at=SENT), (Submitted(),)


def _again(form: Form, state: State, facts: Facts, first: Event) -> Step:
    same, events = show(form, state, facts)
    return same, (first, *events)


def besides(form: Form, state: State, facts: Facts, found: Mapping[str, Json]) -> Step | None:
    """Read back what an answer told of other questions, None where nothing of it fits one still to be answered."""
    fresh = {name: value for name, value in found.items() if name not in state.answers}
    known = {} if state.pending else _fitting(form, facts, state.answers, fresh)
    if not known:
        return None
    state = replace(state, at=KNOWN, known={**state.known, **known}, said=tuple(known))
    return _read_back(form, state, facts)


# What comes next


def _scope(form: Form, state: State, facts: Facts) -> list[Question]:
    """The questions in question: of the parts begun, and later ones asked again or overtaken by a change."""
    names = _names(form, state, facts)
    parts = sum(part.sendable for part in form.parts) if state.reviewed or state.only else state.parts
    begun = {question.id for part in form.parts[:parts] for question in part.questions}
    wanted = begun | {*state.only, *state.todo}
    return [q for q in rules.applicable(form, names) if q.id in wanted or rules.blocked(q, state.answers, names)]


def _open(form: Form, state: State, facts: Facts) -> Question | None:
    """The next question: asked again first, then the first that is not answered or no longer stands."""
    names, scope = _names(form, state, facts), _scope(form, state, facts)
    again = (question for name in state.todo for question in scope if question.id == name)
    missing = (q for q in scope if _unanswered(q, state) or rules.blocked(q, state.answers, names))
    return next(again, None) or next(missing, None)


def _unanswered(question: Question, state: State) -> bool:
    return question.id not in state.answers or question.id in state.unfinished


def _complete(form: Form, state: State, facts: Facts) -> bool:
    """All that must be answered is, nothing is refused, and what the office reopened was gone through."""
    return _open(form, replace(state, reviewed=True, todo=state.todo if state.only else ()), facts) is None


def _asked_parts(form: Form, answers: Answers) -> int:
    asked = [n for n, part in enumerate(form.parts, 1) if any(q.id in answers for q in part.questions)]
    return max(asked, default=1)


def _go_on(form: Form, state: State, facts: Facts) -> Step:
    question = _open(form, state, facts)
    if question is not None:
        return _ask(form, _settled(state), facts, question)
    if state.reviewed or state.only or state.parts >= len(form.parts):
        return _review(form, state, facts)
    return _part_done(form, state, facts)


def _settled(state: State) -> State:
    return replace(state, place="", pending={}) if state.place or state.pending else state


def _ask(form: Form, state: State, facts: Facts, question: Question) -> Step:
    state = replace(state, at=question.id)
    ask = _wording(form, state, facts, question)
    names = _names(form, state, facts)
    found = rules.blocked(question, state.answers, names)
    if found is None or state.place or state.pending:
        return state, (ask,)
    return state, (Wrong(found.name, found.values, rules.filled(question.help, names)), ask)


def _wording(form: Form, state: State, facts: Facts, question: Question) -> Ask:
    names = _names(form, state, facts)
    current = state.answers.get(question.id, state.known.get(question.id))
    before = rules.earlier(question, names, facts)
    counting = next((option.label for option in question.options if option.value == state.place), "")
    options = () if counting else tuple((o.value, o.label) for o in rules.options(question, names, facts))
    return Ask(
        question=question.id,
        number=rules.places(form, names).get(question.number, question.number),
        of=_of(form, state, names),
        text=rules.asked(question, names),
        options=options,
        acts=_acts(question, state, current, counting),
        typed=question.kind in (Kind.NUMBER, Kind.DATE, Kind.TALLY) or bool(counting),
        follows=_follows(form, state, question),
        current=None if current is None else rules.shown(question, current, names),
        place=counting,
        before=rules.shown(question, before.value, names) if before and current is None and not counting else None,
    )


def _follows(form: Form, state: State, question: Question) -> bool:
    """Say whether a question goes on with an answered one of its number: "Đã học bù chưa?" after who was away."""
    before = itertools.takewhile(lambda each: each.id != question.id, form.questions)
    asked = (each for each in before if not state.only or each.id in state.only)
    return any(each.number == question.number and each.id in state.answers for each in asked)


def _of(form: Form, state: State, names: Known) -> int:
    parts = (n for n, part in enumerate(form.parts, 1) if any(q.id == state.at for q in part.questions))
    return rules.count(form, names, max(next(parts, len(form.parts)), state.parts if state.reviewed else 0))


def _acts(question: Question, state: State, current: Json, counting: str) -> tuple[Act, ...]:
    if counting:
        return (Act.BACK, Act.HELP)
    found = []
    if question.kind in (Kind.TALLY, Kind.FILES) and current:
        found.append(Act.DONE)
    elif question.id in state.answers or question.id in state.known:
        found.append(Act.KEEP)
    if question.skippable and not any(option.skips for option in question.options):
        found.append(Act.CLEAR if current else Act.SKIP)
    return (*found, Act.HELP)


def _part_done(form: Form, state: State, facts: Facts) -> Step:
    lines = tuple(rules.lines(form, state.answers, facts))
    return replace(state, at=PART, todo=()), (PartDone(lines, form.parts[state.parts].title),)


def _review(form: Form, state: State, facts: Facts) -> Step:
    state = replace(state, at=REVIEW, place="", pending={}, reviewed=True, todo=state.todo if state.only else ())
    ready = _complete(form, state, facts)
    rest = replace(state, parts=len(form.parts), reviewed=False)
    more = not state.only and _open(form, rest, facts) is not None
    return state, (Review(tuple(rules.lines(form, state.answers, facts)), ready, more),)


# What was read elsewhere


def _fitting(form: Form, facts: Facts, answers: Answers, found: Mapping[str, Json]) -> dict[str, Json]:
    """Keep what answers a question and passes its checks, beside the answers and the other values."""
    names = rules.known(form, {**answers, **found}, facts)
    asked = [q for q in form.questions if q.id in found and (rules.applies(q, names) or rules.may_come(form, q, names))]
    return {q.id: found[q.id] for q in asked if not rules.blocked(q, found, names)}


def _read_back(form: Form, state: State, facts: Facts) -> Step:
    """Show what waits for a yes: what was said just now by itself, else all that is known."""
    said = [name for name in state.said if name in state.known]
    lines = rules.lines(form, {**state.answers, **state.known}, facts)
    return state, (Read(tuple(line for line in lines if line.question in (said or state.known)), said=bool(said)),)


def _answer_read_back(form: Form, state: State, facts: Facts, act: Act) -> Step:
    if act is Act.YES:
        tallies = {name: value for name, value in state.known.items() if form.question(name).kind is Kind.TALLY}
        taken = {name: value for name, value in state.known.items() if name not in tallies}
        asked = tuple(name for name in taken if form.question(name).kind is Kind.FILES)  # for files still to come
        state = replace(state, answers={**state.answers, **taken}, known=tallies, at="")
        return _go_on(form, replace(state, unfinished=(*state.unfinished, *asked)), facts)
    if act in (Act.NO, Act.EDIT):
        return _go_on(form, replace(state, at=""), facts)
    if act is Act.DROP:
        return _go_on(form, replace(state, known={}, at=""), facts)
    return show(form, state, facts)


# Answers


def _answer(form: Form, state: State, facts: Facts, question: Question, said: Said) -> Step:
    if not said.choice:
        return _typed(form, state, facts, question, said.text)
    offered = rules.options(question, _names(form, state, facts), facts)
    chosen = next((option for option in offered if option.value == said.choice), None)
    return _chosen(form, state, facts, question, chosen) if chosen else show(form, state, facts)


def _typed(form: Form, state: State, facts: Facts, question: Question, text: str) -> Step:
    if question.kind is Kind.TALLY and text.strip().isdecimal():
        return _counted(form, state, facts, question, int(text.strip()[:9]))
    names = _names(form, state, facts)
    reading = typed.read(question, text, rules.options(question, names, facts), names, facts)
    if reading.inferred and state.only:  # who completes a report answers the office: their words go there as they are
        reading = typed.Reading(wrong="not_a_choice")
    if reading.option:
        step = _chosen(form, state, facts, question, reading.option)
        return _said_as(step, question, reading.option) if reading.inferred else step
    if reading.wrong:
        return _wrong(form, state, facts, question, reading)
    if reading.value is None:
        return _act_at(form, state, facts, question, Act.SKIP)
    step = _given(form, state, facts, question, reading.value)
    bare = question.kind is Kind.DATE and text.strip().isdecimal() and question.id in step[0].answers
    return _day_read(state, question, text.strip(), reading.value, step) if bare else step


def _said_as(step: Step, question: Question, option: Option) -> Step:
    """Say which choice words were taken for that are not its own."""
    return step[0], (Note("meant", {"short": question.short, "label": option.label}), *step[1])


def _day_read(state: State, question: Question, text: str, value: Json, step: Step) -> Step:
    """Say which day a mere number was taken for, and ask first where it may have been meant for a choice: one digit."""
    seen = {"day": date.fromisoformat(str(value))}
    if len(text) > 1:
        return step[0], (Note("day_read", seen), *step[1])
    pending = {"question": question.id, "value": value, "check": "day_read", "passed": 0}
    return replace(state, pending=pending), (Confirm("day_read", seen),)


def _wrong(form: Form, state: State, facts: Facts, question: Question, reading: typed.Reading) -> Step:
    words = rules.filled(question.help, _names(form, state, facts))
    ask = _wording(form, state, facts, question)
    return state, (Wrong(reading.wrong, reading.values, words), ask)


def _chosen(form: Form, state: State, facts: Facts, question: Question, option: Option) -> Step:
    if option.opens:
        state = replace(state, pending={})
        ask = _wording(form, state, facts, question)
        return state, (replace(ask, text=rules.filled(question.ask, _names(form, state, facts)), options=(), acts=()),)
    if option.skips:
        return _store(form, state, facts, question, None)
    if question.kind is Kind.TALLY:
        return _place(form, state, facts, question, option)
    return _given(form, state, facts, question, _meaning(question, option, _names(form, state, facts)))


def _meaning(question: Question, option: Option, names: Known) -> Json:
    if question.kind is Kind.BRANCH or question.kind is Kind.FILES:
        return option.label
    meant = option.stands_for if not isinstance(option.stands_for, str) else names.get(option.stands_for)
    if question.kind is Kind.DATE and meant is not None:
        return str(meant)
    return option.value if meant is None else meant


def _given(form: Form, state: State, facts: Facts, question: Question, value: Json) -> Step:
    if question.kind is Kind.TALLY and isinstance(value, dict):
        return _tallied(form, state, facts, question, value)
    if question.kind is Kind.FILES and isinstance(value, str):
        return _collected(form, state, facts, question, place=value)
    return _check(form, state, facts, question, value, 0)


def _check(form: Form, state: State, facts: Facts, question: Question, value: Json, passed: int) -> Step:
    """Keep a value that no check refuses or doubts; `passed` doubts were answered with yes already."""
    names = rules.known(form, {**state.answers, question.id: value}, facts)
    found = list(rules.findings(question, value, names))
    if refused := next((each for each in found if each.level is Level.BLOCK), None):
        return _wrong(form, state, facts, question, typed.Reading(wrong=refused.name, values=refused.values))
    doubts = [each for each in found if each.level is Level.ASK][passed:]
    if doubts:
        pending = {"question": question.id, "value": value, "check": doubts[0].name, "passed": passed + 1}
        return replace(state, pending=pending), (Confirm(doubts[0].name, doubts[0].values),)
    notes = tuple(Note(each.name, each.values) for each in found if each.level is Level.NOTE)
    state, events = _store(form, state, facts, question, value)
    return state, (*notes, *events)


def _confirmed(form: Form, state: State, facts: Facts, question: Question) -> Step:
    pending, state = state.pending, replace(state, pending={})
    after, events = _check(form, state, facts, question, pending["value"], int(pending["passed"]))
    taken = pending["check"] == "previous" and not after.pending
    return (replace(after, given={question.id: "previous"}) if taken else after), events


def _store(form: Form, state: State, facts: Facts, question: Question, value: Json) -> Step:
    if question.ends:
        kept = {q.id: state.answers[q.id] for q in form.questions if q.id in state.answers}
        kept = {name: each for name, each in kept.items() if form.question(name).number != question.number}
        return _left(state, question, answers=kept, at=ENDED), (Ended(question.ends, value),)
    return _go_on(form, _left(state, question, answers={**state.answers, question.id: value}), facts)


def _left(state: State, question: Question, *, at: str = "", answers: Answers | None = None) -> State:
    """The state after a question: nothing about it is pending any more."""
    return replace(
        state,
        answers=state.answers if answers is None else answers,
        at=at,
        todo=tuple(name for name in state.todo if name != question.id),
        unfinished=tuple(name for name in state.unfinished if name != question.id),
        known={name: value for name, value in state.known.items() if name != question.id},
        pending={},
        place="",
    )


# Tallies and files: several inputs make one answer


def _place(form: Form, state: State, facts: Facts, question: Question, option: Option) -> Step:
    if count := state.pending.get("count"):
        return _tallied(form, state, facts, question, {option.value: count})
    return _ask(form, replace(state, place=option.value, pending={}), facts, question)


def _counted(form: Form, state: State, facts: Facts, question: Question, number: int) -> Step:
    reading = typed.in_range(question, number)
    if reading.wrong:
        return _wrong(form, state, facts, question, reading)
    if state.place:
        return _tallied(form, state, facts, question, {state.place: number})
    state = replace(state, pending={"question": question.id, "count": number})
    return _again(form, state, facts, Note("count_without_place", {"number": number}))


def _tallied(form: Form, state: State, facts: Facts, question: Question, more: Mapping[str, Json]) -> Step:
    current = state.answers.get(question.id, state.known.get(question.id))
    tally = {**(current if isinstance(current, dict) else {}), **more}
    return _gathered(form, state, facts, question, {place: count for place, count in tally.items() if count})


def _file(form: Form, state: State, facts: Facts, question: Question | None, file: int) -> Step:
    """A file sent at another step is put where files belong, if the form has such a place."""
    if question is not None and question.kind is Kind.FILES:
        return _collected(form, state, facts, question, file=file)
    place = next(
        (q for q in form.questions if q.kind is Kind.FILES and not (state.only and q.id not in state.only)), None
    )
    if place is None:
        return _again(form, state, facts, Note("file_kept", {"number": 0}))
    value = _with(state.answers.get(place.id), file=file)
    unfinished = state.unfinished if place.id in state.answers else (*state.unfinished, place.id)
    kept = replace(state, answers={**state.answers, place.id: value}, unfinished=unfinished)
    return _again(
        form,
        kept,
        facts,
        Note("file_kept", {"number": rules.places(form, _names(form, kept, facts)).get(place.number, 0)}),
    )


def _collected(
    form: Form, state: State, facts: Facts, question: Question, *, place: str = "", file: int | None = None
) -> Step:
    value = _with(state.answers.get(question.id), place=place, file=file)
    return _gathered(form, state, facts, question, value)


def _with(current: Json, *, place: str = "", file: int | None = None) -> dict[str, Json]:
    had = current if isinstance(current, dict) else {}
    files = [*had.get("files", ()), *([] if file is None or file in had.get("files", ()) else [file])]
    return {"place": place or had.get("place", ""), "files": files}


def _gathered(form: Form, state: State, facts: Facts, question: Question, value: Json) -> Step:
    """Keep what is there so far and stay, until the person says that it is all."""
    known = {name: each for name, each in state.known.items() if name != question.id}
    answers = {**state.answers, question.id: value}
    return _ask(form, replace(state, answers=answers, known=known, pending={}, place=""), facts, question)
