"""Matches what a person types with the buttons or commands they were offered; knows no menu of its own."""

import functools
import re
from collections.abc import Sequence

from messages.reading import fold, words

_SHORTEST_PREFIX = 3
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
