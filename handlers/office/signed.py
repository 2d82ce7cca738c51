"""[Ghi bản ký]: the office writes down number and date of a signed copy that arrived; read back before it is kept."""

from typing import Any

from handlers.branch import duties
from handlers.branch.duties import Duty
from handlers.everyone import unknown
from handlers.turn import Turn
from messages.types import Choice, Heard
from models import signed_copy
from models.obligation import REPORTED
from models.signed_copy import SignedCopy

SHORTEST, LONGEST = 3, 120


async def ask(turn: Turn, obligation: int) -> None:
    """[Ghi bản ký]: its number and date?"""
    if duty := await _sent(turn, obligation):
        turn.expect("signed.text", obligation=duty.id)
        await _ask(turn, duty)


async def _ask(turn: Turn, duty: Duty, *, again: bool = False) -> None:
    known = await signed_copy.current(turn.session, duty.id)
    none = [[Choice("signed.remove", {"obligation": duty.id})]] if known else []
    text = known.text if known else ""
    await turn.say("signed.ask", choices=[*none, [_back(duty)]], again=again, known=text, **_about(duty))


def _about(duty: Duty) -> dict[str, Any]:
    return {"branch": duty.unit.name, "title": duty.deadline.short_title}


def _back(duty: Duty) -> Choice:
    return Choice("one_branch.show", {"deadline": duty.deadline.id, "unit": duty.unit.id, "name": ""}, "signed.leave")


async def _sent(turn: Turn, obligation: int) -> Duty | None:
    """Return a duty whose report is in; an old button is told so."""
    found = await duties.load(turn, [obligation])
    if found and found[0].owed.state in REPORTED:
        return found[0]
    turn.expect_nothing()
    await unknown.old_button(turn)
    return None


async def text(turn: Turn) -> None:
    """What stands on the copy, typed: read back."""
    duty = await _sent(turn, int(turn.conversation.subject.get("obligation") or 0))
    if duty is None:
        return
    words = " ".join(turn.incoming.text.split()).strip("“”\"' ")
    digits = any(sign.isdigit() for sign in words)
    if turn.incoming.kind is not Heard.TEXT or not digits or not SHORTEST <= len(words) <= LONGEST:
        await _ask(turn, duty, again=True)
        return
    turn.expect("signed.text", obligation=duty.id, words=words)
    keep = Choice("signed.keep", {"obligation": duty.id})
    edit = Choice("signed.ask", {"obligation": duty.id}, "signed.edit")
    await turn.say("signed.read_back", choices=[[keep, edit, _back(duty)]], words=words, **_about(duty))


async def keep(turn: Turn, obligation: int) -> None:
    """[Đúng]: kept; what was written before stays in the trace."""
    duty, subject = await _sent(turn, obligation), dict(turn.conversation.subject)
    if duty is None:
        return
    words = str(subject.get("words") or "")
    if turn.conversation.expects != "signed.text" or subject.get("obligation") != duty.id or not words:
        await ask(turn, duty.id)
        return
    turn.expect_nothing()
    await _remove(turn, duty)
    made = SignedCopy(
        committee_id=turn.committee.id, obligation_id=duty.id, text=words, by_id=turn.me.id, made_at=turn.now
    )
    turn.session.add(made)
    await turn.session.flush()
    turn.note("report.signed", f"obligation:{duty.id}", turn.me, copy=made.id)
    await turn.say("signed.kept", choices=[[_back(duty)]], words=words, **_about(duty))


async def _remove(turn: Turn, duty: Duty) -> bool:
    """Let nothing hold of what was written before; say whether something did."""
    before = await signed_copy.current(turn.session, duty.id)
    if before:
        before.removed_at = turn.now
    return before is not None


async def remove(turn: Turn, obligation: int) -> None:
    """[Bỏ ghi]: it did not arrive after all."""
    if duty := await _sent(turn, obligation):
        turn.expect_nothing()
        if await _remove(turn, duty):
            turn.note("report.unsigned", f"obligation:{duty.id}", turn.me)
        await turn.say("signed.removed", choices=[[_back(duty)]], **_about(duty))
