"""Where a deadline stands, branch by branch and counted. Pure: rows in, values out; no session and no words."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from functools import cached_property

from handlers.rules import figures, timeliness
from handlers.rules.figures import Attendance, Figures
from handlers.rules.timeliness import Dates, Timeliness
from models.counted import Group
from models.item import Item, ItemKind
from models.obligation import REPORTED, State
from models.standing import BranchRow, Reminded

EXTENDED, EXCUSED = "extended", "excused"
NOT_YET = (State.SAID_SENT, State.DRAFTING, State.NOT_SENT)
"""Nothing is in ("chưa gửi", who began or says that it went another way too), neither excused nor with more time."""
NOTHING, NEVER = Figures(), Reminded(0)
SAID_SENT_BY = (ItemKind.SENT_ELSEWHERE, ItemKind.PHOTO)
UNTOLD = ("answered", "silent", "new")
"""Whys that say less than a day which the branch once gave and which is over."""


@dataclass(frozen=True, slots=True)
class Line:
    """One branch. `stand`: a State, or extended | excused; times are local; `sent_at` its first sending.

    `why` says how it is that nothing is in (words.yaml, "why"), with `on` the day that goes with it.
    """

    unit_id: int
    obligation_id: int
    ordinal: int
    code: str
    name: str
    stand: str
    closed: bool
    connected: bool  # somebody who answers for it is reached
    sent_at: datetime | None = None
    timeliness: Timeliness | None = None
    days_late: int = 0
    after_closing: bool = False  # it came after the adding up
    extended_to: date | None = None
    why: str = ""
    on: date | None = None
    reminded: int = 0
    on_behalf: str = ""
    confirmed: bool = True
    disputed: bool = False  # the branch says that what the office typed in is not right
    form_id: int | None = None
    figures: Figures = field(default_factory=Figures)

    @property
    def sent(self) -> bool:
        """Whether a report is in."""
        return self.stand in REPORTED

    @property
    def not_yet(self) -> bool:
        """Whether nothing is in, no time was given and none is owed to an excuse."""
        return self.stand in NOT_YET


@dataclass(frozen=True)
class Standing:
    """A deadline as of a moment, its branches in register order. `dates` without any extension."""

    deadline_id: int
    dates: Dates
    as_of: datetime
    lines: tuple[Line, ...]

    def of(self, *stands: str) -> tuple[Line, ...]:
        """Return the branches that stand so."""
        return tuple(line for line in self.lines if line.stand in stands)

    @property
    def sent(self) -> tuple[Line, ...]:
        """Branches whose report is in."""
        return self.of(*REPORTED)

    @property
    def not_yet(self) -> tuple[Line, ...]:
        """Branches of which nothing is in."""
        return self.of(*NOT_YET)

    @property
    def owing(self) -> int:
        """Branches that owe a report: all but the excused."""
        return len(self.lines) - len(self.of(EXCUSED))

    @cached_property
    def stands(self) -> Counter[str]:
        """Branches counted by how they stand."""
        return Counter(line.stand for line in self.lines)

    @cached_property
    def punctual(self) -> Counter[Timeliness | None]:
        """Sent reports counted by when they came; on the due day apart from in time."""
        return Counter(line.timeliness for line in self.sent)

    @cached_property
    def attendance(self) -> Attendance:
        """Totals over sent reports."""
        return figures.add(line.figures for line in self.sent)

    @property
    def after_closing(self) -> tuple[Line, ...]:
        """Branches whose report came after the adding up."""
        return tuple(line for line in self.sent if line.after_closing)

    @property
    def connected(self) -> int:
        """Branches somebody of which is reached."""
        return sum(line.connected for line in self.lines)


@dataclass(frozen=True, slots=True)
class Known:
    """What else is known of the branches: by obligation id, and by unit id."""

    reminded: Mapping[int, Reminded]
    items: Sequence[Item]
    connected: Container[int]  # units somebody of which is reached


def of(deadline_id: int, dates: Dates, as_of: datetime, rows: Iterable[BranchRow], known: Known) -> Standing:
    """Put a deadline's standing together; `as_of` in the committee's zone."""
    items: dict[int | None, list[Item]] = {}
    for item in known.items:
        items.setdefault(item.obligation_id, []).append(item)
    lines = tuple(_line(row, dates, as_of, items.get(row.obligation_id, []), known) for row in rows)
    return Standing(deadline_id, dates, as_of, lines)


def _line(row: BranchRow, dates: Dates, as_of: datetime, items: Sequence[Item], known: Known) -> Line:
    reminded = known.reminded.get(row.obligation_id, NEVER)
    connected = row.unit_id in known.connected
    more_time = bool(row.extended_to and row.extended_to >= as_of.date())
    stand = stand_of(row.state, excused=row.excused, more_time=more_time)
    sent_at = _sent_at(row, as_of.tzinfo) if stand in REPORTED else None
    own = replace(dates, extended_to=row.extended_to)
    why, on = ("", None) if sent_at else _why(row, items, reminded, as_of.date(), connected=connected)
    return Line(
        unit_id=row.unit_id,
        obligation_id=row.obligation_id,
        ordinal=row.ordinal,
        code=row.code,
        name=row.name,
        stand=stand,
        closed=row.closed,
        connected=connected,
        sent_at=sent_at,
        timeliness=timeliness.judge(sent_at.date(), own) if sent_at else None,
        days_late=timeliness.days_late(sent_at.date(), own) if sent_at else 0,
        after_closing=sent_at is not None and timeliness.after_closing(sent_at.date(), own),
        extended_to=row.extended_to,
        why=why,
        on=on,
        reminded=reminded.times,
        on_behalf=row.on_behalf,
        confirmed=not row.on_behalf or row.confirmed_at is not None,
        disputed=bool(row.on_behalf) and any(item.kind == ItemKind.CORRECTION for item in items),
        form_id=row.form_id,
        figures=figures.figures_of(row.answers) if sent_at and row.answers else NOTHING,
    )


def stand_of(state: str, *, excused: bool, more_time: bool) -> str:
    """Say how a branch stands: a report that is in comes first, then what the office decided."""
    if state in REPORTED:
        return state
    if excused:
        return EXCUSED
    if state == State.SAID_SENT:
        return state
    return EXTENDED if more_time else state


@dataclass(frozen=True)
class Counts:
    """A deadline's branches counted by how they stand; `chased` of those of which nothing is in are still reminded."""

    stands: Counter[str]
    chased: int

    @property
    def sent(self) -> int:
        """How many reports are in."""
        return sum(self.stands[each] for each in REPORTED)

    @property
    def owing(self) -> int:
        """How many owe a report: all but the excused."""
        return self.stands.total() - self.stands[EXCUSED]

    @property
    def not_yet(self) -> int:
        """Of how many nothing is in."""
        return sum(self.stands[each] for each in NOT_YET)


