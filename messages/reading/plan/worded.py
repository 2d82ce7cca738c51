"""Finds terms by the words before them: "trước ngày", "chậm nhất", "đến hết ngày", "thời hạn:". Knows no duty."""

import functools
import re
from collections.abc import Iterator

from messages.reading.plan import moments, terms, told, words
from messages.reading.plan.moments import Anchor, Span
from messages.reading.plan.terms import Found

_FLAGS = re.IGNORECASE
_NOT_AFTER = r"không\s+(?:quá|muộn\s+hơn|chậm\s+hơn|trễ\s+hơn|để\s+quá|sau|vượt\s+quá)"
_UNTIL = r"(?:cho\s+)?(?:đến|tới)(?:\s+(?:hết|cuối))?|hết"
_LABEL = (
    r"(?:thời\s+gian|thời\s+hạn|hạn|hạn\s+chót|hạn\s+cuối|tiến\s+độ|thời\s+điểm)"
    r"(?:\s+(?:hoàn\s+thành|thực\s+hiện|tổ\s+chức|gửi|nộp|báo\s+cáo|nhận|trình|hội\s+nghị|xong|cuối\s+cùng|kết\s+thúc|bài"
    r"|dự\s+kiến|học\s+tập|triển\s+khai|ban\s+hành|về|đăng\s+ký|nhận\s+bài|thi|dự\s+thi|sản\s+phẩm|tác\s+phẩm|cụ\s+thể))*"
    r"\s*(?:[:：-]|là|vào|trong)*\s*(?:dự\s+kiến\s+|cụ\s+thể\s*:?\s*|là\s+|vào\s+)?"
)
_DONE = (
    r"(?:hoàn\s+thành|hoàn\s+tất|xong|kết\s+thúc|tổ\s+chức|khai\s+mạc|bế\s+mạc|(?<!kỳ\s)(?<!phiên\s)(?<!cuộc\s)(?<!buổi\s)họp|phát\s+động|gửi|nộp|trình|tiến\s+hành|thực\s+hiện"
    r"|báo\s+cáo|dự\s+kiến|tổng\s+kết|sơ\s+kết|triển\s+khai|ra\s+mắt)(?:\s+(?:xong|ngay|luôn|cuộc\s+thi|hội\s+nghị))*"
)
_HELD = re.compile(r"(?:tổ\s+chức|tiến\s+hành)\s", _FLAGS)  # "lễ kỷ niệm tổ chức ngày …" is held then
_BEGUN = re.compile(
    r"\btừ\s+(?:ngày\s+|năm\s+)?[\d/.\s-]{1,12}$|(?<!\w)(?:tháng|qu[ýí])\s+(?:\d{1,2}|[IV]+)(?:/\d{4})?\s*$", _FLAGS
)


