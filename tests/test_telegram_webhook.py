"""Telegram's webhook over real HTTP, both ways: set, looked after, taken away; what is called with is stored first."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import structlog
import uvicorn
from starlette.applications import Starlette

from bot import telegram as channel_of
from bot.channel import TryLater
from bot.telegram import TelegramChannel
from bot.telegram_updates import READERS
from bot.web.telegram import HEADER, Webhook
from tests.fake_telegram import TOKEN
from tests.telegram_server import FakeTelegram
from tests.test_telegram import PERSON, Inbox, channel_to, until

PUBLIC, SECRET = "https://chibo.example", "mat-khau-cua-webhook"
NOWHERE = "http://127.0.0.1:9"
UPDATE = {"update_id": 5, "message": {"text": "chào", "from": {"id": PERSON}}}


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look after the webhook at once and again and again."""
    monkeypatch.setattr(channel_of, "LOOK", 0.05)


@pytest.fixture
async def channel(telegram: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    """A started channel that is to be called; a person has written to the bot."""
    await telegram.say(PERSON, "/start")
    channel = channel_to(telegram.url)
    channel.be_called_at(PUBLIC, SECRET)
    await channel.start()
    yield channel
    await channel.stop()


@pytest.fixture
async def page(telegram: FakeTelegram, channel: TelegramChannel) -> AsyncIterator[httpx.AsyncClient]:
    """The page with that one address, where the fake's calls arrive; a client of it."""
    app = Starlette(routes=Webhook(channel).routes())
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    await telegram.call("lies_at", url=url)
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        yield client
    server.should_exit = True
    await serving


@contextlib.asynccontextmanager
async def listening(channel: TelegramChannel, store: Any) -> AsyncIterator[list[str]]:
    """Listen in the background; gives how each look ended."""
    told: list[str] = []
    task = asyncio.create_task(channel.listen(store, told.append))
    yield told
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def nothing_waits(telegram: FakeTelegram) -> None:
    """Wait until every call was answered well."""
    async with asyncio.timeout(10):
        while await telegram.call("queued"):
            await asyncio.sleep(0.02)


async def statuses(telegram: FakeTelegram, *methods: str) -> list[tuple[str, int]]:
    """Return these calls in order, with how each was answered."""
    return [(each["method"], each["status"]) for each in await telegram.calls() if each["method"] in methods]


async def test_is_called_for_what_waited_and_what_comes(telegram, channel, page):
    """Set by the program itself, dropping nothing; what was said before it was set is heard, too. It never polls."""
    inbox = Inbox()
    async with listening(channel, inbox.store) as told:
        await until(lambda: inbox.texts() == ["/start"])
        await telegram.say(PERSON, "ngày 13/5")
        await until(lambda: inbox.texts() == ["/start", "ngày 13/5"])
        await until(lambda: len(told) > 3)
        await nothing_waits(telegram)
    (made,) = await telegram.calls("setWebhook")
    args = made["args"]
    assert (args["url"], args["secret_token"], args["drop_pending_updates"]) == (
        f"{PUBLIC}{channel.place}",
        SECRET,
        "false",
    )
    assert (json.loads(args["allowed_updates"]), int(args["max_connections"])) == (list(READERS), 40)
    assert await telegram.calls("getUpdates") == []
    assert await telegram.call("queued") == []
    assert set(told) == {""}


async def test_messages_of_one_person_come_in_order(telegram, channel, page):
    """However many wait, and whatever fails in between."""
    inbox = Inbox(failures=3)
    words = [f"tin {n}" for n in range(30)]
    for each in words:
        await telegram.say(PERSON, each)
    async with listening(channel, inbox.store):
        await nothing_waits(telegram)
    assert inbox.texts() == ["/start", *words]
    assert (await telegram.call("webhook"))["answers"].count(200) == 31


async def test_another_webhook_is_set_right(telegram, channel, page):
    """Somebody sets another one: it is seen, said by its kind, set again, and what was said meanwhile is heard."""
    inbox = Inbox()
    with structlog.testing.capture_logs() as logs:
        async with listening(channel, inbox.store) as told:
            await until(lambda: len(inbox.updates) == 1)
            await telegram.call("be_set", url=f"{PUBLIC}/khac")
            await telegram.say(PERSON, "mất không?")
            await until(lambda: inbox.texts() == ["/start", "mất không?"])
            await until(lambda: told[-1] == "")
    assert "OtherWebhook" in told
    assert (await telegram.call("webhook"))["url"] == f"{PUBLIC}{channel.place}"
    assert [each["kind"] for each in logs if each["event"] == "the webhook is not well"] == ["OtherWebhook"]
    _nothing_shown(logs, channel)


async def test_other_kinds_of_updates_are_set_right(telegram, channel, page):
    """The address is ours and somebody had it told of less: set again as it should be."""
    inbox = Inbox()
    async with listening(channel, inbox.store):
        await until(lambda: len(inbox.updates) == 1)
        facts = {"url": f"{PUBLIC}{channel.place}", "secret_token": SECRET}
        await telegram.method("setWebhook", **facts, allowed_updates=["callback_query"])
        async with asyncio.timeout(5):
            while set(await telegram.call("asked_for")) != set(READERS):
                await asyncio.sleep(0.01)


async def test_calls_that_do_not_reach_us(telegram, channel, page):
    """A broken proxy: told by its kind with what Telegram says, set anew again and again, over once a call arrives."""
    inbox = Inbox()
    right = str(page.base_url)
    with structlog.testing.capture_logs() as logs:
        async with listening(channel, inbox.store) as told:
            await until(lambda: len(inbox.updates) == 1)
            await telegram.call("lies_at", url=NOWHERE)
            await telegram.say(PERSON, "có ai không")
            await until(lambda: told.count("CallsFail") > 2)
            assert told[told.index("CallsFail") :].count("") == 0
            await telegram.call("lies_at", url=right)
            await until(lambda: inbox.texts() == ["/start", "có ai không"])
            await until(lambda: told[-1] == "")
    assert len(await telegram.calls("setWebhook")) >= 3
    said = [each["reason"] for each in logs if each["event"] == "the webhook is not well"]
    assert "Connection refused" in said
    _nothing_shown(logs, channel)


async def test_calls_that_reach_another_process(telegram, channel, page):
    """Behind a load balancer one that is not called is not deaf for an error that somebody else's end made."""
    inbox, told = Inbox(), []

    def looked(how: str) -> None:
        told.append(how)
        channel.called_elsewhere()

    task = asyncio.create_task(channel.listen(inbox.store, looked))
    await until(lambda: len(inbox.updates) == 1)
    await telegram.call("lies_at", url=NOWHERE)
    await telegram.say(PERSON, "có ai không")
    async with asyncio.timeout(10):
        while (await telegram.method("getWebhookInfo"))["result"].get("last_error_message") != "Connection refused":
            await asyncio.sleep(0.02)
    seen = len(told)
    await until(lambda: len(told) > seen + 3)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert set(told) == {""}


async def test_an_error_that_is_over_is_none(telegram, channel, page):
    """Telegram goes on saying its last error: while nothing waits, or calls come, all is well."""
    inbox = Inbox()
    async with listening(channel, inbox.store) as told:
        await until(lambda: len(inbox.updates) == 1)
        assert await telegram.call("post", update=UPDATE, secret="sai") == 403
        assert (await telegram.method("getWebhookInfo"))["result"]["last_error_message"].endswith("403 Forbidden")
        seen = len(told)
        await until(lambda: len(told) > seen + 3)
    assert set(told) == {""}


async def test_what_cannot_be_stored_is_no_failure_of_the_webhook(telegram, channel, page):
    """The database is away: Telegram hears 503 and when to call again, and calls again; nothing is lost."""
    inbox, away = Inbox(), True

    async def store(updates: Any) -> None:
        if away:
            raise TryLater(0.3)
        await inbox.store(updates)

    async with listening(channel, store) as told:
        async with asyncio.timeout(5):
            while len((await telegram.call("webhook"))["answers"]) < 2:
                await asyncio.sleep(0.02)
        answer = await page.post(channel.place, json=UPDATE, headers={HEADER: SECRET})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        away = False
        await nothing_waits(telegram)
    assert inbox.texts() == ["/start"]
    assert set((await telegram.call("webhook"))["answers"]) == {503, 200}
    assert set(told) == {""}


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("setWebhook", {"status": 400}),
        ("setWebhook", {"status": 429, "retry_after": 1}),
        ("setWebhook", {"status": 500}),
        ("setWebhook", {"lost": True}),
        ("getWebhookInfo", {"status": 502, "page": "<html>Bad Gateway</html>"}),
        ("getWebhookInfo", {"then": "close"}),
    ],
    ids=str,
)
async def test_a_mishap_in_setting_it(telegram, channel, page, method, fault):
    """Told by its kind; it is tried again until it is set, and what waited is heard."""
    await telegram.fault(method, times=2, **fault)
    inbox = Inbox()
    with structlog.testing.capture_logs() as logs:
        async with listening(channel, inbox.store) as told:
            await until(lambda: inbox.texts() == ["/start"], 10)
            await until(lambda: told and told[-1] == "", 10)
    assert [bool(kind) for kind in told[:3]] == [True, True, False]
    _nothing_shown(logs, channel)


