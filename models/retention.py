"""What is not kept for ever: which rows have served, and how each is emptied or removed. Knows no clock.

Rows to change are found beside the writer, then changed a few at a time, so that nobody waits. Doing it twice is
doing it once.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, String, bindparam, cast, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.attachment import Attachment
from models.audit import Audit
from models.base import Base
from models.broadcast import Broadcast
from models.due import Due
from models.inbox import Inbox
from models.invitation import Invitation
from models.job import Job, JobState
from models.link_code import LinkCode
from models.local_message import LocalMessage
from models.local_session import LocalSession
from models.notice import Notice
from models.outbox import TABLE, Out, Outbox
from models.wrong_code import KEPT, WrongCode

INBOX = timedelta(days=30)
"""How long it is known what was heard before: platforms repeat an update for a day."""
JOBS = timedelta(days=30)
DUES = timedelta(days=400)
"""Longer than a plan lasts: what fired is never planned again while its campaign lives."""
SESSIONS = timedelta(days=30)  # after they ended
INVITATIONS = timedelta(days=90)  # after they expired: until then a person hears that it did
LONGEST_VALUE = 64
"""Letters of a button's value that are a name or number of ours; longer ones are somebody's words."""
FOUND = 2000  # rows looked up at once

Change = Callable[[AsyncSession, Sequence[int]], Awaitable[None]]


@dataclass(frozen=True)
class Kind:
    """Rows of one table that have served: `found` their ids, `change` what becomes of them."""

    name: str
    found: Select[int]
    change: Change


async def newest_audit(session: AsyncSession) -> datetime | None:
    """Return when the last line of the audit was written, plan time."""
    return await session.scalar(select(func.max(Audit.at)))


def kinds(now: datetime, machine: datetime, texts: timedelta, audit_before: datetime) -> list[Kind]:
    """Return all kinds as of plan time `now` and the machine's; words are kept for `texts`.

    `audit_before`: the audit is removed to there, at least a year before its newest line, or the database refuses.
    """
    said, ended = now - texts, (Out.SENT, Out.DEAD, Out.UNKNOWN, Out.CANCELLED)
    told = select(Notice.id).where(Notice.told_at < said, cast(Notice.details, String) != "{}")
    return [
        Kind(
            "outbox", select(Outbox.id).where(Outbox.text != "", Outbox.state.in_(ended), Outbox.said_at < said), _say
        ),
        Kind("notice", told.where(~_waiting()), _emptied(Notice, details={})),
        Kind("phone", _shown(said), _emptied(LocalMessage, **HIDDEN)),
        Kind(
            "job",
            _older(Job, Job.state.in_([JobState.DONE, JobState.FAILED]), Job.not_before < machine - JOBS),
            _gone(Job),
        ),
        Kind("due", _older(Due, Due.fired_at < now - DUES), _gone(Due)),
        Kind(
            "broadcast",
            select(Broadcast.id).where(Broadcast.made_at < said, Broadcast.text != ""),
            _emptied(Broadcast, text=""),
        ),
        Kind("inbox", _older(Inbox, Inbox.done_at < machine - INBOX), _gone(Inbox)),
        Kind("session", _ended(machine - SESSIONS), _gone(LocalSession)),
        Kind(
            "invitation", select(Invitation.id).where(Invitation.expires_at < machine - INVITATIONS), _gone(Invitation)
        ),
        Kind("link_code", select(LinkCode.id).where(LinkCode.expires_at < machine), _gone(LinkCode)),
        Kind("wrong_code", select(WrongCode.id).where(WrongCode.at < machine - KEPT), _gone(WrongCode)),
        Kind("audit", _older(Audit, Audit.at < audit_before), _gone(Audit)),
    ]


HIDDEN: dict[str, Any] = {"text": "", "buttons": [], "file_path": "", "file_name": "", "file_kind": "", "version": -1}
"""A message that the local page shows no more; an edit of it would show again."""


def _shown(said: datetime) -> Select[int]:
    newest = select(func.max(LocalMessage.version)).scalar_subquery()  # pages ask for "newer than"
    old = LocalMessage.said_at < said, LocalMessage.version != -1, LocalMessage.version < newest
    return select(LocalMessage.id).where(*old)


def _waiting() -> Any:
    """A message of the notice that has not been sent."""
    open_ = Outbox.state.in_([Out.DUE, Out.SENDING])
    return select(Outbox.id).where(Outbox.notice_id == Notice.id, open_).exists()


def _older(table: type[Base], *served: Any) -> Select[int]:
    """Rows of a table but its newest: an id is never given twice."""
    return select(table.id).where(*served, table.id < select(func.max(table.id)).scalar_subquery())


def _ended(before: datetime) -> Select[int]:
    over = or_(LocalSession.expires_at < before, LocalSession.revoked_at < before)
    return select(LocalSession.id).where(over)


def _gone(table: type[Base]) -> Change:
    async def change(session: AsyncSession, ids: Sequence[int]) -> None:
        await session.execute(delete(table).where(table.id.in_(ids)))

    return change


def _emptied(table: type[Base], **values: Any) -> Change:
    async def change(session: AsyncSession, ids: Sequence[int]) -> None:
        await session.execute(update(table).where(table.id.in_(ids)).values(**values))

    return change


async def _say(session: AsyncSession, ids: Sequence[int]) -> None:
    """Empty messages; their buttons still show the present step, but hold nobody's words."""
    rows = await session.execute(select(Outbox.id, Outbox.choices).where(Outbox.id.in_(ids)))
    await empty_messages(session, {row.id: row.choices for row in rows})


