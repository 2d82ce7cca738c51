"""Elections over PostgreSQL: one leads, terms are numbered, whoever was deposed writes nothing."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from bot import leads
from bot.channel import TryLater
from bot.clock import Clock
from bot.leads import Alone, Deposed, Elected
from bot.menus import Menus
from messages.types import Heard, Outgoing
from models import lead
from models.account import Account
from models.database import Database
from models.inbox import Inbox
from models.lead import Lead
from models.outbox import Out, Outbox
from tests import databases, faults
from tests import world as worlds
from tests.test_menus import Menu

NAME = "speak:1"
LED = (
    "select pid from pg_locks join pg_database on pg_database.oid = pg_locks.database"
    " where datname = current_database() and locktype = 'advisory' and classid = 3 and granted"
)


@contextlib.asynccontextmanager
async def standing(url: str, *who: Elected) -> AsyncIterator[None]:
    """Let these stand for election."""
    tasks = [asyncio.create_task(each.run()) for each in who]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


@pytest.fixture
async def url(postgres_template: str) -> AsyncIterator[str]:
    """Return the address of a PostgreSQL of its own."""
    made = await databases.create_postgres(postgres_template)
    yield made
    await databases.drop_postgres(made)


class Led:
    """What is led, in which it counts how often it began and whether it runs."""

    def __init__(self) -> None:
        self.begun, self.running = 0, False

    async def run(self) -> None:
        """Run until cancelled."""
        self.begun, self.running = self.begun + 1, True
        try:
            await asyncio.Event().wait()
        finally:
            self.running = False


async def test_one_leads_and_the_next_takes_over(url: str) -> None:
    """Of two one leads; its connection is ended by the server: the other leads, in the next term."""
    first, second, led = Elected(url, Clock()), Elected(url, Clock()), (Led(), Led())
    async with standing(url, first, second):
        tasks = [asyncio.create_task(each.lead(NAME, one.run)) for each, one in zip((first, second), led, strict=True)]
        await faults.until(lambda: _done(led[0].running or led[1].running))
        await asyncio.sleep(2 * leads.BEAT)
        assert led[0].running != led[1].running
        assert first.held(NAME) != second.held(NAME)
        old, new = (0, 1) if led[0].running else (1, 0)
        ((pid,),) = await databases.look(url, LED)
        await databases.do(url, f"select pg_terminate_backend({pid})")
        await faults.until(lambda: _done(not led[old].running))
        await faults.until(lambda: _done(led[0].begun + led[1].begun == 2))
        assert await databases.look(url, "select epoch from lead") == [(2,)]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    assert new != old


async def _done(true: bool) -> bool:
    return true


PARTS = ("clock", "hear:1", "speak:1", "speak:2")
AT_MOST = 3.0  # seconds until another leads all of it


async def test_all_that_a_process_leads_goes_with_its_connection(url: str) -> None:
    """One connection carries all locks of a process: when it ends they end together, each to be led anew."""
    first, second = Elected(url, Clock()), Elected(url, Clock())
    led, next_ = [Led() for _ in PARTS], [Led() for _ in PARTS]
    async with standing(url, first):
        tasks = [asyncio.create_task(first.lead(each, one.run)) for each, one in zip(PARTS, led, strict=True)]
        await faults.until(lambda: _done(all(each.running for each in led)))
        ((pid,),) = set(await databases.look(url, LED))
        async with standing(url, second):
            more = [asyncio.create_task(second.lead(each, one.run)) for each, one in zip(PARTS, next_, strict=True)]
            await asyncio.sleep(2 * leads.BEAT)
            assert not any(each.begun for each in next_)
            assert all(first.held(each) for each in PARTS)
            began = time.monotonic()
            await databases.do(url, f"select pg_terminate_backend({pid})")
            await faults.until(lambda: _done(not any(first.held(each) for each in PARTS)))
            await faults.until(lambda: _all_led(url))
            assert time.monotonic() - began < AT_MOST
            for task in (*tasks, *more):
                task.cancel()
            await asyncio.wait([*tasks, *more])


async def _all_led(url: str) -> bool:
    terms = await databases.look(url, "select name from lead where epoch = 2")
    return {name for (name,) in terms} == set(PARTS)


async def test_a_term_that_is_over_writes_nothing(url: str) -> None:
    """Who believes to lead, while another term has begun, is refused within the transaction; who leads is not."""
    elected, led, database = Elected(url, Clock()), Led(), Database(url)

    async def write(session: AsyncSession) -> str:
        await elected.still(session, NAME)
        return "written"

    with pytest.raises(Deposed):
        await database.write(write)
    async with standing(url, elected):
        task = asyncio.create_task(elected.lead(NAME, led.run))
        await faults.until(lambda: _done(led.running))
        assert await database.write(write) == "written"
        await databases.do(url, "update lead set epoch = epoch + 1")
        assert elected.held(NAME)
        with pytest.raises(Deposed):
            await database.write(write)
        task.cancel()
        await asyncio.wait([task])
    await database.close()


async def test_a_process_that_stood_still_knows_that_it_may_not(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its clock alone, before it asks anybody."""
    elected, led = Elected(url, Clock()), Led()
    async with standing(url, elected):
        task = asyncio.create_task(elected.lead(NAME, led.run))
        await faults.until(lambda: _done(led.running))
        now = leads._now()
        monkeypatch.setattr(leads, "_now", lambda: now + leads.SURE + 1)
        assert not elected.held(NAME)
        task.cancel()
        await asyncio.wait([task])


