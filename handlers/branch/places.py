"""The kinds of place where a topic is made known, as the campaign's forms list them. Says nothing, counts nothing."""

from dataclasses import asdict, dataclass
from typing import Any

from campaigns import schema
from handlers.branch import drafts
from handlers.turn import Moment
from messages.types import Choice, Rows
from models import form

POSTED = "activities"
"""What fills in the question that lists the kinds of place (`prefill` in the campaign's forms)."""


@dataclass(frozen=True)
class Place:
    """A kind of place: its value, its button, what is counted there ("tin, bài trên Zalo"), how else it is said."""

    value: str
    label: str
    counted: str
    says: tuple[str, ...] = ()

    def view(self) -> dict[str, Any]:
        """Return what templates say of it."""
        return asdict(self)


async def options(moment: Moment) -> tuple[schema.Option, ...]:
    """Return the kinds of place as the first form lists them that branches' postings fill in, () where none does."""
    current = await moment.campaign()
    names = dict.fromkeys(each.form for each in (await moment.plan()).deadlines) if current else ()
    for name in names:
        stored = await form.latest(moment.session, current.id, name) if current else None
        asked = drafts.read_form(stored.body).questions if stored else ()
        for question in asked:
            if question.kind is schema.Kind.TALLY and question.prefill == POSTED:
                return question.options
    return ()


async def all_(moment: Moment) -> list[Place]:
    """Return all kinds in the form's order."""
    return [Place(each.value, each.label, each.counted, each.says) for each in await options(moment)]


async def named(moment: Moment, value: str) -> Place | None:
    """Return the kind of that value, None if the form has none (values of buttons are not trusted)."""
    return next((each for each in await all_(moment) if each.value == value), None)


async def labels(moment: Moment) -> dict[str, str]:
    """Return {value: its button's words}."""
    return {each.value: each.label for each in await options(moment)}


async def menu(moment: Moment, action: str, about: dict[str, Any]) -> Rows:
    """Return the kinds as buttons of an action, two a row."""
    made = [
        Choice(action, {**about, "place": each.value, "label": each.label}, "dissemination.place")
        for each in await all_(moment)
    ]
    return [made[n : n + 2] for n in range(0, len(made), 2)]
