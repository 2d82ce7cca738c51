"""Carries every row of a SQLite database into an empty PostgreSQL one and proves it, in one transaction there.

Whatever goes wrong meanwhile, a power cut too, leaves the target as empty as it was. The source is only read; whoever
would write to it waits. Knows tables, no words.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from models import database, schema, tables
from models.fingerprint import Fingerprint, Taking

BATCH = 500  # rows held at once


def _as_it_is(written: Any) -> Any:
    return written


VERBATIM: dict[str, Any] = {"json_serializer": _as_it_is, "json_deserializer": _as_it_is, "hide_parameters": True}
"""For create_engine: JSON is carried as its text, letter by letter; what is NULL stays so."""
FOREIGN_KEYS = """
SELECT conrelid::regclass::text AS "table", quote_ident(conname) AS name, pg_get_constraintdef(oid) AS body
FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Carried:
    """A table that is whole on the other side: its `rows` and their `sha256`, the same in both databases."""

    table: str
    rows: int
    sha256: str


class NotEmpty(Exception):
    """The target has tables of this program: how it stands is `found`."""

    def __init__(self, found: schema.Found) -> None:
        super().__init__(found)
        self.found = found


class NotUtf8(Exception):
    """The target keeps texts in another encoding: its name."""


class NotCarried(Exception):
    """A `table` could not be written; its text is the kind of failure."""

    def __init__(self, table: str, error: DBAPIError) -> None:
        super().__init__(database.kind(error))
        self.table = table


class Unequal(Exception):
    """A `table` is not the same on both sides: how many rows `here` (the source) and `there`."""

    def __init__(self, table: str, here: int, there: int) -> None:
        super().__init__(table)
        self.table, self.here, self.there = table, here, there


async def carry(source: str, target: str, told: Callable[[Carried], None]) -> None:
    """Carry all rows from the address `source` (SQLite, this program's schema) to `target`; all of it or nothing.

    Calls `told` with each table that was compared. Raises what is above, schema.CannotOpen, or what a driver raises.
    """
    async with _held(source) as here, _opened(target) as there:
        await _made_ready(there)
        keys = (await there.execute(text(FOREIGN_KEYS))).all()
        for key in keys:  # rows come in any order; each key is tried against all rows when it is made again
            await there.execute(text(f"ALTER TABLE {key.table} DROP CONSTRAINT {key.name}"))
        for table in tables.load().metadata.sorted_tables:
            told(await _carried(table, here, there))
        for key in keys:
            await _again(there, key)


@asynccontextmanager
async def _held(url: str) -> AsyncIterator[AsyncConnection]:
    """Give a SQLite database of one moment, in which nobody writes meanwhile."""
    engine = create_async_engine(url, **VERBATIM)
    schema.whole_transactions(engine)
    try:
        async with engine.execution_options(writes=True).begin() as connection:
            yield connection
    finally:
        await engine.dispose()


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[AsyncConnection]:
    """Give a transaction on PostgreSQL, committed at the end; raise schema.CannotOpen."""
    engine = create_async_engine(url, **VERBATIM)
    try:
        await schema.probe(engine)
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()


async def _made_ready(there: AsyncConnection) -> None:
    """Refuse what is not empty; make the tables by the migrations."""
    encoding = (await there.execute(text("SHOW server_encoding"))).scalar_one()
    if encoding != "UTF8":
        raise NotUtf8(encoding)
    found = await there.run_sync(schema.standing)
    if found is not schema.Found.NOTHING:
        raise NotEmpty(found)
    await there.run_sync(schema.upgrade)


async def _carried(table: Table, here: AsyncConnection, there: AsyncConnection) -> Carried:
    """Copy a table, let new rows go on after it, and read it back."""
    number = (await here.execute(select(func.count()).select_from(table))).scalar_one()
    sent = Taking()
    try:
        async for rows in _batches(table, here):
            sent.add(rows)
            await there.execute(insert(table), [dict(row._mapping) for row in rows])
        await _go_on(table, there)
    except DBAPIError as error:
        raise NotCarried(table.name, error) from error
    arrived = await fingerprint(table, there)
    if sent.taken != arrived or number != arrived.rows:
        raise Unequal(table.name, number, arrived.rows)
    return Carried(table.name, arrived.rows, arrived.sha256)


async def fingerprint(table: Table, connection: AsyncConnection) -> Fingerprint:
    """Read a whole table, a batch at a time. The connection's engine was made with VERBATIM."""
    taking = Taking()
    async for rows in _batches(table, connection):
        taking.add(rows)
    return taking.taken


async def _batches(table: Table, connection: AsyncConnection) -> AsyncIterator[list[Row[Any]]]:
    """Give the rows in the order of their ids, each batch from where the last one ended."""
    query, last = select(table).order_by(table.c.id).limit(BATCH), None
    while rows := list(await connection.execute(query if last is None else query.where(table.c.id > last))):
        yield rows
        last = rows[-1].id


async def _go_on(table: Table, there: AsyncConnection) -> None:
    """Set what numbers new rows behind the ones there are; let the planner know how many they are."""
    sequence = func.pg_get_serial_sequence(table.name, "id")
    await there.execute(select(func.setval(sequence, func.max(table.c.id))).having(func.count() > 0))
    await there.execute(text(f'ANALYZE "{table.name}"'))


async def _again(there: AsyncConnection, key: Row[Any]) -> None:
    """Make a foreign key as it was, which reads all rows."""
    try:
        await there.execute(text(f"ALTER TABLE {key.table} ADD CONSTRAINT {key.name} {key.body}"))
    except DBAPIError as error:
        raise NotCarried(key.table, error) from error
