"""The program itself on Zalo: `main.py run` with a token, polling and called, people who write, pictures, files."""

import hashlib
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import faults
from tests.bench import organisation
from tests.fake_zalo import OTHER_TOKEN, TOKEN
from tests.running import Program, running
from tests.zalo_server import FakeZalo

BOT = ("zalo", f"ZALO_BOT_TOKEN:{TOKEN.partition(':')[0]}")
PUBLIC, SECRET = "https://chibo.example", "mat-khau-cua-webhook"
OFFICE, SECRETARY, OTHER, STRANGER = 77, organisation.SECRETARIES + 1, organisation.SECRETARIES + 2, "la"
JPEG = b"\xff\xd8\xff\xe0" + bytes(200)
PATIENCE = 120.0  # seconds for one answer on a busy machine: a file is made in a process of its own


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """Return an installation of two branches and an office on Zalo."""
    made = tmp_path / "data"
    await faults.install(made, organisation.Size(2), drill=False, bot=BOT)
    await faults.add_office(made, OFFICE, "zalo")
    return made


def settings(zalo: FakeZalo, **more: str) -> dict[str, str]:
    """Return what makes a program use the fake."""
    return {"ZALO_BOT_TOKEN": TOKEN, "ZALO_API_URL": zalo.url, **more}


