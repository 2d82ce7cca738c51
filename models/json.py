"""How JSON columns are written and read: by orjson, and what it refuses by Python's own."""

import json
from typing import Any

import orjson


def dump(value: Any) -> str:
    """Write a value; keys that are numbers become words, as in Python's own."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    except orjson.JSONEncodeError:  # a number of more than 64 bits, half an emoji: what a platform sent is kept
        return json.dumps(value)


def load(text: str | bytes) -> Any:
    """Read what was written."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


JSON: dict[str, Any] = {"json_serializer": dump, "json_deserializer": load}
"""For create_engine."""
