"""The fake Bot API keeps the queue honestly and refuses what Telegram refuses."""

import asyncio
import json
import subprocess
import sys

import httpx
import pytest

from tests import telegram_html
from tests.platform_server import ROOT
from tests.telegram_server import FakeTelegram

PERSON, STRANGER = 501, 999


@pytest.fixture
async def known(telegram: FakeTelegram) -> FakeTelegram:
    """A person has written to the bot."""
    await telegram.say(PERSON, "/start")
    return telegram


def buttons(*pairs: tuple[str, str]) -> str:
    """One row of (label, data)."""
    return json.dumps({"inline_keyboard": [[{"text": text, "callback_data": data} for text, data in pairs]]})


async def refused(telegram: FakeTelegram, method: str, **args: object) -> str:
    """Call and return code and words of the refusal."""
    answer = await telegram.method(method, **args)
    assert not answer["ok"]
    return f"{answer['error_code']} {answer['description']}"


async def ids(telegram: FakeTelegram, **args: object) -> list[int]:
    """The ids of the updates one getUpdates gives."""
    return [update["update_id"] for update in (await telegram.method("getUpdates", **args))["result"]]


async def test_updates_are_redelivered_until_confirmed(telegram):
    """Without an offset all is given again; an offset drops only what is below it."""
    for word in ("một", "hai", "ba"):
        await telegram.say(PERSON, word)
    first = await ids(telegram)
    assert len(first) == 3
    assert await ids(telegram) == first
    assert await ids(telegram, offset=first[1]) == first[1:]
    assert await ids(telegram) == first[1:]


async def test_limit_gives_the_oldest(telegram):
    """A batch is the head of the queue."""
    for word in ("một", "hai", "ba"):
        await telegram.say(PERSON, word)
    assert await ids(telegram, limit=2) == (await ids(telegram))[:2]


async def test_long_poll_wakes_for_news(telegram):
    """A waiting poll is answered as soon as somebody writes."""
    poll = asyncio.create_task(ids(telegram, timeout=5))
    await asyncio.sleep(0.1)
    await telegram.say(PERSON, "chào")
    assert len(await asyncio.wait_for(poll, 2)) == 1


async def test_long_poll_ends_empty(telegram):
    """A quiet poll ends after its timeout."""
    assert await asyncio.wait_for(ids(telegram, timeout=0.1), 2) == []


async def test_second_poller_ends_the_first(telegram):
    """Of two pollers the first is told 409."""
    first = asyncio.create_task(telegram.method("getUpdates", timeout=5))
    await asyncio.sleep(0.1)
    await telegram.method("getUpdates", timeout=0)
    assert (await asyncio.wait_for(first, 2))["error_code"] == 409


async def test_kinds_not_asked_for_are_not_queued(telegram):
    """allowed_updates stays in force until it is changed."""
    await telegram.method("getUpdates", allowed_updates=["callback_query"])
    await telegram.say(PERSON, "không ai nghe")
    assert await ids(telegram) == []


async def test_message_ids_count_per_chat(telegram):
    """Two chats have the same message ids, as code must expect."""
    assert await telegram.say(1, "a") == await telegram.say(2, "b")


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        ({"text": "a" * 4097}, "400 Bad Request: message is too long"),
        ({"text": "  \n "}, "400 Bad Request: message text is empty"),
        ({"text": ""}, "400 Bad Request: message text is empty"),
        ({"text": "<b>a", "parse_mode": "HTML"}, "400 Bad Request: can't parse entities"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "400 Bad Request: message text is empty"),
        ({"text": "a", "chat_id": STRANGER}, "400 Bad Request: chat not found"),
        ({"text": "a", "chat_id": "@ten"}, "400 Bad Request: chat not found"),
        ({"text": "a", "reply_markup": buttons(("A", "a" * 65))}, "400 Bad Request: BUTTON_DATA_INVALID"),
        ({"text": "a", "reply_markup": buttons(("A", "ă" * 33))}, "400 Bad Request: BUTTON_DATA_INVALID"),
        ({"text": "a", "reply_markup": buttons((" ", "a"))}, "400 Bad Request: inline keyboard button text"),
        ({"text": "a", "reply_markup": buttons(*[("A", "a")] * 101)}, "400 Bad Request: reply markup is too long"),
    ],
)
async def test_refuses_messages(known, args, complaint):
    """What Telegram refuses is refused with its words."""
    assert (await refused(known, "sendMessage", **{"chat_id": PERSON, **args})).startswith(complaint)


