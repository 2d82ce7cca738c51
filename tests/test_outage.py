"""A channel that fails for a quarter of an hour: the office hears of it on another, once, and once that it is over."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import tick
from bot.channel import TryLater, Unknown
from bot.clock import DrillClock
from bot.deliver import Deliverer
from bot.health import Health
from bot.receive import Receiver
from bot.watch import Watch
from handlers.rules.quota import Quota
from messages.types import Choice, Heard
from models.account import Account
from models.bot import Bot
from models.notice import Notice, NoticeKind
from models.outbox import Outbox
from models.person import Person
from tests.dialog import shown_text
from tests.fake_channel import FakeChannel
from tests.world import START, World, local

LASTING = 16  # minutes


class Watched(DrillClock):
    """A drill's clock whose machine can be moved on as well."""

    ahead = timedelta()

    def machine(self):  # type: ignore[no-untyped-def]
        return super().machine() + self.ahead


@dataclass
class Two:
    """An assistant on two channels."""

    world: World
    telegram: FakeChannel
    web: FakeChannel
    watch: Watch
    web_id: int
    web_out: Deliverer

    @property
    def health(self) -> Health:
        return self.world.assistant.health

    async def pass_by(self, minutes: float) -> None:
        """Let the machine's time pass: what waits is tried again, health is looked at, letters go out."""
        clock = self.world.clock
        assert isinstance(clock, Watched)
        clock.ahead += timedelta(minutes=minutes)
        await self.world.settle()
        await self.watch.look()
        await self.world.settle()
        while await self.web_out.deliver():
            pass

    async def also_on_the_web(self, alias: str) -> None:
        """Give somebody an account on the local page."""
        person_id = self.world.people[alias]
        row = Account(bot_id=self.web_id, external_id=f"web-{alias}", person_id=person_id, reachable=True)

        async def add(session: AsyncSession) -> None:
            session.add(row)

        await self.world.write(add)

    def on_the_web(self, alias: str) -> list[str]:
        """Return what somebody was told on the page."""
        return [shown_text(each) for each in self.web.phones.get(f"web-{alias}", [])]

    async def row(self) -> Bot:
        """Return Telegram's row."""
        found: Bot = await self.world.read(lambda session: session.get_one(Bot, self.world.bot_id))
        return found


@pytest.fixture
async def two(either: World) -> Two:
    """Both channels well, the campaign in force, it is 08:05 on a Monday; office O on both, secretary A on Telegram."""
    assistant = either.assistant
    assistant.clock = Watched(local("2024-05-13 08:05"))
    assistant.health.bots.clear()
    web, telegram = FakeChannel(name="web"), FakeChannel(name="telegram")
    web_id, either.bot_id = await assistant.add(web, "local"), await assistant.add(telegram, "TELEGRAM_BOT_TOKEN")
    either.channel = telegram
    either.receiver = Receiver(assistant, either.bot_id)
    either.deliverer = Deliverer(assistant, either.bot_id, per_second=1_000_000, chat_gap=0)
    made = Two(
        either, telegram, web, Watch(assistant), web_id, Deliverer(assistant, web_id, per_second=1_000_000, chat_gap=0)
    )
    await either.start_campaign()
    await either.join("O", "office", "", "Phạm Văn D")
    await either.join("A", "secretary", "BT", "Nguyễn Văn A")
    await made.also_on_the_web("O")
    return made


def deaf(two: Two) -> None:
    """A poll of Telegram has just failed."""
    two.health.bot(two.world.bot_id).heard("Conflict", two.world.clock.machine())


def heard(two: Two) -> None:
    """A poll of Telegram has just gone well."""
    two.health.bot(two.world.bot_id).heard("", two.world.clock.machine())


async def test_a_mute_channel_is_told_once_and_its_end_once(two: Two) -> None:
    """What people wait for is not lost, the office is told on the page; nobody is told twice."""
    two.telegram.faults = [TryLater(30)] * 1000
    await two.world.say("A", "xin chào")
    await two.pass_by(10)
    assert two.on_the_web("O") == []
    await two.pass_by(6)
    (told,) = two.on_the_web("O")
    assert told.startswith("Kênh Telegram không gửi được tin từ ")
    assert "01 tin chờ gửi vẫn giữ đủ" in told
    for _ in range(4):
        await two.pass_by(10)
    assert len(two.on_the_web("O")) == 1
    two.telegram.faults = []
    await two.pass_by(10)
    await two.pass_by(1)
    assert len(two.telegram.phones["A"]) == 1
    assert two.on_the_web("O")[1].startswith("Kênh Telegram đã thông lại, sau khi gián đoạn từ ")
    await two.pass_by(30)
    assert len(two.on_the_web("O")) == 2
    assert ((await two.row()).failing, (await two.row()).failing_since) == ("", None)


