"""Reports that are in and that their branch may still correct, as its people find them again. Changes nothing."""

from datetime import UTC, date, datetime
from typing import Any

from handlers.branch.duties import Duty
from handlers.routes import WRITERS
from handlers.turn import Turn
from messages.types import Choice, Rows, Value
from models import obligation, report
from models.obligation import State

LONG_AGO = datetime.min.replace(tzinfo=UTC)


async def of_person(turn: Turn) -> list[Duty]:
    """Return the duties of this person's branches whose report waits for the office, the last sent first."""
    branches = await turn.units(WRITERS)
    found = [Duty(*each, branch) for branch in branches for each in await obligation.in_hand(turn.session, branch.id)]
    return sorted([duty for duty in found if not duty.announces], key=_sent, reverse=True)


def _sent(duty: Duty) -> tuple[datetime, date, int]:
    return duty.owed.first_sent_at or LONG_AGO, duty.deadline.last_on_time, -duty.id


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
            said.append({"title": duty.deadline.short_title, "at": turn.local(last.sent_at), "reopened": opened})
            values: dict[str, Value] = {"report": kept.id, "what": duty.deadline.short_title}
            menu.append([Choice("report.correct", values, "report.correct_one")])
    return said, menu
