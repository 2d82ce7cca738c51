"""Draws the status board of one deadline, to be read on a phone: every branch in register order, its state by
colour and by word. It knows no plan and no rule: states and their words come in decided."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from messages import numbers
from messages.documents import canvas

State = Literal[
    "accepted", "waiting", "incomplete", "reopened", "said_sent", "extended", "drafting", "not_sent", "excused"
]

ROWS_A_PICTURE = 15  # more would make the letters too small once a platform has shrunk the picture

# All in pixels; letters under 30 cannot be read on a phone.
_WIDTH, _MARGIN, _PAD = 1080, 36, 26
_ROOM = _WIDTH - 2 * _MARGIN
_TITLE, _RATIO, _NAME, _STATE, _SMALL = 46, 68, 39, 32, 31
_TITLE_STEP, _NAME_STEP, _SMALL_STEP, _LEGEND_STEP = 58, 50, 42, 50
_ROW_PAD, _PILL, _BAR = 24, 60, 26
_ORDINAL_ROOM, _DATE_ROOM, _GAP, _PILL_MAX = 64, 108, 16, 400
_PAPER, _CARD, _LINE, _INK, _MUTED, _BAND = "#EEF1F4", "#FFFFFF", "#E3E8EC", "#1B2733", "#51606D", "#8C1D18"


@dataclass(frozen=True)
class _Look:
    """How a state is shown: its name in the legend, its strong colour, and the pill's fill and letters."""

    name: str
    strong: str
    fill: str
    ink: str


# In the order of the bar: from what is done to what is still open.
_LOOKS: dict[State, _Look] = {
    "accepted": _Look("đã tiếp nhận", "#4A9D64", "#DDF1E1", "#1A5C31"),
    "waiting": _Look("chờ rà soát", "#5A92D0", "#DCE9F8", "#1B4B86"),
    "incomplete": _Look("cần bổ sung", "#E0AE2C", "#FDEFC8", "#694900"),
    "reopened": _Look("đã mở lại", "#D9853B", "#FBE6D2", "#7A3E08"),
    "said_sent": _Look("báo đã gửi", "#9A7CC7", "#EBE3F6", "#523081"),
    "extended": _Look("được gia hạn", "#43A3A3", "#D6F0EF", "#125658"),
    "drafting": _Look("đang soạn", "#93A0AD", "#E6E9ED", "#3B4753"),
    "not_sent": _Look("chưa gửi", "#D56F5B", "#FBE4DF", "#8A2B1E"),
    "excused": _Look("được miễn", "#C8C1B5", "#F0EEEA", "#575147"),
}


@dataclass(frozen=True)
class BoardRow:
    """One branch in register order: its state and the words for it, "28/5" or "", "sau hạn 02 ngày" or ""."""

    ordinal: int
    name: str
    state: State
    state_words: str
    sent_on: str = ""
    late_words: str = ""


@dataclass(frozen=True)
class Board:
    """What one board shows: x of y branches have sent; as_of is aware and in the zone to be shown."""

    title: str
    as_of: datetime
    x: int
    y: int
    rows: tuple[BoardRow, ...]


def draw_board(board: Board) -> list[bytes]:
    """Draw the board as PNG pictures 1080 pixels wide, 15 rows each, at least one; a tenth of a second each."""
    rows = sorted(board.rows, key=lambda row: row.ordinal)
    parts = [rows[i : i + ROWS_A_PICTURE] for i in range(0, len(rows), ROWS_A_PICTURE)] or [[]]
    return [_draw_page(board, part, f"{n}/{len(parts)}") for n, part in enumerate(parts, start=1)]


def _draw_page(board: Board, rows: list[BoardRow], page: str) -> bytes:
    picture = canvas.blank(_WIDTH, _PAPER)
    y = _draw_title(picture, board)
    y = _draw_bar(picture, board, y)
    y = _draw_legend(picture, board, y)
    y = _draw_rows(picture, rows, _pill_width(picture, board), y)
    return picture.png(_draw_foot(picture, board, page, y))


def _draw_title(picture: canvas.Canvas, board: Board) -> int:
    picture.box(0, 0, _WIDTH, 14, _BAND)
    y = 24
    for line in picture.wrap(board.title, _TITLE, _ROOM, 3, bold=True):
        y += _TITLE_STEP
        picture.write(_MARGIN, y, line, _TITLE, _INK, bold=True)
    y += 88
    ratio = f"{numbers.grouped(board.x)}/{numbers.grouped(board.y)}"
    picture.write(_MARGIN, y, ratio, _RATIO, _BAND, bold=True)
    said = f"chi bộ đã gửi ({numbers.percent(board.x, board.y)})"
    picture.write(_MARGIN + picture.width(ratio, _RATIO, bold=True) + 18, y, said, _NAME, _INK)
    return y + 34


