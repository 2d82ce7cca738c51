"""Statements of the hot path, compiled once and run on SQLite's driver as they are. Knows no table.

There a statement takes microseconds, and SQLAlchemy's way to it takes fifty times that. PostgreSQL is waited for anyway
and is asked by SQLAlchemy: the same statement, the same rows. Neither writes first what the session still holds back,
and whom a write concerns is said by `tell`: `Database` does not see these statements pass.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from models import sqlite

MOST = 16_384  # values a list is filled up to: SQLite takes 32,766 in a statement
MOMENTS = 256  # that are remembered as they are written
PLANS = 512  # statements that are remembered, each for so many values of its lists
TOLD = "told"
Values = Mapping[str, Any]
Turn = Callable[[Any], Any] | None
"""How a value is written or read, None for one that is taken as it is."""


class Plan:
    """A statement as the driver takes it: what stands at each of its places, and how each column of rows is read."""

    def __init__(self, statement: Any, dialect: Dialect, lists: Mapping[str, int], columns: Sequence[str]) -> None:
        """Compile. `lists` how many values each list has; `columns` those that an INSERT without values is given."""
        made = statement.compile(dialect=dialect, column_keys=columns or None)
        asked = {name: [None] * lists.get(name, 0) for name, each in made.binds.items() if each.required}
        fixed = {column.key: column.default.arg for column in made.insert_prefetch if column.default.is_scalar}
        whole = made.construct_expanded_state({**asked, **fixed})
        self.text: str = whole.statement
        writers = {name: _writer(each.type.dialect_impl(dialect), dialect) for name, each in made.binds.items()}
        places = list(_placed(whole, asked, writers))
        self._lists = list(lists)
        self._fixed: dict[Any, Any] = {n: fixed for n, (key, _, fixed) in enumerate(places) if key is None}
        self._more = bool(self._fixed or self._lists)
        self._picked = _picker([n if key is None else key for n, (key, _, _) in enumerate(places)])
        self._turns = [(n, turn) for n, (_, turn, _) in enumerate(places) if turn is not None]
        answer = getattr(statement, "exported_columns", ())
        self._read: list[Turn] = [each.type.dialect_impl(dialect).result_processor(dialect, None) for each in answer]

    @property
    def answers(self) -> bool:
        """Whether it has rows to return."""
        return bool(self._read)

    def given(self, values: Values) -> list[Any]:
        """Return values in the order of their places."""
        known: Mapping[Any, Any] = {**self._fixed, **values, **self._listed(values)} if self._more else values
        given = self._picked(known)
        for n, turn in self._turns:
            given[n] = turn(given[n])
        return given

    def _listed(self, values: Values) -> dict[tuple[str, int], Any]:
        return {(name, n): each for name in self._lists for n, each in enumerate(values[name])}

    def rows(self, found: Sequence[Any]) -> Sequence[Any]:
        """Return rows as they are meant."""
        if not any(self._read):
            return found
        return [tuple(map(_turned, self._read, row)) for row in found]


def _placed(whole: Any, asked: Mapping[str, Any], writers: Mapping[str, Turn]) -> Iterator[tuple[Any, Turn, Any]]:
    """Give for each place its key (a name, or a list's and where in it) and how it is written; or what stands there."""
    listed = {each: (name, n) for name, every in whole.parameter_expansion.items() for n, each in enumerate(every)}
    for each in whole.positiontup:
        key = listed.get(each, each)
        name = key if isinstance(key, str) else key[0]
        if name in asked:
            yield key, writers[name], None
        else:
            yield None, None, _turned(writers[name], whole.parameters[each])


def _picker(keys: Sequence[Any]) -> Callable[[Mapping[Any, Any]], list[Any]]:
    """Return what picks the values of these keys, in C where it can."""
    if not keys[1:]:  # of one key itemgetter makes no tuple
        return lambda known: [known[each] for each in keys]
    pick = itemgetter(*keys)
    return lambda known: list(pick(known))


def _writer(kind: Any, dialect: Dialect) -> Turn:
    """Return how a value is written; a moment once, for a batch writes the same few again and again."""
    write: Turn = kind.bind_processor(dialect)
    return lru_cache(MOMENTS)(write) if write and kind.python_type is datetime else write


def _turned(turn: Turn, value: Any) -> Any:
    return value if turn is None else turn(value)


@lru_cache(PLANS)
def _plan(statement: Any, dialect: Dialect, lists: tuple[tuple[str, int], ...], columns: tuple[str, ...]) -> Plan:
    return Plan(statement, dialect, dict(lists), columns)


def padded(values: Sequence[Any]) -> list[Any]:
    """Repeat the last value up to a power of two, for IN: a statement has few lengths, and each is prepared once."""
    known = list(values)
    missing = (1 << (len(known) - 1).bit_length()) - len(known) if known else 0
    return known + known[-1:] * missing if len(known) + missing <= MOST else known


def run(session: Session, statement: Any, values: Values) -> Sequence[Any]:
    """Run a statement (one object for ever, never one built anew) and return its rows, if any, as tuples.

    Lists are what a column is looked for IN: a value may stand there twice.
    """
    driver = _driver(session)
    if driver is None:
        result = session.connection().execute(statement, values)
        return result.all() if result.returns_rows else ()
    values = {name: padded(each) if isinstance(each, list) else each for name, each in values.items()}
    lists = tuple((name, len(each)) for name, each in values.items() if isinstance(each, list))
    plan = _plan(statement, _dialect(session), lists, tuple(values) if statement.is_insert else ())
    return plan.rows(_asked(driver.execute, plan, plan.given(values)).fetchall())


def run_each(session: Session, statement: Any, many: Sequence[Values]) -> Sequence[Any]:
    """Run a statement for each of many values, which have no lists to look in; return all rows."""
    if not many:
        return ()
    driver = _driver(session)
    if driver is None:
        result = session.connection().execute(statement, list(many))
        return result.all() if result.returns_rows else ()
    plan = _plan(statement, _dialect(session), (), tuple(many[0]) if statement.is_insert else ())
    if not plan.answers:
        _asked(driver.executemany, plan, map(plan.given, many))
        return ()
    return plan.rows([row for each in many for row in _asked(driver.execute, plan, plan.given(each)).fetchall()])


def changed(session: Session, statement: Any, many: Sequence[Values]) -> int:
    """Run an UPDATE for each of many values; return how many rows it changed."""
    driver = _driver(session)
    if driver is None:
        return sum(session.connection().execute(statement, each).rowcount for each in many)
    plan = _plan(statement, _dialect(session), (), ())
    cursor: sqlite3.Cursor = _asked(driver.executemany, plan, [plan.given(each) for each in many])
    return cursor.rowcount


async def fetch(session: AsyncSession, statement: Any, values: Values) -> Sequence[Any]:
    """`run` in a turn."""
    inner = session.sync_session
    return run(inner, statement, values) if _driver(inner) else await session.run_sync(run, statement, values)


async def fetch_each(session: AsyncSession, statement: Any, many: Sequence[Values]) -> Sequence[Any]:
    """`run_each` in a turn."""
    inner = session.sync_session
    return run_each(inner, statement, many) if _driver(inner) else await session.run_sync(run_each, statement, many)


def tell(session: Session, *topics: str) -> None:
    """Name what `Database.watch` is to hear of once this is committed."""
    session.info.setdefault(TOLD, set()).update(topics)


def _asked(ask: Callable[..., Any], plan: Plan, given: Any) -> Any:
    try:
        return ask(plan.text, given)
    except sqlite3.Error as error:
        raise DBAPIError.instance(plan.text, None, error, sqlite3.Error, hide_parameters=True) from error


def _dialect(session: Session) -> Dialect:
    return session.get_bind().dialect


def _driver(session: Session) -> sqlite3.Connection | None:
    if _dialect(session).driver != sqlite.Dialect.driver:
        return None
    return cast("sqlite3.Connection", session.connection().connection.dbapi_connection)
