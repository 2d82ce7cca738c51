"""[Số này từ đâu]: from every total of a version to the branches it comes from, as a workbook. A job makes it.

It is made of the figures kept with the version: what branches sent since does not change it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from handlers import shelf
from handlers.everyone import unknown
from handlers.office import export, table_files
from handlers.routes import Build, MadeFile, StoredFile
from handlers.rules import traced
from handlers.turn import Moment, Turn
from messages import numbers, render
from messages.documents import consolidated_annex, sheets
from messages.documents.sheets import COUNT, Column, Sheet
from models import outbox
from models.account import Account
from models.issue import Issue

_TOTALS = (
    Column("STT", 6, "0", "center"),
    Column("Phần việc", 34),
    Column("Số trong báo cáo", 46),
    Column("Tổng", 12, COUNT, "right"),
    Column("Từ số chi bộ", 12, COUNT, "right"),
)
_SOURCES = (
    Column("STT", 6, "0", "center"),
    Column("Phần việc", 34),
    Column("Số trong báo cáo", 46),
    Column("Chi bộ", 30),
    Column("Số", 12, COUNT, "right"),
    Column("Ghi chú", 20),
)
_BESIDE = "Ghi nhận khi thực hiện"
"""Where figures stand that no duty's report gave."""


async def show(turn: Turn, issue: int) -> None:
    """Let a job make it."""
    found = await turn.session.get(Issue, issue)
    if found is None or found.committee_id != turn.committee.id or found.file_id is None:
        await unknown.old_button(turn)
        return
    turn.note("export.sources", f"issue:{found.id}", turn.me)
    batch = f"sources:{outbox.new_token()}"
    turn.later("sources", account=turn.account.id, issue=found.id, batch=batch)
    await turn.say("sources.making", batch=batch, seconds=0, **export.about(found))


async def load(moment: Moment, account: int, issue: int, batch: str = "") -> Build | None:
    """Read what was kept."""
    found = await moment.session.get(Issue, issue)
    if found is None or found.committee_id != moment.committee.id:
        return None
    name = f"nguon-so-{found.number:02d}.xlsx"
    return Build(build, (found.figures, found.title, moment.local(found.made_at), name))


def build(figures: dict[str, Any], title: str, as_of: datetime, name: str) -> list[MadeFile]:
    """Make the workbook (in the child process)."""
    found = traced.sources(figures)
    below = f"Số liệu tính đến {numbers.moment(as_of)}, như đã giữ cùng bản này. Lưu hành nội bộ."
    totals = tuple(
        (n, duty or _BESIDE, _words(figure, words), total, branches)
        for n, ((duty, figure, words), (total, branches)) in enumerate(traced.totals(found).items(), 1)
    )
    rows = tuple(
        (n, each.title or _BESIDE, _words(each.figure, each.words), each.branch, each.number, _note(each.mark))
        for n, each in enumerate(found, 1)
    )
    made = (
        Sheet("Các số", f"Các số trong báo cáo: {title}", below, _TOTALS, totals),
        Sheet("Nguồn số", f"Từng số do chi bộ nào báo: {title}", below, _SOURCES, rows),
    )
    return [MadeFile(name, "document", sheets.build_book(made))]


def _words(figure: str, words: str) -> str:
    return words or render.word(figure, "traced")


def _note(mark: str) -> str:
    return consolidated_annex.MARKS.get(mark, "")


async def working(moment: Moment, seconds: int, issue: int, batch: str = "", **_: Any) -> None:
    """Show that it goes on."""
    made = await moment.session.get_one(Issue, issue)
    await table_files.show(moment, batch, "sources.making", seconds=seconds, **export.about(made))


async def finish(moment: Moment, stored: Sequence[StoredFile], account: int, issue: int, batch: str = "") -> None:
    """Send it; the message that showed the work says that it is done."""
    to, made = await moment.session.get_one(Account, account), await moment.session.get_one(Issue, issue)
    file = await shelf.said(moment, stored[0], person_id=to.person_id)
    await moment.say_to(to, "sources.file", file=file, **export.about(made))
    await table_files.show(moment, batch, "sources.made", **export.about(made))


async def failed(moment: Moment, account: int, issue: int, batch: str = "") -> None:
    """It could not be made."""
    if batch:
        await table_files.show(moment, batch, "sources.failed")
    else:
        await moment.say_to(await moment.session.get_one(Account, account), "sources.failed")
