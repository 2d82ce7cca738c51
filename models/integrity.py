"""Looks whether a database is whole. Reads only, beside a running assistant too."""

from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

FEW = 20  # damages looked for: one is enough to act on


@dataclass(frozen=True, slots=True)
class Checked:
    """`name` sqlite | postgresql, `version` its own, `damages` found in the file, `orphans` rows without parents."""

    name: str
    version: str
    damages: int
    orphans: int


async def check(url: str) -> Checked:
    """Check the database at `url`, which must exist; raise what its driver raises.

    PostgreSQL looks after its own files: there a connection is all that is tried.
    """
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_sqlite if engine.name == "sqlite" else _postgresql)
    finally:
        await engine.dispose()


def _sqlite(connection: Connection) -> Checked:
    version = str(connection.exec_driver_sql("SELECT sqlite_version()").scalar())
    said = connection.exec_driver_sql(f"PRAGMA integrity_check({FEW})").scalars().all()
    orphans = len(connection.exec_driver_sql("PRAGMA foreign_key_check").all())
    return Checked("sqlite", version, len([each for each in said if each != "ok"]), orphans)


def _postgresql(connection: Connection) -> Checked:
    return Checked("postgresql", str(connection.execute(text("SHOW server_version")).scalar()), 0, 0)
