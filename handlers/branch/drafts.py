"""A branch's report while it is being filled in: found or begun, known facts, saved by whom. Says nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, cast

import orjson
from sqlalchemy import Row, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from campaigns import schema
from campaigns.schema import Form, Json, Kind, Plan, Question
from handlers.branch.duties import Duty
from handlers.rules import answers as rules
from handlers.rules import entry, figures
from handlers.rules.answers import Before, Branch, Facts
from handlers.turn import Moment
from models import activity, ahead, branch_plan, conference, headcount, overwritten, quick, report, words_apart
from models import form as forms
from models.base import one
from models.campaign import Campaign
from models.conference import ConferenceState
from models.deadline import Deadline
from models.headcount import Counted
from models.obligation import REPORTED, Obligation, State, apart
from models.person import Person
from models.report import Report, Revision
from models.unit import Unit, UnitKind, merged_through

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
    def places(self) -> dict[int, int]:
        """{number of a question: the one people see} of what is asked as the answers stand."""
        return self.places_in(self.values)

    def places_in(self, answers: Mapping[str, Json]) -> dict[int, int]:
        """Return the same as these answers have it."""
        return rules.places(self.form, rules.known(self.form, answers, self.facts))

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
def _form(body: bytes | str) -> Form:
    return Form.model_validate_json(body)


def read_form(body: Mapping[str, Any]) -> Form:
    """Return a stored form; the few there are, are read once."""
    return _form(orjson.dumps(body))


async def newest_form(moment: Moment, duty: Duty) -> Form | None:
    """Return the form a duty is reported with, as it is now."""
    newest = await forms.latest(moment.session, duty.deadline.campaign_id, duty.deadline.form_name)
    return read_form(newest.body) if newest else None


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
    """Read many reports with all that filling them in needs; the few deadlines apart, they are large."""
    found = await _rows(session, report_ids)
    ahead.keep(session, AHEAD, found)
    due = [await one(session, Deadline, each) for each in {row.Obligation.deadline_id for row in found.values()}]
    ahead.keep(session, HELD, {each.id: each for each in due})
    await headcount.read_ahead(session, [row.Unit.id for row in found.values()])


WITH_BRANCH = (
    select(Report, Obligation, Unit)
    .join(Obligation, Obligation.id == Report.obligation_id)
    .join(Unit, Unit.id == Obligation.unit_id)
    .where(Report.id.in_(bindparam("reports", expanding=True)))
)


async def _rows(session: AsyncSession, report_ids: Sequence[int]) -> dict[int, Row[Report, Obligation, Unit]]:
    rows = await session.execute(WITH_BRANCH, {"reports": quick.padded(report_ids)})
    return {row.Report.id: row for row in rows}


async def _begin(moment: Moment, duty: Duty) -> Report:
    form = await forms.latest(moment.session, duty.deadline.campaign_id, duty.deadline.form_name)
    if form is None:
        raise LookupError(f"form {duty.deadline.form_name} is not there")
    return await report.begin(moment.session, duty.id, form.id)


async def _draft(moment: Moment, duty: Duty, found: Report) -> Draft:
    form, known = _form(await forms.text(moment.session, found.form_id)), await facts(moment, duty)
    sensitive = any(question.sensitive for question in form.questions)
    in_house = sensitive and await moment.in_house()
    before = await before_of(moment, duty, form)
    if in_house or before:
        known = replace(known, in_house=in_house, before=before)
    return Draft(duty, found, form, known)


async def before_of(moment: Moment, duty: Duty, form: Form) -> dict[str, Before]:
    """Return what the branch answered for the last period, by question, as far as the form compares or offers it."""
    return await _before(moment, duty, form) if form.compared and duty.deadline.period else {}


async def _before(moment: Moment, duty: Duty, form: Form) -> dict[str, Before]:
    """Return what the branch answered the last time the same was reported, as far as it is compared or offered."""
    rows = await moment.session.execute(
        select(Deadline.period, Revision.answers)
        .join(Obligation, Obligation.deadline_id == Deadline.id)
        .join(Report, Report.obligation_id == Obligation.id)
        .join(Revision, Revision.report_id == Report.id)
        .where(Obligation.unit_id == duty.unit.id, Obligation.state.in_(REPORTED), Revision.recalled_at.is_(None))
        .where(Deadline.form_name == duty.deadline.form_name, Deadline.period != "")
        .where(Deadline.period < duty.deadline.period)
        .order_by(Deadline.period.desc(), Revision.number.desc())
        .limit(1)
    )
    if (row := rows.first()) is None:
        return {}
    asked = [each for each in form.compared if each in row.answers and not form.question(each).sensitive]
    quarter = _named_quarter(row.period, duty.deadline.period)
    return {name: Before(row.answers[name]["value"], quarter) for name in asked}


def _named_quarter(period: str, now: str) -> str:
    """Name a quarter beside the present one: "" just before, "I", "IV/2023"."""
    if schema.quarters(period) + 1 == schema.quarters(now):
        return ""
    name = schema.titled("{quarter}", period)
    return name if period[:4] == now[:4] else f"{name}/{period[:4]}"


async def facts(moment: Moment, duty: Duty, day: date | None = None) -> Facts:
    """Return what is known besides the answers: the register, the plan's and the deadline's days; no other branches.

    The register is the one of `day` where an entry names its own.
    """
    counts = await _register(moment, duty, day)
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
        apart=await _merged_apart(moment, duty) if duty.owed.register_on else "",
    )


async def _register(moment: Moment, duty: Duty, day: date | None) -> Counted | None:
    on, here = duty.owed.register_on, duty.unit.id
    if day and (on is None or day < on):
        return await headcount.on_day(moment.session, here, day)
    return await headcount.owing(moment.session, here, on, duty.deadline.id)


async def _merged_apart(moment: Moment, duty: Duty) -> str:
    """Return the branches that became part of this one and stand in the figures by themselves: they count there."""
    merged = await merged_through(moment.session, duty.unit.id)
    themselves = set(await moment.session.scalars(apart(duty.deadline.id)))
    return ", ".join(each.name for each in merged if each.id in themselves)


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
    return replace(draft, facts=replace(draft.facts, branches=await others(moment, draft.duty.unit.id)))


async def with_records(moment: Moment, draft: Draft) -> Draft:
    """Return the draft knowing what was recorded elsewhere of the questions that are held against it."""
    if draft.facts.recorded or not (known := await recorded_of(moment, draft.duty, draft.form)):
        return draft
    return replace(draft, facts=replace(draft.facts, recorded=known))


async def recorded_of(moment: Moment, duty: Duty, form: Form) -> dict[str, Json]:
    """Return what was recorded elsewhere of the questions that are held against it."""
    compared = [question for question in form.questions if held_to_records(question)]
    return await _elsewhere(moment, duty, compared) if compared else {}


def held_to_records(question: Question) -> bool:
    """Say whether an answer is held against what was recorded elsewhere."""
    return any(check.name == rules.RECORDED for check in question.checks)


async def others(moment: Moment, unit_id: int) -> tuple[Branch, ...]:
    """Return the active branches but one, in register order."""
    rows = await moment.session.execute(
        select(Unit.id, Unit.name, Unit.short_names)
        .where(Unit.committee_id == moment.committee.id, Unit.kind == UnitKind.BRANCH)
        .where(Unit.active_to.is_(None), Unit.id != unit_id)
        .order_by(Unit.ordinal, Unit.id)
        .limit(MOST_BRANCHES)
    )
    return tuple(Branch(each.id, each.name, tuple(each.short_names)) for each in rows)


async def known_elsewhere(moment: Moment, draft: Draft) -> dict[str, Json]:
    """Return what was recorded otherwise, by question: where the branch posted, its meeting, its conference."""
    return await _elsewhere(moment, draft.duty, draft.form.questions)


async def _elsewhere(moment: Moment, duty: Duty, asked: Sequence[Question]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for source, read in (("activities", _posted), ("meeting", _met), ("conference", _announced), ("plan", _planned)):
        wanted = [question for question in asked if question.prefill == source]
        found |= await read(moment, duty, wanted) if wanted else {}
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


async def _announced(moment: Moment, duty: Duty, wanted: Sequence[Question]) -> dict[str, Json]:
    """The session announced whose day has come, as far as it was told."""
    found = await conference.of_unit(moment.session, duty.unit.id, duty.deadline.campaign_id)
    main = next((each for each in found if each.makeup_of_id is None and each.on_day <= moment.today), None)
    if main is None or main.state == ConferenceState.NOT_HELD:
        return {}
    told: dict[str, Json] = {"held": "held", "held_on": main.on_day.isoformat()}
    told |= {"form": main.form, "joint_with": main.joint_with, "speaker": main.speaker}
    told |= {"speaker_name": main.leader_name or main.speaker_name}
    told |= {"venue": {"place": main.place, "files": []} if main.place else None}
    told |= conference.made_up(found)
    return {question.id: told[question.id] for question in wanted if told.get(question.id)}


async def _planned(moment: Moment, duty: Duty, wanted: Sequence[Question]) -> dict[str, Json]:
    """The branch's own plan: a choice is answered by its first option, a reference by number and day."""
    found = await branch_plan.of_unit(moment.session, duty.unit.id, duty.deadline.campaign_id)
    if found is None or not (found.number or found.on_day or found.attachment_id):
        return {}
    reference = {"number": found.number, "date": found.on_day.isoformat() if found.on_day else ""}
    told: dict[str, Json] = {each.id: each.options[0].value for each in wanted if each.kind is Kind.CHOICE}
    if found.number or found.on_day:
        told |= {each.id: reference for each in wanted if each.kind is Kind.PLAN_REF}
    return told


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