def limit(two: Two, messages: int) -> None:
    """Let Telegram be a channel whose plan has so many messages a month, and take no more from now on."""
    two.world.assistant.quotas = {"telegram": Quota(messages, people=50)}
    two.world.deliverer = Deliverer(two.world.assistant, two.world.bot_id, per_second=1_000_000, chat_gap=0)
    two.telegram.faults = [TryLater(30, everyone=True, why="limited")] * 1000


async def test_a_limit_that_lasts_is_told_with_what_was_counted(two: Two) -> None:
    """A platform that takes no more without saying why, with most of the month left: after a quarter of an hour."""
    limit(two, messages=100)
    await two.world.say("A", "xin chào")
    await two.pass_by(10)
    assert two.on_the_web("O") == []
    await two.pass_by(6)
    (told,) = two.on_the_web("O")
    assert told.startswith("Kênh Telegram không gửi được tin từ ")
    assert "Trợ lý mới đếm được 01/100 tin tháng này." in told
    assert "doctor" not in told


async def test_a_month_used_up_is_told_once_not_also_as_an_outage(two: Two) -> None:
    """What the office heard as such is the same thing a quarter of an hour later; its end is nothing new either."""
    await two.world.say("A", "xin chào")
    limit(two, messages=1)
    await two.world.say("A", "/trogiup")
    await tick.look(two.world.assistant)
    for _ in range(3):
        await two.pass_by(16)
    (told,) = two.on_the_web("O")
    assert told.startswith("Kênh Telegram báo đã hết tin được gửi")
    two.telegram.faults = []
    for _ in range(3):
        await two.pass_by(16)
    assert len(two.on_the_web("O")) == 1


async def test_a_deaf_channel_is_told_and_a_second_outage_too(two: Two) -> None:
    """One outage is one message, another is another."""
    for times in (1, 2):
        for _ in range(4):
            deaf(two)
            await two.pass_by(5)
        assert len(two.on_the_web("O")) == 2 * times - 1
        assert two.on_the_web("O")[-1].startswith("Kênh Telegram không nhận được tin từ ")
        assert "Telegram giữ 24 giờ" in two.on_the_web("O")[-1]
        heard(two)
        await two.pass_by(1)
        assert len(two.on_the_web("O")) == 2 * times
    assert not two.telegram.phones


async def test_short_or_unsure_failures_are_not_told(two: Two) -> None:
    """Ten minutes are no outage, and one message that may have arrived, with none after it, proves nothing."""
    deaf(two)
    await two.pass_by(10)
    heard(two)
    await two.pass_by(10)
    two.health.bot(two.world.bot_id).sent("unknown", two.world.clock.machine())
    await two.pass_by(60)
    deaf(two)
    await two.pass_by(60)  # a machine that slept: the next poll says how it is
    assert two.on_the_web("O") == []


async def test_outside_sending_hours_it_waits_for_them(two: Two) -> None:
    """At night nobody is woken; it is told when the hours begin, if it still lasts then."""
    two.world.assistant.clock = Watched(START)  # 07:00
    two.health.bots.clear()
    two.health.bot(two.world.bot_id, "telegram")
    deaf(two)
    await two.pass_by(LASTING)
    deaf(two)
    await two.pass_by(0)
    assert two.on_the_web("O") == []
    assert (await two.row()).failing == "hearing"
    two.world.clock.move_to(local("2024-05-13 08:00"))
    await two.pass_by(1)
    assert len(two.on_the_web("O")) == 1
    two.world.clock.move_to(local("2024-05-13 18:00"))
    heard(two)
    await two.pass_by(1)
    assert len(two.on_the_web("O")) == 1
    two.world.clock.move_to(local("2024-05-14 08:00"))
    await two.pass_by(1)
    assert len(two.on_the_web("O")) == 2


