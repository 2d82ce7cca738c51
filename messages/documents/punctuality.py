"""Draws how punctual branches were, a bar a deadline, to be read on a phone. It knows no plan and no rule."""

from collections.abc import Sequence
from dataclasses import dataclass

from messages import numbers
from messages.documents import canvas

# All in pixels; letters under 30 cannot be read on a phone.
_WIDTH, _MARGIN, _PAD = 1080, 36, 26
_ROOM = _WIDTH - 2 * _MARGIN
_TITLE, _NAME, _SMALL, _BAR = 46, 38, 33, 44
_PAPER, _CARD, _LINE, _INK, _BAND = "#EEF1F4", "#FFFFFF", "#E3E8EC", "#1B2733", "#8C1D18"
_LOOKS = (
    ("on_time", "trong hạn", "#4A9D64"),
    ("on_due_day", "gửi ngày mốc", "#5A92D0"),
    ("late", "gửi sau hạn", "#E0AE2C"),
    ("missing", "quá hạn, chưa gửi", "#D56F5B"),
    ("open", "chưa đến hạn", "#93A0AD"),
)


@dataclass(frozen=True)
class Bar:
    """One deadline's branches by when their report came; `open` while its day is to come."""

    title: str
    on_time: int
    on_due_day: int
    late: int
    missing: int
    open: int

    @property
    def parts(self) -> list[tuple[str, str, int]]:
        """What there is of each, as (words, colour, number)."""
        return [(words, colour, number) for name, words, colour in _LOOKS if (number := int(getattr(self, name)))]


def draw_bars(bars: Sequence[Bar]) -> bytes:
    """Draw one PNG picture 1080 pixels wide."""
    picture = canvas.blank(_WIDTH, _PAPER)
    picture.box(0, 0, _WIDTH, 14, _BAND)
    picture.write(_MARGIN, 88, "Gửi đúng hạn qua các kỳ", _TITLE, _INK, bold=True)
    y = 124
    for bar in bars:
        y = _draw(picture, bar, y)
    picture.write(_MARGIN, y + 40, "Số chi bộ. Lưu hành nội bộ.", _SMALL, _INK)
    return picture.png(y + 76)


def _draw(picture: canvas.Canvas, bar: Bar, top: int) -> int:
    name = picture.wrap(bar.title, _NAME, _ROOM - 2 * _PAD, 2, bold=True)
    legend = _wrapped(picture, bar)
    height = 2 * _PAD + len(name) * 50 + _BAR + 18 + len(legend) * 48
    picture.box(_MARGIN, top, _ROOM, height, _CARD)
    y = top + _PAD
    for line in name:
        y += 40
        picture.write(_MARGIN + _PAD, y, line, _NAME, _INK, bold=True)
        y += 10
    _draw_bar(picture, bar, y + 6)
    y += _BAR + 14
    for row in legend:
        y += 46
        x = float(_MARGIN + _PAD)
        for words, colour in row:
            picture.box(x, y - 24, 24, 24, colour, radius=5)
            picture.write(x + 36, y, words, _SMALL, _INK)
            x += 36 + picture.width(words, _SMALL) + 36
    return top + height + 18


def _draw_bar(picture: canvas.Canvas, bar: Bar, y: int) -> None:
    x, room = float(_MARGIN + _PAD), _ROOM - 2 * _PAD
    total = sum(number for _, _, number in bar.parts)
    picture.box(x, y, room, _BAR, _LINE, radius=6)
    for _, colour, number in bar.parts:
        width = room * number / total
        picture.box(x, y, max(width - 4, 3), _BAR, colour, radius=6)
        x += width


def _wrapped(picture: canvas.Canvas, bar: Bar) -> list[list[tuple[str, str]]]:
    """Return the legend in rows that fit."""
    rows: list[list[tuple[str, str]]] = [[]]
    used, room = 0.0, _ROOM - 2 * _PAD
    for words, colour, number in bar.parts:
        said = f"{words} {numbers.grouped(number)}"
        wide = 72 + picture.width(said, _SMALL)
        if rows[-1] and used + wide > room:
            rows.append([])
            used = 0.0
        rows[-1].append((said, colour))
        used += wide
    return [row for row in rows if row]
