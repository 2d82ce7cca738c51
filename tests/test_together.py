"""Two people of one branch at one report at the very same time: nothing is lost, and one of them is told."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from bot.assistant import Assistant
from bot.clock import DrillClock
from bot.deliver import Deliverer
from bot.receive import Receiver
from bot.work import Worker
from handlers.branch import together
from messages.types import Heard
from models.audit import Audit
from models.database import Database
from models.inbox import Inbox
from models.overwritten import Overwritten
from models.report import Report, Revision
from models.role import Role
from tests import databases
from tests.fake_channel import FakeChannel
from tests.world import ZONE, World, build, local

PART_A = ("rồi", "13/5", "trực tiếp", "bí thư chi bộ", "đúng", "đủ", "5")
ASKED = "Câu 7 (Quần chúng cùng học) có hai câu trả lời khác nhau, cả hai còn giữ:"


def text(world: World, who: str) -> str:
    """Return the newest message on a phone."""
    return world.phone(who)[-1].message.text


async def rows(world: World, table: Any) -> list[Any]:
    """Return all rows of a table."""

    async def look(session: Any) -> list[Any]:
        return list((await session.scalars(select(table).order_by(table.id))).all())

    found: list[Any] = await world.read(look)
    return found


async def sent(world: World) -> World:
    """A sent the report; A and B both have [Sửa] open at question 8."""
    await world.start_campaign()
    await world.move_to(local("2024-05-20 09:00"))
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    for said in ("/baocao", *PART_A, "gửi"):
        await world.say("A", said)
    return world


async def correcting(world: World, who: str) -> None:
    """Open the sent report at question 8."""
    await world.say(who, "/baocao")
    await world.press(who, "Sửa")
    await world.say(who, "7")
    assert "Đang ghi: 05." in text(world, who)


async def at_once(world: World, said: dict[str, str]) -> None:
    """Let several people's words come in one batch."""
    await world.receiver.store([world.channel.update(who, Heard.TEXT, text=words) for who, words in said.items()])
    await world.settle()


async def kept(world: World) -> Any:
    """Return what question 8 holds."""
    return (await rows(world, Report))[0].answers["masses"]


async def test_two_correct_the_same_number_in_one_batch(either: World) -> None:
    """Whoever comes second is shown both figures; nothing is written over until they choose."""
    world = await sent(either)
    await world.join("B", "deputy", "BT", "Trần Thị B")
    await correcting(world, "A")
    await correcting(world, "B")
    await at_once(world, {"A": "6", "B": "7"})
    stands, second = (await kept(world)), "B" if ASKED in text(world, "B") else "A"
    first = "A" if second == "B" else "B"
    assert ASKED in text(world, second)
    assert ASKED not in text(world, first)
    given = {"A": 6, "B": 7}
    assert (stands["value"], stands["by"]) == (given[first], world.people[first])
    assert f"Đồng chí: {given[second]:02}." in text(world, second)
    await world.press(second, "Lấy của tôi")
    stands = await kept(world)
    assert (stands["value"], stands["by"]) == (given[second], world.people[second])
    assert [each.kept["value"] for each in await rows(world, Overwritten)] == [5, given[first]]
    assert "đã xem cả hai câu trả lời" in text(world, first)
    done = [each.outcome for each in await rows(world, Inbox)]
    assert set(done) == {"done"}


async def test_two_correct_the_same_number_in_two_batches(either: World) -> None:
    """The same, one after the other; who keeps the other's figure changes nothing."""
    world = await sent(either)
    await world.join("B", "deputy", "BT", "Trần Thị B")
    await correcting(world, "A")
    await correcting(world, "B")
    await world.say("A", "6")
    counter = (await rows(world, Report))[0].counter
    await world.say("B", "7")
    assert ASKED in text(world, "B")
    await world.press("B", "Giữ của đ/c ấy")
    stands = await kept(world)
    assert (stands["value"], stands["by"]) == (6, world.people["A"])
    assert (await rows(world, Report))[0].counter == counter
    noted = [each.details["fields"] for each in await rows(world, Audit) if each.act == "report.answer"]
    assert noted.count(["masses"]) == 2  # A's first answer and A's correction


async def test_different_numbers_in_one_batch_are_both_kept(either: World) -> None:
    """Two people at two questions: both answers stand, the second hears of the first."""
    world = await sent(either)
    await world.join("B", "deputy", "BT", "Trần Thị B")
    await correcting(world, "A")
    await world.say("B", "/baocao")
    await world.press("B", "Sửa")
    await world.say("B", "3")
    await at_once(world, {"A": "6", "B": "trực tuyến"})
    answers = (await rows(world, Report))[0].answers
    assert (answers["masses"]["value"], answers["form"]["value"]) == (6, "online")
    assert "đã sửa câu" in text(world, "A") + text(world, "B")


