"""The words by which people move through a form, and a plan's number and date as they write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.reading import references, steps

TODAY = date(2024, 5, 20)
STEPS = (
    *("skip", "back", "review", "later", "help", "clear", "keep", "previous", "done", "more"),
    *("yes", "no", "send", "go_on"),
)


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("bỏ qua", "skip"),
        ("Bo qua a", "skip"),
        ("dạ bỏ qua ạ", "skip"),
        ("lùi", "back"),
        ("Quay lại.", "back"),
        ("XEM LẠI", "review"),
        ("để sau nhé", "later"),
        ("?", "help"),
        ("giữ nguyên", "keep"),
        ("xong", "done"),
        ("dạ vâng", "yes"),
        ("vâng ạ", "yes"),
        ("dạ vâng ạ", "yes"),
        ("không đúng", "no"),
        ("đúng", "yes"),
        ("Dừng ạ", "later"),
        ("dung", "yes"),
        ("dủng", ""),
        ("gửi báo cáo", "send"),
        ("bỏ trống", "clear"),
        ("bỏ qua câu hỏi về hội nghị", ""),
        ("24", ""),
        ("", ""),
    ],
)
def test_steps_are_whole_messages(text, step):
    """Polite words around them do not matter, anything more is an answer."""
    assert steps.step_of(text) == step


def test_a_yes_beyond_doubt():
    """What lets somebody in is no word that may be another one without its marks."""
    assert all(map(steps.agrees, ("đúng", "đung", "Vâng ạ", "dong y", "Tôi đồng ý.")))
    assert not any(map(steps.agrees, ("dung", "dung a", "dừng", "không", "")))


@pytest.mark.parametrize(
    ("text", "nothing"), [("Không có", True), ("ko có ạ", True), ("không có khó khăn gì lớn", False)]
)
def test_nothing_to_tell(text, nothing):
    """ "Không có" alone leaves a question out; a sentence is an answer."""
    assert steps.is_nothing(text) is nothing


@pytest.mark.parametrize(
    ("text", "number", "day"),
    [
        ("05-KH/CB ngày 10/5", "05-KH/CB", date(2024, 5, 10)),
        ("số 5 - KH/CB", "05-KH/CB", None),
        ("KH số 12 ngày 8/5", "12", date(2024, 5, 8)),
        ("kế hoạch 7", "07", None),
        ("10/5", "", date(2024, 5, 10)),
        ("ngày 10 tháng 5", "", date(2024, 5, 10)),
        ("127-KH/ĐU", "127-KH/ĐU", None),
    ],
)
def test_a_documents_number_and_day(text, number, day):
    """Number with its symbol, number alone, day alone, both."""
    found = references.read_reference(text, today=TODAY)
    assert (found.number, found.date) == (number, day)


def test_a_day_that_does_not_exist_is_said_so():
    """31/6 is no day; neither number nor day is nothing."""
    assert references.read_reference("05-KH/CB ngày 31/6", today=TODAY).invalid
    assert references.read_reference("chưa nhớ", today=TODAY) is None


@given(st.text(max_size=60))
def test_any_text_is_read_without_a_word(text):
    """Whatever is typed, nothing raises; it is a step that forms know or none, a reference or none."""
    assert steps.step_of(text) in {"", *STEPS}
    found = references.read_reference(text, today=TODAY)
    assert found is None or found.number or found.date or found.invalid
