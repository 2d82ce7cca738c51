"""What leaving the building costs: how long each document takes, and how long somebody else waits for an answer.

`python -m tests.bench.exports 1000` prints it; no network.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.service import settle_memory
from bot.work import Worker
from handlers import install, plan
from messages.types import Heard
from models import form
from models.committee import Committee
from models.deadline import Deadline
from models.obligation import Obligation, State
from models.report import Report, Revision
from models.role import RoleKind
from tests import standing_world as org
from tests import world as worlds
from tests.world import World, local

NOW = local("2024-12-27 09:00")
WORDS = "Góc trưng bày về Bác; mỗi đảng viên đăng ký một việc cụ thể, có kiểm điểm trong sinh hoạt chi bộ. " * 4
EVERY = 0.05  # seconds between two questions of the person who asks meanwhile


@dataclass(frozen=True)
class Measured:
    """One document: seconds until it was sent; answers meanwhile, in ms."""

    what: str
    seconds: float
    answers: int
    median: float
    worst: float


async def fill(world: World, branches: int) -> None:
    """Let so many branches have sent all that the plan's year asks of them, most of it taken in."""

    async def register(session: Any) -> None:
        owner = (await session.scalars(select(Committee))).one()
        for n in range(branches):
            await install.branch(
                session, owner, ordinal=n + 5, as_of=date(2024, 4, 1), code=f"B{n}", name=f"Chi nhánh {n}", full=26
            )

    await world.write(register)
    await world.join("D", RoleKind.OFFICE, "VP", "Phạm Văn D")
    await world.join("B", RoleKind.OFFICE, "VP", "Phạm Văn B")
    await world.start_campaign({"due.thematic_meeting": 18, "due.quarterly_report": 20})
    world.clock.move_to(NOW)

    async def planned(session: Any) -> None:
        moment = await world.assistant.moment(session)
        current = await moment.campaign()
        assert current is not None
        await plan.ensure_deadlines(moment, current)
        while await plan.ensure_obligations(moment, current):
            pass

    await world.write(planned)
    await world.write(reports)


async def reports(session: Any) -> None:
    """Write a report for all that is owed; every tenth waits, every twentieth is missing."""
    forms = {}
    for owed, due in (await session.execute(select(Obligation, Deadline).join(Deadline))).all():
        if owed.unit_id % 20 == 0:
            continue
        if due.form_name not in forms:
            forms[due.form_name] = await form.latest(session, due.campaign_id, due.form_name)
        given = org.answers(24, 23, 5, pledges=20, highlights=WORDS, work=WORDS, plan_20=WORDS, proposals=WORDS)
        given |= {"dissemination": {**given["attended"], "value": {"zalo": 3, "facebook": 1}}}
        made = Report(obligation_id=owed.id, form_id=forms[due.form_name].id, answers=given, reopened=[])
        session.add(made)
        await session.flush()
        at = NOW - timedelta(days=30)
        session.add(Revision(report_id=made.id, number=1, answers=given, flags=[], sent_at=at, timeliness="on_time"))
        owed.state = State.WAITING if owed.unit_id % 10 == 1 else State.ACCEPTED
        owed.first_sent_at = at


async def ask(world: World, waits: list[float], over: asyncio.Event) -> None:
    """Press buttons as another person does, and note how long each answer takes from the platform and back."""
    while not over.is_set():
        begun = time.perf_counter()
        await world.receiver.store([world.channel.update("B", Heard.TEXT, text="/trogiup")])
        await world.receiver.handle()
        await world.deliverer.deliver()
        waits.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(EVERY)


async def measure(world: World, worker: Worker, what: str, presses: Sequence[str]) -> Measured:
    """Have one document made while somebody else asks."""
    world.worker, quiet = Worker(world.assistant, child=False), worker
    await world.say("D", "/xuat")
    for label in presses[:-1]:
        await world.press("D", label)
    button = next(
        each for shown in reversed(world.phone("D")) for row in shown.message.buttons for each in row
        if each.label == presses[-1]
    )  # fmt: skip
    await world.receiver.store([world.channel.update("D", Heard.CHOICE, data=button.data)])
    await world.receiver.handle()
    waits, over = list[float](), asyncio.Event()
    asking = asyncio.create_task(ask(world, waits, over))
    begun = time.perf_counter()
    while not await quiet.work():
        await asyncio.sleep(0)
    await world.deliverer.deliver()
    seconds = time.perf_counter() - begun
    over.set()
    await asking
    return Measured(what, seconds, len(waits), statistics.median(waits), max(waits))


WHOLE, STUDY = "Chuyên đề năm 2024", "Báo cáo học tập Chuyên đề"
EXPORTS = (
    ("a first one, the child starting", ("Báo cáo tổng hợp", STUDY, "Lập bản dự thảo")),
    ("report upward, one duty", ("Báo cáo tổng hợp", STUDY, "Lập bản chính thức")),
    ("report upward, the whole year", ("Báo cáo tổng hợp", WHOLE, "Lập bản chính thức")),
    ("Excel, one duty", ("Bảng Excel", STUDY, "Tải Excel")),
    ("Excel, the whole year", ("Bảng Excel", WHOLE, "Tải Excel")),
    ("CSV, one duty", ("Bảng Excel", STUDY, "Tải CSV")),
)


async def run(branches: int) -> list[Measured]:
    """Measure all documents with so many branches."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/bench.db"
        await worlds.fill(url)
        world = await worlds.build(Path(folder), url)
        await fill(world, branches)
        worker = Worker(world.assistant)
        settle_memory()  # as the program does once it runs
        try:
            return [await measure(world, worker, what, presses) for what, presses in EXPORTS]
        finally:
            worker.close()
            await world.assistant.database.close()


def main() -> None:
    """Print a line a document."""
    branches = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for each in asyncio.run(run(branches)):
        wait = f"answers meanwhile {each.answers}, median {each.median:.0f} ms, worst {each.worst:.0f} ms"
        sys.stdout.write(f"{branches} branches, {each.what}: {each.seconds:.1f} s; {wait}\n")


if __name__ == "__main__":
    main()
