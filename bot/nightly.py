"""Once a day, outside any write transaction: a backup, then the purge. What fails is logged and told to the office."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot import backup, logs, purge
from bot.assistant import Assistant
from bot.config import Settings
from handlers.office import upkeep

IDLE = 60.0  # seconds between looks
AGAIN = timedelta(hours=1)  # after a failure
LOG = structlog.get_logger()


class Nightly:
    """Looks every minute whether the day's work is done. A drill has none: nothing in it is worth keeping."""

    def __init__(self, assistant: Assistant, settings: Settings) -> None:
        self._assistant, self._settings = assistant, settings
        self._not_before = datetime.min.replace(tzinfo=assistant.zone)  # machine time: after a failed backup
        self._purged: date | None = None
        self._warned = False

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self.look()
            await asyncio.sleep(IDLE)

    async def look(self) -> None:
        """Do what is to be done by now."""
        if self._assistant.clock.drill:
            return
        now = self._assistant.clock.machine().astimezone(self._assistant.zone)
        if now.time() < time(self._settings.backup_hour):
            return
        if self._settings.backup_daily and now >= self._not_before:
            await self._failing("backup", self._back_up, now)
        if self._purged != now.date():
            await self._failing("purge", self._purge, now)

    async def _failing(self, what: str, work: Callable[[datetime], Awaitable[None]], now: datetime) -> None:
        """Do it; whatever goes wrong costs the others nothing."""
        try:
            await work(now)
        except Exception as error:  # noqa: BLE001 (it costs its own work only, which is tried again)
            LOG.error("nightly work failed", what=what, kind=type(error).__name__, at=logs.place(error))
            if what == "backup":
                self._not_before = now + AGAIN
                await self._tell("backup_failed", now.date().isoformat())

    async def _back_up(self, now: datetime) -> None:
        path, data = self._settings.sqlite, self._settings.data_dir
        if path is None or self._is_done(data, now):
            return
        try:
            made = await asyncio.to_thread(backup.take, path, data, now, self._settings.backups_kept)
        except backup.NoKey:
            await self._without_key()
        except backup.Busy:
            LOG.info("a backup is being taken by hand")
        else:
            missing = len(made.manifest.missing)
            LOG.info("backed up", file=made.path.name, bytes=made.size, files=made.manifest.files, missing=missing)

    def _is_done(self, data: Path, now: datetime) -> bool:
        newest = backup.newest(data)
        return newest is not None and newest >= now.replace(
            hour=self._settings.backup_hour, minute=0, second=0, microsecond=0
        )

    async def _without_key(self) -> None:
        if not self._warned:
            LOG.warning("nothing is backed up: run `main.py backup` once, which makes the key")
            self._warned = True
            await self._tell("backup_no_key", "once")

    async def _purge(self, now: datetime) -> None:
        texts, years = timedelta(days=self._settings.texts_days), self._settings.audit_years
        done = await purge.purge(self._assistant, texts, years)
        if self._settings.sqlite:
            await asyncio.to_thread(purge.old_copies, self._settings.sqlite)
        self._purged = now.date()
        self._assistant.health.kept["purge"] = now
        if done.rows or done.files:
            LOG.info("purged", files=done.files, **done.rows)
        if done.missing:
            LOG.warning("files are missing", rows=done.missing, newest=done.last)
            await self._tell("files_missing", f"{done.missing}:{done.last}")

    async def _tell(self, what: str, occurrence: str) -> None:
        async def plan(session: AsyncSession) -> None:
            await upkeep.plan(await self._assistant.moment(session), what, occurrence)

        try:
            await self._assistant.database.write(plan)
        except DBAPIError as error:
            LOG.error("the office could not be told", what=what, kind=type(error.orig).__name__)
