"""How much of a bot's monthly quota is used: messages that went out and came in, a row a bot and month."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.account import Account
from models.base import Base, add_missing
from models.bot import Bot
from models.deadline import Deadline
from models.notice import Notice
from models.obligation import REPORTED, Obligation
from models.outbox import HELD, Out, Outbox
from models.role import Role, RoleKind

ASKED = (RoleKind.SECRETARY, RoleKind.DEPUTY)
UNIQUE = ("bot_id", "month")


class Usage(Base):
    """`month` "2026-11" in the committee's zone, machine time."""

    __tablename__ = "usage"
    __table_args__ = (UniqueConstraint("bot_id", "month"),)

    bot_id: Mapped[int] = mapped_column(ForeignKey("bot.id"))
    month: Mapped[str]
    sent: Mapped[int] = mapped_column(default=0)
    received: Mapped[int] = mapped_column(default=0)


async def add(session: AsyncSession, bot_id: int, month: str, *, sent: int = 0, received: int = 0) -> int:
    """Count messages of one transaction; return how many the month has now, both ways together."""
    await add_missing(session, Usage, [{"bot_id": bot_id, "month": month, "sent": 0, "received": 0}], UNIQUE)
    counted = update(Usage).where(Usage.bot_id == bot_id, Usage.month == month)
    changed = counted.values(sent=Usage.sent + sent, received=Usage.received + received)
    return (await session.execute(changed.returning(Usage.sent + Usage.received))).scalar_one()


async def of_month(session: AsyncSession, bot_ids: Sequence[int], month: str) -> dict[int, tuple[int, int]]:
    """Return {bot id: (sent, received)} of a month; a bot that had nothing to do is left out."""
    query = select(Usage.bot_id, Usage.sent, Usage.received).where(Usage.bot_id.in_(bot_ids), Usage.month == month)
    return {bot: (sent, received) for bot, sent, received in await session.execute(query)}


async def people(session: AsyncSession, bot_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return {bot id: (accounts of people, accounts of strangers who wrote)}."""
    query = select(Account.bot_id, func.count(Account.person_id), func.count())
    rows = await session.execute(query.where(Account.bot_id.in_(bot_ids)).group_by(Account.bot_id))
    return {bot_id: (known, every - known) for bot_id, known, every in rows}


async def waiting(session: AsyncSession, bot_ids: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
    """Return {bot id: messages that are to go out}, and of those that are held back for want of quota."""
    held_back = Outbox.error == HELD  # one expression: PostgreSQL compares what is chosen with what is grouped
    query = select(Outbox.bot_id, held_back, func.count())
    due = query.where(Outbox.state == Out.DUE, Outbox.bot_id.in_(bot_ids))
    going: dict[int, int] = {}
    held: dict[int, int] = {}
    for bot_id, is_held, number in await session.execute(due.group_by(Outbox.bot_id, held_back)):
        (held if is_held else going)[bot_id] = number
    return going, held


async def asked(session: AsyncSession, committee_id: int, bot_ids: Sequence[int]) -> list[tuple[Deadline, int, int]]:
    """Return (deadline, bot, how many reminders one of its rungs brings to that bot) of what is not in yet."""
    query = (
        select(Deadline, Account.bot_id, func.count())
        .join(Obligation, Obligation.deadline_id == Deadline.id)
        .join(Role, and_(Role.unit_id == Obligation.unit_id, Role.kind.in_(ASKED), Role.ended_at.is_(None)))
        .join(Account, Account.person_id == Role.person_id)
        .where(Deadline.committee_id == committee_id, Deadline.superseded.is_(False), Deadline.cancelled.is_(False))
        .where(Obligation.state.not_in(REPORTED), Obligation.excused.is_(False))
        .where(Account.bot_id.in_(bot_ids), Account.reachable.is_(True))
        .group_by(Deadline.id, Account.bot_id)
    )
    return [(deadline, bot_id, number) for deadline, bot_id, number in await session.execute(query)]


async def take_back(session: AsyncSession, account_ids: Sequence[int], kind: str) -> None:
    """Take back what is held for these accounts of a kind of which only the newest is worth its message."""
    of_kind = select(Notice.id).where(Notice.kind == kind, Notice.account_id.in_(account_ids))
    held = update(Outbox).where(Outbox.state == Out.DUE, Outbox.error == HELD, Outbox.notice_id.in_(of_kind))
    await session.execute(held.values(state=Out.CANCELLED))


async def let_go(session: AsyncSession, committee_id: int, now: datetime) -> int:
    """Let what is held go (machine time `now`); return how many messages that are."""
    ours = select(Bot.id).where(Bot.committee_id == committee_id)
    held = update(Outbox).where(Outbox.state == Out.DUE, Outbox.error == HELD, Outbox.bot_id.in_(ours))
    return len((await session.execute(held.values(not_before=now, error="").returning(Outbox.id))).all())
