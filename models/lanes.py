"""Who may write beside whom where several processes share a PostgreSQL: advisory locks that end with a transaction.

A transaction is written in a lane. WIDE, what nothing else is said of, is alone: what it read is still so when it
commits. NARROW ones run beside each other, each alone in the units it names. FREE ones touch only rows that a claim of
their own or a condition of the statement guards. SQLite has one writer, so nothing is asked of it.
"""

from collections.abc import Iterable
from enum import IntEnum

from sqlalchemy import Integer, Select, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

UNITS = 2
"""The first of a lock's two numbers where the second is a unit's id."""


class Lane(IntEnum):
    """Lanes, the one that keeps more others away being the greater. PAGE: one who numbers the local page's rows."""

    FREE = 0
    PAGE = 1
    NARROW = 2
    WIDE = 3


LOCKS: dict[Lane, Select[tuple[object]]] = {
    Lane.PAGE: select(func.pg_advisory_xact_lock(1, Lane.PAGE.value)),
    Lane.NARROW: select(func.pg_advisory_xact_lock_shared(1, 0)),
    Lane.WIDE: select(func.pg_advisory_xact_lock(1, 0)),
}
"""What each lane waits for as the first thing of its transaction."""
FREE_UNITS = (
    select(column("id", Integer))
    .select_from(func.unnest(bindparam("units", type_=ARRAY(Integer))).alias("id"))
    .where(func.pg_try_advisory_xact_lock(UNITS, column("id", Integer)))
)


async def take(session: AsyncSession, units: Iterable[int]) -> set[int]:
    """Take the units (ids) that nobody acts for just now, waiting for none: so no two wait for each other."""
    return set(await session.scalars(FREE_UNITS, {"units": sorted(set(units))}))
