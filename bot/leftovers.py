"""Has SQLite's log emptied every minute: words that were blanked or erased lie on in it. Knows no table.

`secure_delete` cleans the database file alone; its log keeps every page ever written until it is written over.
"""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import structlog

EVERY = 60.0  # seconds
PATIENCE = 0.2  # seconds it waits for who reads just now, and keeps writers waiting; the next look comes soon
LOG = structlog.get_logger()


class Leftovers:
    """Empties the log of one database file."""

    def __init__(self, database: Path) -> None:
        self._database = database

    async def run(self) -> None:
        """Look for ever. A full disk, or a reader that stays, puts it off."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await asyncio.to_thread(empty, self._database)
            except (sqlite3.Error, OSError) as error:
                LOG.warning("the database's log could not be emptied", kind=type(error).__name__)


def empty(database: Path) -> bool:
    """Take what is committed into the database file and cut its log to nothing; say whether none is left.

    Most of it goes beside writers; only for the rest they wait.
    """
    log = database.with_name(f"{database.name}-wal")
    if not log.exists() or not log.stat().st_size:
        return True
    with contextlib.closing(sqlite3.connect(database, timeout=PATIENCE, isolation_level=None)) as file:
        file.execute("PRAGMA wal_checkpoint(PASSIVE)").close()
        busy, *_ = file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
