"""The reader of plans against plans of different build, what is asked written down by hand beforehand."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from campaigns import consistency, folder
from messages.reading import plan
from messages.reading.plan import basis, when
from messages.reading.plan.moments import Anchor
from messages.reading.plan.shapes import Duty, PlanRead

PLANS = Path(__file__).parent / "data/plans"
FOLDER_2024 = Path(__file__).parent.parent / "campaigns/chuyen-de-2024"
KNOWN = sorted(PLANS.glob("[abefg][0-9].txt"))


def expected(path: Path) -> dict[str, Any]:
    """Return what was written down of a plan."""
    found: dict[str, Any] = yaml.safe_load(path.with_suffix(".yaml").read_text(encoding="utf-8"))
    return found


@dataclass
class Score:
    """How a plan was read: dated duties asked for and right, recurring ones, days read where none is due."""

    dated: int = 0
    right: int = 0
    recurring: int = 0
    recurring_right: int = 0
    extra: int = 0
    wrong: list[str] = field(default_factory=list)


def score(path: Path, read: PlanRead) -> Score:
    """Compare the terms; each duty read stands for one expected."""
    found, left = Score(), [each for each in read.duties if each.when.mode != "none"]
    for each in expected(path)["duties"]:
        if each.get("undated"):
            continue
        match = next((duty for duty in left if _fits(each, duty)), None)
        is_recurring = each["mode"] == "recurring"
        found.recurring += is_recurring
        found.dated += not is_recurring
        if match is None:
            found.wrong.append(f"{path.stem}: not found: {each}")
        else:
            left.remove(match)
            found.recurring_right += is_recurring
            found.right += not is_recurring
    days = {str(each.get("date")) for each in expected(path)["duties"]}
    for duty in left:
        strange = duty.when.due_date is not None and str(duty.when.due_date) not in days
        found.extra += strange
        found.wrong.append(
            f"{path.stem}: {'a day that is no term' if strange else 'more than asked'}: {duty.when} {duty.text}"
        )
    return found


def _fits(wanted: dict[str, Any], duty: Duty) -> bool:
    when = duty.when
    said = wanted["about"].lower() in f"{duty.text} {duty.sentence}".lower()
    days = (when.due_date, when.last_on_time) == (wanted.get("date"), wanted.get("last"))
    day = when.day == wanted.get("day") and ("before" not in wanted or when.strictly_before == wanted["before"])
    return said and days and when.mode == wanted["mode"] and when.recurrence == wanted.get("recurrence") and day


def scores() -> Iterator[tuple[Path, PlanRead, Score]]:
    """Read every plan there is."""
    for path in KNOWN:
        read = plan.read_text(path.read_text(encoding="utf-8"))
        yield path, read, score(path, read)


@pytest.mark.parametrize("path", KNOWN, ids=lambda path: path.stem)
def test_head_basis_and_recipients_are_read(path: Path) -> None:
    """Number, day, issuer, topic, basis and recipients are those of the text; null where it is silent."""
    read, wanted = plan.read_text(path.read_text(encoding="utf-8")), expected(path)
    assert (read.number, read.date) == (wanted["number"], wanted["date"])
    assert read.issuer == wanted["issuer"]
    assert wanted.get("topic") in (None, read.topic)
    assert list(read.recipients) == wanted["recipients"]
    found = {each.number: each for each in read.legal_basis}
    assert set(found) == {each["number"] for each in wanted["legal_basis"]}
    for each in wanted["legal_basis"]:
        assert found[each["number"]].date == each.get("date")
        assert each.get("issuer", found[each["number"]].issuer) == found[each["number"]].issuer


def test_dated_duties_are_found_with_the_right_last_day() -> None:
    """95 of a hundred dated duties have the right last on-time day, and no other day is taken for a term."""
    every = [found for _, _, found in scores()]
    wrong = [line for each in every for line in each.wrong]
    right, dated = sum(each.right for each in every), sum(each.dated for each in every)
    recurring = sum(each.recurring for each in every)
    assert right >= 0.95 * dated, wrong
    assert sum(each.recurring_right for each in every) >= 0.95 * recurring, wrong
    assert sum(each.extra for each in every) == 0, wrong


@pytest.mark.parametrize("path", KNOWN, ids=lambda path: path.stem)
def test_no_day_of_a_basis_or_of_history_is_a_term(path: Path) -> None:
    """Days of documents and days before the plan was made never become a deadline."""
    read = plan.read_text(path.read_text(encoding="utf-8"))
    of_documents = {each.date for each in read.legal_basis if each.date}
    days = {each.when.due_date for each in read.duties if each.when.due_date}
    assert not days & of_documents
    assert all(day >= read.date for day in days if read.date)


@pytest.mark.parametrize("path", KNOWN, ids=lambda path: path.stem)
def test_words_are_verbatim(path: Path) -> None:
    """What is quoted stands in the text: the term's wording, and the sentence each duty came from."""
    read = plan.read_text(path.read_text(encoding="utf-8"))
    for each in read.duties:
        assert each.when.due_text is None or each.when.due_text in read.text
        assert each.when.due_text is None or each.when.due_text in each.sentence


