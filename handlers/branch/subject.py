"""Which duties something heard may be about. Decides nothing and says nothing."""

from handlers.branch import duties
from handlers.branch.duties import Duty
from handlers.turn import Turn
from models import notice, outbox
from models.notice import Notice, NoticeKind
from models.obligation import State

IN = (State.WAITING, State.ACCEPTED)
"""States in which a report is in and nothing is asked of the branch."""


async def candidates(turn: Turn) -> list[Duty]:
    """Return the duties words may be about: those of the reminder answered, else all that is open."""
    told = await _answered(turn)
    return await duties.mine(turn, told.obligations) if told and told.obligations else await duties.of_person(turn)


async def _answered(turn: Turn) -> Notice | None:
    """Return what the words answer: by the platform's reply, or a reminder nothing was said after."""
    if turn.incoming.reply_to:
        message = await outbox.by_platform_id(turn.session, turn.account.id, turn.incoming.reply_to)
        return await turn.session.get(Notice, message.notice_id) if message else None
    last = await notice.last_to(turn.session, turn.account.id)
    return last if last and last.kind == NoticeKind.REMINDER else None
