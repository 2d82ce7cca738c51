"""Codes given out and not used up: the office's all, a secretary's own branch's; each can be revoked. Makes none."""

from collections.abc import Sequence

from handlers import posts
from handlers.everyone import unknown
from handlers.routes import OFFICE
from handlers.turn import Turn
from messages.types import Choice
from models import invitation
from models.invitation import Invitation
from models.role import RoleKind

A_PAGE, A_ROW = 8, 2


async def show(turn: Turn, offset: int) -> None:
    """The open codes, newest first, each with its button."""
    every = await _open(turn)
    shown = every[offset : offset + A_PAGE]
    revoke = [Choice("codes.revoke", {"invitation": each.id, "n": n}) for n, each in enumerate(shown, offset + 1)]
    menu = [revoke[place : place + A_ROW] for place in range(0, len(revoke), A_ROW)]
    if offset + A_PAGE < len(every):
        menu.append([Choice("codes.show", {"offset": offset + A_PAGE}, "codes.next")])
    lines = [
        {
            "n": n,
            "name": each.name,
            "until": turn.local(each.expires_at),
            **await posts.post(turn, each.role, each.unit_id),
        }
        for n, each in enumerate(shown, offset + 1)
    ]
    await turn.say("codes.open", choices=menu, codes=lines, total=len(every))


async def _open(turn: Turn) -> Sequence[Invitation]:
    if turn.holds(OFFICE):
        return await invitation.open_of(turn.session, turn.committee.id, turn.machine)
    own = [each.unit_id for each in turn.roles if each.kind == RoleKind.SECRETARY]
    found = await invitation.open_of(turn.session, turn.committee.id, turn.machine, own)
    return [each for each in found if each.role == RoleKind.MEMBER]


async def revoke(turn: Turn, invitation: int, n: int = 0) -> None:
    """End a code at once; `n` is only the button's number."""
    found = next((each for each in await _open(turn) if each.id == invitation), None)
    if found is None:
        await _already(turn, invitation)
        return
    found.revoked_at = turn.machine
    turn.note("invitation.revoked", f"invitation:{found.id}", turn.me)
    await turn.say("codes.revoked", name=found.name, **await posts.post(turn, found.role, found.unit_id))


async def _already(turn: Turn, invitation_id: int) -> None:
    found = await turn.session.get(Invitation, invitation_id)
    theirs = found is not None and found.committee_id == turn.committee.id
    if found is None or not theirs or (not turn.holds(OFFICE) and found.invited_by_id != turn.me.id):
        await unknown.not_yours(turn)
    else:
        await turn.say("codes.over", name=found.name, **await posts.post(turn, found.role, found.unit_id))
