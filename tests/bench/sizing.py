"""What an installation writes: a branch in a year that is played in full, a member, an excerpt. Rows and bytes of each.

`.venv/bin/python -m tests.bench.sizing --write` plays, multiplies what was written until pages are full of it, measures
SQLite and, where TEST_POSTGRES_URL names a server, PostgreSQL, and puts figures and what follows from them into
docs/quy-mo.md. No network.
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, Table, UniqueConstraint, case, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from bot import archive
from models import retention, tables, transfer
from models.database import Database
from tests import databases, year_2024
from tests import world as worlds
from tests.bench import organisation, sizes
from tests.bench.sizes import Cost
from tests.world import World, local

TIMES = 100  # as often what was written is written again, so that no page is half empty
SHIFT = 1_000_000  # between the ids of two copies
MEMBERS = 40
WEEKS = 3  # as many excerpts as the plan of 2024 brings along, at the least
TEXTS = timedelta(days=90)  # TEXTS_DAYS as it is
LATER, MACHINE = (
    timedelta(days=300),
    timedelta(days=3650),
)  # plan and machine time that pass before what has served goes
Marks = dict[str, int]
"""{table: its highest id at a moment}; what is above was written since."""


async def run() -> list[Cost]:
    """Measure a branch's year, a member, an excerpt sent to one."""
    with tempfile.TemporaryDirectory() as made:
        return [await _year(Path(made) / "year"), *await _members(Path(made) / "members")]


async def _year(folder: Path) -> Cost:
    folder.mkdir()
    url = _url(folder / "assistant.db")
    await year_2024.fill(url, folder / "plan")
    before = await marks(url) | {"unit": 0, "headcount": 0}  # the branches are part of what is measured, not the plan
    world = await worlds.build(folder, url, local("2024-03-11 07:30"))
    await year_2024.play(world)
    await _put_down(world)
    return _each("branch", await _written(url, before), len(year_2024.BRANCHES))


async def _members(folder: Path) -> list[Cost]:
    folder.mkdir()
    url = _url(folder / "assistant.db")
    await worlds.fill(url)
    world = await worlds.build(folder, url)
    await world.join("VP", "office", "", "Phạm Văn D")
    await world.start_campaign()
    await world.write(lambda session: organisation.approve(session, world.people["VP"], worlds.START))
    empty = await marks(url)
    for n in range(MEMBERS):
        await world.join(f"{7_000_000_000 + n}", "member", "BT", f"Đảng viên mẫu {n}", excerpts=True)
    await asyncio.to_thread(archive.snapshot, folder / "assistant.db", folder / "joined.db")
    await world.move_to(worlds.START + timedelta(weeks=WEEKS))
    sent = sum("Nguồn:" in each.message.text for each in world.phone(f"{7_000_000_000}"))
    await _put_down(world)
    joined, read = await _written(_url(folder / "joined.db"), empty), await _written(url, empty)
    return [_each("member", joined, MEMBERS), _each("excerpt", read.less(joined), MEMBERS * sent)]


async def _put_down(world: World) -> None:
    """Let go of the database, all of it in its one file."""
    await world.assistant.database.close()


def _url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


def _file(url: str) -> Path:
    return Path(url.partition(":///")[2])


def _each(what: str, parts: "Written", number: int) -> Cost:
    """Return what one of `number` costs."""
    fresh, kept = round(parts.fresh / number), round(parts.kept / number)
    return Cost(what, round(parts.rows / number, 1), fresh, kept, parts.server and round(parts.server / number))


@dataclass(frozen=True)
class Written:
    """Rows, and bytes as in `Cost`, of all that was written in a while."""

    rows: int
    fresh: float
    kept: float
    server: float | None

    def less(self, other: "Written") -> "Written":
        """Return what is left without another's."""
        server = self.server and self.server - (other.server or 0)
        return Written(self.rows - other.rows, self.fresh - other.fresh, self.kept - other.kept, server)


async def _written(url: str, before: Marks) -> Written:
    """Measure what was written since `before`."""
    rows = sum((await on(url, lambda c: _counted(c, before))).values())
    fresh, server = await _grown(url, before, server=bool(databases.SERVER))
    await _purge(url)
    kept, _ = await _grown(url, before, server=False)
    return Written(rows, fresh, kept, server)


