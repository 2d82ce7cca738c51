"""Reads which of several duties a reply names ("2 xin lùi 25/6", "việc 2 xong"); knows no duty."""

import functools
import re

from messages.reading import fold, words

_MOST_DUTIES = 20
_NAMED = re.compile(
    r"(?<!\w)(?:vi[eệ]c|m[uụ]c)(?: s[oố])? (?P<number>\d{1,2})(?![\d/.])"
    r"(?! (?:vi[eế]t|ghi|[dđ]i[eề]n|n[eê]u|trong|c[uủ]a)(?!\w))(?: ?[.:),-](?= ))?"  # "mục 3 ghi gì" is none
)
_LEADING = re.compile(
    r"(?:(?:d[aạ]|vâng|vang ,|ok|uh|[uừ]) ,? ?)?(?P<number>\d{1,2})(?![\d/.:-])"
    r"(?: (?P<sign>[.:)/-])(?= ))? ?(?P<rest>.*)"
)
_IS_LIST = re.compile(r"^1 ?[.)/-] .*; ?2 ?[.)/-] ")  # the lines of a report
_COUNT_FIRST = re.compile(r"\d+ ?/ ?\d+")


def split(normal: str) -> tuple[int | None, str]:
    """Split "2 xin lùi 25/6" into 2 and the rest; "2 đồng chí vắng" has no number of a duty."""
    named = _NAMED.search(normal)
    if len(set(_NAMED.findall(normal))) > 1 or _IS_LIST.search(normal):
        return None, normal
    if named:
        return int(named["number"]), f"{normal[: named.start()]} {normal[named.end() :]}".strip()
    leading = _LEADING.fullmatch(normal)
    if not leading or not 0 < int(leading["number"]) <= _MOST_DUTIES:
        return None, normal
    return (int(leading["number"]), leading["rest"]) if _may_follow(leading) else (None, normal)


def _may_follow(leading: re.Match[str]) -> bool:
    rest, sign = leading["rest"], leading["sign"]
    if rest[:1].isdigit():
        return sign in (".", ":", ")") or (sign is None and _COUNT_FIRST.match(rest) is not None)
    return bool(sign) or not (rest and (_amounts().match(rest) or not (rest[0].isalpha() or rest[0] in ".!")))


@functools.cache
def _amounts() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(fold.loosely, words.listed('amounts')))})(?!\w)")
