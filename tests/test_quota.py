"""A platform's monthly quota: counted both ways, told in time, and its last part kept for reminders and answers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import TryLater, Unknown
from bot.zalo import ZaloChannel
from handlers import budget, push, spelled
from handlers.office import upkeep
from handlers.rules import quota
from handlers.rules.quota import PLANS, Size
from messages.types import Choice, Heard, Outgoing, OutgoingFile
from models import usage
from models.account import Account
from models.bot import Bot
from models.conversation import Conversation
from models.notice import Notice, NoticeKind
from models.outbox import HELD, Out, Outbox
from models.role import RoleKind
from tests.dialog import shown_text
from tests.world import ZONE, World, local


@pytest.fixture
def world(either: World) -> World:
    """Return a world on SQLite and on PostgreSQL in turn: what is counted here is counted by the database."""
    return either


async def people(world: World, messages: int = 3000) -> None:
    """Let an office person and a secretary be on Telegram (O, A), and three secretaries on Zalo (X, Y, Z)."""
    world.assistant.quotas = {"zalo": replace(PLANS["zalo"], messages=messages)}
    await world.start_campaign()
    await world.move_to(local("2024-05-21 09:00"))
    await world.join("O", RoleKind.OFFICE, "", "Phạm Văn D")
    await world.join("A", RoleKind.SECRETARY, "DT", "Nguyễn Văn A")
    for alias, code in (("X", "BT"), ("Y", "TV"), ("Z", "NH")):
        await world.put_on(alias, "zalo")
        told, _ = await world.invite(RoleKind.SECRETARY, code, f"Trần Thị {alias}")
        await world.say(alias, told)
        await world.press(alias, "Đúng, tôi đồng ý")
    read_all(world)


def read_all(world: World) -> None:
    """Have all that was said so far read."""
    for each in ("O", "A", "X", "Y", "Z"):
        world.unread(each)


async def used(world: World) -> tuple[int, int]:
    """Return (sent, received) of Zalo's month."""

    async def look(session: AsyncSession) -> tuple[int, int]:
        month = quota.month_of(world.clock.machine(), ZONE)
        bot_id = world.side("X").bot_id
        return (await usage.of_month(session, [bot_id], month)).get(bot_id, (0, 0))

    found: tuple[int, int] = await world.read(look)
    return found


async def use_up(world: World, sent: int) -> None:
    """Let so much more have gone out this month."""
    month = quota.month_of(world.clock.machine(), ZONE)
    await world.write(lambda session: usage.add(session, world.side("X").bot_id, month, sent=sent))


async def tell(world: World, kind: NoticeKind, key: str) -> None:
    """Push something to everybody."""

    async def telling(session: AsyncSession) -> None:
        moment = await world.assistant.moment(session)
        values = {"by": "B", "people": 1, "text": "x"}
        said = push.Push(kind, "broadcasts.others", key, key, values)
        await push.to_all(moment, [world.people["A"], *(await zalos(session))], said)

    await world.write(telling)
    await world.settle()


async def zalos(session: AsyncSession) -> list[int]:
    """Return the people on Zalo."""
    query = select(Account.person_id).where(Account.external_id.in_(["X", "Y", "Z"])).order_by(Account.id)
    return [each for each in await session.scalars(query) if each]


def test_months_turn_at_the_committees_midnight() -> None:
    """17:00 UTC is the next day in Viet Nam: the month there is what counts."""
    last = datetime(2026, 11, 30, 16, 59, tzinfo=UTC)
    assert quota.month_of(last, ZONE) == "2026-11"
    assert quota.month_of(last.replace(hour=17), ZONE) == "2026-12"
    assert quota.next_month(last, ZONE) == last.replace(hour=17, minute=0)
    assert quota.next_month(datetime(2026, 12, 31, 16, 0, tzinfo=UTC), ZONE) == datetime(2026, 12, 31, 17, tzinfo=UTC)


def test_what_is_kept() -> None:
    """A tenth, or what reminders still need where that is more; a long text is several messages."""
    plan = PLANS["zalo"]
    assert (plan.messages, plan.people) == (3000, 50)
    assert (plan.kept(0), plan.kept(299), plan.kept(1200)) == (300, 300, 1200)
    assert [plan.parts(Size(each)) for each in (0, 1950, 1951, 4000)] == [1, 1, 2, 3]


