"""Reads the text of a PDF as it stands on its pages, line by line, columns kept apart. Draws and runs nothing.

`pdf.py` looks for what must not be kept; this is for files that passed it.
"""

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from messages.reading import pdf_fonts
from messages.reading.pdf_fonts import Font
from messages.reading.pdf_objects import Broken, Operator, Pdf, Reader, Stream

MOST_PAGES = 300
MOST_STEPS = 3_000_000  # operators carried out in all
MOST_SAVED = 1000  # states a program keeps at once
_DEEPEST = 6  # drawings within drawings
_SPACE, _COLUMN = 0.18, 1.4  # gaps in parts of the size: between words, between columns
_LETTER = 0.47  # how wide a letter is on average
_SAME_LINE, _APART = 0.45, 2.1  # heights in parts of the size: of one line, of two with a blank one between
Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


class TooLong(Broken):
    """More pages than a plan has."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """Letters at a place: `x` to `end`, on the line `y`."""

    x: float
    y: float
    end: float
    size: float
    text: str


@dataclass
class _State:
    matrix: Matrix = _IDENTITY
    font: Font = field(default_factory=Font)
    size: float = 1.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0

    def copy(self) -> "_State":
        return _State(self.matrix, self.font, self.size, self.spacing, self.word_spacing, self.stretch, self.leading)


def read(content: bytes) -> str:
    """Return the text, pages apart by a form feed; "" for a scan. Raise Broken for what is no PDF, TooLong."""
    pdf = Pdf(content)
    pages = list(_pages(pdf, pdf.catalog().get("Pages"), {}, 0))
    steps = _Steps()
    return "\f".join(_page(pdf, page, steps) for page in pages)


def _pages(pdf: Pdf, node: Any, inherited: dict[str, Any], depth: int) -> Iterator[dict[str, Any]]:
    seen = visited = 0
    waiting = [(node, inherited, depth)]
    while waiting:
        node, inherited, depth = waiting.pop()
        visited += 1
        if visited > MOST_PAGES * 4:  # a branch of the tree holds itself
            raise TooLong("too many pages")
        node = pdf.get(node)
        if not isinstance(node, dict) or depth > 30:  # noqa: PLR2004 - a tree of pages is flat
            continue
        own = {**inherited, **({"Resources": node["Resources"]} if "Resources" in node else {})}
        kids = pdf.get(node.get("Kids"))
        if isinstance(kids, list):
            if len(kids) + len(waiting) > MOST_PAGES * 2:
                raise TooLong("too many pages")
            waiting += [(each, own, depth + 1) for each in reversed(kids)]
        else:
            seen += 1
            if seen > MOST_PAGES:
                raise TooLong("too many pages")
            yield {**own, **node}


@dataclass
class _Steps:
    left: int = MOST_STEPS

    def take(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise TooLong("too much on its pages")


def _page(pdf: Pdf, page: dict[str, Any], steps: _Steps) -> str:
    contents = pdf.get(page.get("Contents"))
    streams = [pdf.get(each) for each in (contents if isinstance(contents, list) else [contents])]
    program = b"\n".join(pdf.unpacked(each) for each in streams if isinstance(each, Stream))
    artist = _Artist(pdf, steps)
    artist.draw(program, pdf.get(page.get("Resources")) or {}, _State(), 0)
    return "\n".join(_lines(artist.found))


@dataclass
class _Pen:
    """Where letters go: graphics state, those saved, and the text's own two matrices."""

    state: _State
    saved: list[_State] = field(default_factory=list)
    text: Matrix = _IDENTITY
    line: Matrix = _IDENTITY

    def move(self, name: bytes, numbers: Sequence[float]) -> None:
        """Carry out what only changes places."""
        if name == b"q" and len(self.saved) < MOST_SAVED:
            self.saved.append(self.state.copy())
        elif name == b"Q" and self.saved:
            self.state = self.saved.pop()
        elif name == b"cm" and len(numbers) == len(_IDENTITY):
            self.state.matrix = _times(_matrix(numbers), self.state.matrix)
        elif name == b"BT":
            self.text = self.line = _IDENTITY
        elif name == b"Tm" and len(numbers) == len(_IDENTITY):
            self.text = self.line = _matrix(numbers)
        elif name in (b"Td", b"TD") and len(numbers) > 1:
            self.state.leading = -numbers[1] if name == b"TD" else self.state.leading
            self._next_line(numbers[0], numbers[1])
        elif name in (b"T*", b"'", b'"'):
            self._next_line(0, -self.state.leading)

    def _next_line(self, x: float, y: float) -> None:
        self.text = self.line = _times((1, 0, 0, 1, x, y), self.line)


