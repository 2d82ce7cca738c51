"""Merges a branch into another or closes it: what it did stays as it was, what it still owed is owed no more."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update

from handlers.turn import Moment
from models import account, headcount
from models.deadline import Deadline
from models.due import Due
from models.invitation import Invitation
from models.obligation import REPORTED, Obligation
from models.person import Person
from models.role import Role, RoleKind
from models.unit import Unit


async def close(moment: Moment, old: Unit, into: Unit | None, by: Person) -> None:
    """End a branch today; with `into` its people go there as members and its headcount is added there."""
    await _excuse(moment, old, by)
    await _move_people(moment, old, into, by)
    if into:
        await _count_once(moment, old, into, by)
        await _add_counts(moment, old, into)
    old.active_to, old.merged_into_id = moment.today, into.id if into else None
    await moment.session.execute(
        update(Invitation)
        .where(Invitation.unit_id == old.id, Invitation.revoked_at.is_(None))
        .values(revoked_at=moment.machine)
        .execution_options(synchronize_session=False)
    )
    moment.note("branch.merged" if into else "branch.closed", f"unit:{old.id}", by, into=into.id if into else None)


async def _excuse(moment: Moment, old: Unit, by: Person) -> None:
    """Void what was planned for all that is not sent: the other branch owes its own.

    What was due while the branch was there stays in the figures as it is, chased no more.
    """
    owed = select(Obligation, Deadline.last_on_time).join(Deadline, Deadline.id == Obligation.deadline_id)
    rows = await moment.session.execute(owed.where(Obligation.unit_id == old.id, Obligation.state.not_in(REPORTED)))
    for each, last_day in rows.all():
        past = last_day < moment.today
        each.closed, each.excused, each.version = each.closed or past, each.excused or not past, each.version + 1
        moment.note("duty.closed" if past else "duty.excused", f"obligation:{each.id}", by)
    theirs: Any = select(Obligation.id).where(Obligation.unit_id == old.id)
    waiting = Due.kind.in_(("rung", "assigned")), Due.fired_at.is_(None), Due.obligation_id.in_(theirs)
    await moment.session.execute(delete(Due).where(*waiting).execution_options(synchronize_session=False))


async def _move_people(moment: Moment, old: Unit, into: Unit | None, by: Person) -> None:
    """End every role there; each person becomes a member of the other branch, unless they are of it already."""
    held = (await moment.session.scalars(select(Role).where(Role.unit_id == old.id, Role.ended_at.is_(None)))).all()
    there = set[int]()
    if into:
        of_other = select(Role.person_id).where(Role.unit_id == into.id, Role.ended_at.is_(None))
        there = set(await moment.session.scalars(of_other))
    for each in held:
        each.ended_at = moment.now
    moment.note("role.ended", f"unit:{old.id}", by, roles=len(held))
    people = dict.fromkeys(each.person_id for each in held)
    for person in people:
        if into and person not in there:
            moment.session.add(
                Role(person_id=person, unit_id=into.id, kind=RoleKind.MEMBER, started_at=moment.now, ended_at=None)
            )
        await account.roles_changed(moment.session, person)


async def _count_once(moment: Moment, old: Unit, into: Unit, by: Person) -> None:
    """What the old branch reported, or owed before today, counts its people: for the same duty the other one owes only
    those it had before. So it does where some of the old branch's people were counted with one that joined it earlier.
    """
    partly = Obligation.register_on.is_not(None)
    itself = or_(Obligation.state.in_(REPORTED), Deadline.last_on_time < moment.today, partly)
    done = select(Obligation.deadline_id).join(Deadline, Deadline.id == Obligation.deadline_id)
    apart = done.where(Obligation.unit_id == old.id, itself)
    theirs = select(Obligation).where(Obligation.unit_id == into.id, Obligation.deadline_id.in_(apart))
    for each in (await moment.session.scalars(theirs.where(Obligation.register_on.is_(None)))).all():
        each.register_on = moment.today - timedelta(days=1)
        moment.note("duty.counted_apart", f"obligation:{each.id}", by, merged=old.id)


async def _add_counts(moment: Moment, old: Unit, into: Unit) -> None:
    """Give the other branch the sum as of today; earlier counts stay with their days."""
    theirs, own = await headcount.latest(moment.session, old.id), await headcount.latest(moment.session, into.id)
    if theirs and own:
        masses = [each.masses for each in (theirs, own) if each.masses is not None]
        await headcount.keep(
            moment.session,
            into.id,
            moment.today,
            (
                theirs.full + own.full,
                theirs.probationary + own.probationary,
                theirs.exempt + own.exempt,
                sum(masses) if masses else None,
            ),
        )
