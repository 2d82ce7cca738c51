"""Long texts are cut into messages that Telegram takes, and nothing of them is lost."""

from html import escape, unescape

from hypothesis import given
from hypothesis import strategies as st

from messages import render
from tests import telegram_html

WORDS = st.text(st.sampled_from("ab <>&\"'đ\n#;l"), max_size=400)


@given(WORDS, st.integers(20, 60))
def test_every_part_is_valid(words: str, limit: int) -> None:
    """Each part is short enough and valid by itself; together they say the same letters."""
    parts = render.split(str(escape(words)), limit)
    assert all(len(part) <= limit for part in parts)
    together = "".join(telegram_html.parse(part)[0] for part in parts)
    assert "".join(together.split()) == "".join(unescape(escape(words)).split())


def test_a_bold_line_that_is_cut() -> None:
    """A line too long for one message is plain in both: no tag is left open."""
    parts = render.split(f"<b>{'chữ ' * 30}</b>", 50)
    assert len(parts) > 1
    assert all("<" not in part for part in parts)


@given(WORDS, st.integers(20, 60))
def test_what_is_fitted_is_one_valid_message(words: str, limit: int) -> None:
    """Short enough, valid, begins as it did; what is short enough already is left alone."""
    whole = f"<b>ab</b>\n“{escape(words)}”\nKết quả"
    said = render.fitted(whole, limit)
    assert len(said) <= limit
    telegram_html.parse(said)
    assert said == whole or len(whole) > limit


def test_somebodys_own_words_are_shortened_not_what_is_said_of_them() -> None:
    """The quotation stays closed; what stands before and after it is whole."""
    said = render.fitted(f"Chi bộ Bảo tàng hỏi:\n“{'chữ ' * 30}”\nKết quả: đã trả lời.", 70)
    assert said == "Chi bộ Bảo tàng hỏi:\n“chữ chữ chữ chữ chữ chữ…”\nKết quả: đã trả lời."
    assert render.fitted("a\nb\nc", 3) == "a\nb"
