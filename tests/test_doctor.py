"""`main.py doctor`: a line a check with a verdict, beside a running assistant and after it died; it changes nothing."""

import asyncio
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot import config, doctor, leads, telegram_webhook
from bot.doctor import Verdict
from messages import render
from messages.types import Heard
from models import schema
from models.bot import Bot
from models.installation import Installation
from models.integrity import Checked
from models.outbox import Out, Outbox
from tests import databases
from tests.running import command, running
from tests.telegram_server import FakeTelegram
from tests.world import World
from tests.zalo_server import FakeZalo

SAID = "câu riêng tư không được kể"
NAME = "Nguyễn Văn Bí Danh"
LINE = re.compile(r"(TỐT|CẦN XEM|CHƯA RÕ) +\S.+: .+|(Có \d+ điều cần xem|Không có gì cần xem)\.")


def settings_of(world: World, folder: Path, **more: Any) -> config.Settings:
    """Return the settings of a world's installation."""
    url = world.assistant.database.reader.url.render_as_string(hide_password=False)
    return config.load(_env_file=None, data_dir=folder, database_url=url, **more)


async def examined(settings: config.Settings) -> dict[str, doctor.Finding]:
    """Examine; every finding has words, one line each. By what is said."""
    found = [each async for each in doctor.examine(settings)]
    for each in found:
        said = render.text("cli.doctor", {"verdict": each.verdict, "said": each.said, "values": each.values})
        assert LINE.fullmatch(said.strip()), said
        assert NAME not in said
        assert SAID not in said
    return {each.said: each for each in found}


async def alive(world: World, **facts: Any) -> None:
    """Leave what a running assistant leaves in its bots' rows."""
    owner = await world.read(lambda session: session.scalar(text("SELECT id FROM committee")))

    async def change(session: Any) -> None:
        now = datetime.now(UTC)
        for channel, setting in (("web", "local"), ("telegram", "TELEGRAM_BOT_TOKEN")):
            session.add(Bot(committee_id=owner, channel=channel, setting=setting, username="", heard_at=now, **facts))

    await world.write(change)


async def test_a_new_folder_asks_for_a_set_up(tmp_path: Path) -> None:
    """Nothing is made by looking."""
    settings = config.load(_env_file=None, data_dir=tmp_path / "data")
    found = await examined(settings)
    asking = [said for said, each in found.items() if each.verdict is Verdict.LOOK]
    assert asking == ["no_folder", "database_nothing"]
    assert found["nothing_to_back_up"].verdict is Verdict.UNSURE
    assert not (tmp_path / "data").exists()


async def test_all_is_well(either: World, tmp_path: Path) -> None:
    """On both databases, with nothing waiting and a backup of today."""
    await alive(either)
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / datetime.now(UTC).strftime("%Y%m%d-%H%M%S.tlcb")).write_bytes(b"x")
    found = await examined(settings_of(either, tmp_path))
    assert [said for said, each in found.items() if each.verdict is Verdict.LOOK] == []
    assert {"settings", "no_token", "disk", "database", "schema", "running", "inbox_empty"} <= found.keys()
    assert found.keys() & {"backup", "backup_elsewhere"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE bot SET heard_at = '2025-02-01 00:00:00.000000'", "running"),
        ("UPDATE bot SET heard_at = '2199-02-01 00:00:00.000000'", "clock_back"),
        ("UPDATE bot SET heard_at = NULL WHERE channel = 'web'", "never_ran"),
        ("UPDATE bot SET heard_at = NULL WHERE channel = 'telegram'", "never_heard"),
        ("UPDATE bot SET heard_at = '2025-02-01 00:00:00.000000' WHERE channel = 'telegram'", "heard"),
        ("UPDATE bot SET failing = 'both', failing_since = '2025-02-01 00:00:00' WHERE channel = 'web'", "failing"),
        ("UPDATE bot SET paused_until = '2199-02-01 00:00:00.000000' WHERE channel = 'telegram'", "paused"),
    ],
)
async def test_what_a_bots_row_tells(
    world: World, tmp_path: Path, telegram: FakeTelegram, change: str, said: str
) -> None:
    """Known although the program is gone: it is all in the row."""
    await alive(world)
    await world.write(lambda session: session.execute(text(change)))
    told = {"telegram_bot_token": telegram.token, "telegram_api_url": telegram.url}
    assert (await examined(settings_of(world, tmp_path, **told)))[said].verdict is Verdict.LOOK


