"""Questions that the plan and the records answer, as people ask them."""

import pytest

from messages.reading import plan_questions
from messages.reading.plan_questions import PlanQuestion


@pytest.mark.parametrize(
    ("text", "topic", "quarterly"),
    [
        ("trước 31/5 là tính cả 31 không?", "inclusive", False),
        ("nop truoc 31 hay het 31 vay d/c", "inclusive", False),
        ("nộp ở đâu", "where", False),
        ("bc gửi về đâu ạ", "where", False),
        ("gui cho ai vay", "where", False),
        ("báo cáo quý ngày nào?", "due", True),
        ("hạn khi nào", "due", False),
        ("bao giờ phải nộp ạ", "due", False),
        ("chi bộ mình nộp chưa?", "sent", False),
        ("mẫu báo cáo lấy ở đâu", "template", False),
        ("cho em xin sđt chị Hà", "phone", False),
        ("ai chưa nộp vậy", "others", False),
        ("chi bộ nào chưa gửi báo cáo", "others", False),
        ("sao nhắn hoài vậy", "why", False),
        ("ai gui tin nay the", "why", False),
        ("không hiểu", "how", False),
        ("chào đồng chí", "who", False),
        ("alo", "who", False),
        ("em là máy hay người", "who", False),
        ("tôi chưa biết làm thế nào", "how", False),
        ("?", "how", False),
        ("? ?", "how", False),
    ],
)
def test_what_is_asked(text: str, topic: str, quarterly: bool) -> None:
    """The topic, and whether it is of the quarter."""
    assert plan_questions.read(text) == PlanQuestion(topic, quarterly)


@pytest.mark.parametrize(
    "text",
    [
        "có phải học bù không",
        "quần chúng có phải viết cam kết không",
        "",
        "ghi thế nào",
        "không hiểu câu 4 hỏi báo cáo viên hay là người chủ trì hội nghị",
    ],
)
def test_other_questions_go_to_people(text: str) -> None:
    """What the records do not answer has no topic."""
    assert plan_questions.read(text) is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("trước 31/5 là tính cả 31 không?", ((31, 5),)),
        ("ngày 31 có tính không", ((31, 0),)),
        ("nop ngay 5 thang 6 kip khong", ((5, 6),)),
        ("nộp ở đâu", ()),
    ],
)
def test_days_that_a_question_names(text: str, days: tuple[tuple[int, int], ...]) -> None:
    """With their month, or alone."""
    assert plan_questions.days_named(text) == days


@pytest.mark.parametrize(
    ("text", "title", "words"),
    [
        ("báo cáo học tập nộp ở đâu?", "Báo cáo học tập Chuyên đề", 4),
        ("bc quy 2 nop dau", "Báo cáo quý II", 4),
        ("nộp ở đâu", "Báo cáo quý II", 0),
    ],
)
def test_words_of_a_title(text: str, title: str, words: int) -> None:
    """Those that stand in a row, abbreviations and quarters in figures too."""
    assert plan_questions.in_a_row(text, title) == words


@pytest.mark.parametrize("text", ["dữ liệu của tôi", "xóa hết dữ liệu của tôi đi", "cac d/c luu gi ve toi"])
def test_own_data_is_asked_for(text: str) -> None:
    """To see it or to have it erased."""
    assert plan_questions.asks_own_data(text)


@pytest.mark.parametrize("text", ["dữ liệu của chi bộ", "thông tin của tôi là 24/26 đảng viên", "dữ liệu"])
def test_other_data_is_not(text: str) -> None:
    """The branch's figures are no person's data."""
    assert not plan_questions.asks_own_data(text)