def counts_of(deadline_id: int, groups: Iterable[Group]) -> Counts:
    """Put the counts of one deadline together."""
    stands, chased = Counter[str](), 0
    for each in groups:
        if each.deadline_id == deadline_id:
            stand = stand_of(each.state, excused=each.excused, more_time=each.more_time)
            stands[stand] += each.number
            chased += each.number if stand in NOT_YET and not each.closed else 0
    return Counts(stands, chased)


def _sent_at(row: BranchRow, zone: tzinfo | None) -> datetime | None:
    first = row.first_sent_at or row.sent_at
    return first.astimezone(zone) if first else None


def _why(
    row: BranchRow, items: Sequence[Item], reminded: Reminded, today: date, *, connected: bool
) -> tuple[str, date | None]:
    """Say how it is that nothing is in: what the branch last let us know, else that it did not."""
    kinds = {item.kind: item for item in items}
    if row.state == State.SAID_SENT:
        return _said_sent_by(kinds), None
    if asked := kinds.get(ItemKind.EXTENSION):
        return "extension", asked.asked_for
    if row.promised_on and row.promised_on >= today:
        return "promised", row.promised_on
    why = _unpromised(row, kinds, reminded, connected=connected)
    return ("lapsed", row.promised_on) if row.promised_on and why in UNTOLD else (why, None)


def _unpromised(row: BranchRow, kinds: Mapping[str, Item], reminded: Reminded, *, connected: bool) -> str:
    if ItemKind.BLOCKED in kinds:
        return "blocked"
    if row.state == State.DRAFTING:
        return "drafting"
    return "call" if row.call_wanted or ItemKind.CALL in kinds else _silent(reminded, connected=connected)


def _said_sent_by(kinds: Mapping[str, Item]) -> str:
    found = next((kinds[kind] for kind in SAID_SENT_BY if kind in kinds), None)
    return (found.how or "said") if found else "said"


def _silent(reminded: Reminded, *, connected: bool) -> str:
    if reminded.replied_at:
        return "answered"
    if reminded.times:
        return "silent"
    return "new" if connected else "unreached"


def focus(last_days: Mapping[int, date], today: date) -> list[int]:
    """Return deadline ids by how near their last day is to today, the one to come first when two are as near."""
    return sorted(last_days, key=lambda each: (abs((last_days[each] - today).days), last_days[each] < today, each))


def until(dates: Dates, today: date) -> str:
    """Say how the last day is spoken of: today | tomorrow | later | due_day | grace | past (words.yaml, "until")."""
    left = (dates.last_day - today).days
    if left >= 0:
        return {0: "today", 1: "tomorrow"}.get(left, "later")
    if dates.grace_day is None or today > dates.grace_day:
        return "past"
    return "due_day" if today == dates.due_day else "grace"
