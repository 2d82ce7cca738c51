"""Puts right one slip of the finger in what no Vietnamese syllable can be ("đnag", "họpp"); knows only letters."""

import re
from collections.abc import Collection, Iterator, Mapping

from messages.reading import fold, syllables

_WORD = re.compile(r"(?<![\w/@.])[^\W\d_]{3,9}(?![\w/])")


def index(known: Collection[str]) -> Mapping[str, frozenset[str]]:
    """Key known words, with and without marks, by what is left of them when one letter is missing."""
    table: dict[str, set[str]] = {}
    for word in {form for each in known for form in (each, fold.unmarked(each)) if len(form) > 1}:
        for left in (word, *_one_less(word)):
            table.setdefault(left, set()).add(word)
    return {left: frozenset(words) for left, words in table.items()}


def mend(lower: str, known: Mapping[str, frozenset[str]]) -> str:
    """Give `lower` with each such word as the one known word that it can be; where it can be two it stays."""
    return _WORD.sub(lambda found: _mended(found.group(), known), lower)


def _mended(word: str, known: Mapping[str, frozenset[str]]) -> str:
    if word in known.get(word, ()) or syllables.is_possible(word):
        return word
    for ways in (_swapped(word), _one_less(word)):
        meant = {way for way in ways if way in known.get(way, ())}
        if meant:
            return meant.pop() if len(meant) == 1 else word
    missing = known.get(word, frozenset())
    return next(iter(missing)) if len(missing) == 1 else word


def _one_less(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _swapped(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1))
