"""/summary: words, picture, workbook, group copy; totals that trace to what branches wrote."""

import io
from datetime import date
from pathlib import Path

import openpyxl
from sqlalchemy import event, select

from handlers import plan
from handlers.office import standing
from models import deadline
from models.obligation import State
from models.report import Revision
from tests import standing_world as org
from tests.dialog import shown_text
from tests.world import World, local


async def _ready(world: World) -> None:
    """Twelve branches at 10:00 on 29 May, nobody having been pushed anything."""
    await org.twelve_branches(world)
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.start_campaign()
    world.clock.move_to(local("2024-05-29 10:00"))
    await _plan(world)
    await org.last_days(world)


async def _plan(world: World) -> None:
    async def ensure(session):
        moment = await world.assistant.moment(session)
        current = await moment.campaign()
        await plan.ensure_deadlines(moment, current)
        await plan.ensure_obligations(moment, current)

    await world.write(ensure)


def _last(world: World, who: str, n: int = 0) -> str:
    return shown_text(world.unread(who)[n])


async def test_the_text_is_that_of_the_voice(world: World) -> None:
    """Twelve branches: the text word for word, its buttons, then the picture."""
    await _ready(world)

    async def remind(session):
        owed = await org.obligation_of(session, "NH")
        owed.told_at = world.clock.now()

    await world.write(remind)
    await world.say("D", "/summary")
    text, picture = [shown_text(shown) for shown in world.unread("D")]
    assert text.split("\n") == [
        "TỔNG HỢP Chuyên đề năm 2024, 12 chi bộ, số liệu đến 10:00 ngày 29/5/2024",
        (
            "Đã gửi 9: tiếp nhận 6, chờ rà soát 2, cần bổ sung 1. Được gia hạn 1 (04/6). "
            "Chưa gửi 2, trong đó báo đã gửi 1."
        ),
        "Đảng viên dự học, 9 chi bộ đã gửi: 187/198 (94,44%). Quần chúng: 64.",
        "Chưa gửi: Bảo tàng (báo đã gửi giấy), Nhà hát (chưa nhắc). Cả 12 chi bộ đã kết nối.",
        "[Từng chi bộ] [Đôn đốc 2]",
        "[Tải Excel] [Bản dán nhóm Zalo]",
        "[Theo tình trạng] [Các kỳ]",
    ]
    assert picture.split("\n")[1] == "(ảnh tien-do-29-05-2024-1.png)"


async def test_totals_are_those_of_the_raw_answers(either: World) -> None:
    """Sums recomputed from the stored revisions agree; branches that did not report add nothing."""
    world = either
    await _ready(world)

    async def both(session):
        moment = await world.assistant.moment(session)
        now = await standing.load(moment, (await standing.nearest(moment))[0])
        return now, (await session.scalars(select(Revision.answers))).all()

    now, raw = await world.read(both)
    assert now.attendance.summoned == sum(each["summoned"]["value"] for each in raw)
    assert now.attendance.attended == sum(each["attended"]["value"] for each in raw)
    assert now.attendance.masses == sum(each["masses"]["value"] for each in raw)
    assert [line.ordinal for line in now.lines] == sorted(line.ordinal for line in now.lines)
    assert all(line.figures.attended is None for line in now.lines if not line.sent)


async def test_the_due_day_has_its_own_number_and_late_is_apart(world: World) -> None:
    """Sent on 31/5 counts in time with its own number; on 2/6 after it; an extension makes 4/6 in time."""
    await org.twelve_branches(world)
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.start_campaign()
    world.clock.move_to(local("2024-06-05 10:00"))
    await _plan(world)

    async def send(session):
        await org.report(session, "BT", org.answers(26, 24, 5), local("2024-05-30 23:59"))
        await org.report(session, "TV", org.answers(17, 17, 0), local("2024-05-31 09:00"))
        await org.report(session, "NH", org.answers(35, 30, 2), local("2024-06-02 09:00"))
        (await org.obligation_of(session, "DT")).extended_to = date(2024, 6, 4)
        await org.report(session, "DT", org.answers(15, 15, 1), local("2024-06-04 20:00"))

    await world.write(send)
    await world.say("D", "/tonghop")
    line = _last(world, "D").split("\n")[1]
    sent = "Đã gửi 4 (trong hạn 3, trong đó gửi ngày 31/5: 1; gửi sau hạn 1): tiếp nhận 4. Chưa gửi 8."
    assert line == sent


async def test_a_recalled_report_counts_no_more(either: World) -> None:
    """What the branch took back is not in the totals, and the branch is missing again."""
    world = either
    await _ready(world)

    async def recall(session):
        owed = await org.obligation_of(session, "KH")
        owed.state, owed.first_sent_at = State.DRAFTING, None
        for each in await session.scalars(select(Revision)):
            if each.answers["summoned"]["value"] == 20 and each.answers["masses"]["value"] == 7:
                each.recalled_at = world.clock.now()

    await world.write(recall)
    await world.say("D", "/summary")
    text = _last(world, "D")
    assert "8 chi bộ đã gửi: 168/178" in text
    assert "Kế hoạch (đang soạn)" in text


