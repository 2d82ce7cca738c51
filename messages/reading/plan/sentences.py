"""Cuts a paragraph into sentences and clauses. Knows signs, no meaning."""

import re

_BREAK = re.compile(r"(?<=;)\s+|(?<=[.!?…])[”\"'’)]?\s+(?=[-–+]?\s?[A-ZĐÀ-Ỹ“\"(0-9])|(?<=\./\.)\s+|;(?=[^\s\d])")
_SHORT = re.compile(
    r"(?:(?<!\w)(?:TP|Tp|tp|TS|ThS|PGS|GS|BS|KS|TX|tx|Tr|đ/c|Đ/c|St|No|tr|TT|Q|P)|v\.v|(?<!\w)[A-ZĐ])\.$"
)


def clauses(text: str) -> list[str]:
    """Return the clauses of a paragraph, each with its final sign."""
    found: list[str] = []
    at = 0
    for cut in _BREAK.finditer(text):
        piece = text[at : cut.start()]
        if _SHORT.search(piece) or piece.count("(") > piece.count(")"):
            continue
        found.append(piece.strip())
        at = cut.end()
    found.append(text[at:].strip())
    return [each for each in found if each]
