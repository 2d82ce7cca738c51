"""One branch in detail: its state, figures, who answers for it, its last words, what waits. Changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from handlers.everyone import unknown
from handlers.office import branch_duties, standing
from handlers.routes import OFFICE, READERS, WRITERS
from handlers.rules import figures, permissions
from handlers.rules import standing as rules
from handlers.rules.figures import Figures
from handlers.rules.standing import Line
from handlers.turn import Turn
from messages.reading import choices
from messages.types import Choice, Rows
from models import conference, counted, excuse, signed_copy, words_apart
from models import standing as stored
from models.deadline import Deadline
from models.item import Item
from models.obligation import State
from models.role import RoleKind
from models.standing import Answerer
from models.unit import Unit

OTHERS = 3  # other deadlines offered beside the one shown
A_PAGE = 24  # branches offered as buttons at a time
A_ROW = 3
LEADING = (RoleKind.SECRETARY, RoleKind.DEPUTY)


async def choose(turn: Turn, deadline: int, page: int = 0) -> None:
    """Every branch as a button, in register order; a name may be typed too."""
    found = await standing.visible(turn, deadline)
    if found is None:
        return await unknown.old_button(turn)
    page = max(page, 0)
    part = await counted.parts(turn.session, found.id, None, page * A_PAGE, A_PAGE + 1)
    menu = [
        [Choice("one_branch.show", {"deadline": deadline, "unit": line.unit_id, "name": line.name}) for line in row]
        for row in (part[:A_PAGE][n : n + A_ROW] for n in range(0, min(len(part), A_PAGE), A_ROW))
    ]
    if len(part) > A_PAGE:
        menu.append([Choice("one_branch.choose", {"deadline": deadline, "page": page + 1}, "one_branch.next_page")])
    turn.expect("one_branch.typed", deadline=deadline)
    await turn.say("one_branch.which", choices=menu, subject=await standing.subject(turn, found))
    return None


async def typed(turn: Turn) -> None:
    """A branch's name, typed while a choice of branches is open."""
    found = await standing.visible(turn, int(turn.conversation.subject["deadline"]))
    said = turn.incoming.text
    if found is None or not (await named(turn, found, said) or await branch_duties.named(turn, said)):
        await turn.say("one_branch.unknown")


async def named(turn: Turn, deadline: Deadline, text: str) -> bool:
    """Show the branch that a text names; say whether there is one that this person may see."""
    lines = await counted.parts(turn.session, deadline.id, standing.scope(turn.roles))
    place = choices.match_choice(text, [line.name for line in lines])
    if place is None:
        place = choices.match_choice(text, [line.code for line in lines])
    if place is not None:
        await _detail(turn, deadline, lines[place].unit_id)
    return place is not None


async def show(turn: Turn, deadline: int, unit: int, **_: Any) -> None:
    """One branch in detail."""
    found = await standing.visible(turn, deadline)
    units = standing.scope(turn.roles)
    if found is None or not (units is None or unit in units):
        return await unknown.old_button(turn)
    return await _detail(turn, found, unit)


async def own(turn: Turn, deadline: Deadline, units: Sequence[int]) -> None:
    """Show the person's own branches, one message each."""
    for unit in units:
        await _detail(turn, deadline, unit)


async def _detail(turn: Turn, deadline: Deadline, unit: int) -> None:
    now = await standing.load(turn, deadline, [unit])
    if not now.lines:
        return await unknown.old_button(turn)
    line = now.lines[0]
    given = (await stored.answers(turn.session, deadline.id, [unit])).get(line.obligation_id, {}) if line.sent else {}
    people = (await stored.answerers(turn.session, turn.committee.id, [unit])).get(unit, [])
    lost = await _lost(turn, unit, people) if turn.holds(OFFICE) else []
    inviting = [_invite(each) for each in lost if each.why != stored.STOPPED]
    await turn.say(
        "one_branch.show",
        choices=[*([inviting] if inviting else []), *await _detail_menu(turn, deadline, line)],
        subject=await standing.subject(turn, deadline),
        unreached=[each.role for each in lost],
        inviting=bool(inviting),
        announces=deadline.form_name == conference.FORM,
        reopened=line.stand == State.REOPENED,
        **line_values(line, deadline, figures.figures_of(given)),
        **await _set(turn, line),
        **await _around(turn, deadline, line, people),
    )
    return None


async def _lost(turn: Turn, unit: int, people: Sequence[Answerer]) -> list[Answerer]:
    """Return which of those who lead a branch nothing reaches, once a role; who never joined by the register's name.

    Nobody leads a branch that has ended.
    """
    branch = await turn.session.get_one(Unit, unit)
    if branch.active_to:
        return []
    leading = {each.role: each for each in people if each.role in LEADING}
    reached = {each.role for each in people if each.reachable}
    lost = [each for role, each in leading.items() if role not in reached]
    if RoleKind.SECRETARY in leading:
        return lost
    nobody = Answerer(unit, RoleKind.SECRETARY, 0, branch.secretary_name, False, None, stored.UNCONNECTED)
    return [nobody, *lost]


def _invite(each: Answerer) -> Choice:
    return Choice("invite.name", {"role": each.role, "unit": each.unit_id, "name": each.name}, "one_branch.invite")


