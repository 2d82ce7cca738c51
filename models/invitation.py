"""Invitations: a role in a unit, waiting for its person. Only keyed hashes of codes are kept.

Eight digits are guessed from a plain hash in a second; the key lies outside the database, so that a stolen copy of it
opens nothing. Invitations from before the key are found by their plain hash until they expire.
"""

import hashlib
import hmac
import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned
from models.role import RoleKind

Who = tuple[str, int, str]
"""Role, unit and name of whom an invitation is for; "" for a name that is not known."""


class Invitation(Owned, Base):
    """`token_hash` of the link, `code_hash` of the 8 digits; `uses_left` 1 for strong roles. Times: machine."""

    __tablename__ = "invitation"

    token_hash: Mapped[str] = mapped_column(unique=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str]  # whom it is for, "" for a branch's member code
    uses_left: Mapped[int]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # who used it last
    bot_id: Mapped[int | None] = mapped_column(ForeignKey("bot.id"))  # the one it names, where a bot has few places


def hashed(secret: str, key: bytes) -> str:
    """Return the form in which a code or token is stored; `key` is the installation's."""
    return hmac.new(key, secret.encode(), hashlib.sha256).hexdigest()


def _forms(secret: str, key: bytes) -> tuple[str, str]:
    return hashed(secret, key), hashlib.sha256(secret.encode()).hexdigest()


def new_token() -> str:
    """Return 22 url-safe characters, 128 random bits."""
    return secrets.token_urlsafe(16)


def new_code() -> str:
    """Return 8 digits."""
    return f"{secrets.randbelow(10**8):08d}"


async def by_secret(session: AsyncSession, secret: str, key: bytes, now: datetime) -> Invitation | None:
    """Return the invitation a code or token opens, None if it is unknown, used up, revoked or expired."""
    forms = _forms(secret, key)
    return (
        await session.scalars(
            select(Invitation).where(
                or_(Invitation.token_hash.in_(forms), Invitation.code_hash.in_(forms)),
                Invitation.uses_left > 0,
                Invitation.revoked_at.is_(None),
                Invitation.expires_at > now,
            )
        )
    ).one_or_none()


async def known(session: AsyncSession, secret: str, key: bytes) -> Invitation | None:
    """Return the invitation of a code or token, whatever became of it."""
    forms = _forms(secret, key)
    query = select(Invitation).where(or_(Invitation.token_hash.in_(forms), Invitation.code_hash.in_(forms)))
    return (await session.scalars(query)).one_or_none()


async def use(session: AsyncSession, invitation_id: int, now: datetime) -> bool:
    """Use up one of what is left; return whether there was any. Two at once never share the last."""
    result = await session.execute(
        update(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.uses_left > 0,
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(uses_left=Invitation.uses_left - 1)
        .returning(Invitation.id)
    )
    return result.first() is not None


async def open_of(
    session: AsyncSession, committee_id: int, now: datetime, unit_ids: Sequence[int] | None = None
) -> Sequence[Invitation]:
    """Return what can still be used (of these units), newest first."""
    query = select(Invitation).where(
        Invitation.committee_id == committee_id,
        Invitation.uses_left > 0,
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now,
    )
    if unit_ids is not None:
        query = query.where(Invitation.unit_id.in_(unit_ids))
    return (await session.scalars(query.order_by(Invitation.id.desc()))).all()


async def promised(
    session: AsyncSession, committee_id: int, now: datetime, but: Who | None = None
) -> dict[tuple[int, bool], int]:
    """Return {(bot, whether for members): places that open invitations to it may still take}.

    Who was invited several times takes one place, on the bot named last; `but` whose is left out.
    """
    query = (
        select(Invitation.role, Invitation.unit_id, Invitation.name, Invitation.bot_id, Invitation.uses_left)
        .where(Invitation.committee_id == committee_id, Invitation.bot_id.is_not(None))
        .where(Invitation.uses_left > 0, Invitation.revoked_at.is_(None), Invitation.expires_at > now)
        .order_by(Invitation.id)
    )
    given: Counter[tuple[int, bool]] = Counter()
    named: dict[Who, int] = {}
    for role, unit_id, name, bot_id, uses in await session.execute(query):
        if name:
            named[role, unit_id, name] = bot_id or 0
        else:
            given[bot_id or 0, role == RoleKind.MEMBER] += uses
    given.update((bot_id, False) for who, bot_id in named.items() if who != but)
    return given


async def free_places(session: AsyncSession, used: Invitation) -> None:
    """Let the other invitations of whom this one let in keep no place on a bot; they can still be used."""
    theirs = Invitation.unit_id == used.unit_id, Invitation.role == used.role, Invitation.name == used.name
    others = update(Invitation).where(*theirs, Invitation.name != "", Invitation.id != used.id)
    await session.execute(others.where(Invitation.uses_left > 0).values(bot_id=None))


async def of_post(session: AsyncSession, unit_id: int, role: str, now: datetime) -> Invitation | None:
    """Return the newest invitation to a post that can still be used."""
    query = select(Invitation).where(Invitation.unit_id == unit_id, Invitation.role == role, Invitation.uses_left > 0)
    still = query.where(Invitation.revoked_at.is_(None), Invitation.expires_at > now)
    return (await session.scalars(still.order_by(Invitation.id.desc()).limit(1))).first()


async def forget_name(session: AsyncSession, person_id: int) -> None:
    """Take a person's name out of the invitations they used."""
    await session.execute(update(Invitation).where(Invitation.used_by_id == person_id).values(name=""))
