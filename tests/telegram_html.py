"""Reads Telegram's small HTML as the Bot API does, and refuses what it refuses. Knows no server."""

import re
from html import unescape

TAGS = {
    *("b", "strong", "i", "em", "u", "ins", "s", "strike", "del"),
    *("a", "code", "pre", "span", "blockquote", "tg-spoiler", "tg-emoji"),
}
PIECE = re.compile(
    r"""<(?P<end>/?)(?P<tag>[A-Za-z0-9-]*)(?P<attributes>(?:\s+[\w-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+))?)*)\s*>
    |(?P<broken><)|&(?P<entity>\#\d+|\#x[0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);|(?P<text>[^<&]+|&)""",
    re.VERBOSE,
)
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


class BadHtml(ValueError):
    """What Telegram answers with 400 "can't parse entities"."""


def parse(html: str) -> tuple[str, list[tuple[str, int, int]]]:
    """Return the text people see and (tag with attributes, start, end) of each entity in code points.

    Stricter than Telegram in one thing: an unknown named entity such as &nbsp; is refused, because
    Telegram would show its letters to people.
    """
    reader = _Reader()
    for piece in PIECE.finditer(html):
        reader.take(piece)
    return reader.finish()


class _Reader:
    def __init__(self) -> None:
        self.text, self.open, self.entities = "", [], []

    def take(self, piece: re.Match[str]) -> None:
        if piece["broken"]:
            raise BadHtml(f"Unclosed start tag at byte offset {piece.start()}")
        if piece["tag"] is not None:
            (self._close if piece["end"] else self._start)(piece)
        else:
            self.text += _entity(piece["entity"]) if piece["entity"] else piece["text"]

    def finish(self) -> tuple[str, list[tuple[str, int, int]]]:
        if self.open:
            raise BadHtml(f'Can\'t find end tag corresponding to start tag "{self.open[-1][0]}"')
        return self.text, sorted(self.entities)

    def _start(self, piece: re.Match[str]) -> None:
        tag, attributes = piece["tag"].lower(), piece["attributes"].strip()
        spoiler = tag != "span" or "tg-spoiler" in attributes
        if tag not in TAGS or not spoiler:
            raise BadHtml(f'Unsupported start tag "{tag}" at byte offset {piece.start()}')
        self.open.append((tag, attributes, len(self.text)))

    def _close(self, piece: re.Match[str]) -> None:
        if not self.open:
            raise BadHtml(f"Unexpected end tag at byte offset {piece.start()}")
        tag, attributes, start = self.open.pop()
        if piece["tag"].lower() not in {tag, ""}:
            raise BadHtml(f'Unmatched end tag, expected "</{tag}>", found "</{piece["tag"]}>"')
        self.entities.append((f"{tag} {attributes}".strip(), start, len(self.text)))


def _entity(name: str) -> str:
    if name.startswith("#"):
        return unescape(f"&{name};")
    if name not in NAMED:
        raise BadHtml(f'Unsupported entity "&{name};"')
    return NAMED[name]
