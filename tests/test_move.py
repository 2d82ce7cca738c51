"""An installation moves from SQLite to PostgreSQL: every row, proved by table, all of it or nothing."""

import asyncio
import contextlib
import fcntl
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from typer.testing import CliRunner, Result

import main
from models import schema, tables, transfer
from models.fingerprint import Taking, canonical
from models.inbox import Inbox
from models.json import JSON
from models.unit import Unit
from tests import databases, filled, running
from tests import world as worlds
from tests.conftest import apart
from tests.test_cli import LATER, MORNING, Phone

TABLES = sorted(tables.load().metadata.tables)
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def target() -> Iterator[str]:
    """Return the address of an empty database on PostgreSQL."""
    databases.needs_postgres()
    url = apart(databases.create_postgres())
    yield url
    apart(databases.drop_postgres(url))


@pytest.fixture
async def source(world: worlds.World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a used SQLite installation with a row in every table, values that are hard to carry among them."""
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.start_campaign()
    await world.say("A", "ngày 21/5, 24/26 đảng viên, 05 quần chúng")
    await world.write(_hard_values)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setattr(transfer, "BATCH", 3)
    return await filled.used(world)


async def _hard_values(session: Any) -> None:
    """Add JSON beyond 64 bits and with half a letter, a microsecond, a gap in the ids, a child before its parent."""
    heard = (await session.scalars(select(Inbox))).first()
    heard.raw = {"number": 10**25, "letter": "\ud83d", "text": "Chi bộ “Đ'ức” \\ \n\t", "none": None, "real": 0.1}
    heard.received_at = datetime(2024, 5, 13, 1, 2, 3, 4, tzinfo=UTC)
    branches = (await session.scalars(select(Unit).order_by(Unit.id))).all()
    branches[0].merged_into_id = branches[-1].id
    moved = {each.key: getattr(heard, each.key) for each in inspect(Inbox).column_attrs} | {"id": 4000, "raw": None}
    await session.execute(insert(Inbox).values({**moved, "key": "another", "done_at": None}))


def run(*words: str) -> Result:
    """Run `main.py words…`."""
    return CliRunner().invoke(main.app, list(words), catch_exceptions=False)


async def moved(target: str) -> Result:
    """Run `main.py move --to target`, outside this loop."""
    return await asyncio.to_thread(run, "move", "--to", target)


async def look(url: str, what: Any) -> Any:
    """Return what a function finds on a connection."""
    engine = create_async_engine(url, **JSON)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(what)
    finally:
        await engine.dispose()


def everything(connection: Connection) -> Rows:
    """Return all rows as the program reads them."""
    return {
        table.name: [dict(each._mapping) for each in connection.execute(select(table).order_by(table.c.id))]
        for table in tables.load().metadata.sorted_tables
    }


def guards(connection: Connection) -> list[Any]:
    """Return every constraint, index and trigger of PostgreSQL by its definition."""
    asked = (
        "SELECT conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint WHERE conrelid <> 0",
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT tgname, pg_get_triggerdef(oid), tgenabled FROM pg_trigger WHERE NOT tgisinternal",
    )
    return [sorted(map(tuple, connection.execute(text(each)))) for each in asked]


def is_empty(connection: Connection) -> bool:
    """Say whether there is no table at all."""
    return inspect(connection).get_table_names() == []


def on_each(what: str) -> Any:
    """Return what runs a statement on PostgreSQL."""
    return lambda connection: connection.exec_driver_sql(what)


async def test_every_row_of_every_table_arrives(source: str, target: str, tmp_path: Path) -> None:
    """Read anew on both sides, all rows are equal; a line a table says how many and their checksum.

    The next id of each table is its highest one's successor.
    """
    result = await moved(target)
    assert result.exit_code == 0, result.stderr
    here, there = await look(source, everything), await look(target, everything)
    assert all(here.values())
    assert there == here
    lines = [line.split() for line in result.stdout.splitlines() if "sha256" in line]
    assert sorted((name, int(rows.replace(".", ""))) for name, rows, *_ in lines) == [
        (name, len(here[name])) for name in TABLES
    ]
    assert all(len(line[-1]) == 64 for line in lines)
    total = sum(map(len, here.values()))
    assert f"Đã chuyển {len(TABLES)} bảng, {total} dòng" in result.stdout.replace(".", "", 1)
    assert "DATABASE_URL=…" in result.stdout
    assert (tmp_path / "assistant.db").is_file()
    assert [name for name, highest, after in await look(target, following) if after != highest + 1] == []


async def test_what_holds_there_is_what_the_migrations_made(source: str, target: str) -> None:
    """Keys, indexes and triggers are those of a fresh database: none is left off or not tried; the audit only grows."""
    assert (await moved(target)).exit_code == 0
    fresh = await databases.create_postgres()
    try:
        await schema.migrate(fresh)
        assert await look(target, guards) == await look(fresh, guards)
    finally:
        await databases.drop_postgres(fresh)
    assert await schema.found(target) is schema.Found.CURRENT
    with pytest.raises(DBAPIError, match="the audit only grows"):
        await look(target, on_each("UPDATE audit SET act = 'x'"))
    with pytest.raises(DBAPIError, match="fk_role_person_id"):
        await look(target, on_each("UPDATE role SET person_id = 999999"))


def following(connection: Connection) -> list[tuple[str, int, int]]:
    """Return of each table its highest id and the one that a new row would have."""
    ask = "SELECT (SELECT max(id) FROM \"{0}\"), nextval(pg_get_serial_sequence('{0}', 'id'))"
    return [(name, *connection.exec_driver_sql(ask.format(name)).one()) for name in TABLES]


async def test_an_empty_table_begins_at_one(world: worlds.World, target: str, tmp_path: Path) -> None:
    """Where there is nothing to go on after, the first id is 1."""
    await world.assistant.database.close()
    await transfer.carry(str(world.assistant.database.reader.url), target, lambda _: None)
    asked = "SELECT count(*), nextval(pg_get_serial_sequence('report', 'id')) FROM report"
    assert tuple(await look(target, lambda connection: connection.exec_driver_sql(asked).one())) == (0, 1)


SPOIL = """
CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$;
CREATE FUNCTION put_in() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'public.{table}') THEN
        CREATE TRIGGER spoil BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION spoil();
    END IF;
