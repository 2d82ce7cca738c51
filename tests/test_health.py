"""How the assistant is doing: each part tells, `/health` and `/metrics` answer this machine, and nothing private."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette

import scheduler
from bot import metrics, parts, tick
from bot.assistant import Assistant
from bot.channel import Failing, Refused, TryLater, Unknown, Unreachable
from bot.clock import Clock
from bot.health import BotHealth, Health, Way
from bot.metrics import Monitor
from bot.receive import Receiver
from bot.telegram import TelegramChannel
from bot.telegram_api import open_request
from bot.web.watch import FORWARDED, Watch
from messages.types import Heard
from models.database import Database
from models.inbox import Inbox
from models.notice import PRIORITY, NoticeKind
from models.outbox import Outbox
from tests.running import running
from tests.telegram_server import FakeTelegram
from tests.world import World

NAME, SAID = "Nguyễn Văn Bí Danh", "câu riêng tư không được kể"
NOW = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)


def minutes(number: float) -> timedelta:
    """Return so many minutes."""
    return timedelta(minutes=number)


# What the parts tell


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": 404}, "InvalidToken"),
        ({"status": 409}, "Conflict"),
        ({"status": 500}, "Broken"),
        ({"status": 429, "retry_after": 0}, "Flooded"),
        ({"then": "hang"}, "NetworkError/SocketTimeoutError"),
        ({"then": "close"}, "NetworkError/ServerDisconnectedError"),
        ({"then": "page"}, "TelegramError"),
    ],
    ids=str,
)
async def test_a_deaf_poller_says_so_and_recovers(telegram: FakeTelegram, fault: dict[str, Any], kind: str) -> None:
    """Every failure of a poll is told by its kind, and so is that it is heard again."""
    await telegram.say(7, SAID)
    await telegram.fault("getUpdates", times=2, **fault)
    channel = TelegramChannel(
        telegram.token, telegram.url, 0.2, back_off=(0.02, 0.1), request=lambda pool, _: open_request(pool, 0.5)
    )
    await channel.start()
    told: list[str] = []
    heard = asyncio.Event()

    async def store(_updates: object) -> None:
        heard.set()

    listening = asyncio.create_task(channel.listen(store, told.append))
    await asyncio.wait_for(heard.wait(), 15)
    listening.cancel()
    await channel.stop()
    assert told[:3] == [kind, kind, ""]
    assert telegram.token not in "".join(told)


async def test_what_cannot_be_stored_is_no_failure_of_the_channel(telegram: FakeTelegram) -> None:
    """A full disk does not make Telegram look deaf."""
    await telegram.say(7, SAID)
    channel = TelegramChannel(telegram.token, telegram.url, 0.2, back_off=(0.02, 0.1))
    await channel.start()
    told: list[str] = []
    tries = iter([OSError("disk full"), OSError("disk full")])
    done = asyncio.Event()

    async def store(_updates: object) -> None:
        if error := next(tries, None):
            raise error
        done.set()

    listening = asyncio.create_task(channel.listen(store, told.append))
    await asyncio.wait_for(done.wait(), 10)
    listening.cancel()
    await channel.stop()
    assert set(told) == {""}


@pytest.mark.parametrize(
    ("fault", "outcome", "failing"),
    [
        (None, "sent", False),
        (TryLater(5), "try_later", True),
        (TryLater(5, everyone=True), "try_later", True),
        (Unknown(), "unknown", True),
        (Failing(), "failing", True),
        (TryLater(5, everyone=True, why="rejected"), "rejected", True),
        (RuntimeError(), "unknown", True),
        (Refused(), "refused", False),
        (Unreachable(), "unreachable", False),
    ],
    ids=repr,
)
async def test_every_send_is_told(world: World, fault: Exception | None, outcome: str, failing: bool) -> None:
    """What the platform says of one message alone does not make the channel mute."""
    world.channel.faults = [fault]
    await world.say("S", "xin chào")
    found = world.assistant.health.bot(world.bot_id)
    assert found.sends == {outcome: 1}
    assert (found.sending.failing_since is not None) == failing
    assert found.pauses == (isinstance(fault, TryLater) and fault.everyone)
    assert found.handled == 1


async def test_a_message_set_aside_is_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """After three tries, once."""

    async def broken(*_: object) -> None:
        raise ValueError(SAID)

    monkeypatch.setattr(Receiver, "_turns", broken)
    await world.receiver.store([world.channel.update("A", Heard.TEXT, text=SAID)])
    for _ in range(3):
        await world.receiver.handle()
        await world.write(lambda session: session.execute(text("UPDATE inbox SET not_before = received_at")))
    assert world.assistant.health.bot(world.bot_id).set_aside == 1


async def test_looks_are_timed_and_waits_for_the_database_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look that could not write is no look."""
    await tick.look(world.assistant)
    looks = world.assistant.health.looks
    assert (looks.number, looks.ended_at is not None) == (1, True)
    assert 0 < looks.took == looks.last_took
    failed = OperationalError("UPDATE", {}, Exception("disk full"))

    async def full(_work: object) -> None:
        raise failed

    monkeypatch.setattr(world.assistant.database, "write", full)
    assert await tick.look(world.assistant) == 0
    assert looks.number == 1
    assert world.assistant.health.wrong(world.clock.machine()) == ["database"]


