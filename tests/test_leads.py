"""Elections over PostgreSQL: one leads, terms are numbered, whoever was deposed writes nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import leads
from bot.clock import Clock
from bot.leads import Alone, Deposed, Elected
from messages.types import Heard, Outgoing
from models.account import Account
from models.database import Database
from models.outbox import Out, Outbox
from tests import databases, faults
from tests import world as worlds

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
    """An error of what is led is the caller's; called again it runs in the same term."""
    elected, led = Elected(url, Clock()), Led()

    async def broken() -> None:
        raise ValueError("broken")

    async with standing(url, elected):
        with pytest.raises(ValueError, match="broken"):
            await elected.lead(NAME, broken)
        task = asyncio.create_task(elected.lead(NAME, led.run))
        await faults.until(lambda: _done(led.running))
        assert await databases.look(url, "select epoch from lead") == [(1,)]
        task.cancel()
        await asyncio.wait([task])
        assert not led.running


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
