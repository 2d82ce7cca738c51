"""Erasing somebody with thousands of messages: bounded parts, a stop in between, what came after stays."""

from typing import Any

import pytest
from sqlalchemy import String, cast, func, insert, select, update

from bot.work import Worker
from handlers.everyone import erasing as handler
from messages.types import Heard
from models import erasing, job, personal
from models.account import Account
from models.inbox import Inbox
from models.job import Job, JobState
from models.notice import Notice
from models.outbox import Out, Outbox
from models.person import Person
from tests.test_privacy import NAME, dump
from tests.world import World

MANY = 3000
SAID = "Nhắc đồng chí việc riêng"


async def count(world: World, table: Any, *where: Any) -> int:
    """Count rows."""
    return int(await world.read(lambda s: s.scalar(select(func.count()).select_from(table).where(*where))))


async def kept(world: World) -> None:
    """Somebody who was told and who said thousands of things; the last of what they were told still waits."""
    await world.join("A", "secretary", "BT", NAME)
    await world.join("O", "office", "VP", "Phạm Văn D")
    await world.say("A", "chi bộ mình có phải đóng dấu treo biên bản không?")

    async def fill(session: Any) -> None:
        to = (await session.scalars(select(Account).where(Account.external_id == "A"))).one()
        like = {"notice": Notice, "outbox": Outbox, "inbox": Inbox}
        rows = {name: await a_row(session, table) for name, table in like.items()}
        about = rows["notice"] | {"account_id": to.id, "person_id": to.person_id, "details": {"words": SAID}}
        told = [about | {"dedupe_key": f"many:{at}"} for at in range(MANY)]
        await session.execute(insert(Notice), told)
        ids = list(await session.scalars(select(Notice.id).where(Notice.dedupe_key.startswith("many:"))))
        message = rows["outbox"] | {"account_id": to.id, "bot_id": to.bot_id, "text": SAID, "state": Out.SENT}
        said = [message | {"notice_id": notice, "token": f"many{notice}"} for notice in ids]
        await session.execute(insert(Outbox), [*said[:-1], said[-1] | {"state": Out.DUE}])
        heard = rows["inbox"] | {"bot_id": to.bot_id, "account": "A", "raw": {"text": SAID}, "outcome": "set_aside"}
        await session.execute(insert(Inbox), [heard | {"key": f"many:{at}"} for at in range(MANY)])

    await world.write(fill)


async def a_row(session: Any, table: Any) -> dict[str, Any]:
    """Return the columns of any row of a table but its id."""
    row = (await session.scalars(select(table).order_by(table.id.desc()).limit(1))).one()
    return {column.name: getattr(row, column.name) for column in table.__table__.columns if column.name != "id"}


async def erase(world: World) -> None:
    """Let go of them in a turn, and leave the rest."""

    async def leave(session: Any) -> None:
        who = (await session.scalars(select(Person).where(Person.name == NAME))).one()
        left = await personal.erase(session, who, "(đã xóa tên)", world.clock.now())
        handler.begin(await world.assistant.moment(session), left)

    await world.write(leave)


async def left(world: World) -> int:
    """Count what still holds words of theirs."""
    return (
        await count(world, Outbox, Outbox.text == SAID)
        + await count(world, Notice, Notice.dedupe_key.startswith("many:"), full(Notice.details))
        + await count(world, Inbox, full(Inbox.raw), Inbox.key.startswith("many:"))
    )


def full(column: Any) -> Any:
    """Say whether a JSON column holds anything."""
    return cast(column, String) != "{}"


async def test_the_turn_does_what_must_be_at_once_and_no_more(either: World) -> None:
    """Nothing waits to be sent, nobody holds the account; the thousands of words are left to parts."""
    await kept(either)
    await erase(either)
    assert await count(either, Outbox, Outbox.state == Out.DUE) == 0
    assert await count(either, Person, Person.name == NAME) == 0
    assert await count(either, Account, Account.external_id == "A", Account.person_id.is_not(None)) == 0
    assert await left(either) == 3 * MANY
    assert await count(either, Job, Job.kind == "erase", Job.state == JobState.DUE) == 1


