"""Finds stretches of days: "từ ngày 5/6 đến ngày 10/6/2025", "ngày 25, 26/6". Knows no duty."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from messages.reading import almanac
from messages.reading.plan import moments, told
from messages.reading.plan.moments import Anchor, Span
from messages.reading.plan.shapes import When
from messages.reading.plan.terms import Found

_FLAGS = re.IGNORECASE
_OR_BEGINS = rf"hết\s+|đầu\s+|{moments.HOURS}|{moments.DAYTIME}[,\s]+"
_OR_ENDS = rf"hết\s+|cuối\s+|{moments.HOURS}|{moments.DAYTIME}[,\s]+"
_ISSUED = r"(?:ngày\s+)?(?:ký\s+)?ban\s+hành(?:\s+kế\s+hoạch)?"
_RANGE = re.compile(
    rf"(?<!\w)(?P<due>(?:từ|trong)\s+(?:các\s+ngày\s+)?(?:{_OR_BEGINS})*"
    rf"(?:nay|{_ISSUED}|{moments.anything(1)}|(?:ngày\s+)?(?P<d0>\d{{1,2}})|tháng\s+(?P<m0>\d{{1,2}}))"
    rf"\s*(?:đến|tới|[-–])\s*(?:{_OR_ENDS})*(?:{moments.anything(2, after_a_dash=True)}|{moments.a_part(2)}))",
    _FLAGS,
)
_DAYS = re.compile(
    rf"(?<!\w)(?P<due>(?:(?:{moments.IN}\s+)?(?:\d{{1,2}}\s+)?(?:ngày|các\s+ngày)[,:]?|(?:trong|vào)\s+khoảng)\s+"
    rf"(?:\d{{1,2}}(?:\s*/\s*\d{{1,2}})?\s*(?:[-–,]|và|đến)\s*(?:ngày\s+)?){{1,4}}"
    rf"{moments.a_day(2, after_a_dash=True)})",
    _FLAGS,
)
_AFTER_A_NAME = re.compile(
    rf"(?<=[”\"])\s+(?P<due>\d{{1,2}}\s*[-–]\s*{moments.a_day(2, after_a_dash=True)})(?=\s*(?:[.;,]|$))", _FLAGS
)  # “Tuần lễ áo dài” 01 - 08/3/2026
_FIRST_DAY = re.compile(r"(?:ngày\s+)?(?P<d>\d{1,2})\s*/\s*(?P<m>\d{1,2})", _FLAGS)
_FAR = timedelta(days=10)


def find(text: str, anchor: Anchor) -> Iterator[Found]:
    """Give all of them, history with the mode "none"."""
    for pattern in (_RANGE, _DAYS, _AFTER_A_NAME):
        for found in pattern.finditer(text):
            span = moments.span(found, anchor, 2)
            start, end = found.span("due")
            begun = _begun(found, anchor, span) if pattern is _RANGE else None
            if span and begun and anchor.year and begun.first.year < anchor.year:
                yield Found(start, end, When())  # figures of the year before are in it
                continue
            if span is None or told.is_counted(text, start) or (pattern is _DAYS and not _is_list(text, start)):
                continue
            if pattern is _DAYS and (first := _far_before(found, span, anchor)):
                yield from (Found(at, to, When(text[at:to], "by", day, day)) for at, to, day in first)
                continue
            if _is_history(found, span, begun, anchor):
                yield Found(start, end, When())
            else:
                due_text = text[start:end].strip()
                yield Found(start, end, When(due_text, "within", span.last, span.last))


def _far_before(found: re.Match[str], span: Span, anchor: Anchor) -> list[tuple[int, int, date]]:
    """Return both days of "ngày 25/6 và 25/12/2025", which are no stretch of days but two terms; else nothing."""
    first = _FIRST_DAY.search(found["due"])
    start, end = found.span("due")
    if (
        first is None
        or anchor.year is None
        or not re.search(r"(?:và|,)\s*(?:ngày\s+)?$", text := found.string[start : found.start("d2")])
    ):
        return []
    day = almanac.exact(span.last.year, int(first["m"]), int(first["d"]))
    if day is None or len(_FIRST_DAY.findall(text)) > 1 or span.last - day <= _FAR:
        return []
    at = start + first.end()
    return [(start, at, day), (found.start("d2"), end, span.last)] if not anchor.day or day >= anchor.day else []


def _begun(found: re.Match[str], anchor: Anchor, last: Span | None) -> Span | None:
    """Return what a stretch begins with; where its year is left out, that of its end or the one before."""
    first = moments.span(found, anchor, 1)
    if first is None or last is None or first.first <= last.last or not found.groupdict().get("d1"):
        return first
    day = almanac.exact(first.first.year - 1, first.first.month, first.first.day)
    return Span(day, day) if day else first


def _is_history(found: re.Match[str], span: Span, begun: Span | None, anchor: Anchor) -> bool:
    if anchor.day is None:
        return False
    long_ago = begun is not None and told.is_begun_long_before(begun, anchor)
    return span.last < anchor.day or long_ago or moments.is_nearer_behind(found, span, anchor, 2)


def _is_list(text: str, start: int) -> bool:
    """Say whether days named one after another are when something happens, not terms of their own."""
    before = text[max(0, start - 30) : start]
    strict = re.search(r"(?:trước|chậm\s+nhất|muộn\s+nhất|không\s+quá|hết|đến)(?:\s+(?:là|vào))?\s*$", before, _FLAGS)
    return strict is None and not told.is_occasion(text, start)
