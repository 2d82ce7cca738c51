"""Dissemination by month and kind: a branch sees its own, the office, inspection and leaders all. Changes nothing."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from handlers.branch import places
from handlers.everyone import unknown
from handlers.routes import WATCHERS, WRITERS
from handlers.turn import Turn
from messages.types import Choice, Rows
from models import activity, unit
from models.activity import Activity, Monthly
from models.unit import Unit

LATEST = 3
"""A branch's newest rows, offered to be put right."""
A_PAGE, A_ROW = 24, 3


async def branch(turn: Turn, unit: int, **_: Any) -> None:
    """[Theo tháng] of a branch, its own or (office, inspection, leaders) any of the committee's."""
    found = await turn.session.get(Unit, unit)
    own = unit in {each.id for each in await turn.units(WRITERS)}
    current = await turn.campaign()
    if found is None or current is None or found.committee_id != turn.committee.id:
        await unknown.old_button(turn)
        return
    if not (own or turn.holds(WATCHERS)):
        await unknown.old_button(turn)
        return
    rows = await activity.by_month(turn.session, current.id, found.id)
    said = {"branch": found.name, "title": current.title, "months": await _months(turn, rows)}
    choices = await _to_put_right(turn, found, current.id) if own else []
    await turn.say("months.branch", choices=choices, **said)


async def _to_put_right(turn: Turn, found: Unit, campaign_id: int) -> Rows:
    latest, labels = await activity.of_unit(turn.session, found.id, campaign_id), await places.labels(turn)
    again = Choice("dissemination.start", {"unit": found.id, "name": found.name}, "dissemination.again")
    return [*([_one(each, labels)] for each in latest[:LATEST]), [again]]


def _one(each: Activity, labels: dict[str, str]) -> Choice:
    day = f"{each.on_day.day:02d}/{each.on_day.month}"
    shown = f"{labels.get(each.place, each.place)} {each.count:02d}, {day}"
    return Choice("posting.one", {"activity": each.id, "shown": shown}, "months.one")


async def all_branches(turn: Turn) -> None:
    """The whole: by month and kind, how many branches had any; and each branch by a button."""
    current = await turn.campaign()
    if current is None:
        await unknown.old_button(turn)
        return
    rows = await activity.by_month(turn.session, current.id)
    active = await unit.branches(turn.session, turn.committee.id)
    had, of, gone = recorded(rows, active)
    said = {"title": current.title, "months": await _months(turn, rows), "had": had, "of": of, "gone": gone}
    picture = [Choice("months.picture", {})] if rows else []
    choices = [[Choice("months.choose", {"page": 0}), *picture]] if active else []
    await turn.say("months.all", choices=choices, **said)
    if rows:
        turn.later("spread", account=turn.account.id, by="month")


def recorded(rows: Sequence[Monthly], active: Sequence[Unit]) -> tuple[int, int, int]:
    """Return how many branches recorded any, of how many, and how many of those were merged or closed since."""
    had, here = {each.unit_id for each in rows}, {each.id for each in active}
    return len(had), len(had | here), len(had - here)


async def picture(turn: Turn) -> None:
    """[Hình theo chi bộ]: drawn by a job; the whole in words where there is nothing to draw."""
    current = await turn.campaign()
    if current is None or not await activity.by_unit(turn.session, current.id):
        await all_branches(turn)
    else:
        turn.later("spread", account=turn.account.id, by="branch")


async def choose(turn: Turn, page: int = 0) -> None:
    """[Từng chi bộ]: every branch with its number so far."""
    current = await turn.campaign()
    if current is None:
        await unknown.old_button(turn)
        return
    counts = await activity.by_unit(turn.session, current.id)
    active = await unit.branches(turn.session, turn.committee.id)
    part = active[page * A_PAGE : (page + 1) * A_PAGE]
    made = [Choice("months.branch", {"unit": each.id, "name": _named(each, counts)}, "months.unit") for each in part]
    menu = [made[n : n + A_ROW] for n in range(0, len(made), A_ROW)]
    if len(active) > (page + 1) * A_PAGE:
        menu.append([Choice("months.choose", {"page": page + 1}, "months.next_page")])
    await turn.say("months.which", choices=menu)


def _named(each: Unit, counts: dict[int, int]) -> str:
    return f"{each.name} {counts[each.id]:02d}" if each.id in counts else each.name


async def _months(turn: Turn, rows: Sequence[Monthly]) -> list[dict[str, Any]]:
    """Return a line a month: its total, and its kinds in the form's order."""
    labels = await places.labels(turn)
    order = {value: n for n, value in enumerate(labels)}
    found = []
    for month, of_month in groupby(rows, key=lambda each: each.month):
        counts: dict[str, int] = {}
        for each in of_month:
            counts[each.place] = counts.get(each.place, 0) + each.count
        kinds = sorted(counts, key=lambda place: order.get(place, len(order)))
        listed = [{"label": labels.get(place, place), "count": counts[place]} for place in kinds]
        found.append({"month": month, "total": sum(counts.values()), "places": listed})
    return found
