"""The outbox: claim, pace, send, record. Answers overtake pushes; what certainly was not sent is tried again."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.assistant import Assistant
from bot.channel import Channel, Failing, Gone, Moved, Refused, TryLater, Unknown, Unreachable
from bot.news import News
from bot.pace import CHAT_GAP, Pace
from messages.types import Button, Outgoing, OutgoingFile
from models import account as accounts
from models import outbox
from models.attachment import Attachment
from models.bot import Bot
from models.notice import NoticeKind
from models.outbox import ANSWERS, Letter, Out, Outbox

AT_ONCE = 16  # messages on the wire at most: what may repeat after a crash
PER_SECOND = 29.0  # the platform takes 30, answers included
AHEAD = 16  # pushes claimed ahead of their slot: half a second's
TRIES = 10  # with the waits between them some seventy minutes
SOON = 5.0  # seconds: the first wait of a message that failed
LONGEST, AWAY = 1800.0, 60.0  # seconds: the longest, and that of one that never left: then there was no network
GATHER = 0.01  # seconds what ended waits at most for more that is recorded with it
IDLE = 0.5  # seconds between looks when nobody wakes us
PARKED = {NoticeKind.EXCERPT, NoticeKind.BROADCAST}  # kinds not sent again when they may have arrived
LOG = structlog.get_logger()

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
    then: Work | None = None  # what is to be recorded with how it ends, whatever that is


@dataclass(frozen=True)
class Ended:
    """How a send ended: what its row is to say, and what else follows in the same transaction."""

    each: Claimed
    facts: dict[str, Any]
    then: Work | None = None


class Deliverer:
    """Speaks for one bot: one transaction records what ended and claims what may go, sends run beside it."""

    def __init__(
        self, assistant: Assistant, bot_id: int, per_second: float = PER_SECOND, chat_gap: float = CHAT_GAP
    ) -> None:
        self._assistant, self._bot_id = assistant, bot_id
        self._channel: Channel = assistant.channels[bot_id]
        self._health = assistant.health.bot(bot_id, self._channel.name)
        self._pace = Pace(per_second, chat_gap)
        self._pacing = 0  # pushes that were claimed and wait for their slot
        self._places = asyncio.Semaphore(AT_ONCE)  # each held from the wire until it is recorded
        self._paused_until = datetime.min.replace(tzinfo=UTC)  # machine time: what was claimed before a 429 waits too
        self._sending: set[asyncio.Task[None]] = set()
        self._ended: list[Ended] = []
        self._wake, self._news = asyncio.Event(), News()
        for what in (Outbox.__tablename__, outbox.topic(bot_id)):
            assistant.database.watch(what, self._news.ring)

    async def run(self) -> None:
        """Send for ever, starting with what was on the wire when the process last died."""
        reopened = await self._assistant.database.write(lambda s: outbox.reopen_claims(s, self._bot_id))
        if reopened:
            LOG.warning("sent again after a restart", bot=self._bot_id, messages=reopened)
        listening = asyncio.create_task(self._listen())
        try:
            while True:
                self._wake.clear()
                if not await self._safely():
                    await self._rest()
        finally:
            listening.cancel()
            await self._drain()

    async def _listen(self) -> None:
        while True:
            mark = self._news.mark
            await mark.wait()
            self._wake.set()

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), IDLE)

    async def _drain(self) -> None:
        """Let what is on its way arrive and be recorded, so that a stop repeats nothing."""
        if self._sending:
            await asyncio.wait(self._sending)
        with suppress(DBAPIError):  # while the database is away: what was sent is sent again after the next start
            await self._assistant.database.write(lambda session: self._record(session, list(self._ended)))

    async def _safely(self) -> bool:
        """Take what may go; say whether there was more than there is room for."""
        room, pushes = AT_ONCE + AHEAD - len(self._sending) - len(self._ended), AHEAD - self._pacing
        try:
            claimed = await self._turnover(room, pushes)
        except DBAPIError as error:
            self._assistant.waits(error, "outbox")
            return False
        for each in claimed:
            self._pacing += each.priority > ANSWERS
            task = asyncio.create_task(self._send(each))
            self._sending.add(task)
            task.add_done_callback(self._done)
        return 0 < room == len(claimed)

    def _done(self, task: asyncio.Task[None]) -> None:
        """Have what ended recorded: at once when little more is to come, else with what ends in the next moment."""
        self._sending.discard(task)
        if len(self._sending) == self._pacing:
            self._assistant.answered.ring()
            self._wake.set()
        elif len(self._ended) >= AT_ONCE:
            self._wake.set()
        elif len(self._ended) == 1:
            asyncio.get_running_loop().call_later(GATHER, self._wake.set)

    async def deliver(self) -> int:
        """Send what is ready, at most AT_ONCE messages, record it and return how many were taken."""
        claimed = await self._turnover(AT_ONCE, AT_ONCE)
        self._pacing += sum(each.priority > ANSWERS for each in claimed)
        await asyncio.gather(*(self._send(each) for each in claimed))
        await self._turnover(0, 0)
        return len(claimed)

    async def _turnover(self, room: int, pushes: int) -> list[Claimed]:
        """Record what ended and claim what there is room for, in one transaction."""
        ended = list(self._ended)

        async def work(session: AsyncSession) -> list[Claimed]:
            await self._record(session, ended)
            return await self._claim(session, room, pushes) if room > 0 else []

        write = self._assistant.database.write
        claimed = await write(work, quiet=True, together=True) if ended or room > 0 else []
        del self._ended[: len(ended)]
        for _ in ended:
            self._places.release()
        return claimed

    @staticmethod
    async def _record(session: AsyncSession, ended: Sequence[Ended]) -> None:
        await outbox.finish(session, [(each.each.row_id, each.each.claim, each.facts) for each in ended])
        for each in ended:
            for then in (each.each.then, each.then):
                if then:
                    await then(session)

    async def _claim(self, session: AsyncSession, room: int, pushes: int) -> list[Claimed]:
        now = self._assistant.clock.machine()
        rows = await outbox.claim(session, self._bot_id, now, room, pushes)
        return [await self._detached(session, row) for row in rows]

    async def _detached(self, session: AsyncSession, row: Letter) -> Claimed:
        target = await session.get_one(Outbox, row.replaces_id) if row.replaces_id else None
        made = await session.get_one(Attachment, row.attachment_id) if row.attachment_id else None
        message = Outgoing(
            key=row.token,
            chat=row.chat,
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
            kind=row.kind,
            account_id=row.account_id,
            message=message,
            target=target.platform_id if target else None,
            forget=row.forget,
        )

    async def _send(self, each: Claimed) -> None:
        push = each.priority > ANSWERS
        if push:
            await self._pace.push(each.message.chat, self._places.acquire)
            self._pacing -= 1
        else:
            await self._places.acquire()
            await self._pace.answer()
        if self._assistant.clock.machine() < self._paused_until:
            self._end(each, state=Out.DUE, not_before=self._paused_until)
            return
        with self._pace.on_the_wire(push=push):
            await self._try(each)

    async def _try(self, each: Claimed) -> None:
        try:
            platform_id = await self._on_the_wire(each)
        except Moved as error:
            await self._moved(each, error.to)
        except Exception as error:  # noqa: BLE001 (a row left "sending" would hold back its chat until a restart)
            self._failed(each, error)
        else:
            kept: dict[str, Any] = {"text": ""} if each.forget else {}
            self._end(each, state=Out.SENT, platform_id=platform_id, sent_at=self._assistant.clock.machine(), **kept)

    def _failed(self, each: Claimed, error: Exception) -> None:
        match error:
            case TryLater():
                if error.why:
                    LOG.critical("the platform no longer takes messages of this bot", bot=self._bot_id, why=error.why)
                self._again(each, error.after, error.why or "try_later", everyone=error.everyone)
            case Failing():
                self._again(each, SOON, "failing", tries=TRIES)
            case Unreachable():
                self._end(each, self._unreachable(each.account_id, error.why), state=Out.DEAD, error=outbox.UNREACHABLE)
            case Gone():
                self._end(each, self._anew(each.row_id), state=Out.CANCELLED, error="gone")
            case Refused():
                LOG.error("refused by the platform", outbox=each.row_id, kind=each.kind)
                self._end(each, state=Out.DEAD, error=outbox.REFUSED)
            case Unknown():
                self._unknown(each)
            case _:
                LOG.error("a send failed unforeseen", outbox=each.row_id, kind=type(error).__name__)
                self._unknown(each)

    async def _on_the_wire(self, each: Claimed) -> str:
        if each.target is None:
            return await self._channel.send(each.message)
        if each.target:
            await self._channel.edit(each.target, each.message)
        return each.target

    def _unknown(self, each: Claimed) -> None:
        if each.kind in PARKED and not each.target:  # an edit may be repeated without harm
            self._end(each, state=Out.UNKNOWN, error=outbox.UNKNOWN)
        else:
            self._again(each, SOON, outbox.UNKNOWN, tries=TRIES)

    def _again(self, each: Claimed, after: float, error: str, *, everyone: bool = False, tries: int = 0) -> None:
        """Put a message back: the platform's own wait, or a growing one with jitter; give up after `tries` (0 never).

        What was certainly not sent is never given up, and costs no try.
        """
        if tries and each.attempts >= tries:
            return self._end(each, state=Out.DEAD, error=outbox.TRIED_OUT)
        wait = (
            after if everyone else max(after, min(SOON * 2.0 ** min(each.attempts - 1, 20), LONGEST if tries else AWAY))
        )
        until = self._assistant.clock.machine() + timedelta(seconds=wait * random.uniform(1.0, 1.1))  # noqa: S311
        then = self._pause(until) if everyone else None
        self._paused_until = max(self._paused_until, until) if everyone else self._paused_until
        left = {"attempts": each.attempts - 1} if everyone else {}
        return self._end(each, then, state=Out.DUE, not_before=until, error=error, **left)

    async def _moved(self, each: Claimed, to: str) -> None:
        """Write to where the account lives now, once; the new id is recorded with how that ended."""
        if each.then is None:
            await self._try(replace(each, message=replace(each.message, chat=to), then=self._settled(each, to)))
        else:
            self._end(each, state=Out.DEAD, error=outbox.REFUSED)

    def _end(self, each: Claimed, then: Work | None = None, **facts: Any) -> None:
        """Keep how it ended until it is recorded; its place stays taken so long."""
        self._ended.append(Ended(each, facts, then))
        if outcome := facts.get("error") or ("sent" if facts["state"] is Out.SENT else ""):
            self._health.sent(outcome, self._assistant.clock.machine())

    def _pause(self, until: datetime) -> Work:
        self._health.paused(until, self._assistant.clock.machine())

        async def pause(session: AsyncSession) -> None:
            (await session.get_one(Bot, self._bot_id)).paused_until = until

        return pause

    def _unreachable(self, account_id: int, why: str) -> Work:
        at = self._assistant.clock.now()

        async def mark(session: AsyncSession) -> None:
            await accounts.lose(session, account_id, why, at)
            await outbox.lose_waiting(session, account_id)

        return mark

    @staticmethod
    def _settled(each: Claimed, to: str) -> Work:
        async def move(session: AsyncSession) -> None:
            living = await accounts.move(session, each.account_id, to)
            await outbox.move_waiting(session, each.account_id, living)

        return move

    def _anew(self, row_id: int) -> Work:
        now = self._assistant.clock.machine()

        async def say(session: AsyncSession) -> None:
            await outbox.say_anew(session, row_id, now)

        return say


def _buttons(row: Letter) -> tuple[tuple[Button, ...], ...]:
    place, rows = 0, []
    for line in row.choices:
        rows.append(tuple(Button(each["label"], f"{row.token}.{place + n}") for n, each in enumerate(line)))
        place += len(line)
    return tuple(rows)


def _file(folder: Path, made: Attachment | None, kind: str) -> OutgoingFile | None:
    return OutgoingFile(str(folder / made.path), made.name, kind) if made else None
