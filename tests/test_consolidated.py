"""/xuat: the report upward. Totals that trace to what was taken in, versions that stay, the layout of the profile."""

import io
from datetime import date
from typing import Any

import docx
import pytest
from docx.document import Document
from sqlalchemy import select

from handlers import plan
from handlers.office import beside
from messages import numbers
from messages.documents import consolidated
from messages.documents.summed import Part, Said, Total
from models.attachment import Attachment
from models.deadline import Deadline
from models.issue import Issue
from models.obligation import Obligation, State
from models.report import Report, Revision
from tests import standing_world as org
from tests.dialog import shown_text
from tests.world import World, local


async def ready(world: World) -> None:
    """Twelve branches on 29 May: 6 taken in, 2 waiting, 1 to be completed, 3 of which nothing is in."""
    await org.twelve_branches(world)
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.start_campaign()
    world.clock.move_to(local("2024-05-29 10:00"))

    async def ensure(session: Any) -> None:
        moment = await world.assistant.moment(session)
        current = await moment.campaign()
        assert current is not None
        await plan.ensure_deadlines(moment, current)
        await plan.ensure_obligations(moment, current)

    await world.write(ensure)
    await org.last_days(world)


async def made(world: World, label: str, *before: str) -> Issue:
    """Let the office have a version of the study report made; return it."""
    await world.say("D", "/xuat")
    await world.press("D", "Báo cáo tổng hợp")
    await world.press("D", "Báo cáo học tập Chuyên đề")
    for each in before:
        await world.press("D", each)
    await world.press("D", label)
    return await world.read(lambda session: session.scalar(select(Issue).order_by(Issue.id.desc()).limit(1)))


async def opened(world: World, attachment: int | None) -> Document:
    """Open a stored file as Word would."""
    kept = await world.read(lambda session: session.get_one(Attachment, attachment))
    return docx.Document(io.BytesIO((world.assistant.files / kept.path).read_bytes()))


def body(document: Document) -> str:
    """Return the paragraphs."""
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def annex(document: Document) -> list[list[str]]:
    """Return the last table, row by row."""
    return [[cell.text for cell in row.cells] for row in document.tables[-1].rows]


async def raw(world: World, *states: State) -> list[dict[str, Any]]:
    """Return the answers as stored, of reports in these states."""

    async def look(session: Any) -> list[dict[str, Any]]:
        query = select(Revision.answers).join(Report, Report.id == Revision.report_id)
        query = query.join(Obligation, Obligation.id == Report.obligation_id).where(Obligation.state.in_(states))
        return [{name: each["value"] for name, each in given.items()} for given in await session.scalars(query)]

    return await world.read(look)


@pytest.mark.parametrize(
    ("label", "states"),
    [("Lập bản chính thức", (State.ACCEPTED,)), ("Lập bản dự thảo", (State.ACCEPTED, State.WAITING, State.INCOMPLETE))],
)
async def test_totals_are_those_of_the_raw_answers(either: World, label: str, states: tuple[State, ...]) -> None:
    """A final version counts what was taken in, a draft what waits as well; nothing else is in a total."""
    world = either
    await ready(world)
    version, answers = await made(world, label), await raw(world, *states)
    summoned, attended, masses = (sum(each[name] for each in answers) for name in ("summoned", "attended", "masses"))
    exempt = version.figures["parts"][0]["total"]["exempt"]
    total = version.figures["parts"][0]["total"]
    assert (total["summoned"], total["attended"], total["masses"]) == (summoned, attended, masses)
    document = await opened(world, version.file_id)
    rate = numbers.percent(attended, summoned)
    known = f"{attended}/{summoned} người (0{exempt} đồng chí miễn sinh hoạt)"
    assert f"Đảng viên dự: {known}, đạt {rate} (số liệu của 0{len(answers)} chi bộ)." in body(document)
    assert annex(document)[-1][1:2] + annex(document)[-1][5:10] == [
        f"Cộng: {len(answers)}/12 chi bộ", str(summoned), str(exempt), str(attended), rate, str(masses)
    ]  # fmt: skip
    rows = [row for row in annex(document)[1:-1] if row[5]]
    assert sum(int(row[6]) for row in rows if row[6]) == exempt
    assert len(version.revisions) == len(answers)


async def test_a_branch_that_did_not_report_has_no_figure(world: World) -> None:
    """It is listed as such, never as zero; what waits is not in a final version's row either."""
    await ready(world)
    rows = {row[1]: row for row in annex(await opened(world, (await made(world, "Lập bản chính thức")).file_id))}
    assert rows["Nhà hát"][2:] == [""] * 10 + ["chưa báo cáo"]
    assert rows["Bảo tàng"][-1] == "chưa báo cáo (báo đã gửi, Văn phòng chưa nhận)"
    assert rows["Tổ chức"][2:] == [""] * 10 + ["chờ rà soát, chưa tính"]
    draft = {row[1]: row for row in annex(await opened(world, (await made(world, "Lập bản dự thảo")).file_id))}
    assert draft["Tổ chức"][5:9] == ["24", "", "22", "91,67%"]
    assert draft["Tổ chức"][-1] == "chờ rà soát"


