"""The local page over real HTTP: who is let in, what is refused, what a page is given."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.web import sessions, uploads
from bot.web.app import typed_code
from bot.web.guard import Limit
from bot.web.sessions import Sessions, TooMany
from messages.reading.uploads import LARGEST
from messages.types import Heard, Outgoing, OutgoingFile
from models.local_session import LocalSession
from tests.web_desk import START, Desk, browser_of, open_desk

PNG = b"\x89PNG\r\n\x1a\n picture"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Return the page as `run` serves it."""
    async with open_desk(tmp_path) as made:
        yield made


@pytest.fixture
async def drill(tmp_path: Path) -> AsyncIterator[Desk]:
    """Return the page as `demo` serves it."""
    async with open_desk(tmp_path, demo=True) as made:
        yield made


@pytest.fixture
async def browser(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    """Return a browser that entered with a code."""
    async with browser_of(desk) as client:
        assert (await client.post("/enter", json={"code": "48 21 73 90"})).status_code == 200
        yield client


@pytest.fixture
async def visitor(drill: Desk) -> AsyncIterator[httpx.AsyncClient]:
    """Return a browser on the demo."""
    async with browser_of(drill) as client:
        yield client


async def messages(client: httpx.AsyncClient, base: str = "/api", after: int = 0, wait: int = 0) -> dict[str, Any]:
    """Ask for news as a page does."""
    answer = await client.get(f"{base}/messages", params={"after": after, "wait": wait})
    assert answer.status_code == 200
    return answer.json()


async def post(client: httpx.AsyncClient, url: str, **body: Any) -> httpx.Response:
    """Send an act with a name of its own."""
    return await client.post(url, json={"id": "client-0001", **body})


async def test_a_code_opens_a_phone(desk: Desk, browser: httpx.AsyncClient) -> None:
    """The code is passed on as the account's first message, and the phone does not keep it."""
    (heard,) = desk.heard
    assert (heard.kind, heard.text) == (Heard.TEXT, "/start 48 21 73 90")
    assert heard.account.startswith("web-")
    said, answer = sorted((await messages(browser))["messages"], key=lambda message: int(message["id"]))
    assert (said["mine"], said["text"]) == (True, "/start ••••")
    assert (answer["mine"], answer["day"], answer["time"]) == (False, "Thứ Hai 20/5/2024", "07:58")
    page = await browser.get("/")
    assert 'data-testid="phone-1"' in page.text
    assert "Văn phòng Đảng ủy Sở" in page.text


async def test_the_cookie_is_strict(desk: Desk, tmp_path: Path) -> None:
    """Scripts and other sites never get it; with https it is bound to this host."""
    async with browser_of(desk) as client:
        cookie = (await client.post("/enter", json={"code": "1"})).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "max-age=7776000" in cookie
    assert "secure" not in cookie
    (tmp_path / "other").mkdir()
    async with open_desk(tmp_path / "other", secure=True) as safe, browser_of(safe) as client:
        cookie = (await client.post("/enter", json={"code": "1"})).headers["set-cookie"]
    assert cookie.startswith("__Host-phone=")
    assert "; Secure" in cookie


async def test_only_a_hash_is_stored(desk: Desk, browser: httpx.AsyncClient) -> None:
    """Who reads the database cannot open a phone with it."""
    key = browser.cookies["phone"]

    async def stored(session: AsyncSession) -> str:
        return (await session.scalars(select(LocalSession.key_hash))).one()

    digest = await desk.database.read(stored)
    assert len(digest) == 64
    assert key not in digest


async def test_leaving_revokes(desk: Desk, browser: httpx.AsyncClient) -> None:
    """After leaving, the old cookie opens nothing and the assistant knows that nobody reads here."""
    key = browser.cookies["phone"]
    assert (await browser.post("/leave", json={})).status_code == 200
    assert desk.heard[-1].kind is Heard.BLOCKED
    answer = await browser.get("/api/messages", headers={"Cookie": f"phone={key}"})
    assert (answer.status_code, answer.json()) == (401, {"error": "signed_out"})
    assert 'data-testid="login"' in (await browser.get("/")).text


async def test_a_session_ends_and_is_renewed(desk: Desk, browser: httpx.AsyncClient) -> None:
    """Ninety days without a visit end it; a visit after a month prolongs it."""

    async def ends_in(days: int) -> None:
        async def change(session: AsyncSession) -> None:
            ends = desk.clock.machine() + timedelta(days=days)
            await session.execute(update(LocalSession).values(expires_at=ends))

        await desk.database.write(change)

    assert "set-cookie" not in (await browser.get("/")).headers
    await ends_in(20)
    assert "max-age=7776000" in (await browser.get("/")).headers["set-cookie"].lower()
    await ends_in(-1)
    assert (await browser.get("/api/messages")).status_code == 401


@pytest.mark.parametrize("path", ["/api/messages", "/api/commands", "/files/1", "/api/files/1"])
async def test_a_stranger_sees_nothing(desk: Desk, path: str) -> None:
    """Without a session every request for content is 401, whatever cookie comes with it."""
    async with browser_of(desk) as client:
        assert (await client.get(path)).status_code == 401
        assert (await client.get(path, headers={"Cookie": "phone=guessed"})).status_code == 401


@pytest.mark.parametrize("path", ["/api/say", "/api/press", "/api/edit", "/api/upload"])
async def test_a_stranger_says_nothing(desk: Desk, path: str) -> None:
    """Nothing is stored for who has no session."""
    async with browser_of(desk) as client:
        assert (await client.post(path, json={"id": "client-0001", "text": "x"})).status_code == 401
    assert not desk.heard


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[::1"])
async def test_foreign_hosts_are_refused(desk: Desk, browser: httpx.AsyncClient, host: str) -> None:
    """A name that leads here by DNS rebinding gets nothing."""
    answer = await browser.get("/api/messages", headers={"Host": host})
    assert answer.status_code == 400


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://127.0.0.1:1", "http://localhost"])
@pytest.mark.parametrize("path", ["/api/say", "/enter", "/leave"])
async def test_foreign_origins_are_refused(desk: Desk, browser: httpx.AsyncClient, origin: str, path: str) -> None:
    """A POST that does not come from this page changes nothing, even with the cookie."""
    heard = len(desk.heard)
    answer = await browser.post(path, json={"id": "client-0001", "text": "x"}, headers={"Origin": origin})
    assert (answer.status_code, answer.json()) == (403, {"error": "origin"})
    assert len(desk.heard) == heard


async def test_every_answer_is_guarded(desk: Desk, browser: httpx.AsyncClient) -> None:
    """Pages, scripts, answers and errors carry the policy; no page has a script or style of its own in it."""
    for path in ("/", "/static/phone.js", "/api/messages", "/nothing"):
        headers = (await browser.get(path)).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_pages_are_self_contained() -> None:
    """No page, style or script names another host; nothing is written as HTML from a string."""
    folder = Path(uploads.__file__).parent
    for path in [*folder.glob("pages/*.html"), *folder.glob("static/*")]:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "://" not in text.replace(r"https:\/\/", ""), path
        assert "innerHTML" not in text, path
        assert " style=" not in text, path
        assert "<script>" not in text, path


async def test_run_has_nothing_of_the_demo(desk: Desk, browser: httpx.AsyncClient) -> None:
    """Personas and clock exist only in a demo: their routes are absent, session or not."""
    account = desk.heard[0].account
    for path in ("/demo", "/demo/people", "/demo/clock", f"/demo/api/{account}/messages"):
        assert (await browser.get(path)).status_code == 404
    for path in ("/demo/advance", "/demo/move", "/demo/restart", f"/demo/api/{account}/say"):
        assert (await post(browser, path, text="x")).status_code == 404
    assert (await browser.get("/static/demo.js")).status_code == 200, "a script alone does nothing"


async def test_the_demo_has_no_login(visitor: httpx.AsyncClient) -> None:
    """A demo is open and leads to its phones; the routes of `run` are absent."""
    answer = await visitor.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/demo")
    for path in ("/api/messages", "/files/1"):
        assert (await visitor.get(path)).status_code == 404
    assert (await visitor.post("/enter", json={"code": "1"})).status_code == 404


async def test_saying(desk: Desk, browser: httpx.AsyncClient) -> None:
    """A text is heard once however often the page sends it, and its bubble comes with the answer."""
    for _ in range(2):
        answer = await post(browser, "/api/say", text="  Cha\u0300o đồng chí ")
        assert answer.json()["message"]["client"] == "client-0001"
    assert [heard.text for heard in desk.heard[1:]] == ["Chào đồng chí"]
    texts = [message["text"] for message in (await messages(browser))["messages"]]
    assert texts.count("Chào đồng chí") == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"id": "client-0001", "text": " \n "}, 400, "empty"),
        ({"id": "client-0001", "text": "x" * 4097}, 400, "too_long"),
        ({"id": "client-0001", "text": "x" * 70_000}, 413, "too_long"),
        ({"id": "client-0001", "text": 7}, 400, "unreadable"),
        ({"id": "client-0001"}, 400, "unreadable"),
        ({"id": "../../x", "text": "x"}, 400, "unreadable"),
        ({"id": "client-0001", "text": "x", "account": "web-other"}, 400, "unreadable"),
        ([], 400, "unreadable"),
    ],
)
async def test_bad_texts(desk: Desk, browser: httpx.AsyncClient, body: Any, status: int, code: str) -> None:
    """What cannot be passed on is refused with a code the page has words for, and stores nothing."""
    answer = await browser.post("/api/say", json=body)
    assert (answer.status_code, answer.json()) == (status, {"error": code})
    assert len(desk.heard) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"id": "client-0001", "text": "\\ud800"}', b"[" * 9000])
