"""Keeps the figures that the office typed in for a branch, as a report it may confirm. Says nothing to the office."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select

from campaigns import schema
from handlers.branch import conference_report, confirm, drafts, remind
from handlers.branch.duties import Duty
from handlers.office import items
from handlers.rules import answers as rules
from handlers.rules import entry, timeliness
from handlers.rules.answers import Facts
from handlers.rules.entered import Draft, Entry
from handlers.rules.entry import Odd
from handlers.turn import Moment, Turn
from models import attachment, due, item, overwritten, report
from models import deadline as deadlines
from models import form as forms
from models.attachment import Attachment
from models.deadline import Deadline
from models.form import Form
from models.item import ItemKind, ItemState
from models.obligation import Obligation, State
from models.report import Report, Revision
from models.unit import Unit

MISSING = (State.NOT_SENT, State.DRAFTING, State.SAID_SENT)
"""States in which no report is in yet."""
ANSWERED = (ItemKind.SENT_ELSEWHERE, ItemKind.PHOTO, ItemKind.CALL, ItemKind.CORRECTION)
"""What a branch said or wanted that an entry settles."""
MIDDAY = time(12)  # what came on another day has no hour


@dataclass(frozen=True)
class Slot:
    """Where a branch's entry goes: the duty, the form its figures answer, and the report that may be there already.

    `before` are the figures by meaning that the office entered for it last.
    """

    duty: Duty
    form_id: int
    form: schema.Form
    facts: Facts
    report: Report | None
    before: Mapping[str, schema.Json]

    @property
    def missing(self) -> bool:
        """Whether no report is in."""
        return self.duty.owed.state in MISSING

    @property
    def open(self) -> bool:
        """Whether the office may enter: nothing is in, or what it entered itself and the branch has not confirmed."""
        own = self.report is not None and bool(self.report.on_behalf) and self.report.confirmed_at is None
        return not self.duty.owed.excused and (self.missing or own)


@dataclass(frozen=True)
class Kept:
    """An entry that was kept: how it counts, and whether anybody of the branch could be asked."""

    slot: Slot
    values: dict[str, Any]
    timeliness: str
    asked: bool


async def slots(moment: Moment, deadline_id: int, entries: Iterable[Entry]) -> dict[int, Slot]:
    """Return {unit id: where its entry goes} for a deadline in force; {} for one that is not this committee's."""
    deadline = await moment.session.get(Deadline, deadline_id)
    if deadline is None or deadline.committee_id != moment.committee.id or deadline.superseded or deadline.cancelled:
        return {}
    days = {each.unit: each.values.get("date") for each in entries if each.unit}
    rows = await moment.session.execute(
        select(Obligation, Unit, Report)
        .join(Unit, Unit.id == Obligation.unit_id)
        .outerjoin(Report, Report.obligation_id == Obligation.id)
        .where(Obligation.deadline_id == deadline.id, Obligation.unit_id.in_(days))
    )
    return {
        unit.id: await _slot(moment, Duty(owed, deadline, unit), found, days[unit.id]) for owed, unit, found in rows
    }


async def _slot(moment: Moment, duty: Duty, found: Report | None, day: schema.Json) -> Slot:
    session = moment.session
    latest = await forms.latest(session, duty.deadline.campaign_id, duty.deadline.form_name)
    kept = await session.get(Form, found.form_id) if found else latest
    if kept is None:
        raise LookupError(f"form {duty.deadline.form_name} is not there")
    form = drafts.read_form(kept.body)
    entered = await _entered(moment, duty, form, found)
    day = day or entered.get("date")
    known = await drafts.facts(moment, duty, date.fromisoformat(str(day)) if day else None)
    before, recorded = await drafts.before_of(moment, duty, form), await drafts.recorded_of(moment, duty, form)
    return Slot(duty, kept.id, form, replace(known, before=before, recorded=recorded), found, entered)


async def _entered(moment: Moment, duty: Duty, form: schema.Form, found: Report | None) -> Mapping[str, schema.Json]:
    if found is None or not found.on_behalf or duty.owed.state in MISSING:
        return {}
    last = await report.last_revision(moment.session, found.id)
    return entry.figures(form, drafts.plain(last.answers)) if last else {}


async def candidates(moment: Moment, draft: Draft) -> list[Deadline]:
    """Return the deadlines that a draft may be for, soonest first: those still missing, else those entered before."""
    current = await moment.campaign()
    found = await deadlines.current(moment.session, current.id) if current else []
    begun = [each for each in found if timeliness.of(each).open(moment.today)]
    where = {each: await slots(moment, each.id, draft.entries) for each in begun}
    fitting = [each for each in begun if _fits(where[each], draft.entries)]
    missing = [each for each in fitting if any(slot.open and slot.missing for slot in where[each].values())]
    return missing or [each for each in fitting if any(slot.open for slot in where[each].values())]


def _fits(where: dict[int, Slot], entries: Sequence[Entry]) -> bool:
    return any(each.unit in where and entry.fits(where[each.unit].form, each.values) for each in entries)


