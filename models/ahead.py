"""What was read ahead for many turns of one session, so that none asks again. Gone with the session."""

from collections.abc import Hashable, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session


def keep(session: AsyncSession, what: str, found: Mapping[Any, Any]) -> None:
    """Keep what was found, by id (or by whatever names it)."""
    session.info.setdefault(what, {}).update(found)


def known(session: AsyncSession, what: str) -> dict[Any, Any]:
    """Return what was read ahead, by id; rows are live, what an id misses must be asked for."""
    found: dict[Any, Any] = session.info.get(what, {})
    return found


def forget(session: Session | None, what: str, key: Hashable) -> None:
    """Let this be asked for again: it has changed."""
    if session is not None:
        session.info.get(what, {}).pop(key, None)


def forget_all(session: AsyncSession, what: str) -> None:
    """Let everything of a kind be asked for again: much of it has changed at once."""
    session.info.pop(what, None)
