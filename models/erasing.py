"""The parts in which a person's words are emptied: so many rows of one table a part, so that nobody waits for it.

Each table is gone through once by its ids, up to the newest row there was when the person asked: what is said to
their account later, or to whoever has it then, is not touched. Doing a part twice is doing it once.
"""

import json
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy
from markupsafe import escape
from sqlalchemy import ColumnElement, Row, String, TextClause, cast, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import audit, local_message, retention
from models.attachment import Attachment
from models.base import Base
from models.broadcast import Broadcast
from models.conference import Conference
from models.inbox import Inbox
from models.item import Item, ItemKind
from models.job import Job, JobState
from models.local_message import LocalMessage
from models.notice import Notice, NoticeKind
from models.obligation import Obligation
from models.outbox import Out, Outbox
from models.overwritten import Overwritten
from models.reminder import Reminder
from models.report import Report, Revision
from models.unit import Unit

PART = 200
"""Rows of a table that one part goes through."""
PATIENCE = 30
"""Looks at what is on the wire until the rest is gone on with: a bot that is there no more never ends it."""
QUOTED = 12
"""Letters from which on words are looked for in what others were told; shorter ones say nothing of anybody."""
SPEAKER = "speaker_name"
"""The question of reports whose answer is somebody's name."""


@dataclass(frozen=True)
class Left:
    """What is still to be emptied of a person: `step` a key of STEPS, done up to the id `after` of its table.

    `at` is when they asked (ISO, plan time). `accounts` are [id, bot id, external id]; `limits` {step: id of the last
    row that may be theirs}; `name`, `words` and `items` (ids) are what is looked for in what others were told.
    """

    committee: int
    person: int
    name: str
    at: str
    accounts: Sequence[Sequence[Any]]
    limits: Mapping[str, int]
    words: list[str] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    step: str = "item"
    after: int = 0
    waits: int = 0  # how often this part has waited for what is on the wire

    @property
    def account_ids(self) -> list[int]:
        """Return the ids of the accounts they had."""
        return [each[0] for each in self.accounts]


async def limits(session: AsyncSession) -> dict[str, int]:
    """Return {step: the newest id of its table}, 0 for an empty one."""
    row = (await session.execute(_newest())).one()
    return {name: newest or 0 for name, newest in zip(STEPS, row, strict=True)}


@cache
def _newest() -> TextClause:
    """One statement for all tables, in its own words: putting it together took longer than running it."""
    newest = (f"(SELECT max(id) FROM {each.__tablename__})" for each, _ in STEPS.values())  # noqa: S608 (our own names)
    return sqlalchemy.text(f"SELECT {', '.join(newest)}")


async def part(session: AsyncSession, left: Left) -> Left | None:
    """Empty the next rows; return what is left after it, None once all of it is done."""
    table, empty = STEPS[left.step]
    query = select(table.id).where(table.id > left.after, table.id <= left.limits[left.step])
    ids = (await session.scalars(query.order_by(table.id).limit(PART))).all()
    if not ids:
        return _next(left)
    if await empty(session, left, table.id.between(ids[0], ids[-1])) and left.waits < PATIENCE:
        return replace(left, waits=left.waits + 1)
    return replace(left, after=ids[-1], waits=0)


def _next(left: Left) -> Left | None:
    names = list(STEPS)
    at = names.index(left.step) + 1
    return replace(left, step=names[at], after=0, waits=0) if at < len(names) else None


async def stop_waiting(session: AsyncSession, left: Left) -> None:
    """Take back what of them waits to be told to others, among what came last: it is on its way in a moment."""
    newest = select(Item.id, Item.text).where(Item.person_id == left.person).order_by(Item.id.desc()).limit(PART)
    recent = (await session.scalar(select(func.max(Item.id))) or 0) - PART
    for item_id, text in await session.execute(newest.where(Item.id > recent)):
        _learn(left, [text], [item_id])
    due = select(Outbox.id).where(Outbox.state == Out.DUE).order_by(Outbox.id.desc()).limit(PART)
    if told := await _told(session, left, Outbox.id.in_(due)):
        waiting = update(Outbox).where(Outbox.notice_id.in_(told), Outbox.state == Out.DUE)
        await session.execute(waiting.values(state=Out.CANCELLED))


def _learn(left: Left, texts: Iterable[str], items: Sequence[int] = ()) -> None:
    known = {*left.words}
    left.words.extend(each for each in dict.fromkeys(texts) if len(each) >= QUOTED and each not in known)
    del left.words[:-PART]  # they go with every part
    left.items.extend(each for each in items if each not in left.items)


# What they wrote: known first, so that it is found again in what others were told


async def _item(session: AsyncSession, left: Left, these: ColumnElement[bool]) -> None:
    theirs = these, Item.person_id == left.person
    for item_id, text in (await session.execute(select(Item.id, Item.text).where(*theirs))).all():
        _learn(left, [text], [item_id])
    await session.execute(update(Item).where(*theirs).values(text=""))
    for words in (Item.text, Item.answer):  # the wish for a leader, and who it was that came
        named = Item.kind == ItemKind.LEADER, words.contains(left.name, autoescape=True)
        mine = update(Item).where(these, Item.committee_id == left.committee, *named)
        await session.execute(mine.values({words: ""}))


