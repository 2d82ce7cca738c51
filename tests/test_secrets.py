"""What is secret shows up nowhere: not in repr or str of what holds it, not in errors with all they were caused by."""

import traceback
from pathlib import Path

import pytest

from bot import config
from bot.channel import Failed
from bot.telegram import TelegramChannel
from bot.zalo import ZaloChannel
from messages import render
from messages.types import Outgoing
from tests.telegram_server import FakeTelegram
from tests.world import World
from tests.zalo_server import FakeZalo

TOKEN, PASSWORD, KEY = "123456789:" + "A" * 35, "mat-khau-rieng", b"khoa-rieng"
ADDRESS = f"postgresql+asyncpg://ai:{PASSWORD}@127.0.0.1:5432/chi_bo"


def test_settings_show_no_token_and_no_password(tmp_path: Path) -> None:
    """Neither repr nor str; logs are told what to leave out."""
    made = config.load(telegram_bot_token=TOKEN, database_url=ADDRESS, data_dir=tmp_path)
    for shown in (repr(made), str(made), f"{made!r}", repr([made])):
        assert TOKEN not in shown
        assert PASSWORD not in shown
    assert made.secrets == [TOKEN, PASSWORD]
    assert config.load(telegram_bot_token=TOKEN, database_url="", data_dir=tmp_path).secrets == [TOKEN]


def test_bad_settings_repeat_nothing() -> None:
    """What was given is not in the error, nor in what caused it."""
    with pytest.raises(config.BadSettings) as caught:
        config.load(telegram_bot_token=f"x{PASSWORD}", database_url=f"mysql://a:{PASSWORD}@b/c", port="x")
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))


async def test_the_assistant_shows_no_key_and_no_token(world: World, telegram: FakeTelegram) -> None:
    """With its channels, its database and its clock."""
    channel = TelegramChannel(telegram.token, telegram.url)
    world.assistant.key = KEY
    world.assistant.channels[99] = channel
    for each in (world.assistant, channel, channel._api, world.assistant.database, *channel._requests):
        assert telegram.token not in repr(each) + str(each)
        assert KEY.decode() not in repr(each) + str(each)


@pytest.mark.parametrize(
    "fault", [{"status": 404}, {"status": 500}, {"then": "close"}, {"page": "<html>", "status": 502}]
)
async def test_errors_of_a_channel_hold_no_token(telegram: FakeTelegram, fault: dict[str, object]) -> None:
    """Whatever the platform did, with all that it was caused by."""
    channel = TelegramChannel(telegram.token, telegram.url, send_timeout=2)
    await channel.start()
    try:
        await telegram.fault("sendMessage", **fault)
        with pytest.raises(Failed) as caught:
            await channel.send(Outgoing("k", "77", "x"))
    finally:
        await channel.stop()
    assert telegram.token not in "".join(traceback.format_exception(caught.value))


async def test_errors_of_a_platform_that_is_not_there_hold_no_token() -> None:
    """Nobody listens at that address."""
    channel = TelegramChannel(TOKEN, "http://127.0.0.1:9", send_timeout=2)
    await channel.start()
    try:
        with pytest.raises(Failed) as caught:
            await channel.send(Outgoing("k", "77", "x"))
    finally:
        await channel.stop()
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


def test_a_label_shows_hostile_values_as_they_are() -> None:
    """A button's label is plain text: nothing in a name is taken for a template, and nothing is run."""
    said = render.label("joined.ask", {"role": 1, "name": "{{ 7 * 7 }}<script>alert(1)</script>"})
    assert "49" not in said
    assert "{{ 7 * 7 }}" in said


def test_settings_of_zalo_show_nothing(tmp_path: Path) -> None:
    """Neither a token nor the secret of the webhook; logs are told to leave out each of them."""
    given = {"zalo_bot_token": "1:mot-ma-rieng,2:hai-ma-rieng", "zalo_webhook_secret": "bi-mat-webhook"}
    made = config.load(data_dir=tmp_path, **given)
    for each in ("mot-ma-rieng", "hai-ma-rieng", "bi-mat-webhook"):
        assert each not in repr(made) + str(made)
    assert made.secrets == ["bi-mat-webhook", "1:mot-ma-rieng", "2:hai-ma-rieng"]


def test_the_secret_of_telegrams_webhook_is_not_shown(tmp_path: Path) -> None:
    """Nor written by a log, whatever holds it."""
    given = {"telegram_webhook_secret": "bi-mat-webhook", "public_url": "https://x.vn"}
    made = config.load(data_dir=tmp_path, **given)
    assert "bi-mat-webhook" not in repr(made) + str(made)
    assert made.secrets == ["bi-mat-webhook"]


@pytest.mark.parametrize(
    "fault", [{"code": 401}, {"code": 403}, {"code": 777}, {"page": 502}, {"lost": True}, {"then": "garbage"}]
)
async def test_errors_on_zalo_hold_no_token(zalo: FakeZalo, fault: dict[str, object]) -> None:
    """Whatever the platform did, with all that it was caused by; nor does the channel show it."""
    channel = ZaloChannel(zalo.token, zalo.url, send_timeout=2)
    channel.be_called_at("https://x.vn/zalo/1", "bi-mat-webhook")
    await channel.start()
    try:
        said = {"description": f"bad token {zalo.token}"} if "code" in fault else {}
        await zalo.fault("sendMessage", **fault, **said)
        with pytest.raises(Failed) as caught:
            await channel.send(Outgoing("k", "77", "x"))
    finally:
        await channel.stop()
    shown = "".join(traceback.format_exception(caught.value)) + repr(channel) + repr(channel._api)
    assert zalo.token.partition(":")[2] not in shown + channel.place
    assert "bi-mat-webhook" not in shown
