"""The office's tables: one deadline, one row a branch with a total of what was reported; and dissemination, one row an
activity. They know no rule: states, timeliness and what columns a form has of its own come in."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from messages import numbers
from messages.documents import summed
from messages.documents.sheets import COUNT, DAY, MOMENT, SHARE, TEXT, Column, Sheet

SHEET = "Tổng hợp"

_UNREPORTED = "chưa báo cáo"
_PROVISIONAL = "chưa có bản ký"
_FULL_SHARE = 10_000


@dataclass(frozen=True)
class SummaryRow:
    """One branch. Without sent_at (aware or local) it has not reported: its figures are not printed, whatever
    they hold. Counts are people or items; None means not answered. `cells` as of messages.documents.summed.Line.
    `excused`: it owes nothing, and is not counted; `signed` number and date of the signed copy, "" until it arrived."""

    ordinal: int
    code: str
    name: str
    state_words: str
    sent_at: datetime | None = None
    timeliness_words: str = ""
    held_on: date | None = None
    form_words: str = ""
    speaker: str = ""
    summoned: int | None = None
    attended: int | None = None
    masses: int | None = None
    pledged: int | None = None
    items: int | None = None
    note: str = ""
    cells: dict[str, summed.Cell] = field(default_factory=dict)
    excused: bool = False
    signed: str = ""


@dataclass(frozen=True)
class SummaryTable:
    """What is written: a title, the cut-off (aware, in the zone to be shown), the branches in register order.

    `name` is the sheet's; `chosen` says by what the rows were chosen, "" all. `asked` the questions of its form, none
    known: every column; `headings` {question: what its column is called there}; `columns` those of the form's own.
    """

    title: str
    as_of: datetime
    rows: tuple[SummaryRow, ...]
    name: str = SHEET
    chosen: str = ""
    asked: frozenset[str] = frozenset()
    headings: dict[str, str] = field(default_factory=dict)
    columns: tuple[summed.Column, ...] = ()


_FIRST = (
    Column("STT", 6, "0", "center"),
    Column("Mã", 8),
    Column("Chi bộ", 20),
    Column("Tình trạng", 14),
    Column("Gửi lúc", 18, MOMENT, "center"),
    Column("Thời hạn", 14),
)
_LAST = (Column("Ghi chú", 17), Column("Bản ký", 13))


@dataclass(frozen=True)
class _Field:
    """A column that is there when the form has one of `questions`; `total` over rows, None without one."""

    questions: tuple[str, ...]
    column: Column
    value: Callable[[SummaryRow], Any]
    total: Callable[[list[SummaryRow]], Any] = lambda _: None


def _count(name: str, questions: tuple[str, ...], heading: str, width: int = 10) -> _Field:
    def total(rows: list[SummaryRow]) -> int | None:
        return _sum([getattr(row, name) for row in rows])

    return _Field(questions, Column(heading, width, COUNT, "right"), lambda row: getattr(row, name), total)


_FIELDS = (
    _Field(("held_on", "meeting_on"), Column("Ngày học", 12, DAY, "center"), lambda row: row.held_on),
    _Field(("form",), Column("Hình thức", 15), lambda row: row.form_words),
    _Field(("speaker",), Column("Báo cáo viên", 22), lambda row: row.speaker),
    _count("summoned", ("summoned",), "Đảng viên phải học"),
    _count("attended", ("attended",), "Đảng viên dự"),
    _Field(
        ("attended",),
        Column("Tỷ lệ đảng viên dự", 11, SHARE, "right"),
        lambda row: _rate([row]),
        lambda rows: _rate(list(rows)),
    ),
    _count("masses", ("masses",), "Quần chúng dự"),
    _count("pledged", ("pledges",), "Đăng ký, cam kết"),
    _count("items", ("dissemination",), "Tin, bài, lượt tuyên truyền", 12),
)
"""What tables have in common whatever the form."""
_OWN = {
    "count": (10, COUNT, "right"),
    "day": (12, DAY, "center"),
    "words": (14, TEXT, "left"),
    "long": (34, TEXT, "left"),
}
_UNUSED = 14  # width of a column for long words in which nobody wrote any


def _fields(table: SummaryTable) -> list[_Field]:
    """Return the columns between what is known of a branch and the note: the common ones, then the form's own."""
    common = [each for each in _FIELDS if not table.asked or table.asked & set(each.questions)]
    return [*(_headed(each, table.headings) for each in common), *(_own(each, table.rows) for each in table.columns)]


