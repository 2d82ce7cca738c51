"""The schema goes up, down and up again on both databases, matches the models, and keeps every child row."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, MetaData, event, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from models import schema, tables
from models.database import Database
from models.installation import Installation
from models.role import Role
from tests import databases, filled
from tests import world as worlds


async def _look(url: str, look):  # type: ignore[no-untyped-def]
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = await connection.run_sync(look)
    await engine.dispose()
    return found


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def _differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), tables.load().metadata))


async def test_up_down_up(empty_url: str) -> None:
    """Down to nothing and up again leaves exactly the tables of the models."""
    await schema.migrate(empty_url)
    await schema.migrate(empty_url, "base")
    assert await _look(empty_url, _tables) == set()
    await schema.migrate(empty_url)
    assert await _look(empty_url, _tables) == set(tables.load().metadata.tables)


async def test_migrations_match_the_models(empty_url: str) -> None:
    """Nothing in the models is missing from the migrations, nor the other way round."""
    await schema.migrate(empty_url)
    assert await _look(empty_url, _differences) == []


async def test_child_rows_stay(either: worlds.World) -> None:
    """Migrating a database in use changes no row: a person's role is still there."""
    await either.join("A", "secretary", "BT", "Nguyễn Văn A")
    database = either.assistant.database
    url = database.reader.url.render_as_string(hide_password=False)
    await database.close()
    await schema.migrate(url)
    reopened = Database(url)
    assert len(await reopened.read(lambda s: _all(s, Role))) == 1
    await reopened.close()


async def test_naive_times_are_refused(either: worlds.World) -> None:
    """A time without a zone never reaches the database, and what is read back knows its zone."""
    moment = datetime(2024, 5, 13, 1, 0, tzinfo=UTC)

    async def write(session) -> None:  # type: ignore[no-untyped-def]
        (await session.get(Installation, 1)).plan_time = moment

    await either.write(write)
    rows = await either.read(lambda s: _all(s, Installation))
    assert rows[0].plan_time == moment
    assert rows[0].plan_time.tzinfo is UTC
    with pytest.raises(ValueError, match="zone"):
        Installation.__table__.c.plan_time.type.process_bind_param(datetime(2024, 5, 13), None)  # noqa: DTZ001


async def _all(session, table):  # type: ignore[no-untyped-def]
    return list(await session.scalars(select(table)))


BREAKS = 'raise RuntimeError("in the middle")'
PARENT_REBUILT = '''
"""rebuilds a table that has children"""
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{revision}", "{before}", None, None


def upgrade() -> None:
    how = "always" if op.get_bind().dialect.name == "sqlite" else "auto"
    with op.batch_alter_table("person", recreate=how) as table:
        table.add_column(sa.Column("nickname", sa.String(), nullable=False, server_default="x"))
    {then}


def downgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.drop_column("nickname")
'''


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Return what adds a migration after the newest, run through the same environment; it rebuilds a parent table."""

    def add(then: str = "pass") -> str:
        versions = tmp_path / "versions"
        versions.mkdir()
        newest = sorted(schema.VERSIONS[0].glob("[0-9]*.py"))[-1].name[:4]
        (versions / "9999_test.py").write_text(PARENT_REBUILT.format(revision="9999", before=newest, then=then))
        monkeypatch.setattr(schema, "VERSIONS", [*schema.VERSIONS, versions])
        return newest

    return add


def _every_row(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    known = MetaData()
    known.reflect(connection)
    return {
        table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
        for table in known.sorted_tables
        if table.name != "alembic_version"
    }


async def test_every_migration_keeps_every_row(either: worlds.World) -> None:
    """Down to the first and up, step by step, with a row in every table: nothing that both schemas have changes."""
    url = await filled.used(either)
    last = await _look(url, _every_value)
    assert all(last.values()), [name for name, rows in last.items() if not rows]
    newest, *older = sorted((each.name[:4] for each in schema.VERSIONS[0].glob("[0-9]*.py")), reverse=True)
    for move, step in [(schema.migrate, each) for each in older] + [(_up, each) for each in [*older[-2::-1], newest]]:
        await move(url, step)
        found = await _look(url, _every_value)
        assert (step, _shared(last, found)) == (step, _shared(found, last))
        last = found


async def _up(url: str, step: str) -> None:
    """Go up by one migration, in such a transaction as that in which `migrate` goes up by all."""
    async with schema._open(url) as engine, engine.execution_options(writes=True).begin() as connection:
        await connection.run_sync(lambda given: command.upgrade(schema._config(given), step))


Rows = dict[str, list[dict[str, object]]]


def _every_value(connection: Connection) -> Rows:
    """Read what is stored as it is stored: reflecting every table at every step would take most of the time."""
    return {
        name: [dict(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}" ORDER BY id').mappings()]
        for name in sorted(_tables(connection))
    }


def _shared(rows: Rows, others: Rows) -> Rows:
    """Return the rows of tables, and of these the columns, that both schemas have."""
    both = rows.keys() & others.keys()
    return {
        name: [{key: row[key] for key in row.keys() & others[name][0].keys()} for row in rows[name]] for name in both
    }


async def test_rebuilding_a_parent_keeps_its_children(either: worlds.World, next_version: Callable[[str], str]) -> None:
    """The next version rebuilds `person`: every row of every table is still there, and a copy of before on SQLite."""
    url = await filled.used(either)
    before, newest = await _look(url, _every_row), next_version("pass")
    await schema.migrate(url)
    after = await _look(url, _every_row)
    assert {name: rows for name, rows in after.items() if name != "person"} == {
        name: rows for name, rows in before.items() if name != "person"
    }
    assert [sorted(map(str, row)) for row in before["person"]] == [
        sorted(map(str, row[:-1])) for row in after["person"]
    ]
    if url.startswith("sqlite"):
        copy = Path(f"{make_url(url).database}{schema.COPY}{newest}")
        assert await _look(f"sqlite+aiosqlite:///{copy}", _every_row) == before
        assert copy.stat().st_mode & 0o777 == 0o600


async def test_a_migration_that_fails_changes_nothing(
    either: worlds.World, next_version: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It breaks after the table was rebuilt: the old schema and all rows are there, and the old program runs on."""
    url = await filled.used(either)
    before, known = await _look(url, _every_row), schema.VERSIONS
    next_version(BREAKS)
    with pytest.raises(schema.CannotMigrate) as failure:
        await schema.migrate(url)
    assert str(failure.value) == "RuntimeError"
    assert (failure.value.copy is not None) == url.startswith("sqlite")
    assert await _look(url, _every_row) == before
    monkeypatch.setattr(schema, "VERSIONS", known)
    assert await schema.found(url) is schema.Found.CURRENT


