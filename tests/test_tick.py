"""What a look of the clock costs: it plans what is missing in bulk, and with nothing missing only asks."""

from datetime import date

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

import handlers
from bot import tick
from handlers import plan as planning
from handlers import tick as ticking
from models import due
from models.due import Due
from models.notice import Notice
from models.obligation import Obligation
from models.role import Role
from models.unit import Unit, UnitKind
from tests.world import World

MORE = 2500  # branches whose columns are more than either database takes in one statement


def watched(world: World) -> list[str]:
    """Return a list that fills with the statements of the writing engine."""
    seen: list[str] = []
    event.listen(
        world.assistant.database.engine.sync_engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_: seen.append(statement),
    )
    return seen


async def many_branches(world: World) -> None:
    """Add MORE branches."""

    async def add(session) -> None:
        owner = (await session.scalars(select(Unit.committee_id).limit(1))).one()
        session.add_all(
            Unit(
                committee_id=owner,
                kind=UnitKind.BRANCH,
                code=f"C{n}",
                name=f"Mẫu {n}",
                short_names=[],
                ordinal=n,
                active_from=date(2024, 1, 1),
            )
            for n in range(10, 10 + MORE)
        )

    await world.write(add)


async def counted(world: World) -> tuple[int, int]:
    """Return how many obligations and how many rungs there are."""

    async def count(session) -> tuple[int, int]:
        owed = await session.scalar(select(func.count()).select_from(Obligation))
        rungs = await session.scalar(select(func.count()).select_from(Due).where(Due.kind == "rung"))
        return owed, rungs

    return await world.read(count)


async def test_all_branches_are_planned_in_bulk(either: World) -> None:
    """Thousands of branches get obligation and rung in batches that either database takes."""
    await many_branches(either)
    await either.start_campaign()
    seen = watched(either)
    await tick.look(either.assistant)
    assert await counted(either) == (MORE + 4, MORE + 4)
    assert len(seen) < MORE / 5


async def test_a_look_with_nothing_missing_only_asks(either: World) -> None:
    """It inserts nothing (which would use up ids on PostgreSQL), and asks no more for many branches than for few."""
    await either.start_campaign()
    await tick.look(either.assistant)
    few = watched(either)
    await tick.look(either.assistant)
    asked = len(few)
    await many_branches(either)
    await tick.look(either.assistant)
    few.clear()
    await tick.look(either.assistant)
    assert len(few) == asked
    assert not [statement for statement in few if statement.startswith("INSERT")]


async def test_a_branch_that_comes_later_gets_its_part(world: World) -> None:
    """A branch registered after the start owes what the others owe, from the next look on."""
    await world.start_campaign()
    await tick.look(world.assistant)
    await many_branches(world)
    await tick.look(world.assistant)
    assert (await counted(world))[0] == MORE + 4


async def test_a_row_that_cannot_be_fired_holds_no_other_back(either: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken row is set aside, the others fire at the same look, and what comes next is planned."""
    await either.join("B", "secretary", "BT", "Nguyễn Văn B")
    await either.start_campaign(None)
    await tick.look(either.assistant)

    async def breaks(_moment, _rows) -> None:
        raise RuntimeError

    monkeypatch.setitem(handlers.DUES, "brief", breaks)
    when = await either.read(lambda session: session.scalar(select(func.max(Due.due_at)).where(Due.kind == "rung")))
    either.clock.move_to(when)
    await tick.look(either.assistant)
    await either.settle()
    rows = await either.read(
        lambda session: session.execute(select(Due.kind, Due.outcome).where(Due.fired_at.is_not(None)))
    )
    outcomes = dict(rows.all())
    assert outcomes["brief"] == "failed"
    assert outcomes["rung"] != "failed"
    assert either.phone("B")
    await tick.look(either.assistant)
    assert await either.read(
        lambda session: session.scalar(select(Due.id).where(Due.kind == "brief", Due.fired_at.is_(None)))
    )


async def test_a_look_reads_no_whole_table(world: World) -> None:
    """What it costs follows what is due or changed: every table that grows is asked by an index."""
    await world.join("B", "secretary", "BT", "Nguyễn Văn B")
    await world.start_campaign()
    await tick.look(world.assistant)
    asked: list[tuple[str, object]] = []
    event.listen(
        world.assistant.database.engine.sync_engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, values, *_: asked.append((statement, values)),
    )
    await tick.look(world.assistant)
    selects = [(statement, values) for statement, values in asked if statement.startswith("SELECT")]

    def plans(session: Session) -> list[str]:
        connection = session.connection()
        return [
            row[3]
            for statement, values in selects
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]

    steps = await world.read(lambda session: session.run_sync(plans))
    growing = ("obligation", "unit", "due", "person", "account", "notice", "outbox", "role")
    assert selects
    assert not [step for step in steps if step.startswith("SCAN") and step.split()[1] in growing]


async def test_a_change_is_looked_after_at_the_next_look(either: World) -> None:
    """Whoever changes what decides of rungs has the obligation looked after; nothing else is asked for."""
    await either.start_campaign()
    await tick.look(either.assistant)

    async def change(session: AsyncSession) -> None:
        owed = (await session.scalars(select(Obligation).limit(1))).one()
        await due.drop(session, "rung", f"obligation:{owed.id}")
        owed.call_wanted = False

    await either.write(change)
    assert await _rungs_to_come(either) == 3
    await tick.look(either.assistant)
    assert await _rungs_to_come(either) == 4


async def _rungs_to_come(world: World) -> int:
    query = select(func.count()).select_from(Due).where(Due.kind == "rung", Due.fired_at.is_(None))
    return await world.read(lambda session: session.scalar(query))


async def test_a_morning_in_parts_asks_each_person_once(either: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few rows fire in one transaction, who answers for two branches gets one message for both."""
    monkeypatch.setattr(ticking, "PART", 1)
    monkeypatch.setattr(planning, "PART", 3)
    await either.join("B", "secretary", "BT", "Nguyễn Văn B")
    person = either.people["B"]

    async def second(session: AsyncSession) -> None:
        other = (await session.scalars(select(Unit).where(Unit.code == "TV"))).one()
        row = Role(person_id=person, unit_id=other.id, kind="secretary", started_at=either.clock.now())
        session.add(row)

    await either.write(second)
    await either.start_campaign(None)
    await tick.look(either.assistant)
    first = await either.read(lambda s: s.scalar(select(func.min(Due.due_at)).where(Due.kind == "rung")))
    await either.move_to(first)
    kinds = select(Notice.obligations).where(Notice.kind == "reminder", Notice.person_id == person)
    said = (await either.read(lambda session: session.scalars(kinds))).all()
    assert [len(each) for each in said] == [2]
