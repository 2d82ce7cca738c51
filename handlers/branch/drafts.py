"""A branch's report while it is being filled in: found or begun, known facts, saved by whom. Says nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, cast

import orjson
from sqlalchemy import Row, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from campaigns.schema import Form, Json, Kind, Plan, Question
from handlers.branch.duties import Duty
from handlers.rules import answers as rules
from handlers.rules import entry, figures
from handlers.rules.answers import Branch, Facts
from handlers.turn import Moment
from models import activity, ahead, headcount, report
from models import form as forms
from models.base import one
from models.campaign import Campaign
from models.deadline import Deadline
from models.obligation import Obligation, State
from models.person import Person
from models.report import Report, Revision
from models.unit import Unit, UnitKind

AHEAD, HELD, PLAN_DATES = "drafts", "held for drafts", "plan dates"
MOST_BRANCHES = 200  # more are typed, not chosen


@dataclass(frozen=True)
class Draft:
    """A report with all that filling it in needs. `values` are the answers alone, {question: value}."""

    duty: Duty
    report: Report
    form: Form
    facts: Facts

    @property
    def values(self) -> dict[str, Json]:
        """The answers without who gave them when."""
        return plain(self.report.answers)

    @property
    def reopened(self) -> tuple[str, ...]:
        """The questions the office asked to complete, () for all."""
        return tuple(each["question"] for each in self.report.reopened)

    @property
    def title(self) -> str:
        """What the report is called, its quarter included."""
        return self.duty.deadline.title if self.duty.deadline.period else self.form.title


def plain(answers: Mapping[str, Any]) -> dict[str, Json]:
    """Return stored answers {question: {value, by, at, inbox}} as {question: value}."""
    return {name: kept["value"] for name, kept in answers.items()}


@lru_cache(64)
def _form(body: bytes) -> Form:
    return Form.model_validate_json(body)


def read_form(body: Mapping[str, Any]) -> Form:
    """Return a stored form; the few there are, are read once."""
    return _form(orjson.dumps(body))


async def of_duty(moment: Moment, duty: Duty) -> Draft:
    """Return the draft of a duty, begun with the newest form if there is none; LookupError without a form."""
    found = await report.of_obligation(moment.session, duty.id)
    return await _draft(moment, duty, found or await _begin(moment, duty))


async def of_report(moment: Moment, report_id: int) -> Draft | None:
    """Return a report of this committee's, None for any other id (values of buttons are not trusted)."""
    known = ahead.known(moment.session, AHEAD)
    found = known[report_id] if report_id in known else (await _rows(moment.session, [report_id])).get(report_id)
    if found is None or found.Obligation.committee_id != moment.committee.id:
        return None
    deadline = await one(moment.session, Deadline, found.Obligation.deadline_id)
    return await _draft(moment, Duty(found.Obligation, deadline, found.Unit), found.Report)


async def read_ahead(session: AsyncSession, report_ids: Sequence[int]) -> None:
    """Read many reports with all that filling them in needs; the few forms and deadlines apart, they are large."""
    found = await _rows(session, report_ids)
    ahead.keep(session, AHEAD, found)
    held = [await one(session, forms.Form, each) for each in {row.Report.form_id for row in found.values()}]
    due = [await one(session, Deadline, each) for each in {row.Obligation.deadline_id for row in found.values()}]
    ahead.keep(session, HELD, {id(row): row for row in (*held, *due)})
    await headcount.read_ahead(session, [row.Unit.id for row in found.values()])


WITH_BRANCH = (
    select(Report, Obligation, Unit)
    .join(Obligation, Obligation.id == Report.obligation_id)
    .join(Unit, Unit.id == Obligation.unit_id)
    .where(Report.id.in_(bindparam("reports", expanding=True)))
)


async def _rows(session: AsyncSession, report_ids: Sequence[int]) -> dict[int, Row[Report, Obligation, Unit]]:
    rows = await session.execute(WITH_BRANCH, {"reports": list(report_ids)})
    return {row.Report.id: row for row in rows}


async def _begin(moment: Moment, duty: Duty) -> Report:
    form = await forms.latest(moment.session, duty.deadline.campaign_id, duty.deadline.form_name)
    if form is None:
        raise LookupError(f"form {duty.deadline.form_name} is not there")
    return await report.begin(moment.session, duty.id, form.id)


async def _draft(moment: Moment, duty: Duty, found: Report) -> Draft:
    kept = await one(moment.session, forms.Form, found.form_id)
    return Draft(duty, found, read_form(kept.body), await facts(moment, duty))


async def facts(moment: Moment, duty: Duty) -> Facts:
    """Return what is known besides the answers: the register, the plan's and the deadline's days; no other branches."""
    counts = await headcount.latest(moment.session, duty.unit.id)
    return Facts(
        today=moment.today,
        plan_date=await _plan_date(moment, duty),
        last_on_time=duty.deadline.last_on_time,
        branch=duty.unit.name,
        secretary=duty.unit.secretary_name,
        members=counts.members if counts else None,
        exempt=counts.exempt if counts else None,
        masses=counts.masses if counts else None,
        period=duty.deadline.period,
    )


async def _plan_date(moment: Moment, duty: Duty) -> date:
    campaign_id = duty.deadline.campaign_id
    if (known := ahead.known(moment.session, PLAN_DATES).get(campaign_id)) is None:
        current = await one(moment.session, Campaign, campaign_id)
        given = current.facts.get("plan_date")
        known = date.fromisoformat(given) if given else _not_before(orjson.dumps(current.body))
        ahead.keep(moment.session, PLAN_DATES, {campaign_id: known})
    return cast("date", known)


@lru_cache(8)
def _not_before(body: bytes) -> date:
    return Plan.model_validate_json(body).not_before


