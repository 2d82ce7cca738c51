"""All that one branch owes or owed, by its day: how each stands and whether it came in time. Changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.everyone import unknown
from handlers.office import standing
from handlers.rules import standing as rules
from handlers.rules import timeliness
from handlers.rules.timeliness import Timeliness
from handlers.turn import Moment, Turn
from messages import render
from messages.reading import choices
from messages.types import Choice, Rows
from models import obligation
from models import unit as units
from models.deadline import Deadline
from models.obligation import REPORTED, Obligation
from models.unit import Unit, UnitKind

A_PAGE = 8  # duties listed at a time


@dataclass(frozen=True, slots=True)
class Duty:
    """One of a branch's duties. `stand` as handlers.rules.standing has it; `came` None while nothing is in."""

    deadline: int
    title: str
    last_day: date
    stand: str
    came: Timeliness | None
    state: str
    lateness: str
    overdue: bool


async def named(turn: Turn, text: str) -> bool:
    """Show the duties of the branch that a text names, one that has ended too; say whether there is one to be seen."""
    if standing.scope(turn.roles) is not None:
        return False
    known = await units.branches_ever(turn.session, turn.committee.id)
    place = choices.match_choice(text, [each.name for each in known])
    if place is None:
        place = choices.match_choice(text, [each.code for each in known])
    if place is not None:
        await show(turn, known[place].id)
    return place is not None


async def show(turn: Turn, unit: int, page: int = 0, **_: Any) -> None:
    """[Mọi việc của chi bộ]: a page of them, each a button."""
    branch = await turn.session.get(Unit, unit)
    if branch is None or branch.committee_id != turn.committee.id or branch.kind != UnitKind.BRANCH:
        return await unknown.old_button(turn)
    found = await _duties(turn, unit)
    page = max(min(page, (len(found) - 1) // A_PAGE), 0)
    into = await turn.session.get(Unit, branch.merged_into_id) if branch.merged_into_id else None
    turn.expect_nothing()
    await turn.say(
        "branch_duties.show",
        choices=_menu(found, unit, page),
        branch=branch.name,
        ended_on=branch.active_to,
        into=into.name if into else "",
        lines=found[page * A_PAGE : (page + 1) * A_PAGE],
        total=len(found),
        **_counted(found),
    )
    return None


async def _duties(turn: Turn, unit: int) -> list[Duty]:
    current = [each.id for each in await standing.nearest(turn)]
    return [_duty(turn, *each) for each in await obligation.of_branch(turn.session, unit, current)]


def _duty(moment: Moment, owed: Obligation, deadline: Deadline) -> Duty:
    dates = standing.dates_of(deadline, owed.extended_to)
    more_time = bool(owed.extended_to and owed.extended_to >= moment.today)
    stand = rules.stand_of(owed.state, excused=owed.excused, more_time=more_time)
    on = moment.local(owed.first_sent_at).date() if stand in REPORTED and owed.first_sent_at else None
    came = timeliness.judge(on, dates) if on else None
    return Duty(
        deadline.id,
        deadline.short_title,
        dates.last_day,
        stand,
        came,
        render.text("standing.stand", {"stand": stand, "extended_to": owed.extended_to}),
        _lateness(on, came, dates) if on and came else "",
        stand in rules.NOT_YET and dates.last_day < moment.today,
    )


def _lateness(on: date, came: Timeliness, dates: timeliness.Dates) -> str:
    given = {"timeliness": came, "sent_on": on, "days": timeliness.days_late(on, dates)}
    return render.text("standing.lateness", {**given, "after_closing": timeliness.after_closing(on, dates)})


def _counted(found: Sequence[Duty]) -> dict[str, int]:
    sent = [each for each in found if each.stand in REPORTED]
    excused = sum(each.stand == rules.EXCUSED for each in found)
    overdue = sum(each.overdue for each in found)
    return {
        "sent": len(sent),
        "late": sum(each.came == Timeliness.LATE for each in sent),
        "overdue": overdue,
        "excused": excused,
        "open": len(found) - len(sent) - overdue - excused,
    }


def _menu(found: Sequence[Duty], unit: int, page: int) -> Rows:
    shown = found[page * A_PAGE : (page + 1) * A_PAGE]
    duties = [
        Choice("one_branch.show", {"deadline": each.deadline, "unit": unit, "name": each.title}) for each in shown
    ]
    before = [Choice("branch_duties.show", {"unit": unit, "page": page - 1}, "picking.before")] if page else []
    more = len(found) > (page + 1) * A_PAGE
    after = [Choice("branch_duties.show", {"unit": unit, "page": page + 1}, "picking.after")] if more else []
    return [*([each] for each in duties), *([[*before, *after]] if before or after else [])]
