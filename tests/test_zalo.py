"""The Zalo channel over real HTTP against the fake Bot API: nothing lost, every failure told as what it is."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import structlog

from bot import zalo as channel_of
from bot import zalo_api, zalo_text, zalo_updates
from bot.channel import Failing, Gone, Malformed, NotTaken, Refused, TryLater, Unknown
from bot.zalo import ZaloChannel
from messages.types import Button, Heard, Outgoing, OutgoingFile
from tests.fake_zalo import TOKEN
from tests.zalo_server import FakeZalo

PERSON = "a1b2c3d4e5f607182930"
exercises = pytest.mark.exercises
JPEG = b"\xff\xd8\xff\xe0" + bytes(200)


def channel_to(url: str, **settings: Any) -> ZaloChannel:
    """Return a channel as the program makes it, but impatient."""
    return ZaloChannel(
        TOKEN,
        url,
        **{"poll_timeout": 0.2, "send_timeout": 0.4, "gap": 0.05, "back_off": (0.02, 0.1), **settings},
    )


@pytest.fixture
async def channel(zalo: FakeZalo) -> AsyncIterator[ZaloChannel]:
    """A started channel; a person has written to the bot."""
    await zalo.say(PERSON, "xin chào")
    made = channel_to(zalo.url)
    await made.start()
    yield made
    await made.stop()


def says(text: str = "Chào đồng chí.", **facts: Any) -> Outgoing:
    """Return a message to the person."""
    return Outgoing(**{"key": "k", "chat": PERSON, "text": text, **facts})


class Inbox:
    """Keeps what is stored, by key; can fail on purpose."""

    def __init__(self, failures: int = 0) -> None:
        self.updates: dict[str, Any] = {}
        self.offered: list[str] = []
        self.failures = failures

    async def store(self, updates: Any) -> None:
        if self.failures:
            self.failures -= 1
            raise (TryLater(0.02) if self.failures % 2 else OSError("disk full"))
        self.offered += [update.key for update in updates]
        self.updates |= {update.key: update for update in updates}

    def texts(self) -> list[str]:
        return [update.raw["message"].get("text", "") for update in self.updates.values()]


@contextlib.asynccontextmanager
async def listening(
    channel: ZaloChannel, store: Any, polled: Callable[[str], None] = lambda _: None
) -> AsyncIterator[None]:
    """Listen in the background."""
    task = asyncio.create_task(channel.listen(store, polled))
    yield
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], object], seconds: float = 5) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


# Listening


@exercises("408 on getUpdates")
@pytest.mark.parametrize("http_status", ["mirror", "always_200"])
@pytest.mark.parametrize("poll_result", ["dict", "list"])
async def test_hears_one_update_after_another(
    zalo: FakeZalo, channel: ZaloChannel, http_status: str, poll_result: str
) -> None:
    """Idle polls (408, whatever the HTTP status) are no failure, and one update or a list of it is read alike."""
    await zalo.switch(http_status=http_status, poll_result=poll_result)
    inbox, polls = Inbox(), []
    async with listening(channel, inbox.store, polls.append):
        await until(lambda: inbox.texts() == ["xin chào"])
        await zalo.say(PERSON, "ngày 13/5")
        await zalo.say(PERSON, "24/26 đảng viên")
        await until(lambda: inbox.texts() == ["xin chào", "ngày 13/5", "24/26 đảng viên"])
        await asyncio.sleep(0.5)
    assert set(polls) == {""}
    assert [call["code"] for call in await zalo.calls("getUpdates")][-1] in {0, 408}
    (update, *_) = inbox.updates.values()
    assert update.account == PERSON
    assert update.key == f"{PERSON}:{update.raw['message']['message_id']}"
    assert abs(update.said_at.timestamp() - time.time()) < 60
    assert update.pressed
    assert channel.read(update.raw).text == "xin chào"


@exercises("poll_mode=replay", "duplicate delivery")
async def test_what_comes_again_has_the_same_key(zalo: FakeZalo, channel: ZaloChannel) -> None:
    """Replayed updates and a duplicate delivery are told from new ones by chat and message."""
    await zalo.switch(poll_mode="replay")
    await zalo.call("again")
    inbox = Inbox()
    async with listening(channel, inbox.store):
        await until(lambda: len(inbox.offered) >= 4)
    assert len(inbox.updates) == 1


async def test_polls_keep_their_distance(zalo: FakeZalo, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second passes between the beginnings of two polls at least, though something waits."""
    assert channel_of.GAP >= 1
    channel, inbox = channel_to(zalo.url, gap=0.4), Inbox()
    await channel.start()
    for n in range(3):
        await zalo.say(PERSON, f"tin {n}")
    async with listening(channel, inbox.store):
        await until(lambda: len(inbox.updates) == 3)
    await channel.stop()
    begun = [call["at"] for call in await zalo.calls("getUpdates")]
    apart = [later - earlier for earlier, later in itertools.pairwise(begun)]
    assert min(apart) >= 0.2  # as they arrive, and one may be late


