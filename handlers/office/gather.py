"""New reports, gathered into one message to the office at fixed hours. Silent when there are none. Changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from handlers.office import hours
from handlers.rules import figures, named
from handlers.turn import Moment
from messages.types import Choice
from models import due, standing
from models.due import Due
from models.notice import NoticeKind
from models.standing import NewReport

NAMED = 12  # reports named; more are counted


@dataclass(frozen=True, slots=True)
class New:
    """A report that came in; `title` "" where there is only one duty it can be, `summoned` None without attendance."""

    name: str
    title: str
    again: bool
    held_on: date | None
    attended: int | None
    summoned: int | None


async def fire(moment: Moment, rows: Sequence[Due]) -> None:
    """Tell the office what came since the last gathering; plan the next one."""
    for row in rows[-1:]:
        worked = (await moment.workdays()).worked(moment.today)
        row.outcome = await _tell(moment) if worked else "void"
    await hours.plan_next(moment, hours.GATHER)


async def _tell(moment: Moment) -> str:
    if not await moment.office():
        return "held"  # nobody to tell: nothing is looked up
    found = await standing.sent_since(moment.session, moment.committee.id, await _last(moment))
    if not found:
        return "empty"
    waiting = await standing.waiting(moment.session, moment.committee.id)
    told = await moment.tell_office(
        "gather.reports",
        kind=NoticeKind.BRIEF,
        choices=[[Choice("review.list", {"n": waiting})]],
        number=len(found),
        reports=[_new(each) for each in found[: named.many(len(found), NAMED)]],
        more=len(found) - named.many(len(found), NAMED),
    )
    return "sent" if told else "held"


def _new(each: NewReport) -> New:
    known = figures.figures_of(each.answers)
    title = each.title if each.period else ""
    both = known.attended is not None and known.summoned is not None
    summoned = known.summoned if both else None
    return New(each.name, title, each.number > 1, known.held_on, known.attended, summoned)


async def _last(moment: Moment) -> datetime:
    """Return when the office was last told; one that was held back or too late does not count."""
    at = await due.last_fired(moment.session, hours.GATHER, hours.subject(moment), ("sent", "empty"))
    return at or datetime.min.replace(tzinfo=UTC)
