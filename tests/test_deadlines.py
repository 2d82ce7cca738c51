"""Deadlines the office adds, moves and cancels: who owes what afterwards, and what still fires."""

import random
from datetime import date

import pytest
from sqlalchemy import event, func, select

from handlers.rules import recipients
from messages.reading import days
from models import standing, unit
from models.account import Account
from models.audit import Audit
from models.deadline import Deadline
from models.due import Due
from models.obligation import Obligation, State
from models.person import Person
from models.report import Report
from models.role import Role
from models.unit import Unit, UnitKind
from tests import standing_world as org
from tests.world import World, local


async def _open_study(world: World) -> None:
    await world.say("D", "/han")
    await world.press("D", "Báo cáo học tập Chuyên đề")


async def _moved(world: World, day: str, how: str = "Dời, không báo") -> None:
    await _open_study(world)
    await world.press("D", "Dời hạn")
    await world.say("D", day)
    await world.press("D", how)


async def _people(world: World) -> None:
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.join("D", "office", "", "Phạm Văn D")
    await world.start_campaign()


async def test_no_reminder_of_the_old_day_fires_and_drafts_go_on(world: World) -> None:
    """Moved from 30/5 to 14/6 on 24/5 with a draft begun: silence till ten working days before, the draft is there."""
    await _people(world)
    await world.move_to(local("2024-05-24 09:00"))
    await world.say("A", "/baocao")
    await world.press("A", "Đã tổ chức")
    before = len(world.phone("A"))
    await _moved(world, "14/6")
    await world.move_to(local("2024-06-05 12:00"))

    async def look(session):
        owed = (
            await session.execute(
                select(Obligation, Deadline, Unit)
                .join(Deadline, Deadline.id == Obligation.deadline_id)
                .join(Unit, Unit.id == Obligation.unit_id)
                .where(Deadline.name == "study_report")
            )
        ).all()
        drafts = await session.scalar(select(func.count()).select_from(Report))
        old = select(func.count()).select_from(Due).join(Obligation, Obligation.id == Due.obligation_id)
        stale = await session.scalar(old.where(Due.fired_at.is_(None), Due.version != Obligation.version))
        return owed, drafts, stale

    owed, drafts, stale = await world.read(look)
    assert {(deadline.version, deadline.last_on_time) for _, deadline, _ in owed} == {(2, date(2024, 6, 14))}
    assert (len(owed), drafts, stale) == (4, 1, 0)
    assert [each.state for each, _, unit in owed if unit.code == "BT"] == [State.DRAFTING]
    said = [shown.message.text for shown in world.phone("A")[before:]]
    assert not [each for each in said if "30/5" in each]
    await world.move_to(local("2024-06-07 09:00"))
    assert "hết thứ Sáu 14/6, còn 05 ngày làm việc" in world.phone("A")[-1].message.text


async def test_grace_and_adding_up_move_along(world: World) -> None:
    """Moved from 30/5 to 14/6: sent on 15/6 it is in time with its own number, the adding up comes ten days later."""
    await _people(world)
    await world.move_to(local("2024-05-24 09:00"))
    await _moved(world, "14/6")

    async def look(session):
        found = (await session.scalars(select(Deadline).where(Deadline.superseded.is_(False)))).all()
        return [(each.last_on_time, each.grace_to, each.closes_on) for each in found if each.name == "study_report"]

    assert await world.read(look) == [(date(2024, 6, 14), date(2024, 6, 15), date(2024, 6, 24))]
    await world.move_to(local("2024-06-15 10:00"))
    await _send(world)
    assert "gửi ngày 15/6" in world.phone("A")[-2].message.text
    await _moved(world, "15/6")  # a Saturday: what was sent in grace is now on time, whatever its sending noted
    await world.say("A", "/baocao")
    assert "trong hạn" in world.phone("A")[-1].message.text