async def _reminder(session: AsyncSession, left: Left, these: ColumnElement[bool]) -> None:
    theirs = these, Reminder.replied_by_id == left.person, Reminder.reply != ""
    _learn(left, (await session.scalars(select(Reminder.reply).where(*theirs))).all())
    await session.execute(update(Reminder).where(*theirs).values(reply=""))


async def _broadcast(session: AsyncSession, left: Left, these: ColumnElement[bool]) -> None:
    await session.execute(update(Broadcast).where(these, Broadcast.by_id == left.person).values(text=""))


async def _attachment(session: AsyncSession, left: Left, these: ColumnElement[bool]) -> None:
    """A file that only they were sent loses its row's path, so that it is swept."""
    own = Attachment.person_id == left.person, Attachment.unit_id.is_(None), Attachment.obligation_id.is_(None)
    gone = (
        update(Attachment)
        .where(these, *own, or_(Attachment.path != "", Attachment.name != ""))
        .values(path="", name="")
    )
    _note(session, left, (await session.scalars(gone.returning(Attachment.id))).all())


def _note(session: AsyncSession, left: Left, changed: Sequence[Any]) -> None:
    if changed:
        at = datetime.fromisoformat(left.at)
        audit.note(session, left.committee, "person.erased", f"person:{left.person}", left.person, at)


async def _inbox(session: AsyncSession, left: Left, these: ColumnElement[bool]) -> None:
    for _, bot_id, external_id in left.accounts:
        heard = Inbox.bot_id == bot_id, Inbox.account == external_id, Inbox.done_at.is_not(None)
        await session.execute(update(Inbox).where(these, *heard).values(raw={}))


# What was said to them, and of them to others


async def _outbox(session: AsyncSession, left: Left, these: ColumnElement[bool]) -> bool:
    """Empty it; return whether some of it is on the wire, which is looked at again."""
    mine, told = these & Outbox.account_id.in_(left.account_ids), await _told(session, left, these)
    await session.execute(update(Outbox).where(mine, Outbox.state == Out.DUE).values(state=Out.CANCELLED))
    free = mine if left.waits >= PATIENCE else mine & (Outbox.state != Out.SENDING)
    await session.execute(update(Outbox).where(free).values(text=""))
    await _forget_quotes(session, told)
    on_the_wire = select(func.count()).where(Outbox.state == Out.SENDING, mine | Outbox.notice_id.in_(told))
    return bool(await session.scalar(on_the_wire))


async def _forget_quotes(session: AsyncSession, told: Sequence[int]) -> None:
    """Empty these notices to others; what waits of them is not sent any more.

    The buttons stay: an item is still there to be decided, without what was said.
    """
    waiting = update(Outbox).where(Outbox.notice_id.in_(told), Outbox.state == Out.DUE)
    await session.execute(waiting.values(state=Out.CANCELLED))
    query = select(Outbox.id, Outbox.choices, Outbox.token)
    rows = (
        await session.execute(query.where(Outbox.notice_id.in_(told), Outbox.state != Out.SENDING).order_by(Outbox.id))
    ).all()
    await retention.empty_messages(session, {row.id: row.choices for row in rows}, [row.token for row in rows])
    held = select(Outbox.id).where(Outbox.notice_id == Notice.id, Outbox.state == Out.SENDING).exists()
    await session.execute(update(Notice).where(Notice.id.in_(told), ~held).values(details={}))


async def _told(session: AsyncSession, left: Left, these: ColumnElement[bool]) -> list[int]:
    """Return the notices to others, of these messages, that hold their words or are about what they put before them.

    Excerpts are nobody's words.
    """
    others = select(Outbox.notice_id, Outbox.text, Outbox.choices)
    rows = (await session.execute(others.where(these, Outbox.account_id.not_in(left.account_ids)))).all()
    if not rows:
        return []
    notices = await _notices(session, left, {row.notice_id for row in rows})
    found = [(row, notices[row.notice_id]) for row in rows if row.notice_id in notices]
    items, forms = {f"item:{each}" for each in left.items}, _forms([left.name, *left.words])
    written = [(notice.id, notice.batch in items, _written(row, notice)) for row, notice in found]
    whole = "\n".join(text for *_, text in written)
    forms = [each for each in forms if each in whole]
    return sorted({notice for notice, about, text in written if about or any(each in text for each in forms)})


async def _notices(session: AsyncSession, left: Left, ids: Collection[int]) -> dict[int, Row[Any]]:
    """Return those of these notices that may be about the person; asked for by id alone, no planner takes a detour."""
    query = select(Notice.id, Notice.committee_id, Notice.kind, Notice.batch, Notice.details).where(Notice.id.in_(ids))
    found = (await session.execute(query)).all()
    return {row.id: row for row in found if row.committee_id == left.committee and row.kind != NoticeKind.EXCERPT}