def _nothing_shown(logs: list[Any], channel: TelegramChannel) -> None:
    for each in (TOKEN, SECRET, channel.place, "mất không", "có ai"):
        assert each not in str(logs)


# The address


async def test_who_may_call(telegram, channel, page):
    """Without the secret nothing is stored, at another path nothing is there, and nobody but a POST is heard."""
    inbox = Inbox()
    async with listening(channel, inbox.store):
        await until(lambda: len(inbox.updates) == 1)
        for secret in ("", "sai", SECRET + "x", SECRET[:-1], SECRET.upper()):
            assert (await page.post(channel.place, json=UPDATE, headers={HEADER: secret})).status_code == 403
        assert (await page.post(channel.place, json=UPDATE)).status_code == 403
        other = {"X-Bot-Api-Secret-Token": SECRET}
        assert (await page.post(channel.place, json=UPDATE, headers=other)).status_code == 403
        for path in ("/telegram", "/telegram/", "/telegram/khac", channel.place[:-1], f"/telegram/{TOKEN}"):
            assert (await page.post(path, json=UPDATE, headers={HEADER: SECRET})).status_code == 404
        assert (await page.get(channel.place, headers={HEADER: SECRET})).status_code == 405
        assert len(inbox.updates) == 1
        assert (await page.post(channel.place, json=UPDATE, headers={HEADER: SECRET})).status_code == 200
    assert inbox.texts() == ["/start", "chào"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b"null", b"{}", b"[" * 5000, b"\xff\xfe", b'{"update_id":"x"}']
)
async def test_a_malformed_body_costs_itself(channel, page, body):
    """It is answered well, for it would be told again for a day; nothing of it is kept, and the next is heard."""
    inbox = Inbox()
    async with listening(channel, inbox.store):
        await until(lambda: len(inbox.updates) == 1)
        assert (await page.post(channel.place, content=body, headers={HEADER: SECRET})).status_code == 200
        assert len(inbox.updates) == 1
        assert (await page.post(channel.place, json=UPDATE, headers={HEADER: SECRET})).status_code == 200
    assert inbox.texts() == ["/start", "chào"]


