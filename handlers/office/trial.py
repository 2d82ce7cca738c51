"""The words of messages to come, one of each look, as they would be said at their hour. Writes and sends nothing."""

import html
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from campaigns import schema
from handlers import plan
from handlers.branch import asking, excerpt
from handlers.branch.duties import Duty
from handlers.office.foresight import Foreseen
from handlers.office.preview import Planned
from handlers.turn import Moment
from models import deadline as deadlines
from models import excerpt as excerpts
from models import unit as units
from models.campaign import Campaign
from models.deadline import Deadline
from models.obligation import Obligation, State
from models.person import Person
from models.unit import Unit

WAYS = {"reminder": "", "first": "assigned"}
"""Kinds that ask a branch, and the way in which each does."""


@dataclass(frozen=True, slots=True)
class Example:
    """A planned message and its words (small HTML)."""

    planned: Planned
    words: Markup


async def examples(moment: Moment, planned: Sequence[Planned]) -> list[Example]:
    """Return one example of each look a message will have, soonest first; what cannot be shown is left out."""
    found: dict[str, Example] = {}
    for each in planned:
        said = await _said(moment, each)
        if said is not None and said[0] not in found:
            found[said[0]] = Example(each, Markup(said[1]))  # noqa: S704 (a template's words, escaped already)
    return list(found.values())


async def first(moment: Moment, given: Deadline, ahead: Foreseen) -> str:
    """Return what its first message will say to the first of those told (plain words), "" where nobody is."""
    if not ahead.asked.first:
        return ""
    name, branch = ahead.asked.first[0]
    known = await units.called(moment.session, moment.committee.id, branch)
    duty = Duty(_owed(1, given), given, known or Unit(name=branch))
    way = WAYS["first" if ahead.new else "reminder"]
    _, words = await asking.words(replace(moment, now=ahead.first), Person(name=name), [duty], way=way)
    return html.unescape(words)


async def _said(moment: Moment, planned: Planned) -> tuple[str, str] | None:
    """Return the template and the words, None where there is nothing to show yet."""
    then = replace(moment, now=planned.at)
    current = await moment.campaign()
    if current is None or not planned.people:
        return None
    if planned.kind in WAYS:
        return await _reminder(then, current, planned)
    if planned.kind == "excerpt":
        return await _excerpt(then, current)
    return None


async def _reminder(moment: Moment, current: Campaign, planned: Planned) -> tuple[str, str] | None:
    known = await _deadlines(moment, current)
    to = next((each for each in planned.people if each.reachable), planned.people[0])
    branches = await units.branches(moment.session, current.committee_id)
    branch = next((each for each in branches if each.name == to.unit), branches[0])
    found = [
        Duty(_owed(n, known[title]), known[title], branch) for n, title in enumerate(planned.about, 1) if title in known
    ]
    return await asking.words(moment, Person(name=to.name), found, way=WAYS[planned.kind]) if found else None


def _owed(n: int, deadline: Deadline) -> Obligation:
    return Obligation(id=n, deadline_id=deadline.id, state=State.NOT_SENT, excused=False, closed=False, version=1)


async def _deadlines(moment: Moment, current: Campaign) -> dict[str, Deadline]:
    """Return {title: deadline}, those in force and those that the start would make."""
    made = {}
    for given in (await moment.plan()).deadlines:
        for period in schema.periods(given):
            day: date | None = given.due_date or plan.office_day(current, given, period)
            if day is not None:
                row = Deadline(**plan.deadline_row(current, given, period, day))
                made[row.title] = row
    return made | {each.title: each for each in await deadlines.current(moment.session, current.id)}


async def _excerpt(moment: Moment, current: Campaign) -> tuple[str, str] | None:
    found = await excerpts.next_approved(moment.session, current.id)
    if found is None:
        return None
    values = await excerpt.values(moment, current, found)
    return "excerpt.week", moment.words("excerpt.week", **values)