def _forms(words: Sequence[str]) -> list[str]:
    """Return the words as they are written in a message, and in JSON."""
    return list({form for each in words for form in (each, str(escape(each)), _json(each)[1:-1])})


def _written(row: Row[Any], notice: Row[Any]) -> str:
    return "\n".join((row.text, _json(row.choices), _json(notice.details)))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


async def _notice(session: AsyncSession, left: Left, these: ColumnElement[bool]) -> None:
    said = update(Notice).where(these, Notice.account_id.in_(left.account_ids))
    await session.execute(said.values(details={}))
    await session.execute(update(Notice).where(these, Notice.person_id == left.person).values(details={}, batch=""))


async def _phone(session: AsyncSession, left: Left, these: ColumnElement[bool]) -> None:
    await local_message.forget(session, [each[2] for each in left.accounts], these)


# Where others named them


async def _unit(session: AsyncSession, left: Left, these: ColumnElement[bool]) -> None:
    ours = these, Unit.committee_id == left.committee
    for column in (Unit.secretary_name, Unit.deputy_name):
        await session.execute(update(Unit).where(*ours, column == left.name).values({column: ""}))
    named = Unit.responsible.contains(left.name, autoescape=True)
    await session.execute(update(Unit).where(*ours, named).values(responsible=""))


async def _conference(session: AsyncSession, left: Left, these: ColumnElement[bool]) -> None:
    for column in (Conference.speaker_name, Conference.leader_name, Conference.reason):
        spoke = Conference.committee_id == left.committee, column.contains(left.name, autoescape=True)
        await session.execute(
            update(Conference).where(these, *spoke).values({column: ""})
        )  # "Trần Văn E, Phó Giám đốc"


async def _report(session: AsyncSession, left: Left, these: ColumnElement[bool]) -> None:
    query = select(Report).join(Obligation, Obligation.id == Report.obligation_id)
    ours = these, Obligation.committee_id == left.committee, holds(Report.answers, left.name)
    _unnamed(left, (await session.scalars(query.where(*ours))).all())


async def _revision(session: AsyncSession, left: Left, these: ColumnElement[bool]) -> None:
    query = select(Revision).join(Report, Report.id == Revision.report_id)
    query = query.join(Obligation, Obligation.id == Report.obligation_id)
    ours = these, Obligation.committee_id == left.committee, holds(Revision.answers, left.name)
    found = (await session.scalars(query.where(*ours))).all()
    _unnamed(left, found)
    _note(session, left, found)


def _unnamed(left: Left, found: Sequence[Report] | Sequence[Revision]) -> None:
    for each in found:
        if _names(each.answers.get(SPEAKER), left.name):
            each.answers = {**each.answers, SPEAKER: {**each.answers[SPEAKER], "value": None}}


async def _overwritten(session: AsyncSession, left: Left, these: ColumnElement[bool]) -> None:
    ours = these, Overwritten.committee_id == left.committee, Overwritten.question == SPEAKER
    for old in (await session.scalars(select(Overwritten).where(*ours))).all():
        if _names(old.kept, left.name):
            old.kept = {**old.kept, "value": None}


def _names(kept: Mapping[str, Any] | None, name: str) -> bool:
    return kept is not None and name in str(kept.get("value") or "")


async def _job(session: AsyncSession, left: Left, these: ColumnElement[bool]) -> None:
    done = Job.state.in_([JobState.DONE, JobState.FAILED]), holds(Job.values, left.name)
    await session.execute(delete(Job).where(these, Job.committee_id == left.committee, *done))


def holds(column: Any, words: str) -> ColumnElement[bool]:
    """Say whether a JSON column holds these words, as they are written in it: letters, or their numbers."""
    forms = {json.dumps(words, ensure_ascii=ascii_)[1:-1] for ascii_ in (True, False)}
    return or_(*(cast(column, String).contains(form, autoescape=True) for form in forms))


Empty = Callable[[AsyncSession, Left, ColumnElement[bool]], Awaitable[bool | None]]

STEPS: dict[str, tuple[type[Base], Empty]] = {
    "item": (Item, _item),
    "unit": (Unit, _unit),
    "conference": (Conference, _conference),
    "report": (Report, _report),
    "revision": (Revision, _revision),
    "overwritten": (Overwritten, _overwritten),
    "reminder": (Reminder, _reminder),
    "outbox": (Outbox, _outbox),
    "notice": (Notice, _notice),
    "inbox": (Inbox, _inbox),
    "phone": (LocalMessage, _phone),
    "broadcast": (Broadcast, _broadcast),
    "attachment": (Attachment, _attachment),
    "job": (Job, _job),
}
"""In the order in which they are gone through, rows that others go on changing first, so that a name written anew
meanwhile stays; each returns True where it must be looked at again."""
