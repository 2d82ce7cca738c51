"""What a look of the clock costs: it plans what is missing in bulk, and with nothing missing only asks."""

from datetime import date

import pytest
from sqlalchemy import event, func, select

import handlers
from bot import tick
from models.due import Due
from models.obligation import Obligation
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
