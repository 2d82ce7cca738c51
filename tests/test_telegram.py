"""The Telegram channel over real HTTP against the fake Bot API: nothing lost, every failure told as what it is."""

import asyncio
import contextlib
import json
import logging
import socket
import time
from collections.abc import Callable

import pytest
import structlog

from bot import telegram_api
from bot.channel import Failing, Gone, Moved, Refused, TryLater, Unknown, Unreachable
from bot.http import Client
from bot.telegram import TelegramChannel
from messages.types import Button, Heard, Outgoing, OutgoingFile
from tests.fake_telegram import TOKEN

PERSON = 501
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def channel_to(url, **settings) -> TelegramChannel:
    """A channel as the program makes it, but impatient."""
    return TelegramChannel(
        TOKEN, url, **{"poll_timeout": 0.2, "send_timeout": 0.4, "back_off": (0.02, 0.1), **settings}
    )


@pytest.fixture
async def channel(telegram):
    """A started channel; a person has written to the bot."""
    await telegram.say(PERSON, "/start")
    channel = channel_to(telegram.url)
    await channel.start()
    yield channel
    await channel.stop()


def says(text="Chào đồng chí.", **facts) -> Outgoing:
    """A message to the person."""
    return Outgoing(**{"key": "k", "chat": str(PERSON), "text": text, **facts})


class Inbox:
    """Keeps what is stored; can fail on purpose."""

    def __init__(self, failures: int = 0) -> None:
        self.updates, self.batches, self.failures = {}, [], failures

    async def store(self, updates):
        if self.failures:
            self.failures -= 1
            raise OSError("disk full")
        self.batches.append([update.key for update in updates])
        self.updates |= {update.key: update for update in updates}

    def texts(self) -> list[str]:
        return [update.raw["message"]["text"] for update in self.updates.values() if "message" in update.raw]


@contextlib.asynccontextmanager
async def listening(channel, store):
    """Listen in the background."""
    task = asyncio.create_task(channel.listen(store))
    yield task
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], object], seconds: float = 5) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


# Listening


async def test_hears_all_and_confirms_after_storing(telegram, channel):
    """What waits is heard without an offset and confirmed only by the call after `store`."""
    inbox = Inbox()
    async with listening(channel, inbox.store):
        await until(lambda: inbox.texts() == ["/start"])
        await telegram.say(PERSON, "ngày 13/5")
        await until(lambda: inbox.texts() == ["/start", "ngày 13/5"])
        await asyncio.sleep(0.3)
        assert await telegram.call("queued") == []
    calls = await telegram.calls("getUpdates")
    assert "offset" not in calls[0]["args"]
    assert all("allowed_updates" in call["args"] for call in calls)
    assert set(await telegram.call("asked_for")) == {"message", "edited_message", "callback_query", "my_chat_member"}


async def test_stored_update_tells_whose_and_when(telegram, channel):
    """Key, account and the platform's date are kept with the raw update."""
    inbox = Inbox()
    async with listening(channel, inbox.store):
        await until(lambda: inbox.updates)
    (update,) = inbox.updates.values()
    assert (update.key, update.account) == (str(update.raw["update_id"]), str(PERSON))
    assert abs(update.said_at.timestamp() - time.time()) < 60
    assert channel.read(update.raw).text == "/start"


async def test_what_could_not_be_stored_comes_again(telegram, channel):
    """A full disk loses nothing: the offset stays until `store` returns."""
    inbox = Inbox(failures=2)
    with structlog.testing.capture_logs() as logs:
        async with listening(channel, inbox.store):
            await until(lambda: inbox.texts() == ["/start"])
    assert [entry.get("kind") for entry in logs] == ["OSError", "OSError", None]
    assert "disk full" not in str(logs)


