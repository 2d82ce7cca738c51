"""Fires due rows at plan time: live by the timetable, in a drill also row by row as its clock is moved."""

import functools
import time
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot import logs
from bot.assistant import Assistant
from bot.clock import DrillClock
from bot.leads import CLOCK, Deposed
from handlers import standstill, tick
from models import due
from models.database import is_away

LOG = structlog.get_logger()


async def look(assistant: Assistant) -> int:
    """Fire what is due now and remember plan time; return how many rows fired. Nothing while another process does."""
    began = time.monotonic()
    if not assistant.leads.held(CLOCK):
        return assistant.health.looks.stood_by(assistant.clock.machine())
    try:
        fired = await _fire(assistant)
    except Deposed:
        return 0
    except DBAPIError as error:
        if not is_away(error):
            raise
        assistant.waits(error, "due rows")
        return 0
    assistant.health.looks.ended(fired, time.monotonic() - began, assistant.clock.machine())
    return fired


async def _fire(assistant: Assistant) -> int:
    async def fire(session: AsyncSession) -> int | None:
        await assistant.leads.still(session, CLOCK)
        moment = await assistant.moment(session)
        await standstill.seen(moment)
        return await tick.tick(moment)

    try:
        while (fired := await assistant.database.write(fire)) is None:
            pass  # a part was planned: what waited for the database had its turn
        return fired
    except Deposed:
        raise
    except Exception as error:  # a handler may raise anything; which row it was is found next
        if is_away(error):
            raise
        LOG.error("due rows are taken one by one", kind=type(error).__name__, at=logs.place(error))
        return await _one_by_one(assistant)


async def awake(assistant: Assistant) -> None:
    """Find out what a standstill made untrue, before anything is sent or fired; remember both times."""

    async def seen(session: AsyncSession) -> None:
        await standstill.seen(await assistant.moment(session))

    await assistant.database.write(seen)


async def _one_by_one(assistant: Assistant) -> int:
    """Fire each row in its own transaction, so that one that cannot be fired holds no other back."""
    await awake(assistant)
    now = assistant.clock.now()
    ids = await assistant.database.read(lambda session: due.ready_ids(session, now))
    return sum([await _alone(assistant, row_id) for row_id in ids])


async def _alone(assistant: Assistant, row_id: int) -> bool:
    async def fire(session: AsyncSession) -> None:
        await assistant.leads.still(session, CLOCK)
        await tick.one(await assistant.moment(session), row_id)

    try:
        await assistant.database.write(fire)
    except Exception as error:  # noqa: BLE001 (it costs its own row only)
        if is_away(error) or isinstance(error, Deposed):
            return False
        LOG.error("a due row could not be fired", due=row_id, kind=type(error).__name__, at=logs.place(error))
        now = assistant.clock.now()
        await assistant.database.write(functools.partial(_set_aside, assistant, row_id=row_id, now=now))
    return True


async def _set_aside(assistant: Assistant, session: AsyncSession, row_id: int, now: datetime) -> None:
    await assistant.leads.still(session, CLOCK)
    await due.set_aside(session, row_id, now)


async def next_at(assistant: Assistant) -> datetime | None:
    """Return when something is next due."""
    return await assistant.database.read(due.next_at)


async def move_to(assistant: Assistant, moment: datetime) -> None:
    """Move a drill's clock forward to `moment`, stopping at each due row on the way."""
    clock = assistant.clock
    if not isinstance(clock, DrillClock):
        raise TypeError("only a drill's clock can be moved")
    await look(assistant)
    while (when := await next_at(assistant)) is not None and when <= moment:
        clock.move_to(when)
        await look(assistant)
    clock.move_to(moment)
    await look(assistant)
