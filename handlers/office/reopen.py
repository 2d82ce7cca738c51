"""The office opens a report again that it had taken in: its own act, with a reason the branch reads. Loses nothing."""

from typing import Any

from handlers import plan
from handlers.branch import drafts, duties, sent
from handlers.branch.drafts import Draft
from handlers.office import items, requests, review
from handlers.turn import Turn
from messages.types import Choice, Heard
from models import report as reports
from models.item import REOPENED, Item, ItemKind
from models.notice import NoticeKind
from models.obligation import State

SHORTEST, LONGEST = 5, 300


async def ask(turn: Turn, report: int) -> None:
    """[Mở lại]: ask why."""
    if draft := await _taken_in(turn, report):
        turn.expect("reopen.reason", report=draft.report.id)
        await _ask(turn, draft)


async def _ask(turn: Turn, draft: Draft, *, again: bool = False) -> None:
    keep = [[Choice("reopen.keep", {"report": draft.report.id})]]
    await turn.say("reopen.ask", choices=keep, branch=draft.duty.unit.name, title=draft.title, again=again)


async def _taken_in(turn: Turn, report_id: int) -> Draft | None:
    """Return a report that is locked; show how things stand where it is not."""
    draft = await drafts.of_report(turn, report_id)
    if draft is not None and draft.duty.owed.state == State.ACCEPTED:
        return draft
    await review.view(turn, report_id)
    return None


async def keep(turn: Turn, report: int) -> None:
    """[Không mở lại]."""
    turn.expect_nothing()
    await review.view(turn, report)


async def reason(turn: Turn) -> None:
    """Why it is opened again, in the office's words."""
    draft = await _taken_in(turn, int(turn.conversation.subject.get("report") or 0))
    if draft is None:
        turn.expect_nothing()
        return
    words = " ".join(turn.incoming.text.split()).strip("“”\"' ")
    if turn.incoming.kind is not Heard.TEXT or not SHORTEST <= len(words) <= LONGEST:
        await _ask(turn, draft, again=True)
        return
    turn.expect_nothing()
    made = await items.put(
        turn, ItemKind.REOPEN, draft.duty.unit, owed=draft.duty.owed, by=turn.me, text=words, tell=False
    )
    await _open(turn, draft, made, own=False)


async def agree(turn: Turn, item: int) -> None:
    """[Mở lại] under what a branch asked for: its words are the reason."""
    found = await requests.mine(turn, item)
    loaded = await duties.load(turn, [found.obligation_id]) if found and found.obligation_id else []
    draft = await drafts.of_duty(turn, loaded[0]) if loaded else None
    if found and draft and draft.duty.owed.state == State.ACCEPTED:
        await _open(turn, draft, found, own=True)
    elif found:
        await items.close(turn, found, turn.me, "done")
        await turn.say("requests.noted")


async def _open(turn: Turn, draft: Draft, why: Item, *, own: bool) -> None:
    """Unlock it, void what was planned for it, tell the branch; `own`: the branch asked for it."""
    draft.duty.owed.state, draft.report.reviewer_id, why.how = State.REOPENED, turn.me.id, REOPENED
    await plan.replan(turn, draft.duty.owed)
    await items.close(turn, why, turn.me, "reopened")
    revision = await reports.last_revision(turn.session, draft.report.id)
    number = revision.number if revision else 0
    turn.note("review.reopen", f"report:{draft.report.id}", turn.me, revision=number, item=why.id)
    said: dict[str, Any] = {"branch": draft.duty.unit.name, "title": draft.title, "reason": why.text, "own": own}
    await turn.say(
        "reopen.opened", choices=[[Choice("review.view", {"report": draft.report.id}, "review.look")]], **said
    )
    if revision is not None:
        await _tell_branch(turn, draft, revision, why, said)


async def _tell_branch(turn: Turn, draft: Draft, revision: reports.Revision, why: Item, said: dict[str, Any]) -> None:
    choices = [[Choice("report.correct", {"report": draft.report.id})]]
    by = {"by": turn.me.name, **sent.values(turn, draft, revision), **said}
    for each in await review.people(turn, draft.duty, revision):
        key = f"reopened:{why.id}:{each.id}"
        about = [draft.duty.id]
        await turn.tell(
            each, "reopen.opened_branch", kind=NoticeKind.ITEM, choices=choices, about=about, dedupe=key, **by
        )
