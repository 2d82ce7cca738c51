"""Who would be told what, and when, in the days to come: computed from rows, never written. Sends nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from campaigns import schema
from handlers import plan as planning
from handlers.rules import ladder, recipients, timeliness, weekly
from handlers.rules.ladder import Rung
from handlers.rules.rungs import NEW, ON_THE_DAY
from handlers.rules.timeliness import Dates
from handlers.turn import Moment
from models import deadline, excerpt, person, standing, unit
from models.campaign import Campaign, CampaignState
from models.deadline import Deadline
from models.due import Due
from models.obligation import Obligation
from models.person import Person
from models.role import RoleKind
from models.standing import UNCONNECTED, Answerer
from models.unit import Unit


@dataclass(frozen=True, slots=True)
class Recipient:
    """`name` "" where nobody joined and the register is silent; `unit` "" for an office person.

    `why` and `since` as of an Answerer.
    """

    name: str
    unit: str
    reachable: bool
    role: str = ""
    why: str = UNCONNECTED
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """One message to `people`: kind reminder | first | excerpt | brief, `about` titles, `what` all in words."""

    at: datetime
    kind: str
    about: tuple[str, ...]
    what: str
    people: tuple[Recipient, ...]


@dataclass(frozen=True, slots=True)
class _Owed:
    """A branch's open duty: the days that steer its ladder, and what holds it back."""

    unit_id: int
    title: str
    dates: Dates
    promised_on: date | None = None
    skip_next: bool = False
    told: bool = False  # its first message went out, or none is wanted
    first_at: datetime | None = None  # when its first message is planned


async def upcoming(moment: Moment, days: int) -> list[Planned]:
    """Return what would be said from now on for `days` days; before the campaign is live, as if it started now."""
    current = await moment.campaign()
    if current is None:
        return []
    until = moment.now + timedelta(days=days)
    found = [
        *await reminders(moment, current, until),
        *await _excerpts(moment, current, until),
        *await _briefs(moment, until),
    ]
    return sorted(found, key=lambda each: (each.at, each.kind))


async def reminders(moment: Moment, current: Campaign, until: datetime) -> list[Planned]:
    """Return the rungs to come up to `until`, merged so that a branch's people get one message at a time."""
    due: dict[tuple[datetime, int, str], list[tuple[_Owed, Rung]]] = defaultdict(list)
    for owed, rung in await _rungs(moment, current, until):
        at, kind = moment.at(rung.day, rung.at), "first" if rung.name == NEW else "reminder"
        if at <= until:
            due[at, owed.unit_id, kind].append((owed, rung))
    branches = await unit.active_ones(moment.session, moment.committee.id, {unit_id for _, unit_id, _ in due})
    answering = await standing.answerers(moment.session, moment.committee.id, list(branches))
    due = {key: both for key, both in due.items() if key[1] in branches}
    people_of = _Told(branches, answering)
    told: dict[tuple[datetime, str, tuple[str, ...]], list[Recipient]] = defaultdict(list)
    for (at, unit_id, kind), both in sorted(due.items(), key=lambda each: (each[0][0], branches[each[0][1]].ordinal)):
        titles = tuple(owed.title for owed, _ in sorted(both, key=lambda each: each[0].dates.last_day))
        deputy = any(rung.deputy for _, rung in both)
        told[at, kind, titles].extend(people_of.branch(unit_id, moment.local(at).date(), deputy=deputy))
    return [_planned(moment, at, kind, titles, people) for (at, kind, titles), people in told.items()]


class _Told:
    """Who of each branch would be told, found once for all days: only who is away makes days differ."""

    def __init__(self, branches: Mapping[int, Unit], answering: Mapping[int, Sequence[Answerer]]) -> None:
        self._branches, self._answering = branches, answering
        self._known: dict[tuple[int, bool, date | None], list[Recipient]] = {}

    def branch(self, unit_id: int, day: date, *, deputy: bool) -> list[Recipient]:
        """Return them as of `day`."""
        answering = self._answering.get(unit_id, ())
        key = (unit_id, deputy, day if any(each.away_until for each in answering) else None)
        if key not in self._known:
            self._known[key] = _of_branch(self._branches[unit_id], answering, day, deputy=deputy)
        return self._known[key]


def _planned(moment: Moment, at: datetime, kind: str, about: tuple[str, ...], people: Iterable[Recipient]) -> Planned:
    return Planned(at, kind, about, moment.words("preview.what", plain=True, kind=kind, about=about), tuple(people))


def _of_branch(where: Unit, answering: Sequence[Answerer], day: date, *, deputy: bool) -> list[Recipient]:
    """Return who would be told, and who should be but is not reached; who never joined by the register's name."""
    joined = {each.role for each in answering}
    asked = recipients.asked(answering, day, deputy=deputy)
    lost = [each for each in recipients.reminded(answering, day, deputy=deputy) if not each.reachable]
    found = [
        Recipient(each.name, where.name, each.reachable, each.role, each.why, each.since) for each in [*asked, *lost]
    ]
    if RoleKind.SECRETARY not in joined:
        found.insert(0, Recipient(where.secretary_name, where.name, False, RoleKind.SECRETARY))
    if RoleKind.DEPUTY not in joined and where.deputy_name and deputy:
        found.append(Recipient(where.deputy_name, where.name, False, RoleKind.DEPUTY))
    return found