async def test_what_waits_and_what_was_lost(either: World, tmp_path: Path) -> None:
    """Counted, with the age of the oldest; who blocked the bot is no business of the machine's keeper."""
    await alive(either)
    await either.join("A", "secretary", "BT", NAME)
    await either.say("A", SAID)
    settings = settings_of(either, tmp_path)
    assert {"inbox_empty", "outbox_empty", "none_lost"} <= (await examined(settings)).keys()
    await either.receiver.store([either.channel.update("A", Heard.TEXT, text=SAID)])
    rows = Outbox.__table__.update()
    await either.write(
        lambda session: session.execute(rows.values(state=Out.DUE, said_at=either.clock.now() - timedelta(hours=3)))
    )
    plan = Installation.__table__.update().values(plan_time=either.clock.now())
    await either.write(lambda session: session.execute(plan))
    found = await examined(settings)
    assert (found["inbox"].verdict, found["inbox"].values["number"]) == (Verdict.WELL, 1)
    assert (found["outbox"].verdict, found["outbox"].values["number"]) == (Verdict.LOOK, 1)
    assert found["outbox"].values["seconds"] == pytest.approx(3 * 3600, abs=60)
    hours_ago = text("UPDATE inbox SET received_at = :at")
    at = datetime.now(UTC) - timedelta(hours=2)
    at_given = at if not either.assistant.database.sqlite else at.strftime("%Y-%m-%d %H:%M:%S.%f")
    await either.write(lambda session: session.execute(hours_ago, {"at": at_given}))
    await either.write(lambda session: session.execute(rows.values(state=Out.DEAD, error="unreachable")))
    found = await examined(settings)
    assert found["inbox"].verdict is Verdict.LOOK
    assert "none_lost" in found
    await either.write(lambda session: session.execute(rows.values(state=Out.UNKNOWN, error="unknown")))
    assert (await examined(settings))["lost"].values == {"unknown": 1, "dead": 0}


@pytest.mark.parametrize("version", ["13.11 (Debian 13.11-0+deb11u1)", "14.0", "17beta1"])
def test_a_postgresql_too_old_is_one_sentence(version: str) -> None:
    """Below 14 nothing runs: which server it is and which is needed is said."""
    found = doctor._whole(Checked("postgresql", version, 0, 0))
    said = render.text("cli.doctor", {"verdict": found.verdict, "said": found.said, "values": found.values})
    assert LINE.fullmatch(said.strip()), said
    assert ("Cần PostgreSQL 14 trở lên." in said) is version.startswith("13")


