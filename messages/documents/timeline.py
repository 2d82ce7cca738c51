"""Draws how many reports were in day by day against the last day on time, to be read on a phone. It knows no rule."""

from dataclasses import dataclass
from datetime import date, timedelta

from messages import numbers
from messages.documents import canvas

# All in pixels; letters under 30 cannot be read on a phone.
_WIDTH, _MARGIN, _TALL = 1080, 36, 520
_TITLE, _SMALL, _BIG = 44, 33, 60
_PAPER, _CARD, _INK, _BAND, _IN_TIME, _LATE = "#EEF1F4", "#FFFFFF", "#1B2733", "#8C1D18", "#4A9D64", "#E0AE2C"
_LONGEST = 60  # days shown; what came before them is in the first column


@dataclass(frozen=True)
class Timeline:
    """Days on which reports came, one entry a report; `total` who owe one; `last_day` on time; `today` ends it."""

    title: str
    sent_on: tuple[date, ...]
    total: int
    last_day: date
    today: date


def draw_timeline(given: Timeline) -> bytes:
    """Draw one PNG picture 1080 pixels wide."""
    picture = canvas.blank(_WIDTH, _PAPER)
    picture.box(0, 0, _WIDTH, 14, _BAND)
    y = 30
    for line in picture.wrap(given.title, _TITLE, _WIDTH - 2 * _MARGIN, 2, bold=True):
        y += 56
        picture.write(_MARGIN, y, line, _TITLE, _INK, bold=True)
    y += 84
    said = f"{numbers.grouped(len(given.sent_on))}/{numbers.grouped(given.total)}"
    picture.write(_MARGIN, y, said, _BIG, _BAND, bold=True)
    picture.write(_MARGIN + picture.width(said, _BIG, bold=True) + 18, y, "báo cáo đã gửi", _SMALL, _INK)
    bottom = _draw_columns(picture, given, y + 40)
    return picture.png(_draw_legend(picture, bottom))


def _days(given: Timeline) -> list[date]:
    end = min(max(given.last_day, *given.sent_on, given.today), given.last_day + timedelta(days=_LONGEST // 2))
    start = max(min(given.last_day - timedelta(days=7), *given.sent_on), end - timedelta(days=_LONGEST - 1))
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def _draw_columns(picture: canvas.Canvas, given: Timeline, top: int) -> int:
    days, room = _days(given), _WIDTH - 2 * _MARGIN - 40
    step, base = room / len(days), top + _TALL
    picture.box(_MARGIN, top, _WIDTH - 2 * _MARGIN, _TALL + 70, _CARD)
    for n, day in enumerate(days):
        _draw_column(picture, given, day, (_MARGIN + 20 + n * step, base, max(step - 3, 2)))
    mark = _MARGIN + 20 + (days.index(given.last_day) + 1) * step
    picture.box(mark - 2, top + 62, 4, _TALL - 62, _BAND)
    words = f"hạn {numbers.day(given.last_day)}"
    align = "right" if mark > _WIDTH / 2 else "left"
    picture.write(mark, top + 46, words, _SMALL, _BAND, bold=True, align=align)
    picture.write(_MARGIN + 20, base + 46, numbers.day(days[0]), _SMALL, _INK)
    picture.write(_WIDTH - _MARGIN - 20, base + 46, numbers.day(days[-1]), _SMALL, _INK, align="right")
    return base + 90


def _draw_column(picture: canvas.Canvas, given: Timeline, day: date, at: tuple[float, float, float]) -> None:
    """Draw what was in by the end of a day: what came up to the last day below, what came after it on top."""
    came = [each for each in given.sent_on if each <= day] if day <= given.today else []
    (x, base, wide), tall = at, (_TALL - 90) / max(given.total, 1)
    in_time = tall * sum(each <= given.last_day for each in came)
    late = tall * len(came) - in_time
    if in_time:
        picture.box(x, base - in_time, wide, in_time, _IN_TIME)
    if late:
        picture.box(x, base - in_time - late, wide, late, _LATE)


def _draw_legend(picture: canvas.Canvas, y: int) -> int:
    x = float(_MARGIN)
    for words, colour in (("gửi đến hết hạn, cộng dồn", _IN_TIME), ("gửi sau ngày ấy", _LATE)):
        picture.box(x, y + 18, 24, 24, colour, radius=5)
        picture.write(x + 36, y + 42, words, _SMALL, _INK)
        x += 72 + picture.width(words, _SMALL)
    picture.write(_MARGIN, y + 96, "Lưu hành nội bộ.", _SMALL, _INK)
    return y + 130
