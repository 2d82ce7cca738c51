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
