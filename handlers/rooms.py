"""Which bot of a channel has room for one more where the platform lets a bot have only so many people. Changes nothing.

Who answers for a branch and the office come first; members get what is left, and else the copy in their group.
"""

from handlers import budget
from handlers.rules.quota import Use
from handlers.turn import Moment, Turn
from models import invitation
from models import role as roles
from models import unit as units
from models.base import one
from models.bot import Bot
from models.invitation import Who
from models.role import RoleKind

ANSWERING = (RoleKind.SECRETARY, RoleKind.DEPUTY)


class Full(Exception):
    """No bot of a channel has a place that may be given away."""


async def of_channel(
    moment: Moment, channel: str, *, members: bool, again: Who | None = None
) -> tuple[Bot | None, int]:
    """Return the bot of a channel to which the next person is sent, and for how many it has room; (None, 0) if full.

    `again` is who may have been invited before and has that place.
    """
    months = [each for each in await budget.uses(moment) if each.channel == channel]
    promised = await invitation.promised(moment.session, moment.committee.id, moment.machine, again)
    room = {each.bot_id: _room(each, promised, members=members) for each in months}
    best = max(room, key=lambda bot_id: room[bot_id], default=0)
    left = min(room[best], sum(room.values()) - await _to_come(moment, promised)) if members and room else 0
    left = left if members else room.get(best, 0)
    return (await one(moment.session, Bot, best), left) if left > 0 else (None, 0)


async def kept_for(moment: Moment, channel: str, who: Who) -> tuple[Bot, int] | None:
    """Return the bot that an invitation over a channel names, with its room; None where people need no place.

    Raise Full.
    """
    if channel not in moment.quotas:
        return None
    found, room = await of_channel(moment, channel, members=who[0] == RoleKind.MEMBER, again=who)
    if found is None:
        raise Full
    return found, room


def _room(each: Use, promised: dict[tuple[int, bool], int], *, members: bool) -> int:
    given = promised.get((each.bot_id, False), 0) + (promised.get((each.bot_id, True), 0) if members else 0)
    return each.quota.people - each.taken - given


async def _to_come(moment: Moment, promised: dict[tuple[int, bool], int]) -> int:
    """Return how many places are kept for those who answer for branches, and for the office while it has nobody, less
    what is promised to some of them already.
    """
    branches = await units.branches(moment.session, moment.committee.id)
    missing = 0 if await roles.units_held(moment.session, [RoleKind.OFFICE]) else 1
    for kind in ANSWERING:
        held = await roles.units_held(moment.session, [kind])
        missing += sum(each.id not in held for each in branches)
    return max(missing - sum(number for (_, is_member), number in promised.items() if not is_member), 0)


async def is_full(turn: Turn) -> bool:
    """Say whether the bot on which somebody new writes has all its people; strangers keep nobody out."""
    months = {each.bot_id: each for each in await budget.uses(turn)}
    here = months.get(turn.account.bot_id)
    return here is not None and here.people >= here.quota.people


async def other(turn: Turn) -> str:
    """Return the name of another bot of this channel with room, "" for none."""
    here = await one(turn.session, Bot, turn.account.bot_id)
    found, _ = await of_channel(turn, here.channel, members=False)
    return found.username if found and found.id != here.id else ""
