"""Branches as buttons that choose or leave out, a page at a time; a name may be typed. Keeps nothing itself."""

from collections.abc import Callable, Sequence

from messages.reading import bodies
from messages.types import Choice, Rows
from models.unit import Unit

A_PAGE = 20
A_ROW = 2


def toggles(
    branches: Sequence[Unit], chosen: Sequence[int], page: int, toggle: Callable[[Unit, str], Choice]
) -> list[list[Choice]]:
    """Return a page of buttons; `toggle` makes one for a branch, given the label that says what it is now."""
    part = branches[page * A_PAGE : (page + 1) * A_PAGE]
    buttons = [toggle(each, "picking.taken" if each.id in chosen else "picking.free") for each in part]
    return [buttons[n : n + A_ROW] for n in range(0, len(buttons), A_ROW)]


def turns(count: int, page: int, turn_to: Callable[[int, str], Choice]) -> Rows:
    """Return the row that turns pages, none where all fit on one."""
    before = [turn_to(page - 1, "picking.before")] if page else []
    after = [turn_to(page + 1, "picking.after")] if count > (page + 1) * A_PAGE else []
    return [[*before, *after]] if before or after else []


def last_page(count: int, page: int) -> int:
    """Return the page nearest to the one asked for that there is."""
    return max(min(page, (count - 1) // A_PAGE), 0)


def named(text: str, branches: Sequence[Unit]) -> list[Unit]:
    """Return the branches that a text names, by name, short name or code."""
    known = [bodies.Named(each.id, (each.name, *each.short_names), (each.code,)) for each in branches]
    found = {one for piece in bodies.pieces(text, known) for one in piece.ids}
    return [each for each in branches if each.id in found]
