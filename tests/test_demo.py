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
from docx import Document
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


async def keep_drawn(office: Locator, name: str) -> None:
    """Keep the newest picture the assistant drew for the documents, where asked to."""
    await expect(office.get_by_test_id("photo").last).to_be_visible(timeout=30_000)
    source = await office.get_by_test_id("photo").last.locator("img").evaluate("image => image.src")
    answer = await office.page.request.get(source)
    assert answer.headers["content-type"] == "image/png"
    if os.environ.get("PICTURES"):
        board = Image.open(io.BytesIO(await answer.body())).convert("RGB")
        board.thumbnail((540, 4000), Image.Resampling.LANCZOS)
        board.quantize(128, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)


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
    await keep_drawn(office, "status-board")
    await shows(office, "Đã gửi 3")
    await press(office, "Các kỳ")
    await press(office, "Lần nhắc: Báo cáo học tập Chuyên đề")
    await shows(office, "Báo cáo về từng ngày so với hạn")
    await keep_drawn(office, "timeline")
    await write(office, "/lich")
    await show_at_top(office, "Lịch gửi tin 30 ngày tới")
    await picture(office, "timetable")
    await write(member, "/summary")
    await shows(member, "không thuộc phần việc")


async def test_the_offices_quarter(page: Page) -> None:
    """The brief, a report taken in, a deadline looked at before it is moved, the report upward, a picture."""
    office = phone(page, 1)
    await advance_to(page, "20/5/2024, 08:00")
    await show_at_top(office, "08:00 thứ Hai 20/5")
    await picture(office, "brief")
    await write(office, "/rasoat")
    await press(office, "1. Di tích")
    await show_at_top(office, "Lần gửi 1")
    await picture(office, "review")
    await press(office, "Tiếp nhận")
    await shows(office, "Đã tiếp nhận")
    await write(office, "/han")
    await press(office, "Báo cáo học tập Chuyên đề")
    await press(office, "Dời hạn")
    await write(office, "trước ngày 7/6")
    await show_at_top(office, "lần nhắc đã hẹn theo hạn cũ")
    await picture(office, "deadline")
    await press(office, "Thôi")
    newest = office.get_by_test_id("message").last
    await expect(newest).to_contain_text(re.compile(r"Hạn “trước ngày 31/5/2024”.*Đã gửi \d+/12 chi bộ", re.DOTALL))
    await write(office, "/xuat")
    await press(office, "Báo cáo tổng hợp")
    await shows(office, "đồng chí chọn phần việc")
    await press(office, "Báo cáo học tập Chuyên đề")
    await shows(office, "Bản chính thức chỉ tính")
    await picture(office, "export")
    await write(office, "/tuyentruyen")
    await shows(office, "Tuyên truyền theo nơi và tháng")
    await keep_drawn(office, "dissemination")


async def send_plan(office: Locator, folder: Path) -> None:
    """Send the plan of 2024 as a Word file, as an office has it."""
    made = Document()
    for line in filter(str.strip, (ROOT / "campaigns/chuyen-de-2024/ke-hoach.txt").read_text("utf-8").splitlines()):
        made.add_paragraph(line)
    file = folder / "Kế hoạch 2024.docx"
    made.save(str(file))
    await write(office, "/kehoach")
    await shows(office, "Gửi tệp kế hoạch mới")
    await office.get_by_test_id("file").set_input_files(file)
    await office.get_by_test_id("send").click()
    await shows(office, "Bản nháp, chưa giao việc nào")


async def answer(office: Locator, question: str, *said: str) -> None:
    """Wait for a question; press the button named, or type and press [Đúng] once it was read back."""
    await shows(office, question)
    for each in said[:-1]:
        await write(office, each)
        read_back = re.compile(rf"{re.escape(each)}\W*Đúng chưa\?")
        await expect(office.get_by_test_id("message").filter(has_text=read_back).last).to_be_visible(timeout=30_000)
    await press(office, said[-1])


async def test_a_phone_as_on_zalo(page: Page) -> None:
    """A secretary on Zalo sees no button, chooses by numbers and words, and reports."""
    zalo = phone(page, 2)
    await zalo.get_by_test_id("picker").select_option(label="Đỗ Văn R (Zalo), Bí thư, Chi bộ Quản lý Thể thao")
    await shows(zalo, "Đồng chí nhắn số:")
    await write(zalo, "/baocao")
    await shows(zalo, "Đồng chí nhắn số ở trên.")
    await write(zalo, "1")
    await shows(zalo, "2. Chưa tổ chức")
    await write(zalo, "1")
    await shows(zalo, "Nhắn: “Hôm nay”")
    await write(zalo, "hom qua")
    await shows(zalo, "1. Trực tiếp")
    assert await zalo.get_by_test_id("choice").count() == 0
    await picture(zalo, "zalo")


async def test_the_plan_of_2024_from_file_to_first_reminder(page: Page, tmp_path: Path) -> None:
    """The office sends the plan, corrects its draft, says what it is silent on, sees who is told when, begins."""
    office, secretary = phone(page, 1), phone(page, 2)
    await send_plan(office, tmp_path)
    listed = await shows(office, "Việc có thời hạn: 4")
    await expect(listed).to_contain_text("“trước ngày 31/5/2024”, tức là hết thứ Năm 30/5/2024")
    await press(office, "Việc 4")
    await shows(office, "để tổng hợp, báo cáo Ban Tuyên giáo")  # the sentence it came from
    await press(office, "Sửa tên việc")
    await answer(office, "Tên việc như chi bộ sẽ đọc?", "Báo cáo học tập theo kế hoạch vừa gửi", "Đúng")
    await press(office, "Về danh sách")
    await shows(office, "4. Báo cáo học tập theo kế hoạch vừa gửi")
    await press(office, "Xem lịch nhắc")
    await answer(office, "Gọi tắt kế hoạch này", "Chuyên đề năm 2024")
    await answer(office, "Kế hoạch không ghi số.", "Để sau")
    await answer(office, "Kế hoạch không ghi ngày ký.", "10/5/2024", "Đúng")
    await answer(office, "Cấp trên nhận báo cáo của Đảng ủy chậm nhất ngày nào?", "15/6/2024", "Đúng")
    await answer(office, "sinh hoạt chuyên đề theo chủ điểm, hằng quý. Kế hoạch không ghi ngày", "Ngày 20")
    await answer(office, "của chi bộ gắn với Kế hoạch số 20-KH/ĐU ngày…, hằng quý", "25", "Đúng")
    preview = await shows(office, "giao cho 12 chi bộ khi đồng chí bấm “Bắt đầu”")
    await expect(preview).to_contain_text("vừa gửi: hết thứ Năm 30/5/2024; tin đầu 08:00 thứ Hai 20/5")
    await expect(preview).to_contain_text("Sinh hoạt chuyên đề quý II: hết thứ Năm 20/6/2024")
    await expect(preview).to_contain_text("Báo cáo học tập và làm theo Bác quý II: hết thứ Ba 25/6/2024")
    await expect(secretary.get_by_test_id("message").filter(has_text="vừa gửi")).to_have_count(0)
    await press(office, "Bắt đầu")
    await shows(office, "Chuyên đề năm 2024 đã bắt đầu")
    await advance_to(page, "20/5/2024, 08:00")
    first = await shows(secretary, "Báo cáo học tập theo kế hoạch vừa gửi, hạn “trước ngày 31/5/2024”")
    await expect(first).to_contain_text("còn 08 ngày làm việc")
    await expect(first.get_by_test_id("choice").first).to_have_text("Báo cáo ngay")


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
