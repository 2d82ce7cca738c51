"""Reads what a person answers to a reminder; knows words and figures, never which duty or branch they belong to."""

import datetime
import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from messages.reading import almanac, dates, fold, numbers, pairs, spoken, words
from messages.reading.dates import DateReading, Found
from messages.reading.words import Phrase, Told

Intent = Literal["done", "will_do", "extend", "submit_report", "question", "acknowledge", "refuse_or_blocked", "other"]

_MOST_DUTIES = 20
_A_SENTENCE = 3  # words
_LONG_AGO = timedelta(days=60)  # a day without a year that lands further back was hardly meant
_NAMED = re.compile(r"(?<!\w)(?:vi[eệ]c|m[uụ]c)(?: s[oố])? (?P<number>\d{1,2})(?![\d/.])(?: ?[.:),-](?= ))?")
_LEADING = re.compile(r"(?P<number>\d{1,2})(?![\d/.:-])(?: (?P<sign>[.:)/-])(?= ))? ?(?P<rest>.*)")
_COUNT_FIRST = re.compile(r"\d+ ?/ ?\d+")
_ITEM = "(?:bài|tin|video|clip|lượt|bai)"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a reply says; what it does not say is None.

    `date` is the day it happened (done, submit_report), is planned (will_do) or is asked for (extend).
    `number` is that of the duty when the reply names one ("2 xin lùi 25/6"). `items` counts what was posted.
    `doubts` are codes of what should be asked: attended_over_total, counts_do_not_add_up, invalid_date, long_ago,
    count_or_date.
    """

    intent: Intent = "other"
    date: datetime.date | None = None
    date_range: almanac.Span | None = None
    delta_days: int | None = None
    attended: int | None = None
    total: int | None = None
    masses: int | None = None
    absent: int | None = None
    exempt: int | None = None
    number: int | None = None
    items: int | None = None
    reassign: bool = False
    opt_out: bool = False
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Heard:
    """All that was found in one reply before it is given a meaning."""

    told: Told
    found: tuple[Found, ...]
    counts: numbers.Counts
    today: date
    due: date | None

    def read(self, found: Found, tense: almanac.Tense) -> DateReading:
        return found.reading(today=self.today, tense=tense, due=self.due)

    def direction(self, found: Found) -> int:
        """Give -1, 0 or 1 for past, today and future; a day without a year is the nearest one."""
        reading = self.read(found, "past" if found.is_past else "any")
        start, end = reading.range or (reading.date, reading.date)
        return 0 if start is None or end is None else (start > self.today) - (end < self.today)

    def is_fixed(self, found: Found) -> bool:
        """Say whether the words alone decide between past and future ("mai", "tuần sau")."""
        return self.read(found, "past") == self.read(found, "future")


def read_reply(text: str, *, today: date, due: date | None = None) -> Reply:
    """Read one reply written on `today` to a reminder of what is due on `due`. Never raises, whatever the text."""
    number, normal = _duty_number(words.normal(text))
    found = dates.scan(normal, bare="ask")
    undated = dates.mark(normal, found)
    countable, unclear = _without_unclear(undated)
    heard = _Heard(words.tell(undated), found, numbers.count(countable), today, due)
    intent: Intent = next((intent for intent, holds in _RULES if holds(heard)), "other")
    return _reply(heard, intent, number, _items(undated), unclear)


# --- the number of a duty ---


def _duty_number(normal: str) -> tuple[int | None, str]:
    """Split "2 xin lùi 25/6" into 2 and the rest; "2 đồng chí vắng" has no number of a duty."""
    named = _NAMED.search(normal)
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


# --- intents: the first rule that holds ---


def _opts_out(heard: _Heard) -> bool:
    return heard.told.has("opt_out")


def _is_not_theirs(heard: _Heard) -> bool:
    return heard.told.has("not_mine") or heard.told.followed("hand_over", "takes_over", gap=6)


def _asks_for_later(heard: _Heard) -> bool:
    told = heard.told
    if any(not _is_undone(told, delay) for delay in told.all("delay")):
        return True
    later = [found for found in heard.found if heard.direction(found) >= 0]
    return bool(later) and (_asks_with_date(told) or (told.has("may_i") and told.has("verb")))


def _is_undone(told: Told, delay: Phrase) -> bool:
    """ "không xin lùi", "đã nộp chậm 2 ngày" ask for nothing."""
    return any(told.is_near(before, delay, 1) for before in (*told.all("did"), *told.all("not")))


def _asks_with_date(told: Told) -> bool:
    """ "cho em đến @date", "xin @date": nothing stands between but those asking and what they will do."""
    days = [index for index, word in enumerate(told.tokens) if word == "@date"]
    return any(
        ask.end <= day <= ask.end + 6
        and not told.tag_at("verb", ask.start - 1)
        and all(told.tag_at("for_whom", index) for index in range(ask.end, day))
        for ask in told.all("asks")
        for day in days
    )


def _brings_figures(heard: _Heard) -> bool:
    counts = heard.counts
    if heard.told.has("expected") and not _has_done(heard):
        return False
    if counts.attended is not None or counts.over:
        return not counts.bare or counts.masses is not None or bool(heard.found)
    return counts.masses is not None or (counts.absent is not None and not _has_not(heard))


def _asks(heard: _Heard) -> bool:
    told = heard.told
    if told.has("protest") and _has_done(heard):
        return False
    return "?" in told.tokens or told.has("question") or _ends_asking(told)


def _ends_asking(told: Told) -> bool:
    """ "có phải học bù không", "đã nhận được chưa", "nộp đâu"."""
    tokens = _without_particles(told.tokens)
    last = fold.unmarked(tokens[-1]) if len(tokens) > 1 else ""
    if last == "chua":
        return told.has("opens_question")
    return last in ("khong", "may", "nhi") or (last == "dau" and not told.has("did", "not"))


def _denies(heard: _Heard) -> bool:
    """ "đã nộp đâu" says that nothing was handed in."""
    tokens = _without_particles(heard.told.tokens)
    ends = bool(tokens) and fold.unmarked(tokens[-1]) == "dau"
    return heard.told.has("denied") or (ends and heard.told.has("did", "not"))


def _plans(heard: _Heard) -> bool:
    """A firm promise: a word of intention, or a day to come that no "đã … rồi" contradicts."""
    told = heard.told
    if any(_is_firm(told, promise) for promise in told.all("promise")):
        return True
    ahead = [found for found in heard.found if heard.direction(found) > 0]
    if told.followed("waits", "verb", gap=5) and not told.has("blocked"):
        return True
    return any(heard.is_fixed(found) for found in ahead) or (bool(ahead) and not _has_done(heard))


def _is_firm(told: Told, promise: Phrase) -> bool:
    """ "đang ốm" is no promise; without marks "da dang" is "đã đăng"."""
    hindered = any(
        told.is_near(promise, blocked, 1) or blocked.start == promise.start for blocked in told.all("blocked")
    )
    return not hindered and not any(did.end == promise.start for did in told.all("did"))


def _has_not(heard: _Heard) -> bool:
    told = heard.told
    if any(told.followed("not_yet", tag, gap=3) for tag in ("verb", "able", "finished")):
        return True
    if told.followed("not", "verb", gap=1) or told.followed("not", "able", gap=1):
        return True
    return any(_closes_clause(told, no) for no in told.all("not_yet"))


def _closes_clause(told: Told, phrase: Phrase) -> bool:
    rest = (
        told.tokens[i] for i in range(phrase.end, len(told.tokens)) if told.clauses[i] == told.clauses[phrase.start]
    )
    return all(token in words.listed("particles") for token in rest)


def _has_done(heard: _Heard) -> bool:
    told = heard.told
    if told.followed("did", "verb", gap=1) or told.has("finished"):
        return True
    return any(
        told.is_near(verb, closed, 6) and not _is_of_receipt(told, verb, closed)
        for verb in told.all("verb")
        for closed in told.all("closed")
    )


def _is_of_receipt(told: Told, verb: Phrase, closed: Phrase) -> bool:
    """ "nhận báo cáo rồi", "báo cáo đồng chí em biết rồi" close the knowing, not the doing."""
    return any(
        known.end == closed.start or (told.is_near(known, verb, 2) and not told.tag_at("verb", closed.start - 1))
        for known in told.all("received")
    ) or any(told.is_near(known, verb, 1) for known in told.all("received"))


def _was_then(heard: _Heard) -> bool:
    return any(heard.direction(found) < 0 for found in heard.found) and _is_about_it(heard)


def _is_today(heard: _Heard) -> bool:
    return bool(heard.found) and not heard.told.has("receipt") and _is_about_it(heard)


def _is_about_it(heard: _Heard) -> bool:
    """A day with something done on it, or a day and hardly a word more; "hôm nay trời đẹp quá" is neither."""
    spoken_words = [word for word in heard.told.tokens if word[0].isalpha() and word not in words.listed("particles")]
    return heard.told.has("verb") or len(spoken_words) < _A_SENTENCE


def _acknowledges(heard: _Heard) -> bool:
    return heard.told.has("receipt")


def _starts_now(heard: _Heard) -> bool:
    return heard.told.followed("verb", "at_once", gap=3)


def _is_blocked(heard: _Heard) -> bool:
    return heard.told.has("blocked")


def _is_courteous(heard: _Heard) -> bool:
    return heard.told.has("courtesy") and not heard.told.has("verb")


_RULES: tuple[tuple[Intent, Callable[[_Heard], bool]], ...] = (
    ("other", _opts_out),
    ("refuse_or_blocked", _is_not_theirs),
    ("extend", _asks_for_later),
    ("submit_report", _brings_figures),
    ("refuse_or_blocked", _denies),
    ("question", _asks),
    ("will_do", _plans),
    ("refuse_or_blocked", _has_not),
    ("done", _has_done),
    ("done", _was_then),
    ("will_do", _is_today),
    ("acknowledge", _acknowledges),
    ("will_do", _starts_now),
    ("refuse_or_blocked", _is_blocked),
    ("acknowledge", _is_courteous),
)
_TENSES: dict[Intent, almanac.Tense] = {
    "done": "past",
    "submit_report": "past",
    "will_do": "future",
    "extend": "future",
}


# --- putting the reply together ---


def _reply(heard: _Heard, intent: Intent, number: int | None, items: int | None, unclear: bool) -> Reply:
    counts = heard.counts if intent == "submit_report" else numbers.Counts()
    when = _when(heard, intent)
    return Reply(
        intent=intent,
        date=when.date,
        date_range=when.range,
        delta_days=when.delta_days,
        attended=counts.attended,
        total=counts.total,
        masses=counts.masses,
        absent=counts.absent,
        exempt=counts.exempt,
        number=number,
        items=items if intent == "done" else None,
        reassign=intent == "refuse_or_blocked" and _is_not_theirs(heard),
        opt_out=_opts_out(heard),
        doubts=tuple(_doubts(heard, intent, counts, when, unclear)),
    )


def _when(heard: _Heard, intent: Intent) -> DateReading:
    tense = _TENSES.get(intent)
    found = heard.found if tense else ()
    if not tense or not found:
        return DateReading()
    away = -1 if tense == "future" else 1
    fitting = [one for one in found if heard.direction(one) != away or not heard.is_fixed(one)]
    if not fitting:
        return DateReading()
    days = [one for one in fitting if one.is_day] or fitting
    if intent != "extend":
        return heard.read(days[0], tense)
    asked = heard.read(days[-1], tense)
    return DateReading(date=asked.range[1]) if asked.range and days[-1].is_day else asked


def _doubts(heard: _Heard, intent: Intent, counts: numbers.Counts, when: DateReading, unclear: bool) -> Iterator[str]:
    if counts.over:
        yield "attended_over_total"
    if counts.mismatch:
        yield "counts_do_not_add_up"
    if when.invalid:
        yield "invalid_date"
    if _TENSES.get(intent) == "past" and when.date and heard.today - when.date > _LONG_AGO:
        yield "long_ago"
    if unclear and counts.attended is None:
        yield "count_or_date"


def _items(undated: str) -> int | None:
    match = re.search(rf"({spoken.atom(fold.is_accented(undated))}) {_ITEM}(?!\w)", undated)
    return spoken.value(match[1]) if match else None


def _without_unclear(undated: str) -> tuple[str, bool]:
    """Take out the pairs that may be a day or a count: they are asked about, never guessed."""
    found = pairs.find(undated, bare="ask", dated="@date" in undated)
    for pair in reversed(found):
        if pair.kind != "count":
            undated = f"{undated[: pair.start]} , {undated[pair.end :]}"
    return undated, any(pair.kind == "unclear" for pair in found)


def _without_particles(tokens: tuple[str, ...]) -> list[str]:
    left = list(tokens)
    while left and (left[-1] in words.listed("particles") or not left[-1].strip(".,;!?…")):
        left.pop()
    return left
