"""Gives the text of a .docx in order, tables as rows of "|", automatic numbers written out. Knows no plan.

For files that passed `office_file`: nothing in them is resolved, fetched or run.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

LARGEST_PART = 15_000_000  # bytes of the document's own XML: some thousand pages
MOST_PARAGRAPHS = 20_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = {"Fallback", "del", "moveFrom", "footnoteReference", "instrText"}
_NUMBERING = ("word/numbering.xml", "word/styles.xml")
_BULLET = "-"
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


class TooLong(Exception):
    """More than a plan holds."""


def text(content: bytes) -> str:
    """Return the text, a blank line between paragraphs. Raise TooLong; zipfile's, ParseError, KeyError for no .docx."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = set(packed.namelist())
        document = _part(packed, "word/document.xml")
        parts = [_part(packed, each) if each in names else None for each in _NUMBERING]
        numbers = _Numbers(parts[0], parts[1])
    body = document.find(f"{_W}body")
    if body is None:
        raise KeyError("body")
    return "\n\n".join(_blocks(body, numbers, _Left()))


def _part(packed: zipfile.ZipFile, name: str) -> Any:
    """Parse one part; a file with a DTD or entities never comes here."""
    if packed.getinfo(name).file_size > LARGEST_PART:
        raise TooLong
    return ElementTree.fromstring(packed.read(name))  # noqa: S314 - `office_file` refused what could be dangerous


@dataclass
class _Left:
    paragraphs: int = MOST_PARAGRAPHS

    def take(self) -> None:
        self.paragraphs -= 1
        if self.paragraphs < 0:
            raise TooLong


def _blocks(body: Any, numbers: "_Numbers", left: _Left) -> Iterator[str]:
    for each in body:
        name = _name(each)
        if name == "p":
            left.take()
            yield numbers.of(each) + _said(each)
        elif name == "tbl":
            yield from _table(each, numbers, left)
        elif name in ("sdt", "sdtContent", "ins", "customXml"):
            yield from _blocks(each, numbers, left)


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _said(element: Any) -> str:
    """Return a paragraph's letters; what was struck out in review is not there."""
    out: list[str] = []
    for each in element:
        name = _name(each)
        if name == "t":
            out.append(each.text or "")
        elif name == "tab":
            out.append("\t")
        elif name in ("br", "cr"):
            out.append("\n")
        elif name == "noBreakHyphen":
            out.append("-")
        elif name not in _SKIPPED and name not in ("pPr", "rPr", "tbl"):
            out.append(_said(each))
    return "".join(out)


def _table(table: Any, numbers: "_Numbers", left: _Left) -> Iterator[str]:
    """A table of facts stays one; the two columns of a letterhead or a signature are set one below the other."""
    rows = [row for row in table if _name(row) == "tr"]
    columns: dict[int, str] = {}
    cells = [_row(row, columns, numbers, left) for row in rows]
    if len(rows) > 1 and max(map(len, cells), default=0) > 2:  # noqa: PLR2004 - letterheads have two columns
        yield "\n".join("| " + " | ".join(_one_line(each) for each in row) + " |" for row in cells)
        return
    for place in range(max(map(len, cells), default=0)):
        yield from (row[place] for row in cells if place < len(row) and row[place])


def _one_line(cell: str) -> str:
    return " ".join(cell.replace("|", "/").split())


def _row(row: Any, above: dict[int, str], numbers: "_Numbers", left: _Left) -> list[str]:
    """Return a row's cells; one merged with that above it says the same, one over several columns says it once."""
    found: list[str] = []
    for cell in (each for each in row if _name(each) == "tc"):
        properties = cell.find(f"{_W}tcPr")
        merged = properties.find(f"{_W}vMerge") if properties is not None else None
        place = len(found)
        said = "\n".join(_blocks(cell, numbers, left)).strip()
        if merged is not None and merged.get(f"{_W}val") != "restart":
            said = above.get(place, "")
        above[place] = said
        span = properties.find(f"{_W}gridSpan") if properties is not None else None
        wide = int(span.get(f"{_W}val") or 1) if span is not None else 1
        found += [said, *[""] * (min(wide, 60) - 1)]
    return found


