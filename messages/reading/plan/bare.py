"""Finds terms without words around them: a cell, the head of a line, one in brackets. Knows no duty."""

import re
from collections.abc import Iterator

from messages.reading.plan import moments, terms, told, words
from messages.reading.plan.moments import Anchor
from messages.reading.plan.shapes import When
from messages.reading.plan.terms import Found

_FLAGS = re.IGNORECASE
_ALONE = re.compile(
    rf"(?<!\w)(?P<due>{moments.BEFORE_DAY}(?P<part>(?:(?:đầu|giữa|cuối|hết|nửa\s+đầu|nửa\s+cuối)\s+)?)(?P<week>tuần\s+(?:thứ\s+)?\w+(?:\s+của)?(?:\s+|/))?(?:{moments.anything()}|{moments.a_part()}))",
    _FLAGS,
)
_PAIR = re.compile(
    rf"(?<!\w)(?P<due>(?:ngày\s+)?\d{{1,2}}(?:/\d{{1,2}})?\s*[-–]\s*(?:ngày\s+)?{moments.a_day(2, after_a_dash=True)})",
    _FLAGS,
)
_MONTH_ALONE = re.compile(rf"(?P<due>{moments.a_short_month()})")
_REPORTED = re.compile(
    r"(?<!\w)(?:báo\s+cáo\s+năm|cả\s+năm|hằng\s+năm|hàng\s+năm|,\s*năm|(?:6|06|09|9)\s+tháng|sơ\s+kết|tổng\s+kết)\s*\($",
    _FLAGS,
)
_MET = re.compile(
    r"[\s\-–+*]*(?:đại\s+hội|hội\s+nghị|hội\s+thi|tọa\s+đàm|họp|lễ\s+(?:ra\s+quân|phát\s+động|tổng\s+kết))\s[^().;:]*\($",
    _FLAGS,
)
_NO_DEED = re.compile(
    r"(?<!\w)(?:từ|kể|tính|sau|đã|vừa|của|theo|căn\s+cứ|thực\s+hiện|tại|số|ký|so\s+với)\s*$|(?<!\w)(?:đã|theo|căn\s+cứ)\s",
    _FLAGS,
)
_GATHERING = re.compile(
    r"(?<!sau\s)(?<!trước\s)(?<!tại\s)(?<!từ\s)(?:hội\s+nghị|hội\s+thi|hội\s+thảo|tọa\s+đàm|toạ\s+đàm|cuộc\s+họp|buổi\s+lễ|đại\s+hội|lớp\s+\w+)\s+$",
    _FLAGS,
)
_ASIDE = re.compile(r"\([^()]*\)")
_OPENS = re.compile(r"^[\s\-+*•(]*$")
_CLOSES = re.compile(r"\s*[:,)–-]|\s*$|\s+(?:tổ\s+chức|hoàn\s+thành)")


def find(text: str, anchor: Anchor, *, alone: bool) -> Iterator[Found]:
    """Read a term without words around it: a cell, the head of a line ("Ngày 15/6/2025: …"), one in brackets."""
    for pattern, n in ((_PAIR, 2), (_ALONE, ""), (_MONTH_ALONE, "")) if alone else ((_ALONE, ""),):
        for found in pattern.finditer(text):
            start, end = found.span("due")
            start += len(found["due"]) - len(found["due"].lstrip(" (,"))
            if not (
                alone
                or _gathers(text, start, found)
                or _is_said(text, start, end, found)
                or _heads(text, start, end, found)
                or _in_brackets(text, start, end, found)
            ):
                continue
            if told.is_counted(text, start) or (not alone and told.is_occasion(text, start)):
                continue
            span = terms.narrowed(found, moments.span(found, anchor, n)) if n == "" else moments.span(found, anchor, n)
            if pattern is _PAIR and span:
                if not anchor.day or span.last >= anchor.day:
                    yield Found(start, end, When(text[start:end].strip(), "within", span.last, span.last))
            else:
                yield from terms.more_days(text, terms.made(text, start, end, "term", found, span, anchor), anchor)


def _heads(text: str, start: int, end: int, found: re.Match[str]) -> bool:
    return bool(_OPENS.match(text[:start])) and bool(_CLOSES.match(text, end)) and _is_plain(found)


def _is_said(text: str, start: int, end: int, found: re.Match[str]) -> bool:
    """Take "… làm việc với Chi bộ Kiểm lâm ngày 16/3/2026;": a day at a clause's end that is nobody's anniversary."""
    if found.groupdict().get("d") is None or not re.match(r"(?:ngày|sáng|chiều|tối)\s", text[start:end]):
        return False
    near = _ASIDE.sub("", text[max(0, start - told.NEAR) : start])
    strange = re.search(rf"(?<!\w)(?:{words.listed('occasions')}|{words.listed('counted')})(?!\w)", near, _FLAGS)
    return (
        strange is None
        and not _NO_DEED.search(near)
        and re.match(r"\s*(?:[.;,)]|$|(?:tại|ở)\s)", text[end:]) is not None
    )


def _gathers(text: str, start: int, found: re.Match[str]) -> bool:
    """Take "hội nghị ngày 28/3/2025": people meet on a day, not in a month ("hội nghị tháng 6")."""
    return found.groupdict().get("d") is not None and _GATHERING.search(text[:start]) is not None


def _in_brackets(text: str, start: int, end: int, found: re.Match[str]) -> bool:
    """Take "(tháng 6/2025)", "(quý III)" and "năm (ngày 10/12)"; a day in brackets is more often an anniversary."""
    before = text[:start]
    is_day = found.groupdict().get("d") is not None and not (_REPORTED.search(before) or _MET.match(before))
    return text[:start].rstrip().endswith("(") and text[end:].lstrip().startswith(")") and not is_day


def _is_plain(found: re.Match[str]) -> bool:
    return found.groupdict().get("half") is None
