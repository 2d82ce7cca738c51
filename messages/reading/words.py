"""The word lists of words.yaml over one normal form of a text; knows what phrases tell, not what a message means."""

import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from messages.reading import fold, keyboard, misspelt, spoken

SAFELY = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, ten times as fast
LONGEST = 1000  # characters read of one message: figures come early, and reading belongs to a turn of 20 ms

_TOKEN = re.compile(
    r"@[a-z]+|\d[\d./:\-]*\d%?|\d%?|t[2-8](?![^\W_])|(?:đ|d|b)/c|đ\.c|v\.p|[^\W\d_]+|[^\w\s]|_",
)
_SMILEYS = re.compile(
    r"[:=;]-?['’]?[)(DPp3vV]+(?!\w)|\^[_.]?\^|(?<!\w)(?:(?:ha|hi|he|ka|kk){2,}|hehe|hj+)(?!\w)", re.IGNORECASE
)
_LONG_DRAWN = re.compile(
    r"([^\W\d_])\1{2,}|(?<=[^\W\d_])([iy])\2(?!\w)|(?<=[aâăeêiouươy])(u)\3(?!\w)"
)  # "nhaaa", "maii"
_MARKED_YES = re.compile(r"(?<!\w)dạ(?!\w)")
_YES = re.compile(
    r"^da(?= ,| (?:a|em|anh|chi|bac|chau|toi|tui|minh|ben|vang|ok|ro|thua|bao cao|da|chi bo)(?!\w))"
)  # "da em gui"
_BREAKS = frozenset(".,;:!?()\n…")
_TURNS = frozenset(("mà", "nhưng", "nhung"))


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
    folded = _LONG_DRAWN.sub(
        lambda drawn: drawn.group()[0], fold.fold(_SMILEYS.sub(" ", text[:LONGEST]).replace("\n", " ; ")).lower
    )
    typed = misspelt.mend(keyboard.undo(folded, _syllables()), _near_spelt())
    out = " ".join(_written_out(_TOKEN.findall(typed)))
    if fold.is_accented(typed):
        return out
    return _YES.sub("uh", fold.unmarked(_MARKED_YES.sub("uh", out)))  # "24 dv" without marks is "dang vien"


def tell(text: str) -> Told:
    """Find every phrase of the word list in a normal text; the longest phrase of a tag wins where two overlap."""
    tokens = tuple(text.split())
    clauses = _clauses(tokens)
    complete = _complete() if fold.is_accented(text) else frozenset()
    plain = tuple(fold.unmarked(text).split())
    table = _phrases()
    found: dict[str, list[Phrase]] = {}
    for index, token in enumerate(plain):
        following = plain[index + 1] if index + 1 < len(plain) else ""
        for unmarked, words, tag in (*table.get((token, following), ()), *table.get((token,), ())):
            end = index + len(words)
            if plain[index:end] != unmarked or clauses[end - 1] != clauses[index]:
                continue
            taken = found.get(tag)
            if (not taken or taken[-1].end <= index) and _fit(tokens[index:end], words, complete):
                found.setdefault(tag, []).append(Phrase(tag, index, end))
    return Told(tokens, clauses, {tag: kept for tag, phrases in found.items() if (kept := _outside(found, phrases))})


def _outside(found: Mapping[str, list[Phrase]], phrases: list[Phrase]) -> tuple[Phrase, ...]:
    """Leave out what is only a part of a compound ("học" in "học kỳ")."""
    whole = found.get("compound")
    if not whole:
        return tuple(phrases)
    return tuple(
        one
        for one in phrases
        if not any(
            each.start <= one.start and one.end <= each.end and one.end - one.start < each.end - each.start
            for each in whole
        )
    )


@functools.cache
def phrases(tag: str) -> tuple[str, ...]:
    """Give the phrases of one tag as the list has them."""
    return tuple(fold.fold(phrase).lower for phrase in _data()["tells"][tag])


@functools.cache
def listed(name: str) -> frozenset[str]:
    """Give one of the plain lists of words.yaml ("amounts", "particles")."""
    return frozenset(_data()[name])


def is_particle(token: str) -> bool:
    """Say whether a word only closes a sentence politely; without marks, where it can hardly be another."""
    return token in listed("particles") or token in ("a", "nhe", "nhi", "oi", "voi", "day", "vay")


