"""The start, the hold and going on: nobody but the office decides, nothing on its way slips through."""

from sqlalchemy import select

from messages.types import Heard
from models.audit import Audit
from models.campaign import Campaign
from models.excerpt import Excerpt
from models.notice import Notice, NoticeKind
from models.outbox import Out, Outbox
from models.person import Person
from tests.dialog import shown_text
from tests.world import World, local


async def _push(world: World, *person_ids: int) -> None:
    """Write a push to people, as a broadcast would, without sending it."""

    async def write(session):
        moment = await world.assistant.moment(session)
        for each in person_ids:
            to = await session.get_one(Person, each)
            await moment.tell(to, "unknown.closed", kind=NoticeKind.BROADCAST, batch="trial")

    await world.write(write)


async def _states(world: World) -> list[str]:
    async def look(session):
        query = select(Outbox.state).join(Notice).where(Notice.kind == NoticeKind.BROADCAST)
        return list(await session.scalars(query.order_by(Outbox.id)))

    return await world.read(look)


async def test_a_hold_stops_what_is_on_its_way(world: World) -> None:
    """A push written and not sent waits while held and goes when the office goes on the same day."""
    await world.join("V", "office", "VP", "Phạm Văn D")
    member = await world.join("M", "member", "TV", "Lê Văn C")
    await world.start_campaign()
    await world.move_to(local("2024-05-13 09:00"))
    await _push(world, member)
    await world.receiver.store([world.channel.update("V", Heard.TEXT, text="/tamdung")])
    await world.receiver.handle()
    await world.settle()
    assert await _states(world) == [Out.DUE]
    assert world.phone("M") == []
    await world.say("V", "/tieptuc")
    assert await _states(world) == [Out.SENT]
    assert len(world.phone("M")) == 1


async def test_what_was_held_over_night_is_taken_back(world: World) -> None:
    """On another day the same words may no longer be true: they are not sent."""
    await world.join("V", "office", "VP", "Phạm Văn D")
    member = await world.join("M", "member", "TV", "Lê Văn C")
    await world.start_campaign()
    await world.move_to(local("2024-05-13 09:00"))
    await _push(world, member)
    await world.receiver.store([world.channel.update("V", Heard.TEXT, text="/tamdung")])
    await world.receiver.handle()
    await world.move_to(local("2024-05-15 09:00"))
    await world.say("V", "/tieptuc")
    assert await _states(world) == [Out.CANCELLED]
    assert world.phone("M") == []


async def test_only_the_office_starts_holds_and_sees_the_timetable(world: World) -> None:
    """A secretary, a leader and the inspection committee are told that it is not theirs."""
    for alias, role in (("A", "secretary"), ("L", "leader"), ("I", "inspection")):
        await world.join(alias, role, "BT", "Nguyễn Văn A")
        for command in ("/lich", "/tamdung", "/tieptuc", "/caidat", "/dagui"):
            await world.say(alias, command)
            assert shown_text(world.phone(alias)[-1]) == shown_text(world.phone(alias)[0])

    async def look(session):
        return (await session.scalars(select(Campaign.state))).one()

    assert await world.read(look) == "prepared"


async def test_the_start_is_kept_with_who_and_when(world: World) -> None:
    """The campaign knows when it started, the audit who pressed; a second press changes nothing."""
    person_id = await world.join("V", "office", "VP", "Phạm Văn D")
    await world.move_to(local("2024-05-20 09:00"))
    await world.say("V", "/lich")
    await world.press("V", "Bắt đầu")
    await world.press("V", "Đúng, bắt đầu")
    await world.move_to(local("2024-05-21 09:00"))
    await world.press("V", "Đúng, bắt đầu")

    async def look(session):
        started = (await session.scalars(select(Campaign.started_at))).one()
        return started, (await session.scalars(select(Audit).where(Audit.act == "campaign.start"))).all()

    started, lines = await world.read(look)
    assert started.astimezone(local("2024-05-20 09:00").tzinfo).date().isoformat() == "2024-05-20"
    assert [line.person_id for line in lines] == [person_id]


async def test_a_trial_reaches_nobody_else(world: World) -> None:
    """[Chạy thử] answers the one who pressed; no push, no reminder and no other phone."""
    await world.join("V", "office", "VP", "Phạm Văn D")
    await world.join("W", "office", "VP", "Hoàng Thị G")
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.say("V", "/lich")
    await world.press("V", "Chạy thử")
    assert any(shown_text(each).startswith("Chạy thử: ") for each in world.phone("V"))
    assert world.phone("W") == world.phone("A") == []

    async def look(session):
        return {each.kind for each in await session.scalars(select(Notice))}

    assert await world.read(look) == {NoticeKind.ANSWER}


async def test_the_timetable_and_the_trial_show_the_excerpt(world: World) -> None:
    """With an excerpt agreed to and somebody who said yes, its Monday and its words are there."""
    office = await world.join("V", "office", "VP", "Phạm Văn D")
    await world.join("M", "member", "TV", "Lê Văn C", excerpts=True)

    async def agree(session):
        first = (await session.scalars(select(Excerpt).order_by(Excerpt.ordinal).limit(1))).one()
        first.checked_by_id = first.approved_by_id = office
        first.approved_at = world.clock.now()

    await world.write(agree)
    await world.say("V", "/lich")
    assert "• thứ Hai 13/5, 08:00, trích đoạn tuần, 01 đ/c." in shown_text(world.phone("V")[-1])
    await world.press("V", "Chạy thử")
    assert any("tuần 1. Văn phòng Đảng ủy Sở gửi đồng chí:" in shown_text(each) for each in world.phone("V"))
    assert world.phone("M") == []


async def test_pushes_are_listed_and_corrected_on_either_database(either: World) -> None:
    """The week's excerpt is one push however many got it; its correction reaches who keeps excerpts alone."""
    world = either
    office = await world.join("V", "office", "VP", "Phạm Văn D")
    for alias in ("M", "N"):
        await world.join(alias, "member", "TV", "Lê Văn C", excerpts=True)
    await world.start_campaign()

    async def agree(session):
        for each in await session.scalars(select(Excerpt)):
            each.checked_by_id = each.approved_by_id = office
            each.approved_at = world.clock.now()
        (await session.get_one(Person, world.people["N"])).pushes = False

    await world.write(agree)
    await world.move_to(local("2024-05-13 09:00"))
    await world.say("V", "/dagui")
    assert "1. thứ Hai 13/5, 08:00: trích đoạn tuần, 02 đ/c." in shown_text(world.phone("V")[-1])
    for label in ("Đợt 1", "Đính chính"):
        await world.press("V", label)
    await world.say("V", "Nguồn đúng là mục II.")
    await world.press("V", "Gửi đính chính")
    assert [shown_text(world.phone(each)[-1]).split("\n")[1] for each in ("M", "N")] == ["Nguồn đúng là mục II."] * 2
