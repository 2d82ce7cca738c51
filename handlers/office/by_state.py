"""[Theo tình trạng]: branches of a deadline by how they stand, by name, a page at a time. Changes nothing."""

from typing import Any

from handlers.everyone import unknown
from handlers.office import standing
from handlers.rules.standing import Counts, Line
from handlers.turn import Turn
from messages.types import Choice, Rows, Value
from models import counted
from models.deadline import Deadline

A_PAGE = 30  # branches named in one message


async def show(turn: Turn, deadline: int, which: str = "", page: int = 0, **_: Any) -> None:
    """One list of branches; the others are buttons with how many they are."""
    found = await standing.visible(turn, deadline)
    if found is None:
        return await unknown.old_button(turn)
    counts = (await standing.counts(turn, [found]))[found.id]
    numbers = {each: _number(counts, each) for each in counted.WHICH}
    which = which if which in numbers else next((each for each in numbers if numbers[each]), counted.MISSING)
    page = max(min(page, (numbers[which] - 1) // A_PAGE), 0)
    lines = await _lines(turn, found, which, page)
    await turn.say(
        "by_state.show",
        choices=_menu(turn, found, numbers, which, page),
        subject=await standing.subject(turn, found),
        which=which,
        past=_past(turn, found),
        total=numbers[which],
        first=page * A_PAGE,
        lines=[_line(each) for each in lines],
    )
    return None


def _number(counts: Counts, which: str) -> int:
    return counts.not_yet if which == counted.MISSING else counts.stands[which]


def _past(turn: Turn, found: Deadline) -> bool:
    """Say whether the last day on which a report counts as in time is over."""
    return max(found.last_on_time, found.grace_to or found.last_on_time) < turn.today


async def _lines(turn: Turn, found: Deadline, which: str, page: int) -> list[Line]:
    units = await counted.listed(turn.session, found.id, which, turn.today, page * A_PAGE, A_PAGE)
    return list((await standing.load(turn, found, units)).lines) if units else []


def _line(each: Line) -> dict[str, Any]:
    """Return a branch with how it is that nothing is in, when its report came, or until when it has time."""
    return {
        "name": each.name,
        "missing": standing.missing(each) if each.not_yet else None,
        "until": each.extended_to if not each.sent and not each.not_yet else None,
        "words": standing.lateness_words(each),
    }


def _menu(turn: Turn, found: Deadline, numbers: dict[str, int], which: str, page: int) -> Rows:
    about: dict[str, Value] = {"deadline": found.id, "page": 0}
    buttons = [
        Choice("by_state.show", {**about, "which": each, "n": n}, f"by_state.{_named(turn, found, each)}")
        for each, n in numbers.items()
        if n and each != which
    ]
    before = [Choice("by_state.show", {**about, "which": which, "page": page - 1}, "picking.before")] if page else []
    more = numbers[which] > (page + 1) * A_PAGE
    after = [Choice("by_state.show", {**about, "which": which, "page": page + 1}, "picking.after")] if more else []
    back = Choice("summary.show", {"deadline": found.id}, "summary.back")
    return [row for row in ([*before, *after], *(buttons[n : n + 2] for n in range(0, len(buttons), 2)), [back]) if row]


def _named(turn: Turn, found: Deadline, which: str) -> str:
    return "overdue" if which == counted.MISSING and _past(turn, found) else which
