"""What Zalo tells, as either database keeps it: once, however often it comes, also after a restart."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.receive import Receiver
from models import usage
from models.inbox import Inbox
from models.usage import Usage
from tests.test_zalo import JPEG, PERSON, channel_to, listening, until
from tests.world import World
from tests.zalo_server import FakeZalo


async def test_what_comes_again_is_kept_once(either: World, zalo: FakeZalo) -> None:
    """A replayed update and a duplicate are one row, which counts once; a new one is told from them after a restart."""
    await zalo.switch(poll_mode="replay")
    channel, offered = channel_to(zalo.url), []
    bot_id = await either.assistant.add(channel, "ZALO_BOT_TOKEN:1")
    await channel.start()
    await zalo.say(PERSON, "một")
    await zalo.call("again")
    await zalo.send_photo(PERSON, JPEG, "ảnh")

    async def rows(session: AsyncSession) -> tuple[list[str], int]:
        every = list(await session.scalars(select(Inbox.key).where(Inbox.bot_id == bot_id).order_by(Inbox.id)))
        received = await session.scalar(select(func.sum(Usage.received)).where(Usage.bot_id == bot_id))
        return every, int(received or 0)

    for expected in (2, 3):
        receiver = Receiver(either.assistant, bot_id)  # as after a restart: it remembers nothing
        offered.clear()

        async def store(updates: Any, receiver: Receiver = receiver) -> None:
            await receiver.store(updates)
            offered.extend(each.key for each in updates)

        async with listening(channel, store):
            await until(lambda: len(offered) >= 4)
        kept, received = await either.read(rows)
        assert set(kept) >= set(offered)
        assert (len(kept), received) == (expected, expected)
        await zalo.say(PERSON, "hai")
    await channel.stop()


async def test_months_and_bots_are_counted_apart(either: World) -> None:
    """Many transactions add to one row a bot and month."""
    await either.put_on("X", "zalo")
    bot_id = either.side("X").bot_id

    async def add(month: str, sent: int, received: int) -> int:
        added: int = await either.write(lambda s: usage.add(s, bot_id, month, sent=sent, received=received))
        return added

    assert [await add("2026-11", 1, 0), await add("2026-11", 2, 3), await add("2026-12", 0, 1)] == [1, 6, 1]
    found = await either.read(lambda s: usage.of_month(s, [bot_id, either.bot_id], "2026-11"))
    assert found == {bot_id: (3, 3)}
