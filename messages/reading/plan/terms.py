"""Makes a term of words of time that were found: how it is meant, its day, its last day in time. Knows no duty."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from messages.reading.plan import moments, others, told
from messages.reading.plan.moments import Anchor, Span
from messages.reading.plan.shapes import Mode, When

_FLAGS = re.IGNORECASE
_MIDNIGHT = re.compile(r"\D*0{1,2}\s*(?:giờ|h|g)\s*(?:00\D*)?$", _FLAGS)
_LONGEST_MONTH = 31
_OF_OTHERS = r"(?:(?-i:[A-ZĐ])[^,;.:()\d]{2,40}\s|qu[ýí]\s+[IV]+\s+|cả\s+năm\s+|(?:6|06)\s+tháng\s+)?"
_MORE = re.compile(
    rf"(?:\s*\([^()\d]{{2,60}}\))?\s*(?:,|và|;)\s*(?:và\s+)?{_OF_OTHERS}(?P<due>{moments.a_day(2)})(?!\s*\((?!đối|báo|quý|kỳ|cả|năm|6|06))",
    _FLAGS,
)


@dataclass(frozen=True, slots=True)
class Found:
    """Words of time at `start:end` of a sentence."""

    start: int
    end: int
    when: When


def made(text: str, start: int, end: int, name: str, found: re.Match[str], span: Span | None, anchor: Anchor) -> Found:
    """Give the term its mode and days; one that lies before the plan is history, its mode "none"."""
    due_text = text[start:end].strip(" (,")
    start += len(text[start:end]) - len(text[start:end].lstrip(" (,"))
    if span is None:
        named = found.groupdict().get(f"d{''}") is not None
        unheard = When() if named and anchor.year else When(due_text, "before" if name == "before" else "by")
        return Found(start, end, unheard)
    mode, due, last = _days(name, found, span)
    if anchor.day and (due if name != "before" else last) < anchor.day:
        return Found(start, end, When())
    strict = told.is_strict(due_text)
    over = moments.is_lately_over(found, span, anchor) and others.is_over(text)
    if over or (not strict and moments.is_nearer_behind(found, span, anchor)):
        return Found(start, end, When())
    return Found(start, end, When(due_text, mode, due, last, strictly_before=mode == "before" and due != last))


def _days(name: str, found: re.Match[str], span: Span) -> tuple[Mode, date, date]:
    """Return mode, the day named, and the last on-time day ("trước 15 giờ ngày 20/6": that very day)."""
    if name == "before":
        if found.groupdict().get("part", "").strip().lower() in ("cuối", "hết"):
            return "before", span.last, moments.day_before(span.last)
        hour = found.groupdict().get("hour") or ""
        on_the_day = bool(hour) and not _MIDNIGHT.match(hour)
        return "before", span.first, span.first if on_the_day else moments.day_before(span.first)
    whole = span.first != span.last
    return "within" if whole and name in ("term", "label") else "by", span.last, span.last


def narrowed(found: re.Match[str], span: Span | None) -> Span | None:
    """Narrow a month to its part or week (Civil Code 2015, article 146: giữa tháng is the 15th, cuối the last day)."""
    if span is None or span.first == span.last:
        return span
    part = " ".join((found.groupdict().get("part") or "").lower().split())
    if week := (found.groupdict().get("week") or "").lower():
        return _week_of(span, week)
    if days := re.fullmatch(r"(\d{1,2}) ngày (đầu|cuối)", part):
        return Span(span.first, span.first + timedelta(int(days[1]) - 1)) if days[2] == "đầu" else span
    middle = span.first.replace(day=moments.MIDDLE)
    if (span.last - span.first).days > _LONGEST_MONTH:
        middle = span.first + (span.last - span.first) // 2
    parts = {"đầu": (span.first, span.first), "giữa": (middle, middle), "nửa đầu": (span.first, middle)}
    parts |= {
        "thượng tuần": (span.first, span.first.replace(day=10)),
        "trung tuần": (span.first, span.first.replace(day=20)),
    }
    parts |= dict.fromkeys(("cuối", "hết"), (span.last, span.last))
    return Span(*parts.get(part, (span.first, span.last)))


def _week_of(span: Span, week: str) -> Span:
    number = next(
        (
            n
            for n, names in enumerate((("đầu", "nhất", "1"), ("hai", "2"), ("ba", "3"), ("tư", "4")))
            if any(re.search(rf"\b{name}\b", week) for name in names)
        ),
        None,
    )
    if number is None:
        return Span(span.last - timedelta(days=6), span.last)
    if many := re.match(r"0?([234])\s|(hai)\s|(ba)\s", week):
        weeks = int(many[1]) if many[1] else 2 if many[2] else 3
        return Span(span.first, span.first + timedelta(days=7 * weeks - 1))
    first = span.first + timedelta(days=7 * number)
    return Span(first, min(first + timedelta(days=6), span.last))


def more_days(text: str, one: Found, anchor: Anchor) -> Iterator[Found]:
    """Give the other days of "trước ngày 15/6 và 15/12/2025" too; a year at the end is for all of them."""
    yield one
    if one.when.due_date is None or one.when.mode not in ("before", "by"):
        return
    at = one.end
    while more := _MORE.match(text, at):
        span = moments.span(more, anchor, 2)
        if span is None:
            return
        start, end = more.span("due")
        found = replace(one, start=start, end=end)
        last = moments.day_before(span.first) if one.when.strictly_before else span.last
        yield replace(
            found,
            when=When(
                text[start:end].strip(), one.when.mode, span.first, last, strictly_before=one.when.strictly_before
            ),
        )
        at = end
