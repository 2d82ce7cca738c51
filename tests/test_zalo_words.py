"""What is said where no files arrive, with Zalo's own manners: true of that channel, and once."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Refused
from bot.zalo import ZaloChannel
from handlers import push, spelled
from handlers.rules import quota
from handlers.rules.quota import PLANS
from messages.types import Heard
from models import outbox, usage
from models.account import Account
from models.attachment import Attachment
from models.item import Item
from models.notice import NoticeKind
from models.obligation import Obligation, State
from models.person import Person
from models.role import RoleKind
from tests.dialog import shown_text
from tests.world import ZONE, World, local

JPEG = b"\xff\xd8\xff\xe0" + bytes(200)


@pytest.fixture
async def here(world: World) -> World:
    """Return a world with a secretary on Zalo (Z) and an office person on Telegram (O)."""
    await world.start_campaign()
    await world.move_to(local("2024-05-21 09:00"))
    await world.join("O", RoleKind.OFFICE, "", "Phạm Văn D")
    await world.put_on("Z", "zalo", ZaloChannel.manners)
    code, _ = await world.invite(RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.say("Z", code)
    await world.press("Z", "Đúng, tôi đồng ý")
    heard(world, "Z")
    heard(world, "O")
    return world


def heard(world: World, who: str) -> list[str]:
    """Return what somebody has not read yet."""
    return [shown_text(each) for each in world.unread(who)]


async def test_a_word_file_is_answered_with_what_does_arrive(here: World) -> None:
    """It comes as `unsupported`: no word of files that could be sent again."""
    await here.hear("Z", Heard.OTHER)
    (said,) = heard(here, "Z")
    assert said.startswith("Trên Zalo không nhận được tệp: xin gửi ảnh chụp hoặc nhắn số.")


async def test_a_picture_that_is_none(here: World) -> None:
    """What is said of it names no pdf, docx or xlsx; nothing is said to be kept."""
    await here.send_file("Z", "a.jpg", b"GIF89a" + bytes(100))
    said = "\n".join(heard(here, "Z"))
    assert "Trên Zalo không nhận được tệp: xin gửi ảnh chụp (jpg, png) hoặc nhắn số." in said
    assert "docx" not in said
    assert "Đã giữ" not in said


@pytest.mark.parametrize("gone", [True, False])
async def test_a_picture_of_nothing_is_said_to_be_kept_once_it_is(here: World, gone: bool) -> None:
    """Where no duty is open: after the download and the check, never before."""
    await no_duty(here)

    async def lost(file_id: str) -> bytes:
        raise Refused

    if gone:
        here.side("Z").channel.fetch = lost  # type: ignore[method-assign]
    await here.send_file("Z", "a.jpg", JPEG)
    (said,) = heard(here, "Z")
    assert ("Đã giữ ảnh" in said, "chưa tải được" in said) == (not gone, gone)


async def no_duty(world: World) -> None:
    """Have nothing open: all was handed in."""
    await world.write(lambda s: s.execute(update(Obligation).values(state=State.ACCEPTED)))


async def test_pictures_sent_together_are_one(here: World) -> None:
    """They come one by one and name no album: one answer, one entry, all of them kept; later ones stand alone."""
    for n in range(3):
        await here.send_file("Z", f"{n}.jpg", JPEG + bytes([n]))
    assert len(heard(here, "Z")) == 1
    assert len(heard(here, "O")) == 1
    items, files = select(func.count()).select_from(Item), select(func.count(Attachment.album.distinct()))
    assert await here.read(lambda s: s.scalar(items)) == 1
    assert await here.read(lambda s: s.scalar(files)) == 1
    await here.move_to(local("2024-05-21 09:30"))
    heard(here, "Z")
    await here.send_file("Z", "9.jpg", JPEG)
    assert len(heard(here, "Z")) == 1


@pytest.mark.parametrize("both", [True, False])
async def test_a_file_goes_where_it_can_be_opened(here: World, both: bool) -> None:
    """Without a public address: to the person's account on a channel that carries files, and that is said."""
    here.assistant.public_url = ""
    if both:
        here.people["T"] = await here.read(person_of_z)
        await here.write(lambda s: link(s, here))
    await here.say("Z", "/riengtu")
    await here.press("Z", "Tải về")
    told, elsewhere = heard(here, "Z"), here.unread("T")
    assert ("Trợ lý đã gửi tệp sang Telegram của đồng chí." in "\n".join(told)) == both
    assert [bool(each.message.file) for each in elsewhere] == [True] * both
    assert any(each.message.file for each in here.phone("Z")) != both


async def person_of_z(session: AsyncSession) -> int:
    """Return who is on Zalo."""
    found = await session.scalars(select(Account.person_id).where(Account.external_id == "Z"))
    return found.one() or 0


async def link(session: AsyncSession, world: World) -> None:
    """Let them be on Telegram too."""
    session.add(Account(bot_id=world.bot_id, external_id="T", person_id=world.people["T"], reachable=True))


@pytest.mark.parametrize("many", [True, False])
async def test_no_two_fresh_messages_have_the_same_code(
    here: World, monkeypatch: pytest.MonkeyPatch, many: bool
) -> None:
    """Another is drawn, whether one is told something or many: else both codes would mean nothing."""
    tokens = iter(["same", *(["same"] * 3), *(f"other{n}" for n in range(20))])
    person = await here.read(person_of_z)

    async def tell(session: AsyncSession) -> None:
        moment = await here.assistant.moment(session)
        for n in range(2):
            if many:
                values = {"by": "B", "people": 1, "text": "x"}
                said = push.Push(NoticeKind.REMINDER, "broadcasts.others", str(n), "", values, about=(1,))
                await push.to_all(moment, [person], said)
            else:
                to = await session.get_one(Person, person)
                await moment.tell(to, "unknown.closed", kind=NoticeKind.REMINDER, about=(1,))

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "new_token", lambda: next(tokens))
        await here.write(tell)
    kept = (await here.read(lambda s: outbox.tokens_lately(s, [1, 2, 3, 4]))).values()
    codes = [spelled.code_of(each) for found in kept for each in found]
    assert "same" in [each for found in kept for each in found]
    assert len(codes) == len(set(codes))


async def test_a_broadcast_that_is_held_back_is_not_said_to_go_out(here: World) -> None:
    """With the month nearly used up the office reads who waits, and until when."""
    here.assistant.quotas = {"zalo": replace(PLANS["zalo"], messages=1000)}
    month = quota.month_of(here.clock.machine(), ZONE)
    await here.write(lambda s: usage.add(s, here.side("Z").bot_id, month, sent=990))
    await here.say("O", "/thongbao")
    await here.press("O", "Soạn thông báo")
    await here.say("O", "Họp lúc 8 giờ thứ Hai.")
    await here.press("O", "Gửi")
    said = next(each for each in heard(here, "O") if "Giữ lại" in each)
    assert said.startswith("Giữ lại 01 đ/c đến 08:00")
    assert "Đang gửi" not in said
