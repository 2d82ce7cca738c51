"""Removes what has served: rows by kind, a few a transaction, and files that no row names. Decides nothing else."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot.assistant import Assistant
from models import retention, schema
from models.retention import Kind

BATCH = 25  # rows a transaction: a few milliseconds of the writer
REST = 0.02  # seconds between two, for everybody else
AT_ONCE = 500  # files looked up at once
ORPHANED = timedelta(days=1)  # a file is written before its row
COPIES = timedelta(days=30)  # of the database, made before a migration
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Purged:
    """How many `rows` and `files` went; how many rows name a file that is gone, the newest of them being `last`."""

    rows: dict[str, int]
    files: int
    missing: int
    last: int


async def purge(assistant: Assistant, texts: timedelta, audit_years: int) -> Purged:
    """Remove what has served as of now; doing it again does nothing."""
    clock = assistant.clock
    newest = await assistant.database.read(retention.newest_audit)
    audit_before = min(newest or clock.now(), clock.now()) - audit_years * YEAR
    found = retention.kinds(clock.now(), clock.machine(), texts, audit_before)
    rows = {kind.name: await _kind(assistant, kind) for kind in found}
    files = await _orphans(assistant)
    return Purged({name: count for name, count in rows.items() if count}, files, *await _missing(assistant))


async def _kind(assistant: Assistant, kind: Kind) -> int:
    done: int = 0
    before: list[int] = []
    while (ids := list(await assistant.database.read(partial(retention.find, kind=kind)))) and ids != before:
        for at in range(0, len(ids), BATCH):
            await assistant.database.write(partial(_change, kind, ids[at : at + BATCH]))
            await asyncio.sleep(REST)
        done, before = done + len(ids), ids
    return done


async def _change(kind: Kind, ids: list[int], session: AsyncSession) -> None:
    await kind.change(session, ids)


async def _orphans(assistant: Assistant) -> int:
    """Remove files that are older than a day and that no row names; return how many."""
    removed, old = 0, _old_files(assistant.files)
    while names := await asyncio.to_thread(lambda: list(islice(old, AT_ONCE))):
        known = await assistant.database.read(partial(retention.named_among, names=names))
        gone = [assistant.files / name for name in names if name not in known]
        await asyncio.to_thread(_remove, gone)
        removed += len(gone)
    return removed


def _old_files(folder: Path) -> Iterator[str]:
    """Give each old file's name relative to the folder; temporary ones too, which no row ever names."""
    before = time.time() - ORPHANED.total_seconds()
    for each in (*folder.glob("*"), *(folder / "uploads").glob("*")):
        if each.is_file() and each.stat().st_mtime < before:
            yield str(each.relative_to(folder))


def _remove(paths: list[Path]) -> None:
    for each in paths:
        each.unlink(missing_ok=True)


async def _missing(assistant: Assistant) -> tuple[int, int]:
    """Return how many rows name a file that is not there, and the newest of them."""
    count = last = after = 0
    while rows := await assistant.database.read(partial(_stored, after=after)):
        after = rows[-1][0]
        gone = await asyncio.to_thread(
            lambda known: [n for n, path in known if not (assistant.files / path).is_file()], rows
        )
        count, last = count + len(gone), max([last, *gone])
    return count, last


async def _stored(session: AsyncSession, after: int) -> list[tuple[int, str]]:
    return await retention.stored_after(session, after, AT_ONCE)


def old_copies(database: Path) -> int:
    """Remove copies of the database that were made before a migration long ago; return how many."""
    before = time.time() - COPIES.total_seconds()
    copies = database.parent.glob(f"{database.name}{schema.COPY}*")
    old = [each for each in copies if each.stat().st_mtime < before]
    _remove(old)
    return len(old)
