"""The inbox: store first, then turns, a batch per transaction. Decides nothing about what was said."""

import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.ext.asyncio import AsyncSession

from bot import known as batch
from bot import leads, logs
from bot.assistant import Assistant
from bot.channel import Channel, Malformed, TryLater, Update
from bot.health import Way
from bot.leads import Deposed
from bot.news import News
from handlers import gate
from handlers.everyone import flood, unknown
from handlers.rules import quota
from handlers.turn import Turn
from messages.types import Incoming
from models import account as accounts
from models import conversation, inbox, lanes, quick, role, usage
from models.base import find
from models.database import is_away
from models.inbox import Inbox, Taken
from models.lanes import Lane
from models.person import Person

TRIES = 3
BATCH = 64  # different accounts a transaction: what makes durability cheap
AWAY = 2.0  # seconds until updates are fetched again that could not be stored
IDLE = 1.0  # seconds between looks when nobody wakes us
SOON = 0.02  # seconds until a branch is looked at again that another process acts for
ENTERING = ("start.answer", "start.name")  # what a conversation expects while somebody enters
CODE = re.compile(r"/start|\d{6}|\d{4} \d{4}")
"""Words that may hold an invitation's code: who comes with one may enter another branch."""
ELSEWHERE = 0.05  # seconds the next poll waits where another process handles what came, and tells nobody
GATHER = 0.25  # seconds the next poll waits at most for these to be handled: what comes meanwhile makes one batch
MANY, LULL = 3, 0.25  # after so many at once the next poll waits till they are answered, so many seconds at most
REFUSED = (StatementError, ValueError, TypeError, OverflowError)
"""What drivers make of values that they cannot take, and of a database in trouble."""
LOG = structlog.get_logger()


