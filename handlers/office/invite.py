"""Inviting: for whom, in which branch, under what name; then link, code, text to forward, sheet. Lets nobody in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handlers import posts, rooms
from handlers.everyone import unknown
from handlers.routes import OFFICE
from handlers.turn import Moment, Turn
from messages import render
from messages.reading import bodies, names
from messages.types import Choice, Rows, Value
from models import bot, headcount, invitation
from models import role as roles
from models import unit as units
from models.base import add_new
from models.bot import Bot
from models.invitation import Invitation
from models.person import Person
from models.role import IN_A_BRANCH, STANDING, RoleKind
from models.unit import Unit, UnitKind

LASTS, MEMBERS_LAST = timedelta(days=14), timedelta(days=30)  # machine time
FEWEST_USES = 50  # of a branch's code where the register gives no count, or a very small one
TRIES = 20  # of finding eight digits nobody has
FIRST = (RoleKind.SECRETARY, RoleKind.DEPUTY, RoleKind.MEMBER)
OTHERS = (RoleKind.DRAFTER, RoleKind.OFFICE, RoleKind.INSPECTION, RoleKind.EDITORIAL, RoleKind.LEADER)
A_PAGE, A_ROW = 12, 2


@dataclass(frozen=True)
class Made:
    """An invitation just made: the only moment its token and code are known. `expires_at` is machine time."""

    invitation_id: int
    token: str
    code: str
    link: str  # "" where neither the bot's name nor the page's address is known
    bot: str  # the bot to look for on a platform without such links, "" elsewhere
    uses: int
    expires_at: datetime


async def create(
    moment: Moment,
    role: RoleKind,
    unit: Unit,
    name: str = "",
    invited_by: Person | None = None,
    to: tuple[Bot, int] | None = None,
) -> Made:
    """Make an invitation and keep only hashes. One use, 14 days; a branch's member code: many uses, 30 days.

    `to` is the bot that it names, with how many people that one has room for.
    """
    is_member = role == RoleKind.MEMBER
    uses = await _uses(moment, unit) if is_member else 1
    uses = min(uses, to[1]) if to else uses
    expires_at = moment.machine + (MEMBERS_LAST if is_member else LASTS)
    row = {
        "committee_id": moment.committee.id,
        "role": role,
        "unit_id": unit.id,
        "name": "" if is_member else name,
        "uses_left": uses,
        "expires_at": expires_at,
        "invited_by_id": invited_by.id if invited_by else None,
        "bot_id": to[0].id if to else None,
    }
    token, code = await _drawn(moment, row)
    made = await invitation.known(moment.session, token, moment.key)
    assert made is not None
    moment.note("invitation.made", f"invitation:{made.id}", invited_by, role=role, unit=unit.id)
    address, named = (
        ("", to[0].username or render.word(to[0].channel, "channel")) if to else (await link(moment, token), "")
    )
    return Made(made.id, token, code, address, named, uses, expires_at)


async def _drawn(moment: Moment, row: dict[str, Any]) -> tuple[str, str]:
    """Keep an invitation under a new token and a code that no other has; return both."""
    for _ in range(TRIES):
        token, code = invitation.new_token(), invitation.new_code()
        hashes = {"token_hash": invitation.hashed(token, moment.key), "code_hash": invitation.hashed(code, moment.key)}
        if await add_new(moment.session, Invitation, [{**row, **hashes}], ["code_hash"]):
            return token, code
    raise RuntimeError("no free code found")


async def _uses(moment: Moment, unit: Unit) -> int:
    counted = await headcount.latest(moment.session, unit.id)
    return max(FEWEST_USES, 2 * counted.members if counted else 0)


async def link(moment: Moment, token: str) -> str:
    """Return the address that opens the assistant with this token, "" where none is known."""
    if username := await bot.username(moment.session, moment.committee.id):
        return f"https://t.me/{username}?start={token}"
    return f"{moment.public_url}/?start={token}" if moment.public_url else ""


async def command(turn: Turn, rest: str) -> None:
    """/invite: the office for anyone, a secretary for the members of their own branch."""
    turn.expect_nothing()
    if turn.holds(OFFICE):
        without = await _without(turn, (RoleKind.SECRETARY, RoleKind.DEPUTY))
        menu = [
            *_roles_menu(FIRST, more=True),
            [Choice("codes.show", {"offset": 0}), Choice("joined.units", {"offset": 0})],
        ]
        all_ = await units.branches(turn.session, turn.committee.id)
        await turn.say("invite.whom", choices=menu, without=[each.name for each in without], branches=len(all_))
    else:
        for each in await turn.units([RoleKind.SECRETARY]):
            await _own_branch(turn, each)


def _roles_menu(kinds: Sequence[RoleKind], *, more: bool = False) -> list[list[Choice]]:
    found = [Choice("invite.role", {"role": each}, f"invite.role_{each}") for each in kinds]
    found += [Choice("invite.more")] if more else []
    return [found[place : place + A_ROW] for place in range(0, len(found), A_ROW)]


async def _without(turn: Turn, kinds: Sequence[str]) -> list[Unit]:
    """Return the branches where nobody holds such a role yet."""
    joined = await roles.units_held(turn.session, kinds)
    return [each for each in await units.branches(turn.session, turn.committee.id) if each.id not in joined]


async def _own_branch(turn: Turn, branch: Unit) -> None:
    joined = await roles.in_unit(turn.session, branch.id, [RoleKind.MEMBER])
    about = {"unit": branch.id}
    await turn.say(
        "invite.own",
        choices=[
            [Choice("invite.unit", {"role": RoleKind.MEMBER, **about}, "invite.members"), Choice("joined.show", about)],
            [Choice("codes.show", {"offset": 0})],
        ],
        branch=branch.name,
        joined=len(joined),
    )


async def more(turn: Turn) -> None:
    """The roles that are seldom given."""
    await turn.say("invite.others", choices=_roles_menu(OTHERS))


async def role(turn: Turn, role: str) -> None:
    """Ask for the branch, or where there is only one place for such a role, for the name."""
    kind = RoleKind(role)
    if kind in IN_A_BRANCH:
        await page(turn, role, 0)
    else:
        place = await units.of_kind(turn.session, turn.committee.id, STANDING[kind])
        await _ask_name(turn, kind, place)


async def page(turn: Turn, role: str, offset: int) -> None:
    """The branches to choose from, those without such a person first; a name may be typed as well."""
    every = await units.branches(turn.session, turn.committee.id)
    missing = {each.id for each in await _without(turn, [role])}
    ordered = sorted(every, key=lambda each: each.id not in missing)
    turn.expect("invite.branch", role=role)
    await turn.say("invite.branch", choices=_branches(ordered, role, offset), role=role, missing=len(missing))


def _branches(ordered: Sequence[Unit], role: str, offset: int) -> Rows:
    shown = ordered[offset : offset + A_PAGE]
    each = [Choice("invite.unit", {"role": role, "unit": u.id, "name": u.name}, "invite.branch") for u in shown]
    rows = [each[place : place + A_ROW] for place in range(0, len(each), A_ROW)]
    if offset + A_PAGE < len(ordered):
        rows.append([Choice("invite.page", {"role": role, "offset": offset + A_PAGE})])
    return rows


async def branch(turn: Turn) -> None:
    """Find the branch that was typed."""
    kind = str(turn.conversation.subject["role"])
    every = await units.branches(turn.session, turn.committee.id)
    known = [bodies.Named(each.id, (each.name, *each.short_names), (each.code,)) for each in every]
    found = {one for piece in bodies.pieces(turn.incoming.text, known) for one in piece.ids}
    if len(found) == 1:
        await unit(turn, kind, found.pop())
    else:
        await turn.say("invite.branch_unknown")


async def unit(turn: Turn, role: str, unit: int, name: str = "") -> None:
    """Ask for the name; a branch's member code needs none. `name` is only the button's word."""
    kind, place = RoleKind(role), await turn.session.get(Unit, unit)
    if place is None or not await _may(turn, kind, place):
        await unknown.not_yours(turn)
    elif kind == RoleKind.MEMBER:
        await _make(turn, kind, place, "")
    else:
        await _ask_name(turn, kind, place)


async def _may(turn: Turn, kind: RoleKind, place: Unit) -> bool:
    """Say whether this person may invite so: the office anyone, a secretary their own branch's members."""
    if place.committee_id != turn.committee.id or (place.kind == UnitKind.BRANCH) != (kind in IN_A_BRANCH):
        return False
    own = any(each.kind == RoleKind.SECRETARY and each.unit_id == place.id for each in turn.roles)
    return turn.holds(OFFICE) or (kind == RoleKind.MEMBER and own)