async def test_parts_are_bounded_and_a_stop_between_them_loses_nothing(either: World) -> None:
    """No part empties more rows than it may; after a death in a part another program does it; nothing is left."""
    await kept(either)
    await erase(either)
    before, worker, parts = await left(either), either.worker, 0
    while await worker.work():
        now = await left(either)
        assert before - now <= erasing.PART
        before, parts = now, parts + 1
        if parts == 8:  # dies with a part in hand
            await either.write(lambda s: job.claim(s, "dead", now := either.clock.machine(), now))
            assert await count(either, Job, Job.state == JobState.RUNNING) == 1
            worker = Worker(either.assistant, child=False)
    assert parts > 3 * MANY / erasing.PART
    assert await left(either) == 0
    assert await count(either, Job, Job.kind == "erase") == 0
    after = await dump(either)
    for words in (NAME, SAID, "đóng dấu treo"):
        assert words not in after


async def test_a_part_that_cannot_be_done_is_not_given_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its last try it waits an hour and goes on from where it was."""
    await kept(world)
    await erase(world)

    async def broken(*_: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(erasing, "part", broken)
        for _ in range(5):
            await world.write(lambda s: s.execute(update(Job).values(not_before=world.clock.machine())))
            assert await world.worker.work() == 1
    (row,) = await world.read(lambda s: s.scalars(select(Job).where(Job.kind == "erase")))
    assert (row.state, row.attempts) == (JobState.DUE, 0)
    assert row.not_before > world.clock.machine()
    await world.write(lambda s: s.execute(update(Job).values(not_before=world.clock.machine())))
    while await world.worker.work():
        pass
    assert await left(world) == 0


async def test_what_is_said_to_the_account_later_stays(world: World) -> None:
    """The next one's words, on the same phone, are not the erased one's; what was on the wire is emptied after it."""
    await kept(world)
    on_the_wire = select(func.max(Outbox.id)).scalar_subquery()
    await world.write(lambda s: s.execute(update(Outbox).where(Outbox.id == on_the_wire).values(state=Out.SENDING)))
    await erase(world)
    await world.join("A", "member", "TV", "Trần Văn Mới")
    await world.say("A", "/trogiup")
    while await world.worker.work():
        pass
    assert await count(world, Outbox, Outbox.text == SAID) == 1  # it may still be sent again
    sent = update(Outbox).where(Outbox.state == Out.SENDING).values(state=Out.SENT)
    await world.write(lambda s: s.execute(sent))
    await world.write(lambda s: s.execute(update(Job).values(not_before=world.clock.machine())))
    while await world.worker.work():
        pass
    assert await left(world) == 0
    newest = select(Outbox.text).join(Account).where(Account.external_id == "A").order_by(Outbox.id.desc()).limit(1)
    assert await world.read(lambda s: s.scalar(newest)) != ""


async def test_the_office_learns_what_is_vacant_in_a_part_of_its_own(world: World) -> None:
    """The turn in which they say so only lets go of them; a stop right after it keeps the office from nothing."""
    await world.join("V", "office", "VP", "Phạm Văn D")
    await world.join("A", "secretary", "BT", NAME)
    await world.join("A", "member", "BT", NAME)
    await world.say("A", "/riengtu")
    await world.press("A", "Xóa")
    world.unread("V")
    button = next(b for s in reversed(world.phone("A")) for row in s.message.buttons for b in row if "Đúng" in b.label)
    await world.receiver.store([world.channel.update("A", Heard.CHOICE, data=button.data)])
    await world.receiver.handle()
    assert await count(world, Notice, Notice.template == "privacy.vacant") == 0
    await Worker(world.assistant, child=False).work()
    assert await count(world, Notice, Notice.template == "privacy.vacant") == 1
    await world.settle()
    told = world.unread("V")
    assert ["Bí thư Chi bộ Bảo tàng" in shown.message.text for shown in told] == [True]
    assert NAME not in told[0].message.text
