"""A turn changes what waits to be sent while another process claims it: the reader sees the new words all the same."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.account import Account
from models.outbox import Out, Outbox
from tests import databases
from tests.world import World

CLAIMED = "update outbox set state = 'sending', claim = 'theirs' where state = 'due'"


async def newest(session: AsyncSession) -> Outbox:
    """Return the last message."""
    return (await session.scalars(select(Outbox).order_by(Outbox.id.desc()).limit(1))).one()


async def test_a_change_of_what_is_just_claimed_is_a_message_of_its_own(shared_world: World) -> None:
    """Read as waiting, claimed by who sends, then changed: the words that go out now are followed by the new ones."""
    world = shared_world
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")

    async def say(session: AsyncSession) -> None:
        account = (await session.scalars(select(Account).where(Account.external_id == "A"))).one()
        await (await world.assistant.moment(session)).say_to(account, "reply.thanks")

    async def change(session: AsyncSession) -> None:
        old = await newest(session)
        assert old.state == Out.DUE
        await databases.do(world.assistant.database.url, CLAIMED)
        await (await world.assistant.moment(session)).replace(old, "leave.nothing")

    await world.assistant.database.write(say)
    await world.assistant.database.write(change)
    edit = await world.read(newest)
    told = await world.read(lambda session: session.get_one(Outbox, edit.replaces_id))
    assert (edit.state, told.state, told.text) == (Out.DUE, Out.SENDING, "Cảm ơn đồng chí.")
    assert edit.text.startswith("Hiện không có việc nào")
