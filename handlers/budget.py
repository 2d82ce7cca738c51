"""What platforms let a month have is spent on duties first: what can wait does, and the office hears of it.

Counts; sends nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.rules import ladder, quota, timeliness
from handlers.rules.quota import Size, Use
from handlers.shape import SaidFile
from handlers.turn import Moment
from models import account as accounts
from models import bot as bots
from models import usage
from models.notice import NoticeKind

CAN_WAIT = (NoticeKind.EXCERPT, NoticeKind.BROADCAST)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a push would take: `parts` messages to an account on a bot."""

    account_id: int
    bot_id: int
    parts: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What a push takes of a channel's month, over all its bots."""

    channel: str
    messages: int
    left: int


async def uses(moment: Moment) -> list[Use]:
    """Return the month of each bot that has a quota, oldest first."""
    found = [each for each in await bots.of_committee(moment.session, moment.committee.id) if _limited(moment, each)]
    ids = [each.id for each in found]
    if not ids:
        return []
    month = quota.month_of(moment.machine, moment.zone)
    counted = await usage.of_month(moment.session, ids, month)
    people = await usage.people(moment.session, ids)
    going, held = await usage.waiting(moment.session, ids)
    return [
        Use(
            each.id,
            each.channel,
            each.username,
            moment.quotas[each.channel],
            *counted.get(each.id, (0, 0)),
            going.get(each.id, 0),
            held.get(each.id, 0),
            *people.get(each.id, (0, 0)),
        )
        for each in found
    ]


def _limited(moment: Moment, each: bots.Bot) -> bool:
    return each.channel in moment.quotas


async def hold(moment: Moment, kind: NoticeKind, letters: Sequence[Letter]) -> tuple[set[int], datetime]:
    """Return the accounts that must wait, for what is left is kept for duties, and until when (machine time)."""
    until = moment.machine
    if kind not in CAN_WAIT or not letters:
        return set(), until
    concerned = {each.bot_id for each in letters}
    every = [each for each in await uses(moment) if each.bot_id in concerned]
    if not every:
        return set(), until
    needed = await _needed(moment, [each.bot_id for each in every])
    room = {each.bot_id: each.left - each.going - each.quota.kept(needed.get(each.bot_id, 0)) for each in every}
    waits: set[int] = set()
    for each in letters:
        if each.bot_id in room and room[each.bot_id] < each.parts:
            waits.add(each.account_id)
        elif each.bot_id in room:
            room[each.bot_id] -= each.parts
    return waits, await next_month(moment) if waits else until


def size(moment: Moment, words: str, file: SaidFile | None = None) -> Size:
    """Return what saying these words takes; a picture is shown where the platform can fetch it, else it is words."""
    return Size(len(words), bool(file), bool(file and file.kind == "photo" and moment.public_url))


async def held_back(moment: Moment, people: Sequence[int], each_is: Size) -> tuple[int, datetime]:
    """Return how many of these people a broadcast of that size would reach only later, and when."""
    plans = {each.bot_id: each.quota for each in await uses(moment)}
    reached = await accounts.reached(moment.session, people, await moment.failing_bots()) if plans else []
    limited = [each for each in reached if each.bot_id in plans]
    going = [Letter(each.account_id, each.bot_id, plans[each.bot_id].parts(each_is)) for each in limited]
    waits, until = await hold(moment, NoticeKind.BROADCAST, going)
    return len(waits), until


async def next_month(moment: Moment) -> datetime:
    """Return the first sending time of the next month."""
    return await moment.next_sending(quota.next_month(moment.machine, moment.zone))


async def _needed(moment: Moment, bot_ids: Sequence[int]) -> dict[int, int]:
    """Return how many reminders this month may still bring to each bot: rungs to come, times who is asked."""
    rules = ladder.Ladder(**(await moment.plan()).ladder.model_dump())
    days, ends = await moment.workdays(), quota.next_month(moment.now, moment.zone).date()
    needed: dict[int, int] = {}
    for deadline, bot_id, asked in await usage.asked(moment.session, moment.committee.id, bot_ids):
        steps = ladder.rungs(rules, days, timeliness.of(deadline))
        coming = sum((moment.today, moment.clock_time) < (step.day, step.at) and step.day < ends for step in steps)
        needed[bot_id] = needed.get(bot_id, 0) + coming * asked
    return needed


async def cost(moment: Moment, people: Sequence[int], each_is: Size) -> list[Cost]:
    """Return what telling these people something of that size takes of each channel that has a quota."""
    every = {each.bot_id: each for each in await uses(moment)}
    found: dict[str, Cost] = {}
    for each in await accounts.reached(moment.session, people, await moment.failing_bots()) if every else ():
        if use := every.get(each.bot_id):
            before = found.get(use.channel, Cost(use.channel, 0, _left(every.values(), use.channel)))
            parts = use.quota.parts(each_is)
            found[use.channel] = Cost(use.channel, before.messages + parts, before.left)
    return list(found.values())


def _left(every: Iterable[Use], channel: str) -> int:
    return sum(each.left for each in every if each.channel == channel)