END $$;
CREATE EVENT TRIGGER spoils ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION put_in();
"""


async def spoil(url: str, table: str, body: str) -> None:
    """Let a server do something else to each row of a table that is yet to be made."""
    for each in SPOIL.format(table=table, body=body).split(";\nCREATE"):
        await look(url, on_each(each if each.lstrip().startswith("CREATE") else f"CREATE{each}"))


@pytest.mark.parametrize(
    ("table", "body", "said"),
    [
        ("unit", "RETURN NULL;", "bên kia 0 dòng"),
        ("unit", "NEW.name := NEW.name || ' '; RETURN NEW;", "thì nội dung khác"),
        (
            "inbox",
            "NEW.raw := (NEW.raw::jsonb)::json; RETURN NEW;",
            "Không ghi được bảng inbox (InvalidText",
        ),
        ("installation", "NEW.drill := NOT NEW.drill; RETURN NEW;", "Bảng installation sau khi chuyển không giống"),
        ("person", "NEW.joined_at := NEW.joined_at + interval '1 microsecond'; RETURN NEW;", "Bảng person"),
        ("unit", "IF NEW.id > 4 THEN RAISE disk_full; END IF; RETURN NEW;", "Không ghi được bảng unit (DiskFullError)"),
    ],
)
async def test_a_row_that_arrives_otherwise_undoes_all(
    source: str, target: str, table: str, body: str, said: str
) -> None:
    """Lost, changed by a letter, a bit or a microsecond, refused: named, and the target is as empty as before."""
    before = await look(source, everything)
    await spoil(target, table, body)
    result = await moved(target)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "sha256" in result.stdout or table == "installation"
    assert await look(target, is_empty)
    assert await look(source, everything) == before


async def test_a_child_whose_parent_is_gone_is_refused_first(source: str, target: str, tmp_path: Path) -> None:
    """A source that is not whole is not carried, nor is one that turns out so there."""
    with contextlib.closing(sqlite3.connect(tmp_path / "assistant.db")) as broken, broken:
        broken.execute("UPDATE role SET person_id = 999")
    assert "01 dòng thiếu dòng gốc" in (await moved(target)).stderr
    with pytest.raises(transfer.NotCarried) as failure:
        await transfer.carry(source, target, lambda _: None)
    assert failure.value.table == "role"
    assert await look(target, is_empty)


async def test_a_power_cut_in_the_middle_leaves_nothing(source: str, target: str, tmp_path: Path) -> None:
    """Killed while rows arrive: the target is empty, the source as before, and the same command carries all."""
    before = await look(source, everything)
    await spoil(target, "unit", "PERFORM pg_sleep(60); RETURN NEW;")
    program = subprocess.Popen(
        [sys.executable, "main.py", "move", "--to", target],
        cwd=running.ROOT,
        env=running.environment(tmp_path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        await _until_it_sleeps(target)
    finally:
        program.kill()
        program.wait()
    assert await look(target, is_empty)
    await look(target, on_each(SLEEPING.format(what="pg_terminate_backend(pid)")))
    await look(target, on_each("DROP EVENT TRIGGER spoils"))
    assert (await moved(target)).exit_code == 0
    assert await look(source, everything) == before == await look(target, everything)


SLEEPING = "SELECT {what} FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"


async def _until_it_sleeps(url: str) -> None:
    until = time.monotonic() + running.START_LIMIT
    while not await look(url, lambda connection: connection.exec_driver_sql(SLEEPING.format(what="pid")).all()):
        assert time.monotonic() < until
        await asyncio.sleep(0.1)


async def test_nobody_writes_meanwhile(source: str, target: str, tmp_path: Path) -> None:
    """From before the first row is read until the end, another program's write to the source waits."""

    def write(_told: object) -> None:
        other = sqlite3.connect(tmp_path / "assistant.db", timeout=0)
        with contextlib.closing(other), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("UPDATE person SET name = 'x'")

    await transfer.carry(source, target, write)
    assert await look(source, everything) == await look(target, everything)


