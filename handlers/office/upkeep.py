"""What the office hears of the installation itself: a restored backup, a backup that failed, files that are gone.

Each once, by day. Decides nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from handlers import budget
from handlers.office import items, outage
from handlers.rules import windows
from handlers.turn import Moment
from models import due, outbox, person
from models.due import Due
from models.notice import NoticeKind
from models.role import RoleKind

STILL_TRUE = timedelta(days=7)
USED_UP = "used_up"
"""What the office hears, once a month, of a bot whose plan lets it send no more."""


async def plan(moment: Moment, what: str, occurrence: str) -> None:
    """Let the office hear `upkeep.<what>`, at night after 07:00; nothing for an occurrence that was planned before."""
    at = items.after_quiet(moment) if windows.is_quiet(moment.clock_time) else moment.now
    await due.plan(moment.session, moment.committee.id, "upkeep", what, occurrence, at, at + STILL_TRUE)


async def fire(moment: Moment, rows: Sequence[Due]) -> None:
    """Tell it, but not at night: a start in the small hours finds what fell due while the machine was off."""
    for row in rows:
        if windows.is_quiet(moment.clock_time):
            at = items.after_quiet(moment)
            row.fired_at, row.due_at, row.valid_until, row.outcome = None, at, at + STILL_TRUE, ""
            continue
        row.outcome = "sent" if await _tell(moment, row) else "void"


async def _tell(moment: Moment, row: Due) -> bool:
    """Tell the office; what a bot can no longer say is said on another."""
    template, key = f"upkeep.{row.subject}", f"upkeep:{row.subject}:{row.occurrence}"
    said = await _values(moment, row)
    if said is None:
        return False
    if row.subject != USED_UP:
        return bool(await moment.tell_office(template, dedupe=key, **said))
    told = 0
    for each in await person.holding(moment.session, moment.committee.id, [RoleKind.OFFICE]):
        if account := await outage.elsewhere(moment, each, said["use"].bot_id):
            heard = await moment.say_to(
                account, template, kind=NoticeKind.ITEM, to=each, dedupe=f"{key}:{each.id}", **said
            )
            told += heard is not None
    return bool(told)


async def _values(moment: Moment, row: Due) -> dict[str, Any] | None:
    """Return what is told; None of a bot that has no quota any more."""
    if row.subject == "restored":
        parked = await outbox.parked_count(moment.session)
        return {"made_at": datetime.fromisoformat(row.occurrence), "parked": parked, "paused": moment.committee.paused}
    if row.subject in {"quota", "places", USED_UP}:
        bot_id = int(row.occurrence.partition(":")[0])
        use = next((each for each in await budget.uses(moment) if each.bot_id == bot_id), None)
        return {"use": use} if use else None
    if row.subject == "files_missing":
        return {"count": int(row.occurrence.partition(":")[0])}
    return {}