async def test_what_breaks_is_raised_and_runs_again(url: str) -> None:
    """An error of what is led is the caller's; called again it runs in the next term, for the part was given back."""
    elected, led = Elected(url, Clock()), Led()
    async with standing(url, elected):
        with pytest.raises(ValueError, match="broken"):
            await elected.lead(NAME, broken)
        assert not elected.held(NAME)
        task = asyncio.create_task(elected.lead(NAME, led.run))
        await faults.until(lambda: _done(led.running))
        assert await databases.look(url, "select epoch from lead") == [(2,)]
        task.cancel()
        await asyncio.wait([task])
        assert not led.running


async def broken() -> None:
    """Break at once."""
    raise ValueError("broken")


async def test_what_breaks_here_is_led_elsewhere(url: str) -> None:
    """A part whose work broke, however often, is free for others; what else the process leads it goes on leading."""
    first, second, kept, led = Elected(url, Clock()), Elected(url, Clock()), Led(), Led()
    async with standing(url, first):
        other = asyncio.create_task(first.lead(leads.CLOCK, kept.run))
        for _ in range(2):  # a lock taken twice would have to be given back twice
            with pytest.raises(ValueError, match="broken"):
                await first.lead(NAME, broken)
        async with standing(url, second):
            task = asyncio.create_task(second.lead(NAME, led.run))
            await faults.until(lambda: _done(led.running))
            assert await databases.look(url, "select name, epoch from lead order by name") == [("clock", 1), (NAME, 3)]
            for each in (task, other):
                each.cancel()
            await asyncio.wait([task, other])
    assert (kept.begun, led.begun) == (1, 1)


async def test_what_still_ends_is_not_led_anew_by_its_process(url: str) -> None:
    """A term is over and its work, say messages on the wire, takes a while to end: who stands by leads meanwhile."""
    first, second, led = Elected(url, Clock()), Elected(url, Clock()), Led()
    begun, ending, ended, again = (asyncio.Event() for _ in range(4))

    async def slow() -> None:
        (again if begun.is_set() else begun).set()
        try:
            await asyncio.Event().wait()
        finally:
            ending.set()
            await ended.wait()

    async with standing(url, first):
        slowly = asyncio.create_task(first.lead(NAME, slow))
        await begun.wait()
        await databases.do(url, f"select pg_terminate_backend(pid) from ({LED}) as led")
        await ending.wait()
        other = Led()
        beside = asyncio.create_task(first.lead(leads.CLOCK, other.run))
        await faults.until(lambda: _done(first.held(leads.CLOCK)))  # it is back
        await asyncio.sleep(3 * leads.BEAT)
        async with standing(url, second):
            task = asyncio.create_task(second.lead(NAME, led.run))
            await faults.until(lambda: _done(led.running))
            assert not first.held(NAME)
            ended.set()
            await asyncio.sleep(2 * leads.BEAT)
            assert not again.is_set()
            task.cancel()
            await asyncio.wait([task])
            await again.wait()  # given back by the second, which goes on standing
            for each in (slowly, beside):
                each.cancel()
            await asyncio.wait([slowly, beside])


