"""The words a plan is recognised by, from words.yaml, as regular expressions. Knows no plan."""

import functools
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from messages.reading import fold


@functools.cache
def table() -> dict[str, Any]:
    """Return words.yaml."""
    found: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "words.yaml").read_text(encoding="utf-8"))
    return found


def any_of(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first; spaces may be wider."""
    return "|".join(_either_way(re.escape(each)) for each in sorted(words, key=len, reverse=True))


_TONES = (
    ("ủy", "uỷ"),
    ("úy", "uý"),
    ("ùy", "uỳ"),
    ("òa", "oà"),
    ("óa", "oá"),
    ("ỏa", "oả"),
    ("ọa", "oạ"),
    ("ỏe", "oẻ"),
    ("óe", "oé"),
)


def _either_way(word: str) -> str:
    """Allow wider spaces, and the tone on either letter: "ủy" and "uỷ"."""
    for new, old in _TONES:
        word = word.replace(old, new).replace(new, f"(?:{new}|{old})")
    return word.replace(r"\ ", r"\s+")


@functools.cache
def listed(name: str) -> str:
    """Return a pattern for a list of words.yaml."""
    return any_of(table()[name])


def plain(text: str) -> str:
    """Return lower case without punctuation at the ends, for comparing headings."""
    return " ".join(re.sub(r"[^\w\s]", " ", fold.fold(text).lower).split())


@functools.cache
def column_names() -> dict[str, str]:
    """Return {heading: what stands below it}."""
    return {plain(heading): column for column, names in table()["columns"].items() for heading in names}


def is_one(text: str, name: str) -> bool:
    """Say whether a heading is one of a list's."""
    return plain(text) in {plain(each) for each in table()[name]}


def begins_with_one(text: str, name: str) -> bool:
    """Say whether a heading is one of a list's, or one of those and more: "Kết quả thực hiện quý I"."""
    said = f"{plain(text)} "
    return any(said.startswith(f"{plain(each)} ") for each in table()[name])


def has(text: str, name: str) -> bool:
    """Say whether one of a list's words is in a text."""
    return re.search(rf"(?<!\w)(?:{listed(name)})(?!\w)", text, re.IGNORECASE) is not None
