"""The register in chat: a branch merged mid-quarter, a secretary handed over, counts with their days."""

from datetime import date

import pytest
from sqlalchemy import select

from handlers.branch import drafts, duties
from handlers.office import export, issue_files, moving, standing
from handlers.rules import consolidated
from messages.documents import summed
from models import counted, headcount, trend
from models.audit import Audit
from models.deadline import Deadline
from models.due import Due
from models.form import Form
from models.headcount import Headcount
from models.issue import IssueKind
from models.obligation import Obligation, State
from models.person import Person
from models.report import Report, Revision
from models.role import Role
from models.unit import Unit
from tests.dialog import _CODE
from tests.standing_world import answers
from tests.world import World, local
from tests.year_2024 import hand_in


async def _begun(world: World, day: str) -> None:
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.join("B", "secretary", "TV", "Trần Thị B")
    await world.join("D", "office", "", "Phạm Văn D")
    await world.start_campaign({"due.quarterly_report": 20, "due.thematic_meeting": 18})
    await world.move_to(local(day))


async def _reported(world: World, code: str) -> None:
    """Let a branch's study report be in."""

    async def send(session):
        query = select(Obligation, Deadline).join(Deadline, Deadline.id == Obligation.deadline_id)
        query = query.join(Unit, Unit.id == Obligation.unit_id)
        owed, deadline = (await session.execute(query.where(Unit.code == code, Deadline.name == "study_report"))).one()
        form = (await session.scalars(select(Form).where(Form.name == deadline.form_name))).first()
        given = answers(26, 24, 5)
        made = Report(obligation_id=owed.id, form_id=form.id, answers=given, reopened=[])
        session.add(made)
        await session.flush()
        now = world.clock.now()
        session.add(Revision(report_id=made.id, number=1, answers=given, flags=[], sent_at=now, timeliness="on_time"))
        owed.state, owed.first_sent_at = State.ACCEPTED, now

    await world.write(send)


async def _merge(world: World, which: str = "thư viện", into: str = "Bảo tàng", how: str = "Ghép, không báo") -> None:
    await world.say("D", f"/chibo {which}")
    await world.press("D", "Ghép chi bộ")
    await world.press("D", into)
    offered = [each.label for row in world.phone("D")[-1].message.buttons for each in row]
    await world.press("D", how if how in offered else "Đúng, ghép")


async def test_a_branch_merged_mid_quarter(world: World) -> None:
    """Thư viện reported in May and is merged on 10/6: that report counts on, June is owed by Bảo tàng alone."""
    await _begun(world, "2024-05-28 09:00")
    await _reported(world, "TV")
    await world.move_to(local("2024-06-10 15:00"))
    told = len(world.phone("B"))
    await _merge(world)
    await world.move_to(local("2024-07-02 12:00"))
    assert not [each for each in world.phone("B")[told:] if "Chi bộ Thư viện" in each.message.text]

    async def look(session):
        moment = await world.assistant.moment(session)
        found = {}
        for each in (await session.scalars(select(Deadline).where(Deadline.superseded.is_(False)))).all():
            now = await standing.load(moment, each)
            found[each.name, each.period] = ({line.code for line in now.lines}, len(now.sent), now.attendance.attended)
        old = (await session.scalars(select(Unit).where(Unit.code == "TV"))).one()
        new = (await session.scalars(select(Unit).where(Unit.code == "BT"))).one()
        counts = (await session.scalars(select(Headcount).order_by(Headcount.as_of))).all()
        roles = (
            await session.execute(
                select(Role.kind, Role.unit_id).where(Role.person_id == world.people["B"], Role.ended_at.is_(None))
            )
        ).all()
        waiting = select(Due).join(Obligation, Obligation.id == Due.obligation_id)
        waiting = waiting.where(Obligation.unit_id == old.id, Due.fired_at.is_(None))
        return found, old, new, counts, roles, (await session.scalars(waiting)).all()

    found, old, new, counts, roles, waiting = await world.read(look)
    assert found["study_report", ""] == ({"BT", "TV", "NH", "DT"}, 1, 24)
    assert found["quarterly_report", "2024-Q2"][0] == {"BT", "NH", "DT"}
    assert found["quarterly_report", "2024-Q3"][0] == {"BT", "NH", "DT"}
    assert (old.active_to, old.merged_into_id, waiting) == (date(2024, 6, 10), new.id, [])
    assert roles == [("member", new.id)]
    of_new = [(each.as_of, each.full) for each in counts if each.unit_id == new.id]
    assert of_new == [(date(2024, 4, 1), 27), (date(2024, 6, 10), 45)]
    assert [each.as_of for each in counts if each.unit_id == old.id] == [date(2024, 4, 1)]


