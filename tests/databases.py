"""Fresh databases for tests: a SQLite file each, and a PostgreSQL one each where TEST_POSTGRES_URL names a server."""

import json
import os
import shutil
import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

SERVER = os.environ.get("TEST_POSTGRES_URL", "")


def needs_postgres() -> None:
    """Skip, saying so, where there is no server; fail where a skip is not allowed."""
    if SERVER:
        return
    if os.environ.get("REQUIRE_POSTGRES"):
        pytest.fail("TEST_POSTGRES_URL must name a PostgreSQL server here")
    pytest.skip("PostgreSQL was not tested: set TEST_POSTGRES_URL")


async def create_postgres(template: str = "template0", options: str = "", server: str = SERVER) -> str:
    """Create a database on the server, as a copy of `template`, with further `options`; return its address."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    await _on_server(f'CREATE DATABASE {name} TEMPLATE "{template}" {options}', server)
    return make_url(server).set(database=name).render_as_string(hide_password=False)


async def drop_postgres(url: str, server: str = SERVER) -> None:
    """Drop a database that a test made."""
    await _on_server(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)', server)


async def _on_server(statement: str, server: str) -> None:
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


def copy_sqlite(template: Path, folder: Path) -> str:
    """Copy a template file into a test's folder; return the copy's address."""
    path = folder / "assistant.db"
    shutil.copy(template, path)
    return f"sqlite+aiosqlite:///{path}"


async def do(url: str, statement: str) -> None:
    """Change a PostgreSQL behind the program's back."""
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.exec_driver_sql(statement)
    await engine.dispose()


async def look(url: str, query: str) -> list[tuple[Any, ...]]:
    """Ask a PostgreSQL, as any other program would; JSON comes as its text, as SQLite gives it."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        rows = (await connection.exec_driver_sql(query)).all()
    await engine.dispose()
    return [tuple(json.dumps(value) if isinstance(value, dict) else value for value in row) for row in rows]
