"""Fires due rows at plan time: live by the timetable, in a drill also row by row as its clock is moved."""

from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.assistant import Assistant
from bot.clock import DrillClock
from handlers import tick
from models import due, installation

LOG = structlog.get_logger()


async def look(assistant: Assistant) -> int:
    """Fire what is due now and remember plan time; return how many rows fired."""

    async def fire(session: AsyncSession) -> int:
        await _remember(session, assistant.clock.now())
        return await tick.tick(await assistant.moment(session))

    try:
        fired = await assistant.database.write(fire)
    except DBAPIError as error:
        LOG.error("due rows wait for the database", kind=type(error.orig).__name__)
        return 0
    if fired:
        assistant.news.ring()
    return fired


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


async def _remember(session: AsyncSession, now: datetime) -> None:
    row = await installation.current(session)
    if row is not None:
        row.plan_time = now
