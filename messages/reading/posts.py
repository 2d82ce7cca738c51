"""Reads "vừa đăng 2 bài lên facebook": what was made known, how often, where. Knows no branch."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from messages.reading import dates, fold, spoken, words

_VERB = re.compile(
    rf"(?<!\w)(?:{fold.any_of('đăng', 'đưa', 'chia sẻ', 'share', 'phát', 'treo', 'tuyên truyền', 'post')})(?!\w)"
)
_NOT_YET = re.compile(rf"(?<!\w)(?:{fold.any_of('chưa', 'không', 'sẽ')}|đang)(?!\w)")  # "dang" is "đăng", too
_ITEM = fold.any_of("tin", "bài", "lượt", "video", "clip", "buổi", "băng rôn", "khẩu hiệu", "pano", "status")
MOST = 500


@dataclass(frozen=True, slots=True)
class Post:
    """`place` a value of the list handed in, "" unsaid; `count` None unsaid; `on` the day, None unsaid."""

    place: str
    count: int | None
    on: date | None


def read_post(text: str, places: Mapping[str, Sequence[str]], *, today: date) -> Post | None:
    """Return what words tell of dissemination, None if they tell of something else or of what is still to come."""
    normal = words.normal(text)
    if not _VERB.search(normal) or _NOT_YET.search(normal) or "?" in text:
        return None
    found = dates.scan(normal, bare="ask")
    undated = dates.mark(normal, found)
    place, count = _place(undated, places), _count(undated)
    if not place and count is None:
        return None
    day = next((read.date for each in found if (read := each.reading(today=today, tense="past", due=None)).date), None)
    return None if day and day > today else Post(place, count, day)


def _place(normal: str, places: Mapping[str, Sequence[str]]) -> str:
    """Return the one place named; the longest name decides ("trang facebook" is no web page)."""
    plain = fold.unmarked(normal)
    said = [(len(name), value) for value, names in places.items() for name in names if _says(plain, name)]
    return max(said)[1] if said else ""


def _says(plain: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(fold.plain(name))}(?!\w)", plain) is not None


def _count(undated: str) -> int | None:
    found = re.search(rf"({spoken.atom(fold.is_accented(undated))}) (?:{_ITEM})(?!\w)", undated)
    number = spoken.value(found[1]) if found else None
    return number if number is not None and 0 < number <= MOST else None