@pytest.mark.parametrize("locked", [False, True])
async def test_many_terms_that_begin_at_once_cost_none(url: str, locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long many terms take to begin, or to fail to, each answer of the server is a sign of life."""
    elected, kept, now, held = Elected(url, Clock()), Led(), 0.0, []
    begin = lead.begin
    names = [f"speak:{n}" for n in range(2, 18)]

    async def slowly(connection: AsyncConnection, name: str, at: datetime) -> int:
        nonlocal now
        held.append(elected.held(leads.CLOCK))
        now += leads.SURE / 4
        return await begin(connection, name, at)

    async with standing(url, elected):
        tasks = [asyncio.create_task(elected.lead(leads.CLOCK, kept.run))]
        await faults.until(lambda: _done(kept.running))
        monkeypatch.setattr(leads, "_now", lambda: now)
        await faults.until(lambda: _done(elected._alive_at == now))
        monkeypatch.setattr(lead, "begin", slowly)
        async with holding(url, names if locked else []):
            tasks += [asyncio.create_task(elected.lead(each, Led().run)) for each in names]
            await faults.until(lambda: _done(len(held) > len(names) / 2))
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    assert kept.begun == 1


@contextlib.asynccontextmanager
async def holding(url: str, names: Sequence[str]) -> AsyncIterator[None]:
    """Keep terms of these from beginning, as the last transaction of the term before does."""
    engine = create_async_engine(url, poolclass=NullPool)
    for name in names:
        await databases.do(url, f"insert into lead (name, epoch, taken_at) values ('{name}', 1, now())")
    async with engine.begin() as connection:
        await connection.execute(select(Lead).where(Lead.name.in_(names)).with_for_update(read=True))
        yield


async def test_alone_everything_is_led() -> None:
    """Where no other process may be, nothing is asked."""
    led = Led()
    task = asyncio.create_task(Alone().lead(NAME, led.run))
    await faults.until(lambda: _done(led.running))
    assert Alone().held(NAME)
    task.cancel()
    await asyncio.wait([task])


async def test_what_follows_a_send_is_for_who_holds_the_message(shared_world: worlds.World) -> None:
    """Another took a message over while the platform said that its reader is gone: only the other may act on that."""
    world = shared_world
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    world.channel.blocked.add("A")
    send = world.channel.send

    async def taken_over(message: Outgoing) -> str:
        await world.write(lambda session: session.execute(update(Outbox).values(claim="another's")))
        return await send(message)

    world.channel.send = taken_over
    await world.receiver.store([world.channel.update("A", Heard.TEXT, text="/tinhhinh")])
    await world.receiver.handle()
    await world.deliverer.deliver()

    async def look(session: AsyncSession) -> tuple[bool, str]:
        account = (await session.scalars(select(Account).where(Account.external_id == "A"))).one()
        newest = (await session.scalars(select(Outbox).order_by(Outbox.id.desc()).limit(1))).one()
        return account.reachable, newest.state

    assert await world.read(look) == (True, Out.SENDING)


@contextlib.asynccontextmanager
async def leading(world: worlds.World, name: str) -> AsyncIterator[None]:
    """Let a world's process lead something, by a real election."""
    elected, led = Elected(world.assistant.database.url, Clock()), Led()
    world.assistant.leads = elected
    async with standing(elected._url, elected):
        task = asyncio.create_task(elected.lead(name, led.run))
        await faults.until(lambda: _done(led.running))
        yield
        task.cancel()
        await asyncio.wait([task])


async def _next_term(world: worlds.World) -> None:
    await world.write(lambda session: session.execute(update(Lead).values(epoch=Lead.epoch + 1)))


async def test_who_polled_before_stores_nothing(shared_world: worlds.World) -> None:
    """What was polled in a term that is over is not confirmed either: whoever polls now is given it."""
    async with leading(shared_world, leads.hears(shared_world.bot_id)):
        first, second = (shared_world.channel.update("A", Heard.TEXT, text=each) for each in ("một", "hai"))
        await shared_world.receiver.store([first])
        await _next_term(shared_world)
        with pytest.raises(TryLater):
            await shared_world.receiver.store([second])
    keys = await shared_world.read(lambda session: session.scalars(select(Inbox.key)))
    assert keys.all() == [first.key]


async def test_who_polled_before_stores_what_a_platform_gives_once(shared_world: worlds.World) -> None:
    """Where whoever polls now is not given it, it would be lost."""
    shared_world.channel.manners = replace(shared_world.channel.manners, again=False)
    async with leading(shared_world, leads.hears(shared_world.bot_id)):
        await _next_term(shared_world)
        update = shared_world.channel.update("A", Heard.TEXT, text="một")
        await shared_world.receiver.store([update])
    keys = await shared_world.read(lambda session: session.scalars(select(Inbox.key)))
    assert keys.all() == [update.key]


async def test_who_kept_the_menus_before_sets_none(shared_world: worlds.World) -> None:
    """A menu that was read in a term that is over may be of roles that have ended."""
    await shared_world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await shared_world.write(lambda session: session.execute(update(Account).values(stale_menu=True)))
    platform = Menu()
    menus = Menus(shared_world.assistant, shared_world.bot_id, platform)
    shared_world.assistant.leads = Elected(shared_world.assistant.database.url, Clock())
    with pytest.raises(Deposed):
        await menus.refresh()
    assert platform.shown == {}
    async with leading(shared_world, leads.greets(shared_world.bot_id)):
        await _next_term(shared_world)
        with pytest.raises(Deposed):
            await menus.refresh()
    stale = await shared_world.read(lambda session: session.scalars(select(Account.stale_menu)))
    assert stale.all() == [True]
