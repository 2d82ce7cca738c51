"""Bots: one per channel and token. The token itself stays in the settings."""

from datetime import datetime

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped

from models.base import Base, Owned


class Bot(Owned, Base):
    """`channel` telegram | web; `setting` names the token's setting; `username` as the platform knows it."""

    __tablename__ = "bot"
    __table_args__ = (UniqueConstraint("committee_id", "channel", "setting"),)

    channel: Mapped[str]
    setting: Mapped[str]
    username: Mapped[str]
    paused_until: Mapped[datetime | None]  # machine time: a 429 outlives a restart


async def named(session: AsyncSession, committee_id: int, channel: str, setting: str) -> Bot:
    """Return the bot of that channel and setting, made if it is new."""
    found = (
        await session.scalars(
            select(Bot).where(Bot.committee_id == committee_id, Bot.channel == channel, Bot.setting == setting)
        )
    ).one_or_none()
    if found is None:
        found = Bot(committee_id=committee_id, channel=channel, setting=setting, username="", paused_until=None)
        session.add(found)
        await session.flush()
    return found


async def username(session: AsyncSession, committee_id: int) -> str:
    """Return the name under which the committee's Telegram bot is found, "" while it is not known."""
    query = select(Bot.username).where(Bot.committee_id == committee_id, Bot.channel == "telegram", Bot.username != "")
    return (await session.scalars(query.order_by(Bot.id).limit(1))).first() or ""
