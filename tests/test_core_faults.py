"""What looks like the database's trouble and is not, what is paid for once, and what nobody holds: all goes on."""

import asyncio
import sqlite3
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Failing, TryLater
from handlers.everyone import unknown
from handlers.rules.flood import Limits
from messages.types import Heard
from models import inbox
from models.database import Database, is_away
from models.inbox import Inbox
from models.outbox import Out, Outbox
from tests.world import World

NOW = datetime(2024, 5, 13, tzinfo=UTC)


async def _rows(world: World, table: Any) -> list[Any]:
    async def look(session: AsyncSession) -> list[Any]:
        return list(await session.scalars(select(table).order_by(table.id)))

    return await world.read(look)


async def _release(world: World) -> None:
    async def now(session: AsyncSession) -> None:
        for row in await session.scalars(select(Outbox)):
            row.not_before = datetime.now(UTC) - timedelta(seconds=1)

    await world.write(now)


@pytest.mark.parametrize("statement", ["SELECT 1 FROM nowhere", "SELECT abs(-9223372036854775807 - 1)"])
async def test_a_statement_that_can_never_run_holds_nobody_back(
    either: World, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    """SQLite calls it an operational error, as it does a full disk: waiting for it would stop everybody for ever."""
    for alias in ("A", "B"):
        await either.join(alias, "secretary", "BT", alias)
    real = unknown.command

    async def breaks(turn: Any) -> None:
        if turn.incoming.account == "A":
            await turn.session.execute(text(statement if either.assistant.database.sqlite else "SELECT 1/0"))
        await real(turn)

    monkeypatch.setattr(unknown, "command", breaks)
    await either.receiver.store([either.channel.update(alias, Heard.TEXT, text="/bay") for alias in ("A", "B")])
    await either.settle()
    assert len(either.phone("B")) == 1
    assert (await _rows(either, Inbox))[0].attempts == 1


async def test_what_never_left_costs_no_try(either: World) -> None:
    """After a long time without a network the platform's first hiccup must not be the end of an answer."""
    await either.join("A", "secretary", "BT", "A")
    either.channel.faults = [*(TryLater(0.0) for _ in range(15)), Failing()]
    await either.say("A", "/bay")
    for _ in range(15):
        assert (await _rows(either, Outbox))[0].state == Out.DUE
        await _release(either)
        await either.settle()
    assert (await _rows(either, Outbox))[0].state == Out.DUE
    await _release(either)
    await either.settle()
    assert len(either.phone("A")) == 1


async def test_a_message_is_paid_for_once_however_often_it_is_taken(
    either: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch that waits for the database is taken again and again: that is nobody's flood."""
    await either.join("A", "secretary", "BT", "A")
    either.assistant.limits = Limits(1, 1000.0)
    await either.receiver.store([either.channel.update("A", Heard.TEXT, text="/bay")])
    close = inbox.close

    async def away(*_: Any) -> None:
        raise _lost()

    monkeypatch.setattr(inbox, "close", away)
    for _ in range(3):
        with pytest.raises(DBAPIError):
            await either.receiver.handle()
    monkeypatch.setattr(inbox, "close", close)
    await either.settle()
    assert len(either.phone("A")) == 1


def _lost() -> DBAPIError:
    return OperationalError("COMMIT", {}, OSError("connection lost"))


async def test_a_claim_whose_answer_was_lost_is_taken_again(either: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commit may have gone through though its answer never came: no row waits for a restart."""
    await either.join("A", "secretary", "BT", "A")
    await either.receiver.store([either.channel.update("A", Heard.TEXT, text="/bay")])
    await either.receiver.handle()
    deliverer = either.deliverer
    monkeypatch.setattr(Database, "write", _once_lost(Database.write, monkeypatch))
    assert not await deliverer._safely()
    assert [row.state for row in await _rows(either, Outbox)] == [Out.SENDING]
    await deliverer._safely()
    await asyncio.wait(set(deliverer._sending))
    await deliverer._drain()
    assert len(either.phone("A")) == 1
    assert [row.state for row in await _rows(either, Outbox)] == [Out.SENT]


def _once_lost(real: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    async def write(self: Database, work: Any, **how: Any) -> Any:
        monkeypatch.setattr(Database, "write", real)
        await real(self, work, **how)
        raise _lost()

    return write


async def test_what_may_have_been_committed_is_not_run_again_unasked(
    either: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the database is away all who wait are told, each once: a second claim would leave the first to nobody."""
    tried: list[int] = []

    async def lost(_self: Database, pieces: Any) -> None:
        tried.append(len(pieces))
        raise _lost()

    async def nothing(_session: AsyncSession) -> None:
        pass

    monkeypatch.setattr(Database, "_commit", lost)
    writes = [either.assistant.database.write(nothing, together=True) for _ in range(3)]
    ended = await asyncio.gather(*writes, return_exceptions=True)
    assert sum(tried) == 3
    assert [isinstance(each, Exception) and is_away(each) for each in ended] == [True] * 3


async def test_who_waits_for_a_busy_database_waits_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program's lock costs all who wait its patience together, not each in turn."""
    monkeypatch.setattr("models.sqlite.PATIENCE", 200)
    path = tmp_path / "busy.db"
    database = Database(f"sqlite+aiosqlite:///{path}")
    await database.write(lambda session: session.execute(text("CREATE TABLE entry (id INTEGER)")))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    add = text("INSERT INTO entry VALUES (1)")

    async def waited(people: int) -> float:
        began = time.monotonic()
        writing = (database.write(lambda session: session.execute(add), together=True) for _ in range(people))
        ended = await asyncio.gather(*writing, return_exceptions=True)
        assert [isinstance(each, Exception) and is_away(each) for each in ended] == [True] * people
        return time.monotonic() - began

    assert await waited(40) < 20 * await waited(1)
    other.close()
    await database.close()


async def test_a_pause_costs_what_was_claimed_no_try(either: World) -> None:
    """A 429 holds back what was claimed beside it; that is none of its tries."""
    for alias in ("A", "B"):
        await either.join(alias, "secretary", "BT", alias)
    either.channel.faults = [TryLater(60.0, everyone=True)]
    await either.receiver.store([either.channel.update(alias, Heard.TEXT, text="/bay") for alias in ("A", "B")])
    await either.settle()
    assert [(row.state, row.attempts) for row in await _rows(either, Outbox)] == [(Out.DUE, 0)] * 2


@pytest.mark.parametrize(("minutes", "arrived"), [(40, 1), (0, 0)])
async def test_what_an_outage_put_off_goes_when_it_is_over(either: World, minutes: int, arrived: int) -> None:
    """Waits grow to half an hour; who waits for an answer hears it once the platform takes messages again.

    One message that fails where others arrive is no outage: its waits grow.
    """
    for alias in ("A", "B"):
        await either.join(alias, "secretary", "BT", alias)
    either.channel.faults = [Failing()]
    await either.say("A", "/bay")
    sending = either.assistant.health.bot(either.bot_id).sending
    assert sending.failing_since
    sending.failing_since -= timedelta(minutes=minutes)
    await either.say("B", "/bay")
    await either.settle()
    assert (len(either.phone("A")), len(either.phone("B"))) == (arrived, 1)


async def test_an_update_that_the_database_refuses_costs_itself_alone(either: World) -> None:
    """Half a surrogate pair cannot be bound: that update is set aside, those beside it are answered."""
    for alias in ("A", "B"):
        await either.join(alias, "secretary", "BT", alias)
    updates = [either.channel.update(alias, Heard.TEXT, text="/bay") for alias in ("A", "B")]
    updates[0] = replace(updates[0], account="\ud83d")
    await either.receiver.store(updates)
    await either.settle()
    first, second = await _rows(either, Inbox)
    assert [each.outcome for each in (first, second)] == ["set_aside", "done"]
    assert "/bay" in first.raw["refused"]
    assert len(either.phone("B")) == 1
    await either.receiver.store(updates)  # the platform repeats it: nothing new
    assert len(await _rows(either, Inbox)) == 2


async def test_a_message_is_set_aside_even_if_nobody_can_be_told(
    either: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What breaks the telling breaks neither the count of tries nor the others."""
    await either.join("A", "secretary", "BT", "A")

    async def breaks(*_: Any) -> None:
        raise ValueError

    monkeypatch.setattr(unknown, "command", breaks)
    monkeypatch.setattr(unknown, "set_aside", breaks)
    await either.receiver.store([either.channel.update("A", Heard.TEXT, text="/bay")])
    for _ in range(4):
        await either.settle()
        await either.write(lambda session: session.execute(update(Inbox).values(not_before=NOW)))
    (row,) = await _rows(either, Inbox)
    assert (row.attempts, row.outcome) == (3, "set_aside")
