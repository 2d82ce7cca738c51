"""Store, then answer; a turn stands or falls as one; commit, then send. On SQLite and on PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.channel import Malformed, NotTaken, Refused, TryLater, Unknown
from handlers.everyone import unknown
from messages.types import Heard
from models import conversation, job, outbox
from models.account import Account
from models.bot import Bot
from models.inbox import UNREAD, Inbox
from models.notice import Notice
from models.outbox import Out, Outbox
from tests.world import World, local


async def _rows(world: World, table):  # type: ignore[no-untyped-def]
    async def look(session):  # type: ignore[no-untyped-def]
        return list(await session.scalars(select(table).order_by(table.id)))

    return await world.read(look)


async def test_an_update_delivered_twice_is_answered_once(either: World) -> None:
    """The platform may hand over the same update again; the person hears one answer."""
    await either.join("A", "secretary", "BT", "Nguyễn Văn A")
    update = either.channel.update("A", Heard.TEXT, text="/bay")
    await either.receiver.store([update])
    await either.receiver.store([update])
    await either.settle()
    await either.receiver.store([update])
    await either.settle()
    assert len(either.phone("A")) == 1


async def test_one_person_in_order_others_beside(either: World) -> None:
    """A batch takes one message of each account, a person's own stay in order."""
    for alias in ("A", "B"):
        await either.join(alias, "secretary", "BT", alias)
    updates = [either.channel.update(alias, Heard.TEXT, text="/bay") for alias in ("A", "A", "B")]
    await either.receiver.store(updates)
    assert [await either.receiver.handle() for _ in range(3)] == [2, 1, 0]


