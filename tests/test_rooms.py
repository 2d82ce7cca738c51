"""Few people fit on a bot: an invitation names one with room, those who answer for branches come first."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import rooms
from handlers.rules.quota import PLANS
from models import invitation
from models.bot import Bot
from models.invitation import Invitation
from models.role import Role, RoleKind
from tests.dialog import shown_text
from tests.world import World, local

CODE = re.compile(r"\d\d \d\d \d\d \d\d")
BRANCHES = ("BT", "TV", "NH", "DT")


@pytest.fixture
def world(either: World) -> World:
    """Return a world on SQLite and on PostgreSQL in turn: what is counted here is counted by the database."""
    return either


async def bots(world: World, people: int) -> None:
    """Let the office be on Telegram, and two Zalo bots with so many places each: "Bot Một" and "Bot Hai"."""
    world.assistant.quotas = {"zalo": replace(PLANS["zalo"], people=people)}
    await world.join("O", RoleKind.OFFICE, "", "Phạm Văn D")
    await world.put_on("X", "zalo")

    async def second(session: AsyncSession) -> None:
        first = await session.get_one(Bot, world.side("X").bot_id)
        first.username = "Bot Một"
        session.add(Bot(committee_id=first.committee_id, channel="zalo", setting="ZALO:2", username="Bot Hai"))

    await world.write(second)


async def invite(world: World, role: str, branch: str, name: str = "") -> list[str]:
    """Let the office invite, and return what it reads."""
    await world.say("O", "/moi")
    await world.press("O", role)
    await world.press("O", branch)
    world.unread("O")
    if name:
        await world.say("O", name)
    return [shown_text(each) for each in (world.unread("O") if name else world.phone("O")[-3:])]


async def named(world: World) -> list[str]:
    """Return the bots that invitations name, in order."""

    async def look(session: AsyncSession) -> list[str]:
        query = select(Bot.username).join(Invitation, Invitation.bot_id == Bot.id).order_by(Invitation.id)
        return list(await session.scalars(query))

    found: list[str] = await world.read(look)
    return found


async def test_invitations_are_shared_out_and_name_their_bot(world: World) -> None:
    """Each goes to the bot with the most room; the text to forward says which; when all is promised, it says so."""
    await bots(world, people=1)
    said = await invite(world, "Bí thư", "Bảo tàng", "Nguyễn Văn A")
    assert any("Mở Zalo, tìm “Bot Một”" in each for each in said)
    said = await invite(world, "Bí thư", "Thư viện", "Trần Thị B")
    assert any("Mở Zalo, tìm “Bot Hai”" in each for each in said)
    assert await named(world) == ["Bot Một", "Bot Hai"]
    said = await invite(world, "Bí thư", "Nhà hát", "Lê Văn C")
    assert said[-1].startswith("Zalo đã đủ người ở mọi bot.")
    assert len(await named(world)) == 2


async def test_who_is_invited_again_keeps_one_place(world: World) -> None:
    """The invitation may be made anew though all places are promised, and takes none from the others."""
    await bots(world, people=1)
    await invite(world, "Bí thư", "Bảo tàng", "Nguyễn Văn A")
    await invite(world, "Bí thư", "Thư viện", "Trần Thị B")
    for _ in range(2):
        said = await invite(world, "Bí thư", "Thư viện", "Trần Thị B")
        assert any("Mở Zalo, tìm “Bot Hai”" in each for each in said)
    said = await invite(world, "Bí thư", "Nhà hát", "Lê Văn C")
    assert said[-1].startswith("Zalo đã đủ người ở mọi bot.")


@pytest.mark.parametrize("which", [0, 1])
async def test_who_is_in_keeps_no_place_by_another_invitation(world: World, which: int) -> None:
    """Whichever of two codes of the same person was used: the place is the one they have, and nobody else's goes."""
    await bots(world, people=2)
    codes = []
    for _ in range(2):
        said = await invite(world, "Bí thư", "Bảo tàng", "Nguyễn Văn A")
        codes.append(next(found[0] for each in said if (found := CODE.search(each))))
    await invite(world, "Bí thư", "Thư viện", "Trần Thị B")
    await world.say("X", codes[which])
    await world.press("X", "Đúng, tôi đồng ý")

    async def promised(session: AsyncSession) -> int:
        moment = await world.assistant.moment(session)
        return sum((await invitation.promised(session, moment.committee.id, moment.machine)).values())

    assert await world.read(promised) == 1


async def test_a_code_for_another_account_names_a_bot_with_room(world: World) -> None:
    """As an invitation does: the first bot is full, the other one is to be looked for."""
    await bots(world, people=1)
    await invite(world, "Bí thư", "Bảo tàng", "Nguyễn Văn A")
    await world.say("O", "/kenh")
    await world.press("O", "Thêm nơi nhận tin")
    assert "(Telegram, Zalo: tìm “Bot Hai”)" in shown_text(world.phone("O")[-1])


