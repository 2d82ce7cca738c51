"""The local page in a real browser: what people see, click and type."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from messages import render
from messages.types import Heard, Outgoing
from tests.web_desk import EXCERPT, REMINDER, REMINDER_KEYS, Desk, open_desk

CHROMIUM = shutil.which("chromium")
ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(
        CHROMIUM is None and "REQUIRE_BROWSER" not in os.environ,
        reason="no chromium here: the page was not clicked through",
    ),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Run one browser for all."""
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield made
        await made.close()


class Looking:
    """Opens pages; each is a person's own browser."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    @asynccontextmanager
    async def __call__(self, desk: Desk, width: int = 1440, height: int = 900) -> AsyncIterator[Page]:
        """Open the page and, at the end, hold that no script failed and the policy was never broken."""
        context = await self.browser.new_context(viewport={"width": width, "height": height})
        page = await context.new_page()
        page.set_default_timeout(8000)
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if "Security Policy" in line.text else None)
        await page.goto(desk.url)
        yield page
        assert not complaints
        await context.close()


@pytest.fixture
def looking(browser: Browser) -> Looking:
    """Return what opens a page."""
    return Looking(browser)


@pytest_asyncio.fixture(loop_scope="module")
async def drill(tmp_path: Path) -> AsyncIterator[Desk]:
    """Return the page as `demo` serves it."""
    async with open_desk(tmp_path, demo=True) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Return the page as `run` serves it."""
    async with open_desk(tmp_path) as made:
        yield made


async def enter(page: Page) -> None:
    """Type the code."""
    await page.get_by_test_id("code").fill("48 21 73 90")
    await page.get_by_test_id("enter").click()
    await expect(page.get_by_test_id("message")).to_have_count(2)


def bubbles(phone: Locator | Page, text: str) -> Locator:
    """Return the messages whose words contain a text."""
    return phone.get_by_test_id("message").filter(has_text=text)


async def test_a_drill_is_clicked_through(drill: Desk, looking: Looking) -> None:
    """From a reminder to its reply, the read-back, the Word file, /summary with its picture and the copy."""
    async with looking(drill) as page:
        await expect(page.get_by_test_id("clock")).to_have_text("Thứ Hai 20/5/2024, 07:58")
        await page.get_by_test_id("advance").click()
        await expect(page.get_by_test_id("clock")).to_have_text("Thứ Hai 20/5/2024, 08:00")
        secretary = page.get_by_test_id("phone-2")
        reminder = bubbles(secretary, "nhắc đ/c Nguyễn Văn A")
        await expect(reminder.get_by_test_id("choice")).to_have_text(
            ["Báo cáo ngay", "Đang làm", "Đã gửi cách khác", "Xin gia hạn", "Khác"]
        )
        await reminder.get_by_test_id("message-text").click()
        await reminder.get_by_test_id("reply").click()
        await secretary.get_by_test_id("text").fill("ngày 13/5, 24/26 đảng viên, 05 quần chúng")
        await secretary.get_by_test_id("text").press("Enter")
        await bubbles(secretary, "Đúng chưa, thưa đồng chí?").get_by_role("button", name="Đúng", exact=True).click()
        await expect(bubbles(secretary, "Đã ghi.")).to_have_count(1)
        await expect(bubbles(secretary, "Đã ghi.").get_by_test_id("choice")).to_have_count(0)
        async with page.expect_download() as download:
            await secretary.get_by_test_id("document").click()
        assert (await download.value).suggested_filename == "Báo cáo Chi bộ Bảo tàng.docx"
        await expect(secretary.get_by_test_id("quote")).to_contain_text("Văn phòng Đảng ủy Sở nhắc")
        office = page.get_by_test_id("phone-1")
        await office.get_by_test_id("text").fill("/summary")
        await office.get_by_test_id("send").click()
        await office.get_by_test_id("photo").click()
        await expect(page.get_by_test_id("viewer")).to_be_visible()
        await page.keyboard.press("Escape")
        await office.get_by_role("button", name="Bản dán nhóm Zalo").click()
        await office.get_by_test_id("copy").click()
        await expect(office.get_by_test_id("toast")).to_have_text("Đã sao chép")
    assert [(heard.account, heard.kind, heard.reply_to) for heard in drill.heard] == [
        ("secretary", Heard.TEXT, "1"),
        ("secretary", Heard.CHOICE, ""),
        ("office", Heard.TEXT, ""),
        ("office", Heard.CHOICE, ""),
    ]


