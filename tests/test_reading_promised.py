"""Words that put a report off are told from answers to what it asks."""

import pytest

from messages.reading.promised import puts_off


@pytest.mark.parametrize(
    "text",
    [
        *("mai tôi gửi", "Mai gửi", "mai toi gui nhe", "để mai tôi làm", "chiều nay tôi gửi", "thứ sáu tôi nộp ạ"),
        *("bận quá, mai làm", "ngày 25/5 chi bộ gửi", "Dạ để thứ hai tuần sau em báo cáo.", "tối nay tôi làm tiếp gửi"),
    ],
)
def test_a_promise(text: str) -> None:
    """A day to come and a word of sending or doing, and nothing else: the report is put off."""
    assert puts_off(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "mai", "gửi", "để mai", "hôm nay", "hôm nay làm", "chiều nay làm", "25/5", "báo cáo", "mai họp"),
        *("đã gửi hôm qua", "mai gửi 24/26 đảng viên", "mai không gửi", "Mai Thị Báo", "chị Mai gửi bài viết hay"),
        "tuần sau chi bộ sẽ gửi đảng viên đi học bù buổi tối tại hội trường",
    ],
)
def test_no_promise(text: str) -> None:
    """A bare day, a name, a step in the form, figures or anything that may be an answer is left to the question."""
    assert not puts_off(text)
