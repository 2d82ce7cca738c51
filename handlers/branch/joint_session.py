"""A session held together with another branch: that branch is told once and may announce its own part alike."""

from handlers import record
from handlers.branch import sessions
from handlers.everyone import unknown
from handlers.routes import SENDERS
from handlers.turn import Turn
from messages.types import Choice
from models import conference as stored
from models import person, unit
from models.base import find
from models.conference import Conference, ConferenceState
from models.notice import NoticeKind
from models.unit import Unit

TO_COME = (ConferenceState.ANNOUNCED, ConferenceState.NOT_HELD)


async def offer(turn: Turn, found: Conference) -> None:
    """Tell the other branch of the session, unless it announced one of that day itself; each version once."""
    other = await _other(turn, found)
    if other is None or await _knows(turn, found, other):
        return
    told, menu = await sessions.told(turn, found, names=False), [[Choice("conference.together", _about(found))]]
    for each in await person.holding(turn.session, turn.committee.id, sorted(SENDERS), other.id):
        key = f"joint:{found.id}:{found.version}:{each.id}"
        said = {"name": each.name, "own": other.name, **told}
        await turn.tell(each, "joint_session.offer", kind=NoticeKind.ITEM, dedupe=key, choices=menu, **said)


def _about(found: Conference) -> dict[str, int]:
    return {"conference": found.id, "version": found.version}


async def _other(turn: Turn, found: Conference) -> Unit | None:
    """Return the branch it is held with; None for a body that is no branch of this committee."""
    if not found.joint_with:
        return None
    known = await unit.branches(turn.session, turn.committee.id)
    return next((each for each in known if each.name == found.joint_with and each.id != found.unit_id), None)


async def _knows(turn: Turn, found: Conference, other: Unit) -> bool:
    theirs = await stored.of_unit(turn.session, other.id, found.campaign_id)
    return any(each.on_day == found.on_day and each.state != ConferenceState.NOT_HELD for each in theirs)


async def together(turn: Turn, conference: int, version: int) -> None:
    """[Báo lịch như vậy]: the same day, hour, place and speaker for one's own branch, read back before it is kept."""
    found = await find(turn.session, Conference, conference)
    other = await _other(turn, found) if found and found.committee_id == turn.committee.id else None
    if found is None or other is None or other.id not in {each.id for each in await turn.units(SENDERS)}:
        await unknown.old_button(turn)
    elif found.version != version or found.state != ConferenceState.ANNOUNCED or await _knows(turn, found, other):
        await turn.say("conference.gone")
    else:
        host = await turn.session.get_one(Unit, found.unit_id)
        given = {**sessions.answers(found), "joint_with": host.name}
        given |= {"invite": "branch"} if "invite" in given else {}
        about = {"unit": other.id, "conference": await _theirs(turn, found, other, host), "makeup": False}
        await record.begin(turn, sessions.FORM, about, given)


async def _theirs(turn: Turn, found: Conference, other: Unit, host: Unit) -> int:
    """Return the id of the session that branch announced with this one before, 0 for none: it is moved along."""
    known = await stored.of_unit(turn.session, other.id, found.campaign_id)
    return next((each.id for each in known if each.joint_with == host.name and each.state in TO_COME), 0)
