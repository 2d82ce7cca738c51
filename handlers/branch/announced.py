"""Ties a branch's sessions to the duty of announcing them: what was announced answers it, called off leaves it open.

The office does not review a day and a place: the duty counts as taken in at once, and again at every correction. Says
nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from handlers.branch import acts, drafts, remind, sessions
from handlers.branch.duties import Duty
from handlers.plan import Planned
from handlers.rules import timeliness
from handlers.turn import Moment, Turn
from models import conference as stored
from models import due, obligation, report
from models.base import find, one
from models.conference import Conference, ConferenceState
from models.obligation import State
from models.person import Person
from models.report import Report, Revision
from models.unit import Unit

ANNOUNCED = (ConferenceState.ANNOUNCED, ConferenceState.HELD)


async def follow(turn: Turn, unit_id: int, campaign_id: int) -> list[Duty]:
    """Bring the branch's duties of announcing in step with its sessions; return those that are owed again."""
    found = _first(await stored.of_unit(turn.session, unit_id, campaign_id))
    owed = await _owed(turn, unit_id, campaign_id)
    if found is None:
        return [duty for duty in owed if await _open_again(turn, duty)]
    for duty in owed:
        await _take_in(turn, duty, found, turn.me, turn.inbox_id, turn.now)
    return []


async def settle(moment: Moment, planned: Sequence[Planned]) -> list[Planned]:
    """Take in what was announced before its duty was given; return what is left to be told."""
    done: set[int] = set()
    for each in planned:
        if each.deadline.form_name == sessions.FORM and await _told_before(moment, each):
            done.add(each.owed.id)
    return [each for each in planned if each.owed.id not in done]


async def _told_before(moment: Moment, each: Planned) -> bool:
    found = _first(await stored.of_unit(moment.session, each.owed.unit_id, each.deadline.campaign_id))
    by = await find(moment.session, Person, found.person_id) if found and found.person_id else None
    if found is None or by is None:
        return False
    duty = Duty(each.owed, each.deadline, await one(moment.session, Unit, each.owed.unit_id))
    await _take_in(moment, duty, found, by, 0, found.recorded_at)
    return True


def _first(found: Sequence[Conference]) -> Conference | None:
    """Return the main session to come or held, else one without a new day: it was announced all the same."""
    return sessions.main([each for each in found if each.state in ANNOUNCED]) or sessions.main(found)


async def _owed(turn: Turn, unit_id: int, campaign_id: int) -> list[Duty]:
    rows = await obligation.of_form(turn.session, unit_id, campaign_id, sessions.FORM)
    unit = await one(turn.session, Unit, unit_id)
    return [Duty(owed, deadline, unit) for owed, deadline in rows]


async def _take_in(moment: Moment, duty: Duty, found: Conference, by: Person, inbox_id: int, at: datetime) -> None:
    """Keep the session as the duty's answer, once for each change of it."""
    kept = (await drafts.of_duty(moment, duty)).report
    last = await report.last_revision(moment.session, kept.id)
    given = {name: value for name, value in sessions.answers(found).items() if value is not None}
    told = {"by": by.id, "at": at.isoformat(), "inbox": inbox_id, "counter": kept.counter + 1}
    if duty.owed.state == State.ACCEPTED and last and drafts.plain(last.answers) == given:
        return
    answers = {name: {"value": value, **told} for name, value in given.items()}
    first = duty.owed.first_sent_at is None
    duty.owed.first_sent_at = duty.owed.first_sent_at or at
    sent = _revision(moment, duty, kept, last, answers, by, at)
    _keep(moment, kept, answers, sent)
    moment.note("report.announced", f"report:{kept.id}", by, revision=sent.number, obligation=duty.id)
    await _rest(moment, duty, by, first=first)
    await moment.session.flush()


def _revision(
    moment: Moment, duty: Duty, kept: Report, last: Revision | None, answers: dict[str, Any], by: Person, at: datetime
) -> Revision:
    first = duty.owed.first_sent_at or at
    return Revision(
        report_id=kept.id,
        number=last.number + 1 if last else 1,
        answers=answers,
        flags=[],
        sent_by_id=by.id,
        sent_at=at,
        timeliness=timeliness.judge(moment.local(first).date(), duty.dates),
    )


def _keep(moment: Moment, kept: Report, answers: dict[str, Any], sent: Revision) -> None:
    kept.answers, kept.reopened, kept.counter = answers, [], kept.counter + 1
    kept.on_behalf, kept.confirmed_at = "", None
    moment.session.add(sent)


async def _rest(moment: Moment, duty: Duty, by: Person, *, first: bool) -> None:
    """Nothing is asked any more; others who were reminded learn of it the first time."""
    duty.owed.state, duty.owed.promised_on = State.ACCEPTED, None
    for kind in ("rung", "assigned"):
        await due.drop(moment.session, kind, f"obligation:{duty.id}")
    if first:
        await remind.stopped(moment, duty.owed, by, "announced")


async def _open_again(turn: Turn, duty: Duty) -> bool:
    """No session is left: the duty is owed as before, its answers are taken back; say whether it was in."""
    kept = await report.of_obligation(turn.session, duty.id)
    if kept is None or kept.on_behalf or duty.owed.state != State.ACCEPTED:
        return False
    await report.take_back(turn.session, kept.id, turn.now)
    kept.answers, kept.counter = {}, kept.counter + 1
    duty.owed.state, duty.owed.first_sent_at = State.NOT_SENT, None
    turn.note("report.unannounced", f"report:{kept.id}", turn.me, obligation=duty.id)
    await turn.session.flush()
    await acts.resume(turn, duty)
    return True
