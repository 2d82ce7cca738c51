"""What a platform sends as any database takes it: no string with a NUL or half a letter, nothing without end."""

import re
from typing import Any

import orjson

DEPTH = 100  # platforms' own go about ten deep
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(value: Any) -> Any:
    """Drop NUL and lone surrogates from every string: no database takes them, and one would block the whole queue.

    So would what is nested without end, which cannot be walked through: below DEPTH there is nothing.
    """
    return value if _is_storable(value) else _stripped(value)


def _is_storable(item: object) -> bool:
    """Say whether there is nothing to drop, as in nearly all: what can be written strictly, without a NUL."""
    try:
        return rb"\u0000" not in orjson.dumps(item)
    except orjson.JSONEncodeError:  # lone surrogates, nested without end
        return False


def _stripped(value: Any, deep: int = 0) -> Any:
    if deep > DEPTH:
        return None
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, list):
        return [_stripped(item, deep + 1) for item in value]
    if isinstance(value, dict):
        return {_stripped(key): _stripped(item, deep + 1) for key, item in value.items()}
    return value
