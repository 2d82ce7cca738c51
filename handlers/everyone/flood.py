"""Too many messages of one account at once: they wait and are handled in order; a stranger's are left unanswered."""

from datetime import timedelta

from handlers.rules import flood
from handlers.rules.flood import Limits
from handlers.turn import Turn
from models import inbox
from models.inbox import Taken


def wait(turn: Turn, limits: Limits) -> timedelta:
    """Return how long what was said waits; whoever's bucket is full may be told anew that it does."""
    kept = turn.conversation
    if kept.slow_told and flood.is_full(kept.full_at, turn.machine):
        kept.slow_told = False
    return flood.wait(kept.full_at, turn.machine, limits)


def take(turn: Turn, limits: Limits) -> None:
    """Count what was handled."""
    turn.conversation.full_at = flood.taken(turn.conversation.full_at, turn.machine, limits)


async def hold(turn: Turn, row: Taken, wait: timedelta) -> str:
    """Let a message wait ("") and say so once a burst; a stranger's is left unanswered ("flood").

    A message that waits holds back its account's later ones, so that their order stays; however many, all are kept.
    """
    if turn.person is None:
        return "flood"
    await inbox.wait(turn.session, row.id, turn.machine + wait)
    if not turn.conversation.slow_told:
        turn.conversation.slow_told = True
        await turn.say("flood.slow")
    return ""
