"""What becomes of messages to somebody on Zalo and Telegram when Zalo refuses or loses them: over HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Refused
from bot.deliver import Deliverer
from bot.endings import REFUSALS
from bot.zalo import ZaloChannel
from handlers import push
from handlers.shape import SaidFile
from models import account as accounts
from models.account import Account
from models.attachment import Attachment
from models.notice import NoticeKind
from models.outbox import Out, Outbox
from models.role import RoleKind
from tests.dialog import shown_text
from tests.fake_zalo import TOKEN
from tests.world import World, local
from tests.zalo_server import FakeZalo

CHAT = "a1b2c3d4e5f607182930"
exercises = pytest.mark.exercises


class Desk:
    """A secretary on Telegram (A) and, rather, on the fake Zalo."""

    def __init__(self, world: World, zalo: FakeZalo) -> None:
        self.world, self.zalo = world, zalo

    async def open(self) -> None:
        await self.world.start_campaign()
        await self.world.move_to(local("2024-05-20 09:00"))
        await self.world.join("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
        await self.world.join("O", RoleKind.OFFICE, "", "Phạm Văn D")
        await self.zalo.say(CHAT, "xin chào")
        self.channel = ZaloChannel(TOKEN, self.zalo.url, 0.2, send_timeout=0.4)
        await self.channel.start()
        self.bot_id = await self.world.assistant.add(self.channel, "ZALO_BOT_TOKEN")
        self.deliverer = Deliverer(self.world.assistant, self.bot_id, 1_000_000)
        self.account_id: int = await self.world.write(self._link)

    async def _link(self, session: AsyncSession) -> int:
        account = await accounts.heard_from(session, self.bot_id, CHAT)
        account.person_id = self.world.people["A"]
        await accounts.prefer(session, account.person_id, account.id)
        return account.id

    async def tell(
        self, key: str, kind: NoticeKind = NoticeKind.BROADCAST, *, text: str = "", file: SaidFile | None = None
    ) -> None:
        """Push something to the secretary as to many, and send all there is."""
        await self.write(key, kind, text=text, file=file)
        await self.deliver()

    async def write(
        self, key: str, kind: NoticeKind = NoticeKind.BROADCAST, *, text: str = "", file: SaidFile | None = None
    ) -> None:
        """Push something to the secretary as to many; nothing is sent yet."""

        async def telling(session: AsyncSession) -> None:
            moment = await self.world.assistant.moment(session)
            values = {"by": "B", "people": 1, "text": text or key}
            said = push.Push(kind, "broadcasts.others", key, "", values, file=file)
            await push.to_all(moment, [self.world.people["A"]], said)

        await self.world.write(telling)

    async def keep_file(self) -> SaidFile:
        """Keep a document that may go with what is told."""
        now = self.world.clock.now()
        made = Attachment(committee_id=1, name="giay-moi.docx", kind="document", path="moi.docx", size=4, made_at=now)
        self.world.assistant.files.mkdir(exist_ok=True)
        (self.world.assistant.files / made.path).write_bytes(b"moi.")

        async def add(session: AsyncSession) -> SaidFile:
            session.add(made)
            await session.flush()
            return SaidFile(made.id, made.kind)

        kept: SaidFile = await self.world.write(add)
        return kept

    async def prefer(self, external_id: str) -> None:
        """Let pushes go to that account of the secretary."""

        async def set_it(session: AsyncSession) -> None:
            found = (await session.scalars(select(Account).where(Account.external_id == external_id))).one()
            await accounts.prefer(session, self.world.people["A"], found.id)

        await self.world.write(set_it)

    async def deliver(self) -> None:
        while await self.deliverer.deliver():
            pass
        await self.world.settle()

    async def hurry(self) -> None:
        """Let every wait be over, and send."""
        then = self.world.clock.machine() - timedelta(seconds=1)
        await self.world.write(
            lambda s: s.execute(update(Outbox).where(Outbox.state == Out.DUE).values(not_before=then))
        )
        await self.deliver()

    async def arrived(self) -> tuple[int, int]:
        """Return how many messages came on Zalo and on Telegram since the last look."""
        told, before = await self.zalo.said(CHAT), getattr(self, "before", 0)
        self.before = len(told)
        return len(told) - before, len(self.world.unread("A"))

    async def account(self) -> Account:
        found: Account = await self.world.read(lambda session: session.get_one(Account, self.account_id))
        return found

    async def states(self) -> list[tuple[str, str]]:
        """Return state and error of all that is not sent."""
        query = select(Outbox.state, Outbox.error).where(Outbox.state != Out.SENT).order_by(Outbox.id)
        return await self.world.read(lambda session: _all(session, query))


async def _all(session: AsyncSession, query: Any) -> list[Any]:
    return [tuple(row) for row in await session.execute(query)]


@pytest.fixture
async def desk(either: World, zalo: FakeZalo) -> AsyncIterator[Desk]:
    """Return a desk on SQLite and on PostgreSQL in turn."""
    made = Desk(either, zalo)
    await made.open()
    yield made
    await made.channel.stop()


@exercises("400 on sendMessage")
@pytest.mark.parametrize("kind", [NoticeKind.BROADCAST, NoticeKind.REMINDER])
async def test_what_zalo_refuses_goes_to_telegram_once(desk: Desk, kind: NoticeKind) -> None:
    """The same message moves; one refusal says nothing of the next message, which goes to Zalo again."""
    await desk.zalo.fault("sendMessage", code=400, chat=CHAT, description="chat not found")
    await desk.tell("một", kind)
    assert await desk.arrived() == (0, 1)
    assert (await desk.account()).refusals == 1
    await desk.tell("hai", kind)
    assert await desk.arrived() == (1, 0)
    assert ((await desk.account()).refusals, (await desk.account()).reachable) == (0, True)
    assert await desk.states() == []


@exercises("404 on sendMessage")
async def test_who_is_refused_again_and_again_is_lost_and_the_office_sees_it(desk: Desk) -> None:
    """After so many in a row nothing is tried there, the office reads why; the first word from there heals it."""
    await desk.zalo.fault("sendMessage", code=404, chat=CHAT, times=9)
    for n in range(REFUSALS + 2):
        await desk.tell(f"tin {n}")
        assert await desk.arrived() == (0, 1)
    assert len(await desk.zalo.calls("sendMessage")) == REFUSALS
    assert ((await desk.account()).reachable, (await desk.account()).lost_why) == (False, "refused")
    await desk.world.write(
        lambda s: s.execute(update(Account).where(Account.external_id == "A").values(reachable=False))
    )
    await desk.world.say("O", "/chibo bảo tàng")
    assert "tin gửi tới không được nhận từ 20/5" in shown_text(desk.world.unread("O")[-1])


async def test_who_has_no_other_channel_is_shown_with_what_did_not_arrive(desk: Desk) -> None:
    """The refused ones are among what a person who cannot be reached was not told."""
    await desk.world.write(
        lambda s: s.execute(update(Account).where(Account.external_id == "A").values(person_id=None))
    )
    await desk.zalo.fault("sendMessage", code=400, chat=CHAT, times=9)
    await desk.tell("một")
    assert await desk.states() == [(Out.DEAD, "refused")]
    for each in ("hai", "ba", "bốn"):
        await desk.tell(each)
    assert await desk.states() == [(Out.DEAD, "unreachable")] * REFUSALS
    assert len(await desk.zalo.calls("sendMessage")) == REFUSALS


async def test_two_channels_that_refuse_do_not_pass_a_message_on_for_ever(desk: Desk) -> None:
    """Each is asked once."""
    second = ZaloChannel(TOKEN, desk.zalo.url, 0.2, send_timeout=0.4)
    await second.start()
    bot_id = await desk.world.assistant.add(second, "ZALO_BOT_TOKEN:2")
    await desk.world.write(lambda s: s.execute(update(Account).where(Account.external_id == "A").values(bot_id=bot_id)))
    await desk.zalo.fault("sendMessage", code=400, times=9)
    other = Deliverer(desk.world.assistant, bot_id, 1_000_000)
    await desk.tell("một")
    while await other.deliver() + await desk.deliverer.deliver():
        pass
    await second.stop()
    assert len(await desk.zalo.calls("sendMessage")) == 2
    assert await desk.states() == [(Out.DEAD, "refused")]


async def test_what_both_refuse_stays_dead_though_other_messages_went_well_between(desk: Desk) -> None:
    """Zalo takes the next message before Telegram refuses the first: that one is not passed back."""
    await desk.zalo.fault("sendMessage", code=400, chat=CHAT)
    await desk.write("một")
    await desk.deliverer.deliver()
    await desk.write("hai")
    await desk.deliverer.deliver()
    desk.world.channel.mishaps["A"] = [Refused()]
    await desk.deliver()
    assert await desk.arrived() == (1, 0)
    assert len(await desk.zalo.calls("sendMessage")) == 2
    assert await desk.states() == [(Out.DEAD, "refused")]


async def test_a_file_with_many_words_moves_where_captions_are_short(desk: Desk) -> None:
    """Zalo refuses a broadcast with a document; on Telegram the words come, and the document."""
    await desk.zalo.fault("sendMessage", code=400, chat=CHAT)
    await desk.tell("họp", text="Mời các đồng chí dự họp. " * 60, file=await desk.keep_file())
    came = desk.world.unread("A")
    assert [bool(each.message.file) for each in came] == [False, True]
    assert await desk.arrived() == (0, 0)
    assert await desk.states() == []


async def test_a_file_refused_after_its_words_arrived_moves_alone(desk: Desk) -> None:
    """Telegram took the words and not the document: its address comes on Zalo, the words are not said twice."""
    await desk.prefer("A")
    desk.world.channel.faults = [None, Refused()]
    await desk.tell("họp", text="Mời các đồng chí dự họp. " * 60, file=await desk.keep_file())
    await desk.deliver()
    assert await desk.arrived() == (1, 1)
    (came,) = await desk.zalo.said(CHAT)
    assert came.startswith("Tệp giay-moi.docx")
    assert await desk.states() == []


@pytest.mark.parametrize(
    "mishap",
    [
        {"then": "close"},
        pytest.param({"then": "hang"}, marks=exercises("hang on sendMessage")),
        {"page": 504},
    ],
    ids=str,
)
async def test_what_may_have_arrived_is_sent_once_more_at_most(desk: Desk, mishap: dict[str, Any]) -> None:
    """Every message counts against the plan: then it is parked, as the office sees, and goes nowhere else."""
    await desk.zalo.fault("sendMessage", times=9, chat=CHAT, **mishap)
    await desk.tell("nhắc", NoticeKind.REMINDER)
    assert await desk.states() == [(Out.DUE, "unknown")]
    for _ in range(3):
        await desk.hurry()
    assert await desk.states() == [(Out.UNKNOWN, "unknown")]
    assert len(await desk.zalo.calls("sendMessage")) == 2
    assert (await desk.arrived())[1] == 0
    await desk.world.say("O", "/tinkhongtoi")
    assert "đứt mạng lúc gửi, chưa rõ đã tới" in shown_text(desk.world.unread("O")[-1])


@exercises("408 on sendMessage")
async def test_a_second_try_that_is_answered_is_the_end_of_it(desk: Desk) -> None:
    """What was lost once arrives by the one repeat."""
    await desk.zalo.fault("sendMessage", code=408, chat=CHAT)
    await desk.tell("nhắc", NoticeKind.REMINDER)
    await desk.hurry()
    assert await desk.arrived() == (1, 0)
    kept = select(func.count()).where(Outbox.state == Out.SENT, Outbox.account_id == desk.account_id)
    assert await desk.world.read(lambda session: session.scalar(kept)) == 1