async def test_a_draft_says_so_and_a_final_one_does_not(world: World) -> None:
    """ "DỰ THẢO" below the number; number, date and signature are dotted in both."""
    await ready(world)
    for label, words in (("Lập bản dự thảo", True), ("Lập bản chính thức", False)):
        document = await opened(world, (await made(world, label)).file_id)
        heading = "\n".join(cell.text for row in document.tables[0].rows for cell in row.cells)
        assert ("DỰ THẢO" in heading) is words
        assert "Số ………-BC/ĐU" in heading
        assert "……, ngày …… tháng …… năm 20…" in heading
        assert "T/M BAN THƯỜNG VỤ" in document.tables[1].rows[0].cells[1].text
        assert "số liệu tính đến 10:00 ngày 29/5/2024" in body(document)


async def test_naming_is_the_offices_choice(world: World) -> None:
    """In the assessment branches that did not report are counted; named only when the office says so."""
    await ready(world)
    plainly = body(await opened(world, (await made(world, "Lập bản chính thức")).file_id))
    named = body(await opened(world, (await made(world, "Lập bản chính thức", "Nêu tên chi bộ")).file_id))
    assert "03 chi bộ chưa báo cáo." in plainly
    assert "03 chi bộ chưa báo cáo (Bảo tàng, Nhà hát, Di tích)." in named


async def test_a_version_stays_and_the_next_says_what_changed(world: World) -> None:
    """A second final version tells what is new; the first can be had again, byte for byte."""
    await ready(world)
    first = await made(world, "Lập bản chính thức")

    async def take_in(session: Any) -> None:
        (await org.obligation_of(session, "TC")).state = State.ACCEPTED
        report = await session.scalar(
            select(Report).where(Report.obligation_id == (await org.obligation_of(session, "TV")).id)
        )
        given = {**report.answers, "attended": {**report.answers["attended"], "value": 16}}
        at = local("2024-05-29 09:00")
        session.add(Revision(report_id=report.id, number=2, answers=given, flags=[], sent_at=at, timeliness="on_time"))

    await world.write(take_in)
    world.unread("D")
    await made(world, "Lập bản chính thức")
    said = [shown_text(each) for each in world.unread("D")]
    assert said[-1].split("\n") == [
        "So với bản số 01 (10:00 ngày 29/5/2024):",
        "Báo cáo học tập Chuyên đề, Thư viện: dự 17 → 16.",
        "Báo cáo học tập Chuyên đề, Tổ chức: mới tính.",
        "Cộng Báo cáo học tập Chuyên đề: đảng viên dự 126/133 → 147/157.",
    ]
    await world.say("D", "/xuat")
    await world.press("D", "Các bản đã lập")
    await world.press("D", "01")
    again = [each for each in world.unread("D") if each.message.file][-1]
    assert first.sha256[:12] in shown_text(again)


def test_of_many_opinions_a_few_are_quoted() -> None:
    """Up to fifteen branches: all of them; of more, five spread over the register, and how many there are."""
    for many, shown in ((15, 15), (16, 4), (100, 5)):
        said = tuple(Said(f"Chi nhánh {n}", f"Ý kiến {n}") for n in range(many))
        part = Part("study_report", "", "Báo cáo", "study_report", Total(), (), words={"highlights": said})
        item = consolidated.Item(question="highlights", lead="Kết quả nổi bật")
        first, *quoted = consolidated._quoted(item, part, said, several=False)
        assert len(quoted) == shown
        assert quoted[0] == "- Chi bộ Chi nhánh 0: “Ý kiến 0”."
        more = f"; trích {numbers.count(shown)} chi bộ" if shown < many else ""
        assert first == f"Kết quả nổi bật ({numbers.count(many)} chi bộ nêu{more})."


async def test_a_supplementary_version_says_whom_it_adds(world: World) -> None:
    """After a final one; it names the version it adds to and the branches that are new in it."""
    await ready(world)
    await made(world, "Lập bản chính thức")

    async def take_in(session: Any) -> None:
        (await org.obligation_of(session, "TC")).state = State.ACCEPTED

    await world.write(take_in)
    text = body(await opened(world, (await made(world, "Lập bản bổ sung")).file_id))
    assert "ngày ……/……/………… (số liệu tính đến 10:00 ngày 29/5/2024), thêm 01 chi bộ: Tổ chức." in text
    assert "Bổ sung Báo cáo số ………-BC/ĐU, " in text


