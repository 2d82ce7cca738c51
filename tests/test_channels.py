"""One person on two channels: codes keep strangers out, a push goes to one place, and never twice."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Failing, Unreachable
from handlers import push
from handlers.everyone import lockout
from models import account as accounts
from models.account import Account
from models.bot import Bot
from models.link_code import LinkCode
from models.notice import NoticeKind
from models.outbox import Out, Outbox
from models.role import RoleKind
from tests.dialog import shown_text
from tests.world import World, local


@pytest.fixture
def world(either: World) -> World:
    """Return a world on SQLite and on PostgreSQL in turn: what is counted here is counted by the database."""
    return either


async def linked(world: World) -> None:
    """Let a secretary be on Telegram (A) and, by a code, on Zalo (Z)."""
    await world.start_campaign()
    await world.move_to(local("2024-05-20 09:00"))
    await world.join("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.put_on("Z", "zalo")
    await world.say("Z", await code(world))
    await world.press("Z", "Đúng, nối vào đây")
    read_all(world)


async def code(world: World) -> str:
    """Ask for a code on Telegram and return it as it is shown."""
    await world.say("A", "/kenh")
    await world.press("A", "Thêm nơi nhận tin")
    text = world.phone("A")[-1].message.text
    return text.partition("<b>")[2].partition("</b>")[0]


def read_all(world: World) -> None:
    """Have all that was said so far read."""
    for each in ("A", "Z"):
        world.unread(each)


async def telling(world: World, key: str) -> int:
    """Push something to the secretary as to many."""

    async def tell(session: AsyncSession) -> int:
        moment = await world.assistant.moment(session)
        said = push.Push(NoticeKind.BROADCAST, "broadcasts.others", key, "", {"by": "B", "people": 1, "text": "x"})
        return await push.to_all(moment, [world.people["A"]], said)

    told: int = await world.write(tell)
    await world.settle()
    return told


async def prefer(world: World, alias: str) -> None:
    """Choose that account for pushes."""

    async def set_it(session: AsyncSession) -> None:
        found = (await session.scalars(select(Account).where(Account.external_id == alias))).one()
        await accounts.prefer(session, world.people["A"], found.id)

    await world.write(set_it)


async def test_a_push_to_many_goes_where_they_chose(world: World) -> None:
    """To the oldest account until they choose; then there; said once whatever is tried."""
    await linked(world)
    assert await telling(world, "one") == 1
    assert (len(world.unread("A")), len(world.unread("Z"))) == (1, 0)
    await prefer(world, "Z")
    assert await telling(world, "two") == 1
    assert await telling(world, "two") == 0
    assert (len(world.unread("A")), len(world.unread("Z"))) == (0, 1)


async def test_what_the_preferred_account_refuses_goes_to_the_other_once(world: World) -> None:
    """The platform says so only when it is sent: the same message moves, there is no second one."""
    await linked(world)
    await prefer(world, "Z")
    world.side("Z").channel.faults.append(Unreachable("blocked"))
    await telling(world, "one")
    assert (len(world.unread("A")), len(world.unread("Z"))) == (1, 0)
    sent = select(func.count()).select_from(Outbox).where(Outbox.state == Out.SENT, Outbox.text.contains("vừa gửi"))
    assert await world.read(lambda session: session.scalar(sent)) == 1
    await telling(world, "two")
    assert (len(world.unread("A")), len(world.unread("Z"))) == (1, 0)


async def test_a_failing_bot_is_passed_over(world: World) -> None:
    """While the preferred account's bot fails, the other account is written to."""
    await linked(world)
    await prefer(world, "Z")

    async def fail(session: AsyncSession) -> None:
        (await session.get_one(Bot, world.side("Z").bot_id)).failing = "sending"

    await world.write(fail)
    await telling(world, "one")
    assert (len(world.unread("A")), len(world.unread("Z"))) == (1, 0)


async def test_what_waits_for_an_account_given_up_goes_to_the_other(world: World) -> None:
    """A push on its way to Zalo when the person gives Zalo up arrives on Telegram."""
    await linked(world)
    await prefer(world, "Z")
    world.side("Z").deliverer.deliver = nothing  # type: ignore[method-assign]  # its loop stands still
    await telling(world, "one")
    assert (len(world.unread("A")), len(world.unread("Z"))) == (0, 0)
    await world.say("A", "/kenh")
    await world.press("A", "Bỏ Zalo")
    texts = [shown_text(each) for each in world.unread("A")]
    assert sum("vừa gửi" in each for each in texts) == 1
    assert await waiting_for_z(world) == 0


async def waiting_for_z(world: World) -> int:
    """Return how many messages wait for the account on Zalo."""
    query = select(func.count()).select_from(Outbox).join(Account, Account.id == Outbox.account_id)
    theirs = query.where(Account.external_id == "Z", Outbox.state == Out.DUE)
    found: int = await world.read(lambda session: session.scalar(theirs))
    return found


async def test_what_was_tried_goes_nowhere_once_an_account_is_given_up(world: World) -> None:
    """It may not go elsewhere, for it may have arrived; and not to whoever has the account now."""
    await linked(world)
    await prefer(world, "Z")
    world.side("Z").channel.mishaps["Z"] = [Failing()]
    await telling(world, "one")
    assert await waiting_for_z(world) == 1
    await world.say("A", "/kenh")
    await world.press("A", "Bỏ Zalo")
    assert await waiting_for_z(world) == 0


async def test_an_old_button_opens_no_later_code(world: World) -> None:
    """Who once saw a code read back gets nothing by its button when somebody else's code is open: no id comes twice."""
    await world.start_campaign()
    await world.move_to(local("2024-05-20 09:00"))
    await world.join("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.put_on("Y", "zalo")
    await world.say("Y", await code(world))
    await code(world)  # the one before is gone, and this is open
    await world.press("Y", "Đúng, nối vào đây")
    assert (await world.read(lambda s: accounts.known(s, world.side("Y").bot_id, "Y"))).person_id is None
    await world.say("Y", "đồng ý")
    assert (await world.read(lambda s: accounts.known(s, world.side("Y").bot_id, "Y"))).person_id is None


async def nothing() -> int:
    """Send nothing."""
    return 0


async def test_somebody_elses_code_is_a_wrong_code(world: World) -> None:
    """Who is known already cannot use it, learns nothing of it, and ten tries lock their account."""
    await linked(world)
    await world.join("B", RoleKind.SECRETARY, "TV", "Trần Thị B")
    theirs = await code(world)
    for _ in range(lockout.MOST):
        await world.say("B", theirs)
    said = [shown_text(each) for each in world.unread("B")]
    assert all("Nguyễn" not in each for each in said)
    assert "tạm không nhận mã" in said[-1]
    kept = select(func.count()).select_from(LinkCode)
    assert await world.read(lambda session: session.scalar(kept)) == 1


@pytest.mark.parametrize("times", [1, 2])
async def test_a_code_ends(world: World, times: int) -> None:
    """A code that ran out, or that another has followed, opens nothing."""
    await linked(world)
    await world.put_on("Y", "zalo")
    old = await code(world)
    if times == 2:
        await code(world)
    else:

        async def run_out(session: AsyncSession) -> None:
            for each in await session.scalars(select(LinkCode)):
                each.expires_at = world.clock.machine()

        await world.write(run_out)
    await world.say("Y", old)
    assert "chưa đúng, đã dùng hoặc hết hạn" in shown_text(world.unread("Y")[0])
    assert (await world.read(lambda s: accounts.known(s, world.side("Y").bot_id, "Y"))).person_id is None
