"""The outbox: claim, pace, send, record. Answers overtake pushes; what certainly was not sent is tried again."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot import endings, leads
from bot.assistant import Assistant
from bot.channel import Channel, Failing, Gone, Metered, Moved, Refused, TryLater, Unknown, Unreachable
from bot.endings import Claimed, Ended, Work
from bot.leads import Deposed
from bot.news import News
from bot.pace import CHAT_GAP, Pace
from handlers import spelled
from handlers.office import upkeep
from handlers.rules import quota
from handlers.rules.quota import Quota
from messages.types import Button, Outgoing, OutgoingFile
from models import lead, outbox, usage
from models.attachment import Attachment
from models.bot import Bot
from models.lanes import Lane
from models.notice import NoticeKind
from models.outbox import ANSWERS, OWN_ACT, Letter, Out, Outbox

AT_ONCE = 16  # messages on the wire at most: what may repeat after a crash
PER_SECOND = 29.0  # the platform takes 30, answers included
AHEAD = 16  # pushes claimed ahead of their slot: half a second's
TRIES = 10  # with the waits between them some seventy minutes
SOON = 5.0  # seconds: the first wait of a message that failed
LONGEST, AWAY = 1800.0, 60.0  # seconds: the longest wait, and that of one that never left: then there was no network
OUTAGE = timedelta(minutes=1)  # of nothing but failures: then the platform was away, not one message wrong
GATHER = 0.01  # seconds what ended waits at most for more that is recorded with it
IDLE = 0.5  # seconds between looks when nobody wakes us
DOUBTED = 2  # times a message may go out on a channel that does not like repeats, if it is not known to have arrived
PARKED = {NoticeKind.EXCERPT, NoticeKind.BROADCAST}  # kinds not sent again when they may have arrived
LOG = structlog.get_logger()


class Deliverer:
    """Speaks for one bot: one transaction records what ended and claims what may go, sends run beside it."""

    def __init__(
        self, assistant: Assistant, bot_id: int, per_second: float = PER_SECOND, chat_gap: float = CHAT_GAP
    ) -> None:
        self._assistant, self._bot_id = assistant, bot_id
        self._channel: Channel = assistant.channels[bot_id]
        self._health = assistant.health.bot(bot_id, self._channel.name)
        self._quota = assistant.quotas.get(self._channel.name)
        self._name = leads.speaks(bot_id)
        self._pace = Pace(per_second, chat_gap)
        self._begin()
        self._wake, self._news = asyncio.Event(), News()
        for what in (Outbox.__tablename__, outbox.topic(bot_id)):
            assistant.database.watch(what, self._news.ring)

    def _begin(self) -> None:
        self._pacing = 0  # pushes that were claimed and wait for their slot
        self._places = asyncio.Semaphore(AT_ONCE)  # each held from the wire until it is recorded
        self._paused_until = datetime.min.replace(tzinfo=UTC)  # machine time: what was claimed before a 429 waits too
        self._sending: dict[asyncio.Task[None], str] = {}  # each with its claim
        self._stopping = False  # what has not left yet stays then
        self._doubt = False  # whether a transaction's answer did not come: what it claimed may be nobody's
        self._ended: list[Ended] = []

    async def lead(self) -> None:
        """Send whenever this process is the one that speaks for the bot."""
        await self._assistant.leads.lead(self._name, self.run)

    async def run(self) -> None:
        """Send for ever, starting with what was on the wire when who sent before died."""
        self._begin()
        reopened = await self._assistant.database.write(self._taken_over)
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

    async def _taken_over(self, session: AsyncSession) -> int:
        """Take over what the term before had claimed, and its pace; return how many messages that were."""
        if self._assistant.leads.shared:
            await self._go_on(session)
        elif claimed := await outbox.claimed_chats(session, self._bot_id):
            self._pace.follow(claimed)
        return await self._reopened(session)

    async def _reopened(self, session: AsyncSession) -> int:
        await self._assistant.leads.still(session, self._name)
        return await outbox.reopen_claims(session, self._bot_id)

    async def _go_on(self, session: AsyncSession) -> None:
        """Count what was said in the last second, and all that is claimed.

        It may be on the wire just now, or leave as long as that process does not know of its end.
        """
        now, claimed = self._assistant.clock.machine().timestamp(), await outbox.claimed_chats(session, self._bot_id)
        arrived, free = await lead.spoken(session, self._name)
        ago = [*(now - each for each in arrived), *([-leads.BEAT] * len(claimed))]
        busy = {chat: at - now for chat, at in free.items()} | dict.fromkeys(claimed, leads.BEAT + CHAT_GAP)
        self._pace.resume(ago, busy)

    async def _leave(self, session: AsyncSession) -> None:
        """Let whoever speaks next know of the last second."""
        now = self._assistant.clock.machine().timestamp()
        ago, busy = self._pace.lately()
        free = {chat: round(now + each, 3) for chat, each in busy.items()}
        await lead.speak(session, self._name, [round(now - each, 3) for each in ago], free)

    async def _listen(self) -> None:
        while True:
            mark = self._news.mark
            await mark.wait()
            self._wake.set()

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(IDLE):
                await self._wake.wait()

    async def _drain(self) -> None:
        """Let what is on its way arrive and be recorded, so that a stop repeats nothing; what waits to leave stays."""
        self._stopping = True
        for _ in self._sending:
            self._places.release()  # nobody records any more what would free one
        if self._sending:
            await asyncio.wait(set(self._sending))
        with suppress(DBAPIError):  # while the database is away: what was sent is sent again after the next start
            await self._assistant.database.write(self._drained)
        if self._doubt:  # stopped within a transaction: what it claimed never left
            with suppress(DBAPIError, Deposed):
                await self._assistant.database.write(self._reopened)

    async def _drained(self, session: AsyncSession) -> None:
        await self._record(session, list(self._ended), doubt=self._doubt)
        with suppress(Deposed):
            await self._assistant.leads.still(session, self._name)
            if self._assistant.leads.shared:
                await self._leave(session)

    async def _safely(self) -> bool:
        """Take what may go; say whether there was more than there is room for."""
        room, pushes = AT_ONCE + AHEAD - len(self._sending) - len(self._ended), AHEAD - self._pacing
        try:
            claimed = await self._turnover(room, pushes)
        except DBAPIError as error:
            self._assistant.waits(error, "outbox")
            return False
        except Deposed:
            return False
        for each in claimed:
            self._pacing += each.priority > ANSWERS
            task = asyncio.create_task(self._send(each))
            self._sending[task] = each.claim
            task.add_done_callback(self._done)
        return 0 < room == len(claimed)

    def _done(self, task: asyncio.Task[None]) -> None:
        """Have what ended recorded: at once when little more is to come, else with what ends in the next moment."""
        self._sending.pop(task, None)
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
        ended, doubt = list(self._ended), self._doubt
        if not ended and room <= 0:
            return []

        async def work(session: AsyncSession) -> list[Claimed]:
            await self._assistant.leads.still(session, self._name)
            await self._record(session, ended, doubt=doubt)
            if ended and self._assistant.leads.shared:
                await self._leave(session)
            if doubt:
                await outbox.reopen_claims(session, self._bot_id, self._held())
            return await self._claim(session, room, pushes) if room > 0 else []

        self._doubt = True
        claimed = await self._assistant.database.write(work, quiet=True, together=True, lane=self._lane(ended))
        self._doubt = False
        del self._ended[: len(ended)]
        for _ in ended:
            self._places.release()
        return claimed

    def _lane(self, ended: Sequence[Ended]) -> Lane:
        """Its own rows are guarded by claims; what else follows may concern anybody."""
        return Lane.WIDE if self._quota or any(each.then or each.each.then for each in ended) else Lane.FREE

    def _held(self) -> list[str]:
        return [*self._sending.values(), *(each.each.claim for each in self._ended)]

    async def _record(self, session: AsyncSession, ended: Sequence[Ended], *, doubt: bool) -> None:
        """Record how sends ended and what follows; `doubt`: an earlier transaction may have done so already."""
        ours = await self._ours(session, ended) if doubt or self._assistant.leads.shared else ended
        went = ours if doubt else ended  # what another took over meanwhile went out all the same
        if self._quota and (out := sum(self._pieces(each) for each in went)):
            await self._count(session, self._quota, out)
        await outbox.finish(session, [(each.each.row_id, each.each.claim, each.facts) for each in ended])
        for each in ours:
            for then in (each.each.then, each.then):
                if then:
                    await then(session)

    async def _ours(self, session: AsyncSession, ended: Sequence[Ended]) -> Sequence[Ended]:
        """Return those whose claim still holds: what follows from the others is for who has them now."""
        if not ended:
            return ended
        claims = await outbox.claims(session, [each.each.row_id for each in ended])
        return [each for each in ended if claims.get(each.each.row_id) == each.each.claim]

    def _pieces(self, ended: Ended) -> int:
        """Return how many messages the platform counts: those that went out, and those that may have."""
        went = ended.facts["state"] is Out.SENT or ended.facts.get("error") == outbox.UNKNOWN
        message = ended.each.message
        return self._channel.pieces(message) if went and isinstance(self._channel, Metered) else int(went)

    async def _count(self, session: AsyncSession, plan: Quota, out: int) -> None:
        """Count what went out; let the office know, once, when much of the month or of the bot's places is used."""
        month = quota.month_of(self._assistant.clock.machine(), self._assistant.zone)
        used = await usage.add(session, self._bot_id, month, sent=out)
        if used * 100 >= plan.messages * quota.TOLD_AT:
            await upkeep.plan(await self._assistant.moment(session), "quota", f"{self._bot_id}:{month}")
        here = await usage.people(session, [self._bot_id])
        if sum(here.get(self._bot_id, (0, 0))) * 100 >= plan.people * quota.TOLD_AT:
            await upkeep.plan(await self._assistant.moment(session), "places", f"{self._bot_id}:{plan.people}")

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
            text=row.text if self._channel.manners.buttons else spelled.on_the_way(row.text, row.choices),
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
            refusals=row.refusals,
        )

    async def _send(self, each: Claimed) -> None:
        push, asked = each.priority > ANSWERS, each.priority <= OWN_ACT
        if push:
            await self._pace.push(each.message.chat, self._places.acquire)
            self._pacing -= 1
        else:
            if asked:
                await self._pace.rest(each.message.chat)
            await self._places.acquire()
            if not asked and (busy := self._pace.busy(each.message.chat)):
                self._put_off(each, self._assistant.clock.machine() + timedelta(seconds=busy))
                return
            await self._pace.answer(each.message.chat)
        if self._stopping or not self._assistant.leads.held(self._name):
            self._put_off(each, self._assistant.clock.machine())  # unless another speaks now: its claim counts then
            return
        if self._assistant.clock.machine() < self._paused_until:
            self._put_off(each, self._paused_until)
            return
        with self._pace.on_the_wire(each.message.chat, push=push, asked=asked):
            await self._try(each)

    def _put_off(self, each: Claimed, until: datetime) -> None:
        """Put back what never left: answers to the same chat may go before it."""
        self._end(each, state=Out.DUE, not_before=until, attempts=each.attempts - 1)

    async def _try(self, each: Claimed) -> None:
        try:
            platform_id = await self._on_the_wire(each)
        except Moved as error:
            await self._moved(each, error.to)
        except Exception as error:  # noqa: BLE001 (a row left "sending" would hold back its chat until a restart)
            self._failed(each, error)
        else:
            kept: dict[str, Any] = {"text": ""} if each.forget else {}
            now = self._assistant.clock.machine()
            hastened = endings.hastened(self._bot_id, now) if self._health.sending.kept_failing(OUTAGE) else None
            then = endings.all_of(hastened, endings.taken(each))
            self._end(each, then, state=Out.SENT, platform_id=platform_id, sent_at=now, **kept)

    def _failed(self, each: Claimed, error: Exception) -> None:
        match error:
            case TryLater():
                if error.why == "rejected":
                    LOG.critical("the platform no longer takes messages of this bot", bot=self._bot_id, why=error.why)
                self._again(each, error.after, error.why or "try_later", everyone=error.everyone)
            case Failing():
                self._again(each, SOON, outbox.FAILING, tries=TRIES)
            case Unreachable():
                lost = endings.unreachable(self._bot_id, each, error.why, self._assistant.clock.now())
                self._end(each, lost, state=Out.DEAD, error=outbox.UNREACHABLE)
            case Gone():
                self._end(each, endings.anew(each, self._assistant.clock.machine()), state=Out.CANCELLED, error="gone")
            case Refused():
                LOG.error("refused by the platform", outbox=each.row_id, kind=each.kind)
                then = endings.refused(self._bot_id, each, error, self._assistant.clock.now())
                self._end(each, then, state=Out.DEAD, error=outbox.REFUSED)
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
        tried = not self._channel.manners.repeats and each.attempts >= DOUBTED
        if (tried or each.kind in PARKED) and not each.target:  # an edit may be repeated without harm
            self._end(each, state=Out.UNKNOWN, error=outbox.UNKNOWN)
        else:
            self._again(each, SOON, outbox.UNKNOWN, tries=TRIES)

    def _again(self, each: Claimed, after: float, error: str, *, everyone: bool = False, tries: int = 0) -> None:
        """Put a message back: the platform's own wait, or a growing one with jitter; give up after `tries` (0 never).

        What was certainly not sent is never given up, and costs no try: it waits as long as the platform was away.
        """
        if tries and each.attempts >= tries:
            return self._end(each, state=Out.DEAD, error=outbox.TRIED_OUT)
        growing = min(SOON * 2.0 ** (each.attempts - 1), LONGEST) if tries else self._away()
        wait = after if everyone else max(after, growing)
        until = self._assistant.clock.machine() + timedelta(seconds=wait * random.uniform(1.0, 1.1))  # noqa: S311
        then = self._pause(until, error) if everyone else None
        self._paused_until = max(self._paused_until, until) if everyone else self._paused_until
        left = {} if tries else {"attempts": each.attempts - 1}
        return self._end(each, then, state=Out.DUE, not_before=until, error=error, **left)

    def _away(self) -> float:
        return min(max(self._health.sending.kept.total_seconds(), SOON), AWAY)

    async def _moved(self, each: Claimed, to: str) -> None:
        """Write to where the account lives now, once; the new id is recorded with how that ended."""
        if each.then is None:
            await self._try(replace(each, message=replace(each.message, chat=to), then=endings.moved(each, to)))
        else:
            self._end(each, state=Out.DEAD, error=outbox.REFUSED)

    def _end(self, each: Claimed, then: Work | None = None, **facts: Any) -> None:
        """Keep how it ended until it is recorded; its place stays taken so long."""
        self._ended.append(Ended(each, facts, then))
        if outcome := facts.get("error") or ("sent" if facts["state"] is Out.SENT else ""):
            self._health.sent(outcome, self._assistant.clock.machine())

    def _pause(self, until: datetime, why: str) -> Work:
        """Return what keeps the whole bot's pause, longer where its month is used up: that the office hears at once."""
        now = self._assistant.clock.machine()
        self._health.paused(until, now)

        async def pause(session: AsyncSession) -> None:
            spent = why == outbox.LIMITED and await self._spent(session)
            row = await session.get_one(Bot, self._bot_id)
            pauses = [until, row.paused_until or until, *([now + quota.SPENT_PAUSE] if spent else [])]
            row.paused_until = max(pauses)  # what was on the wire beside it may be told a shorter one
            if spent:
                month = quota.month_of(now, self._assistant.zone)
                await upkeep.plan(await self._assistant.moment(session), "used_up", f"{self._bot_id}:{month}")

        return pause

    async def _spent(self, session: AsyncSession) -> bool:
        """Say whether all that the plan lets the bot have this month was counted."""
        month = quota.month_of(self._assistant.clock.machine(), self._assistant.zone)
        used = (await usage.of_month(session, [self._bot_id], month)).get(self._bot_id, (0, 0))
        return self._quota is not None and sum(used) >= self._quota.messages


def _buttons(row: Letter) -> tuple[tuple[Button, ...], ...]:
    place, rows = 0, []
    for line in row.choices:
        rows.append(tuple(Button(each["label"], f"{row.token}.{place + n}") for n, each in enumerate(line)))
        place += len(line)
    return tuple(rows)


def _file(folder: Path, made: Attachment | None, kind: str) -> OutgoingFile | None:
    return OutgoingFile(str(folder / made.path), made.name, kind) if made else None
