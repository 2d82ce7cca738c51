"""Gives what the office typed to the branches it is of: each piece's figures, or why it was not taken. Says nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from campaigns.schema import Json
from handlers.rules import entry
from handlers.rules.entered import Entry
from handlers.rules.entry import Odd
from handlers.turn import Moment, Turn
from messages.reading.bodies import Named, Piece
from models import headcount
from models.unit import Unit

SHOWN = 60  # characters of a line that is named as unclear


@dataclass(frozen=True)
class Unclear:
    """A line that was not taken: whose it is if that is known, its beginning, and why."""

    branch: str
    line: str
    why: Odd


def named(found: Sequence[Unit]) -> list[Named]:
    """Return how each of these branches may be called."""
    return [Named(each.id, *_ways(each)) for each in found]


def _ways(unit: Unit) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A short name in capitals is a code: it does not mean the branch just anywhere."""
    codes = (unit.code, *(each for each in unit.short_names if each.isupper()))
    return (unit.name, *(each for each in unit.short_names if not each.isupper())), codes


async def entries(turn: Turn, found: Sequence[Piece], known: dict[int, Unit]) -> tuple[list[Entry], list[Unclear]]:
    """Read every piece; a heading's day ("Ngày 13/5:") is that of the lines below which name none.

    Two pieces of one branch complete each other; where they differ the later one is not taken.
    """
    common, odd = "", []
    read: dict[int, Mapping[str, Json]] = {}
    for piece in found:
        branch = known[piece.ids[0]].name if len(piece.ids) == 1 else ""
        register = await _register(turn, piece, common)
        typed = entry.read(piece.text, today=turn.today, register=register)
        which = piece.ids[0] if len(piece.ids) == 1 else 0
        before = read.get(which, {})
        figures = {"attended", "masses"} & typed.values.keys()
        if len(found) > 1 and not piece.ids and not figures:
            common = str(typed.values.get("date", ""))
        elif why := _why_not(piece, typed, alone=len(found) == 1):
            odd.append(Unclear(branch, piece.text[:SHOWN], why))
        elif any(before.get(name, value) != value for name, value in typed.values.items()):
            odd.append(Unclear(branch, piece.text[:SHOWN], Odd("told_otherwise")))
        else:
            read[which] = {**({"date": common} if common else {}), **before, **typed.values}
    return [Entry(which, values) for which, values in read.items()], odd


def _why_not(piece: Piece, typed: entry.Typed, *, alone: bool) -> Odd | None:
    if typed.odd:
        return typed.odd
    if not typed.values:
        return Odd("no_figures")
    if len(piece.ids) != 1 and not alone:
        return Odd("several_branches" if piece.ids else "no_branch")
    return None


async def _register(moment: Moment, piece: Piece, common: str) -> int | None:
    """Return how many had to come on the day that a piece names, else on its heading's, else by the newest count."""
    if len(piece.ids) != 1:
        return None
    day = entry.read(piece.text, today=moment.today).values.get("date") or common
    on = date.fromisoformat(str(day)) if day else moment.today
    counts = await headcount.on_day(moment.session, piece.ids[0], on)
    return counts.summoned if counts else None
