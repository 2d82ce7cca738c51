"""A channel that fails: the office is told on another one, once an outage, and once more when it works again.

What certainly was not sent takes another way where there is one, as does what is said from now on (`Moment.tell`);
what was tried stays, for it may have arrived.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers import budget
from handlers.rules import windows
from handlers.rules.quota import Use
from handlers.turn import Moment
from models import account as accounts
from models import backlog, bot, detour, notice, person
from models.account import Account
from models.bot import Bot
from models.notice import NoticeKind
from models.person import Person
from models.role import RoleKind

LASTING = timedelta(minutes=15)
OFFICE, NOBODY = "office", "nobody"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one bot; machine times. `…_since` when a failure began that goes on, `…_well` the last success.

    `mute_sure`: sending was tried again, and failed, as long after the first failure as an outage takes; `limited`: it
    says that it takes no more for now.
    """

    bot_id: int
    heard_well: datetime | None = None
    deaf_since: datetime | None = None
    sent_well: datetime | None = None
    mute_since: datetime | None = None
    mute_sure: bool = False
    limited: bool = False


async def note(moment: Moment, seen: Seen) -> str:
    """Keep what was seen and tell the office what it should know.

    Return what became of it: begins | told | nobody | over, "" for nothing new.
    """
    row = await moment.session.get_one(Bot, seen.bot_id)
    row.heard_at = seen.heard_well or row.heard_at
    news = await _keep(moment, row, seen)
    if row.failing_since is None or not await _hours(moment):
        return news
    if row.failing in ("sending", "both") and not moment.committee.paused:
        failing = await bot.failing(moment.session, moment.committee.id)
        await detour.from_bot(moment.session, row.id, failing, moment.machine)
    return await (_tell(moment, row, limited=seen.limited) if row.failing else _tell_over(moment, row)) or news


async def _keep(moment: Moment, row: Bot, seen: Seen) -> str:
    """Keep since when the bot fails; "begins" and "over" for a change."""
    before, row.failing = row.failing, await _failing(moment, row, seen)
    if row.failing and not before:
        since = min(each for each in (seen.deaf_since, seen.mute_since) if each)
        row.failing_since = row.failing_since or since  # failing again before the end was told is one outage
        return "begins"
    if before and not row.failing:
        if row.outage_told != OFFICE:
            row.failing_since, row.outage_told = None, ""
        return "over"
    return ""


async def _failing(moment: Moment, row: Bot, seen: Seen) -> str:
    deaf = _lasts(moment, seen.deaf_since) or (_did(row, "hearing") and not _since(row, seen.heard_well))
    mute = await _is_mute(moment, seen) or (_did(row, "sending") and not _since(row, seen.sent_well))
    return "both" if deaf and mute else "hearing" if deaf else "sending" if mute else ""


async def _is_mute(moment: Moment, seen: Seen) -> bool:
    """One failure that nothing was tried after proves little: something must have failed again, or wait for it."""
    return _lasts(moment, seen.mute_since) and (seen.mute_sure or await backlog.tried_on(moment.session, seen.bot_id))


def _lasts(moment: Moment, since: datetime | None) -> bool:
    return since is not None and moment.machine - since >= LASTING


def _did(row: Bot, what: str) -> bool:
    """Say whether this failed so far: a restart forgets failures, only success ends them."""
    return row.failing in (what, "both")


def _since(row: Bot, well: datetime | None) -> bool:
    return well is not None and row.failing_since is not None and well > row.failing_since


async def _hours(moment: Moment) -> bool:
    current = await moment.campaign()
    if current is None:
        return False
    hours = [(each.start, each.end) for each in (await moment.plan()).windows]
    return windows.is_open(hours, await moment.workdays(), moment.today, moment.clock_time)


async def _tell(moment: Moment, row: Bot, *, limited: bool) -> str:
    """Tell each office person who has an account elsewhere; where nobody has, look again as long as it lasts.

    That the month is used up they hear by upkeep.used_up, and not a second time as an outage.
    """
    if row.outage_told == OFFICE:
        return ""
    use = await _use(moment, row) if limited else None
    heard = use is not None and not use.left and row.failing != "hearing"
    waiting = await backlog.waiting_on(moment.session, row.id)
    told = 0
    for each in await person.holding(moment.session, moment.committee.id, [RoleKind.OFFICE]):
        if account := await elsewhere(moment, each, row.id):
            told += heard or await _say(moment, row, each, account, waiting, use)
    before, row.outage_told = row.outage_told, OFFICE if told else NOBODY
    if before == row.outage_told:
        return ""
    moment.note(f"outage.{row.outage_told}", f"bot:{row.id}", told=told)
    return "told" if told else "nobody"


async def _use(moment: Moment, row: Bot) -> Use | None:
    return next((each for each in await budget.uses(moment) if each.bot_id == row.id), None)


async def _say(moment: Moment, row: Bot, to: Person, account: Account, waiting: int, use: Use | None) -> bool:
    said = await moment.say_to(
        account,
        "outage.failing",
        kind=NoticeKind.ITEM,
        to=to,
        batch=_batch(row),
        dedupe=f"{_batch(row)}:{to.id}",
        channel=row.channel,
        failing=row.failing,
        since=row.failing_since,
        waiting=waiting,
        use=use,
    )
    return said is not None


async def elsewhere(moment: Moment, to: Person, but: int) -> Account | None:
    """Return an account of somebody on another bot than that, which works; None where there is none."""
    failing = {but, *await bot.failing(moment.session, moment.committee.id)}
    found = await accounts.of_person(moment.session, to.id)
    return next((each for each in found if each.reachable and each.bot_id not in failing), None)


async def _tell_over(moment: Moment, row: Bot) -> str:
    """Tell those who were told and are still of the office, where they were told."""
    office = {each.id for each in await person.holding(moment.session, moment.committee.id, [RoleKind.OFFICE])}
    waiting = await backlog.waiting_on(moment.session, row.id)
    for told in await notice.of_batch(moment.session, _batch(row)):
        account = await moment.session.get_one(Account, told.account_id)
        if told.person_id in office and account.reachable:
            await moment.say_to(
                account,
                "outage.over",
                kind=NoticeKind.ITEM,
                dedupe=f"{_batch(row)}:over:{told.person_id}",
                channel=row.channel,
                since=row.failing_since,
                waiting=waiting,
            )
    row.failing_since, row.outage_told = None, ""
    return "over_told"


def _batch(row: Bot) -> str:
    return f"outage:{row.id}:{row.failing_since:%Y%m%d%H%M%S}" if row.failing_since else ""
