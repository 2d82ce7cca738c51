"""In which form a session was held, as people answer."""

import pytest

from handlers.rules import meetings


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Trực tiếp tại hội trường cơ quan", "in_person"),
        ("hop truc tiep tai hoi truong co quan", "in_person"),
        ("họp qua zoom ạ", "online"),
        ("kết hợp trực tiếp và trực tuyến", "hybrid"),
        ("lồng ghép trong buổi sinh hoạt chi bộ", "embedded"),
        ("học chung với chi bộ Thư viện", "joint"),
        ("kết hợp với chi bộ Thư viện", None),
        ("không trực tiếp", None),
        ("trực tiếp hay trực tuyến?", None),
        ("trực tiếp hoặc trực tuyến", None),
        ("bí thư trực tiếp truyền đạt", None),
    ],
)
def test_the_form_of_an_answer(text: str, form: str | None) -> None:
    """One where it is sure; none where it is denied, asked about or may be another."""
    assert meetings.form_of_answer(text) == form
