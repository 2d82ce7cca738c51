"""Gives each paragraph its place below the headings. Knows numbering, no meaning."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from messages.reading.plan import marks
from messages.reading.plan.shapes import Block, Table

_LONGEST_HEADING = 170
_SHORT = 70
_LETTER = 8  # the rank of "a)", above that of dashes


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph without its number; `above` the headings over it, outermost first, as written without numbers.

    `part` is how one cites it ("II.1.2"); `heading`: other paragraphs stand under it and it says nothing of its own.
    """

    text: str
    written: str
    rank: int
    above: tuple[str, ...]
    part: str
    heading: bool
    number: int


@dataclass(frozen=True, slots=True)
class TableItem:
    """A table below its headings."""

    table: Table
    above: tuple[str, ...]
    part: str


@dataclass(frozen=True, slots=True)
class _Open:
    rank: int
    text: str
    label: str


def of(blocks: Sequence[Block]) -> Iterator[Item | TableItem]:
    """Walk the blocks in order."""
    opened: list[_Open] = []
    for n, block in enumerate(blocks):
        if isinstance(block, Table):
            above = tuple(each.text for each in opened)
            yield TableItem(block, above, _part(opened))
            continue
        mark, rank, text = _marked(block.text)
        label = mark.label if mark else ""
        following = blocks[n + 1] if n + 1 < len(blocks) else None
        rank = _raised(text, rank, following)
        heading = _is_heading(text, rank, following)
        while opened and opened[-1].rank >= rank:
            opened.pop()
        here = _Open(rank, text, label)
        yield Item(text, block.text, rank, tuple(each.text for each in opened), _part([*opened, here]), heading, n)
        opened.append(here)


def _marked(written: str) -> tuple[marks.Mark | None, int, str]:
    mark = marks.of(written)
    if mark:
        return mark, mark.rank, written[mark.end :].strip()
    rank = marks.HEADLINE if marks.is_shouted(written) else marks.PLAIN
    return None, rank, written.strip()


def _raised(text: str, rank: int, following: Block | None) -> int:
    """Raise a short line without a number over the dashes below it: "Tháng 4/2025", "Các chi bộ trực thuộc"."""
    if rank != marks.PLAIN or following is None or isinstance(following, Table) or not _is_short_title(text):
        return rank
    below = _marked(following.text)[1]
    return below - 1 if _LETTER <= below < marks.PLAIN else rank


def _is_short_title(text: str) -> bool:
    return len(text) <= _SHORT and text[:1].isupper() and not re.search(r"[.;,!?]\s*$", text)


def _part(opened: Sequence[_Open]) -> str:
    """Return "II.1.2": the outermost number, and the innermost that has figures."""
    labels = [each.label for each in opened if each.label and each.rank < marks.of("a) x").rank]  # type: ignore[union-attr]
    figures = [each for each in labels if each[0].isdigit()]
    outer = [each for each in labels if not each[0].isdigit()]
    return ".".join([*outer[-1:], *figures[-1:]])


def _is_heading(text: str, rank: int, following: Block | None) -> bool:
    """A heading ends in no full stop and has something below it."""
    if following is None or len(text) > _LONGEST_HEADING:
        return False
    if marks.is_shouted(text):
        return True
    below = isinstance(following, Table) or _marked(following.text)[1] > rank
    if text.endswith(":"):
        return below
    return below and rank < marks.PLAIN and not re.search(r"[.;,]\s*(?:/\.)?$", text)
