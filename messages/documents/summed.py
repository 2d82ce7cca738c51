"""The shapes of what is added up over branches' reports: plain values that documents print. Adds nothing itself."""

from dataclasses import dataclass, field
from datetime import date

COUNTED = "counted"
"""How a branch's part goes into the figures: counted, or one of the words below, which print no figure."""
WAITING, INCOMPLETE, UNREPORTED, SAID_SENT, EXCUSED = "waiting", "incomplete", "unreported", "said_sent", "excused"
REOPENED = "reopened"
"""Taken in once and opened again: what its branch has sent is not taken in until it was gone through anew."""
AFTER = "after"
"""Taken in, but it came after the adding up: a supplementary version counts it, a final one does not."""
NOT_IN = (UNREPORTED, SAID_SENT)
"""Nothing came in: "chưa báo cáo"."""


@dataclass(frozen=True)
class Total:
    """Sums over what is counted. None: nobody gave it. `summoned` and `attended` are of the `branches` that gave both;
    members and masses are never one figure. Members and masses are people, `items` are posts, articles, sessions."""

    branches: int = 0
    summoned: int = 0
    attended: int = 0
    masses: int | None = None
    pledged: int | None = None
    items: int | None = None
    exempt: int | None = None


@dataclass(frozen=True)
class Sum:
    """A number that was asked for, added up over the `branches` that gave it; `estimated` of them reckon ahead."""

    total: int
    branches: int
    estimated: int = 0


@dataclass(frozen=True)
class Column:
    """A question that has a column of its own; `kind` count | day | words | long (words that only a table has)."""

    question: str
    heading: str
    kind: str


Cell = int | date | str


@dataclass(frozen=True)
class Line:
    """One branch's part of a deadline. `how` as above; `mark` waiting | incomplete | reopened where a draft counts
    what is not yet taken in; `after`: it came after the adding up. Figures None: not given, or not counted. `speaker`
    may be a person's name: it is printed, never kept. `exempt` is the register's, beside `summoned`; `days` of the
    main sessions, `makeups` how many made up for them. Totals are made of: `counts` {question: its number}, `chosen`
    {question: choice}, `tallies` {question: {place: times}}; `cells` {question: what stands in its own column}."""

    unit: int
    ordinal: int
    name: str
    how: str
    mark: str = ""
    late_days: int = 0
    on_due_day: bool = False
    after: bool = False
    revision: int | None = None
    on_behalf: str = ""
    held_on: date | None = None
    form: str = ""
    speaker: str = ""
    summoned: int | None = None
    attended: int | None = None
    masses: int | None = None
    pledged: int | None = None
    items: int | None = None
    exempt: int | None = None
    days: tuple[date, ...] = ()
    makeups: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)
    tallies: dict[str, dict[str, int]] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)

    @property
    def counted(self) -> bool:
        """Whether its figures are in the totals."""
        return self.how == COUNTED


@dataclass(frozen=True)
class Said:
    """What a branch wrote in its own words."""

    branch: str
    words: str
    mark: str = ""


@dataclass(frozen=True)
class Part:
    """One deadline added up, in the order of the form: `choices` {question: ((choice, its words, branches), …)},
    `tallies` {question: ((place, its words, times), …)}; `words` {question: what branches wrote}; `asked` {question:
    branches that answered}; `sums` {question: its numbers added up}; `columns` the form's own; `names`
    {question: its short words}.
    """

    name: str
    period: str
    title: str
    form: str
    total: Total
    lines: tuple[Line, ...]
    choices: dict[str, tuple[tuple[str, str, int], ...]] = field(default_factory=dict)
    tallies: dict[str, tuple[tuple[str, str, int], ...]] = field(default_factory=dict)
    words: dict[str, tuple[Said, ...]] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    sums: dict[str, Sum] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()
    names: dict[str, str] = field(default_factory=dict)

    def of(self, *how: str) -> tuple[Line, ...]:
        """Return the branches that go in so."""
        return tuple(line for line in self.lines if line.how in how)

    @property
    def owing(self) -> int:
        """Branches that owe this: all but the excused."""
        return len(self.lines) - len(self.of(EXCUSED))

    @property
    def counted(self) -> tuple[Line, ...]:
        """Branches whose report is in the totals."""
        return self.of(COUNTED)

    @property
    def marked(self) -> tuple[Line, ...]:
        """Those of them that are not yet taken in."""
        return tuple(line for line in self.lines if line.mark)

    @property
    def late(self) -> tuple[Line, ...]:
        """Counted reports that came after the last day that counts."""
        return tuple(line for line in self.counted if line.late_days)

    @property
    def unreported(self) -> tuple[Line, ...]:
        """Branches of which nothing is in."""
        return self.of(*NOT_IN)
