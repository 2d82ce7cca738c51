"""Reads a plan: number, day, issuer, basis, what is asked of whom by when, recipients. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import accumulate, pairwise

from messages.reading.plan import basis, duties, head, lines, outline, passages, tail
from messages.reading.plan.moments import Anchor
from messages.reading.plan.shapes import Basis, Block, Document, Duty, Paragraph, Passage, PlanRead, Table, When

__all__ = ["Basis", "Duty", "Passage", "PlanRead", "When", "read_plan", "read_text"]

_BEGINS = 20  # paragraphs after the title in which what the plan rests on is told
_ENDS = 8  # paragraphs at the end in which place and day may stand
_AS_FOLLOWS = re.compile(r"(?:như\s+sau|sau\s+đây|cụ\s+thể|nội\s+dung\s+sau)\s*[:.]?\s*$", re.IGNORECASE)
_REASONS = re.compile(r"(?:[-–+*]\s*)?(?:căn\s+cứ|thực\s+hiện|theo|triển\s+khai|xét|kính\s+gửi)\b", re.IGNORECASE)


def read_text(text: str) -> PlanRead:
    """Read a plan's text."""
    return read_plan(lines.read(text))


def read_plan(document: Document) -> PlanRead:
    """Read a plan. Whatever the text is, something is returned; what is not in it is None or ()."""
    written = [each for each in document if isinstance(each, Paragraph)]
    top, foot = head.read(written, _after_tables(document)), tail.read(document)
    start = _place(document, written, top.body)
    body = [*document[start : foot.start], *document[foot.end :]]
    begin = _preamble(body)
    preamble = [each.text for each in body[:begin] if isinstance(each, Paragraph)]
    text = "\n".join(_texts(document))
    below = [each.text for each in written[-_ENDS:] if head.is_place_and_day(each.text)]
    made = top.date or head.signed_on(foot.signed) or head.signed_on(below)
    rests_on = tuple(each for each in basis.merged(_cited(document)) if each.number != top.number)
    items = list(outline.of(body[begin:]))
    return PlanRead(
        number=top.number,
        date=made,
        issuer=head.issuer(preamble, top.letterhead, text),
        subject=top.subject,
        topic=head.topic(" ".join(text.split("\n")), top.subject),
        legal_basis=rests_on,
        duties=duties.read(items, _anchor(made, top.subject, rests_on, text)),
        recipients=foot.recipients,
        passages=passages.choose(items),
        text=text,
    )


def _after_tables(document: Document) -> frozenset[int]:
    """Return which paragraphs, counted without tables, stand right after one."""
    after = [isinstance(one, Table) and isinstance(other, Paragraph) for one, other in pairwise(document)]
    numbers = accumulate(isinstance(each, Paragraph) for each in document)
    return frozenset(n for n, follows in zip(numbers, after, strict=False) if follows)


def _place(document: Document, written: Sequence[Paragraph], body: int) -> int:
    """Return the block after the head's last paragraph: a table may be the first of the body."""
    if body == 0:
        return 0
    last = written[min(body, len(written)) - 1]
    return next(n for n, each in enumerate(document) if each is last) + 1


def _preamble(body: Sequence[Block]) -> int:
    """Return where what is asked begins: after "… xây dựng kế hoạch như sau:"."""
    last = 0
    for n, each in enumerate(body[:_BEGINS]):
        if isinstance(each, Table):
            break
        if _AS_FOLLOWS.search(each.text) and head.is_issued(each.text):
            return n + 1
        if head.is_headline(each.text):
            break
        if _REASONS.match(each.text) or head.is_issued(each.text):
            last = n + 1
    return last


def _anchor(made: date | None, subject: str | None, rests_on: Iterable[Basis], text: str) -> Anchor:
    """Return when the plan was made: its own day, else not before its newest basis and not before its own year."""
    titled = re.findall(r"năm\s+(20\d\d)", subject or "")
    if made:
        return Anchor(made, made.year, ahead=any(int(each) > made.year for each in titled))
    newest = max((each.date for each in rests_on if each.date), default=None)
    named = titled or _common_years(text)
    year = max(int(named[0]) if named else 0, newest.year if newest else 0)
    if not year:
        return Anchor()
    return Anchor(newest if newest and newest.year == year else date(year, 1, 1), year)


def _common_years(text: str) -> list[str]:
    return [year for year, _ in Counter(re.findall(r"(?:/|năm\s)(20\d\d)(?!\d)", text)).most_common(1)]


def _cited(document: Document) -> Iterator[Basis]:
    for text in _texts(document):
        yield from (each.basis for each in basis.cited(text))


def _texts(document: Document) -> Iterator[str]:
    for each in document:
        if isinstance(each, Paragraph):
            yield each.text
        else:
            yield from (" | ".join(row) for row in each.rows)
