"""Days, months, quarters and years as a plan writes them, and the days they mean. Knows no duty."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from messages.reading import almanac

_WORDS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
_MONTHS = {word: n for n, word in enumerate(_WORDS, 1)} | {"tư": 4, "giêng": 1}
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4, "một": 1, "hai": 2, "ba": 3, "tư": 4}
_QUARTERS |= {"bốn": 4, "01": 1, "02": 2, "03": 3, "04": 4}
_NAMED = "|".join(sorted(_MONTHS, key=len, reverse=True))
_END = r"(?![\d%]|[/.]\d|-\d(?!\d?/\d))"
_YEAR = r"(?:\s*[/.-]\s*|\s?–\s?(?=\d{4})|,?\s+năm\s+)"
HOURS = r"(?:(?:lúc\s+)?\d{1,2}\s*(?:giờ|h|g)\s*(?:\d{1,2}\s*(?:phút|')?)?\s*,?\s*(?:của\s+)?)"
DAYTIME = (
    r"(?:(?:buổi\s+)?(?:sáng|chiều|tối|trưa)|(?:hết\s+)?giờ\s+(?:hành\s+chính|làm\s+việc)|cuối\s+giờ"
    r"|thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s+nhật)"
)
BEFORE_DAY = rf"(?:(?P<hour>{HOURS})|{DAYTIME}[,\s]+(?:của\s+)?|[(,]\s*)*"
"""Hours and weekdays that may stand between "trước" and the day."""
LATEST = r"(?:chậm\s+nhất|muộn\s+nhất|trễ\s+nhất)(?:\s+(?:là|vào|đến|trong|hết|cuối|ngày\s+(?=hết)))*"
IN = r"(?:ngay\s+)?(?:trong|vào)(?:\s+(?:khoảng|cả|các|những|buổi|dịp))?"
FURTHEST_YEAR, EARLIEST_YEAR = 2100, 1900
NO_YEAR = 10_000  # in which there is no day
_CENTURY = 100
MIDDLE = 15
LATELY = timedelta(days=30)  # so long ago at most was a day without a year that may be told of after "trước"


@dataclass(frozen=True, slots=True)
class Anchor:
    """When the plan was made, as far as it says: what is earlier is history, a year left out is near it."""

    day: date | None = None
    year: int | None = None
    ahead: bool = False  # it is a plan for a later year than that it was made in


@dataclass(frozen=True, slots=True)
class Span:
    """The first and last day of what was named."""

    first: date
    last: date


def a_day(n: int | str = "", *, after_a_dash: bool = False) -> str:
    """Return the pattern of a day with its month, its groups d, m, y numbered by `n`."""
    sign = r"(?:\s?[/.-]\s?|\s?–\s?(?=\d{1,2}\s?–\s?\d{4})|\s+(?:của\s+)?tháng\s+)"
    apart = r"(?<!\d)" if after_a_dash else r"(?<![\d/.-])(?<!tuần\s)"
    year = rf"(?:{_YEAR}(?P<y{n}>\d{{4}}|\d{{2}}(?!\d)))?"
    month = rf"(?P<m{n}>\d{{1,2}}|(?<=tháng\s)(?:{_NAMED})(?!\w))"
    return rf"(?:ngày\s+)?(?:(?:mùng|mồng)\s+)?{apart}(?P<d{n}>\d{{1,2}}){sign}{month}{year}{_END}"


def a_month(n: int | str = "") -> str:
    """Return the pattern of a month, its groups mm, my numbered by `n`; of "tháng 9, 10" the last."""
    more = rf"(?:\d{{1,2}}(?:{_YEAR}\d{{4}})?\s*(?:,|;|-|–|và|hoặc|đến)\s*(?:tháng\s+)?){{0,3}}"
    short = r"(?-i:T)\.?(?=\d{1,2}\s?[/-]\s?20\d\d)"
    called = rf"(?:(?:(?:hai|ba|2|3|02|03)\s+)?tháng\s+{more}|{short}|(?<=tuần\s\d/))"
    return rf"{called}(?P<mm{n}>\d{{1,2}}|{_NAMED})(?:{_YEAR}(?P<my{n}>\d{{4}}))?(?!\w|[/.-]\d)"


def a_quarter(n: int | str = "") -> str:
    """Return the pattern of a quarter, its groups q, qy numbered by `n`; of "quý II, III" the last."""
    one = r"(?:IV|III|II|I|0?[1-4]|một|hai|ba|bốn|tư)"
    more = rf"(?:{one}\s*(?:,|-|–|và|hoặc|đến)\s*(?:qu[ýí]\s+)?){{0,3}}"
    return rf"qu[ýí]\s+{more}(?P<q{n}>{one})(?:{_YEAR}(?P<qy{n}>\d{{4}}))?(?!\w|[/.-]\d)"


def a_short_month() -> str:
    """Return the pattern of a month and year in figures alone, "04/2025"."""
    return r"(?<![\d/.-])(?P<mm>0?[1-9]|1[0-2])\s?/\s?(?P<my>20\d\d)(?![\d/])"


_HALF = r"(?:6|06|sáu)\s+tháng\s+(?:đầu|cuối)\s+năm"


def a_half(n: int | str = "") -> str:
    """Return the pattern of half a year."""
    return rf"(?P<half{n}>{_HALF})(?:\s+(?P<hy{n}>\d{{4}}))?(?!\w)"


def a_part(n: int | str = "") -> str:
    """Return the pattern of half a year or a year."""
    return rf"(?P<half{n}>{_HALF}|năm(?=\s+\d{{4}}))(?:\s+(?P<hy{n}>\d{{4}}))?(?!\w)"


def anything(n: int | str = "", *, after_a_dash: bool = False) -> str:
    """Return the pattern of a day, month, quarter or year."""
    return rf"(?:{a_day(n, after_a_dash=after_a_dash)}|{a_month(n)}|{a_quarter(n)})"


def span(found: re.Match[str], anchor: Anchor, n: int | str = "") -> Span | None:
    """Return the days of what `anything(n)` or `a_part(n)` matched, None where there are none such."""
    groups = found.groupdict()
    if groups.get(f"d{n}"):
        day = _day(int(groups[f"d{n}"]), _month(groups[f"m{n}"]), _year(groups.get(f"y{n}")), anchor)
        return Span(day, day) if day else None
    if named := groups.get(f"mm{n}"):
        month = _month(named)
        return _months(month, month, _year(groups.get(f"my{n}")), anchor)
    if named := groups.get(f"q{n}"):
        last = 3 * _QUARTERS[named.lower()]
        return _months(last - 2, last, _year(groups.get(f"qy{n}")), anchor)
    if half := groups.get(f"half{n}"):
        first, last = (1, 12) if half.lower() == "năm" else (1, 6) if "đầu" in half.lower() else (7, 12)
        return _months(first, last, _year(groups.get(f"hy{n}")), anchor)
    return None


def is_lately_over(found: re.Match[str], span: Span, anchor: Anchor) -> bool:
    """Say whether a day without a year had been over for a few weeks at most when the plan was made."""
    behind = _behind(found, span, anchor)
    return behind is not None and anchor.day is not None and anchor.day - behind <= LATELY


def is_nearer_behind(found: re.Match[str], span: Span, anchor: Anchor, n: int | str = "") -> bool:
    """Say whether a day without a year was not long over when the plan was made, rather than to come a year later."""
    behind = _behind(found, span, anchor, n)
    return behind is not None and anchor.day is not None and anchor.day - behind < span.last - anchor.day


def _behind(found: re.Match[str], span: Span, anchor: Anchor, n: int | str = "") -> date | None:
    """Return when it was last such a day, where its year is left out and that of the plan is over with it."""
    groups = found.groupdict()
    if not groups.get(f"d{n}") or groups.get(f"y{n}") or anchor.day is None or anchor.ahead:
        return None
    if span.last.year == anchor.year:
        return None
    return almanac.exact(span.last.year - 1, span.last.month, span.last.day)


def _month(written: str) -> int:
    return _MONTHS.get(" ".join(written.lower().split())) or int(written)


def _year(written: str | None) -> int | None:
    if not written:
        return None
    year = int(written) + (2000 if int(written) < _CENTURY else 0)
    return year if EARLIEST_YEAR <= year <= FURTHEST_YEAR else NO_YEAR


def _day(day: int, month: int, year: int | None, anchor: Anchor) -> date | None:
    if year is not None:
        return almanac.exact(year, month, day)
    return _near(anchor, lambda one: almanac.exact(one, month, day))


def _months(first: int, last: int, year: int | None, anchor: Anchor) -> Span | None:
    def end(one: int) -> date | None:
        first_day = almanac.exact(one, last, 1)
        return first_day.replace(day=almanac.last_day(one, last)) if first_day else None

    day = _near(anchor, end) if year is None else end(year)
    return Span(date(day.year, first, 1), day) if day else None


def _near(anchor: Anchor, of_year) -> date | None:  # type: ignore[no-untyped-def]  # (int) -> date | None
    """Return the day in the plan's year, or the next where it would be over when the plan was made."""
    if anchor.year is None:
        return None
    found: date | None = of_year(anchor.year)
    if found and anchor.day and found < anchor.day:
        found = of_year(anchor.year + 1)
    return found


