"""One normal form of typed Vietnamese, with and without diacritics; knows letters, never meanings."""

import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Meaning = TypeVar("Meaning")

_DROPPED = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufe0e\ufe0f\ufeff\"'`“”‘’„«»]")
_STRAY_MARKS = re.compile("[\u0300-\u036f]")
_POLITE = frozenset(("dạ", "ạ", "vâng"))
_MARKED_WORD = re.compile(r"\w*[\u00e0-\u00fd\u0103\u0129\u0169\u01a1\u01b0\u1ea0-\u1ef9\u0300-\u036f]\w*")  # not "đ/c"
_WORD = re.compile(r"[^\W\d_]+")
_LEAST_MARKED = 6  # one word in so many
_DASHES = re.compile("[‐-―−]")
# Word ends with two spellings in use; ours is that of the offices we write for: "ủy, hòa, quý".
_SPELLING = re.compile(r"(?<!q)(?:o[àáảãạ]|o[èéẻẽẹ]|u[ỳýỷỹỵ])(?!\w)")
_QUI = re.compile(r"q(?:u[iìíỉĩị]|[ùúủũụ][iy])(?!\w)")


@dataclass(frozen=True, slots=True)
class Folded:
    """`original` is NFC, otherwise as written; `lower` and `plain` are squeezed, unquoted, with and without marks."""

    original: str
    lower: str
    plain: str


@functools.lru_cache(256)  # one message is read in several ways, and buttons' labels again and again
def fold(text: str) -> Folded:
    """Give the three forms of `text`. Secrets and names are only ever judged on an accented form."""
    original = unicodedata.normalize("NFC", text)
    lower = unicodedata.normalize("NFC", _DROPPED.sub("", original).lower())
    lower = " ".join(_DASHES.sub("-", _STRAY_MARKS.sub("", lower)).split())
    lower = _QUI.sub(_with_y, _SPELLING.sub(_tone_first, lower))
    return Folded(original, lower, unmarked(lower))


def plain(text: str) -> str:
    """Lower case, squeezed, without diacritics: for matching labels, headings and commands."""
    return fold(text).plain


def unmarked(lower: str) -> str:
    """Drop the diacritics of text that is already lower case (đ becomes d)."""
    return _STRAY_MARKS.sub("", unicodedata.normalize("NFD", lower)).replace("đ", "d")


def is_accented(lower: str) -> bool:
    """Say whether marks were typed: one word in six, politeness apart. In "Dạ da nop roi a" they were left out."""
    if lower.isascii():
        return False
    marked = [word for word in _MARKED_WORD.findall(lower) if word not in _POLITE]
    return bool(marked) and _LEAST_MARKED * len(marked) >= len(_WORD.findall(lower))


def fits(written: str, word: str) -> bool:
    """Say whether `written` is `word`, perhaps with marks left out; a wrong mark never fits ("mãi" is not "mai")."""
    return len(written) == len(word) and all(w in spellings(c) for w, c in zip(written, word, strict=True))


class Lexicon(Generic[Meaning]):
    """Phrases (accented, lower case) with what each means, found in one look whatever marks were left out."""

    def __init__(self, phrases: Iterable[tuple[str, Meaning]]) -> None:
        """Take phrases in the order in which they are to be found."""
        self._near: dict[str, list[tuple[str, Meaning]]] = {}
        for phrase, meaning in phrases:
            self._near.setdefault(plain(phrase), []).append((phrase, meaning))

    def near(self, said: str) -> Sequence[tuple[str, Meaning]]:
        """Return all that have the letters of `said` (lower case), whatever the marks."""
        return self._near.get(unmarked(said), ())

    def get(self, said: str) -> Meaning | None:
        """Return what the first means that `said` fits, None for no such words."""
        return next((meaning for phrase, meaning in self.near(said) if fits(said, phrase)), None)


def loosely(phrase: str) -> str:
    """Give a regular expression for `phrase` (accented, lower case) that lets marks be left out."""
    return "".join(f"[{spellings(c)}]" if len(spellings(c)) > 1 else re.escape(c) for c in phrase)


def any_of(*phrases: str) -> str:
    """Give a regular expression (no groups) for any of `phrases`, the longest first, marks perhaps left out."""
    return "(?:" + "|".join(loosely(phrase) for phrase in sorted(phrases, key=len, reverse=True)) + ")"


@functools.cache
def spellings(letter: str) -> str:
    """Give every way to write one letter with all, some or none of its marks: "ậ" gives "aâạậ"."""
    if letter == "đ":
        return "dđ"
    parts = unicodedata.normalize("NFD", letter)
    forms = {parts[0]}
    for mark in parts[1:]:
        forms |= {unicodedata.normalize("NFC", form + mark) for form in forms}
    return "".join(sorted(form for form in forms if len(form) == 1))


def _tone_first(match: re.Match[str]) -> str:
    first, second = match.group()[0], unicodedata.normalize("NFD", match.group()[1])
    return unicodedata.normalize("NFC", first + second[1]) + second[0]


def _with_y(match: re.Match[str]) -> str:
    tone = "".join(c for c in unicodedata.normalize("NFD", match.group()) if _STRAY_MARKS.match(c))
    return unicodedata.normalize("NFC", "quy" + tone)