async def test_what_came_after_the_adding_up_goes_into_the_supplement_alone(either: World) -> None:
    """Added up at the end of 28/5, one report of 29/5: a final version never counts it, its supplement does, named."""
    world = either
    await ready(world)

    async def close(session: Any) -> None:
        (await session.scalars(select(Deadline).where(Deadline.name == "study_report"))).one().closes_on = date(
            2024, 5, 28
        )
        (await org.obligation_of(session, "TT")).first_sent_at = local("2024-05-29 09:00")

    await world.write(close)
    for number in (1, 2):  # made twice, it is left out twice
        final = await made(world, "Lập bản chính thức")
        document = await opened(world, final.file_id)
        rows = {row[1]: row for row in annex(document)}
        *figures, mark = rows["Thể thao"][2:]
        assert (set(figures), mark) == ({""}, "gửi sau tổng hợp, tính ở bản bổ sung"), number
        assert rows["Cộng: 5/12 chi bộ"]
        assert "01 báo cáo gửi sau khi tổng hợp, tính ở báo cáo bổ sung." in body(document)
        assert len(final.revisions) == 5
    more = await made(world, "Lập bản bổ sung")
    document = await opened(world, more.file_id)
    assert "thêm 01 chi bộ: Thể thao." in body(document)
    assert {row[1]: row for row in annex(document)}["Thể thao"][-1] == "gửi sau tổng hợp"
    assert len(more.revisions) == 6
    kept = await world.read(lambda session: session.get_one(Issue, final.id))
    assert (kept.sha256, kept.revisions) == (final.sha256, final.revisions)
    await world.say("D", "/xuat")
    await world.press("D", "Báo cáo tổng hợp")
    await world.press("D", "Báo cáo học tập Chuyên đề")
    assert "trong đó gửi sau tổng hợp 1, chỉ vào bản bổ sung" in world.phone("D")[-1].message.text
    await world.say("D", "/tonghop")
    assert "Sau tổng hợp 1, vào bản bổ sung." in world.phone("D")[-2].message.text


async def test_the_layout_is_that_of_the_profile(world: World) -> None:
    """Domain notes 3.4 line by line: paper, margins, type, first page without a number, blocks without borders."""
    await ready(world)
    document = await opened(world, (await made(world, "Lập bản chính thức")).file_id)
    first, annexed = document.sections[0], document.sections[-1]
    assert [round(each.mm) for each in (first.page_width, first.page_height)] == [210, 297]
    margins = (first.top_margin, first.bottom_margin, first.left_margin, first.right_margin)
    assert [round(each.mm) for each in margins] == [20, 20, 30, 15]
    assert [round(each.mm) for each in (annexed.page_width, annexed.page_height)] == [297, 210]
    assert (first.different_first_page_header_footer, annexed.different_first_page_header_footer) == (True, False)
    assert "PAGE" in first.header._element.xml
    assert 'w:jc w:val="center"' in first.header._element.xml
    assert "PAGE" not in first.first_page_header._element.xml
    assert annexed.header.is_linked_to_previous
    for block in document.tables[:2]:
        assert "w:tblBorders" not in block._tbl.xml
        assert len(block.columns) == 2
    sizes = {run.text: run.font.size.pt for run in _runs(document.tables[0]) if run.text}
    assert sizes["ĐẢNG CỘNG SẢN VIỆT NAM"] == 15
    assert sizes["ĐẢNG BỘ KHỐI CÁC CƠ QUAN VÀ DOANH NGHIỆP TỈNH"] == 14
    assert {run.text for run in _runs(document.tables[0]) if run.bold and run.text} == {
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "ĐẢNG ỦY SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH",
    }
    assert "w:tblHeader" in document.tables[-1]._tbl.xml


async def test_what_is_to_be_signed_carries_nothing_of_ours(world: World) -> None:
    """A draft says at its foot which draft it is; the final version leaves the foot to the office."""
    await ready(world)
    for label, said in (("Lập bản dự thảo", "bản dự thảo để Văn phòng xem lại"), ("Lập bản chính thức", "")):
        document = await opened(world, (await made(world, label)).file_id)
        foot = "\n".join(each.text for each in document.sections[0].first_page_footer.paragraphs)
        assert (said in foot, bool(foot.strip())) == (True, bool(said)), label


def _runs(table: Any) -> list[Any]:
    return [run for row in table.rows for cell in row.cells for p in cell.paragraphs for run in p.runs]


def test_branches_of_one_name_lose_nothing_of_a_total() -> None:
    """A branch closed and another that bears its name: the sources of a figure still come to all of it."""
    assert beside.by_name({1: "Bảo tàng", 2: "Thư viện", 3: "Bảo tàng"}, {1: 4, 3: 2}) == {"Bảo tàng": 6}
