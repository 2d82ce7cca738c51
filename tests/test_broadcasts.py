"""What the office tells many: each once, in parts, held while paused, never what is marked secret."""

from sqlalchemy import func, select

from bot import tick
from models.account import Account
from models.broadcast import Broadcast, BroadcastState
from models.due import Due
from models.notice import Notice, NoticeKind
from models.person import Person
from models.push import Push
from models.role import Role
from models.unit import Unit
from tests.world import World, local

MANY = 450  # more than two parts


async def _people(world: World) -> None:
    await world.join("D", "office", "", "Phạm Văn D")
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.start_campaign()
    await world.move_to(local("2024-05-14 09:00"))


async def _written(world: World, text: str = "Mời các đồng chí dự họp sáng thứ Sáu.") -> None:
    await world.say("D", "/thongbao")
    await world.press("D", "Soạn thông báo")
    await world.say("D", text)


async def _told(world: World) -> int:
    query = select(func.count(Notice.person_id.distinct())).where(Notice.kind == NoticeKind.BROADCAST)
    return await world.read(lambda session: session.scalar(query))


async def members(world: World) -> None:
    """Let MANY members in, each with two roles; every tenth stopped messages."""

    async def fill(session):
        unit = (await session.scalars(select(Unit).where(Unit.code == "BT"))).one()
        for n in range(MANY):
            who = Person(
                committee_id=unit.committee_id,
                name="Sample",
                pushes=n % 10 > 0,
                excerpts=False,
                joined_at=world.clock.now(),
            )
            session.add(who)
            await session.flush()
            session.add(Account(bot_id=world.bot_id, external_id=f"m{n}", person_id=who.id, reachable=True))
            for kind in ("member", "drafter"):  # two roles, one message
                session.add(Role(person_id=who.id, unit_id=unit.id, kind=kind, started_at=world.clock.now()))

    await world.write(fill)


async def test_thousands_are_told_in_parts_each_once(world: World) -> None:
    """450 members: nobody twice, a message of progress for the office, all written at the end."""
    await _people(world)
    await members(world)
    await _written(world)
    await world.press("D", "Người nhận")
    await world.press("D", "đảng viên: không")
    await world.press("D", "người soạn báo cáo: không")
    await world.press("D", "Xong")
    assert "Không nhận được: 45 đ/c đã thôi nhận tin." in world.phone("D")[-1].message.text
    await world.press("D", "Gửi")
    await world.press("D", "Gửi")
    for minute in range(1, 6):
        await world.move_to(local(f"2024-05-14 09:0{minute}"))
    assert await _told(world) == MANY - 45 + 1

    async def look(session):
        return (await session.scalars(select(Broadcast))).all(), (await session.scalars(select(Push))).all()

    found, pushes = await world.read(look)
    assert [(each.state, each.people) for each in found] == [(BroadcastState.SENT, MANY - 45 + 1)]
    assert [(each.people, each.written) for each in pushes] == [(MANY - 45 + 1, True)]
    await world.press("D", "Số liệu gửi")
    assert "đã tới 406, chưa rõ đã tới 00, không tới 00, còn chờ 00" in world.phone("D")[-1].message.text.replace(
        " 0,", " 00,"
    ).replace(" 0.", " 00")


async def test_held_while_paused_and_sent_when_it_goes_on(world: World) -> None:
    """Ordered, then the office pauses everything: nothing goes until it goes on."""
    await _people(world)
    await world.move_to(local("2024-05-14 18:00"))
    await _written(world)
    await world.press("D", "Gửi vào giờ đó")
    await world.say("D", "/tamdung")
    await world.move_to(local("2024-05-15 10:00"))
    assert await _told(world) == 0
    await world.say("D", "/tieptuc")
    await world.move_to(local("2024-05-16 10:00"))
    assert await _told(world) == 1


async def test_marked_secret_is_never_taken(world: World) -> None:
    """A text marked MẬT is refused at the gate: the draft stays empty."""
    await _people(world)
    await _written(world, "MẬT: nội dung họp")
    texts = await world.read(lambda session: session.scalars(select(Broadcast.text)))
    assert list(texts) == [""]


async def test_figures_are_for_the_duty_not_for_the_broadcast(world: World) -> None:
    """A figure in a duty's answer is not taken for an answer to the broadcast."""
    await _people(world)
    await _written(world)
    await world.press("D", "Gửi")
    await world.move_to(local("2024-05-14 09:05"))
    await world.say("A", "ngày 13/5, 24/26 đảng viên, 05 quần chúng")
    assert "24/26" in world.phone("A")[-1].message.text


async def test_a_broadcast_stopped_in_the_middle(world: World) -> None:
    """406 people in three parts, stopped during the first: nobody hears it afterwards, every one is in the figures."""
    await _people(world)
    await members(world)
    await _written(world)
    for label in ("Người nhận", "đảng viên: không", "người soạn báo cáo: không", "Xong"):
        await world.press("D", label)
    await world.press_only("D", "Gửi")
    await tick.look(world.assistant)  # the first part is written
    parts = select(func.count()).select_from(Due).where(Due.kind == "broadcast")
    assert await _told(world) == 200
    for _ in range(3):
        await world.deliverer.deliver()
    await world.press_only("D", "Dừng lại")
    assert "Dừng thật?" in world.phone("D")[-1].message.text
    await world.press_only("D", "Dừng gửi")
    await world.settle()
    got = sum(bool(world.phone(f"m{n}")) for n in range(MANY)) + sum("dự họp" in each for each in _heard(world, "A"))
    assert 0 < got < 200
    assert f"{got} đ/c đã nhận" in world.phone("D")[-1].message.text
    for minute in range(1, 6):
        await world.move_to(local(f"2024-05-14 09:0{minute}"))
    assert await _told(world) == 400  # the second part was written before it was seen to be stopped, and never sent
    assert await world.read(lambda session: session.scalar(parts)) == 2
    still = sum(bool(world.phone(f"m{n}")) for n in range(MANY)) + sum("dự họp" in each for each in _heard(world, "A"))
    assert still == got
    await world.say("D", "/thongbao")
    await world.press_only("D", _labels(world)[1])
    await world.settle()
    said = world.phone("D")[-1].message.text
    assert f"{406} đ/c:" in said
    assert f"đã tới {got:02d}, chưa rõ đã tới 0, không tới 0, còn chờ 0, đã dừng {406 - got}." in said


def _heard(world: World, who: str) -> list[str]:
    return [shown.message.text for shown in world.phone(who)]


def _labels(world: World) -> list[str]:
    return [button.label for row in world.phone("D")[-1].message.buttons for button in row]
