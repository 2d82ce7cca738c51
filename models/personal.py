"""All that is kept about one person, across tables, and how it is emptied. Figures of a branch are not a person's."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import escape
from sqlalchemy import ColumnElement, String, cast, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import account, consent, invitation, local_message, outbox, retention, role
from models.account import Account
from models.attachment import Attachment
from models.audit import Audit
from models.bot import Bot
from models.consent import Consent, Purpose
from models.conversation import Conversation
from models.form import Form
from models.inbox import Inbox
from models.item import Item
from models.job import Job, JobState
from models.notice import Notice, NoticeKind
from models.obligation import Obligation
from models.outbox import Out, Outbox
from models.person import Person
from models.reminder import Reminder
from models.report import Report, Revision
from models.role import Role
from models.unit import Unit


@dataclass(frozen=True)
class Kept:
    """`accounts` with the channel of each; `said` (moment, text) by the assistant; `words` (moment, text) by them."""

    roles: Sequence[Role]
    accounts: Sequence[tuple[str, Account]]
    consents: Sequence[Consent]
    said: Sequence[tuple[datetime, str]]
    words: Sequence[tuple[datetime, str]]
    sent_reports: Sequence[datetime]
    files: Sequence[Attachment]
    acts: Sequence[tuple[datetime, str]]


async def of_person(session: AsyncSession, who: Person) -> Kept:
    """Return everything, oldest first."""
    ids = [each.id for each in await account.of_person(session, who.id)]
    texts = select(Outbox.said_at, Outbox.text).where(Outbox.account_id.in_(ids), Outbox.text != "")
    replies = select(Reminder.replied_at, Reminder.reply).where(Reminder.replied_by_id == who.id, Reminder.reply != "")
    asked = select(Item.asked_at, Item.text).where(Item.person_id == who.id, Item.text != "")
    words = [*await session.execute(replies), *await session.execute(asked), *await _reported(session, who)]
    reports = select(Revision.sent_at).where(Revision.sent_by_id == who.id).order_by(Revision.id)
    files = select(Attachment).where(Attachment.person_id == who.id, Attachment.name != "").order_by(Attachment.id)
    return Kept(
        roles=(await session.scalars(select(Role).where(Role.person_id == who.id).order_by(Role.id))).all(),
        accounts=await _accounts(session, ids),
        consents=await consent.of_person(session, who.id),
        said=[(at, text) for at, text in await session.execute(texts.order_by(Outbox.id))],
        words=sorted({(at, text) for at, text in words}),
        sent_reports=(await session.scalars(reports)).all(),
        files=(await session.scalars(files)).all(),
        acts=await _acts(session, who.id),
    )


async def _reported(session: AsyncSession, who: Person) -> list[tuple[datetime, str]]:
    """Return what they wrote in words into reports of the branches they are or were of; figures are the branch's."""
    units = select(Role.unit_id).where(Role.person_id == who.id)
    query = (
        select(Report.answers, Form.body)
        .join(Form, Form.id == Report.form_id)
        .join(Obligation, Obligation.id == Report.obligation_id)
        .where(Obligation.unit_id.in_(units))
    )
    found = []
    for answers, form in await session.execute(query):
        texts = {each["id"] for part in form["parts"] for each in part["questions"] if each["kind"] == "text"}
        written = [each for name, each in answers.items() if name in texts and each.get("by") == who.id]
        found += [(datetime.fromisoformat(each["at"]), str(each["value"])) for each in written if each["value"]]
    return found


async def _accounts(session: AsyncSession, ids: Sequence[int]) -> list[tuple[str, Account]]:
    query = select(Bot.channel, Account).join(Bot, Bot.id == Account.bot_id).where(Account.id.in_(ids))
    return [(channel, found) for channel, found in await session.execute(query.order_by(Account.id))]


async def _acts(session: AsyncSession, person_id: int) -> list[tuple[datetime, str]]:
    query = select(Audit.at, Audit.act).where(Audit.person_id == person_id).order_by(Audit.id)
    return [(at, act) for at, act in await session.execute(query)]


async def said_count(session: AsyncSession, person_id: int) -> int:
    """Count the messages to a person whose text is still kept."""
    theirs = select(Account.id).where(Account.person_id == person_id)
    query = select(func.count()).where(Outbox.account_id.in_(theirs), Outbox.text != "")
    return await session.scalar(query) or 0


async def erase(session: AsyncSession, who: Person, neutral: str, now: datetime) -> None:
    """Empty a person: name, texts to and by them, accounts, roles, consents. `neutral` stands for the name."""
    accounts = await account.of_person(session, who.id)
    ids, phones = [each.id for each in accounts], [each.external_id for each in accounts]
    await forget_quotes(session, who, ids)  # while their words can still be looked for
    await outbox.forget_texts(session, ids)
    await local_message.forget(session, phones)
    await _forget_words(session, who, accounts)
    await _forget_name(session, who)
    for purpose, given in ((Purpose.CONTACT, True), (Purpose.EXCERPTS, who.excerpts)):
        if given:
            consent.say(session, who.id, purpose, False, now)
    for held in await role.of_person(session, who.id):
        held.ended_at = now
    for each in accounts:
        each.person_id, each.stale_menu = None, True
    who.name, who.left_at, who.away_until = neutral, now, None
    who.pushes = who.excerpts = False
    await session.flush()