async def test_another_person_can_be_chosen(drill: Desk, looking: Looking) -> None:
    """A phone given to somebody else shows that person's messages alone, and back again."""
    await drill.say("secretary", "Cho Bảo tàng")
    await drill.say("secretary-2", "Cho Thư viện")
    async with looking(drill) as page:
        phone = page.get_by_test_id("phone-2")
        await expect(phone.get_by_test_id("message-text")).to_have_text(["Cho Bảo tàng"])
        await phone.get_by_test_id("picker").select_option("secretary-2")
        await expect(phone.get_by_test_id("message-text")).to_have_text(["Cho Thư viện"])
        await drill.say("secretary", "Cho Bảo tàng nữa")
        await drill.say("secretary-2", "Cho Thư viện nữa")
        await expect(phone.get_by_test_id("message-text")).to_have_text(["Cho Thư viện", "Cho Thư viện nữa"])
        await phone.get_by_test_id("picker").select_option("secretary")
        await expect(phone.get_by_test_id("message-text")).to_have_text(["Cho Bảo tàng", "Cho Bảo tàng nữa"])


async def test_a_drill_begins_anew(drill: Desk, looking: Looking) -> None:
    """After "Làm lại" the phones are empty, with no reload."""
    await drill.say("member", "cũ")
    async with looking(drill) as page:
        await expect(page.get_by_test_id("message")).to_have_count(1)
        await page.get_by_test_id("restart").click()
        await page.get_by_test_id("restart-confirm").click()
        await expect(page.get_by_test_id("message")).to_have_count(0)
        await drill.say("member", "mới")
        await expect(page.get_by_test_id("message-text")).to_have_text(["mới"])


async def test_joining_and_leaving(desk: Desk, looking: Looking) -> None:
    """One field, then the phone; leaving asks first and leads back to the field."""
    async with looking(desk, 390, 844) as page:
        await enter(page)
        await page.reload()
        await expect(page.get_by_test_id("message")).to_have_count(2)
        await page.get_by_test_id("more").click()
        await page.get_by_test_id("leave").click()
        await page.get_by_test_id("leave-confirm").click()
        await expect(page.get_by_test_id("code")).to_be_visible()
    assert desk.heard[-1].kind is Heard.BLOCKED


async def test_offline_and_back(desk: Desk, looking: Looking) -> None:
    """What is said without a connection waits, in order, arrives once, and nothing is missed meanwhile."""
    async with looking(desk) as page:
        await enter(page)
        await page.context.set_offline(True)
        for text in ("một", "hai"):
            await page.get_by_test_id("text").fill(text)
            await page.get_by_test_id("text").press("Enter")
        await expect(page.get_by_test_id("offline")).to_be_visible()
        await expect(page.locator(".pending")).to_have_count(2)
        await desk.say(desk.heard[0].account, "khi vắng")
        await page.get_by_test_id("retry").click()
        await page.context.set_offline(False)
        await expect(page.locator(".pending")).to_have_count(0)
        await expect(page.get_by_test_id("offline")).to_be_hidden()
        await expect(bubbles(page, "khi vắng")).to_have_count(1)
        await expect(bubbles(page, "Đã ghi: “hai”")).to_have_count(1)
        texts = await page.get_by_test_id("message-text").all_text_contents()
    assert [heard.text for heard in desk.heard[1:]] == ["một", "hai"]
    assert sorted(set(texts)) == sorted(texts)
    assert texts.index("một") < texts.index("hai")


