"""Reads words that ask for a report to be opened: its name alone, or with what one does with it. Knows no duty."""

import re

from messages.reading import fold

_OPENS = re.compile(
    r"(?:(?:vang|em|toi|chau|xin|cho|muon|can|gio|de|thi) )*"
    r"(?:(?:gui|nop|lam|viet|nhap|dien|mo|ghi) )?(?:bao cao|bc)"
    r"(?P<which>(?: (?:ket qua|hoc tap|chuyen de|quy|[1-4]|i{1,3}|iv))*)"
    r"(?: (?:nhe|nha|a|di|ngay|luon))*"
)
_ROMAN = {"1": "i", "2": "ii", "3": "iii", "4": "iv"}


def report_named(text: str) -> tuple[str, ...] | None:
    """Return the words that name a report ("quy", "ii"), () for none of them; None where nothing is to be opened.

    "Đã gửi báo cáo" tells what was done and opens nothing.
    """
    said = fold.fold(text).lower.strip(" .!?").removeprefix("dạ").lstrip(" ,")  # "da" may be "đã"
    found = _OPENS.fullmatch(fold.unmarked(said))
    return tuple(_ROMAN.get(word, word) for word in found["which"].split()) if found else None