async def test_what_could_not_be_stored_is_held(zalo: FakeZalo, channel: ZaloChannel) -> None:
    """The platform gives an update once: it is offered to the inbox until that takes it."""
    inbox = Inbox(failures=3)
    with structlog.testing.capture_logs() as logs:
        async with listening(channel, inbox.store):
            await until(lambda: inbox.texts() == ["xin chào"])
    assert "disk full" not in str(logs)


async def test_what_is_held_is_stored_though_another_polls_by_then(zalo: FakeZalo, channel: ZaloChannel) -> None:
    """Fetched while nothing can be stored, and somebody else led before that was over: it is given to nobody again."""
    inbox = Inbox(failures=1_000)
    async with listening(channel, inbox.store):
        await until(lambda: inbox.failures < 1_000)
    inbox.failures = 0
    await until(lambda: inbox.texts() == ["xin chào"])


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        pytest.param({"code": 400}, "Refused", marks=exercises("400 on getUpdates")),
        pytest.param({"code": 401}, "TryLater/rejected", marks=exercises("401 on getUpdates")),
        pytest.param({"code": 403}, "Failing/internal server error", marks=exercises("403 on getUpdates")),
        pytest.param({"code": 404}, "NotFound", marks=exercises("404 on getUpdates")),
        pytest.param({"code": 429}, "TryLater/limited", marks=exercises("429 on getUpdates")),
        pytest.param({"page": 502}, "Failing/status 502", marks=exercises("page 502 on getUpdates")),
        ({"page": 504}, "Unknown/a page with status 504"),
        ({"lost": True}, "Unknown/ServerDisconnectedError"),
        ({"then": "garbage"}, "Unknown/a page with status 200"),
        ({"then": "page"}, "Unknown/a page with status 200"),
    ],
)
async def test_a_deaf_poller_says_why_and_hears_again(
    zalo: FakeZalo, channel: ZaloChannel, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any], kind: str
) -> None:
    """Whatever breaks is told by its kind, and it goes on after a pause."""
    monkeypatch.setattr("bot.zalo_api.REJECTED", 0.05)
    monkeypatch.setattr("bot.zalo_api.LIMITED", 0.05)
    await zalo.fault("getUpdates", times=2, **fault)
    inbox, polls = Inbox(), []
    async with listening(channel, inbox.store, polls.append):
        await until(lambda: polls.count(kind) == 2 and polls[-1] == "")
        await zalo.say(PERSON, "còn nghe được")
        await until(lambda: "còn nghe được" in inbox.texts())


@exercises("hang on getUpdates")
async def test_a_hanging_poll_ends(zalo: FakeZalo, channel: ZaloChannel) -> None:
    """The client's own limit is longer than the platform's, and there is one."""
    channel._polling._client.read_timeout = 0.5
    channel._polling._client._usual = channel._polling._client._timeout(0.5)
    await zalo.fault("getUpdates", then="hang")
    inbox, polls = Inbox(), []
    async with listening(channel, inbox.store, polls.append):
        await until(lambda: "Unknown/SocketTimeoutError" in polls)
        await zalo.say(PERSON, "sau đó")
        await until(lambda: "sau đó" in inbox.texts())


@pytest.mark.parametrize("webhook_info_none", ["404", "empty_url"])
async def test_polls_where_no_webhook_was_set(zalo: FakeZalo, channel: ZaloChannel, webhook_info_none: str) -> None:
    """That there is none may be an error or an empty address."""
    await zalo.switch(webhook_info_none=webhook_info_none)
    inbox = Inbox()
    async with listening(channel, inbox.store):
        await until(inbox.texts)
    assert await zalo.calls("deleteWebhook") == []


