"""Reports that are in and that their branch may still correct, as its people find them again. Changes nothing."""

from typing import Any

from handlers.branch import duties
from handlers.branch.duties import Duty
from handlers.turn import Turn
from messages.types import Choice, Rows, Value
from models import report
from models.obligation import IN_HAND, Obligation, State


async def of_person(turn: Turn) -> list[Duty]:
    """Return the duties of this person's branches whose report waits for the office, the last sent first."""
    found = await duties.theirs(turn, Obligation.state.in_(IN_HAND))
    return [duty for duty in found if not duty.announces]


def reopened(found: list[Duty]) -> bool:
    """Say whether the office opened one of these duties' reports again and nobody has sent it since."""
    return any(duty.owed.state == State.REOPENED for duty in found)


async def lines(turn: Turn, found: list[Duty]) -> tuple[list[dict[str, Any]], Rows]:
    """Return what messages/vi/_sent.j2 says of these reports, and [Sửa …] for each."""
    said, menu = list[dict[str, Any]](), list[list[Choice]]()
    for duty in found:
        kept = await report.of_obligation(turn.session, duty.id)
        last = await report.last_revision(turn.session, kept.id) if kept else None
        if kept and last:
            opened = reopened([duty])
            said.append({"title": duty.deadline.title, "at": turn.local(last.sent_at), "reopened": opened})
            values: dict[str, Value] = {"report": kept.id, "what": duty.deadline.short_title}
            menu.append([Choice("report.correct", values, "report.correct_one")])
    return said, menu
