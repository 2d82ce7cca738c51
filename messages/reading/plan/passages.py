"""Chooses sentences fit to be sent as excerpts: whole, not too long, without days or numbers of documents."""

import re
from collections.abc import Iterable, Iterator

from messages.reading.plan import basis, sentences
from messages.reading.plan.outline import Item, TableItem
from messages.reading.plan.shapes import Passage

SHORTEST, LONGEST = 80, 420
MOST = 12
_DATES = re.compile(r"\d{1,2}/\d|tháng\s+\d|quý\s+[IV\d]")


def choose(items: Iterable[Item | TableItem]) -> tuple[Passage, ...]:
    """Return the first passages that are fit."""
    return tuple(each for each, _ in zip(_fit(items), range(MOST), strict=False))


def _fit(items: Iterable[Item | TableItem]) -> Iterator[Passage]:
    seen: set[str] = set()
    for item in items:
        if isinstance(item, TableItem) or item.heading or not item.part:
            continue
        for each in sentences.clauses(item.text):
            whole = each.endswith((".", "”", "./.")) and each[0].isupper() and ":" not in each
            cited = any(True for _ in basis.cited(each)) or _DATES.search(each)
            if whole and SHORTEST <= len(each) <= LONGEST and not cited and each not in seen:
                seen.add(each)
                yield Passage(each.removesuffix("/."), item.part)