@pytest.mark.parametrize("delete_webhook_none", ["ok", "400"])
async def test_a_webhook_that_went_by_itself(zalo: FakeZalo, channel: ZaloChannel, delete_webhook_none: str) -> None:
    """Still there when asked and gone when it is taken away: whether that is an error or fine, people are heard."""
    await zalo.switch(delete_webhook_none=delete_webhook_none)
    await zalo.call("set_facts", webhook="https://truoc.example/zalo")
    await zalo.fault("getWebhookInfo", delay=0.5)
    inbox = Inbox()
    async with listening(channel, inbox.store):
        while not await zalo.calls("getWebhookInfo"):
            await asyncio.sleep(0.01)
        await zalo.call("set_facts", webhook="")
        await until(inbox.texts)
    assert [each["code"] for each in await zalo.calls("deleteWebhook")] == [0 if delete_webhook_none == "ok" else 400]


async def test_a_webhook_of_before_is_taken_away(zalo: FakeZalo, channel: ZaloChannel) -> None:
    """Polling does not work beside one."""
    await zalo.call("set_facts", webhook="https://truoc.example/zalo")
    inbox = Inbox()
    async with listening(channel, inbox.store):
        await until(inbox.texts)
    assert (await zalo.call("look"))["webhook"] == ""


@pytest.mark.parametrize("poll_under_webhook", ["400", "silence"])
async def test_a_webhook_that_somebody_sets_meanwhile_is_taken_away(
    zalo: FakeZalo, channel: ZaloChannel, monkeypatch: pytest.MonkeyPatch, poll_under_webhook: str
) -> None:
    """Whether polls then fail or merely bring nothing more."""
    monkeypatch.setattr(channel_of, "LOOKED_AFTER", 0.5)
    await zalo.switch(poll_under_webhook=poll_under_webhook)
    inbox = Inbox()
    async with listening(channel, inbox.store):
        await until(inbox.texts)
        await zalo.call("set_facts", webhook="https://khac.example/zalo")
        while (await zalo.call("look"))["webhook"]:
            await asyncio.sleep(0.01)
        await zalo.say(PERSON, "còn nghe được")
        await until(lambda: "còn nghe được" in inbox.texts())


@exercises("person 51")
async def test_person_51_is_not_served(zalo: FakeZalo, channel: ZaloChannel) -> None:
    """The platform drops them without a word to anybody; the others are heard."""
    for n in range(49):
        assert await zalo.say(f"người-{n}", "chào")
    assert await zalo.say("người-51", "chào") == ""
    inbox = Inbox()
    async with listening(channel, inbox.store):
        await until(lambda: len(inbox.updates) == 50, 20)
    assert "người-51" not in {update.account for update in inbox.updates.values()}


# Reading


def heard(event: str, content: dict[str, Any], **facts: Any) -> Any:
    """Return what is read of an event."""
    chat = {"id": facts.get("chat", PERSON), "chat_type": facts.get("chat_type", "PRIVATE")}
    author = {"id": PERSON, "display_name": "A", "is_bot": facts.get("bot", False)}
    body = {"message_id": "3f0c", "date": 1789033572455, "from": author, "chat": chat, **content}
    return zalo_updates.read(zalo_updates.to_store({"event_name": event, "message": body}).raw)


@pytest.mark.parametrize(
    ("event", "content", "kind", "text"),
    [
        ("message.text.received", {"text": "đủ"}, Heard.TEXT, "đủ"),
        ("message.text.received", {"text": "đủ", "thêm": {"gì": 1}}, Heard.TEXT, "đủ"),
        (
            "message.image.received",
            {"photo_url": "https://x.zdn.vn/1.jpg", "caption": "báo cáo"},
            Heard.FILE,
            "báo cáo",
        ),
        ("message.image.received", {"photo": "https://x.zdn.vn/1.jpg"}, Heard.FILE, ""),
        ("message.sticker.received", {"sticker": "1", "url": "https://x"}, Heard.STICKER, ""),
        ("message.voice.received", {"voice_url": "https://x.aac"}, Heard.VOICE, ""),
        ("message.unsupported.received", {}, Heard.OTHER, ""),
    ],
)
def test_each_event_is_read(event: str, content: dict[str, Any], kind: Heard, text: str) -> None:
    """Text, picture (both names of its field), sticker, voice and what is not supported."""
    found = heard(event, content)
    assert (found.kind, found.text, found.account, found.chat) == (kind, text, PERSON, PERSON)
    assert (found.upload is not None) == (kind is Heard.FILE)
    if found.upload:
        assert (found.upload.file_id, found.upload.kind) == ("https://x.zdn.vn/1.jpg", "photo")