async def test_killed_before_storing_loses_nothing(telegram, channel):
    """Who is stopped in the middle of storing finds the same updates after the start."""
    stuck = asyncio.Event()

    async def hang(updates):
        stuck.set()
        await asyncio.Event().wait()

    async with listening(channel, hang):
        await asyncio.wait_for(stuck.wait(), 5)
    inbox = Inbox()
    async with listening(channel, inbox.store):
        await until(lambda: inbox.texts() == ["/start"])


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 409},
        {"status": 404},
        {"status": 404, "page": "<html>Not Found</html>"},
        {"status": 401},
        {"status": 500},
        {"status": 502, "page": "<html>Bad Gateway</html>"},
        {"status": 429},
        {"then": "not_ok"},
        {"then": "page"},
        {"then": "close"},
        {"then": "reset"},
        {"then": "garbage"},
        {"then": "huge", "size": 33},
        {"lost": True},
    ],
    ids=str,
)
async def test_never_stays_deaf(telegram, channel, fault, monkeypatch):
    """After any mishap of three polls it hears again, with one line a mishap and never the token."""
    await telegram.fault("getUpdates", times=3, **fault)
    inbox = Inbox()
    monkeypatch.setattr(telegram_api, "SOON", 0.05)
    with structlog.testing.capture_logs() as logs:
        async with listening(channel, inbox.store):
            await until(lambda: inbox.texts() == ["/start"])
    assert [entry["failures"] for entry in logs] == [1, 2, 3, 3]
    assert [call["args"]["limit"] for call in await telegram.calls("getUpdates")][:4] == ["100", "10", "1", "100"]
    assert all(entry["kind"] for entry in logs[:3])
    assert logs[3]["event"] == "telegram is heard again"
    assert TOKEN not in str(logs)


async def test_hanging_poll_is_given_up(telegram):
    """A poll without an answer ends by its own limit and is taken up again."""
    channel = channel_to(telegram.url, request=lambda connections, _: telegram_api.open_request(connections, 0.3))
    await channel.start()
    await telegram.say(PERSON, "chào")
    await telegram.fault("getUpdates", then="hang")
    inbox = Inbox()
    async with listening(channel, inbox.store):
        await until(lambda: inbox.texts() == ["chào"])
    await channel.stop()
    assert [call["then"] for call in await telegram.calls("getUpdates")][:2] == ["hang", ""]


async def test_poll_obeys_retry_after(telegram, channel):
    """A 429 with a time is waited for, however short the own back-off is."""
    await telegram.fault("getUpdates", status=429, retry_after=1)
    inbox = Inbox()
    async with listening(channel, inbox.store):
        await until(lambda: inbox.texts() == ["/start"])
    first, second = (await telegram.calls("getUpdates"))[:2]
    assert second["at"] - first["at"] >= 1


