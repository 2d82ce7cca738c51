"""SQLite for the one writer: statements run where they are asked, only what waits for the disk or a lock goes apart.

A statement takes microseconds; handing each to a thread and back (as aiosqlite must) cost more than all handlers.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.util.concurrency import await_

from models.json import JSON

PATIENCE = 5000  # milliseconds to wait for another program's write
TURN = 0.01  # seconds a transaction may keep the event loop to itself


class Cursor(sqlite3.Cursor):
    """Python's own, with what SQLAlchemy's asyncio asks of a cursor."""

    async def _async_soft_close(self) -> None:
        """Leave it open: its rows are read where they are asked for."""


class Connection(sqlite3.Connection):
    """Python's own, with our cursors. `began_at` the rows it had changed when the transaction began."""

    began_at = 0

    def cursor(self, factory: Any = Cursor) -> Any:  # typeshed has two shapes of it
        """Return a new cursor."""
        return super().cursor(factory)


class Dialect(SQLiteDialect_pysqlite):
    """Python's own sqlite3 under SQLAlchemy's asyncio: BEGIN (a lock) and COMMIT (the disk) are waited for apart."""

    driver = "inline"
    is_async = True
    supports_statement_cache = True
    supports_sane_multi_rowcount = True  # sqlite3 counts the rows of all of executemany
    _rested = 0.0  # when the event loop last had its turn, seconds

    @classmethod
    def get_pool_class(cls, url: Any) -> Any:
        """Return a pool that asyncio's tasks can wait for."""
        return AsyncAdaptedQueuePool

    def get_driver_connection(self, connection: Any) -> Any:
        """Return sqlite3's own connection, which is used as it is."""
        return connection

    def do_begin(self, dbapi_connection: Any) -> None:
        """Take the write lock: here where it is free, as it nearly always is, else apart for as long as PATIENCE."""
        try:
            dbapi_connection.execute("PRAGMA busy_timeout=0").close()
            dbapi_connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:  # another program writes
            dbapi_connection.execute(f"PRAGMA busy_timeout={PATIENCE}").close()
            _apart(dbapi_connection.execute, "BEGIN IMMEDIATE")
        dbapi_connection.began_at = dbapi_connection.total_changes
        self._rested = time.monotonic()

    def do_execute(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:
        """Run a statement here; a transaction of many lets the event loop have a turn now and then."""
        cursor.execute(statement, parameters)
        if time.monotonic() - self._rested > TURN:
            await_(asyncio.sleep(0))
            self._rested = time.monotonic()

    def do_commit(self, dbapi_connection: Any) -> None:
        """Wait until it is on the disk; a transaction that changed nothing, as many looks are, does not."""
        if dbapi_connection.total_changes == dbapi_connection.began_at:
            dbapi_connection.commit()
        else:
            _apart(dbapi_connection.commit)


def _apart(work: Callable[..., Any], *given: Any) -> None:
    await_(_to_its_end(work, *given))


async def _to_its_end(work: Callable[..., Any], *given: Any) -> None:
    """Run in a thread; a caller that is cancelled meanwhile waits too, for its connection is in use till then."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *given))
    cancelled = False
    while not running.done():
        try:
            await asyncio.wait([running])
        except asyncio.CancelledError:
            cancelled = True
    running.result()
    if cancelled:
        raise asyncio.CancelledError


def writer(url: str) -> AsyncEngine:
    """Return an engine of one connection on the file that an sqlite+aiosqlite URL names."""
    registry.register("sqlite.inline", __name__, "Dialect")
    return create_async_engine(
        make_url(url).set(drivername="sqlite+inline"),
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
        **JSON,
        connect_args={
            "check_same_thread": False,
            "factory": Connection,
        },  # never two at once: the pool holds one, its waits are awaited
    )