async def with_branches(moment: Moment, draft: Draft) -> Draft:
    """Return the draft knowing the other branches, for a question that offers them."""
    if draft.facts.branches:
        return draft
    return replace(draft, facts=replace(draft.facts, branches=await _others(moment, draft.duty)))


async def _others(moment: Moment, duty: Duty) -> tuple[Branch, ...]:
    rows = await moment.session.execute(
        select(Unit.id, Unit.name, Unit.short_names)
        .where(Unit.committee_id == moment.committee.id, Unit.kind == UnitKind.BRANCH)
        .where(Unit.active_to.is_(None), Unit.id != duty.unit.id)
        .order_by(Unit.ordinal, Unit.id)
        .limit(MOST_BRANCHES)
    )
    return tuple(Branch(each.id, each.name, tuple(each.short_names)) for each in rows)


async def known_elsewhere(moment: Moment, draft: Draft) -> dict[str, Json]:
    """Return what was recorded otherwise, by question: the places where the branch posted, its meeting as reported."""
    found: dict[str, Json] = {}
    for source, read in (("activities", _posted), ("meeting", _met)):
        wanted = [question for question in draft.form.questions if question.prefill == source]
        found |= await read(moment, draft.duty, wanted) if wanted else {}
    return found


async def _posted(moment: Moment, duty: Duty, wanted: Sequence[Question]) -> dict[str, Json]:
    posted = await activity.tally(moment.session, duty.unit.id, duty.deadline.campaign_id)
    return {question.id: posted for question in wanted} if posted else {}


async def _met(moment: Moment, duty: Duty, wanted: Sequence[Question]) -> dict[str, Json]:
    """The day comes from the branch's other report of the same period; a choice is answered by its first option."""
    day = await _meeting_day(moment, duty)
    if not day:
        return {}
    return {each.id: each.options[0].value if each.kind is Kind.CHOICE else day.isoformat() for each in wanted}


async def _meeting_day(moment: Moment, duty: Duty) -> date | None:
    rows = await moment.session.scalars(
        select(Revision.answers)
        .join(Report, Report.id == Revision.report_id)
        .join(Obligation, Obligation.id == Report.obligation_id)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .where(Obligation.unit_id == duty.unit.id, Obligation.id != duty.id, Revision.recalled_at.is_(None))
        .where(Deadline.campaign_id == duty.deadline.campaign_id, Deadline.period == duty.deadline.period)
        .order_by(Revision.id.desc())
    )
    days = [figures.figures_of(answers).held_on for answers in rows]
    return next((day for day in days if day), None)


# Saving


def save(moment: Moment, draft: Draft, after: Mapping[str, Json], by: Person, inbox_id: int) -> None:
    """Keep changed answers with who gave them.

    The counter is checked when they are written: had another process saved meanwhile, the whole turn is taken again.
    """
    before = draft.values
    if dict(after) == before:
        return
    report.save(moment.session, draft.report, _merged(moment, draft, after, by, inbox_id))
    changed = sorted(name for name in {**before, **after} if before.get(name, ...) != after.get(name, ...))
    moment.note("report.answer", f"report:{draft.report.id}", by, fields=changed)
    if draft.duty.owed.state == State.NOT_SENT:
        draft.duty.owed.state = State.DRAFTING


def _merged(
    moment: Moment, draft: Draft, after: Mapping[str, Json], by: Person, inbox_id: int
) -> dict[str, dict[str, Any]]:
    before, stored = draft.values, draft.report.answers
    told = {"by": by.id, "at": moment.now.isoformat(), "inbox": inbox_id, "counter": draft.report.counter + 1}
    return {
        name: stored[name] if name in before and before[name] == value else {"value": value, **told}
        for name, value in after.items()
    }


async def fill(moment: Moment, duty: Duty, figures: Mapping[str, Json], by: Person, inbox_id: int) -> Draft:
    """Keep figures that somebody of the branch agreed to, by their meaning (date, attended, total, masses …).

    What the form does not ask is left out; a day or attendance means that it was held.
    """
    draft = await of_duty(moment, duty)
    after = {**draft.values, **entry.answers(draft.form, figures)}
    save(moment, draft, after, by, inbox_id)
    return draft


def changed_since(draft: Draft, counter: int, but: int) -> list[tuple[int, str]]:
    """Return (person id, question) of what others than `but` changed since the report stood at `counter`."""
    found = draft.report.answers.items()
    return [
        (each["by"], name) for name, each in found if each.get("counter", 0) > counter and each["by"] not in (but, None)
    ]


def lines(draft: Draft, answers: Mapping[str, Json], only: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return answers as the templates show them: one line a number, follow-ups beside it; `only` these questions."""
    return grouped(
        [line for line in rules.lines(draft.form, answers, draft.facts) if not only or line.question in only]
    )


def grouped(found: Sequence[rules.Line]) -> list[dict[str, Any]]:
    """Put the answers of one number on one line."""
    by_number: dict[int, list[dict[str, Any]]] = {}
    for line in found:
        by_number.setdefault(line.number, []).append({"short": line.short, "value": dict(line.value)})
    return [{"number": number, "parts": parts} for number, parts in sorted(by_number.items())]


def changes(draft: Draft, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what differs between two sendings, a line a number: {"number", "before", "after"} (parts, [] if none)."""
    old, new = plain(before), plain(after)
    names = {name for name in {**old, **new} if old.get(name) != new.get(name)}
    found: dict[int, dict[str, Any]] = {}
    for name, answers in (("before", old), ("after", new)):
        for line in lines(draft, answers, sorted(names)) if names else ():
            found.setdefault(line["number"], {"number": line["number"], "before": [], "after": []})[name] = line[
                "parts"
            ]
    return [found[number] for number in sorted(found)]
