"""/cong: the portal's plan, columns and articles on the topic, a unit's own site likewise, and what may be published.

Of branches' reports only those taken in are offered: counts and their own words, nothing sensitive, nobody named.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from campaigns.schema import Json
from handlers import record
from handlers.everyone import unknown
from handlers.routes import OFFICE, SENDERS
from handlers.rules import figures
from handlers.rules.figures import Figures
from handlers.turn import Moment, Turn
from messages.reading import people
from messages.types import Choice, Rows
from models import portal, report
from models import unit as units
from models.base import find
from models.deadline import Deadline
from models.obligation import Obligation, State
from models.portal import PortalItem, PortalKind
from models.report import Report
from models.role import RoleKind
from models.unit import Unit, UnitKind

BOARD = frozenset({RoleKind.EDITORIAL}) | OFFICE
"""Who keeps the portal."""
SITES = BOARD | SENDERS
"""Who keeps some site: the portal's, or the unit's own."""
HIGHLIGHTS = "highlights"
"""The question (B4) whose words a branch writes to be seen by others."""
LISTED = 6
A_PAGE = 5  # results offered at a time


async def command(turn: Turn, rest: str = "") -> None:
    """/cong: what is there, and what can be added."""
    turn.expect_nothing()
    site = await _site(turn)
    if site is None:
        await unknown.not_yours(turn)
        return
    found = await _of_site(turn, site)
    counts = {kind: [_line(each) for each in found if each.kind == kind] for kind in PortalKind}
    shown = {f"{kind}s": lines[:LISTED] for kind, lines in counts.items()}
    total = len(counts[PortalKind.ARTICLE])
    board = turn.holds(BOARD)
    scopes = await _scopes(turn, found)
    await turn.say(
        "portal.show",
        choices=_menu(found, board=board),
        site=site.name,
        board=board,
        total=total,
        scopes=scopes,
        **shown,
    )


def _menu(found: list[PortalItem], *, board: bool) -> Rows:
    new = [Choice("portal.new", {"sort": kind}, f"portal.new_{kind}") for kind in PortalKind]
    results = [Choice("portal.results", {"page": 0})] if board else []
    change = [Choice("portal.list", {"page": 0})] if found else []
    return [row for row in (new, [*results, *change]) if row]


async def show(turn: Turn) -> None:
    """[Về đầu mục]."""
    await command(turn)


async def _site(turn: Turn) -> Unit | None:
    """Return whose site this person keeps: the board's portal first, else their own branch's."""
    if turn.holds(BOARD):
        return await units.of_kind(turn.session, turn.committee.id, UnitKind.EDITORIAL)
    own = await turn.units(SENDERS)
    return own[0] if own else None


async def _of_site(turn: Turn, site: Unit) -> list[PortalItem]:
    current = await turn.campaign()
    return list(await portal.standing(turn.session, current.id if current else 0, unit_id=site.id))


def _line(each: PortalItem) -> dict[str, Any]:
    return {"title": each.title, "number": each.number, "on": each.on_day, "url": each.url, "sort": each.kind}


async def _scopes(turn: Turn, found: list[PortalItem]) -> list[tuple[str, int]]:
    names = [each.scope for each in found if each.kind == PortalKind.ARTICLE]
    return [
        (await record.label(turn, "portal_article", "scope", name), names.count(name)) for name in dict.fromkeys(names)
    ]


# Recording


async def new(turn: Turn, sort: str) -> None:
    """[Kế hoạch] [Chuyên mục] [Tin, bài]."""
    if sort in list(PortalKind) and await _site(turn):
        await record.begin(turn, f"portal_{sort}", {"report": 0})
    else:
        await unknown.old_button(turn)


async def keep_plan(turn: Turn, about: dict[str, Any], answers: Mapping[str, Json]) -> None:
    """A plan's number and date."""
    await _keep(turn, PortalKind.PLAN, about, answers)


async def keep_column(turn: Turn, about: dict[str, Any], answers: Mapping[str, Json]) -> None:
    """A column that was opened."""
    await _keep(turn, PortalKind.COLUMN, about, answers)


async def keep_article(turn: Turn, about: dict[str, Any], answers: Mapping[str, Json]) -> None:
    """An article, perhaps on a branch's results."""
    await _keep(turn, PortalKind.ARTICLE, about, answers)


