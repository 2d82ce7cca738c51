"""Puts a new version of a deadline in its place. What branches owe, drafted and sent goes on with it."""

from typing import Any

from sqlalchemy import case, delete, select, update

from handlers.branch.remind import MOOT
from handlers.rules import timeliness
from handlers.turn import Moment
from models import ahead, due
from models.deadline import Deadline
from models.due import Due
from models.item import Item, ItemState
from models.obligation import AHEAD, Obligation
from models.person import Person
from models.unit import Unit

COPIED: tuple[str, ...] = (
    *("committee_id", "campaign_id", "name", "period", "form_name", "title", "short_title", "duties", "due_text"),
    *("due_mode", "due_date", "last_on_time", "set_by_office", "example", "units", "cancelled"),
    *("opens_on", "grace_to", "closes_on", "office_wanted_on"),
)


async def replace(moment: Moment, old: Deadline, by: Person, changes: dict[str, Any]) -> Deadline:
    """Make the next version with these columns changed: what was planned for the old one is void and planned anew.

    Another last day takes its grace and its closing along. The clock's next look plans the rungs, in parts; a report
    that is in stays as it is.
    """
    kept = {name: getattr(old, name) for name in COPIED}
    last = changes.get("last_on_time", old.last_on_time)
    moved = last != old.last_on_time
    days = timeliness.moved(timeliness.of(old), last, old.office_wanted_on) if moved else {}
    made = Deadline(**{**kept, **changes, **days, "version": old.version + 1, "superseded": False, "unplanned": True})
    moment.session.add(made)
    old.superseded = True
    await moment.session.flush()
    await _carry_over(moment, old.id, made)
    if moved:
        await _begin_anew(moment, made)
    moment.note("deadline.move" if moved else "deadline.times", f"deadline:{made.id}", by, old=old.id)
    return made


async def cancel(moment: Moment, found: Deadline, by: Person) -> None:
    """Take a deadline back: it is kept for the record with what was sent, and nobody is reminded of it any more."""
    found.cancelled = True
    await _void(moment, found.id)
    await _close_items(moment, found.id, by)
    ahead.forget_all(moment.session, AHEAD)
    moment.note("deadline.cancel", f"deadline:{found.id}", by)


async def _close_items(moment: Moment, deadline: int, by: Person) -> None:
    """Close what waited for the office about what nobody owes any more; questions stay."""
    owed = select(Obligation.id).where(Obligation.deadline_id == deadline)
    moot = select(Item).where(Item.obligation_id.in_(owed), Item.state == ItemState.OPEN, Item.kind.in_(MOOT))
    for each in (await moment.session.scalars(moot)).all():
        each.state, each.closed_at = ItemState.CLOSED, moment.now
        moment.note("item.moot", f"item:{each.id}", by)


async def _void(moment: Moment, deadline: int) -> None:
    """Let nothing fire that is planned for what is owed."""
    waiting = delete(Due).where(*due.of_deadline(deadline))
    await moment.session.execute(waiting.execution_options(synchronize_session=False))


async def _carry_over(moment: Moment, old: int, new: Deadline) -> None:
    """Let every obligation be of the new version, all at once; more time than it now gives anyway is kept."""
    owed: Any = Obligation.__table__
    last_day = new.last_on_time
    await _void(moment, old)
    await moment.session.execute(
        update(owed)
        .where(owed.c.deadline_id == old)
        .values(
            deadline_id=new.id,
            version=owed.c.version + 1,
            extended_to=case((owed.c.extended_to > last_day, owed.c.extended_to), else_=None),
            ladder_done=False,
            unplanned=True,
        )
    )
    _forget(moment)


async def _begin_anew(moment: Moment, new: Deadline) -> None:
    """After another last day nobody is past notes, calls or the time in which it was chased at all."""
    owed: Any = Obligation.__table__
    fresh = {"overdue_notes": 0, "call_wanted": False, "closed": owed.c.unit_id.in_(_ended(new))}
    await moment.session.execute(update(owed).where(owed.c.deadline_id == new.id).values(**fresh))
    _forget(moment)


def _ended(new: Deadline) -> Any:  # a Select
    """Select the branches that are there no more: what they owed is chased no more."""
    return select(Unit.id).where(Unit.committee_id == new.committee_id, Unit.active_to.is_not(None))


def _forget(moment: Moment) -> None:
    ahead.forget_all(moment.session, AHEAD)
    for each in [row for row in moment.session.identity_map.values() if isinstance(row, Obligation)]:
        moment.session.expire(each)
