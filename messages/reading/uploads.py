"""Looks at the bytes of a file a person sent: what it really is, and whether its text carries a secrecy stamp.

Pictures cannot be read: a person at the office looks at those. Nothing is opened, run or unpacked to disk.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePath

from messages.reading import secrecy

LARGEST = 20_000_000  # bytes a bot may fetch from Telegram
LARGEST_UNPACKED = 60_000_000  # an office file that unpacks to more is a bomb
_MAGIC = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"%PDF-", "pdf"))
_OFFICE = (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"))
_TEXT_PARTS = re.compile(r"(?:word/(?:document|header\d*|footer\d*)|xl/sharedStrings|xl/worksheets/[^/]+)\.xml")
_LINE_ENDS = re.compile(r"</(?:w:p|w:tr|si|row|c)>|<w:br ?/>")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_SHOWN = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]+>|T\*|Td|TD|ET")
_CHARS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


def verdict(name: str, content: bytes) -> str:
    """Return why a file is not kept: "too_big", "wrong_kind", "secret"; "" if it may be."""
    if len(content) > LARGEST:
        return "too_big"
    kind = sniff(content)
    if not kind:
        return "wrong_kind"
    marked = secrecy.filename_marked_secret(PurePath(name).name) or any(
        map(secrecy.is_marked_secret, _texts(kind, content))
    )
    return "secret" if marked else ""


def sniff(content: bytes) -> str:
    """Return jpg | png | pdf | docx | xlsx by what the bytes are, whatever the name says; "" for anything else."""
    if found := next((kind for magic, kind in _MAGIC if content.startswith(magic)), ""):
        return found
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = set(packed.namelist())
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                return ""
    except (zipfile.BadZipFile, ValueError, OSError):
        return ""
    return next((kind for part, kind in _OFFICE if part in names), "")


def _texts(kind: str, content: bytes) -> Iterator[str]:
    if kind in ("docx", "xlsx"):
        yield from _office_texts(content)
    elif kind == "pdf":
        yield from _pdf_texts(content)


def _office_texts(content: bytes) -> Iterator[str]:
    """Give the text of an office file part by part; tags are cut off, so no entity is ever resolved."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for name in packed.namelist():
            if _TEXT_PARTS.fullmatch(name):
                xml = packed.read(name).decode("utf-8", "replace")
                yield re.sub(r"<[^>]*>", "", _LINE_ENDS.sub("\n", xml))


def _pdf_texts(content: bytes) -> Iterator[str]:
    """Give what a PDF shows, read with each of its fonts' own letters: a stamp is found whichever font it is in."""
    streams = [_inflated(found[1]) for found in _STREAM.finditer(content)]
    letters = [_letters(stream) for stream in streams if b"beginbf" in stream]
    for stream in streams:
        if b"Tj" in stream or b"TJ" in stream:
            for each in [*letters, {}]:
                yield _shown(stream, each)


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream, LARGEST_UNPACKED)
    except zlib.error:
        return stream


def _letters(cmap: bytes) -> dict[int, str]:
    """Read a font's ToUnicode map."""
    found: dict[int, str] = {}
    for first, last, to in _RANGE.findall(b" ".join(_RANGES.findall(cmap))):
        start, end = int(first, 16), int(last, 16)
        for code in range(start, min(end, start + 0xFFFF) + 1):
            found[code] = chr(min(int(to[-4:], 16) + code - start, 0xFFFF))
    for code, to in _PAIR.findall(b" ".join(_CHARS.findall(cmap))):
        found[int(code, 16)] = bytes.fromhex(to.decode()).decode("utf-16-be", "replace") if len(to) % 4 == 0 else ""
    return found


def _shown(stream: bytes, letters: dict[int, str]) -> str:
    out: list[str] = []
    for token in _SHOWN.findall(stream):
        if token.startswith(b"<"):
            out.append(_hex_text(re.sub(rb"\s", b"", token[1:-1]), letters))
        elif token.startswith(b"("):
            out.append(token[1:-1].decode("latin-1"))
        else:
            out.append("\n")
    return "".join(out)


def _hex_text(digits: bytes, letters: dict[int, str]) -> str:
    codes = [int(digits[at : at + 4], 16) for at in range(0, len(digits) - 3, 4)]
    return "".join(letters.get(code, chr(code) if not letters and code else "") for code in codes)
