"""Finds where a message takes back what it said ("24/26, à nhầm 23/26", "14/5 chứ không phải 13/5"); knows no slots."""

import functools
import re

from messages.reading import words
from messages.reading.fold import any_of as _any

_TIMED = rf"(?:\d|{_any('mai', 'mốt', 'kia', 'hôm nay', 'hôm qua')}(?!\w)|(?<!b[ií] ){_any('thứ', 'tuần')} )"
_DENIED = rf"{_any('chứ', 'chớ')} {_any('không phải', 'đâu phải', 'không')}(?: {_any('là')})? "
_ONE_DAY = r"(?:ng[aà]y |h[oô]m |m[uù]ng )?\d{1,2}(?: ?/ ?\d{1,2})?(?![\d/])"
_NOT_SO = re.compile(
    rf"(?<!\w){_DENIED}{_ONE_DAY}(?= \d)"
    rf"|(?<!\w)(?:{_DENIED}(?=[^,.;!?]*{_TIMED})"
    rf"|{_any('không phải')} (?:{_any('là')} )?(?=[^,.;!?]{{0,16}}{_TIMED}))"
    rf"[^,.;!?]*?(?:{_any(' mà là', ' mà', ' đâu')}(?!\w)|(?= ?[,.;!?]|$))"
)
_MEANT = ("định", "dự định", "dự kiến", "tính")
_INTENDED = re.compile(
    rf"(?<!\w){_any('lúc đầu', 'ban đầu', 'kế hoạch là', 'theo kế hoạch', 'đáng lẽ', 'đáng ra', 'lẽ ra', *_MEANT)} "
    rf"[^.;!?]*?{_TIMED}[^.;!?]*?(?<!\w){_any('nhưng', 'nhưng rồi', 'song', 'mà', 'mà rồi')} (?=[^.;!?]*{_TIMED})"
)
_SOMETHING = re.compile(r"\d|(?<!\w)(?:một|hai|ba|bốn|năm|mười|mai|qua|nay|thứ|đủ|xong)(?!\w)")


def without_denied(normal: str) -> str:
    """Drop "chứ không phải 13/5" and "không phải 13/5 mà"; what is left is what they mean."""
    return " ".join(_NOT_SO.sub(" , ", normal).split()) if "ph" in normal or "ch" in normal else normal


def without_intended(normal: str) -> str:
    """Drop "định họp 16/5 nhưng" before another day: what came of it is what is told."""
    return (
        " ".join(_INTENDED.sub(" , ", normal).split()) if "nh" in normal or "so" in normal or "m" in normal else normal
    )


def split(normal: str) -> tuple[str, str]:
    """Give what was said before the last slip of the pen, and what puts it right; all of it and "" without a slip."""
    turns = [match for match in _slips().finditer(normal) if _SOMETHING.search(normal[match.end() :])]
    if not turns:
        return normal, ""
    return normal[: turns[-1].start()].strip(), normal[turns[-1].end() :].strip()


@functools.cache
def _slips() -> re.Pattern[str]:
    just_now = rf"(?: {_any('lúc nãy', 'hồi nãy', 'ban nãy', 'vừa nãy', 'hôm trước', 'bữa trước')}(?!\w))?"
    not_this = _any("người", "tên", "số máy", "rồi", "sót", "mẫu", "ở", "nhóm", "sang", "chỗ", "địa chỉ")
    again = rf"(?<=, )à (?=\d|{_any('ngày', 'thứ', 'mai', 'hôm')}(?!\w))"  # "3/6, à 4/6"
    return re.compile(rf"(?<!\w)(?:{again}|{_any(*words.listed('slips'))}(?!\w)(?! {not_this}(?!\w)){just_now})")