async def test_platform_that_comes_later_is_heard(telegram):
    """Started while nothing answers, it backs off and keeps trying."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    channel = channel_to(f"http://127.0.0.1:{port}")
    await channel.start()
    with structlog.testing.capture_logs() as logs:
        async with listening(channel, Inbox().store):
            await until(lambda: len(logs) >= 5)
    await channel.stop()
    assert [entry["pause"] for entry in logs[:5]] == [0.02, 0.04, 0.08, 0.1, 0.1]
    assert logs[0]["kind"] == "NetworkError/ClientConnectorError"


async def test_poison_costs_itself_only(telegram, channel):
    """An unreadable update is stored, an item without an id is skipped, those behind them are heard."""
    await telegram.call("push", update={"message": {"date": "?", "chat": []}})
    await telegram.call("push_raw", item={"message": "no id"})
    await telegram.call("push_raw", item=5)
    await telegram.say(PERSON, "sau")
    inbox = Inbox()
    with structlog.testing.capture_logs() as logs:
        async with listening(channel, inbox.store):
            await until(lambda: len(inbox.updates) == 3)
    assert len([entry for entry in logs if entry["event"] == "update skipped"]) == 2
    assert list(inbox.updates.values())[1].account == ""


async def test_only_poison_does_not_spin(telegram, channel):
    """A queue of nothing but items without an id is asked for with back-off, not in a hot loop."""
    await telegram.call("reset")
    await telegram.call("push_raw", item={"message": "no id"})
    inbox = Inbox()
    async with listening(channel, inbox.store):
        await asyncio.sleep(0.5)
        await telegram.say(PERSON, "sau")
        await until(lambda: inbox.texts() == ["sau"])
    assert len(await telegram.calls("getUpdates")) < 15


async def test_what_people_do_is_read(telegram, channel):
    """Replies, files, albums, voice, edits, blocks and groups arrive as what they are."""
    await telegram.call("reset")
    sent = await telegram.say(PERSON, "một")
    await telegram.say(PERSON, "hai", reply_to=sent)
    photo = await telegram.send_file(PERSON, "a.jpg", b"jpg", kind="photo", album="9", caption="ảnh")
    await telegram.send_file(PERSON, "b.docx", b"docx")
    await telegram.say(PERSON, voice={"file_id": "v", "duration": 3})
    await telegram.edit(PERSON, sent, "một sửa")
    await telegram.block(PERSON)
    await telegram.unblock(PERSON)
    await telegram.add_to_group(PERSON, -1001)
    inbox = Inbox()
    async with listening(channel, inbox.store):
        await until(lambda: len(inbox.updates) == 9)
    heard = [channel.read(update.raw) for update in inbox.updates.values()]
    kinds = [Heard.TEXT, Heard.TEXT, Heard.FILE, Heard.FILE, Heard.VOICE, Heard.EDITED]
    assert [one.kind for one in heard] == [*kinds, Heard.BLOCKED, Heard.UNBLOCKED, Heard.GROUP]
    assert heard[1].reply_to == str(sent)
    assert (heard[2].upload.file_id, heard[2].upload.album, heard[2].text) == (photo["file_id"], "9", "ảnh")
    assert (heard[5].message_id, heard[5].text) == (str(sent), "một sửa")


# Speaking


async def test_sends_text_with_buttons(telegram, channel):
    """HTML, buttons and no link preview; the id of the message comes back."""
    rows = ((Button("Đúng", "a:1"), Button("Sửa số", "a:2")), (Button("Không ghi", "a:3"),))
    number = await channel.send(says("<b>Đúng</b> chưa &amp; đủ chưa?", buttons=rows))
    line = await telegram.last(PERSON)
    assert (str(line["message_id"]), line["text"]) == (number, "Đúng chưa & đủ chưa?")
    assert [[button["text"] for button in row] for row in line["buttons"]] == [["Đúng", "Sửa số"], ["Không ghi"]]
    (call,) = await telegram.calls("sendMessage")
    assert json.loads(call["args"]["link_preview_options"]) == {"is_disabled": True}


async def test_sends_plain_text_as_it_is(telegram, channel):
    """A plain message keeps its signs."""
    await channel.send(says("1 < 2 & <b>", plain=True))
    assert (await telegram.last(PERSON))["text"] == "1 < 2 & <b>"


@pytest.mark.parametrize(("kind", "name"), [("photo", "tình hình.png"), ("document", "báo cáo Chi bộ “A”.docx")])
async def test_sends_files_with_captions(telegram, channel, tmp_path, kind, name):
    """A file goes under its own name, with caption and buttons."""
    (tmp_path / "x").write_bytes(PNG)
    file = OutgoingFile(str(tmp_path / "x"), name, kind)
    await channel.send(says("<i>Kèm</i> tệp", file=file, buttons=((Button("Sửa", "a"),),)))
    line = await telegram.last(PERSON)
    shown = line["file"]
    assert (shown["kind"], shown["name"], line["text"], line["buttons"][0][0]["text"]) == (kind, name, "Kèm tệp", "Sửa")
    assert await telegram.file(shown["file_id"]) == PNG


async def test_sends_a_file_without_words(telegram, channel, tmp_path):
    """A file may go alone."""
    (tmp_path / "x").write_bytes(b"1")
    await channel.send(says("", file=OutgoingFile(str(tmp_path / "x"), "x.txt", "document")))
    assert (await telegram.last(PERSON))["file"]["size"] == 1


async def test_file_that_is_gone_is_refused(channel, tmp_path):
    """A file missing on this machine is no reason to try for ever."""
    with pytest.raises(Refused, match="cannot be read"):
        await channel.send(says(file=OutgoingFile(str(tmp_path / "none"), "x.txt", "document")))


async def test_edits(telegram, channel):
    """Text and buttons are replaced, and the same edit again is success."""
    number = await channel.send(says("một", buttons=((Button("A", "a"),),)))
    for _ in range(2):
        await channel.edit(number, says("<b>hai</b>"))
    line = await telegram.last(PERSON)
    assert (line["text"], line["buttons"], line["edits"]) == ("hai", [], 1)


async def test_edits_a_caption(telegram, channel, tmp_path):
    """Of a file the words under it are replaced."""
    (tmp_path / "x").write_bytes(b"1")
    file = OutgoingFile(str(tmp_path / "x"), "x.txt", "document")
    number = await channel.send(says("một", file=file))
    await channel.edit(number, says("hai", file=file))
    assert (await telegram.last(PERSON))["text"] == "hai"


async def test_edit_of_what_cannot_be_edited_finds_it_gone(telegram, channel, tmp_path):
    """A message that is not there, is too old, or shows no text is to be said anew; bad words are refused."""
    (tmp_path / "x").write_bytes(b"1")
    picture = await channel.send(says("một", file=OutgoingFile(str(tmp_path / "x"), "x.txt", "document")))
    old, deleted = [await channel.send(says()) for _ in range(2)]
    await telegram.call("too_old", person=PERSON, message_id=int(old))
    await telegram.call("delete", person=PERSON, message_id=int(deleted))
    for number in ("999", picture, old, deleted):
        with pytest.raises(Gone):
            await channel.edit(number, says("khác"))
    with pytest.raises(Refused):
        await channel.edit(await channel.send(says()), says("a" * 4097))


async def test_acknowledges_a_press(telegram, channel):
    """The spinner stops; a press too old, a broken one and an absent platform raise nothing."""
    number = await channel.send(says(buttons=((Button("Đúng", "a:1"),),)))
    query = await telegram.press(PERSON, int(number), "Đúng")
    inbox = Inbox()
    async with listening(channel, inbox.store):
        await until(lambda: len(inbox.updates) == 2)
    raw = list(inbox.updates.values())[-1].raw
    assert channel.read(raw).data == "a:1"
    await channel.acknowledge(raw)
    assert await telegram.call("answered", query=query)
    await telegram.call("pass_time", seconds=20)
    await channel.acknowledge(raw)
    await channel.acknowledge({"callback_query": {"id": 5}})
    await channel.acknowledge({"message": {}})
    await telegram.fault("answerCallbackQuery", then="close")
    await channel.acknowledge(raw)


@pytest.mark.parametrize(
    ("fault", "error", "after", "everyone"),
    [
        ({"status": 429, "retry_after": 35}, TryLater, 35, True),
        ({"status": 429}, TryLater, 5, True),
        ({"status": 429, "page": "<html>slow down</html>"}, TryLater, 5, True),
        ({"status": 401}, TryLater, 60, True),
        ({"status": 404}, TryLater, 60, True),
        ({"status": 404, "page": "<html>no such page</html>"}, TryLater, 60, True),
        ({"status": 403, "page": "<html>this site is blocked</html>"}, TryLater, 60, True),
        ({"status": 400, "page": "<html>bad</html>"}, TryLater, 60, True),
        ({"status": 403}, Unreachable, None, None),
        ({"status": 403, "description": "Forbidden: user is deactivated"}, Unreachable, None, None),
        ({"status": 400, "description": "Bad Request: chat not found"}, Unreachable, None, None),
        ({"status": 400, "description": "Bad Request: PEER_ID_INVALID"}, Unreachable, None, None),
        (
            {"status": 400, "description": "Bad Request: group chat was upgraded", "migrate_to": -5},
            Moved,
            None,
            None,
        ),
        ({"status": 400, "description": "Bad Request: message is too long"}, Refused, None, None),
        ({"status": 413}, Refused, None, None),
        ({"status": 413, "page": "<html>413</html>"}, Refused, None, None),
        ({"status": 500}, Failing, None, None),
        ({"status": 502, "page": "<html>Bad Gateway</html>"}, Failing, None, None),
        ({"then": "not_ok"}, Unknown, None, None),
        ({"then": "page"}, Unknown, None, None),
        ({"then": "close"}, Unknown, None, None),
        ({"then": "hang"}, Unknown, None, None),
        ({"delay": 0.8}, Unknown, None, None),
    ],
    ids=str,
)
async def test_failures_of_sending(telegram, channel, fault, error, after, everyone):
    """Every way to fail is told as not sent, never to be sent, or perhaps sent; none names the token."""
    await telegram.fault("sendMessage", **fault)
    with pytest.raises(error) as caught:
        await channel.send(says())
    assert getattr(caught.value, "after", None) == after
    assert getattr(caught.value, "everyone", None) == everyone
    assert TOKEN not in repr(caught.value)
    arrived = [line["text"] for line in await telegram.chat(PERSON) if line["by"] == "bot"]
    assert arrived == (["Chào đồng chí."] if "then" in fault or "delay" in fault else [])


async def test_blocked_and_unknown_people_are_unreachable(telegram, channel):
    """As Telegram itself answers, without a script."""
    await telegram.block(PERSON)
    await telegram.add_to_group(503, -7)
    await telegram.say(502, "/start")
    await telegram.call("deactivate", person=502)
    why = {str(PERSON): "blocked", "999": "not_found", "502": "deactivated", "503": "not_started"}
    for chat, reason in why.items():
        with pytest.raises(Unreachable) as caught:
            await channel.send(says(chat=chat))
        assert caught.value.why == reason


async def test_a_chat_that_moved_says_where(telegram, channel):
    """The new id comes with the refusal, and writing there works."""
    await telegram.add_to_group(PERSON, -7)
    await telegram.call("migrate", group=-7, to=-1007)
    with pytest.raises(Moved) as caught:
        await channel.send(says(chat="-7"))
    assert caught.value.to == "-1007"
    await channel.send(says(chat="-1007"))


async def test_bad_messages_are_refused(channel):
    """Too long, broken HTML, too much data: refused for good."""
    for message in (says("a" * 4097), says("<b>"), says("<deactivated>"), says(buttons=((Button("A", "a" * 65),),))):
        with pytest.raises(Refused):
            await channel.send(message)


async def test_nobody_there_is_not_sent():
    """A refused connection is tried again freely."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    channel = channel_to(f"http://127.0.0.1:{port}")
    await channel.start()
    with pytest.raises(TryLater) as caught:
        await channel.send(says())
    await channel.stop()
    assert (caught.value.after, caught.value.everyone) == (5, False)


