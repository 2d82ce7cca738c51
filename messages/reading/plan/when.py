"""Finds by when something is to be done in a sentence, and how that is worded. Knows no duty and no person."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from messages.reading.plan import bare, moments, reckoned, stretches, told, worded, words
from messages.reading.plan.moments import Anchor
from messages.reading.plan.recurring import every
from messages.reading.plan.terms import Found

_FLAGS = re.IGNORECASE
_MAY = re.compile(r"\d|qu[ýí](?!\w)|tháng|tuần|kỳ", _FLAGS)
_CLOSER = re.compile(r"\s*\(\s*(?:(?:xong|hoàn\s+thành|cụ\s+thể|là|riêng|dự\s+kiến|:)\s*)*", _FLAGS)
_HALF_A_YEAR = timedelta(days=184)
_BESIDE = 3  # letters between a term and what explains it in brackets
_NEXT = re.compile(  # "Khoa Nội ngày 12/8, Khoa Dược ngày …": each its own day
    r"(?<!\w)ngày\s+\d{1,2}(?:\s?[/.-]\s?\d{1,4}){1,2}\s*[,;]\s+(?:và\s+)?(?-i:[A-ZĐ])[^,;.:()\d]{2,40}\s$", _FLAGS
)
_NEAR = 12  # letters between "định kỳ 06 tháng" and the day that says when


def find(text: str, anchor: Anchor, *, alone: bool = False) -> tuple[Found, ...]:
    """Return all words of time that set a term, in order; `alone`: the text is nothing but a term, as in a table."""
    if not _MAY.search(text):
        return ()
    taken: list[Found] = []
    for one in (*reckoned.find(text, anchor), *stretches.find(text, anchor), *worded.find(text, anchor)):
        _add(taken, one)
    for one in bare.find(text, anchor, alone=alone):
        among = any(each.when.mode != "none" for each in taken) and not _is_listed(text, one)
        if alone or not among or _is_aside(text, one, taken):
            _add(taken, one)
    taken = [one for one in taken if one.when.mode != "none" and not _is_narrowed(text, one, taken)]
    if alone and any(told.is_strict(one.when.due_text or "") for one in taken):
        taken = [
            one for one in taken if told.is_strict(one.when.due_text or "") or not told.is_occasion(text, one.start)
        ]
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
        beside = each.when.recurrence is None and any(0 <= one.start - each.end <= _NEAR for one in taken)
        figures = each.when.day is not None and not each.when.strictly_before and _is_of_figures(text, each.start)
        if not over and not beside and not figures and not (each.aside and taken):
            yield Found(each.start, each.end, each.when)


def _is_of_figures(text: str, start: int) -> bool:
    near = text[max(0, start - told.NEAR) : start]
    return re.search(rf"(?<!\w)(?:tính|{words.listed('figures')})(?!\w)[^;.]*$", near, _FLAGS) is not None
