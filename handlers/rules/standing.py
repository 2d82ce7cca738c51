"""Where a deadline stands, branch by branch and counted. Pure: rows in, values out; no session and no words."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import cached_property

from handlers.rules import figures, timeliness
from handlers.rules.figures import Attendance, Figures
from handlers.rules.timeliness import Dates, Timeliness
from models.item import Item, ItemKind
from models.obligation import REPORTED, State
from models.standing import BranchRow, Reminded

EXTENDED, EXCUSED = "extended", "excused"
NOT_YET = (State.SAID_SENT, State.DRAFTING, State.NOT_SENT)
"""Shown as "chưa gửi": nothing is in, and neither excused nor with more time."""
NOTHING, NEVER = Figures(), Reminded(0)
SAID_SENT_BY = (ItemKind.SENT_ELSEWHERE, ItemKind.PHOTO)


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
    extended_to: date | None = None
    why: str = ""
    on: date | None = None
    reminded: int = 0
    on_behalf: str = ""
    confirmed: bool = True
    form_id: int | None = None
    figures: Figures = field(default_factory=Figures)

    @property
    def sent(self) -> bool:
        """Whether a report is in."""
        return self.stand in REPORTED

    @property
    def not_yet(self) -> bool:
        """Whether it counts as "chưa gửi"."""
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
        """Branches counted as "chưa gửi"."""
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
    stand = _stand(row, as_of.date())
    sent_at = _sent_at(row, as_of.tzinfo) if stand in REPORTED else None
    own = Dates(dates.last_on_time, dates.due_date, dates.grace, row.extended_to)
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
        extended_to=row.extended_to,
        why=why,
        on=on,
        reminded=reminded.times,
        on_behalf=row.on_behalf,
        confirmed=not row.on_behalf or row.confirmed_at is not None,
        form_id=row.form_id,
        figures=figures.figures_of(row.answers) if sent_at and row.answers else NOTHING,
    )


def _stand(row: BranchRow, today: date) -> str:
    """Say how a branch stands: a report that is in comes first, then what the office decided."""
    if row.state in REPORTED:
        return row.state
    if row.excused:
        return EXCUSED
    if row.state == State.SAID_SENT:
        return row.state
    return EXTENDED if row.extended_to and row.extended_to >= today else row.state


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
    return _unpromised(row, kinds, reminded, connected=connected), None


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
    """Say how the last day is spoken of: today | tomorrow | later | due_day (grace) | past (words.yaml, "until")."""
    left = (dates.last_day - today).days
    if left >= 0:
        return {0: "today", 1: "tomorrow"}.get(left, "later")
    return "due_day" if dates.grace and today == dates.due_date else "past"
