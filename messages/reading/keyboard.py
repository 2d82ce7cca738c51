"""Undoes what a keyboard leaves when its Vietnamese typing is off ("baso caso", "ba1o ca1o"); knows only letters."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
_ROOF, _HORN, _BREVE, _BAR = "\u0302", "\u031b", "\u0306", "đ"
_TELEX_TONES = {"s": _ACUTE, "f": _GRAVE, "r": _HOOK, "x": _TILDE, "j": _DOT}
_VNI = {"1": _ACUTE, "2": _GRAVE, "3": _HOOK, "4": _TILDE, "5": _DOT, "6": _ROOF, "7": _HORN, "8": _BREVE, "9": _BAR}
_VNI_WORD = re.compile(r"[a-z]+[1-9][a-z1-9]*")
_TELEX_WORD = re.compile(r"[a-z]{2,9}")
_CERTAIN = 2  # one odd word may be a name or a code; two that both decode are a keyboard


def index(syllables: Iterable[str]) -> Mapping[tuple[str, str], str]:
    """Key accented syllables by bare letters and sorted marks, so that where a tone was typed does not matter."""
    return {_key(syllable): syllable for syllable in syllables if _key(syllable)[1]}


def undo(lower: str, known: Mapping[tuple[str, str], str]) -> str:
    """Give `lower` with raw Telex or VNI words decoded, when at least two decode to known syllables."""
    if not lower.isascii():
        return lower
    words = lower.split(" ")
    decoded = [_decoded(word, known) for word in words]
    if sum(word is not None for word in decoded) < _CERTAIN:
        return lower
    return " ".join(new or old for new, old in zip(decoded, words, strict=True))


def _decoded(word: str, known: Mapping[tuple[str, str], str]) -> str | None:
    bare = word.rstrip(".,;:!?)")
    if _VNI_WORD.fullmatch(bare):
        key = _vni(bare)
    elif _TELEX_WORD.fullmatch(bare):
        key = _telex(bare)
    else:
        return None
    return known[key] + word[len(bare) :] if key in known else None


def _key(syllable: str) -> tuple[str, str]:
    parts = unicodedata.normalize("NFD", syllable)
    marks = [c for c in parts if unicodedata.combining(c) or c == _BAR]
    letters = "".join("d" if c == _BAR else c for c in parts if not unicodedata.combining(c))
    return letters, "".join(sorted(marks))


def _vni(word: str) -> tuple[str, str]:
    letters = "".join(c for c in word if c.isalpha())
    marks = [_VNI[c] for c in word if c.isdigit()]
    if _HORN in marks and "uo" in letters:
        marks.append(_HORN)
    return letters, "".join(sorted(marks))


def _telex(word: str) -> tuple[str, str]:
    letters, marks = word[:1], ""
    for c in word[1:]:
        if c in _TELEX_TONES and re.search("[aeiouy]", letters):
            marks += _TELEX_TONES[c]
        elif c == letters[-1] and c in "aeod":
            marks += _BAR if c == "d" else _ROOF
        elif c == "w" and re.search("[aou]", letters):
            marks += _BREVE if "a" in letters else _HORN * (2 if "uo" in letters else 1)
        else:
            letters += c
    return letters, "".join(sorted(marks))
