"""Announcing the conference as a duty: whatever tells of a session answers it, once; called off, it is owed again."""

from typing import Any

from sqlalchemy import select

from models.deadline import Deadline
from models.obligation import Obligation
from models.report import Report, Revision
from tests.world import World, local

REPORT = ("rồi", "13/5", "trực tiếp", "bí thư chi bộ", "đúng", "đủ", "5")


async def given_out(world: World) -> None:
    """Let the office give the duty of announcing to all branches, with its own deadline."""
    await world.join("VP", "office", "", "Phạm Văn D")
    await world.say("VP", "/han")
    await world.press("VP", "Thêm việc, mốc")
    await world.say("VP", "Báo lịch hội nghị học tập")
    await world.press("VP", "Lịch hội nghị học tập Chuyên đề năm 2024")
    await world.say("VP", "hết 24/5")
    await world.press("VP", "Tất cả 04 chi bộ")
    await world.press("VP", "Giao việc")


async def begun(world: World) -> None:
    """Have two secretaries in a campaign that has begun."""
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.join("B", "secretary", "TV", "Trần Thị B")
    await world.start_campaign()
    await world.move_to(local("2024-05-20 09:00"))


async def announcing(session: Any) -> list[tuple[str, str, bool]]:
    """Return (state, first day of the answers, taken back) of every sending of the duty of announcing."""
    query = (
        select(Obligation.state, Revision.answers, Revision.recalled_at)
        .join(Report, Report.id == Revision.report_id)
        .join(Obligation, Obligation.id == Report.obligation_id)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .where(Deadline.form_name == "conference")
        .order_by(Revision.id)
    )
    rows = await session.execute(query)
    return [(state, answers["held_on"]["value"], recalled is not None) for state, answers, recalled in rows]


async def test_a_report_of_the_conference_answers_it(either: World) -> None:
    """Who reports that it was held has announced it too; a correction of the day is one more sending."""
    await begun(either)
    await given_out(either)
    await either.move_to(local("2024-05-21 09:00"))
    await either.say("A", "/baocao")
    await either.press("A", "Việc 2")
    for said in (*REPORT, "gửi"):
        await either.say("A", said)
    assert await either.read(announcing) == [("accepted", "2024-05-13", False)]
    await either.press("A", "Sửa")
    for said in ("2", "14/5", "gửi"):
        await either.say("A", said)
    assert [day for _, day, _ in await either.read(announcing)] == ["2024-05-13", "2024-05-14"]


async def test_what_the_office_enters_answers_it(either: World) -> None:
    """Figures on paper, typed in by the office, tell that it was held; the branch is not asked for a day any more."""
    await begun(either)
    await given_out(either)
    await either.move_to(local("2024-05-21 09:00"))
    await either.say("VP", "Bảo tàng: ngày 20/5, 24/26 đảng viên, 05 quần chúng")
    for label in ("Đúng", "Bản giấy", "Hôm nay"):
        await either.press("VP", label)
    assert await either.read(announcing) == [("accepted", "2024-05-20", False)]


async def test_moved_it_is_sent_anew_and_called_off_it_is_owed_again(either: World) -> None:
    """Each day is a sending of its own; the same button twice sends nothing; called off, all are taken back."""
    await begun(either)
    await either.say("A", "chiều 27/5, hội trường, Bí thư truyền đạt")
    await either.press("A", "Ghi lại")
    await given_out(either)
    await either.move_to(local("2024-05-20 10:00"))
    assert await either.read(announcing) == [("accepted", "2024-05-27", False)]
    for said in ("/hoinghi", "[Buổi 1]", "[Dời ngày]", "28/5", "[Đúng, dời]", "[Đúng, dời]"):
        await (either.press("A", said[1:-1]) if said.startswith("[") else either.say("A", said))
    assert [day for _, day, _ in await either.read(announcing)] == ["2024-05-27", "2024-05-28"]
    for said in ("/hoinghi", "[Buổi 1]", "[Hủy buổi này]", "trùng lịch của Sở"):
        await (either.press("A", said[1:-1]) if said.startswith("[") else either.say("A", said))
    assert {(state, recalled) for state, _, recalled in await either.read(announcing)} == {("not_sent", True)}
