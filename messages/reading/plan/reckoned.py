"""Finds terms whose day is reckoned from another: "trong vòng 10 ngày kể từ ngày ban hành". Knows no duty."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from messages.reading.plan import moments
from messages.reading.plan.moments import Anchor
from messages.reading.plan.shapes import When
from messages.reading.plan.terms import Found

_FLAGS = re.IGNORECASE
_DAYS_AFTER = re.compile(
    r"(?:(?:chậm\s+nhất|không\s+quá|trong)(?:\s+(?:là|sau|vòng|thời\s+hạn|thời\s+gian|trong|tối\s+đa))*|sau|(?:tối\s+đa))\s+"
    r"(?P<n>\d{1,3})\s*(?:\([^)]{1,20}\)\s*)?(?P<unit>ngày|tuần|tháng)(?P<work>\s+làm\s+việc)?"
    r"(?:\s*,?\s*(?:kể|tính)\s+từ|\s+(?:từ|sau))\s+(?P<from>(?:khi|ngày|lúc|thời\s+điểm)?\s*[^.;,()]{2,90})",
    _FLAGS,
)
_FROM_ISSUE = re.compile(r"\b(?:ban\s+hành|ký|phát\s+hành)\b", _FLAGS)
_FROM_DAY = re.compile(rf"\s*{moments.a_day()}", _FLAGS)
_OFFSET = re.compile(
    rf"(?<!\w)(?P<due>(?:(?:{moments.LATEST}|ít\s+nhất|tối\s+thiểu)\s+)?(?P<n>\d{{1,2}})\s+ngày\s+(?P<side>trước|sau)\s+(?=ngày){moments.a_day()})"
    rf"|(?<!\w)(?P<due2>trước\s+(?=ngày){moments.a_day(2)}\s+(?:ít\s+nhất|tối\s+thiểu)\s+(?P<n2>\d{{1,2}})\s+ngày(?!\s+làm))",
    _FLAGS,
)
_LAST_DAY = re.compile(
    rf"(?<!\w)(?P<due>(?:vào\s+|trong\s+)?ngày\s+(?P<work>làm\s+việc\s+)?cuối\s+cùng\s+(?:của\s+)?(?:{moments.a_month()}|{moments.a_quarter()}))",
    _FLAGS,
)
_SATURDAY = 5


def find(text: str, anchor: Anchor) -> Iterator[Found]:
    """Give all of them, history with the mode "none"."""
    yield from _before_or_after(text, anchor)
    yield from _last_days(text, anchor)
    yield from _within(text, anchor)


def _before_or_after(text: str, anchor: Anchor) -> Iterator[Found]:
    """Read "chậm nhất 05 ngày trước ngày 30/6/2025" and "trước ngày 30/6/2025 ít nhất 10 ngày"."""
    for found in _OFFSET.finditer(text):
        n = 2 if found["due2"] else ""
        span = moments.span(found, anchor, n)
        if span:
            days = timedelta(days=int(found[f"n{n}"]))
            last = span.last + days if found["side"] == "sau" else span.last - days
            start, end = found.span(f"due{n}")
            history = anchor.day is not None and last < anchor.day
            yield Found(start, end, When() if history else When(text[start:end], "by", last, last))


def _last_days(text: str, anchor: Anchor) -> Iterator[Found]:
    """Read "ngày làm việc cuối cùng của tháng 6/2025"; which days are holidays is not known here."""
    for found in _LAST_DAY.finditer(text):
        span = moments.span(found, anchor)
        if span:
            last = span.last
            while found["work"] and last.weekday() >= _SATURDAY:
                last = moments.day_before(last)
            yield Found(*found.span("due"), When(found["due"], "by", last, last))


def _within(text: str, anchor: Anchor) -> Iterator[Found]:
    for found in _DAYS_AFTER.finditer(text):
        last, first = None, _counted_from(found["from"], anchor)
        if first and not found["work"]:
            days = {"ngày": 1, "tuần": 7, "tháng": 30}[found["unit"].lower()]
            last = first + timedelta(days=int(found["n"]) * days)
        yield Found(found.start(), found.end(), When(found.group().strip(), "within", last, last))


def _counted_from(said: str, anchor: Anchor) -> date | None:
    """Return the day a period runs from: one that is named, or that of the plan itself."""
    if named := _FROM_DAY.match(said):
        span = moments.span(named, anchor)
        return span.last if span else None
    return anchor.day if _FROM_ISSUE.search(said) else None
