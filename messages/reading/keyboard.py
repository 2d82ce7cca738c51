"""Undoes what a keyboard leaves when its Vietnamese typing is off ("baso caso", "ba1o ca1o"); knows only letters."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from messages.reading import syllables
from messages.reading.syllables import ACUTE, BAR, BREVE, DOT, GRAVE, HOOK, HORN, ROOF, TILDE

_TELEX_TONES = {"s": ACUTE, "f": GRAVE, "r": HOOK, "x": TILDE, "j": DOT}
_VNI = {"1": ACUTE, "2": GRAVE, "3": HOOK, "4": TILDE, "5": DOT, "6": ROOF, "7": HORN, "8": BREVE, "9": BAR}
_VNI_WORD = re.compile(r"[a-z]+[1-9][a-z1-9]*")
_TELEX_WORD = re.compile(r"[a-z]{2,9}")
_COMRADE = re.compile(r"^d[d9](?=/?c$)")  # "đ/c" is no syllable
_CERTAIN = 2  # one odd word may be a name or a code; two that both decode are a keyboard
_ENGLISH = frozenset(("meet", "sir"))  # in "họp google meet" no "mệt" is meant
_SHORTEST = 3  # letters and digits: "a4", "t6" are themselves


def index(syllables: Iterable[str]) -> Mapping[tuple[str, str], str]:
    """Key accented syllables by bare letters and sorted marks, so that where a tone was typed does not matter.

    A mark too few ("nopj") is understood where only one syllable can be meant.
    """
    whole = {_key(syllable): syllable for syllable in syllables if _key(syllable)[1]}
    partly: dict[tuple[str, str], set[str]] = {}
    for (letters, marks), syllable in whole.items():
        for left_out in set(marks) if len(marks) > 1 else ():
            partly.setdefault((letters, marks.replace(left_out, "", 1)), set()).add(syllable)
    alone = {key: found.pop() for key, found in partly.items() if len(found) == 1}
    return {**alone, **whole}


def undo(lower: str, known: Mapping[tuple[str, str], str]) -> str:
    """Give `lower` with raw Telex or VNI words decoded, when two decode to some syllable or one to a known one."""
    words = [_COMRADE.sub("đ", word) for word in lower.split(" ")]
    decoded = [_decoded(word, known) if word.isascii() and word not in _ENGLISH else None for word in words]
    sure = sum(2 if each[1] else 1 for each in decoded if each)
    if sure < _CERTAIN:
        return " ".join(words)
    return " ".join(new[0] if new else old for new, old in zip(decoded, words, strict=True))


def _decoded(word: str, known: Mapping[tuple[str, str], str]) -> tuple[str, bool] | None:
    """Give the word and whether it is a known one."""
    bare = word.rstrip(".,;:!?)")
    if _VNI_WORD.fullmatch(bare):
        letters, marks = _vni(bare)
    elif _TELEX_WORD.fullmatch(bare):
        letters, marks = _telex(bare)
    else:
        return None
    found = known.get((letters, marks)) if marks else None
    if found:
        return found + word[len(bare) :], len(bare) >= _SHORTEST
    built = syllables.build(letters, marks) if marks and len(bare) >= _SHORTEST else None
    return (built + word[len(bare) :], False) if built else None


def _key(syllable: str) -> tuple[str, str]:
    parts = unicodedata.normalize("NFD", syllable)
    marks = [c for c in parts if unicodedata.combining(c) or c == BAR]
    letters = "".join("d" if c == BAR else c for c in parts if not unicodedata.combining(c))
    return letters, "".join(sorted(marks))


def _vni(word: str) -> tuple[str, str]:
    letters = "".join(c for c in word if c.isalpha())
    marks = [_VNI[c] for c in word if c.isdigit()]
    return letters, _sorted(letters, marks)


def _sorted(letters: str, marks: Iterable[str]) -> str:
    """ "uo" has both horns or none, however many were typed."""
    if HORN in marks and "uo" in letters:
        marks = [*(mark for mark in marks if mark != HORN), HORN, HORN]
    return "".join(sorted(marks))


def _telex(word: str) -> tuple[str, str]:
    letters, marks = word[:1], ""
    for c in word[1:]:
        if c in _TELEX_TONES and re.search("[aeiouy]", letters):
            marks += _TELEX_TONES[c]
        elif c == letters[-1] and c in "aeod":
            marks += BAR if c == "d" else ROOF
        elif c == "w" and re.search("[aou]", letters):
            marks += BREVE if "a" in letters else HORN
        elif c == "w":
            letters, marks = letters + "u", marks + HORN
        else:
            letters += c
    return letters, _sorted(letters, marks)
