"""Several workers on one database: each job done once and in order, a dead one's by another, a frozen one's refused."""

import asyncio
import errno
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

import handlers
from bot import work
from bot.assistant import Assistant
from bot.clock import DrillClock
from bot.work import LEASE, Worker
from handlers.routes import Build, JobKind, MadeFile, Ready, StoredFile
from handlers.turn import Moment
from models import job
from models.audit import Audit
from models.database import Database
from models.job import Job, JobState
from tests.fake_channel import FakeChannel
from tests.world import World

KIND = "tried"
Make = Callable[[], list[MadeFile]]


@pytest.fixture
async def other(either: World) -> AsyncIterator[Worker]:
    """Return the worker of another program on the same database and files."""
    url = either.assistant.database.reader.url.render_as_string(hide_password=False)
    assistant = Assistant(Database(url), DrillClock(either.clock.now()), either.assistant.zone, either.assistant.files)
    await assistant.add(FakeChannel(), "FAKE")
    yield Worker(assistant, child=False)
    await assistant.database.close()


def jobs_are(monkeypatch: pytest.MonkeyPatch, make: Make | None = None, working: Any = None) -> None:
    """Let jobs of KIND make what `make` returns, and leave a line in the audit for each time one is done."""

    async def load(moment: Moment, **_: Any) -> Build | Ready:
        return Build(make, ()) if make else Ready()

    async def finish(moment: Moment, stored: Sequence[StoredFile], **values: Any) -> None:
        moment.note(KIND, f"{values}", files=[str(each.path) for each in stored])

    monkeypatch.setitem(handlers.JOBS, KIND, JobKind(load, finish, working=working))


async def leave(world: World, *jobs: dict[str, Any]) -> None:
    """Let a turn leave these jobs, by their values."""

    async def write(session: Any) -> None:
        moment = await world.assistant.moment(session)
        for values in jobs:
            moment.later(KIND, **values)

    await world.write(write)


async def lapse(world: World) -> None:
    """Let the time for which jobs are held be over."""
    past = world.clock.machine() - timedelta(seconds=1)
    await world.write(lambda s: s.execute(update(Job).values(held_until=past)))


async def claimed(world: World, token: str = "dead") -> Sequence[Job]:
    """Let a worker claim a job that dies right after."""

    async def take(session: Any) -> Sequence[Job]:
        now = world.clock.machine()
        await job.reopen(session, now)
        return await job.claim(session, token, now, now + LEASE)

    return await world.write(take)


async def states(world: World) -> list[str]:
    """Return where all jobs stand, oldest first."""
    return list(await world.read(lambda s: s.scalars(select(Job.state).order_by(Job.id))))


async def done(world: World) -> list[str]:
    """Return the values of what was done, in the order in which it was."""
    query = select(Audit.subject).where(Audit.act == KIND).order_by(Audit.id)
    return list(await world.read(lambda s: s.scalars(query)))


async def drained(worker: Worker) -> int:
    """Work until nothing is due; return how many jobs it took."""
    taken = 0
    while now := await worker.work():
        taken += now
    return taken


class Slow:
    """Work in hand that goes on only when told: the first to begin waits, the others do not."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self) -> list[MadeFile]:
        """Make a file; the first one stands still until `go`, then fails where it is to."""
        if not self.begun.is_set():
            self.begun.set()
            assert self.go.wait(20)
            if self.error:
                raise self.error
        return [MadeFile("to.txt", "document", b"made")]

    async def in_hand(self, worker: Worker) -> "asyncio.Task[int]":
        """Let a worker take a job; return once it stands still."""
        working = asyncio.create_task(worker.work())
        assert await asyncio.to_thread(self.begun.wait, 20)
        return working


async def test_many_jobs_are_each_done_once(either: World, other: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers share what is due: both do some, none is done twice."""
    jobs_are(monkeypatch)
    await leave(either, *({"n": n} for n in range(40)))
    shares = await asyncio.gather(drained(either.worker), drained(other))
    await drained(either.worker)
    assert sorted(await done(either)) == sorted(f"{{'n': {n}}}" for n in range(40))
    assert all(shares), shares


