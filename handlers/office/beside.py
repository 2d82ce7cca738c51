"""What is known besides branches' reports, as sentences of the report upward: reminders, checks, posts, portal, arts.

Records, not reports: each is counted as it was written down, and nobody is named.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from campaigns import schema
from handlers import record
from handlers.office import layout
from handlers.office.export import Scope
from handlers.turn import Moment
from messages.documents.consolidated import Beside
from models import activity, arts, inspection, portal, taken
from models import fix as fixes
from models import unit as units
from models.activity import Days
from models.campaign import Campaign
from models.fix import FixState
from models.inspection import InspectionState
from models.portal import PortalItem, PortalKind


async def known(moment: Moment, found: Scope) -> Beside:
    """Return the sentences of a scope, each with what its figure is made of; none where nothing is known."""
    reminded = await taken.reminded(moment.session, [each.id for each in found.deadlines])
    said = {"reminders": moment.words("export.reminders", plain=True, times=reminded) if reminded else ""}
    sources: dict[str, dict[str, int]] = {}
    places: tuple[str, ...] = ()
    if current := await moment.campaign():
        days = schema.quarter_days(found.period) if found.period else None
        named = await units.names(moment.session, moment.committee.id)
        for name, tell in TOLD.items():
            said[name], by_unit = await tell(moment, current, days)
            sources[name] = by_name(named, by_unit)
        labels = await layout.places(moment)
        places = tuple(labels.get(each, each) for each in await activity.by_place(moment.session, current.id, days))
    return Beside({name: (words,) if words else () for name, words in said.items()}, sources, places)


def by_name(named: Mapping[int, str], by_unit: Mapping[int, int]) -> dict[str, int]:
    """Return {branch: how many}; a branch that was closed and one that bears its name now are added up."""
    found = Counter[str]()
    for unit_id, branch in named.items():
        if unit_id in by_unit:
            found[branch] += by_unit[unit_id]
    return dict(found)


Told = tuple[str, Mapping[int, int]]


async def _activities(moment: Moment, current: Campaign, days: Days | None) -> Told:
    counted, labels = await activity.by_place(moment.session, current.id, days), await layout.places(moment)
    posts = [(labels.get(place, place), count) for place, count in counted.items()]
    words = moment.words("export.activities", plain=True, places=posts) if posts else ""
    return words, await activity.by_unit(moment.session, current.id, days)


async def _arts(moment: Moment, current: Campaign, days: Days | None) -> Told:
    counted = await arts.by_kind(moment.session, current.id, days)
    if not counted:
        return "", {}
    by_unit = await arts.by_unit(moment.session, current.id, days)
    kinds = [(await record.label(moment, "arts", "kind", kind), n) for kind, (n, _, _) in sorted(counted.items())]
    audience = sum(seen for _, _, seen in counted.values())
    said: dict[str, Any] = {"kinds": kinds, "branches": len(by_unit), "audience": audience}
    return moment.words("export.arts", plain=True, **said), by_unit


async def _portal(moment: Moment, current: Campaign, days: Days | None) -> Told:
    found = [
        each
        for each in await portal.standing(moment.session, current.id)
        if days is None or (each.on_day is not None and days[0] <= each.on_day < days[1])
    ]
    if not found:
        return "", {}
    plans, columns = _kinds(found)
    articles = [each for each in found if each.kind == PortalKind.ARTICLE]
    scopes = [
        (await record.label(moment, "portal_article", "scope", scope), n)
        for scope, n in sorted(Counter(each.scope for each in articles).items())
    ]
    words = moment.words("export.portal", plain=True, plans=plans, columns=columns, scopes=scopes)
    return words, Counter(each.unit_id for each in articles)


def _kinds(found: Sequence[PortalItem]) -> tuple[int, list[str]]:
    """Return how many plans there are, and the columns' names, the first first."""
    columns = [each.title for each in reversed(found) if each.kind == PortalKind.COLUMN]
    return sum(each.kind == PortalKind.PLAN for each in found), columns


async def _inspections(moment: Moment, current: Campaign, days: Days | None) -> Told:
    found = await inspection.of_campaign(moment.session, current.id, days)
    if not found:
        return "", {}
    held = [each for each in found if each.state == InspectionState.HELD]
    asked = await fixes.of_inspections(moment.session, [each.id for each in found])
    stands = dict.fromkeys(FixState, 0) | Counter(each.state for each in asked)
    said: dict[str, Any] = {"held": len(held), "branches": len({each.unit_id for each in held})}
    said |= {"planned": len(found) - len(held), "fixes": len(asked), "stands": stands}
    return moment.words("export.inspections", plain=True, **said), Counter(each.unit_id for each in held)


TOLD = {"activities": _activities, "portal": _portal, "arts": _arts, "inspections": _inspections}
"""Who tells what, by the name of the figure that an outline asks for."""