async def _send(world: World) -> None:
    await world.say("A", "ngày 21/5, 26/26 đảng viên, 05 quần chúng")
    for label in ("Đúng", "Trực tiếp", "Bí thư chi bộ", "Xem lại, gửi luôn", "Gửi báo cáo"):
        await world.press("A", label)


async def test_before_it_opens_nothing_is_asked_or_taken(world: World) -> None:
    """Opened on 27/5 only: the rung of 23/5 is silent, a draft begun before waits, its sender is reminded that day."""
    await _people(world)
    await world.join("B", "secretary", "TV", "Trần Thị B")
    await world.move_to(local("2024-05-22 09:00"))
    await world.say("A", "/baocao")
    await world.press("A", "Đã tổ chức")
    await _open_study(world)
    for label in ("Ngày mở, tổng hợp", "Ngày mở"):
        await world.press("D", label)
    await world.say("D", "27/5")
    await world.press("D", "Đổi")
    before = len(world.phone("A"))
    await world.move_to(local("2024-05-24 15:00"))
    assert len(world.phone("A")) == before
    await world.say("D", "/tonghop")
    assert "Mở nhận từ thứ Hai 27/5" in world.phone("D")[-2].message.text
    await world.say("A", "21/5")
    for label in ("Trực tiếp", "Bí thư chi bộ", "Đúng", "Đủ 26", "Không có", "Xem lại, gửi luôn", "Gửi báo cáo"):
        await world.press("A", label)
    assert "Văn phòng nhận từ thứ Hai 27/5" in world.phone("A")[-1].message.text

    await world.say("B", "ngày 21/5, 17/17 đảng viên, 12 quần chúng")
    assert "Trợ lý đọc là: Chi bộ Thư viện" in world.phone("B")[-1].message.text  # read all the same, into the draft

    async def states(session):
        return set(await session.scalars(select(Obligation.state)))

    assert await world.read(states) == {State.NOT_SENT, State.DRAFTING}
    await world.move_to(local("2024-05-27 08:20"))
    assert "theo giờ đồng chí hẹn" in world.phone("A")[-1].message.text
    await world.press("A", "Báo cáo ngay")
    await world.press("A", "Gửi báo cáo")
    assert "trong hạn" in world.phone("A")[-2].message.text


async def test_more_time_than_the_new_day_is_kept(world: World) -> None:
    """A branch with time until 20/6 keeps it when the deadline moves to 14/6; one with time until 4/6 does not."""
    await _people(world)
    await world.move_to(local("2024-05-24 09:00"))

    async def extend(session):
        rows = {
            unit.code: owed
            for owed, unit in await session.execute(select(Obligation, Unit).join(Unit, Unit.id == Obligation.unit_id))
        }
        rows["TV"].extended_to, rows["NH"].extended_to = date(2024, 6, 20), date(2024, 6, 4)

    await world.write(extend)
    await _moved(world, "14/6")

    async def look(session):
        query = select(Unit.code, Obligation.extended_to).join(Obligation, Obligation.unit_id == Unit.id)
        return dict((await session.execute(query)).all())

    assert await world.read(look) == {"BT": None, "TV": date(2024, 6, 20), "NH": None, "DT": None}


