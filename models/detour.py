"""Messages that certainly did not arrive go to another account of the same person: the same row, never a second copy.

Only what was told to a person goes: an answer belongs to the conversation in which it was asked for. What a platform
refused goes once; what merely waits, untried, may go whenever it could not be sent where it waits.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from models import account as accounts
from models import conversation
from models.account import Account, Reached
from models.notice import Notice, NoticeKind
from models.outbox import HELD, Out, Outbox

PART = 100  # notices whose messages are turned in one transaction: all parts of one go together
PARTS = aliased(Outbox)  # of the same notice: half a message is of no use elsewhere
BEGUN = (
    select(PARTS.id)
    .where(
        PARTS.notice_id == Outbox.notice_id,
        or_(PARTS.state.in_((Out.SENDING, Out.SENT, Out.UNKNOWN)), and_(PARTS.state == Out.DUE, PARTS.attempts > 0)),
    )
    .exists()
)
UNTRIED = and_(Outbox.state == Out.DUE, Outbox.attempts == 0)  # what certainly was not sent costs no try
BARE_FILE = and_(Outbox.attachment_id.is_not(None), Outbox.text == "")  # its words are a message of their own


async def from_account(session: AsyncSession, account_id: int, failed_id: int, failing: Collection[int]) -> None:
    """Turn what waits for an account that cannot be written to, and the message `failed_id` that showed it."""
    theirs = and_(Outbox.account_id == account_id, or_(UNTRIED, Outbox.id == failed_id))
    found = await _told(session, theirs, limit=None)
    await _turn(session, found, await accounts.reached(session, _people(found), failing), failed_id)


async def refused(session: AsyncSession, row_id: int, failing: Collection[int]) -> None:
    """Turn one message that a platform refused, all its parts, to an account where nothing was refused lately."""
    row = await session.get_one(Outbox, row_id)
    parts = or_(Outbox.id == row_id, and_(UNTRIED, Outbox.notice_id == row.notice_id))
    found = await _told(session, and_(Outbox.account_id == row.account_id, parts), limit=None)
    other = Account.id != row.account_id, Account.refusals == 0
    await _turn(session, found, await accounts.reached(session, _people(found), failing, *other), row_id)


async def from_bot(session: AsyncSession, bot_id: int, failing: Collection[int], now: datetime) -> int:
    """Turn the next part of what waits for a bot that fails, where a person has an account on one that does not.

    Return how many went; from `now` (machine time) on they wait for the one that fails no more. What is held for want
    of quota stays held.
    """
    elsewhere = select(Account.person_id).where(
        Account.person_id == Notice.person_id,
        Account.reachable.is_(True),
        Account.bot_id.not_in(failing),
    )
    waiting = and_(UNTRIED, Outbox.error != HELD, Outbox.bot_id == bot_id, elsewhere.exists())
    found = await _told(session, waiting, limit=PART)
    for row, _ in found:
        row.not_before = now if row.error else row.not_before
    return await _turn(session, found, await accounts.reached(session, _people(found), failing))


async def _told(
    session: AsyncSession, which: ColumnElement[bool], *, limit: int | None
) -> Sequence[tuple[Outbox, Notice]]:
    """Return the messages of at most so many notices, the oldest first."""
    whole = or_(~BEGUN, BARE_FILE)
    pushed = Notice.kind != NoticeKind.ANSWER, Notice.person_id.is_not(None), Notice.turned.is_(False)
    told = which, whole, Outbox.replaces_id.is_(None), *pushed
    joined = Notice, Notice.id == Outbox.notice_id
    oldest = select(Outbox.notice_id).join(*joined).where(*told).group_by(Outbox.notice_id)
    ids = (await session.scalars(oldest.order_by(Outbox.notice_id).limit(limit))).all()
    query = select(Outbox, Notice).join(*joined).where(*told, Outbox.notice_id.in_(ids))
    free = query.with_for_update(of=Outbox, skip_locked=True)  # what is just being claimed goes where it was to go
    return [(row, about) for row, about in await session.execute(free.order_by(Outbox.id))]


def _people(found: Sequence[tuple[Outbox, Notice]]) -> list[int]:
    return list(dict.fromkeys(about.person_id for _, about in found if about.person_id))


async def _turn(
    session: AsyncSession, found: Sequence[tuple[Outbox, Notice]], reached: Sequence[Reached], failed_id: int = 0
) -> int:
    places = {each.person_id: each for each in reached}
    going = [(row, about, places[about.person_id or 0]) for row, about in found if about.person_id in places]
    for row, about, to in going:
        row.account_id, row.bot_id, row.state, row.attempts = to.account_id, to.bot_id, Out.DUE, 0
        row.error = HELD if row.error == HELD else ""
        about.account_id, about.turned = to.account_id, about.turned or row.id == failed_id
    await session.flush()
    await conversation.close(session, [row.id for row, *_ in going])
    menus = {to.account_id: row.id for row, _, to in going if row.choices and row.error != HELD}
    busy = await conversation.busy(session, list(menus))  # what is asked there stays what a number answers
    if offered := {account: row for account, row in menus.items() if account not in busy}:
        await conversation.offer(session, offered)
    return len(going)
