"""Finds which of several named bodies a text speaks of, and cuts a text that speaks of several. Knows names only."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from messages.reading import fold

LONGEST = 6000  # characters read of one text
NAMES = 32_768  # names remembered as they are looked for: as many as thousands of branches have
_BODY = r"(?:(?:chi\s+bo|cb)\s+)"
_LEAD = r"(?:^|(?<=[\n;,.|]))[ \t]*(?:[-–•*+]|\d{1,2}[.)])?[ \t]*"
_AFTER_CODE = r"(?=\s*[:=,;.–-]|\s+\d|\s+ngay\b|\s+(?:du|co|vang|du|bao|hop|hoc)\b|\s*$)"


@dataclass(frozen=True, slots=True)
class Named:
    """A body: its id, its names in full, and its codes, which are too short to mean it just anywhere."""

    id: int
    names: tuple[str, ...]
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A place of a text that names bodies (several where they share the name). `opens`: what follows is theirs."""

    start: int
    end: int
    ids: tuple[int, ...]
    opens: bool
    titled: bool  # "Chi bộ …" stands before it


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a text with the bodies it may be about: one if it is clear, none if no name was found."""

    text: str
    ids: tuple[int, ...]


def mentions(text: str, bodies: Sequence[Named]) -> tuple[Mention, ...]:
    """Return where bodies are named, in order; the longest name wins where two overlap, marks may be left out."""
    plain = _plain(text[:LONGEST])
    found = sorted(_all(plain, bodies), key=lambda each: (each.start - each.end, each.start))
    kept: list[Mention] = []
    for each in found:
        over = next((other for other in kept if each.start < other.end and other.start < each.end), None)
        if over is None:
            kept.append(each)
        elif (over.start, over.end) == (each.start, each.end):
            kept[kept.index(over)] = _shared(over, each)
    return tuple(sorted(kept, key=lambda each: each.start))


def pieces(text: str, bodies: Sequence[Named]) -> tuple[Piece, ...]:
    """Cut a text where one body's part ends and another's begins; the names themselves are taken out.

    A text that names one body, or none, is one piece.
    """
    text = unicodedata.normalize("NFC", text)[:LONGEST]
    found = mentions(text, bodies)
    opening = [each for each in found if each.opens]
    if len({each.ids for each in opening}) > 1:
        return tuple(_cut(text, opening))
    return (Piece(_without(text, found), _meant(found)),)


def _meant(found: Sequence[Mention]) -> tuple[int, ...]:
    """Whom a text that cannot be cut is about: who opens it, else who is called "Chi bộ", else whoever is named."""
    for wanted in ("opens", "titled", "ids"):
        ids = dict.fromkeys(one for each in found if getattr(each, wanted) for one in each.ids)
        if ids:
            return tuple(ids)
    return ()


def _cut(text: str, opening: Sequence[Mention]) -> Iterator[Piece]:
    ends = [each.start for each in opening[1:]] + [len(text)]
    before = text[: opening[0].start].strip()
    if any(sign.isdigit() for sign in before):
        yield Piece(before, ())
    for each, end in zip(opening, ends, strict=True):
        yield from _lines_of(text[each.end : end], each.ids)


def _lines_of(text: str, ids: tuple[int, ...]) -> Iterator[Piece]:
    """A list's line that begins like an entry ("Xyz: 12/13") but has no known name is a piece without one."""
    first, *others = text.split("\n")
    strange = [line for line in others if _ENTRY.match(line)]
    own = [first, *(line for line in others if line not in strange)]
    yield Piece("\n".join(own).strip(" \t\n:;,.–-="), ids)
    yield from (Piece(line.strip(), ()) for line in strange)


_ENTRY = re.compile(
    r"^\s*(?:[-–•*+]\s*|\d{1,2}[.)]\s*)?(?:chi bộ\s+|CB\s+)?[^\W\d_][^:\d]{0,40}:\s*\d+\s*/\s*\d+", re.IGNORECASE
)


def _without(text: str, found: Sequence[Mention]) -> str:
    """Take the opening name out, so that nothing of it is read as a figure or a day."""
    for each in reversed(found):
        if each.opens or each.titled:
            text = f"{text[: each.start]} {text[each.end :].lstrip(' :–-=')}"
    return text.strip()


def _plain(text: str) -> str:
    """Fold letter by letter, so that places in the result are places in the text."""
    return "".join(_letter(sign) for sign in text)


def _letter(sign: str) -> str:
    folded = fold.unmarked(sign.lower())
    return folded if len(folded) == 1 else "_"


def _all(plain: str, bodies: Sequence[Named]) -> Iterator[Mention]:
    """Look closely only for what is there at all: a register has thousands of names, a text speaks of a few."""
    spaced = " ".join(plain.split())
    for body in bodies:
        for name in body.names:
            if name and (words := _words(name)) in spaced:
                yield from _of(plain, body.id, words, "")
        for code in body.codes:
            if code and (words := _words(code)) in spaced:
                yield from _of(plain, body.id, words, _AFTER_CODE)


@lru_cache(NAMES)
def _words(name: str) -> str:
    return " ".join(_plain(unicodedata.normalize("NFC", name)).split())


def _of(plain: str, body: int, words: str, after: str) -> Iterator[Mention]:
    """A code counts only where it opens a part or stands after "chi bộ", for "BT" is the secretary as well."""
    lead, written = rf"(?P<lead>{_LEAD})?(?P<title>{_BODY})?", r"\s+".join(map(re.escape, words.split(" ")))
    for match in re.finditer(rf"{lead}(?<!\w){written}(?!\w){after}", plain):
        opens, titled = match["lead"] is not None, match["title"] is not None
        if opens or titled or not after:
            yield Mention(match.start(), match.end(), (body,), opens, titled)


def _shared(one: Mention, other: Mention) -> Mention:
    return Mention(one.start, one.end, tuple(dict.fromkeys((*one.ids, *other.ids))), one.opens, one.titled)
