"""What may happen while the assistant listens: poison, a platform that errs, two copies, a busy database, strangers."""

import asyncio
import contextlib
import json
import re
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from tests import faults
from tests.bench import organisation
from tests.running import Program, command
from tests.telegram_server import FakeTelegram

pytestmark = pytest.mark.faults
SECRETARY, COLLEAGUE = organisation.SECRETARIES + 1, organisation.SECRETARIES + 2
OFFICE, STRANGER = 900, 31
POISON = "bả chuột"
BUSY = 8.0  # seconds another program keeps the database to itself: longer than anybody waits for its lock
IDLE = 2.0  # seconds: more than one idle wait of any loop
ODD = (
    *("rác", 7, None, [], {}, {"update_id": "x"}, {"update_id": True}, {"update_id": None}),
    *(
        {"update_id": 1, "message": "không phải"},
        {"update_id": 2, "message": {"from": 3, "chat": []}},
        {"update_id": 3},
    ),
    {"update_id": 4, "message": {"message_id": 1, "date": 2**60, "chat": {"id": 2**70, "type": "private"}, "text": 5}},
    {"update_id": 5, "callback_query": {"id": "1", "from": {"id": 1001}, "message": {}, "data": {}}},
)
"""What the real platform never sends."""


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """Return a data folder with two branches whose secretaries are known."""
    await faults.install(tmp_path / "data", organisation.Size(2), drill=False)
    return tmp_path / "data"


async def answered(telegram: FakeTelegram, person: int, words: str = "/help") -> dict[str, Any]:
    """Say something and wait for a new answer."""
    before = (await telegram.call("said")).get(str(person), 0)
    await telegram.say(person, words)

    async def more() -> bool:
        return (await telegram.call("said")).get(str(person), 0) > before

    await faults.until(more)
    return await telegram.last(person)


async def test_poison_costs_its_own_row(telegram: FakeTelegram, folder: Path) -> None:
    """What no update ever was is tried three times and set aside; the good one behind it is answered meanwhile."""
    for item in ODD:
        await telegram.call("push_raw", item=item)
    with faults.run(folder, telegram) as program:
        await answered(telegram, SECRETARY)
        waiting = faults.look(folder, "select count(*) from inbox where done_at is null and attempts > 0")
        await faults.quiet(telegram, folder)
        assert program.stop() == 0
    assert waiting == [(4,)], "the good one waited for them"
    polls = await telegram.calls("getUpdates")
    assert len(polls) < 20, "it asks for the same again and again"
    aside = faults.look(folder, "select key, attempts, raw from inbox where outcome = 'set_aside'")
    assert [(key, attempts) for key, attempts, _ in aside] == [("1", 3), ("2", 3), ("4", 3), ("5", 3)]
    assert all(json.loads(raw)["update_id"] == int(key) for key, _, raw in aside), "the operator has nothing to look at"


async def test_a_handler_that_always_errs(telegram: FakeTelegram, folder: Path) -> None:
    """Its message is set aside after three tries, person and office are told; others do not wait."""
    await faults.add_office(folder, OFFICE)
    await telegram.call("open_chats", people=[OFFICE])
    with faults.run(folder, telegram, faults=("--break-on", POISON)):
        await telegram.say(SECRETARY, f"có {POISON} đây")
        await telegram.say(SECRETARY, "/help")
        await answered(telegram, COLLEAGUE)
        assert not [line for line in await telegram.chat(SECRETARY) if line["by"] == "bot"]
        await telegram.wait(SECRETARY, "chưa xử lý được một tin của đồng chí", faults.PATIENCE)
        await telegram.wait(OFFICE, "Có một tin nhắn Trợ lý chưa xử lý được", faults.PATIENCE)
        await faults.quiet(telegram, folder)
    said = [line["text"] for line in await telegram.chat(SECRETARY) if line["by"] == "bot"]
    assert len(said) == 2
    assert "chưa xử lý được" in said[0]
    rows = faults.look(folder, "select outcome, attempts from inbox where account = ? order by id", str(SECRETARY))
    assert rows == [("set_aside", 3), ("done", 0)]
    assert faults.look(folder, "select sum(attempts) from inbox where account = ?", str(COLLEAGUE)) == [(0,)]


