"""When the office hears: the morning's brief and the gatherings of new reports, each on working days. Says nothing."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from handlers.turn import Moment
from models import due

BRIEF, GATHER = "brief", "gather"
STILL_TRUE = {BRIEF: timedelta(hours=3), GATHER: timedelta(hours=2)}
"""How long after its hour each is still worth saying; what is new is in the next one anyhow."""


async def ensure(moment: Moment) -> None:
    """Make sure that the next brief and the next gathering are planned."""
    for kind in (BRIEF, GATHER):
        if await due.waiting(moment.session, kind, subject(moment)) is None:
            await plan_next(moment, kind)


def subject(moment: Moment) -> str:
    """Return the subject of the office's rows."""
    return f"committee:{moment.committee.id}"


async def plan_next(moment: Moment, kind: str) -> None:
    """Plan the next of a kind after now."""
    office = (await moment.plan()).office
    at = await _next(moment, [office.brief] if kind == BRIEF else sorted(office.gather))
    if at is not None:
        name, until = moment.local(at).isoformat(timespec="minutes"), at + STILL_TRUE[kind]
        await due.plan(moment.session, moment.committee.id, kind, subject(moment), name, at, until)


async def _next(moment: Moment, hours: Sequence[time]) -> datetime | None:
    workdays = await moment.workdays()
    days = workdays.on_or_after(moment.today), workdays.plus(moment.today, 1)
    return next((at for day in days for hour in hours if (at := moment.at(day, hour)) > moment.now), None)
