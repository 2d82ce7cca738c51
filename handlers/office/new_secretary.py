"""Handing a branch over: the old secretary's or deputy's role ends today, the new one is invited; open work stays."""

from handlers.office import branches, invite
from handlers.turn import Turn
from messages.reading import names
from messages.types import Choice
from models import account as accounts
from models import item, obligation
from models import role as roles
from models.item import ItemState
from models.notice import NoticeKind
from models.person import Person
from models.role import RoleKind
from models.unit import Unit

LEADERS = {RoleKind.SECRETARY: "secretary_name", RoleKind.DEPUTY: "deputy_name"}
"""Whom a branch hands its work to, and where the register names them."""


async def ask(turn: Turn, unit: int, role: str = RoleKind.SECRETARY) -> None:
    """[Đổi Bí thư], [Đổi Phó Bí thư]: who is it now?"""
    kind = _kind(role)
    if found := await branches.mine(turn, unit):
        turn.expect("new_secretary.typed", unit=unit, role=kind)
        await turn.say("new_secretary.ask", name=found.name, role=kind, old=await _old_name(turn, found, kind))


def _kind(role: str) -> RoleKind:
    """Return whose role it is: values of buttons are not trusted."""
    return RoleKind.DEPUTY if role == RoleKind.DEPUTY else RoleKind.SECRETARY


async def _old_name(turn: Turn, found: Unit, kind: RoleKind) -> str:
    held = await roles.in_unit(turn.session, found.id, [kind])
    if held:
        return (await turn.session.get_one(Person, held[0].person_id)).name
    return str(getattr(found, LEADERS[kind]))


async def typed(turn: Turn) -> None:
    """The name: read back with what goes over."""
    found = await branches.mine(turn, int(turn.conversation.subject["unit"]))
    name, kind = names.read_name(turn.incoming.text), _kind(str(turn.conversation.subject.get("role", "")))
    if found and name is None:
        await turn.say("invite.name_wrong")
    elif found:
        turn.expect_nothing()
        about = {"unit": found.id, "name": name, "role": kind}
        held = await roles.in_unit(turn.session, found.id, [kind])
        tell = [Choice("new_secretary.change", {**about, "tell": True})] if held else []
        quietly = Choice(
            "new_secretary.change", {**about, "tell": False}, "new_secretary.quietly" if held else "new_secretary.plain"
        )
        menu = [[*tell, quietly], [Choice("branches.show", {"unit": found.id, "name": found.name}, "branch_end.leave")]]
        owed = await obligation.open_ones(turn.session, found.id)
        waiting = await item.open_of(turn.session, turn.committee.id, found.id)
        await turn.say(
            "new_secretary.preview",
            choices=menu,
            branch=found.name,
            role=kind,
            old=await _old_name(turn, found, kind),
            new=name,
            open=[deadline.short_title for _, deadline in owed],
            items=sum(each.state == ItemState.OPEN for each in waiting),
        )


async def change(turn: Turn, unit: int, name: str, tell: bool = False, role: str = RoleKind.SECRETARY) -> None:
    """[Đổi]: the old role ends now, the register has the new name, an invitation is made."""
    found, kind = await branches.mine(turn, unit), _kind(role)
    if found is None:
        return
    for held in await roles.in_unit(turn.session, unit, [kind]):
        held.ended_at = turn.now
        turn.note("role.ended", f"role:{held.id}", turn.me, person=held.person_id)
        await accounts.roles_changed(turn.session, held.person_id)
        who = await turn.session.get_one(Person, held.person_id)
        if tell:
            await turn.tell(who, "new_secretary.thanks", kind=NoticeKind.ITEM, branch=found.name, role=kind, new=name)
    setattr(found, LEADERS[kind], name)
    turn.note(f"branch.{kind}", f"unit:{unit}", turn.me)
    await turn.session.flush()
    await invite.name(turn, kind, unit, name)