def test_what_concerns_nobody_is_dropped() -> None:
    """Bots, kinds of event that nobody documented, and an event without a message."""
    assert heard("message.text.received", {"text": "x"}, bot=True) is None
    with structlog.testing.capture_logs() as logs:
        assert heard("message.reaction.received", {}) is None
    assert [each["event"] for each in logs] == ["an event of an unknown kind"]
    bare = zalo_updates.to_store({"event_name": "message.unsupported.received"})
    assert (bare.account, zalo_updates.read(bare.raw)) == ("", None)
    with pytest.raises(Malformed):
        heard("message.image.received", {})
    with pytest.raises(Malformed):
        zalo_updates.to_store(["x"])


def test_a_group_is_not_a_person() -> None:
    """What is said there reaches the group's own account, without the words."""
    found = heard("message.text.received", {"text": "@Bot ơi"}, chat="g1", chat_type="GROUP")
    assert (found.kind, found.chat, found.private, found.text) == (Heard.GROUP, "g1", False, "")


def test_flat_and_wrapped_are_one() -> None:
    """The same event has the same key in either form; strings that no database takes are cleaned."""
    event = {
        "event_name": "message.text.received",
        "message": {"message_id": "1", "chat": {"id": "c"}, "text": "a\0\ud800"},
    }
    flat, wrapped = zalo_updates.to_store(event), zalo_updates.to_store({"ok": True, "result": event})
    assert flat == wrapped
    assert flat.raw["message"]["text"] == "a"
    assert flat.said_at is None


# Speaking


async def test_sends_plain_text_and_returns_the_id(zalo: FakeZalo, channel: ZaloChannel) -> None:
    """Small HTML becomes letters; choices become numbered lines."""
    buttons = ((Button("Đúng", "t.0"),), (Button("Sửa", "t.1"), Button("Để sau", "t.2")))
    said = "<b>Ghi nhận:</b> 24 &lt; 26. Đúng chưa?\n\n1. Đúng\n2. Sửa\n3. Để sau"
    message_id = await channel.send(says(said, buttons=buttons))
    (line,) = [line for line in await zalo.chat(PERSON) if line["by"] == "bot"]
    assert line["message_id"] == message_id
    assert line["text"] == "Ghi nhận: 24 < 26. Đúng chưa?\n\n1. Đúng\n2. Sửa\n3. Để sau"
    (call,) = await zalo.calls("sendMessage")
    assert (call["verb"], set(call["args"])) == ("POST", {"chat_id", "text"})
    await channel.send(says("<b>để chép</b>", plain=True))
    assert (await zalo.said(PERSON))[-1] == "<b>để chép</b>"


@pytest.mark.parametrize("http_status", ["mirror", "always_200"])
@pytest.mark.parametrize(
    ("code", "error"),
    [
        pytest.param(400, NotTaken, marks=exercises("400 on sendMessage")),
        pytest.param(404, NotTaken, marks=exercises("404 on sendMessage")),
        pytest.param(403, Failing, marks=exercises("403 on sendMessage")),
        pytest.param(408, Unknown, marks=exercises("408 on sendMessage")),
        (500, Failing),
        (777, Unknown),
    ],
)
async def test_every_error_is_told_by_the_body(
    zalo: FakeZalo, channel: ZaloChannel, http_status: str, code: int, error: type[Exception]
) -> None:
    """The HTTP status may say that all is well."""
    await zalo.switch(http_status=http_status)
    await zalo.fault("sendMessage", code=code)
    with pytest.raises(error):
        await channel.send(says())
    await channel.send(says())


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param({"page": 502}, Failing, marks=exercises("page 502 on sendMessage")),
        ({"page": 504}, Unknown),
        ({"page": 404}, TryLater),
        ({"lost": True}, Unknown),
        ({"then": "close"}, Unknown),
        pytest.param({"then": "hang"}, Unknown, marks=exercises("hang on sendMessage")),
        ({"then": "garbage"}, Unknown),
        ({"then": "page"}, Unknown),
    ],
)
async def test_every_failure_is_told(
    zalo: FakeZalo, channel: ZaloChannel, fault: dict[str, Any], error: type[Exception]
) -> None:
    """Pages, half answers and silence; after a hang it may have arrived."""
    await zalo.fault("sendMessage", **fault)
    with pytest.raises(error):
        await channel.send(says())
    await channel.send(says())


