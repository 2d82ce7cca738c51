"""Turns plain text into paragraphs and tables: undoes wrapping, two columns side by side, bold and italics."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from messages.reading.plan import columns, marks
from messages.reading.plan.shapes import Block, Document, Paragraph, Table

MOST = 400_000  # letters read of one plan; a plan of a hundred pages has fewer
LONGEST_LINE = 6_000  # letters of a paragraph
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{2,3})(?=\S)([^*\n]{1,2000}?)(?<=\S)\1(?![\w*])")
_GAP = re.compile(r"\S(?:\t+ *| {3,})\S")
_FOOT_GAP = re.compile(r"\S(?:\t+ *| {2,})\S")
_TITLE = re.compile(r"\s*(?:KẾ HOẠCH|CHƯƠNG TRÌNH|HƯỚNG DẪN|CHỈ THỊ|THÔNG BÁO|CÔNG VĂN|ĐỀ ÁN)\b|\s*[IA]\s*[-./]")
_FOOT = re.compile(r"\s*nơi nhận\s*:?", re.IGNORECASE)
_RULE = re.compile(r"\s*[-–—_=*.·\s]{3,}\s*|\s*[*]\s*")
_PAGE = re.compile(r"\s*(?:[-–]\s*\d{1,3}\s*[-–]|\d{1,3}|[Tt]rang\s+\d{1,3}(?:\s*/\s*\d{1,3})?)\s*")
_ENDS = re.compile(r"[.;:!?…]['\"”»)]*$|\./\.$")
_FULL = 0.62  # of the widest line: a line that long was broken because it was full
_WIDEST = 130  # letters; longer lines are whole paragraphs, nothing was wrapped
_NARROW = 40


def read(text: str) -> Document:
    """Return the blocks of a text."""
    raw = [_clean(line) for line in re.split(r"\r\n|[\n\r\f\v\u2028\u2029]", _tidy(text))]
    return tuple(_blocks(list(_side_by_side(_in_one(raw)))))


def _in_one(raw: Sequence[str]) -> list[str]:
    """Take out the numbers of pages; a sentence goes on over the page's end."""
    found: list[str] = []
    at = 0
    while at < len(raw):
        if _PAGE.fullmatch(raw[at]) and (at == 0 or not raw[at - 1].strip() or raw[at].startswith(" " * _NARROW)):
            after = next((n for n in range(at + 1, len(raw)) if raw[n].strip()), len(raw))
            before = next((line for line in reversed(found) if line.strip()), "")
            if after < len(raw) and before and not _ENDS.search(before) and _continues(raw[after]):
                while found and not found[-1].strip():
                    found.pop()
                at = after
                continue
        else:
            found.append(raw[at])
        at += 1
    return found


def _continues(line: str) -> bool:
    first = line.lstrip()[:1]
    return (first.islower() or first.isdigit()) and marks.of(line.lstrip()) is None


def _tidy(text: str) -> str:
    text = unicodedata.normalize("NFC", text[:MOST].lstrip("\ufeff"))
    text = re.sub(r"[\u00ad\u200b-\u200f\u2060\ufeff]", "", text).replace("\u00a0", " ").replace("\u2011", "-")
    return _EMPHASIS.sub(r"\2", text)


def _clean(line: str) -> str:
    line = line[:LONGEST_LINE].rstrip()
    return re.sub(r"^#{1,6}\s+", "", line)


def _side_by_side(raw: Sequence[str]) -> Iterator[str]:
    """Set the two columns of letterhead and signature one below the other."""
    head = next((n for n, line in enumerate(raw) if _TITLE.match(line) and not _GAP.search(line.strip())), 0)
    foot = next((n for n in reversed(range(len(raw))) if _FOOT.match(raw[n])), len(raw))
    stop = next((n for n in range(foot, len(raw)) if raw[n].strip().upper().startswith("PHỤ LỤC")), len(raw))
    yield from _unfolded(raw[:head])
    yield from raw[head:foot]
    yield from _unfolded(raw[foot:stop], _FOOT_GAP)
    yield from raw[stop:]


def _unfolded(raw: Sequence[str], gap: re.Pattern[str] = _GAP) -> list[str]:
    if any("|" in line for line in raw):
        return list(raw)
    left, right = [], []
    for line in raw:
        found = gap.search(line)
        if found:
            left.append(line[: found.start() + 1])
            right.append(line[found.end() - 1 :].strip())
        elif len(line) - len(line.lstrip()) > _NARROW / 2 and right:
            right.append(line.strip())
        else:
            left.append(line)
    return [*left, "", *right, ""] if right else left


def _blocks(raw: Sequence[str]) -> Iterator[Block]:
    at = 0
    widest = _width(raw)
    waiting: list[str] = []
    while at < len(raw):
        if found := columns.table_at(raw, at):
            yield from _paragraphs(waiting, widest)
            waiting = []
            rows, at = found
            yield Table(rows)
        else:
            waiting.append(raw[at])
            at += 1
    yield from _paragraphs(waiting, widest)


def _width(raw: Sequence[str]) -> int:
    """Return how wide the text was set, 0 where its lines are whole paragraphs."""
    lengths = sorted(len(line) for line in raw if line.strip())
    if not lengths or lengths[-1] > _WIDEST or lengths[-1] < _NARROW:
        return 0
    return lengths[int(len(lengths) * 0.95)] if len(lengths) > 1 else lengths[0]


def _paragraphs(raw: Sequence[str], widest: int) -> Iterator[Paragraph]:
    said = ""
    last = ""
    first = 0
    for line in raw:
        if not line.strip() or _RULE.fullmatch(line):
            if said:
                yield Paragraph(said)
            said, last = "", ""
        elif said and (_goes_on(last, line, widest) or _hangs(first, last, line, widest)):
            said = f"{said} {line.strip()}"[:LONGEST_LINE]
            last = line
        else:
            if said:
                yield Paragraph(" ".join(said.split()))
            said, last, first = line.strip(), line, _indent(line)
    if said:
        yield Paragraph(" ".join(said.split()))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _hangs(first: int, last: str, line: str, widest: int) -> bool:
    """Say whether a line stands further left than its paragraph began, below a full one: it goes on."""
    full = widest > 0 and len(last) >= widest * _FULL
    return (
        full and _indent(line) < first and not (marks.of(line.lstrip()) or marks.is_shouted(line) or _FOOT.match(line))
    )


def _goes_on(last: str, line: str, widest: int) -> bool:
    """Say whether a line continues the one above."""
    if marks.of(line.lstrip()) or _FOOT.match(line) or _ENDS.search(last) or marks.is_shouted(last):
        return False
    first = line.lstrip()[:1]
    if widest and len(last) >= widest * _FULL:
        return not marks.is_shouted(line)
    return first.islower() or (widest > 0 and first.isdigit() and len(last) >= widest * _FULL)