async def test_a_migration_that_would_orphan_rows_is_taken_back(
    world: worlds.World, next_version: Callable[[str], str]
) -> None:
    """Children whose parent the new version lost: found before the commit, nothing is changed."""
    url = await filled.used(world)
    before = await _look(url, _every_row)
    next_version('op.execute("DELETE FROM person")')
    with pytest.raises(schema.CannotMigrate):
        await schema.migrate(url)
    assert await _look(url, _every_row) == before


async def test_a_newer_or_foreign_database_is_not_touched(
    tmp_path: Path, world: worlds.World, next_version: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a newer version made, and another program's file, are named as such and left alone."""
    url, known = await filled.used(world), schema.VERSIONS
    next_version("pass")
    await schema.migrate(url)
    monkeypatch.setattr(schema, "VERSIONS", known)
    with pytest.raises(schema.NotOurs, match="newer"):
        await schema.migrate(url)
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as made:
        made.execute("CREATE TABLE recipe (id INTEGER PRIMARY KEY)")
    content = other.read_bytes()
    with pytest.raises(schema.NotOurs, match="foreign"):
        await schema.migrate(f"sqlite+aiosqlite:///{other}")
    assert other.read_bytes() == content


async def test_nothing_is_copied_where_nothing_changes(world: worlds.World) -> None:
    """A start with the newest schema makes no copy."""
    url = await filled.used(world)
    await schema.migrate(url)
    assert list(Path(make_url(url).database or "").parent.glob(f"*{schema.COPY}*")) == []


BESIDE = "0023"
"""Code from this revision on may run beside newer code on one PostgreSQL, while its processes are replaced in turn."""
EXPANDS = re.compile(
    r"(CREATE TABLE |CREATE INDEX |CREATE UNIQUE INDEX |DROP INDEX |UPDATE "
    r"|ALTER TABLE \w+ ADD COLUMN \w+ [^,]*?(DEFAULT .* NOT NULL|(?<!NOT NULL))$"
    r"|ALTER TABLE \w+ ADD CONSTRAINT \w+ FOREIGN KEY)"
)


def contracting(statements: Sequence[str]) -> list[str]:
    """Return those after which code that does not know of them would fail."""
    return [each for each in statements if not EXPANDS.match(" ".join(each.split()))]


async def test_newer_schemas_only_expand() -> None:
    """Old code beside new finds all its tables and columns, and may leave out what it does not know."""
    databases.needs_postgres()
    postgres_url = await databases.create_postgres()
    await schema.migrate(postgres_url)
    await schema.migrate(postgres_url, BESIDE)
    said: list[str] = []

    def hear(_connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        await schema.migrate(postgres_url)
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
        await databases.drop_postgres(postgres_url)
    ours = [each for each in said if re.match(r"\s*(CREATE|DROP|ALTER|UPDATE(?! alembic_version))", each)]
    assert len(ours) > 10
    assert contracting(ours) == []


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE job RENAME lane TO queue",
        "ALTER TABLE job DROP COLUMN lane",
        "ALTER TABLE job ADD COLUMN claim VARCHAR NOT NULL",
        "ALTER TABLE job ALTER COLUMN claim SET NOT NULL",
        "DROP TABLE job",
    ],
)
def test_what_contracts_is_found(statement: str) -> None:
    """The check can fail."""
    assert contracting([statement]) == [statement]