async def test_broken_json(desk: Desk, browser: httpx.AsyncClient, body: bytes) -> None:
    """Broken JSON is a plain 400, never a trace."""
    answer = await browser.post("/api/say", content=body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}


async def test_pressing(desk: Desk, browser: httpx.AsyncClient) -> None:
    """A button is heard with its data and its message; another account's, or too much data, is refused."""
    account = desk.heard[0].account
    message = await desk.say(account, "Đúng chưa?", [("Đúng",)])
    foreign = await desk.say("web-other", "Đúng chưa?", [("Đúng",)])
    assert (await post(browser, "/api/press", message=message, data="Sửa số")).json() == {"message": None}
    assert (desk.heard[-1].kind, desk.heard[-1].data, desk.heard[-1].message_id) == (Heard.CHOICE, "Sửa số", message)
    assert (await post(browser, "/api/press", message=foreign, data="Đúng")).status_code == 404
    assert (await post(browser, "/api/press", message=message, data="ộ" * 30)).status_code == 400
    assert (await post(browser, "/api/press", message=message, data="")).status_code == 400
    assert len(desk.heard) == 2


async def test_changing_ones_words(desk: Desk, browser: httpx.AsyncClient) -> None:
    """An edit is heard as such and answers with the bubble in a higher version."""
    said = (await post(browser, "/api/say", text="24/26 đảng viên")).json()["message"]
    body = {"id": "client-0002", "message": said["id"], "text": "25/26 đảng viên"}
    changed = (await browser.post("/api/edit", json=body)).json()["message"]
    assert (desk.heard[-1].kind, desk.heard[-1].message_id) == (Heard.EDITED, said["id"])
    assert changed["text"] == "25/26 đảng viên"
    assert changed["version"] > said["version"]


