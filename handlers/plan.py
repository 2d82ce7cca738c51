"""Plans what is due: deadlines of a started campaign, what each branch owes, and its next rung. The tick calls it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import exists, select

from campaigns import schema
from handlers.branch import excerpt
from handlers.office import hours
from handlers.rules import ladder, timeliness
from handlers.turn import Moment
from models import deadline as deadlines
from models import due, obligation
from models.base import add_new
from models.campaign import Campaign, CampaignState
from models.deadline import Deadline
from models.due import Due
from models.obligation import Obligation, State

LONG_PAST = timedelta(days=30)  # later than this when first planned: counted, never chased
STILL_TRUE = timedelta(hours=8)
"""How long after its hour a rung is fired without a word to the office."""
CHASED = (State.NOT_SENT, State.DRAFTING)
"""States in which reminders go to the branch."""


@dataclass(frozen=True)
class Planned:
    """An obligation that got a rung just now; None where the ladder has none left."""

    owed: Obligation
    deadline: Deadline
    rung: ladder.Rung | None


async def ensure(moment: Moment) -> list[Planned]:
    """Make sure that deadlines, obligations and next rungs exist; return what got a rung. Nothing twice.

    It runs at every look of the clock, so it asks what is missing and, mostly, writes nothing.
    """
    current = await moment.campaign()
    if current is None or current.state != CampaignState.LIVE:
        return []
    await ensure_deadlines(moment, current)
    await ensure_obligations(moment, current)
    planned = await _ensure_rungs(moment, current)
    await excerpt.ensure(moment, current)
    await hours.ensure(moment)
    return planned


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
        "last_on_time": timeliness.last_on_time(day, given.due_mode),
        "grace": given.grace,
        "set_by_office": given.due_date is None,
        "example": given.example,
        "superseded": False,
        "cancelled": False,
    }


async def ensure_obligations(moment: Moment, current: Campaign) -> None:
    """Give every active branch its part of every deadline in force."""
    known = {each.id: each for each in await deadlines.current(moment.session, current.id)}
    past = moment.today - LONG_PAST
    rows = [
        _owed(known[deadline_id], unit_id, closed=known[deadline_id].last_on_time < past)
        for deadline_id, unit_id in await obligation.missing(moment.session, list(known))
    ]
    await add_new(moment.session, Obligation, rows, ("deadline_id", "unit_id"))


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
    }


async def _ensure_rungs(moment: Moment, current: Campaign) -> list[Planned]:
    """Plan the next rung of all that has none; whole ladders are alike, so each is worked out once."""
    ladders: dict[tuple[int, date | None], ladder.Rung | None] = {}
    planned = []
    for owed, deadline in await _without_rung(moment, current):
        alike = deadline.id, owed.extended_to
        if alike not in ladders:
            ladders[alike] = await _upcoming(moment, owed, deadline)
        owed.ladder_done = ladders[alike] is None
        planned.append(Planned(owed, deadline, ladders[alike]))
    rows = [_rung_row(moment, each.owed, each.rung) for each in planned if each.rung]
    await due.plan_all(moment.session, rows)
    return planned


async def _without_rung(moment: Moment, current: Campaign) -> Sequence[tuple[Obligation, Deadline]]:
    waiting = exists().where(
        Due.kind == "rung",
        Due.obligation_id == Obligation.id,
        Due.version == Obligation.version,
        Due.fired_at.is_(None),
    )
    rows = await moment.session.execute(
        select(Obligation, Deadline)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .where(
            Deadline.campaign_id == current.id,
            Deadline.superseded.is_(False),
            Deadline.cancelled.is_(False),
            Obligation.state.in_(CHASED),
            Obligation.excused.is_(False),
            Obligation.closed.is_(False),
            Obligation.call_wanted.is_(False),
            Obligation.ladder_done.is_(False),
            ~waiting,
        )
    )
    return [(owed, deadline) for owed, deadline in rows]


async def rungs_of(moment: Moment, owed: Obligation, deadline: Deadline) -> list[ladder.Rung]:
    """Return the whole ladder of an obligation, its extension considered."""
    plan = await moment.plan()
    rules = ladder.Ladder(**plan.ladder.model_dump())
    extended = bool(owed.extended_to and owed.extended_to > deadline.last_on_time)
    last = owed.extended_to if extended and owed.extended_to else deadline.last_on_time
    grace = deadline.due_date if deadline.grace and not extended else None
    return ladder.rungs(rules, await moment.workdays(), last, grace)


async def next_rung(moment: Moment, owed: Obligation, deadline: Deadline, after: str = "") -> ladder.Rung | None:
    """Plan the next rung still to come; mark the ladder done where none is left."""
    rung = await _upcoming(moment, owed, deadline, after)
    if rung is None:
        owed.ladder_done = True
    else:
        await due.plan_all(moment.session, [_rung_row(moment, owed, rung)])
    return rung


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
        await next_rung(moment, owed, deadline)
