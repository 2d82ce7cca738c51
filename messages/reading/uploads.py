"""Looks at the bytes of a file a person sent: what it really is, what it hides, whether it carries a secrecy stamp.

Pictures cannot be read: a person at the office looks at those. Nothing is opened, run or unpacked to disk.
"""

import io
import re
import zipfile
from collections.abc import Collection, Iterator
from pathlib import PurePath

from messages.reading import office_file, pdf, secrecy
from messages.reading.office_file import Doubtful

LARGEST = 20_000_000  # bytes a bot may fetch from Telegram
TAKEN = frozenset({"jpg", "png", "pdf", "docx", "xlsx"})
TABLES = frozenset({"xlsx", "csv"})
PLANS = frozenset({"docx", "pdf", "txt"})
_WITHOUT_SIGN = (".csv", ".txt")
_MAGIC = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"%PDF-", "pdf"))
_OFFICE = (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"))
_PICTURES = frozenset({"jpg", "jpeg", "png"})


def verdict(name: str, content: bytes, taken: Collection[str] = TAKEN) -> str:
    """Return why a file is not kept; "" if it may be.

    "too_big", "wrong_kind" (not what is taken, or not what its name says), "active" (macros, scripts, parts fetched
    from elsewhere), "locked" (nobody can look for a stamp in it), "secret".
    """
    if len(content) > LARGEST:
        return "too_big"
    last = PurePath(name).name
    kind = sniff(content) or _plain(last, content)
    if kind not in taken or not _named_alike(last, kind) or _is_two_things(kind, content):
        return "wrong_kind"
    try:
        marked = any(map(secrecy.is_marked_secret, texts(kind, content)))
    except Doubtful as doubt:
        return doubt.why
    return "secret" if marked or secrecy.filename_marked_secret(last) else ""


def sniff(content: bytes) -> str:
    """Return jpg | png | pdf | docx | xlsx by what the bytes are, whatever the name says; "" for anything else."""
    if found := next((kind for magic, kind in _MAGIC if content.startswith(magic)), ""):
        return found
    if not content.startswith(b"PK\x03\x04"):
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return ""
    return next((kind for part, kind in _OFFICE if part in names), "")


def texts(kind: str, content: bytes) -> Iterator[str]:
    """Give the text of a file piece by piece; raise Doubtful for one that must not be kept whatever it says."""
    if kind in ("docx", "xlsx"):
        yield from office_file.texts(content)
    elif kind == "pdf":
        yield from pdf.texts(content)
    elif kind == "txt":
        yield content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8", "replace")
    elif kind == "csv":
        yield re.sub(r"[,;\t\"]+", "\n", content.decode("utf-8", "replace"))


def _plain(name: str, content: bytes) -> str:
    """Return csv or txt for a text that is named so: such files have no other sign."""
    utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    is_text = (utf_16 or b"\x00" not in content) and not content.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"MZ"))
    suffix = PurePath(name).suffix.lower()
    return suffix.removeprefix(".") if is_text and suffix in _WITHOUT_SIGN else ""


def _named_alike(name: str, kind: str) -> bool:
    """Say whether a name agrees with what a file is: phones mix up pictures, but a document is no picture."""
    named = PurePath(name).suffix.lower().removeprefix(".")
    return not named or named == kind or {named, kind} <= _PICTURES


def _is_two_things(kind: str, content: bytes) -> bool:
    """Say whether an archive hides behind a picture or a PDF."""
    return kind in ("jpg", "png", "pdf") and zipfile.is_zipfile(io.BytesIO(content))
