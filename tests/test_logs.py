"""One line an event, key=value with ids: no token, no name, no message text, whoever logs and at every level."""

import ast
import asyncio
import gc
import logging
import re
import sys
import threading
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text

from bot import logs
from bot.channel import Failing, TryLater, Unknown
from bot.receive import Receiver
from bot.telegram import TelegramChannel
from messages.types import Heard, Outgoing
from models.database import Database
from tests.telegram_server import FakeTelegram
from tests.world import World

ROOT = Path(__file__).parent.parent
SHORT = "12:abc"  # a token that does not look like one
NAME, SAID = "Nguyễn Văn Bí Danh", "câu riêng tư không được ghi"
LINE = re.compile(r"timestamp='[^']+Z?' level='[a-z]+' event=(?:'.*'|\".*\")(?: \w+=.+)*")


def clean(said: str) -> list[str]:
    """Return the lines of a log; none holds a name, a message's text or a token."""
    lines = said.splitlines()
    assert [each for each in lines if not LINE.fullmatch(each)] == []
    assert [each for each in lines if NAME in each or SAID in each or SHORT in each] == []
    return lines


async def test_a_run_with_everything_logged_says_no_token_and_no_text(
    telegram: FakeTelegram, capsys: pytest.CaptureFixture[str]
) -> None:
    """Hear, answer, download, fail in every way: at DEBUG, with all libraries talking."""
    logs.set_up(logging.DEBUG, [telegram.token])
    for name in logs.QUIET:
        logging.getLogger(name).setLevel(logging.NOTSET)
    channel = TelegramChannel(telegram.token, telegram.url, 1, send_timeout=2, back_off=(0.05, 0.1))
    await channel.start()
    try:
        await telegram.say(77, SAID)
        await telegram.fault("getUpdates", status=404)
        await telegram.fault("getUpdates", status=502, page=f"<html>/bot{telegram.token}/getUpdates</html>")
        heard = asyncio.Event()

        async def store(updates: object) -> None:
            heard.set()

        listening = asyncio.create_task(channel.listen(store))
        await asyncio.wait_for(heard.wait(), 10)
        listening.cancel()
        await channel.send(Outgoing("k", "77", SAID))
        await channel.fetch((await telegram.send_file(77, "a.txt", b"abc"))["file_id"])
        for fault in ({"status": 404}, {"status": 500}, {"then": "close"}):
            await telegram.fault("sendMessage", **fault)
            with pytest.raises((TryLater, Failing, Unknown)):
                await channel.send(Outgoing("k", "77", SAID))
    finally:
        await channel.stop()
    said = capsys.readouterr().err
    assert "telegram cannot be heard" in said
    assert telegram.token not in said
    clean(said)


async def test_an_error_that_quotes_a_text_is_logged_without_it(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handler's error says kind and place; what it quotes stays out, and so does the person."""
    logs.set_up(logging.DEBUG)
    await world.join("A", "secretary", "BT", NAME)

    async def broken(*_: object) -> None:
        raise ValueError(SAID)

    monkeypatch.setattr(Receiver, "_turns", broken)
    await world.receiver.store([world.channel.update("A", Heard.TEXT, text=SAID)])
    await world.receiver.handle()
    lines = clean(capsys.readouterr().err)
    assert any("kind='ValueError'" in each and "at='test_logs.py:" in each for each in lines)


async def test_libraries_say_no_traceback_and_no_words_of_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """asyncio, uvicorn and whoever else: one line, kinds of errors, places."""
    logs.set_up(logging.DEBUG)

    async def broken() -> None:
        try:
            raise KeyError(NAME)
        except KeyError as error:
            raise RuntimeError(SAID) from error

    forgotten = asyncio.create_task(broken(), name="forgotten")
    await asyncio.wait([forgotten])
    del forgotten
    gc.collect()
    try:
        raise ExceptionGroup(SAID, [ValueError(NAME), OSError(SAID)])
    except ExceptionGroup:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n%s", SAID)
    logging.getLogger("any").info("token %s", "123456789:" + "x" * 35)
    said = capsys.readouterr().err
    lines = clean(said)
    assert "xxxx" not in said
    assert any("never retrieved" in each and "RuntimeError from KeyError" in each for each in lines)
    assert any("ASGI" in each and "ValueError, OSError" in each and "test_logs.py" in each for each in lines)


async def test_statements_are_logged_without_their_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Even where somebody lets SQLAlchemy and its driver talk."""
    logs.set_up(logging.DEBUG, [SHORT])
    logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}")
    for run in (database.read, database.write):
        await run(lambda session: session.scalar(text("SELECT :said"), {"said": SAID}))
    await database.close()
    assert "SELECT" in "".join(clean(capsys.readouterr().err))


def test_every_line_of_ours_has_fixed_words_and_named_facts() -> None:
    """The event is a literal; what varies is in facts, none of them a name, a text or a whole error."""
    calls = [
        (path.name, node)
        for path in sorted((ROOT / "bot").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if isinstance(node.func.value, ast.Name) and node.func.value.id == "LOG"
    ]
    assert len(calls) > 20
    for where, call in calls:
        assert len(call.args) == 1, where
        assert isinstance(call.args[0], ast.Constant), (where, call.lineno)
        named = {each.arg for each in call.keywords}
        assert not named & {"text", "said", "name", "person", "token", "error_text", "exc_info", "message"}, where


def test_nobody_catches_it(capsys: pytest.CaptureFixture[str]) -> None:
    """What ends a thread or the program is a line too."""
    logs.set_up(logging.INFO, [SHORT])

    def broken() -> None:
        raise ValueError(f"{SAID} {SHORT}")

    thread = threading.Thread(target=broken)
    thread.start()
    thread.join()
    try:
        broken()
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    structlog.get_logger().info("a secret in use", given=f"x{SHORT}y", escaped=SHORT.replace(":", "%3A"))
    lines = clean(capsys.readouterr().err)
    assert sum("kind='ValueError'" in each for each in lines) == 2
    assert "given='x<token>y' escaped='<token>'" in lines[-1]
