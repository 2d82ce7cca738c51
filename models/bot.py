"""Bots: one per channel and token. The token itself stays in the settings."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Owned

IN_HOUSE = frozenset({"web"})
"""Channels on which nothing leaves the office's own machine."""


class Bot(Owned, Base):
    """`channel` telegram | zalo | web; `setting` names the token's setting; `username` as the platform knows it."""

    __tablename__ = "bot"
    __table_args__ = (UniqueConstraint("committee_id", "channel", "setting"),)

    channel: Mapped[str]
    setting: Mapped[str]
    username: Mapped[str]
    paused_until: Mapped[datetime | None]  # machine time: a 429 outlives a restart
    heard_at: Mapped[datetime | None]  # machine time of the last poll that went well, behind by a minute at most
    failing: Mapped[str] = mapped_column(default="")  # hearing | sending | both, once that lasted; "" when well
    failing_since: Mapped[datetime | None]  # machine time; kept until the office heard that it is over
    outage_told: Mapped[str] = mapped_column(default="")  # office | nobody


async def named(session: AsyncSession, committee_id: int, channel: str, setting: str) -> Bot:
    """Return the bot of that channel and setting, made if it is new."""
    found = (
        await session.scalars(
            select(Bot).where(Bot.committee_id == committee_id, Bot.channel == channel, Bot.setting == setting)
        )
    ).one_or_none()
    if found is None:
        found = Bot(committee_id=committee_id, channel=channel, setting=setting, username="")
        session.add(found)
        await session.flush()
    return found


async def of_committee(session: AsyncSession, committee_id: int) -> Sequence[Bot]:
    """Return a committee's bots."""
    return (await session.scalars(select(Bot).where(Bot.committee_id == committee_id).order_by(Bot.id))).all()


async def failing(session: AsyncSession, committee_id: int) -> set[int]:
    """Return the ids of those that cannot be heard or written to."""
    return set(await session.scalars(select(Bot.id).where(Bot.committee_id == committee_id, Bot.failing != "")))


async def username(session: AsyncSession, committee_id: int) -> str:
    """Return the name under which the committee's Telegram bot is found, "" while it is not known."""
    query = select(Bot.username).where(Bot.committee_id == committee_id, Bot.channel == "telegram", Bot.username != "")
    return (await session.scalars(query.order_by(Bot.id).limit(1))).first() or ""
