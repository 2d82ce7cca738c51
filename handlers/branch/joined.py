"""Who joined: a secretary sees the members of their branch and can end that; the office any role. Invites nobody."""

from collections.abc import Sequence

from handlers import posts
from handlers.everyone import unknown
from handlers.routes import OFFICE
from handlers.rules import permissions
from handlers.turn import Turn
from messages.reading import numbers
from messages.types import Choice
from models import account as accounts
from models import role as roles
from models import unit as units
from models.notice import NoticeKind
from models.person import Person
from models.role import Role, RoleKind
from models.unit import Unit, UnitKind

A_PAGE, A_ROW = 12, 2


async def units_page(turn: Turn, offset: int) -> None:
    """The office chooses whose people to see: its own unit and the like first, then the branches."""
    every = await units.all_active(turn.session, turn.committee.id)
    shown = every[offset : offset + A_PAGE]
    buttons = [Choice("joined.show", {"unit": each.id, "name": each.name}, "joined.unit") for each in shown]
    menu = [buttons[place : place + A_ROW] for place in range(0, len(buttons), A_ROW)]
    if offset + A_PAGE < len(every):
        menu.append([Choice("joined.units", {"offset": offset + A_PAGE}, "joined.next")])
    await turn.say("joined.units", choices=menu)


async def show(turn: Turn, unit: int, name: str = "") -> None:
    """Count and names, numbered; only of one's own branch, or for the office. `name` is the button's word."""
    place = await turn.session.get(Unit, unit)
    if place is None or not _sees(turn, place):
        await unknown.not_yours(turn)
        return
    found = await _listed(turn, place)
    menu = [[Choice("joined.choose", {"unit": unit})]] if found else []
    people = [(await turn.session.get_one(Person, each.person_id)).name for each in found]
    held = await posts.held(turn, found)
    listed = [{"name": name, **post} for name, post in zip(people, held, strict=True)]
    await turn.say("joined.list", choices=menu, unit=place.name, is_branch=place.kind == UnitKind.BRANCH, people=listed)


def _sees(turn: Turn, place: Unit) -> bool:
    own = permissions.over_unit(turn.roles, place.id, [RoleKind.SECRETARY])
    return place.committee_id == turn.committee.id and (own or turn.holds(OFFICE))


async def _listed(turn: Turn, place: Unit) -> Sequence[Role]:
    kinds = () if turn.holds(OFFICE) else (RoleKind.MEMBER,)
    return await roles.in_unit(turn.session, place.id, kinds)


async def choose(turn: Turn, unit: int) -> None:
    """Ask for the number of the one to be taken out."""
    turn.expect("joined.number", unit=unit)
    await turn.say("joined.which")


async def number(turn: Turn) -> None:
    """Take the number and ask for a yes."""
    place = await turn.session.get_one(Unit, turn.conversation.subject["unit"])
    found = await _listed(turn, place) if _sees(turn, place) else []
    typed = numbers.read_number(turn.incoming.text)
    if typed is None or not 1 <= typed <= len(found):
        await turn.say("joined.number_wrong", most=len(found))
        return
    turn.expect_nothing()
    await ask(turn, found[typed - 1].id)


async def ask(turn: Turn, role: int, name: str = "") -> None:
    """Read back whose role is to end; `name` is the button's word."""
    held = await _theirs(turn, role)
    if held is None:
        await unknown.not_yours(turn)
        return
    who = await turn.session.get_one(Person, held.person_id)
    menu = [[Choice("joined.end", {"role": role}), Choice("unknown.nothing", {}, "joined.leave")]]
    await turn.say("joined.confirm", choices=menu, name=who.name, **await posts.post(turn, held.kind, held.unit_id))


async def _theirs(turn: Turn, role_id: int) -> Role | None:
    """Return a role that this person may end, None for anything else."""
    held = await turn.session.get(Role, role_id)
    place = await turn.session.get(Unit, held.unit_id) if held else None
    if held is None or place is None or place.committee_id != turn.committee.id or held.person_id == turn.me.id:
        return None
    return held if permissions.over_member(turn.roles, held) else None


async def end(turn: Turn, role: int) -> None:
    """End a role; the person is told, the branch's codes stay."""
    held = await _theirs(turn, role)
    if held is None:
        await unknown.not_yours(turn)
        return
    who, post = await turn.session.get_one(Person, held.person_id), await posts.post(turn, held.kind, held.unit_id)
    if held.ended_at is None:
        held.ended_at = turn.now
        await turn.session.flush()
        await accounts.roles_changed(turn.session, who.id)
        who.excerpts = who.excerpts and bool(await roles.of_person(turn.session, who.id))
        turn.note("role.ended", f"role:{held.id}", turn.me, person=who.id)
        await turn.tell(who, "joined.ended_you", kind=NoticeKind.ITEM, **post)
    codes = [[Choice("codes.show", {"offset": 0})]]
    await turn.say("joined.ended", choices=codes, name=who.name, **post)