QUOTED = 12
"""Letters from which on words are looked for in what others were told; shorter ones say nothing of anybody."""


async def forget_quotes(session: AsyncSession, who: Person, accounts: Sequence[int]) -> None:
    """Empty what others were told with the person's name or words in it; what waits of it is not sent any more.

    The buttons stay: an item is still there to be decided, without what was said.
    """
    told = await _told(session, who, accounts, await _said_by(session, who))
    gone = update(Outbox).where(Outbox.notice_id.in_(told), Outbox.state == Out.DUE).values(state=Out.CANCELLED)
    await session.execute(gone)
    on_the_wire = Outbox.notice_id.in_(told), Outbox.state == Out.SENDING
    await session.execute(update(Outbox).where(*on_the_wire).values(forget=True))
    rows = select(Outbox).where(Outbox.notice_id.in_(told), Outbox.state != Out.SENDING)
    found = (await session.scalars(rows)).all()
    await retention.empty_messages(session, {row.id: row.choices for row in found}, [row.token for row in found])
    await session.execute(update(Notice).where(Notice.id.in_(told)).values(details={}))
    done = Job.state.in_([JobState.DONE, JobState.FAILED]), _holds(Job.values, who.name)
    await session.execute(delete(Job).where(Job.committee_id == who.committee_id, *done))


async def _said_by(session: AsyncSession, who: Person) -> list[str]:
    """Return the words to look for: the name, and what the person wrote that is long enough to be found again."""
    asked = await session.scalars(select(Item.text).where(Item.person_id == who.id))
    replied = await session.scalars(select(Reminder.reply).where(Reminder.replied_by_id == who.id))
    return [who.name, *dict.fromkeys(each for each in (*asked, *replied) if len(each) >= QUOTED)]


async def _told(session: AsyncSession, who: Person, accounts: Sequence[int], words: Sequence[str]) -> list[int]:
    """Return the notices to others that hold these words, or that are about what the person put before the office.

    Excerpts are nobody's words, and there are too many of them to look through.
    """
    items = [f"item:{each}" for each in await session.scalars(select(Item.id).where(Item.person_id == who.id))]
    others = (
        Notice.committee_id == who.committee_id,
        Notice.kind != NoticeKind.EXCERPT,
        Notice.account_id.not_in(accounts),
    )
    said = [Outbox.text.contains(form, autoescape=True) for each in words for form in {each, str(escape(each))}]
    known = [column for each in words for column in (_holds(Notice.details, each), _holds(Outbox.choices, each))]
    query = select(Notice.id).join(Outbox, Outbox.notice_id == Notice.id).where(*others)
    return list(await session.scalars(query.where(or_(Notice.batch.in_(items), *said, *known)).distinct()))


def _holds(column: Any, words: str) -> ColumnElement[bool]:
    """Say whether a JSON column holds these words, as they are written in it: letters, or their numbers."""
    forms = {json.dumps(words, ensure_ascii=ascii_)[1:-1] for ascii_ in (True, False)}
    return or_(*(cast(column, String).contains(form, autoescape=True) for form in forms))


async def _forget_words(session: AsyncSession, who: Person, accounts: Sequence[Account]) -> None:
    """Empty what they wrote; a file that only they were sent loses its row's path, so that it is swept."""
    for each in accounts:
        heard = Inbox.bot_id == each.bot_id, Inbox.account == each.external_id, Inbox.done_at.is_not(None)
        await session.execute(update(Inbox).where(*heard).values(raw={}))
    ids = [each.id for each in accounts]
    cursors = update(Conversation).where(Conversation.account_id.in_(ids))
    await session.execute(cursors.values(expects="", subject={}, menu_id=None))
    await session.execute(update(Reminder).where(Reminder.replied_by_id == who.id).values(reply=""))
    await session.execute(update(Item).where(Item.person_id == who.id).values(text=""))
    own = Attachment.person_id == who.id, Attachment.unit_id.is_(None), Attachment.obligation_id.is_(None)
    await session.execute(update(Attachment).where(*own).values(path="", name=""))
    await session.execute(update(Notice).where(Notice.person_id == who.id).values(details={}, batch=""))


async def _forget_name(session: AsyncSession, who: Person) -> None:
    await invitation.forget_name(session, who.id)
    for column in (Unit.secretary_name, Unit.deputy_name):
        mine = update(Unit).where(Unit.committee_id == who.committee_id, column == who.name)
        await session.execute(mine.values({column: ""}))
