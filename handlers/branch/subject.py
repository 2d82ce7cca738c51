"""Which duties something heard may be about. Decides nothing and says nothing."""

from handlers.branch import drafts, duties
from handlers.branch.duties import Duty
from handlers.turn import Turn
from models import form as forms
from models import notice, outbox
from models.notice import Notice, NoticeKind
from models.obligation import State

WHICH = "reply.which"
"""What is expected while it is asked which of several duties words are about."""
IN = (State.WAITING, State.ACCEPTED)
"""States in which a report is in and nothing is asked of the branch."""


async def candidates(turn: Turn) -> list[Duty]:
    """Return the duties words may be about: those of the reminder answered, those being asked about, else all open."""
    told = await _answered(turn)
    if told is None and turn.conversation.expects == WHICH:
        return await duties.mine(turn, duties.ids_of(turn.conversation.subject.get("obligations", "")))
    return await duties.mine(turn, told.obligations) if told and told.obligations else await duties.of_person(turn)


async def with_attendance(turn: Turn, duty: Duty) -> list[Duty]:
    """Return what a count of who attended may be about: this duty if it asks for one, else whatever is open that does.

    Who has just been reminded of the quarter's report and writes "24/26" means a meeting.
    """
    if await _counts(turn, duty):
        return [duty]
    return [each for each in await duties.of_person(turn) if await _counts(turn, each)] or [duty]


async def _counts(turn: Turn, duty: Duty) -> bool:
    form = await forms.latest(turn.session, duty.deadline.campaign_id, duty.deadline.form_name)
    return form is not None and any(each.figure == "attended" for each in drafts.read_form(form.body).questions)


async def _answered(turn: Turn) -> Notice | None:
    """Return what the words answer: by the platform's reply, or a reminder nothing was said after."""
    if turn.incoming.reply_to:
        message = await outbox.by_platform_id(turn.session, turn.account.id, turn.incoming.reply_to)
        return await turn.session.get(Notice, message.notice_id) if message else None
    last = await notice.last_to(turn.session, turn.account.id)
    return last if last and last.kind == NoticeKind.REMINDER else None
