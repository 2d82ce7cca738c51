"""A report that the office took in is locked: the branch may ask, in its own words, to have it opened again."""

from handlers.branch import drafts, sending
from handlers.branch.drafts import Draft
from handlers.office import items
from handlers.routes import SENDERS
from handlers.rules import permissions
from handlers.turn import Turn
from messages.types import Choice, Heard, Rows
from models.item import ItemKind
from models.obligation import State

SHORTEST, LONGEST = 5, 300


def choices(turn: Turn, draft: Draft) -> Rows:
    """Return [Xin mở lại] for whoever may send the branch's report."""
    may = permissions.over_unit(turn.roles, draft.duty.unit.id, SENDERS)
    locked = draft.duty.owed.state == State.ACCEPTED
    return [[Choice("locked.ask", {"report": draft.report.id})]] if may and locked else []


async def _locked(turn: Turn, report_id: int) -> Draft | None:
    draft = await drafts.of_report(turn, report_id)
    if draft is None or not permissions.over_unit(turn.roles, draft.duty.unit.id, SENDERS):
        turn.expect_nothing()
        await turn.say("report.not_yours")
    elif draft.duty.owed.state != State.ACCEPTED:
        await sending.show_sent(turn, draft)
    else:
        return draft
    return None


async def ask(turn: Turn, report: int) -> None:
    """[Xin mở lại]: ask what is to be corrected."""
    if draft := await _locked(turn, report):
        await _ask(turn, draft)


async def _ask(turn: Turn, draft: Draft, *, again: bool = False) -> None:
    turn.expect("locked.words", report=draft.report.id)
    keep = [[Choice("locked.keep", {"report": draft.report.id})]]
    await turn.say("locked.ask", choices=keep, about=[draft.duty.id], title=draft.title, again=again)


async def keep(turn: Turn, report: int) -> None:
    """[Không cần nữa]: the report stays as it is."""
    if draft := await _locked(turn, report):
        await sending.show_sent(turn, draft)


async def words(turn: Turn) -> None:
    """What is to be corrected, typed."""
    draft = await _locked(turn, int(turn.conversation.subject.get("report") or 0))
    if draft is None:
        return
    said = " ".join(turn.incoming.text.split())
    if turn.incoming.kind is not Heard.TEXT or not SHORTEST <= len(said) <= LONGEST:
        await _ask(turn, draft, again=True)
        return
    await wish(turn, draft, said)


async def wish(turn: Turn, draft: Draft, said: str) -> None:
    """Put before the office what is to be corrected; a newer wish replaces an older one."""
    turn.expect_nothing()
    for old in await items.open_about(turn, draft.duty.owed, [ItemKind.REOPEN]):
        await items.close(turn, old, None, "again")
    await items.put(
        turn,
        ItemKind.REOPEN,
        draft.duty.unit,
        owed=draft.duty.owed,
        by=turn.me,
        text=said,
        message_id=turn.incoming.message_id,
    )
    await turn.say("locked.asked", about=[draft.duty.id], title=draft.title)
