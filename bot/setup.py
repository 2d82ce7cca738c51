"""What the command line does with files and database: campaigns, sheets of branches, invitations. Prints nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import timepiece
from bot.clock import Clock, DrillClock
from campaigns import folder, schema
from handlers import install, register, rooms
from handlers.install import PlanChange
from handlers.office import invite as invitations
from handlers.register import Change, Entry
from handlers.rules import checks
from handlers.turn import Moment
from messages.reading import fold
from models import committee, installation, unit
from models.account import Account
from models.bot import Bot
from models.campaign import CampaignState
from models.database import Database
from models.invitation import Who
from models.person import Person
from models.role import IN_A_BRANCH, STANDING, Role, RoleKind


class CannotRun(Exception):
    """Why the program stops: `template` of messages/vi/cli/ with its `values`."""

    def __init__(self, template: str, **values: Any) -> None:
        super().__init__(template)
        self.template, self.values = template, values


def campaign_or(path: Path, refuse: Callable[[Sequence[str]], NoReturn]) -> schema.Campaign:
    """Read a campaign's folder, or call `refuse` with all that is wrong."""
    try:
        return folder.load(path, checks.CHECKS)
    except folder.CampaignError as error:
        refuse(error.problems)


def entries_or(path: Path, refuse: Callable[..., NoReturn]) -> list[Entry]:
    """Read a sheet of branches, or call `refuse(template, …)`; a sheet with any problem is not taken at all."""
    from messages.reading import office_sheet

    if not path.is_file():
        refuse("no_file", file=path)
    try:
        sheet = office_sheet.read_branches(path)
    except office_sheet.NoHeader:
        refuse("no_header", file=path.name)
    except office_sheet.SheetError:
        refuse("unreadable_sheet", file=path.name)
    reserved = [each for each in sheet.rows if each.code.upper() in install.RESERVED]
    problems = [office_sheet.Problem(each.row, "code", each.code, "", "reserved_code") for each in reserved]
    if problems := sorted([*sheet.problems, *problems], key=lambda each: each.row):
        refuse("bad_sheet", file=path.name, problems=problems)
    if not sheet.rows:
        refuse("empty_sheet", file=path.name)
    return [_entry(row) for row in sheet.rows]


def _entry(row: Any) -> Entry:
    return Entry(
        row=row.row,
        ordinal=row.ordinal,
        code=row.code,
        name=row.name,
        short_names=tuple(row.short_names),
        full=row.full,
        probationary=row.probationary,
        exempt=row.exempt,
        masses=row.masses,
        secretary=row.secretary,
        deputy=row.deputy,
    )


@dataclass(frozen=True)
class Difference:
    """What `install_all` would change: in the plan, and row by row in the register; `fresh` where there is nothing."""

    fresh: bool
    plan: list[PlanChange]
    branches: list[Change]

    @property
    def changes(self) -> bool:
        """Whether anything that is there would become different."""
        return bool(self.plan or any(each.fields for each in self.branches))


async def difference(session: AsyncSession, given: schema.Campaign, entries: Sequence[Entry]) -> Difference:
    """Say what campaign and sheet would change; on a fresh database everything is new."""
    owner = await committee.the_only(session)
    if owner is None:
        new = [Change(each.row, each.code, register.short(each.name), True, ()) for each in entries]
        return Difference(True, [], new)
    plan = await install.changes(session, owner, given)
    return Difference(False, plan, await register.compare(session, owner, entries))


async def install_all(
    session: AsyncSession, given: schema.Campaign, entries: Sequence[Entry], today: date
) -> dict[str, Any]:
    """Create or update committee, campaign and branches, counted as of `today` (plan time); return what to say."""
    owner = await install.committee(session, given)
    await install.campaign(session, owner, given)
    await register.take_in(session, owner, entries, today)
    known = await unit.branches(session, owner.id)
    return {"name": owner.name, "title": given.plan.title, "branches": len(known)}


@dataclass(frozen=True)
class BranchLine:
    """A branch and who answers for it. `people` have `role` and `name`."""

    code: str
    name: str
    secretary: str
    people: list[dict[str, str]]


