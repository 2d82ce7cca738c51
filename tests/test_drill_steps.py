"""The demo's clock goes from one thing that people see to the next, never to a moment at which nothing is said."""

from typing import Any

from bot import tick
from bot.demo import Drill
from tests.world import World, local


class Walked(Drill):
    """A drill over a world: what is waited for there is done here."""

    def __init__(self, world: World) -> None:
        """Need no page and no sample: only the clock is moved."""
        nothing: Any = None
        super().__init__(world.assistant, nothing, nothing, nothing)
        self._world = world

    async def _settled(self) -> None:
        await self._world.settle()


async def test_a_step_ends_where_something_was_said(world: World) -> None:
    """Briefs and gatherings with nothing in them are passed over: from each reminder to the next."""
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.start_campaign()
    await tick.look(world.assistant)
    drill = Walked(world)
    seen = []
    for _ in range(3):
        await drill.advance()
        seen.append((world.clock.now().replace(second=0, microsecond=0), len(world.unread("A"))))
    assert seen == [(local(f"2024-05-{day} 08:15"), 1) for day in (16, 23, 27)]