async def test_unsent_words_outlive_a_reload(desk: Desk, looking: Looking) -> None:
    """A text that had not arrived is sent after the tab was loaded again."""
    async with looking(desk) as page:
        await enter(page)
        await page.route("**/api/say", lambda route: route.abort())
        await page.get_by_test_id("text").fill("24/26 đảng viên")
        await page.get_by_test_id("send").click()
        await expect(page.locator(".pending .state")).to_have_text("Chờ có kết nối")
        await page.unroute("**/api/say")
        await page.reload()
        await expect(bubbles(page, "Tin của đồng chí")).to_have_count(1)
    assert [heard.text for heard in desk.heard[1:]] == ["24/26 đảng viên"]


async def test_many_messages_are_each_shown_once(desk: Desk, looking: Looking) -> None:
    """A long history comes whole and in order, with a date before each day; new ones do not move who reads old ones."""
    async with looking(desk) as page:
        await enter(page)
        account = desk.heard[0].account
        for i in range(520):
            if i == 300:
                desk.clock.move_to(desk.clock.now().replace(day=21))
            await desk.say(account, f"tin {i}")
        await page.reload()
        await expect(page.get_by_test_id("message")).to_have_count(522)
        assert (await page.get_by_test_id("message-text").all_text_contents())[2:] == [f"tin {i}" for i in range(520)]
        await expect(page.get_by_test_id("date")).to_have_text(["Thứ Hai 20/5/2024", "Thứ Ba 21/5/2024"])
        log = page.get_by_test_id("log")
        await log.evaluate("log => log.scrollTop = 0")
        await desk.say(account, "tin cuối")
        await expect(page.get_by_test_id("newest")).to_have_text("Tin mới (1)")
        assert await log.evaluate("log => log.scrollTop") < 50
        await page.get_by_test_id("newest").click()
        await expect(bubbles(page, "tin cuối")).to_be_in_viewport()


async def test_by_keyboard(desk: Desk, looking: Looking) -> None:
    """Enter sends, Shift+Enter breaks the line, Tab and arrows reach messages, buttons and the menu."""
    async with looking(desk) as page:
        await enter(page)
        await desk.say(desk.heard[0].account, REMINDER, REMINDER_KEYS)
        await expect(page.get_by_test_id("choice")).to_have_count(5)
        text = page.get_by_test_id("text")
        await expect(text).to_be_focused()
        await page.keyboard.type("dòng một")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("dòng hai")
        await page.keyboard.press("Enter")
        await expect(bubbles(page, "dòng một\ndòng hai")).to_have_count(2)
        menu = page.get_by_test_id("menu")
        await menu.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("command").first).to_be_focused()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(bubbles(page, "TỔNG HỢP")).to_have_count(1)
        await page.get_by_test_id("choice").first.focus()
        await page.keyboard.press("Enter")
        await expect(bubbles(page, "Đã rõ: Báo cáo ngay.")).to_have_count(1)
        await page.get_by_test_id("message").last.focus()
        await page.keyboard.press("ArrowUp")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await page.get_by_test_id("message").last.get_by_test_id("reply").press("Enter")
        await expect(page.get_by_test_id("composer-bar")).to_contain_text("Trả lời Trợ lý")
        await page.keyboard.press("Escape")
        await expect(page.get_by_test_id("composer-bar")).to_be_hidden()
    assert desk.heard[1].text == "dòng một\ndòng hai"


async def test_a_pressed_button_is_marked_and_its_answer_seen(desk: Desk, looking: Looking) -> None:
    """Pressed far above the newest message: the mark stays, also after a reload, and the answer comes into sight."""
    async with looking(desk, 360, 640) as page:
        await enter(page)
        me = desk.heard[0].account
        await desk.say(me, REMINDER, REMINDER_KEYS)
        for n in range(30):
            await desk.say(me, f"Tin cũ {n:02d}, dài vài dòng để phải cuộn màn hình mới thấy hết các tin trước đó.")
        await expect(bubbles(page, "Tin cũ 29")).to_be_in_viewport()
        doing = bubbles(page, "nhắc đ/c Nguyễn Văn A").get_by_role("button", name="Đang làm")
        await doing.scroll_into_view_if_needed()
        await expect(page.get_by_test_id("newest")).to_be_visible()
        await doing.click()
        await expect(bubbles(page, "Đã rõ: Đang làm.")).to_be_in_viewport()
        await expect(page.locator(".choice.pressed")).to_have_text(["Đang làm"])
        await page.reload()
        await expect(page.locator(".choice.pressed")).to_have_text(["Đang làm"])


