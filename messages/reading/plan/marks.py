"""Numbering of paragraphs: "I-", "1.1-", "a)", "-", "+". Knows signs, no meaning."""

import re
from dataclasses import dataclass

_MARK = re.compile(
    r"""\s*(?:
      (?P<part>(?:Phần|PHẦN)\s+(?:thứ\s+|THỨ\s+)?\w+)\s*[-–.:/)]?
    | (?P<article>Điều\s+\d{1,2})\s*[-–.:]
    | (?P<ordinal>(?:Một|Hai|Ba|Bốn|Năm|Sáu|Bảy|Tám|Chín|Mười)\s+là|Thứ\s+(?:nhất|hai|ba|tư|năm|sáu|bảy|tám))\s*[,:]
    | (?P<roman>(?:X{0,2}(?:IX|IV|V?I{1,3}|V)|X{1,2}))\s*[-–./):]
    | (?P<upper>[A-HĐ])\s*[-–./)]
    | (?P<number>\d{1,2}(?:\.\d{1,2}){0,4})(?:\s*[-–./):]|(?<=\.\d)|(?<=\.\d\d))
    | (?P<letter>[a-zđ])(?:\s*[).]|\s*[-–/]\s)
    | (?P<star>[*●•▪✓])
    | (?P<dash>[-–—])(?!\d)
    | (?P<plus>[+o])(?=\s)
    )\s*(?=[^\W\d_]|["“‘'(*]|\d+[^\W\d_]|\d+\s|$)""",
    re.VERBOSE,
)
_RANK = {
    "part": 0,
    "upper": 1,
    "roman": 2,
    "article": 3,
    "number": 3,
    "ordinal": 7,
    "letter": 8,
    "star": 9,
    "dash": 9,
    "plus": 10,
}
PLAIN = 20
"""The rank of a paragraph without a number: below whatever stands above it."""
HEADLINE = 2
_HARDLY = 4  # letters


@dataclass(frozen=True, slots=True)
class Mark:
    """A paragraph's number as written, its rank (smaller is higher), and where the words begin."""

    label: str
    rank: int
    end: int


def of(text: str) -> Mark | None:
    """Return the number a paragraph begins with."""
    found = _MARK.match(text)
    if not found or not found.lastgroup:
        return None
    label = found[found.lastgroup]
    rank = _RANK[found.lastgroup] + (label.count(".") if found.lastgroup == "number" else 0)
    return Mark(label, rank, found.end())


def is_shouted(text: str) -> bool:
    """Say whether a line is all in capitals."""
    letters = [each for each in text if each.isalpha()]
    return len(letters) >= _HARDLY and all(each.isupper() for each in letters)