class Receiver:
    """Hears one bot."""

    def __init__(self, assistant: Assistant, bot_id: int) -> None:
        self._assistant, self._bot_id = assistant, bot_id
        self._channel: Channel = assistant.channels[bot_id]
        self._health = assistant.health.bot(bot_id, self._channel.name)
        self._stored, self._looked = News(), News()
        assistant.database.watch(inbox.topic(bot_id), self._stored.ring)
        self._handling = False  # whether what is stored is handled here, and not in another process
        self._left = 0  # messages that the last look left undone
        self._busy = False  # whether it left some whose branch another process acts for
        self._wide: list[int] = []  # of those it found, what may concern more than a branch
        self._beside: set[asyncio.Task[None]] = set()

    async def store(self, updates: Sequence[Update]) -> None:
        """Commit updates to the inbox; a repeated one is not stored twice. TryLater while the database is away."""
        clock = self._assistant.clock
        rows = [
            {
                "bot_id": self._bot_id,
                "key": update.key,
                "account": update.account,
                "raw": update.raw,
                "spoken_at": clock.spoken(update.said_at),
                "received_at": clock.machine(),
                "not_before": clock.machine(),
                "attempts": 0,
                "done_at": None,
                "outcome": "",
            }
            for update in updates
        ]
        await self._kept(rows)
        looked = self._looked.mark
        self._stored.ring()
        for update in updates:
            if update.pressed:
                self._acknowledge(update)
        await self._gather(looked, len(updates))

    async def _gather(self, looked: asyncio.Event, came: int) -> None:
        """Wait till what came is handled, and where much came till it is answered, if that is heard of here."""
        await self._looked.wait(looked, GATHER if self._handling else ELSEWHERE)
        if came >= MANY and self._handling and not self._assistant.leads.shared:
            await self._assistant.answered.wait(self._assistant.answered.mark, LULL)

    async def _kept(self, rows: Sequence[dict[str, Any]]) -> None:
        """Commit; TryLater while the database is away or another polls, so that the platform is not told we have them.

        An update that the database refuses whenever it comes costs itself alone: it would be fetched for ever.
        """
        try:
            await self._assistant.database.write(
                lambda session: self._stored_and_counted(session, rows), together=True, lane=Lane.FREE
            )
        except Deposed:
            raise TryLater(AWAY) from None
        except REFUSED as error:
            if is_away(error):
                self._assistant.waits(error, "updates")
                raise TryLater(AWAY) from None
            await self._apart(rows, error)

    async def _stored_and_counted(self, session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
        if self._channel.polls and self._channel.manners.again:
            await self._assistant.leads.still(session, leads.hears(self._bot_id))
        new = await inbox.store(session, rows)
        if new and self._assistant.leads.shared:
            quick.tell(session.sync_session, inbox.topic(self._bot_id))
        if new and self._channel.name in self._assistant.quotas:
            month = quota.month_of(self._assistant.clock.machine(), self._assistant.zone)
            await usage.add(session, self._bot_id, month, received=new)

    async def _apart(self, rows: Sequence[dict[str, Any]], error: Exception) -> None:
        if len(rows) > 1:
            for row in rows:
                await self._kept([row])
        elif rows[0]["done_at"] is None:
            LOG.error(
                "an update is refused by the database and set aside", key=rows[0]["key"], kind=type(error).__name__
            )
            self._health.set_aside += 1
            await self._kept([inbox.refused(rows[0])])
        else:
            raise error

    def _acknowledge(self, update: Update) -> None:
        """Stop a button's spinner beside the work: best effort, and platforms allow only seconds for it."""
        task = asyncio.create_task(self._channel.acknowledge(update.raw))
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def listen(self) -> None:
        """Listen until cancelled; who listens no longer is not deaf."""
        try:
            await self._channel.listen(self.store, self._polled)
        finally:
            self._health.hearing = Way()

    def _polled(self, kind: str) -> None:
        self._health.heard(kind, self._assistant.clock.machine())

    async def run(self) -> None:
        """Handle what is stored, until cancelled."""
        self._handling = True
        try:
            while True:
                mark = self._stored.mark
                done = await self._safely()
                self._looked.ring()
                if not (done and self._left):
                    await self._stored.wait(mark, SOON if self._busy else IDLE)
        finally:
            self._handling = False

    async def _safely(self) -> int:
        try:
            return await self.handle()
        except DBAPIError as error:  # busy, disk full, deadlock: the batch waits, nobody is blamed
            self._assistant.waits(error, "inbox")
            return 0

    async def handle(self) -> int:
        """Handle one batch and return how many messages it held."""
        try:
            done = await self._both()
            self._health.handled += done
            return done
        except Exception as error:  # a handler may raise anything; which message it was is found next
            if is_away(error):
                raise
            LOG.warning("a batch is taken apart", bot=self._bot_id, kind=type(error).__name__)
            return await self._one_by_one()

    async def _both(self) -> int:
        """Handle what concerns a branch each, beside other processes; then, alone, what may concern everybody."""
        database = self._assistant.database
        done = await database.write(self._batch, together=True, lane=Lane.NARROW)
        return done + await database.write(self._rest) if self._wide else done

    async def _batch(self, session: AsyncSession) -> int:
        rows = await self._apart_from_wide(session, await self._take(session))
        if rows:
            await self._turns(session, rows)
        return len(rows)

    async def _take(self, session: AsyncSession) -> Sequence[Taken]:
        rows, self._left = await inbox.take(session, self._bot_id, self._assistant.clock.machine(), BATCH)
        return rows

    async def _apart_from_wide(self, session: AsyncSession, rows: Sequence[Taken]) -> Sequence[Taken]:
        """Return those whose branches nobody else acts for just now; keep in mind which wait for `_rest`."""
        self._wide, self._busy = [], False
        if not self._assistant.leads.shared or not rows:
            return rows
        branches = await role.branches_of(session, self._bot_id, await self._staying(session, rows))
        self._wide = [row.id for row in rows if row.account not in branches]
        taken = await lanes.take(session, [unit for each in branches.values() for unit in each])
        mine = [row for row in rows if row.account in branches and branches[row.account] <= taken]
        self._busy = len(mine) + len(self._wide) < len(rows)
        return mine

    async def _staying(self, session: AsyncSession, rows: Sequence[Taken]) -> list[str]:
        """Return the accounts of those who speak for themselves and are not about to enter another branch."""
        heard = {row.account: self._read(row) for row in rows}
        entering = await conversation.expecting(session, self._bot_id, list(heard), ENTERING)
        alone = (account for account, each in heard.items() if each and each.private and not CODE.search(each.text))
        return [account for account in alone if account not in entering]

    async def _rest(self, session: AsyncSession) -> int:
        now = self._assistant.clock.machine()
        rows = [row for each in self._wide if (row := await inbox.one(session, each, now))]
        if rows:
            await self._turns(session, rows)
        return len(rows)

    async def _one_by_one(self) -> int:
        ids = await self._assistant.database.read(self._ids)
        for row_id in ids:
            await self._alone(row_id)
        self._health.handled += len(ids)
        return len(ids)

    async def _ids(self, session: AsyncSession) -> list[int]:
        return [row.id for row in await self._take(session)]

    async def _alone(self, row_id: int) -> None:
        async def single(session: AsyncSession) -> None:
            if row := await inbox.one(session, row_id, self._assistant.clock.machine()):
                await self._turns(session, [row])

        try:
            await self._assistant.database.write(single)
        except Exception as error:  # any error of a handler costs its own message only
            if is_away(error):
                raise
            LOG.error("a message could not be handled", inbox=row_id, kind=type(error).__name__, at=logs.place(error))
            self._health.set_aside += await self._counted(row_id)

    async def _counted(self, row_id: int) -> bool:
        """Count a failed try, whatever becomes of telling people; say whether it was the last."""
        database = self._assistant.database
        try:
            return await database.write(lambda session: self._failed(session, row_id, tell=True))
        except Exception as error:  # as any error of a handler
            if is_away(error):
                raise
            LOG.error("nobody can be told of a message", inbox=row_id, kind=type(error).__name__, at=logs.place(error))
            return await database.write(lambda session: self._failed(session, row_id, tell=False))

    async def _failed(self, session: AsyncSession, row_id: int, outcome: str = "", *, tell: bool) -> bool:
        now = self._assistant.clock.machine()
        if await inbox.one(session, row_id, now) is None:
            return False  # another process handled it meanwhile, or counted the same failure
        row = await session.get_one(Inbox, row_id)
        row.attempts, row.outcome = row.attempts + 1, outcome
        row.not_before = now + timedelta(seconds=2**row.attempts)
        if row.attempts < TRIES:
            return False
        row.done_at, row.outcome = now, "set_aside"  # `raw` stays for the operator
        if row.account and tell:
            account = await accounts.heard_from(session, self._bot_id, row.account)
            await unknown.set_aside(await self._assistant.moment(session), account)
        return True

    async def _turns(self, session: AsyncSession, rows: Sequence[Taken]) -> None:
        """Take a turn for each row; what they write is flushed together where nothing asks for it before."""
        heard = {row.id: self._read(row) for row in rows}
        known = await batch.load(session, self._bot_id, [each for each in heard.values() if each])
        outcomes: dict[str, list[int]] = {}
        for row in rows:
            each = heard[row.id]
            outcome = await self._one(session, row, each, known) if each else row.outcome or "nothing"
            outcomes.setdefault(outcome, []).append(row.id)
        conversation.keep(session, known.speakers.conversations.values())
        await session.flush()
        outcomes.pop("", None)  # those that wait
        for row_id in outcomes.pop(inbox.UNREAD, ()):
            self._health.set_aside += await self._failed(session, row_id, inbox.UNREAD, tell=False)
        for outcome, done in outcomes.items():
            await inbox.close(session, done, self._assistant.clock.machine(), outcome)

    async def _one(self, session: AsyncSession, row: Taken, heard: Incoming, known: batch.Known) -> str:
        """Take a turn and return what became of the message, "" for one that waits: its account is flooding."""
        turn = await self._turn(session, row, heard, known)
        if wait := flood.wait(turn, self._assistant.limits):
            return await flood.hold(turn, row, wait)
        await gate.hear(turn)
        flood.take(turn, self._assistant.limits)
        return "done"

    def _read(self, row: Taken) -> Incoming | None:
        try:
            return self._channel.read(row.raw)
        except Malformed:
            LOG.error("an update could not be read", inbox=row.id)
            row.outcome = inbox.UNREAD
            return None

    async def _turn(self, session: AsyncSession, row: Taken, heard: Incoming, known: batch.Known) -> Turn:
        account = known.speakers.accounts[batch.spoken_from(heard)]
        if not account.reachable:
            account.reachable = True
        who = await find(session, Person, account.person_id) if account.person_id else None
        return Turn(
            session=session,
            committee=known.committee,
            now=row.spoken_at,
            machine=self._assistant.clock.machine(),
            zone=self._assistant.zone,
            public_url=self._assistant.public_url,
            texts_days=self._assistant.texts_days,
            files_a_day=self._assistant.files_a_day,
            quotas=self._assistant.quotas,
            key=self._assistant.key,
            manners=self._assistant.manners,
            incoming=heard,
            account=account,
            conversation=known.speakers.conversations[account.id],
            offered=known.speakers.offered,
            _campaign=known.campaign,
            inbox_id=row.id,
            person=who,
            roles=await known.roles_of(session, who) if who else (),
        )