@pytest.mark.parametrize("letters", [20, 1000, 1500, 2500])
@pytest.mark.parametrize("kind", ["", "document", "photo"])
@pytest.mark.parametrize("public", [True, False])
def test_what_is_foretold_is_what_zalo_counts(letters: int, kind: str, public: bool) -> None:
    """A picture is a message of its own where it can be shown, a file lies under the words where they leave room."""
    channel = ZaloChannel("1:a", link=(lambda *_: f"https://chi-bo.example/{'x' * 400}") if public else None)
    file = OutgoingFile("/a", "a.docx", kind) if kind else None
    words = ("một từ " * 500)[:letters].strip()
    said = spelled.parts(words, (), ZaloChannel.manners, plain=False, file=bool(file))
    counted = [Outgoing("k", "c", each.text, file=file if each.file else None) for each in said]
    foretold = PLANS["zalo"].parts(Size(len(words), bool(kind), public and kind == "photo"))
    assert foretold == sum(channel.pieces(each) for each in counted)


async def test_both_ways_are_counted_and_other_channels_are_not(world: World) -> None:
    """Each message heard and each that went out or may have; a repeated update once; Telegram costs nothing."""
    await people(world)
    sent, received = await used(world)
    assert sent == sum(len(world.phone(each)) for each in ("X", "Y", "Z"))
    assert received == 6
    await world.say("A", "/trogiup")
    assert await used(world) == (sent, received)
    side = world.side("X")
    update = side.channel.update("X", Heard.TEXT, text="/trogiup")
    for _ in range(2):
        await side.receiver.store([update])
    side.channel.faults.append(Unknown())
    await world.settle()
    assert await used(world) == (sent + 1, received + 1)
    assert await world.read(lambda s: s.scalar(select(func.count()).select_from(usage.Usage))) == 1


async def test_the_office_is_told_once_at_four_fifths(world: World) -> None:
    """When 80 of 100 are used, once a month, and sees at any time what is left."""
    await people(world, messages=100)
    before = sum(await used(world))
    await use_up(world, 78 - before)
    await world.say("X", "/trogiup")
    await world.move_to(local("2024-05-21 09:30"))
    every = [shown_text(each) for each in world.unread("O")]
    (told,) = [each for each in every if "của tháng, còn" in each]
    assert told.split("\n")[0] == "Kênh Zalo đã dùng 80/100 tin của tháng, còn 20."
    await world.say("X", "/trogiup")
    await world.move_to(local("2024-05-21 10:00"))
    assert world.unread("O") == []
    await world.say("O", "/tinhhinh")
    sent, received = await used(world)
    shown = f"Zalo: tháng này gửi {sent}, nhận {received:02}, còn {100 - sent - received}/100 tin; 03/50 người."
    assert shown in shown_text(world.unread("O")[-1])


async def test_a_quota_that_is_no_more_by_then_is_not_told_of(world: World) -> None:
    """Four fifths were used, and the setting was taken away before the office heard: nothing is said, nothing fails."""
    await people(world, messages=100)
    bot_id = world.side("X").bot_id

    async def plan(session: AsyncSession) -> None:
        await upkeep.plan(await world.assistant.moment(session), "quota", f"{bot_id}:2026-11")

    await world.write(plan)
    world.assistant.quotas = {}
    await world.move_to(local("2024-05-21 10:00"))
    assert world.unread("O") == []


async def test_the_office_hears_at_once_that_the_month_is_used_up(world: World) -> None:
    """On another channel, once a month, with what was counted; nothing is lost, a try every quarter of an hour."""
    await people(world, messages=100)
    zalo = world.side("X").channel
    await use_up(world, 100 - sum(await used(world)))
    zalo.faults = [TryLater(30, everyone=True, why="limited")] * 2
    await tell(world, NoticeKind.REMINDER, "one")
    await world.move_to(local("2024-05-21 09:01"))
    (told,) = [text for each in world.unread("O") if "hết tin được gửi" in (text := shown_text(each))]
    assert told.startswith("Kênh Zalo báo đã hết tin được gửi; Trợ lý đếm được 100/100 tin tháng này.")
    assert [len(world.unread(each)) for each in ("A", "X", "Y", "Z")] == [1, 0, 0, 0]
    waiting = select(func.count()).select_from(Outbox).where(Outbox.state == Out.DUE)
    assert await world.read(lambda session: session.scalar(waiting)) == 3
    paused = (await world.read(lambda session: session.get_one(Bot, world.side("X").bot_id))).paused_until
    assert paused - world.clock.machine() > timedelta(minutes=14)
    await go_on(world)
    await world.move_to(local("2024-05-22 10:00"))
    assert not any("hết tin được gửi" in shown_text(each) for each in world.unread("O"))


async def go_on(world: World) -> None:
    """Let Zalo's pause be over."""

    async def over(session: AsyncSession) -> None:
        (await session.get_one(Bot, world.side("X").bot_id)).paused_until = None
        await session.execute(update(Outbox).where(Outbox.state == Out.DUE).values(not_before=world.clock.machine()))

    await world.write(over)
    world.side("X").deliverer._paused_until = world.clock.machine()
    await world.settle()


