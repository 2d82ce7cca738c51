"""What dialogs cannot show of reporting: rows kept, the paper's contents, albums, somebody saving in between."""

import io
import itertools

import pytest
from docx import Document
from sqlalchemy import select, update
from sqlalchemy.orm.exc import StaleDataError

from handlers.branch import drafts, duties, paper
from handlers.branch.duties import Duty
from messages.types import Heard
from models import report
from models.attachment import Attachment
from models.audit import Audit
from models.deadline import Deadline
from models.due import Due
from models.obligation import Obligation, State
from models.person import Person
from models.report import Report, Revision
from models.unit import Unit
from tests.world import build, local

PART_A = ("rồi", "13/5", "trực tiếp", "bí thư chi bộ", "đúng", "24", "đều có lý do", "Sẽ học bù", "27/5", "5")


@pytest.fixture
async def branch(world):
    """The campaign is in force on 20 May; A is secretary of Bảo tàng."""
    await world.start_campaign()
    await world.move_to(local("2024-05-20 09:00"))
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    return world


async def say(world, *texts, who="A"):
    """Type one text after another."""
    for text in texts:
        await world.say(who, text)


async def one(world, table):
    """Return the only row of a table."""

    async def look(session):
        return (await session.scalars(select(table))).one()

    return await world.read(look)


async def rows(world, table):
    """Return all rows of a table."""

    async def look(session):
        return (await session.scalars(select(table).order_by(table.id))).all()

    return await world.read(look)


def last(world, who="A"):
    """Return the text of the newest message on a phone."""
    return world.phone(who)[-1].message.text


async def test_every_answer_is_kept_with_who_gave_it_when(branch):
    """The draft is in the database after each answer, the duty stands as being drafted, the audit names fields only."""
    await say(branch, "/baocao", "rồi", "13/5")
    kept = await one(branch, Report)
    assert {name: each["value"] for name, each in kept.answers.items()} == {"held": "held", "held_on": "2024-05-13"}
    assert kept.answers["held_on"]["by"] == branch.people["A"]
    assert kept.answers["held_on"]["inbox"]
    owed = [each for each in await rows(branch, Obligation) if each.id == kept.obligation_id]
    assert owed[0].state == State.DRAFTING
    noted = [each.details["fields"] for each in await rows(branch, Audit) if each.act == "report.answer"]
    assert noted == [["held"], ["held_on"]]


async def test_a_draft_survives_a_restart_and_days_of_silence(branch, tmp_path):
    """A new process on the same database goes on where the person was, whatever time has passed."""
    await say(branch, "/baocao", "rồi", "13/5")
    await branch.assistant.database.close()
    copy = tmp_path / "later"
    copy.mkdir()
    again = await build(copy, branch.assistant.database.engine.url.render_as_string(), local("2024-05-27 14:10"))
    again.channel._ids = itertools.count(1000)  # the platform goes on counting
    await again.say("A", "trực tiếp")
    assert "Ai truyền đạt?" in last(again)
    await again.assistant.database.close()


async def test_sending_ends_the_reminding_and_keeps_the_revision(branch):
    """Revision, first sending, no rung left; a correction is a second revision, punctuality stays the first one's."""
    await say(branch, "/baocao", *PART_A, "gửi")
    owed = [each for each in await rows(branch, Obligation) if each.state == State.WAITING]
    assert len(owed) == 1
    left = [each for each in await rows(branch, Due) if each.obligation_id == owed[0].id and each.fired_at is None]
    assert left == []
    await branch.move_to(local("2024-06-03 09:00"))
    await branch.press("A", "Sửa")
    await say(branch, "8", "4", "gửi")
    first, second = await rows(branch, Revision)
    assert (first.timeliness, second.timeliness) == ("on_time", "on_time")
    assert (first.answers["masses"]["value"], second.answers["masses"]["value"]) == (5, 4)
    assert "trong hạn. Lần gửi 2." in " ".join(each.message.text for each in branch.phone("A")[-3:])


async def test_a_second_press_sends_nothing_twice(branch):
    """The same report again is no new sending."""
    await say(branch, "/baocao", *PART_A)
    await branch.press("A", "Xem lại, gửi luôn")
    await branch.press("A", "Gửi báo cáo")
    await branch.press("A", "Gửi báo cáo")
    assert len(await rows(branch, Revision)) == 1


