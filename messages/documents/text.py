"""Makes people's words safe for a file: composed Vietnamese without control characters. Knows no document."""

import unicodedata

_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}  # control, invisible direction marks, broken halves, unassigned


def clean(text: str) -> str:
    """Return text on one line, in NFC, without characters that Word, Excel or XML would refuse."""
    if text.isprintable():  # nothing to drop, as in nearly all that people write
        return " ".join(unicodedata.normalize("NFC", text).split())
    spaced = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
    return " ".join("".join(c for c in spaced if unicodedata.category(c) not in _DROPPED).split())


def clean_lines(text: str) -> tuple[str, ...]:
    """Return the non-empty lines of text, each cleaned."""
    return tuple(line for line in map(clean, text.splitlines()) if line)


def branch_title(name: str) -> str:
    """Return "Chi bộ Bảo tàng" for "Bảo tàng" and for "Chi bộ Bảo tàng"; office lists have both."""
    named = clean(name)
    return named if named.casefold().startswith("chi bộ ") else f"Chi bộ {named}"
