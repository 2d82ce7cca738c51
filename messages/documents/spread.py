"""Draws where and when a topic was made known, by kind of place, to be read on a phone: by month, or a bar a branch.
It knows no plan and no rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from messages import numbers
from messages.documents import canvas

ROWS_A_PICTURE = 15  # more would make the letters too small once a platform has shrunk the picture
MONTHS = 12  # columns that can be told apart; earlier months are in the words

# All in pixels; letters under 30 cannot be read on a phone.
_WIDTH, _MARGIN, _PAD = 1080, 36, 26
_ROOM, _INNER = _WIDTH - 2 * _MARGIN, _WIDTH - 2 * _MARGIN - 2 * 26
_TITLE, _BIG, _NAME, _SMALL = 46, 68, 38, 32
_BAR, _TALL, _GAP = 28, 420, 16
_PAPER, _CARD, _LINE, _INK, _MUTED, _BAND = "#EEF1F4", "#FFFFFF", "#E3E8EC", "#1B2733", "#51606D", "#8C1D18"
COLOURS = ("#2F6FB5", "#D98032", "#4A9D64", "#9A7CC7", "#C9504A", "#3A9C9C", "#8B6B4E", "#D6B02B", "#93A0AD")
"""One a kind of place, in the form's order; kinds beyond them share the last."""


@dataclass(frozen=True)
class Part:
    """A month or a branch: its name, a month's year, and how many of each kind, in the order of `Spread.kinds`."""

    name: str
    counts: tuple[int, ...]
    year: str = ""

    @property
    def total(self) -> int:
        """How many in all."""
        return sum(self.counts)


@dataclass(frozen=True)
class Spread:
    """What was recorded of a topic: `had` of `of` branches recorded anything; `parts` are months or branches."""

    title: str
    as_of: date
    had: int
    of: int
    kinds: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def totals(self) -> list[int]:
        """How many of each kind in all."""
        return [sum(part.counts[n] for part in self.parts) for n in range(len(self.kinds))]


def draw_months(spread: Spread) -> bytes:
    """Draw one PNG picture 1080 pixels wide: a bar a kind, then a column a month in the same colours."""
    picture = canvas.blank(_WIDTH, _PAPER)
    y = _draw_title(picture, spread)
    y = _draw_kinds(picture, spread, y)
    y = _draw_columns(picture, spread.parts[-MONTHS:], y, cut=len(spread.parts) > MONTHS)
    return picture.png(_draw_foot(picture, spread, "1/1", y))


def draw_branches(spread: Spread) -> list[bytes]:
    """Draw a bar a branch, 15 a picture, on one scale; who recorded nothing is said so and has no bar."""
    rows = spread.parts
    parts = [rows[n : n + ROWS_A_PICTURE] for n in range(0, len(rows), ROWS_A_PICTURE)] or [()]
    return [_draw_page(spread, part, f"{n}/{len(parts)}") for n, part in enumerate(parts, 1)]


def _draw_page(spread: Spread, rows: Sequence[Part], page: str) -> bytes:
    picture = canvas.blank(_WIDTH, _PAPER)
    y = _draw_legend(picture, spread, _draw_title(picture, spread))
    longest = max((part.total for part in spread.parts), default=0)
    for row in rows:
        y = _draw_branch(picture, row, longest, y)
    return picture.png(_draw_foot(picture, spread, page, y))


def _draw_title(picture: canvas.Canvas, spread: Spread) -> int:
    picture.box(0, 0, _WIDTH, 14, _BAND)
    y = 24
    for line in picture.wrap(f"Tuyên truyền {spread.title}", _TITLE, _ROOM, 3, bold=True):
        y += 58
        picture.write(_MARGIN, y, line, _TITLE, _INK, bold=True)
    y += 88
    total = numbers.grouped(sum(spread.totals))
    picture.write(_MARGIN, y, total, _BIG, _BAND, bold=True)
    said = f"tin, bài, buổi, lượt; {numbers.grouped(spread.had)}/{numbers.grouped(spread.of)} chi bộ đã ghi"
    x = _MARGIN + picture.width(total, _BIG, bold=True) + 18
    picture.write(x, y, picture.wrap(said, _SMALL, _WIDTH - _MARGIN - x, 1)[0], _SMALL, _INK)
    return y + 36