def save(
    moment: Moment,
    draft: Draft,
    after: Mapping[str, Json],
    by: Person,
    inbox_id: int,
    hows: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Keep changed answers with who gave them; `hows` {question: how it came}, typed or chosen here where not named.

    The counter is checked when they are written: had another process saved meanwhile, the whole turn is taken again.
    """
    before, after = draft.values, _apart(moment, draft, after, by)
    if dict(after) == before:
        return
    merged = _merged(moment, draft, after, by, inbox_id, hows)
    overwritten.note(moment.session, moment.committee.id, draft.report, merged, by.id, moment.now)
    report.save(moment.session, draft.report, merged)
    changed = sorted(name for name in {**before, **after} if before.get(name, ...) != after.get(name, ...))
    moment.note("report.answer", f"report:{draft.report.id}", by, fields=changed)
    if draft.duty.owed.state == State.NOT_SENT:
        draft.duty.owed.state = State.DRAFTING


def _apart(moment: Moment, draft: Draft, after: Mapping[str, Json], by: Person) -> dict[str, Json]:
    """Keep sensitive words apart and leave a mark in their place: what reads answers never meets them."""
    kept = dict(after)
    for question in draft.form.questions:
        words = kept.get(question.id)
        if question.sensitive and question.takes_words and isinstance(words, str):
            mark = words_apart.new_mark()
            words_apart.keep(moment.session, draft.duty.owed, question.id, words, mark, by.id, moment.now)
            kept[question.id] = {"apart": mark}
    return kept


def _merged(
    moment: Moment, draft: Draft, after: Mapping[str, Json], by: Person, inbox_id: int, hows: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    before, stored = draft.values, draft.report.answers
    told = {"by": by.id, "at": moment.now.isoformat(), "inbox": inbox_id, "counter": draft.report.counter + 1}
    same = {name for name, value in after.items() if name in before and before[name] == value}
    return {
        name: stored[name] if name in same else {"value": value, **told, **_how(draft, hows, name)}
        for name, value in after.items()
    }


def _how(draft: Draft, hows: Mapping[str, str], name: str) -> dict[str, str]:
    how = hows.get(name, "returned" if draft.reopened else "")
    return {"how": how} if how else {}


async def fill(moment: Moment, duty: Duty, figures: Mapping[str, Json], by: Person, inbox_id: int) -> Draft:
    """Keep figures that somebody of the branch agreed to, by their meaning (date, attended, total, masses …).

    What the form does not ask is left out; a day or attendance means that it was held.
    """
    draft = await of_duty(moment, duty)
    after = {**draft.values, **entry.answers(draft.form, figures)}
    save(moment, draft, after, by, inbox_id, dict.fromkeys(after, "reply"))
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
    """Put the answers of one number on one line: {"question": that number, "number": the one people see, "parts"}."""
    by_number: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for line in found:
        by_number.setdefault((line.number, line.place), []).append({"short": line.short, "value": dict(line.value)})
    return [{"question": of, "number": place, "parts": parts} for (of, place), parts in sorted(by_number.items())]


def changes(draft: Draft, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what differs between two sendings, a line a number: {"question", "number", "before", "after", "by"}.

    number: as the later sending has it, 0 for what it does not ask any more; before, after: parts, [] if there is none;
    by: ids of who gave what is new.
    """
    old, new = plain(before), plain(after)
    names = sorted(name for name in {**old, **new} if old.get(name) != new.get(name))
    shown = [lines(draft, answers, names) if names else [] for answers in (old, new)]
    was, now = ({line["question"]: line["parts"] for line in each} for each in shown)
    seen = draft.places_in(new)
    return [
        {
            "question": n,
            "number": seen.get(n, 0),
            "before": was.get(n, []),
            "after": now.get(n, []),
            "by": _givers(draft, after, names, n),
        }
        for n in sorted({*was, *now})
    ]


def _givers(draft: Draft, answers: Mapping[str, Any], names: Sequence[str], number: int) -> list[int]:
    """Return who gave the answers to a number, of these questions, each once."""
    asked = [name for name in names if name in answers and draft.form.question(name).number == number]
    return list(dict.fromkeys(answers[name]["by"] for name in asked if answers[name].get("by")))
