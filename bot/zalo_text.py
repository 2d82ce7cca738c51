"""What Zalo shows of a message: plain text alone, in parts of a limited length. Knows no network and no library."""

import html
import re
import unicodedata
from collections.abc import Iterator

LIMIT = 1950  # UTF-16 units: the platform says 2,000 "characters" and not which
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_SENTENCE = re.compile(r"[.!?…:;][\"”’)]*\s")


def plain(text: str, *, is_plain: bool) -> str:
    """Return small HTML (or, `is_plain`, the letters themselves) as letters, NFC."""
    return unicodedata.normalize("NFC", text if is_plain else html.unescape(_TAG.sub("", text)))


def units(text: str) -> int:
    """Return how many UTF-16 units a text has."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def split(text: str, limit: int = LIMIT) -> list[str]:
    """Cut a text into parts of at most `limit` UTF-16 units, where sense allows it: between paragraphs, else lines,
    sentences, words, and only then within a word. No part is blank; a text without a letter has none.
    """
    parts, rest = [], text.strip()
    while units(rest) > limit:
        cut = _cut(rest, _reach(rest, limit))
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [each for each in (*parts, rest) if each]


def _reach(text: str, limit: int) -> int:
    """Return how many letters fit; none is ever halved, for they are counted whole."""
    used = 0
    for place, letter in enumerate(text):
        used += 2 if letter > "\uffff" else 1
        if used > limit:
            return place
    return len(text)


def _cut(text: str, reach: int) -> int:
    """Return where the first part ends: the last good place past its first third, the best kind first."""
    return next((place for place in _places(text, reach) if place > reach // 3), 0) or _in_word(text, reach)


def _places(text: str, reach: int) -> Iterator[int]:
    yield text.rfind("\n\n", 0, reach + 1)
    yield text.rfind("\n", 0, reach + 1)
    yield max((found.end() for found in _SENTENCE.finditer(text, 0, reach)), default=0)
    yield text.rfind(" ", 0, reach + 1)


def _in_word(text: str, reach: int) -> int:
    """Return the last place where a word ends at all, else where a letter with its marks ends."""
    if (place := max(text.rfind(" ", 0, reach + 1), text.rfind("\n", 0, reach + 1))) > 0:
        return place
    while reach > 1 and unicodedata.combining(text[reach]):
        reach -= 1
    return reach
