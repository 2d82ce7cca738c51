"""Reads "Nơi nhận" and the signature, and says where the plan's own text ends. Knows no duty."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from messages.reading.plan import marks, words
from messages.reading.plan.shapes import Block, Paragraph, Table

_RECIPIENTS = re.compile(r"\s*nơi\s+nhận\s*:?\s*", re.IGNORECASE)
_SIGNED = re.compile(
    r"\s*(?:T/M|TM\.|K/T|KT\.|T/L|TL\.|TUQ\.|BÍ THƯ|PHÓ BÍ THƯ|CHỦ TỊCH|GIÁM ĐỐC|TRƯỞNG BAN|CHÁNH VĂN PHÒNG|\[)"
)
_DASHED = re.compile(r"\s*[-–•+]")
_ANNEX = re.compile(r"\s*(?:PHỤ LỤC|Phụ lục|BIỂU|DANH MỤC)\b")
_SIGNATURE, _NAME = 5, 60  # paragraphs of a signature, and letters each has at most
_MOST = 60
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Tail:
    """`start`: the block where it begins; `end`: the one after it, where an annex may follow."""

    recipients: tuple[str, ...]
    signed: tuple[str, ...]
    start: int
    end: int


def read(blocks: Sequence[Block]) -> Tail:
    """Find the last "Nơi nhận" and read on from it."""
    starts = [n for n, each in enumerate(blocks) if isinstance(each, Paragraph) and _RECIPIENTS.match(each.text)]
    if not starts:
        return Tail((), (), len(blocks), len(blocks))
    start, at = starts[-1], starts[-1] + 1
    begun = _signature(blocks, start)
    named = [_RECIPIENTS.sub("", _text(blocks[start]), count=1)]
    signed: list[str] = []
    while at < len(blocks) and not _is_annex(blocks[at]):
        text = _text(blocks[at])
        if _SIGNED.match(text) or (marks.is_shouted(text) and not _DASHED.match(text)) or signed:
            signed.append(text)
        elif len(named) < _MOST:
            named.append(text)
        at += 1
    return Tail(tuple(_recipients(named)), tuple(signed), begun, at)


def _signature(blocks: Sequence[Block], start: int) -> int:
    """Return where the signature begins that stands right before "Nơi nhận", else `start`."""
    for n in range(max(0, start - _SIGNATURE), start):
        if all(isinstance(each, Paragraph) and len(each.text) < _NAME for each in blocks[n:start]) and _SIGNED.match(
            _text(blocks[n])
        ):
            return n
    return start


def _text(block: Block) -> str:
    return block.text if isinstance(block, Paragraph) else " ".join(block.rows[0])


def _is_annex(block: Block) -> bool:
    if isinstance(block, Table):
        return any(words.column_names().get(words.plain(cell)) == "what" for row in block.rows[:3] for cell in row)
    return _ANNEX.match(block.text) is not None


def _listed(text: str, named: Sequence[str]) -> list[str]:
    """Cut recipients named in one line, at ";" or, where there is none, at ","."""
    alone = sum(bool(each.strip()) for each in named) == 1
    return text.split(";") if ";" in text or not alone else re.split(r",(?![^(]*\))", text)


def _recipients(named: Sequence[str]) -> list[str]:
    """Cut at dashes; a line without one is a recipient of its own only where none has a dash."""
    dashed = any(_DASHED.match(each) for each in named)
    found: list[str] = []
    for text in named:
        pieces = re.split(r"(?:^|[;,.]\s*)\s*[-–•+]\s*", text) if re.search(r"[-–•+]", text) else _listed(text, named)
        first = not dashed or _DASHED.match(text)
        for n, piece in enumerate(pieces):
            clean = piece.strip(" ;,.*")
            if not clean:
                continue
            if not first and n == 0 and found and not clean[0].isupper():
                found[-1] = f"{found[-1]} {clean}"
            elif first or n > 0:
                found.append(clean)
    return [each for each in found if len(each) <= _LONGEST]
