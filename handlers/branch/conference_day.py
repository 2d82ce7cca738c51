"""The day before a conference a word to who leads the branch; the working day after it, one question: was it held?

What is planned names the session's version: one that was moved, corrected or called off is void when it fires.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from handlers.branch import asking, rung, sessions
from handlers.branch.asking import Asked
from handlers.branch.duties import STILL_OWED, Duty
from handlers.rules import recipients
from handlers.turn import Moment
from messages.types import Choice, Rows
from models import conference as stored
from models import due, notice, person, standing
from models.base import find
from models.conference import Conference, ConferenceState
from models.due import Due
from models.notice import NoticeKind
from models.person import Person

BEFORE, AFTER = "before", "after"
BESIDE = timedelta(minutes=5)  # after the day's reminders, so that one message holds the day
MORNING = time(8)
STILL_TRUE = timedelta(hours=8)
FEW = 8  # sessions in one transaction: each is asked about by itself, and answers come between


async def plan(moment: Moment, found: Conference) -> None:
    """Plan both words about a session as it stands now."""
    if found.state != ConferenceState.ANNOUNCED:
        return
    workdays, ladder = await moment.workdays(), (await moment.plan()).ladder
    before = moment.at(workdays.on_or_before(found.on_day - timedelta(days=1)), ladder.morning) + BESIDE
    after = moment.at(workdays.on_or_after(found.on_day + timedelta(days=1)), MORNING)
    for name, at in ((BEFORE, before), (AFTER, after)):
        if at > moment.now:
            await _plan(moment, found, name, at)


async def _plan(moment: Moment, found: Conference, name: str, at: datetime) -> None:
    subject, until = f"conference:{found.id}", at + STILL_TRUE
    await due.plan(moment.session, moment.committee.id, "conference", subject, name, at, until, found.version)


async def fire(moment: Moment, rows: Sequence[Due]) -> None:
    """Say what is still true, within the sending hours; the rest is void. More than a few wait a turn."""
    for row in rows[FEW:]:
        row.fired_at = None
    for row in rows[:FEW]:
        found = await find(moment.session, Conference, int(row.subject.removeprefix("conference:")))
        if found is None or _is_void(moment, row, found):
            row.outcome = "void"
        elif (opening := await _opening(moment)) > moment.now:
            rung.put_off(row, opening)
        elif row.occurrence == BEFORE:
            await _before(moment, row, found)
        else:
            await _after(moment, row, found)


def _is_void(moment: Moment, row: Due, found: Conference) -> bool:
    stands = found.version == row.version and found.state == ConferenceState.ANNOUNCED
    return not stands or (row.occurrence == BEFORE and found.on_day < moment.today)


async def _opening(moment: Moment) -> datetime:
    opening = await moment.next_sending(moment.now)
    if opening > moment.now or await moment.pushing():
        return opening
    return await moment.next_sending(moment.now + rung.LATER_TODAY)


async def _people(moment: Moment, found: Conference) -> list[Person]:
    answerers = (await standing.answerers(moment.session, moment.committee.id, [found.unit_id])).get(found.unit_id, [])
    asked = [each.person_id for each in recipients.asked(answerers, moment.today, deputy=False)]
    known = await person.of_ids(moment.session, asked)
    return [known[each] for each in asked]


async def _fresh(moment: Moment, people: Sequence[Person]) -> list[Person]:
    """Return those who had no reminder today yet."""
    ids, since = [each.id for each in people], moment.at(moment.today, time())
    had = await notice.reminded(moment.session, ids, since) | await notice.urged(moment.session, ids, since)
    return [each for each in people if each.id not in had]


# The day before


async def _before(moment: Moment, row: Due, found: Conference) -> None:
    """One reminder a person a day: who had today's is told on the morning itself, if the session comes later."""
    people = await _people(moment, found)
    if people and not (people := await _fresh(moment, people)):
        _put_to_the_day(moment, row, found)
        return
    values = {"conference": found.id}
    menu: Rows = [[Choice("conference.move", values), Choice("conference.one", values, "conference.look")]]
    duty = await sessions.reporting(moment, found) if found.on_day == moment.today else None  # no rung says it again
    told = [await _tell(moment, each, row, found, "conference.before", menu, duty) for each in people]
    row.outcome = "sent" if any(told) else "nobody"


def _put_to_the_day(moment: Moment, row: Due, found: Conference) -> None:
    if found.on_day > moment.today and sessions.is_late(found.hour):
        rung.put_off(row, moment.at(found.on_day, MORNING))
    else:
        row.outcome = "told"


async def _tell(
    moment: Moment, to: Person, row: Due, found: Conference, template: str, menu: Rows, duty: Duty | None = None
) -> bool:
    """Say it once; about the report it belongs to, so that words in answer land there and no rung says it again."""
    key = f"conference:{found.id}:{found.version}:{row.occurrence}:{to.id}"
    about = [duty.id] if duty else []
    said = {"name": to.name, "days": (moment.today - found.on_day).days, **await sessions.told(moment, found)}
    told = await moment.tell(
        to,
        template,
        kind=NoticeKind.REMINDER,
        dedupe=key,
        choices=menu,
        about=about,
        batch=f"remind:{moment.today}",
        **said,
    )
    if told and duty:
        occurrence = f"conference:{found.id}:{row.occurrence}"
        await asking.keep(moment, {to.id: (told.id, [Asked(duty, occurrence)])})
    return told is not None


# The working day after


async def _after(moment: Moment, row: Due, found: Conference) -> None:
    duty = await sessions.reporting(moment, found)
    main = found.makeup_of_id is None
    more = main and stored.besides(await sessions.beside(moment, found), found)
    if main and not more and (duty is None or duty.owed.state not in STILL_OWED):
        row.outcome = "void"  # the report tells of it already, or nobody owes one
        return
    people = await _people(moment, found)
    if people and not (people := await _fresh(moment, people)):
        rung.put_off(row, moment.at((await moment.workdays()).plus(moment.today, 1), MORNING))
        return
    menu = sessions.more_menu(found) if more else _menu(found)
    of_report = duty if main and not more else None
    said = "conference.after_more" if more else "conference.after"
    told = [await _tell(moment, each, row, found, said, menu, of_report) for each in people]
    row.outcome = "sent" if any(told) else "nobody"


def _menu(found: Conference) -> Rows:
    values = {"conference": found.id, "version": found.version}
    held = Choice("conference.held" if found.makeup_of_id is None else "conference.made_up", values)
    return [[held], [Choice("conference.move", {"conference": found.id}), Choice("conference.not_yet", values)]]