@functools.cache
def _cued() -> tuple[tuple[str, re.Pattern[str]], ...]:
    some = r"nửa\s+đầu|nửa\s+cuối|\d{1,2}\s+ngày\s+(?:đầu|cuối)|(?:thượng|trung|hạ)\s+tuần"
    part = rf"(?P<part>(?:(?:đầu|giữa|cuối|hết|{some})\s+)?)"
    week = r"(?P<week>(?:(?:0?[234]|hai|ba)\s+)?tuần\s+(?:thứ\s+)?(?:\d|hai|ba|tư|nhất|đầu|cuối)(?:(?:\s+của)?\s+|/))?"
    term = rf"{moments.BEFORE_DAY}{week}{part}(?:{moments.anything()}|{moments.a_part()})"
    day_term = rf"{moments.BEFORE_DAY}(?=ngày|\d|thứ|chủ){moments.a_day()}"
    rules = (
        (
            "before",
            rf"(?P<due>(?:(?:{moments.LATEST}|{_NOT_AFTER})\s+)?trước(?:\s+(?:thời\s+điểm|thời\s+hạn|hết))?\s+{term})",
        ),
        ("before", rf"(?P<due>trước\s+(?!(?:ngày|hết)\s+\d)(?:[^\W\d]+\s+){{0,6}}[^\W\d]+\s*[,(]\s*{moments.a_day()})"),
        (
            "before",
            rf"(?P<due>trước\s+(?:ngày|lễ|buổi)\s+(?:khai\s+giảng|bế\s+giảng|bầu\s+cử|khai\s+mạc|ra\s+quân)\s+(?:ngày\s+)?{moments.a_day()})",
        ),
        (
            "before",
            rf"(?P<due>trước\s+(?:hội\s+nghị|đại\s+hội|cuộc\s+họp|phiên\s+họp|buổi\s+lễ|lễ)\s+(?=ngày){moments.a_day()})",
        ),
        ("by", rf"(?P<due>(?:{moments.LATEST}|{_NOT_AFTER})\s+{term})"),
        ("by", rf"(?P<due>(?:{_UNTIL})\s+{term})"),
        ("label", rf"(?<!\w)(?:{_LABEL})(?P<due>(?:{moments.IN}\s+)?{term})"),
        ("term", rf"(?<!\w)(?:{_DONE})\s+(?P<due>(?:{moments.IN}\s+)?{term})"),
        ("term", rf"(?P<due>{moments.IN}\s+{day_term})"),
        (
            "term",
            rf"(?P<due>(?:tại|trong|vào)\s+(?:kỳ|buổi|phiên|cuộc)\s+(?:sinh\s+hoạt|họp|thường\s+(?:kỳ|lệ))(?:\s+[^\W\d]+){{0,4}}?\s+(?:{moments.a_day()}|{moments.a_month()}))",
        ),
        (
            "term",
            rf"(?P<due>(?:từ\s+|vào\s+)?(?:{moments.HOURS})(?:{moments.DAYTIME}[,\s]+)*(?:[(,]\s*)?{moments.a_day()})",
        ),
        ("term", rf"(?P<due>{moments.IN}\s+{moments.a_half()})"),
        ("term", rf"(?P<due>{moments.IN}\s+{week}{part}(?:{moments.a_month()}|{moments.a_quarter()}))"),
        ("term", rf"(?P<due>{week[:-1]}{moments.a_month()})"),
        (
            "term",
            rf"(?P<due>(?P<part>(?:nửa\s+)?đầu|giữa|(?:nửa\s+)?cuối|(?:thượng|trung|hạ)\s+tuần)\s+(?:{moments.a_month()}|{moments.a_quarter()}))",
        ),
        (
            "term",
            rf"(?:lùi|dời|chuyển|đổi|điều\s+chỉnh)\s+(?:[^\W\d]+\s+){{0,4}}?(?:sang|thành|về|tới)\s+(?P<due>{term})",
        ),
        ("term", rf"(?P<due>(?:dự\s+kiến|khoảng)\s+(?:{moments.IN}\s+)?{term})"),
    )
    return tuple((name, re.compile(rf"(?<!\w){pattern}", _FLAGS)) for name, pattern in rules)


def find(text: str, anchor: Anchor) -> Iterator[Found]:
    """Give all of them, history with the mode "none"."""
    for name, pattern in _cued():
        for found in pattern.finditer(text):
            start, end = found.span("due")
            if _is_no_term(text, name, found) or _is_fraction(text, found):
                continue
            span = terms.narrowed(found, moments.span(found, anchor))
            if span and name == "by" and _is_goal(found, span, anchor):
                continue
            yield from terms.more_days(text, terms.made(text, start, end, name, found, span, anchor), anchor)


def _is_no_term(text: str, name: str, found: re.Match[str]) -> bool:
    """Say whether the words before tell of a day; by "trước", "chậm nhất" figures themselves may be due."""
    latest = name == "by" and not re.match(_UNTIL, found["due"], _FLAGS)
    if not latest and told.is_counted(text, found.start(), figures=name != "before"):
        return True
    if name == "by":
        return _is_range_end(text, found.start("due"))
    a_day = found.groupdict().get("d") is not None
    return name == "term" and a_day and not _HELD.match(found.group()) and told.is_occasion(text, found.start())


def _is_goal(found: re.Match[str], span: Span, anchor: Anchor) -> bool:
    """Say whether a later year alone is named: "đến năm 2030" says what is aimed at."""
    whole_year = (found.groupdict().get("half") or "").lower() == "năm" and not found.groupdict().get("part")
    return whole_year and anchor.year is not None and span.last.year > anchor.year


def _is_fraction(text: str, found: re.Match[str]) -> bool:
    """Say whether it is a share of something ("12/12 chỉ tiêu") and no day."""
    if not found.groupdict().get("d") or found.groupdict().get("y") or "ngày" in found["due"].lower():
        return False
    return re.match(rf"\s+(?:{words.listed('things')})(?!\w)", text[found.end("due") :], _FLAGS) is not None


def _is_range_end(text: str, start: int) -> bool:
    """Say whether "đến …" ends a "từ …" that was no range of days."""
    return _BEGUN.search(text[:start]) is not None
