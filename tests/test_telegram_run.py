"""The program itself on Telegram: `main.py run` with a token, people who press and write, a kill in the middle."""

import asyncio
import re
import time
from pathlib import Path
from typing import Any

import pytest

from tests.running import Program, command, running
from tests.telegram_server import FakeTelegram

OFFICE, COLLEAGUE, SECRETARY, LIBRARY, STRANGER, GROUP = 11, 12, 21, 22, 31, -41
MORNING, LATER = "2024-05-20T07:58:00+07:00", "2024-05-20T08:20:00+07:00"
PATIENCE = 30.0  # seconds for one answer on a busy machine
PICTURE = b"\xff\xd8\xff\xe0" + bytes(2000)


class Phones:
    """The people's side of one story: say, press the newest such button, wait."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self.telegram = telegram

    async def say(self, person: int, text: str, answer: str, *, reply_to: int | None = None) -> dict[str, Any]:
        """Say something; return the bot's first new message with the words `answer`."""
        before = await self._edits(person)
        await self.telegram.say(person, text, reply_to=reply_to)
        return await self._answer(person, answer, before)

    async def press(self, person: int, label: str, answer: str) -> dict[str, Any]:
        """Press the newest button of that label; return the bot's new or changed message with `answer`."""
        before = await self._edits(person)
        lines = [each for each in await self.telegram.chat(person) if label in labels(each)]
        assert lines, f"nobody offered [{label}]: {await self.telegram.chat(person)}"
        query = await self.telegram.press(person, lines[-1]["message_id"], label)
        found = await self._answer(person, answer, before)
        assert await self._acknowledged(query), f"[{label}] keeps turning"
        return found

    async def _acknowledged(self, query: str) -> bool:
        for _ in range(100):
            if await self.telegram.call("answered", query=query):
                return True
            await asyncio.sleep(0.05)
        return False

    async def _edits(self, person: int) -> dict[int, int]:
        return {line["message_id"]: line["edits"] for line in await self.telegram.chat(person)}

    async def _answer(self, person: int, words: str, before: dict[int, int]) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for line in await self.telegram.chat(person):
                is_new = line["edits"] != before.get(line["message_id"], -1)
                if line["by"] == "bot" and is_new and words in line["text"]:
                    return line
            await asyncio.sleep(0.02)
        said = [f"{each['by']}: {each['text']} {labels(each)}" for each in await self.telegram.chat(person)]
        raise AssertionError("\n".join([f"{words!r} was not said to {person}:", *said]))

    async def wait(self, person: int, words: str) -> dict[str, Any]:
        """Wait for something that comes unasked."""
        return await self.telegram.wait(person, words, PATIENCE)

    async def join(self, person: int, code: str, name: str) -> None:
        """Use a code up as people do; excerpts are not wanted."""
        read_back = await self.say(person, f"/start {code}", "Đồng chí có đồng ý nhận tin không?")
        assert f"đ/c {name}" in read_back["text"]
        assert labels(read_back) == ["Đúng, tôi đồng ý", "Không đồng ý", "Không phải tôi"]
        await self.press(person, "Đúng, tôi đồng ý", "Đồng chí có muốn nhận không?")
        await self.press(person, "Không nhận", "không nhận trích đoạn")


def labels(line: dict[str, Any]) -> list[str]:
    """Return the words on a message's buttons."""
    return [button["text"] for row in line["buttons"] for button in row]