async def test_the_study_report_on_paper_says_what_was_answered(branch):
    """Figures, percentages, the planned make-up session; dots where the plan has no number."""
    await say(branch, "/baocao", *PART_A, "gửi")
    file = next(each for each in await rows(branch, Attachment) if each.name.endswith(".docx"))
    text = written((branch.assistant.files / file.path).read_bytes())
    assert "ĐẢNG BỘ SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH" in text
    assert "Kế hoạch số ………-KH/ĐU" in text
    assert "ngày 13/5/2024, hình thức trực tiếp; đồng chí Nguyễn Văn A, Bí thư chi bộ truyền đạt" in text
    assert "24/26 đồng chí, đạt 92,31%; vắng 02 đồng chí, đều có lý do" in text
    assert "Dự kiến học bù ngày 27/5/2024" in text
    assert "05 người" in text


async def test_the_quarters_report_on_paper_has_five_sections(branch):
    """Headings and the branch's own words; a question left out is left to be filled in by hand."""
    await branch.start_campaign({"due.quarterly_report": 20})
    await branch.move_to(local("2024-06-17 09:00"))
    await say(branch, "/baocao")
    await branch.press("A", "Việc 2")
    await say(
        branch,
        "không",
        "không",
        "chưa",
        "5",
        "Đọc sách mỗi sáng thứ Hai.",
        "Thực hiện đủ.",
        "bỏ qua",
        "Học quý III.",
        "gửi",
    )
    file = [each for each in await rows(branch, Attachment) if each.name.endswith(".docx")][-1]
    text = written((branch.assistant.files / file.path).read_bytes())
    called = "kết quả học tập và làm theo Bác quý II năm 2024"
    assert called in text.split("\n")
    assert (
        f"của Ban Thường vụ Đảng ủy Sở Văn hóa, Thể thao và Du lịch, Chi bộ Bảo tàng báo cáo {called} như sau:" in text
    )
    for heading in ("I- TÌNH HÌNH TƯ TƯỞNG", "II- KẾT QUẢ", "III- THỰC HIỆN KẾ HOẠCH", "IV- HẠN CHẾ", "V- NHIỆM VỤ"):
        assert heading in text
    assert "Trong quý không phát sinh vấn đề về tư tưởng cán bộ, đảng viên, quần chúng." in text
    assert "Trong quý chi bộ chưa tổ chức sinh hoạt chuyên đề." in text
    assert "Trong quý chi bộ có 05 việc làm theo Bác, mô hình." in text
    assert "Đọc sách mỗi sáng thứ Hai." in text
    assert "CHI BỘ BẢO TÀNG" in text


def written(content):
    """Return all text of a document."""
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(paragraph.text for paragraph in document.paragraphs)])


async def test_an_album_is_answered_once_and_kept_whole(branch):
    """Three pictures of one album: one message, three files in the answer."""
    await say(branch, "/baocao", *PART_A)
    before = len(branch.phone("A"))
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        await branch.send_file("A", name, b"\xff\xd8\xff\xe0", album="x1")
    assert len(branch.phone("A")) == before + 1
    kept = (await one(branch, Report)).answers["venue"]["value"]
    assert len(kept["files"]) == 3


async def test_somebody_saving_in_between_is_noticed(branch):
    """A save on a draft that another process saved meanwhile breaks the transaction: its turn is taken again."""
    await say(branch, "/baocao", "rồi")
    await branch.join("B", "deputy", "BT", "Trần Thị B")

    async def both(session):
        moment = await branch.assistant.moment(session)
        kept = (await session.scalars(select(Report))).one()
        duty = (await duties.load(moment, [kept.obligation_id]))[0]
        old = await drafts.of_duty(moment, duty)
        other = await session.get_one(Person, branch.people["B"])
        await session.execute(update(Report.__table__).values(counter=kept.counter + 1))
        drafts.save(moment, old, {**old.values, "held_on": "2024-05-14"}, other, 1)

    with pytest.raises(StaleDataError):
        await branch.write(both)
    kept = await one(branch, Report)
    assert kept.counter == 1
    assert "held_on" not in kept.answers


