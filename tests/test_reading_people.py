"""Whether words name a person: what is found in the work does not."""

import pytest

from messages.reading import people


@pytest.mark.parametrize(
    "text",
    [
        "đ/c Lan chưa nộp",
        "Đồng chí Nguyễn Văn A vắng",
        "do Trần Thị B phụ trách",
        "ông Hùng nhắc nhiều lần",
        "Lê Văn C",
        "Hồ Thị D chưa ghi sổ",
        "Trương Văn E",
    ],
)
def test_a_name_is_seen(text):
    """After a title, or a family name with another name."""
    assert people.names_someone(text)


@pytest.mark.parametrize(
    "text",
    [
        "Đồng chí Bí thư chi bộ chưa phân công",
        "các đồng chí đảng viên học đủ",
        "Học tập tư tưởng, đạo đức Hồ Chí Minh",
        "Sổ biên bản ghi thiếu 02 buổi; chưa có kế hoạch riêng",
        "Triển lãm tại phố Nguyễn Huệ",
        "Đoàn Thanh niên đăng 05 tin",
        "Đi thực tế tại Hà Nội; Lưu VP; Đoàn Văn công biểu diễn",
        "",
    ],
)
def test_posts_streets_and_bodies_are_nobody(text):
    """What is about the work may be written."""
    assert not people.names_someone(text)
