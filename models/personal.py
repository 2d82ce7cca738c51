"""All that is kept about one person, across tables, and how it is emptied. Figures of a branch are not a person's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import account, consent, erasing, invitation, link_code, local_message, outbox, role
from models.account import Account
from models.attachment import Attachment
from models.audit import Audit
from models.bot import Bot
from models.broadcast import Broadcast
from models.consent import Consent, Purpose
from models.conversation import Conversation
from models.erasing import Left
from models.form import Form
from models.item import Item
from models.obligation import Obligation
from models.outbox import Outbox
from models.overwritten import Overwritten
from models.person import Person
from models.reminder import Reminder
from models.report import Report, Revision
from models.role import Role

PAGE = "web"
"""The channel whose phones keep what their person wrote: the page is their only memory."""
TOGETHER = timedelta(minutes=1)
"""Within which a message is handled, so that the same words are the same message."""
Words = tuple[datetime, str]


@dataclass(frozen=True)
class Kept:
    """`accounts` with the channel of each; `said` (moment, text) by the assistant; `words` (moment, text) by them."""

    roles: Sequence[Role]
    accounts: Sequence[tuple[str, Account]]
    consents: Sequence[Consent]
    said: Sequence[Words]
    words: Sequence[Words]
    sent_reports: Sequence[datetime]
    files: Sequence[Attachment]
    acts: Sequence[tuple[datetime, str]]


async def of_person(session: AsyncSession, who: Person) -> Kept:
    """Return everything, oldest first."""
    accounts = await _accounts(session, [each.id for each in await account.of_person(session, who.id)])
    ids = [each.id for _, each in accounts]
    texts = select(Outbox.said_at, Outbox.text).where(Outbox.account_id.in_(ids), Outbox.text != "")
    replies = select(Reminder.replied_at, Reminder.reply).where(Reminder.replied_by_id == who.id, Reminder.reply != "")
    asked = select(Item.asked_at, Item.text).where(Item.person_id == who.id, Item.text != "")
    told = select(Broadcast.made_at, Broadcast.text).where(Broadcast.by_id == who.id, Broadcast.text != "")
    words = [*await session.execute(told), *await session.execute(replies), *await session.execute(asked)]
    words += await _reported(session, who)
    pages = [each.external_id for channel, each in accounts if channel == PAGE]
    typed = await local_message.typed(session, pages) if pages else []
    reports = select(Revision.sent_at).where(Revision.sent_by_id == who.id).order_by(Revision.id)
    files = select(Attachment).where(Attachment.person_id == who.id, Attachment.name != "").order_by(Attachment.id)
    return Kept(
        roles=(await session.scalars(select(Role).where(Role.person_id == who.id).order_by(Role.id))).all(),
        accounts=accounts,
        consents=await consent.of_person(session, who.id),
        said=[(at, text) for at, text in await session.execute(texts.order_by(Outbox.id))],
        words=sorted({*typed, *_not_among(typed, words)}),
        sent_reports=(await session.scalars(reports)).all(),
        files=(await session.scalars(files)).all(),
        acts=await _acts(session, who.id),
    )


def _not_among(typed: Sequence[Words], words: Iterable[Words]) -> list[Words]:
    """Leave out what was kept of a message that the page still shows: it was said once."""
    shown: dict[str, list[datetime]] = {}
    for at, text in typed:
        shown.setdefault(text, []).append(at)
    return [(at, text) for at, text in words if all(abs(at - other) > TOGETHER for other in shown.get(text, ()))]


async def _reported(session: AsyncSession, who: Person) -> list[tuple[datetime, str]]:
    """Return what they wrote in words into reports of the branches they are or were of; figures are the branch's."""
    units = select(Role.unit_id).where(Role.person_id == who.id)
    query = (
        select(Report.answers, Form.body)
        .join(Form, Form.id == Report.form_id)
        .join(Obligation, Obligation.id == Report.obligation_id)
        .where(Obligation.unit_id.in_(units))
    )
    replaced = (
        select(Overwritten.question, Overwritten.kept, Form.body)
        .join(Report, Report.id == Overwritten.report_id)
        .join(Form, Form.id == Report.form_id)
        .join(Obligation, Obligation.id == Report.obligation_id)
        .where(Obligation.unit_id.in_(units))
    )
    given = [(answers.items(), form) for answers, form in await session.execute(query)]
    given += [({name: kept}.items(), form) for name, kept, form in await session.execute(replaced)]
    return [said for answers, form in given for said in _words_of(who, answers, form)]


def _words_of(who: Person, answers: Iterable[tuple[str, Any]], form: dict[str, Any]) -> list[tuple[datetime, str]]:
    texts = {each["id"] for part in form["parts"] for each in part["questions"] if each["kind"] == "text"}
    written = [each for name, each in answers if name in texts and each.get("by") == who.id]
    return [
        (datetime.fromisoformat(each["at"]), str(each["value"]))
        for each in written
        if isinstance(each["value"], str) and each["value"]
    ]


async def _accounts(session: AsyncSession, ids: Sequence[int]) -> list[tuple[str, Account]]:
    query = select(Bot.channel, Account).join(Bot, Bot.id == Account.bot_id).where(Account.id.in_(ids))
    return [(channel, found) for channel, found in await session.execute(query.order_by(Account.id))]


async def _acts(session: AsyncSession, person_id: int) -> list[tuple[datetime, str]]:
    query = select(Audit.at, Audit.act).where(Audit.person_id == person_id).order_by(Audit.id)
    return [(at, act) for at, act in await session.execute(query)]


async def erase(session: AsyncSession, who: Person, neutral: str, now: datetime) -> Left:
    """Let go of a person at once: name, accounts, roles, consents, and what waits to be sent.

    `neutral` stands for the name. Return what is left to be emptied in parts, by models.erasing.
    """
    accounts = await account.of_person(session, who.id)
    left = await _left(session, who, accounts, now)
    await outbox.stop(session, accounts)
    await erasing.stop_waiting(session, left)
    cursors = update(Conversation).where(Conversation.account_id.in_(left.account_ids))
    await session.execute(cursors.values(expects="", subject={}, menu_id=None))
    await _withdraw(session, who, now)
    for held in await role.of_person(session, who.id):
        held.ended_at = now
    for each in accounts:
        each.person_id, each.stale_menu, each.preferred = None, True, False
    await link_code.forget(session, who.id)
    await invitation.forget_name(session, who.id)
    who.name, who.left_at, who.away_until = neutral, now, None
    who.pushes = who.excerpts = False
    await session.flush()
    return left


async def _left(session: AsyncSession, who: Person, accounts: Sequence[Account], now: datetime) -> Left:
    theirs = [(each.id, each.bot_id, each.external_id) for each in accounts]
    return Left(who.committee_id, who.id, who.name, now.isoformat(), theirs, await erasing.limits(session))


async def _withdraw(session: AsyncSession, who: Person, now: datetime) -> None:
    for purpose, given in ((Purpose.CONTACT, True), (Purpose.EXCERPTS, who.excerpts)):
        if given:
            consent.say(session, who.id, purpose, False, now)
