"""Plans what is due: deadlines of a started campaign, what each branch owes, and its next rung. The tick calls it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from campaigns import schema
from handlers.branch import excerpt
from handlers.office import hours
from handlers.rules import ladder, timeliness
from handlers.turn import Moment
from models import campaign as campaigns
from models import deadline as deadlines
from models import due, obligation, unit
from models.base import add_missing, add_new
from models.campaign import Campaign, CampaignState
from models.deadline import Deadline
from models.obligation import Obligation, State

LONG_PAST = timedelta(days=30)  # later than this when first planned: counted, never chased
STILL_TRUE = timedelta(hours=8)
"""How long after its hour a rung is fired without a word to the office."""
PART = 500  # obligations given, and rungs planned, in one transaction: an answer must not wait for thousands
CHASED = (State.NOT_SENT, State.DRAFTING)
"""States in which reminders go to the branch."""


@dataclass(frozen=True)
class Planned:
    """An obligation that got a rung just now; None where the ladder has none left."""

    owed: Obligation
    deadline: Deadline
    rung: ladder.Rung | None


@dataclass(frozen=True)
class Part:
    """What one transaction planned; `more` is left for the next."""

    planned: Sequence[Planned] = ()
    more: bool = False


async def ensure(moment: Moment) -> Part:
    """Make sure that deadlines, obligations and next rungs exist, in parts that keep nobody waiting. Nothing twice.

    It runs at every look of the clock, so it looks only at what is marked as new or changed, however much there is.
    """
    current = await moment.campaign()
    if current is None or current.state != CampaignState.LIVE:
        return Part()
    await ensure_deadlines(moment, current)
    given = await ensure_obligations(moment, current)
    planned = await _ensure_rungs(moment, current)
    await excerpt.ensure(moment, current)
    await hours.ensure(moment)
    return Part(planned.planned, planned.more or given)


async def ensure_deadlines(moment: Moment, current: Campaign) -> None:
    """Create the deadlines whose day is known: the plan's own, and those for which the office set one."""
    plan, known = await moment.plan(), await deadlines.planned(moment.session, current.id)
    rows = [
        deadline_row(current, given, period, day)
        for given in plan.deadlines
        for period in schema.periods(given)
        if (given.name, period) not in known and (day := given.due_date or office_day(current, given, period))
    ]
    await add_new(moment.session, Deadline, rows, ("campaign_id", "name", "period", "version"))


def office_day(current: Campaign, given: schema.Deadline, period: str) -> date | None:
    """Return the day the office set for a period, from facts {"due.<name>": day of the quarter's last month}."""
    day = current.facts.get(f"due.{given.name}")
    return date(int(period[:4]), int(period[-1]) * 3, int(day)) if day and period else None


def deadline_row(
    current: Campaign, given: schema.Deadline, period: str, day: date, version: int = 1
) -> dict[str, object]:
    """Return the columns of a deadline as the plan and the office word it."""
    last = timeliness.last_on_time(day, given.due_mode)
    return {
        "committee_id": current.committee_id,
        "campaign_id": current.id,
        "name": given.name,
        "period": period,
        "version": version,
        "form_name": given.form,
        "title": schema.titled(given.title, period),
        "short_title": schema.titled(given.short_title, period),
        "duties": list(given.duties),
        "due_text": given.due_text,
        "due_mode": given.due_mode,
        "due_date": day,
        "last_on_time": last,
        "opens_on": given.opens_on or (schema.quarter_days(period)[0] if period else None),
        "grace_to": schema.grace_to(given, day, last),
        "closes_on": schema.closes_on(given, last),
        "office_wanted_on": None,
        "set_by_office": given.due_date is None,
        "example": given.example,
        "units": [],
        "superseded": False,
        "cancelled": False,
        "unplanned": True,
        "given_to": 0,
    }


async def ensure_obligations(moment: Moment, current: Campaign) -> bool:
    """Give active branches their part of the deadlines in force, PART at most; say whether more are left."""
    known = {each.id: each for each in await deadlines.current(moment.session, current.id)}
    for each in (each for each in known.values() if each.unplanned):
        found = await unit.branches_after(moment.session, each.committee_id, each.given_to, PART, each.units)
        await _give(moment, known, [(each.id, unit_id) for unit_id in found])
        each.unplanned, each.given_to = len(found) == PART, max(found, default=each.given_to)
        if found:
            return True
    return await _ensure_units(moment, known)


async def _ensure_units(moment: Moment, known: Mapping[int, Deadline]) -> bool:
    """Give branches that are new, or active again, what the others owe."""
    units = await unit.unplanned(moment.session, moment.committee.id, PART)
    if not units:
        return False
    for_all = [each.id for each in known.values() if not each.units]
    found = await obligation.missing(moment.session, for_all, PART, units)
    await _give(moment, known, found)
    if len(found) < PART:
        await unit.planned(moment.session, units)
    return True