async def test_limits_count_code_points_after_entities(known):
    """4,096 letters beyond the BMP within tags are still one message."""
    text = f"<b>{'𝔸' * 4095}</b>&amp;"
    answer = await known.method("sendMessage", chat_id=PERSON, text=text, parse_mode="HTML")
    assert answer["ok"]
    assert len((await known.last(PERSON))["text"]) == 4096


async def test_data_of_64_bytes_is_taken(known):
    """The limit is 64 bytes, not 63."""
    markup = buttons(("A", "ă" * 32))
    assert (await known.method("sendMessage", chat_id=PERSON, text="a", reply_markup=markup))["ok"]


@pytest.mark.parametrize(
    "html",
    [
        "<b>a</i>",
        "a</b>",
        "<div>a</div>",
        "<3",
        "a < b",
        "<span>a</span>",
        "<a href='x>a</a>",
        "&nbsp;a",
        "<b",
        "<br/>",
    ],
)
def test_refuses_html(html):
    """Unclosed, unknown and crossed tags and unknown entities are errors."""
    with pytest.raises(telegram_html.BadHtml):
        telegram_html.parse(html)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<b>đồng <i>chí</i></b>", "đồng chí"),
        ("1 &lt; 2 &amp; 3 &gt; 2 &quot;&#39;&#x27;", "1 < 2 & 3 > 2 \"''"),
        ('<a href="https://t.me/?a=1&amp;b">x</a>', "x"),
        ("VH, TT & DL > 1", "VH, TT & DL > 1"),
        ("<blockquote expandable>dài</blockquote><tg-spoiler>x</tg-spoiler>", "dàix"),
    ],
)
def test_reads_html(html, text):
    """What Telegram reads is read as people see it."""
    assert telegram_html.parse(html)[0] == text


async def test_refuses_the_blocked(known):
    """Who blocked the bot cannot be written to, and can again after unblocking."""
    await known.block(PERSON)
    assert (await refused(known, "sendMessage", chat_id=PERSON, text="a")).startswith("403 Forbidden: bot was blocked")
    await known.unblock(PERSON)
    assert (await known.method("sendMessage", chat_id=PERSON, text="a"))["ok"]


async def test_refuses_to_begin_a_conversation(telegram):
    """Somebody met in a group only cannot be written to."""
    await telegram.add_to_group(STRANGER, -100)
    assert (await refused(telegram, "sendMessage", chat_id=STRANGER, text="a")).startswith("403 Forbidden: bot can't")


async def test_groups_can_be_written_to(telegram):
    """A group that the bot is in takes a message, and none after the bot was put out."""
    await telegram.add_to_group(PERSON, -1001)
    assert (await telegram.method("sendMessage", chat_id=-1001, text="một dòng"))["ok"]
    assert (await telegram.last(-1001))["text"] == "một dòng"
    await telegram.add_to_group(PERSON, -1001, old="member", status="kicked")
    assert (await refused(telegram, "sendMessage", chat_id=-1001, text="a")).startswith("403 Forbidden: bot was kicked")


async def test_menu_of_an_unknown_chat_is_refused(telegram):
    """A menu can be set where the bot may write only."""
    scope = json.dumps({"type": "chat", "chat_id": STRANGER})
    assert "chat not found" in await refused(telegram, "setMyCommands", scope=scope, commands="[]")


async def test_edits(known):
    """An edit shows; the same again, another's message and an unknown one are refused."""
    sent = (await known.method("sendMessage", chat_id=PERSON, text="một"))["result"]["message_id"]
    target = {"chat_id": PERSON, "message_id": sent}
    assert (await known.method("editMessageText", **target, text="hai"))["ok"]
    assert (await known.last(PERSON))["text"] == "hai"
    assert "message is not modified" in await refused(known, "editMessageText", **target, text="hai")
    assert (await known.method("editMessageText", **target, text="<b>hai</b>", parse_mode="HTML"))["ok"]
    assert "can't be edited" in await refused(known, "editMessageText", chat_id=PERSON, message_id=1, text="x")
    assert "edit not found" in await refused(known, "editMessageText", chat_id=PERSON, message_id=99, text="x")


async def test_press_is_answered_once_in_time(known):
    """A press by label carries its data; after 15 seconds or with an unknown id the answer is refused."""
    markup = buttons(("Đúng", "d1"))
    sent = (await known.method("sendMessage", chat_id=PERSON, text="?", reply_markup=markup))["result"]["message_id"]
    query = await known.press(PERSON, sent, "Đúng")
    update = (await known.method("getUpdates"))["result"][-1]["callback_query"]
    assert (update["id"], update["data"], update["message"]["message_id"]) == (query, "d1", sent)
    assert (await known.method("answerCallbackQuery", callback_query_id=query))["ok"]
    late = await known.press(PERSON, sent, data="whatever")
    await known.call("pass_time", seconds=16)
    assert "too old" in await refused(known, "answerCallbackQuery", callback_query_id=late)
    assert "too old" in await refused(known, "answerCallbackQuery", callback_query_id="1")


