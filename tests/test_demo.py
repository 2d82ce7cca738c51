"""`main.py demo` and `main.py run` as a newcomer sees them: a real process, a real browser, up to /summary.

With PICTURES=1 (`make pictures`) the documents' pictures are taken on the way.
"""

import asyncio
import io
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Locator, Page, async_playwright, expect

from tests.test_web_page import ARGS, CHROMIUM

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
START_LIMIT = 120  # seconds; playing the sample's first week takes a few, a busy machine many more

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and "REQUIRE_BROWSER" not in os.environ,
        reason="no chromium here: the demo was not clicked through",
    ),
]


@asynccontextmanager
async def started(folder: Path, *words: str) -> AsyncIterator[tuple[str, str]]:
    """Start `main.py words…` in a folder of its own; give where its page is and all that was printed up to there."""
    environment = {**os.environ, "DATA_DIR": str(folder), "PORT": "0", "PYTHONUNBUFFERED": "1"}
    for name in ("TELEGRAM_BOT_TOKEN", "DATABASE_URL", "HOST", "PUBLIC_URL"):
        environment.pop(name, None)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "main.py", *words), cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(START_LIMIT):
        while not (found := re.search(r"http://[\d.:]+", said)):
            said += (await process.stdout.readline()).decode()
    yield found[0], said
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 30) == 0


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """Start the demo; return where its page is."""
    async with started(tmp_path, "demo") as (found, _):
        yield found