async def _ask_name(turn: Turn, kind: RoleKind, place: Unit) -> None:
    listed = {RoleKind.SECRETARY: place.secretary_name, RoleKind.DEPUTY: place.deputy_name}.get(kind, "")
    about: dict[str, Value] = {"role": kind, "unit": place.id}
    menu = [[Choice("invite.name", {**about, "name": listed}, "invite.listed_name")]] if listed else []
    turn.expect("invite.typed_name", **about)
    await turn.say(
        "invite.name",
        choices=[*menu, [Choice("invite.name", {**about, "name": ""}, "invite.no_name")]],
        **await posts.post(turn, kind, place.id),
    )


async def typed_name(turn: Turn) -> None:
    """Take the name that was typed."""
    about = turn.conversation.subject
    typed = names.read_name(turn.incoming.text)
    if typed is None:
        await turn.say("invite.name_wrong")
    else:
        await name(turn, about["role"], about["unit"], typed)


async def name(turn: Turn, role: str, unit: int, name: str) -> None:
    """Make the invitation under this name ("": whoever joins is asked)."""
    kind, place = RoleKind(role), await turn.session.get(Unit, unit)
    if place is None or not await _may(turn, kind, place):
        await unknown.not_yours(turn)
    else:
        await _make(turn, kind, place, name)