def _headed(found: _Field, headings: dict[str, str]) -> _Field:
    """A column is called as the form calls it; the rate keeps its name."""
    named = next((headings[each] for each in found.questions if each in headings), "")
    return (
        replace(found, column=replace(found.column, heading=named)) if named and found.column.format != SHARE else found
    )


def _own(column: summed.Column, rows: tuple[SummaryRow, ...]) -> _Field:
    def total(rows: list[SummaryRow]) -> int | None:
        known = [row.cells.get(column.question) for row in rows]
        return _sum([each for each in known if isinstance(each, int)]) if column.kind == "count" else None

    width, *look = _OWN[column.kind]
    used = any(row.cells.get(column.question) for row in rows)
    made = Column(column.heading, width if used else min(width, _UNUSED), *look)
    return _Field((column.question,), made, lambda row: row.cells.get(column.question), total)


def summary_sheet(table: SummaryTable) -> Sheet:
    """Return the sheet of one deadline."""
    rows, found = sorted(table.rows, key=lambda row: row.ordinal), _fields(table)
    return Sheet(
        table.name,
        table.title,
        _below(table.as_of, table.chosen),
        (*_FIRST, *(each.column for each in found), *_LAST),
        tuple(tuple(_values(row, found)) for row in rows),
        tuple(_total(rows, found)),
        frozenset(n for n, row in enumerate(rows) if not (row.sent_at or row.excused)),
    )


def _below(as_of: datetime, chosen: str) -> str:
    return f"Số liệu đến {numbers.moment(as_of)}.{f' {chosen}.' if chosen else ''} Lưu hành nội bộ."


def _values(row: SummaryRow, found: list[_Field]) -> list[Any]:
    """The cells of one branch; a branch that has not reported has words and no figures."""
    known = [row.ordinal, row.code, row.name, row.state_words or _UNREPORTED]
    if row.sent_at is None:
        when = "" if row.excused else row.timeliness_words or _UNREPORTED
        return [*known, None, when, *[None] * len(found), row.note, None]
    sent_at = row.sent_at.replace(tzinfo=None, second=0, microsecond=0)  # Excel knows no zones
    signed = row.signed or _PROVISIONAL
    return [*known, sent_at, row.timeliness_words, *(each.value(row) for each in found), row.note, signed]


def _rate(rows: list[SummaryRow]) -> float | None:
    """Members attended of members summoned, over the branches that gave both; 1 only if nobody was missing."""
    both = [(r.attended, r.summoned) for r in rows if r.attended is not None and r.summoned is not None]
    whole = sum(summoned for _, summoned in both)
    return numbers.share(sum(attended for attended, _ in both), whole) / _FULL_SHARE if whole > 0 else None


def _total(rows: list[SummaryRow], found: list[_Field]) -> list[Any]:
    reported = [row for row in rows if row.sent_at]
    excused = sum(row.excused and not row.sent_at for row in rows)
    more = f", miễn {numbers.count(excused)}" if excused else ""
    said = f"{numbers.grouped(len(reported))}/{numbers.grouped(len(rows) - excused)} chi bộ đã báo cáo{more}"
    return [None, None, "Cộng", said, None, None, *(each.total(reported) for each in found), None, None]


def _sum(counts: list[int | None]) -> int | None:
    """Add what is known; nothing known is an empty cell, not 0."""
    known = [n for n in counts if n is not None]
    return sum(known) if known else None


# Dissemination


@dataclass(frozen=True)
class ActivityRow:
    """One activity of a branch; `times` are posts, articles or sessions ("lượt")."""

    on_day: date
    branch: str
    place: str
    times: int
    title: str = ""
    url: str = ""


@dataclass(frozen=True)
class ActivityTable:
    """All activities of some days, the oldest first."""

    title: str
    as_of: datetime
    rows: tuple[ActivityRow, ...]
    chosen: str = ""


_ACTIVITY_COLUMNS = (
    Column("STT", 6, "0", "center"),
    Column("Ngày", 12, DAY, "center"),
    Column("Chi bộ", 28),
    Column("Nơi tuyên truyền", 22),
    Column("Số lượt", 10, COUNT, "right"),
    Column("Tên tin, bài", 40),
    Column("Đường dẫn", 40),
)


def activity_sheet(table: ActivityTable) -> Sheet:
    """Return the sheet of dissemination."""
    rows = tuple(
        (n, row.on_day, row.branch, row.place, row.times, row.title, row.url) for n, row in enumerate(table.rows, 1)
    )
    total = (None, None, "Cộng", None, sum(row.times for row in table.rows), None, None)
    return Sheet("Tuyên truyền", table.title, _below(table.as_of, table.chosen), _ACTIVITY_COLUMNS, rows, total)
