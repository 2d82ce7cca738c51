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