async def test_a_platform_that_wants_it_slower_is_waited_for_and_nothing_said(world: World) -> None:
    """With most of the month left a 429 is a limit of the moment: it goes half a minute later, in silence."""
    await people(world, messages=100)
    world.side("X").channel.faults = [TryLater(30, everyone=True, why="limited")]
    await tell(world, NoticeKind.REMINDER, "one")
    paused = (await world.read(lambda session: session.get_one(Bot, world.side("X").bot_id))).paused_until
    assert paused - world.clock.machine() < timedelta(minutes=1)
    await go_on(world)
    assert [len(world.unread(each)) for each in ("X", "Y", "Z")] == [1, 1, 1]
    await world.move_to(local("2024-05-21 10:00"))
    assert not any("hết tin" in shown_text(each) for each in world.unread("O"))


async def test_who_has_only_that_channel_is_not_written_to_there(world: World) -> None:
    """To be told on the very bot that can say nothing would tell nobody: it is void, and the log has it."""
    await people(world, messages=100)
    await world.put_on("P", "zalo")
    told, _ = await world.invite(RoleKind.OFFICE, "", "Trần Văn P")
    await world.say("P", told)
    await world.press("P", "Đúng, tôi đồng ý")
    await use_up(world, 100)
    world.side("P").channel.faults = [TryLater(30, everyone=True, why="limited")]
    world.unread("P")
    await world.say("X", "/trogiup")
    await world.move_to(local("2024-05-21 09:01"))
    template = select(Notice.person_id).where(Notice.template == "upkeep.used_up")
    assert await world.read(lambda session: all_of(session, template)) == [world.people["O"]]


async def room(world: World, session: AsyncSession) -> int:
    """Return how many messages broadcasts may still take."""
    moment = await world.assistant.moment(session)
    (month,) = await budget.uses(moment)
    letters = [budget.Letter(account_id, month.bot_id, 1) for account_id in range(month.left)]
    waits, _ = await budget.hold(moment, NoticeKind.BROADCAST, letters)
    return month.left - len(waits)


async def test_what_can_wait_waits_and_duties_go(world: World) -> None:
    """With two messages above what is kept a broadcast to three on Zalo reaches two; a reminder goes all the same."""
    await people(world, messages=1000)
    await use_up(world, await world.write(partial(room, world)) - 2)
    await tell(world, NoticeKind.BROADCAST, "one")
    assert [len(world.unread(each)) for each in ("A", "X", "Y", "Z")] == [1, 1, 1, 0]
    (told,) = [shown_text(each) for each in world.unread("O")]
    assert "phần giữ lại đến 08:00" in told
    held = select(Outbox).where(Outbox.error == HELD, Outbox.state == Out.DUE)
    (row,) = await world.read(lambda session: all_of(session, held))
    assert quota.month_of(row.not_before, ZONE) != quota.month_of(world.clock.machine(), ZONE)
    assert row.not_before.astimezone(ZONE).hour == 8
    await tell(world, NoticeKind.REMINDER, "two")
    assert [len(world.unread(each)) for each in ("A", "X", "Y", "Z")] == [1, 1, 1, 1]
    await world.say("Z", "/trogiup")
    assert len(world.unread("Z")) == 1
    await tell(world, NoticeKind.BROADCAST, "three")  # what was held of another broadcast stays
    assert len(await world.read(lambda session: all_of(session, held))) == 4
    read_all(world)
    await world.say("O", "/tinhhinh")
    assert "Đang giữ 04 tin thông báo, trích đoạn đến đầu tháng sau." in shown_text(world.unread("O")[-1])
    await world.press("O", "Gửi ngay 04 tin đang giữ")
    assert [len(world.unread(each)) for each in ("X", "Y", "Z")] == [1, 1, 2]


async def test_a_picture_takes_two_of_what_is_left(world: World) -> None:
    """With four messages above what is kept two of three on Zalo get a picture with its words, as the office reads."""
    await people(world, messages=1000)
    await use_up(world, await world.write(partial(room, world)) - 4)
    await world.say("O", "/thongbao")
    await world.press("O", "Soạn thông báo")
    await world.send_file("O", "a.jpg", b"\xff\xd8\xff\xe0" + bytes(200), "Mời họp giao ban.")
    await world.press("O", "Xem trước")
    read_all(world)
    await world.press("O", "Gửi")
    assert "Giữ lại 01 đ/c đến 08:00" in "".join(shown_text(each) for each in world.unread("O"))
    await world.move_to(local("2024-05-21 09:10"))
    assert [len(world.unread(each)) for each in ("A", "X", "Y", "Z")] == [1, 1, 1, 0]


