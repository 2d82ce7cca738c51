"""Brings a database to the newest schema and back, keeping every row. Knows Alembic."""

import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from enum import StrEnum
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, event, func, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from models import database, tables

HERE = Path(__file__).parent / "migrations"
VERSIONS = [HERE / "versions"]
"""Folders of migrations."""
MIGRATING = 4  # the first of an advisory lock's two numbers
COPY = ".before-"
"""Between a database file's name and the revision that the copy beside it has."""


class CannotOpen(Exception):
    """The database cannot be reached, opened or read. Its text is the kind of failure; `address` has no password."""

    def __init__(self, engine: AsyncEngine, error: Exception) -> None:
        super().__init__(database.kind(error))
        self.address = engine.url.render_as_string(hide_password=True)


class CannotMigrate(Exception):
    """The database is as it was before. Its text is the kind of failure; `copy` the copy taken before, if any."""

    def __init__(self, error: Exception, copy: Path | None) -> None:
        super().__init__(type(error).__name__)
        self.copy = copy


class Found(StrEnum):
    """How a database stands to this program."""

    NOTHING = "nothing"  # no file, or no table in it
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"  # a revision that this program does not know
    FOREIGN = "foreign"  # tables of another program


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join(map(str, VERSIONS)))
    config.attributes["connection"] = connection
    return config


class NotOurs(Exception):
    """The database has tables that this program must not touch: `found` FOREIGN or NEWER; `address`."""

    def __init__(self, engine: AsyncEngine, found: Found) -> None:
        super().__init__(found)
        self.found, self.address = found, engine.url.render_as_string(hide_password=True)


async def migrate(url: str, revision: str = "head") -> None:
    """Upgrade (or, given an older revision or "base", downgrade) the database at `url`.

    One transaction: a migration that fails leaves all as it was. SQLite: what holds data is copied beside the
    file first; foreign keys are off meanwhile, because rebuilding a parent table would delete its children, and
    checked before the commit. Raises CannotOpen, NotOurs, CannotMigrate.
    """
    path = _file(url)
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
    async with _open(url) as engine:
        there = await _looked_at(engine, standing)
        if there in (Found.FOREIGN, Found.NEWER):
            raise NotOurs(engine, there)
        if not (there is Found.CURRENT and revision == "head"):
            await _migrate(engine, path if there is not Found.NOTHING else None, revision)


async def _migrate(engine: AsyncEngine, path: Path | None, revision: str) -> None:
    """Copy the file at `path`, where there is one, then move to the revision."""
    copy = None
    try:
        copy = _copied(path, await _looked_at(engine, _revision)) if path else None
        async with engine.execution_options(writes=True).begin() as connection:
            await connection.run_sync(_alone)
            await connection.run_sync(_move, revision)
    except Exception as error:
        raise CannotMigrate(error, copy) from error


def _alone(connection: Connection) -> None:
    """Let processes that start together migrate one after another; the later ones find nothing to do."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATING, 0)))


def upgrade(connection: Connection) -> None:
    """Bring the database behind a connection to the newest schema, as a part of the transaction under way."""
    _move(connection, "head")


def _move(connection: Connection, revision: str) -> None:
    config = _config(connection)
    (command.upgrade if revision == "head" else command.downgrade)(config, revision)
    if connection.dialect.name == "sqlite":
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if orphans:
            raise RuntimeError(f"the migration would leave {len(orphans)} rows without their parents")


def _copied(path: Path, revision: str) -> Path:
    """Copy a database file of that revision beside it, whole or not at all; return the copy."""
    made = path.with_name(f"{path.name}{COPY}{revision}")
    unfinished = made.with_name(f".{made.name}")
    unfinished.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as target:
            source.backup(target)
        unfinished.chmod(0o600)
        unfinished.replace(made)
    finally:
        unfinished.unlink(missing_ok=True)
    return made


async def found(url: str) -> Found:
    """Say how the database at `url` stands to this program; a SQLite file that is missing is not made.

    Raises CannotOpen.
    """
    path = _file(url)
    if path and not path.exists():
        return Found.NOTHING
    async with _open(url) as engine:
        there: Found = await _looked_at(engine, standing)
        return there


def _file(url: str) -> Path | None:
    path = make_url(url).database if url.startswith("sqlite") else None
    return Path(path) if path else None


def standing(connection: Connection) -> Found:
    """Say how the database behind a connection stands to this program."""
    script, revision = ScriptDirectory.from_config(_config(connection)), _revision(connection)
    if revision is None:
        theirs = set(inspect(connection).get_table_names())
        ours = theirs if connection.dialect.name == "sqlite" else theirs & set(tables.load().metadata.tables)
        return Found.FOREIGN if ours - {"alembic_version"} else Found.NOTHING
    if revision == script.get_current_head():
        return Found.CURRENT
    try:
        script.get_revision(revision)
    except CommandError:
        return Found.NEWER
    return Found.OLDER


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@asynccontextmanager
async def _open(url: str) -> AsyncIterator[AsyncEngine]:
    """Give an engine on a database that can be read; raise CannotOpen."""
    engine = create_async_engine(url)
    if engine.name == "sqlite":
        whole_transactions(engine)
    try:
        await probe(engine)
        yield engine
    finally:
        await engine.dispose()


def whole_transactions(engine: AsyncEngine) -> None:
    """Let SQLite's transactions hold tables too: Python's driver would begin one only before rows are written."""

    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("foreign_keys=OFF", "busy_timeout=5000", "secure_delete=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


async def _looked_at(engine: AsyncEngine, look: Any) -> Any:
    async with engine.connect() as connection:
        return await connection.run_sync(look)


async def probe(engine: AsyncEngine) -> None:
    """Read something, SQLite looks into its file only then; raise CannotOpen."""
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1 FROM sqlite_master" if engine.name == "sqlite" else "SELECT 1"))
    except Exception as error:
        raise CannotOpen(engine, error) from error
