"""Matches what a person types with the buttons or commands they were offered; knows no menu of its own."""

import functools
import re
from collections.abc import Sequence

from messages.reading import fold, words
from messages.reading.asked import is_marked_as_asking

_SHORTEST_PREFIX = 3
_SHORTEST_HELD = 2  # words: "không" or "sáng" in the middle of a sentence chooses nothing
_BEFORE = 2  # words before a choice's own in which a "không" denies it
_DENIALS = frozenset(("không", "khong", "chưa", "chua", "chẳng", "chả", "đừng", "nếu", "neu"))
_NUMBER = re.compile(r"\(?(\d{1,2})[.)]?")
_COMMAND = re.compile(r"/([^\s/@]{1,64})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)


def match_choice(text: str, labels: Sequence[str]) -> int | None:
    """Give the index of the label meant by its number, itself, itself without marks, or a beginning of three letters.

    An exact label beats a beginning; None when nothing or more than one thing is meant.
    """
    typed = _bare(text)
    offered = [_bare(label) for label in labels]
    for candidate in dict.fromkeys((typed, _without_particles(typed))):
        found = _matches(candidate, offered)
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def held(text: str, offered: Sequence[Sequence[str]]) -> int | None:
    """Give the index of the one choice (each as its wordings) of which a sentence holds two words or more in a row.

    None where it holds several, or asks, or says "không" before them; a longer wording beats one within it.
    """
    told = words.tell(words.normal(text))
    if is_marked_as_asking(told):
        return None
    spans = [(each, *span) for each, wordings in enumerate(offered) for span in _spans(told.tokens, wordings)]
    whole = [(each, start, end) for each, start, end in spans if not _is_within(start, end, spans)]
    denied = any(_DENIALS & set(told.tokens[max(start - _BEFORE, 0) : start]) for _, start, _ in whole)
    meant = {each for each, _, _ in whole}
    return meant.pop() if len(meant) == 1 and not denied else None


def _spans(said: Sequence[str], wordings: Sequence[str]) -> set[tuple[int, int]]:
    """Return where in a sentence's words one of these wordings stands, as (start, end)."""
    phrases = [words.normal(each).split() for each in wordings]
    return {
        (start, start + len(phrase))
        for phrase in phrases
        if len(phrase) >= _SHORTEST_HELD
        for start in range(len(said) - len(phrase) + 1)
        if all(fold.fits(*pair) for pair in zip(said[start : start + len(phrase)], phrase, strict=True))
    }


def _is_within(start: int, end: int, spans: Sequence[tuple[int, int, int]]) -> bool:
    return any(a <= start and end <= b and b - a > end - start for _, a, b in spans)


def command_of(text: str) -> tuple[str, str] | None:
    """Split "/Tổng_hợp@TroLyBot quý II" into ("tonghop", "quý II"); None if it is no command."""
    match = _COMMAND.fullmatch(fold.fold(text).original.strip())
    if not match:
        return None
    name = fold.plain(match[1]).replace("_", "")
    return (name, (match[2] or "").strip()) if re.fullmatch("[a-z0-9]+", name) else None


def _matches(typed: str, offered: list[str]) -> set[int]:
    exact = {index for index, label in enumerate(offered) if label and label == typed} | _numbered(typed, len(offered))
    if exact:
        return exact
    unmarked = {index for index, label in enumerate(offered) if label and fold.fits(typed, label)}
    if unmarked or sum(c.isalpha() for c in typed) < _SHORTEST_PREFIX:
        return unmarked
    return {index for index, label in enumerate(offered) if fold.fits(typed, label[: len(typed)])}


def _numbered(typed: str, count: int) -> set[int]:
    match = _NUMBER.fullmatch(typed)
    return {int(match[1]) - 1} if match and 1 <= int(match[1]) <= count else set()


def _bare(text: str) -> str:
    return fold.fold(text[: words.LONGEST]).lower.strip(" .,;:!?…[]•-")


def _without_particles(typed: str) -> str:
    """ "dạ đúng ạ" means "đúng", and "da dung a" the same without marks."""
    left = typed.replace(",", " ").split()
    particles = _unmarked_particles() if typed.isascii() else words.listed("particles")
    while left and left[-1] in particles:
        left.pop()
    while left and left[0] in particles:
        left.pop(0)
    return " ".join(left)


@functools.cache
def _unmarked_particles() -> frozenset[str]:
    return frozenset(map(fold.unmarked, words.listed("particles")))
