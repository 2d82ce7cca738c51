"""What becomes of a message when Telegram refuses, breaks, moves or loses it: the real deliverer over HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from bot.deliver import TRIES, Deliverer
from bot.telegram import TelegramChannel
from messages.types import Heard
from models import account as accounts
from models.account import Account
from models.bot import Bot
from models.outbox import Out, Outbox
from tests.fake_telegram import TOKEN
from tests.telegram_server import FakeTelegram
from tests.world import World

PERSON, GROUP, SUPERGROUP = 501, -41, -10041


class Desk:
    """A world whose bot is on the fake Telegram, with one person and one group that were heard."""

    def __init__(self, world: World, telegram: FakeTelegram) -> None:
        self.world, self.telegram = world, telegram

    async def open(self) -> None:
        channel = TelegramChannel(TOKEN, self.telegram.url, poll_timeout=1, send_timeout=2)
        await channel.start()
        self.channel = channel
        self.bot_id = await self.world.assistant.add(channel, "TELEGRAM_TOKEN")
        self.deliverer = Deliverer(self.world.assistant, self.bot_id, per_second=1_000_000)
        await self.telegram.say(PERSON, "/start")
        await self.telegram.add_to_group(PERSON, GROUP)
        for number in (PERSON, GROUP):
            await self.world.write(lambda s, number=number: accounts.heard_from(s, self.bot_id, str(number)))

    async def say(self, text: str = "unknown.closed", to: int = PERSON, **said: Any) -> int:
        """Write a message; return its row."""

        async def write(session) -> int:
            account = await accounts.known(session, self.bot_id, str(to))
            moment = await self.world.assistant.moment(session)
            notice = await moment.say_to(account, text, **said)
            await session.flush()
            return (await moment.message_of(notice.id)).id

        return await self.world.write(write)

    async def change(self, row_id: int, text: str) -> None:
        async def write(session) -> None:
            moment = await self.world.assistant.moment(session)
            await moment.replace(await session.get_one(Outbox, row_id), text)

        await self.world.write(write)

    async def deliver(self) -> None:
        while await self.deliverer.deliver():
            pass

    async def row(self, row_id: int) -> Outbox:
        return await self.world.read(lambda session: session.get_one(Outbox, row_id))

    async def hurry(self) -> None:
        """Let every wait be over."""

        async def ready(session) -> None:
            now = self.world.clock.machine() - timedelta(seconds=1)
            await session.execute(update(Outbox).where(Outbox.state == Out.DUE).values(not_before=now))
            await session.execute(update(Bot).values(paused_until=None))

        self.deliverer = Deliverer(self.world.assistant, self.bot_id, per_second=1_000_000)
        await self.world.write(ready)

    async def said(self, to: int = PERSON) -> list[str]:
        return [line["text"] for line in await self.telegram.chat(to) if line["by"] == "bot"]

    async def account(self, number: int) -> Account | None:
        return await self.world.read(lambda session: accounts.known(session, self.bot_id, str(number)))


@pytest.fixture
async def desk(either: World, telegram: FakeTelegram) -> AsyncIterator[Desk]:
    """Return a desk on the fake Telegram."""
    made = Desk(either, telegram)
    await made.open()
    yield made
    await made.channel.stop()


async def test_a_moved_chat_is_written_to_where_it_lives(desk: Desk) -> None:
    """The message arrives under the new id, what waited follows, and a late update of the old id finds the account."""
    await desk.telegram.call("migrate", group=GROUP, to=SUPERGROUP)
    before = await desk.account(GROUP)
    first, second = [await desk.say(to=GROUP) for _ in range(2)]
    await desk.deliver()
    assert len(await desk.said(SUPERGROUP)) == 2
    assert (await desk.row(first)).state == (await desk.row(second)).state == Out.SENT
    assert (await desk.account(SUPERGROUP)).id == (await desk.account(GROUP)).id == before.id
    heard = await desk.world.write(
        lambda s: accounts.all_heard_from(s, desk.bot_id, [str(GROUP), str(SUPERGROUP), "502"])
    )
    assert heard[str(GROUP)].id == heard[str(SUPERGROUP)].id == before.id
    calls = [call["args"]["chat_id"] for call in await desk.telegram.calls("sendMessage")]
    assert calls == [str(GROUP), str(SUPERGROUP), str(SUPERGROUP)]


async def test_a_moved_chat_that_was_heard_already(desk: Desk) -> None:
    """Where the new id has an account, that one stays, takes the person and what waited, and the old id leads to it."""
    await desk.world.write(lambda s: accounts.heard_from(s, desk.bot_id, str(SUPERGROUP)))
    person = await desk.world.join("A", "secretary", "BT", "Nguyễn Văn A")
    living = await desk.account(SUPERGROUP)
    await desk.world.write(
        lambda s: s.execute(update(Account).where(Account.external_id == str(GROUP)).values(person_id=person))
    )
    await desk.telegram.call("migrate", group=GROUP, to=SUPERGROUP)
    rows = [await desk.say(to=GROUP) for _ in range(2)]
    await desk.deliver()
    assert len(await desk.said(SUPERGROUP)) == 2
    assert [(await desk.row(each)).state for each in rows] == [Out.SENT, Out.SENT]
    found = await desk.account(GROUP)
    assert (found.id, found.person_id, found.reachable) == (living.id, person, True)
    theirs = await desk.world.read(lambda s: accounts.of_person(s, person))
    assert living.id in {each.id for each in theirs}
    assert str(GROUP) not in {each.external_id for each in theirs}


async def test_a_chat_that_says_for_ever_that_it_moved(desk: Desk) -> None:
    """One hop is followed: what leads nowhere is dead and holds nobody back."""
    await desk.telegram.call("migrate", group=GROUP, to=SUPERGROUP)
    await desk.telegram.call("migrate", group=SUPERGROUP, to=GROUP)
    row = await desk.say(to=GROUP)
    await desk.deliver()
    assert ((await desk.row(row)).state, (await desk.row(row)).error) == (Out.DEAD, "refused")
    assert len(await desk.telegram.calls("sendMessage")) == 2


@pytest.mark.parametrize("mishap", ["delete", "too_old"])
async def test_an_edit_of_what_is_gone_is_said_anew(desk: Desk, mishap: str) -> None:
    """It becomes a message of its own, once, and a later edit changes that one."""
    row = await desk.say("unknown.closed")
    await desk.say("unknown.closed")
    await desk.deliver()
    number = int((await desk.row(row)).platform_id)
    await desk.telegram.call(mishap, person=PERSON, message_id=number)
    await desk.change(row, "unknown.command")
    await desk.deliver()
    shown = await desk.said()
    assert shown[-1].startswith("Trợ lý")
    assert len(shown) == (2 if mishap == "delete" else 3)
    assert (await desk.row(row)).platform_id != str(number)
    await desk.change(row, "unknown.closed")
    await desk.deliver()
    assert len(await desk.said()) == len(shown)
    assert (await desk.telegram.last(PERSON))["edits"] == 1


async def test_an_edit_that_changes_nothing_is_success(desk: Desk) -> None:
    """Telegram's "not modified" is what was wanted."""
    row = await desk.say("unknown.closed")
    await desk.deliver()
    await desk.change(row, "unknown.closed")
    await desk.deliver()
    states = await desk.world.read(lambda s: s.scalars(select(Outbox.state).order_by(Outbox.id)))
    assert list(states) == [Out.SENT, Out.SENT]
    assert len(await desk.said()) == 1


