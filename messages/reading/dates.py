"""Reads a date out of Vietnamese words ("31/5", "thứ sáu tuần sau", "thêm 3 ngày"); knows no plan and no clock."""

import datetime
import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from messages.reading import almanac, date_words, fold, pairs, spoken, words
from messages.reading.almanac import Tense

_FURTHEST = 366  # "trong 4000 ngày nữa" is no answer to anything
_WEEKDAYS = {"hai": 0, "2": 0, "ba": 1, "3": 1, "tu": 2, "4": 2, "nam": 3, "5": 3, "sau": 4, "6": 4, "bay": 5, "7": 5}
_SUNDAY, _FRIDAY = 6, 4
_WEEKS = {"nay": 0, "sau": 1, "toi": 1, "ke": 1, "sau nua": 2, "toi nua": 2, "truoc": -1, "roi": -1, "qua": -1}
_WEEKS |= {"vua roi": -1, "vua qua": -1, "truoc nua": -2}
_LOOKS_BACK = re.compile(r"(?:h[oô]m|b[uưừữ]a) (?!.* (?:n[aà]y|t[oơớ]i|sau)$)")
_CALLED_DAY = re.compile(r"(?:(?:ng[aà]y|h[oô]m) )?$")
_UNTIL = re.compile(r"(?<!\w)(?:[dđ][eế]n|tới|tr[uư][oớ]c|trong)(?: h[eế]t)? $")
_UNTIL_DAY = re.compile(r"(?:[dđ][eế]n|tới|tr[uư][oớ]c|h[eế]t) ")
_ASKED_FOR = re.compile(  # "khất bữa thứ hai"
    r"(?<!\w)(?:kh[aấ]t|n[oợ]|l[uù]i|d[oờ]i|ho[aã]n|h[eẹ]n|[dđ][eế]n|t[oớ]i|sang|qua) $"
)
_SAYS_TODAY = re.compile(r"(?<!\w)(?:nay|n[aã]y|v[uừ]a|h[oồ]i|l[uú]c)(?!\w)")
_DUE = re.compile(r"h[aạ]n ")
_DAYS = ("figures", "worded", "span")
_UNITS = {"ngay": 1, "hom": 1, "bua": 1, "tuan": 7, "thang": 30}
_QUARTERS = {"1": 1, "2": 2, "3": 3, "4": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}


@dataclass(frozen=True, slots=True)
class DateReading:
    """One of: a day, a range of days ("tuần sau"), nothing. `invalid` says that a day was named that does not exist.

    `delta_days` is set for a length of time asked for ("thêm 3 ngày"); `date` is then that long after the due day, if
    that is known.
    """

    date: datetime.date | None = None
    range: almanac.Span | None = None
    delta_days: int | None = None
    invalid: bool = False


@dataclass(frozen=True, slots=True)
class _At:
    today: date
    tense: Tense
    due: date | None