async def test_a_damaged_database_is_found(world: World, tmp_path: Path) -> None:
    """Rows without parents, and a file that something wrote into."""
    await alive(world)
    settings = settings_of(world, tmp_path)
    await world.assistant.database.close()
    await asyncio.to_thread(_orphan, tmp_path / "assistant.db")
    found = await examined(settings)
    assert (found["database_damaged"].verdict, found["database_damaged"].values["orphans"]) == (Verdict.LOOK, 1)
    content = (tmp_path / "assistant.db").read_bytes()
    middle = 4096 * (len(content) // 8192)
    (tmp_path / "assistant.db").write_bytes(content[:middle] + b"\xa5" * 8192 + content[middle + 8192 :])
    found = await examined(settings)
    assert found.keys() & {"database_damaged", "database_away"}
    (tmp_path / "assistant.db").write_bytes(b"no database at all" * 500)
    assert (await examined(settings))["database_away"].verdict is Verdict.LOOK


def _orphan(path: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(path)
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute(
        "INSERT INTO role (person_id, unit_id, kind, started_at) VALUES (999, 1, 'member', '2024-01-01')"
    )
    connection.commit()
    connection.close()


@pytest.mark.parametrize(("revision", "said"), [("-1", "schema_older"), ("base", "database_nothing")])
async def test_an_older_schema_is_named(tmp_path: Path, revision: str, said: str) -> None:
    """And nothing in it is touched."""
    settings = config.load(_env_file=None, data_dir=tmp_path)
    await schema.migrate(settings.database)
    await schema.migrate(settings.database, revision)
    assert (await examined(settings))[said].verdict is Verdict.LOOK
    assert await schema.found(settings.database) is not schema.Found.CURRENT


async def test_a_server_that_is_away(tmp_path: Path) -> None:
    """PostgreSQL refused: said with the address, without the password."""
    url = "postgresql+asyncpg://me:secret-word@127.0.0.1:1/none"
    found = await examined(config.load(_env_file=None, data_dir=tmp_path, database_url=url))
    assert found["database_away"].verdict is Verdict.LOOK
    assert "secret-word" not in str(found)


async def test_a_folder_that_cannot_be_written() -> None:
    """Full, read-only or forbidden."""
    found = await examined(config.load(_env_file=None, data_dir="/proc/self"))
    assert found["read_only"].verdict is Verdict.LOOK


async def test_the_token_is_tried(telegram: FakeTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answered, refused, unreachable, silent: never longer than the limit, never with the token in words."""
    monkeypatch.setattr(doctor, "PATIENCE", 2.0)

    async def look(url: str = telegram.url) -> dict[str, doctor.Finding]:
        given = {"telegram_bot_token": telegram.token, "telegram_api_url": url}
        found = await examined(config.load(_env_file=None, data_dir=tmp_path, **given))
        assert telegram.token not in str(found)
        return found

    found = await look()
    assert (found["token"].values, found["clock"].verdict) == ({"name": "tro_ly_thu_bot"}, Verdict.WELL)
    for fault in ({"status": 401}, {"status": 404}):
        await telegram.fault("getMe", **fault)
        assert (await look())["token_rejected"].verdict is Verdict.LOOK
    for fault in ({"status": 500}, {"then": "hang"}, {"then": "page"}):
        await telegram.fault("getMe", **fault)
        assert (await look())["token_away"].verdict is Verdict.LOOK
    found = await look("http://127.0.0.1:1")
    assert found["token_away"].verdict is Verdict.LOOK
    assert found["clock_alone"].verdict is Verdict.UNSURE


HOOK = {"telegram_webhook_secret": "mat-khau-cua-webhook", "public_url": "https://chibo.example"}


async def test_how_telegram_is_heard(telegram: FakeTelegram, tmp_path: Path) -> None:
    """Which way is set, and what Telegram says of it: how much waits, the last error, another address than ours."""
    given = {"telegram_bot_token": telegram.token, "telegram_api_url": telegram.url}

    async def look(**more: str) -> dict[str, doctor.Finding]:
        found = await examined(config.load(_env_file=None, data_dir=tmp_path, **given, **more))
        assert not any(each in str(found) for each in (telegram.token, HOOK["telegram_webhook_secret"], "/telegram/"))
        return found

    await telegram.call("lies_at", url="http://127.0.0.1:9")
    await telegram.say(7, SAID)
    asks = (await look())["asks"]
    assert (asks.verdict, asks.values["waiting"]) == (Verdict.WELL, 1)
    nowhere = (await look(**HOOK))["called_elsewhere"]
    assert (nowhere.verdict, nowhere.values["none"]) == (Verdict.LOOK, True)
    await telegram.call("be_set", url=f"{HOOK['public_url']}{telegram_webhook.place(telegram.token)}")
    assert (await look())["called_for_nothing"].verdict is Verdict.LOOK
    async with asyncio.timeout(10):
        while not (await telegram.call("webhook"))["answers"]:
            await asyncio.sleep(0.02)
    called = (await look(**HOOK))["called"]
    assert (called.verdict, called.values["waiting"], called.values["error"]) == (Verdict.LOOK, 1, "Connection refused")
    await telegram.call("be_set", url="https://khac.example/telegram/x")
    elsewhere = (await look(**HOOK))["called_elsewhere"]
    assert (elsewhere.verdict, elsewhere.values["none"]) == (Verdict.LOOK, False)
    await telegram.fault("getWebhookInfo", status=500)
    assert (await look(**HOOK))["way_unknown"].verdict is Verdict.UNSURE


@pytest.mark.parametrize(("minutes", "said"), [(0, "clock"), (10, "clock_apart"), (-10, "clock_apart")])
async def test_the_clock_is_compared(telegram: FakeTelegram, tmp_path: Path, minutes: int, said: str) -> None:
    """With the Date in the head of whatever the platform answers."""
    theirs = datetime.now(UTC) + timedelta(minutes=minutes)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 302 Found\r\nDate: {theirs:%a, %d %b %Y %H:%M:%S} GMT\r\n\r\n".encode())
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    given = {"telegram_bot_token": telegram.token, "telegram_api_url": f"http://127.0.0.1:{port}"}
    found = await examined(config.load(_env_file=None, data_dir=tmp_path, **given))
    server.close()
    await server.wait_closed()
    assert (found[said].verdict is Verdict.LOOK) == bool(minutes)
    if minutes:
        assert found[said].values["ahead"] == (minutes < 0)
        assert found[said].values["seconds"] == pytest.approx(600, abs=20)


@pytest.mark.parametrize(("mode", "said"), [(0o644, "env_open"), (0o640, "env_open"), (0o600, "env_closed")])
async def test_an_env_file_that_others_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, said: str
) -> None:
    """The token lies in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("PORT=8001\n", encoding="utf-8")
    (tmp_path / ".env").chmod(mode)
    found = await examined(config.load(data_dir=tmp_path))
    assert (found[said].verdict is Verdict.LOOK) == (said == "env_open")


def test_what_is_made_is_its_owners_alone(tmp_path: Path) -> None:
    """Under the usual umask of 022: folders 0700, files 0600, whatever of them SQLite makes."""
    data, before = tmp_path / "data", os.umask(0o022)
    try:
        with running(data, "run"):
            modes = {each.name: each.stat().st_mode & 0o777 for each in (data, *data.rglob("*"))}
    finally:
        os.umask(before)
    assert {"data", "assistant.db", "assistant.db-wal", "assistant.db-shm", "secret.key"} <= modes.keys()
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}


@pytest.mark.parametrize(("mode", "is_open"), [(0o755, True), (0o2770, False), (0o750, False), (0o700, False)])
async def test_a_folder_that_everybody_reads(tmp_path: Path, mode: int, is_open: bool) -> None:
    """A group was given access on purpose; everybody on the machine was not."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(mode)
    found = await examined(config.load(_env_file=None, data_dir=tmp_path / "data"))
    assert ("folder_open" in found) == is_open


async def test_beside_a_running_assistant_and_after_its_death(tmp_path: Path, telegram: FakeTelegram) -> None:
    """As people run it: status 0 when all is well, no lock needed, and it still tells when the program was killed."""
    data = tmp_path / "data"
    settings = {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url}
    await telegram.say(7, "Xin chào")  # so that the first poll ends at once: an empty one is a long one
    with running(data, "run", **settings) as program:
        assert command(data, "backup", **settings).returncode == 0
        for _ in range(10):
            made = command(data, "doctor", **settings)
            if made.returncode == 0:
                break
        assert made.returncode == 0, made.stdout + made.stderr
        assert "Trợ lý: đang chạy." in made.stdout
        assert "Mã Telegram: @tro_ly_thu_bot trả lời." in made.stdout
        assert "Nghe Telegram: lần cuối cách đây" in made.stdout
        assert made.stdout.splitlines()[-1] == "Không có gì cần xem."
        program.kill()
    for each in (data / "backups").glob("*.tlcb"):
        each.unlink()
    made = command(data, "doctor", **settings)
    assert made.returncode == 1
    assert re.search(r"Trợ lý: không chạy, lần cuối thấy chạy cách đây \d+ (giây|phút)", made.stdout)
    assert "Nghe Telegram: lần cuối cách đây" in made.stdout
    assert "Sao lưu: chưa có bản sao lưu nào. Chạy .venv/bin/python main.py backup." in made.stdout
    assert made.stdout.splitlines()[-1] == "Có 02 điều cần xem."
    assert [line for line in made.stdout.splitlines() if not LINE.fullmatch(line)] == []
    assert telegram.token not in made.stdout + made.stderr


async def test_bots_on_zalo_are_asked_for_their_names(world: World, tmp_path: Path, zalo: FakeZalo) -> None:
    """One that answers and has been heard, and one whose token is refused and that never was; each has its own line."""
    await alive(world, failing="")
    owner = await world.read(lambda session: session.scalar(text("SELECT id FROM committee")))
    number = zalo.token.partition(":")[0]
    row = {"channel": "zalo", "setting": f"ZALO_BOT_TOKEN:{number}", "username": "", "heard_at": datetime.now(UTC)}

    async def add(session: Any) -> None:
        session.add(Bot(committee_id=owner, **row))

    await world.write(add)
    tokens = f"{zalo.token},77:khong-phai"
    found = await examined(settings_of(world, tmp_path, zalo_bot_token=tokens, zalo_api_url=zalo.url))
    assert found["zalo"].values == {"number": number, "name": "bot.MauThu", "called": False}
    assert found["zalo_rejected"].verdict is Verdict.LOOK
    assert found["zalo_rejected"].values["number"] == "77"
    assert found["heard"].values["channel"] == "zalo"
    assert found["never_heard"].values["channel"] == "zalo"


async def test_zalo_away(world: World, tmp_path: Path) -> None:
    """Nobody listens at that address."""
    given = {"zalo_bot_token": "1:a", "zalo_api_url": "http://127.0.0.1:9"}
    found = await examined(settings_of(world, tmp_path, **given))
    assert found["zalo_away"].verdict is Verdict.LOOK


async def test_what_no_process_does_is_named(tmp_path: Path, shared_world: World) -> None:
    """Where several share the work, what was led once and is led by nobody now: sending, and what is due."""
    await alive(shared_world)
    url = shared_world.assistant.database.url
    ((page,),) = await databases.look(url, "select id from bot where channel = 'web'")
    now = "now()"
    for name in (leads.CLOCK, leads.speaks(page), leads.hears(page)):
        await databases.do(url, f"insert into lead (name, epoch, taken_at) values ('{name}', 1, {now})")
    found = await examined(settings_of(shared_world, tmp_path))
    assert found["no_clock"].verdict is found["nobody_sends"].verdict is Verdict.LOOK
    elected = leads.Elected(url, shared_world.clock)
    standing = asyncio.create_task(elected.run())
    led = [asyncio.create_task(elected.lead(name, asyncio.Event().wait)) for name in (leads.CLOCK, leads.speaks(page))]
    async with asyncio.timeout(10):
        while not (elected.held(leads.CLOCK) and elected.held(leads.speaks(page))):
            await asyncio.sleep(0.05)
    assert not (await examined(settings_of(shared_world, tmp_path))).keys() & {"no_clock", "nobody_sends"}
    for task in (*led, standing):
        task.cancel()
    await asyncio.wait([*led, standing])
