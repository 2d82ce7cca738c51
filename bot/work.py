"""Jobs: what is slow (downloads, pictures, documents), outside any write transaction. Decides nothing.

Any number of workers may run on one database: a job is held by who claimed it, and who no longer holds it ends nothing.
"""

import asyncio
import contextlib
import functools
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

import handlers
from bot import files
from bot.assistant import Assistant
from bot.channel import Refused, TryLater
from bot.child import Child, TooLong
from handlers.routes import Build, Download, MadeFile, Ready, StoredFile
from messages.reading import uploads
from models import job
from models.database import is_away
from models.job import Job, JobState
from models.lanes import Lane
from models.outbox import new_token

TRIES = 5
TRIES_AWAY = 100  # about a day
LONGEST = 900.0  # seconds between two tries
IDLE = 0.5
LEASE = timedelta(seconds=15)  # after so long without a sign of who claimed a job another one does it
BEAT = 5.0  # seconds between two signs: two may be late
SHOWN_AFTER, SHOWN_EVERY = 2.0, 3.0  # seconds until a person is shown that a job goes on, and between two changes
LOG = structlog.get_logger()


class Lost(Exception):
    """The job is no longer ours: we were away for so long that another took it."""


async def _ended(beside: "asyncio.Task[None]") -> None:
    """End what runs beside a job; whatever became of it, the job itself is what counts."""
    beside.cancel()
    await asyncio.gather(beside, return_exceptions=True)