async def test_a_pause_keeps_what_is_held_and_lets_nothing_go(world: World) -> None:
    """[Gửi ngay …] waits for the pause to end; after it what is held waits for its month as before."""
    await people(world, messages=1000)
    await use_up(world, 1000 - sum(await used(world)))
    await tell(world, NoticeKind.BROADCAST, "one")
    held = select(Outbox).where(Outbox.error == HELD, Outbox.state == Out.DUE)
    before = [each.not_before for each in await world.read(lambda session: all_of(session, held))]
    assert len(before) == 3
    read_all(world)
    await world.say("O", "/tinhhinh")
    await world.say("O", "/tamdung")
    await world.press("O", "Gửi ngay 03 tin đang giữ")
    assert [len(world.unread(each)) for each in ("X", "Y", "Z")] == [0, 0, 0]
    await world.say("O", "/tieptuc")
    assert [each.not_before for each in await world.read(lambda session: all_of(session, held))] == before


async def test_what_is_held_is_no_menu_of_anybodys(world: World) -> None:
    """Who has not seen it chooses nothing of it."""
    await people(world, messages=1000)
    await use_up(world, 1000 - sum(await used(world)))

    async def offer(session: AsyncSession) -> None:
        moment = await world.assistant.moment(session)
        values = {"by": "B", "people": 1, "text": "x"}
        choices = [[Choice("status.items", {"number": 1})]]
        said = push.Push(NoticeKind.BROADCAST, "broadcasts.others", "k", "k", values, choices)
        await push.to_all(moment, await zalos(session), said)

    await world.write(offer)
    held = select(Outbox.id).where(Outbox.error == HELD)
    ids = await world.read(lambda session: all_of(session, held))
    shown = select(Conversation.menu_id).where(Conversation.menu_id.in_(ids))
    assert len(ids) == 3
    assert await world.read(lambda session: all_of(session, shown)) == []


async def test_a_month_is_added_up_on_either_database(world: World) -> None:
    """What goes and what is held is counted apart."""
    await people(world, messages=1000)
    await use_up(world, 1000 - sum(await used(world)))
    await tell(world, NoticeKind.BROADCAST, "one")

    async def look(session: AsyncSession) -> tuple[int, int]:
        (month,) = await budget.uses(await world.assistant.moment(session))
        return month.going, month.held

    assert await world.read(look) == (0, 3)


async def all_of(session: AsyncSession, query):  # type: ignore[no-untyped-def]
    """Return rows."""
    return (await session.scalars(query)).all()


async def test_a_broadcasts_cost_is_shown_before_it_is_sent(world: World) -> None:
    """Three messages of Zalo's, and what the month has left; Telegram's reader costs nothing."""
    await people(world)
    await world.say("O", "/thongbao")
    await world.press("O", "Soạn thông báo")
    await world.say("O", "Sáng thứ Sáu họp giao ban các Bí thư tại hội trường Sở.")
    assert await cost(world) in shown_text(world.unread("O")[-1])


async def test_a_long_one_and_one_with_a_picture_cost_more(world: World) -> None:
    """What stands around the office's words counts too, and a picture is a message of its own."""
    await people(world)
    await world.say("O", "/thongbao")
    await world.press("O", "Soạn thông báo")
    await world.say("O", "Mời họp giao ban. " * 107)
    assert await cost(world, 6) in shown_text(world.unread("O")[-1])
    await world.press("O", "Sửa nội dung")
    await world.send_file("O", "a.jpg", b"\xff\xd8\xff\xe0" + bytes(200), "Mời họp giao ban.")
    await world.press("O", "Xem trước")
    assert await cost(world, 6) in shown_text(world.unread("O")[-1])


async def test_so_is_what_a_document_and_a_correction_cost(world: World) -> None:
    """Whatever goes to many says it before, a correction what it costs to reach them once more."""
    await people(world)
    await world.say("O", "/phathanh")
    await world.press("O", "Gửi Kế hoạch")
    assert await cost(world) in shown_text(world.unread("O")[-1])
    await world.press("O", "Gửi 04 người")
    await world.move_to(local("2024-05-21 09:10"))
    read_all(world)
    await world.say("O", "/dagui")
    await world.press("O", "Đợt 1")
    await world.press("O", "Đính chính")
    await world.say("O", "Bản gửi lúc trước thiếu một trang.")
    assert await cost(world) in shown_text(world.unread("O")[-1])


async def cost(world: World, messages: int = 3) -> str:
    """Return what three messages (or more) over Zalo cost, as the office reads it."""
    left = 3000 - sum(await used(world))
    return f"Tốn {messages:02} tin Zalo, còn {left // 1000}.{left % 1000:03} tin tháng này."
