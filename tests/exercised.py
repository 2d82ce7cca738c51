"""What of the fake Zalo a test says it exercises: by a mark, or by a parameter that is named like a switch."""

import functools
import importlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.zalo_world import OPTIONS


def by(node: Any) -> set[str]:
    """Return what one test exercises with its parameters."""
    call = getattr(node, "callspec", None)
    turned = {f"{name}={value}" for name, value in (call.params if call else {}).items() if name in OPTIONS}
    return turned | _named(node.iter_markers("exercises"))


@functools.cache
def anywhere() -> frozenset[str]:
    """Return what the tests of Zalo exercise together, those of the fake itself apart: they go past the channel."""
    names = [
        each.stem for each in sorted(Path(__file__).parent.glob("test_*zalo*.py")) if each.stem != "test_fake_zalo"
    ]
    modules = [importlib.import_module(f"tests.{name}") for name in names]
    return frozenset(each for module in modules for mark in _marks(module) for each in _by_mark(mark))


def _marks(module: Any) -> Iterator[pytest.Mark]:
    for name, each in vars(module).items():
        if name.startswith("test_"):
            yield from getattr(each, "pytestmark", ())


def _by_mark(mark: pytest.Mark) -> set[str]:
    if mark.name != "parametrize":
        return _named([mark])
    names, found = [each.strip() for each in str(mark.args[0]).split(",")], set()
    for values in mark.args[1]:
        found |= _named(getattr(values, "marks", ()))
        if names[0] in OPTIONS:  # a switch stands alone in its line of parameters
            found.add(f"{names[0]}={values}")
    return found


def _named(marks: Iterable[Any]) -> set[str]:
    """Return the names in marks, which may stand there as decorators."""
    every = [getattr(each, "mark", each) for each in marks]
    return {str(name) for each in every if each.name == "exercises" for name in each.args}
