"""How something is said besides its words, and the rows that come of both. Knows no transaction and no person."""

import enum
from dataclasses import asdict, dataclass, field, is_dataclass
from datetime import date, time
from typing import Any

from handlers import spelled
from messages import render
from messages.types import Choice, Manners, Rows
from models import outbox
from models.saying import Row


@dataclass(frozen=True, slots=True)
class SaidFile:
    """A stored file to send: the attachment's id and photo | document."""

    attachment_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class Shape:
    """How something is said besides its words: see `Moment.say_to`.

    `figures`: no choice is meant by a number; `explained`: what its code is for is said with it.
    """

    choices: list[Any] = field(default_factory=list)
    file: SaidFile | None = None
    plain: bool = False
    forget: bool = False
    figures: bool = False
    coded: bool = False
    explained: bool = False
    asks: spelled.Asks = spelled.NOTHING


def rows(words: str, shape: Shape, manners: Manners, common: Row, known: frozenset[str]) -> list[Row]:
    """Return the outbox rows of what is said, `common` to all; the code of none is of `known`."""
    last = _token(known)
    code = spelled.code_of(last) if shape.coded and not manners.quotes else ""
    choices = shape.choices if manners.buttons else spelled.numbered(shape.choices, words, figures=shape.figures)
    added = spelled.Added(code, shape.asks, explained=shape.explained)
    found = spelled.parts(words, choices, manners, plain=shape.plain, file=shape.file is not None, added=added)
    made = [{**common, **_columns(each, shape.file), "token": _token(known)} for each in found]
    made[-1]["token"] = last
    return made


def _token(known: frozenset[str]) -> str:
    """Return a new token whose code is none of these."""
    return next(token for token in iter(outbox.new_token, "") if spelled.code_of(token) not in known)


def _columns(part: spelled.Part, file: SaidFile | None) -> Row:
    said: Row = {"text": part.text, "plain": part.plain, "choices": part.choices or []}
    return {**said, "attachment_id": file.attachment_id, "file_kind": file.kind} if part.file and file else said


def stored(choices: Rows | spelled.Stored) -> list[Any]:
    """Return choices as a message keeps them; what another message kept stays as it is."""
    return [[each if isinstance(each, dict) else _stored(each) for each in row] for row in choices]


def _stored(choice: Choice) -> dict[str, Any]:
    label = render.label(choice.label or choice.action, choice.values)
    return {"label": label, "action": choice.action, "values": dict(choice.values)}


_PLAIN = frozenset({bool, int, str})


def plain_value(value: Any) -> Any:
    """Return a template's value as JSON keeps it, for the audit of what was said."""
    if value is None or type(value) in _PLAIN:
        return value
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, dict):
        return {str(key): plain_value(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        return plain_value(asdict(value))
    return value.isoformat() if isinstance(value, date | time) else str(value)
