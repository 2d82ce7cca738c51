"""The loops that run beside each other: in one process all of them, where several share the work some in each."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import tzinfo
from typing import Any

import structlog

from bot import leads, logs, tick
from bot.abroad import Abroad
from bot.assistant import Assistant
from bot.channel import Failed
from bot.deliver import PER_SECOND, Deliverer
from bot.menus import Menus
from bot.process import Process
from bot.receive import Receiver
from bot.telegram import TelegramChannel
from bot.watch import Watch
from bot.work import Worker
from bot.zalo import ZaloChannel
from messages import ready

Run = Callable[[], Awaitable[None]]
Timetable = Callable[[Callable[[], Awaitable[object]], tzinfo], Any]
"""scheduler.build, handed in by main.py: what calls a look every few seconds, not started yet."""
INTRODUCTION = 10.0  # seconds a start waits for a platform to say the bot's name
AGAIN = 5.0  # seconds before a part that broke begins anew
NAMED = (TelegramChannel, ZaloChannel)
"""Channels whose platform knows the bot by a name."""
PACE = {"zalo": 4.9}
"""Messages a second where fewer than usual are wise: Zalo publishes no limit. No second holds more than five then."""
GRACE = 10.0  # seconds a stop waits for messages on the wire
LOG = structlog.get_logger()


class Parts:
    """The loops of one process."""

    def __init__(
        self,
        assistant: Assistant,
        timetable: Timetable,
        nightly: Mapping[str, Run] | None = None,
        process: Process = Process.ALL,
    ) -> None:
        """`nightly` are loops, by name, that go with the clock and that not every installation has."""
        self.assistant, self._nightly, self._process = assistant, nightly or {}, process
        self.worker = Worker(assistant)
        self.watch = Watch(assistant)
        self.receivers = {bot_id: Receiver(assistant, bot_id) for bot_id in assistant.channels}
        self.deliverers = {
            bot_id: Deliverer(assistant, bot_id, PACE.get(each.name, PER_SECOND))
            for bot_id, each in assistant.channels.items()
        }
        named = [(bot_id, each) for bot_id, each in assistant.channels.items() if isinstance(each, NAMED)]
        self.menus = [Menus(assistant, bot_id, each) for bot_id, each in named]
        self._tasks: list[asyncio.Task[None]] = []
        self._standing: list[asyncio.Task[None]] = []  # what lets this process lead, and hear of the others
        self._looking = asyncio.Lock()
        self._clock = timetable(self._look, assistant.zone)

    def _is(self, process: Process) -> bool:
        return self._process in (process, Process.ALL)

    async def _look(self) -> None:
        """Look until nothing is due: a push to many goes in parts, with room for answers between them."""
        async with self._looking:
            while await tick.look(self.assistant):
                pass

    async def introduce(self) -> dict[str, list[str]]:
        """Ask the platforms for the bots' names, by channel, but not for long.

        "" for one that is away, which is asked again.
        """
        names: dict[str, list[str]] = {each.name: [] for each in NAMED}
        for each in self.menus if self._is(Process.RECEIVE) else ():
            names[self.assistant.channels[each.bot_id].name].append(await self._introduced(each))
        return names

    async def _introduced(self, menus: Menus) -> str:
        try:
            await self.assistant.channels[menus.bot_id].start()
            async with asyncio.timeout(INTRODUCTION):
                return await menus.introduce()
        except (Failed, TimeoutError) as error:
            LOG.warning("the platform is away", bot=menus.bot_id, kind=type(error).__name__)
            return ""

    async def start(self) -> None:
        """Start channels, loops and the timetable, all words ready where words are made."""
        if any(map(self._is, (Process.WEB, Process.WORK, Process.CLOCK))):
            ready.prepare()
        for channel in self.assistant.channels.values():
            await channel.start()
        self.assistant.health.began_at = self.assistant.clock.machine()
        if self._is(Process.CLOCK):
            await self._awake()
        self._standing = [self._begun(name, run) for name, run in self._standing_loops()]
        self._tasks = [self._begun(name, run) for name, run in self._loops()]
        self._clock.start()

    async def _awake(self) -> None:
        """Look at what waited while nothing ran, before the loops send it; the clock's first look may do it as well."""
        try:
            await tick.awake(self.assistant)
        except Exception as error:  # noqa: BLE001 (a database that is away must not keep the assistant from starting)
            LOG.error("what waited was not looked at yet", kind=type(error).__name__)

    def _begun(self, name: str, run: Run) -> asyncio.Task[None]:
        return asyncio.create_task(self._for_ever(name, run))

    def _standing_loops(self) -> Iterator[tuple[str, Run]]:
        if self.assistant.leads.shared:
            yield "leads", self.assistant.leads.run
            yield "abroad", Abroad(self.assistant.database).run

    def _loops(self) -> Iterator[tuple[str, Run]]:
        """Give each loop of this process with the name under which health knows it."""
        yield from self._hearing()
        if self._is(Process.DELIVER):
            yield from ((f"deliver.{self._name(bot_id)}", each.lead) for bot_id, each in self.deliverers.items())
        if self._is(Process.WORK):
            yield from ((f"turns.{self._name(bot_id)}", each.run) for bot_id, each in self.receivers.items())
            yield "work", self.worker.run
        if self._is(Process.CLOCK):
            yield leads.CLOCK, self._led(leads.CLOCK, asyncio.Event().wait)
            yield from ((name, self._led(name, run)) for name, run in self._nightly.items())
        yield "watch", self.watch.run

    def _hearing(self) -> Iterator[tuple[str, Run]]:
        for bot_id, each in self.receivers.items():
            name = f"receive.{self._name(bot_id)}"
            if not self.assistant.channels[bot_id].polls:
                yield from [(name, each.listen)] if self._is(Process.WEB) else ()
            elif self._is(Process.RECEIVE):
                yield name, self._led(leads.hears(bot_id), each.listen)
        for menus in self.menus if self._is(Process.RECEIVE) else ():
            yield f"menus.{self._name(menus.bot_id)}", self._led(leads.greets(menus.bot_id), menus.run)

    def _name(self, bot_id: int) -> str:
        return self.assistant.channels[bot_id].name

    def _led(self, name: str, run: Callable[[], Awaitable[object]]) -> Run:
        return lambda: self.assistant.leads.lead(name, run)

    async def _for_ever(self, name: str, run: Run) -> None:
        """Run a loop, and again should it break: an assistant that is deaf or mute must not look alive."""
        while True:
            try:
                await run()
            except Exception as error:  # noqa: BLE001 (what it was is for the operator; the others go on meanwhile)
                kind = logs.kinds(error)
                self.assistant.health.broke(name, kind, self.assistant.clock.machine())
                LOG.critical(
                    "a part of the assistant broke and begins anew", part=name, kind=kind, at=logs.place(error)
                )
            await asyncio.sleep(AGAIN)

    async def stop(self) -> None:
        """Stop the timetable and the loops, lead no longer, then close the channels."""
        self._clock.remove_all_jobs()
        async with self._looking:  # a look in progress ends first
            self._clock.shutdown(wait=False)
        for tasks in (self._tasks, self._standing):
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks, timeout=GRACE)
        self.worker.close()
        for channel in self.assistant.channels.values():
            await channel.stop()