def test_a_term_in_the_sentence_itself_is_quoted_once() -> None:
    """ "…; hoàn thành trước ngày 30/4/2025." says by when of its own sentence: the quote is that sentence."""
    said = "Các chi bộ tổ chức hội nghị học tập cho toàn thể đảng viên; hoàn thành trước ngày 30/4/2025."
    (duty,) = plan.read_text(f"KẾ HOẠCH\nhọc tập chuyên đề năm 2025\n\nII. NỘI DUNG\n1. {said}\n").dated
    assert (duty.sentence, duty.when.due_text) == (said, "trước ngày 30/4/2025")


@pytest.mark.parametrize("path", KNOWN, ids=lambda path: path.stem)
def test_who_and_to_whom(path: Path) -> None:
    """Who has the duty and to whom it is reported, where it was written down."""
    read = plan.read_text(path.read_text(encoding="utf-8"))
    for wanted in (each for each in expected(path)["duties"] if not each.get("undated")):
        found = next((each for each in read.duties if _fits(wanted, each)), None)
        if found is not None:
            assert found.who == wanted.get("who", found.who), wanted
            assert found.report_to == wanted.get("report_to", found.report_to), wanted


MADE = Anchor(date(2025, 3, 10), 2025)
WORDINGS = [
    ("hoàn thành trước ngày 31/5/2025", "trước ngày 31/5/2025", "before", "2025-05-31", "2025-05-30"),
    ("xong trước 15/7", "trước 15/7", "before", "2025-07-15", "2025-07-14"),
    ("gửi trước 17 giờ 00 ngày 10/4/2025", "trước 17 giờ 00 ngày 10/4/2025", "before", "2025-04-10", "2025-04-10"),
    ("chậm nhất ngày 30/4/2025", "chậm nhất ngày 30/4/2025", "by", "2025-04-30", "2025-04-30"),
    ("chậm nhất là ngày 30-4-2025", "chậm nhất là ngày 30-4-2025", "by", "2025-04-30", "2025-04-30"),
    ("đến hết ngày 15/5/2025", "đến hết ngày 15/5/2025", "by", "2025-05-15", "2025-05-15"),
    ("không quá ngày 31/5/2025", "không quá ngày 31/5/2025", "by", "2025-05-31", "2025-05-31"),
    ("hoàn thành trong tháng 6", "trong tháng 6", "within", "2025-06-30", "2025-06-30"),
    ("hoàn thành trong quý III/2025", "trong quý III/2025", "within", "2025-09-30", "2025-09-30"),
    (
        "mở đợt thi từ ngày 01/7 đến ngày 05/9/2025",
        "từ ngày 01/7 đến ngày 05/9/2025",
        "within",
        "2025-09-05",
        "2025-09-05",
    ),
    ("Thời gian: cuối tháng 10/2025", "cuối tháng 10/2025", "by", "2025-10-31", "2025-10-31"),
    ("trước ngày 10 tháng 9 năm 2025", "trước ngày 10 tháng 9 năm 2025", "before", "2025-09-10", "2025-09-09"),
    ("nộp trước ngày 15 tháng 01", "trước ngày 15 tháng 01", "before", "2026-01-15", "2026-01-14"),
]


@pytest.mark.parametrize(("said", "quoted", "mode", "day", "last"), WORDINGS)
def test_each_wording_has_its_last_day(said: str, quoted: str, mode: str, day: str, last: str) -> None:
    """ "trước" leaves the day itself out; all other wordings have it in; a month ends with its last day."""
    (found,) = when.find(said, MADE)
    assert (found.when.due_text, found.when.mode) == (quoted, mode)
    assert (str(found.when.due_date), str(found.when.last_on_time)) == (day, last)


SENTENCES = yaml.safe_load((PLANS.parent / "plan_sentences.yaml").read_text(encoding="utf-8"))
AROUND = """Số 15-KH/ĐU
An Bình, ngày 10 tháng 3 năm 2025

KẾ HOẠCH
học tập Chuyên đề năm 2025

Thực hiện Kế hoạch số 12-KH/TU ngày 05/02/2025 của Ban Thường vụ Tỉnh ủy, Đảng ủy Sở Y xây dựng kế hoạch như sau:

II- NỘI DUNG VÀ TỔ CHỨC THỰC HIỆN

1- {said}

Nơi nhận:
- Các chi bộ;
- Lưu VP.
"""


