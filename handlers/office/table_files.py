"""Makes the office's tables: deadlines and dissemination as Excel or CSV, chosen by period, days and state.

Read in parts; rows and files are made in the child process.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import orjson

from campaigns import schema
from handlers import shelf
from handlers.office import export, layout, standing
from handlers.parcel import Parcel
from handlers.routes import Build, MadeFile, StoredFile
from handlers.rules import consolidated, figures
from handlers.rules import standing as rules
from handlers.rules.figures import Answers
from handlers.rules.standing import Line
from handlers.turn import Moment
from messages import render
from messages.documents import sheets, workbook
from messages.documents.sheets import Sheet
from messages.documents.workbook import ActivityRow, ActivityTable, SummaryRow, SummaryTable
from messages.reading import fold
from models import activity, notice, role, signed_copy, taken
from models import form as stored_forms
from models.account import Account
from models.deadline import Deadline
from models.obligation import State

STATES = {
    "accepted": (State.ACCEPTED,),
    "waiting": (State.WAITING,),
    "incomplete": (State.INCOMPLETE,),
    "reopened": (State.REOPENED,),
    "missing": (),
}
"""Which branches' rows are taken, by what a button says; "" is all, "missing" those of which nothing is in."""


@dataclass(frozen=True)
class Chosen:
    """By what the rows are chosen: `state` "" all, days "" open (ISO; first and last), `csv` instead of Excel."""

    state: str = ""
    since: str = ""
    until: str = ""
    csv: bool = False

    def takes(self, line: Line) -> bool:
        """Say whether a branch's row is wanted."""
        if self.state == "missing":
            return not line.sent and line.stand != rules.EXCUSED
        if self.state and line.stand not in STATES.get(self.state, ()):
            return False
        return self.covers(line.sent_at.date() if line.sent_at else None)

    def covers(self, day: date | None) -> bool:
        """Say whether a day is within those asked for; no day is only where none are."""
        first, last = self.days
        return first <= day <= last if day else not (self.since or self.until)

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day."""
        first = date.fromisoformat(self.since) if self.since else date.min
        return first, date.fromisoformat(self.until) if self.until else date.max


@dataclass(frozen=True)
class Read:
    """One deadline as it stands: newest form, lines, {unit: (form id, answers as JSON text)}, {unit: signed copy}."""

    title: str
    name: str
    lines: tuple[Line, ...]
    answers: dict[int, tuple[int, str]]
    form_id: int
    signed: dict[int, str]


@dataclass(frozen=True)
class Wanted:
    """All that the child process needs."""

    read: Parcel[Read]
    forms: dict[int, dict[str, Any]]
    activities: ActivityTable | None
    as_of: datetime
    chosen: Chosen
    name: str


async def load(moment: Moment, account: int, deadline: int, period: str = "", **given: Any) -> Build | None:
    """Read what the tables hold; None where it is not theirs to see."""
    found = await _scope(moment, account, deadline, period)
    if found is None:
        return None
    chosen, days = Chosen(**_choice(given)), None
    if found.period:
        first, after = schema.quarter_days(found.period)
        days = first, after
    read, used = Parcel[Read](), set[int]()
    for due in found.deadlines:
        each = await _read(moment, due)
        used |= {form for form, _ in each.answers.values()} | {each.form_id}
        read.put(each)
    forms = await stored_forms.bodies(moment.session, used)
    posts = None if found.name else await _activities(moment, found, days, chosen)
    name = f"tong-hop-{moment.local(moment.now):%d-%m-%Y}"
    return Build(build, (Wanted(read, forms, posts, moment.local(moment.now), chosen, name),))


def _choice(given: dict[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in Chosen.__dataclass_fields__ if name in given}


async def _scope(moment: Moment, account: int, deadline: int, period: str) -> export.Scope | None:
    to = await moment.session.get(Account, account)
    roles = await role.of_person(moment.session, to.person_id) if to and to.person_id else []
    if standing.scope(roles) is not None:
        return None
    if deadline:
        found = await moment.session.get(Deadline, deadline)
        return export.single(found) if found and found.committee_id == moment.committee.id else None
    return await export.scope_of(moment, "", period)


async def _read(moment: Moment, found: Deadline) -> Read:
    now, answers = await standing.load(moment, found), dict[int, tuple[int, str]]()
    units = [line.unit_id for line in now.sent]
    for part in taken.parts(units, 1):
        for row in await taken.sendings(moment.session, [found.id], part):
            if row.form_id is not None and row.answers:
                answers[row.unit_id] = (row.form_id, row.answers)
    newest = await stored_forms.latest(moment.session, found.campaign_id, found.form_name)
    signed = await signed_copy.of_deadline(moment.session, found.id)
    return Read(found.title, found.short_title, now.lines, answers, newest.id if newest else 0, signed)


async def _activities(
    moment: Moment, found: export.Scope, days: tuple[date, date] | None, chosen: Chosen
) -> ActivityTable:
    current, labels = await moment.campaign(), await layout.places(moment)
    rows = await activity.listed(moment.session, current.id, days) if current else []
    made = tuple(
        ActivityRow(row.on_day, row.branch, labels.get(row.place, row.place), row.count, row.title, row.url)
        for row in rows
        if chosen.covers(row.on_day)
    )
    title = moment.words("tables.activities", plain=True, title=found.title)
    return ActivityTable(title, moment.local(moment.now), made, chosen_words(chosen))


def chosen_words(chosen: Chosen) -> str:
    """Return by what the rows were chosen, in words; "" for all."""
    first, last = (date.fromisoformat(day) if day else None for day in (chosen.since, chosen.until))
    return render.text("tables.chosen", {"state": chosen.state, "since": first, "until": last})


def build(wanted: Wanted) -> list[MadeFile]:
    """Make the rows and the file (in the child process); of CSV one file a table."""
    forms = {each: schema.Form.model_validate(body) for each, body in wanted.forms.items()}
    read = list(wanted.read)
    made = [_sheet(each, forms, wanted, only=len(read) == 1) for each in read]
    if wanted.activities:
        made.append(workbook.activity_sheet(wanted.activities))
    if not wanted.chosen.csv:
        return [MadeFile(f"{wanted.name}.xlsx", "document", sheets.build_book(tuple(made)))]
    named = [wanted.name] if len(made) == 1 else [_named(wanted, n, each) for n, each in enumerate(made, 1)]
    return [MadeFile(f"{name}.csv", "document", sheets.build_csv(each)) for name, each in zip(named, made, strict=True)]


def _named(wanted: Wanted, n: int, sheet: Sheet) -> str:
    """Return the name of one file of several: each says what it holds, in letters that every system keeps."""
    return f"{wanted.name}-{n:02}-{'-'.join(re.findall('[a-z0-9]+', fold.plain(sheet.name)))}"


def _sheet(read: Read, forms: dict[int, schema.Form], wanted: Wanted, *, only: bool) -> Sheet:
    rows = tuple(_row(line, read, forms) for line in read.lines if wanted.chosen.takes(line))
    name = workbook.SHEET if only else read.name
    about = SummaryTable(read.title, wanted.as_of, rows, name, chosen_words(wanted.chosen))
    return workbook.summary_sheet(replace(about, **_columns(forms.get(read.form_id))))


def _columns(form: schema.Form | None) -> dict[str, Any]:
    """Return which columns the sheet of a form has."""
    if form is None:
        return {}
    return {
        "asked": frozenset(each.id for each in form.questions),
        "headings": {each.id: each.column for each in form.questions if each.column},
        "columns": consolidated.columns(form.questions),
    }


def _row(line: Line, read: Read, forms: dict[int, schema.Form]) -> SummaryRow:
    form_id, written = read.answers.get(line.unit_id, (0, ""))
    answers = orjson.loads(written) if written and line.sent else {}
    each, form = figures.figures_of(answers), forms.get(form_id)
    words = {name: _label(form, answers, name) for name in ("form", "speaker")} if form else {}
    person = figures.value_of(answers, "speaker_name")
    return SummaryRow(
        ordinal=line.ordinal,
        code=line.code,
        name=line.name,
        state_words=standing.stand_words(line),
        sent_at=line.sent_at,
        timeliness_words=standing.lateness_words(line),
        held_on=each.held_on,
        form_words=words.get("form", ""),
        speaker=": ".join(part for part in (words.get("speaker", ""), person) if part),
        summoned=each.summoned,
        attended=each.attended,
        masses=each.masses,
        pledged=each.pledged,
        items=each.items,
        note=standing.note_words(line),
        cells=consolidated.cells_of(answers, form) if form else {},
        excused=line.stand == rules.EXCUSED,
        signed=read.signed.get(line.unit_id, ""),
    )


def _label(form: schema.Form | None, answers: Answers, name: str) -> str:
    value: Any = figures.value_of(answers, name)
    asked = next((each for each in form.questions if each.id == name), None) if form else None
    return next((option.label for option in asked.options if option.value == value), "") if asked else ""


async def finish(
    moment: Moment, made: Sequence[StoredFile], account: int, deadline: int, period: str = "", batch: str = "", **_: Any
) -> None:
    """Send the tables; the message that showed the work says that it is done."""
    found, to = await _scope(moment, account, deadline, period), await moment.session.get_one(Account, account)
    subject = await _subject(moment, deadline, found)
    for n, each in enumerate(made if found else (), 1):
        file = await shelf.said(moment, each, person_id=to.person_id)
        await moment.say_to(to, "tables.file", file=file, subject=subject, n=n, files=len(made))
    await show(moment, batch, "tables.made", files=len(made))


async def _subject(moment: Moment, deadline: int, found: export.Scope | None) -> str:
    if deadline and found:
        return await standing.subject(moment, found.deadlines[0])
    return found.title if found else ""


async def show(moment: Moment, batch: str, template: str, **said: Any) -> None:
    """Change the one message about a table that is being made."""
    for told in await notice.of_batch(moment.session, batch) if batch else ():
        if message := await moment.message_of(told.id):
            await moment.replace(message, template, anew=template == "tables.failed", **said)


async def working(moment: Moment, seconds: int, batch: str = "", **_: Any) -> None:
    """Show that it goes on."""
    await show(moment, batch, "tables.making", seconds=seconds)


async def failed(moment: Moment, account: int, batch: str = "", **_: Any) -> None:
    """The table could not be made."""
    if batch:
        await show(moment, batch, "tables.failed")
    else:
        await moment.say_to(await moment.session.get_one(Account, account), "tables.failed")
