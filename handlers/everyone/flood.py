"""Too many messages of one account at once: they wait and are handled in order; a stranger's are left unanswered."""

from datetime import timedelta

from handlers.rules.flood import Buckets
from handlers.turn import Turn
from models import inbox
from models.inbox import Taken


async def hold(turn: Turn, row: Taken, wait: timedelta, buckets: Buckets) -> str:
    """Let a message wait ("") and say so once a burst; a stranger's is left unanswered ("flood").

    A message that waits holds back its account's later ones, so that their order stays; however many, all are kept.
    """
    if turn.person is None:
        return "flood"
    await inbox.wait(turn.session, row.id, turn.machine + wait)
    if buckets.first(row.account, "slow"):
        await turn.say("flood.slow")
    return ""
