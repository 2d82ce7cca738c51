"""Who is let in to the local page: a key in a cookie, hashed here, good for 90 days, revocable. Knows no HTTP."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from models import local_session
from models.database import Database
from models.local_session import LocalSession

LASTS = timedelta(days=90)
OPENED, WITHIN = 30, timedelta(minutes=10)
"""A client's at most, over all processes: an office behind one address joins in a morning, guessing gets nowhere."""
_RENEWED_AFTER = timedelta(days=30)  # who comes at least monthly is never asked for a new code


class TooMany(Exception):
    """The client was given as many sessions lately as it may be."""


class Sessions:
    """Opens, finds, renews and revokes sessions. All times are the machine's."""

    def __init__(self, database: Database, clock: Clock, secret: bytes = b"") -> None:
        """`secret` is the installation's key: what is kept of clients names no address to others."""
        self._database, self._clock, self._secret = database, clock, secret

    async def open(self, client: str) -> tuple[str, str]:
        """Return a fresh key and the fresh account "web-…" that it opens; raise TooMany."""
        key, account, now = secrets.token_urlsafe(32), f"web-{secrets.token_hex(8)}", self._clock.machine()
        came_from = hmac.new(self._secret, client.encode(), hashlib.sha256).hexdigest()
        facts = {"key_hash": local_session.fingerprint(key), "account": account, "came_from": came_from}

        async def insert(session: AsyncSession) -> None:
            if await local_session.opened_from(session, came_from, now - WITHIN) >= OPENED:
                raise TooMany
            session.add(LocalSession(**facts, started_at=now, expires_at=now + LASTS))

        await self._database.write(insert)  # alone: two processes never give the last one twice
        return key, account

    async def account(self, key: str) -> str | None:
        """Return the account that a key opens, None if it is unknown, over or revoked."""
        row = await self._database.read(lambda session: local_session.opened_by(session, key, self._clock.machine()))
        return row.account if row else None

    async def renew(self, key: str) -> bool:
        """Prolong a session that is a month old; return whether the cookie is to be set again."""
        now = self._clock.machine()

        async def prolong(session: AsyncSession) -> bool:
            row = await local_session.opened_by(session, key, now)
            if row is None or row.expires_at - now > LASTS - _RENEWED_AFTER:
                return False
            row.expires_at = now + LASTS
            return True

        return await self._database.write(prolong)

    async def close(self, key: str) -> None:
        """Revoke a session; an unknown key changes nothing."""
        now = self._clock.machine()

        async def revoke(session: AsyncSession) -> None:
            if row := await local_session.opened_by(session, key, now):
                row.revoked_at = now

        await self._database.write(revoke)