async def test_members_get_what_is_left(world: World) -> None:
    """Four branches keep eight places of ten: a code opens two; of eight in all none is left for members.

    The copy in their group comes first: a code is made for those who want the excerpt for themselves.
    """
    await bots(world, people=5)
    said = await invite(world, "Đảng viên", "Bảo tàng")
    assert "đọc trích đoạn ở nhóm của chi bộ" in said[-1]
    assert "Còn 2 chỗ cho đảng viên" in said[-1]
    assert not await world.read(lambda session: session.scalar(select(Invitation.uses_left)))
    await world.press("O", "Mời nhận riêng")
    uses = await world.read(lambda session: session.scalar(select(Invitation.uses_left)))
    assert uses == 2
    world.assistant.quotas = {"zalo": replace(PLANS["zalo"], people=4)}
    said = await invite(world, "Đảng viên", "Thư viện")
    assert "không còn chỗ cho đảng viên" in said[-1]
    assert "Bản dán nhóm" in said[-1]


@pytest.mark.parametrize("office", [True, False])
async def test_a_place_is_kept_for_an_office_that_is_not_there_yet(world: World, office: bool) -> None:
    """Who sets up invites members first: of ten places eight are for the branches, one for the office."""
    await bots(world, people=5)
    if not office:
        await world.write(lambda s: s.execute(delete(Role).where(Role.kind == RoleKind.OFFICE)))

    async def room(session: AsyncSession) -> int:
        moment = await world.assistant.moment(session)
        return (await rooms.of_channel(moment, "zalo", members=True))[1]

    assert await world.read(room) == (2 if office else 1)


async def test_a_full_bot_names_another_and_uses_nothing_up(world: World) -> None:
    """Whoever brings a code to a bot that has all its people is sent to the other one; the code stays."""
    await bots(world, people=1)
    for alias, code in (("X", "BT"), ("Y", "TV")):
        await world.put_on(alias, "zalo")
        told, _ = await world.invite(RoleKind.SECRETARY, code, f"Trần Thị {alias}")
        await world.say(alias, told)
        await world.press(alias, "Đúng, tôi đồng ý")
    assert "Cảm ơn" in shown_text(world.phone("X")[-1])
    said = shown_text(world.phone("Y")[-1])
    assert "Đồng chí mở bot “Bot Hai” rồi gõ mã này vào đó." in said
    left = select(Invitation.uses_left).order_by(Invitation.id)
    assert list(await world.read(lambda session: all_of(session, left))) == [0, 1]


async def all_of(session: AsyncSession, query):  # type: ignore[no-untyped-def]
    """Return values."""
    return (await session.scalars(query)).all()


async def test_a_stranger_takes_a_place(world: World) -> None:
    """Who wrote to a bot counts there, known or not: the next invitation names the other one; the office sees both."""
    await bots(world, people=3)
    await world.put_on("L", "zalo")
    await world.say("L", "chào bạn")
    said = await invite(world, "Bí thư", "Bảo tàng", "Nguyễn Văn A")
    assert any("Mở Zalo, tìm “Bot Hai”" in each for each in said)
    await world.say("O", "/tinhhinh")
    assert "01/03 người, trong đó 01 người lạ." in shown_text(world.unread("O")[-1])


async def test_the_office_is_told_once_when_places_run_short(world: World) -> None:
    """At four fifths of a bot's places, whoever took them; not again for the next one."""
    await world.start_campaign()
    await world.move_to(local("2024-05-21 09:00"))
    await bots(world, people=5)
    for alias in ("L", "M", "N", "P"):
        await world.put_on(alias, "zalo")
        await world.say(alias, "chào bạn")
    await world.move_to(local("2024-05-21 09:30"))
    (told,) = [text for each in world.unread("O") if "người nhắn vào" in (text := shown_text(each))]
    assert told.startswith("Kênh Zalo (Bot Một) đã có 04/05 người nhắn vào, trong đó 04 người lạ.")
    await world.put_on("Q", "zalo")
    await world.say("Q", "chào bạn")
    await world.move_to(local("2024-05-21 10:00"))
    assert world.unread("O") == []


@pytest.mark.parametrize("way", ["zalo", "telegram"])
async def test_where_there_are_several_channels_it_is_asked(world: World, way: str) -> None:
    """With a Telegram bot beside Zalo's, who invites chooses; a link for Telegram, a bot's name for Zalo."""
    await bots(world, people=5)

    async def introduce(session: AsyncSession) -> None:
        (await session.get_one(Bot, world.bot_id)).username = "chi_bo_bot"

    await world.write(introduce)
    said = await invite(world, "Bí thư", "Bảo tàng", "Nguyễn Văn A")
    assert said[-1].startswith("Mời Bí thư Chi bộ Bảo tàng qua kênh nào?")
    await world.press("O", f"Qua {way.capitalize()}")
    said = [shown_text(each) for each in world.unread("O")]
    expected = {"zalo": "Mở Zalo, tìm “Bot Một”", "telegram": "https://t.me/chi_bo_bot?start="}[way]
    assert any(expected in each for each in said)


async def test_who_has_not_written_is_shown_with_the_words_to_forward(world: World) -> None:
    """The branch's page says until when a code is open, that nobody can write first, and makes the text anew."""
    await bots(world, people=5)
    await invite(world, "Bí thư", "Bảo tàng", "Nguyễn Văn A")
    await world.say("O", "/chibo Bảo tàng")
    said = shown_text(world.unread("O")[-1])
    assert "Bí thư: Nguyễn Văn A, chưa kết nối, đã có mã mời đến" in said
    assert "Trợ lý không nhắn trước được" in said
    await world.press("O", "Tin mời Bí thư")
    assert any("Mở Zalo, tìm “Bot" in shown_text(each) for each in world.unread("O"))
