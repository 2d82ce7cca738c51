"""The outbox: claim, pace, send, record. Answers overtake pushes; what certainly was not sent is tried again."""

import asyncio
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.assistant import Assistant
from bot.channel import Channel, Refused, TryLater, Unknown, Unreachable
from messages.types import Button, Outgoing, OutgoingFile
from models import outbox
from models.account import Account
from models.attachment import Attachment
from models.bot import Bot
from models.notice import Notice, NoticeKind
from models.outbox import Out, Outbox

AT_ONCE = 16  # messages on the wire at most: what may repeat after a crash
PER_SECOND = 29.0
ANSWERS = 1  # priorities up to this one are answers: they do not wait for the pace
TRIES = 8
IDLE = 0.5  # seconds between looks when nobody wakes us
PARKED = {NoticeKind.EXCERPT, NoticeKind.BROADCAST}  # kinds not sent again when they may have arrived
LOG = structlog.get_logger()


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


class Deliverer:
    """Speaks for one bot."""

    def __init__(self, assistant: Assistant, bot_id: int, per_second: float = PER_SECOND) -> None:
        self._assistant, self._bot_id = assistant, bot_id
        self._channel: Channel = assistant.channels[bot_id]
        self._gap, self._next_slot = 1 / per_second, 0.0

    async def run(self) -> None:
        """Send for ever, starting with what was on the wire when the process last died."""
        reopened = await self._assistant.database.write(lambda s: outbox.reopen_claims(s, self._bot_id))
        if reopened:
            LOG.warning("sent again after a restart", bot=self._bot_id, messages=reopened)
        while True:
            mark = self._assistant.news.mark
            if not await self._safely():
                await self._assistant.news.wait(mark, IDLE)

    async def _safely(self) -> int:
        try:
            return await self.deliver()
        except DBAPIError as error:
            LOG.error("outbox waits for the database", bot=self._bot_id, kind=type(error.orig).__name__)
            return 0

    async def deliver(self) -> int:
        """Send what is ready, at most AT_ONCE messages, and return how many were taken."""
        claimed = await self._assistant.database.write(self._claim)
        await asyncio.gather(*(self._send(each) for each in claimed))
        return len(claimed)

    async def _claim(self, session: AsyncSession) -> list[Claimed]:
        now = self._assistant.clock.machine()
        bot = await session.get_one(Bot, self._bot_id)
        if bot.paused_until and bot.paused_until > now:
            return []
        rows = await outbox.claim(session, self._bot_id, now, AT_ONCE)
        await session.flush()
        return [await self._detached(session, *row) for row in rows]

    async def _detached(self, session: AsyncSession, row: Outbox, account: Account, about: Notice) -> Claimed:
        target = await session.get_one(Outbox, row.replaces_id) if row.replaces_id else None
        made = await session.get_one(Attachment, row.attachment_id) if row.attachment_id else None
        message = Outgoing(
            key=row.token,
            chat=account.external_id,
            text=row.text,
            buttons=_buttons(row),
            file=_file(self._assistant.files, made, row.file_kind),
            plain=row.plain,
            said_at=row.said_at,
        )
        return Claimed(
            row_id=row.id,
            claim=row.claim,
            priority=row.priority,
            attempts=row.attempts,
            kind=about.kind,
            account_id=account.id,
            message=message,
            target=target.platform_id if target else None,
            forget=row.forget,
        )

    async def _pace(self, priority: int) -> None:
        """Wait for the next slot; an answer takes it at once, pushes are spread evenly."""
        now = asyncio.get_running_loop().time()
        slot = max(self._next_slot, now)
        self._next_slot = slot + self._gap
        if priority > ANSWERS:
            await asyncio.sleep(slot - now)

    async def _send(self, each: Claimed) -> None:
        await self._pace(each.priority)
        try:
            platform_id = await self._on_the_wire(each)
        except TryLater as error:
            await self._again(each, error.after, "try_later", everyone=error.everyone)
        except Unknown:
            await self._unknown(each)
        except Unreachable:
            await self._record(each, state=Out.DEAD, error="unreachable")
            await self._assistant.database.write(lambda session: self._unreachable(session, each.account_id))
        except Refused:
            LOG.error("refused by the platform", outbox=each.row_id, kind=each.kind)
            await self._record(each, state=Out.DEAD, error="refused")
        else:
            kept = {"text": ""} if each.forget else {}
            sent_at = self._assistant.clock.machine()
            await self._record(each, state=Out.SENT, platform_id=platform_id, sent_at=sent_at, **kept)

    async def _on_the_wire(self, each: Claimed) -> str:
        if each.target is None:
            return await self._channel.send(each.message)
        if each.target:
            await self._channel.edit(each.target, each.message)
        return each.target

    async def _unknown(self, each: Claimed) -> None:
        if each.kind in PARKED and not each.target:  # an edit may be repeated without harm
            await self._record(each, state=Out.UNKNOWN, error="unknown")
        else:
            await self._again(each, 5.0, "unknown")

    async def _again(self, each: Claimed, after: float, error: str, *, everyone: bool = False) -> None:
        """Put a message back: the platform's own wait, or a growing one with jitter; give up after TRIES."""
        wait = timedelta(seconds=max(after, min(2**each.attempts, 1800)) * random.uniform(1.0, 1.1))  # noqa: S311
        until = self._assistant.clock.machine() + wait
        if each.attempts >= TRIES and error != "try_later":
            await self._record(each, state=Out.DEAD, error=error)
        else:
            await self._record(each, state=Out.DUE, not_before=until, error=error)
        if everyone:
            await self._assistant.database.write(lambda session: self._pause(session, until))

    async def _record(self, each: Claimed, **facts: object) -> None:
        await self._assistant.database.write(lambda s: outbox.finish(s, each.row_id, each.claim, **facts))

    async def _pause(self, session: AsyncSession, until: datetime) -> None:
        (await session.get_one(Bot, self._bot_id)).paused_until = until

    @staticmethod
    async def _unreachable(session: AsyncSession, account_id: int) -> None:
        (await session.get_one(Account, account_id)).reachable = False
        waiting = await session.scalars(select(Outbox).where(Outbox.account_id == account_id, Outbox.state == Out.DUE))
        for row in waiting:
            row.state = Out.CANCELLED


def _buttons(row: Outbox) -> tuple[tuple[Button, ...], ...]:
    place, rows = 0, []
    for line in row.choices:
        rows.append(tuple(Button(each["label"], f"{row.token}.{place + n}") for n, each in enumerate(line)))
        place += len(line)
    return tuple(rows)


def _file(folder: Path, made: Attachment | None, kind: str) -> OutgoingFile | None:
    return OutgoingFile(str(folder / made.path), made.name, kind) if made else None
