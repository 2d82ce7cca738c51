"""Counts what a standstill made late, merged or dropped, for the one message about it to the office. Says nothing."""

from handlers.turn import Moment
from models import standstill

LATE, MERGED, DROPPED = "late", "merged", "dropped"


async def add(moment: Moment, kind: str, fate: str, number: int = 1) -> bool:
    """Add to what the office will be told of the standstill; False where there was none."""
    found = await standstill.untold(moment.session, moment.committee.id)
    if found is None:
        return False
    if number:
        old = found.counts.get(fate, {})
        found.counts = {**found.counts, fate: {**old, kind: old.get(kind, 0) + number}}
    return True
