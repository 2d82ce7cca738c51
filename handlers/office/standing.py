"""Reads where deadlines stand for whoever may see it, with the words for a branch's state. Tells nobody anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from handlers.routes import WATCHERS, WRITERS
from handlers.rules import figures, timeliness
from handlers.rules import standing as rules
from handlers.rules.standing import Counts, Line, Standing
from handlers.rules.timeliness import Dates
from handlers.turn import Moment, Turn
from messages import render
from models import counted, standing
from models import deadline as deadlines
from models.counted import Came, Ends
from models.deadline import Deadline
from models.obligation import REPORTED, State
from models.role import Role


def dates_of(deadline: Deadline, extended_to: date | None = None) -> Dates:
    """Return the days that decide, for a branch with that extension."""
    return timeliness.of(deadline, extended_to)


async def load(moment: Moment, deadline: Deadline, units: Sequence[int] | None = None) -> Standing:
    """Read where a deadline stands now, of all branches or of `units` alone."""
    session, owner = moment.session, moment.committee.id
    known = rules.Known(
        await standing.reminded(session, deadline.id, units),
        await standing.items(session, deadline.id, units),
        await standing.connected(session, owner, units),
    )
    rows = await standing.rows(session, deadline.id, figures.QUESTIONS, units)
    return rules.of(deadline.id, dates_of(deadline), moment.local(moment.now), rows, known)


async def counts(moment: Moment, found: Sequence[Deadline]) -> dict[int, Counts]:
    """Return {deadline id: how its branches stand}, counted in the database."""
    ids = [each.id for each in found]
    groups = await counted.groups(moment.session, ids, moment.today)
    return {each: rules.counts_of(each, groups) for each in ids}


async def came(moment: Moment, deadline: Deadline) -> Came:
    """Count when a deadline's reports came: in time, on the due day, late, after the adding up."""
    given = (None, *await counted.extensions(moment.session, deadline.id, list(REPORTED), moment.today))
    ends = [_ends(moment, dates_of(deadline, day)) for day in given]
    closed = _end(moment, deadline.closes_on) if deadline.closes_on else None
    return await counted.came(moment.session, deadline.id, ends, closed)


def _ends(moment: Moment, dates: Dates) -> Ends:
    return Ends(dates.extended_to, _end(moment, dates.last_day), _end(moment, dates.last_counted))


def _end(moment: Moment, day: date) -> datetime:
    return moment.at(day + timedelta(days=1), time())


async def extended_to(moment: Moment, deadline: Deadline) -> list[date]:
    """Return the days to which branches of which nothing is in have more time."""
    return await counted.extensions(moment.session, deadline.id, [counted.EXTENDED], moment.today)


async def nearest(moment: Moment) -> list[Deadline]:
    """Return the deadlines in force, the one whose last day is nearest to today first."""
    current = await moment.campaign()
    found = {each.id: each for each in await deadlines.current(moment.session, current.id)} if current else {}
    order = rules.focus({each.id: each.last_on_time for each in found.values()}, moment.today)
    return [found[each] for each in order]


async def subject(moment: Moment, deadline: Deadline) -> str:
    """Return what a deadline is called in a headline: the campaign's title where it is its one day, else its own."""
    current = await moment.campaign()
    if current is None or is_own(deadline) or deadline.campaign_id != current.id:
        return deadline.short_title
    days = sum(each.every == "once" for each in (await moment.plan()).deadlines)
    return current.title if days == 1 else deadline.short_title


def is_own(deadline: Deadline) -> bool:
    """Say whether a deadline is called by its own title: a quarter's, or one the office set beside the plan."""
    return bool(deadline.period) or deadline.set_by_office


def scope(roles: Sequence[Role]) -> list[int] | None:
    """Return the units whose figures these roles may see; None means all branches, [] none."""
    if any(role.kind in WATCHERS for role in roles):
        return None
    return sorted({role.unit_id for role in roles if role.kind in WRITERS})


async def visible(turn: Turn, deadline_id: int) -> Deadline | None:
    """Return a deadline of the person's committee, None for any other (values of buttons are not trusted)."""
    found = await turn.session.get(Deadline, deadline_id)
    return found if found and found.committee_id == turn.committee.id else None


@dataclass(frozen=True, slots=True)
class Missing:
    """A branch of which nothing is in, and how that is."""

    name: str
    why: str
    on: date | None
    reminded: int


def missing(line: Line) -> Missing:
    """Return how it is that nothing is in from a branch."""
    return Missing(line.name, line.why, line.on, line.reminded)


async def first_missing(moment: Moment, deadline: Deadline, limit: int) -> list[Missing]:
    """Return the first branches of which nothing is in, and how that is."""
    units = await counted.listed(moment.session, deadline.id, counted.MISSING, moment.today, 0, limit)
    return [missing(line) for line in (await load(moment, deadline, units)).not_yet] if units else []


@dataclass(frozen=True, slots=True)
class Stood:
    """How many of the branches of which nothing is in stand so."""

    stand: str
    number: int


def begun_stands(now: Standing | Counts) -> list[Stood]:
    """Return how those of which nothing is in stand, as the status board counts them, but for who did nothing yet."""
    begun = (each for each in rules.NOT_YET if each != State.NOT_SENT)
    return [Stood(each, now.stands[each]) for each in begun if now.stands[each]]


def stand_words(line: Line) -> str:
    """Return "chờ rà soát", "gia hạn đến 04/6" …"""
    return render.text("standing.stand", {"stand": line.stand, "extended_to": line.extended_to})


def lateness_words(line: Line) -> str:
    """Return "trong hạn", "gửi ngày 31/5", "sau hạn 02 ngày"; "" while nothing is in."""
    if line.timeliness is None or line.sent_at is None:
        return ""
    given = {"timeliness": line.timeliness, "sent_on": line.sent_at, "days": line.days_late}
    given["after_closing"] = line.after_closing
    return render.text("standing.lateness", given)


def note_words(line: Line) -> str:
    """Return what the workbook's last column says of a branch, "" if there is nothing to say."""
    given = {"missing": missing(line) if line.not_yet else None, "on_behalf": line.on_behalf}
    return render.text("standing.note", {**given, "confirmed": line.confirmed, "disputed": line.disputed})
