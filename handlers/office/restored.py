"""What a restored installation must not do by itself: send again what may have gone out, or push before it was checked.

Whatever happened between the backup and its restoring is not in it. So the office is told what to look at, and decides.
"""

from datetime import datetime

from handlers.office import upkeep
from handlers.turn import Moment
from models import bot, outbox
from models.campaign import CampaignState


async def settle(moment: Moment, made_at: datetime) -> int:
    """Park what waited to be sent, hold all pushes, plan the word to the office; return how many were parked."""
    parked = await outbox.park_waiting(moment.session)
    for each in await bot.of_committee(moment.session, moment.committee.id):
        each.heard_at = None  # the other installation heard it, this one has not run yet
    current = await moment.campaign()
    if current and current.state == CampaignState.LIVE:
        moment.committee.paused = True
    moment.note("installation.restore", f"committee:{moment.committee.id}", parked=parked, made_at=made_at.isoformat())
    await upkeep.plan(moment, "restored", made_at.isoformat())
    return parked
