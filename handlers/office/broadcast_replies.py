"""Hears what somebody answers to what the office told many: a "Rõ" is kept, all else is put before the office."""

from handlers.office import items
from handlers.routes import WRITERS
from handlers.turn import Turn
from messages.reading.replies import read_reply
from models import notice, outbox
from models.base import one
from models.broadcast import Broadcast
from models.item import ItemKind
from models.notice import Notice, NoticeKind
from models.unit import Unit

HOW = "broadcast"
FREE = ("acknowledge", "question", "other")
"""What a secretary may mean the broadcast by, when it was the last thing said; dates and figures are for a duty."""


async def heard(turn: Turn) -> bool:
    """Put words before the office if they answer a broadcast; say whether they do."""
    intent = read_reply(turn.incoming.text, today=turn.today).intent
    if not await _answers(turn, intent):
        return False
    unit = await one(turn.session, Unit, turn.roles[0].unit_id) if turn.roles else None
    said = {"by": turn.me, "text": turn.incoming.text, "how": HOW, "message_id": turn.incoming.message_id}
    if intent == "acknowledge":
        await items.keep(turn, unit, turn.me, turn.incoming.text, how=HOW)
    else:
        await items.put(turn, ItemKind.QUESTION, unit, **said)  # type: ignore[arg-type]  # each as it is named
    await turn.say("broadcasts.heard", noted=intent == "acknowledge")
    return True


async def _answers(turn: Turn, intent: str) -> bool:
    if turn.incoming.reply_to:
        return await about(turn) is not None
    last = await notice.last_kind(turn.session, turn.account.id)
    return last == NoticeKind.BROADCAST and (intent in FREE or not turn.holds(WRITERS))


async def about(turn: Turn) -> Broadcast | None:
    """Return what the message replied to was part of, None if it was no broadcast."""
    message = await outbox.by_platform_id(turn.session, turn.account.id, turn.incoming.reply_to)
    found = await turn.session.get(Notice, message.notice_id) if message else None
    if found is None or found.kind != NoticeKind.BROADCAST:
        return None
    number = found.batch.partition(":")[2]
    return await turn.session.get(Broadcast, int(number)) if number.isdigit() else None
