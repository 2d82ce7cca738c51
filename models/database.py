"""Opens the database and runs transactions. Knows SQLite's and PostgreSQL's ways; knows no table."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from models import rows, sqlite
from models.json import JSON

Result = TypeVar("Result")
Work = Callable[[AsyncSession], Awaitable[Result]]


OURS = (IntegrityError, DataError, ProgrammingError)
OUR_CLASSES = ("22", "23", "42")
"""SQLSTATE of data, constraints and statements that PostgreSQL refuses: trying the same again changes nothing."""


def is_away(error: Exception) -> bool:
    """Say whether the database itself is in trouble (busy, full, gone, deadlock), so that waiting may help."""
    if not isinstance(error, DBAPIError) or isinstance(error, OURS):
        return False
    return not str(getattr(error.orig, "sqlstate", None) or "").startswith(OUR_CLASSES)


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say when a transaction begins, not the driver
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "busy_timeout=5000",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    if engine.dialect.driver == "aiosqlite":

        @event.listens_for(engine.sync_engine, "begin")
        def begin_transaction(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN")


class Database:
    """Two engines over one address: writes one at a time on either database, reads beside them.

    So what a turn read is still so when it writes: two office people never both take an item. An error names the
    statement, never the values, which are names and texts.
    """

    def __init__(self, url: str) -> None:
        """Open nothing yet. `url`: sqlite+aiosqlite:///… or postgresql+asyncpg://…"""
        self.sqlite = url.startswith("sqlite")
        if self.sqlite:
            self.engine, self.reader = sqlite.writer(url), create_async_engine(url, hide_parameters=True, **JSON)
            _prepare_sqlite(self.engine)
            _prepare_sqlite(self.reader)
        else:
            self.engine = self.reader = create_async_engine(url, pool_pre_ping=True, hide_parameters=True, **JSON)
        self._write = async_sessionmaker(self.engine, expire_on_commit=False, sync_session_class=rows.Gathering)
        self._read = async_sessionmaker(self.reader, expire_on_commit=False)
        self._one = asyncio.Lock()
        self._changed: set[str] = set()  # watched tables that the transaction under way has written to
        self._watchers: dict[str, list[Callable[[], None]]] = {}
        event.listen(self.engine.sync_engine, "before_cursor_execute", self._see)
        self._running: set[asyncio.Task[Any]] = set()

    def watch(self, what: str, changed: Callable[[], None]) -> None:
        """Call `changed` after each commit that wrote to a table, unless it was written quietly.

        `what`: the table's name, or a topic that statements name by the execution option "topics" in its place.
        """
        self._watchers.setdefault(what, []).append(changed)

    def _see(self, _connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool) -> None:
        verb, _, rest = statement.partition(" ")
        if verb in ("INSERT", "UPDATE"):
            table = rest.removeprefix("INTO ").partition(" ")[0]
            topics = context.execution_options.get("topics", (table,)) if context else (table,)
            self._changed.update(self._watchers.keys() & topics)

    async def write(self, work: Work[Result], *, quiet: bool = False) -> Result:
        """Run `work` in one transaction, committed on return, rolled back on any error; `quiet` tells no watcher.

        The transaction runs in a task of its own behind a shield: cancelling the caller never leaves SQLite's
        write lock held by a half-closed connection.
        """
        return await self._shielded(self._transaction(work, quiet))

    async def read(self, work: Work[Result]) -> Result:
        """Run `work` on a snapshot; what it writes is not kept."""

        async def look() -> Result:
            async with self._read() as session:
                return await work(session)

        return await self._shielded(look())

    async def _transaction(self, work: Work[Result], quiet: bool) -> Result:
        async with self._one:
            self._changed.clear()
            async with self._write() as session, session.begin():
                result = await work(session)
            changed = () if quiet else tuple(self._changed)
        for table in changed:
            for tell in self._watchers[table]:
                tell()
        return result

    async def _shielded(self, work: Coroutine[Any, Any, Result]) -> Result:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Wait for running transactions, then close all connections."""
        if self._running:
            await asyncio.wait(set(self._running))
        await self.engine.dispose()
        await self.reader.dispose()
