"""Turns templates and values into what a person reads. Knows no channel: limits are handed in."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import yaml

from messages import numbers

SAFELY = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, ten times as fast
WORDS = Path(__file__).parent / "vi"


class _Template(jinja2.Template):
    """A template whose macros are imported as they are: no import of ours takes the caller's values with it."""

    def _get_default_module(self, ctx: Any = None) -> Any:
        return super()._get_default_module()

    def new_context(self, vars: Any = None, shared: bool = False, locals: Any = None) -> Any:  # noqa: A002 (Jinja's)
        """Put values over the globals at once: Jinja walks a chain of mappings, which takes longer than the rest."""
        return super().new_context({**self.environment.globals, **(vars or {})}, True, locals)


class _Environment(jinja2.Environment):
    """Finds templates and values on the short way: every message anybody reads comes through here."""

    template_class = _Template

    @cache  # noqa: B019 (there is one environment, and its templates do not change)
    def get_template(self, name: Any, parent: Any = None, globals: Any = None) -> Any:  # noqa: A002 (Jinja's)
        """Return a template, loaded once."""
        return super().get_template(name, parent, globals)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Look for a key before an attribute: what is shown are dicts, and a miss is an exception each time."""
        return obj[attribute] if type(obj) is dict and attribute in obj else super().getattr(obj, attribute)


class _Typed(jinja2.FileSystemLoader):
    """Loads templates as they read where nothing can be pressed: `typed.yaml` says what stands for "bấm nút" there."""

    def get_source(self, environment: jinja2.Environment, template: str) -> Any:
        source, filename, current = super().get_source(environment, template)
        return typed(source), filename, current


def typed(text: str) -> str:
    """Return words about buttons as they are said where there are none."""
    for words, instead in _file("typed").items():
        text = text.replace(words, instead)
    return text


@cache
def environment(*, buttons: bool = True) -> jinja2.Environment:
    """Return the environment of channels with or without buttons: everything is escaped, nothing may be missing."""
    made = _Environment(
        loader=jinja2.FileSystemLoader(WORDS) if buttons else _Typed(WORDS),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # the words of a running program do not change under it
        cache_size=-1,
    )
    made.filters.update(
        count=numbers.count,
        grouped=numbers.grouped,
        day=lambda value: numbers.day(_day(value)),
        weekday=lambda value: numbers.weekday(_day(value)),
        weekday_day=lambda value: numbers.weekday_day(_day(value)),
        full_date=lambda value: numbers.full_date(_day(value)),
        time=lambda value: numbers.clock_time(value.timetz()),
        word=word,
        begun=lambda value: value[:1].upper() + value[1:],  # jinja's capitalize makes all that follows small
        quoted=lambda value: f"“{value}”",
    )
    made.globals["percent"] = numbers.percent
    made.globals["place"] = _place if buttons else _dash
    made.globals["cited"] = _place if buttons else _cited
    return made


def _place(number: int) -> str:
    """Begin a line of a list from which nothing is chosen."""
    return f"{number}. "


def _dash(_: int) -> str:
    """Begin such a line where the number would be taken for one that can be typed."""
    return "- "


def _cited(number: int) -> str:
    """Begin such a line where its number is spoken of, and one alone would be taken for that of a choice below."""
    return f"Câu {number}. "


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def text(template: str, values: Mapping[str, Any], *, buttons: bool = True) -> str:
    """Render `messages/vi/<handler>/<message>.j2`, named "<handler>.<message>": NFC, no blank edges.

    Without `buttons` it tells people to type what elsewhere is pressed.

    Raises jinja2.UndefinedError when a value is missing and jinja2.TemplateNotFound for an unknown name.
    """
    path = template.replace(".", "/") + ".j2"
    said = (environment() if buttons else environment(buttons=False)).get_template(path).render(values)
    return unicodedata.normalize("NFC", re.sub(r"[ \t]+\n", "\n", said).strip())


@cache
def _file(name: str) -> dict[str, Any]:
    text = (WORDS / f"{name}.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, SAFELY)  # noqa: S506 (it is the safe one)
    return loaded


def word(value: str, kind: str) -> str:
    """Return the Vietnamese word for a stored value: `words.yaml[kind][value]`."""
    return str(_file("words")[kind][value])


def words(kind: str) -> list[str]:
    """Return the stored values that `words.yaml[kind]` has words for, in the order of the file."""
    return list(_file("words")[kind])


@cache
def _label(source: str) -> jinja2.Template | None:
    """Return how to write a label, None for one that is written as it is."""
    if "{" not in source:
        return None
    plain = jinja2.Environment(autoescape=False, undefined=jinja2.StrictUndefined)  # noqa: S701 (labels are not HTML)
    plain.filters.update(environment().filters)
    return plain.from_string(source)


def label(name: str, values: Mapping[str, Any]) -> str:
    """Return a button's words: `choices.yaml[name]` rendered with `values`. KeyError for an unknown name."""
    source = str(_file("choices")[name])
    made = _label(source)
    return unicodedata.normalize("NFC", made.render(values) if made else source)


def split(said: str, limit: int) -> list[str]:
    """Cut a long text at line ends into parts of at most `limit` code points; tags never span lines.

    A single line longer than that (somebody's own words) is cut between words, never within "&lt;", and loses its tags.
    """
    parts: list[str] = []
    for line in said.split("\n"):
        for piece in _pieces(line if len(line) <= limit else _TAG.sub("", line), limit):
            if parts and len(parts[-1]) + 1 + len(piece) <= limit:
                parts[-1] += "\n" + piece
            else:
                parts.append(piece)
    return [part.strip("\n") for part in parts if part.strip()]


def fitted(said: str, limit: int) -> str:
    """Shorten the longest lines, which are somebody's own words, until all of it is one message of `limit` code points.

    For what cannot be cut into parts: the words that take another message's place.
    """
    lines = said.split("\n")
    while (over := sum(map(len, lines)) + len(lines) - 1 - limit) > 0:
        at = max(range(len(lines)), key=lambda each: len(lines[each]))
        shorter = _shortened(lines[at], over)
        if len(shorter) >= len(lines[at]):
            return split(said, limit)[0]  # many short lines
        lines[at] = shorter
    return "\n".join(lines)


def _shortened(line: str, by: int) -> str:
    """Return a line without its tags that is shorter by so much, if that leaves anything; a quotation stays closed."""
    end = "…”" if line.endswith("”") else "…"
    bare = _TAG.sub("", line)
    kept = _pieces(bare, max(len(line) - by - len(end), len(end)))[0]
    return bare if kept == bare else f"{kept.rstrip()}{end}"


_TAG = re.compile(r"</?[a-z][^<>]*>")
_ENTITY_BEGUN = re.compile(r"&[#\w]{0,9}\Z")


def _pieces(line: str, limit: int) -> list[str]:
    pieces = [line]
    while len(pieces[-1]) > limit:
        last = pieces.pop()
        cut = last.rfind(" ", 0, limit)
        if cut <= 0:
            begun = _ENTITY_BEGUN.search(last, 0, limit)
            cut = begun.start() if begun and begun.start() else limit
        pieces += [last[:cut], last[cut:].lstrip()]
    return pieces
