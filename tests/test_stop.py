"""Leaving pushes: what was waiting is not sent any more, and the office reads what is true now."""

import pytest
from sqlalchemy import select

from handlers.everyone import stop
from messages.types import Heard
from models.consent import Consent
from models.notice import NoticeKind
from models.person import Person
from models.role import RoleKind
from tests.world import World


async def told(world: World, kind: NoticeKind) -> bool:
    """Push something to A; say whether it is said."""

    async def push(session) -> bool:
        moment = await world.assistant.moment(session)
        who = (await session.scalars(select(Person).where(Person.name == "Nguyễn Văn A"))).one()
        return await moment.tell(who, "unknown.closed", kind=kind) is not None

    return await world.write(push)


async def start(world: World) -> None:
    """Put the campaign in force, with an office person and a secretary who takes excerpts."""
    await world.start_campaign()
    await world.join("O", RoleKind.OFFICE, "", "Phạm Văn D")
    await world.join("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A", excerpts=True)


async def test_what_waits_is_taken_back(world: World) -> None:
    """A reminder written but not sent when /dung comes is never sent."""
    await start(world)
    assert await told(world, NoticeKind.REMINDER)
    await world.receiver.store([world.channel.update("A", Heard.TEXT, text="/dung")])
    await world.receiver.handle()
    await world.settle()
    (shown,) = world.unread("A")
    assert shown.message.text.startswith("Trợ lý đã dừng")


async def test_each_kind_is_kept_on_its_own(world: World) -> None:
    """Nothing after /dung; reminders only; excerpts only; all again after /batlai and a yes."""
    await start(world)
    kinds = (NoticeKind.REMINDER, NoticeKind.EXCERPT)
    wanted = {
        "/dung": (False, False),
        "Vẫn nhắc hạn": (True, False),
        "Chỉ nhận trích đoạn": (False, True),
        "/batlai": (True, True),
    }
    for act, expected in wanted.items():
        await (world.say("A", act) if act.startswith("/") else world.press("A", act))
        assert tuple([await told(world, kind) for kind in kinds]) == expected, act
    assert await told(world, NoticeKind.ITEM)


async def test_the_office_reads_what_is_true_now(world: World) -> None:
    """Who keeps the reminders after all is not left on the office's screen as somebody who stopped."""
    await start(world)
    await world.say("A", "/dung")
    await world.press("A", "Vẫn nhắc hạn")
    (shown,) = world.phone("O")
    assert shown.message.text.endswith("vẫn nhận tin nhắc hạn.")
    await world.say("A", "/dung")
    assert "đã dừng nhận tin nhắc" in world.phone("O")[-1].message.text


async def test_each_change_is_on_record(world: World) -> None:
    """Stopping and keeping are consents said at their time, one row for each change."""
    await start(world)
    await world.say("A", "/dung")
    await world.press("A", "Vẫn nhắc hạn")
    said = list(await world.read(lambda s: s.execute(select(Consent.purpose, Consent.given).order_by(Consent.id))))
    assert said == [("contact", False), ("excerpts", False), ("contact", True)]


def test_only_a_whole_message_ends_pushes() -> None:
    """The words alone, marked or not; inside a sentence they are for the reader of free words."""
    assert all(map(stop.is_asked, ("Hủy đăng ký nhận tin", "huy dang ky nhan tin.", "DỪNG NHẬN", "dung nhan tin")))
    assert not stop.is_asked("Đúng, nhận tin")
    assert not stop.is_asked("đúng nhận tin")
    assert not stop.is_asked("đề nghị hủy đăng ký nhận tin của đ/c B")


@pytest.mark.parametrize(
    "text", ["dừng", "Dừng lại nhé", "tôi muốn thôi", "cho tôi rút khỏi", "toi muon dung", "xin thôi ạ"]
)
def test_an_end_is_heard(text: str) -> None:
    """Whole messages of an end."""
    assert stop.is_meant(text)


@pytest.mark.parametrize(
    "text", ["dung", "đúng", "dung roi", "thôi", "tôi thôi giữ chức", "đừng", "xin nghỉ ốm", "em nghỉ hưu"]
)
def test_other_words_end_nothing(text: str) -> None:
    """A yes without its mark, words of something else."""
    assert not stop.is_meant(text)
