"""Looks through a PDF: what it shows, read with each of its fonts' own letters, and what must not be in it.

Not a reader of PDFs: enough to find a stamp whichever font it is in. A scan has no text; a person looks at it.
"""

import base64
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from messages.reading.office_file import Doubtful

LARGEST_UNPACKED = 60_000_000  # bytes of all streams together
LARGEST_READ = 30_000_000  # bytes of text looked through, once for each font
MOST_LETTERS = 70_000  # of one font: a font has no more
_DICTIONARY = 2_000  # bytes looked at before a stream
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData)(?![A-Za-z])")
# A text's end is not asked for: searching for one that never comes, from each "(" again, would take hours.
_SHOWN = re.compile(rb"\((?:\\.|[^\\()])*+|<[0-9A-Fa-f\s]+>|T\*|Td|TD|Tm|ET|'", re.DOTALL)
_NOTES = re.compile(rb"\((\xfe\xff(?:\\.|[^\\()])*+)|<(FEFF[0-9A-Fa-f]+)>|\(((?:\\.|[^\\()]){3,200}+)", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]{1,8})>\s*<([0-9A-Fa-f]{1,64})>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]{1,8})>\s*<([0-9A-Fa-f]{1,8})>\s*<([0-9A-Fa-f]{1,64})>")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b""}
_ALONE = re.compile(r"(?<!\w)(\w[\u0300-\u0323]*)\n+(?=\w[\u0300-\u0323]*(?!\w))")


@dataclass(frozen=True)
class _Stream:
    about: bytes  # its dictionary, or as much of it as lies right before
    content: bytes  # unpacked


def texts(content: bytes) -> Iterator[str]:
    """Give what it shows; raise Doubtful."""
    outside, streams = _parts(content)
    _check(outside, streams)
    yield from _notes(outside)
    fonts = [_letters(each.content) for each in streams if b"beginbf" in each.content]
    left = LARGEST_READ
    for stream in streams:
        if b"/ObjStm" in stream.about:
            yield from _notes(stream.content)
        elif b"Tj" in stream.content or b"TJ" in stream.content:
            for letters in [*fonts, {}]:
                left -= len(stream.content)
                if left < 0:
                    raise Doubtful("locked")
                yield from _lines(stream.content, letters)


def _parts(content: bytes) -> tuple[bytes, list[_Stream]]:
    """Split into what lies outside streams, and the streams; pictures are left out."""
    outside, streams, at, left = [], [], 0, LARGEST_UNPACKED
    while (start := content.find(b"stream", at)) >= 0 and (end := content.find(b"endstream", start + 6)) >= 0:
        outside.append(content[at:start])
        about = content[max(at, start - _DICTIONARY) : start].rpartition(b" obj")[2]
        if not re.search(rb"/Subtype\s*/Image", about):
            unpacked = _unpacked(about, content[start + 6 : end].lstrip(b"\r\n"), left)
            left -= len(unpacked)
            streams.append(_Stream(about, unpacked))
        at = end + len(b"endstream")
    return b"\n".join([*outside, content[at:]]), streams


def _unpacked(about: bytes, packed: bytes, most: int) -> bytes:
    """Undo the filters that texts come with; what cannot be undone is left as it is."""
    try:
        if b"/ASCII85Decode" in about or b"/A85" in about:
            packed = base64.a85decode(packed.strip().removesuffix(b"~>"))
        elif b"/ASCIIHexDecode" in about or b"/AHx" in about:
            packed = bytes.fromhex(packed.decode("ascii").strip().rstrip(">"))
        unpacking = zlib.decompressobj()
        unpacked = unpacking.decompress(packed, most + 1)
    except (zlib.error, ValueError):
        return packed
    if len(unpacked) > most:
        raise Doubtful("wrong_kind")
    return unpacked


