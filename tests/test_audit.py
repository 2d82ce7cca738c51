"""The audit: only added to, by the database's own word; what changes a record leaves a line in the same transaction."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from models.audit import Audit, note
from models.committee import Committee
from models.installation import Installation
from models.role import Role
from tests import audit_watch
from tests.world import World

NOW = datetime(2026, 5, 13, tzinfo=UTC)


async def written(world: World, *ages: int) -> None:
    """Let lines be that many days old in a live installation."""

    async def add(session: AsyncSession) -> None:
        (await session.get_one(Installation, 1)).drill = False
        owner = (await session.scalars(select(Committee.id))).one()
        for age in ages:
            note(session, owner, "test", f"age:{age}", None, NOW - timedelta(days=age))

    await world.write(add)


async def subjects(world: World) -> list[str]:
    """Return what the audit speaks of."""
    return list((await world.read(lambda session: session.scalars(select(Audit.subject).order_by(Audit.id)))).all())


async def test_no_line_is_ever_changed(either: World) -> None:
    """Not even of a drill."""
    await written(either, 0, 4000)
    for drill in (False, True):
        await either.write(lambda s, drill=drill: s.execute(update(Installation).values(drill=drill)))
        with pytest.raises(DBAPIError, match="only grows"):
            await either.write(lambda session: session.execute(update(Audit).values(act="other")))


async def test_a_line_is_removed_only_when_it_is_old(either: World) -> None:
    """Younger than a year before the newest: refused, and nothing of that transaction happens."""
    await written(either, 0, 10, 400)
    with pytest.raises(DBAPIError, match="only grows"):
        await either.write(lambda session: session.execute(delete(Audit)))
    assert await subjects(either) == ["age:0", "age:10", "age:400"]
    await either.write(lambda session: session.execute(delete(Audit).where(Audit.subject == "age:400")))
    assert await subjects(either) == ["age:0", "age:10"]


async def test_a_drill_may_begin_anew(either: World) -> None:
    """What was only tried out is no record."""
    await written(either, 0)
    await either.write(lambda session: session.execute(update(Installation).values(drill=True)))
    await either.write(lambda session: session.execute(delete(Audit)))
    assert await subjects(either) == []


@pytest.mark.parametrize(("lines", "said"), [(0, "no line of the audit"), (1, "name nobody")])
async def test_a_change_without_a_line_is_seen(world: World, lines: int, said: str) -> None:
    """What watches the dialogs sees a change past the ORM without a line, and with one that names nobody."""
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    watch = await audit_watch.begin(world)

    async def end(session: AsyncSession) -> None:
        await session.execute(update(Role).values(ended_at=NOW))
        for _ in range(lines):
            note(session, 1, "role.ended", "role:1", None, NOW)

    await world.assistant.database.write(end)
    with pytest.raises(AssertionError, match=said):
        watch.check()