@pytest.mark.parametrize(
    "fault", [{"status": 413}, {"status": 400, "description": "Bad Request: message is too long"}], ids=str
)
async def test_what_is_refused_is_dead_at_once(desk: Desk, fault: dict[str, Any]) -> None:
    """Sending it again would change nothing."""
    await desk.telegram.fault("sendMessage", **fault)
    row = await desk.say()
    await desk.deliver()
    assert ((await desk.row(row)).state, (await desk.row(row)).error) == (Out.DEAD, "refused")
    assert len(await desk.telegram.calls("sendMessage")) == 1


@pytest.mark.parametrize("fault", [{"status": 401}, {"status": 404}], ids=str)
async def test_a_token_that_is_refused_stops_sending(desk: Desk, fault: dict[str, Any]) -> None:
    """An alarm, a long pause that is kept in the database, no try used up, nothing lost."""
    await desk.telegram.fault("sendMessage", **fault)
    rows = [await desk.say(), await desk.say(to=GROUP)]
    with capture_logs() as logs:
        await desk.deliver()
    assert [each["log_level"] for each in logs if each["log_level"] == "critical"]
    assert TOKEN not in str(logs)
    bot = await desk.world.read(lambda s: s.get_one(Bot, desk.bot_id))
    assert bot.paused_until - desk.world.clock.machine() > timedelta(seconds=50)
    assert {(await desk.row(each)).state for each in rows} <= {Out.DUE, Out.SENT}
    assert (await desk.row(rows[0])).attempts == 0
    await desk.hurry()
    await desk.deliver()
    assert [(await desk.row(each)).state for each in rows] == [Out.SENT, Out.SENT]
    assert len(await desk.said()) == len(await desk.said(GROUP)) == 1