async def test_waiting_for_a_connection_is_not_sending(telegram):
    """A message that found no free connection never left."""
    channel = channel_to(telegram.url, request=lambda pool, read: telegram_api.Request(Client(1, 2, connecting=0.1)))
    await channel.start()
    await telegram.say(PERSON, "/start")
    await telegram.fault("sendMessage", delay=0.4)
    first = asyncio.create_task(channel.send(says("một")))
    await asyncio.sleep(0.1)
    with pytest.raises(TryLater):
        await channel.send(says("hai"))
    await first
    await channel.stop()
    assert [line["text"] for line in await telegram.chat(PERSON)] == ["/start", "một"]


@pytest.mark.parametrize("as_timedelta", ["0", "1"])
@pytest.mark.filterwarnings("ignore:.*retry_after")
async def test_obeys_retry_after_of_any_status(telegram, channel, monkeypatch, as_timedelta):
    """A wait named with another status than 429 is understood, whether PTB tells seconds or a timedelta."""
    monkeypatch.setenv("PTB_TIMEDELTA", as_timedelta)
    await telegram.fault("sendMessage", status=503, retry_after=7)
    with pytest.raises(TryLater) as caught:
        await channel.send(says())
    assert (caught.value.after, caught.value.everyone) == (7, True)


def test_half_an_emoji_costs_no_batch():
    """A lone surrogate, which strict readers of JSON refuse, does not hide its neighbours."""
    answer = b'{"ok": true, "result": [{"update_id": 1, "message": {"text": "\\ud83d"}}, {"update_id": 2}]}'
    assert len(telegram_api.Request.parse_json_payload(answer)["result"]) == 2


