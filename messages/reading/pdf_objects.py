"""The objects inside a PDF, found by looking for them: no table of contents is trusted, everything is bounded."""

import base64
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MOST_OBJECTS = 200_000
LARGEST_UNPACKED = 60_000_000  # bytes of all streams together
DEEPEST = 40  # dictionaries within dictionaries
_OBJECT = re.compile(rb"(?<![\w.])(\d{1,10})[\x00\t\n\f\r ]+(\d{1,5})[\x00\t\n\f\r ]+obj(?![a-z])")
_SPACE = b"\x00\t\n\f\r "
_ENDS = b"\x00\t\n\f\r ()<>[]{}/%"
_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)")
_REFERENCE = re.compile(rb"(\d{1,10})[\x00\t\n\f\r ]+(\d{1,5})[\x00\t\n\f\r ]+R(?![\w])")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}


class Broken(Exception):
    """Not a PDF that can be read, or one made to take for ever."""


class Name(str):
    """A name without its slash."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Ref:
    """A pointer to another object."""

    number: int


@dataclass(slots=True)
class Stream:
    """A dictionary with bytes, still packed."""

    about: dict[str, Any]
    packed: bytes


class Operator(bytes):
    """A word of a page's program."""

    __slots__ = ()


@dataclass
class Reader:
    """Reads values from bytes, one after the other."""

    data: bytes
    at: int = 0

    def value(self, depth: int = 0) -> Any:
        """Return the next value or Operator; None at the end."""
        if depth > DEEPEST:
            raise Broken("nested too deep")
        self._skip()
        if self.at >= len(self.data):
            return None
        sign = self.data[self.at : self.at + 1]
        if self.data.startswith(b"<<", self.at):
            return self._dictionary(depth)
        if sign == b"[":
            return self._list(depth)
        read: dict[bytes, Callable[[], Any]] = {b"/": self._name, b"(": self._text, b"<": self._hex}
        return read.get(sign, self._word)()

    def _skip(self) -> None:
        while self.at < len(self.data):
            if self.data[self.at] in _SPACE:
                self.at += 1
            elif self.data[self.at : self.at + 1] == b"%":
                ends = [end for end in (self.data.find(b"\n", self.at), self.data.find(b"\r", self.at)) if end >= 0]
                self.at = min(ends) if ends else len(self.data)
            else:
                return

    def _name(self) -> Name:
        start = self.at = self.at + 1
        while self.at < len(self.data) and self.data[self.at] not in _ENDS:
            self.at += 1
        raw = re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), self.data[start : self.at])
        return Name(raw.decode("latin-1"))

    def _text(self) -> bytes:
        start, depth = self.at + 1, 0
        while self.at < len(self.data):
            sign = self.data[self.at : self.at + 1]
            if sign == b"\\":
                self.at += 1
            elif sign == b"(":
                depth += 1
            elif sign == b")":
                depth -= 1
                if depth == 0:
                    break
            self.at += 1
        raw = self.data[start : self.at]
        self.at += 1
        return _ESCAPE.sub(_unescaped, raw)

    def _hex(self) -> bytes:
        end = self.data.find(b">", self.at)
        end = len(self.data) if end < 0 else end
        digits = re.sub(rb"[^0-9A-Fa-f]", b"", self.data[self.at + 1 : end])
        self.at = end + 1
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())

    def _dictionary(self, depth: int) -> dict[str, Any]:
        self.at += 2
        found: dict[str, Any] = {}
        while True:
            self._skip()
            if self.data.startswith(b">>", self.at):
                self.at += 2
                return found
            key = self.value(depth + 1)
            if key is None:
                return found
            if isinstance(key, Name):
                found[str(key)] = self.value(depth + 1)

    def _list(self, depth: int) -> list[Any]:
        self.at += 1
        found: list[Any] = []
        while True:
            self._skip()
            if self.data[self.at : self.at + 1] in (b"]", b""):
                self.at += 1
                return found
            found.append(self.value(depth + 1))

    def _word(self) -> Any:
        if reference := _REFERENCE.match(self.data, self.at):
            self.at = reference.end()
            return Ref(int(reference[1]))
        if (number := _NUMBER.match(self.data, self.at)) and number.end() > self.at:
            self.at = number.end()
            return float(number.group())
        start = self.at
        self.at += 1
        while self.at < len(self.data) and self.data[self.at] not in _ENDS:
            self.at += 1
        return Operator(self.data[start : self.at])


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    return bytes([int(code, 8) & 0xFF]) if code[:1].isdigit() and code[:1] < b"8" else _LETTERS.get(code, code)