async def test_a_long_answer_is_read_from_its_first_line(desk: Desk, looking: Looking) -> None:
    """What was asked is answered with more than a screen: its beginning is in sight; a long push does not jump."""
    top = "log => { const found = [...log.querySelectorAll('.message')].at(-1); return %s }"
    below = top % "found.getBoundingClientRect().top - log.getBoundingClientRect().top"
    long = "\n".join(f"Dòng {n:02d} của câu trả lời." for n in range(40))
    async with looking(desk, 360, 640) as page:
        await enter(page)
        me, log = desk.heard[0].account, page.get_by_test_id("log")
        await page.get_by_test_id("text").fill(long)
        await page.get_by_test_id("send").click()
        await expect(bubbles(page, "Đã ghi: “Dòng 00")).to_have_count(1)
        assert 0 <= await log.evaluate(below) < 40
        await page.get_by_test_id("newest").click()
        await desk.say(me, long.replace("Dòng", "Tin"))
        await expect(bubbles(page, "Tin 39")).to_have_count(1)
        assert await log.evaluate(below) < 0


async def test_the_way_to_the_newest_lies_over_nothing(desk: Desk, looking: Looking) -> None:
    """It has a row of its own, and is not there a flick away from the end: every key that is seen can be pressed."""
    apart = "log => log.getBoundingClientRect().bottom <= document.querySelector('.newest').getBoundingClientRect().top"
    async with looking(desk, 360, 640) as page:
        await enter(page)
        me, log = desk.heard[0].account, page.get_by_test_id("log")
        await desk.say(me, "\n".join(f"Dòng {n:02d}." for n in range(22)), [("Đúng, tôi đồng ý",), ("Không đồng ý",)])
        await expect(page.get_by_test_id("choice")).to_have_count(2)
        await log.evaluate("log => log.scrollTop = log.scrollHeight - log.clientHeight - 120")
        await expect(page.get_by_test_id("newest")).to_be_hidden()
        await desk.say(me, "Tin mới tới.")
        await expect(page.get_by_test_id("newest")).to_have_text("Tin mới (1)")
        assert await log.evaluate(apart)
        await page.get_by_test_id("choice").first.click()
        await expect(bubbles(page, "Đã rõ: Đúng, tôi đồng ý.")).to_be_in_viewport()


async def test_a_sent_message_is_changed(desk: Desk, looking: Looking) -> None:
    """A tap on one's own message offers "Sửa"; the bubble changes in place."""
    async with looking(desk) as page:
        await enter(page)
        await page.get_by_test_id("text").fill("vắng 3")
        await page.get_by_test_id("send").click()
        mine = page.locator(".message.mine:not(.pending)").last
        await expect(mine).to_contain_text("vắng 3")
        await mine.get_by_test_id("message-text").click()
        await mine.get_by_test_id("edit").click()
        await page.get_by_test_id("text").fill("vắng 2")
        await page.get_by_test_id("text").press("Enter")
        await expect(page.locator(".message.mine").last.get_by_test_id("message-text")).to_have_text("vắng 2")
    assert desk.heard[-1].kind is Heard.EDITED