_Read = Callable[[re.Match[str], _At], DateReading]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Words of time at `start:end` of a normal text; each is itself alone, which finds one among hundreds at once.

    `is_day`: a day with its month. `is_more`: a length of time asked for. `is_past`: "hôm thứ Năm".
    `is_until`: "đến 30". `is_due`: "hạn 30". `is_part`: "tối", "trong ngày", of whatever day was named before.
    """

    start: int
    end: int
    read: Callable[[_At], DateReading]
    is_day: bool = False
    is_more: bool = False
    is_past: bool = False
    is_weekday: bool = False
    is_until: bool = False
    is_due: bool = False
    is_part: bool = False

    def reading(self, *, today: date, tense: Tense, due: date | None = None) -> DateReading:
        """Give the day meant when said on `today`."""
        return self.read(_At(today, tense, due))


def read_date(text: str, *, today: date, tense: Tense, due: date | None = None) -> DateReading:
    """Read the date that `text` gives in answer to "which day?"; an empty reading if it gives none.

    A year left out is the latest such day up to today in the past tense, the nearest from today in the future tense.
    """
    normal = words.normal(text)
    found = scan(normal, bare="date")
    if found:
        return best(found).reading(today=today, tense=tense, due=due)
    return _bare_day(normal, _At(today, tense, due))


def best(found: tuple[Found, ...]) -> Found:
    """Choose what gives the date where several do: "thứ Sáu, 31/5" is 31/5."""
    return next((one for one in found if one.is_day), found[0])


def scan(normal: str, *, bare: pairs.Bare) -> tuple[Found, ...]:
    """Find all words of time in a normal text, in order, none overlapping; `bare` says what "6/7" alone is."""
    taken: list[Found] = []
    plain = fold.unmarked(normal)
    for rule in date_words.rules(fold.is_accented(normal)):
        for match in rule.pattern.finditer(normal) if rule.needs.search(plain) else ():
            if not _is_vague(match):
                _add(taken, _found(match, rule.name))
    for pair in pairs.find(normal, bare=bare, dated=bool(taken)):
        if pair.kind == "date":
            start = pair.start - len(_CALLED_DAY.findall(normal[: pair.start][-6:])[0])
            _add(
                taken,
                Found(
                    start,
                    pair.end,
                    functools.partial(_pair_day, pair),
                    is_day=True,
                    is_until=bool(_UNTIL.search(normal[:start])),
                ),
            )
    return tuple(sorted(taken, key=lambda one: one.start))


def mark(normal: str, found: tuple[Found, ...]) -> str:
    """Put "@date" or "@more" in place of what was found."""
    out, at = [], 0
    for one in found:
        out += [normal[at : one.start], " @more " if one.is_more else " @date "]
        at = one.end
    return " ".join("".join([*out, normal[at:]]).split())


def _is_vague(match: re.Match[str]) -> bool:
    """ "một hai hôm nữa" is no length of time."""
    amount = match.groupdict().get("amount")
    return bool(amount) and spoken.value(amount or "") is None


def _add(taken: list[Found], new: Found) -> None:
    if all(new.end <= old.start or old.end <= new.start for old in taken):
        taken.append(new)


def _found(match: re.Match[str], name: str) -> Found:
    read = functools.partial(_READERS[name], match)
    looks_back = name in ("weekday", "day") and _LOOKS_BACK.match(match.group()) is not None
    is_past = looks_back and not _ASKED_FOR.search(match.string[: match.start()])
    return Found(
        *match.span(),
        read,
        is_day=name in _DAYS,
        is_more=name == "more",
        is_past=is_past,
        is_weekday=name == "weekday",
        is_until=_UNTIL.search(match.string[: match.start()]) is not None
        or _UNTIL_DAY.match(match.group()) is not None,
        is_due=_DUE.match(match.group()) is not None,
        is_part=name == "today" and _SAYS_TODAY.search(match.group()) is None,
    )


# --- what each rule makes of its match ---


def _pair_day(pair: pairs.Pair, at: _At) -> DateReading:
    return _day(at, pair.first, pair.second, pair.year)


def _day(at: _At, day: int, month: int, year: int | None = None) -> DateReading:
    if year is not None:
        return _sure(almanac.exact(year, month, day))
    return _sure(almanac.of_year(at.today, at.tense, day, month))


def _sure(day: date | None) -> DateReading:
    return DateReading(date=day, invalid=day is None)


def _figures(match: re.Match[str], at: _At) -> DateReading:
    return _day(at, int(match["day"]), int(match["month"]), _year(match))


def _year(match: re.Match[str]) -> int | None:
    year = match.groupdict().get("year")
    return int(year) if year else None


def _span(match: re.Match[str], at: _At) -> DateReading:
    end = _day(at, int(match["day"]), int(match["month"]), _year(match))
    if end.date is None:
        return end
    month = int(match["month1"] or match["month"])
    start = almanac.exact(end.date.year - (month > end.date.month), month, int(match["day1"]))
    return DateReading(range=(start, end.date)) if start and start <= end.date else DateReading(invalid=True)


def _worded_day(match: re.Match[str], at: _At) -> DateReading:
    day = spoken.spelt_out(match["day"]) or 0
    named = _which_month(match["month"])
    if named in _WEEKS:
        first = almanac.add_months(at.today.replace(day=1), _WEEKS[named])
        return _sure(first and almanac.exact(first.year, first.month, day))
    return _day(at, day, _month(named), _year(match))


def _which_month(written: str) -> str:
    """Without marks "tháng sáu" (June) is written like "tháng sau" (next month), which people say far more often."""
    return "6" if written == "sáu" else fold.unmarked(written)


def _month(named: str) -> int:
    """Give 1 to 12, or something that is no month."""
    return {"tu": 4, "gieng": 1}.get(named) or spoken.value(named) or 0


def _day_of_month(match: re.Match[str], at: _At) -> DateReading:
    day = spoken.spelt_out(match["day"]) or 0
    return _sure(almanac.of_month(at.today, at.tense, day))


def _weekday(match: re.Match[str], at: _At) -> DateReading:
    name = fold.unmarked(match["weekday"] or "")
    number = _WEEKDAYS.get(name, _SUNDAY)
    week = fold.unmarked(match["week"] or match["week_before"] or "")
    if week:
        block = almanac.week(at.today, _WEEKS[week])
        return DateReading(date=block and almanac.shift(block[0], number))
    which = fold.unmarked(match["which"] or "") or ("toi" if match["onto"] else "")
    return DateReading(date=_plain_weekday(number, which, at))


def _weekday_of(match: re.Match[str], at: _At) -> DateReading:
    """ "thứ hai 23" is the 23rd, if that is a Monday; else the figure was something else."""
    number = _WEEKDAYS.get(fold.unmarked(match["weekday"] or ""), _SUNDAY)
    day = almanac.of_month(at.today, at.tense, int(match["day"]))
    return DateReading(date=day if day and day.weekday() == number else _plain_weekday(number, "", at))


def _plain_weekday(number: int, which: str, at: _At) -> date | None:
    if which == "nay" and at.today.weekday() <= number:
        return almanac.shift(at.today, number - at.today.weekday())
    if which in ("toi", "sau"):
        return almanac.shift(at.today, (number - at.today.weekday() - 1) % 7 + 1)
    if which in ("truoc", "roi", "vua roi", "vua qua"):
        return almanac.shift(at.today, -((at.today.weekday() - number - 1) % 7 + 1))
    return almanac.weekday(at.today, at.tense, number)


def _days_from_today(days: int) -> _Read:
    return lambda _, at: DateReading(date=almanac.shift(at.today, days))


def _length(match: re.Match[str]) -> int | None:
    amount = spoken.value(match["amount"]) if match["amount"] else 1
    unit = _UNITS[fold.unmarked(match["unit"])]
    if match.groupdict().get("half"):
        return 15 if unit > _UNITS["tuan"] else 3
    return amount * unit if amount is not None and 0 < amount * unit <= _FURTHEST else None


def _more(match: re.Match[str], at: _At) -> DateReading:
    days = _length(match)
    return DateReading(date=almanac.shift(at.due, days) if at.due and days else None, delta_days=days)


def _ahead(match: re.Match[str], at: _At) -> DateReading:
    days = _length(match)
    return DateReading(date=almanac.shift(at.today, days) if days else None)


def _before(match: re.Match[str], at: _At) -> DateReading:
    """ "trước hạn một ngày", "nộp trước 1 ngày": so long before the due day, of what is to come."""
    days = _length(match)
    return DateReading(date=almanac.shift(at.due, -days) if at.due and days and at.tense == "future" else None)


def _days(match: re.Match[str], at: _At) -> DateReading:
    """ "tầm 28 29" is one of the two."""
    first, last = (almanac.of_month(at.today, at.tense, int(match[name])) for name in ("day1", "day"))
    return DateReading(range=(first, last)) if first and last and first <= last else DateReading()


def _ago(match: re.Match[str], at: _At) -> DateReading:
    days = _length(match)
    return DateReading(date=almanac.shift(at.today, -days) if days else None)


def _within(match: re.Match[str], at: _At) -> DateReading:
    end = _ahead(match, at).date
    return DateReading(range=(at.today, end) if end else None)


def _week(match: re.Match[str], at: _At) -> DateReading:
    block = almanac.week(at.today, _WEEKS.get(fold.unmarked(match["which"] or ""), 0))
    part = fold.unmarked(match["part"] or "")
    if not match["which"] and at.tense == "past" and part == "cuoi" and at.today.weekday() < _FRIDAY:
        block = almanac.week(at.today, -1)
    return DateReading(range=block and _part_of_week(block, part, at.today))


def _next_week(_: re.Match[str], at: _At) -> DateReading:
    return DateReading(range=almanac.week(at.today, 1))


def _part_of_week(block: almanac.Span, part: str, today: date) -> almanac.Span:
    first, last = {"dau": (0, 1), "giua": (1, 3), "cuoi": (4, 6)}.get(part, (0, 6))
    monday = block[0].toordinal()
    start, end = date.fromordinal(monday + first), date.fromordinal(monday + last)
    return (max(start, min(today, end)), end) if part == "het" else (start, end)


def _month_words(match: re.Match[str], at: _At) -> DateReading:
    """Civil Code 2015, article 146: the beginning, middle and end of a month are its day 1, 15 and last day."""
    part, which = fold.unmarked(match["part"] or ""), _which_month(match["which"])
    if not which:
        return _part_of_some_month(part, at)
    block = _named_month(which, _year(match), at)
    if block is None:
        return DateReading(invalid=True)
    if part in ("", "trong"):
        return DateReading(range=block)
    return DateReading(date={"dau": block[0], "giua": block[0].replace(day=15)}.get(part, block[1]))


def _part_of_some_month(part: str, at: _At) -> DateReading:
    if part == "trong":
        return DateReading(range=almanac.month(at.today.year, at.today.month))
    if part in ("cuoi", "het"):
        return DateReading(date=almanac.month_end(at.today, at.tense))
    return DateReading(date=almanac.of_month(at.today, at.tense, {"dau": 1, "giua": 15}[part]))


def _named_month(which: str, year: int | None, at: _At) -> almanac.Span | None:
    if which in _WEEKS:
        first = almanac.add_months(at.today.replace(day=1), _WEEKS[which])
        return almanac.month(first.year, first.month) if first else None
    number = _month(which)
    if year is not None:
        return almanac.month(year, number)
    if number == at.today.month:
        return almanac.month(at.today.year, number)
    first = almanac.of_year(at.today, at.tense, 1, number)
    return almanac.month(first.year, number) if first else None


def _quarter_end(match: re.Match[str], at: _At) -> DateReading:
    number = _QUARTERS.get(match["number"] or "", (at.today.month + 2) // 3)
    return DateReading(date=date(at.today.year, 3 * number, almanac.last_day(at.today.year, 3 * number)))


def _year_end(_: re.Match[str], at: _At) -> DateReading:
    return DateReading(date=date(at.today.year, 12, 31))


def _bare_day(normal: str, at: _At) -> DateReading:
    """Read "13" or "13 5", which answer "which day?" and mean nothing elsewhere."""
    match = re.fullmatch(r"(\d{1,2})(?: (\d{1,2})(?: (\d{4}|\d{2}))?)?", normal)
    if not match:
        return DateReading()
    if match[2]:
        return _day(at, int(match[1]), int(match[2]), int(match[3]) if match[3] else None)
    return _sure(almanac.of_month(at.today, at.tense, int(match[1])))


_READERS: dict[str, _Read] = {
    "figures": _figures,
    "span": _span,
    "worded": _worded_day,
    "weekday": _weekday,
    "weekday of": _weekday_of,
    "today": _days_from_today(0),
    "tomorrow": _days_from_today(1),
    "in 2 days": _days_from_today(2),
    "in 3 days": _days_from_today(3),
    "yesterday": _days_from_today(-1),
    "2 days ago": _days_from_today(-2),
    "3 days ago": _days_from_today(-3),
    "more": _more,
    "within": _within,
    "ago": _ago,
    "before": _before,
    "days": _days,
    "ahead": _ahead,
    "week": _week,
    "next week": _next_week,
    "month": _month_words,
    "quarter end": _quarter_end,
    "year end": _year_end,
    "day": _day_of_month,
}
