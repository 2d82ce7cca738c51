"""What is read out of a plan: plain frozen values, each with the sentence of the text it came from."""

import datetime
from dataclasses import dataclass, field
from typing import Literal

Mode = Literal["before", "by", "within", "recurring", "none"]
Recurrence = Literal["quarterly", "monthly", "weekly"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as one line, its wrapping undone."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table, row by row; every row has as many cells."""

    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Table
Document = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """A document the plan names; None where it does not say when, or by whom."""

    number: str
    date: datetime.date | None
    issuer: str | None


@dataclass(frozen=True, slots=True)
class When:
    """By when, as worded. `due_date` is the day named, `last_on_time` the last day that keeps it.

    `day`: the day of the month (of a quarter's last month) that something recurring is due.
    """

    due_text: str | None = None
    mode: Mode = "none"
    due_date: datetime.date | None = None
    last_on_time: datetime.date | None = None
    recurrence: Recurrence | None = None
    day: int | None = None
    strictly_before: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """What the plan asks. `text` says what, `sentence` is the wording it was found in, `part` the heading above it."""

    text: str
    sentence: str
    who: str | None = None
    when: When = field(default_factory=When)
    report_to: str | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence worth sending as an excerpt, and the part of the plan it stands in ("I", "II.2")."""

    text: str
    part: str


@dataclass(frozen=True, slots=True)
class PlanRead:
    """All that was found; None and () where the text is silent."""

    number: str | None
    date: datetime.date | None
    issuer: str | None
    subject: str | None
    topic: str | None
    legal_basis: tuple[Basis, ...]
    duties: tuple[Duty, ...]
    recipients: tuple[str, ...]
    passages: tuple[Passage, ...]
    text: str

    @property
    def dated(self) -> tuple[Duty, ...]:
        """The duties of which the text says by when, or how often."""
        return tuple(each for each in self.duties if each.when.mode != "none")