def worded(duty: Duty) -> str:
    """Return a duty's term as plan_sentences.yaml has it."""
    found = duty.when
    often = f"recurring {found.recurrence} {found.day}"
    return often if found.mode == "recurring" else f"{found.mode} {found.last_on_time}"


@pytest.mark.parametrize("asked", SENTENCES, ids=lambda asked: asked["text"][:50])
def test_each_sentence_asks_what_it_says(asked: dict[str, Any]) -> None:
    """In a plan of March 2025 each sentence sets just the terms written down for it; where only a day is, any mode."""
    read = plan.read_text(AROUND.format(said=asked["text"]))
    found = [worded(duty) for duty in read.dated]
    wanted = [str(each) for each in asked["terms"]]
    assert len(found) == len(wanted), found
    assert all(mine == theirs or mine.split()[-1] == theirs for mine, theirs in zip(found, wanted, strict=True)), found


RECURRING = [
    ("định kỳ hằng tháng, trước ngày 20", "monthly", 20),
    ("báo cáo trước ngày 15 của tháng cuối quý", "quarterly", 15),
    ("mỗi quý một lần", "quarterly", None),
    ("hàng tuần báo cáo tiến độ", "weekly", None),
    ("sinh hoạt 01 lần/quý", "quarterly", None),
]


@pytest.mark.parametrize(("said", "often", "day"), RECURRING)
def test_what_comes_back(said: str, often: str, day: int | None) -> None:
    """How often, and on which day where one is named; there is no single date."""
    (found,) = when.find(said, MADE)
    assert (found.when.mode, found.when.recurrence, found.when.day) == ("recurring", often, day)
    assert found.when.due_date is None


NO_TERM = [
    "Thực hiện Kế hoạch số 137-KH/TU ngày 17/4/2025 của Ban Thường vụ Tỉnh ủy",
    "Nghị quyết của Bộ Chính trị ngày 24/12/2025 về hội nhập quốc tế",
    "kỷ niệm 135 năm Ngày sinh Chủ tịch Hồ Chí Minh (19/5/1890 - 19/5/2025)",
    "thăm, tặng quà nhân dịp kỷ niệm Ngày Thương binh - Liệt sĩ 27/7",
    "số liệu tính đến ngày 31/10/2025",
    "có hiệu lực từ ngày 01/8/2025",
    "Ngày 24/01/2025, Bộ Chính trị ban hành Nghị quyết",
    "đã hoàn thành trước ngày 31/12/2024",
]


@pytest.mark.parametrize("said", NO_TERM)
def test_history_and_basis_are_no_terms(said: str) -> None:
    """Days of documents, anniversaries, figures' closing days and what is over set no term."""
    assert when.find(basis.masked(said), MADE) == ()


def test_the_plan_of_2024_reads_as_the_one_made_by_hand() -> None:
    """Number, day, basis, recipients, every duty's words, the deadlines and what recurs agree with campaigns/."""
    made = folder.load(FOLDER_2024)
    read = plan.read_text(made.text)
    assert (read.number, read.date, read.issuer) == (made.plan.number, made.plan.date, made.plan.issuer)
    assert (read.subject, read.topic) == (made.plan.subject, made.plan.topic)
    assert [each.number for each in read.legal_basis] == [each.number for each in made.plan.legal_basis]
    for mine, theirs in zip(read.legal_basis, made.plan.legal_basis, strict=True):
        assert mine.issuer == theirs.issuer
        assert mine.date in (theirs.date, None)  # the day of 21-KL/TW is not in the text
    assert [each.removesuffix(";") for each in read.recipients] == [each.words for each in made.plan.recipients]
    sentences = [consistency.plain_words(each.sentence) for each in read.duties]
    for duty in made.plan.duties[:-1]:  # the last is the list of recipients
        quote = consistency.plain_words(duty.quote)
        assert any(quote in each for each in sentences), duty
    terms = {(each.when.due_text, each.when.mode, each.when.due_date) for each in read.dated if each.when.due_date}
    dated = {(each.due_text, each.due_mode, each.due_date) for each in made.plan.deadlines if each.due_date}
    assert terms == dated
    recurring = [each for each in read.dated if each.when.recurrence == "quarterly"]
    assert len(recurring) == sum(each.every == "quarter" for each in made.plan.deadlines)
