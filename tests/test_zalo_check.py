"""`main.py zalo-check` against the fake Zalo: every step of the list, with somebody who does what they are told."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from bot import zalo_check
from bot.zalo_check import Api, Check
from messages import render
from tests.running import command
from tests.zalo_server import FakeZalo

PERSON = "a1b2c3"
SECRET = "mat-khau-webhook"
STEPS = {"statuses", "again", "offline", "kind", "lengths", "lengths_seen", "photos", "photos_seen", "called"}
STEPS |= {"called_well", "called_500", "called_slow", "blocked", "unblocked", "silence", "quota", "person_51"}


class Person:
    """Does what a step asks on the fake's phone, and remembers what was asked; every step has words."""

    def __init__(self, zalo: FakeZalo, skips: bool = False) -> None:
        self.zalo, self.skips, self.asked = zalo, skips, []

    async def ask(self, step: str, **values: Any) -> str:
        assert render.text("cli.zalo_check", {"step": step, **values})
        self.asked.append(step)
        if self.skips:
            return "b\n"
        if step in {"again", "offline", "called_well", "called_500", "called_slow"}:
            await self.zalo.say(PERSON, step)
        if step == "kind":
            await self._send(values["what"])
        return "thấy đủ" if step.endswith("_seen") else "\n"

    async def _send(self, what: str) -> None:
        if what == "album":
            for _ in range(3):
                await self.zalo.call("send_photo", person=PERSON, url="https://x.zdn.vn/1.jpg")
        elif what == "group":
            await self.zalo.say(PERSON, "@Bot", group="g1")
        else:
            await self.zalo.say(PERSON, what)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zalo_check, "CALM", 1.0)
    monkeypatch.setattr(zalo_check, "LONGEST", 3.0)
    monkeypatch.setattr(zalo_check, "RETRIES", 0.5)
    monkeypatch.setattr(zalo_check, "SLOW", 0.2)


async def test_the_whole_list(zalo: FakeZalo) -> None:
    """What came over the wire is noted as it was; the person's own words too; the token nowhere."""
    seen: dict[str, Any] = {}
    person = Person(zalo)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        await zalo.call("set_facts", to=f"http://127.0.0.1:{taken.getsockname()[1]}")
        called = {"secret": SECRET, "public_url": "https://chibo.example", "taken": taken}
        await Check(Api(zalo.token, zalo.url), person.ask, seen.__setitem__, **called).run()
    assert set(person.asked) == STEPS
    assert person.asked.count("kind") == len(zalo_check.KINDS)
    assert (seen["idle_poll"]["http"], seen["idle_poll"]["body"]["error_code"]) == (408, 408)
    assert seen["wrong_token"]["body"]["error_code"] == 401
    assert seen["again_first"][0]["body"]["result"]["message"]["text"] == "again"
    assert (seen["again_later"], len(seen["offline"]), len(seen["kind_album"])) == ([], 1, 3)
    assert seen["kind_group"][0]["body"]["result"]["message"]["chat"] == {"id": "g1", "chat_type": "GROUP"}
    assert seen["chat"] == PERSON
    lengths = {name: each["body"]["ok"] for name, each in seen.items() if name.startswith("length_")}
    assert lengths == {
        "length_2000": True,
        "length_2001": False,
        "length_1000_emoji": True,
        "length_1001_emoji": False,
        "length_2000_emoji": False,
    }
    assert seen["lengths_seen"] == {"person": "thấy đủ"}
    assert seen["photo_url"]["gets"] == 3
    assert [each["body"] for each in seen["webhook_set"]["probe"]] == [""]
    (heard,) = seen["called_well_heard"]
    assert (heard["secret"], "called_well" in heard["body"]) == ("right", True)
    assert len(seen["called_500_heard"]) == len(seen["called_slow_heard"]) == 1
    assert seen["poll_under_webhook"]["body"]["error_code"] == 400
    assert seen["unknown_chat"]["body"]["error_code"] == 400
    told = json.dumps(seen, ensure_ascii=False)
    assert zalo.token.partition(":")[2] not in told
    assert SECRET not in told


async def test_every_step_may_be_skipped(zalo: FakeZalo) -> None:
    """Then nothing at all is asked of the platform; that it cannot call this machine is told."""
    person = Person(zalo, skips=True)
    await Check(Api(zalo.token, zalo.url), person.ask, lambda *_: None).run()
    assert await zalo.calls() == []
    assert "uncalled" in person.asked
    assert "called" not in person.asked


async def test_a_platform_that_is_away_is_noted() -> None:
    """Nothing is raised: that it was away is what was seen."""
    api = Api("1:a", "http://127.0.0.1:9")
    await api.client.open()
    seen = (await api.ask("getMe")).as_json()
    await api.client.close()
    assert (seen["http"], seen["body"].partition(":")[0]) == (0, "NotSent")


def test_on_the_command_line(tmp_path: Path, zalo_process: Any) -> None:
    """Without a token it says so; all skipped it ends well and leaves a file for its owner alone; then --push."""
    none = command(tmp_path, "zalo-check")
    assert (none.returncode, "ZALO_BOT_TOKEN" in none.stderr) == (1, True)
    settings = {"ZALO_BOT_TOKEN": FakeZalo.token, "ZALO_API_URL": zalo_process.url}
    early = command(tmp_path, "zalo-check", "--push", **settings)
    assert (early.returncode, "Chưa biết nhắn cho ai" in early.stderr) == (1, True)
    done = command(tmp_path, "zalo-check", said="b\n" * 30, **settings)
    assert done.returncode == 0, done.stderr
    (kept,) = tmp_path.glob("zalo-check-*.jsonl")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert str(kept) in done.stdout
    with kept.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"step": "chat", "seen": PERSON}) + "\n")
    pushed = command(tmp_path, "zalo-check", "--push", said="có nhận được\n", **settings)
    assert pushed.returncode == 0, pushed.stderr
    newest = max(tmp_path.glob("zalo-check-*.jsonl")).read_text(encoding="utf-8")
    assert [json.loads(line)["step"] for line in newest.splitlines()] == ["push", "push"]
    assert FakeZalo.token.partition(":")[2] not in done.stdout + pushed.stdout + newest
