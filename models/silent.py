"""Transactions that stand still where no timeout of PostgreSQL looks; whoever is there ends them.

Between the preparing of a statement and its running the server waits for the client in the middle of a command: that
is neither idle in a transaction nor running, and no timeout of its counts. A process that is frozen or cut off just
there would hold everybody's locks until its connection is found dead, which may take hours.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

WRITES = "tro-ly-chi-bo writes"
"""What connections that write call themselves: only those hold locks for which others wait."""
STILL = 3.0  # seconds; no statement of a process that goes on takes so long from its preparing to its running

END = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND usename = current_user AND application_name = :writes"
    " AND xact_start IS NOT NULL AND state = 'active' AND wait_event = 'ClientRead'"
    " AND state_change < clock_timestamp() - make_interval(secs => :still)"
)


async def end(connection: AsyncConnection) -> int:
    """End those that stood still for `STILL`; return how many."""
    return int((await connection.execute(END, {"writes": WRITES, "still": STILL})).scalar_one())