async def test_over_before_anybody_was_told_is_not_told(two: Two) -> None:
    """A night's outage that ended in the night is for the log."""
    two.world.assistant.clock = Watched(START)
    deaf(two)
    await two.pass_by(LASTING)
    deaf(two)
    await two.pass_by(0)
    assert (await two.row()).failing == "hearing"
    heard(two)
    await two.pass_by(1)
    two.world.clock.move_to(local("2024-05-13 08:00"))
    await two.pass_by(1)
    assert two.on_the_web("O") == []
    assert (await two.row()).failing_since is None


async def test_nobody_elsewhere_is_one_critical_line_and_in_health(two: Two) -> None:
    """Until an account on another channel appears: then that person is told."""

    async def leave(session: AsyncSession) -> None:
        (await session.scalars(select(Account).where(Account.bot_id == two.web_id))).one().reachable = False

    await two.world.write(leave)
    with structlog.testing.capture_logs() as logs:
        for _ in range(6):
            deaf(two)
            await two.pass_by(5)
    critical = [each for each in logs if each["log_level"] == "critical"]
    assert [each["channel"] for each in critical] == ["telegram"]
    assert "untold:telegram" in two.health.wrong(two.world.clock.machine())
    assert not two.telegram.phones
    await two.world.join("P", "office", "", "Lê Văn E")
    await two.also_on_the_web("P")
    await two.pass_by(1)
    assert len(two.on_the_web("P")) == 1
    assert "untold:telegram" not in two.health.wrong(two.world.clock.machine())


async def test_a_restart_tells_nothing_twice_and_forgets_nothing(two: Two) -> None:
    """The outage is in the bot's row: a new process goes on with it, and ends it by success only."""
    for _ in range(4):
        deaf(two)
        await two.pass_by(5)
    assert len(two.on_the_web("O")) == 1
    since = (await two.row()).failing_since
    two.world.assistant.health = Health()
    two.health.bot(two.world.bot_id, "telegram")
    two.watch = Watch(two.world.assistant)
    await two.pass_by(1)
    assert ((await two.row()).failing, (await two.row()).failing_since) == ("hearing", since)
    for _ in range(4):
        deaf(two)
        await two.pass_by(5)
    assert len(two.on_the_web("O")) == 1
    heard(two)
    await two.pass_by(1)
    assert len(two.on_the_web("O")) == 2


async def test_the_other_way_round(two: Two) -> None:
    """A page that cannot be written to is told on Telegram."""
    two.web.faults = [Unknown()] * 1000

    async def say(session: AsyncSession) -> Any:
        moment = await two.world.assistant.moment(session)
        account = (await session.scalars(select(Account).where(Account.bot_id == two.web_id))).one()
        return await moment.say_to(account, "lockout.reopened")

    await two.world.write(say)
    for _ in range(5):
        await two.pass_by(5)
    (told,) = [shown_text(each) for each in two.telegram.phones["O"]]
    assert told.startswith("Kênh trang tại máy không gửi được tin từ ")


async def test_what_is_said_meanwhile_goes_where_it_arrives_and_never_twice(two: Two) -> None:
    """Who has another account is told there; what was tried on the first stays there, for it may have arrived."""
    two.telegram.faults = [Unknown()] * 1000
    await two.world.say("O", "xin chào")
    for _ in range(5):
        await two.pass_by(5)

    async def tell(session: AsyncSession, alias: str, key: str) -> int:
        moment = await two.world.assistant.moment(session)
        to = await session.get_one(Person, two.world.people[alias])
        told = await moment.tell(to, "lockout.reopened", kind=NoticeKind.ITEM, dedupe=key)
        assert told is not None
        return (await session.get_one(Account, told.notice["account_id"])).bot_id

    assert await two.world.write(lambda session: tell(session, "O", "one")) == two.web_id
    assert await two.world.write(lambda session: tell(session, "A", "two")) == two.world.bot_id
    await two.pass_by(1)
    assert len(two.on_the_web("O")) == 2  # the outage, and this: not the answer that Telegram may have shown
    two.telegram.faults = []
    for _ in range(8):
        await two.pass_by(31)
    assert len(two.telegram.phones["O"]) == 1
    assert await two.world.write(lambda session: tell(session, "O", "three")) == two.world.bot_id


