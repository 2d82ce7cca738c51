"""Fires what is due: rows of a kind together, so that one person gets one merged message. Decides nothing else."""

from collections.abc import Sequence
from itertools import groupby

import handlers
from handlers import plan, tally
from handlers.branch import announced, remind, rung
from handlers.office import progress
from handlers.rules import windows
from handlers.turn import Moment
from models import due
from models.due import Due

PART = 100  # rows fired in one transaction: an answer must not wait for thousands
COUNTED = ("brief",)
"""Kinds whose rows the office is told of when they came too late to be true; others merge or tell by themselves."""


async def tick(moment: Moment) -> int | None:
    """Plan what is missing, then fire what is due at this moment, earliest first, each in parts; return how many fired.

    None: a part was planned and more is left, so nothing was fired yet.
    """
    part = await plan.ensure(moment)
    await remind.assign(moment, await announced.settle(moment, part.planned))
    if part.more:
        return None
    rows = await due.ready(moment.session, moment.now, PART)
    for _, same in groupby(rows, key=lambda row: (row.due_at, row.kind)):
        await _fire(moment, list(same))
    await progress.refresh(moment)
    return len(rows)


async def one(moment: Moment, row_id: int) -> None:
    """Fire one row, if it is still due."""
    row = await moment.session.get_one(Due, row_id)
    await _fire(moment, [row])


async def _fire(moment: Moment, found: Sequence[Due]) -> None:
    rows = [row for row in found if row.fired_at is None and row.due_at <= moment.now]
    if not rows:  # an earlier group took them along, or put them off
        return
    for row in rows:
        row.fired_at = moment.now
    late = [row for row in rows if row.valid_until < moment.now]
    for row in late:
        row.outcome = "stale"
        if row.kind in COUNTED:
            await tally.add(moment, row.kind, tally.DROPPED)
    kind, fresh = rows[0].kind, [row for row in rows if row not in late]
    given = rows if kind in handlers.FIRE_LATE else fresh
    if kind in handlers.BY_DAY and windows.is_quiet(moment.clock_time):
        await _till_morning(moment, given)
    else:
        await handlers.DUES[kind](moment, given)
    await moment.session.flush()


async def _till_morning(moment: Moment, rows: Sequence[Due]) -> None:
    at = await moment.next_sending(moment.now)
    for row in rows:
        rung.put_off(row, at)
