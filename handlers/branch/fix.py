"""What a branch is to put right after a look at its work: told, reminded of, said to be done, seen by the team."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from itertools import groupby

from handlers.routes import READERS, SENDERS
from handlers.rules import permissions
from handlers.turn import Moment, Turn
from messages.types import Choice, Rows
from models import due, notice, person
from models.base import find
from models.due import Due
from models.fix import Fix, FixState
from models.inspection import Inspection
from models.notice import NoticeKind
from models.person import Person
from models.role import RoleKind
from models.unit import Unit

AHEAD = 3  # working days before the last day
MORNING, ON_THE_DAY = time(8, 30), time(14)  # after the day's reminders, so that both are not sent
STILL_TRUE = timedelta(hours=12)
BEFORE, DAY, AFTER = "before", "day", "after"
TEAMS = {"office": {RoleKind.OFFICE}, "inspection": {RoleKind.INSPECTION}, "both": READERS}


async def asked(turn: Turn, found: Fix) -> bool:
    """Tell the branch at once and plan what follows; say whether somebody was told."""
    workdays = await turn.workdays()
    last = workdays.on_or_before(found.due_on)
    before, after = workdays.plus(last, -AHEAD), workdays.plus(found.due_on, 1)
    for name, day, hour in ((BEFORE, before, MORNING), (DAY, last, ON_THE_DAY), (AFTER, after, MORNING)):
        if (at := turn.at(day, hour)) > turn.now:
            await due.plan(turn.session, turn.committee.id, "fix", f"fix:{found.id}", name, at, at + STILL_TRUE)
    branch = await turn.session.get_one(Unit, found.unit_id)
    said = {"branch": branch.name, "what": found.what, "until": found.due_on}
    told = [
        await turn.tell(each, "fix.asked", kind=NoticeKind.ITEM, choices=_done([found]), name=each.name, **said)
        for each in await _people(turn, found.unit_id)
    ]
    return any(told)


async def _people(moment: Moment, unit_id: int) -> Sequence[Person]:
    """Return the branch's secretary, else its deputy."""
    leading = await person.holding(moment.session, moment.committee.id, [RoleKind.SECRETARY], unit_id)
    return leading or await person.holding(moment.session, moment.committee.id, [RoleKind.DEPUTY], unit_id)


def _done(found: Sequence[Fix]) -> Rows:
    several = len(found) > 1
    return [[Choice("fix.done", {"fix": each.id, "number": n if several else 0})] for n, each in enumerate(found, 1)]


async def done(turn: Turn, fix: int, number: int = 0) -> None:
    """[Đã khắc phục]: the team hears of it and looks."""
    found = await find(turn.session, Fix, fix)
    if found is None or not permissions.over_unit(turn.roles, found.unit_id, SENDERS):
        await turn.say("fix.gone")
    elif found.state != FixState.OPEN:
        await turn.say("fix.known", what=found.what, confirmed=found.state == FixState.CONFIRMED)
    else:
        found.state, found.fixed_by_id, found.fixed_at = FixState.FIXED, turn.me.id, turn.now
        turn.note("fix.done", f"fix:{found.id}", turn.me)
        await turn.say("fix.thanks", what=found.what)
        await _tell_team(turn, found, "fix.fixed", NoticeKind.ITEM)


async def _tell_team(moment: Moment, found: Fix, template: str, kind: NoticeKind) -> None:
    check, branch = (
        await moment.session.get_one(Inspection, found.inspection_id),
        await moment.session.get_one(Unit, found.unit_id),
    )
    look = [[Choice("inspection.one", {"inspection": check.id, "number": 0}, "inspection.look")]]
    said = {"branch": branch.name, "what": found.what, "until": found.due_on}
    for each in await person.holding(moment.session, moment.committee.id, sorted(TEAMS.get(check.team, READERS))):
        await moment.tell(each, template, kind=kind, choices=look, **said)


async def confirm(turn: Turn, fix: int, number: int = 0) -> None:
    """[Đạt]: the team has seen that it is put right."""
    await _judge(turn, fix, FixState.CONFIRMED, "fix.confirmed")


async def again(turn: Turn, fix: int, number: int = 0) -> None:
    """[Chưa đạt]: it is open again; the branch is told."""
    await _judge(turn, fix, FixState.OPEN, "fix.not_yet")


async def _judge(turn: Turn, fix_id: int, to: FixState, template: str) -> None:
    found = await find(turn.session, Fix, fix_id)
    if found is None or found.committee_id != turn.committee.id or found.state != FixState.FIXED:
        await turn.say("inspection.gone")
        return
    found.state = to
    if to == FixState.CONFIRMED:
        found.confirmed_by_id, found.confirmed_at = turn.me.id, turn.now
    turn.note("fix.confirm" if to == FixState.CONFIRMED else "fix.again", f"fix:{found.id}", turn.me)
    branch = await turn.session.get_one(Unit, found.unit_id)
    said = {"what": found.what, "branch": branch.name, "until": found.due_on}
    for each in await _people(turn, found.unit_id):
        choices = _done([found]) if to == FixState.OPEN else []
        await turn.tell(each, template, kind=NoticeKind.ITEM, choices=choices, **said)
    await turn.say("fix.judged", confirmed=to == FixState.CONFIRMED, **said)


# Reminding


async def fire(moment: Moment, rows: Sequence[Due]) -> None:
    """Remind of what is still open, one message a branch; after the last day tell the team once."""
    live = []
    for row in rows:
        found = await find(moment.session, Fix, int(row.subject.removeprefix("fix:")))
        if found is None or found.state != FixState.OPEN:
            row.outcome = "void"
        elif row.occurrence == AFTER:
            await _tell_team(moment, found, "fix.late", NoticeKind.BRIEF)
            row.outcome = "sent"
        else:
            live.append((row, found))
    live.sort(key=lambda each: each[1].unit_id)
    for unit_id, same in groupby(live, key=lambda each: each[1].unit_id):
        await _remind(moment, unit_id, [*same])


async def _remind(moment: Moment, unit_id: int, same: list[tuple[Due, Fix]]) -> None:
    """One reminder a person a day: who had the day's is told the next working day, on the last day at 14:00 anyway."""
    people = await _people(moment, unit_id)
    had = await notice.reminded(moment.session, [each.id for each in people], moment.at(moment.today, time()))
    if any(row.occurrence == BEFORE for row, _ in same) and had:
        await _tomorrow(moment, [row for row, _ in same])
        return
    found, branch = [fix for _, fix in same], await moment.session.get_one(Unit, unit_id)
    lines = [{"what": each.what, "until": each.due_on} for each in found]
    said = {"branch": branch.name, "lines": lines}
    key = f"fix:{unit_id}:{moment.today}:{same[0][0].occurrence}"
    told = [
        await moment.tell(
            each,
            "fix.remind",
            kind=NoticeKind.REMINDER,
            dedupe=f"{key}:{each.id}",
            choices=_done(found),
            name=each.name,
            **said,
        )
        for each in people
    ]
    for row, _ in same:
        row.outcome = "sent" if any(told) else "nobody"


async def _tomorrow(moment: Moment, rows: Sequence[Due]) -> None:
    day: date = (await moment.workdays()).plus(moment.today, 1)
    for row in rows:
        row.fired_at, row.due_at, row.outcome = None, moment.at(day, MORNING), "put_off"
        row.valid_until = row.due_at + STILL_TRUE
