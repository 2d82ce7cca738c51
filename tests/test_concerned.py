"""Whom the words for who has a duty of a plan concern."""

import pytest

from messages.reading.concerned import concerns


@pytest.mark.parametrize(
    ("who", "roles"),
    [
        ("Các chi bộ, theo chức năng", {"secretary", "deputy"}),
        ("Các cấp ủy, người đứng đầu", {"secretary", "deputy", "leader"}),
        ("Các cấp uỷ, chi bộ", {"secretary", "deputy", "leader"}),
        ("Bí thư chi bộ", {"secretary", "deputy"}),
        ("Ban Biên tập Cổng thông tin điện tử Sở", {"editorial"}),
        ("Văn phòng phối hợp với Ủy ban Kiểm tra Đảng ủy", {"office", "inspection"}),
        ("Công đoàn ngành", set()),
        ("", set()),
    ],
)
def test_a_duty_concerns_those_whom_its_words_mean(who: str, roles: set[str]) -> None:
    """A body stands for who speaks for it; a duty of nobody here concerns nobody."""
    every = ("secretary", "deputy", "leader", "editorial", "inspection", "office", "member")
    assert {role for role in every if concerns(who, [role])} == roles