@dataclass
class _Numbers:
    """Counts automatic numbers as the program that shows the file would."""

    numbering: Any
    styles: Any
    _counted: dict[tuple[str, int], int] = field(default_factory=dict)
    _levels: dict[str, dict[int, tuple[str, str, int]]] | None = None

    def of(self, paragraph: Any) -> str:
        """Return the number before a paragraph, "" without one."""
        which, level = self._which(paragraph)
        if not which or which == "0" or level not in self._known().get(which, {}):
            return ""
        form, pattern, start = self._known()[which][level]
        self._counted[which, level] = self._counted.get((which, level), start - 1) + 1
        for deeper in range(level + 1, 9):
            self._counted.pop((which, deeper), None)
        if form == "bullet":
            return f"{_BULLET} "
        for n in range(9):
            if f"%{n + 1}" in pattern:
                shape, _, first = self._known()[which].get(n, ("decimal", "", 1))
                pattern = pattern.replace(f"%{n + 1}", _figure(self._counted.get((which, n), first), shape))
        return f"{pattern} " if pattern.strip() else ""

    def _which(self, paragraph: Any) -> tuple[str, int]:
        """Return which list a paragraph is of, and how deep."""
        properties = paragraph.find(f"{_W}pPr")
        own = properties.find(f"{_W}numPr") if properties is not None else None
        if own is None and properties is not None and (style := properties.find(f"{_W}pStyle")) is not None:
            own = self._of_style(_value(style))
        if own is None:
            return "", 0
        level = _value(own.find(f"{_W}ilvl"))
        return _value(own.find(f"{_W}numId")), int(level) if level.isdigit() else 0

    def _of_style(self, name: str) -> Any:
        for style in self.styles.findall(f"{_W}style") if self.styles is not None else ():
            if style.get(f"{_W}styleId") == name:
                properties = style.find(f"{_W}pPr")
                return properties.find(f"{_W}numPr") if properties is not None else None
        return None

    def _known(self) -> dict[str, dict[int, tuple[str, str, int]]]:
        if self._levels is None:
            self._levels = self._read()
        return self._levels

    def _read(self) -> dict[str, dict[int, tuple[str, str, int]]]:
        table = self.numbering
        if table is None:
            return {}
        abstract = {each.get(f"{_W}abstractNumId"): each for each in table.findall(f"{_W}abstractNum")}
        found: dict[str, dict[int, tuple[str, str, int]]] = {}
        for number in table.findall(f"{_W}num"):
            of = number.find(f"{_W}abstractNumId")
            shape = abstract.get(of.get(f"{_W}val")) if of is not None else None
            levels = shape.findall(f"{_W}lvl") if shape is not None else ()
            found[number.get(f"{_W}numId") or ""] = {int(each.get(f"{_W}ilvl") or 0): _level(each) for each in levels}
        return found


def _value(element: Any) -> str:
    return "" if element is None else element.get(f"{_W}val") or ""


def _level(element: Any) -> tuple[str, str, int]:
    def value(name: str, default: str) -> str:
        found = element.find(f"{_W}{name}")
        return default if found is None else found.get(f"{_W}val") or default

    start = value("start", "1")
    return value("numFmt", "decimal"), value("lvlText", ""), int(start) if start.isdigit() else 1


def _figure(number: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("upperRoman", "lowerRoman"):
        said, left = "", min(max(number, 0), 39)
        for value, sign in _ROMAN:
            said, left = said + sign * (left // value), left % value
        return said if form == "upperRoman" else said.lower()
    return f"{number:02d}" if form == "decimalZero" else str(number)
