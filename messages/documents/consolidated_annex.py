"""The annex of the report upward: a row for each branch, what is not reported said in words, a row of totals."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from messages import numbers
from messages.documents import summed
from messages.documents.annex import Annex, Column
from messages.documents.plain_report import DOTS
from messages.documents.summed import (
    AFTER,
    COUNTED,
    EXCUSED,
    INCOMPLETE,
    REOPENED,
    SAID_SENT,
    UNREPORTED,
    WAITING,
    Cell,
    Line,
    Part,
)

if TYPE_CHECKING:
    from messages.documents.consolidated import Consolidated

MARKS = {WAITING: "chờ rà soát", INCOMPLETE: "đang bổ sung", REOPENED: "đã mở lại"}
NOTES = {
    UNREPORTED: "chưa báo cáo",
    SAID_SENT: "chưa báo cáo (báo đã gửi, Văn phòng chưa nhận)",
    EXCUSED: "được miễn",
    WAITING: "chờ rà soát, chưa tính",
    INCOMPLETE: "đang bổ sung, chưa tính",
    REOPENED: "đã mở lại, chưa tính",
    AFTER: "gửi sau tổng hợp, tính ở bản bổ sung",
}


def _count(n: int | None) -> str:
    return "" if n is None else numbers.grouped(n)


def _rate(line: Line) -> str:
    known = line.attended is not None and line.summoned
    return numbers.percent(line.attended or 0, line.summoned or 0) if known else ""


def _held(line: Line) -> str:
    """Return the days of the main sessions; several on one day are one day here."""
    days = sorted(set(line.days)) or ([line.held_on] if line.held_on else [])
    return ", ".join(numbers.full_date(each) for each in days)


_COLUMNS: tuple[tuple[Column, str, Callable[[Line], str]], ...] = (
    (Column("Ngày", 13, "center"), "held_on", _held),
    (Column("Hình thức", 12), "form", lambda line: line.form),
    (Column("Báo cáo viên", 18), "speaker", lambda line: line.speaker),
    (Column("Tổng ĐV", 8, "center"), "summoned", lambda line: _count(line.summoned)),
    (Column("Miễn SH", 8, "center"), "summoned", lambda line: _count(line.exempt)),
    (Column("Dự", 7, "center"), "attended", lambda line: _count(line.attended)),
    (Column("%", 10, "center"), "attended", _rate),
    (Column("QC", 7, "center"), "masses", lambda line: _count(line.masses)),
    (Column("Cam kết", 7, "center"), "pledges", lambda line: _count(line.pledged)),
    (Column("Tin, bài", 7, "center"), "dissemination", lambda line: _count(line.items)),
)
"""Columns between the branch and the note: each with the question whose form has it; days and rates fit in."""


def annex_of(made: "Consolidated", part: Part, number: int, symbol: str) -> Annex:
    """Return the annex of one deadline; a form without a question has no column for it."""
    shown = [
        each
        for each in _COLUMNS
        if not part.asked or each[1] in part.asked or (each[1] == "held_on" and "meeting_on" in part.asked)
    ]
    own = [each for each in part.columns if each.kind != "long"]
    columns = (
        Column("STT", 6, "center"),
        Column("Chi bộ", 20),
        *(each[0] for each in shown),
        *(_own_column(each) for each in own),
        Column("Ghi chú", 18),
    )
    rows = tuple(
        (
            str(n),
            line.name,
            *(cell(line) for _, _, cell in shown),
            *(_cell(line.cells.get(each.question)) for each in own),
            note_of(made, line),
        )
        for n, line in enumerate(part.lines, 1)
    )
    total = (
        "",
        f"Cộng: {numbers.grouped(len(part.counted))}/{numbers.grouped(part.owing)} chi bộ",
        *_totals(part, [each[0].heading for each in shown]),
        *(_count(part.sums[each.question].total) if each.question in part.sums else "" for each in own),
        "",
    )
    label = "PHỤ LỤC" if len(made.parts) == 1 else f"PHỤ LỤC {number}"
    return Annex(f"Kết quả của các chi bộ: {part.title}", _below(made, symbol), columns, rows, total, label)


_WIDTHS = {"count": 8, "day": 13, "words": 14}


def _own_column(each: summed.Column) -> Column:
    return Column(each.heading, _WIDTHS[each.kind], "left" if each.kind == "words" else "center")


def _cell(value: Cell | None) -> str:
    """Return what stands in a column that the form has of its own."""
    if isinstance(value, date):
        return numbers.full_date(value)
    return _count(value) if isinstance(value, int) else value or ""


def _below(made: "Consolidated", symbol: str) -> tuple[str, ...]:
    beside = f"(Kèm theo Báo cáo số {DOTS}-{symbol}, ngày ……/……/20… của {made.issuer})"
    draft = "DỰ THẢO. " if made.draft else ""
    counted = "cả báo cáo chờ rà soát (có ghi rõ)" if made.draft else "các báo cáo đã tiếp nhận"
    return (
        beside,
        f"({draft}Số liệu tính đến {numbers.moment(made.as_of)}, tính {counted})",
    )


def _totals(part: Part, headings: list[str]) -> list[str]:
    total = part.total
    both = total.branches > 0
    sums = {
        "Tổng ĐV": _count(total.summoned) if both else "",
        "Miễn SH": _count(total.exempt) if both else "",
        "Dự": _count(total.attended) if both else "",
        "%": numbers.percent(total.attended, total.summoned) if both and total.summoned else "",
        "QC": _count(total.masses),
        "Cam kết": _count(total.pledged),
        "Tin, bài": _count(total.items),
    }
    return [sums.get(heading, "") for heading in headings]


def note_of(made: "Consolidated", line: Line) -> str:
    """What stands in the last column; who was late is named only where the office chose to name."""
    if line.how != COUNTED:
        return NOTES[line.how]
    late = f"gửi sau hạn {numbers.count(line.late_days)} ngày" if line.late_days and made.named else ""
    typed = "Văn phòng nhập thay" if line.on_behalf else ""
    after = "gửi sau tổng hợp" if line.after else ""
    return "; ".join(each for each in (MARKS.get(line.mark, ""), late, after, typed) if each)
