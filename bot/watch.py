"""Keeps of the bots' health what must outlive a restart, and lets the office be told of a channel that fails."""

import asyncio
import functools
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.assistant import Assistant
from bot.health import BotHealth
from handlers.office import outage
from handlers.office.outage import Seen
from models.bot import Bot
from models.database import is_away
from models.outbox import LIMITED

EVERY = 5.0  # seconds between looks
BEHIND = timedelta(minutes=1)  # how far the stored time of the last poll may lag: a write a minute
LOG = structlog.get_logger()


@dataclass(frozen=True)
class Stored:
    """What a bot's row said at the last look."""

    heard_at: datetime | None
    failing: str
    failing_since: datetime | None
    told: str


class Watch:
    """Looks at what health knows of each bot; writes only when there is something to keep."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._stored: dict[int, Stored] = {}

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self._safely()
            await asyncio.sleep(EVERY)

    async def _safely(self) -> None:
        try:
            await self.look()
        except DBAPIError as error:
            if not is_away(error):
                raise
            self._assistant.waits(error, "health")

    async def look(self) -> None:
        """Look once at every bot."""
        for bot_id, each in list(self._assistant.health.bots.items()):
            if bot_id not in self._stored:
                self._stored[bot_id] = await self._assistant.database.read(functools.partial(_stored, bot_id=bot_id))
            seen = _seen(bot_id, each)
            if self._matters(seen, self._stored[bot_id]):
                await self._note(each, seen)

    def _matters(self, seen: Seen, stored: Stored) -> bool:
        now = self._assistant.clock.machine()
        began = [each for each in (seen.deaf_since, seen.mute_since) if each and now - each >= outage.LASTING]
        moved = seen.heard_well and (stored.heard_at is None or seen.heard_well - stored.heard_at >= BEHIND)
        return bool(began or moved or stored.failing_since)

    async def _note(self, each: BotHealth, seen: Seen) -> None:
        async def note(session: AsyncSession) -> tuple[str, Stored]:
            news = await outage.note(await self._assistant.moment(session), seen)
            return news, await _stored(session, seen.bot_id)

        news, stored = await self._assistant.database.write(note)
        self._stored[seen.bot_id] = stored
        each.outage_untold = stored.told == outage.NOBODY
        self._say(news, each, seen, stored)

    def _say(self, news: str, each: BotHealth, seen: Seen, stored: Stored) -> None:
        about = {"bot": seen.bot_id, "channel": each.channel}
        if news in ("begins", "told", "nobody"):
            kinds = {"hearing_kind": each.hearing.kind, "sending_kind": each.sending.kind}
            LOG.error("a channel fails", failing=stored.failing, since=str(stored.failing_since), **about, **kinds)
        if news == "nobody":
            LOG.critical("a channel fails and nobody of the office has an account on another", **about)
        if news in ("over", "over_told"):
            LOG.info("a channel works again", **about)


def _seen(bot_id: int, each: BotHealth) -> Seen:
    """A poll fails every minute: one that failed so long ago and not since slept with its machine."""
    return Seen(
        bot_id=bot_id,
        heard_well=each.hearing.well_at,
        deaf_since=each.hearing.failing_since if each.hearing.kept_failing(outage.LASTING) else None,
        sent_well=each.sending.well_at,
        mute_since=each.sending.failing_since,
        mute_sure=each.sending.kept_failing(outage.LASTING),
        limited=any(way.failing_since and way.kind.endswith(LIMITED) for way in (each.hearing, each.sending)),
    )


async def _stored(session: AsyncSession, bot_id: int) -> Stored:
    row = await session.get_one(Bot, bot_id)
    return Stored(row.heard_at, row.failing, row.failing_since, row.outage_told)
