"""The office's brief at 08:00 and the gatherings of new reports: what they say, and when they are silent."""

from datetime import date

from sqlalchemy import select

from models import day_override
from models.account import Account
from models.attachment import Attachment
from models.campaign import Campaign
from models.committee import Committee
from models.due import Due
from models.issue import Issue, IssueKind
from models.item import ItemKind
from models.obligation import State
from tests import standing_world as org
from tests.dialog import shown_text
from tests.world import World, local


async def _told(world: World, at: str, who: str = "D") -> list[str]:
    """Move to a moment and return what somebody was told on the way, the first line's hour says when."""
    await world.move_to(local(at))
    return [shown_text(shown) for shown in world.unread(who)]


async def _twelve(world: World) -> None:
    """Twelve branches, the campaign on since 13 May, the states of 29 May, nobody having looked yet."""
    await org.twelve_branches(world)
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.start_campaign()
    await world.move_to(local("2024-05-28 16:30"))
    await org.last_days(world)
    await world.write(lambda session: org.item(session, "DT", "question", local("2024-05-28 16:31"), text="Nộp ở đâu?"))
    world.unread("D")


def _briefs(said: list[str]) -> list[str]:
    return [each for each in said if each.startswith("08:00 ")]


async def test_the_brief_is_that_of_the_voice(either: World) -> None:
    """29 May, 08:00: state, what to do, who is missing and how, who is reminded at 08:15."""
    world = either
    await _twelve(world)

    async def register_deputy(session):
        owed = await org.obligation_of(session, "NH")
        branch = await session.get_one(org.unit.Unit, owed.unit_id)
        branch.deputy_name = "Lê Thị P"

    await world.write(register_deputy)
    said = _briefs(await _told(world, "2024-05-29 08:10"))
    assert len(said) == 1
    assert said[0].split("\n") == [
        "08:00 thứ Tư 29/5. Chuyên đề năm 2024: đã gửi 9/12 chi bộ, hạn hết ngày mai 30/5.",
        "Cần làm: 02 báo cáo chờ rà soát, 01 câu hỏi, 01 báo đã gửi bản giấy.",
        "Chưa gửi: Bảo tàng (báo đã gửi giấy), Nhà hát (chưa hồi âm, đã nhắc 03 lần).",
        (
            "Lúc 08:15 sẽ nhắc 01 đ/c. Chưa liên lạc được: 01 đ/c (Phó Bí thư Nhà hát chưa kết nối): "
            "gọi điện, hoặc mời lại bằng /moi."
        ),
        "[Rà soát 2] [Câu hỏi 1]",
        "[Xác nhận bản giấy 1] [Xem tin 08:15]",
    ]
    await world.press("D", "Xem tin 08:15")
    seen = shown_text(world.unread("D")[-1])
    assert seen == "08:15, nhắc Báo cáo kết quả học tập Chuyên đề năm 2024: Bí thư NH (Nhà hát)."


async def test_there_is_one_brief_a_working_day_and_none_on_others(world: World) -> None:
    """From Friday 17 May to Tuesday 21 May: no brief on Saturday, Sunday, nor a Monday the office took off."""
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.start_campaign()

    async def prepare(session):
        owner = (await session.scalars(select(Committee))).one()
        session.add(day_override.DayOverride(committee_id=owner.id, day=date(2024, 5, 20), working=False))

    await world.write(prepare)
    await world.move_to(local("2024-05-16 20:00"))
    await world.write(lambda session: org.item(session, "DT", "question", local("2024-05-16 20:00")))
    world.unread("D")
    said = _briefs(await _told(world, "2024-05-21 20:00"))
    assert [each[:20] for each in said] == ["08:00 thứ Sáu 17/5. ", "08:00 thứ Ba 21/5. C"]


async def test_nothing_to_do_is_no_message(world: World) -> None:
    """A day without anything waiting and without a rung: the brief is empty and says nothing."""
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.start_campaign()
    said = await _told(world, "2024-05-14 20:00")
    assert _briefs(said) == []

    async def outcomes(session):
        return (await session.scalars(select(Due.outcome).where(Due.kind == "brief", Due.fired_at.is_not(None)))).all()

    assert await world.read(outcomes) == ["empty", "empty"]


async def test_whom_a_message_did_not_reach_is_named(either: World) -> None:
    """A secretary who blocked the bot shows in the next brief, with what to do."""
    world = either
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.start_campaign()
    world.channel.blocked.add("A")
    await world.move_to(local("2024-05-16 09:00"))
    world.unread("D")
    said = _briefs(await _told(world, "2024-05-17 08:10"))
    assert (
        "Chưa liên lạc được: 01 đ/c (Bí thư Bảo tàng đã chặn Trợ lý từ 16/5): gọi điện, hoặc mời lại bằng /moi."
        in said[0]
    )

    async def reachable(session):
        return (await session.scalars(select(Account.reachable).where(Account.external_id == "A"))).one()

    assert not await world.read(reachable)


