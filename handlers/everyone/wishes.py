"""Hears in free words what people may want for themselves: an end of messages, their own data, who it is that writes.

Knows no duty; what a branch's secretary says of stopping is read with the rest of their words.
"""

from handlers import posts
from handlers.everyone import privacy, stop
from handlers.routes import OFFICE, WRITERS
from handlers.turn import Turn
from messages.reading import plan_questions
from messages.reading.replies import read_reply


async def heard(turn: Turn) -> bool:
    """Do what a command would do for these words; say whether they were such."""
    text = turn.incoming.text
    if plan_questions.asks_own_data(text):
        await privacy.command(turn, "")
    elif turn.holds(WRITERS | OFFICE):
        return False
    elif stop.is_meant(text) or read_reply(text, today=turn.today).opt_out:
        await stop.command(turn, "")
    elif _asks_who(text):
        await turn.say("wishes.who", posts=await posts.held(turn, turn.roles))
    else:
        return False
    return True


def _asks_who(text: str) -> bool:
    asked = plan_questions.read(text)
    return asked is not None and asked.topic in ("who", "why")
