"""By which way a report is said to have gone."""

import pytest

from messages.reading import ways


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("gửi bản giấy rồi ạ", "paper"),
        ("da nop bang giay hom qua", "paper"),
        ("nộp bản ký tại phòng rồi", "paper"),
        ("đã gửi trên phần mềm", "documents"),
        ("gửi iOffice sáng nay rồi đ/c", "documents"),
        ("e gửi qua zalo văn phòng rồi", "zalo"),
        ("đã gửi zalo cho đ/c D", "zalo"),
        ("đã gửi zalo nhóm chi bộ", ""),
        ("gửi bản giấy và cả phần mềm rồi", ""),
        ("xong rồi", ""),
        ("Hôm qua gửi rồi đ/c", ""),
    ],
)
def test_way(text: str, way: str) -> None:
    """A way is read where exactly one is named; a branch's own group is none."""
    assert ways.read_way(text) == way