async def test_a_loop_that_breaks_begins_anew_and_shows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, with the kind of error; minutes later it is history."""
    monkeypatch.setattr(parts, "AGAIN", 0.01)
    loops = parts.Parts(world.assistant, scheduler.build)
    again = asyncio.Event()
    times = iter([ValueError(SAID), None])

    async def loop() -> None:
        if error := next(times, None):
            raise error
        again.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(loops._for_ever("work", loop))
    await asyncio.wait_for(again.wait(), 5)
    task.cancel()
    health = world.assistant.health
    now = world.clock.machine()
    assert (health.parts["work"].broke, health.parts["work"].kind) == (1, "ValueError")
    assert health.wrong(now) == ["broke:work"]
    assert health.wrong(now + minutes(6)) == []


def test_short_failures_call_nobody() -> None:
    """A hiccup is in the figures; only what lasts is wrong."""
    health = Health(began_at=NOW)
    health.looks.ended(0, 0.01, NOW + minutes(30))
    bot: BotHealth = health.bot(1, "telegram")
    bot.heard("NetworkError", NOW)
    assert health.wrong(NOW + minutes(1)) == []
    assert "deaf:telegram" in health.wrong(NOW + minutes(3))
    bot.heard("", NOW + minutes(4))
    assert health.wrong(NOW + minutes(5)) == []
    assert "deaf:telegram" in health.wrong(NOW + minutes(7))  # a poll that never ends is not heard either
    bot.heard("", NOW + minutes(30))
    bot.sent("unknown", NOW + minutes(5))  # parked, and nothing more to send
    assert health.wrong(NOW + minutes(30)) == []
    bot.sent("try_later", NOW + minutes(30))
    assert health.wrong(NOW + minutes(30)) == ["mute:telegram"]
    bot.sent("refused", NOW + minutes(30))
    assert health.wrong(NOW + minutes(30)) == []
    bot.heard("", NOW + minutes(32))
    assert health.wrong(NOW + minutes(32)) == ["timetable"]


def test_a_way_remembers() -> None:
    """Since when, how often in a row, what kind."""
    way = Way()
    way.failed("Conflict", NOW)
    way.failed("InvalidToken", NOW + minutes(1))
    assert (way.failing_since, way.failures, way.kind) == (NOW, 2, "InvalidToken")
    assert way.fails_for(minutes(2), NOW + minutes(2))
    way.well(NOW + minutes(2))
    assert not way.fails_for(minutes(0), NOW + minutes(9))
    assert (way.well_at, way.failures, way.kind) == (NOW + minutes(2), 0, "InvalidToken")


# What monitors are told


def app_of(assistant: Assistant, folder: Path) -> Starlette:
    """Return the two routes as the page has them."""
    return Starlette(routes=Watch(Monitor(assistant, folder)).routes())


async def ask(app: Starlette, path: str, peer: str = "127.0.0.1", **headers: str) -> httpx.Response:
    """Ask as a peer would."""
    wire = httpx.ASGITransport(app, client=(peer, 40000))
    async with httpx.AsyncClient(transport=wire, base_url="http://127.0.0.1:8000") as client:
        return await client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.fixture
async def busy(either: World) -> World:
    """A world in which people have talked, something failed, and something waits."""
    await either.join("A", "secretary", "BT", NAME)
    either.channel.faults = [Refused(), TryLater(60)]
    await either.say("A", SAID)
    await either.say("A", "/help")
    either.assistant.health.began_at = either.clock.machine()
    await tick.look(either.assistant)
    await either.receiver.store([either.channel.update("A", Heard.TEXT, text=SAID)])
    return either


def values(said: str) -> dict[str, float]:
    """Read metrics: "name{label,…}" to value; labels by their names, which are left out."""
    found = {}
    for family in text_string_to_metric_families(said):
        for sample in family.samples:
            name = sample.name + ("{" + ",".join(sample.labels.values()) + "}" if sample.labels else "")
            assert name not in found
            found[name] = sample.value
    return found


async def test_metrics_are_the_state_of_things(busy: World, tmp_path: Path) -> None:
    """Figures of inbox, outbox, sends, polls, ticks, database and disk, in a format that Prometheus reads."""
    busy.assistant.health.bot(busy.bot_id).heard("", busy.clock.machine() - minutes(1))
    answer = await ask(app_of(busy.assistant, tmp_path), "/metrics")
    assert answer.status_code == 200
    found = values(answer.text)
    bot = f"{busy.bot_id},telegram"
    assert found["assistant_inbox_undone"] == 1
    assert found["assistant_outbox{answer,dead}"] == 1
    assert found["assistant_outbox{answer,due}"] == 1
    assert found["assistant_outbox{reminder,sending}"] == 0
    assert found[f"assistant_sends_total{{{bot},refused}}"] == 1
    assert found[f"assistant_sends_total{{{bot},try_later}}"] == 1
    assert found[f"assistant_messages_handled_total{{{bot}}}"] == 2
    assert found[f"assistant_turns_set_aside_total{{{bot}}}"] == 0
    assert found[f"assistant_pauses_total{{{bot}}}"] == 0
    assert found[f"assistant_poll_age_seconds{{{bot}}}"] == pytest.approx(60, abs=30)
    assert found["assistant_tick_seconds_count"] == 1
    assert found["assistant_database_bytes"] > 100_000
    assert found["assistant_disk_free_bytes"] > 0
    assert 0 <= found["assistant_outbox_oldest_seconds"] < 60
    assert found["assistant_well"] == 1
    assert {"assistant_inbox_oldest_seconds", "process_resident_memory_bytes"} <= found.keys()


async def test_health_is_200_when_well_and_503_with_codes_when_not(busy: World, tmp_path: Path) -> None:
    """The codes say what is wrong; JSON says since when."""
    app = app_of(busy.assistant, tmp_path)
    well = await ask(app, "/health")
    assert (well.status_code, well.json()["wrong"], well.json()["inbox"]["undone"]) == (200, [], 1)
    bot = busy.assistant.health.bot(busy.bot_id)
    bot.heard("Conflict", busy.clock.machine() - minutes(20))
    bot.heard("Conflict", busy.clock.machine())
    unwell = await ask(app, "/health")
    assert (unwell.status_code, unwell.json()["wrong"]) == (503, ["deaf:telegram"])
    shown = unwell.json()["bots"][str(busy.bot_id)]
    assert (shown["channel"], shown["deaf_kind"]) == ("telegram", "Conflict")
    assert shown["deaf"] == pytest.approx(1200, abs=30)
    bot.heard("", busy.clock.machine())
    assert (await ask(app, "/health")).status_code == 200


async def test_what_waits_too_long_is_wrong(busy: World, tmp_path: Path) -> None:
    """Something heard, or an answer, that waits for minutes; and a disk that is nearly full."""
    await busy.write(lambda session: session.execute(Inbox.__table__.update().values(received_at=NOW - minutes(600))))
    await busy.write(
        lambda session: session.execute(Outbox.__table__.update().values(said_at=busy.clock.now() - minutes(6)))
    )
    told = (await ask(app_of(busy.assistant, tmp_path), "/health")).json()
    assert told["wrong"] == ["inbox", "outbox"]
    assert told["outbox"]["oldest"] == pytest.approx(360, abs=30)


async def test_a_database_that_is_gone_is_told_at_once(tmp_path: Path) -> None:
    """The question is answered all the same."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/no/such/folder/a.db")
    assistant = Assistant(database, Clock(), ZoneInfo("Asia/Ho_Chi_Minh"), tmp_path)
    app = app_of(assistant, tmp_path)
    answer = await asyncio.wait_for(ask(app, "/health"), 10)
    assert (answer.status_code, answer.json()["wrong"]) == (503, ["database"])
    assert values((await ask(app, "/metrics")).text)["assistant_wrong{database}"] == 1
    await database.close()