async def test_files(desk: Desk, tmp_path: Path, looking: Looking) -> None:
    """A picture is shown where it was sent; one that is too large is refused in words before it is sent."""
    small, large = tmp_path / "ảnh.png", tmp_path / "lớn.bin"
    small.write_bytes(Path(desk.picture().path).read_bytes())
    with large.open("wb") as file:
        file.truncate(20 * 1024 * 1024 + 1)
    async with looking(desk) as page:
        await enter(page)
        await page.get_by_test_id("file").set_input_files(large)
        await expect(page.get_by_test_id("toast")).to_contain_text("Tệp lớn quá 20 MB")
        await page.get_by_test_id("file").set_input_files(small)
        await page.get_by_test_id("text").fill("bản báo cáo")
        await page.get_by_test_id("send").click()
        picture = page.locator(".message.mine:not(.pending)").last.get_by_test_id("photo").locator("img")
        await expect(picture).to_have_js_property("naturalWidth", 900)
    assert (desk.heard[-1].text, desk.heard[-1].upload.kind) == ("bản báo cáo", "photo")


async def test_a_refused_file_is_shown_by_its_name(desk: Desk, tmp_path: Path, looking: Looking) -> None:
    """Who sent a file that is not kept sees which it was and that it is not there, with nothing to open."""
    wrong = tmp_path / "kế hoạch.doc"
    wrong.write_bytes(b"\xd0\xcf\x11\xe0")
    async with looking(desk) as page:
        await enter(page)
        await page.get_by_test_id("file").set_input_files(wrong)
        await page.get_by_test_id("send").click()
        card = page.locator(".message.mine:not(.pending)").last.get_by_test_id("document")
        await expect(card).to_contain_text("kế hoạch.docTệp này không được giữ lại")
        assert await card.get_attribute("href") is None
    assert desk.heard[-1].upload.refused == "wrong_kind"


async def test_a_picture_is_enlarged(desk: Desk, looking: Looking) -> None:
    """A tap fills the screen, a second shows full size where that is larger, a third closes; Escape does too."""
    async with looking(desk, 390, 844) as page:
        await enter(page)
        await desk.say(desk.heard[0].account, "", file=desk.picture())
        await page.get_by_test_id("photo").click()
        large = page.get_by_test_id("viewer").locator("img")
        assert (await large.bounding_box())["width"] < 390
        await large.click()
        assert (await large.bounding_box())["width"] == 900
        await large.click()
        await expect(large).to_be_hidden()
        await page.get_by_test_id("photo").click()
        await page.keyboard.press("Escape")
        await expect(large).to_be_hidden()


@pytest.mark.parametrize("code", ["too_large", "too_often"])
async def test_a_refusal_is_shown_in_words(desk: Desk, code: str, looking: Looking) -> None:
    """What the server refuses stays on the page with the reason."""
    async with looking(desk) as page:
        await enter(page)
        status = {"too_large": 413, "too_often": 429}[code]
        answer = {"status": status, "json": {"error": code}}
        await page.route("**/api/say", lambda route: route.fulfill(**answer))
        await page.get_by_test_id("text").fill("x")
        await page.get_by_test_id("send").click()
        waits = code == "too_often"
        await expect(page.locator(".pending .state")).to_contain_text(
            "Chờ có kết nối" if waits else "Tệp lớn quá 20 MB"
        )


HOSTILE = """<b>đậm</b> <img src=x onerror="window.hit=1"> <script>window.hit=1</script>
<a href="javascript:window.hit=1">một</a> <a href="https://example.org/?a=1&amp;b=2">hai</a>
<b onclick="window.hit=1">ba</b> &lt;i&gt; &amp;lt; <i>hở <u>chéo</i></u> </b> 1 < 2 &#x41;&#0;&#xFFFFFFF;"""


async def test_only_the_small_html_is_drawn(desk: Desk, looking: Looking) -> None:
    """Bold, italic and https links are drawn; all else, however hostile, is text."""
    async with looking(desk) as page:
        await enter(page)
        account = desk.heard[0].account
        await desk.say(account, HOSTILE, [('<img src=x onerror="window.hit=1">',)])
        drawn = page.get_by_test_id("message").last
        await expect(drawn).to_contain_text("đậm")
        words = drawn.get_by_test_id("message-text")
        tags = await words.evaluate("box => [...box.querySelectorAll('*')].map(node => node.localName)")
        assert tags == ["b", "a", "i", "u"]
        assert await words.locator("a").get_attribute("href") == "https://example.org/?a=1&b=2"
        text = await words.text_content()
        for literal in ("<img src=x", "<script>", "javascript:", "<b onclick=", "<i> &lt;", "1 < 2 A&#0;&#xFFFFFFF;"):
            assert literal in text
        await desk.channel.send(Outgoing("plain", account, "<b>nguyên</b>", plain=True))
        await expect(page.get_by_test_id("message").last.get_by_test_id("message-text")).to_have_text("<b>nguyên</b>")
        await page.get_by_test_id("text").fill("<b>của tôi</b>")
        await page.get_by_test_id("send").click()
        await expect(bubbles(page, "<b>của tôi</b>").first).to_be_visible()
        assert await page.evaluate("window.hit") is None