async def branch_lines(moment: Moment) -> list[BranchLine]:
    """Return the register with the people connected, members left out."""
    rows = await moment.session.execute(
        select(Role.unit_id, Role.kind, Person.name)
        .join(Person, Person.id == Role.person_id)
        .where(Role.ended_at.is_(None), Role.kind != RoleKind.MEMBER, Person.committee_id == moment.committee.id)
        .order_by(Role.id)
    )
    people: dict[int, list[dict[str, str]]] = {}
    for unit_id, kind, name in rows:
        people.setdefault(unit_id, []).append({"role": kind, "name": name})
    known = await unit.branches(moment.session, moment.committee.id)
    return [BranchLine(each.code, each.name, each.secretary_name, people.get(each.id, [])) for each in known]


@dataclass(frozen=True)
class Invited:
    """A made invitation: `shown` are the values of cli.invitation, `qr` a QR code of the link for a terminal."""

    code: str
    link: str
    qr: str
    shown: dict[str, Any]


async def invite(moment: Moment, role: RoleKind, code: str, name: str, via: str = "") -> Invited:
    """Make an invitation over a channel, as in chat: where people need a place it names a bot with room.

    Raise CannotRun.
    """
    from messages.documents import qr

    if role in IN_A_BRANCH and not code:
        raise CannotRun("needs_branch")
    where = await _unit_for(moment, role, code)
    if where is None:
        raise CannotRun("unknown_branch", code=code)
    to = await _place(moment, (role, where.id, name), via)
    made = await invitations.create(moment, role, where, name, to=to)
    shown = {
        "role": role,
        "branch": where.name if role in IN_A_BRANCH else "",
        "name": name if made.uses == 1 else "",
        "expires_at": moment.local(made.expires_at),
        "many": made.uses > 1,
        "link": made.link,
        "bot": made.bot,
    }
    return Invited(made.code, made.link, qr.qr_terminal(made.link) if made.link else "", shown)


async def _place(moment: Moment, who: Who, via: str) -> tuple[Bot, int] | None:
    ways = await invitations.ways(moment)
    if via not in ways and (via or len(ways) > 1):
        raise CannotRun("which_way", ways=ways)
    try:
        return await rooms.kept_for(moment, via or "".join(ways), who)
    except rooms.Full:
        raise CannotRun("full", members=who[0] == RoleKind.MEMBER) from None


async def _unit_for(moment: Moment, role: RoleKind, said: str) -> unit.Unit | None:
    """Return where a role is held; a branch by its code, or by its name as one types it."""
    if role not in IN_A_BRANCH:
        return await unit.of_kind(moment.session, moment.committee.id, STANDING[role])
    known = await unit.branches(moment.session, moment.committee.id)
    key = fold.plain(register.short(said))
    by_code = [each for each in known if each.code == said] or [each for each in known if fold.plain(each.code) == key]
    found = by_code or [each for each in known if fold.plain(each.name) == key]
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True)
class Lookahead:
    """Who would be told what (handlers.office.preview.Planned), from `now` on; `live`: the office has started.

    `over`: the plan's last day where that has passed.
    """

    now: datetime
    live: bool
    planned: list[Any]
    over: date | None = None


async def upcoming(moment: Moment, days: int) -> Lookahead:
    """Return what would be said in the coming days; before the start as if it started now."""
    from handlers.office import preview

    current = await moment.campaign()
    live = current is not None and current.state == CampaignState.LIVE
    planned = [replace(each, at=moment.local(each.at)) for each in await preview.upcoming(moment, days)]
    last = (await moment.plan()).last_day if current else None
    return Lookahead(moment.local(moment.now), live, planned, last if last and last < moment.today else None)


async def clock(database: Database, now: datetime | None) -> Clock:
    """Return the clock of an installation: a drill's stands where it was left, or at `now` if that is later."""
    row = await database.read(installation.current)
    left_at = row.plan_time if row and row.drill else None
    start = max((each for each in (now, left_at) if each), default=None)
    made = DrillClock(start) if start else Clock()
    await timepiece.begin(database, made)
    return made


async def prepare(session: AsyncSession, given: schema.Campaign, *, drill: bool) -> str:
    """Make a database ready to run: set up a fresh one, refuse a drill on a live one and the other way round.

    Return the first office code on a fresh database, "" otherwise.
    """
    fresh = await committee.the_only(session) is None
    if fresh:
        await install.campaign(session, await install.committee(session, given), given)
    used = await session.scalar(select(Account.id).limit(1)) is not None
    before = await installation.current(session)
    if before is None and used and drill:
        raise CannotRun("live_not_drill")
    row = await installation.mark(session, drill=drill)
    if row.drill != drill:
        raise CannotRun("drill_not_live" if row.drill else "live_not_drill")
    return "fresh" if fresh else ""