@dataclass
class Pdf:
    """A PDF's objects by number; streams are unpacked when asked for, within one budget."""

    content: bytes
    left: int = LARGEST_UNPACKED
    _places: dict[int, int] = field(default_factory=dict)
    _known: dict[int, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for n, found in enumerate(_OBJECT.finditer(self.content)):
            if n > MOST_OBJECTS:
                raise Broken("too many objects")
            self._places[int(found[1])] = found.end()
        for number in list(self._places):
            self._open_pack(number)

    def get(self, value: Any) -> Any:
        """Follow pointers to what they point at."""
        for _ in range(DEEPEST):
            if not isinstance(value, Ref):
                return value
            value = self._object(value.number)
        raise Broken("pointers in a circle")

    def catalog(self) -> dict[str, Any]:
        """Return the root of the document."""
        for number in [*self._places, *self._known]:
            found = self._object(number)
            if isinstance(found, dict) and found.get("Type") == "Catalog":
                return found
        raise Broken("no catalog")

    def unpacked(self, stream: Stream) -> bytes:
        """Undo the filters texts come with."""
        names = self.get(stream.about.get("Filter")) or []
        content = stream.packed
        for name in names if isinstance(names, list) else [names]:
            content = self._undo(str(self.get(name)), content)
        self.left -= len(content)
        if self.left < 0:
            raise Broken("unpacks to too much")
        return content

    def _undo(self, name: str, packed: bytes) -> bytes:
        try:
            if name in ("FlateDecode", "Fl"):
                return zlib.decompressobj().decompress(packed, max(self.left, 0) + 1)
            if name in ("ASCII85Decode", "A85"):
                return base64.a85decode(packed.strip().removesuffix(b"~>"))
            if name in ("ASCIIHexDecode", "AHx"):
                return bytes.fromhex(re.sub(rb"[^0-9A-Fa-f]", b"", packed).decode())
        except (zlib.error, ValueError):
            return b""
        return b""

    def _object(self, number: int) -> Any:
        if number not in self._known:
            at = self._places.get(number)
            self._known[number] = None  # an object that points at itself
            self._known[number] = self._read(at) if at is not None else None
        return self._known[number]

    def _read(self, at: int) -> Any:
        reader = Reader(self.content, at)
        value = reader.value()
        if not isinstance(value, dict):
            return value
        begins = re.compile(rb"[\x00\t\n\f\r ]*stream\r?\n?").match(self.content, reader.at)
        if not begins:
            return value
        length = value.get("Length")
        end = begins.end() + int(length) if isinstance(length, float) else -1
        if end < 0 or not self.content[end : end + 20].lstrip().startswith(b"endstream"):
            end = self.content.find(b"endstream", begins.end())
        return Stream(value, self.content[begins.end() : end if end >= 0 else len(self.content)])

    def _open_pack(self, number: int) -> None:
        """Take the objects out of an object stream; those outside are never overruled."""
        at = self._places[number]
        if b"/ObjStm" not in self.content[at : at + 400]:
            return
        pack = self._object(number)
        if not isinstance(pack, Stream):
            return
        content, first = self.unpacked(pack), int(self.get(pack.about.get("First")) or 0)
        numbers = [int(each) for each in re.findall(rb"\d+", content[:first])][: 2 * MOST_OBJECTS]
        for inner, offset in zip(numbers[::2], numbers[1::2], strict=False):
            if inner not in self._places:
                self._known[inner] = Reader(content, first + offset).value()
