"""What a branch answers where the office asked it to complete a question: words beside a choice, and what was asked of
which answer, for the office to see side by side. Says nothing."""

from collections.abc import Mapping
from typing import Any

from campaigns.schema import Kind
from handlers import flow
from handlers.branch import drafts
from handlers.branch.drafts import Draft
from handlers.events import Act, Event, Note, Said, State, Wrong
from handlers.turn import Turn

FEWEST, LONGEST = 2, 300  # words and characters: one word alone is rather a choice misspelt


def is_words(draft: Draft, state: State, said: Said, events: tuple[Event, ...]) -> bool:
    """Say whether words name none of a reopened question's choices while one of them stands already."""
    asked = next((each for each in draft.form.questions if each.id == state.at), None)
    if asked is None or asked.kind is not Kind.CHOICE or asked.sensitive or state.at not in draft.reopened:
        return False
    unread = isinstance(events[0], Wrong) and events[0].name == "not_a_choice" and state.at in draft.values
    return unread and len(said.text.split()) >= FEWEST and len(said.text) <= LONGEST


def take(turn: Turn, draft: Draft, state: State, said: Said) -> tuple[State, tuple[Event, ...]]:
    """Leave the choice as it is; its words answer the question that follows from it, or go with it to the office."""
    number = draft.form.question(state.at).number
    after, events = flow.hear(draft.form, state, Said(act=Act.KEEP), draft.facts)
    follow = next((each for each in draft.form.questions if each.id == after.at), None)
    if follow and follow.kind is Kind.TEXT and follow.number == number and not follow.sensitive:
        return flow.hear(draft.form, after, said, draft.facts)
    words = " ".join(said.text.split()).strip("“”\"' ")
    draft.report.reopened = [
        {**each, "said": words} if each["question"] == state.at else each for each in draft.report.reopened
    ]
    turn.note("report.answer", f"report:{draft.report.id}", turn.me, fields=[state.at])
    seen = draft.places_in(after.answers).get(number, number)
    return after, (Note("beside_choice", {"number": seen, "words": words}), *events)


def with_asked(draft: Draft, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers that are sent with what the office had asked about them, and the branch's words on it."""
    kept, reopened = dict(answers), draft.report.reopened
    for each in reopened:
        same = [other for other in reopened if other["number"] == each["number"] and other["question"] in kept]
        if each["words"] and same:
            said = next((other["said"] for other in same if other.get("said")), "")
            name = same[0]["question"]
            kept[name] = {**kept[name], "asked": each["words"], "said": said}
    return kept


def listed(draft: Draft, answers: Mapping[str, Any], changed: set[int]) -> list[dict[str, Any]]:
    """Return what was asked about answers, by number: the office's words, the branch's, whether anything changed."""
    found = {draft.form.question(name).number: kept for name, kept in answers.items() if kept.get("asked")}
    seen = draft.places_in(drafts.plain(answers))
    return [
        {"number": seen.get(number, 0), "words": kept["asked"], "said": kept["said"], "changed": number in changed}
        for number, kept in sorted(found.items())
    ]
