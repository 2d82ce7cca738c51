"""What the codes of a PDF's font stand for, and how wide they are. Knows no page."""

import re
from dataclasses import dataclass, field
from typing import Any

from messages.reading.pdf_objects import Pdf, Reader, Stream

MOST_LETTERS = 70_000
_BLANK = 0x20
_WIDTH = 0.5  # of the font's size, where it says nothing
_PLAIN_GLYPHS = {"space": " ", "hyphen": "-", "period": ".", "comma": ",", "colon": ":", "semicolon": ";", "slash": "/"}


@dataclass
class Font:
    """`letters` by code; `wide`: a code takes two bytes."""

    wide: bool = False
    letters: dict[int, str] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    usual: float = _WIDTH

    def read(self, raw: bytes) -> list[tuple[str, float, bool]]:
        """Return each code's letters, its width in parts of the size, and whether it is a space of one byte."""
        step = 2 if self.wide else 1
        codes = [int.from_bytes(raw[at : at + step], "big") for at in range(0, len(raw) - step + 1, step)]
        return [(self._letter(code), self.widths.get(code, self.usual), code == _BLANK and step == 1) for code in codes]

    def _letter(self, code: int) -> str:
        if code in self.letters:
            return self.letters[code]
        return "" if self.wide else bytes([code]).decode("cp1252", "ignore")


def of(pdf: Pdf, about: Any) -> Font:
    """Read a font's dictionary."""
    about = pdf.get(about)
    if not isinstance(about, dict):
        return Font()
    found = Font(wide=about.get("Subtype") == "Type0")
    _read_widths(pdf, about, found)
    _read_encoding(pdf, about, found)
    table = pdf.get(about.get("ToUnicode"))
    if isinstance(table, Stream):
        _read_map(pdf.unpacked(table), found.letters)
    return found


def _read_widths(pdf: Pdf, about: dict[str, Any], font: Font) -> None:
    if font.wide:
        inner = pdf.get((pdf.get(about.get("DescendantFonts")) or [None])[0])
        if isinstance(inner, dict):
            usual = pdf.get(inner.get("DW"))
            font.usual = usual / 1000 if isinstance(usual, float) else 1.0
            _read_wide(pdf, pdf.get(inner.get("W")) or [], font)
        return
    first, widths = pdf.get(about.get("FirstChar")), pdf.get(about.get("Widths"))
    if isinstance(first, float) and isinstance(widths, list):
        for n, each in enumerate(widths[:256]):
            if isinstance(width := pdf.get(each), float):
                font.widths[int(first) + n] = width / 1000


def _read_wide(pdf: Pdf, table: list[Any], font: Font) -> None:
    at, left = 0, MOST_LETTERS
    while at + 1 < len(table) and left > 0:
        first, second = pdf.get(table[at]), pdf.get(table[at + 1])
        if isinstance(first, float) and isinstance(second, list):
            font.widths |= {int(first) + n: each / 1000 for n, each in enumerate(second) if isinstance(each, float)}
            at, left = at + 2, left - len(second)
        elif isinstance(first, float) and isinstance(second, float) and at + 2 < len(table):
            width = pdf.get(table[at + 2])
            codes = range(int(first), min(int(second), int(first) + left) + 1)
            if isinstance(width, float):
                font.widths |= dict.fromkeys(codes, width / 1000)
            at, left = at + 3, left - len(codes)
        else:
            at += 1


def _read_encoding(pdf: Pdf, about: dict[str, Any], font: Font) -> None:
    encoding = pdf.get(about.get("Encoding"))
    differences = pdf.get(encoding.get("Differences")) if isinstance(encoding, dict) else None
    code = 0
    for each in differences if isinstance(differences, list) else []:
        if isinstance(each, float):
            code = int(each)
        else:
            if letter := _glyph(str(each)):
                font.letters[code] = letter
            code += 1


def _glyph(name: str) -> str:
    if found := re.fullmatch(r"u(?:ni)?([0-9A-F]{4,6})", name):
        return chr(min(int(found[1], 16), 0x10FFFF))
    return name if len(name) == 1 else _PLAIN_GLYPHS.get(name, "")


def _read_map(table: bytes, letters: dict[int, str]) -> None:
    """Read a ToUnicode table."""
    reader = Reader(table)
    waiting: list[Any] = []
    while (value := reader.value()) is not None and len(letters) < MOST_LETTERS:
        if value == b"endbfchar":
            pairs = [each for each in waiting if isinstance(each, bytes)]
            letters |= {int.from_bytes(a, "big"): _text(b) for a, b in zip(pairs[::2], pairs[1::2], strict=False)}
            waiting = []
        elif value == b"endbfrange":
            _ranges(waiting, letters)
            waiting = []
        elif value in (b"beginbfchar", b"beginbfrange"):
            waiting = []
        else:
            waiting.append(value)


def _ranges(waiting: list[Any], letters: dict[int, str]) -> None:
    for first, last, to in zip(waiting[::3], waiting[1::3], waiting[2::3], strict=False):
        if not (isinstance(first, bytes) and isinstance(last, bytes)):
            continue
        start = int.from_bytes(first, "big")
        end = min(int.from_bytes(last, "big"), start + MOST_LETTERS - len(letters))
        for n, code in enumerate(range(start, end + 1)):
            if isinstance(to, list):
                letters[code] = _text(to[n]) if n < len(to) and isinstance(to[n], bytes) else ""
            elif isinstance(to, bytes) and to:
                text = _text(to)
                letters[code] = text[:-1] + chr(min(ord(text[-1]) + n, 0x10FFFF)) if text else ""


def _text(raw: bytes) -> str:
    return raw.decode("utf-16-be", "ignore")
