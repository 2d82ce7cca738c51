"""[Miễn]: the office excuses a branch from a duty, with a reason the branch reads; [Thôi miễn] takes it back."""

from collections.abc import Sequence
from typing import Any

from handlers.branch import acts, duties, remind
from handlers.branch.duties import Duty
from handlers.everyone import unknown
from handlers.office import items
from handlers.turn import Moment, Turn
from messages.types import Choice, Heard
from models import due, person
from models import excuse as stored
from models.excuse import Excuse
from models.notice import NoticeKind
from models.obligation import REPORTED
from models.person import Person
from models.role import RoleKind

SHORTEST, LONGEST = 5, 300
TOLD = (RoleKind.SECRETARY, RoleKind.DEPUTY)


async def ask(turn: Turn, obligation: int) -> None:
    """[Miễn]: why?"""
    if duty := await _owed(turn, obligation):
        turn.expect("excuse.reason", obligation=duty.id)
        await _ask(turn, duty)


async def _ask(turn: Turn, duty: Duty, *, again: bool = False) -> None:
    await turn.say("excuse.ask", choices=[[_back(duty)]], again=again, **_about(duty))


def _about(duty: Duty) -> dict[str, Any]:
    return {"branch": duty.unit.name, "title": duty.deadline.title}


def _back(duty: Duty) -> Choice:
    return Choice("one_branch.show", {"deadline": duty.deadline.id, "unit": duty.unit.id, "name": ""}, "excuse.leave")


async def _owed(turn: Turn, obligation: int) -> Duty | None:
    """Return a duty that may be excused: owed by a branch that is there, nothing in, not excused yet."""
    duty = await _duty(turn, obligation)
    if duty and not duty.owed.excused and duty.owed.state not in REPORTED:
        return duty
    await _stands(turn, duty)
    return None


async def _duty(turn: Turn, obligation: int) -> Duty | None:
    found = await duties.load(turn, [obligation])
    alive = [
        each
        for each in found
        if each.unit.active_to is None and not (each.deadline.superseded or each.deadline.cancelled)
    ]
    return alive[0] if alive else None


async def _stands(turn: Turn, duty: Duty | None) -> None:
    turn.expect_nothing()
    if duty is None:
        await unknown.old_button(turn)
    else:
        excused = duty.owed.excused
        await turn.say("excuse.stands", choices=[[_back(duty)]], excused=excused, **_about(duty))


async def reason(turn: Turn) -> None:
    """The reason typed: what the branch would read, before anything happens."""
    duty = await _owed(turn, int(turn.conversation.subject.get("obligation") or 0))
    if duty is None:
        return
    words = " ".join(turn.incoming.text.split()).strip("“”\"' ")
    if turn.incoming.kind is not Heard.TEXT or not SHORTEST <= len(words) <= LONGEST:
        await _ask(turn, duty, again=True)
        return
    turn.expect("excuse.reason", obligation=duty.id, words=words)
    told = turn.words("excuse.told", plain=True, reason=words, **_about(duty))
    keep = Choice("excuse.keep", {"obligation": duty.id})
    people = len(await _people(turn, duty))
    await turn.say("excuse.preview", choices=[[keep, _back(duty)]], people=people, words=told, **_about(duty))


async def _people(moment: Moment, duty: Duty) -> Sequence[Person]:
    return await person.holding(moment.session, moment.committee.id, TOLD, duty.unit.id)


async def keep(turn: Turn, obligation: int) -> None:
    """[Miễn, báo chi bộ]: nothing is chased any more; counted apart, neither missing nor zero."""
    duty, subject = await _owed(turn, obligation), dict(turn.conversation.subject)
    if duty is None:
        return
    if turn.conversation.expects != "excuse.reason" or subject.get("obligation") != duty.id or not subject.get("words"):
        await ask(turn, duty.id)
        return
    turn.expect_nothing()
    made = Excuse(
        committee_id=turn.committee.id,
        obligation_id=duty.id,
        reason=str(subject["words"]),
        by_id=turn.me.id,
        made_at=turn.now,
    )
    turn.session.add(made)
    await turn.session.flush()
    await _rest(turn, duty)
    turn.note("duty.excused", f"obligation:{duty.id}", turn.me, excuse=made.id)
    told = await _tell(turn, duty, made, "excuse.told", reason=made.reason)
    await turn.say("excuse.kept", choices=[[_back(duty)]], told=told, **_about(duty))


async def _rest(turn: Turn, duty: Duty) -> None:
    """Let nothing fire or wait about it any more."""
    owed = duty.owed
    owed.excused, owed.version, owed.paused, owed.call_wanted = True, owed.version + 1, False, False
    for kind in ("rung", "assigned"):
        await due.drop(turn.session, kind, f"obligation:{owed.id}")
    await remind.take_back(turn, duty)
    for each in await items.open_about(turn, owed, remind.MOOT):
        await items.close(turn, each, turn.me, "excused")


async def _tell(turn: Turn, to: Duty, made: Excuse, template: str, **said: Any) -> list[str]:
    told = []
    for each in await _people(turn, to):
        key, values = f"{template}:{made.id}:{each.id}", {**_about(to), **said}
        notice = await turn.tell(each, template, kind=NoticeKind.ITEM, about=[to.id], dedupe=key, **values)
        told += [each.name] if notice else []
    return told


async def ask_undo(turn: Turn, obligation: int) -> None:
    """[Thôi miễn]: what follows from it."""
    if duty := await _excused(turn, obligation):
        keep = await stored.current(turn.session, duty.id)
        undo = Choice("excuse.undo", {"obligation": duty.id})
        seen = await duties.view(turn, duty)
        reason = keep.reason if keep else ""
        await turn.say("excuse.ask_undo", choices=[[undo, _back(duty)]], duty=seen, reason=reason, **_about(duty))


async def _excused(turn: Turn, obligation: int) -> Duty | None:
    duty = await _duty(turn, obligation)
    if duty and duty.owed.excused and duty.owed.state not in REPORTED:
        return duty
    await _stands(turn, duty)
    return None


async def undo(turn: Turn, obligation: int) -> None:
    """[Thôi miễn, báo chi bộ]: it is owed again, reminders go on from now."""
    duty = await _excused(turn, obligation)
    if duty is None:
        return
    made = await stored.current(turn.session, duty.id)
    if made is None:
        made = Excuse(committee_id=turn.committee.id, obligation_id=duty.id, reason="", by_id=None, made_at=turn.now)
        turn.session.add(made)
    made.undone_at, made.undone_by_id = turn.now, turn.me.id
    duty.owed.excused = False
    await turn.session.flush()
    coming = await acts.resume(turn, duty)
    turn.note("duty.unexcused", f"obligation:{duty.id}", turn.me, excuse=made.id)
    seen = await duties.view(turn, duty)
    told = await _tell(turn, duty, made, "excuse.undone", duty=seen, next=coming)
    await turn.say("excuse.kept_undone", choices=[[_back(duty)]], told=told, next=coming, **_about(duty))