class Worker:
    """Does jobs, the building ones in a child process."""

    def __init__(self, assistant: Assistant, *, child: bool = True) -> None:
        """`child` False builds in this process, which tests want."""
        self._assistant, self._child = assistant, Child(apart=child)
        self._dropped: list[str] | None = []  # claims of ours that we no longer work on; None: whatever is claimed

    async def run(self) -> None:
        """Work for ever. On SQLite there is no other process: what is claimed at the start is nobody's."""
        self._dropped = None if self._assistant.database.sqlite else []
        try:
            while True:
                mark = self._assistant.jobs.mark
                if not await self._safely():
                    await self._assistant.jobs.wait(mark, IDLE)
        finally:
            with contextlib.suppress(DBAPIError):  # while the database is away: another takes it when the time is over
                await self._assistant.database.write(self._reopen)

    async def _safely(self) -> int:
        try:
            return await self.work()
        except DBAPIError as error:
            self._assistant.waits(error, "jobs")
            return 0

    async def work(self) -> int:
        """Do the job that has been due longest, if there is one, and return how many were taken."""
        taken = await self._claimed()
        for each in taken:
            beating = asyncio.create_task(self._beat(each))
            try:
                await self._one(each)
            finally:
                await _ended(beating)
        return len(taken)

    async def _reopen(self, session: AsyncSession) -> None:
        await job.reopen(session, self._assistant.clock.machine(), self._dropped)

    async def _claimed(self) -> Sequence[Job]:
        """Claim under a fresh token, which is ours to reopen should the answer to the commit not come."""
        token = new_token()

        async def claim(session: AsyncSession) -> Sequence[Job]:
            if not await job.is_any_open(session):
                return ()
            await self._reopen(session)
            now = self._assistant.clock.machine()
            return await job.claim(session, token, now, now + LEASE)

        self._dropped = None if self._dropped is None else [*self._dropped, token]
        taken = await self._assistant.database.write(claim, quiet=True, lane=Lane.FREE)
        self._dropped = [token] if taken else []
        return taken

    async def _beat(self, each: Job) -> None:
        """Hold a job for longer, time and again, in transactions of their own."""

        async def hold(session: AsyncSession) -> bool:
            return await job.hold(session, each, self._assistant.clock.machine() + LEASE)

        ours = True
        while ours:
            await asyncio.sleep(BEAT)
            try:
                ours = await self._assistant.database.write(hold, quiet=True, lane=Lane.FREE)
            except Exception as error:  # noqa: BLE001 (whatever it was, the next sign may come through)
                self._assistant.waits(error, "jobs")

    async def _one(self, each: Job) -> None:
        try:
            await self._do(each)
        except Lost:
            LOG.warning("a job was taken by another meanwhile", job=each.id, kind=each.kind, attempt=each.attempts)
        except Exception as error:  # a job may fail in any way; it costs itself only
            if is_away(error):
                raise
            LOG.error("a job failed", job=each.id, kind=each.kind, error=type(error).__name__, attempt=each.attempts)
            await self._assistant.database.write(functools.partial(self._failed, each=each, error=error))

    async def _do(self, each: Job) -> None:
        kind = handlers.JOBS[each.kind]

        async def load(session: AsyncSession) -> Build | Download | Ready | None:
            return await kind.load(await self._assistant.moment(session), **each.values)

        shown = asyncio.create_task(self._show(each))
        try:
            wanted = await self._assistant.database.read(load)
            stored = await self._all_stored(await self._made(wanted))
        finally:
            await _ended(shown)
        ended = functools.partial(self._finish, each=each, stored=stored, wanted=wanted is not None)
        try:
            await self._assistant.database.write(ended)
        except Lost:
            await asyncio.to_thread(files.remove, self._assistant.files, stored)
            raise

    async def _show(self, each: Job) -> None:
        """Let whoever waits see that a job goes on, once it takes longer than anybody waits gladly."""
        working, begun = handlers.JOBS[each.kind].working, asyncio.get_running_loop().time()
        while working:
            spent = asyncio.get_running_loop().time() - begun
            await asyncio.sleep(SHOWN_EVERY if spent >= SHOWN_AFTER else SHOWN_AFTER)
            spent = asyncio.get_running_loop().time() - begun

            async def show(session: AsyncSession, seconds: int = round(spent)) -> None:
                if await job.is_ours(session, each):  # what it ended with is never overwritten
                    await working(await self._assistant.moment(session), seconds, **each.values)

            await self._assistant.database.write(show)

    async def _all_stored(self, made: list[MadeFile]) -> list[StoredFile]:
        """Store files, all or none: where the disk has no room for one, none is left that no row names."""
        stored: list[StoredFile] = []
        try:
            for each in made:
                stored.append(await self._stored(each))
        except OSError:
            await asyncio.to_thread(files.remove, self._assistant.files, stored)
            raise
        return stored

    async def _stored(self, made: MadeFile) -> StoredFile:
        if made.refused:
            return StoredFile(made.name, made.kind, Path(), 0, "", made.refused)
        return await asyncio.to_thread(files.store, self._assistant.files, made)  # a large one takes the disk a while

    async def _made(self, wanted: Build | Download | Ready | None) -> list[MadeFile]:
        if wanted is None or isinstance(wanted, Ready):
            return []
        if isinstance(wanted, Download):
            return [await self._fetched(wanted)]
        return await self._child.run(wanted.function, *wanted.arguments, longest=wanted.longest)

    async def _fetched(self, wanted: Download) -> MadeFile:
        """Fetch a file and have it looked at: only then may its bytes touch the disk."""
        try:
            content = await self._assistant.channels[wanted.bot_id].fetch(wanted.file_id)
        except Refused:
            return MadeFile(wanted.name, wanted.kind, b"", "gone")
        try:
            why = await self._child.run(uploads.verdict, wanted.name, content, wanted.taken)
        except TooLong:
            why = "wrong_kind"
        return MadeFile(wanted.name, wanted.kind, b"" if why else content, why)

    async def _finish(self, session: AsyncSession, each: Job, stored: list[StoredFile], wanted: bool) -> None:
        """Record what was made and end the job, all or nothing, and only while it is ours."""
        if not await job.is_ours(session, each):
            raise Lost
        if wanted:
            moment = await self._assistant.moment(session)
            await handlers.JOBS[each.kind].finish(moment, stored, **each.values)
        await job.end(session, each, JobState.DONE)

    async def _failed(self, session: AsyncSession, each: Job, error: Exception) -> None:
        """Try again later; a platform that is away and a full disk are waited for much longer."""
        if not await job.is_ours(session, each):
            return
        wait, tries = min(2.0**each.attempts, LONGEST), TRIES
        if isinstance(error, TryLater):
            wait, tries = max(wait, error.after), TRIES_AWAY
        elif isinstance(error, TooLong):
            tries = 1  # it would be too long again
        elif files.is_full(error):
            tries = TRIES_AWAY
        again = self._assistant.clock.machine() + timedelta(seconds=wait)
        state = JobState.FAILED if each.attempts >= tries else JobState.DUE
        await job.end(session, each, state, not_before=again)
        failed = handlers.JOBS[each.kind].failed
        if state is JobState.FAILED and failed:
            await failed(await self._assistant.moment(session), **each.values)

    def close(self) -> None:
        """End the child process."""
        self._child.close()