async def test_a_script_in_a_name_is_a_name(desk: Desk, looking: Looking) -> None:
    """A person and a branch called like a script: in words and on a button, run by nobody."""
    person, branch = "<script>window.hit=1</script>", '<img src=x onerror="window.hit=1">'
    values = {"name": person, "role": "secretary", "branch": branch}
    async with looking(desk) as page:
        await enter(page)
        label = render.label("one_branch.show", {"name": branch})
        await desk.say(desk.heard[0].account, render.text("start.added", values), [(label,)])
        drawn = page.get_by_test_id("message").last
        await expect(drawn.get_by_test_id("message-text")).to_contain_text(f"đ/c {person}, Bí thư Chi bộ {branch}")
        await expect(drawn.get_by_text(branch).last).to_be_visible()
        assert await drawn.evaluate("box => box.querySelectorAll('script, img').length") == 0
        assert await page.evaluate("window.hit") is None


@pytest.mark.parametrize("width", [360, 390, 768])
async def test_narrow_screens(drill: Desk, width: int, looking: Looking) -> None:
    """Nothing sticks out; one phone at a time behind its tab, with a mark when another has news."""
    await drill.say("member", EXCERPT, [("Đọc thêm", "Dừng nhận trích đoạn"), ("Bản dán nhóm",)])
    await drill.say("member", "https://example.org/" + "rất-dài-" * 40)
    async with looking(drill, width, 760) as page:
        await expect(page.get_by_test_id("phone-1")).to_be_visible()
        await expect(page.get_by_test_id("phone-3")).to_be_hidden()
        await asyncio.sleep(0.3)
        await drill.say("member", "mới")
        await expect(page.get_by_test_id("tab-3").locator(".unread")).to_be_visible()
        await page.get_by_test_id("tab-3").click()
        await expect(page.get_by_test_id("phone-3").get_by_test_id("message")).to_have_count(3)
        await expect(bubbles(page, "mới")).to_be_in_viewport()
        wide = "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
        assert await page.evaluate(f"{wide}.length") == 0


@pytest.mark.parametrize("width", [360, 1440])
async def test_large_letters_cut_no_label_of_the_desk(drill: Desk, width: int, looking: Looking) -> None:
    """With A+ pressed twice the keys that move the clock wrap: each is read whole, and nothing sticks out."""
    over = "e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight"
    cut = f"[...document.querySelectorAll('.desk button, .clock')].filter(e => {over})"
    wide = "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
    async with looking(drill, width, 640) as page:
        for _ in range(2):
            await page.get_by_test_id("letters-larger").click()
        assert await page.evaluate(f"{cut}.map(e => e.textContent)") == []
        assert await page.evaluate(f"{wide}.length") == 0


async def test_letters_grow(desk: Desk, looking: Looking) -> None:
    """Letters are 18 px at first, larger on demand, and stay so."""
    async with looking(desk) as page:
        await enter(page)
        size = "getComputedStyle(document.querySelector('.words')).fontSize"
        assert await page.evaluate(size) == "18px"
        await page.get_by_test_id("more").click()
        await page.get_by_test_id("letters-larger").click()
        await page.get_by_test_id("letters-larger").click()
        assert await page.evaluate(size) == "20px"
        await page.reload()
        await expect(page.get_by_test_id("message")).to_have_count(2)
        assert await page.evaluate(size) == "20px"
