"""The program itself where Telegram calls it: a report, strangers, a kill before the answer, the way changed twice."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import service
from bot.config import Settings
from models import inbox
from tests import faults
from tests.bench import organisation
from tests.fake_telegram import TOKEN
from tests.faults import Ledger
from tests.running import command, running
from tests.several import patience, several
from tests.telegram_server import FakeTelegram
from tests.test_zalo_run import free_port
from tests.world import World

__all__ = ["patience"]

PUBLIC, SECRET = "https://chibo.example", "mat-khau-cua-webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
SECRETARY, OTHER = organisation.SECRETARIES + 1, organisation.SECRETARIES + 2
PEOPLE = 4
SECRETARIES = [organisation.SECRETARIES + n for n in range(1, PEOPLE + 1)]


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """Return an installation of a few branches, whose secretaries owe a report."""
    made = tmp_path / "data"
    await faults.install(made, organisation.Size(PEOPLE), drill=False)
    return made


async def called(telegram: FakeTelegram) -> dict[str, str]:
    """Return what makes Telegram call a program, and tell the fake where the public address really lies."""
    port = free_port()
    await telegram.call("lies_at", url=f"http://127.0.0.1:{port}")
    return {"PORT": str(port), "PUBLIC_URL": PUBLIC, "TELEGRAM_WEBHOOK_SECRET": SECRET}


def kept(folder: Path) -> list[str]:
    """Return the keys of all that was stored."""
    return [key for (key,) in faults.look(folder, "select key from inbox order by id")]


async def test_a_report_by_webhook(telegram: FakeTelegram, folder: Path) -> None:
    """From the command to the receipt without one poll; who has no secret is refused, a duplicate is kept once."""
    hook = await called(telegram)
    with running(folder, "run", **faults.settings(telegram), **hook) as program:
        await telegram.call("walk", people=[SECRETARY], steps=faults.steps(), at_once=1)
        await faults.all_walked(telegram, 1)
        await faults.quiet(telegram, folder)
        await _strangers(telegram, folder, hook["PORT"])
        assert "Telegram gọi tới PUBLIC_URL" in command(folder, "doctor", **faults.settings(telegram), **hook).stdout
        assert program.stop() == 0
    assert await telegram.calls("getUpdates") == []
    assert await faults.lost(telegram, folder, [SECRETARY]) == 0
    said = [line["text"] for line in await telegram.chat(SECRETARY) if line["by"] == "bot"]
    assert len(said) == len(set(said))
    address = (await telegram.call("webhook"))["url"]
    assert address.startswith(f"{PUBLIC}/telegram/")
    assert telegram.token.partition(":")[2] not in address
    assert SECRET not in program.said
    assert address.removeprefix(PUBLIC) not in program.said


async def _strangers(telegram: FakeTelegram, folder: Path, port: str) -> None:
    before = kept(folder)
    update = {"update_id": 99, "message": {"text": "/help", "from": {"id": SECRETARY}}}
    for secret in ("", "sai", SECRET + "x"):
        assert await telegram.call("post", update=update, secret=secret) == 403
    place = (await telegram.call("webhook"))["url"].removeprefix(PUBLIC)
    head = {"Host": "chibo.example", HEADER: SECRET}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        assert (await client.post(place, json=update, headers={**head, "Host": "khac.example"})).status_code == 400
        assert (await client.post("/telegram/khac", json=update, headers=head)).status_code == 404
        assert (await client.post("/zalo/khac", json=update, headers=head)).status_code == 403
        assert (await client.post(place, content=b"{", headers=head)).status_code == 200
    assert kept(folder) == before
    raw = await _last(folder)
    for _ in range(2):
        assert await telegram.call("post", update=raw) == 200
    assert kept(folder) == before


async def _last(folder: Path) -> dict[str, Any]:
    """Return an update as it was told before; its words are gone, and its number is what counts."""
    key = kept(folder)[-1]
    about = {"id": SECRETARY, "type": "private"}
    return {
        "update_id": int(key),
        "message": {"message_id": 1, "date": 1, "text": "/help", "from": about, "chat": about},
    }


@pytest.mark.faults
@pytest.mark.parametrize("point", ["fetched", "stored"])
async def test_killed_before_the_answer(telegram: FakeTelegram, folder: Path, point: str) -> None:
    """Kill -9 before an update is stored, and between storing it and answering: Telegram calls again, kept once."""
    hook = await called(telegram)
    ledger = Ledger(folder, telegram, more=hook)
    await telegram.call("walk", people=SECRETARIES, steps=faults.steps(), at_once=2)
    for nth in (1, 5, 3):
        kill = ledger.at(point, nth)  # of what is told again some may be kept already
        assert {str(update["update_id"]) for update in await telegram.call("queued")}.issuperset(kill.in_hand)
        assert point == "fetched" or set(kept(folder)).issuperset(kill.in_hand)
    with faults.run(folder, telegram, **hook) as program:
        await faults.all_walked(telegram, PEOPLE)
        await faults.quiet(telegram, folder)
        assert program.stop() == 0
    keys = kept(folder)
    assert len(keys) == len(set(keys)) == PEOPLE * len(faults.steps())
    assert await faults.lost(telegram, folder, SECRETARIES) == 0
    assert await faults.repeats(telegram, folder) <= sum(kill.wire for kill in ledger.kills)
    assert await telegram.calls("getUpdates") == []


async def test_the_way_is_changed_and_changed_back(telegram: FakeTelegram, folder: Path) -> None:
    """Asking, called, asking: what is said while nothing runs is heard at the next start, all of it once."""
    hook = await called(telegram)
    for more in ({}, hook, {}):
        await telegram.say(OTHER, "/help")
        await telegram.say(SECRETARY, "/help")
        with running(folder, "run", **faults.settings(telegram), **more) as program:
            await faults.quiet(telegram, folder)
            assert program.stop() == 0
        assert (await telegram.call("webhook"))["url"].startswith(PUBLIC) == bool(more)
    keys = kept(folder)
    assert len(keys) == len(set(keys)) == 6
    assert faults.look(folder, "select distinct outcome from inbox") == [("done",)]
    ways = [each for name in ("setWebhook", "deleteWebhook") for each in await telegram.calls(name)]
    assert [each["args"]["drop_pending_updates"] for each in ways] == ["false"] * 2


@pytest.mark.usefixtures("patience")
async def test_two_processes_are_called(telegram: FakeTelegram, tmp_path: Path) -> None:
    """Behind one address: when one is killed the other is called, and nobody waits in vain or hears a thing twice."""
    hook, other = await called(telegram), free_port()
    async with several(tmp_path / "data", telegram, PEOPLE) as processes:
        (first,) = processes.start("web", **hook)
        processes.start("web", **{**hook, "PORT": str(other)})
        processes.start("work", "deliver", **{**hook, "PORT": "0"})
        processes.ready()
        await telegram.call("walk", people=SECRETARIES, steps=faults.steps(), at_once=2)
        await telegram.wait(SECRETARY, "", faults.PATIENCE)
        first.kill()
        await telegram.call("lies_at", url=f"http://127.0.0.1:{other}")
        await faults.all_walked(telegram, PEOPLE)
        await faults.quiet(telegram, processes.url)
        assert await faults.lost(telegram, processes.url, SECRETARIES) == 0
        assert await faults.repeats(telegram, processes.url) == 0
        assert len(processes.look("select key from inbox")) == PEOPLE * len(faults.steps())
    assert await telegram.calls("getUpdates") == []


async def test_a_call_to_one_is_known_to_the_others(world: World, tmp_path: Path) -> None:
    """What another process stored for the bot tells that Telegram reaches the address."""
    given = {"telegram_bot_token": TOKEN, "telegram_webhook_secret": SECRET, "public_url": PUBLIC}
    settings = Settings(_env_file=None, data_dir=tmp_path, **given)  # type: ignore[call-arg]  # pydantic's own argument
    channel = await service._telegram(world.assistant, settings)
    assert channel
    assert channel._webhook
    (bot_id,) = [each for each, known in world.assistant.channels.items() if known is channel]
    world.assistant.database.rung([inbox.topic(bot_id)])
    await asyncio.sleep(0)
    assert channel._webhook._came == 1


@pytest.mark.faults
async def test_a_database_that_is_away(telegram: FakeTelegram, folder: Path) -> None:
    """Another program keeps it for longer than anybody waits: Telegram hears 503 and calls again, all is answered."""
    hook = await called(telegram)
    with faults.run(folder, telegram, **hook) as program:
        await telegram.say(SECRETARY, "/help")
        await telegram.wait(SECRETARY, "", faults.PATIENCE)
        await faults.quiet(telegram, folder)
        with contextlib.closing(sqlite3.connect(folder / "assistant.db", isolation_level=None)) as file:
            file.execute("begin immediate")
            await telegram.say(OTHER, "/help")
            await faults.until(lambda: _refused(telegram))
            file.execute("rollback")
        await telegram.wait(OTHER, "", faults.PATIENCE)
        await faults.quiet(telegram, folder)
        assert program.stop() == 0
    assert faults.look(folder, "select outcome, attempts from inbox") == [("done", 0)] * 2


async def _refused(telegram: FakeTelegram) -> bool:
    return 503 in (await telegram.call("webhook"))["answers"]
