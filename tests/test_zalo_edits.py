"""Where nothing said can be changed: how far something is goes unsaid, how it ended is said anew, once."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.outbox import Out, Outbox
from models.role import RoleKind
from tests.world import World


@pytest.mark.parametrize(("anew", "more"), [(False, 0), (True, 1)])
async def test_what_passes_is_left_out(typed_world: World, anew: bool, more: int) -> None:
    """It would be a message every few seconds; how it ended is one of its own."""
    world = typed_world
    await world.join("V", RoleKind.OFFICE, "", "Phạm Văn D")
    await world.say("V", "/trogiup")
    before = [each.message.text for each in world.phone("V")]

    async def change(session: AsyncSession) -> None:
        sent = (await session.scalars(select(Outbox).where(Outbox.state == Out.SENT))).first()
        assert sent is not None
        await (await world.assistant.moment(session)).replace(sent, "unknown.closed", anew=anew)

    await world.write(change)
    await world.settle()
    after = [each.message.text for each in world.phone("V")]
    assert after[: len(before)] == before
    assert len(after) == len(before) + more


async def test_where_it_can_be_changed_it_is(world: World) -> None:
    """One message, its words new."""
    await world.join("V", RoleKind.OFFICE, "", "Phạm Văn D")
    await world.say("V", "/trogiup")
    before = len(world.phone("V"))

    async def change(session: AsyncSession) -> None:
        sent = (await session.scalars(select(Outbox).where(Outbox.state == Out.SENT))).first()
        assert sent is not None
        await (await world.assistant.moment(session)).replace(sent, "unknown.closed", anew=True)

    await world.write(change)
    await world.settle()
    assert len(world.phone("V")) == before
    assert any(each.edits for each in world.phone("V"))