async def test_given_to_chosen_branches_a_new_branch_owes_nothing_of_it(world: World) -> None:
    """Chosen: Bảo tàng alone. A branch that comes later owes what is for all, not this."""
    await _people(world)
    await world.move_to(local("2024-05-20 09:00"))
    await world.say("D", "/han")
    for press in ("Thêm việc, mốc",):
        await world.press("D", press)
    await world.say("D", "Báo lịch hội nghị")
    await world.press("D", "Không cần biểu mẫu")
    await world.say("D", "hết 24/5")
    await world.press("D", "Chọn chi bộ")
    await world.say("D", "BT")
    await world.press("D", "Xong, đã chọn 01")
    await world.press("D", "Giao việc")
    await world.press("D", "Giao việc")  # pressed twice: given once

    async def add(session):
        like = (await session.scalars(select(Unit).where(Unit.kind == UnitKind.BRANCH).limit(1))).one()
        session.add(
            Unit(
                committee_id=like.committee_id, kind=UnitKind.BRANCH, code="MOI", name="Mới", short_names=[], ordinal=9
            )
        )

    await world.write(add)
    await world.move_to(local("2024-05-20 10:00"))

    async def look(session):
        query = select(Deadline.name, Unit.code).join(Obligation, Obligation.deadline_id == Deadline.id)
        return set((await session.execute(query.join(Unit, Unit.id == Obligation.unit_id))).all())

    owed = await world.read(look)
    assert {code for name, code in owed if name == "added_1"} == {"BT"}
    assert {code for name, code in owed if name == "study_report"} == {"BT", "TV", "NH", "DT", "MOI"}
    assert not [name for name, _ in owed if name not in ("added_1", "study_report")]


async def test_cancelled_is_kept_and_silent(world: World) -> None:
    """Cancelled on 24/5: the row and what is owed stay, no rung is planned or fires, the audit says who did it."""
    await _people(world)
    await world.move_to(local("2024-05-24 09:00"))
    await _open_study(world)
    await world.press("D", "Hủy mốc")
    await world.press("D", "Hủy, không báo")
    before = len(world.phone("A"))
    await world.move_to(local("2024-06-12 12:00"))
    assert len(world.phone("A")) == before

    async def look(session):
        found = (await session.scalars(select(Deadline).where(Deadline.name == "study_report"))).all()
        owed = await session.scalar(select(func.count()).select_from(Obligation))
        due = await session.scalar(
            select(func.count()).select_from(Due).where(Due.kind == "rung", Due.fired_at.is_(None))
        )
        return found, owed, due, set(await session.scalars(select(Audit.act).where(Audit.act.startswith("deadline."))))

    found, owed, due, acts = await world.read(look)
    assert [(each.cancelled, each.superseded) for each in found] == [(True, False)]
    assert (owed, due, acts) == (4, 0, {"deadline.cancel"})


@pytest.mark.parametrize(
    ("said", "day", "mode", "text"),
    [
        ("trước ngày 20/6", "2024-06-20", "before", "trước ngày 20/6"),
        ("20/6", "2024-06-20", "by", ""),
        ("hết thứ Sáu", "2024-05-24", "by", "hết thứ Sáu"),
        ("truoc 20/6/2024", "2024-06-20", "before", "truoc 20/6/2024"),
        ("hạn mới: trước ngày 20/6", "2024-06-20", "before", "trước ngày 20/6"),
        ("hôm nào đó", None, "", ""),
        ("31/6", None, "", ""),
    ],
)
def test_wording_of_a_deadline(said: str, day: str | None, mode: str, text: str) -> None:
    """Strictly before where it says so, else until the end of the day; the words are quoted only if they say more."""
    read = days.read_due(said, today=date(2024, 5, 21))
    assert (read and (read.date.isoformat(), read.mode, read.text)) == ((day, mode, text) if day else None)


@pytest.mark.parametrize(("way", "done"), [("Dời", "Dời và báo chi bộ"), ("Hủy", "Hủy và báo chi bộ")])
async def test_a_preview_tells_whom_and_what_the_press_then_sends(world: World, way: str, done: str) -> None:
    """A deputy, whom no ladder asks beside a secretary, is told of a change too: counted before, to the letter."""
    await _people(world)
    await world.join("P", "deputy", "BT", "Lê Văn P")
    await world.join("B", "deputy", "TV", "Trần Thị B")
    await world.move_to(local("2024-05-24 09:00"))
    await _open_study(world)
    await world.press("D", "Dời hạn" if way == "Dời" else "Hủy mốc")
    if way == "Dời":
        await world.say("D", "14/6")
    preview = world.phone("D")[-1].message.text
    await world.press("D", done)
    after = world.phone("D")[-1].message.text
    await world.move_to(local("2024-05-24 09:10"))
    assert "lúc 09:00 thứ Sáu 24/5 có 03 đ/c nhận tin này" in preview
    assert "úc 09:00 thứ Sáu 24/5 báo 03 đ/c" in after
    for alias in "APB":
        told = world.phone(alias)[-1].message.text
        assert told.startswith("Văn phòng Đảng ủy Sở gửi các đ/c Bí thư, Phó Bí thư:")
        assert told in preview


