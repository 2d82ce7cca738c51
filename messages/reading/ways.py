"""Reads by which way somebody says a report went ("nộp bản giấy rồi"); knows neither states nor whether it arrived."""

import re

from messages.reading import fold

_WAYS = (
    ("paper", r"(?:ban|bang|bao cao) giay|ban (?:cung|ky)|nop giay|gui giay"),
    ("documents", r"phan mem|[ei] ?office|truc lien thong|(?:he thong|quan ly|qlvb) van ban|van ban dien tu"),
    ("zalo", r"(?:gui|nop|chuyen|nhan)(?! vao nhom| nhom)(?: \w+){0,4} za ?lo(?! (?:nhom|chi bo))"),
)
_PATTERNS = tuple((way, re.compile(rf"(?<!\w)(?:{words})(?!\w)")) for way, words in _WAYS)


def read_way(text: str) -> str:
    """Return paper | documents | zalo (the office's); "" where the words do not name exactly one."""
    plain = fold.plain(text)
    found = [way for way, pattern in _PATTERNS if pattern.search(plain)]
    return found[0] if len(found) == 1 else ""
