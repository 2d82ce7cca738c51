"""Words that ask for a report to be opened."""

import pytest

from messages.reading.opening import report_named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("báo cáo", ()),
        ("Gửi báo cáo.", ()),
        ("dạ, em muốn nộp báo cáo ạ", ()),
        ("bc quy 2", ("quy", "ii")),
        ("báo cáo học tập chuyên đề", ("hoc", "tap", "chuyen", "de")),
        ("đã gửi báo cáo", None),
        ("da gui bao cao", None),
        ("báo cáo 24/26", None),
        ("báo cáo đồng chí", None),
        ("chi bộ báo cáo kết quả học tập", None),
        ("", None),
    ],
)
def test_a_report_is_named(text: str, named: tuple[str, ...] | None) -> None:
    """Its name alone, or with what one does with it; what was done opens nothing."""
    assert report_named(text) == named
