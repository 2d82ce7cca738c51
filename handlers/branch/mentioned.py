"""A day that a branch named in passing for its conference: kept and shown apart, until one is announced or reported."""

from datetime import date

from handlers.branch import sessions
from handlers.branch.duties import Duty
from handlers.turn import Turn
from models import conference as stored
from models.conference import Conference, ConferenceState


async def keep(turn: Turn, duty: Duty, day: date) -> None:
    """Keep the day, the newest in the place of an earlier one, where the duty tells of the conference.

    A session that is announced or held says more than that.
    """
    campaign_id = duty.deadline.campaign_id
    if not await sessions.tells(turn, duty.deadline):
        return
    if sessions.main(await stored.of_unit(turn.session, duty.unit.id, campaign_id)):
        return
    known = await stored.said(turn.session, campaign_id, duty.unit.id)
    kept = known[0] if known else Conference(committee_id=turn.committee.id, campaign_id=campaign_id, version=0)
    kept.unit_id, kept.state, kept.on_day, kept.version = duty.unit.id, ConferenceState.SAID, day, kept.version + 1
    kept.person_id, kept.recorded_at = turn.me.id, turn.now
    turn.session.add(kept)
    await turn.session.flush()
    turn.note("conference.said", f"conference:{kept.id}", turn.me)


async def over(turn: Turn, unit_id: int, campaign_id: int) -> None:
    """Forget the day once a session is announced or reported."""
    for each in await stored.said(turn.session, campaign_id, unit_id):
        each.state, each.version = ConferenceState.CANCELLED, each.version + 1