def _check(outside: bytes, streams: list[_Stream]) -> None:
    structure = [outside, *(each.content for each in streams if b"/ObjStm" in each.about)]
    if re.search(rb"/Encrypt(?![A-Za-z])", outside) or any(b"/Encrypt" in each.about for each in streams):
        raise Doubtful("locked")  # its text cannot be read, so nobody can look for a stamp
    if any(_ACTIVE.search(re.sub(rb"#([0-9A-Fa-f]{2})", _unhashed, each)) for each in structure):
        raise Doubtful("active")


def _unhashed(found: re.Match[bytes]) -> bytes:
    """Undo /J#61vaScript: a name may be written with any of its letters by number."""
    return bytes([int(found[1], 16)])


def _notes(structure: bytes) -> Iterator[str]:
    """Give texts outside pages: titles, notes, fields of forms."""
    for marked, digits, plain in _NOTES.findall(structure):
        if digits:
            yield bytes.fromhex(digits[: len(digits) // 4 * 4].decode()).decode("utf-16-be", "replace").lstrip("\ufeff")
        elif marked:
            yield _unescaped(marked).decode("utf-16-be", "replace").lstrip("\ufeff")
        else:
            yield _unescaped(plain).decode("utf-8", "ignore")


def _letters(cmap: bytes) -> dict[int, str]:
    """Read a font's ToUnicode map."""
    found: dict[int, str] = {}
    left = MOST_LETTERS  # counted as they are named: ranges may name the same ones over and over
    for first, last, to in _RANGE.findall(b" ".join(_between(cmap, b"beginbfrange", b"endbfrange"))):
        start, end = int(first, 16), int(last, 16)
        end = min(end, start + left - 1)
        left -= max(end - start + 1, 0)
        for code in range(start, end + 1):
            found[code] = chr(min(int(to[-4:], 16) + code - start, 0xFFFF))
    for code, to in _PAIR.findall(b" ".join(_between(cmap, b"beginbfchar", b"endbfchar"))):
        found[int(code, 16)] = bytes.fromhex(to.decode()).decode("utf-16-be", "replace") if len(to) % 4 == 0 else ""
        if len(found) > MOST_LETTERS:
            break
    return found


def _between(text: bytes, first: bytes, last: bytes) -> Iterator[bytes]:
    at = 0
    while (start := text.find(first, at)) >= 0 and (end := text.find(last, start)) >= 0:
        yield text[start + len(first) : end]
        at = end


def _lines(stream: bytes, letters: dict[int, str]) -> Iterator[str]:
    widths = (4, 2) if letters and max(letters) <= 0xFF else (4,)  # noqa: PLR2004 - digits of a code
    for width in widths:
        shown = _shown(stream, letters, width)
        yield shown
        yield _ALONE.sub(r"\1", shown)  # each letter set on its own


def _shown(stream: bytes, letters: dict[int, str], width: int) -> str:
    out: list[str] = []
    for token in _SHOWN.findall(stream):
        if token.startswith(b"<"):
            out.append(_hex_text(re.sub(rb"\s", b"", token[1:-1]), letters, width))
        elif token.startswith(b"("):
            out.append(_literal(_unescaped(token[1:]), letters))
        else:
            out.append("\n")
    return "".join(out)


def _unescaped(text: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: _escaped(found[1]), text)


def _escaped(code: bytes) -> bytes:
    return bytes([int(code, 8) & 0xFF]) if code.isdigit() and code < b"8" else _LETTERS.get(code, code)


def _literal(text: bytes, letters: dict[int, str]) -> str:
    if not letters:
        return text.decode("cp1252", "ignore")
    if len(text) % 2 == 0 and any(text[at : at + 2] != b"\x00\x00" and text[at] == 0 for at in range(0, len(text), 2)):
        return _hex_text(text.hex().encode(), letters)
    return "".join(letters.get(code, "") for code in text)


def _hex_text(digits: bytes, letters: dict[int, str], width: int = 4) -> str:
    codes = [int(digits[at : at + width], 16) for at in range(0, len(digits) - width + 1, width)]
    return "".join(letters.get(code, chr(code) if not letters and code else "") for code in codes)
