"""How the database goes about the very statements that the program runs: heard on the engine, not written anew.

On PostgreSQL each is explained just before it runs, inside the program's own transaction, in a savepoint that is rolled
back. SQLite says how it will search, which it decides without looking at rows.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event

from models import tables
from models.database import Database

BIG = frozenset(
    {"account", "audit", "conference", "conversation", "due", "inbox", "item", "job", "notice", "obligation", "outbox"}
    | {"person", "reminder", "report", "revision", "role", "unit"}
)
"""Tables that grow with people and time."""
EACH, SLACK = 10, 100
"""Rows of one big table that may be read along an index: so many for each that is due, and so many besides."""
EXPLAIN = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "
LOOKING = ("SELECT", "UPDATE", "DELETE", "WITH")
"""How statements begin that look for something; a plain INSERT does not."""
Node = dict[str, Any]


@dataclass(frozen=True)
class Scan:
    """A place in a plan where a table is read: how, along which index ("" none), and how many rows were looked at."""

    table: str
    how: str
    index: str
    rows: int

    def __str__(self) -> str:
        where = self.index or f"{self.how} of {self.table}"
        return f"{where} ×{self.rows}"


@dataclass(frozen=True)
class Plan:
    """A statement and what PostgreSQL said of it."""

    statement: str
    told: Node

    @property
    def blocks(self) -> int:
        """Return how many blocks of 8 KiB were looked at."""
        return sum(int(self.told["Plan"][f"Shared {each} Blocks"]) for each in ("Hit", "Read"))

    @property
    def scans(self) -> list[Scan]:
        """Return where tables are read."""
        return [each for node in _nodes(self.told["Plan"]) if (each := _scan(node))]

    def __str__(self) -> str:
        head = f"{' '.join(self.statement.split())}\n  -- {self.told['Execution Time']:.1f} ms, {self.blocks} blocks"
        return "\n".join([head, *_tree(self.told["Plan"], 1)])


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for each in node.get("Plans", ()):
        yield from _nodes(each)


def _scan(node: Node) -> Scan | None:
    if "Relation Name" not in node or "Scan" not in node["Node Type"]:
        return None
    passed = sum(node.get(f"Rows Removed by {each}", 0) for each in ("Filter", "Index Recheck"))
    index = next((each["Index Name"] for each in _nodes(node) if "Index Name" in each), "")
    rows = round((node["Actual Rows"] + passed) * node["Actual Loops"])
    return Scan(node["Relation Name"], node["Node Type"], index, rows)


def _tree(node: Node, depth: int) -> Iterator[str]:
    what = [node["Node Type"], *(node[each] for each in ("Relation Name", "Index Name") if each in node)]
    said = f"rows={node['Actual Rows']} loops={node['Actual Loops']} hit={node['Shared Hit Blocks']}"
    yield f"{'  ' * depth}-> {' '.join(what)} ({said} read={node['Shared Read Blocks']})"
    for each in node.get("Plans", ()):
        yield from _tree(each, depth + 1)


def too_much(plan: Plan, due: int) -> list[Scan]:
    """Return the places where a big table is read beyond what is due: one row after another, or along an index."""
    return [each for each in plan.scans if each.table in BIG and each.rows > _allowed(each, due)]


def _allowed(scan: Scan, due: int) -> int:
    return due if scan.how == "Seq Scan" else EACH * due + SLACK


@contextmanager
def heard(database: Database) -> Iterator[list[Plan]]:
    """Explain all that the program looks for meanwhile, on PostgreSQL."""
    found: list[Plan] = []
    busy = False

    def explain(connection: Connection, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        nonlocal busy
        if not busy and statement.startswith(LOOKING):
            busy = True  # what explaining asks is not explained
            try:
                found.append(_explained(connection, statement, values[0] if many else values))
            finally:
                busy = False

    event.listen(database.engine.sync_engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", explain)


def _explained(connection: Connection, statement: str, values: Sequence[Any]) -> Plan:
    connection.exec_driver_sql("SAVEPOINT explained")
    (told,) = connection.exec_driver_sql(EXPLAIN + statement, tuple(values)).scalar_one()
    connection.exec_driver_sql("ROLLBACK TO SAVEPOINT explained")
    return Plan(statement, told)


# SQLite


@contextmanager
def traced(database: Database) -> Iterator[list[str]]:
    """Note all that the writer looks for meanwhile, on SQLite, also what goes past SQLAlchemy."""
    found: list[str] = []

    def note(statement: str) -> None:
        if statement.startswith(LOOKING):
            found.append(statement)

    def begin(connection: Connection) -> None:
        driver: Any = connection.connection.dbapi_connection
        driver.set_trace_callback(note)

    event.listen(database.engine.sync_engine, "begin", begin)
    try:
        yield found
    finally:
        event.remove(database.engine.sync_engine, "begin", begin)


def searches(path: str, statements: Sequence[str]) -> list[str]:
    """Return how SQLite searches for each, a line a table: "SEARCH due USING INDEX …", "SCAN person"."""
    with closing(sqlite3.connect(path)) as connection:
        return [
            re.sub(r"^(SEARCH|SCAN) (\w+?)_\d+\b", r"\1 \2", line)  # a table's second name is told as the table
            for each in dict.fromkeys(statements)
            for *_, line in connection.execute(f"EXPLAIN QUERY PLAN {each}")
            if line.startswith(("SEARCH", "SCAN"))
        ]


def scanned(lines: Sequence[str]) -> list[str]:
    """Return those that read a big table from its beginning to its end, or an index that holds all of it."""
    return [each for each in lines if each.startswith("SCAN") and each.split()[1] in BIG and not _of_few(each)]


def _of_few(line: str) -> bool:
    every = (each for table in tables.load().metadata.sorted_tables for each in table.indexes)
    few = {each.name for each in every if each.dialect_options["sqlite"]["where"] is not None}
    return line.rpartition(" INDEX ")[2] in few