async def test_a_platform_that_breaks_is_asked_again_later(desk: Desk) -> None:
    """5xx: longer and longer waits with jitter for this message alone, an end after TRIES, and the office sees it."""
    await desk.telegram.fault("sendMessage", status=502, times=TRIES, chat=str(PERSON))
    row, other = await desk.say(kind="excerpt"), await desk.say(to=GROUP)
    waits = []
    for _ in range(TRIES):
        await desk.deliver()
        waits.append(((await desk.row(row)).not_before - desk.world.clock.machine()).total_seconds())
        await desk.hurry()
    assert (await desk.row(other)).state == Out.SENT
    assert ((await desk.row(row)).state, (await desk.row(row)).error) == (Out.DEAD, "tried_out")
    assert 4 < waits[0] < 6 < waits[2] < waits[5]
    assert max(waits) < 2000
    assert len(await desk.said()) == 0


async def test_a_429_pauses_the_bot_as_long_as_it_says(desk: Desk) -> None:
    """The pause is kept, a new process waits too, and no try is used up."""
    await desk.telegram.fault("sendMessage", status=429, retry_after=120)
    row = await desk.say()
    await desk.deliver()
    desk.deliverer = Deliverer(desk.world.assistant, desk.bot_id, per_second=1_000_000)
    await desk.deliver()
    assert len(await desk.telegram.calls("sendMessage")) == 1
    assert (await desk.row(row)).attempts == 0
    bot = await desk.world.read(lambda s: s.get_one(Bot, desk.bot_id))
    assert timedelta(seconds=119) < bot.paused_until - desk.world.clock.machine() < timedelta(seconds=133)
    await desk.hurry()
    await desk.deliver()
    assert len(await desk.said()) == 1


async def test_who_blocked_the_bot_is_lost_with_what_waited(desk: Desk) -> None:
    """The account says why and since when; one call is made, and what waited is dead, not forgotten."""
    await desk.telegram.block(PERSON)
    rows = [await desk.say() for _ in range(3)]
    await desk.deliver()
    account = await desk.account(PERSON)
    assert (account.reachable, account.lost_why) == (False, "blocked")
    assert abs(account.lost_at - desk.world.clock.now()) < timedelta(minutes=1)
    assert [((await desk.row(each)).state, (await desk.row(each)).error) for each in rows] == [
        (Out.DEAD, "unreachable")
    ] * 3
    assert len(await desk.telegram.calls("sendMessage")) == 1


@pytest.mark.parametrize("then", ["close", "hang"])
async def test_what_may_have_arrived(desk: Desk, then: str) -> None:
    """An answer is sent again, an excerpt is parked."""
    await desk.telegram.fault("sendMessage", then=then, times=2)
    answer, excerpt = await desk.say(), await desk.say(to=GROUP, kind="excerpt")
    await desk.deliver()
    assert ((await desk.row(answer)).state, (await desk.row(answer)).error) == (Out.DUE, "unknown")
    assert ((await desk.row(excerpt)).state, (await desk.row(excerpt)).error) == (Out.UNKNOWN, "unknown")
    await desk.hurry()
    await desk.deliver()
    assert (len(await desk.said()), len(await desk.said(GROUP))) == (2, 1)


async def test_a_late_update_of_the_old_id_is_answered_at_the_new(desk: Desk) -> None:
    """A turn for the old id is a turn of the account that moved."""
    await desk.world.join("A", "secretary", "BT", "Nguyễn Văn A")

    async def move(session) -> None:
        account = await accounts.known(session, desk.world.bot_id, "A")
        await accounts.move(session, account.id, "A2")

    await desk.world.write(move)
    await desk.world.hear("A", Heard.TEXT, text="/bay")
    assert len(desk.world.phone("A2")) == 1
    assert not desk.world.phone("A")