def _draw_bar(picture: canvas.Canvas, board: Board, y: int) -> int:
    x, total = float(_MARGIN), len(board.rows)
    picture.box(x, y, _ROOM, _BAR, _LINE, radius=6)
    for state, n in _tally(board):
        width = _ROOM * n / total
        picture.box(x, y, max(width - 4, 2), _BAR, _LOOKS[state].strong, radius=6)
        x += width
    return y + _BAR + 14


def _draw_legend(picture: canvas.Canvas, board: Board, y: int) -> int:
    x = float(_MARGIN)
    y += _LEGEND_STEP - 14
    for state, n in _tally(board):
        words = f"{_LOOKS[state].name} {numbers.grouped(n)}"
        room = 34 + picture.width(words, _SMALL)
        if x + room > _WIDTH - _MARGIN:
            x, y = float(_MARGIN), y + _LEGEND_STEP
        picture.box(x, y - 22, 22, 22, _LOOKS[state].strong, radius=5)
        picture.write(x + 34, y, words, _SMALL, _INK)
        x += room + 34
    return y + 30


def _draw_rows(picture: canvas.Canvas, rows: list[BoardRow], pill: int, y: int) -> int:
    for row in rows:
        y = _draw_row(picture, row, pill, y)
    return y


def _draw_row(picture: canvas.Canvas, row: BoardRow, pill: int, top: int) -> int:
    room = _ROOM - _PAD - _ORDINAL_ROOM - _DATE_ROOM - pill - 2 * _GAP
    name = picture.wrap(row.name, _NAME, room, 3, bold=True)
    late = picture.wrap(row.late_words, _SMALL, room, 2)
    height = 2 * _ROW_PAD + len(name) * _NAME_STEP + len(late) * _SMALL_STEP
    picture.box(_MARGIN, top, _ROOM, height - 4, _CARD)
    picture.box(_MARGIN, top, 10, height - 4, _LOOKS[row.state].strong)
    y = _write_name(picture, row, name, late, top + _ROW_PAD)
    _draw_state(picture, row, pill, top + (height - 4) // 2)
    return y + _ROW_PAD


def _write_name(picture: canvas.Canvas, row: BoardRow, name: list[str], late: list[str], y: int) -> int:
    left = _MARGIN + _PAD + _ORDINAL_ROOM
    picture.write(left - _GAP, y + 38, str(row.ordinal), _STATE, _MUTED, align="right")
    for line in name:
        picture.write(left, y + 38, line, _NAME, _INK, bold=True)
        y += _NAME_STEP
    for line in late:
        picture.write(left, y + 30, line, _SMALL, _MUTED)
        y += _SMALL_STEP
    return y


def _draw_state(picture: canvas.Canvas, row: BoardRow, pill: int, middle: int) -> None:
    look, right = _LOOKS[row.state], _WIDTH - _MARGIN - _GAP
    picture.box(right - pill, middle - _PILL // 2, pill, _PILL, look.fill, radius=_PILL // 2)
    words = picture.wrap(row.state_words, _STATE, pill - 2 * _PAD, 1, bold=True)
    picture.write(right - pill / 2, middle + 12, " ".join(words), _STATE, look.ink, bold=True, align="center")
    picture.write(right - pill - _GAP, middle + 12, row.sent_on, _STATE, _INK, align="right")


def _draw_foot(picture: canvas.Canvas, board: Board, page: str, y: int) -> int:
    picture.write(_MARGIN, y + 52, f"Số liệu đến {numbers.moment(board.as_of)}", _SMALL, _INK, bold=True)
    picture.write(_MARGIN, y + 98, "Lưu hành nội bộ", _SMALL, _MUTED)
    if not page.endswith("/1"):
        picture.write(_WIDTH - _MARGIN, y + 52, f"Trang {page}", _SMALL, _MUTED, align="right")
    return y + 132


def _tally(board: Board) -> list[tuple[State, int]]:
    """Count the branches of each state present, in the order of the bar, over all pictures."""
    counted = Counter(row.state for row in board.rows)
    return [(state, counted[state]) for state in _LOOKS if counted[state]]


def _pill_width(picture: canvas.Canvas, board: Board) -> int:
    """One width for all pills of a board, so that the column reads as one."""
    widest = max((picture.width(row.state_words, _STATE, bold=True) for row in board.rows), default=0)
    return min(int(widest) + 2 * _PAD, _PILL_MAX)