async def _make(turn: Turn, kind: RoleKind, place: Unit, name: str, via: str = "", *, sure: bool = False) -> None:
    turn.expect_nothing()
    open_ways = await ways(turn)
    if len(open_ways) > 1 and via not in open_ways:
        about: dict[str, Value] = {"role": kind, "unit": place.id, "name": name}
        menu = [[Choice("invite.via", {**about, "via": each}, f"invite.via_{each}") for each in open_ways]]
        await turn.say("invite.via", choices=menu, **await posts.post(turn, kind, place.id))
        return
    way = via or (open_ways[0] if open_ways else "")
    try:
        to = await rooms.kept_for(turn, way, (kind, place.id, name))
    except rooms.Full:
        await turn.say("invite.full", members=kind == RoleKind.MEMBER, channel=way, others=len(open_ways) > 1)
    else:
        if to and kind == RoleKind.MEMBER and not sure:
            await _copy_first(turn, place, way, to[1])
        else:
            await _hand_over(turn, kind, place, name, to)


async def _copy_first(turn: Turn, place: Unit, way: str, room: int) -> None:
    """Say that members read the copy in their group where a bot has few places; who wants their own is invited."""
    own: dict[str, Value] = {"role": RoleKind.MEMBER, "unit": place.id, "via": way, "sure": True}
    menu = [[Choice("invite.via", own, "invite.own_places")]]
    await turn.say("invite.copy_first", choices=menu, channel=way, branch=place.name, room=room)


async def ways(moment: Moment) -> list[str]:
    """Return the channels to which people can be invited, the page apart: it is there anyway."""
    found = await bot.of_committee(moment.session, moment.committee.id)
    named = [each.channel for each in found if each.channel in moment.quotas or each.username]
    return [each for each in dict.fromkeys(named) if each not in bot.IN_HOUSE]


async def via(turn: Turn, role: str, unit: int, name: str = "", via: str = "", sure: bool = False) -> None:
    """[Qua Zalo], or for members [Mời nhận riêng] (`sure`): the invitation names a bot of that channel."""
    kind, place = RoleKind(role), await turn.session.get(Unit, unit)
    if place is None or not await _may(turn, kind, place):
        await unknown.not_yours(turn)
    else:
        await _make(turn, kind, place, name, via, sure=sure)


async def _hand_over(turn: Turn, kind: RoleKind, place: Unit, name: str, to: tuple[Bot, int] | None) -> None:
    made = await create(turn, kind, place, name, turn.me, to)
    said = {
        "name": name,
        "link": made.link,
        "code": made.code,
        "bot": made.bot,
        "until": made.expires_at,
        "many": made.uses > 1,
        **await posts.post(turn, kind, place.id),
    }
    revoke = Choice("codes.revoke", {"invitation": made.invitation_id}, "invite.revoke")
    await turn.say("invite.made", forget=True, choices=[[revoke]], **said)
    await turn.say("invite.forward", forget=True, plain=True, **said)
    turn.later("invite_sheet", account=turn.account.id, invitation=made.invitation_id, code=made.code, link=made.link)