_LISTED = re.compile(
    r"(?:trong\s+)?(?:tháng|qu[ýí])\s+(?:\d{1,2}|[IV]+)(?:\s*(?:,|;|và)\s*(?:(?:tháng|qu[ýí])\s+)?(?:\d{1,2}(?![\d/])|[IV]+))*\s*(?:,|;|và)\s*(?:(?:tháng|qu[ýí])\s+)?(?:\d{1,2}|[IV]+)(?:(?:/|\s+năm\s+)\d{4})?",
    re.IGNORECASE,
)


def apart(said: str, last: date) -> list[tuple[int, int, date]]:
    """Return each of "tháng 6 và tháng 12/2025", months or quarters that do not follow one another: place, last day."""
    if not _LISTED.fullmatch(said):
        return []
    found = list(re.finditer(r"(?<![/\d])(?:\d{1,2}|[IV]+)(?![\d\w])", said, re.IGNORECASE))
    quarter = re.search(r"qu[ýí]", said, re.IGNORECASE) is not None
    numbers = [_QUARTERS.get(each[0].lower()) if quarter else int(each[0]) for each in found]
    known = [each for each in numbers if each]
    if len(known) != len(numbers) or sorted(set(known)) != known or all(b - a == 1 for a, b in pairwise(known)):
        return []
    months = [3 * each if quarter else each for each in known]
    return [
        (each.start(), each.end(), date(last.year, month, almanac.last_day(last.year, month)))
        for each, month in zip(found, months, strict=True)
    ]


def day_before(day: date) -> date:
    """Return the last day that is before a day."""
    return day - timedelta(days=1)
