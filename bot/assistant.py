"""The parts that run together: one database, one clock, and the channels over them. Built by main.py and by tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Channel
from bot.clock import Clock
from bot.health import Health
from bot.leads import Alone, Leads
from bot.news import News
from handlers.rules.flood import Limits
from handlers.rules.quota import PLANS, Quota
from handlers.turn import Moment
from messages.types import Manners
from models import bot as bots
from models import committee
from models.database import Database

COMPLAINT = timedelta(minutes=1)
LOG = structlog.get_logger()


class NotSetUp(LookupError):
    """There is no committee yet: `main.py init` makes it."""


@dataclass
class Assistant:
    """What receive, deliver, work and the timetable share. `channels` by bot id."""

    database: Database
    clock: Clock
    zone: ZoneInfo
    files: Path
    public_url: str = ""
    limits: Limits = field(default_factory=Limits)
    texts_days: int = 90  # how long the words of what was sent are kept
    files_a_day: int = 100
    quotas: Mapping[str, Quota] = field(default_factory=lambda: PLANS)  # by channel
    key: bytes = field(default=b"", repr=False)  # bot.key
    channels: dict[int, Channel] = field(default_factory=dict)
    manners: dict[int, Manners] = field(default_factory=dict)  # of its channels, by bot id
    jobs: News = field(default_factory=News)
    answered: News = field(default_factory=News)  # nothing is on its way to a platform just now
    health: Health = field(default_factory=Health)
    leads: Leads = field(default_factory=Alone)
    complained_at: datetime | None = None  # machine time

    def __post_init__(self) -> None:
        """Let what is written wake who waits for it."""
        self.database.watch("job", self.jobs.ring)

    async def moment(self, session: AsyncSession) -> Moment:
        """Return a Moment of now; NotSetUp before `main.py init`."""
        return Moment(
            session=session,
            committee=await the_committee(session),
            now=self.clock.now(),
            machine=self.clock.machine(),
            zone=self.zone,
            public_url=self.public_url,
            files=self.files,
            texts_days=self.texts_days,
            files_a_day=self.files_a_day,
            quotas=self.quotas,
            key=self.key,
            manners=self.manners,
        )

    def waits(self, error: Exception, what: str) -> None:
        """Note that a part waits for the database; however many try, the log has a line a minute."""
        now, kind = self.clock.machine(), type(getattr(error, "orig", error)).__name__
        self.health.database.failed(kind, now)
        if self.complained_at is None or now - self.complained_at >= COMPLAINT:
            self.complained_at = now
            LOG.error("everything waits for the database", part=what, kind=kind)

    async def add(self, channel: Channel, setting: str) -> int:
        """Take a channel in and return its bot's id."""

        async def named(session: AsyncSession) -> int:
            return (await bots.named(session, (await the_committee(session)).id, channel.name, setting)).id

        bot_id = await self.database.write(named)
        self.channels[bot_id], self.manners[bot_id] = channel, channel.manners
        self.health.bot(bot_id, channel.name)
        return bot_id


async def the_committee(session: AsyncSession) -> committee.Committee:
    """Return the committee; NotSetUp where there is none."""
    found = await committee.the_only(session)
    if found is None:
        raise NotSetUp("run `main.py init` first")
    return found