def free_port() -> int:
    """Return a port that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


async def called(zalo: FakeZalo, port: int) -> dict[str, str]:
    """Return the settings of a program that Zalo calls, and tell the fake where the public address really lies."""
    await zalo.call("set_facts", to=f"http://127.0.0.1:{port}")
    return settings(zalo, PORT=str(port), PUBLIC_URL=PUBLIC, ZALO_WEBHOOK_SECRET=SECRET)


async def webhook_set(zalo: FakeZalo) -> str:
    """Wait until the bot is called; return the address."""

    async def is_set() -> bool:
        found = await zalo.call("look")
        return bool(found["webhook"]) and 200 in found["probed"]

    await faults.until(is_set)
    return str((await zalo.call("look"))["webhook"])


async def walk(zalo: FakeZalo, person: int) -> None:
    """Hand a report in, from the command to the receipt, without one button."""
    await zalo.call("walk", people=[str(person)], steps=typed(), at_once=1)
    await zalo.wait(str(person), faults.RECEIPT, faults.PATIENCE)


def typed() -> list[list[str]]:
    """Return the steps of the report with what a button says typed out."""
    return [[words, then] for _, words, then in faults.steps()]


@pytest.mark.parametrize("poll_mode", ["consume_once", "replay"])
async def test_a_report_by_polling(zalo: FakeZalo, folder: Path, poll_mode: str) -> None:
    """Everything a person says once is heard once, also where updates come again; the report is there word for word."""
    await zalo.switch(poll_mode=poll_mode)
    with running(folder, "run", **settings(zalo)) as program:
        assert "Zalo: bot.MauThu" in program.wait()
        await walk(zalo, SECRETARY)
        assert program.stop() == 0
    assert [each["code"] for each in await zalo.calls("sendMessage")].count(0) == len(await zalo.said(str(SECRETARY)))
    assert await zalo.calls("setWebhook") == []
    assert str(SECRETARY) in (await zalo.call("look"))["typing"]
    assert faults.look(folder, "select count(*) from revision") == [(1,)]
    assert len(await zalo.said(str(SECRETARY))) == len(set(await zalo.said(str(SECRETARY))))


@pytest.mark.exercises("wrong secret", "empty probe")
@pytest.mark.parametrize("webhook_shape", ["flat", "wrapped"])
async def test_a_report_by_webhook(zalo: FakeZalo, folder: Path, webhook_shape: str) -> None:
    """Called flat or wrapped; a duplicate changes nothing; what has a wrong secret is refused and not stored."""
    await zalo.switch(webhook_shape=webhook_shape)
    port = free_port()
    with running(folder, "run", **await called(zalo, port)) as program:
        address = await webhook_set(zalo)
        assert address.startswith(f"{PUBLIC}/zalo/")
        assert hashlib.sha256(TOKEN.encode()).hexdigest().startswith(address.rpartition("/")[2])
        await walk(zalo, SECRETARY)
        await _strangers(zalo, folder, port, address)
        assert program.stop() == 0
        assert SECRET not in program.said
    assert await zalo.calls("getUpdates") == []
    assert (await zalo.call("look"))["secret"] == SECRET


async def _strangers(zalo: FakeZalo, folder: Path, port: int, address: str) -> None:
    kept = faults.look(folder, "select count(*) from inbox")
    event = {"event_name": "message.text.received", "message": {"message_id": "x", "chat": {"id": str(SECRETARY)}}}
    for secret in ("", "sai", SECRET + "x"):
        assert await zalo.call("post", update=event, secret=secret) == 401
    assert await zalo.call("probe") == 200
    assert await zalo.call("probe", method="GET") == 200
    host = {"Host": "chibo.example", "X-Bot-Api-Secret-Token": SECRET}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, headers=host) as client:
        place = address.removeprefix(PUBLIC)
        for body in (b"{", b'"x"', b'{"ok":true,"result":null}', "[" * 5000, b"\xff\xfe"):
            assert (await client.post(place, content=body)).status_code == 200
        assert (await client.post(place, content=bytes(2 << 20))).status_code == 413
        assert (await client.post("/zalo/khac", json=event)).status_code == 404
        assert (await client.post("/enter", json={"code": "1"})).status_code == 403
    assert faults.look(folder, "select count(*) from inbox") == kept
    twice = {
        "message_id": "y",
        "from": {"id": STRANGER},
        "chat": {"id": STRANGER, "chat_type": "PRIVATE"},
        "text": "ai",
    }
    for _ in range(2):
        assert await zalo.call("post", update={"event_name": "message.text.received", "message": twice}) == 200
    assert faults.look(folder, "select count(*) from inbox where account = ?", STRANGER) == [(1,)]


@pytest.mark.parametrize("verification", ["probed", "ok", "failed", "absent"])
async def test_what_the_platform_says_of_the_webhook(zalo: FakeZalo, folder: Path, verification: str) -> None:
    """Told in the log; it is tried again where it failed, for it is kept all the same."""
    await zalo.switch(verification=verification)
    port = free_port()
    with running(folder, "run", **await called(zalo, port)) as program:
        await webhook_set(zalo)
        verified = {"probed": "True", "ok": "True", "failed": "False", "absent": "None"}[verification]
        program.wait(f"verified={verified}")
        if verification == "failed":
            program.wait("zalo does not reach the webhook")
            async with httpx.AsyncClient(trust_env=False) as client:
                told = (await client.get(f"http://127.0.0.1:{port}/health")).json()
            assert [each["deaf_kind"] for each in told["bots"].values() if each["channel"] == "zalo"] == ["NotVerified"]
        await zalo.say(str(SECRETARY), "/trogiup")
        await zalo.wait(str(SECRETARY), "", PATIENCE)


async def test_no_secret_or_no_public_address_polls(zalo: FakeZalo, folder: Path) -> None:
    """A webhook of before is taken away: polling does not work beside one."""
    await zalo.call("set_facts", webhook="https://truoc.example/zalo")
    with running(folder, "run", **settings(zalo, ZALO_WEBHOOK_SECRET=SECRET)):
        await zalo.say(str(SECRETARY), "mất rồi")  # to the address of before

        async def polls() -> bool:
            return bool(await zalo.calls("getUpdates"))

        await faults.until(polls)
        await zalo.say(str(SECRETARY), "/trogiup")
        await zalo.wait(str(SECRETARY), "", PATIENCE)


async def test_what_cannot_be_read_is_answered_politely(zalo: FakeZalo, folder: Path) -> None:
    """A sticker, a voice note, what is not supported; a group hears one line a day; bots and unknown kinds nothing."""
    with running(folder, "run", **settings(zalo)) as program:
        for name, content, words in (
            ("message.sticker.received", {"sticker": "1"}, "Cảm ơn đồng chí"),
            ("message.voice.received", {"voice_url": "https://x.zdn.vn/1.aac"}, "chưa nghe được tin thoại"),
            ("message.unsupported.received", {}, "Trên Zalo không nhận được tệp"),
        ):
            await zalo.call("event", person=str(SECRETARY), name=name, content=content)
            await zalo.wait(str(SECRETARY), words, PATIENCE)
        await zalo.call("event", person=str(SECRETARY), name="message.reaction.received", content={})
        await zalo.call("push", update={"event_name": "message.unsupported.received"})
        await zalo.say(STRANGER, "tôi là máy", bot=True)
        for text in ("@Bot ơi", "@Bot đâu"):
            await zalo.say(str(SECRETARY), text, group="nhom")
        await zalo.wait("nhom", "không nhắn trong nhóm", PATIENCE)
        await zalo.say(str(SECRETARY), "/trogiup")
        await faults.until(lambda: _count(zalo, str(SECRETARY), 4))
        assert program.stop() == 0
        assert "an event of an unknown kind" in program.said
    assert len(await zalo.chat("nhom")) == 1
    assert await zalo.said(STRANGER) == []


async def _count(zalo: FakeZalo, person: str, count: int) -> bool:
    return len(await zalo.said(person)) >= count


@pytest.mark.parametrize("photo_field", ["photo_url", "photo"])
async def test_a_picture_is_kept(zalo: FakeZalo, folder: Path, photo_field: str) -> None:
    """Downloaded at once and laid among the files; the address itself is of no use later."""
    await zalo.switch(photo_field=photo_field)
    with running(folder, "run", **settings(zalo)):
        await zalo.send_photo(str(SECRETARY), JPEG, "bản báo cáo giấy của chi bộ")
        await zalo.wait(str(SECRETARY), "", PATIENCE)

        async def laid() -> bool:
            return any(each.read_bytes() == JPEG for each in (folder / "files").glob("*") if each.is_file())

        await faults.until(laid)


async def test_two_bots_side_by_side(zalo: FakeZalo, folder: Path) -> None:
    """Each token has its own row, and who wrote to one is answered there."""
    with running(folder, "run", **settings(zalo, ZALO_BOT_TOKEN=f"{TOKEN}, {OTHER_TOKEN}")) as program:
        assert program.wait().count("bot.MauThu") == 2
        await zalo.say(STRANGER, "chào", token=OTHER_TOKEN)
        await faults.until(lambda: _answered(zalo))
    rows = faults.look(folder, "select setting, username from bot where channel = 'zalo' order by setting")
    assert rows == [(f"ZALO_BOT_TOKEN:{each.partition(':')[0]}", "bot.MauThu") for each in (TOKEN, OTHER_TOKEN)]
    assert await zalo.said(STRANGER) == []


async def _answered(zalo: FakeZalo) -> bool:
    return any(line["by"] == "bot" for line in await zalo.chat(STRANGER, token=OTHER_TOKEN))


async def test_files_go_by_a_link_of_ones_own(zalo: FakeZalo, folder: Path) -> None:
    """The summary's picture by a public address that may be fetched several times, a table by the person's own link."""
    port = free_port()
    with running(folder, "run", **await called(zalo, port)) as program:
        await webhook_set(zalo)
        await zalo.say(str(OFFICE), "/summary")
        picture = await _picture(zalo)
        assert (picture["gets"], bytes.fromhex(picture["content"])[:4]) == (3, b"\x89PNG")
        await zalo.say(str(OFFICE), "Tải Excel")
        said = await zalo.wait(str(OFFICE), f"{PUBLIC}/tep/", PATIENCE)
        link = next(line for line in said["text"].split("\n") if line.startswith(PUBLIC))
        await _fetched(port, link, folder)
        assert program.stop() == 0


async def _picture(zalo: FakeZalo) -> dict[str, Any]:
    async def shown() -> bool:
        return any(line["kind"] == "photo" for line in await zalo.chat(str(OFFICE)))

    await faults.until(shown)
    return next(line for line in await zalo.chat(str(OFFICE)) if line["kind"] == "photo")


async def _fetched(port: int, link: str, folder: Path) -> None:
    place = link.removeprefix(PUBLIC)
    headers = {"Host": "chibo.example"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, headers=headers) as client:
        for _ in range(2):
            answer = await client.get(place)
            assert answer.status_code == 200
            assert answer.content[:2] == b"PK"
            assert "attachment" in answer.headers["content-disposition"]
            assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
        start, sealed, name = place.rsplit("/", 2)
        forged = sealed[:10] + ("A" if sealed[10] != "A" else "B") + sealed[11:]
        for other in (forged, "x", "", sealed[:-4]):
            _is_said_politely(await client.get(f"{start}/{other}/{name}"))
        _is_said_politely(await client.get(f"{start}/{sealed[:40]}"))
        looked = await client.head(place)
        assert (looked.status_code, looked.content, looked.headers["cache-control"]) == (200, b"", "no-store")
        faults.change(folder, "update account set person_id = null where external_id = ?", str(OFFICE))
        _is_said_politely(await client.get(place))


def _is_said_politely(answer: httpx.Response) -> None:
    """People read a page in their language, and nothing of what the address hid."""
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Liên kết này không mở được" in answer.text
    assert "noindex" in answer.headers["x-robots-tag"]


async def test_without_a_public_address_words_take_the_place(zalo: FakeZalo, folder: Path) -> None:
    """No picture and no link: the board comes as lines of text, and where to open a file is said."""
    with running(folder, "run", **settings(zalo)) as program:
        await zalo.say(str(OFFICE), "/summary")
        board = (await zalo.wait(str(OFFICE), "Bảng tiến độ", PATIENCE))["text"].split("\n")
        assert [line.partition(":")[0] for line in board[1:]] == ["- Mẫu 1", "- Mẫu 2"]
        await zalo.say(str(OFFICE), "Tải Excel")
        await zalo.wait(str(OFFICE), "đồng chí mở trên máy tính.", PATIENCE)
        assert program.stop() == 0
    assert await zalo.calls("sendPhoto") == []


async def test_a_token_that_is_refused_and_a_platform_away(zalo: FakeZalo, folder: Path) -> None:
    """It is said at the start, the page is served, and no token is in any line."""
    for wrong in (settings(zalo, ZALO_BOT_TOKEN=f"{TOKEN}x"), settings(zalo, ZALO_API_URL="http://127.0.0.1:9")):
        program = Program(folder, "run", **wrong)
        program.wait("Zalo chưa trả lời")
        program.wait("zalo cannot be heard")
        assert program.stop() == 0
        assert TOKEN.partition(":")[2] not in program.said
