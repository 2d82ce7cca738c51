"""Finds by when something is to be done in a sentence, and how that is worded. Knows no duty and no person."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from messages.reading import almanac
from messages.reading.plan import moments, others, told, words
from messages.reading.plan.moments import Anchor, Span
from messages.reading.plan.recurring import every
from messages.reading.plan.shapes import Mode, When

_FLAGS = re.IGNORECASE
_LATEST = r"(?:chậm\s+nhất|muộn\s+nhất|trễ\s+nhất)(?:\s+(?:là|vào|đến|trong|hết|cuối|ngày\s+(?=hết)))*"
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
_IN = r"(?:ngay\s+)?(?:trong|vào)(?:\s+(?:khoảng|cả|các|những|buổi|dịp))?"
_DAYS_AFTER = re.compile(
    r"(?:(?:chậm\s+nhất|không\s+quá|trong)(?:\s+(?:là|sau|vòng|thời\s+hạn|thời\s+gian|trong|tối\s+đa))*|sau|(?:tối\s+đa))\s+"
    r"(?P<n>\d{1,3})\s*(?:\([^)]{1,20}\)\s*)?(?P<unit>ngày|tuần|tháng)(?P<work>\s+làm\s+việc)?"
    r"(?:\s*,?\s*(?:kể|tính)\s+từ|\s+(?:từ|sau))\s+(?P<from>(?:khi|ngày|lúc|thời\s+điểm)?\s*[^.;,()]{2,90})",
    _FLAGS,
)
_MAY = re.compile(r"\d|qu[ýí](?!\w)|tháng|tuần|kỳ", _FLAGS)
_FROM_ISSUE = re.compile(r"\b(?:ban\s+hành|ký|phát\s+hành)\b", _FLAGS)
_FROM_DAY = re.compile(rf"\s*{moments.a_day()}", _FLAGS)
_MIDNIGHT = re.compile(r"\D*0{1,2}\s*(?:giờ|h|g)\s*(?:00\D*)?$", _FLAGS)
_CLOSER = re.compile(r"\s*\(\s*(?:(?:xong|hoàn\s+thành|cụ\s+thể|là|riêng|dự\s+kiến|:)\s*)*", _FLAGS)
_HALF_A_YEAR = timedelta(days=184)
_BESIDE = 3  # letters between a term and what explains it in brackets
_NEXT = re.compile(  # "Khoa Nội ngày 12/8, Khoa Dược ngày …": each its own day
    r"(?<!\w)ngày\s+\d{1,2}(?:\s?[/.-]\s?\d{1,4}){1,2}\s*[,;]\s+(?:và\s+)?(?-i:[A-ZĐ])[^,;.:()\d]{2,40}\s$", _FLAGS
)
_NEAR = 12  # letters between "định kỳ 06 tháng" and the day that says when
_LONGEST_MONTH = 31


@dataclass(frozen=True, slots=True)
class Found:
    """Words of time at `start:end` of a sentence."""

    start: int
    end: int
    when: When


def find(text: str, anchor: Anchor, *, alone: bool = False) -> tuple[Found, ...]:
    """Return all words of time that set a term, in order; `alone`: the text is nothing but a term, as in a table."""
    if not _MAY.search(text):
        return ()
    taken: list[Found] = []
    for one in (
        *_offset(text, anchor),
        *_last_days(text, anchor),
        *_relative(text, anchor),
        *_ranges(text, anchor),
        *_worded(text, anchor),
    ):
        _add(taken, one)
    for one in _bare(text, anchor, alone=alone):
        among = any(each.when.mode != "none" for each in taken) and not _is_listed(text, one)
        if alone or not among or _is_aside(text, one, taken):
            _add(taken, one)
    taken = [one for one in taken if one.when.mode != "none" and not _is_narrowed(text, one, taken)]
    if alone and any(told.is_strict(one.when.due_text or "") for one in taken):
        taken = [one for one in taken if told.is_strict(one.when.due_text or "") or not _is_occasion(text, one.start)]
    kept = [
        each for one in _with_recurring(text, taken) if not _is_told(text, one, taken) for each in _apart(one, anchor)
    ]
    return tuple(sorted(kept, key=lambda one: one.start))


def _apart(one: Found, anchor: Anchor) -> Iterator[Found]:
    """Give "tháng 6 và tháng 12/2025" as two terms, what follows one another ("tháng 4 và tháng 5") as one."""
    due = one.when.due_date
    each = moments.apart(one.when.due_text or "", due) if due and one.when.mode == "within" else []
    each = [(start, end, last) for start, end, last in each if not anchor.day or last >= anchor.day]
    if not each:
        yield one
    for start, end, last in each:
        when_ = replace(one.when, due_date=last, last_on_time=last)
        yield Found(one.start if start == each[0][0] else one.start + start, one.start + end, when_)


def _is_told(text: str, one: Found, taken: list[Found]) -> bool:
    said = one.when.due_text or ""
    if told.is_told(text, one.start, one.end, said) or told.is_a_year_of(text, one.start, said):
        return True
    if told.is_a_name(text, one.start, said) and one.when.mode == "within":
        return any(each.end < one.start or one.end < each.start for each in taken)
    return told.is_of_another(text, one.start) and any(each is not one for each in taken)


def _add(taken: list[Found], new: Found) -> None:
    if all(new.end <= old.start or old.end <= new.start for old in taken):
        taken.append(new)


def _is_narrowed(text: str, one: Found, taken: list[Found]) -> bool:
    """Say whether brackets right behind name a day within it: "quý II/2025 (xong trước 20/6)"."""
    if one.when.mode != "within" or one.when.due_date is None:
        return False
    for other in taken:
        last = other.when.last_on_time
        if last and other.start >= one.end and _CLOSER.fullmatch(text[one.end : other.start]):
            return timedelta() <= one.when.due_date - last <= _HALF_A_YEAR
    return False


def _is_listed(text: str, one: Found) -> bool:
    """Say whether it is one of several that are held in turn, or one held apart ("riêng thôn Trung ngày 08/11")."""
    turn = rf"(?:{words.listed('turns')})\s+(?:\d{{1,2}}|[IV]+|thứ\s+\w+)\s*[:,]?\s*$"
    said = text[: one.start]
    return any(
        each is not None
        for each in (_NEXT.search(said), re.search(rf"(?<!\w)(?:{turn}|riêng\s[^,;.]{{2,60}}$)", said, _FLAGS))
    )


def _is_aside(text: str, one: Found, taken: list[Found]) -> bool:
    """Say whether it stands in brackets after something else to do: "kiểm tra 02 chi bộ (quý II), báo cáo trước …"."""
    beside = text[: one.start].rstrip()
    return beside.endswith("(") and not any(0 <= one.start - each.end <= _BESIDE for each in taken)


def _with_recurring(text: str, taken: list[Found]) -> Iterator[Found]:
    again = every(text)
    for one in taken:
        inside = any(each.start < one.end and one.start < each.end for each in again)
        if not inside or one.when.due_date:
            yield one
    for each in again:
        over = [one for one in taken if one.when.due_date and one.start < each.end and each.start < one.end]
        told = each.when.recurrence is None and any(0 <= one.start - each.end <= _NEAR for one in taken)
        figures = each.when.day is not None and not each.when.strictly_before and _is_of_figures(text, each.start)
        if not over and not told and not figures and not (each.aside and taken):
            yield Found(each.start, each.end, each.when)


def _is_of_figures(text: str, start: int) -> bool:
    near = text[max(0, start - _WIDE) : start]
    return re.search(rf"(?<!\w)(?:tính|{words.listed('figures')})(?!\w)[^;.]*$", near, _FLAGS) is not None


# --- "trước ngày", "chậm nhất", "đến hết ngày" … ---


@functools.cache
def _cued() -> tuple[tuple[str, re.Pattern[str]], ...]:
    some = r"nửa\s+đầu|nửa\s+cuối|\d{1,2}\s+ngày\s+(?:đầu|cuối)|(?:thượng|trung|hạ)\s+tuần"
    part = rf"(?P<part>(?:(?:đầu|giữa|cuối|hết|{some})\s+)?)"
    week = r"(?P<week>(?:(?:0?[234]|hai|ba)\s+)?tuần\s+(?:thứ\s+)?(?:\d|hai|ba|tư|nhất|đầu|cuối)(?:(?:\s+của)?\s+|/))?"
    term = rf"{moments.BEFORE_DAY}{week}{part}(?:{moments.anything()}|{moments.a_part()})"
    day_term = rf"{moments.BEFORE_DAY}(?=ngày|\d|thứ|chủ){moments.a_day()}"
    rules = (
        ("before", rf"(?P<due>(?:(?:{_LATEST}|{_NOT_AFTER})\s+)?trước(?:\s+(?:thời\s+điểm|thời\s+hạn|hết))?\s+{term})"),
        ("before", rf"(?P<due>trước\s+(?!(?:ngày|hết)\s+\d)(?:[^\W\d]+\s+){{0,6}}[^\W\d]+\s*[,(]\s*{moments.a_day()})"),
        (
            "before",
            rf"(?P<due>trước\s+(?:ngày|lễ|buổi)\s+(?:khai\s+giảng|bế\s+giảng|bầu\s+cử|khai\s+mạc|ra\s+quân)\s+(?:ngày\s+)?{moments.a_day()})",
        ),
        (
            "before",
            rf"(?P<due>trước\s+(?:hội\s+nghị|đại\s+hội|cuộc\s+họp|phiên\s+họp|buổi\s+lễ|lễ)\s+(?=ngày){moments.a_day()})",
        ),
        ("by", rf"(?P<due>(?:{_LATEST}|{_NOT_AFTER})\s+{term})"),
        ("by", rf"(?P<due>(?:{_UNTIL})\s+{term})"),
        ("label", rf"(?<!\w)(?:{_LABEL})(?P<due>(?:{_IN}\s+)?{term})"),
        ("term", rf"(?<!\w)(?:{_DONE})\s+(?P<due>(?:{_IN}\s+)?{term})"),
        ("term", rf"(?P<due>{_IN}\s+{day_term})"),
        (
            "term",
            rf"(?P<due>(?:tại|trong|vào)\s+(?:kỳ|buổi|phiên|cuộc)\s+(?:sinh\s+hoạt|họp|thường\s+(?:kỳ|lệ))(?:\s+[^\W\d]+){{0,4}}?\s+(?:{moments.a_day()}|{moments.a_month()}))",
        ),
        (
            "term",
            rf"(?P<due>(?:từ\s+|vào\s+)?(?:{moments.HOURS})(?:{moments.DAYTIME}[,\s]+)*(?:[(,]\s*)?{moments.a_day()})",
        ),
        ("term", rf"(?P<due>{_IN}\s+{moments.a_half()})"),
        ("term", rf"(?P<due>{_IN}\s+{week}{part}(?:{moments.a_month()}|{moments.a_quarter()}))"),
        ("term", rf"(?P<due>{week[:-1]}{moments.a_month()})"),
        (
            "term",
            rf"(?P<due>(?P<part>(?:nửa\s+)?đầu|giữa|(?:nửa\s+)?cuối|(?:thượng|trung|hạ)\s+tuần)\s+(?:{moments.a_month()}|{moments.a_quarter()}))",
        ),
        (
            "term",
            rf"(?:lùi|dời|chuyển|đổi|điều\s+chỉnh)\s+(?:[^\W\d]+\s+){{0,4}}?(?:sang|thành|về|tới)\s+(?P<due>{term})",
        ),
        ("term", rf"(?P<due>(?:dự\s+kiến|khoảng)\s+(?:{_IN}\s+)?{term})"),
    )
    return tuple((name, re.compile(rf"(?<!\w){pattern}", _FLAGS)) for name, pattern in rules)


def _worded(text: str, anchor: Anchor) -> Iterator[Found]:
    for name, pattern in _cued():
        for found in pattern.finditer(text):
            start, end = found.span("due")
            if _is_counted(text, found.start(), name, found) or (name == "by" and _is_range_end(text, start)):
                continue
            if name == "term" and not _HELD.match(found.group()) and _is_occasion(text, found.start(), found):
                continue
            if _is_fraction(text, found):
                continue
            span = _narrowed(found, moments.span(found, anchor))
            if span and name == "by" and _is_goal(found, span, anchor):
                continue
            yield from _more_days(text, _made(text, start, end, name, found, span, anchor), anchor)


def _made(text: str, start: int, end: int, name: str, found: re.Match[str], span: Span | None, anchor: Anchor) -> Found:
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


def _is_goal(found: re.Match[str], span: Span, anchor: Anchor) -> bool:
    """Say whether a later year alone is named: "đến năm 2030" says what is aimed at."""
    whole_year = (found.groupdict().get("half") or "").lower() == "năm" and not found.groupdict().get("part")
    return whole_year and anchor.year is not None and span.last.year > anchor.year


def _is_fraction(text: str, found: re.Match[str]) -> bool:
    """Say whether it is a share of something ("12/12 chỉ tiêu") and no day."""
    if not found.groupdict().get("d") or found.groupdict().get("y") or "ngày" in found["due"].lower():
        return False
    return re.match(rf"\s+(?:{words.listed('things')})(?!\w)", text[found.end("due") :], _FLAGS) is not None


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


def _narrowed(found: re.Match[str], span: Span | None) -> Span | None:
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


def _more_days(text: str, one: Found, anchor: Anchor) -> Iterator[Found]:
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


_OF_OTHERS = r"(?:(?-i:[A-ZĐ])[^,;.:()\d]{2,40}\s|qu[ýí]\s+[IV]+\s+|cả\s+năm\s+|(?:6|06)\s+tháng\s+)?"
_MORE = re.compile(
    rf"(?:\s*\([^()\d]{{2,60}}\))?\s*(?:,|và|;)\s*(?:và\s+)?{_OF_OTHERS}(?P<due>{moments.a_day(2)})(?!\s*\((?!đối|báo|quý|kỳ|cả|năm|6|06))",
    _FLAGS,
)


_HELD = re.compile(r"(?:tổ\s+chức|tiến\s+hành)\s", _FLAGS)  # "lễ kỷ niệm tổ chức ngày …" is held then
_BEGUN = re.compile(
    r"\btừ\s+(?:ngày\s+|năm\s+)?[\d/.\s-]{1,12}$|(?<!\w)(?:tháng|qu[ýí])\s+(?:\d{1,2}|[IV]+)(?:/\d{4})?\s*$", _FLAGS
)


def _is_range_end(text: str, start: int) -> bool:
    """Say whether "đến …" ends a "từ …" that was no range of days."""
    return _BEGUN.search(text[:start]) is not None


@functools.cache
def _before(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words.listed(name)})(?!\w)[\s,(:]*(?:[\w/-]+[\s,(:]+){{0,3}}$", _FLAGS)


def _is_counted(text: str, start: int, name: str = "", found: re.Match[str] | None = None) -> bool:
    """Say whether figures are counted to a day; by "trước", "chậm nhất" figures themselves may be due."""
    if name == "by" and found and not re.match(_UNTIL, found["due"], _FLAGS):
        return False
    near = text[max(0, start - 60) : start]
    told = re.search(
        rf"(?<!\w)(?P<word>{words.listed('counted')})(?!\w)\s*(?:(?:\w+\s+){{0,3}}(?:là|từ)\s*)?$", near, _FLAGS
    )
    if told is None or _PROPOSED.search(near[: told.start()]):
        return False
    return not (name == "before" and words.is_one(told["word"], "figures"))


_PROPOSED = re.compile(r"(?<!\w)(?:đề\s+nghị|xem\s+xét|xét|thủ\s+tục|hồ\s+sơ|hoàn\s+thành\s+việc)\s+$", _FLAGS)


def _is_occasion(text: str, start: int, found: re.Match[str] | None = None) -> bool:
    if found and not found.groupdict().get("d"):
        return False
    return _before("occasions").search(text[max(0, start - 60) : start]) is not None


# --- "từ ngày … đến ngày …" ---

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
    rf"(?<!\w)(?P<due>(?:(?:{_IN}\s+)?(?:\d{{1,2}}\s+)?(?:ngày|các\s+ngày)[,:]?|(?:trong|vào)\s+khoảng)\s+"
    rf"(?:\d{{1,2}}(?:\s*/\s*\d{{1,2}})?\s*(?:[-–,]|và|đến)\s*(?:ngày\s+)?){{1,4}}"
    rf"{moments.a_day(2, after_a_dash=True)})",
    _FLAGS,
)


def _ranges(text: str, anchor: Anchor) -> Iterator[Found]:
    for pattern in (_RANGE, _DAYS, _AFTER_A_NAME):
        for found in pattern.finditer(text):
            span = moments.span(found, anchor, 2)
            start, end = found.span("due")
            begun = _begun(found, anchor, span) if pattern is _RANGE else None
            if (
                span and begun and anchor.year and begun.first.year < anchor.year
            ):  # figures of the year before are in it
                yield Found(start, end, When())
                continue
            if span is None or _is_counted(text, start) or (pattern is _DAYS and not _is_list(text, start)):
                continue
            if pattern is _DAYS and (first := _far_before(found, span, anchor)):
                yield from (Found(at, to, When(text[at:to], "by", day, day)) for at, to, day in first)
                continue
            if _is_history(found, span, begun, anchor):
                yield Found(start, end, When())
            else:
                due_text = text[start:end].strip()
                yield Found(start, end, When(due_text, "within", span.last, span.last))


_AFTER_A_NAME = re.compile(
    rf"(?<=[”\"])\s+(?P<due>\d{{1,2}}\s*[-–]\s*{moments.a_day(2, after_a_dash=True)})(?=\s*(?:[.;,]|$))", _FLAGS
)  # “Tuần lễ áo dài” 01 - 08/3/2026


_FIRST_DAY = re.compile(r"(?:ngày\s+)?(?P<d>\d{1,2})\s*/\s*(?P<m>\d{1,2})", _FLAGS)
_FAR = timedelta(days=10)


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
    return strict is None and not _is_occasion(text, start)


# --- "trong vòng 10 ngày kể từ ngày ban hành" ---


def _relative(text: str, anchor: Anchor) -> Iterator[Found]:
    for found in _DAYS_AFTER.finditer(text):
        last, first = None, _counted_from(found["from"], anchor)
        if first and not found["work"]:
            days = {"ngày": 1, "tuần": 7, "tháng": 30}[found["unit"].lower()]
            last = first + timedelta(days=int(found["n"]) * days)
        yield Found(found.start(), found.end(), When(found.group().strip(), "within", last, last))


_OFFSET = re.compile(
    rf"(?<!\w)(?P<due>(?:(?:{_LATEST}|ít\s+nhất|tối\s+thiểu)\s+)?(?P<n>\d{{1,2}})\s+ngày\s+(?P<side>trước|sau)\s+(?=ngày){moments.a_day()})"
    rf"|(?<!\w)(?P<due2>trước\s+(?=ngày){moments.a_day(2)}\s+(?:ít\s+nhất|tối\s+thiểu)\s+(?P<n2>\d{{1,2}})\s+ngày(?!\s+làm))",
    _FLAGS,
)


def _offset(text: str, anchor: Anchor) -> Iterator[Found]:
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


_LAST_DAY = re.compile(
    rf"(?<!\w)(?P<due>(?:vào\s+|trong\s+)?ngày\s+(?P<work>làm\s+việc\s+)?cuối\s+cùng\s+(?:của\s+)?(?:{moments.a_month()}|{moments.a_quarter()}))",
    _FLAGS,
)
_SATURDAY = 5


def _last_days(text: str, anchor: Anchor) -> Iterator[Found]:
    """Read "ngày làm việc cuối cùng của tháng 6/2025"; which days are holidays is not known here."""
    for found in _LAST_DAY.finditer(text):
        span = moments.span(found, anchor)
        if span:
            last = span.last
            while found["work"] and last.weekday() >= _SATURDAY:
                last = moments.day_before(last)
            yield Found(*found.span("due"), When(found["due"], "by", last, last))


def _counted_from(said: str, anchor: Anchor) -> date | None:
    """Return the day a period runs from: one that is named, or that of the plan itself."""
    if named := _FROM_DAY.match(said):
        span = moments.span(named, anchor)
        return span.last if span else None
    return anchor.day if _FROM_ISSUE.search(said) else None


# --- a term alone: "15/11/2025", "Quý III/2025" ---

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
_WIDE = 60  # letters before a day in which a word may say that it is no term
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


def _bare(text: str, anchor: Anchor, *, alone: bool) -> Iterator[Found]:
    """Read a term without words around it: a cell, the head of a line ("Ngày 15/6/2025: …"), one in brackets."""
    for pattern, n in ((_PAIR, 2), (_ALONE, ""), (_MONTH_ALONE, "")) if alone else ((_ALONE, ""),):
        for found in pattern.finditer(text):
            start, end = found.span("due")
            start += len(found["due"]) - len(found["due"].lstrip(" (,"))
            if not alone and not (
                _gathers(text, start, found)
                or _is_said(text, start, end, found)
                or _heads(text, start, end, found)
                or _in_brackets(text, start, end, found)
            ):
                continue
            if _is_counted(text, start) or (not alone and _is_occasion(text, start)):
                continue
            span = _narrowed(found, moments.span(found, anchor, n)) if n == "" else moments.span(found, anchor, n)
            if pattern is _PAIR and span:
                if not anchor.day or span.last >= anchor.day:
                    yield Found(start, end, When(text[start:end].strip(), "within", span.last, span.last))
            else:
                yield from _more_days(text, _made(text, start, end, "term", found, span, anchor), anchor)


def _heads(text: str, start: int, end: int, found: re.Match[str]) -> bool:
    return bool(_OPENS.match(text[:start])) and bool(_CLOSES.match(text, end)) and _is_plain(found)


def _is_said(text: str, start: int, end: int, found: re.Match[str]) -> bool:
    """Take "… làm việc với Chi bộ Kiểm lâm ngày 16/3/2026;": a day at a clause's end that is nobody's anniversary."""
    if found.groupdict().get("d") is None or not re.match(r"(?:ngày|sáng|chiều|tối)\s", text[start:end]):
        return False
    near = text[max(0, start - _WIDE) : start]
    near = _ASIDE.sub("", near)
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
