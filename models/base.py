"""What all tables share: the declarative base, UTC time, JSON, and the two helpers SQL dialects differ on."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, ClassVar, TypeVar, cast

from sqlalchemy import JSON, DateTime, ForeignKey, MetaData, String, Table, TypeDecorator, insert, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

DOCUMENTS = 64  # as many large texts are remembered, read
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Utc(TypeDecorator[datetime]):
    """A moment: aware on both sides, stored in UTC. Naive times are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times, convert to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back that SQLite drops."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Document(JSON):
    """Large JSON that is only ever replaced as a whole and never changed in place: the same text is read once."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Return what reads a stored text, remembering the last few."""
        read = super().result_processor(dialect, coltype)
        return read and lru_cache(DOCUMENTS)(read)


class Base(DeclarativeBase):
    """All tables. `id` counts up and orders rows by when they were written."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar = {
        datetime: Utc(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        str: String(),
    }

    id: Mapped[int] = mapped_column(primary_key=True)


def only(which: str) -> dict[str, Any]:
    """Return what makes an Index one of these rows alone (SQL that both databases read).

    So it stays as small as what waits, however much has gone before. A query must say the same to be led along it,
    and in so many words: neither database knows beforehand what a bound value will be.
    """
    return {"sqlite_where": text(which), "postgresql_where": text(which)}


class Owned:
    """A row that a person's command can reach: it says which committee it belongs to."""

    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"), index=True)


Row = TypeVar("Row", bound=Base)


async def find(session: AsyncSession, table: type[Row], row_id: int) -> Row | None:
    """Return a row by its id, None if there is none; one that the session holds already is not asked for."""
    held = session.sync_session.identity_map.get(table.__mapper__.identity_key_from_primary_key((row_id,)))
    return held if isinstance(held, table) else await session.get(table, row_id)


async def one(session: AsyncSession, table: type[Row], row_id: int) -> Row:
    """Return a row by its id, as `find` does; LookupError if there is none."""
    found = await find(session, table, row_id)
    if found is None:
        raise LookupError(f"no {table.__tablename__} {row_id}")
    return found


def insert_new(session: Session, table: Any, unique: Sequence[str], wanted: Sequence[str] = ()) -> Any:
    """Return an INSERT that passes over rows whose `unique` columns are there already; it answers `wanted` columns."""
    return _insert_new(session.get_bind().dialect.name, table, tuple(unique), tuple(wanted))


@cache
def _insert_new(dialect: str, table: Any, unique: tuple[str, ...], wanted: tuple[str, ...]) -> Any:
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    made = make(table).on_conflict_do_nothing(index_elements=list(unique))
    return made.returning(*(table.c[name] for name in wanted)) if wanted else made


async def add_new(
    session: AsyncSession, table: type[Base], rows: Sequence[Mapping[str, Any]], unique: Sequence[str]
) -> int:
    """Insert the rows whose `unique` columns are not there yet; return how many were new."""
    return len(await added(session, table, rows, unique, "id"))


async def add_missing(
    session: AsyncSession, table: type[Base], rows: Sequence[Mapping[str, Any]], unique: Sequence[str]
) -> None:
    """Insert the rows (all columns) whose `unique` ones are not there yet, past the ORM: for thousands of rows."""
    if rows:
        await session.execute(insert_new(session.sync_session, table.__table__, unique), list(rows))


async def added(
    session: AsyncSession, table: type[Base], rows: Sequence[Mapping[str, Any]], unique: Sequence[str], *wanted: str
) -> Sequence[Any]:
    """Insert the rows whose `unique` columns are not there yet; return rows of the `wanted` columns of the new ones."""
    if not rows:
        return []
    statement = insert_new(session.sync_session, table.__table__, unique, wanted)  # past the ORM: nobody holds these
    return (await session.execute(statement, list(rows))).all()  # in batches: neither takes any number of values


async def add_all(session: AsyncSession, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows in bulk, without loading them."""
    if rows:
        await session.execute(insert(cast("Table", table.__table__)), list(rows))
