"""Opens the database and runs transactions. Knows SQLite's and PostgreSQL's ways; knows no table."""

import asyncio
import secrets
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine, event, func, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.util.concurrency import await_, greenlet_spawn

from models import quick, rows, silent, sqlite
from models.json import JSON
from models.lanes import LOCKS, Lane

Result = TypeVar("Result")
Work = Callable[[AsyncSession], Awaitable[Result]]


OURS = (IntegrityError, DataError, ProgrammingError)
OUR_CLASSES = ("22", "23", "42", "54")
"""SQLSTATE of data, constraints and statements that PostgreSQL refuses: trying the same again changes nothing.

SQLite's SQLITE_ERROR is the same, though Python calls it operational, as it calls a full disk.
"""
UNREACHED = (OSError, NoneFree)
"""What a server that is away, and a pool that is empty, make of an attempt to get a connection."""
STUCK = "3000"  # ms a transaction may stand still: one of a frozen process would hold everybody's locks
REACHED, ANSWERED = 10.0, 60.0  # seconds a connection, and a statement, may take: a way that was cut tells nobody
NEWS = "news"
"""The channel on which processes tell each other what they wrote."""


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


def _postgres(url: str, **server: str) -> AsyncEngine:
    """Return an engine; neither a connection nor an answer is waited for without end."""
    asked = {"server_settings": server, "timeout": REACHED, "command_timeout": ANSWERED}
    return create_async_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=asked, **JSON)


@contextmanager
def _unreached() -> Iterator[None]:
    try:
        yield
    except UNREACHED as error:
        raise OperationalError("connect", None, error) from error


@contextmanager
def _unanswered() -> Iterator[None]:
    """Let a statement without an answer be a database that is away: the driver raises what SQLAlchemy does not wrap."""
    try:
        yield
    except TimeoutError as error:
        raise OperationalError("answer", None, error) from error


def _connected(engine: Engine) -> Connection:
    with _unreached():
        return engine.connect()


def _enter(connection: Connection, lane: Lane) -> None:
    """Wait for a lane, as the first thing of a transaction."""
    if lane in LOCKS:
        connection.execute(LOCKS[lane])


@dataclass(frozen=True, eq=False)
class _Piece(Generic[Result]):
    """Something to be written, and where its outcome goes."""

    work: Work[Result]
    quiet: bool
    lane: Lane
    result: asyncio.Future[Result]


class Database:
    """Two engines over one address: writes one at a time in this process, reads beside them.

    So what a turn read is still so when it writes: two office people never both take an item. Where other processes
    write to the same database, lanes keep it so. An error names the statement, never the values, which are names and
    texts.
    """

    def __init__(self, url: str) -> None:
        """Open nothing yet. `url`: sqlite+aiosqlite:///… or postgresql+asyncpg://…"""
        self.url, self.sqlite = url, url.startswith("sqlite")
        if self.sqlite:
            self.engine, self.reader = sqlite.writer(url), create_async_engine(url, hide_parameters=True, **JSON)
            _prepare_sqlite(self.engine)
            _prepare_sqlite(self.reader)
        else:
            writing = {"idle_in_transaction_session_timeout": STUCK, "application_name": silent.WRITES}
            self.engine, self.reader = _postgres(url, **writing), _postgres(url)
        self._write = async_sessionmaker(self.engine, expire_on_commit=False, sync_session_class=rows.Gathering)
        self._read = async_sessionmaker(self.reader, expire_on_commit=False)
        self.me = secrets.token_hex(4)  # names this process in what it tells others
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

    def rung(self, topics: Iterable[str]) -> None:
        """Call the watchers of these, as another process has written to them."""
        for what in topics:
            for tell in self._watchers.get(what, ()):
                asyncio.get_running_loop().call_soon(tell)  # what a watcher does is no part of a transaction

    @property
    def watched(self) -> Sequence[str]:
        """All that somebody watches."""
        return list(self._watchers)

    def _see(self, _connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool) -> None:
        verb, _, rest = statement.partition(" ")
        if verb in ("INSERT", "UPDATE"):
            table = rest.removeprefix("INTO ").partition(" ")[0]
            topics = context.execution_options.get("topics", (table,)) if context else (table,)
            self._changed.update(self._watchers.keys() & topics)

    async def write(
        self, work: Work[Result], *, quiet: bool = False, together: bool = False, lane: Lane = Lane.WIDE
    ) -> Result:
        """Run `work` in one transaction, committed on return, rolled back on any error; `quiet` tells no watcher.

        `together`: what others wait to write in the same way is committed with it, for a commit costs more than most
        of what it holds. Should one of them fail, each is run again by itself; none is where the database is away, for
        it may have committed: every caller is told.
        The transaction runs in a task of its own behind a shield: cancelling the caller never leaves SQLite's
        write lock held by a half-closed connection.
        """
        piece: _Piece[Result] = _Piece(work, quiet, lane, asyncio.get_running_loop().create_future())
        if together:
            self._pieces.append(piece)
        return await self._shielded(self._written(piece, together))

    async def read(self, work: Work[Result]) -> Result:
        """Run `work` on a snapshot; what it writes is not kept."""

        async def look() -> Result:
            with _unanswered():
                return await looked()

        async def looked() -> Result:
            async with self._read() as session:
                await self._reached(session)
                return await work(session)

        return await self._shielded(look())

    async def _reached(self, session: AsyncSession) -> None:
        """Let a server that cannot be reached be a database that is away, as one that goes away later is."""
        if not self.sqlite:
            with _unreached():
                await session.connection()

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
        self.rung(frozenset().union(*(changed for _, changed in done)))

    def _in_one(self, pieces: "Sequence[_Piece[Any]]") -> list[tuple[Any, frozenset[str]]]:
        """Run pieces in one transaction and one greenlet: asyncio's engine takes a new one for each step of it."""
        with _unanswered(), _connected(self.engine.sync_engine) as connection, connection.begin():
            if not self.sqlite:
                _enter(connection, max(each.lane for each in pieces))
            done = [await_(self._run(connection, each)) for each in pieces]
            if not self.sqlite:
                self._tell_others(connection, frozenset().union(*(changed for _, changed in done)))
            return done

    def _tell_others(self, connection: Connection, changed: Iterable[str]) -> None:
        """Have other processes hear of it with the commit."""
        if changed:
            connection.execute(select(func.pg_notify(NEWS, " ".join([self.me, *sorted(changed)]))))

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