async def test_a_body_has_bounds(channel, page):
    """A megabyte is more than any update has; one a little smaller is taken."""
    inbox = Inbox()
    async with listening(channel, inbox.store):
        await until(lambda: len(inbox.updates) == 1)
        for size, status in ((2 << 20, 413), (1 << 19, 200)):
            update = {"update_id": size, "message": {"text": "a" * size}}
            assert (await page.post(channel.place, json=update, headers={HEADER: SECRET})).status_code == status
    assert sorted(len(each) for each in inbox.texts()) == [len("/start"), 1 << 19]


async def test_before_and_after_listening_it_is_to_be_told_again(channel, page):
    """Nobody stores: 503."""
    assert (await page.post(channel.place, json=UPDATE, headers={HEADER: SECRET})).status_code == 503
    async with listening(channel, Inbox().store) as told:
        await until(lambda: told)
    assert (await page.post(channel.place, json=UPDATE, headers={HEADER: SECRET})).status_code == 503


async def test_the_answer_waits_for_the_store(channel, page):
    """Telegram hears 200 only once it is kept."""
    kept: list[float] = []

    async def store(updates: Any) -> None:
        if any(each.key == "5" for each in updates):
            await asyncio.sleep(0.3)
            kept.append(time.monotonic())

    async with listening(channel, store) as told:
        await until(lambda: told)
        await page.post(channel.place, json=UPDATE, headers={HEADER: SECRET})
        assert kept
        assert time.monotonic() >= kept[0]


