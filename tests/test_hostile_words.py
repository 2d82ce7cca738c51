"""Whatever a name or word holds, no template lets it become markup: every template, hostile values in every place."""

import html
import re
from pathlib import Path
from typing import Any

import jinja2
import pytest

from messages import render
from messages.render import WORDS

HOSTILE = "<b onclick='x'>\"&{{ 9137*9137 }}{% raw %}</a>\n<script>"
ALLOWED = re.compile(r"</?(?:b|i|u|s|code|pre|blockquote)>")
TEMPLATES = sorted(".".join(path.relative_to(WORDS).with_suffix("").parts) for path in WORDS.rglob("*.j2"))
SAID = [each for each in TEMPLATES if not each.split(".")[-1].startswith("_")]


TOGETHER = {"consents": 3, "kinds": 4}
"""Lists whose values templates take so many at a time."""


class Numberlike:
    """Answers to what templates do with numbers, days and lists."""

    def __lt__(self, other: object) -> bool:
        return True

    __gt__ = __le__ = __ge__ = __lt__

    def __len__(self) -> int:
        return 2

    def __int__(self) -> int:
        return 7

    __index__ = __int__

    def _same(self, *_: object) -> "Anything":
        return Anything()

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __floordiv__ = __neg__ = __mod__ = (
        _same
    )
    __call__ = __getitem__ = _same


class Anything(Numberlike):
    """A value that has whatever a template asks for, and says something hostile; it may be a number or a day too."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return [tuple(Anything() for _ in range(TOGETHER[name]))] if name in TOGETHER else Anything()

    def __iter__(self) -> Any:
        return iter([Anything(), Anything()])

    def __hash__(self) -> int:
        return 7

    def __eq__(self, other: object) -> bool:
        return False

    def items(self) -> list[tuple[Any, Any]]:
        """Return what a mapping would hold."""
        return [(Anything(), Anything())]

    def __str__(self) -> str:
        return HOSTILE


def environment() -> jinja2.Environment:
    """Return the assistant's own environment; only its filters say a hostile word where they would want a number."""
    made = render.environment().overlay()
    made.undefined = Everything
    made.filters = {**made.filters, **{name: _hostile for name in render.environment().filters if name in OURS}}
    return made


OURS = {"count", "grouped", "day", "weekday", "weekday_day", "full_date", "time", "word"}


def _hostile(*_: object) -> str:
    return HOSTILE


class Everything(Numberlike, jinja2.Undefined):
    """A name that was not given."""

    def __str__(self) -> str:
        return HOSTILE

    def __iter__(self) -> Any:
        return iter([Anything()])

    def __bool__(self) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return [tuple(Anything() for _ in range(TOGETHER[name]))] if name in TOGETHER else Anything()


def test_no_template_calls_anything_safe() -> None:
    """No `|safe`, no autoescape switched off, no markup made in code."""
    root = Path(WORDS).parent.parent
    sources = [
        *WORDS.rglob("*.j2"),
        *(path for layer in ("bot", "handlers", "messages") for path in (root / layer).rglob("*.py")),
    ]
    found = [str(each) for each in sources if re.search(r"\|\s*safe\b|autoescape false|Markup\(", each.read_text())]
    assert sorted(Path(each).name for each in found) == [
        "correct.py",
        "trial.py",
    ]  # what a template has escaped already
    assert render.environment().autoescape is True


@pytest.mark.parametrize("name", SAID)
def test_a_hostile_value_never_becomes_markup(name: str) -> None:
    """What is left of tags are the template's own; unescaped for a plain message the letters are whole again."""
    template = environment().get_template(name.replace(".", "/") + ".j2")
    said = template.render()
    left = ALLOWED.sub("", said)
    assert "<" not in left, left
    assert "&lt;script&gt;" in said or HOSTILE not in html.unescape(said)
    assert "83484769" not in said or "9137*9137" in html.unescape(said)
