"""Looks through a .docx or .xlsx: its text part by part, and what must not be in it. Resolves and runs nothing."""

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator

LARGEST_UNPACKED = 60_000_000  # bytes in all, embedded files included: a file that unpacks to more is a bomb
MOST_PARTS = 3_000
DEEPEST = 2  # a workbook in a document; nothing within that
_PIECE = 1 << 20
_ACTIVE = re.compile(
    r"vbaproject\.bin|vbadata\.xml|macrosheets/|dialogsheets/|activex/|oleobject|\.(?:bin|exe|js|vbs|scr|hta|lnk|ps1)$"
)
_HARMLESS = re.compile(r"printersettings\d*\.bin$")
_ARCHIVE = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\xd0\xcf\x11\xe0", b"MZ")
# No tag is looked for past the next "<": searching for an end that never comes, from each "<" again, would take hours.
_TAG = re.compile(r"<[^<>]*>")
_FETCHED = re.compile(r"<Relationship\b[^<>]*>")
_LINE_ENDS = re.compile(r"</(?:\w+:)?(?:p|tr|si|row|c|is|comment|sheet)>|<(?:\w+:)?(?:br|tab|cr)\b[^<>]*>")
_PAGE_EDGE = re.compile(r"<((?:odd|even|first)(?:Header|Footer))>([^<]*)<")
_EDGE_CODE = re.compile(r'&(?:"[^"]*"|\d+|K[0-9A-Fa-f]{6}|[A-Z])')
_NAMED = re.compile(r'\b(?:name|title|descr|displayName)="([^"]*)"')


class Doubtful(Exception):
    """A file that is not kept, whatever its text says: `why` as in uploads.verdict."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class _Budget:
    """What may still be unpacked."""

    def __init__(self) -> None:
        self.left = LARGEST_UNPACKED

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise Doubtful("wrong_kind")


def texts(content: bytes) -> Iterator[str]:
    """Give the text of every part, of headers, notes, boxes and embedded files too; raise Doubtful."""
    yield from _texts(content, _Budget(), 0)


def _texts(content: bytes, budget: _Budget, depth: int) -> Iterator[str]:
    if depth >= DEEPEST:
        raise Doubtful("wrong_kind")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _check_table(packed, len(content))
            for part in packed.infolist():
                yield from _part(part.filename, _unpacked(packed, part, budget), budget, depth)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError):
        raise Doubtful("wrong_kind") from None


def _check_table(packed: zipfile.ZipFile, size: int) -> None:
    """Judge by the table of contents alone, before anything is unpacked."""
    parts = packed.infolist()
    if len(parts) > MOST_PARTS or sum(part.compress_size for part in parts) > size:  # parts that share bytes: a bomb
        raise Doubtful("wrong_kind")
    if any(part.flag_bits & 1 for part in parts):
        raise Doubtful("locked")
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Doubtful("wrong_kind")
    if any(_ACTIVE.search(name) and not _HARMLESS.search(name) for name in (p.filename.lower() for p in parts)):
        raise Doubtful("active")


def _unpacked(packed: zipfile.ZipFile, part: zipfile.ZipInfo, budget: _Budget) -> bytes:
    """Unpack piece by piece: what the table says of sizes may be a lie."""
    pieces = []
    with packed.open(part) as file:
        while piece := file.read(_PIECE):
            budget.spend(len(piece))
            pieces.append(piece)
    return b"".join(pieces)


def _part(name: str, content: bytes, budget: _Budget, depth: int) -> Iterator[str]:
    low = name.lower()
    if low.endswith((".docx", ".xlsx")):
        yield from _texts(content, budget, depth + 1)
    elif content.startswith(_ARCHIVE):
        raise Doubtful("active")
    elif low.endswith((".xml", ".rels", ".vml")):
        yield from _xml(low, _decoded(content))
    elif low.endswith((".htm", ".html", ".mht", ".txt")):
        yield from _said(_decoded(content))


def _decoded(content: bytes) -> str:
    """Read XML as its reader would: UTF-16 by its mark or its zeros, else UTF-8."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if b"\x00" in content[:4]:
        return content.decode("utf-16-be" if content[:1] == b"\x00" else "utf-16-le", "replace")
    return content.decode("utf-8-sig", "replace")


def _xml(name: str, xml: str) -> Iterator[str]:
    if "<!DOCTYPE" in xml or "<!ENTITY" in xml:
        raise Doubtful("active")
    if name.endswith(".rels"):
        _check_links(xml)
        return
    if name == "[content_types].xml":
        if "macroenabled" in xml.lower():
            raise Doubtful("active")
        return
    yield from _said(xml)


def _check_links(xml: str) -> None:
    """Let links to click on stay; refuse templates, pictures and objects that would be fetched by themselves."""
    for link in _FETCHED.findall(xml):
        if 'TargetMode="External"' in link and not re.search(r'Type="[^"]*/hyperlink"', link):
            raise Doubtful("active")


def _said(xml: str) -> Iterator[str]:
    for _, edge in _PAGE_EDGE.findall(xml):
        yield _EDGE_CODE.sub("\n", html.unescape(edge))
    yield html.unescape(_TAG.sub("", _LINE_ENDS.sub("\n", xml)))
    yield html.unescape("\n".join(_NAMED.findall(xml)))
