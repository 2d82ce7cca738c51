"""A province's rows in bulk: people, duties with their next rungs as the program planned one branch's, and history.

The database makes every row itself, INSERT … SELECT over a series of numbers, on SQLite and PostgreSQL alike.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import CTE, URL, ColumnElement, String, case, cast, func, insert, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from models import tables
from models.account import Account
from models.bot import Bot
from models.campaign import Campaign
from models.conference import Conference, ConferenceState
from models.conversation import Conversation
from models.due import Due
from models.inbox import Inbox
from models.job import Job, JobState
from models.json import JSON
from models.notice import Notice, NoticeKind
from models.obligation import Obligation
from models.outbox import Out, Outbox
from models.person import Person
from models.reminder import Reminder
from models.role import Role, RoleKind
from models.unit import Unit, UnitKind

BOTS = 10
PAST = datetime(2024, 2, 1, tzinfo=UTC)
WORDS = "Văn phòng nhắc: chi bộ còn một báo cáo chưa gửi, hạn đến hết ngày 30/5. " * 2  # as long as a reminder
CHOICES = [[{"label": "Báo cáo ngay", "action": "report.start", "values": {"obligation": 1}}]]
Made = TypeVar("Made")
Number = ColumnElement[int]
Columns = Callable[[Number], Mapping[str, Any]]
"""The columns of the nth row; those not named have their defaults."""


@dataclass(frozen=True)
class Size:
    """How many rows: `people` in all, of whom each branch's first is its secretary; what was sent, heard and done."""

    branches: int
    people: int
    sent: int
    heard: int
    jobs: int

    def part(self, of: int) -> "Size":
        """Return one that is so many times smaller."""
        return Size(*(each // of for each in (self.branches, self.people, self.sent, self.heard, self.jobs)))


PROVINCE = Size(branches=100_000, people=1_000_000, sent=2_000_000, heard=1_000_000, jobs=100_000)


@dataclass(frozen=True)
class Crowd:
    """Who is there: the nth has the id of the template's own plus n."""

    size: Size
    committee: int
    unit: int
    person: int
    account: int
    bot: int


async def bulk(url: URL | str, work: Callable[[AsyncSession], Awaitable[Made]]) -> Made:
    """Run `work` in a transaction that may last minutes, which the program's own may not."""
    engine = create_async_engine(url, **JSON)
    try:
        async with AsyncSession(engine) as session, session.begin():
            return await work(session)
    finally:
        await engine.dispose()


async def multiply(session: AsyncSession, size: Size) -> Crowd:
    """Make of an installation with one branch, planned, one of this size."""
    last = [await session.scalar(select(func.max(each.id))) or 0 for each in (Unit, Person, Account, Bot)]
    crowd = Crowd(size, await session.scalar(select(func.max(Unit.committee_id))) or 0, *last)
    server = session.get_bind().dialect.name == "postgresql"
    if server and await session.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")):
        await session.execute(text("SET LOCAL session_replication_role = replica"))  # no row's keys are looked up
    for make in (_people, _duties, _history):
        await make(session, crowd)
    await _go_on(session)
    return crowd


async def _go_on(session: AsyncSession) -> None:
    """Number new rows behind the ones made here, which SQLite does by itself."""
    if session.get_bind().dialect.name == "sqlite":
        return
    for table in tables.load().metadata.sorted_tables:
        sequence = func.pg_get_serial_sequence(table.name, "id")
        await session.execute(select(func.setval(sequence, func.max(table.c.id))).having(func.count() > 0))


async def _people(session: AsyncSession, crowd: Crowd) -> None:
    size, owner = crowd.size, {"committee_id": crowd.committee}
    branch = {**owner, "kind": UnitKind.BRANCH, "short_names": [], "unplanned": False, "active_from": PAST.date()}
    await put(
        session,
        *(Unit, size.branches - 1),
        lambda n: {**branch, "id": crowd.unit + n, "code": words("P", n), "name": words("Mẫu ", n), "ordinal": n + 1},
    )
    bot = {**owner, "channel": "telegram", "username": ""}
    await put(session, Bot, BOTS - 1, lambda n: {**bot, "id": crowd.bot + n, "setting": words("T", n)})
    person = {**owner, "pushes": True, "joined_at": PAST}
    await put(
        session,
        *(Person, size.people - 1),
        lambda n: {**person, "id": crowd.person + n, "name": words("Người ", n), "excerpts": n >= size.branches},
    )
    await put(session, Account, size.people - 1, lambda n: _account(crowd, n))
    await put(session, Conversation, size.people - 1, lambda n: {"account_id": crowd.account + n, "subject": {}})
    await put(session, Role, size.branches - 1, lambda n: _role(crowd, n, n, RoleKind.SECRETARY))
    members = size.people - size.branches
    await put(session, Role, members, lambda n: _role(crowd, n + size.branches - 1, n, RoleKind.MEMBER))


def _account(crowd: Crowd, n: Number) -> Mapping[str, Any]:
    who = {"id": crowd.account + n, "person_id": crowd.person + n, "external_id": words("9", n)}
    return {**who, "bot_id": crowd.bot + n % BOTS, "reachable": True}


def _role(crowd: Crowd, person: Number, n: Number, kind: str) -> Mapping[str, Any]:
    unit = crowd.unit + n % crowd.size.branches
    return {"person_id": crowd.person + person, "unit_id": unit, "kind": kind, "started_at": PAST}


async def _duties(session: AsyncSession, crowd: Crowd) -> None:
    """Give all branches what the first one owes, with its next rung and one that fired."""
    for owed in await _rows(session, Obligation):
        last = await session.scalar(select(func.max(Obligation.id))) or 0
        new = {**owed, "unplanned": False}
        await put(
            session,
            *(Obligation, crowd.size.branches - 1),
            lambda n, new=new, last=last: {**new, "id": last + n, "unit_id": crowd.unit + n},
        )
        for rung in await _rows(session, Due, Due.obligation_id == owed["id"], Due.fired_at.is_(None)):
            await _rungs(session, crowd, rung, last)


async def _rungs(session: AsyncSession, crowd: Crowd, rung: dict[str, Any], last: int) -> None:
    fired = {**rung, "occurrence": "T-20", "fired_at": PAST, "due_at": PAST, "outcome": "sent"}
    for row in (rung, fired):
        each = {name: value for name, value in row.items() if name != "id"}
        await put(
            session,
            *(Due, crowd.size.branches - 1),
            lambda n, each=each: {**each, "obligation_id": last + n, "subject": words("obligation:", last + n)},
        )


async def _rows(session: AsyncSession, table: Any, *which: ColumnElement[bool]) -> list[dict[str, Any]]:
    found = await session.execute(select(table.__table__).where(*which).order_by(table.id))
    return [dict(row) for row in found.mappings()]


async def _history(session: AsyncSession, crowd: Crowd) -> None:
    """Make what was said, heard and done before."""
    await say(session, crowd, crowd.size.sent, "old", state=Out.SENT, sent_at=PAST, said_at=PAST)
    await _reminders(session, crowd)
    await _conferences(session, crowd)
    await hear(session, crowd, crowd.size.heard, "old", done_at=PAST, outcome="done", raw={})
    await work(session, crowd, crowd.size.jobs, state=JobState.DONE, attempts=1)


async def _reminders(session: AsyncSession, crowd: Crowd) -> None:
    """Make one of each rung that fired."""
    told = await session.scalar(select(func.max(Notice.id))) or 0
    last = select(func.max(Obligation.id)).group_by(Obligation.deadline_id)
    for each in await session.scalars(last):
        first = each - crowd.size.branches + 1
        await put(session, Reminder, crowd.size.branches - 1, partial(_reminder, crowd, first, told))


def _reminder(crowd: Crowd, first: int, told: int, n: Number) -> Mapping[str, Any]:
    who = {"obligation_id": first + n, "person_id": crowd.person + n, "notice_id": told}
    return {**who, "occurrence": "T-20", "version": 1, "day": PAST.date()}


async def _conferences(session: AsyncSession, crowd: Crowd) -> None:
    """Make one of each branch, held."""
    campaign = await session.scalar(select(func.max(Campaign.id)))
    held = {"committee_id": crowd.committee, "campaign_id": campaign, "state": ConferenceState.HELD}
    day = {**held, "on_day": PAST.date(), "recorded_at": PAST}
    await put(session, Conference, crowd.size.branches - 1, lambda n: {**day, "unit_id": crowd.unit + n})


async def say(session: AsyncSession, crowd: Crowd, count: int, key: str, bot: int = 0, **columns: Any) -> None:
    """Make messages with their notices: of everybody, or to people of one bot (its id), each to another."""
    last = await session.scalar(select(func.max(Notice.id))) or 0
    told = {"committee_id": crowd.committee, "kind": NoticeKind.REMINDER, "template": "remind.rung", "told_at": PAST}
    about = {**told, "details": {}, "obligations": []}
    said = {"text": WORDS, "choices": CHOICES, "priority": 3, "not_before": PAST, **columns}
    sent = columns.get("state") == Out.SENT

    def notice(n: Number) -> Mapping[str, Any]:
        who = _nth(crowd, n, bot)
        to = {"person_id": crowd.person + who, "account_id": crowd.account + who}
        return {**about, **to, "id": last + n, "dedupe_key": words(key, n)}

    def message(n: Number) -> Mapping[str, Any]:
        who = _nth(crowd, n, bot)
        to = {"account_id": crowd.account + who, "bot_id": bot or crowd.bot + who % BOTS}
        return {
            **said,
            **to,
            "notice_id": last + n,
            "token": words(key, n),
            "platform_id": words("", n) if sent else "",
        }

    await put(session, Notice, count, notice)
    await put(session, Outbox, count, message)
    await _go_on(session)


def _nth(crowd: Crowd, n: Number, bot: int) -> Number:
    """Return the number of somebody. Without a `bot` every second time one of a few who hear much."""
    if bot:
        return (n * BOTS + (bot - crowd.bot)) % (crowd.size.people // BOTS * BOTS)
    few = max(crowd.size.branches // 10, 1)
    return case((n % 2 == 0, n % (crowd.size.people - 1)), else_=n // 2 % few) + 1


async def hear(session: AsyncSession, crowd: Crowd, count: int, key: str, bot: int = 0, **columns: Any) -> None:
    """Make messages heard, as in `say`."""
    heard = {"raw": {"text": WORDS}, "spoken_at": PAST, "received_at": PAST, "not_before": PAST, **columns}

    def row(n: Number) -> Mapping[str, Any]:
        who = _nth(crowd, n, bot)
        return {**heard, "key": words(key, n), "bot_id": bot or crowd.bot + who % BOTS, "account": words("9", who)}

    await put(session, Inbox, count, row)


async def work(session: AsyncSession, crowd: Crowd, count: int, **columns: Any) -> None:
    """Make jobs."""
    job = {"committee_id": crowd.committee, "kind": "export", "values": {}, "not_before": PAST, **columns}
    await put(session, Job, count, lambda _: job)


async def put(session: AsyncSession, table: type[Any], count: int, columns: Columns) -> None:
    """Insert `count` rows."""
    numbers = _series(count)
    named = columns(numbers.c.n)
    made = select(*(_value(table, name, each) for name, each in named.items())).select_from(numbers)
    await session.execute(insert(table).from_select(list(named), made))


def _series(last: int) -> CTE:
    first = select(literal(1).label("n")).where(literal(last) > 0).cte("series", recursive=True)
    return first.union_all(select(first.c.n + 1).where(first.c.n < last))


def _value(table: type[Any], name: str, value: Any) -> ColumnElement[Any]:
    given = value if isinstance(value, ColumnElement) else literal(value, table.__table__.c[name].type)
    return given.label(name)


def words(before: str, number: Number) -> ColumnElement[str]:
    """Return a number as text behind these letters."""
    return literal(before, String()) + cast(number, String())