async def test_what_a_dead_worker_held_is_done_by_another(
    either: World, other: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody touches it while it is held; as soon as the time is over another takes it, once."""
    jobs_are(monkeypatch)
    await leave(either, {"n": 1})
    assert await claimed(either)
    assert await other.work() == 0
    await lapse(either)
    assert await drained(other) == 1
    assert await done(either) == ["{'n': 1}"]


async def test_a_disk_that_fills_keeps_no_file_that_no_row_names(
    either: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second of two files finds no room: the first is gone too."""
    jobs_are(monkeypatch, lambda: [MadeFile("a.txt", "document", b"a"), MadeFile("b.txt", "document", b"b")])
    store = work.files.store

    def first_only(folder: Path, made: MadeFile) -> StoredFile:
        if made.name == "b.txt":
            raise OSError(errno.ENOSPC, "full")
        return store(folder, made)

    monkeypatch.setattr(work.files, "store", first_only)
    await leave(either, {"n": 1})
    await either.worker.work()
    assert list(either.assistant.files.iterdir()) == []
    assert not await done(either)


async def test_a_job_is_held_as_long_as_it_is_worked_on(
    either: World, other: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job that takes many times the lease stays with who gives signs."""
    monkeypatch.setattr(work, "BEAT", 0.05)
    monkeypatch.setattr(work, "LEASE", timedelta(seconds=0.4))
    slow = Slow()
    jobs_are(monkeypatch, slow)
    await leave(either, {"n": 1})
    working = await slow.in_hand(either.worker)
    for _ in range(30):
        assert await other.work() == 0
        await asyncio.sleep(0.05)
    slow.go.set()
    assert await working == 1
    assert len(await done(either)) == 1


@pytest.mark.parametrize("error", [None, RuntimeError()], ids=["ends", "fails"])
async def test_a_frozen_worker_that_wakes_changes_nothing(
    either: World, other: Worker, monkeypatch: pytest.MonkeyPatch, error: Exception | None
) -> None:
    """Frozen past its lease while another did the job, it neither ends it a second time nor has it tried again."""
    slow = Slow(error)
    jobs_are(monkeypatch, slow)
    await leave(either, {"n": 1})
    working = await slow.in_hand(either.worker)
    await lapse(either)
    assert await other.work() == 1
    slow.go.set()
    await working
    assert await states(either) == [JobState.DONE]
    assert await done(either) == ["{'n': 1}"]
    (kept,) = await either.read(lambda s: s.scalars(select(Audit).where(Audit.act == KIND)))
    assert [each.name for each in either.assistant.files.iterdir()] == kept.details["files"]


async def test_a_frozen_worker_refuses_itself_while_another_is_at_it(
    either: World, other: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other has only begun when the first wakes: the first one's result is not taken, the other's is."""
    slow, theirs = Slow(), Slow()
    jobs_are(monkeypatch, slow)
    await leave(either, {"n": 1})
    working = await slow.in_hand(either.worker)
    await lapse(either)
    jobs_are(monkeypatch, theirs)
    second = await theirs.in_hand(other)
    slow.go.set()
    await working
    assert await states(either) == [JobState.RUNNING]
    assert await done(either) == []
    theirs.go.set()
    await second
    assert len(await done(either)) == 1


async def test_progress_is_shown_by_who_holds_the_job(
    either: World, other: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who lost it shows nobody anything any more."""
    monkeypatch.setattr(work, "SHOWN_AFTER", 0.02)
    monkeypatch.setattr(work, "SHOWN_EVERY", 0.02)
    shown: list[float] = []

    async def working(moment: Moment, seconds: int, **_: Any) -> None:
        shown.append(seconds)

    slow = Slow()
    jobs_are(monkeypatch, slow, working)
    await leave(either, {"n": 1})
    first = await slow.in_hand(either.worker)
    async with asyncio.timeout(20):
        while not shown:
            await asyncio.sleep(0.01)
    await lapse(either)
    assert await claimed(either, "another")
    await asyncio.sleep(0.05)
    shown.clear()
    await asyncio.sleep(0.1)
    assert not shown
    slow.go.set()
    await first


async def test_what_one_person_asks_for_comes_in_order(
    either: World, other: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second job of the same kind and person waits for the first; another person's does not."""
    slow = Slow()
    jobs_are(monkeypatch, slow)
    await leave(either, {"account": 1, "n": 1}, {"account": 1, "n": 2}, {"account": 2, "n": 3})
    working = await slow.in_hand(either.worker)
    assert await drained(other) == 1
    assert await done(either) == ["{'account': 2, 'n': 3}"]
    slow.go.set()
    await working
    assert await drained(other) == 1
    assert [each[-2] for each in await done(either)] == ["3", "1", "2"]


async def test_a_job_that_waits_for_its_next_try_holds_nobody_up(
    either: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one of the same person is done meanwhile."""
    jobs_are(monkeypatch)
    await leave(either, {"account": 1, "n": 1}, {"account": 1, "n": 2})
    later = either.clock.machine() + timedelta(hours=1)
    first = select(func.min(Job.id)).scalar_subquery()
    await either.write(lambda s: s.execute(update(Job).where(Job.id == first).values(not_before=later)))
    assert await drained(either.worker) == 1
    assert await done(either) == ["{'account': 1, 'n': 2}"]


async def test_a_stop_lets_go_of_the_job_in_hand(either: World, other: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another takes it at once, not when the time is over."""
    slow = Slow()
    jobs_are(monkeypatch, slow)
    await leave(either, {"n": 1})
    running = asyncio.create_task(either.worker.run())
    assert await asyncio.to_thread(slow.begun.wait, 20)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await states(either) == [JobState.DUE]
    assert await other.work() == 1
    slow.go.set()
    assert len(await done(either)) == 1


async def test_what_a_start_finds_claimed(either: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite one program runs, so it is done at once; on PostgreSQL another program may be at it."""
    jobs_are(monkeypatch)
    await leave(either, {"n": 1})
    assert await claimed(either)
    looked = asyncio.Event()
    event.listen(either.assistant.database.engine.sync_engine, "commit", lambda _: looked.set())
    running = asyncio.create_task(either.worker.run())
    await asyncio.wait_for(looked.wait(), 20)
    await asyncio.sleep(0.2)
    sqlite = either.assistant.database.sqlite
    assert await states(either) == [JobState.DONE if sqlite else JobState.RUNNING]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_job_that_the_version_before_left_running_is_done(
    either: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It knew no claims: its row says for no time that it is held."""
    jobs_are(monkeypatch)
    await leave(either, {"n": 1})
    await either.write(lambda s: s.execute(update(Job).values(state=JobState.RUNNING, held_until=None)))
    assert await either.worker.work() == 1
    assert await states(either) == [JobState.DONE]
