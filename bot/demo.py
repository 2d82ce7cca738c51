"""The drill anyone can watch: sample people on three phones, a clock that can be moved. Exists in `demo` alone."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import service, setup, story, tick
from bot.assistant import Assistant
from bot.clock import DrillClock
from bot.config import Settings
from bot.parts import Parts, Timetable
from bot.service import Say
from bot.story import Story
from bot.web.app import build_app
from bot.web.channel import WebChannel
from bot.web.demo import DemoClock, DemoPerson
from bot.web.sessions import Sessions
from bot.web.wordless import ZaloPhones
from campaigns import schema
from handlers.register import Entry
from messages import render
from models import due
from models.due import Due
from models.inbox import Inbox
from models.job import Job, JobState
from models.outbox import Out, Outbox
from models.role import RoleKind

PATIENCE = 20.0  # seconds to wait until everything that follows from an event is on the phones
SILENT = 30  # events passed over that tell nobody anything, before the viewer sees the clock again
GROUPS = {RoleKind.OFFICE: "office", RoleKind.SECRETARY: "secretary", RoleKind.MEMBER: "member"}


async def run(settings: Settings, campaign: Path, sample: Path, say: Say, timetable: Timetable) -> None:
    """Serve the demo until a signal. The drill begins anew at every start."""
    given = setup.campaign_or(campaign, service.bad_campaign(campaign))
    entries = setup.entries_or(sample / "chi-bo-mau.xlsx", _bad_sheet)
    told = story.read(sample, entries, settings.zone)
    clock = DrillClock(told.start)
    taken = service.listening(settings)
    async with service.opened(settings, clock) as assistant:
        await assistant.database.write(lambda session: _anew(session, given, entries, told))
        web = await service.web_channel(assistant)
        zalo = ZaloPhones(assistant.database, assistant.clock, assistant.files)
        await assistant.add(zalo, story.ZALO)
        parts = Parts(assistant, timetable)
        drill = Drill(assistant, (web, zalo), parts, Sample(given, entries, told))
        page = build_app(
            web,
            Sessions(assistant.database, clock),
            hosts=service.hosts(settings),
            owner=lambda: service.owner(assistant),
            commands=lambda account: service.commands(assistant, zalo if told.on_zalo(account) else web, account),
            demo=drill,
            demo_zalo=zalo,
            zone=settings.timezone,
        )

        def started(address: str) -> None:
            say("running", process="all", drill=True, now=told.open, address=address, telegram=[], zalo=[])

        await service.serve(parts, settings, page, started, taken, prepare=drill.open)


def _bad_sheet(template: str, **values: Any) -> Any:
    raise setup.CannotRun(template, **values)


async def _anew(session: AsyncSession, given: schema.Campaign, entries: list[Entry], told: Story) -> None:
    await story.empty(session)
    await session.flush()
    await story.furnish(session, given, entries, told)


@dataclass(frozen=True)
class Sample:
    """What a drill is furnished from."""

    campaign: schema.Campaign
    entries: list[Entry]
    story: Story


class Drill:
    """The DemoControl of the real assistant."""

    def __init__(self, assistant: Assistant, phones: Sequence[WebChannel], parts: Parts, sample: Sample) -> None:
        self._assistant, self._phones, self._parts, self._sample = assistant, phones, parts, sample
        self._moving = asyncio.Lock()

    @property
    def _clock(self) -> DrillClock:
        assert isinstance(self._assistant.clock, DrillClock)
        return self._assistant.clock

    async def people(self) -> Sequence[DemoPerson]:
        """Return everybody who can be chosen: office, branches in register order, the rest."""
        names = {each.code: each.name for each in self._sample.entries}
        return [
            DemoPerson(
                account=each.account,
                name=each.name,
                title=render.word(each.role, "role") + (f", {names[each.branch]}" if each.branch else ""),
                group=GROUPS.get(each.role, "other"),
                zalo=each.zalo,
            )
            for each in self._sample.story.people
        ]

    async def clock(self) -> DemoClock:
        """Return the drill's time and what comes next."""
        row = await self._assistant.database.read(_next)
        what = render.word(row.kind, "due") if row else ""
        return DemoClock(self._clock.now(), row.due_at if row else None, what)

    async def advance(self) -> None:
        """Move to the next event that tells somebody something and wait until all that follows is on the phones."""
        async with self._moving:
            said = await self._assistant.database.read(_last_said)
            for _ in range(SILENT):
                when = await tick.next_at(self._assistant)
                await self._move_to(when or self._clock.now() + timedelta(hours=1))
                if when is None or await self._assistant.database.read(_last_said) > said:
                    return

    async def move_to(self, moment: datetime) -> None:
        """Move to a moment, due row by due row."""
        async with self._moving:
            await self._move_to(moment)

    async def _move_to(self, moment: datetime) -> None:
        await tick.look(self._assistant)
        while (when := await tick.next_at(self._assistant)) is not None and when <= moment:
            self._clock.move_to(when)
            await tick.look(self._assistant)
            await self._settled()
        self._clock.move_to(moment)
        await tick.look(self._assistant)
        await self._settled()

    async def open(self) -> None:
        """Play what happened before the viewer comes in."""
        told, read = self._sample.story, self._assistant.database.read
        async with self._moving:
            await self._settled()
            await story.play(told, self._phones[0], read, self._move_to, self._settled)

    async def restart(self) -> None:
        """Begin anew."""
        async with self._moving:
            await self._settled()
            given = self._sample
            self._clock.begin(given.story.start)
            await self._assistant.database.write(
                lambda session: _anew(session, given.campaign, given.entries, given.story)
            )
            for each in self._phones:
                each.renew()
        await self.open()

    async def _settled(self) -> None:
        """Wait until inbox, jobs and outbox have nothing left to do now."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while await self._assistant.database.read(_busy) and asyncio.get_running_loop().time() < end:  # noqa: ASYNC110 (rows, not events, say when all is done)
            await asyncio.sleep(0.03)


async def _next(session: AsyncSession) -> Due | None:
    query = select(due.Due).where(due.Due.fired_at.is_(None)).order_by(due.Due.due_at, due.Due.id).limit(1)
    return (await session.scalars(query)).first()


async def _last_said(session: AsyncSession) -> int:
    """Return the newest message written to anybody, 0 without one."""
    return await session.scalar(select(func.max(Outbox.id))) or 0


async def _busy(session: AsyncSession) -> bool:
    """Say whether anything waits to be handled, worked on or sent."""
    waiting = (
        select(Inbox.id).where(Inbox.done_at.is_(None)),
        select(Job.id).where(Job.state.in_([JobState.DUE, JobState.RUNNING])),
        select(Outbox.id).where(Outbox.state.in_([Out.DUE, Out.SENDING])),
    )
    return any([await session.scalar(query.limit(1)) is not None for query in waiting])