async def test_a_preview_says_that_nobody_would_be_told(world: World) -> None:
    """With no branch connected there is nobody to tell, and it is said."""
    await world.join("D", "office", "", "Phạm Văn D")
    await world.start_campaign()
    await world.move_to(local("2024-05-24 09:00"))
    await _open_study(world)
    await world.press("D", "Hủy mốc")
    assert "Không có đ/c nào của chi bộ chưa gửi nhận được tin báo." in world.phone("D")[-1].message.text


async def test_the_preview_says_how_many_reminders_fall_away(world: World) -> None:
    """Three branches wait for a reminder, one reported: three fall away, and none of the old version is left."""
    await _people(world)
    await world.move_to(local("2024-05-24 09:00"))

    async def reported(session):
        owed = await org.obligation_of(session, "TV")
        owed.state = State.WAITING

    async def waiting(session):
        return await session.scalar(
            select(func.count()).select_from(Due).where(Due.kind == "rung", Due.fired_at.is_(None))
        )

    await world.write(reported)
    await world.move_to(local("2024-05-24 09:05"))
    before = await world.read(waiting)
    await _moved(world, "14/6")
    (preview,) = [shown.message.text for shown in world.phone("D") if "Nhắc theo hạn mới" in shown.message.text][:1]
    assert f"Bỏ {before:02d} lần nhắc đã hẹn theo hạn cũ, lần sớm nhất 27/5." in preview

    async def old(session):
        stale = select(func.count()).select_from(Due).join(Obligation, Obligation.id == Due.obligation_id)
        return await session.scalar(stale.where(Due.fired_at.is_(None), Due.version != Obligation.version))

    assert await world.read(old) == 0


@pytest.mark.parametrize("seed", range(3))
async def test_who_is_told_first_is_counted_as_it_is_chosen(either: World, seed: int) -> None:
    """Sixty branches, their people away, stopped, lost or none: the database counts as the rule chooses."""
    world, chance = either, random.Random(seed)
    await _people(world)

    async def fill(session):
        like = (await session.scalars(select(Unit).where(Unit.kind == UnitKind.BRANCH).limit(1))).one()
        about = {"committee_id": like.committee_id, "kind": UnitKind.BRANCH, "short_names": []}
        units = [Unit(**about, code=f"N{n}", name=f"Mẫu {n:02d}", ordinal=10 + n) for n in range(60)]
        session.add_all(units)
        await session.flush()
        for where in units:
            for kind in ("secretary", "deputy", "deputy", "member"):
                if chance.random() < 0.6:
                    await _somebody(session, world, where, kind, chance)

    await world.write(fill)
    day = date(2024, 5, 20)

    async def look(session):
        owner = (await session.scalars(select(Unit.committee_id).limit(1))).one()
        answering = await standing.answerers(session, owner)
        every = (await session.scalars(unit.active(owner))).all()
        chosen = {each: recipients.asked(answering.get(each, ()), day, deputy=False) for each in every}
        counted = await standing.asked_first(session, owner, unit.active(owner), day, 5)
        names = (await session.scalars(select(Unit.name).where(Unit.id.in_(every)).order_by(Unit.ordinal))).all()
        ids = (await session.scalars(select(Unit.id).where(Unit.id.in_(every)).order_by(Unit.ordinal))).all()
        return chosen, counted, dict(zip(ids, names, strict=True))

    chosen, counted, names = await world.read(look)
    lost = [names[each] for each in names if not chosen[each]]
    assert counted.people == len({one.person_id for people in chosen.values() for one in people})
    of = [names[where] for where in names for _ in {one.person_id for one in chosen[where]}]
    assert [branch for _, branch in counted.first] == of[:5]
    assert (counted.lost, list(counted.named)) == (len(lost), lost[:5])
    assert 0 < len(lost) < len(chosen)


