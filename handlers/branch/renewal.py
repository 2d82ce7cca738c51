"""Looks again at a push that waited or did not arrive, before it goes: is it still true, and what does it say today."""

from handlers.branch import asking, duties, remind
from handlers.branch.duties import Duty
from handlers.rules import standing as rules
from handlers.rules import timeliness
from handlers.turn import Moment
from models.notice import Notice, NoticeKind
from models.outbox import Out, Outbox
from models.person import Person

LOOKED_AT = (NoticeKind.REMINDER, NoticeKind.URGE, NoticeKind.BRIEF)
"""Kinds that time makes untrue; all others say tomorrow what they said today."""


async def renew(moment: Moment, row: Outbox, about: Notice) -> bool:
    """Let a message of these kinds say what is true now; False where nothing of it is. `row` is due afterwards."""
    same_day = moment.local(row.said_at).date() == moment.today
    if about.kind == NoticeKind.BRIEF:
        return same_day
    person = await moment.session.get(Person, about.person_id) if about.person_id else None
    if person is None or not person.pushes:
        return False
    found = await still_owed(moment, person, about)
    if found and not (same_day and len(found) == len(about.obligations)):
        await _rewrite(moment, row, about, person, found)
    return bool(found)


async def still_owed(moment: Moment, person: Person, about: Notice) -> list[Duty]:
    """Return what a push asked for that is still open and still this person's."""
    found = [each for each in await duties.load(moment, about.obligations) if each.chased]
    return [each for each in found if await remind.answers_for(moment, person, each.unit)]


async def _rewrite(moment: Moment, row: Outbox, about: Notice, person: Person, found: list[Duty]) -> None:
    row.state, row.said_at = Out.DUE, moment.now  # its words are of today
    if about.kind == NoticeKind.REMINDER:
        await asking.ask_anew(moment, row, person, found)
    else:
        await _urge_anew(moment, row, about, found)
    about.obligations = [each.id for each in sorted(found, key=lambda duty: (duty.last_day, duty.id))]


async def _urge_anew(moment: Moment, row: Outbox, about: Notice, found: list[Duty]) -> None:
    """The office's own words of an urge stay; the days left are counted anew."""
    dates = timeliness.of(found[0].deadline, found[0].owed.extended_to if len(found) == 1 else None)
    said = {
        **about.details,
        "branches": [each.unit.name for each in found],
        "until": rules.until(dates, moment.today),
        "last_day": dates.last_day,
        "grace_to": dates.grace_to,
    }
    choices = asking.choices_of(found[0]) if len(found) == 1 else asking.several_choices(found)
    await moment.replace(row, about.template, choices, **said)
