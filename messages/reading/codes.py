"""Finds an invitation in what a person typed or followed; knows its shape, never whether it is valid."""

import re

from messages.reading import fold, words

_LINK = re.compile(r"https?://\S*[?&]start=([A-Za-z0-9_-]{20,64}|\d{8})(?![A-Za-z0-9_-])")
_START = re.compile(r"/start(?:@\w+)?\s+(\S.*)", re.IGNORECASE | re.DOTALL)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
_PAIRS = r"\d\d(?:[ .-])\d\d(?:[ .-])\d\d(?:[ .-])\d\d"
_CODE = re.compile(rf"(?<![\d/.,-])(?<!\d )([0-9]{{8}}|[0-9]{{4}}[ -][0-9]{{4}}|{_PAIRS})(?![\d/]|[ .,-]\d)", re.ASCII)
_MOST_AROUND = 80  # a code comes alone or in a short sentence, not inside a pasted report


def read_code(text: str) -> str | None:
    """Give the 8 digits or the long token of an invitation; None if `text` is something else (a phone number)."""
    stripped = fold.fold(text).original.strip()
    link = _LINK.search(stripped)
    if link:
        return link[1]
    start = _START.fullmatch(stripped)
    said = start[1].strip() if start else stripped
    if _TOKEN.fullmatch(said) and (start or _is_mixed(said)):
        return said
    return _digits(said)


def _digits(said: str) -> str | None:
    found = _CODE.findall(said)
    if len(found) != 1 or len(said) > _MOST_AROUND:
        return None
    around = re.findall(r"\w+", fold.plain(_CODE.sub(" ", said)))
    return re.sub(r"\D", "", found[0]) if "ma" in around or words.listed("around_code").issuperset(around) else None


def _is_mixed(said: str) -> bool:
    """A token holds letters of both cases or letters and figures; "hahahahahahahahahahaha" and a long number do not."""
    kinds = (str.islower, str.isupper, str.isdigit)
    return any(c.isalpha() for c in said) and sum(any(map(kind, said)) for kind in kinds) > 1