def code_of(said: str) -> str:
    """Return the bare code that `main.py invite` prints on its last line."""
    code = said.splitlines()[-1]
    assert re.fullmatch(r"\d{8}", code), said
    return code


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with the sample organisation."""
    made = command(tmp_path / "data", "init", "--sample")
    assert made.returncode == 0, made.stderr
    return tmp_path / "data"


@pytest.fixture
def settings(telegram: FakeTelegram) -> dict[str, str]:
    """The token and the address of the fake Telegram."""
    return {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url}


def invited(data: Path, *words: str) -> str:
    """Run `main.py invite`; return what it prints."""
    made = command(data, "invite", *words)
    assert made.returncode == 0, made.stderr
    return made.stdout


async def test_a_morning_on_telegram(telegram: FakeTelegram, data: Path, settings: dict[str, str]) -> None:
    """From the first code to /summary by chat alone, with a power cut in the middle of a report; nothing is refused."""
    phones = Phones(telegram)
    codes = [code_of(invited(data, "--role", "office", "--name", name)) for name in ("Phạm Văn D", "Trịnh Thị E")]

    with running(data, "run", "--now", MORNING, **settings) as program:
        assert "@tro_ly_thu_bot" in program.wait()
        await _the_office_begins(phones, codes)
        library = invited(data, "--role", "secretary", "--branch", "TV", "--name", "Trần Thị B")
        assert "https://t.me/tro_ly_thu_bot?start=" in library
        await _strangers_learn_nothing(phones)
        await _a_secretary_joins_and_begins(phones)
        first = program
        program.kill()

    with running(data, "run", "--now", LATER, **settings) as program:
        await _the_report_goes_on(phones)
        await phones.join(LIBRARY, code_of(library), "Trần Thị B")
        await _a_picture_is_taken_up(phones)
        await _the_office_looks(phones)
        await _menus(phones)
        assert program.stop() == 0

    _nothing_leaked(telegram, first, program)
    await _nothing_was_refused(telegram)


async def _the_office_begins(phones: Phones, codes: list[str]) -> None:
    await phones.join(OFFICE, codes[0], "Phạm Văn D")
    await phones.join(COLLEAGUE, codes[1], "Trịnh Thị E")
    timetable = await phones.say(OFFICE, "/lich", "Lịch gửi tin 30 ngày tới")
    assert "Bắt đầu" in labels(timetable)
    await phones.press(OFFICE, "Bắt đầu", "Bắt đầu thì Trợ lý tự gửi tin")
    await phones.press(OFFICE, "Đúng, bắt đầu", "Đã bắt đầu.")
    await phones.wait(COLLEAGUE, "Phạm Văn D")


async def _strangers_learn_nothing(phones: Phones) -> None:
    await phones.say(STRANGER, "Xin chào", "Đồng chí có mã mời thì gõ 08 số vào đây")
    await phones.telegram.say(STRANGER, "/summary")
    await phones.telegram.add_to_group(STRANGER, GROUP)
    await phones.wait(GROUP, "Trợ lý chi bộ")


async def _a_secretary_joins_and_begins(phones: Phones) -> None:
    await phones.say(OFFICE, "/moi", "Mời ai kết nối?")
    await phones.press(OFFICE, "Bí thư", "Bí thư của chi bộ nào?")
    await phones.say(OFFICE, "bao tang", "Mời ai làm Bí thư Chi bộ Bảo tàng?")
    made = await phones.press(OFFICE, "Nguyễn Văn A", "Mã kết nối cho đ/c Nguyễn Văn A")
    link = re.search(r"https://t\.me/tro_ly_thu_bot\?start=(\S+)", made["text"])
    assert link
    await phones.join(SECRETARY, link[1], "Nguyễn Văn A")
    sheet = await phones.wait(OFFICE, "Giấy mời có hình vuông")
    assert sheet["file"]["name"].endswith(".docx")
    await phones.say(SECRETARY, "/baocao", "Chi bộ đã tổ chức học tập Chuyên đề năm 2024 chưa?")
    await phones.press(SECRETARY, "Đã tổ chức", "Tổ chức ngày nào?")
    await phones.say(SECRETARY, "13/5", "Học theo hình thức nào?")


async def _the_report_goes_on(phones: Phones) -> None:
    """What was given late is told once sending hours have begun; a reply to it fills the report that was begun."""
    given = await phones.wait(SECRETARY, "Báo cáo kết quả học tập Chuyên đề năm 2024")
    form = await phones.say(SECRETARY, "/baocao", "Học theo hình thức nào?")
    assert "Câu 3/8" in form["text"]
    figures = "ngày 13/5, 24/26 đảng viên, 05 quần chúng"
    read_back = await phones.say(SECRETARY, figures, "Trợ lý đọc là", reply_to=given["message_id"])
    assert "24/26 (92,31%)" in read_back["text"]
    await phones.press(SECRETARY, "Đúng", "")
    await phones.say(SECRETARY, "/baocao", "Học theo hình thức nào?")
    await phones.press(SECRETARY, "Trực tiếp", "Ai truyền đạt?")
    await phones.press(SECRETARY, "Bí thư chi bộ", "Vắng 02 đ/c, đều có lý do chứ?")
    await phones.press(SECRETARY, "Đều có lý do", "Đã học bù chưa?")
    await phones.press(SECRETARY, "Không", "Xong phần số liệu")
    await phones.press(SECRETARY, "Xem lại, gửi luôn", "xem lại trước khi gửi")
    receipt = await phones.press(SECRETARY, "Gửi báo cáo", "Đã nhận báo cáo của Chi bộ Bảo tàng lúc 08:2")
    assert "trong hạn. Lần gửi 1." in receipt["text"]
    paper = await phones.wait(SECRETARY, "bản Word để xem lại, in, ký")
    assert paper["file"]["kind"] == "document"
    assert (await phones.telegram.file(paper["file"]["file_id"])).startswith(b"PK")


async def _a_picture_is_taken_up(phones: Phones) -> None:
    """A picture is fetched and put before the whole office; who presses takes it, the other sees who."""
    given = await phones.wait(LIBRARY, "Báo cáo kết quả học tập Chuyên đề năm 2024")
    await phones.telegram.send_file(LIBRARY, "bc.jpg", PICTURE, kind="photo", reply_to=given["message_id"])
    await phones.wait(LIBRARY, "Đã nhận ảnh báo cáo của Chi bộ Thư viện")
    for person in (OFFICE, COLLEAGUE):
        assert "Đã nhận, nhập số" in labels(await phones.wait(person, "gửi 01 ảnh"))
    await phones.press(OFFICE, "Đã nhận, nhập số", "Thư viện")
    taken = await phones.wait(COLLEAGUE, "Đ/c Phạm Văn D đã nhận việc này.")
    assert taken["edits"] == 1
    assert await phones.telegram.calls("download")


async def _the_office_looks(phones: Phones) -> None:
    said = await phones.say(OFFICE, "/summary", "TỔNG HỢP Chuyên đề năm 2024, 12 chi bộ")
    assert "24/26 (92,31%)" in said["text"]
    board = await phones.wait(OFFICE, "Lưu hành nội bộ")
    assert board["file"]["kind"] == "photo"


async def _menus(phones: Phones) -> None:
    """Each chat's menu lists what its person can do; a stranger's knows the way in alone."""
    async with asyncio.timeout(PATIENCE):
        while not await phones.telegram.call("menu", person=str(LIBRARY)):
            await asyncio.sleep(0.1)
    names = {
        person: {each["command"] for each in await phones.telegram.call("menu", person=person) or ()}
        for person in ("", str(OFFICE), str(SECRETARY))
    }
    assert {"summary", "review"} <= names[str(OFFICE)] or {"tonghop", "rasoat"} <= names[str(OFFICE)]
    assert names[str(SECRETARY)] & {"report", "baocao"}
    assert not names[""] & {"summary", "tonghop", "report", "baocao"}
    assert [each["by"] for each in await phones.telegram.chat(STRANGER)] == ["person", "bot", "person"]
    assert len(await phones.telegram.chat(GROUP)) == 1


def _nothing_leaked(telegram: FakeTelegram, *programs: Program) -> None:
    secret = telegram.token.partition(":")[2]
    for program in programs:
        assert secret not in program.said
        assert "Traceback" not in program.said


async def _nothing_was_refused(telegram: FakeTelegram) -> None:
    calls = [call for call in await telegram.calls() if call["method"] != "getUpdates"]  # one died with its poller
    assert [call for call in calls if call["status"] != 200] == []
    assert not await telegram.call("queued")