async def test_files_go_both_ways(known):
    """Uploads show in the chat, captions are limited, downloads give the bytes and stop at 20 MB."""
    url = f"{known.url}/bot{known.token}/sendDocument"
    async with httpx.AsyncClient(trust_env=False) as client:
        form = {"chat_id": str(PERSON), "caption": "a" * 1025}
        answer = (await client.post(url, data=form, files={"document": ("a.txt", b"abc")})).json()
        assert answer["description"] == "Bad Request: message caption is too long"
        await client.post(url, data=form | {"caption": "ok"}, files={"document": ("báo cáo.txt", b"abc")})
        sent = await known.last(PERSON)
        assert (sent["file"]["name"], sent["text"], sent["file"]["size"]) == ("báo cáo.txt", "ok", 3)
        got = await known.send_file(PERSON, "a.pdf", b"%PDF", caption="bản giấy")
        path = (await known.method("getFile", file_id=got["file_id"]))["result"]["file_path"]
        assert (await client.get(f"{known.url}/file/bot{known.token}/{path}")).content == b"%PDF"
    large = await known.send_file(PERSON, "b.pdf", b"%PDF", size=21 << 20)
    assert "file is too big" in await refused(known, "getFile", file_id=large["file_id"])


async def test_photo_must_be_a_picture(known):
    """Bytes that are no picture are refused as a photo."""
    url = f"{known.url}/bot{known.token}/sendPhoto"
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(url, data={"chat_id": str(PERSON)}, files={"photo": ("a.png", b"abc")})
    assert answer.json()["description"] == "Bad Request: IMAGE_PROCESS_FAILED"


async def test_wrong_token_and_method(telegram):
    """Another token is 401, an unknown method 404."""
    async with httpx.AsyncClient(base_url=telegram.url, trust_env=False) as client:
        assert (await client.post("/bot1:x/getMe", json={})).status_code == 401
    assert (await refused(telegram, "sendNothing")).startswith("404")


async def test_faults_come_as_often_as_asked(known):
    """A scripted 429 is answered once with its parameters, is logged, and nothing is sent."""
    await known.fault("sendMessage", status=429, retry_after=3)
    answer = await known.method("sendMessage", chat_id=PERSON, text="a")
    assert answer["parameters"] == {"retry_after": 3}
    assert (await known.method("sendMessage", chat_id=PERSON, text="b"))["ok"]
    assert [call["status"] for call in await known.calls("sendMessage")] == [429, 200]
    assert [line["text"] for line in await known.chat(PERSON) if line["by"] == "bot"] == ["b"]


@pytest.mark.parametrize(
    ("then", "failure"),
    [("close", httpx.RemoteProtocolError), ("reset", httpx.ReadError), ("hang", httpx.ReadTimeout)],
)
async def test_lost_answers(known, then, failure):
    """The message is there although no answer came."""
    await known.fault("sendMessage", then=then)
    async with httpx.AsyncClient(timeout=0.3, trust_env=False) as client:
        with pytest.raises(failure):
            await client.post(f"{known.url}/bot{known.token}/sendMessage", json={"chat_id": PERSON, "text": "a"})
    assert (await known.last(PERSON))["text"] == "a"


async def test_a_lost_call_does_nothing(known):
    """The connection ends before anything was done: the message is not there."""
    await known.fault("sendMessage", lost=True)
    with pytest.raises(httpx.RemoteProtocolError):
        await known.method("sendMessage", chat_id=PERSON, text="a")
    assert [line["by"] for line in await known.chat(PERSON)] == ["person"]


async def test_answers_that_cannot_be_read(known):
    """Half an answer, and one that goes on and on; then faults are over."""
    await known.fault("getMe", then="garbage")
    await known.fault("getMe", then="huge", size=3)
    await known.fault("getMe", status=500)
    await known.call("mend")
    assert (await known.method("getMe"))["ok"]
    await known.fault("getMe", then="garbage")
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        await known.method("getMe")
    await known.fault("getMe", then="huge", size=3)
    assert len((await known.method("getMe"))["result"][0]) == 3 << 20


