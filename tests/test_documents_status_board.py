"""The status board: pictures that a phone can show, read back by size and by colour."""

import io
import pickle
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest
from PIL import Image, ImageColor

from messages.documents import canvas, status_board
from messages.documents.status_board import Board, BoardRow

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyàằầèềìòồờùừỳáắấéếíóốớúứýảẳẩẻểỉỏổởủửỷãẵẫẽễĩõỗỡũữỹạặậẹệịọộợụựỵ"
AS_OF = datetime(2024, 5, 29, 10, tzinfo=UTC)


def a_board(n: int, **changes) -> Board:
    """A board of n branches that goes through all states."""
    states = list(get_args(status_board.State))
    rows = tuple(BoardRow(i + 1, f"Thư viện {i}", states[i % len(states)], "chưa gửi") for i in range(n))
    return replace(Board("Báo cáo học tập Chuyên đề năm 2024", AS_OF, 9, 12, rows), **changes)


def opened(png: bytes) -> Image.Image:
    """The picture, decoded."""
    return Image.open(io.BytesIO(png)).convert("RGB")


def colours(png: bytes) -> set:
    """Every colour that occurs."""
    return {colour for _, colour in opened(png).getcolors(1 << 20)}


@pytest.mark.parametrize(("rows", "pictures"), [(0, 1), (1, 1), (15, 1), (16, 2), (31, 3)])
def test_fifteen_rows_a_picture(rows, pictures):
    """Pictures are portrait width, 15 branches each; no branch at all still gives one."""
    drawn = [opened(png) for png in status_board.draw_board(a_board(rows))]
    assert len(drawn) == pictures
    assert {picture.width for picture in drawn} == {1080}
    assert all(picture.width + picture.height < 10000 for picture in drawn)  # what Telegram takes


def test_each_state_has_its_colour_in_bar_and_row():
    """The nine states are told apart by strong colour, and the pill around the word has its own fill."""
    seen = colours(status_board.draw_board(a_board(9))[0])
    for look in status_board._LOOKS.values():
        assert ImageColor.getrgb(look.strong) in seen
        assert ImageColor.getrgb(look.fill) in seen
    assert len({look.strong for look in status_board._LOOKS.values()}) == 9


@pytest.mark.parametrize("state", get_args(status_board.State))
def test_words_stand_out_from_their_pill(state):
    """Contrast is at least 4.5 to 1, as readers with weak eyes need."""

    def light(colour):
        parts = [c / 255 for c in ImageColor.getrgb(colour)]
        r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    look = status_board._LOOKS[state]
    assert (light(look.fill) + 0.05) / (light(look.ink) + 0.05) >= 4.5


def test_letters_are_large_and_vietnamese():
    """No letter is under 30 pixels high and every Vietnamese letter is in the font."""
    smallest = (status_board._TITLE, status_board._NAME, status_board._STATE, status_board._SMALL)
    assert min(smallest) >= 30
    assert {ord(c) for c in LETTERS + LETTERS.upper()} <= canvas.blank(100, "white").known


def test_long_names_are_wrapped_then_shortened():
    """A name takes as many lines as allowed, each within its room; the rest becomes an ellipsis."""
    picture = canvas.blank(1080, "white")
    name = "Trung tâm Văn hóa, Điện ảnh, Xúc tiến Du lịch và Phát triển cộng đồng tỉnh"
    lines = picture.wrap(name, 39, 480, 2, bold=True)
    assert len(lines) == 2
    assert lines[0] == "Trung tâm Văn hóa,"
    assert lines[1].endswith("…")
    assert all(picture.width(line, 39, bold=True) <= 480 for line in lines)
    assert picture.wrap("W" * 60, 39, 480, 2)[0].endswith("…")
    assert picture.wrap("", 39, 480, 2) == []


def test_strange_names_are_drawn_without_complaint():
    """Mathematics signs, markup, decomposed letters, control characters and unknown scripts cause no warning."""
    names = ("$\\frac{1$ %", "<b>&amp;", "Bảo tàng", "a\x00\x07\ud800b", "漢字 🧑🏽‍💻", "")
    rows = tuple(BoardRow(i, name, "waiting", "chờ rà soát", "28/5", "$$") for i, name in enumerate(names))
    assert opened(status_board.draw_board(a_board(0, rows=rows, title="$x$ 😀"))[0]).width == 1080


def test_rows_follow_the_register_whatever_their_order():
    """The same rows in another order give the same picture."""
    board = a_board(4)
    assert status_board.draw_board(board) == status_board.draw_board(replace(board, rows=board.rows[::-1]))


def test_the_picture_shows_the_moment_and_the_ratio():
    """Another cut-off time or another ratio is another picture."""
    first = status_board.draw_board(a_board(2))
    assert first != status_board.draw_board(a_board(2, as_of=AS_OF.replace(hour=11)))
    assert first != status_board.draw_board(a_board(2, x=10))


def test_a_board_travels_to_a_child_process():
    """The values can be pickled and come back equal."""
    assert pickle.loads(pickle.dumps(a_board(3))) == a_board(3)
