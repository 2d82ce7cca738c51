"""How sends end, and what follows: work for the transaction that records it. Sends nothing itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import NotTaken, Refused
from messages.types import Outgoing
from models import account as accounts
from models import bot as bots
from models import detour, outbox
from models.bot import Bot

REFUSALS = 3  # in a row of one chat, where the platform does not say why: then nobody is there
Work = Callable[[AsyncSession], Awaitable[None]]


@dataclass(frozen=True)
class Claimed:
    """A message taken from the outbox, free of the session. `target` is the platform id of a message to edit."""

    row_id: int
    claim: str
    priority: int
    attempts: int
    kind: str
    account_id: int
    message: Outgoing
    target: str | None
    forget: bool
    refusals: int = 0  # in a row of its account
    then: Work | None = None  # what is to be recorded with how it ends, whatever that is


@dataclass(frozen=True)
class Ended:
    """How a send ended: what its row is to say, and what else follows in the same transaction."""

    each: Claimed
    facts: dict[str, Any]
    then: Work | None = None


def taken(each: Claimed) -> Work | None:
    """Return what a message that arrived ends: the refusals of its account."""
    return (lambda session: accounts.taken(session, each.account_id)) if each.refusals else None


def hastened(bot_id: int, now: datetime) -> Work:
    """Return what ends an outage: nobody waits on for an answer because it lasted long (machine time)."""

    async def hasten(session: AsyncSession) -> None:
        await outbox.hasten(session, bot_id, now)

    return hasten


def refused(bot_id: int, each: Claimed, error: Refused, at: datetime) -> Work | None:
    """Return what follows: another account of the person gets it; refused again and again the chat is lost (`at`)."""
    if each.target is not None or each.then:
        return None
    lose, doubtful = unreachable(bot_id, each, outbox.REFUSED, at), isinstance(error, NotTaken)

    async def turn(session: AsyncSession) -> None:
        refusals = await accounts.refused(session, each.account_id)
        if doubtful and refusals >= REFUSALS:
            await lose(session)
            await outbox.lose_refused(session, each.account_id, refusals)
        elif each.attempts == 1:
            await detour.refused(session, each.row_id, await _failing_bots(session, bot_id))

    return turn


def unreachable(bot_id: int, each: Claimed, why: str, at: datetime) -> Work:
    """Return what follows: the account is lost `at` (plan time), another of the person gets it.

    Unless an earlier try may have arrived.
    """
    failed_id = each.row_id if each.attempts == 1 else 0

    async def mark(session: AsyncSession) -> None:
        await accounts.lose(session, each.account_id, why, at)
        await detour.from_account(session, each.account_id, failed_id, await _failing_bots(session, bot_id))
        await outbox.lose_waiting(session, each.account_id)

    return mark


async def _failing_bots(session: AsyncSession, bot_id: int) -> set[int]:
    return await bots.failing(session, (await session.get_one(Bot, bot_id)).committee_id)


def moved(each: Claimed, to: str) -> Work:
    """Return what has the account live where the platform says, and what waits go there."""

    async def move(session: AsyncSession) -> None:
        living = await accounts.move(session, each.account_id, to)
        await outbox.move_waiting(session, each.account_id, living)

    return move


def anew(each: Claimed, now: datetime) -> Work:
    """Return what has an edit said as a message of its own: what it changes is gone (machine time)."""

    async def say(session: AsyncSession) -> None:
        await outbox.say_anew(session, each.row_id, now)

    return say


def all_of(*works: Work | None) -> Work | None:
    """Return one piece of work that is all of these, None where there is none."""
    found = [each for each in works if each]

    async def do(session: AsyncSession) -> None:
        for work in found:
            await work(session)

    return do if found else None