async def test_one_sends_in_the_batch_in_which_the_other_answers(either: World) -> None:
    """Whoever is first, no sending holds a figure that its sender did not see, and no answer vanishes unsaid."""
    world = await sent(either)
    await world.join("B", "deputy", "BT", "Trần Thị B")
    await correcting(world, "A")
    await world.say("A", "6")
    await correcting_again(world, "B")
    await world.say("A", "gửi")
    assert "Đ/c Trần Thị B (Phó Bí thư) đang ở câu 7 của báo cáo này (lúc 09:00)." in text(world, "A")
    await at_once(world, {"A": "gửi", "B": "7"})
    last = (await rows(world, Revision))[-1]
    if last.number == 1:  # B came first: A is shown the change and sends nothing
        assert "Đ/c Trần Thị B (Phó Bí thư) đã sửa câu 7" in text(world, "A")
    else:  # A came first: what B corrects meanwhile is in the draft, not in what was sent
        assert last.answers["masses"]["value"] == 6
    assert (await kept(world))["value"] == 7


async def correcting_again(world: World, who: str) -> None:
    """Open question 8 as the other left it."""
    await world.say(who, "/baocao")
    await world.press(who, "Sửa")
    assert "Đ/c Nguyễn Văn A (Bí thư) đã sửa câu 7 lúc 09:00." in text(world, who)
    await world.say(who, "7")


async def second_process(url: str, world: World, folder: Any) -> World:
    """Return another program on the same database, with a bot of its own."""
    assistant = Assistant(Database(url), DrillClock(world.clock.now()), ZONE, folder)
    channel = FakeChannel()
    bot_id = await assistant.add(channel, "FAKE_TWO")
    deliverer = Deliverer(assistant, bot_id, per_second=1_000_000, chat_gap=0)
    return World(assistant, channel, bot_id, Receiver(assistant, bot_id), deliverer, Worker(assistant, child=False))


async def test_two_transactions_at_once_on_postgres(
    tmp_path: Any, postgres_template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have read the same draft before either writes: one commit stands, the other turn is taken again and asks."""
    url = await databases.create_postgres(postgres_template)
    world = await sent(await build(tmp_path, url))
    other = await second_process(url, world, tmp_path)
    await other.join("B", "deputy", "BT", "Trần Thị B")
    await correcting(world, "A")
    await correcting(other, "B")
    both, read, waited = asyncio.Barrier(2), together.changes, []

    async def side_by_side(*given: Any) -> Any:
        if len(waited) < 2:  # the first time each: the turn that is taken again goes on alone
            waited.append(given)
            await asyncio.wait_for(both.wait(), 20)
        return await read(*given)

    monkeypatch.setattr(together, "changes", side_by_side)
    for each, who, words in ((world, "A", "6"), (other, "B", "7")):
        await each.receiver.store([each.channel.update(who, Heard.TEXT, text=words)])
    await asyncio.gather(world.receiver.handle(), other.receiver.handle())
    monkeypatch.undo()
    await world.settle()
    await other.settle()
    asked = [who for each, who in ((world, "A"), (other, "B")) if ASKED in text(each, who)]
    assert len(asked) == 1
    first = "A" if asked == ["B"] else "B"
    people = {**world.people, **other.people}
    stands = await kept(world)
    assert (stands["value"], stands["by"]) == ({"A": 6, "B": 7}[first], people[first])
    assert [each.kept["value"] for each in await rows(world, Overwritten)] == [5]
    assert {each.outcome for each in await rows(world, Inbox)} == {"done"}
    for each in (world, other):
        await each.assistant.database.close()
    await databases.drop_postgres(url)


def test_numbers_are_written_shortly() -> None:
    """Runs of three and more as a range."""
    assert together.ranges([3, 1, 2, 5, 8, 7]) == ["1–3", "5", "7, 8"]


async def test_who_left_the_branch_hears_no_more_of_its_draft(either: World) -> None:
    """A's role ends after A answered: both answers are shown to B, who chooses; A is told neither name nor figure."""
    world = await sent(either)
    await world.join("B", "deputy", "BT", "Trần Thị B")
    await correcting(world, "A")
    await correcting(world, "B")
    await world.say("A", "6")

    async def leave(session: Any) -> None:
        held = await session.scalars(select(Role).where(Role.person_id == world.people["A"]))
        held.one().ended_at = world.clock.now()

    await world.write(leave)
    heard = len(world.phone("A"))
    await world.say("B", "7")
    assert ASKED in text(world, "B")
    await world.press("B", "Lấy của tôi")
    assert (await kept(world))["value"] == 7
    assert len(world.phone("A")) == heard