async def _detail_menu(turn: Turn, deadline: Deadline, line: Line) -> Rows:
    if standing.scope(turn.roles) is not None:
        return [*_own_report(turn, line), *await others(turn, deadline)]
    about: dict[str, int] = {"deadline": deadline.id}
    written = turn.holds(READERS) and await words_apart.of_obligation(turn.session, line.obligation_id)
    apart = [[Choice("apart.read", {"obligation": line.obligation_id})]] if written else []
    urge = Choice("urge.preview", {**about, "unit": line.unit_id}, "urge.one")
    acting = turn.holds(OFFICE) and not (line.sent or line.closed or line.stand == rules.EXCUSED)
    look = Choice("review.of_duty", {"obligation": line.obligation_id}, "review.look")
    reading = turn.holds(OFFICE) and line.sent
    every = [[Choice("branch_duties.show", {"unit": line.unit_id, "page": 0})]] if await _several(turn) else []
    return [
        [
            *([urge] if acting else []),
            *([look] if reading else []),
            Choice("one_branch.choose", about),
            Choice("summary.show", about, "summary.back"),
        ],
        *([each] if (each := _acts(turn, line)) else []),
        *every,
        *apart,
    ]


async def _several(turn: Turn) -> bool:
    return len(await standing.nearest(turn)) > 1


def _own_report(turn: Turn, line: Line) -> Rows:
    """Return [Xem báo cáo] for who answers for the branch: from there it is corrected, or asked to be opened again."""
    may = line.sent and permissions.over_unit(turn.roles, line.unit_id, WRITERS)
    return [[Choice("report.begin", {"obligation": line.obligation_id}, "report.see")]] if may else []


async def _set(turn: Turn, line: Line) -> dict[str, Any]:
    """Return what the office wrote down of a branch's duty: why it is excused, the signed copy that arrived."""
    why = await excuse.current(turn.session, line.obligation_id) if line.stand == rules.EXCUSED else None
    copy = await signed_copy.current(turn.session, line.obligation_id) if line.sent else None
    since = turn.local(why.made_at).date() if why else None
    return {"excused_why": why.reason if why else "", "excused_on": since, "signed": copy.text if copy else ""}


def _acts(turn: Turn, line: Line) -> list[Choice]:
    """Return what the office alone may do about a branch's duty besides urging."""
    about = {"obligation": line.obligation_id}
    if not turn.holds(OFFICE):
        return []
    trace = Choice("trace.of_duty", about)
    if line.sent:
        return [Choice("signed.ask", about), trace]
    return [Choice("excuse.ask_undo" if line.stand == rules.EXCUSED else "excuse.ask", about), trace]


def line_values(line: Line, deadline: Deadline, figures: Figures) -> dict[str, Any]:
    """Return what one_branch/show.j2 says of a branch's report."""
    missing = None if line.sent or not line.why else standing.missing(line)
    both = figures.attended is not None and figures.summoned is not None
    return {
        "branch": line.name,
        "state": standing.stand_words(line),
        "sent_at": line.sent_at,
        "lateness": standing.lateness_words(line),
        "on_behalf": line.on_behalf,
        "confirmed": line.confirmed,
        "disputed": line.disputed,
        "last_day": max(deadline.last_on_time, line.extended_to or deadline.last_on_time),
        "missing": missing if line.stand != rules.EXCUSED else None,
        "held_on": figures.held_on,
        "attended": figures.attended if both else None,
        "summoned": figures.summoned,
        "masses": figures.masses,
        "pledged": figures.pledged,
        "items": figures.items,
    }


async def _around(turn: Turn, deadline: Deadline, line: Line, people: Sequence[Answerer]) -> dict[str, Any]:
    """Return who answers for a branch, its last words and what waits, as far as this person may see them."""
    own = line.unit_id in {role.unit_id for role in turn.roles}
    units = [line.unit_id]
    people = [replace(each, since=each.since and turn.local(each.since)) for each in people]
    asked = (await stored.reminded(turn.session, deadline.id, units)).get(line.obligation_id)
    heard = asked if asked and (own or turn.holds(READERS)) else None
    return {
        "people": people if own or turn.holds(OFFICE) else [_nameless(each) for each in people],
        "reply": heard.reply if heard else "",
        "reply_at": heard.replied_at if heard else None,
        "waiting": _kinds(await stored.items(turn.session, deadline.id, units)),
    }


def _nameless(each: Answerer) -> Answerer:
    return replace(each, name="")


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for the office: its kind, and the day asked for."""

    kind: str
    asked_for: date | None


def _kinds(items: Sequence[Item]) -> list[Waiting]:
    return [Waiting(each.kind, each.asked_for if each.kind == "extension" else None) for each in items]


async def others(turn: Turn, shown: Deadline) -> Rows:
    """Return a button for each of the other deadlines, the nearest first; one for the list where there are more."""
    found = [each for each in await standing.nearest(turn) if each.id != shown.id]
    menu: Rows = [[Choice("summary.show", {"deadline": each.id, "title": each.short_title})] for each in found[:OTHERS]]
    every = [Choice("summary.every", {"page": 0, "period": "", "n": len(found) + 1})]
    return [*menu, every] if len(found) > OTHERS else menu