async def test_a_failing_handler_costs_its_own_message_only(either: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The poison message is tried three times and set aside, the person is told; the neighbour is answered at once."""
    for alias in ("A", "B"):
        await either.join(alias, "secretary", "BT", alias)
    real = unknown.command

    async def breaks(turn):  # type: ignore[no-untyped-def]
        if turn.incoming.account == "A":
            raise RuntimeError
        await real(turn)

    monkeypatch.setattr(unknown, "command", breaks)
    updates = [either.channel.update(alias, Heard.TEXT, text="/bay") for alias in ("A", "B")]
    await either.receiver.store(updates)
    await either.settle()
    assert len(either.phone("B")) == 1
    for _ in range(2):
        await _make_ready(either)
        await either.settle()
    poison = (await _rows(either, Inbox))[0]
    assert (poison.outcome, poison.attempts) == ("set_aside", 3)
    assert "lỗi kỹ thuật" in either.phone("A")[0].message.text


async def test_what_cannot_be_read_is_tried_again(either: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds back nothing, waits longer each time, and is set aside after three tries or read at last."""
    await either.join("A", "secretary", "BT", "Nguyễn Văn A")
    broken = [replace(either.channel.update("A", Heard.TEXT), raw={"broken": n}) for n in range(2)]
    await either.receiver.store([*broken, either.channel.update("A", Heard.TEXT, text="/bay")])
    real = either.channel.read
    monkeypatch.setattr(either.channel, "read", lambda raw: _broken() if "broken" in raw else real(raw))
    await either.settle()
    assert len(either.phone("A")) == 1
    assert [(row.outcome, row.attempts) for row in (await _rows(either, Inbox))[:2]] == [(UNREAD, 1)] * 2
    await _make_ready(either)
    await either.settle()
    monkeypatch.setattr(either.channel, "read", lambda raw: _broken() if raw == {"broken": 0} else None)
    await _make_ready(either)
    await either.settle()
    first, second, _ = await _rows(either, Inbox)
    assert (first.outcome, first.attempts, first.raw) == ("set_aside", 3, {"broken": 0})
    assert second.outcome == "nothing"


def _broken() -> None:
    raise Malformed


async def _make_ready(world: World) -> None:
    async def now(session):  # type: ignore[no-untyped-def]
        for row in await session.scalars(select(Inbox)):
            row.not_before = datetime.now(UTC) - timedelta(seconds=1)

    await world.write(now)


async def test_the_text_is_forgotten_when_its_turn_is_done(either: World) -> None:
    """An inbox row keeps no text once it was handled."""
    await either.say("A", "xin chào")
    assert (await _rows(either, Inbox))[0].raw == {}


async def test_try_later_is_sent_again_and_arrives_once(either: World) -> None:
    """A message that certainly was not sent is tried again; the person reads it once."""
    await either.join("A", "secretary", "BT", "A")
    either.channel.faults = [TryLater(0.0)]
    await either.say("A", "/bay")
    assert either.phone("A") == []
    await _release(either)
    await either.settle()
    assert len(either.phone("A")) == 1


async def _release(world: World) -> None:
    async def now(session):  # type: ignore[no-untyped-def]
        for row in await session.scalars(select(Outbox)):
            row.not_before = datetime.now(UTC) - timedelta(seconds=1)

    await world.write(now)


@pytest.mark.parametrize(("fault", "state"), [(Refused(), Out.DEAD), (Unknown(), Out.DUE)])
async def test_other_failures(either: World, fault: Exception, state: Out) -> None:
    """What is refused is dead, an answer that may have arrived is sent again."""
    await either.join("A", "secretary", "BT", "A")
    either.channel.faults = [fault]
    await either.say("A", "/bay")
    assert (await _rows(either, Outbox))[0].state == state


async def test_blocked_people_get_no_further_calls(either: World) -> None:
    """Who blocked the bot is marked and nothing more is tried until they write again."""
    await either.join("A", "secretary", "BT", "A")
    either.channel.blocked = {"A"}
    await either.say("A", "/bay")
    account = next(a for a in await _rows(either, Account) if a.external_id == "A")
    assert account.reachable is False


async def test_a_429_pauses_the_whole_bot(either: World) -> None:
    """The pause is in the database, so that it outlives a restart."""
    for alias in ("A", "B"):
        await either.join(alias, "secretary", "BT", alias)
    either.channel.faults = [TryLater(60.0, everyone=True)]
    await either.say("A", "/bay")
    await either.say("B", "/bay")
    assert either.phone("A") == either.phone("B") == []


async def test_the_longest_of_several_pauses_counts(either: World) -> None:
    """What was on the wire beside a 429 may be told a shorter wait: the pause in the database stays the longer one."""
    for alias, seconds in (("A", 600.0), ("B", 5.0)):
        await either.join(alias, "secretary", "BT", alias)
        either.channel.mishaps[alias] = [TryLater(seconds, everyone=True)]
        await either.receiver.store([either.channel.update(alias, Heard.TEXT, text="/bay")])
    while await either.receiver.handle():
        pass
    while claimed := await either.deliverer._turnover(16, 16):
        for each in claimed:
            await either.deliverer._try(each)
    await either.deliverer._turnover(0, 0)
    [bot] = await _rows(either, Bot)
    assert bot.paused_until - either.clock.machine() > timedelta(minutes=9)


async def test_what_follows_a_send_follows_once_though_the_sender_stops(either: World) -> None:
    """Stopped while it records that a platform refused something: the refusal is counted once."""
    await either.join("A", "secretary", "BT", "A")
    either.channel.mishaps["A"] = [NotTaken()]
    await either.receiver.store([either.channel.update("A", Heard.TEXT, text="/bay")])
    await either.receiver.handle()
    for each in await either.deliverer._turnover(16, 16):
        await either.deliverer._try(each)
    async with either.assistant.database._one:  # somebody else writes just now
        recording = asyncio.create_task(either.deliverer._turnover(0, 0))
        await asyncio.sleep(0)
        recording.cancel()
        await asyncio.wait([recording])
    await either.deliverer._drain()
    account = next(each for each in await _rows(either, Account) if each.external_id == "A")
    assert account.refusals == 1


async def test_claims_never_overlap(either: World) -> None:
    """Several claimers at once take each message once, and one per account."""
    aliases = [f"P{n}" for n in range(12)]
    for alias in aliases:
        await either.join(alias, "member", "BT", alias)
        for _ in range(2):
            await either.receiver.store([either.channel.update(alias, Heard.TEXT, text="/bay")])
    while await either.receiver.handle():
        pass

    async def take(session):  # type: ignore[no-untyped-def]
        rows = await outbox.claim(session, either.bot_id, datetime.now(UTC), 5)
        return [(row.id, row.chat) for row in rows]

    taken = [each for rows in await asyncio.gather(*(either.write(take) for _ in range(4))) for each in rows]
    assert len({row for row, _ in taken}) == len(taken) == len({account for _, account in taken}) == len(aliases)


async def test_what_was_on_the_wire_is_sent_again_after_a_restart(either: World) -> None:
    """A process that died between sending and recording repeats the message rather than losing it."""
    await either.join("A", "secretary", "BT", "A")
    await either.receiver.store([either.channel.update("A", Heard.TEXT, text="/bay")])
    await either.receiver.handle()
    await either.write(lambda s: outbox.claim(s, either.bot_id, datetime.now(UTC), 5))
    assert await either.write(lambda s: outbox.reopen_claims(s, either.bot_id)) == 1
    await either.settle()
    assert len(either.phone("A")) == 1


async def test_a_stale_claim_records_nothing(either: World) -> None:
    """Only the claim that took a row may finish it."""
    await either.join("A", "secretary", "BT", "A")
    await either.receiver.store([either.channel.update("A", Heard.TEXT, text="/bay")])
    await either.receiver.handle()
    await either.write(lambda s: outbox.claim(s, either.bot_id, datetime.now(UTC), 5))
    row = (await _rows(either, Outbox))[0]
    for claim, state in (("another", Out.SENDING), (row.claim, Out.SENT)):
        facts = {"state": Out.SENT}
        await either.write(lambda s, claim=claim, facts=facts: outbox.finish(s, [(row.id, claim, facts)]))
        assert (await _rows(either, Outbox))[0].state == state


async def test_answers_overtake_pushes(either: World) -> None:
    """A person's own answer leaves before a push that waited longer."""
    await either.join("A", "secretary", "BT", "A")

    async def push(session):  # type: ignore[no-untyped-def]
        moment = await either.assistant.moment(session)
        account = (await session.scalars(select(Account).where(Account.external_id == "A"))).one()
        await moment.say_to(account, "unknown.closed", kind="excerpt")
        await moment.say_to(account, "unknown.command")

    await either.write(push)
    await either.settle()
    assert [s.message.text[:6] for s in either.phone("A")] == ["Trợ lý", "Đã rõ,"]
    assert len(await _rows(either, Notice)) == 2


async def test_a_message_the_database_refuses_costs_itself_only(either: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken constraint is the handler's error, not the database's trouble: the neighbour is answered at once."""
    for alias in ("A", "B"):
        await either.join(alias, "secretary", "BT", alias)
    real = unknown.command

    async def breaks(turn):  # type: ignore[no-untyped-def]
        if turn.incoming.account == "A":
            turn.session.add(Account(bot_id=turn.account.bot_id, external_id="B", reachable=True))
            await turn.session.flush()
        await real(turn)

    monkeypatch.setattr(unknown, "command", breaks)
    await either.receiver.store([either.channel.update(alias, Heard.TEXT, text="/bay") for alias in ("A", "B")])
    await either.settle()
    assert len(either.phone("B")) == 1
    assert (await _rows(either, Inbox))[0].attempts == 1


async def test_an_edit_of_a_message_that_must_be_sent_again_is_not_lost(either: World) -> None:
    """The message goes back to the queue while its edit waits: it is then sent once, in the edit's words."""
    await either.join("A", "secretary", "BT", "A")

    async def push(session):  # type: ignore[no-untyped-def]
        moment = await either.assistant.moment(session)
        account = (await session.scalars(select(Account).where(Account.external_id == "A"))).one()
        await moment.say_to(account, "unknown.closed", kind="excerpt")

    async def edit(session):  # type: ignore[no-untyped-def]
        moment = await either.assistant.moment(session)
        await moment.replace((await session.scalars(select(Outbox))).one(), "unknown.command")

    await either.write(push)
    await either.write(lambda s: outbox.claim(s, either.bot_id, datetime.now(UTC), 5))
    await either.write(edit)
    await either.write(lambda s: outbox.reopen_claims(s, either.bot_id))
    await either.settle()
    assert [shown.message.text[:6] for shown in either.phone("A")] == ["Trợ lý"]
    assert [row.state for row in await _rows(either, Outbox)] == [Out.SENT, Out.CANCELLED]


async def test_a_send_that_fails_unforeseen_holds_nobody_back(either: World) -> None:
    """Whatever a channel raises, the message is tried again and its chat goes on."""
    await either.join("A", "secretary", "BT", "A")
    either.channel.faults = [RuntimeError()]
    await either.say("A", "/bay")
    assert (await _rows(either, Outbox))[0].state == Out.DUE
    await _release(either)
    await either.settle()
    assert len(either.phone("A")) == 1


async def test_a_job_that_an_error_left_running_is_done(either: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job taken when the database failed is taken again at once, without a restart."""

    async def leave(session):  # type: ignore[no-untyped-def]
        (await either.assistant.moment(session)).later("branch_report", report=0, number=1, person=0)

    async def away(_work):  # type: ignore[no-untyped-def]
        raise OperationalError("", {}, Exception())

    await either.write(leave)
    with monkeypatch.context() as broken:
        broken.setattr(either.assistant.database, "read", away)
        with pytest.raises(OperationalError):
            await either.worker.work()
    assert [row.state for row in await _rows(either, job.Job)] == [job.JobState.RUNNING]
    await either.settle()
    assert [row.state for row in await _rows(either, job.Job)] == [job.JobState.DONE]


async def test_transactions_that_write_come_one_after_the_other(either: World) -> None:
    """What one read is still so when it writes: two never both take the same thing, on either database."""
    await either.join("A", "secretary", "BT", "A")

    async def count(session):  # type: ignore[no-untyped-def]
        row = (await session.scalars(select(Account).where(Account.external_id == "A"))).one()
        before = row.wrong_codes
        await asyncio.sleep(0.01)
        row.wrong_codes = before + 1

    await asyncio.gather(*(either.write(count) for _ in range(5)))
    assert next(each.wrong_codes for each in await _rows(either, Account) if each.external_id == "A") == 5


async def test_an_error_of_the_database_names_no_values(either: World) -> None:
    """Names and texts stay out of the logs, whatever a library writes of an error."""
    await either.join("A", "secretary", "BT", "Nguyễn Văn A")

    async def twice(session):  # type: ignore[no-untyped-def]
        session.add(Account(bot_id=either.bot_id, external_id="A", reachable=True))

    with pytest.raises(IntegrityError) as raised:
        await either.write(twice)
    assert "hidden" in str(raised.value)
    assert "'A'" not in str(raised.value)


async def test_a_download_waits_for_a_platform_that_is_away(either: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many failures to reach the platform cost a file nothing; it is fetched once that answers."""

    async def away(_file_id: str) -> bytes:
        raise TryLater(0.0)

    await either.join("A", "secretary", "BT", "A")
    await either.start_campaign()
    with monkeypatch.context() as broken:
        broken.setattr(either.channel, "fetch", away)
        await either.send_file("A", "bao-cao.jpg", b"x")
        for _ in range(8):
            await _jobs_ready(either)
            await either.settle()
    assert [(row.state, row.attempts) for row in await _rows(either, job.Job)] == [(job.JobState.DUE, 9)]
    await _jobs_ready(either)
    await either.settle()
    assert (await _rows(either, job.Job))[0].state == job.JobState.DONE


async def _jobs_ready(world: World) -> None:
    async def now(session):  # type: ignore[no-untyped-def]
        for row in await session.scalars(select(job.Job)):
            row.not_before = datetime.now(UTC) - timedelta(seconds=1)

    await world.write(now)


async def test_what_others_offer_in_the_same_batch_stays_offered(either: World) -> None:
    """A conversation that a turn changes is written without what it did not change: a push went past it."""

    async def batch(session):  # type: ignore[no-untyped-def]
        account = Account(bot_id=either.bot_id, external_id="A", reachable=True)
        session.add(account)
        await session.flush()
        mine = await conversation.of_account(session, account.id)
        await conversation.offer(session, {account.id: 7})
        mine.expects, mine.subject = "report.answer", {"report": 1}
        conversation.keep(session, [mine])

    await either.write(batch)
    found = (await _rows(either, conversation.Conversation))[0]
    assert (found.expects, found.subject, found.menu_id) == ("report.answer", {"report": 1}, 7)


async def test_a_long_message_that_is_changed_stays_one_that_the_platform_takes(world: World) -> None:
    """A question of 4,000 letters comes in parts; its message says in one, to both of the office, that it is done."""
    await world.start_campaign()
    await world.move_to(local("2024-05-23 09:00"))
    for alias, role, code in (("O", "office", "VP"), ("P", "office", "VP"), ("A", "secretary", "BT")):
        await world.join(alias, role, code, f"Đồng chí {alias}")
    await world.say("A", "cho em hỏi " + "việc này làm thế nào ạ, " * 168)
    await world.press("O", "Đã xử lý")
    for alias in "OP":
        shown = [each.message.text for each in world.phone(alias)]
        done = next(each for each in shown if "Kết quả: đã xử lý" in each)
        assert "…”" in done
        assert done.startswith("Chi bộ Bảo tàng (đ/c Đồng chí A, Bí thư) hỏi")