def _clauses(tokens: tuple[str, ...]) -> tuple[int, ...]:
    clause, clauses = 0, []
    for token in tokens:
        clause += token in _BREAKS
        clauses.append(clause)
        clause += token in _TURNS
    return tuple(clauses)


def _fit(tokens: tuple[str, ...], words: tuple[str, ...], complete: frozenset[str]) -> bool:
    if tokens == words:
        return True
    return " ".join(words) not in listed("only_marked") and all(
        token == word or (token not in complete and fold.fits(token, word))
        for token, word in zip(tokens, words, strict=True)
    )


def _written_out(tokens: list[str]) -> list[str]:
    out: list[str] = []
    index = 0
    while index < len(tokens):
        short, meant = _meant(tokens, index, _ends_in_amount(out))
        out.extend(word for word in meant if word.isascii() or not _is_picture(word))
        index += short
    return out


def _is_picture(token: str) -> bool:
    return unicodedata.category(token[0]) in ("So", "Sk", "Cn", "Co")


def _ends_in_amount(out: list[str]) -> bool:
    if not out or not out[-1][-1].isdigit():
        return False
    return len(out) == 1 or fold.unmarked(out[-2]) not in ("ngay", "hom", "bua", "mung", "thang", "thu")


def _meant(tokens: list[str], index: int, after_number: bool) -> tuple[int, tuple[str, ...]]:
    token = tokens[index]
    if token in ("đc", "dc"):  # "24 đc" are comrades, "chưa học đc" and "hôm 15 đc 20/22" are "được"
        asked = bool({"k", "ko", "không", "khong", "hông"} & set(tokens[index + 1 : index + 2]))  # "23/6 đc ko"
        return 1, ("đồng", "chí") if after_number and not asked else ("được",)
    if len(token) == 2 and token[0] == "t" and token[1] in "2345678":  # noqa: PLR2004 - "t6" is Friday
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
    for listed_as, short, meant in _all_shorts():
        folded = fold.fold(short)
        for form in {folded.lower, folded.plain if listed_as == "abbreviations" else folded.lower}:
            key = tuple(form.split())
            table.setdefault(key[0], []).append((key, tuple(fold.fold(meant).lower.split())))
    for rows in table.values():
        rows.sort(key=lambda row: -len(row[0]))
    return table


def _all_shorts() -> Iterator[tuple[str, str, str]]:
    for name in ("abbreviations", "as_written"):
        for short, meant in _data()[name].items():
            yield name, short, meant


@functools.cache
def _phrases() -> dict[tuple[str, ...], list[tuple[tuple[str, ...], tuple[str, ...], str]]]:
    """First two tokens, or the only one, without marks -> (tokens without marks, tokens, tag), the longest first."""
    table: dict[tuple[str, ...], list[tuple[tuple[str, ...], tuple[str, ...], str]]] = {}
    for tag, phrases in _data()["tells"].items():
        for phrase in phrases:
            words = tuple(fold.fold(phrase).lower.split())
            plain = tuple(map(fold.unmarked, words))
            table.setdefault(plain[:2], []).append((plain, words, tag))
    for rows in table.values():
        rows.sort(key=lambda row: -len(row[0]))
    return table


@functools.cache
def _syllables() -> Mapping[tuple[str, str], str]:
    """Every syllable the lists know, by its letters and marks, for undoing raw keyboard input."""
    return keyboard.index(_spelt())


@functools.cache
def _spelt() -> frozenset[str]:
    phrases = [words for rows in _phrases().values() for _, words, _ in rows]
    shorts = [meant for rows in _shorts().values() for _, meant in rows]
    return frozenset(word for words in phrases + shorts for word in words) | listed("syllables") | set(spoken.WORDS)


@functools.cache
def _complete() -> frozenset[str]:
    """Words that are what they are where others bear marks: a listed one, or one with marks ("có" is no hasty "cố")."""
    return listed("complete") | {word for word in _spelt() if not word.isascii()}


@functools.cache
def _near_spelt() -> Mapping[str, frozenset[str]]:
    shorts = {word for rows in _shorts().values() for key, _ in rows for word in key}
    return misspelt.index(_spelt() | shorts)