async def test_limits_of_pace(telegram):
    """One a second to a person, 30 a second to all, 20 a minute to a group; the refused are not shown."""
    await telegram.call("open_chats", people=[*range(1, 41), -5])
    await telegram.call("limit")

    async def sent(*chats: int) -> list[int]:
        answers = await asyncio.gather(*(telegram.method("sendMessage", chat_id=chat, text="a") for chat in chats))
        return [answer.get("parameters", {}).get("retry_after", 0) for answer in answers]

    assert sorted(await sent(1, 1)) == [0, 1]
    await asyncio.sleep(1)
    assert sum(map(bool, await sent(*range(1, 41)))) == 10
    await asyncio.sleep(1)
    waits = await sent(*[-5] * 21)
    assert sorted(waits)[:20] == [0] * 20
    assert 55 <= max(waits) <= 60
    assert (await telegram.call("said"))["-5"] == 20


async def test_walkers_go_on_by_themselves(telegram):
    """Who is answered takes the next step at once; who arrives makes room for the next; a repeat changes nothing."""
    steps = [["say", "tôi là {n}", "chào"], ["press", "Có", "cảm ơn"]]
    await telegram.call("walk", people=[1, 2], steps=steps, at_once=1)
    asks = {"inline_keyboard": [[{"text": "Có", "callback_data": "c"}]]}
    assert [line["text"] for line in await telegram.chat(1)] == ["tôi là 1"]
    for _ in range(2):
        await telegram.method("sendMessage", chat_id=1, text="chào đồng chí", reply_markup=asks)
    assert (await telegram.call("walked")) == {"arrived": [], "going": {"1": "cảm ơn"}, "waiting": 1}
    assert [next(iter(update.keys() - {"update_id"})) for update in await telegram.call("queued")] == [
        "message",
        "callback_query",
    ]
    await telegram.method("sendMessage", chat_id=1, text="cảm ơn")
    assert (await telegram.call("walked")) == {"arrived": [1], "going": {"2": "chào"}, "waiting": 0}


HOOK = {"url": "https://chibo.example/x", "secret_token": "bi-mat"}


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        ({"url": "http://chibo.example"}, "400 Bad Request: bad webhook: An HTTPS URL"),
        ({"url": "https://chibo.example:9000"}, "400 Bad Request: bad webhook: Webhook can be set up only on ports"),
        ({**HOOK, "secret_token": "có dấu"}, "400 Bad Request: secret token contains unallowed characters"),
    ],
)
async def test_refuses_webhooks(telegram, args, complaint):
    """An address that Telegram does not call, a secret that no header holds."""
    assert (await refused(telegram, "setWebhook", **args)).startswith(complaint)


async def test_who_polls_beside_a_webhook_is_refused(telegram):
    """Setting one ends the poll that waits, and the next is refused until it is deleted; nothing queued is dropped."""
    await telegram.call("lies_at", url="http://127.0.0.1:9")
    poll = asyncio.create_task(telegram.method("getUpdates", timeout=5))
    await asyncio.sleep(0.1)
    await telegram.method("setWebhook", **HOOK)
    assert "terminated by setWebhook" in (await asyncio.wait_for(poll, 2))["description"]
    assert "while webhook is active" in await refused(telegram, "getUpdates", timeout=0)
    await telegram.say(PERSON, "chào")
    await telegram.method("deleteWebhook")
    assert len(await ids(telegram)) == 1
    await telegram.method("setWebhook", **HOOK, drop_pending_updates=True)
    assert await telegram.call("queued") == []


async def test_a_webhook_is_called_until_it_answers_well(telegram):
    """With the secret, again after a refusal, of one chat in order; what went wrong last stays said."""
    heard, answers = [], iter([500, 200, 403])

    async def answer(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        size = int(head.lower().partition("content-length: ")[2].partition("\r")[0])
        status = next(answers, 200)
        heard.append((json.loads(await reader.readexactly(size))["message"]["text"], "bi-mat" in head, status))
        writer.write(f"HTTP/1.1 {status} Said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    await telegram.call("lies_at", url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    for word in ("một", "hai"):
        await telegram.say(PERSON, word)
    assert (await telegram.method("getWebhookInfo"))["result"]["pending_update_count"] == 2
    await telegram.method("setWebhook", **HOOK)
    async with asyncio.timeout(10):
        while await telegram.call("queued"):
            await asyncio.sleep(0.02)
    server.close()
    await server.wait_closed()
    assert heard == [("một", True, 500), ("một", True, 200), ("hai", True, 403), ("hai", True, 200)]
    told = (await telegram.method("getWebhookInfo"))["result"]
    assert (told["url"], told["pending_update_count"]) == (HOOK["url"], 0)
    assert told["last_error_message"] == "Wrong response from the webhook: 403 Said"


def test_ends_with_its_parent():
    """A fake whose starter is gone does not stay behind."""
    command = [sys.executable, "-m", "tests.fake_telegram", "--with-parent"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline().strip().isdigit()
        process.stdin.close()
        assert process.wait(10) == 0
