"""Finds how often something is due, and on which day: "định kỳ hằng tháng, trước ngày 20". Knows no dates."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from messages.reading.plan.shapes import Recurrence, When

_FLAGS = re.IGNORECASE
_UNITS: dict[str, Recurrence] = {"quý": "quarterly", "quí": "quarterly", "tháng": "monthly", "tuần": "weekly"}
_ONCE = r"(?:\s+(?:ít\s+nhất\s+)?(?:một|1|01)\s+(?:lần|kỳ|buổi|kỳ\s+họp))?"
_EVERY = (
    re.compile(
        rf"(?P<due>(?:(?:định\s+kỳ|thường\s+kỳ)\s+)?(?:hằng|hàng|mỗi|từng)\s+(?P<unit>quý|quí|tháng|tuần){_ONCE})(?!\w)",
        _FLAGS,
    ),
    re.compile(
        r"(?P<due>(?:(?:ít\s+nhất|tối\s+thiểu)\s+)?(?:một|hai|ba|\d{1,2})\s+(?:[^\W\d]+,?\s+){0,3}?(?:lần|buổi|kỳ|bài|tin|số|[^\W\d]+(?=\s*/))\s*(?:/|\s+(?:mỗi|một|trong\s+một|trong|trên))\s*(?:1\s+|01\s+|một\s+)?"
        r"(?P<unit>quý|quí|tháng|tuần))(?!\w)",
        _FLAGS,
    ),
    re.compile(
        r"(?P<due>(?P<count>ba|3|03|một|1|01)\s+(?P<unit>quý|quí|tháng|tuần)\s*/?\s*(?:một|1|01)\s+lần)(?!\w)", _FLAGS
    ),
    re.compile(
        r"(?P<due>(?:định|thường)\s+kỳ\s+(?:theo\s+)?(?P<unit>quý|quí|tháng|tuần))(?!\w)(?!\s+(?:(?-i:[IV]+)(?!\w)|\d))",
        _FLAGS,
    ),
    re.compile(
        r"báo\s+cáo\s+(?P<due>(?P<unit>quý|quí|tháng|tuần))(?!\w)(?!\s+(?:(?-i:[IV]+)(?!\w)|\d|này|sau|trước(?!\s+(?:hết\s+)?ngày)))",
        _FLAGS,
    ),
    re.compile(
        r"(?P<due>(?:vào\s+)?(?:ngày\s+)?(?:đầu|cuối)\s+(?:mỗi\s+|hằng\s+|hàng\s+)(?P<unit>quý|quí|tháng|tuần))(?!\w)",
        _FLAGS,
    ),
    re.compile(
        r"(?<![\w\d])(?<!\d\s)(?<!sáu\s)(?P<due>(?P<unit>quý|quí|tháng|tuần))(?=\s*\([^()\d]{0,25}ngày\s+\d{1,2}(?!\s?[/.-]\s?\d|\s+tháng\s+\d))",
        _FLAGS,
    ),
    re.compile(r"(?P<due>theo\s+(?P<unit>quý|quí|tháng|tuần))(?!\w)(?!\s+(?:(?-i:[IV]+)(?!\w)|\d))", _FLAGS),
    re.compile(
        r"(?P<due>(?:vào\s+)?(?:(?:thứ|ngày)\s+[^\W\d]+\s+)?(?:tuần|ngày(?:\s+làm\s+việc)?)\s+(?:đầu|cuối)(?:\s+(?:tiên|cùng))?\s+(?:của\s+)?"
        r"(?P<unit>quý|quí|tháng))(?!\w)(?!\s+(?:(?-i:[IV]+)(?!\w)|\d|này|sau|trước|một|hai|ba|tư|năm|sáu|bảy|tám|chín|mười|giêng|chạp))",
        _FLAGS,
    ),
)
_YEARLY = re.compile(
    r"(?P<due>định\s+kỳ\s+(?:\w+\s+){0,2}?(?:(?:6|06|sáu)\s+tháng(?:\s*(?:,|và)\s*(?:hằng\s+|hàng\s+|một\s+)?năm)?|(?:hằng|hàng|mỗi)\s+năm)"
    r"|(?:6|06|sáu)\s+tháng\s*/?\s*(?:một|1|01)\s+lần|(?:một|1|01)\s+lần\s*/\s*năm)(?!\w)",
    _FLAGS,
)
_DAY = re.compile(
    r"(?P<due>(?:(?P<before>trước)(?:\s+hết)?|(?:chậm|muộn)\s+nhất(?:\s+(?:là|vào|đến))*|không\s+quá|(?:cho\s+)?đến\s+hết|vào|hạn|từ\s+ngày\s+\d{1,2}\s+đến)?\s*"
    r"ngày\s+(?:mùng\s+|mồng\s+)?(?P<day>\d{1,2})(?![\d%]|\s?[/.-]\s?\d|\s+tháng\s+\d{1,2}(?!\d|\s*,|\s+và))"
    r"(?P<of>\s+(?:của\s+)?(?:(?:hằng|hàng|mỗi)\s+)?tháng(?:\s+(?:cuối|thứ\s+ba)(?:\s+(?:của\s+)?(?:mỗi\s+|hằng\s+|hàng\s+)?(?:quý|quí))?|\s+(?:sau|kế\s+tiếp|tiếp\s+theo|liền\s+kề))?|\s+(?:của\s+)?(?:các\s+)?tháng\s+(?:(?:3|6|9|12)(?:\s*,\s*|\s+và\s+|\s*;\s*)(?:tháng\s+)?){1,3}(?:3|6|9|12))?)(?!\w)",
    _FLAGS,
)
_LAST_OF_QUARTER = re.compile(
    r"tháng\s+(?:3|6|9|12)(?!\d)|tháng\s+(?:cuối|thứ\s+ba)(?:\s+(?:của\s+)?(?:mỗi\s+|hằng\s+|hàng\s+)?(?:quý|quí))?",
    _FLAGS,
)
_ASIDE = re.compile(r"(?:sinh\s+hoạt|giao\s+ban|họp|kỳ\s+họp|chào\s+cờ)(?:\s+\w+){0,4}\s*$", _FLAGS)
_APART = 60  # letters between "hằng tháng" and "trước ngày 20" that still belong together
LATEST_DAY = 31


@dataclass(frozen=True, slots=True)
class Again:
    """`aside`: it only says which meeting is meant ("trong sinh hoạt chi bộ hằng tháng")."""

    start: int
    end: int
    when: When
    aside: bool = False


def every(text: str) -> tuple[Again, ...]:
    """Return what recurs, each with its day where one is named."""
    rates = sorted(_rates(text), key=lambda each: each[0])
    owned: dict[int, re.Match[str]] = {}
    alone: list[re.Match[str]] = []
    for one in _DAY.finditer(text):
        if 1 <= int(one["day"]) <= LATEST_DAY:
            of = _owner(one, rates)
            if of is not None and _is_another(text, rates[of], one):
                of = None
            if of is not None and of not in owned:
                owned[of] = one
            elif one["of"] and _says_how_often(one["of"]):
                alone.append(one)
    found: list[Again] = []
    for n, (start, end, unit) in enumerate(rates):
        if not any(one.start < end and start < one.end for one in found):
            found.append(_again(text, start, end, unit, owned.get(n)))
    found = [one for n, one in enumerate(found) if not _is_said_again(one, found[n + 1 :])]
    found += [
        each
        for one in alone
        if not any(old.start < one.end() and one.start() < old.end for old in found)
        for each in (_alone(text, one),)
    ]
    return tuple(sorted(found, key=lambda one: one.start))


def _is_another(text: str, rate: tuple[int, int, Recurrence | None], day: re.Match[str]) -> bool:
    """Say whether a day is of something else: "họp mỗi tháng một lần, gửi biên bản … trước ngày 05 của tháng sau"."""
    between = text[rate[1] : day.start("due")]
    says = bool(day["of"]) and _says_how_often(day["of"])
    return says and bool(re.search(r",\s*\w", between)) and _ASIDE.search(text[: rate[0]]) is not None


def _is_said_again(one: Again, later: Sequence[Again]) -> bool:
    """Say whether "báo cáo tháng" only begins what "… ngày 25 hằng tháng" then says."""
    return one.when.day is None and any(
        each.when.day is not None and each.when.recurrence == one.when.recurrence and each.start - one.end <= _APART
        for each in later
    )


def _owner(day: re.Match[str], rates: Sequence[tuple[int, int, Recurrence | None]]) -> int | None:
    """Return the rate a day belongs to: the one it is part of, the last before it, else the first after it."""
    first, last = day.span("due")
    within = [n for n, (start, end, _) in enumerate(rates) if start < last and first < end]
    before = [n for n, (_, end, _) in enumerate(rates) if 0 <= first - end <= _APART]
    after = [n for n, (start, _, _) in enumerate(rates) if 0 <= start - last <= _APART]
    return next(iter([*within, *reversed(before), *after]), None)


def _rates(text: str) -> Iterator[tuple[int, int, Recurrence | None]]:
    taken: list[tuple[int, int]] = []
    for pattern in (*_EVERY, _YEARLY):
        for one in pattern.finditer(text):
            start, end = one.span("due")
            if any(start < other and before < end for before, other in taken) or _is_word_part(text, start):
                continue
            taken.append((start, end))
            unit = one.groupdict().get("unit")
            quarterly = (one.groupdict().get("count") or "").lower() in ("ba", "3", "03")
            yield start, end, "quarterly" if quarterly else _UNITS[unit.lower()] if unit else None


def _is_word_part(text: str, start: int) -> bool:
    return start > 0 and (text[start - 1].isalnum() or text[start - 1] == "/")


def _again(text: str, start: int, end: int, unit: Recurrence | None, day: re.Match[str] | None) -> Again:
    aside = _ASIDE.search(text[:start]) is not None and day is None
    if day is None:
        return Again(start, end, When(text[start:end], "recurring", recurrence=unit), aside)
    first, last = min(start, day.start("due")), max(end, day.end("due"))
    first += len(text[first:last]) - len(text[first:last].lstrip())
    if day["of"] and _LAST_OF_QUARTER.search(day["of"]):
        unit = "quarterly"
    strict = day["before"] is not None
    return Again(first, last, When(text[first:last], "recurring", None, None, unit, int(day["day"]), strict))


def _says_how_often(of: str) -> bool:
    return re.search(r"hằng|hàng|mỗi|cuối|thứ\s+ba|sau|tiếp|liền|\d", of, _FLAGS) is not None


def _alone(text: str, day: re.Match[str]) -> Again:
    unit: Recurrence = "quarterly" if _LAST_OF_QUARTER.search(day["of"]) else "monthly"
    start, end = day.span("due")
    start += len(text[start:end]) - len(text[start:end].lstrip())
    return Again(
        start, end, When(text[start:end], "recurring", None, None, unit, int(day["day"]), day["before"] is not None)
    )
