"""What is said where no files arrive, with Zalo's own manners: true of that channel, and once."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from bot.channel import Refused
from bot.zalo import ZaloChannel
from handlers.rules import quota
from handlers.rules.quota import PLANS
from messages.types import Heard
from models import usage
from models.attachment import Attachment
from models.item import Item
from models.obligation import Obligation, State
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
