"""Opens the database and runs transactions. Knows SQLite's and PostgreSQL's ways; knows no table."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.util.concurrency import await_, greenlet_spawn

from models import quick, rows, sqlite
from models.json import JSON

Result = TypeVar("Result")
Work = Callable[[AsyncSession], Awaitable[Result]]


OURS = (IntegrityError, DataError, ProgrammingError)
OUR_CLASSES = ("22", "23", "42", "54")
"""SQLSTATE of data, constraints and statements that PostgreSQL refuses: trying the same again changes nothing.

SQLite's SQLITE_ERROR is the same, though Python calls it operational, as it calls a full disk.
"""


def is_away(error: Exception) -> bool:
    """Say whether the database itself is in trouble (busy, full, gone, deadlock), so that waiting may help."""
    if not isinstance(error, DBAPIError) or isinstance(error, OURS):
        return False
    if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
        return False
    return not str(getattr(error.orig, "sqlstate", None) or "").startswith(OUR_CLASSES)


def kind(error: Exception) -> str:
    """Name a failure as the driver itself does, InvalidPasswordError, where SQLAlchemy says DBAPIError."""
    inner = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return type(inner.__cause__ or inner).__name__


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say when a transaction begins, not the driver
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={sqlite.PATIENCE}",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    if engine.dialect.driver == "aiosqlite":

        @event.listens_for(engine.sync_engine, "begin")
        def begin_transaction(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN")


@dataclass(frozen=True, eq=False)
class _Piece(Generic[Result]):
    """Something to be written, and where its outcome goes."""

    work: Work[Result]
    quiet: bool
    result: asyncio.Future[Result]


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
        self._pieces: list[_Piece[Any]] = []  # what waits to be written together
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

    async def write(self, work: Work[Result], *, quiet: bool = False, together: bool = False) -> Result:
        """Run `work` in one transaction, committed on return, rolled back on any error; `quiet` tells no watcher.

        `together`: what others wait to write in the same way is committed with it, for a commit costs more than most
        of what it holds. Should one of them fail, each is run again by itself; none is where the database is away, for
        it may have committed: every caller is told.
        The transaction runs in a task of its own behind a shield: cancelling the caller never leaves SQLite's
        write lock held by a half-closed connection.
        """
        piece: _Piece[Result] = _Piece(work, quiet, asyncio.get_running_loop().create_future())
        if together:
            self._pieces.append(piece)
        return await self._shielded(self._written(piece, together))

    async def read(self, work: Work[Result]) -> Result:
        """Run `work` on a snapshot; what it writes is not kept."""

        async def look() -> Result:
            async with self._read() as session:
                return await work(session)

        return await self._shielded(look())

    async def _written(self, piece: "_Piece[Result]", together: bool) -> Result:
        async with self._one:  # whoever comes first writes for all who wait
            if not piece.result.done():
                await self._all_or_each(self._taken(piece) if together else [piece])
        return piece.result.result()

    def _taken(self, piece: "_Piece[Any]") -> "Sequence[_Piece[Any]]":
        """Return all that wait, this piece among them even where the one who took it was cancelled."""
        waiting, self._pieces = self._pieces, []
        return waiting if piece in waiting else [piece, *waiting]

    async def _all_or_each(self, pieces: "Sequence[_Piece[Any]]") -> None:
        try:
            await self._commit(pieces)
        except Exception as error:  # noqa: BLE001 (whose it was is found by running each alone)
            alone = len(pieces) == 1 or is_away(error)
            for each in pieces:
                if alone:
                    each.result.set_exception(error)
                else:
                    await self._all_or_each([each])

    async def _commit(self, pieces: "Sequence[_Piece[Any]]") -> None:
        done = await greenlet_spawn(self._in_one, pieces)
        for each, (result, _) in zip(pieces, done, strict=True):
            each.result.set_result(result)
        for what in frozenset().union(*(changed for _, changed in done)):
            for tell in self._watchers[what]:
                asyncio.get_running_loop().call_soon(tell)  # what a watcher does is no part of the transaction

    def _in_one(self, pieces: "Sequence[_Piece[Any]]") -> list[tuple[Any, frozenset[str]]]:
        """Run pieces in one transaction and one greenlet: asyncio's engine takes a new one for each step of it."""
        with self.engine.sync_engine.begin() as connection:
            return [await_(self._run(connection, each)) for each in pieces]

    async def _run(self, connection: Connection, piece: "_Piece[Result]") -> tuple[Result, frozenset[str]]:
        self._changed.clear()
        session = self._write(bind=AsyncConnection(self.engine, connection))
        try:
            result = await piece.work(session)
            await session.commit()  # writes what it holds; the transaction is the connection's
        finally:
            session.sync_session.close()  # lets go of its rows; it has no connection to give back
        told = self._changed | (self._watchers.keys() & session.info.get(quick.TOLD, set()))
        return result, frozenset() if piece.quiet else frozenset(told)

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
