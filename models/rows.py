"""Rows that are gathered while turns go on and written together: one statement for many, past the ORM's bookkeeping.

They behave as rows added to the session do: written before whatever is asked next, at the latest before the commit.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

Write = Callable[[Session, list[Any]], None]
GATHERED = "gathered"


class Gathering(Session):
    """A session that writes what was gathered whenever it writes."""

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what was gathered, in the order in which each kind began, and what the session itself holds."""
        for write, rows in self.info.pop(GATHERED, {}).items():
            write(self, rows)
        super().flush(objects)


def gather(session: AsyncSession, write: Write, row: Any) -> None:
    """Keep a row until it is written by `write`; `session` must be one of `Database.write`."""
    session.info.setdefault(GATHERED, {}).setdefault(write, []).append(row)


@event.listens_for(Gathering, "before_commit")
def _write(session: Session) -> None:
    session.flush()
