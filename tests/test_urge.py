"""Urging by hand: who may, who is spared, what happens to the choice while it waits."""

import pytest
from sqlalchemy import func, select

from bot import tick
from messages.types import Heard
from models.account import Account
from models.audit import Audit
from models.committee import Committee
from models.notice import Notice
from models.obligation import State
from models.person import Person
from models.role import Role
from tests import standing_world as org
from tests.dialog import shown_text
from tests.world import World, local


async def _twelve(world: World) -> None:
    await org.twelve_branches(world)
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.start_campaign()
    await world.move_to(local("2024-05-28 09:00"))
    await org.last_days(world)
    for who in list(world.channel.phones):
        world.unread(who)


async def _urged(world: World) -> int:
    async def count(session):
        return await session.scalar(select(func.count()).select_from(Notice).where(Notice.kind == "urge"))

    return await world.read(count)


def _last(world: World, who: str = "D") -> str:
    return shown_text(world.unread(who)[-1])


async def test_who_sent_it_on_paper_or_has_more_time_is_spared(either: World) -> None:
    """[Đôn đốc 2] counts who is missing; the one who says it went on paper is left out until taken in."""
    world = either
    await _twelve(world)
    await world.say("D", "/tonghop")
    await world.press("D", "Đôn đốc 2")
    text = _last(world)
    assert "gửi riêng 01 đồng chí, mỗi người một tin:\nBí thư NH, Bí thư Nhà hát." in text
    assert "hoặc đồng chí bỏ ra): Bảo tàng, Di tích." in text


async def test_one_branch_can_be_urged_from_its_detail(world: World) -> None:
    """[Đôn đốc chi bộ này] goes to that branch alone, whatever it said."""
    await _twelve(world)
    await world.say("D", "/tonghop bảo tàng")
    await world.press("D", "Đôn đốc chi bộ này")
    assert "Bí thư BT, Bí thư Bảo tàng." in _last(world)
    await world.press("D", "Gửi")
    assert "Kính gửi đ/c Bí thư BT, Bí thư Chi bộ Bảo tàng:" in _last(world, "sBT")
    assert await _urged(world) == 1


async def _planned(world: World) -> None:
    await _twelve(world)
    world.clock.move_to(local("2024-05-28 19:00"))
    await world.say("D", "/tonghop")
    await world.press("D", "Đôn đốc 2")
    await world.press("D", "Gửi")
    await world.press("D", "Gửi vào giờ đó")
    world.unread("D")


async def test_what_waits_for_the_morning_spares_who_reported_meanwhile(world: World) -> None:
    """Planned in the evening; the branch reports at night: nothing is sent to it."""
    await _planned(world)
    at = local("2024-05-28 23:00")
    await world.write(lambda session: org.report(session, "NH", org.answers(35, 33), at, State.WAITING))
    await world.move_to(local("2024-05-29 08:30"))
    assert await _urged(world) == 0


async def test_an_order_dies_with_the_role_of_who_gave_it(world: World) -> None:
    """Whoever left the office meanwhile sends nothing any more."""
    await _planned(world)

    async def leave(session):
        for each in await session.scalars(select(Role).where(Role.person_id == world.people["D"])):
            each.ended_at = world.clock.now()

    await world.write(leave)
    await world.move_to(local("2024-05-29 08:30"))
    assert await _urged(world) == 0


async def _pause(world: World, *, paused: bool) -> None:
    async def pause(session):
        (await session.scalars(select(Committee))).one().paused = paused

    await world.write(pause)


def _told(world: World) -> list[str]:
    """Return what D is told of an urge that was to go at an hour."""
    return [text for each in world.unread("D") if "hẹn 08:00 thứ Tư 29/5" in (text := shown_text(each))]


async def test_who_ordered_an_urge_hears_that_a_hold_kept_it(either: World) -> None:
    """On hold at its hour: not sent, who ordered it is told once and can send it afterwards."""
    world = either
    await _planned(world)
    await _pause(world, paused=True)
    await world.move_to(local("2024-05-29 08:30"))
    [text] = _told(world)
    assert text.startswith("Tin đôn đốc Chuyên đề năm 2024 hẹn 08:00 thứ Tư 29/5 chưa gửi: chiến dịch đang tạm dừng")
    await _pause(world, paused=False)
    await world.press("D", "Xem lại")
    await world.press("D", "Gửi")
    assert await _urged(world) == 1
    await world.move_to(local("2024-05-30 08:30"))
    assert await _urged(world) == 1


@pytest.mark.parametrize("at", ["2024-05-29 17:00", "2024-05-29 23:30"])
async def test_who_ordered_an_urge_hears_that_it_is_too_late(world: World, at: str) -> None:
    """Looked at hours after its hour, with no standstill to tell of: not sent, told by day and never at night."""
    await _planned(world)
    world.clock.move_to(local(at))
    await tick.look(world.assistant)
    await world.settle()
    told = _told(world)
    assert len(told) == (not at.endswith("23:30"))
    await world.move_to(local("2024-05-30 08:30"))
    [text] = told + _told(world)
    assert "giờ hẹn đã qua lâu" in text
    assert await _urged(world) == 0


async def test_others_may_not_urge_even_with_the_offices_button(world: World) -> None:
    """A button in somebody else's hands does nothing."""
    await _twelve(world)
    await world.say("D", "/tonghop")
    button = next(b for s in world.phone("D") for row in s.message.buttons for b in row if b.label == "Đôn đốc 2")
    await world.hear("sBT", Heard.CHOICE, data=button.data)
    assert _last(world, "sBT").startswith("Nút này đã cũ")


async def test_on_hold_nothing_can_be_urged(world: World) -> None:
    """While pushes are held the preview says so and offers no sending."""
    await _twelve(world)

    async def hold(session):
        (await session.scalars(select(Committee))).one().paused = True

    await world.write(hold)
    await world.say("D", "/tonghop")
    await world.press("D", "Đôn đốc 2")
    text = _last(world)
    assert "đang tạm dừng: chưa gửi được." in text
    assert "[Gửi]" not in text


async def test_the_deputy_is_urged_when_the_secretary_is_not_reached(world: World) -> None:
    """An unreachable secretary's deputy gets it; the audit knows how many were told, and no names."""
    await _twelve(world)
    await world.join("P", "deputy", "NH", "Lê Thị P")

    async def lose(session):
        person = (await session.scalars(select(Person).where(Person.name == "Bí thư NH"))).one()
        (await session.scalars(select(Account).where(Account.person_id == person.id))).one().reachable = False

    await world.write(lose)
    await world.say("D", "/tonghop")
    await world.press("D", "Đôn đốc 2")
    await world.press("D", "Gửi")
    assert "Kính gửi đ/c Lê Thị P, Phó Bí thư Chi bộ Nhà hát:" in _last(world, "P")

    async def noted(session):
        return (await session.scalars(select(Audit.details).where(Audit.act == "urge.send"))).one()

    assert await world.read(noted) == {"told": 1, "again": False}