async def _keep(turn: Turn, kind: PortalKind, about: dict[str, Any], answers: Mapping[str, Json]) -> None:
    site, current = await _site(turn), await turn.campaign()
    result = await _result(turn, int(about.get("report") or 0)) if turn.holds(BOARD) else None
    if site is None or current is None:
        await turn.say("portal.gone")
        return
    words = {name: str(answers.get(name) or "") for name in ("title", "url", "number", "scope")}
    made = PortalItem(
        committee_id=turn.committee.id,
        campaign_id=current.id,
        unit_id=site.id,
        kind=kind,
        on_day=date.fromisoformat(str(answers["published_on"])) if answers.get("published_on") else None,
        report_id=result.report if result else None,
        person_id=turn.me.id,
        recorded_at=turn.now,
        **words,
    )
    turn.session.add(made)
    await turn.session.flush()
    turn.note("portal.record", f"portal:{made.id}", turn.me, kind=str(kind))
    again = Choice("portal.results", {"page": 0}) if result else Choice("portal.new", {"sort": kind}, "portal.another")
    await turn.say("portal.kept", choices=[[again, Choice("portal.show")]], sort=str(kind), title=made.title)


# Taking out


async def list_(turn: Turn, page: int = 0) -> None:
    """[Sửa, bỏ]: what is there, each with a button that takes it out."""
    site = await _site(turn)
    found = await _of_site(turn, site) if site else []
    part = found[page * A_PAGE : (page + 1) * A_PAGE]
    menu: Rows = [[Choice("portal.remove", {"portal": each.id, "number": n}) for n, each in enumerate(part, 1)]]
    more = [Choice("portal.list", {"page": page + 1}, "portal.next_page")] if len(found) > (page + 1) * A_PAGE else []
    await turn.say(
        "portal.list", choices=[*(menu if part else []), [*more, Choice("portal.show")]], lines=[*map(_line, part)]
    )


async def remove(turn: Turn, portal: int, number: int = 0) -> None:
    """[Bỏ n]: it counts no more; a wrong one is recorded anew."""
    found, site = await find(turn.session, PortalItem, portal), await _site(turn)
    if found is None or site is None or found.removed_at or found.unit_id != site.id:
        await turn.say("portal.gone")
        return
    found.removed_at = turn.now
    turn.note("portal.remove", f"portal:{found.id}", turn.me)
    await turn.say("portal.removed", choices=[[Choice("portal.show")]], title=found.title)


# What may be published


@dataclass(frozen=True, slots=True)
class Result:
    """What a branch reported, as far as it may be published; `words` "" where there are none or they name somebody."""

    report: int
    branch: str
    counts: Figures
    words: str
    withheld: bool


async def results(turn: Turn, page: int = 0) -> None:
    """[Kết quả được đăng]: reports taken in that no article tells of yet."""
    found = await _publishable(turn)
    part = found[page * A_PAGE : (page + 1) * A_PAGE]
    read = [each for report_id in part if (each := await _result(turn, report_id))]
    menu: list[list[Choice]] = [
        [Choice("portal.published", {"report": each.report, "name": each.branch})] for each in read
    ]
    more = (
        [Choice("portal.results", {"page": page + 1}, "portal.next_page")] if len(found) > (page + 1) * A_PAGE else []
    )
    lines = [_shown(each) for each in read]
    await turn.say("portal.results", choices=[*menu, [*more, Choice("portal.show")]], lines=lines, total=len(found))


def _shown(each: Result) -> dict[str, Any]:
    known = each.counts
    both = known.attended is not None and known.summoned is not None
    counts = {"attended": known.attended if both else None, "summoned": known.summoned, "masses": known.masses}
    return {"branch": each.branch, "words": each.words, "withheld": each.withheld, "held_on": known.held_on, **counts}


async def _publishable(moment: Moment) -> list[int]:
    current = await moment.campaign()
    told = await portal.published(moment.session, current.id) if current else set()
    rows = await moment.session.scalars(
        select(Report.id)
        .join(Obligation, Obligation.id == Report.obligation_id)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(Obligation.committee_id == moment.committee.id, Obligation.state == State.ACCEPTED)
        .where(Deadline.period == "", Deadline.superseded.is_(False), Deadline.cancelled.is_(False))
        .order_by(Unit.ordinal, Report.id)
    )
    return [each for each in rows if each not in told]


async def _result(moment: Moment, report_id: int) -> Result | None:
    """Return a report's publishable part; None for one that is not taken in, or of another committee."""
    if report_id not in await _publishable(moment):
        return None
    sent = await report.last_revision(moment.session, report_id)
    kept = await moment.session.get_one(Report, report_id)
    owed = await moment.session.get_one(Obligation, kept.obligation_id)
    branch = await moment.session.get_one(Unit, owed.unit_id)
    words = str(figures.value_of(sent.answers, HIGHLIGHTS) or "") if sent else ""
    named = people.names_someone(words)
    counts = figures.figures_of(sent.answers if sent else {})
    return Result(report_id, branch.name, counts, "" if named else words, withheld=named)


async def published(turn: Turn, report: int, name: str = "") -> None:
    """[Đã đăng]: record the article; what it is about is known."""
    found = await _result(turn, report)
    if found is None:
        await turn.say("portal.gone")
    else:
        await record.begin(turn, "portal_article", {"report": found.report}, {"scope": "branch"})