async def _somebody(session, world: World, where: Unit, kind: str, chance: random.Random) -> None:
    away = chance.choice([None, None, date(2024, 5, 17), date(2024, 5, 20), date(2024, 6, 1)])
    pushes = chance.random() < 0.9
    person = Person(committee_id=where.committee_id, name="Mẫu", pushes=pushes, excerpts=False, away_until=away)
    person.joined_at = world.clock.now()
    session.add(person)
    await session.flush()
    about = {"bot_id": world.bot_id, "external_id": f"x{person.id}", "person_id": person.id}
    session.add(Account(**about, reachable=chance.random() < 0.8))
    session.add(Role(person_id=person.id, unit_id=where.id, kind=kind, started_at=world.clock.now()))


async def test_looking_ahead_costs_the_same_for_any_number_of_branches(world: World) -> None:
    """Adding and moving a deadline are previewed without reading branches: 800 more are not one row more."""
    await _people(world)
    await world.move_to(local("2024-05-20 09:00"))
    read: list[int] = []

    def connected(connection, _record):
        def row(cursor, values):
            read.append(1)
            return values

        connection.row_factory = row

    async def cost() -> tuple[int, int]:
        await _open_study(world)
        await world.press("D", "Dời hạn")
        read.clear()
        await world.say("D", "14/6")
        moving = len(read)
        await world.say("D", "/han")
        await world.press("D", "Thêm việc, mốc")
        await world.say("D", "Báo lịch hội nghị")
        await world.press("D", "Không cần biểu mẫu")
        read.clear()
        await world.say("D", "hết 24/5")
        await world.press("D", next(one.label for row in world.phone("D")[-1].message.buttons for one in row))
        return moving, len(read)

    event.listen(world.assistant.database.engine.sync_engine, "connect", connected)
    await world.assistant.database.engine.dispose()
    few = await cost()

    async def more(session):
        like = (await session.scalars(select(Unit).where(Unit.kind == UnitKind.BRANCH).limit(1))).one()
        about = {"committee_id": like.committee_id, "kind": UnitKind.BRANCH, "short_names": []}
        session.add_all(Unit(**about, code=f"N{n}", name=f"Mẫu {n:03d}", ordinal=10 + n) for n in range(800))

    await world.write(more)
    await world.move_to(local("2024-05-20 09:30"))
    many = await cost()
    assert "804 chi bộ" in world.phone("D")[-1].message.text
    assert max(after - before for before, after in zip(few, many, strict=True)) < 20, (few, many)


@pytest.mark.parametrize(("day", "then"), [("24/5", "2024-05-22 08:30"), ("hết 28/6", "2024-06-14 09:00")])
async def test_the_preview_says_the_first_message_as_it_arrives(world: World, day: str, then: str) -> None:
    """Given in the evening, told the next morning as new; or given long before, told by its first reminder."""
    await _people(world)
    await world.move_to(local("2024-05-21 19:00"))
    await world.say("D", "/han")
    for each in ("[Thêm việc, mốc]", "Nộp danh sách", "[Không cần biểu mẫu]", day, "[Tất cả 04 chi bộ]"):
        await (world.press("D", each[1:-1]) if each.startswith("[") else world.say("D", each))
    foretold = world.phone("D")[-1].message.text
    await world.press("D", "Giao việc")
    await world.move_to(local(then))
    arrived = next(shown.message.text for shown in world.phone("A") if "Nộp danh sách" in shown.message.text)
    assert foretold.partition("gộp một tin):\n")[2] == arrived
