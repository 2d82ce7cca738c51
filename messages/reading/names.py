"""Reads a person's own name as typed ("tôi tên là nguyễn văn a"). Knows letters, never people."""

import re
import unicodedata

_LEAD_IN = re.compile(
    r"^(?:(?:dạ|da|vâng|tôi|toi|em|họ và tên|họ tên|ho ten|tên|ten|đ/c|đc|đồng chí|dong chi|là|la|của|cua)[ :,]+)+",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?")
SHORTEST, LONGEST = 3, 60


def read_name(text: str) -> str | None:
    """Return a name of 3–60 letters and spaces, capitals put right where all or none were; None for anything else."""
    said = " ".join(unicodedata.normalize("NFC", text).split()).strip(" .,;:")
    said = _LEAD_IN.sub("", said)
    if not SHORTEST <= len(said) <= LONGEST or not all(_PARTS.fullmatch(part) for part in said.split()):
        return None
    return said.title() if said.islower() or said.isupper() else said
