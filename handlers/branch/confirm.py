"""A branch looks at what the office typed in for it: right or not. Silence leaves it unconfirmed and blocks nothing."""

from collections.abc import Sequence

from sqlalchemy import select

from handlers.branch import duties, files
from handlers.branch.duties import Duty
from handlers.office import items
from handlers.routes import SENDERS
from handlers.rules import figures
from handlers.rules.figures import Figures
from handlers.turn import Moment, Turn
from messages.types import Choice, Rows
from models import notice, person, report, role
from models.deadline import Deadline
from models.item import Item, ItemKind
from models.notice import NoticeKind
from models.obligation import Obligation
from models.person import Person
from models.report import Report, Revision
from models.unit import Unit


async def ask(moment: Moment, duty: Duty, found: Report, sent: Revision) -> bool:
    """Ask everybody who may send for the branch; return whether anybody could be asked."""
    people = await answering(moment, duty.unit)
    return any([await _ask(moment, each, duty, found, sent) for each in people])


async def answering(moment: Moment, unit: Unit) -> Sequence[Person]:
    """Return who may confirm for a branch."""
    return await person.holding(moment.session, moment.committee.id, sorted(SENDERS), unit.id)


async def confirm_pending(moment: Moment, who: Person, unit: Unit) -> int:
    """Ask somebody who just joined a branch about what was entered for it before; return how many were asked.

    Only who may send for the branch is asked.
    """
    if not any([await role.holder(moment.session, who.id, kind, unit.id) for kind in sorted(SENDERS)]):
        return 0
    rows = await moment.session.execute(
        select(Obligation, Deadline, Report)
        .join(Deadline, Deadline.id == Obligation.deadline_id)
        .join(Report, Report.obligation_id == Obligation.id)
        .where(Obligation.unit_id == unit.id, Report.on_behalf != "", Report.confirmed_at.is_(None))
        .order_by(Deadline.last_on_time, Obligation.id)
    )
    asked = 0
    for owed, deadline, found in rows.all():
        sent = await report.last_revision(moment.session, found.id)
        asked += bool(sent and sent.answers and await _ask(moment, who, Duty(owed, deadline, unit), found, sent))
    return asked


async def _ask(moment: Moment, who: Person, duty: Duty, found: Report, sent: Revision) -> bool:
    told = await moment.tell(
        who,
        "confirm.ask",
        kind=NoticeKind.ITEM,
        choices=_choices(duty.id, sent.number),
        about=[duty.id],
        batch=_batch(duty.id, sent.number),
        dedupe=f"{_batch(duty.id, sent.number)}:{who.id}",
        **_shown(duty, found, figures.figures_of(sent.answers)),
    )
    return told is not None


def _batch(obligation: int, revision: int) -> str:
    return f"confirm:{obligation}:{revision}"


def _choices(obligation: int, revision: int) -> Rows:
    which = {"obligation": obligation, "revision": revision}
    return [[Choice("confirm.right", which), Choice("confirm.wrong", which)]]


def _shown(duty: Duty, found: Report, said: Figures) -> dict[str, object]:
    return {
        "branch": duty.unit.name,
        "what": duty.deadline.short_title,
        "how": found.on_behalf,
        "held_on": said.held_on,
        "attended": said.attended,
        "summoned": said.summoned,
        "masses": said.masses,
    }


async def right(turn: Turn, obligation: int, revision: int) -> None:
    """The branch agrees with the figures."""
    found = await _open(turn, obligation, revision)
    if found is None:
        return
    duty, kept = found
    kept.confirmed_at = turn.now
    turn.note("report.confirmed", f"obligation:{duty.id}", turn.me, revision=revision)
    for each in await items.open_about(turn, duty.owed, [ItemKind.CORRECTION]):
        await items.close(turn, each, None, "withdrawn")
    await turn.say("confirm.thanks", branch=duty.unit.name)
    await _tell_others(turn, duty, revision)


async def wrong(turn: Turn, obligation: int, revision: int) -> None:
    """The branch does not agree: the office has it at once, and tells of it with the branch's next words."""
    found = await _open(turn, obligation, revision)
    if found is not None:
        await _dispute(turn, found[0])
        turn.expect("confirm.correction", obligation=found[0].id)
        await turn.say("confirm.what")


async def _dispute(turn: Turn, duty: Duty) -> Item:
    """Return the open item that says the figures are not right, made now if there is none."""
    for each in await items.open_about(turn, duty.owed, [ItemKind.CORRECTION]):
        return each
    made = await items.put(turn, ItemKind.CORRECTION, duty.unit, owed=duty.owed, by=turn.me, tell=False)
    turn.note("report.disputed", f"obligation:{duty.id}", turn.me, item=made.id)
    return made


async def correction(turn: Turn) -> None:
    """The branch's words about figures that are not right."""
    found = await duties.mine(turn, [int(turn.conversation.subject.get("obligation") or 0)])
    if turn.incoming.upload is not None and (why := await files.refused(turn)):
        await turn.say("upload.refused", why=why)
        return
    turn.expect_nothing()
    if not found:
        await turn.say("confirm.already")
        return
    kept = await files.keep(turn, found[0]) if turn.incoming.upload is not None else None
    words, message = turn.incoming.text, turn.incoming.message_id
    about = await _dispute(turn, found[0])
    if about.text or about.attachment_id:  # said before: newer words are told as well
        await items.close(turn, about, None, "again")
        about = await _dispute(turn, found[0])
    await items.fill(turn, about, turn.me, words, message_id=message, attachment_id=kept.id if kept else None)
    await turn.say("confirm.passed_on", branch=found[0].unit.name)


async def _open(turn: Turn, obligation: int, revision: int) -> tuple[Duty, Report] | None:
    """Return what waits for the branch's word; an old button is told where things stand."""
    mine = await duties.mine(turn, [obligation])
    kept = await report.of_obligation(turn.session, obligation) if mine else None
    sent = await report.last_revision(turn.session, kept.id) if kept else None
    if not mine or kept is None or sent is None or not kept.on_behalf or kept.confirmed_at is not None:
        await turn.say("confirm.already")
        return None
    if sent.number != revision:
        said = _shown(mine[0], kept, figures.figures_of(sent.answers))
        await turn.say("confirm.ask", choices=_choices(obligation, sent.number), about=[obligation], **said)
        return None
    return mine[0], kept


async def _tell_others(turn: Turn, duty: Duty, revision: int) -> None:
    for each in await notice.of_batch(turn.session, _batch(duty.id, revision)):
        message = await turn.message_of(each.id)
        if message is not None and each.person_id != turn.me.id:
            await turn.replace(message, "confirm.by_other", branch=duty.unit.name, name=turn.me.name)