async def test_what_was_due_before_the_merger_stays(either: World) -> None:
    """Thư viện told nothing of what was due up to June and is merged in July: it stays "chưa báo cáo" there, is gone
    from what is due later, and nothing more is said or planned for it, even when a day of that time is moved.
    """
    world = either
    await _begun(world, "2024-06-03 09:00")
    await world.move_to(local("2024-07-08 15:00"))
    await _merge(world)
    ways = await _ways(world)
    before = {("study_report", ""), ("thematic_meeting", "2024-Q2"), ("quarterly_report", "2024-Q2")}
    assert ways == dict.fromkeys(before, (summed.UNREPORTED, True))
    await _move_june(world)
    assert await _ways(world) == ways
    await world.move_to(local("2024-08-20 12:00"))

    async def waiting(session):
        theirs = select(Obligation.id).join(Unit, Unit.id == Obligation.unit_id).where(Unit.code == "TV")
        return (await session.scalars(select(Due).where(Due.fired_at.is_(None), Due.obligation_id.in_(theirs)))).all()

    assert await world.read(waiting) == []


async def _ways(world: World) -> dict[tuple[str, str], tuple[str, bool]]:
    """Return {(deadline, period): (how Thư viện's part goes upward, whether every count of branches holds it)}."""

    async def look(session):
        moment, found = await world.assistant.moment(session), {}
        forms = {form.id: drafts.read_form(form.body) for form in await session.scalars(select(Form))}
        here = await session.scalar(select(Unit.id).where(Unit.code == "TV"))
        for scope in await export.scopes(moment):
            asked = (await issue_files.read(moment, scope, IssueKind.FINAL)).whole()
            for due, each in zip(scope.deadlines, asked, strict=True):
                lines = consolidated.add_up(each, forms).lines
                stands = await standing.load(moment, due)
                grouped = (await counted.groups(session, [due.id], moment.today), stands.lines)
                numbers = {sum(one.number for one in grouped[0]), len(grouped[1]), len(lines)}
                missing = (await trend.missing(session, [due.id])).get(due.id, 0) == len(stands.not_yet)
                if how := [line.how for line in lines if line.unit == here]:
                    found[each.name, each.period] = (how[0], missing and len(numbers) == 1)
        return found

    return await world.read(look)


async def _move_june(world: World) -> None:
    """Let the second quarter's report be due some days later, as /han moves it."""

    async def move(session):
        query = select(Deadline).where(Deadline.name == "quarterly_report", Deadline.period == "2024-Q2")
        last = date(2024, 6, 24)
        by = await session.get(Person, world.people["D"])
        await moving.replace(
            await world.assistant.moment(session),
            (await session.scalars(query)).one(),
            by,
            {"last_on_time": last, "due_date": last},
        )

    await world.write(move)


async def test_who_joins_by_a_merger_is_counted_once(either: World) -> None:
    """Thư viện (17 to come) reported its quarter's meeting, then joins Bảo tàng (26): that one is asked about 26, of
    the next quarter about all 43; the total upward is of 43 and not of 60.
    """
    world = either
    await _begun(world, "2024-06-10 09:00")
    await hand_in(world, "B", "Sinh hoạt chuyên đề quý II:", _met("17", "10/6"))
    await _take_in(world, "Rà soát 1")
    await _merge(world)
    await hand_in(world, "A", "Sinh hoạt chuyên đề quý II:", _met("26, không kể Chi bộ Thư viện", "10/6"))
    await _take_in(world, "Rà soát 1")
    found = await _registers(world)
    assert found["thematic_meeting", "2024-Q2"] == (date(2024, 6, 9), 43, 43, 3)
    assert found["thematic_meeting", "2024-Q3"][0] is found["quarterly_report", "2024-Q2"][0] is None
    await world.move_to(local("2024-09-10 15:00"))
    await hand_in(world, "A", "Sinh hoạt chuyên đề quý III:", _met("43 (46, trừ 03 miễn sinh hoạt)", "10/9"))
    await _take_in(world, "Rà soát 1")
    assert (await _registers(world))["thematic_meeting", "2024-Q3"] == (None, 43, 43, 3)


