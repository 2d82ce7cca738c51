"""Too many messages of one account at once: they wait and are handled in order; a stranger's are left unanswered."""

from datetime import timedelta

from handlers.rules.flood import Buckets
from handlers.turn import Turn
from models import inbox
from models.inbox import Inbox


async def hold(turn: Turn, row: Inbox, wait: timedelta, buckets: Buckets) -> str:
    """Let a message wait ("") or, a stranger's, leave it unanswered ("flood"); what is not kept is said, once a burst.

    A message that waits holds back its account's later ones, so that their order stays.
    """
    if turn.person is None:
        return "flood"
    row.not_before = turn.machine + wait
    most = buckets.limits.waiting
    dropped = await inbox.drop_beyond(turn.session, row.bot_id, row.account, most, turn.machine)
    if dropped and buckets.first(row.account, "full"):
        turn.note("flood.full", f"account:{turn.account.id}", turn.person, count=dropped)
        await turn.say("flood.full", most=most)
    elif buckets.first(row.account, "slow"):
        await turn.say("flood.slow")
    return ""
