"""The word lists of words.yaml over one normal form of a text; knows what phrases tell, not what a message means."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from messages.reading import fold, keyboard

SAFELY = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, ten times as fast
LONGEST = 1000  # characters read of one message: figures come early, and reading belongs to a turn of 20 ms

_TOKEN = re.compile(
    r"@[a-z]+|\d[\d./:\-]*\d%?|\d%?|t[2-8](?![^\W_])|(?:đ|d|b)/c|đ\.c|v\.p|[^\W\d_]+|[^\w\s]|_",
)
_BREAKS = frozenset(".,;:!?()\n…")
_TURNS = frozenset(("mà", "nhưng"))


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a run of tokens tells: `tokens[start:end]` all within one clause."""

    tag: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Told:
    """A text cut into tokens, the clause each belongs to, and the phrases found, by tag."""

    tokens: tuple[str, ...]
    clauses: tuple[int, ...]
    found: Mapping[str, tuple[Phrase, ...]]

    def has(self, *tags: str) -> bool:
        """Say whether any of `tags` was found."""
        return any(tag in self.found for tag in tags)

    def all(self, tag: str) -> tuple[Phrase, ...]:
        """Give the phrases of one tag in the order of the text."""
        return self.found.get(tag, ())

    def followed(self, first: str, second: str, *, gap: int) -> bool:
        """Say whether `second` begins at most `gap` tokens after `first`, within a clause."""
        return any(self.is_near(a, b, gap) for a in self.all(first) for b in self.all(second))

    def is_near(self, a: Phrase, b: Phrase, gap: int) -> bool:
        """Say whether `b` begins at most `gap` tokens after the end of `a`, within a clause."""
        return 0 <= b.start - a.end <= gap and self.clauses[a.start] == self.clauses[b.start]

    def tag_at(self, tag: str, index: int) -> bool:
        """Say whether the token at `index` belongs to a phrase of `tag`."""
        return any(phrase.start <= index < phrase.end for phrase in self.all(tag))


def normal(text: str) -> str:
    """Give the form that all readers share: folded, shorts written out, one space between tokens.

    Lines become clauses (";"). At most `LONGEST` characters are read. "24/26đ/c" gives "24/26 đồng chí".
    """
    folded = fold.fold(text[:LONGEST].replace("\n", " ; ")).lower
    return " ".join(_written_out(_TOKEN.findall(keyboard.undo(folded, _syllables()))))


def tell(text: str) -> Told:
    """Find every phrase of the word list in a normal text; the longest phrase of a tag wins where two overlap."""
    tokens = tuple(text.split())
    clauses = _clauses(tokens)
    complete = listed("complete") if fold.is_accented(text) else frozenset()
    found: dict[str, list[Phrase]] = {}
    for index, token in enumerate(tokens):
        for words, tag in _phrases().get(fold.unmarked(token), ()):
            taken = found.get(tag)
            if (not taken or taken[-1].end <= index) and _is_at(tokens, clauses, index, words, complete):
                found.setdefault(tag, []).append(Phrase(tag, index, index + len(words)))
    return Told(tokens, clauses, {tag: tuple(phrases) for tag, phrases in found.items()})


@functools.cache
def listed(name: str) -> frozenset[str]:
    """Give one of the plain lists of words.yaml ("amounts", "particles")."""
    return frozenset(_data()[name])


def _clauses(tokens: tuple[str, ...]) -> tuple[int, ...]:
    clause, clauses = 0, []
    for token in tokens:
        clause += token in _BREAKS
        clauses.append(clause)
        clause += token in _TURNS
    return tuple(clauses)


def _is_at(
    tokens: tuple[str, ...], clauses: tuple[int, ...], index: int, words: tuple[str, ...], complete: frozenset[str]
) -> bool:
    end = index + len(words)
    return (
        end <= len(tokens)
        and clauses[end - 1] == clauses[index]
        and all(
            token == word or (token not in complete and fold.fits(token, word))
            for token, word in zip(tokens[index:end], words, strict=True)
        )
    )


def _written_out(tokens: list[str]) -> list[str]:
    out: list[str] = []
    index = 0
    while index < len(tokens):
        short, meant = _meant(tokens, index, bool(out) and out[-1][-1].isdigit())
        out.extend(meant)
        index += short
    return out


def _meant(tokens: list[str], index: int, after_number: bool) -> tuple[int, tuple[str, ...]]:
    token = tokens[index]
    if token in ("đc", "dc"):  # "24 đc" are comrades, "chưa học đc" is "được"
        return 1, ("đồng", "chí") if after_number else ("được",)
    if re.fullmatch("t[2-8]", token):
        return 1, ("thứ", token[1:])
    for short, meant in _shorts().get(token, ()):
        if tuple(tokens[index : index + len(short)]) == short:
            return len(short), meant
    return 1, (token,)


@functools.cache
def _data() -> dict[str, Any]:
    text = Path(__file__).with_name("words.yaml").read_text("utf-8")
    lists: dict[str, Any] = yaml.load(text, SAFELY)  # noqa: S506 (it is the safe one)
    return lists


@functools.cache
def _shorts() -> dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]:
    """First token -> (short, meant), the longest short first; each short also without its marks."""
    table: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for short, meant in _data()["abbreviations"].items():
        folded = fold.fold(short)
        for form in {folded.lower, folded.plain}:
            key = tuple(form.split())
            table.setdefault(key[0], []).append((key, tuple(fold.fold(meant).lower.split())))
    for rows in table.values():
        rows.sort(key=lambda row: -len(row[0]))
    return table


@functools.cache
def _phrases() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """First token without marks -> (tokens, tag), the longest phrase first."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for tag, phrases in _data()["tells"].items():
        for phrase in phrases:
            words = tuple(fold.fold(phrase).lower.split())
            table.setdefault(fold.unmarked(words[0]), []).append((words, tag))
    for rows in table.values():
        rows.sort(key=lambda row: -len(row[0]))
    return table


@functools.cache
def _syllables() -> Mapping[tuple[str, str], str]:
    """Every syllable the lists know, by its letters and marks, for undoing raw keyboard input."""
    phrases = [words for rows in _phrases().values() for words, _ in rows]
    shorts = [meant for rows in _shorts().values() for _, meant in rows]
    return keyboard.index({word for words in phrases + shorts for word in words} | listed("syllables"))
