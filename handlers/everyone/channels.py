"""/kenh: where a person is written to. A code takes another account in, one is chosen for pushes, one given up."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from handlers import rooms
from handlers.everyone import unknown
from handlers.turn import Turn
from messages import render
from messages.types import Choice
from models import account as accounts
from models import bot as bots
from models import conversation, detour, invitation, link_code, outbox
from models.account import Account
from models.base import add_new
from models.link_code import LinkCode

LASTS = timedelta(minutes=30)  # machine time: the other phone is in the other hand
TRIES = 20  # of finding eight digits nobody has


async def command(turn: Turn, rest: str = "") -> None:
    """/kenh, /channels: every account of this person, and what can be done with each."""
    turn.expect_nothing()
    found = await accounts.of_person(turn.session, turn.me.id)
    named = await _named(turn, found)
    first = found[0].id
    menu = [[Choice("channels.code")]]
    if len(found) > 1:
        rest_of = [each for each in found if each.id != first and each.reachable]
        menu += [[Choice("channels.prefer", _about(each, named))] for each in rest_of]
        menu += [[Choice("channels.drop", _about(each, named)) for each in found]]
    await turn.say("channels.list", choices=menu, lines=[_line(turn, each, named, first) for each in found])


def _about(each: Account, named: dict[int, str]) -> dict[str, Any]:
    return {"account": each.id, "name": named[each.id]}


def _line(turn: Turn, each: Account, named: dict[int, str], first: int) -> dict[str, Any]:
    return {
        "name": named[each.id],
        "here": each.id == turn.account.id,
        "first": each.id == first,
        "why": "" if each.reachable else each.lost_why,
        "since": turn.local(each.lost_at) if each.lost_at else None,
    }


async def _named(turn: Turn, found: Sequence[Account]) -> dict[int, str]:
    """Return {account id: its channel's word}, numbered where there are several of a channel."""
    every = {each.id: each.channel for each in await bots.of_committee(turn.session, turn.committee.id)}
    of_channel: dict[str, int] = {}
    named = {}
    for each in sorted(found, key=lambda one: one.id):
        channel = every[each.bot_id]
        of_channel[channel] = of_channel.get(channel, 0) + 1
        number = f" ({of_channel[channel]})" if of_channel[channel] > 1 else ""
        named[each.id] = render.word(channel, "channel") + number
    return named


async def code(turn: Turn) -> None:
    """[Thêm nơi nhận tin]: a code for the other account; the one before is over."""
    await link_code.forget(turn.session, turn.me.id)
    made = await _new_code(turn)
    turn.note("account.code", f"person:{turn.me.id}", turn.me)
    others = {each.channel for each in await bots.of_committee(turn.session, turn.committee.id)}
    found = [{"name": each, "bot": await _with_room(turn, each)} for each in sorted(others)]
    said = {"code": made, "until": turn.local(turn.machine + LASTS), "channels": found}
    await turn.say("channels.code", forget=True, **said)


async def _with_room(turn: Turn, channel: str) -> str:
    """Return the bot to look for where a bot has room for only so many people, "" where that does not matter."""
    if channel not in turn.quotas:
        return ""
    found, _ = await rooms.of_channel(turn, channel, members=False)
    return found.username if found else ""


async def _new_code(turn: Turn) -> str:
    for _ in range(TRIES):
        made = invitation.new_code()
        row = {
            "committee_id": turn.committee.id,
            "code_hash": invitation.hashed(made, turn.key),
            "person_id": turn.me.id,
            "account_id": turn.account.id,
            "expires_at": turn.machine + LASTS,
        }
        taken = await invitation.known(turn.session, made, turn.key)
        if taken is None and await add_new(turn.session, LinkCode, [row], ["code_hash"]):
            return made
    raise RuntimeError("no free code found")


async def _mine(turn: Turn, account_id: int) -> Account | None:
    found = await turn.session.get(Account, account_id)
    return found if found and found.person_id == turn.me.id else None


async def prefer(turn: Turn, account: int, name: str = "") -> None:
    """[Gửi vào Zalo]: pushes go there from now on; `name` is only the button's word."""
    found = await _mine(turn, account)
    if found is None:
        await unknown.old_button(turn)
        return
    await accounts.prefer(turn.session, turn.me.id, found.id)
    turn.note("account.preferred", f"account:{found.id}", turn.me)
    every = await accounts.of_person(turn.session, turn.me.id)
    await turn.say("channels.preferred", name=(await _named(turn, every))[found.id])


async def drop(turn: Turn, account: int, name: str = "") -> None:
    """[Bỏ Zalo]: that account is nobody's again, what waits for it goes to another; never the last one."""
    found = await _mine(turn, account)
    if found is None:
        await unknown.old_button(turn)
        return
    every = await accounts.of_person(turn.session, turn.me.id)
    if not any(each.reachable for each in every if each.id != found.id):
        await turn.say("channels.last")
        return
    named = (await _named(turn, every))[found.id]
    await _give_up(turn, found)
    left = await _named(turn, [each for each in every if each.id != found.id and each.reachable])
    await turn.say("channels.dropped", name=named, here=found.id == turn.account.id, left=list(left.values()))


async def _give_up(turn: Turn, found: Account) -> None:
    who = turn.me
    found.person_id, found.preferred, found.stale_menu, found.greeted_at = None, False, True, None
    await turn.session.flush()
    await link_code.forget(turn.session, who.id)
    await detour.from_account(turn.session, found.id, 0, await turn.failing_bots())
    await outbox.stop(turn.session, [found])  # what may not go elsewhere goes nowhere: it is nobody's account now
    cursor = turn.conversation if found.id == turn.account.id else await conversation.of_account(turn.session, found.id)
    cursor.expects, cursor.subject, cursor.menu_id = "", {}, None
    turn.note("account.dropped", f"account:{found.id}", who)
