"""Long texts on Zalo: cut where sense allows it, within what the platform takes, no letter halved."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.zalo_text import LIMIT, plain, split, units

LETTERS = st.text(alphabet="ab ế\n.😀\u0301", max_size=300)


@given(LETTERS, st.integers(4, 60))
def test_nothing_is_lost_and_nothing_too_long(text: str, limit: int) -> None:
    """All words, in order; parts within the limit; none blank; pairs of UTF-16 units stay together."""
    parts = split(text, limit)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(0 < units(part) <= limit for part in parts)
    assert all(part.encode("utf-16-le") for part in parts)


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("một hai\n\nba bốn\nnăm", 16, ["một hai", "ba bốn\nnăm"]),
        ("một hai ba\nbốn năm sáu", 16, ["một hai ba", "bốn năm sáu"]),
        ("Xong việc. Còn việc này nữa", 14, ["Xong việc.", "Còn việc này", "nữa"]),
        ("một hai ba bốn", 9, ["một hai", "ba bốn"]),
        ("a" * 10, 4, ["aaaa", "aaaa", "aa"]),
        ("😀" * 5, 4, ["😀😀", "😀😀", "😀"]),
        ("😀😀😀", 5, ["😀😀", "😀"]),
        ("", 4, []),
        (" \n ", 4, []),
    ],
)
def test_where_it_is_cut(text: str, limit: int, parts: list[str]) -> None:
    """Between paragraphs, else lines, sentences, words; within a word only where there is nothing else."""
    assert split(text, limit) == parts


def test_exactly_what_fits_stays_whole() -> None:
    """Vietnamese letters are one unit each in NFC; an emoji is two."""
    whole = "ế" * LIMIT
    assert split(whole) == [whole]
    assert [units(part) for part in split(whole + "ế")] == [LIMIT, 1]
    assert units("a😀") == 3
    assert LIMIT <= 2000


def test_markup_goes_and_letters_stay() -> None:
    """Tags go, what was escaped comes back, and letters are composed."""
    decomposed = unicodedata.normalize("NFD", "Đảng ủy")
    assert plain(f"<b>{decomposed}</b> &lt;b&gt; 5 < 6", is_plain=False) == "Đảng ủy <b> 5 < 6"
    assert plain("<b>x</b>", is_plain=True) == "<b>x</b>"
