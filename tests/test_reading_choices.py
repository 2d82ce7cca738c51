"""Buttons answered in words, commands, and invitation codes as people type them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages.reading import choices, codes

LABELS = ("Đúng", "Sửa số", "Không ghi")
TOKEN = "abcDEF0123456789_-abcd"

CHOICES = {
    "1": 0,
    "1.": 0,
    "2)": 1,
    "(3)": 2,
    "Đúng": 0,
    "ĐÚNG": 0,
    "đúng ạ": 0,
    "dạ đúng ạ": 0,
    "dung": 0,
    "Sua so": 1,
    "sửa": 1,
    "sua": 1,
    "kho": 2,
    "khong ghi.": 2,
    "0": None,
    "4": None,
    "dừng": None,
    "kh": None,
    "": None,
    "đúng không": None,
    "1" * 40: None,
}
CODES = {
    "48 21 73 90": "48217390",
    "48217390": "48217390",
    "4821 7390": "48217390",
    "48-21-73-90": "48217390",
    "mã 48 21 73 90": "48217390",
    "Mã của em là 48 21 73 90 ạ": "48217390",
    "/start 48217390": "48217390",
    "/start@TroLyBot 48 21 73 90": "48217390",
    "https://t.me/TroLyBot?start=48217390": "48217390",
    TOKEN: TOKEN,
    f"/start {TOKEN}": TOKEN,
    f"bấm https://t.me/TroLyBot?start={TOKEN} nhé": TOKEN,
    "0912345678": None,
    "0912 345 678": None,
    "091 234 5678": None,
    "gọi 38221234": None,
    "13 05 2024": None,
    "1" * 40: None,
    "h" + "a" * 30: None,
    "ngày 13/5, 24/26 đảng viên": None,
    "/start": None,
    "/start abc": None,
    "": None,
    "48 21 73 90 48 21 73 90": None,
    "12345678/3": None,
}
COMMANDS = {
    "/summary rest x": ("summary", "rest x"),
    "/TongHop@TroLyBot": ("tonghop", ""),
    "/tổng_hợp quý II": ("tonghop", "quý II"),
    "/tong_hop": ("tonghop", ""),
    " /riengtu ": ("riengtu", ""),
    "/start 48217390": ("start", "48217390"),
    "/nhap a\nb": ("nhap", "a\nb"),
    "24/26": None,
    "/": None,
    "//": None,
    "/ x": None,
    "tonghop": None,
    "/😀": None,
}


@pytest.mark.parametrize(("text", "expected"), CHOICES.items())
def test_a_choice_is_known_by_number_label_or_beginning(text: str, expected: int | None) -> None:
    """With or without marks; a wrong mark or too short a beginning chooses nothing."""
    assert choices.match_choice(text, LABELS) == expected


def test_what_means_two_choices_means_none() -> None:
    """A shared beginning, two labels alike without marks, a number that is a label elsewhere."""
    assert choices.match_choice("nhà", ["Nhà hát", "Nhà văn hóa"]) is None
    assert choices.match_choice("dung", ["Đúng", "Dừng"]) is None
    assert choices.match_choice("2", ["2", "3"]) is None


def test_an_exact_label_beats_a_beginning() -> None:
    """ "Sửa" is itself although "Sửa số" begins with it, and "27" is the label."""
    assert choices.match_choice("sua", ["Sửa số", "Sửa"]) == 1
    assert choices.match_choice("27", ["26", "27"]) == 1


@pytest.mark.parametrize(("text", "expected"), COMMANDS.items())
def test_a_command_is_split_from_its_rest(text: str, expected: tuple[str, str] | None) -> None:
    """Marks, case, underscores and the bot's name make no difference."""
    assert choices.command_of(text) == expected


@pytest.mark.parametrize(("text", "expected"), CODES.items())
def test_a_code_is_found(text: str, expected: str | None) -> None:
    """Eight digits or a token, in a link or alone; never a telephone number or a date."""
    assert codes.read_code(text) == expected


@settings(deadline=None)  # the first example compiles the rules
@given(st.text(), st.lists(st.text(), max_size=5))
def test_any_text_is_read_without_an_error(text: str, labels: list[str]) -> None:
    """A choice is one of those offered, whatever is typed."""
    place = choices.match_choice(text, labels)
    assert place is None or 0 <= place < len(labels)
    choices.command_of(text)
    codes.read_code(text)


@settings(deadline=None)  # the first example compiles the rules
@given(st.integers(10_000_000, 99_999_999).map(str))
def test_every_code_reads_back_in_pairs(code: str) -> None:
    """As it is shown in an invitation."""
    assert codes.read_code(" ".join(code[i : i + 2] for i in range(0, 8, 2))) == code


ABSENT = (("Đều có lý do", "công tác"), ("Có đ/c không lý do", "không", "không lý do", "không có lý do"))
HELD = {
    "2 dong chi di cong tac": 0,
    "đều có lý do chính đáng ạ": 0,
    "2 đ/c không có lý do": 1,
    "không đi công tác": None,
    "có đ/c nào công tác không?": None,
    "1 đi công tác, 1 không lý do": None,
    "khong": None,
    "": None,
}


@pytest.mark.parametrize(("text", "expected"), HELD.items())
def test_a_sentence_holds_a_choice(text: str, expected: int | None) -> None:
    """Two words or more of just one; none denied, none asked about; the longer wording beats the one within it."""
    assert choices.held(text, ABSENT) == expected