async def test_new_reports_are_gathered_at_eleven_and_four(either: World) -> None:
    """Three reports before 11:00 are one message; none after that is silence at 16:00; a recalled one is not told."""
    world = either
    await org.twelve_branches(world)
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.start_campaign()
    await world.move_to(local("2024-05-21 10:00"))

    async def send(session):
        for code, at in (("BT", "08:30"), ("TV", "09:00"), ("NH", "09:30")):
            moment = local(f"2024-05-21 {at}")
            await org.report(session, code, org.answers(26, 24, 5), moment, State.WAITING)
        taken_back = await org.report(session, "DT", org.answers(15, 15), local("2024-05-21 09:40"), State.DRAFTING)
        assert taken_back.id

    await world.write(send)
    world.unread("D")
    assert await _told(world, "2024-05-21 11:05") == [
        "03 báo cáo mới: Bảo tàng (13/5, 24/26), Thư viện (13/5, 24/26), Nhà hát (13/5, 24/26).\n[Rà soát 3]"
    ]
    assert await _told(world, "2024-05-21 16:05") == []


async def test_every_kind_of_item_has_its_words_and_its_button(world: World) -> None:
    """One item of each kind waits: the brief names and opens all of them, and none that asks nothing."""
    await org.twelve_branches(world)
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.start_campaign()
    await world.move_to(local("2024-05-28 16:30"))
    asking = [kind for kind in ItemKind if kind != ItemKind.NOTE]

    async def ask(session):
        for kind in ItemKind:
            await org.item(session, "DT", kind, local("2024-05-28 16:31"))

    await world.write(ask)
    world.unread("D")
    (said,) = _briefs(await _told(world, "2024-05-29 08:10"))
    words, *buttons = said.split("\n[", 1)
    assert words.count("01 ") >= len(asking)
    assert "".join(buttons).count(" 1]") == len(asking)


async def test_a_gathering_missed_is_in_the_next_one(world: World) -> None:
    """The machine slept from 10:00 to 15:00: what came in is told at 16:00."""
    await org.twelve_branches(world)
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.start_campaign()
    await world.move_to(local("2024-05-21 10:00"))
    at = local("2024-05-21 09:00")
    await world.write(lambda session: org.report(session, "BT", org.answers(26, 24), at, State.WAITING))
    world.clock.move_to(local("2024-05-21 15:00"))
    world.unread("D")
    assert (await _told(world, "2024-05-21 16:05"))[-1].startswith("01 báo cáo mới: Bảo tàng (13/5, 24/26).")


async def test_while_on_hold_the_office_hears_no_brief(world: World) -> None:
    """A brief is a push: none while all pushes are held."""
    await _twelve(world)

    async def hold(session):
        (await session.scalars(select(Committee))).one().paused = True

    await world.write(hold)
    assert _briefs(await _told(world, "2024-05-29 08:10")) == []


async def test_several_duties_are_a_line_each_and_five_lines_in_all(world: World) -> None:
    """Five duties open in September, nothing in from anybody: the three nearest by name, the rest by number."""
    await org.twelve_branches(world)
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.start_campaign({"due.thematic_meeting": 18, "due.quarterly_report": 20})
    await world.move_to(local("2024-09-16 16:30"))
    await world.write(lambda session: org.item(session, "DT", "question", local("2024-09-16 16:31")))
    world.unread("D")
    (said,) = _briefs(await _told(world, "2024-09-17 08:10"))
    lines = said.partition("\n[")[0].split("\n")
    assert lines[2] == (
        "Báo cáo quý III: đã gửi 0/12 chi bộ, hạn hết thứ Sáu 20/9. "
        "Chưa gửi: Bảo tàng (chưa hồi âm), Thư viện (chưa hồi âm) và 10 chi bộ khác. Và 02 việc khác: /tonghop."
    )
    assert len(lines) <= 5
    assert lines[3].startswith("Cần làm: ")


async def test_the_report_upward_is_the_offices_own_duty(world: World) -> None:
    """The superior wants it by 12/6: spoken of from five working days before, until a final one was made after 30/5."""
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.start_campaign({"superior_due": "2024-06-12"})
    assert "cấp trên" not in "".join(_briefs(await _told(world, "2024-06-04 08:10")))
    (near,) = _briefs(await _told(world, "2024-06-05 08:10"))
    assert "Cần làm: báo cáo tổng hợp gửi cấp trên (hạn hết thứ Tư 12/6)" in near
    assert "[Báo cáo tổng hợp]" in near
    past = _briefs(await _told(world, "2024-06-13 08:10"))[-1]
    assert "báo cáo tổng hợp gửi cấp trên (đã qua hạn 12/6)" in past

    async def make(session):
        owner = (await session.scalars(select(Committee))).one()
        current = (await session.scalars(select(Campaign))).one()
        file = Attachment(committee_id=owner.id, kind="document", name="b.docx", path="", size=0, sha256="")
        file.made_at = world.clock.now()
        session.add(file)
        await session.flush()
        about = {"committee_id": owner.id, "campaign_id": current.id, "number": made_at.day, "kind": IssueKind.FINAL}
        empty = {"name": "", "period": "", "title": "", "named": False, "revisions": [], "figures": {}}
        session.add(Issue(**about, **empty, made_at=made_at, file_id=file.id))

    made_at = local("2024-05-29 09:00")
    await world.write(make)
    assert "báo cáo tổng hợp gửi cấp trên" in _briefs(await _told(world, "2024-06-14 08:10"))[-1]
    made_at = world.clock.now()
    await world.write(make)
    assert "cấp trên" not in "".join(_briefs(await _told(world, "2024-06-17 08:10")))