async def test_error_page_that_repeats_the_url_hides_the_token(telegram, channel, caplog):
    """Neither the error nor any log carries what a proxy's page says."""
    caplog.set_level(logging.DEBUG)
    await telegram.fault("sendMessage", status=502, page=f"<html>/bot{TOKEN}/sendMessage</html>")
    with pytest.raises(Failing) as caught:
        await channel.send(says())
    assert TOKEN not in str(caught.value)
    assert TOKEN not in caplog.text


async def test_token_is_in_no_log(telegram, channel, caplog):
    """Even with everything logged, HTTP clients stay silent about URLs."""
    caplog.set_level(logging.DEBUG)
    await channel.send(says())
    await channel.fetch((await telegram.send_file(PERSON, "a.txt", b"abc"))["file_id"])
    await channel.username()
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(channel) + str(vars(channel)["_api"])


# Files, menu, name


async def test_fetches_a_file(telegram, channel):
    """The bytes a person sent, also under a Vietnamese name."""
    got = await telegram.send_file(PERSON, "báo cáo quý #1?.pdf", b"%PDF-1.7")
    assert await channel.fetch(got["file_id"]) == b"%PDF-1.7"


async def test_files_too_large_or_unknown_are_refused(telegram, channel):
    """More than 20 MB and an unknown id will never be there."""
    large = await telegram.send_file(PERSON, "a.pdf", b"%PDF", size=(20 << 20) + 1)
    for file_id in (large["file_id"], "nothing"):
        with pytest.raises(Refused):
            await channel.fetch(file_id)


