"""What a guided form hears and says: where a person is in it, the steps they take, what follows. Data only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from campaigns.schema import Form, Json, Kind
from handlers.rules.answers import Line

KNOWN, PART, REVIEW, ENDED, SENT = ":known", ":part", ":review", ":ended", ":sent"
"""Where a form can stand besides at a question."""


class Act(StrEnum):
    """A step through the form, by button or in words."""

    SKIP = "skip"
    BACK = "back"
    PREVIOUS = "previous"  # as for the last period
    KEEP = "keep"  # leave a given answer as it is
    REVIEW = "review"
    LATER = "later"
    HELP = "help"
    DONE = "done"  # no more places, no more files
    MORE = "more"  # another place
    YES = "yes"
    NO = "no"
    CLEAR = "clear"  # take a given answer out again
    DROP = "drop"  # do not take over what was read elsewhere
    GO_ON = "go_on"  # with the next part
    EDIT = "edit"
    SEND = "send"


@dataclass(frozen=True, slots=True)
class Said:
    """What a person did: typed, chose a value, took a step, or sent a file (its attachment's id)."""

    text: str = ""
    choice: str = ""
    act: Act | None = None
    file: int | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Where somebody is in a form. `answers` are the draft; the rest is a cursor that may be lost.

    `at` a question's id or one of the places above; `parts` how many parts are being asked; `todo` questions to ask
    again; `only` those the office reopened (() = all); `known` values read elsewhere and not yet confirmed; `pending` a
    value that waits for a yes {question, value, check} or a figure without its place {question, count}; `place` the
    place whose figure is awaited; `reviewed` once the review was shown; `unfinished` questions still to be asked though
    something is there (a file that came early); `said` those of `known` that came in words here, beside another answer;
    `given` {question: how it came} of the answer given last, where it was not said here.
    """

    answers: Mapping[str, Json] = field(default_factory=dict)
    at: str = ""
    parts: int = 1
    todo: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    known: Mapping[str, Json] = field(default_factory=dict)
    pending: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""
    reviewed: bool = False
    unfinished: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the state as JSON."""
        told = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "State":
        """Return a stored state; what is missing is as at the beginning."""
        names: dict[str, Any] = {name: _frozen(stored[name]) for name in cls.__dataclass_fields__ if name in stored}
        return cls(**names)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class Ask:
    """A question. `of` how many there are; `current` the value given before, as shown; `place` whose figure is asked,
    `before` the last period's answer where it may be given again.

    `follows`: it goes on with an answered one of the same number.
    `picking`: another place is wanted, all of them are to be shown.
    `typed`: the answer is typed and its choices must never be numbered, for "1" would mean two things.
    """

    question: str
    number: int
    of: int
    text: str
    options: tuple[tuple[str, str], ...]  # (value, label)
    acts: tuple[Act, ...]
    typed: bool
    follows: bool = False
    current: Mapping[str, Any] | None = None
    before: Mapping[str, Any] | None = None
    place: str = ""
    picking: bool = False


@dataclass(frozen=True, slots=True)
class Help:
    """The help sentence of a question."""

    text: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """An answer that cannot be taken: the name of what is the matter, its values, the help sentence."""

    name: str
    values: Mapping[str, Any]
    help: str


@dataclass(frozen=True, slots=True)
class Confirm:
    """A doubt to be answered with yes or no before the answer is kept."""

    name: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Note:
    """Something said by the way."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """Answers read elsewhere, to be confirmed at once; `said` just now, beside the answer to a question."""

    lines: tuple[Line, ...]
    said: bool = False


@dataclass(frozen=True, slots=True)
class PartDone:
    """The sendable part is complete. `title` of the part that may follow."""

    lines: tuple[Line, ...]
    title: str


@dataclass(frozen=True, slots=True)
class Review:
    """All answers. `ready`: may be sent; `more`: a part that may be skipped has not been asked yet."""

    lines: tuple[Line, ...]
    ready: bool
    more: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """The form ends without a report: why, and the value given (a day, None if it was left out)."""

    reason: str
    value: Json


@dataclass(frozen=True, slots=True)
class Postponed:
    """The person stopped here for now."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """The person wants the report sent: nothing is missing and nothing is blocked."""


Event = Ask | Help | Wrong | Confirm | Note | Read | PartDone | Review | Ended | Postponed | Submitted
Step = tuple[State, tuple[Event, ...]]


def asked_for(form: Form, state: State, events: Sequence[Event]) -> str:
    """Return what may be typed now besides the choices: number | day | question (its number), "" for anything else."""
    last = next((event for event in reversed(events) if not isinstance(event, Note | Wrong)), None)
    if isinstance(last, Review):
        return "question"
    if not isinstance(last, Ask) or not reads_figures(state, events):
        return ""
    kind = form.question(last.question).kind
    return "number" if last.place else {Kind.NUMBER: "number", Kind.DATE: "day"}.get(kind, "")


def reads_figures(state: State, events: Sequence[Event]) -> bool:
    """Say whether a number typed now is an answer in words or figures, or the number of a question to go to."""
    free = any(isinstance(event, Ask) and (event.typed or not event.options) for event in events)
    return free or state.at == REVIEW
