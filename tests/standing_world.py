"""Puts an organisation of twelve branches into the states of a campaign's last days, as rows, without the dialogs."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import install
from models import form, unit
from models.committee import Committee
from models.deadline import Deadline
from models.item import Item, ItemState
from models.obligation import Obligation, State
from models.report import Report, Revision
from models.role import RoleKind
from tests.world import World, local

MORE = ("Thể thao", "Du lịch", "Nghệ thuật", "Điện ảnh", "Quản lý văn hóa", "Gia đình", "Tổ chức", "Kế hoạch")
CODES = ("TT", "DL", "NT", "DA", "QL", "GD", "TC", "KH")
SENT = {  # code: summoned, attended, masses: 198, 187, 64 in all
    "TV": (17, 17, 12),
    "TT": (20, 19, 8),
    "DL": (22, 20, 6),
    "NT": (31, 29, 10),
    "DA": (25, 23, 0),
    "QL": (18, 18, 9),
    "GD": (21, 20, 7),
    "TC": (24, 22, 5),
    "KH": (20, 19, 7),
}
WAITING, INCOMPLETE = ("TC", "KH"), ("GD",)


def answers(summoned: int, attended: int, masses: int | None = None, **more: Any) -> dict[str, Any]:
    """Return answers to the study report's figures as they are stored."""
    given = {"held_on": "2024-05-13", "form": "in_person", "speaker": "branch_secretary", "summoned": summoned}
    given |= {"attended": attended, "masses": masses, **more}
    return {name: {"value": value, "by": None, "at": "2024-05-20", "inbox": None} for name, value in given.items()}


async def twelve_branches(world: World) -> None:
    """Add eight branches, everybody connected but the deputies."""

    async def add(session: AsyncSession) -> None:
        owner = (await session.scalars(select(Committee))).one()
        for place, (code, name) in enumerate(zip(CODES, MORE, strict=True), 5):
            await install.branch(session, owner, ordinal=place, as_of=date(2024, 4, 1), code=code, name=name)

    await world.write(add)
    for code in ("BT", "TV", "NH", "DT", *CODES):
        await world.join(f"s{code}", RoleKind.SECRETARY, code, f"Bí thư {code}")


async def obligation_of(session: AsyncSession, code: str, name: str = "study_report") -> Obligation:
    """Return what a branch owes."""
    query = select(Obligation).join(Deadline).join(unit.Unit, unit.Unit.id == Obligation.unit_id)
    return (await session.scalars(query.where(unit.Unit.code == code, Deadline.name == name))).one()


async def report(
    session: AsyncSession, code: str, given: dict[str, Any], at: datetime, state: State = State.ACCEPTED
) -> Report:
    """Let a branch's report have come in."""
    owed = await obligation_of(session, code)
    deadline = await session.get_one(Deadline, owed.deadline_id)
    written = await form.latest(session, deadline.campaign_id, deadline.form_name)
    assert written is not None
    made = Report(obligation_id=owed.id, form_id=written.id, answers=given, reopened=[])
    session.add(made)
    await session.flush()
    session.add(
        Revision(
            report_id=made.id, number=1, answers=given, flags=[], sent_at=at, timeliness="on_time", sent_by_id=None
        )
    )
    owed.state, owed.first_sent_at = state, owed.first_sent_at or at
    return made


async def item(session: AsyncSession, code: str, kind: str, at: datetime, **more: Any) -> None:
    """Let something of a branch wait for the office."""
    owed = await obligation_of(session, code)
    given = {"committee_id": owed.committee_id, "unit_id": owed.unit_id, "obligation_id": owed.id, **more}
    session.add(Item(kind=kind, state=ItemState.OPEN, asked_at=at, **given))


async def last_days(world: World) -> None:
    """Make the standing of 29 May: 9 sent, 1 with more time, 1 said to be sent on paper, 1 silent."""

    async def change(session: AsyncSession) -> None:
        for code, figures in SENT.items():
            state = State.WAITING if code in WAITING else State.INCOMPLETE if code in INCOMPLETE else State.ACCEPTED
            await report(session, code, answers(*figures), local("2024-05-28 15:42"), state)
        (await obligation_of(session, "DT")).extended_to = date(2024, 6, 4)
        (await obligation_of(session, "BT")).state = State.SAID_SENT
        (await obligation_of(session, "BT")).paused = True
        await item(session, "BT", "sent_elsewhere", local("2024-05-28 09:00"), how="paper")

    await world.write(change)