async def _give(moment: Moment, known: Mapping[int, Deadline], found: Sequence[tuple[int, int]]) -> None:
    past = moment.today - LONG_PAST
    rows = [_owed(known[each], unit_id, closed=known[each].last_on_time < past) for each, unit_id in found]
    await add_missing(moment.session, Obligation, rows, ("deadline_id", "unit_id"))


def _owed(deadline: Deadline, unit_id: int, *, closed: bool) -> dict[str, object]:
    return {
        "committee_id": deadline.committee_id,
        "deadline_id": deadline.id,
        "unit_id": unit_id,
        "state": State.NOT_SENT,
        "version": 1,
        "excused": False,
        "closed": closed,
        "skip_next": False,
        "paused": False,
        "overdue_notes": 0,
        "ladder_done": False,
        "call_wanted": False,
        "unplanned": True,
    }


async def _ensure_rungs(moment: Moment, current: Campaign) -> Part:
    """Plan the next rung of all that has none; whole ladders are alike, so each is worked out once."""
    started = await campaigns.started(moment.session, current.committee_id)
    changed = await obligation.unplanned(moment.session, started, PART)
    if not changed:
        return Part()
    waiting = await due.with_rung(moment.session, [owed.id for owed, _ in changed])
    planned = [
        Planned(owed, deadline, await _upcoming(moment, owed, deadline))
        for owed, deadline in changed
        if owed.id not in waiting and _wants_rung(owed, deadline)
    ]
    for each in (each for each in planned if each.rung is None):
        each.owed.ladder_done = True
    await write_rungs(moment, [(each.owed, each.rung) for each in planned if each.rung])
    await obligation.planned(moment.session, [owed for owed, _ in changed])
    return Part(planned, len(changed) == PART)


def _wants_rung(owed: Obligation, deadline: Deadline) -> bool:
    ended = owed.excused or owed.closed or owed.call_wanted or owed.ladder_done
    return owed.state in CHASED and not (ended or deadline.superseded or deadline.cancelled)


async def rungs_of(moment: Moment, owed: Obligation, deadline: Deadline) -> Sequence[ladder.Rung]:
    """Return the whole ladder of an obligation, its extension considered; thousands climb the same one."""
    dates = timeliness.of(deadline, owed.extended_to)
    if dates not in moment.ladders:
        rules = ladder.Ladder(**(await moment.plan()).ladder.model_dump())
        moment.ladders[dates] = ladder.rungs(rules, await moment.workdays(), dates)
    return moment.ladders[dates]


async def next_rung(moment: Moment, owed: Obligation, deadline: Deadline, after: str = "") -> ladder.Rung | None:
    """Find the next rung still to come; mark the ladder done where none is left. `write_rungs` plans it."""
    rung = await _upcoming(moment, owed, deadline, after)
    if rung is None:
        owed.ladder_done = True
    return rung


async def write_rungs(moment: Moment, found: Sequence[tuple[Obligation, ladder.Rung]]) -> None:
    """Plan the rungs of many obligations at once."""
    await due.plan_all(moment.session, [_rung_row(moment, owed, rung) for owed, rung in found])


async def _upcoming(moment: Moment, owed: Obligation, deadline: Deadline, after: str = "") -> ladder.Rung | None:
    found = await rungs_of(moment, owed, deadline)
    return ladder.next_rung(found, moment.today, moment.clock_time, after)


def _rung_row(moment: Moment, owed: Obligation, rung: ladder.Rung) -> dict[str, object]:
    at = moment.at(rung.day, rung.at)
    return {
        "committee_id": owed.committee_id,
        "kind": "rung",
        "obligation_id": owed.id,
        "subject": f"obligation:{owed.id}",
        "occurrence": rung.name,
        "version": owed.version,
        "due_at": at,
        "valid_until": at + STILL_TRUE,
        "outcome": "",
    }


async def replan(moment: Moment, owed: Obligation) -> None:
    """Void what was planned for an obligation and plan anew: moved, extended, excused or reopened."""
    owed.version += 1
    owed.ladder_done, owed.overdue_notes, owed.call_wanted = False, 0, False
    await due.drop(moment.session, "rung", f"obligation:{owed.id}")
    if owed.state in CHASED and not (owed.excused or owed.closed):
        _, deadline = await obligation.with_deadline(moment.session, owed.id)
        rung = await next_rung(moment, owed, deadline)
        await write_rungs(moment, [(owed, rung)] if rung else [])