@pytest.mark.parametrize("second", ["2024-06-10 15:00", "2024-06-12 09:00"])
async def test_who_joins_without_a_report_is_counted_too(either: World, second: str) -> None:
    """Thư viện (17) reported its quarter's meeting and joins Bảo tàng (26), then Nhà hát, which did not: it is asked
    about its own and those of Nhà hát; about all three where none reported, about its own of what was due before.
    """
    world = either
    await _begun(world, "2024-06-10 09:00")
    before = await _owed_by_bao_tang(world)
    nha_hat = await _summoned(world, "NH")
    await hand_in(world, "B", "Sinh hoạt chuyên đề quý II:", _met("17", "10/6"))
    await _take_in(world, "Rà soát 1")
    await _merge(world)
    await world.move_to(local(second))
    await _merge(world, "nhà hát")
    after = await _owed_by_bao_tang(world)
    assert nha_hat > 0
    assert set(before.values()) == {26}
    assert after["thematic_meeting", "2024-Q2"] == 26 + nha_hat
    assert after["quarterly_report", "2024-Q2"] == 26 + 17 + nha_hat
    assert after["study_report", ""] == 26


@pytest.mark.parametrize("second", ["2024-06-10 15:00", "2024-06-12 09:00"])
async def test_a_chain_of_mergers_counts_everybody_once(either: World, second: str) -> None:
    """Thư viện (17) reported its quarter's meeting and joins Nhà hát, which did not and joins Bảo tàng (26): that one
    is asked about its own and Nhà hát's, told who is left out; of what nobody reported, about all three.
    """
    world = either
    await _begun(world, "2024-06-10 09:00")
    nha_hat = await _summoned(world, "NH")
    await hand_in(world, "B", "Sinh hoạt chuyên đề quý II:", _met("17", "10/6"))
    await _take_in(world, "Rà soát 1")
    await _merge(world, into="Nhà hát")
    await world.move_to(local(second))
    await _merge(world, "nhà hát")
    after = await _owed_by_bao_tang(world)
    assert after["thematic_meeting", "2024-Q2"] == 26 + nha_hat
    assert after["quarterly_report", "2024-Q2"] == after["thematic_meeting", "2024-Q3"] == 26 + 17 + nha_hat
    assert after["study_report", ""] == 26
    asked = f"{26 + nha_hat}, không kể Chi bộ Thư viện"
    await hand_in(world, "A", "Sinh hoạt chuyên đề quý II:", _met(asked, "10/6"))
    await _take_in(world, "Rà soát 1")
    _, summoned, attended, _ = (await _registers(world))["thematic_meeting", "2024-Q2"]
    assert summoned == attended == 26 + 17 + nha_hat


async def test_a_chain_of_mergers_of_those_who_reported(either: World) -> None:
    """Thư viện reported and joins Nhà hát, which reports its own; joined by both, Bảo tàng is asked about its own."""
    world = either
    await _begun(world, "2024-06-10 09:00")
    await world.join("C", "secretary", "NH", "Lê Văn C")
    nha_hat = await _summoned(world, "NH")
    await hand_in(world, "B", "Sinh hoạt chuyên đề quý II:", _met("17", "10/6"))
    await _take_in(world, "Rà soát 1")
    await _merge(world, into="Nhà hát")
    await hand_in(world, "C", "Sinh hoạt chuyên đề quý II:", _met(f"{nha_hat}, không kể Chi bộ Thư viện", "10/6"))
    await _take_in(world, "Rà soát 1")
    await world.move_to(local("2024-06-12 09:00"))
    await _merge(world, "nhà hát")
    assert (await _owed_by_bao_tang(world))["thematic_meeting", "2024-Q2"] == 26
    await hand_in(world, "A", "Sinh hoạt chuyên đề quý II:", _met("26, không kể Chi bộ Thư viện, Nhà hát", "10/6"))
    await _take_in(world, "Rà soát 1")
    _, summoned, attended, _ = (await _registers(world))["thematic_meeting", "2024-Q2"]
    assert summoned == attended == 26 + 17 + nha_hat


