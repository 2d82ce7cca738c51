"""What was read ahead for many turns of one session, so that none asks again. Gone with the session."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession


def keep(session: AsyncSession, what: str, found: Mapping[int, Any]) -> None:
    """Keep what was found, by id."""
    session.info.setdefault(what, {}).update(found)


def known(session: AsyncSession, what: str) -> dict[int, Any]:
    """Return what was read ahead, by id; rows are live, what an id misses must be asked for."""
    found: dict[int, Any] = session.info.get(what, {})
    return found
