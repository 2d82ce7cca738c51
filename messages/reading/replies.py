"""Reads what a person answers to a reminder; knows words and figures, never which duty or branch they belong to."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from messages.reading import (
    almanac,
    asides,
    asked,
    corrections,
    dates,
    duty_number,
    intents,
    numbers,
    pairs,
    particulars,
    whose,
    words,
)
from messages.reading.dates import DateReading, Found
from messages.reading.done import is_busy_day
from messages.reading.heard import Heard
from messages.reading.intents import Intent

_LONG_AGO = timedelta(days=60)  # a day without a year that lands further back was hardly meant
_SIX = 6  # days from Monday to Sunday
_TWO = 2  # days of which one is chosen
_SOON = 4  # tokens from a day to what is done on it
_TENSES: dict[Intent, almanac.Tense] = {
    "done": "past",
    "submit_report": "past",
    "will_do": "future",
    "extend": "future",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a reply says; what it does not say is None.

    `date` is the day it happened (done, submit_report), is planned (will_do) or is asked for (extend).
    `number` is that of the duty when the reply names one ("2 xin lùi 25/6"). `items` counts what was posted.
    `speaker`: deputy | secretary | standing_committee | department_leader | other; `form`: in_person | online | hybrid
    | joint | embedded; `pledges`: how many pledged. `doubts` are codes of what should be asked: attended_over_total,
    counts_do_not_add_up, which_count, invalid_date, long_ago, which_day, count_or_date, intent.
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
    speaker: str | None = None
    form: str | None = None
    pledges: int | None = None
    items: int | None = None
    number: int | None = None
    reassign: bool = False
    opt_out: bool = False
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Said:
    """One side of a correction: its words of time, marked, and the figures left once these and posts are out."""

    found: tuple[Found, ...]
    marked: str
    counts: numbers.Counts
    unclear: bool
    items: int | None
    pledges: int | None


def read_reply(text: str, *, today: date, due: date | None = None) -> Reply:
    """Read one reply written on `today` to a reminder of what is due on `due`. Never raises, whatever the text."""
    normal = asides.without_greetings(asides.without_wishes(words.normal(asides.without_quoted(text))))
    normal = asides.without_others(normal)
    number, normal = duty_number.split(_without_undone(asides.without_orders(normal)))
    first, then = corrections.split(normal)
    before = _said(first)
    after = _said(then, "date" if before.found and before.counts.attended is None else "ask")
    said = _corrected(before, after)
    told = words.tell(said.marked)
    places = tuple(index for index, token in enumerate(told.tokens) if token in ("@date", "@more"))
    heard = Heard(told, said.found, places, said.counts, today, due, said.items)
    return _reply(heard, intents.of(heard), number, said)


def _without_undone(normal: str) -> str:
    return corrections.without_intended(corrections.without_denied(normal))


def _said(normal: str, bare: pairs.Bare = "ask") -> _Said:
    found = dates.scan(normal, bare=bare) if normal else ()
    marked = dates.mark(normal, found)
    items, countable = particulars.items(marked)
    pledges, countable = particulars.pledges(countable)
    countable, unclear = _without_unclear(countable)
    return _Said(found, marked, numbers.count(countable), unclear, items, pledges)


def _corrected(before: _Said, after: _Said) -> _Said:
    """What was put right stands in place of what was said first; the rest of that stays."""
    if not after.marked:
        return before
    marked, found = before.marked, before.found
    if after.found:
        marked, found = marked.replace("@date", ",").replace("@more", ","), ()
        if _tells_all(after.marked):
            marked = ""
    return _Said(
        (*found, *after.found),
        f"{marked} , {after.marked}",
        numbers.corrected(before.counts, after.counts),
        before.unclear or after.unclear,
        before.items if after.items is None else after.items,
        before.pledges if after.pledges is None else after.pledges,
    )


def _tells_all(marked: str) -> bool:
    """ "chưa nộp, à quên, hôm qua nộp rồi": what comes after leaves nothing of what was said before."""
    told = words.tell(marked)
    return told.has("verb") and told.has("did", "closed", "finished", "promise")


def _without_unclear(undated: str) -> tuple[str, bool]:
    """Take out the pairs that may be a day or a count: they are asked about, never guessed."""
    found = pairs.find(undated, bare="ask", dated="@date" in undated)
    for pair in reversed(found):
        if pair.kind not in ("count", "fraction"):
            undated = f"{undated[: pair.start]} , {undated[pair.end :]}"
    return undated, any(pair.kind == "unclear" for pair in found)


# --- putting the reply together ---


def _reply(heard: Heard, intent: Intent, number: int | None, said: _Said) -> Reply:
    reports = intent == "submit_report"
    counts = heard.counts if reports else numbers.Counts()
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
        speaker=particulars.speaker(heard.told) if reports else None,
        form=particulars.form(heard.told) if reports else None,
        pledges=said.pledges if reports else None,
        items=said.items if reports or intent == "done" else None,
        number=number,
        reassign=intent == "refuse_or_blocked" and whose.is_handed_over(heard),
        opt_out=asked.opts_out(heard),
        doubts=tuple(_doubts(heard, intent, counts, when, said.unclear)),
    )


def _when(heard: Heard, intent: Intent) -> DateReading:
    """Choose the day an intent is about where several are named."""
    tense = _TENSES.get(intent)
    fitting = _fitting(heard, intent, tense) if tense else []
    if not tense or not fitting:
        return DateReading()
    choose = _asked if intent == "extend" else {"future": _planned, "past": _held}[tense]
    chosen = choose(heard, fitting)
    reading = _within(heard, fitting, heard.read(chosen, tense), tense)
    if tense == "future" and reading.date:
        return _to_come(heard, intent, chosen, reading)
    if intent == "extend" and reading.range and chosen.is_day:
        return DateReading(date=reading.range[1])
    return reading


def _fitting(heard: Heard, intent: Intent, tense: almanac.Tense) -> list[Found]:
    """Give the days that can be meant: on the right side of today, and named for their own sake."""
    away = -1 if tense == "future" else 1
    fitting = [one for one in heard.found if heard.direction(one) != away or not heard.is_fixed(one)]
    fitting = [one for one in fitting if not heard.repeats(one)]
    fitting = [one for one in fitting if not (one.is_due or _is_reason(heard, one))] or fitting
    if tense == "past":
        return [one for one in fitting if not _is_since_ill(heard, one)]
    fitting = [one for one in fitting if not (_is_over(heard, one, intent) or _is_left(heard, one))]
    fitting = [
        one for one in fitting if not (intent == "will_do" and (_is_away(heard, one) or is_busy_day(heard, one)))
    ]
    if any(heard.direction(one) > 0 for one in fitting):  # "sáng nay đã nhập phần một, mai nhập tiếp"
        fitting = [one for one in fitting if not (heard.direction(one) == 0 and _beside(heard, one, "did"))]
    return [one for one in fitting if not _is_if(heard, one)] or fitting


def _to_come(heard: Heard, intent: Intent, chosen: Found, reading: DateReading) -> DateReading:
    """ "sau 31/5" is the week after; a later Monday asked for on a Monday is the next."""
    day = reading.date or heard.today
    if _is_after(heard, chosen):
        return DateReading(range=(almanac.shift(day, 1) or day, almanac.shift(day, _SIX + 1) or day))
    if intent == "extend" and day == heard.today and chosen.is_weekday:
        return replace(reading, date=almanac.shift(day, _SIX + 1))
    return replace(reading, date=_after_the_others(heard, chosen, day))


def _is_over(heard: Heard, found: Found, intent: Intent) -> bool:
    """ "đã họp ngày 15/5, đang viết": that day plans nothing, nor does one on which somebody is only hindered."""
    if heard.direction(found) < 0 and (found.is_day or (intent == "extend" and found.is_past)):
        return True
    told = heard.told
    acts = any(_beside(heard, found, tag) for tag in ("verb", "promise", "assures", "delay", "late", "asks"))
    idle = any(_beside(heard, found, tag) for tag in ("blocked", "hindered", "received", "leisure", "idle"))
    return intent == "will_do" and idle and not acts and told.has("verb", "promise", "doing")


def _is_since_ill(heard: Heard, found: Found) -> bool:
    """ "người còn lại nằm viện từ tháng trước": no day of what was held."""
    since = heard.told.tokens[max(heard.place(found) - 1, 0)] in ("từ", "tu")
    hindered = any(_beside(heard, found, tag) for tag in ("blocked", "hindered"))
    return since and hindered and not _beside(heard, found, "holds")


def _is_away(heard: Heard, found: Found) -> bool:
    """ "bí thư đi vắng đến 22/5" names the day on which somebody is back."""
    return found.is_until and _beside(heard, found, "blocked") and not _beside(heard, found, "verb")


def _is_reason(heard: Heard, found: Found) -> bool:
    """ "cho nộp 3/6 vì 31/5 cơ quan có hội thao"."""
    return bool({"vì", "vi", "tại", "do"} & set(heard.told.tokens[max(heard.place(found) - 2, 0) : heard.place(found)]))


def _is_left(heard: Heard, found: Found) -> bool:
    """ "dời từ 21/5 sang 23/5" leaves the first of the two."""
    tokens, at = heard.told.tokens, heard.place(found)
    return tokens[max(at - 1, 0)] in ("từ", "tu") and tokens[at + 1 : at + 2] in (("sang",), ("qua",))


def _is_if(heard: Heard, found: Found) -> bool:
    """ "nếu mưa thì chuyển sang 24/5"."""
    at, clause = heard.place(found), heard.clause(found)
    return any(heard.told.tokens[i] in ("nếu", "neu") and heard.told.clauses[i] == clause for i in range(at))


def _within(heard: Heard, fitting: list[Found], reading: DateReading, tense: almanac.Tense) -> DateReading:
    """ "tuần sau, cụ thể là thứ tư" is the Wednesday of that week, "thứ 2 đầu tuần" the Monday in those days."""
    days = (heard.read(one, tense).date for one in fitting if one.is_weekday)
    named = next((day for day in days if day), None) if reading.range else None
    if not named or not reading.range:
        return reading
    first, last = reading.range
    meant = almanac.shift(first, (named.weekday() - first.weekday()) % (_SIX + 1))
    return DateReading(date=meant) if meant and meant <= last else reading


def _asked(heard: Heard, fitting: list[Found]) -> Found:
    """The last day named that is later than the deadline, else the last one."""
    days = [one for one in fitting if one.is_day] or fitting
    later = [one for one in fitting if heard.due and _end(heard, one) > heard.due]
    return next((one for one in reversed(later) if one.is_day), (later or days)[-1])


def _end(heard: Heard, found: Found) -> date:
    reading = heard.read(found, "future")
    return reading.range[1] if reading.range else reading.date or heard.today


def _planned(heard: Heard, fitting: list[Found]) -> Found:
    """Of several days to come, the one on which the report is handed in; a day that has passed is none of them."""
    ahead = [one for one in fitting if heard.direction(one) >= 0] or fitting
    ahead = [one for one in ahead if not _is_of_another_day(heard, one, ahead)]
    handed = [one for one in ahead if _beside(heard, one, "hands_in")]
    return _exact(handed[-1:] or [one for one in ahead if _is_acted_on(heard, one)] or ahead)


def _is_of_another_day(heard: Heard, found: Found, ahead: list[Found]) -> bool:
    """ "sáng thứ Bảy họp, tối gửi": that evening."""
    return found.is_part and any(
        heard.place(one) < heard.place(found) and heard.direction(one) > 0 and not (one.is_until or one.is_due)
        for one in ahead
    )


def _is_acted_on(heard: Heard, found: Found) -> bool:
    """In "nay bận quá mai em làm" something is done tomorrow."""
    place, told = heard.place(found), heard.told
    following = [verb for verb in told.all("verb") if 0 < verb.start - place <= _SOON]
    hindered = any(0 < no.start - place <= _SOON for tag in ("blocked", "not", "not_yet") for no in told.all(tag))
    return bool(following) and not hindered


def _is_after(heard: Heard, chosen: Found) -> bool:
    """ "sau 2/9", "sau lễ 2/9", "sau ngày 31/5": on no day that is named."""
    before = list(heard.told.tokens[max(heard.place(chosen) - 2, 0) : heard.place(chosen)])
    if before[-1:] == ["sau"] and before[0] in ("hôm", "hom", "ngày", "bữa"):
        return False  # "sang hôm sau, 21/11"
    return bool(before) and "sau" in (before[-1], before[0] if before[-1] in ("lễ", "le", "dịp", "ngày", "hôm") else "")


def _after_the_others(heard: Heard, chosen: Found, day: date) -> date:
    """ "thứ Sáu họp, thứ Hai gửi", said on a Monday: the next Monday."""
    if not chosen.is_weekday:
        return day
    before = [one for one in heard.found if heard.place(one) < heard.place(chosen)]
    before = [one for one in before if not (one.is_past or one.is_until or one.is_due)]
    named = (heard.read(one, "future").date for one in before)
    latest = max((one for one in named if one), default=day)
    return almanac.shift(day, 7) or day if day < latest <= day + timedelta(days=_SIX) else day


def _held(heard: Heard, fitting: list[Found]) -> Found:
    """Of several days, the one on which something was held and not the one on which a paper goes out."""
    past = [one for one in fitting if heard.direction(one) <= 0] or fitting
    past = [one for one in past if not (_beside(heard, one, "not") or _beside(heard, one, "not_yet"))] or past
    past = [one for one in past if not _is_made_up(heard, one)] or past
    held = [one for one in past if _beside(heard, one, "holds")]
    counted = _last_before_figures(heard, held)
    if counted:
        return counted
    return _exact(held or [one for one in past if not _beside(heard, one, "hands_in")] or past)


def _last_before_figures(heard: Heard, held: list[Found]) -> Found | None:
    """ "họp ngày 5/11 bàn kế hoạch, ngày 15/11 học, 22/22 dự": the figures are of the second day."""
    if len(held) < _TWO or heard.counts.attended is None:
        return None
    figures = [at for at, token in enumerate(heard.told.tokens) if token[0].isdigit() and at > heard.place(held[0])]
    before = [one for one in held if figures and one.is_day and heard.place(one) < figures[0]]
    return before[-1] if before else None


def _is_made_up(heard: Heard, found: Found) -> bool:
    """ "2 người học bù 17/5", "hôm nay học bù 2 đồng chí": on that day those came who had been away."""
    told, clause = heard.told, heard.clause(found)
    return any(token in ("bù", "bu") and told.clauses[at] == clause for at, token in enumerate(told.tokens))


def _beside(heard: Heard, found: Found, tag: str) -> bool:
    clause = heard.clause(found)
    return any(heard.told.clauses[phrase.start] == clause for phrase in heard.told.all(tag))


def _exact(days: list[Found]) -> Found:
    return next((one for one in days if one.is_day), days[0])


def _doubts(heard: Heard, intent: Intent, counts: numbers.Counts, when: DateReading, unclear: bool) -> Iterator[str]:
    if counts.over:
        yield "attended_over_total"
    if counts.mismatch:
        yield "counts_do_not_add_up"
    if counts.roughly and counts.attended is None:
        yield "which_count"
    if when.invalid:
        yield "invalid_date"
    if _TENSES.get(intent) == "past" and when.date and heard.today - when.date > _LONG_AGO:
        yield "long_ago"
    if intent in _TENSES and when == DateReading() and heard.told.has("lunar"):
        yield "which_day"
    if intent in ("will_do", "extend") and len(heard.found) >= _TWO and heard.told.has("or_else"):
        yield "which_day"
    if unclear and counts.attended is None:
        yield "count_or_date"
    if _is_unsure(heard, intent):
        yield "intent"


def _is_unsure(heard: Heard, intent: Intent) -> bool:
    """Say whether the meaning itself is asked for."""
    if intent == "other":
        evidence = heard.told.has("act", "concerns") or heard.items or any(found.is_due for found in heard.found)
        evidence = evidence or heard.counts.bare  # "34 đồng chí": who came, or how many there are
        return bool(evidence) and not (heard.told.has("mistaken") or asked.opts_out(heard))
    return intents.is_doubtful(heard, intent)