async def test_the_long_poll(desk: Desk, browser: httpx.AsyncClient) -> None:
    """A page waits until something new is there and then gets that alone, with the version to ask from next."""
    first = await messages(browser)
    waiting = asyncio.create_task(messages(browser, after=first["version"], wait=20))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await desk.say(desk.heard[0].account, "Có tin mới.")
    news = await asyncio.wait_for(waiting, 5)
    assert [message["text"] for message in news["messages"]] == ["Có tin mới."]
    assert news["version"] > first["version"]
    assert news["epoch"] == first["epoch"]


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "9" * 30, "²"])
async def test_a_bad_cursor(browser: httpx.AsyncClient, after: str) -> None:
    """A cursor that is no version is a 400."""
    assert (await browser.get("/api/messages", params={"after": after})).status_code == 400


async def test_the_command_menu(browser: httpx.AsyncClient) -> None:
    """What `commands` returns for the account is what the menu lists."""
    listed = (await browser.get("/api/commands")).json()["commands"]
    assert listed[0] == {"name": "/baocao", "description": "báo cáo của chi bộ"}


async def upload(client: httpx.AsyncClient, content: bytes, name: str = "ảnh.png", **fields: str) -> httpx.Response:
    """Send a file as the page does."""
    data = {"id": "client-0001", "text": "", "reply_to": "", "album": "", **fields}
    return await client.post("/api/upload", data=data, files={"file": (name, content)}, timeout=60)


