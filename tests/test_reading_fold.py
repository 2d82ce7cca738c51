"""The normal form that all readers share."""

import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from messages.reading import fold, words


@pytest.mark.parametrize(
    ("written", "lower"),
    [
        ("Đảng uỷ", "đảng ủy"),
        ("hoà bình", "hòa bình"),
        ("Thuý", "thúy"),
        ("khoẻ", "khỏe"),
        ("quí II", "quý ii"),
        ("quý", "quý"),
        ("hoàn toàn", "hoàn toàn"),
        ("  “Bảo \u00a0tàng”  ", "bảo tàng"),
        (unicodedata.normalize("NFD", "Uỷ viên"), "ủy viên"),
        ("chi\u200b bộ – A", "chi bộ - a"),
    ],
)
def test_spellings_in_use_become_one(written: str, lower: str) -> None:
    """Old and new tone places, i and y, NFD, quotes and spaces."""
    assert fold.fold(written).lower == lower


def test_the_original_and_the_plain_form_are_kept() -> None:
    """The original keeps its case and quotes, the plain form loses all marks."""
    folded = fold.fold('"Đường  Nguyễn Huệ"')
    assert (folded.original, folded.plain) == ('"Đường  Nguyễn Huệ"', "duong nguyen hue")
    assert fold.plain("TỔNG HỢP") == "tong hop"


def test_marks_may_be_left_out_but_not_wrong() -> None:
    """ "hop" and "hôp" may be "hộp"; "hợp" may not."""
    assert [fold.fits(word, "hộp") for word in ("hộp", "hôp", "họp", "hop", "hợp", "hộ")] == [True] * 4 + [False] * 2


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("24/26đ/c, 5qc", "24/26 dong chi , 5 quan chung"),
        ("ko hop dc", "khong hop duoc"),
        ("baso caso chi booj", "báo cáo chi bộ"),
        ("ba1o ca1o chi bo65", "báo cáo chi bộ"),
        ("ddax hopj", "đã họp"),
        ("hop t6", "hop thu 6"),
        ("ngay2/6 hop", "ngay 2/6 hop"),
        ("bass", "bass"),
    ],
)
def test_shorts_and_raw_keys_are_written_out(written: str, normal: str) -> None:
    """Abbreviations, glued figures, and Telex or VNI keys where two words decode; what has no marks stays without."""
    assert words.normal(written) == normal


def test_the_word_lists_hold_only_words() -> None:
    """YAML takes a bare "no" or "on" for a truth value; such a word must be quoted."""
    data = yaml.safe_load(Path(words.__file__).with_name("words.yaml").read_text("utf-8"))
    tells, shorts = data.pop("tells"), {**data.pop("abbreviations"), **data.pop("as_written")}
    every = [*shorts, *shorts.values(), *(word for group in (*data.values(), *tells.values()) for word in group)]
    assert [word for word in every if not isinstance(word, str)] == []


@settings(deadline=None)  # the first example compiles the rules
@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    """The normal form is its own normal form."""
    folded = fold.fold(text)
    assert fold.fold(folded.lower).lower == folded.lower
    words.normal(text)


def test_lexicon() -> None:
    """Marks may be left out but not be wrong; of phrases with the same letters the first that fits is meant."""
    lexicon = fold.Lexicon([("dừng", "stop"), ("đúng", "yes"), ("mai", "tomorrow")])
    assert [lexicon.get(said) for said in ("dừng", "đúng", "dung", "mai", "mãi", "")] == [
        *("stop", "yes", "stop", "tomorrow"),
        *(None, None),
    ]
    assert lexicon.near("dung") == [("dừng", "stop"), ("đúng", "yes")]
