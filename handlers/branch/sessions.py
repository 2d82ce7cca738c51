"""A branch's conference sessions as people see them, and the report that tells of them. Decides and says nothing."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from campaigns.schema import Json
from handlers import record
from handlers.branch import drafts, duties
from handlers.branch.duties import Duty
from handlers.turn import Moment
from messages.reading import hours
from messages.types import Choice, Rows
from models import conference as stored
from models import deadline as in_force
from models import form as forms
from models.conference import Conference, ConferenceState
from models.deadline import Deadline
from models.unit import Unit

FORM = stored.FORM
NOON = time(12)
LEADERS = ("standing_committee_member", "department_leader")
"""Speakers whom the office may be asked to invite."""


async def view(moment: Moment, each: Conference, *, names: bool = True) -> dict[str, Any]:
    """Return what templates say of a session; without `names` of nobody but by their post."""
    return {
        "id": each.id,
        "on": each.on_day,
        "hour": each.hour,
        "part": each.hour in hours.PARTS,
        "place": each.place,
        "form": await record.label(moment, FORM, "form", each.form) if each.form else "",
        "joint_with": each.joint_with,
        "speaker": await record.label(moment, FORM, "speaker", each.speaker) if each.speaker else "",
        "speaker_name": each.speaker_name if names else "",
        "makeup": each.makeup_of_id is not None,
        "state": str(each.state),
        "past": each.state == ConferenceState.ANNOUNCED and each.on_day < moment.today,
        "leader": each.leader,
        "leader_name": each.leader_name if names else "",
        "attended": each.attended,
        "masses": each.masses,
    }


def answers(found: Conference, not_before: date | None = None) -> dict[str, Json]:
    """Return a session as the answers of its form; a day that is over as `not_before`, None what is unsaid."""
    given: dict[str, Json] = {"held_on": max(found.on_day, not_before or found.on_day).isoformat()}
    given |= {"hour": found.hour or None, "form": found.form or None, "joint_with": found.joint_with or None}
    given |= {"place": found.place or None, "speaker": found.speaker or None}
    given |= {"speaker_name": found.speaker_name or None}
    return given | ({"invite": "office" if found.leader else "branch"} if found.speaker in LEADERS else {})


async def told(moment: Moment, each: Conference, *, names: bool = True) -> dict[str, Any]:
    """Return the same with the branch's name."""
    branch = await moment.session.get_one(Unit, each.unit_id)
    return {"branch": branch.name, "session": await view(moment, each, names=names)}


async def of_branch(moment: Moment, unit_id: int) -> Sequence[Conference]:
    """Return a branch's sessions that stand, of the plan that is running."""
    current = await moment.campaign()
    return await stored.of_unit(moment.session, unit_id, current.id) if current else []


async def still_today(moment: Moment, found: Sequence[Duty]) -> dict[int, dict[str, Any]]:
    """Return {duty id: its branch's session} for those of these duties that tell of one still to come today."""
    current = await moment.campaign()
    today = await stored.of_day(moment.session, current.id, moment.today) if current and found else []
    coming = {each.unit_id: each for each in reversed(today) if not begun(moment, each)}
    telling = [duty for duty in found if duty.unit.id in coming and await tells(moment, duty.deadline)]
    return {duty.id: await view(moment, coming[duty.unit.id]) for duty in telling}


async def day_come(moment: Moment, duty: Duty) -> date | None:
    """Return the day of the one session announced whose day has come, for a duty that tells of it."""
    found = await of_branch(moment, duty.unit.id) if await tells(moment, duty.deadline) else []
    announced = [each for each in found if each.makeup_of_id is None and each.state == ConferenceState.ANNOUNCED]
    days = [each.on_day for each in announced if each.on_day <= moment.today]
    return days[0] if len(days) == 1 else None


def begun(moment: Moment, each: Conference) -> bool:
    """Say whether a session of today has begun: what begins in the morning, or at no hour known, has by noon."""
    return moment.clock_time >= NOON and not is_late(each.hour)


def is_late(hour: str) -> bool:
    """Say whether a session begins in the afternoon or later."""
    return hour in ("afternoon", "evening") or (hour >= f"{NOON:%H:%M}" and hour[:1].isdigit())


async def beside(moment: Moment, found: Conference) -> Sequence[Conference]:
    """Return the branch's sessions that stand of the same plan, whichever is running by now."""
    return await stored.of_unit(moment.session, found.unit_id, found.campaign_id)


def main(found: Sequence[Conference]) -> Conference | None:
    """Return the session that others make up for: the first that is none of those."""
    return next((each for each in found if each.makeup_of_id is None), None)


def more_menu(each: Conference) -> Rows:
    """Return the buttons of one more main session whose day has come, after a report on the first."""
    values = {"conference": each.id, "version": each.version}
    act = [Choice("conference.covered", values)], [Choice("conference.made_up", values, "conference.more")]
    return [*act, [Choice("conference.move", {"conference": each.id}), Choice("conference.not_yet", values)]]


async def deadlines(moment: Moment) -> list[Deadline]:
    """Return the running plan's deadlines whose reports tell of the conference; an earlier plan's tell of another."""
    current = await moment.campaign()
    found = await in_force.current(moment.session, current.id) if current else []
    own = [each for each in found if current and each.campaign_id == current.id]
    return [each for each in own if await tells(moment, each)]


async def tells(moment: Moment, deadline: Deadline) -> bool:
    """Say whether a deadline's form has a question that is filled in from the conference."""
    found = await forms.latest(moment.session, deadline.campaign_id, deadline.form_name)
    return found is not None and any(q.prefill == FORM for q in drafts.read_form(found.body).questions)


async def reporting(moment: Moment, found: Conference) -> Duty | None:
    """Return what the branch still owes that tells of its conference, by the same plan."""
    for duty in await duties.of_unit(moment, found.unit_id):
        if duty.deadline.campaign_id == found.campaign_id and await tells(moment, duty.deadline):
            return duty
    return None