def peak(program: Program) -> float:
    """Return the most memory a program has had, in MiB."""
    status = Path(f"/proc/{program.process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


async def test_a_platform_that_errs(telegram: FakeTelegram, folder: Path) -> None:
    """After any mishap of a poll the next message is answered, the log has said so, and memory stays what it was."""
    mishaps: tuple[dict[str, Any], ...] = (
        *({"status": 404}, {"status": 409}, {"status": 401}, {"status": 500}, {"status": 429, "retry_after": 2}),
        *({"status": 502, "page": "<html>Bad Gateway</html>"}, {"then": "not_ok"}, {"then": "page"}),
        *({"then": "close"}, {"then": "reset"}, {"lost": True}, {"then": "garbage"}, {"then": "huge", "size": 128}),
    )
    with faults.run(folder, telegram) as program:
        await answered(telegram, SECRETARY)
        before = peak(program)
        for fault in mishaps:
            heard = program.said.count("telegram cannot be heard")
            await telegram.fault("getUpdates", **fault)
            await telegram.say(COLLEAGUE, "/help")  # ends the poll that is open
            await answered(telegram, SECRETARY)
            await faults.until(lambda said=heard: _more(program, said))
        assert peak(program) < before + 150
    assert faults.look(folder, "select count(*) from inbox where attempts > 0 or done_at is null") == [(0,)]


async def _more(program: Program, said: int) -> bool:
    return program.said.count("telegram cannot be heard") > said


async def test_a_poll_that_hangs(telegram: FakeTelegram, folder: Path) -> None:
    """A connection that never answers is given up; what was said meanwhile is answered."""
    await telegram.fault("getUpdates", then="hang")
    with faults.run(folder, telegram) as program:
        await answered(telegram, SECRETARY)
        await faults.until(lambda: _more(program, 0))
    hung, next_poll, *_ = await telegram.calls("getUpdates")
    assert (hung["then"], next_poll["then"]) == ("hang", "")
    assert next_poll["at"] - hung["at"] > IDLE, "it did not hang"


async def test_a_second_copy_refuses(telegram: FakeTelegram, folder: Path) -> None:
    """The second says in words that one is running, and the first goes on."""
    with faults.run(folder, telegram):
        refused = command(folder, "run", TELEGRAM_BOT_TOKEN=telegram.token, TELEGRAM_API_URL=telegram.url)
        assert refused.returncode == 1
        assert "đang chạy" in refused.stderr
        await answered(telegram, SECRETARY)


async def test_two_copies_on_one_token(telegram: FakeTelegram, folder: Path, tmp_path: Path) -> None:
    """Two installations end each other's polls: both back off and say so, and each message is kept by one of them."""
    other = tmp_path / "other"
    await faults.install(other, organisation.Size(2), drill=False)
    with faults.run(folder, telegram) as first, faults.run(other, telegram) as second:
        for each in (first, second):
            await faults.until(lambda each=each: _more(each, 0))
        started = time.monotonic()
        for n in range(40):
            await telegram.say(SECRETARY + n % 2, f"tin {n}")
            await asyncio.sleep(0.2)
        await faults.until(lambda: _none_queued(telegram))
        seconds = time.monotonic() - started
    polls = await telegram.calls("getUpdates")
    assert len(polls) < 40 + 10 * seconds, "they hunt each other"
    kept = {key for each in (folder, other) for (key,) in faults.look(each, "select key from inbox")}
    assert len(kept) == 40


async def _none_queued(telegram: FakeTelegram) -> bool:
    return not await telegram.call("queued")


async def test_a_busy_database_blames_nobody(telegram: FakeTelegram, folder: Path) -> None:
    """Another program keeps the database for eight seconds: all waits, then all is answered at the first try."""
    with faults.run(folder, telegram) as program:
        await answered(telegram, SECRETARY)
        with contextlib.closing(sqlite3.connect(folder / "assistant.db", isolation_level=None)) as file:
            file.execute("begin immediate")
            for person in (SECRETARY, COLLEAGUE):
                await telegram.say(person, "/help")
            await asyncio.sleep(BUSY)
            said = await telegram.call("said")
            file.execute("rollback")
        assert said == {str(SECRETARY): 1, str(COLLEAGUE): 0}
        for person, count in ((SECRETARY, 2), (COLLEAGUE, 1)):
            await faults.until(lambda person=person, count=count: _said(telegram, person, count))
        await faults.quiet(telegram, folder)
        assert "cannot be heard" in program.said or "waits for the database" in program.said
    assert faults.look(folder, "select outcome, attempts from inbox") == [("done", 0)] * 3


async def _said(telegram: FakeTelegram, person: int, count: int) -> bool:
    return (await telegram.call("said")).get(str(person), 0) == count


async def test_a_lost_wake_up_costs_one_idle_wait(telegram: FakeTelegram, folder: Path) -> None:
    """A message and an answer that appear without anybody being woken are found all the same."""
    raw = {"message_id": 900, "date": int(time.time()), "text": "/help", "from": {"id": SECRETARY}}
    update = {"update_id": 5, "message": {**raw, "chat": {"id": SECRETARY, "type": "private"}}}
    with faults.run(folder, telegram):
        await answered(telegram, SECRETARY)
        await faults.quiet(telegram, folder)
        with contextlib.closing(sqlite3.connect(folder / "assistant.db", timeout=20)) as file, file:
            names = "bot_id, account, spoken_at, received_at, not_before, attempts, outcome"
            file.execute(
                f"insert into inbox (key, raw, {names}) select '5', ?, bot_id, account, spoken_at, received_at,"
                " not_before, 0, '' from inbox limit 1",
                [json.dumps(update)],
            )
        await faults.until(lambda: _said(telegram, SECRETARY, 2), IDLE + 3)
        await faults.quiet(telegram, folder)
        with contextlib.closing(sqlite3.connect(folder / "assistant.db", timeout=20)) as file, file:
            file.execute("update outbox set state = 'due' where id = (select max(id) from outbox)")
        await faults.until(lambda: _said(telegram, SECRETARY, 3), IDLE + 3)
        await faults.quiet(telegram, folder)
    assert (await telegram.call("said"))[str(SECRETARY)] == 3, "one of them was answered twice"
    assert faults.look(folder, "select outcome, attempts from inbox") == [("done", 0)] * 2


async def test_a_stranger_gets_one_line(telegram: FakeTelegram, folder: Path) -> None:
    """Whatever an unknown person tries, one courteous line is all; nothing of the installation is in it."""
    commands = ["/start", "/help", "/summary", "/baocao", "/nhap BT 3/4", "/moi", "/lich", "/export", "/dulieu"]
    with faults.run(folder, telegram):
        for said in [*commands, "Xin chào", "Mẫu 1", "24/26", "😀" * 2000, "Hủy đăng ký nhận tin", "đồng ý"]:
            await telegram.say(STRANGER, said)
        first = await telegram.wait(STRANGER, "", faults.PATIENCE)
        for data in ("", "x.0", "a" * 64, f"{'A' * 12}.0"):
            await telegram.press(STRANGER, first["message_id"], data=data or "x")
        await telegram.say(STRANGER, voice={"file_id": "v", "duration": 3})
        await telegram.say(STRANGER, contact={"phone_number": "1", "first_name": "A"})
        await telegram.send_file(STRANGER, "a.jpg", b"\xff\xd8\xff", kind="photo")
        await telegram.edit(STRANGER, 1, "/summary")
        await telegram.block(STRANGER)
        await telegram.unblock(STRANGER)
        await answered(telegram, SECRETARY)
        await faults.quiet(telegram, folder)
    said = [line for line in await telegram.chat(STRANGER) if line["by"] == "bot"]
    assert len(said) == 1
    assert not said[0]["buttons"]
    assert "Mẫu 1" not in said[0]["text"]
    assert not await telegram.calls("getFile")