async def _grown(url: str, before: Marks, *, server: bool) -> tuple[float, float | None]:
    """Write a copy's rows again, TIMES over; return how many bytes each time took, and on the server."""
    more = _file(url).with_name("more.db")
    await asyncio.to_thread(shutil.copy, _file(url), more)
    await on(_url(more), lambda c: multiply(c, before, TIMES))
    took = (await on(_url(more), _pages) - await on(url, _pages)) / TIMES
    return took, (await _on_server(_url(more)) - await _on_server(url)) / TIMES if server else None


async def on(url: str, what: Callable[[Connection], Any]) -> Any:
    """Return what a function finds or does on a connection."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(what)
    finally:
        await engine.dispose()


async def marks(url: str) -> Marks:
    """Return the highest id of each table, 0 where there is none."""

    def look(connection: Connection) -> Marks:
        return {
            each.name: connection.scalar(select(func.coalesce(func.max(each.c.id), 0))) or 0
            for each in tables.load().metadata.sorted_tables
        }

    found: Marks = await on(url, look)
    return found


def _counted(connection: Connection, before: Marks) -> dict[str, int]:
    return {
        each.name: connection.scalar(select(func.count()).select_from(each).where(each.c.id > before[each.name])) or 0
        for each in tables.load().metadata.sorted_tables
    }


def multiply(connection: Connection, before: Marks, times: int) -> None:
    """Write the rows that came after `before` again, so often: under new ids, pointing at each other as they did."""
    for table in tables.load().metadata.sorted_tables:
        last = connection.scalar(select(func.max(table.c.id))) or 0
        names = [each.name for each in table.columns]
        for n in range(1, times + 1):
            rows = select(*(_again(each, n, before) for each in table.columns))
            these = table.c.id.between(before[table.name] + 1, last)
            connection.execute(insert(table).from_select(names, rows.where(these)))


def _again(column: Any, n: int, before: Marks) -> ColumnElement[Any]:
    """Return a copy's value: a new id, a key to a row that was copied too, a text that must be unique, or the same."""
    if column.primary_key:
        return column + n * SHIFT  # type: ignore[no-any-return]
    if column.foreign_keys:
        (key,) = column.foreign_keys
        return case((column > before[key.column.table.name], column + n * SHIFT), else_=column)
    if isinstance(column.type, String) and column.name in _unique(column.table):
        return column + f"~{n}"  # type: ignore[no-any-return]
    return column  # type: ignore[no-any-return]


def _unique(table: Table) -> set[str]:
    found = [each.columns for each in table.constraints if isinstance(each, UniqueConstraint)]
    found += [each.columns for each in table.indexes if each.unique]
    return {column.name for columns in found for column in columns}


def _pages(connection: Connection) -> int:
    return connection.scalar(text("SELECT sum(pgsize) FROM dbstat")) or 0


ON_SERVER = """
SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


async def _on_server(url: str) -> float:
    """Carry a database over to PostgreSQL; return its bytes there, indexes and all."""
    there = await databases.create_postgres()
    try:
        await transfer.carry(url, there, lambda _: None)
        return float(await on(there, lambda connection: connection.scalar(text(ON_SERVER))))
    finally:
        await databases.drop_postgres(there)


async def _purge(url: str) -> None:
    """Empty and remove what has served long after, as every night does."""
    database, later = Database(url), worlds.START + timedelta(days=365) + LATER
    for kind in retention.kinds(later, later + MACHINE, TEXTS, worlds.START):
        await _served(database, kind)
    await database.close()


async def _served(database: Database, kind: retention.Kind) -> None:
    before: list[int] = []
    while (ids := list(await database.read(partial(retention.find, kind=kind)))) and ids != before:
        await database.write(partial(_change, kind, ids))
        before = ids


async def _change(kind: retention.Kind, ids: list[int], session: AsyncSession) -> None:
    await kind.change(session, ids)


if __name__ == "__main__":
    costs = asyncio.run(run())
    sys.stdout.write(sizes.told(costs) + "\n")
    if "--write" in sys.argv[1:]:
        sizes.write(costs)