async def _summoned(world: World, code: str) -> int:
    async def look(session):
        found = await headcount.latest(session, await session.scalar(select(Unit.id).where(Unit.code == code)))
        return found.summoned

    return await world.read(look)


async def _owed_by_bao_tang(world: World) -> dict[tuple[str, str], int]:
    """Return {(deadline, period): how many have to come by what Bảo tàng is asked about}."""

    async def look(session):
        moment = await world.assistant.moment(session)
        ids = select(Obligation.id).join(Unit, Unit.id == Obligation.unit_id).where(Unit.code == "BT")
        found = {}
        for duty in await duties.load(moment, list(await session.scalars(ids))):
            known = await drafts.facts(moment, duty)
            found[duty.deadline.name, duty.deadline.period] = known.members - known.exempt
        return found

    return await world.read(look)


def _met(asked: str, day: str) -> list[tuple[str, str]]:
    return [
        ("sinh hoạt chuyên đề ngày nào", day),
        ("cấp nào", "[Chi bộ]"),
        ("Nội dung chọn từ", "[Cả hai]"),
        ("Tên nội dung", "Thực hành dân chủ"),
        (f"thuộc diện phải dự: {asked}", "đúng"),
        ("thuộc diện phải dự, không kể", "đúng"),
        ("Bao nhiêu đảng viên dự", "đủ"),
        ("ý kiến phát biểu", "6"),
    ]


async def _take_in(world: World, label: str) -> None:
    await world.say("D", "/rasoat")
    await world.press("D", next(b.label for row in world.phone("D")[-1].message.buttons for b in row))
    await world.press("D", "Tiếp nhận")


async def _registers(world: World) -> dict[tuple[str, str], tuple[date | None, int, int, int | None]]:
    """Return {(deadline, period): (the day Bảo tàng's register is taken from, all to come, who came, exempt)}."""

    async def look(session):
        moment, found = await world.assistant.moment(session), {}
        forms = {form.id: drafts.read_form(form.body) for form in await session.scalars(select(Form))}
        query = select(Deadline.name, Deadline.period, Obligation.register_on).join(Obligation).join(Unit)
        rows = await session.execute(query.where(Unit.code == "BT"))
        days = {(name, period): day for name, period, day in rows}
        for scope in await export.scopes(moment):
            for asked in (await issue_files.read(moment, scope, IssueKind.FINAL)).whole():
                total, which = consolidated.add_up(asked, forms).total, (asked.name, asked.period)
                found[which] = (days[which], total.summoned, total.attended, total.exempt)
        return found

    return await world.read(look)


async def test_both_branches_are_told_of_a_merger(world: World) -> None:
    """The old secretary hears whose member they are now; the other one how many there are, and what stays as before."""
    await _begun(world, "2024-05-28 09:00")
    await _reported(world, "TV")
    await _merge(world, how="Ghép và báo")
    assert "đã báo 02 đ/c" in world.phone("D")[-1].message.text
    gone, stays = world.phone("B")[-1].message.text, world.phone("A")[-1].message.text
    assert "ghi đồng chí là đảng viên Chi bộ Bảo tàng" in gone
    assert "Danh sách Chi bộ Bảo tàng nay là 46 đảng viên, phải học, phải dự 43" in stays
    assert "Vẫn báo cáo theo danh sách trước khi ghép: Báo cáo học tập Chuyên đề." in stays