def test_nothing_tells_the_token_or_the_secret(channel):
    """Neither the path nor what is shown of channel and webhook; another bot has another path."""
    shown = f"{channel.place} {channel!r} {channel._webhook!r}"
    assert not any(part in shown for part in (SECRET, TOKEN, TOKEN.partition(":")[2]))
    assert TelegramChannel(f"{TOKEN}x").place != channel.place
    assert len(channel.place) > 30


# Polling again


async def test_polling_takes_a_webhook_away_first(telegram):
    """What was said while it was set is heard: nothing is dropped. The first poll is not refused."""
    await telegram.say(PERSON, "trước")
    await telegram.call("lies_at", url=NOWHERE)
    await telegram.call("be_set", url=f"{PUBLIC}/cu")
    await telegram.say(PERSON, "trong lúc ấy")
    inbox = Inbox()
    channel = channel_to(telegram.url)
    await channel.start()
    async with listening(channel, inbox.store):
        await until(lambda: inbox.texts() == ["trước", "trong lúc ấy"])
    await channel.stop()
    assert (await statuses(telegram, "getUpdates", "deleteWebhook"))[:2] == [
        ("deleteWebhook", 200),
        ("getUpdates", 200),
    ]
    assert (await telegram.calls("deleteWebhook"))[0]["args"]["drop_pending_updates"] == "false"


async def test_polling_where_none_is_set(telegram):
    """Nothing is taken away, and it is looked at once alone."""
    await telegram.say(PERSON, "chào")
    channel, inbox = channel_to(telegram.url), Inbox()
    await channel.start()
    async with listening(channel, inbox.store):
        await until(lambda: inbox.texts() == ["chào"])
        await asyncio.sleep(0.5)
    await channel.stop()
    assert await telegram.calls("deleteWebhook") == []
    assert len(await telegram.calls("getWebhookInfo")) == 1


async def test_a_webhook_that_somebody_sets_meanwhile(telegram):
    """The poll is refused: the webhook is taken away, and what was said meanwhile is heard."""
    channel, inbox = channel_to(telegram.url), Inbox()
    await channel.start()
    await telegram.call("lies_at", url=NOWHERE)
    async with listening(channel, inbox.store) as told:
        await until(lambda: told)
        await telegram.call("be_set", url=f"{PUBLIC}/khac")
        await telegram.say(PERSON, "chào")
        await until(lambda: inbox.texts() == ["chào"])
    await channel.stop()
    assert "Conflict" in told
    assert (await telegram.call("webhook"))["url"] == ""


async def test_a_mishap_in_taking_it_away(telegram):
    """It polls only once the webhook is gone."""
    await telegram.call("lies_at", url=NOWHERE)
    await telegram.call("be_set", url=f"{PUBLIC}/cu")
    await telegram.say(PERSON, "chào")
    await telegram.fault("deleteWebhook", times=2, status=500)
    channel, inbox = channel_to(telegram.url), Inbox()
    await channel.start()
    async with listening(channel, inbox.store) as told:
        await until(lambda: inbox.texts() == ["chào"])
    await channel.stop()
    assert told[:3] == ["Broken", "Broken", ""]
    assert [status for _, status in await statuses(telegram, "getUpdates")][:1] == [200]