class _Artist:
    """Carries out a page's program as far as letters go."""

    def __init__(self, pdf: Pdf, steps: _Steps) -> None:
        self._pdf, self._steps = pdf, steps
        self._fonts: dict[int, Font] = {}
        self.found: list[Fragment] = []

    def draw(self, program: bytes, resources: dict[str, Any], state: _State, depth: int) -> None:
        """Carry out one program."""
        reader, pen = Reader(program), _Pen(state.copy())
        waiting: list[Any] = []
        while (value := reader.value()) is not None:
            if not isinstance(value, Operator):
                waiting.append(value)
                continue
            self._steps.take()
            if value == b"BI":  # a picture in the program itself
                reader.at = max(program.find(b"EI", reader.at), reader.at) + 2
            elif value == b"Do" and depth < _DEEPEST:
                self._drawing(waiting, resources, pen.state, depth)
            else:
                self._do(bytes(value), waiting, resources, pen)
            waiting = []

    def _do(self, name: bytes, waiting: list[Any], resources: dict[str, Any], pen: _Pen) -> None:
        numbers = [each for each in waiting if isinstance(each, float)]
        pen.move(name, numbers)
        self._set(name, waiting, numbers, resources, pen.state)
        if name in (b"Tj", b"'", b'"', b"TJ") and waiting:
            pen.text = self._show(waiting[-1], pen.state, pen.text)

    def _set(
        self, name: bytes, waiting: list[Any], numbers: list[float], resources: dict[str, Any], state: _State
    ) -> None:
        if name == b"Tf" and numbers and waiting:
            state.size = numbers[-1]
            state.font = self._font(resources, str(waiting[0]))
        elif name == b"Tc" and numbers:
            state.spacing = numbers[-1]
        elif name == b"Tw" and numbers:
            state.word_spacing = numbers[-1]
        elif name == b"Tz" and numbers:
            state.stretch = numbers[-1] / 100
        elif name == b"TL" and numbers:
            state.leading = numbers[-1]

    def _font(self, resources: dict[str, Any], name: str) -> Font:
        fonts = self._pdf.get(resources.get("Font")) or {}
        about = fonts.get(name) if isinstance(fonts, dict) else None
        key = id(self._pdf.get(about))
        if key not in self._fonts:
            self._fonts[key] = pdf_fonts.of(self._pdf, about)
        return self._fonts[key]

    def _drawing(self, waiting: list[Any], resources: dict[str, Any], state: _State, depth: int) -> None:
        drawings = self._pdf.get(resources.get("XObject")) or {}
        found = self._pdf.get(drawings.get(str(waiting[-1]))) if waiting and isinstance(drawings, dict) else None
        if isinstance(found, Stream) and found.about.get("Subtype") == "Form":
            own = self._pdf.get(found.about.get("Resources")) or resources
            inner, place = state.copy(), self._pdf.get(found.about.get("Matrix"))
            if isinstance(place, list) and len(place) == len(_IDENTITY):
                inner.matrix = _times(_matrix([float(each) for each in place]), inner.matrix)
            self.draw(self._pdf.unpacked(found), own, inner, depth + 1)

    def _show(self, said: Any, state: _State, text: Matrix) -> Matrix:
        for each in said if isinstance(said, list) else [said]:
            if isinstance(each, float):
                text = _times((1, 0, 0, 1, -each / 1000 * state.size * state.stretch, 0), text)
            elif isinstance(each, bytes):
                text = self._letters(each, state, text)
        return text

    def _letters(self, raw: bytes, state: _State, text: Matrix) -> Matrix:
        said, width = [], 0.0
        for letter, part, space in state.font.read(raw):
            said.append(letter)
            width += (part * state.size + state.spacing + (state.word_spacing if space else 0)) * state.stretch
        after = _times((1, 0, 0, 1, width, 0), text)
        start, end = _times(text, state.matrix), _times(after, state.matrix)
        size = abs(state.size) * (start[2] ** 2 + start[3] ** 2) ** 0.5 or 1.0
        if "".join(said).strip():
            self.found.append(Fragment(start[4], start[5], end[4], size, "".join(said)))
        elif said and self.found:
            last = self.found[-1]
            if abs(last.y - start[5]) < 1:
                self.found[-1] = Fragment(last.x, last.y, end[4], last.size, last.text.rstrip() + " ")
        return after


def _matrix(numbers: Sequence[float]) -> Matrix:
    return (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])


def _times(a: Matrix, b: Matrix) -> Matrix:
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )


# --- letters become lines ---


def _lines(found: Sequence[Fragment]) -> Iterator[str]:
    """Set fragments of a height into one line, and leave as much room between columns as there was."""
    if not found:
        return
    size = statistics.median(each.size for each in found) or 1.0
    left = min(each.x for each in found)
    rows: list[list[Fragment]] = []
    for each in sorted(found, key=lambda one: (-one.y, one.x)):
        if rows and abs(rows[-1][0].y - each.y) <= _SAME_LINE * size:
            rows[-1].append(each)
        else:
            rows.append([each])
    above = None
    for n, row in enumerate(rows):
        line = _line(sorted(row, key=lambda one: one.x), left, size)
        if n in (0, len(rows) - 1) and re.fullmatch(r"\s*[-–]?\s*\d{1,4}\s*[-–]?\s*", line):
            continue  # the page's number
        if above is not None and above - row[0].y > _APART * size:
            yield ""
        above = row[0].y
        yield line


def _line(row: Sequence[Fragment], left: float, size: float) -> str:
    said, end = "", left
    for n, each in enumerate(row):
        gap = each.x - end
        if n == 0 or gap > _COLUMN * size:
            place = round((each.x - left) / (_LETTER * size))
            said += " " * max(place - len(said), 0 if n == 0 else 3)
        elif gap > _SPACE * each.size and not said.endswith(" "):
            said += " "
        said += each.text
        end = max(end, each.end)
    return said.rstrip()