async def test_uploading(desk: Desk, browser: httpx.AsyncClient) -> None:
    """A file is heard with its caption, can be fetched, and is shown to the person who sent it."""
    message = (await upload(browser, PNG, text="bản báo cáo")).json()["message"]
    heard = desk.heard[-1]
    assert (heard.kind, heard.text, heard.upload.name, heard.upload.size) == (
        Heard.FILE,
        "bản báo cáo",
        "ảnh.png",
        len(PNG),
    )
    assert await desk.channel.fetch(heard.upload.file_id) == PNG
    assert message["file"] == {"name": "ảnh.png", "kind": "photo"}
    assert (await browser.get(f"/files/{message['id']}")).content == PNG


async def test_a_file_too_large(desk: Desk, browser: httpx.AsyncClient, tmp_path: Path) -> None:
    """Over 20 MB is a clear 413, whether little or much over; at the limit it is taken, as by the gate for files."""
    for size in (LARGEST + 1, LARGEST + 2**21):
        answer = await upload(browser, b"x" * size)
        assert (answer.status_code, answer.json()) == (413, {"error": "too_large"})
    assert not list((tmp_path / "uploads").glob("*"))
    assert (await upload(browser, b"x" * LARGEST)).status_code == 200
    assert desk.heard[-1].upload.size == LARGEST
    script = (Path(uploads.__file__).parent / "static" / "composer.js").read_text(encoding="utf-8")
    assert f"const LARGEST = {LARGEST:_};" in script


async def test_bad_uploads(desk: Desk, browser: httpx.AsyncClient) -> None:
    """No file, two files, no form, a broken form: 400 each, nothing heard."""
    two = [("file", ("a.png", PNG)), ("file", ("b.png", PNG))]
    answers = [
        await browser.post("/api/upload", data={"id": "client-0001"}, files={"other": ("a.png", PNG)}),
        await browser.post("/api/upload", data={"id": "client-0001"}, files=two),
        await browser.post("/api/upload", json={"id": "client-0001"}),
        await browser.post("/api/upload", content=b"--x", headers={"Content-Type": "multipart/form-data"}),
        await browser.post(
            "/api/upload", content=b"garbage", headers={"Content-Type": "multipart/form-data; boundary=x"}
        ),
        await upload(browser, PNG, id="bad id"),
    ]
    assert [answer.status_code for answer in answers] == [400] * len(answers)
    assert len(desk.heard) == 1


