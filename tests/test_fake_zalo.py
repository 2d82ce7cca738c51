"""The fake Zalo is honest: the ten methods in every form of call, and each switch that no test of the channel turns."""

from typing import Any

import pytest

from tests import exercised
from tests.fake_zalo import TOKEN
from tests.zalo_server import FakeZalo
from tests.zalo_world import HAPPENINGS, METHODS, OPTIONS, World, units

PERSON = "a1b2"


@pytest.mark.parametrize("form", ["query", "json", "form", "get"])
async def test_every_form_of_call_is_understood(zalo: FakeZalo, form: str) -> None:
    """GET and POST; query, JSON and form; what is unknown is ignored."""
    await zalo.say(PERSON, "chào")
    values = {"chat_id": PERSON, "text": "Chào đồng chí", "reply_to_message_id": "1"}
    how: dict[str, Any] = {"query": {"params": values}, "json": {"json": values}, "form": {"data": values}}.get(
        form, {"params": values}
    )
    verb = "GET" if form == "get" else "POST"
    answer = await zalo.client.request(verb, f"/bot{TOKEN}/sendMessage", **how)
    assert answer.json()["ok"] is True
    assert answer.json()["error_code"] == 0
    assert await zalo.said(PERSON) == ["Chào đồng chí"]


async def test_the_ten_methods(zalo: FakeZalo) -> None:
    """Each answers; typing without a result, a voice note into a group with nothing delivered."""
    assert len(METHODS) == 10
    await zalo.say(PERSON, "chào")
    await zalo.say(PERSON, "@Bot", group="g1")
    assert (await zalo.method("getMe")).json()["result"]["account_type"] == "BASIC"
    assert (await zalo.method("sendSticker", chat_id=PERSON, sticker="1")).json()["result"]["message_id"]
    voice = {"voice_url": "https://x.example/a.aac"}
    assert (await zalo.method("sendVoice", chat_id="g1", **voice)).json()["ok"]
    assert await zalo.chat("g1") == []
    assert (await zalo.method("sendVoice", chat_id=PERSON, voice_url="x.mp3")).json()["error_code"] == 400
    assert (await zalo.method("sendChatAction", chat_id=PERSON, action="typing")).json() == {
        "ok": True,
        "error_code": 0,
    }
    assert (await zalo.method("sendDocument")).json()["error_code"] == 400
    assert (await zalo.method("sendPhoto", chat_id=PERSON, photo="/x.png")).json()["error_code"] == 400


@pytest.mark.parametrize("http_status", OPTIONS["http_status"])
async def test_the_http_status_mirrors_or_says_nothing(zalo: FakeZalo, http_status: str) -> None:
    """A junk token, an idle poll, a chat that never wrote."""
    await zalo.switch(http_status=http_status)
    for method, code, how in (
        ("getMe", 401, {"token": "1:x"}),
        ("getUpdates", 408, {"timeout": "0"}),
        ("sendMessage", 400, {"chat_id": "x", "text": "a"}),
    ):
        answer = await zalo.method(method, **how)
        assert answer.json()["error_code"] == code
        assert answer.status_code == (code if http_status == "mirror" else 200)


@pytest.mark.exercises("text over the limit")
async def test_text_over_the_limit_is_refused(zalo: FakeZalo) -> None:
    """2,000 units are taken, 2,001 are not; nor is nothing."""
    await zalo.say(PERSON, "chào")
    for text, well in (("ế" * 2000, True), ("ế" * 2001, False), ("😀" * 1001, False), ("", False)):
        assert (await zalo.method("sendMessage", chat_id=PERSON, text=text)).json()["ok"] is well
    assert units("😀") == 2


@pytest.mark.parametrize("poll_mode", OPTIONS["poll_mode"])
async def test_an_update_is_given_once_or_again(zalo: FakeZalo, poll_mode: str) -> None:
    """New ones first, repeats after."""
    await zalo.switch(poll_mode=poll_mode)
    await zalo.say(PERSON, "một")
    await zalo.say(PERSON, "hai")
    given = [(await zalo.method("getUpdates", timeout="0")).json() for _ in range(3)]
    texts = [each["result"]["message"]["text"] if each["ok"] else "" for each in given]
    assert texts == ["một", "hai", "" if poll_mode == "consume_once" else "một"]


@pytest.mark.parametrize("name", OPTIONS)
def test_every_switch_begins_with_its_first_side(name: str) -> None:
    """So that a test says only what differs."""
    assert World().switches[name] == OPTIONS[name][0]
    assert len(OPTIONS[name]) > 1


@pytest.mark.parametrize("happening", sorted(HAPPENINGS))
def test_the_channel_meets_all_that_the_fake_can_do(happening: str) -> None:
    """Each side of a switch and each fault comes about in a test that says so: the fake itself vouches for it."""
    assert happening in exercised.anywhere()


async def test_a_webhook_must_be_public_and_secret(zalo: FakeZalo) -> None:
    """Neither http, nor this machine, nor a short secret."""
    for url, secret in (
        ("http://x.example/", "12345678"),
        ("https://localhost/", "12345678"),
        ("https://x.example/", "1"),
    ):
        assert (await zalo.method("setWebhook", url=url, secret_token=secret)).json()["error_code"] == 400
    assert (await zalo.method("getWebhookInfo")).json()["error_code"] == 404
