"""What erasing somebody costs: how long the longest turn of it takes, and how long somebody else waits meanwhile.

`python -m tests.bench.erasing 40000` plays it in an installation with so many messages, a tenth of them to the one who
is erased, and prints it; no network.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from messages.types import Heard
from models.account import Account
from models.inbox import Inbox
from models.item import Item, ItemKind
from models.notice import Notice
from models.outbox import Out, Outbox
from tests import world as worlds
from tests.bench import exports
from tests.world import World

NAME, ASKED = "Nguyễn Văn A", 500  # questions that they sent to the office
QUOTES = 50  # of so many messages to others one quotes what they asked
TENTH = 10


@dataclass(frozen=True)
class Took:
    """Milliseconds that something took, and of them the processor's."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Measured:
    """The turn in which they say so and each part after it; `waits` are others', in ms, where somebody asked."""

    turn: Took
    parts: Sequence[Took]
    waits: Sequence[float]


async def fill(world: World, messages: int) -> None:
    """Let the office and a secretary have been told and have said so much; the secretary a tenth of it."""
    await world.join("A", "secretary", "BT", NAME)
    await world.join("B", "office", "VP", "Phạm Văn D")
    await world.say("A", "chi bộ mình có phải đóng dấu treo biên bản không?")

    async def rows(session: Any) -> None:
        to = {each.external_id: each for each in await session.scalars(select(Account))}
        like = {table: await _a_row(session, table) for table in (Notice, Outbox, Inbox, Item)}
        item = like[Item] | {"person_id": to["A"].person_id, "kind": ItemKind.QUESTION}
        await session.execute(insert(Item), [item | {"text": _asked(n)} for n in range(ASKED)])
        told = [_notice(like[Notice], to["AB"[bool(n % TENTH)]], n) for n in range(messages)]
        await session.execute(insert(Notice), told)
        kept = select(Notice.id, Notice.account_id).where(Notice.dedupe_key.startswith("many:"))
        sent = like[Outbox] | {"bot_id": to["A"].bot_id, "state": Out.SENT}
        pairs = (await session.execute(kept.order_by(Notice.id))).all()
        said = [
            sent | {"notice_id": each.id, "account_id": each.account_id, "token": f"many{n}", "text": _said(n)}
            for n, each in enumerate(pairs)
        ]
        await session.execute(insert(Outbox), said)
        heard = like[Inbox] | {"bot_id": to["A"].bot_id, "raw": {"text": "Đã gửi."}}
        every = [heard | {"key": f"many:{n}", "account": "AB"[bool(n % TENTH)]} for n in range(messages)]
        await session.execute(insert(Inbox), every)

    await world.write(rows)


async def _a_row(session: Any, table: Any) -> dict[str, Any]:
    row = (await session.scalars(select(table).order_by(table.id.desc()).limit(1))).one()
    return {column.name: getattr(row, column.name) for column in table.__table__.columns if column.name != "id"}


def _notice(like: dict[str, Any], to: Account, n: int) -> dict[str, Any]:
    about = {"account_id": to.id, "person_id": to.person_id, "details": {"words": _said(n)}}
    return like | about | {"dedupe_key": f"many:{n}", "batch": ""}


def _said(n: int) -> str:
    quoted = f" “{_asked(n % ASKED)}”" if n % QUOTES == 1 else ""
    return f"Văn phòng nhắc Chi bộ Bảo tàng việc thứ {n}.{quoted}"


def _asked(n: int) -> str:
    return f"Việc {n}: chi bộ có phải gửi kèm biên bản đóng dấu treo không, gửi ai?"


async def measure(world: World, *, asked: bool) -> Measured:
    """Let them be erased; `asked`: while somebody at the office asks, which the parts' times then hold too."""
    await world.say("A", "/riengtu")
    await world.press("A", "Xóa")
    buttons = [each for shown in world.phone("A") for row in shown.message.buttons for each in row]
    data = next(each.data for each in reversed(buttons) if each.label == "Đúng, xóa")
    await world.receiver.store([world.channel.update("A", Heard.CHOICE, data=data)])
    turn, _ = await _timed(world.receiver.handle())
    waits, over, parts = list[float](), asyncio.Event(), list[Took]()
    asking = asyncio.create_task(exports.ask(world, waits, over)) if asked else None
    while (part := await _timed(world.worker.work()))[1]:
        parts.append(part[0])
        await asyncio.sleep(0)
    over.set()
    if asking:
        await asking
    return Measured(turn, parts, waits)


async def _timed(work: Awaitable[int]) -> tuple[Took, int]:
    wall, cpu = time.perf_counter(), time.process_time()
    done = await work
    return Took((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000), done


async def run(messages: int, *, asked: bool) -> Measured:
    """Measure in an installation of its own."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/bench.db"
        await worlds.fill(url)
        world = await worlds.build(Path(folder), url)
        try:
            await fill(world, messages)
            return await measure(world, asked=asked)
        finally:
            await world.assistant.database.close()


def main() -> None:
    """Print a line for the turn, for its parts and for who asks meanwhile."""
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 40_000
    quiet, busy = (asyncio.run(run(messages, asked=asked)) for asked in (False, True))
    longest, middle = (
        Took(how(each.wall for each in quiet.parts), how(each.cpu for each in quiet.parts))
        for how in (max, statistics.median)
    )
    wait, worst = statistics.median(busy.waits), max(busy.waits)
    lines = [
        f"{messages} messages, load {os.getloadavg()[0]:.1f}",
        f"the turn: {_shown(quiet.turn)}",
        f"{len(quiet.parts)} parts: the longest {_shown(longest)}, the middle one {_shown(middle)}",
        f"{len(busy.waits)} answers to another meanwhile: the middle one {wait:.0f} ms, the worst {worst:.0f} ms",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def _shown(took: Took) -> str:
    return f"{took.wall:.0f} ms ({took.cpu:.0f} of the processor)"


if __name__ == "__main__":
    main()