async def test_only_an_empty_target_is_taken(source: str, target: str, tmp_path: Path) -> None:
    """What holds an installation, another program's table of our name, or is none: refused, and not touched."""
    await look(target, on_each("CREATE TABLE person (id integer, mine text)"))
    assert "hoặc trùng tên" in (await moved(target)).stderr
    await look(target, on_each("DROP TABLE person"))
    await look(target, on_each("CREATE TABLE recipe (id integer)"))
    assert (await moved(target)).exit_code == 0
    before = await look(target, everything)
    again = await moved(target)
    assert (again.exit_code, again.stdout) == (1, "")
    assert "đã có bảng của Trợ lý. Chỉ chuyển vào một cơ sở dữ liệu trống" in again.stderr
    assert await look(target, everything) == before


async def test_where_it_cannot_go_is_a_sentence(
    source: str, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No address, a server that is away, another encoding, no right to make tables; a password is never repeated."""
    for wrong in (source, "postgresql://a/b", "postgresql+asyncpg://a", "x"):
        assert "Địa chỉ sau --to cần có dạng" in (await moved(wrong)).stderr
    away = (await moved("postgresql+asyncpg://ai:BIMAT@127.0.0.1:1/x")).stderr
    assert "Không mở được nơi đến postgresql+asyncpg://ai:***@127.0.0.1:1/x (ConnectionRefusedError)" in away
    assert "BIMAT" not in away
    name = make_url(target).database
    await look(target, on_each("REVOKE CREATE ON SCHEMA public FROM public"))
    await look(target, on_each(f"CREATE ROLE {name} LOGIN"))
    try:
        refused = await moved(make_url(target).set(username=name).render_as_string())
    finally:
        await look(target, on_each(f"DROP ROLE {name}"))
    assert "(InsufficientPrivilegeError): kiểm tra" in refused.stderr
    monkeypatch.setenv("DATABASE_URL", target)
    assert "không có dữ liệu SQLite nào để chuyển" in (await moved(target)).stderr


async def test_another_encoding_is_refused(source: str) -> None:
    """A database that could not keep Vietnamese is named as such."""
    databases.needs_postgres()
    url = await databases.create_postgres(options="ENCODING 'SQL_ASCII' LOCALE 'C'")
    try:
        assert "dùng bảng mã SQL_ASCII; cần UTF8" in (await moved(url)).stderr
        assert await look(url, is_empty)
    finally:
        await databases.drop_postgres(url)


async def test_what_runs_or_is_not_of_this_version_stays(source: str, target: str, tmp_path: Path) -> None:
    """A running assistant holds the folder; an older database is upgraded first; a folder without one has nothing."""
    with (tmp_path / "assistant.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert f"Đã có một Trợ lý đang chạy trên dữ liệu này ({tmp_path})" in (await moved(target)).stderr
    await schema.migrate(source, "0020")
    assert "do bản cũ của chương trình lập" in (await moved(target)).stderr
    (tmp_path / "assistant.db").unlink()
    assert "Chưa có dữ liệu" in (await moved(target)).stderr
    assert await look(target, is_empty)


def test_the_canonical_form_is_one_to_one() -> None:
    """Rows that differ in a value, its kind or its place are written differently; bytes are written at all."""
    moment = datetime(2024, 5, 13, 1, 2, 3, 4, tzinfo=UTC)
    rows = [(1, 2), (12,), ("1", 2), (1, None), (None, 1), ("", None), (True, 2), (1.5, 2), ("a\n", "b"), ("a", "\nb")]
    rows += [(moment, 1), (moment + timedelta(microseconds=1), 1), (b"\x00", 1), ("null", 1), ('["a"', 1)]
    assert len({canonical(row) for row in rows}) == len(rows)
    with pytest.raises(TypeError):
        canonical((object(),))
    one, other = Taking(), Taking()
    one.add([(1,), (2,)])
    other.add([(2,), (1,)])
    assert one.taken != other.taken
    assert one.taken.rows == 2


def test_a_moved_installation_goes_on(tmp_path: Path, target: str) -> None:
    """Used on SQLite, moved, run on PostgreSQL: who had come in is known, a code not used opens, all is answered."""
    data = tmp_path / "data"
    assert running.command(data, "init", "--sample").returncode == 0
    codes = [
        running.command(data, "invite", "--role", "secretary", "--branch", "BT", "--name", name).stdout.split()[-1]
        for name in ("Nguyễn Văn A", "Trần Thị B")
    ]
    with running.running(data, "run", "--now", MORNING) as program:
        first = Phone(program.url)
        _come_in(first, codes[0], "Nguyễn Văn A")
        first.client.close()
        assert program.stop() == 0
    told = running.command(data, "move", "--to", target)
    assert (told.returncode, told.stderr) == (0, "")
    (data / "assistant.db").rename(tmp_path / "put-away.db")
    with running.running(data, "run", "--now", LATER, DATABASE_URL=target) as program:
        cookies, first = first.client.cookies, Phone(program.url)
        first.client.cookies = cookies
        assert first.client.get("/health").status_code == 200
        first.say("/tinhhinh")
        first.wait("Bảo tàng")
        second = Phone(program.url)
        _come_in(second, codes[1], "Trần Thị B")
        first.client.close()
        second.client.close()
        assert program.stop() == 0
    assert not (data / "assistant.db").exists()


def _come_in(phone: Phone, code: str, name: str) -> None:
    phone.enter(code)
    phone.wait(name)
    phone.press("Đúng, tôi đồng ý")
    phone.wait("Đồng chí có muốn nhận không?")
    phone.press("Không nhận")
