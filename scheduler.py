"""The timetable: every few seconds, look at due rows. No logic."""

from collections.abc import Awaitable, Callable
from datetime import tzinfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler


def build(look: Callable[[], Awaitable[object]], zone: tzinfo, every: float = 2.0) -> AsyncIOScheduler:
    """Return a scheduler (not started) that calls `look` every `every` seconds: once at a time, never skipped.

    What is due lives in the database; a late or lost call of this clock costs seconds, nothing else.
    """
    made = AsyncIOScheduler(timezone=zone)
    made.add_job(look, "interval", seconds=every, id="due", misfire_grace_time=None, coalesce=True, max_instances=1)
    return made
