"""What else makes a reminder or ends one: a duty given late, somebody who joined, a chosen hour, an answer."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from handlers import plan
from handlers.branch import asking, duties
from handlers.branch.asking import Asked
from handlers.branch.duties import Duty
from handlers.office import items
from handlers.plan import Planned
from handlers.rules import rungs, windows
from handlers.rules.ladder import Rung
from handlers.turn import Moment
from models import due, outbox, reminder, role
from models.deadline import Deadline
from models.due import Due
from models.item import ItemKind
from models.notice import Notice, NoticeKind
from models.obligation import Obligation
from models.person import Person
from models.role import RoleKind
from models.unit import Unit

ASKED_ROLES = (RoleKind.SECRETARY, RoleKind.DEPUTY)
MOOT = (ItemKind.EXTENSION, ItemKind.SENT_ELSEWHERE, ItemKind.PHOTO, ItemKind.CALL, ItemKind.BLOCKED)
"""What the office need not do any more once the report is in."""


async def snoozed(moment: Moment, rows: Sequence[Due]) -> None:
    """Remind somebody at the hour they chose of what is still open of it."""
    for row in rows:
        person_id, _, ids = row.subject.removeprefix("person:").partition(":")
        person = await moment.session.get(Person, int(person_id))
        open_still = [each for each in await duties.load(moment, duties.ids_of(ids)) if each.chased]
        if person is None or not open_still or not await answers_for(moment, person, open_still[0].unit):
            row.outcome = "void"
            continue
        name = f"{reminder.SNOOZE}:{row.id}"
        said = await asking.ask(moment, person, [Asked(each, name) for each in open_still], name, way="again")
        row.outcome = "sent" if said else "nobody"


async def snooze(moment: Moment, person: Person, found: Sequence[Duty], at: datetime) -> None:
    """Remind a person again at an hour of their choice."""
    subject = f"person:{person.id}:{duties.joined(found)}"
    until = at + timedelta(days=1)
    await due.plan(moment.session, moment.committee.id, "snooze", subject, at.isoformat(), at, until)


async def answers_for(moment: Moment, person: Person, unit: Unit) -> bool:
    """Say whether somebody is asked for a branch now."""
    held = await role.in_unit(moment.session, unit.id, ASKED_ROLES)
    return person.left_at is None and person.id in {each.person_id for each in held}


async def welcome(moment: Moment, person: Person, unit: Unit) -> bool:
    """Tell somebody who just joined what is open if rungs have passed; at once, in one message. Say if it was told."""
    late = [each for each in await duties.of_unit(moment, unit.id) if each.chased and await began(moment, each)]
    return await tell_open(moment, person, late, f"welcome:{person.id}:{unit.id}")


async def tell_open(
    moment: Moment, person: Person, found: Sequence[Duty], key: str, instead_of: str = "", until: date | None = None
) -> bool:
    """Tell a person what is open with the true days left; `instead_of` is the role of who is away `until` a day."""
    if not found:
        return False
    seen = await duties.views(moment, found)
    said = {"name": person.name, "duties": seen, "instead_of": instead_of, "until": until or moment.today}
    choices = asking.choices_of(found[0]) if len(found) == 1 else asking.several_choices(found)
    about = [each.id for each in found]
    notice = await moment.tell(
        person, "remind.welcome", kind=NoticeKind.REMINDER, dedupe=key, choices=choices, about=about, **said
    )
    if notice:
        await asking.keep(moment, {person.id: (notice.id, [Asked(each, rungs.NEW) for each in found])})
    return notice is not None


async def began(moment: Moment, duty: Duty) -> bool:
    """Say whether a rung of this duty has passed already."""
    return await _began(moment, duty.owed, duty.deadline)


async def _began(moment: Moment, owed: Obligation, deadline: Deadline) -> bool:
    steps = await plan.rungs_of(moment, owed, deadline)
    return bool(steps) and moment.at(steps[0].day, steps[0].at) < moment.now


async def assign(moment: Moment, planned: Sequence[Planned]) -> None:
    """Plan the one message about each duty given after rungs had passed, unless a rung tells it that very morning."""
    began_of: dict[int, bool] = {}
    at = await moment.next_sending(moment.now) if planned else moment.now
    rows = []
    for each in planned:
        if each.owed.told_at or _tells(each.rung, moment.local(at).date()):
            continue
        if each.deadline.id not in began_of:
            began_of[each.deadline.id] = await _began(moment, each.owed, each.deadline)
        if began_of[each.deadline.id]:
            rows.append(_assigned(each.owed, at))
    await due.plan_all(moment.session, rows)


def _tells(coming: Rung | None, day: date) -> bool:
    return coming is not None and coming.day == day and coming.name != rungs.ON_THE_DAY


def _assigned(owed: Obligation, at: datetime) -> dict[str, object]:
    return {
        "committee_id": owed.committee_id,
        "kind": "assigned",
        "obligation_id": owed.id,
        "subject": f"obligation:{owed.id}",
        "occurrence": rungs.NEW,
        "version": owed.version,
        "due_at": at,
        "valid_until": at + plan.STILL_TRUE,
        "outcome": "",
    }


async def stopped(moment: Moment, owed: Obligation, by: Person | None, what: str = "sent") -> None:
    """End the reminding of an obligation: unsent reminders go, the others who were reminded learn who answered.

    Call it when the report is in, whoever brought it; `by` None when the office has it without the branch. `what` was
    done (words.yaml, "answered").
    """
    duty = (await duties.load(moment, [owed.id]))[0]
    await take_back(moment, duty)
    owed.paused, owed.skip_next, owed.call_wanted = False, False, False
    for kind in await items.open_about(moment, owed, MOOT):
        await items.close(moment, kind, None, "in")
    if by is None:
        await _tell_reminded(moment, duty, None, "remind.taken_in", "in", title=duty.deadline.short_title)
    else:
        await tell_others(moment, duty, by, what)


async def tell_others(moment: Moment, duty: Duty, by: Person, what: str, on: date | None = None) -> None:
    """Tell the others of the branch who were reminded of a duty that `by` answered it, and what."""
    held = await role.in_unit(moment.session, duty.unit.id, ASKED_ROLES)
    kind = next((each.kind for each in held if each.person_id == by.id), "")
    if windows.is_quiet(moment.clock_time):
        return await _tell_others_later(moment, duty, by, what, on)
    said = {"by": by.name, "role": kind, "title": duty.deadline.short_title, "what": what, "on": on}
    return await _tell_reminded(moment, duty, by, "remind.answered", what, **said)


async def _tell_others_later(moment: Moment, duty: Duty, by: Person, what: str, on: date | None) -> None:
    at = items.after_quiet(moment)
    occurrence = f"{by.id}:{what}:{on or ''}"
    subject, until = f"obligation:{duty.id}", at + timedelta(days=1)
    await due.plan(moment.session, moment.committee.id, "answered", subject, occurrence, at, until, duty.owed.version)


async def tell_answered(moment: Moment, rows: Sequence[Due]) -> None:
    """Tell in the morning what was answered at night."""
    for row in rows:
        person_id, what, on = row.occurrence.split(":")
        found = await duties.load(moment, duties.ids_of(row.subject.removeprefix("obligation:")))
        by = await moment.session.get(Person, int(person_id))
        if found and by:
            await tell_others(moment, found[0], by, what, date.fromisoformat(on) if on else None)
        row.outcome = "sent"


async def _tell_reminded(
    moment: Moment, duty: Duty, but: Person | None, template: str, why: str, **said: object
) -> None:
    last = await _reminded(moment, duty)
    for person in last:
        if but is None or person.id != but.id:
            key = f"answered:{duty.id}:{duty.owed.version}:{why}:{last[person]}:{person.id}"
            await moment.tell(person, template, kind=NoticeKind.ITEM, dedupe=key, **said)


async def _reminded(moment: Moment, duty: Duty) -> dict[Person, int]:
    """Return {person still answering for the branch: their last reminder of this duty}."""
    held = {each.person_id for each in await role.in_unit(moment.session, duty.unit.id, ASKED_ROLES)}
    found: dict[Person, int] = {}
    for each in await reminder.of_obligation(moment.session, duty.id):
        person = await moment.session.get_one(Person, each.person_id)
        if person.id in held and person.pushes:
            found.setdefault(person, each.id)
    return found


async def take_back(moment: Moment, duty: Duty) -> None:
    """Cancel reminders not sent yet; what a merged one said of other duties is said anew."""
    sent = {each.notice_id for each in await reminder.of_obligation(moment.session, duty.id)}
    for notice_id in sorted(sent):
        message = await moment.message_of(notice_id)
        if message and await outbox.waits(moment.session, message):
            await outbox.cancel(moment.session, [notice_id])
            await _again_without(moment, await moment.session.get_one(Notice, notice_id), duty)


async def _again_without(moment: Moment, old: Notice, duty: Duty) -> None:
    left = [each for each in await duties.load(moment, old.obligations) if each.id != duty.id and each.chased]
    person = await moment.session.get(Person, old.person_id)
    if left and person:
        asked = [Asked(each, rungs.NEW) for each in left]
        await asking.ask(moment, person, asked, f"{old.dedupe_key}:{duty.id}")


async def answered(moment: Moment, duty: Duty, by: Person, words: str) -> None:
    """Keep the branch's words with the reminder they answer."""
    rows = await reminder.of_obligation(moment.session, duty.id)
    for each in [row for row in rows if row.occurrence == rows[0].occurrence and row.version == rows[0].version]:
        each.reply, each.replied_at, each.replied_by_id = words, moment.now, by.id