async def test_the_last_poll_is_kept_once_a_minute(two: Two) -> None:
    """For `doctor`, which must know it when the program is gone; no write for every poll."""
    heard(two)
    await two.pass_by(0)
    first = (await two.row()).heard_at
    assert first is not None
    await two.pass_by(0.5)
    heard(two)
    await two.pass_by(0)
    assert (await two.row()).heard_at == first
    await two.pass_by(0.6)
    heard(two)
    await two.pass_by(0)
    kept = (await two.row()).heard_at
    assert kept is not None
    assert timedelta(minutes=1) <= kept - first < timedelta(minutes=5)


async def test_an_idle_watch_writes_nothing(two: Two) -> None:
    """Well is the usual state: it costs a write a minute a bot."""
    heard(two)
    await two.pass_by(0)
    writes = []
    real = two.world.assistant.database.write
    two.world.assistant.database.write = lambda work: writes.append(work) or real(work)  # type: ignore[method-assign]
    for _ in range(5):
        heard(two)
        await two.watch.look()
    assert writes == []
    assert await two.world.read(lambda session: session.scalar(select(func.count(Notice.id)))) == 0


async def tell(two: Two, alias: str, key: str, kind: NoticeKind = NoticeKind.REMINDER, **said: Any) -> None:
    """Say something to somebody as a push does: where they are reached."""

    async def say(session: AsyncSession) -> None:
        moment = await two.world.assistant.moment(session)
        to = await session.get_one(Person, two.world.people[alias])
        assert await moment.tell(to, "lockout.reopened", kind=kind, dedupe=key, **said)

    await two.world.write(say)


async def on_telegram_first(two: Two, alias: str) -> None:
    """Give somebody, who is on Telegram, an account on the page."""
    await two.also_on_the_web(alias)
    two.telegram.phones.clear()


async def stands(two: Two) -> list[tuple[str, str]]:
    """Return how each message stands, and why."""
    return await two.world.read(_stands)


async def _stands(session: AsyncSession) -> list[tuple[str, str]]:
    return [(each.state, each.error) for each in await session.scalars(select(Outbox).order_by(Outbox.id))]


async def test_who_blocked_one_channel_is_told_on_the_other_once(two: Two) -> None:
    """The push that showed it and those behind it arrive on the page, with buttons that work; none of them twice."""
    await on_telegram_first(two, "A")
    two.telegram.blocked = {"A"}
    button = [[Choice("letters.show", {"number": 1}, "letters.open")]]
    for key in ("one", "two"):
        await tell(two, "A", key, choices=button)
    await two.pass_by(1)
    assert len(two.on_the_web("A")) == 2
    assert await stands(two) == [("sent", "")] * 2
    pressed = two.web.phones["web-A"][-1].message.buttons[0][0]
    receiver = Receiver(two.world.assistant, two.web_id)
    await receiver.store([two.web.update("web-A", Heard.CHOICE, data=pressed.data)])
    await receiver.handle()
    await two.pass_by(1)
    assert "không thuộc" in two.on_the_web("A")[-1]
    two.telegram.blocked = set()
    await two.world.hear("A", Heard.UNBLOCKED)
    await two.pass_by(60)
    assert "A" not in two.telegram.phones


async def test_what_may_have_arrived_does_not_go_a_second_way(two: Two) -> None:
    """A push whose first try may have arrived dies with the account; an answer stays in its own conversation."""
    await on_telegram_first(two, "A")
    two.telegram.faults = [Unknown()]
    await tell(two, "A", "one")
    await two.world.settle()
    two.telegram.blocked = {"A"}
    await two.pass_by(10)
    assert await stands(two) == [("dead", "unreachable")]
    await two.world.hear("A", Heard.TEXT, text="/bay")
    await two.pass_by(10)
    assert (await stands(two))[1:] == [("dead", "unreachable")]
    assert two.on_the_web("A") == []


async def test_what_waits_on_a_channel_that_fails_goes_the_other_way(two: Two) -> None:
    """After a quarter of an hour the page says what Telegram certainly did not take; who has no page waits on."""
    two.telegram.faults = [TryLater(30)] * 1000
    for alias in ("O", "A"):
        await tell(two, alias, alias)
    await two.world.settle()
    await two.pass_by(10)
    assert two.on_the_web("O") == []
    await two.pass_by(6)
    told, moved = two.on_the_web("O")
    assert "Kênh Telegram không gửi được" in told
    assert "01 tin chờ gửi" in told
    two.telegram.faults = []
    await two.pass_by(10)
    assert [list(two.telegram.phones), len(two.telegram.phones["A"])] == [["A"], 1]
    assert two.on_the_web("O").count(moved) == 1