async def test_figures_by_their_meaning_land_on_the_forms_questions(branch):
    """What a reply gave fills the draft: a day or attendance means that it was held."""

    async def fill(session):
        moment = await branch.assistant.moment(session)
        owed = (await session.scalars(select(Obligation).join(Unit).where(Unit.code == "BT"))).first()
        duty = (await duties.load(moment, [owed.id]))[0]
        by = await session.get_one(Person, branch.people["A"])
        draft = await drafts.fill(moment, duty, {"date": "2024-05-13", "attended": 24, "total": 26}, by, 1)
        return draft.values

    assert await branch.write(fill) == {"held": "held", "held_on": "2024-05-13", "attended": 24, "summoned": 26}
    await say(branch, "/baocao")
    assert "Học theo hình thức nào?" in last(branch)


async def test_no_paper_is_made_of_what_was_taken_back(branch):
    """A sending recalled before its paper was built gets none; neither does a form without a paper."""
    await say(branch, "/baocao", *PART_A, "gửi")
    await branch.press("A", "Thu hồi")
    await branch.press("A", "Thu hồi báo cáo")

    async def load(session):
        kept = (await session.scalars(select(Report))).one()
        moment = await branch.assistant.moment(session)
        assert (await report.last_revision(session, kept.id)).recalled_at
        return await paper.load(moment, report=kept.id, number=1, person=branch.people["A"])

    assert await branch.read(load) is None


async def test_a_branch_cannot_touch_anothers_report(branch):
    """Ids in buttons are not trusted: another branch's secretary is refused at every door."""
    await say(branch, "/baocao", *PART_A)
    await branch.press("A", "Xem lại, gửi luôn")
    await branch.join("T", "secretary", "TV", "Lê Văn C")
    data = branch.phone("A")[-1].message.buttons[0][0].data
    await branch.hear("T", Heard.CHOICE, data=data)
    assert await rows(branch, Revision) == []

    async def theirs(session):
        moment = await branch.assistant.moment(session)
        kept = (await session.scalars(select(Report))).one()
        return await drafts.of_report(moment, kept.id), kept.id

    draft, _ = await branch.read(theirs)
    assert isinstance(draft.duty, Duty)


async def test_a_report_another_person_sent_is_not_sent_again_by_typing_on(branch):
    """Who was filling in the same draft is shown that it went, instead of changing what was sent."""
    await branch.join("B", "deputy", "BT", "Trần Thị B")
    await say(branch, "/baocao", "rồi", who="B")
    await say(branch, "/baocao", *PART_A[1:], "gửi", "gửi")  # the first is asked, for B is at question 2 just now
    await say(branch, "14/5", who="B")
    assert "đã gửi lúc 09:00 thứ Hai 20/5 (đ/c Nguyễn Văn A)" in last(branch, "B")
    assert (await one(branch, Report)).answers["held_on"]["value"] == "2024-05-13"


@pytest.mark.postgres
async def test_a_report_goes_its_whole_way_on_either_database(either):
    """Filled in, sent, completed, taken in: on SQLite and on PostgreSQL."""
    await either.start_campaign()
    await either.move_to(local("2024-05-20 09:00"))
    await either.join("A", "secretary", "BT", "Nguyễn Văn A")
    await say(either, "/baocao", *PART_A, "gửi")
    await either.join("D", "office", "VP", "Phạm Văn D")
    await say(either, "/rasoat", who="D")
    for label in ("1. Bảo tàng", "Đề nghị bổ sung", "8. Quần chúng cùng học"):
        await either.press("D", label)
    await say(either, "Xin xem lại số quần chúng.", who="D")
    for label in ("Trong hôm nay", "Gửi đề nghị"):
        await either.press("D", label)
    await either.press("A", "Bổ sung")
    await say(either, "7", "gửi")
    await either.press("D", "Tiếp nhận")
    owed = [each for each in await rows(either, Obligation) if each.state == State.ACCEPTED]
    assert len(owed) == 1
    assert [each.number for each in await rows(either, Revision)] == [1, 2]


async def test_a_quarters_meeting_is_no_conference_whatever_it_is_called(world):
    """A plan may call its meetings what it likes: the receipt goes by the form, not by the title."""
    await world.start_campaign({"due.thematic_meeting": 18, "due.quarterly_report": 20})
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.move_to(local("2024-06-14 09:00"))
    await world.write(lambda session: session.execute(update(Deadline).values(title="Họp theo chủ điểm quý II")))
    await say(world, "/baocao")
    await world.press("A", "Việc 2")
    await say(world, "12/6", "chi bộ", "cả hai", "Thực hành dân chủ trong chi bộ", "đúng", "vắng 2", "6", "gửi")
    assert "\nBuổi sinh hoạt 12/6: 24/26 đảng viên (92,31%)." in last(world)