@exercises("quota used up", "429 on sendMessage", "401 on sendMessage")
async def test_quota_and_token_stop_everybody(zalo: FakeZalo, channel: ZaloChannel) -> None:
    """429 is waited for as long as it has lasted, for nobody says how long; 401 is for the operator."""
    await zalo.call("set_facts", quota=1)
    await channel.send(says())
    with pytest.raises(TryLater) as caught:
        await channel.send(says())
    assert (caught.value.everyone, caught.value.why, caught.value.after) == (True, "limited", zalo_api.LIMITED)
    for lasted, wait in ((300.0, 300.0), (7200.0, zalo_api.QUOTA)):
        channel._api._limited_at = time.monotonic() - lasted
        with pytest.raises(TryLater) as caught:
            await channel.send(says())
        assert caught.value.after == pytest.approx(wait, abs=2)
    await zalo.call("set_facts", quota=9)
    await channel.send(says())
    assert channel._api._limited_at is None
    stranger = ZaloChannel(f"{TOKEN}x", zalo.url)
    await stranger.start()
    with pytest.raises(TryLater) as caught:
        await stranger.send(says())
    assert (caught.value.everyone, caught.value.why) == (True, "rejected")
    assert await stranger.probe() == ("", "rejected")
    await stranger.stop()
    assert await channel.probe() == ("bot.MauThu", "")


async def test_nobody_there_is_certainly_not_sent() -> None:
    """Nobody listens at that address."""
    channel = ZaloChannel(TOKEN, "http://127.0.0.1:9")
    await channel.start()
    with pytest.raises(TryLater):
        await channel.send(says())
    assert await channel.username() is None
    await channel.stop()


async def test_a_long_message_goes_in_parts(zalo: FakeZalo, channel: ZaloChannel) -> None:
    """None is above what the platform takes."""
    text = "\n\n".join(f"Đoạn {n}. " + "Việc của chi bộ 😀 " * 30 for n in range(12))
    await channel.send(says(text))
    said = await zalo.said(PERSON)
    assert len(said) > 2
    assert " ".join(" ".join(said).split()) == " ".join(text.split())


