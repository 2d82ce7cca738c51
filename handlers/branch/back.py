"""Welcomes back whom nothing reached: what they were not told and is still so is said in one message, never a flood."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from handlers.branch import asking, duties, remind
from handlers.branch.asking import Asked
from handlers.routes import SENDERS
from handlers.turn import Moment, Turn
from models import due, letter
from models.due import Due
from models.notice import Notice, NoticeKind
from models.outbox import Out
from models.person import Person

KIND = "back"
STILL_TRUE = timedelta(days=1)
ASKING = (NoticeKind.REMINDER, NoticeKind.URGE)


def lose(turn: Turn) -> None:
    """Note that the person blocked the assistant."""
    turn.account.reachable, turn.account.lost_at, turn.account.lost_why = False, turn.now, "blocked"


async def heal(turn: Turn) -> None:
    """Take back what died of the silence, and say what of it, and of what could not be asked at all, is still open."""
    since, turn.account.lost_at, turn.account.lost_why = turn.account.lost_at, None, ""
    found = await letter.lost_to(turn.session, turn.account.id)
    for row, _ in found:
        row.state = Out.CANCELLED
    if turn.person and since:
        ids = asked_for([about for _, about in found]) | await _unasked(turn, since)
        await say_later(turn, turn.me.id, ids)


def asked_for(found: Sequence[Notice]) -> set[int]:
    """Return the obligations that pushes asked for."""
    return {owed for about in found if about.kind in ASKING for owed in about.obligations}


async def _unasked(turn: Turn, since: datetime) -> set[int]:
    """Return what the person's branches were to be reminded of meanwhile."""
    units = await turn.units(SENDERS)
    owed = [duty.id for each in units for duty in await duties.of_unit(turn, each.id)]
    return await due.fired_since(turn.session, "rung", owed, since) if owed else set()


async def say_later(moment: Moment, person_id: int, ids: Collection[int]) -> bool:
    """Plan one message about these obligations for the next sending time (now, within one); say if there is any."""
    if not ids:
        return False
    at = await moment.next_sending(moment.now)
    subject, about = f"person:{person_id}", ",".join(str(each) for each in sorted(ids))
    await due.plan(moment.session, moment.committee.id, KIND, subject, f"{at.isoformat()}>{about}", at, at + STILL_TRUE)
    return True


async def fire(moment: Moment, rows: Sequence[Due]) -> None:
    """Say what is still open, each person one message however many rows they have."""
    asked: dict[int, set[int]] = {}
    for row in rows:
        ids = duties.ids_of(row.occurrence.partition(">")[2])
        asked.setdefault(int(row.subject.removeprefix("person:")), set()).update(ids)
        row.outcome = "sent"
    for person_id, owed in asked.items():
        await _say(moment, person_id, sorted(owed))


async def _say(moment: Moment, person_id: int, ids: Sequence[int]) -> None:
    person = await moment.session.get(Person, person_id)
    if person is None:
        return
    found = [each for each in await duties.load(moment, ids) if each.chased]
    found = [each for each in found if await remind.answers_for(moment, person, each.unit)]
    if found:
        occurrence = f"{KIND}:{moment.today}"
        await asking.ask(moment, person, [Asked(each, occurrence) for each in found], f"{occurrence}:{person_id}")