async def _rungs(moment: Moment, current: Campaign, until: datetime) -> list[tuple[_Owed, Rung]]:
    """Return all rungs after now of all that is owed; equal days share one ladder."""
    rules = ladder.Ladder(**(await moment.plan()).ladder.model_dump())
    workdays, now = await moment.workdays(), (moment.today, moment.clock_time)
    opening = await moment.next_sending(moment.now)
    ladders: dict[Dates, list[Rung]] = {}
    found = []
    for owed in await _open(moment, current, until):
        if owed.dates not in ladders:
            ladders[owed.dates] = ladder.rungs(rules, workdays, owed.dates)
        steps = ladders[owed.dates]
        coming = [rung for rung in steps if (rung.day, rung.at) > now]
        found += [(owed, rung) for rung in _first(moment, owed, steps, coming, opening)]
        found += [(owed, rung) for rung in coming[owed.skip_next :] if rung.day >= (owed.promised_on or rung.day)]
    return found


def _first(moment: Moment, owed: _Owed, steps: Sequence[Rung], coming: Sequence[Rung], opening: datetime) -> list[Rung]:
    """Return the one message about a duty given after rungs had passed, unless a rung tells it that very morning."""
    at = moment.local(owed.first_at or opening)
    begun = bool(steps) and (steps[0].day, steps[0].at) <= (moment.today, moment.clock_time)
    if owed.first_at is None and (owed.told or not begun):
        return []
    if owed.first_at is None and coming and coming[0].day == at.date() and coming[0].name != ON_THE_DAY:
        return []
    return [Rung(NEW, at.date(), at.time(), deputy=bool(coming) and coming[0].deputy)]


async def _open(moment: Moment, current: Campaign, until: datetime) -> list[_Owed]:
    if current.state != CampaignState.LIVE:
        branches = await moment.session.scalars(unit.active(moment.committee.id))
        return await _as_if_started(moment, current, branches.all())
    known = {each.id: each for each in await deadline.current(moment.session, current.id)}
    rows = await moment.session.execute(
        select(
            Obligation.id,
            Obligation.deadline_id,
            Obligation.unit_id,
            Obligation.extended_to,
            Obligation.promised_on,
            Obligation.skip_next,
        ).where(
            Obligation.deadline_id.in_(known),
            Obligation.state.in_(planning.CHASED),
            Obligation.excused.is_(False),
            Obligation.closed.is_(False),
            Obligation.paused.is_(False),
            Obligation.call_wanted.is_(False),
            Obligation.id.in_(_waiting(until)),
        )
    )
    first = await standing.first_messages(moment.session, moment.committee.id)
    return [
        _Owed(unit, *_in_force(known[due], to), promised, skip, told=True, first_at=first.get(owed))
        for owed, due, unit, to, promised, skip in rows
    ]


def _waiting(until: datetime) -> Any:  # a Select
    """Select the obligations whose next message comes up to `until`: only the next one of each is a row."""
    return select(Due.obligation_id).where(
        Due.kind.in_(("rung", "assigned")), Due.fired_at.is_(None), Due.due_at <= until, Due.obligation_id.is_not(None)
    )


async def _as_if_started(moment: Moment, current: Campaign, branches: Sequence[int]) -> list[_Owed]:
    """Return what every branch would owe by the plan and the office's days, long past ones apart."""
    stored = await deadline.planned(moment.session, current.id)
    given = [
        (each, period, each.due_date or planning.office_day(current, each, period))
        for each in (await moment.plan()).deadlines
        for period in schema.periods(each)
    ]
    found = [
        _in_force(Deadline(**planning.deadline_row(current, each, period, day)))
        for each, period, day in given
        if day and (each.name, period) not in stored
    ]
    found += [_in_force(each) for each in await deadline.current(moment.session, current.id)]
    last_ones = [each for each in found if each[1].last_day >= moment.today - planning.LONG_PAST]
    return [_Owed(branch, *each) for each in last_ones for branch in branches]


def _in_force(due: Deadline, extended_to: date | None = None) -> tuple[str, Dates]:
    return due.title, timeliness.of(due, extended_to)


async def _excerpts(moment: Moment, current: Campaign, until: datetime) -> list[Planned]:
    """Return the weekly excerpts, as many as are approved and not yet sent, to those who said yes."""
    given, workdays = (await moment.plan()).excerpts, await moment.workdays()
    weeks = [day for day in _days(moment, until) if weekly.week_of(given.day, day) == day]
    sent_on = (weekly.send_day(workdays, week) for week in weeks)
    moments = [at for at in (moment.at(day, given.at) for day in sent_on if day) if moment.now < at <= until]
    coming = moments[: await excerpt.approved_left(moment.session, current.id)]
    readers = await standing.readers(moment.session, moment.committee.id) if coming else ()
    people = [Recipient(name, "", reached) for name, reached in readers]
    return [_planned(moment, at, "excerpt", (), people) for at in coming if people]


async def _briefs(moment: Moment, until: datetime) -> list[Planned]:
    office = await person.holding(moment.session, moment.committee.id, [RoleKind.OFFICE])
    people = await _people(moment, office)
    hour, workdays = (await moment.plan()).office.brief, await moment.workdays()
    moments = [moment.at(day, hour) for day in _days(moment, until) if workdays.worked(day)]
    return [_planned(moment, at, "brief", (), people) for at in moments if people and moment.now < at <= until]


def _days(moment: Moment, until: datetime) -> list[date]:
    """Return the days from this week's first to the last, for a Monday may move onto a later day."""
    first = moment.today - timedelta(days=moment.today.weekday())
    return [first + timedelta(days=n) for n in range((moment.local(until).date() - first).days + 1)]


async def _people(moment: Moment, found: Sequence[Person]) -> list[Recipient]:
    reached = await standing.reached(moment.session, [each.id for each in found])
    return [Recipient(each.name, "", each.pushes and each.id in reached) for each in found]