async def test_the_workbook_has_a_row_a_branch_and_words_for_values(either: World) -> None:
    """[Tải Excel]: twelve rows, labels of the form's options, unreported branches without figures."""
    world = either
    await _ready(world)
    await world.say("D", "/summary")
    await world.press("D", "Tải Excel")
    shown = world.unread("D")[-1]
    assert shown_text(shown).startswith("Bảng tổng hợp Chuyên đề năm 2024. Lưu hành nội bộ.")
    sheet = openpyxl.load_workbook(io.BytesIO(Path(shown.message.file.path).read_bytes())).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=16)]
    assert [row[2] for row in rows[:4]] == ["Bảo tàng", "Thư viện", "Nhà hát", "Di tích"]
    assert rows[1][7:12] == ["Trực tiếp", "Bí thư chi bộ", 17, 17, 1]
    assert rows[0][3] == "báo đã gửi"
    assert rows[0][9] is None
    assert rows[0][15] == "báo đã gửi giấy"


async def test_one_branch_in_detail_by_button_and_by_name(either: World) -> None:
    """The office sees names and what waits; a typed name finds the branch; nonsense is told so."""
    world = either
    await _ready(world)
    await world.say("D", "/summary")
    await world.press("D", "Từng chi bộ")
    await world.press("D", "Bảo tàng")
    assert _last(world, "D", -1).split("\n") == [
        "Chi bộ Bảo tàng, Chuyên đề năm 2024: báo đã gửi.",
        "Hạn: hết thứ Năm 30/5; báo đã gửi giấy.",
        "Phụ trách: Bí thư Bí thư BT (đã kết nối).",
        "Đang chờ Văn phòng: báo đã gửi cách khác.",
        "[Đôn đốc chi bộ này] [Từng chi bộ] [Về tổng hợp]",
        "[Miễn việc này] [Nhật ký]",
    ]
    await world.press("D", "Từng chi bộ")
    await world.say("D", "thu vien")
    assert "Gửi lúc 15:42 thứ Ba 28/5, trong hạn.\nNgày 13/5: 17/17 đảng viên (100%), 12 quần chúng." in _last(
        world, "D", -1
    )
    await world.press("D", "Từng chi bộ")
    await world.say("D", "xyz")
    assert _last(world, "D", -1).startswith("Chưa tìm thấy chi bộ")


async def test_inspection_sees_all_without_acting_and_without_names(world: World) -> None:
    """The inspection committee gets the same figures, no urging, no group copy, nobody's name."""
    await _ready(world)
    await world.join("U", "inspection", "UBKT", "Lê Thị U")
    await world.say("U", "/summary")
    text = _last(world, "U")
    assert text.endswith("[Từng chi bộ] [Tải Excel]\n[Theo tình trạng] [Các kỳ]")
    await world.press("U", "Từng chi bộ")
    await world.press("U", "Thư viện")
    detail = _last(world, "U", -1)
    assert "Phụ trách: Bí thư (đã kết nối)." in detail
    assert "Đôn đốc" not in detail


async def test_a_secretary_sees_the_own_branch_alone(world: World) -> None:
    """Whatever a secretary types after /summary, the answer is about the own branch; no menu of others."""
    await _ready(world)
    for said in ("/summary", "/summary Thư viện"):
        await world.say("sBT", said)
        text = _last(world, "sBT")
        assert text.startswith("Chi bộ Bảo tàng, Chuyên đề năm 2024: báo đã gửi.")
        assert "Thư viện" not in text
        assert "Từng chi bộ" not in text


async def test_a_member_is_refused(world: World) -> None:
    """Figures are not for members."""
    await _ready(world)
    await world.join("M", "member", "BT", "Trần Văn M")
    await world.say("M", "/tonghop")
    assert _last(world, "M").startswith("Việc này không thuộc phần việc của đồng chí")


async def test_before_the_start_there_is_nothing_to_add_up(world: World) -> None:
    """Without a deadline the office is told why."""
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.say("D", "/summary")
    assert _last(world, "D") == "Chưa có việc nào đến hạn để tổng hợp: Văn phòng chưa bấm “Bắt đầu” (/lich)."


async def test_the_group_copy_names_nobody(world: World) -> None:
    """A message alone, plain, with counts only."""
    await _ready(world)
    await world.say("D", "/summary")
    await world.press("D", "Bản dán nhóm Zalo")
    shown = world.unread("D")[-1]
    assert shown.message.plain
    assert shown_text(shown).split("\n") == [
        "Kính gửi các đ/c Bí thư chi bộ: đến 10:00 thứ Tư 29/5, Văn phòng đã nhận báo cáo của 9/12 chi bộ.",
        "Đề nghị các chi bộ còn lại gửi về Văn phòng Đảng ủy Sở hết ngày mai thứ Năm 30/5. Trân trọng cảm ơn.",
    ]


async def test_the_number_of_queries_does_not_grow_with_branches(world: World) -> None:
    """Four branches or twelve: the same queries."""
    counted = []

    async def load(session):
        moment = await world.assistant.moment(session)
        found = (await deadline.current(session, (await moment.campaign()).id))[0]
        statements: list[str] = []
        listen = lambda *given: statements.append(given[2])  # noqa: E731
        event.listen(session.bind.sync_engine, "before_cursor_execute", listen)
        await standing.load(moment, found)
        event.remove(session.bind.sync_engine, "before_cursor_execute", listen)
        counted.append(len(statements))

    await world.start_campaign()
    await _plan(world)
    await world.read(load)
    await org.twelve_branches(world)
    await _plan(world)
    await org.last_days(world)
    await world.read(load)
    assert counted[0] == counted[1] <= 5
