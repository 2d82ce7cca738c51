"""The log of urging: who wrote to which branch when, by which channel, and what came back. Only reads."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.account import Account
from models.bot import Bot
from models.notice import Notice, NoticeKind
from models.obligation import Obligation
from models.reminder import Reminder
from models.unit import Unit


@dataclass(frozen=True, slots=True)
class Urged:
    """One urge about one branch; `reply` its words since, "" none; `state` how the report stands now."""

    told_at: datetime
    branch: str
    by: str
    channel: str
    reply: str
    promised_on: date | None
    state: str


async def log(session: AsyncSession, committee_id: int, limit: int) -> list[Urged]:
    """Return the newest urges, a line a branch."""
    query = (
        select(Notice, Bot.channel)
        .join(Account, Account.id == Notice.account_id)
        .join(Bot, Bot.id == Account.bot_id)
        .where(Notice.committee_id == committee_id, Notice.kind == NoticeKind.URGE)
        .order_by(Notice.id.desc())
        .limit(limit)
    )
    told = (await session.execute(query)).all()
    ids = {each for notice, _ in told for each in notice.obligations}
    owed = await _owed(session, ids)
    replies = await _replies(session, ids)
    return [
        _urged(notice, channel, *owed[each], replies.get(each, []))
        for notice, channel in told
        for each in notice.obligations
        if each in owed
    ]


def _urged(notice: Notice, channel: str, owed: Obligation, branch: str, replies: list[tuple[datetime, str]]) -> Urged:
    since = [words for at, words in replies if at >= notice.told_at]
    by = str(notice.details.get("by", ""))
    return Urged(notice.told_at, branch, by, channel, since[0] if since else "", owed.promised_on, str(owed.state))


async def _owed(session: AsyncSession, ids: set[int]) -> dict[int, tuple[Obligation, str]]:
    query = select(Obligation, Unit.name).join(Unit, Unit.id == Obligation.unit_id).where(Obligation.id.in_(ids))
    return {owed.id: (owed, name) for owed, name in await session.execute(query)}


async def _replies(session: AsyncSession, ids: set[int]) -> dict[int, list[tuple[datetime, str]]]:
    """Return {obligation id: (when, words)} of what branches answered, the first first."""
    query = select(Reminder.obligation_id, Reminder.replied_at, Reminder.reply)
    query = query.where(Reminder.obligation_id.in_(ids), Reminder.reply != "", Reminder.replied_at.is_not(None))
    found: dict[int, list[tuple[datetime, str]]] = {}
    for obligation_id, at, words in await session.execute(query.order_by(Reminder.replied_at)):
        if at is not None:
            found.setdefault(obligation_id, []).append((at, words))
    return found