@pytest.mark.parametrize(("how", "told"), [("Kết thúc và báo", True), ("Kết thúc, không báo", False)])
async def test_a_closed_branch_is_told_if_the_office_wants_it(world: World, how: str, told: bool) -> None:
    """Its secretary hears that nothing more is asked, or hears nothing."""
    await _begun(world, "2024-05-28 09:00")
    before = len(world.phone("B"))
    await world.say("D", "/chibo thư viện")
    await world.press("D", "Kết thúc hoạt động")
    assert "Báo thì 01 đ/c" in world.phone("D")[-1].message.text
    await world.press("D", how)
    assert [("kết thúc hoạt động từ hôm nay" in each.message.text) for each in world.phone("B")[before:]] == [
        True
    ] * told


async def test_merged_twice_is_an_old_button(world: World) -> None:
    """The same button again changes nothing."""
    await _begun(world, "2024-05-28 09:00")
    await _merge(world)
    await world.press("D", "Ghép, không báo")
    acts = await world.read(lambda session: session.scalars(select(Audit.act).where(Audit.act == "branch.merged")))
    assert len(list(acts)) == 1


async def test_hand_over_carries_duty_draft_and_silence(world: World) -> None:
    """A began a draft; G takes over, joins, reads what is open and goes on with that draft; A hears nothing more."""
    await _begun(world, "2024-05-24 09:00")
    await world.say("A", "/baocao")
    await world.press("A", "Báo cáo học tập Chuyên đề") if "Việc" in world.phone("A")[-1].message.text else None
    await world.say("D", "/chibo BT")
    await world.press("D", "Đổi Bí thư")
    await world.say("D", "Hoàng Văn G")
    await world.press("D", "Đổi, không báo")
    code = next(found[0] for each in world.phone("D") if (found := _CODE.search(each.message.text)))
    told = len(world.phone("A"))
    await world.say("G", code)
    await world.press("G", "Đúng, tôi đồng ý")
    await world.press("G", "Không nhận")
    await world.move_to(local("2024-05-31 16:00"))
    assert len(world.phone("A")) == told
    said = "\n".join(each.message.text for each in world.phone("G"))
    assert "Báo cáo kết quả học tập Chuyên đề năm 2024" in said

    async def look(session):
        query = select(Role.person_id, Role.ended_at).join(Unit, Unit.id == Role.unit_id)
        rows = (await session.execute(query.where(Unit.code == "BT", Role.kind == "secretary"))).all()
        branch = (await session.scalars(select(Unit).where(Unit.code == "BT"))).one()
        return rows, branch.secretary_name

    rows, listed = await world.read(look)
    assert listed == "Hoàng Văn G"
    assert {person: ended is None for person, ended in rows}[world.people["A"]] is False
    assert sum(ended is None for _, ended in rows) == 1


async def test_a_deputy_is_handed_over_and_the_secretary_stays(world: World) -> None:
    """The old deputy's role ends and is told; the secretary's stays; the draft and who is reminded go on."""
    await _begun(world, "2024-05-21 15:00")
    await world.join("P", "deputy", "BT", "Trần Thị P")
    await world.say("D", "/chibo bảo tàng")
    await world.press("D", "Đổi Phó Bí thư")
    await world.say("D", "Đỗ Văn Q")
    await world.press("D", "Đổi và báo đ/c cũ")
    assert "từ hôm nay đ/c Đỗ Văn Q là Phó Bí thư Chi bộ Bảo tàng" in world.phone("P")[-1].message.text

    async def look(session):
        held = (await session.scalars(select(Role).join(Unit, Unit.id == Role.unit_id).where(Unit.code == "BT"))).all()
        branch = (await session.scalars(select(Unit).where(Unit.code == "BT"))).one()
        noted = (await session.scalars(select(Audit.act).where(Audit.act.startswith("branch.")))).all()
        return {each.kind: each.ended_at is None for each in held}, branch.deputy_name, noted

    assert await world.read(look) == ({"secretary": True, "deputy": False}, "Đỗ Văn Q", ["branch.deputy"])
    world.unread("P")
    await world.move_to(local("2024-05-28 09:00"))
    assert not world.unread("P")
