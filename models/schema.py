"""Brings a database to the newest schema and back, keeping every row. Knows Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


class CannotOpen(Exception):
    """The database cannot be reached, opened or read. Its text is the kind of failure; `address` has no password."""

    def __init__(self, engine: AsyncEngine, error: Exception) -> None:
        super().__init__(type(error).__name__)
        self.address = engine.url.render_as_string(hide_password=True)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


async def migrate(url: str, revision: str = "head") -> None:
    """Upgrade (or, given an older revision or "base", downgrade) the database at `url`.

    SQLite: foreign keys are off meanwhile, because rebuilding a parent table would delete its children, and
    checked before the commit. Raises CannotOpen.
    """
    if path := make_url(url).database if url.startswith("sqlite") else None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url)
    if url.startswith("sqlite"):
        event.listen(engine.sync_engine, "connect", lambda raw, _: raw.execute("PRAGMA foreign_keys=OFF").close())
    try:
        await _probe(engine)
        async with engine.begin() as connection:
            await connection.run_sync(_move, revision)
    finally:
        await engine.dispose()


def _move(connection: Connection, revision: str) -> None:
    config = _config(connection)
    if revision == "base" or revision.startswith("-"):
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)
    if connection.dialect.name == "sqlite":
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if orphans:
            raise RuntimeError(f"the migration would leave {len(orphans)} rows without their parents")


async def is_current(url: str) -> bool:
    """Say whether the database at `url` has the newest schema; a SQLite file that is missing is not made.

    Raises CannotOpen.
    """
    if _missing(url):
        return False
    engine = create_async_engine(url)
    try:
        await _probe(engine)
        async with engine.connect() as connection:
            return await connection.run_sync(_is_newest)
    finally:
        await engine.dispose()


def _missing(url: str) -> bool:
    path = make_url(url).database if url.startswith("sqlite") else None
    return path is not None and not Path(path).exists()


def _is_newest(connection: Connection) -> bool:
    newest = ScriptDirectory.from_config(_config(connection)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == newest


async def _probe(engine: AsyncEngine) -> None:
    """Read something; SQLite looks into its file only then."""
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1 FROM sqlite_master" if engine.name == "sqlite" else "SELECT 1"))
    except Exception as error:
        raise CannotOpen(engine, error) from error
