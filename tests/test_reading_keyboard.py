"""Raw Telex and VNI, and how a syllable is built of letters and marks."""

import pytest

from messages.reading import syllables, words
from messages.reading.syllables import ACUTE, BAR, DOT, GRAVE, HORN, ROOF


@pytest.mark.parametrize(
    ("letters", "marks", "syllable"),
    [
        ("nop", ROOF + DOT, "nộp"),
        ("duong", BAR + HORN + HORN + GRAVE, "đường"),
        ("quyet", ROOF + ACUTE, "quyết"),
        ("gio", HORN + GRAVE, "giờ"),
        ("hoa", GRAVE, "hòa"),
        ("thuy", ACUTE, "thúy"),
        ("ngoai", GRAVE, "ngoài"),
        ("khuya", "", "khuya"),
    ],
)
def test_a_syllable_is_built_of_its_letters_and_marks(letters: str, marks: str, syllable: str) -> None:
    """Wherever the marks were typed; the tone goes where an office writes it."""
    assert syllables.build(letters, marks) == syllable


@pytest.mark.parametrize(
    ("letters", "marks"), [("met", ROOF), ("zum", ACUTE), ("bar", ACUTE), ("an", BAR), ("ta", ACUTE + DOT), ("", ACUTE)]
)
def test_what_no_vietnamese_syllable_can_be_is_none(letters: str, marks: str) -> None:
    """A stop without its tone, a foreign letter, a bar without d, two tones."""
    assert syllables.build(letters, marks) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1 xin luif 3/6", "1 xin lùi 3/6"),
        ("Dạ baso caso em guwir rooif", "dạ báo cáo em gửi rồi"),
        ("khuya nay em hoafn thanhf", "khuya nay em hoàn thành"),
        ("15 d9/c d9i d9u3", "15 đồng chí đi đủ"),
        ("file bao cao a4", "file bao cao a 4"),
        ("hop zoom nhe boss", "hop zoom nhe boss"),
    ],
)
def test_raw_keys_are_undone_word_by_word(typed: str, meant: str) -> None:
    """Also beside words with marks, and to syllables that no list holds; other people's words stay theirs."""
    assert words.normal(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("em đnag làm báo cáoo", "em đang làm báo cáo"),
        ("ngyà mai chi bộ hpọ", "ngày mai chi bộ họp"),
        ("nhaaa maii em nộp", "nha mai em nộp"),
        ("file word, họp zoom", "file word , họp zoom"),
        ("chi bộ Đắk Lắk", "chi bộ đắk lắk"),
    ],
)
def test_a_slip_of_the_finger_is_put_right(typed: str, meant: str) -> None:
    """Only in what can be no syllable, and only where one known word is near; names and foreign words stay."""
    assert words.normal(typed) == meant


@pytest.mark.parametrize("word", ["họp", "hop", "nghiêng", "quyết", "giờ", "ủy", "khuya", "qua", "gì"])
def test_what_can_be_a_syllable_is_left_alone(word: str) -> None:
    """With its marks or without."""
    assert syllables.is_possible(word)