@pytest.mark.parametrize(
    ("method", "fault", "everyone"),
    [
        ("getFile", {"status": 500}, False),
        ("getFile", {"then": "close"}, False),
        ("getFile", {"then": "not_ok"}, False),
        ("getFile", {"status": 429, "retry_after": 5}, True),
        ("download", {"status": 404}, False),
        ("download", {"status": 502, "page": "<html>"}, False),
        ("download", {"then": "hang"}, False),
    ],
    ids=str,
)
async def test_broken_downloads_are_tried_again(telegram, channel, method, fault, everyone):
    """To ask again does no harm, so nothing about a download is unknown."""
    got = await telegram.send_file(PERSON, "a.txt", b"abc")
    await telegram.fault(method, **fault)
    with pytest.raises(TryLater) as caught:
        await channel.fetch(got["file_id"])
    assert caught.value.everyone == everyone
    assert await channel.fetch(got["file_id"]) == b"abc"


async def test_sets_menus(telegram, channel):
    """One menu for all and one for a chat."""
    await channel.set_menu([("help", "Trợ giúp")])
    await channel.set_menu([("summary", "Tổng hợp")], str(PERSON))
    assert await telegram.call("menu") == [{"command": "help", "description": "Trợ giúp"}]
    assert await telegram.call("menu", person=str(PERSON)) == [{"command": "summary", "description": "Tổng hợp"}]


async def test_knows_its_name(telegram, channel):
    """The name for links, or None while the platform is away."""
    assert await channel.username() == "tro_ly_thu_bot"
    await telegram.fault("getMe", status=500)
    assert await channel.username() is None


async def test_starts_again_after_a_stop(telegram, channel):
    """Stop and start leave a working channel."""
    await channel.stop()
    await channel.start()
    await channel.send(says())
    assert (await telegram.last(PERSON))["text"] == "Chào đồng chí."