@pytest.mark.parametrize(
    ("content", "name", "media", "disposition"),
    [
        (PNG, "tổng hợp.png", "image/png", "inline"),
        (b"<script>alert(1)</script>", "x.html", "application/octet-stream", "attachment"),
        (b"<svg onload='alert(1)'/>", "x.png", "application/octet-stream", "attachment"),
        (b"PK\x03\x04", 'Báo "cáo"\r\nX: 1.docx', "application/octet-stream", "attachment"),
    ],
)
async def test_serving_files(
    desk: Desk, browser: httpx.AsyncClient, tmp_path: Path, content: bytes, name: str, media: str, disposition: str
) -> None:
    """The assistant's file goes to its account alone; only what is a picture by content is shown in the page."""
    path = tmp_path / "file"
    path.write_bytes(content)
    file = OutgoingFile(str(path), name, "document")
    mine = await desk.channel.send(Outgoing("f1", desk.heard[0].account, "", file=file))
    foreign = await desk.channel.send(Outgoing("f2", "web-other", "", file=file))
    answer = await browser.get(f"/files/{mine}")
    assert answer.content == content
    assert answer.headers["content-type"] == media
    assert answer.headers["content-disposition"].startswith(disposition)
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "x" not in answer.headers
    assert (await browser.get(f"/files/{foreign}")).status_code == 404
    path.unlink()
    assert (await browser.get(f"/files/{mine}")).json() == {"error": "not_found"}


async def test_too_many_codes(desk: Desk) -> None:
    """One client that keeps trying codes is stopped, with words."""
    async with browser_of(desk) as client:
        answers = [await client.post("/enter", json={"code": str(i)}) for i in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert answers[-1].json() == {"error": "too_often"}


async def test_too_many_codes_over_all_processes(desk: Desk) -> None:
    """Who is sent from one process to the next is let try no more often; what is kept does not say who it was."""
    first, second = (Sessions(desk.database, desk.clock, b"key") for _ in range(2))
    for _ in range(sessions.OPENED // 2):
        await first.open("198.51.100.7")
        await second.open("198.51.100.7")
    for each in (first, second):
        with pytest.raises(TooMany):
            await each.open("198.51.100.7")
        await each.open("198.51.100.8")
    kept = await desk.database.read(lambda session: session.scalars(select(LocalSession.came_from).distinct()))
    assert sorted(map(len, kept.all())) == [64, 64]
    old = update(LocalSession).values(started_at=desk.clock.machine() - sessions.WITHIN)
    await desk.database.write(lambda session: session.execute(old))
    await second.open("198.51.100.7")


async def test_no_code(desk: Desk) -> None:
    """Nothing typed opens nothing."""
    async with browser_of(desk) as client:
        assert (await client.post("/enter", json={"code": " "})).json() == {"error": "empty"}
        assert (await client.post("/enter", json={"code": "1" * 201})).status_code == 400
    assert not desk.heard


async def test_a_link_brings_its_code(desk: Desk) -> None:
    """?start= fills the field; what it holds is escaped."""
    async with browser_of(desk) as client:
        page = (await client.get("/", params={"start": '"><script>1</script>'})).text
    assert "<script>1" not in page
    assert "&lt;script&gt;1" in page


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("48 21 73 90", "48 21 73 90"),
        (" /start  ABC_d-1\n", "ABC_d-1"),
        ("https://t.me/some_bot?start=ABC_d-1", "ABC_d-1"),
        ("https://tro-ly.example/?start=ABC", "ABC"),
        ("/start", ""),
        ("https://tro-ly.example/", "https://tro-ly.example/"),
    ],
)
def test_codes_are_found(typed: str, code: str) -> None:
    """People paste a code, a command or a whole link."""
    assert typed_code(typed) == code


def test_a_limit_forgets() -> None:
    """What was counted too long ago counts no more, and names do not pile up for ever."""
    now = 0.0
    limit = Limit(2, 10, lambda: now)
    assert [limit.allows("a") for _ in range(3)] == [True, True, False]
    now = 11.0
    assert limit.allows("a")
    for i in range(20_000):
        now += 11
        limit.allows(str(i))
    assert len(limit._seen) <= 10_001


