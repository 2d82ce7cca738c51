"""The sample organisation's year 2024 (year_2024), ending in the report upward: every number in its documents is worked
out again here from what people typed, by nothing of the assistant's own.
"""

import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
import pytest_asyncio
from docx.document import Document
from sqlalchemy import select

from models.issue import Issue
from tests import world as worlds
from tests.dialog import shown_text
from tests.test_consolidated import body, opened
from tests.world import World, local
from tests.year_2024 import (
    AHEAD,
    ARTICLES,
    ARTS,
    BRANCHES,
    CHECKED,
    COMMITTEE,
    DT,
    EXCUSED,
    MERGED_AT,
    NH,
    OUT_OF_TIME,
    POSTS,
    QUARTERS,
    TTR,
    VPS,
    Branch,
    exempt,
    fill,
    name,
    owing,
    play,
    walk,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

AS_OF = "09:00 ngày 26/12/2024"
FORMS = {"Trực tiếp": "trực tiếp", "Trực tuyến": "trực tuyến", "Kết hợp": "trực tiếp kết hợp trực tuyến"}
WRITERS = tuple(each for each in BRANCHES if each is not TTR)  # who answered the study report question by question
MEETING, REPORT = "meeting", "report"
PARTS = tuple((kind, quarter) for quarter in QUARTERS for kind in (MEETING, REPORT))


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def year(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Return the world on 26 December 2024, once for all tests here."""
    where = tmp_path_factory.mktemp("year")
    url = f"sqlite+aiosqlite:///{where / 'assistant.db'}"
    await fill(url, where / "plan")
    world = await worlds.build(where, url, local("2024-03-11 07:30"))
    await play(world)
    yield world
    await world.assistant.database.close()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def issued(year: World) -> Document:
    """Return the final report on the whole plan, made by the office's own presses, opened as Word would."""
    await walk(year, "VP", "/xuat", "[Báo cáo tổng hợp]", "[Chuyên đề năm 2024]", "[Lập bản chính thức]")
    made = await year.read(lambda session: session.scalar(select(Issue).order_by(Issue.id.desc()).limit(1)))
    return await opened(year, made.file_id)


# What was typed, added up: nothing here asks the assistant


def n(number: int) -> str:
    """Write a count as documents do: 07, 1.024."""
    return f"{number:02}" if number < 1000 else f"{number:,}".replace(",", ".")


def rate(part: int, whole: int) -> str:
    """Write a share: 95,57%, 80%; half up, never 100% of less than all."""
    hundredths = min((part * 20000 + whole) // (2 * whole), 10000 if part == whole else 9999)
    return f"{hundredths // 100},{hundredths % 100:02}".rstrip("0").rstrip(",") + "%"


def told(kind: str, quarter: str) -> list[Branch]:
    """Return the branches that told of a quarter's meeting, or gave its report."""
    return [each for each in BRANCHES if quarter in (each.meetings if kind == MEETING else each.deeds)]


def listed(kind: str, quarter: str) -> list[Branch]:
    """Return the branches of a quarter's part; of those due after the merger the merged one only where it had told."""
    before = QUARTERS[quarter] < MERGED_AT
    return [each for each in BRANCHES if each is not TTR or before or each in told(kind, quarter)]


def excused(kind: str, quarter: str) -> list[Branch]:
    """Return the branches that owe nothing of a part."""
    return [EXCUSED[0]] if kind == MEETING and quarter == EXCUSED[1] else []


def silent(kind: str, quarter: str) -> list[Branch]:
    """Return the branches of which nothing came."""
    here = told(kind, quarter) + excused(kind, quarter)
    return [each for each in listed(kind, quarter) if each not in here]


def came(branch: Branch) -> int:
    """Return how many of a branch studied, those of the make-up session with them."""
    return owing(branch) - branch.absent + branch.made_up


def met(branch: Branch, quarter: str) -> int:
    """Return how many came to a quarter's meeting."""
    return owing(branch, quarter) - branch.meetings[quarter][0]


def exempt_in(branch: Branch, quarter: str) -> int:
    """Return how many need not come; after the merger the other branch's are among them."""
    return exempt(branch) + (exempt(TTR) if branch is VPS and quarter == "IV" else 0)


def met_on(branch: Branch, quarter: str) -> date:
    """Return the day of a quarter's meeting."""
    return date.fromisoformat((MERGED_AT if (branch, quarter) == (TTR, "III") else QUARTERS[quarter])[:10])


def _of(found: list[Branch] | tuple[Branch, ...]) -> str:
    return f"({n(len(found))} chi bộ)"


# The report's sentences


def study_lines() -> list[str]:
    """Return every sentence with a figure of the study report, from what was typed."""
    forms = {form: [each for each in WRITERS if each.form == form] for form in FORMS}
    led = [each for each in WRITERS if each.speaker == "Bí thư chi bộ"]
    own = [each for each in WRITERS if each.plan == "Có"]
    plans = f"có kế hoạch riêng {_of(own)}, theo Kế hoạch của Đảng ủy {_of([e for e in WRITERS if e not in own])}"
    attended, summoned = sum(map(came, BRANCHES)), sum(map(owing, BRANCHES))
    posts, every = sum(each.posts or 0 for each in WRITERS), n(len(BRANCHES))
    makeups = sum(bool(each.made_up) for each in BRANCHES)
    return [
        f"Các chi bộ tổ chức học tập: {plans}.",
        f"Chi bộ ban hành kế hoạch riêng: {n(len(own))}/{n(len(WRITERS))} chi bộ đã báo cáo nội dung này.",
        f"Đã tổ chức {every} hội nghị, buổi học tập (ngày 13/5/2024) và {n(makeups)} buổi học bù.",
        f"Đến {AS_OF}, {every}/{every} chi bộ đã báo cáo và được tiếp nhận.",
        f"Hình thức học tập: {', '.join(f'{words} {_of(forms[form])}' for form, words in FORMS.items())}.",
        f"Người truyền đạt: Bí thư chi bộ {_of(led)}, Phó Bí thư {_of([e for e in WRITERS if e not in led])}.",
        (
            f"Đảng viên dự: {attended}/{summoned} người ({n(sum(map(exempt, BRANCHES)))} đồng chí miễn sinh hoạt), "
            f"đạt {rate(attended, summoned)} (số liệu của {every} chi bộ)."
        ),
        f"Quần chúng (công chức, viên chức, người lao động) cùng học: {sum(e.masses for e in BRANCHES)} người.",
        f"Số tin, bài, lượt đăng, buổi theo báo cáo của các chi bộ: {posts} lượt, gồm Zalo {posts}.",
        (
            f"Đảng viên đăng ký, cam kết làm theo: {sum(each.pledged or 0 for each in WRITERS)} người "
            f"(theo báo cáo của {n(len(WRITERS))} chi bộ)."
        ),
        *_merits(attended, summoned),
        f"Báo cáo học tập Chuyên đề: {n(len(BRANCHES) - 1)}/{every} báo cáo gửi trong hạn.",
        "Báo cáo học tập Chuyên đề: 01 chi bộ gửi báo cáo sau hạn.",
    ]


def _merits(attended: int, summoned: int) -> list[str]:
    """Return what went well, counted from what was typed: all there, masses there, where it was made known."""
    every = n(len(BRANCHES))
    full, joined = [e for e in BRANCHES if came(e) == owing(e)], [e for e in BRANCHES if e.masses]
    posted = {each.code for each in WRITERS if each.posts} | {code for code, _, _ in POSTS}
    return [
        f"Tỷ lệ đảng viên dự đạt {rate(attended, summoned)}; {n(len(full))}/{every} chi bộ có đủ đảng viên dự.",
        f"{n(len(joined))}/{every} chi bộ có quần chúng cùng học.",
        f"{n(len(posted))}/{every} chi bộ có hoạt động tuyên truyền, qua 02 loại hình: Zalo, Facebook.",
    ]


def part_lines(kind: str, quarter: str) -> list[str]:
    """Return every sentence with a figure of a quarter's meeting or report, from what was typed."""
    title = title_of(kind, quarter)
    here, spared = told(kind, quarter), excused(kind, quarter)
    owed = len(listed(kind, quarter)) - len(spared)
    excuse = f" ({n(len(spared))} chi bộ được miễn)" if spared else ""
    return [
        f"{title}: đến {AS_OF}, {n(len(here))}/{n(owed)} chi bộ đã báo cáo và được tiếp nhận{excuse}.",
        f"{title}: {n(len(here))}/{n(len(here))} báo cáo gửi trong hạn.",
        f"{title}: {n(len(silent(kind, quarter)))} chi bộ chưa báo cáo.",
        *(_meeting_lines(title, quarter, here) if kind == MEETING else [_deeds_line(title, quarter, here)]),
    ]


def title_of(kind: str, quarter: str) -> str:
    """Return what a quarter's part is called."""
    return f"{'Sinh hoạt chuyên đề' if kind == MEETING else 'Báo cáo'} quý {quarter}"


def _meeting_lines(title: str, quarter: str, here: list[Branch]) -> list[str]:
    attended, summoned = (sum(count(each, quarter) for each in here) for count in (met, owing))
    spared = n(sum(exempt_in(each, quarter) for each in here))
    alone = [each for each in here if (each.code, quarter) in COMMITTEE]
    levels = [
        f"chi bộ {_of([each for each in here if each not in alone])}",
        *([f"chi ủy {_of(alone)}"] if alone else []),
    ]
    opinions = sum(each.meetings[quarter][1] for each in here)
    full = [each for each in here if met(each, quarter) == owing(each, quarter)]
    whole = f"{n(len(full))}/{n(len(here))} chi bộ có đủ đảng viên dự."
    return [
        *([f"{title}: tỷ lệ đảng viên dự đạt {rate(attended, summoned)}; {whole}"] if full else []),
        (
            f"{title}: đảng viên dự: {attended}/{summoned} người ({spared} đồng chí miễn sinh hoạt), "
            f"đạt {rate(attended, summoned)} (số liệu của {n(len(here))} chi bộ)."
        ),
        f"{title}: nội dung chọn từ: Cả hai {_of(here)}.",
        f"{title}: cấp sinh hoạt: {', '.join(levels)}.",
        f"{title}: phát biểu, thảo luận: {n(opinions)} ý kiến (theo báo cáo của {n(len(here))} chi bộ).",
    ]


def _deeds_line(title: str, quarter: str, here: list[Branch]) -> str:
    ahead = sum((each.code, quarter) in AHEAD for each in here)
    more = f", trong đó {n(ahead)} chi bộ ước đến hết kỳ" if ahead else ""
    deeds = n(sum(each.deeds[quarter] for each in here))
    return f"{title}: việc làm theo Bác, mô hình: {deeds} việc, mô hình (theo báo cáo của {n(len(here))} chi bộ{more})."


def recorded_lines() -> list[str]:
    """Return every sentence on what was written down beside reports."""
    kinds = {kind: sum(each[1] == kind for each in ARTS) for kind in ("Sáng tác", "Biểu diễn")}
    places = {place: sum(posts for _, where, posts in POSTS if where == place) for place in ("Zalo", "Facebook")}
    posts = ", ".join(f"{place} {n(number)}" for place, number in places.items())
    return [
        (
            f"Hoạt động văn hóa, văn nghệ đưa nội dung Chuyên đề vào sáng tác, biểu diễn: {n(len(ARTS))} hoạt động của "
            f"{n(len({each[0] for each in ARTS}))} chi bộ, gồm sáng tác {n(kinds['Sáng tác'])}, biểu diễn "
            f"{n(kinds['Biểu diễn'])}; khoảng {sum(each[4] or 0 for each in ARTS)} người xem, tham gia."
        ),
        (
            f"Hoạt động tuyên truyền các chi bộ ghi nhận khi thực hiện: {n(sum(places.values()))} lượt, gồm {posts}; "
            "một phần đã nêu trong báo cáo của các chi bộ, không cộng hai số."
        ),
        (
            f"Cổng, trang thông tin điện tử: mở 01 chuyên mục (“Làm theo lời Bác”); đăng {n(len(ARTICLES))} tin, bài "
            f"(của tỉnh {n(ARTICLES.count('Của tỉnh'))}, của ngành {n(ARTICLES.count('Của ngành'))})."
        ),
        (
            f"Kiểm tra việc tổ chức học tập, tuyên truyền: đã kiểm tra {n(len(CHECKED))} lượt tại "
            f"{n(len(CHECKED))} chi bộ, còn 01 lượt theo lịch."
        ),
    ]


FIGURE = re.compile(r"\d+(/\d+)? (chi bộ|người|lượt|báo cáo|hội nghị|buổi|ý kiến|việc|hoạt động|tin, bài)\b(?! nêu)")


REMINDS = re.compile(
    "nhắc đ/c|Kính gửi đ/c|là ngày ghi trong Kế hoạch|^Việc mới giao|Hội nghị hôm qua đã tổ chức chưa", re.MULTILINE
)


async def test_every_sentence_with_a_figure_follows_from_what_was_typed(issued: Document) -> None:
    """No sentence of the report holds a count that is not worked out here, and each of these is in it."""
    text = body(issued).split("\n")
    expected = [*study_lines(), *recorded_lines(), *(line for part in PARTS for line in part_lines(*part))]
    missing = [line for line in expected if line not in text]
    assert not missing
    others = [line for line in text if FIGURE.search(line) and line not in expected]
    assert [re.sub(r"\d+", "N", line) for line in others] == ["Văn phòng Đảng ủy Sở đã nhắc, đôn đốc N lượt."]


async def test_reminders_are_counted_as_people_got_them(year: World, issued: Document) -> None:
    """The count of reminders is that of the messages on the phones, first ones and a question after the day with it."""
    told = [shown_text(each) for branch in BRANCHES for each in year.phone(branch.code)]
    asked = [each for each in told if REMINDS.search(each) and "Ngày mai có hội nghị" not in each]
    assert f"Văn phòng Đảng ủy Sở đã nhắc, đôn đốc {len(asked)} lượt." in body(issued)


async def test_the_year_had_its_mishaps(year: World) -> None:
    """More time was given, one was excused, asked for completion, typed in for, merged: the people were told so."""
    said = {each.code: "\n".join(map(shown_text, year.phone(each.code))) for each in BRANCHES}
    assert "đồng ý nhận báo cáo Chi bộ Nhà hát đến hết thứ Tư 05/6" in said["NH"]
    assert f"miễn cho Chi bộ Nhà hát việc “Sinh hoạt chuyên đề quý {EXCUSED[1]}”" in said["NH"]
    assert "đề nghị đ/c Bí thư mẫu TV bổ sung 01 chỗ trong báo cáo Chi bộ Thư viện" in said["TV"]
    assert "Chi bộ Thanh tra xác nhận số liệu Văn phòng nhập thay" in said["TTR"]
    assert f"{came(DT)}/{owing(DT)} đảng viên" in said["DT"]
    assert "sau hạn 03 ngày" in said["VPS"]


async def test_the_trend_of_the_year_is_that_of_what_was_sent(year: World) -> None:
    """[Các kỳ]: each duty's reports in time and late, and of how many nothing came; the course of an old one too."""
    await walk(year, "VP", "/tonghop", "[Tất cả các việc 9]", "[Báo cáo học tập Chuyên đề]", "[Các kỳ]")
    words, drawn = (shown_text(each) for each in year.phone("VP")[-2:])
    lines = ["Báo cáo học tập Chuyên đề: trong hạn 5, sau hạn 1."]
    for part in PARTS:
        lacking = len(silent(*part))
        lines.append(f"{title_of(*part)}: trong hạn {len(told(*part))}, sau hạn 0, chưa gửi {lacking}.")
    assert {each.removeprefix("• ") for each in words.split("\n") if each.startswith("•")} == set(lines)
    assert "dung-han" in drawn
    await walk(year, "VP", "[Lần nhắc: Báo cáo học tập Chuyên đề]")
    words, drawn = (shown_text(each) for each in year.phone("VP")[-2:])
    assert sum(int(each) for each in re.findall(r": (\d+)$", words, re.MULTILINE)) == len(BRANCHES)
    assert "tien-trinh" in drawn


async def test_each_branch_is_seen_over_the_whole_year(year: World) -> None:
    """By its name, a merged one's too: how many of its duties came, late, excused, of how many nothing came."""
    for each in BRANCHES:
        await year.say("VP", f"/tonghop {name(each)}")
        if each is not TTR:  # it is no longer among those of the nearest duty
            await year.press("VP", "Mọi việc của chi bộ")
        told = shown_text(year.phone("VP")[-1])
        owed = [part for part in PARTS if each in listed(*part)]
        came, spared = len(each.meetings) + len(each.deeds) + 1, sum(each in excused(*part) for part in owed)
        late = " (sau hạn 01)" if each is OUT_OF_TIME else ""
        missing = len(owed) + 1 - came - spared
        said = f"{n(len(owed) + 1)} việc theo hạn: đã gửi {n(came)}{late}"
        said += f", quá hạn chưa gửi {n(missing)}" * bool(missing) + f", được miễn {n(spared)}" * bool(spared)
        assert f"{said}." in told


# Annexes


async def test_the_annexes_add_up(issued: Document) -> None:
    """Each row of each annex is what its branch typed; who did not report has no figure; the last row is their sum."""
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in issued.tables[2:]]
    parts = [*PARTS[:2], ("study", ""), *PARTS[2:]]  # by their last day
    assert len(tables) == len(parts)
    for (kind, quarter), rows in zip(parts, tables, strict=True):
        assert rows[1:-1] == CHECKS[kind](quarter)
        _check_sums(rows)


def _study_rows(_: str) -> list[list[str]]:
    return [
        [
            str(place), name(each), "13/5/2024",
            *(["", ""] if each is TTR else [each.form, _speaker(each)]),
            str(owing(each)), str(exempt(each)), str(came(each)), rate(came(each), owing(each)), str(each.masses),
            *("" if count is None else str(count) for count in (each.pledged, each.posts)),
            "Văn phòng nhập thay" if each is TTR else "",
        ]
        for place, each in enumerate(BRANCHES, 1)
    ]  # fmt: skip


def _speaker(branch: Branch) -> str:
    return "Nguyễn Thị G, Phó Bí thư" if branch is NH else branch.speaker


def _meeting_rows(quarter: str) -> list[list[str]]:
    return [
        [str(place), name(each), *_meeting_cells(each, quarter)]
        for place, each in enumerate(listed(MEETING, quarter), 1)
    ]


def _meeting_cells(branch: Branch, quarter: str) -> list[str]:
    if quarter not in branch.meetings:
        return [*[""] * 9, _nothing(MEETING, branch, quarter)]
    day, summoned, attended = met_on(branch, quarter), owing(branch, quarter), met(branch, quarter)
    level = "Chi ủy" if (branch.code, quarter) in COMMITTEE else "Chi bộ"
    counts = [str(summoned), str(exempt_in(branch, quarter)), str(attended), rate(attended, summoned)]
    own = [level, "Cả hai", "Thực hành dân chủ trong chi bộ", str(branch.meetings[quarter][1])]
    return [f"{day.day}/{day.month}/{day.year}", *counts, *own, ""]


def _nothing(kind: str, branch: Branch, quarter: str) -> str:
    return "được miễn" if branch in excused(kind, quarter) else "chưa báo cáo"


def _report_rows(quarter: str) -> list[list[str]]:
    return [
        [str(place), name(each), *_report_cells(each, quarter)] for place, each in enumerate(listed(REPORT, quarter), 1)
    ]


def _report_cells(branch: Branch, quarter: str) -> list[str]:
    if quarter not in branch.deeds:
        return ["", "", "", _nothing(REPORT, branch, quarter)]
    if quarter not in branch.meetings:
        return ["", "Chưa sinh hoạt", str(branch.deeds[quarter]), ""]
    day = met_on(branch, quarter)
    return [f"{day.day}/{day.month}/{day.year}", "Đã sinh hoạt", str(branch.deeds[quarter]), ""]


CHECKS = {"study": _study_rows, MEETING: _meeting_rows, REPORT: _report_rows}
ADDED = ("Tổng ĐV", "Miễn SH", "Dự", "QC", "Cam kết", "Tin, bài", "Ý kiến", "Việc làm theo, mô hình")


def _check_sums(rows: list[list[str]]) -> None:
    """The last row is the sum of the rows above it, whatever the columns; how many branches reported is its name."""
    head, body_, total = rows[0], rows[1:-1], rows[-1]
    for column, heading in enumerate(head):
        given = [int(row[column]) for row in body_ if heading in ADDED and row[column]]
        assert total[column] == (str(sum(given)) if given else total[column])
        assert bool(given) or heading in ("Chi bộ", "%") or total[column] == ""
    here, owed = [row for row in body_ if row[2] or row[3]], [row for row in body_ if row[-1] != "được miễn"]
    assert total[1] == f"Cộng: {len(here)}/{len(owed)} chi bộ"
    if "%" in head:
        summoned, attended = (int(total[head.index(each)]) for each in ("Tổng ĐV", "Dự"))
        assert total[head.index("%")] == rate(attended, summoned)


# The working paper with it


WRITTEN = "Kết quả thực hiện, Học tập và làm theo Bác hàng quý"


def words_expected() -> list[str]:
    """Return what the paper holds below its title: by section and question, part by part, branch by branch."""
    pledges = "Kết quả thực hiện, Đăng ký, cam kết làm theo; mô hình, điển hình"
    said = [(each, f"Chi bộ {each.code} có góc đọc sách về Bác.") for each in WRITERS]
    highlights = _written("Báo cáo học tập Chuyên đề", said)
    made = [f"{pledges}: Kết quả nổi bật, mô hình, cách làm hay", *highlights]
    for lead, words in (
        ("Việc cụ thể, mô hình, nêu gương", "Đọc sách mỗi sáng thứ Hai."),
        ("Thực hiện Kế hoạch số 20-KH/ĐU (Kết luận số 21-KL/TW)", "Thực hiện đủ các nội dung của kế hoạch."),
    ):
        made += [f"{WRITTEN}: {lead}", *_of_quarters(REPORT, words)]
    return [*made, "Ý kiến khác: Nội dung", *_of_quarters(MEETING, "Thực hành dân chủ trong chi bộ")]


def _of_quarters(kind: str, words: str) -> list[str]:
    here = ((title_of(kind, quarter), [(each, words) for each in told(kind, quarter)]) for quarter in QUARTERS)
    return [line for title, said in here for line in _written(title, said)]


def _written(title: str, said: list[tuple[Branch, str]]) -> list[str]:
    branches = (line for each, words in said for line in (f"Chi bộ {name(each)}:", words))
    return [f"{title}: {n(len(said))} chi bộ", *branches]


async def test_the_working_paper_has_all_words_by_section(year: World, issued: Document) -> None:
    """Every word that branches wrote, under its section, once; no name of a branch is parted from its words."""
    sent = [each.message.file for each in year.phone("VP") if each.message.file]
    paper = docx.Document(next(each.path for each in reversed(sent) if each.name.startswith("y-kien")))
    lines = [each for each in paper.paragraphs if each.text]
    assert [each.text for each in lines][3:] == words_expected()
    heads = [each for each in lines if each.text.startswith("Chi bộ") and each.text.endswith(":")]
    assert heads
    assert all(each.paragraph_format.keep_with_next for each in heads)


# Workbooks


async def test_every_total_leads_back_to_the_branches(year: World, issued: Document) -> None:
    """[Số này từ đâu]: each total of the version is the sum of its rows, and the rows are what was typed."""
    await walk(year, "VP", "[Số này từ đâu]")
    book = openpyxl.load_workbook(_newest_file(year))
    totals, rows = _table(book["Các số"]), _table(book["Nguồn số"])
    keys = ("Phần việc", "Số trong báo cáo")
    for each in totals:
        mine = [row["Số"] for row in rows if all(row[key] == each[key] for key in keys)]
        assert (sum(mine), len(mine)) == (each["Tổng"], each["Từ số chi bộ"])
    studied = {row["Chi bộ"]: row["Số"] for row in rows if row["Số trong báo cáo"] == "Đảng viên dự" and
               row["Phần việc"] == "Báo cáo học tập Chuyên đề"}  # fmt: skip
    assert list(studied.values()) == [came(each) for each in BRANCHES]
    known = {each["Số trong báo cáo"]: each["Tổng"] for each in totals}
    assert known["Hoạt động văn nghệ"] == len(ARTS)
    assert known["Tin, bài trên cổng, trang"] == len(ARTICLES)
    assert known["Lượt kiểm tra"] == len(CHECKED)
    deeds = [row["Số"] for row in rows if row["Số trong báo cáo"] == "Số việc làm theo, mô hình"]
    assert deeds == [each.deeds[quarter] for quarter in QUARTERS for each in told(REPORT, quarter)]


def _newest_file(world: World) -> Path:
    return [Path(each.message.file.path) for each in world.phone("VP") if each.message.file][-1]


def _table(sheet: Any) -> list[dict[str, Any]]:
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def book(year: World) -> Any:
    """Return the workbook of the whole plan: a sheet for each part, another for dissemination."""
    await walk(year, "VP", "/xuat", "[Bảng Excel]", "[Chuyên đề năm 2024]", "[Tải Excel]")
    return openpyxl.load_workbook(_newest_file(year))


async def test_the_workbook_has_what_each_branch_typed_of_the_study(book: Any) -> None:
    """Real dates, numbers, shares; who was late and by how much; the last row is the sum."""
    *rows, total = _table(book["Báo cáo học tập Chuyên đề"])
    own = ("Chi bộ", "Ngày học", "Hình thức", "Đảng viên phải học", "Đảng viên dự", "Tỷ lệ đảng viên dự",
           "Quần chúng dự", "Đăng ký, cam kết", "Tin, bài, lượt tuyên truyền", "Ghi chú")  # fmt: skip
    assert [[row[each] for each in own] for row in rows] == [
        [
            name(each), datetime(2024, 5, 13), None if each is TTR else each.form, owing(each), came(each),  # noqa: DTZ001 - Excel's
            round(came(each) / owing(each), 4), each.masses, each.pledged, each.posts,
            "Văn phòng nhập thay" if each is TTR else None,
        ]
        for each in BRANCHES
    ]  # fmt: skip
    assert {row["Chi bộ"]: row["Thời hạn"] for row in rows} == {
        name(each): "sau hạn 03 ngày" if each is OUT_OF_TIME else "trong hạn" for each in BRANCHES
    }
    for key in (*own[3:5], *own[6:9]):
        assert total[key] == sum(row[key] or 0 for row in rows)
    assert total[own[5]] == round(sum(map(came, BRANCHES)) / sum(map(owing, BRANCHES)), 4)


async def test_csv_says_what_the_workbook_says(year: World, book: Any) -> None:
    """A file a sheet, its name says which, with the mark Excel knows UTF-8 by; the same cells in the same order."""
    await walk(year, "VP", "/xuat", "[Bảng Excel]", "[Chuyên đề năm 2024]", "[Tải CSV]")
    files = [each.message.file for each in year.phone("VP") if each.message.file][-len(book.worksheets) :]
    named = [each.name.removeprefix("tong-hop-26-12-2024-").removesuffix(".csv") for each in files]
    assert named[:2] == ["01-sinh-hoat-chuyen-de-quy-i", "02-bao-cao-quy-i"]
    assert named[-1] == "10-tuyen-truyen"
    assert "tệp 10/10" in shown_text(year.phone("VP")[-1])
    for sheet, file in zip(book.worksheets, files, strict=True):
        written = Path(file.path).read_bytes()
        assert written.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"))))
        cells = [[_typed(value) for value in row] for row in sheet.iter_rows(min_row=4, values_only=True)]
        assert [[each[-10:] if "/" in each and ":" in each else each for each in row] for row in rows] == cells


def _typed(value: Any) -> str:
    """Write a cell as CSV has it; of a moment the day."""
    return f"{value:%d/%m/%Y}" if isinstance(value, datetime) else "" if value is None else str(value)


@pytest.mark.parametrize(("kind", "quarter"), PARTS)
async def test_the_workbook_has_what_each_branch_typed_of_a_quarter(book: Any, kind: str, quarter: str) -> None:
    """A sheet for each meeting and report with its questions; of the silent, nothing; the last row is the sum."""
    *rows, total = _table(book[title_of(kind, quarter)])
    assert [row["Chi bộ"] for row in rows] == [name(each) for each in listed(kind, quarter)]
    for branch, row in zip(listed(kind, quarter), rows, strict=True):
        here = branch in told(kind, quarter)
        assert {key: row[key] for key in SHEETS[kind]} == (
            SHEET_ROWS[kind](branch, quarter) if here else dict.fromkeys(SHEETS[kind])
        )
        assert row["Tình trạng"] == ("đã tiếp nhận" if here else {True: "được miễn", False: "chưa gửi"}[
            branch in excused(kind, quarter)
        ])  # fmt: skip
    for key in ADDED_IN[kind]:
        assert total[key] == sum(row[key] or 0 for row in rows)
    spared = len(excused(kind, quarter))
    whole = f"{len(told(kind, quarter))}/{len(rows) - spared} chi bộ đã báo cáo"
    assert total["Tình trạng"] == whole + (f", miễn {n(spared)}" if spared else "")


def _meeting_sheet(branch: Branch, quarter: str) -> dict[str, Any]:
    summoned, attended = owing(branch, quarter), met(branch, quarter)
    level = "Chi ủy" if (branch.code, quarter) in COMMITTEE else "Chi bộ"
    day = datetime.combine(met_on(branch, quarter), datetime.min.time())
    counts = (day, summoned, attended, round(attended / summoned, 4), level, branch.meetings[quarter][1])
    return dict(zip(SHEETS[MEETING], counts, strict=True))


def _report_sheet(branch: Branch, quarter: str) -> dict[str, Any]:
    held = quarter in branch.meetings
    day = datetime.combine(met_on(branch, quarter), datetime.min.time()) if held else None
    words = ("Đọc sách mỗi sáng thứ Hai.", "Thực hiện đủ các nội dung của kế hoạch.")
    meeting = "Đã sinh hoạt" if held else "Chưa sinh hoạt"
    return dict(zip(SHEETS[REPORT], (day, meeting, branch.deeds[quarter], *words), strict=True))


SHEETS = {
    MEETING: ("Ngày sinh hoạt", "Đảng viên phải dự", "Đảng viên dự", "Tỷ lệ đảng viên dự", "Cấp", "Ý kiến"),
    REPORT: ("Ngày sinh hoạt", "Sinh hoạt chuyên đề", "Việc làm theo, mô hình", "Việc cụ thể, mô hình, nêu gương",
             "Thực hiện Kế hoạch số 20-KH/ĐU"),
}  # fmt: skip
SHEET_ROWS = {MEETING: _meeting_sheet, REPORT: _report_sheet}
ADDED_IN = {MEETING: ("Đảng viên phải dự", "Đảng viên dự", "Ý kiến"), REPORT: ("Việc làm theo, mô hình",)}


async def test_the_workbook_has_every_activity(book: Any) -> None:
    """Dissemination: a row for each that was written down, and their sum."""
    *rows, total = _table(book["Tuyên truyền"])
    names = {each.code: name(each) for each in BRANCHES}
    kept = [(row["Chi bộ"], row["Nơi tuyên truyền"], row["Số lượt"]) for row in rows]
    assert sorted(kept) == sorted((names[code], place, posts) for code, place, posts in POSTS)
    assert total["Số lượt"] == sum(posts for _, _, posts in POSTS)