def odd(slot: Slot | None, given: Entry) -> Odd | None:
    """Return why an entry cannot be taken, None if it can: the form's own checks, or a report that is in."""
    if slot is None or slot.duty.owed.excused:
        return Odd("not_owed")
    if not slot.open:
        return Odd("already_in", {"by_office": bool(slot.report and slot.report.on_behalf)})
    return entry.blocked(slot.form, entry.answers(slot.form, given.values), slot.facts)


async def keep(turn: Turn, draft: Draft, arrived_on: date) -> list[Kept]:
    """Keep every entry that can still be taken and ask the branches; what came in meanwhile is left alone."""
    where = await slots(turn, draft.deadline, draft.entries)
    taken = [each for each in draft.entries if odd(where.get(each.unit), each) is None]
    kept = [await _keep(turn, where[each.unit], each, draft.how, arrived_on) for each in taken]
    noted = await about(turn, draft.item) if kept else None
    if noted is not None and noted.state == ItemState.OPEN:
        await items.close(turn, noted, turn.me, "in")
    if len(kept) == 1:
        await _link(turn, draft.file, kept[0].slot.duty)
    return kept


async def _link(turn: Turn, file_id: int, duty: Duty) -> None:
    """Keep the picture that came with the figures, and its album, with their duty."""
    found = await turn.session.get(Attachment, file_id) if file_id else None
    if found is None or found.person_id != turn.me.id:
        return
    more = await attachment.of_album(turn.session, turn.me.id, found.album) if found.album else []
    for each in (found, *more):
        each.obligation_id, each.unit_id = duty.id, duty.unit.id


async def _keep(turn: Turn, slot: Slot, given: Entry, how: str, arrived_on: date) -> Kept:
    owed, arrived = slot.duty.owed, _arrived(turn, arrived_on)
    found = slot.report or await _new_report(turn, slot)
    plain = entry.answers(slot.form, given.values)
    answers = {name: _answer(turn, value, found.counter + 1) for name, value in plain.items()}
    last = await report.last_revision(turn.session, found.id)
    counts = timeliness.judge(arrived_on, slot.duty.dates)
    if last and found.on_behalf == how and _same(turn, last, plain, arrived_on):  # the same button pressed twice
        return Kept(slot, dict(given.values), counts, asked=bool(await confirm.answering(turn, slot.duty.unit)))
    sent = Revision(
        report_id=found.id,
        number=last.number + 1 if last else 1,
        answers=answers,
        flags=rules.flags(slot.form, plain, slot.facts),
        sent_by_id=turn.me.id,
        sent_at=arrived,
        timeliness=counts,
    )
    turn.session.add(sent)
    others = {name: each for name, each in found.answers.items() if each.get("how") != "entered"}
    after = {**others, **answers}
    overwritten.note(turn.session, turn.committee.id, found, after, turn.me.id, turn.now)
    found.answers, found.reopened, found.counter = after, [], found.counter + 1
    found.on_behalf, found.confirmed_at, found.reviewer_id = how, None, turn.me.id
    owed.state, owed.first_sent_at = State.ACCEPTED, arrived
    await _stop(turn, owed)
    turn.note("report.entered", f"obligation:{owed.id}", turn.me, how=how, revision=sent.number)
    await turn.session.flush()
    await conference_report.reported(turn, drafts.Draft(slot.duty, found, slot.form, slot.facts), sent)
    asked = bool(plain) and await confirm.ask(turn, slot.duty, found, sent)  # no figures, no question
    return Kept(slot, dict(given.values), counts, asked=asked or not plain)


def _same(turn: Turn, last: Revision, plain: Mapping[str, schema.Json], arrived_on: date) -> bool:
    return drafts.plain(last.answers) == dict(plain) and turn.local(last.sent_at).date() == arrived_on


def _answer(turn: Turn, value: schema.Json, counter: int) -> dict[str, Any]:
    told = {"by": turn.me.id, "at": turn.now.isoformat(), "inbox": turn.inbox_id, "counter": counter, "how": "entered"}
    return {"value": value, **told}


async def _new_report(turn: Turn, slot: Slot) -> Report:
    made = Report(obligation_id=slot.duty.id, form_id=slot.form_id, answers={}, counter=0, reopened=[])
    turn.session.add(made)
    await turn.session.flush()
    return made


def _arrived(moment: Moment, day: date) -> datetime:
    return moment.now if day == moment.today else moment.at(day, MIDDAY)


async def _stop(turn: Turn, owed: Obligation) -> None:
    """Nothing is chased any more, and what the branch said of it is answered."""
    for each in await items.open_about(turn, owed, ANSWERED):
        await items.close(turn, each, turn.me, "in")
    await due.drop(turn.session, "rung", f"obligation:{owed.id}")
    owed.promised_on = None
    await remind.stopped(turn, owed, None)


async def about(turn: Turn, item_id: int) -> item.Item | None:
    """Return the branch's note that an entry answers, None for none or one of another committee."""
    found = await turn.session.get(item.Item, item_id) if item_id else None
    return found if found and found.committee_id == turn.committee.id else None