@pytest.fixture
async def page(address: str) -> AsyncIterator[Page]:
    """Open the demo in a wide window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        opened = await browser.new_page(viewport={"width": 1440, "height": 900})
        opened.set_default_timeout(30_000)
        await opened.goto(address)
        yield opened
        await browser.close()


def phone(page: Page, number: int) -> Locator:
    """Return one of the three phones."""
    return page.get_by_test_id(f"phone-{number}")


async def shows(phone_: Locator, words: str) -> Locator:
    """Wait until the phone shows a message with these words; return the newest such."""
    message = phone_.get_by_test_id("message").filter(has_text=words).last
    await expect(message).to_be_visible(timeout=30_000)
    return message


async def press(phone_: Locator, label: str) -> None:
    """Press the newest button of that label."""
    await phone_.get_by_test_id("choice").filter(has_text=re.compile(rf"^{re.escape(label)}$")).last.click()


async def write(phone_: Locator, text: str) -> None:
    """Type and send."""
    await phone_.get_by_test_id("text").fill(text)
    await phone_.get_by_test_id("send").click()


async def advance_to(page: Page, day: str) -> None:
    """Move the clock event by event until it shows `day`."""
    for _ in range(40):
        if day in await page.get_by_test_id("clock").inner_text():
            return
        before = await page.get_by_test_id("clock").inner_text()
        await page.get_by_test_id("advance").click()
        await expect(page.get_by_test_id("clock")).not_to_have_text(before)
    raise AssertionError(f"the clock never reached {day}")


async def picture(shown: Page | Locator, name: str) -> None:
    """Take a picture for the documents, where asked to: few colours, so that the file is small."""
    if os.environ.get("PICTURES"):
        await asyncio.sleep(0.8)  # pictures and letters settle
        taken = Image.open(io.BytesIO(await shown.screenshot(animations="disabled")))
        taken.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)


async def show_at_top(phone_: Locator, words: str) -> None:
    """Scroll a phone until the newest message with these words is at its top."""
    await (await shows(phone_, words)).evaluate("element => element.scrollIntoView({block: 'start'})")


async def keep_board(office: Locator) -> None:
    """Keep the status board itself for the documents, where asked to."""
    source = await office.get_by_test_id("photo").last.locator("img").evaluate("image => image.src")
    answer = await office.page.request.get(source)
    assert answer.headers["content-type"] == "image/png"
    if os.environ.get("PICTURES"):
        board = Image.open(io.BytesIO(await answer.body())).convert("RGB")
        board.thumbnail((540, 4000), Image.Resampling.LANCZOS)
        board.quantize(128, dither=Image.Dither.NONE).save(PICTURES / "status-board.png", optimize=True)


REPORT = ("Trực tiếp", "Bí thư chi bộ", "Đều có lý do", "Không", "Xem lại, gửi luôn")


async def test_from_reminder_to_summary(page: Page) -> None:
    """A secretary is reminded, answers, reports; a member reads the excerpt; the office types /summary."""
    office, secretary, member = (phone(page, number) for number in (1, 2, 3))
    await advance_to(page, "20/5/2024, 08:00")
    await shows(member, "tuần 2")
    await press(member, "Đọc thêm")
    await shows(member, "Nguồn:")
    await show_at_top(member, "đọc thêm")
    await picture(member, "excerpt")

    await advance_to(page, "23/5/2024, 08:15")
    await shows(secretary, "còn 05 ngày làm việc")
    await show_at_top(secretary, "còn 05 ngày làm việc")
    await picture(secretary, "reminder")
    await write(secretary, "ngày 21/5, 24/26 đảng viên, 05 quần chúng")
    await shows(secretary, "24/26 (92,31%)")
    await picture(secretary, "read-back")
    await press(secretary, "Đúng")
    for label in REPORT:
        await press(secretary, label)
    await shows(secretary, "xem lại trước khi gửi")
    await press(secretary, "Gửi báo cáo")
    await shows(secretary, "Đã nhận báo cáo của Chi bộ Bảo tàng")
    await expect(secretary.get_by_test_id("document").last).to_be_visible(timeout=30_000)
    await picture(secretary, "receipt")

    await write(office, "/summary")
    await shows(office, "TỔNG HỢP Chuyên đề năm 2024, 12 chi bộ")
    await expect(office.get_by_test_id("photo").last).to_be_visible(timeout=30_000)
    await picture(page, "demo")
    await show_at_top(office, "TỔNG HỢP")
    await picture(office, "summary")
    await keep_board(office)
    await shows(office, "Đã gửi 3")
    await write(office, "/lich")
    await show_at_top(office, "Lịch gửi tin 30 ngày tới")
    await picture(office, "timetable")
    await write(member, "/summary")
    await shows(member, "không thuộc phần việc")


async def test_a_month_passes_in_a_minute(page: Page) -> None:
    """The clock goes to the end of the month by weeks; the branch that never answered is to be telephoned."""
    for _ in range(4):
        await page.get_by_test_id("move-week").click()
        await page.wait_for_timeout(300)
        await expect(page.get_by_test_id("move-week")).to_be_enabled(timeout=60_000)
    await expect(page.get_by_test_id("clock")).to_contain_text("17/6/2024", timeout=60_000)
    await shows(phone(page, 1), "gọi điện")


async def test_a_new_office_comes_in_by_its_code(tmp_path: Path) -> None:
    """`run` without a token: the printed code, one narrow phone, consent, then what the plan lacks and /lich."""
    async with started(tmp_path, "run") as (found, said), async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        page = await browser.new_page(viewport={"width": 390, "height": 700})
        page.set_default_timeout(30_000)
        await page.goto(found)
        await picture(page, "login")
        await page.get_by_test_id("code").fill(re.search(r"\d{8}", said)[0])  # type: ignore[index]
        await page.get_by_test_id("enter").click()
        only = phone(page, 1)
        await shows(only, "Đồng chí cho biết họ tên")
        await write(only, "Nguyễn Văn A")
        await shows(only, "Đồng chí có đồng ý nhận tin không?")
        await picture(page, "consent")
        await press(only, "Đúng, tôi đồng ý")
        await press(only, "Không nhận")
        await shows(only, "Kế hoạch không ghi 08 điều")
        await write(only, "/lich")
        await shows(only, "Chưa tin nào được gửi")
        await browser.close()