async def test_a_monitor_waits_for_no_turn(busy: World, tmp_path: Path) -> None:
    """While a transaction writes, figures are read beside it; it is not held up either."""
    inside, leave = asyncio.Event(), asyncio.Event()

    async def long(session: Any) -> None:
        await session.execute(text("UPDATE inbox SET attempts = 0"))
        inside.set()
        await leave.wait()

    writing = asyncio.create_task(busy.write(long))
    await asyncio.wait_for(inside.wait(), 5)
    answer = await asyncio.wait_for(ask(app_of(busy.assistant, tmp_path), "/health"), 10)
    assert answer.json()["inbox"]["undone"] == 1
    assert not writing.done()
    leave.set()
    await writing


async def test_a_scrape_follows_indexes(world: World, tmp_path: Path) -> None:
    """No figure costs a walk over a whole table, however much has been said and sent."""
    asked: list[tuple[str, Any]] = []

    @event.listens_for(world.assistant.database.reader.sync_engine, "before_cursor_execute")
    def keep(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    await Monitor(world.assistant, tmp_path).seen()
    queries = [each for each in asked if each[0].startswith("SELECT") and "pragma_" not in each[0]]
    assert len(queries) >= 3

    def plan(connection: Connection) -> list[str]:
        found = []
        for statement, parameters in queries:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found += [row[3] for row in rows]
        return found

    async with world.assistant.database.reader.connect() as connection:
        steps = await connection.run_sync(plan)
    waiting = "ix_inbox_waiting"  # holds what waits and nothing else
    assert [step for step in steps if step.startswith("SCAN") and waiting not in step] == []
    assert [step for step in steps if step.startswith("SEARCH") and not re.search("INDEX|PRIMARY KEY", step)] == []


async def test_many_questions_are_one_look(world: World, tmp_path: Path) -> None:
    """Whoever asks again within a second is told the same figures."""
    monitor = Monitor(world.assistant, tmp_path)
    first, second = [each.figures for each in await asyncio.gather(monitor.seen(), monitor.seen())]
    assert first is second is not None


async def test_nothing_private_is_told(busy: World, tmp_path: Path) -> None:
    """No name, no text, no account, no words of an error; keys and codes are plain letters."""
    busy.assistant.health.broke("work", "ValueError", busy.clock.machine())
    busy.assistant.health.bot(busy.bot_id).heard("InvalidToken", busy.clock.machine() - minutes(9))
    app = app_of(busy.assistant, tmp_path)
    said = (await ask(app, "/health")).text + (await ask(app, "/metrics")).text
    assert not [word for word in (NAME, SAID, "Nguy", str(tmp_path)) if word in said]
    assert re.search(r"[^\x00-\x7f]", (await ask(app, "/metrics")).text.replace("…", "")) is None


@pytest.mark.parametrize("path", ["/health", "/metrics"])
async def test_only_this_machine_is_answered(world: World, tmp_path: Path, path: str) -> None:
    """Not another peer, not a proxy's guest, not who calls this machine by its public name."""
    app = app_of(world.assistant, tmp_path)
    assert (await ask(app, path, "::1")).status_code in (200, 503)
    assert (await ask(app, path, "::ffff:127.0.0.1")).status_code in (200, 503)
    for peer in ("192.0.2.7", "10.0.0.1", "::ffff:192.0.2.7", "2001:db8::1", "", "testclient"):
        assert (await ask(app, path, peer)).status_code == 404, peer
    for header in FORWARDED:
        assert (await ask(app, path, **{header: "127.0.0.1"})).status_code == 404, header
    for host in ("chi-bo.example", "chi-bo.example:8000", "127.0.0.1.example", "192.0.2.7"):
        assert (await ask(app, path, host=host)).status_code == 404, host


async def test_the_program_answers(tmp_path: Path, telegram: FakeTelegram) -> None:
    """`main.py run` as a process, with a token in use: well, figures, no token; a proxy's guest sees no such page."""
    settings = {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url}
    with running(tmp_path / "data", "run", **settings) as program:
        async with httpx.AsyncClient(base_url=program.url) as client:
            for _ in range(100):
                told = (await client.get("/health")).json()
                if all(bot["heard"] is not None for bot in told["bots"].values()) and told["timetable"]["looked"]:
                    break
                await asyncio.sleep(0.1)
            assert (told["well"], told["wrong"]) == (True, [])
            assert {bot["channel"] for bot in told["bots"].values()} == {"web", "telegram"}
            found = (await client.get("/metrics")).text
            assert values(found)["assistant_well"] == 1
            assert telegram.token not in found + str(told)
            assert (await client.get("/health", headers={"X-Forwarded-For": "192.0.2.7"})).status_code == 404
        assert program.stop() == 0
        assert telegram.token not in program.said


def test_kinds_of_priority_are_named() -> None:
    """Every priority that is in use has a word."""
    assert metrics.KINDS.keys() == set(PRIORITY.values())
    assert metrics.KINDS[PRIORITY[NoticeKind.ANSWER]] == "answer"