def _draw_kinds(picture: canvas.Canvas, spread: Spread, top: int) -> int:
    """Draw a bar a kind that occurs; its colour is the kind's in all that follows."""
    shown = [(n, number) for n, number in enumerate(spread.totals) if number]
    longest = max((number for _, number in shown), default=1)
    step = 52 + _BAR + 22
    picture.box(_MARGIN, top, _ROOM, 2 * _PAD + step * len(shown) - 22, _CARD)
    y = top + _PAD
    for n, number in shown:
        words = numbers.grouped(number)
        room = _INNER - picture.width(words, _NAME, bold=True) - _GAP
        picture.write(_MARGIN + _PAD, y + 38, picture.wrap(spread.kinds[n], _NAME, room, 1)[0], _NAME, _INK)
        picture.write(_WIDTH - _MARGIN - _PAD, y + 38, words, _NAME, _INK, bold=True, align="right")
        picture.box(_MARGIN + _PAD, y + 52, _INNER, _BAR, _LINE, radius=6)
        picture.box(_MARGIN + _PAD, y + 52, max(_INNER * number / longest, 12), _BAR, _colour(n), radius=6)
        y += step
    return top + 2 * _PAD + step * len(shown) - 22 + 18


def _draw_columns(picture: canvas.Canvas, months: Sequence[Part], top: int, *, cut: bool) -> int:
    picture.box(_MARGIN, top, _ROOM, _TALL + 160, _CARD)
    said = f"Theo tháng ({MONTHS} tháng gần nhất)" if cut else "Theo tháng"
    picture.write(_MARGIN + _PAD, top + 56, said, _NAME, _INK, bold=True)
    step, base = _INNER / max(len(months), 4), top + _TALL + 60
    tall = (_TALL - 60) / max((month.total for month in months), default=1)
    for n, month in enumerate(months):
        middle = _MARGIN + _PAD + (n + 0.5) * step
        wide, y = min(step - 12, 130), float(base)
        for kind, number in enumerate(month.counts):
            if number:
                y -= tall * number
                picture.box(middle - wide / 2, y, wide, tall * number, _colour(kind))
        picture.write(middle, y - 12, numbers.grouped(month.total), _SMALL, _INK, bold=True, align="center")
        picture.write(middle, base + 42, month.name, _SMALL, _INK, align="center")
        if n == 0 or months[n - 1].year != month.year:
            picture.write(middle, base + 82, month.year, _SMALL, _MUTED, align="center")
    return top + _TALL + 178


def _draw_legend(picture: canvas.Canvas, spread: Spread, y: int) -> int:
    x = float(_MARGIN)
    y += 36
    for n, number in enumerate(spread.totals):
        words = f"{spread.kinds[n]} {numbers.grouped(number)}"
        room = 34 + picture.width(words, _SMALL)
        if not number:
            continue
        if x > _MARGIN and x + room > _WIDTH - _MARGIN:
            x, y = float(_MARGIN), y + 50
        picture.box(x, y - 22, 22, 22, _colour(n), radius=5)
        picture.write(x + 34, y, words, _SMALL, _INK)
        x += room + 34
    return y + 30


def _draw_branch(picture: canvas.Canvas, row: Part, longest: int, top: int) -> int:
    words = numbers.grouped(row.total) if row.total else "chưa ghi"
    looks = {"colour": _INK if row.total else _MUTED, "bold": bool(row.total)}
    room = _INNER - picture.width(words, _NAME, bold=bool(row.total)) - _GAP
    name = picture.wrap(row.name, _NAME, room, 2)
    height = 2 * 18 + 50 * len(name) + (_BAR + 8 if row.total else 0)
    picture.box(_MARGIN, top, _ROOM, height - 4, _CARD)
    picture.write(_WIDTH - _MARGIN - _PAD, top + 52, words, _NAME, align="right", **looks)  # type: ignore[arg-type]  # one dict of two kinds
    for n, line in enumerate(name):
        picture.write(_MARGIN + _PAD, top + 52 + 50 * n, line, _NAME, _INK)
    x = float(_MARGIN + _PAD)
    for kind, number in enumerate(row.counts):
        if number:
            picture.box(x, top + height - 18 - _BAR, _INNER * number / longest, _BAR, _colour(kind))
            x += _INNER * number / longest
    return top + height


def _draw_foot(picture: canvas.Canvas, spread: Spread, page: str, y: int) -> int:
    said = f"Số các chi bộ đã ghi đến {numbers.day(spread.as_of)}"
    picture.write(_MARGIN, y + 52, said, _SMALL, _INK, bold=True)
    picture.write(_MARGIN, y + 98, "Lưu hành nội bộ", _SMALL, _MUTED)
    if not page.endswith("/1"):
        picture.write(_WIDTH - _MARGIN, y + 52, f"Trang {page}", _SMALL, _MUTED, align="right")
    return y + 132


def _colour(kind: int) -> str:
    return COLOURS[min(kind, len(COLOURS) - 1)]