async def test_errors_tell_nothing(desk: Desk, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of ours is a code; the trace is not for the page."""

    async def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(desk.channel, "newer", broken)
    answer = await browser.get("/api/messages")
    assert (answer.status_code, answer.json()) == (500, {"error": "server"})
    assert (await browser.get("/nothing")).json() == {"error": "http_404"}
    assert (await browser.get("/api/say")).json() == {"error": "http_405"}


async def test_the_demo_page(visitor: httpx.AsyncClient) -> None:
    """Three phones, the clock, the mark of a drill."""
    page = (await visitor.get("/demo")).text
    assert "BUỔI DIỄN TẬP – dữ liệu mẫu" in page
    assert [f'data-testid="phone-{i}"' in page for i in (1, 2, 3, 4)] == [True, True, True, False]
    people = (await visitor.get("/demo/people")).json()["people"]
    assert people[1] == {
        "account": "secretary",
        "name": "Nguyễn Văn A",
        "title": "Bí thư Chi bộ Bảo tàng",
        "group": "secretary",
        "zalo": False,
    }


async def test_a_persona_speaks(drill: Desk, visitor: httpx.AsyncClient) -> None:
    """A listed person's phone works by its account; nobody else's can be taken."""
    assert (await post(visitor, "/demo/api/secretary/say", text="Chào")).status_code == 200
    assert drill.heard[0].account == "secretary"
    assert len((await messages(visitor, "/demo/api/secretary"))["messages"]) == 2
    assert (await visitor.get("/demo/api/stranger/messages")).status_code == 404
    assert (await post(visitor, "/demo/api/stranger/say", text="Chào")).status_code == 404


async def test_the_clock_moves(drill: Desk, visitor: httpx.AsyncClient) -> None:
    """The page reads the drill's time in words and moves it to the next event, by a day, by a week."""
    clock = (await visitor.get("/demo/clock")).json()
    assert (clock["day"], clock["time"]) == ("Thứ Hai 20/5/2024", "07:58")
    assert clock["next"] == {"day": "thứ Hai 20/5", "time": "08:00", "what": "nhắc hạn, trích đoạn"}
    clock = (await visitor.post("/demo/advance", json={})).json()
    assert clock["time"] == "08:00"
    assert (await messages(visitor, "/demo/api/member"))["messages"][0]["time"] == "08:00"
    assert (await visitor.post("/demo/move", json={"days": 1})).json()["day"] == "Thứ Ba 21/5/2024"
    assert (await visitor.post("/demo/move", json={"days": 7})).json()["day"] == "Thứ Ba 28/5/2024"
    assert (await visitor.post("/demo/move", json={"days": 400})).status_code == 400
    assert len(drill.moves) == 3
    assert drill.clock.now() > START


async def test_beginning_anew(drill: Desk, visitor: httpx.AsyncClient) -> None:
    """After a restart a page is told by the epoch to forget what it shows, at once."""
    await drill.say("member", "cũ")
    before = await messages(visitor, "/demo/api/member")
    waiting = asyncio.create_task(messages(visitor, "/demo/api/member", before["version"], 20))
    await asyncio.sleep(0.1)
    assert (await visitor.post("/demo/restart", json={})).status_code == 200
    after = await asyncio.wait_for(waiting, 5)
    assert after["epoch"] != before["epoch"]
    await drill.say("member", "mới")
    assert [m["text"] for m in (await messages(visitor, "/demo/api/member"))["messages"]] == ["mới"]


@pytest.mark.parametrize("verb", ["advance", "move", "restart"])
async def test_a_link_moves_no_clock(drill: Desk, visitor: httpx.AsyncClient, verb: str) -> None:
    """What changes something is a POST: no link and no picture can cause it."""
    assert (await visitor.get(f"/demo/{verb}")).status_code == 405
    assert not drill.moves