@exercises("text over the limit")
async def test_a_text_that_is_too_long_after_all_is_refused(
    zalo: FakeZalo, channel: ZaloChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should the platform count otherwise than we do: it counts as not taken, and the next one goes."""
    monkeypatch.setattr(zalo_text, "split", lambda text: [text])
    with pytest.raises(NotTaken):
        await channel.send(says("ế" * 2001))
    await channel.send(says("ế" * 2000))
    assert len(await zalo.said(PERSON)) == 1


async def test_a_part_that_failed_is_gone_on_with(zalo: FakeZalo, channel: ZaloChannel) -> None:
    """A second try says the rest alone, also after it may have arrived."""
    text = "\n\n".join(f"{n}" * 1500 for n in (1, 2, 3))
    sent = channel._api.call
    calls = 0

    async def failing(method: str, patience: float | None = None, **values: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise Failing("scripted")
        return await sent(method, patience, **values)

    channel._api.call = failing  # type: ignore[method-assign]
    with pytest.raises(Failing):
        await channel.send(says(text))
    await channel.send(says(text))
    assert [part[0] for part in await zalo.said(PERSON)] == ["1", "2", "3"]
    assert channel._begun == {}


async def test_what_is_refused_in_part_may_have_arrived(zalo: FakeZalo, channel: ZaloChannel) -> None:
    """Its first part did, so no other channel may say it again; a second try says no part twice."""
    await channel.send(says("một"))
    text = "\n\n".join(f"{n}" * 1500 for n in (1, 2))
    sent = channel._api.call
    answers = iter([sent, None, None])

    async def refusing(method: str, patience: float | None = None, **values: Any) -> Any:
        if (call := next(answers)) is None:
            raise Refused("scripted")
        return await call(method, patience, **values)

    channel._api.call = refusing  # type: ignore[method-assign]
    for _ in range(2):
        with pytest.raises(Unknown):
            await channel.send(says(text))
    assert [part[0] for part in await zalo.said(PERSON)] == ["m", "1"]


async def test_nothing_can_be_changed(channel: ZaloChannel) -> None:
    """An edit is said anew by whoever asked for it."""
    with pytest.raises(Gone):
        await channel.edit("1", says())


async def test_typing_is_shown(zalo: FakeZalo, channel: ZaloChannel) -> None:
    """Once for what was said; what cannot be shown raises nothing."""
    await channel.acknowledge({"message": {"chat": {"id": PERSON}}})
    assert (await zalo.call("look"))["typing"] == [PERSON]
    await zalo.fault("sendChatAction", code=403)
    await channel.acknowledge({"message": {"chat": {"id": PERSON}}})
    await channel.acknowledge({"message": "x"})


# Pictures


async def test_a_picture_is_downloaded(zalo: FakeZalo, channel: ZaloChannel) -> None:
    """By its address, which needs no token; the emulator's own may be on this machine."""
    inbox = Inbox()
    await zalo.send_photo(PERSON, JPEG, "ảnh báo cáo")
    async with listening(channel, inbox.store):
        await until(lambda: len(inbox.updates) == 2)
    found = channel.read(list(inbox.updates.values())[-1].raw)
    assert found.text == "ảnh báo cáo"
    assert await channel.fetch(found.upload.file_id) == JPEG


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/a.jpg",
        "https://127.0.0.1/a.jpg",
        "https://localhost/a.jpg",
        "https://[::1]/a.jpg",
        "https://[::ffff:10.0.0.1]/a.jpg",
        "https://169.254.169.254/latest",
        "https://2130706433/a.jpg",
        "file:///etc/passwd",
        "https://",
        "ftp://x.zdn.vn/1",
        "không phải địa chỉ",
    ],
)
async def test_an_address_inside_is_never_asked(channel: ZaloChannel, address: str) -> None:
    """Neither http, nor this machine, nor a private network, however it is written."""
    with pytest.raises((Refused, TryLater)) as caught:
        await channel.fetch(address)
    assert isinstance(caught.value, Refused), "it was tried"


async def test_a_redirect_does_not_lead_inside(zalo: FakeZalo, channel: ZaloChannel) -> None:
    """Each address on the way is looked at."""
    await zalo.call("redirect", name="r.jpg", url="https://10.0.0.1/a.jpg")
    with pytest.raises(Refused):
        await channel.fetch(f"{zalo.url}/media/r.jpg")
    await zalo.call("redirect", name="loop.jpg", url=f"{zalo.url}/media/loop.jpg")
    with pytest.raises(Refused):
        await channel.fetch(f"{zalo.url}/media/loop.jpg")


async def test_a_picture_that_is_gone_or_too_large(
    zalo: FakeZalo, channel: ZaloChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither comes again."""
    with pytest.raises(Refused):
        await channel.fetch(f"{zalo.url}/media/nothing.jpg")
    monkeypatch.setattr(channel_of, "DOWNLOAD_LIMIT", 100)
    await zalo.call("keep", name="big.jpg", content=JPEG.hex())
    with pytest.raises(Refused):
        await channel.fetch(f"{zalo.url}/media/big.jpg")


async def test_no_picture_of_this_machine_beside_the_real_platform() -> None:
    """Only an emulator's address lets one on loopback be asked."""
    channel = ZaloChannel(TOKEN)
    with pytest.raises(Refused):
        await channel.fetch("http://127.0.0.1:8000/a.jpg")


async def test_a_file_without_a_public_address_is_named(zalo: FakeZalo, channel: ZaloChannel) -> None:
    """A picture or document cannot be shown: it is said where to open it."""
    await channel.send(says("Bảng tiến độ.", file=OutgoingFile("/x/y.png", "tien-do.png", "photo")))
    await channel.send(says("", file=OutgoingFile("/x/y.docx", "bao-cao.docx", "document")))
    picture, document = await zalo.said(PERSON)
    assert picture.startswith("Bảng tiến độ.\n\nHình này đồng chí xem trên Telegram hoặc máy tính")
    assert document == "Tệp bao-cao.docx: đồng chí mở trên Telegram hoặc máy tính."
    assert await zalo.calls("sendPhoto") == []


async def test_nothing_at_all_is_refused(channel: ZaloChannel) -> None:
    """A message without words."""
    with pytest.raises(Refused):
        await channel.send(says(" "))