async def empty_messages(session: AsyncSession, choices: dict[int, list[Any]], tokens: Sequence[str] = ()) -> None:
    """Empty messages, given {outbox id: its choices}; with their `tokens` also as the local page shows them."""
    emptied = update(TABLE).where(TABLE.c.id == bindparam("row_id")).values(text="", choices=bindparam("bare"))
    if choices:
        given = [{"row_id": row_id, "bare": [*map(_bare, rows)]} for row_id, rows in choices.items()]
        await session.execute(emptied, given)
    newest = select(func.max(LocalMessage.version)).scalar_subquery()
    shown = update(LocalMessage).where(LocalMessage.key.in_(tokens))
    if tokens:
        await session.execute(shown.values(text="", file_path="", file_name="", file_kind="", buttons=[]))
        await session.execute(shown.where(LocalMessage.version < newest).values(version=-1))


def _bare(row: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave a row of buttons its actions and what they are about; one that carries words loses its action."""
    return [
        {**each, "label": "", **({"action": ""} if _has_words(each["values"]) else {}), **_kept(each)} for each in row
    ]


def _has_words(values: dict[str, Any]) -> bool:
    return any(isinstance(value, str) and len(value) > LONGEST_VALUE for value in values.values())


def _kept(button: dict[str, Any]) -> dict[str, Any]:
    return {"values": {} if _has_words(button["values"]) else button["values"]}


async def find(session: AsyncSession, kind: Kind) -> Sequence[int]:
    """Return the ids of some rows of a kind, [] when none is left."""
    return (await session.scalars(kind.found.limit(FOUND))).all()


# Files


async def named_among(session: AsyncSession, names: Sequence[str]) -> set[str]:
    """Return which of these files, named relative to DATA_DIR/files, any row speaks of."""
    ours = await session.scalars(select(Attachment.path).where(Attachment.path.in_(names)))
    shown = await session.scalars(select(LocalMessage.file_path).where(LocalMessage.file_path.in_(names)))
    uploads = {name.removeprefix("uploads/"): name for name in names if name.startswith("uploads/")}
    sent = await session.scalars(select(Attachment.file_id).where(Attachment.file_id.in_(list(uploads))))
    return {*ours.all(), *shown.all(), *(uploads[each] for each in sent.all())}


async def stored_after(session: AsyncSession, after: int, limit: int) -> list[tuple[int, str]]:
    """Return (attachment id, its file's name) of up to `limit` rows with ids above `after`."""
    query = select(Attachment.id, Attachment.path).where(Attachment.id > after, Attachment.path != "")
    return [(row_id, path) for row_id, path in await session.execute(query.order_by(Attachment.id).limit(limit))]
