"""The program as a process: started, used through its page, refused, stopped. Words are tried in test_command_line."""

import contextlib
import shutil
import socket
import sqlite3
import time
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.running import Program, command, running

MORNING, LATER = "2024-05-20T07:58:00+07:00", "2024-05-21T09:30:00+07:00"
PATIENCE = 30.0  # seconds for one answer on a busy machine


@pytest.fixture(scope="module")
def organised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample organisation, to be copied."""
    data = tmp_path_factory.mktemp("organised")
    made = command(data, "init", "--sample")
    assert made.returncode == 0, made.stderr
    assert "12 chi bộ" in made.stdout
    return data


@pytest.fixture
def data(organised: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(organised, tmp_path / "data"))


class Phone:
    """One person at the local page."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, headers={"Origin": url}, timeout=PATIENCE, trust_env=False)

    def post(self, path: str, **body: Any) -> None:
        """Do something; it must be accepted."""
        answer = self.client.post(path, json=body)
        assert answer.status_code == 200, answer.text

    def enter(self, code: str) -> None:
        """Type the code on the first page."""
        self.post("/enter", code=code)

    def say(self, text: str) -> None:
        """Write something."""
        self.post("/api/say", id=uuid.uuid4().hex, text=text)

    def press(self, label: str) -> None:
        """Press the newest button of that label."""
        found = [
            (each["id"], button["data"])
            for each in self.messages()
            for row in each.get("buttons", ())
            for button in row
            if button["label"] == label
        ]
        assert found, f"no [{label}] in {self.messages()}"
        self.post("/api/press", id=uuid.uuid4().hex, message=found[-1][0], data=found[-1][1])

    def messages(self) -> list[dict[str, Any]]:
        """Everything in the chat so far."""
        answer = self.client.get("/api/messages", params={"after": 0, "wait": 0})
        assert answer.status_code == 200, answer.text
        return answer.json()["messages"]

    def wait(self, words: str) -> str:
        """Wait until the assistant has said `words`; return that message."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for each in self.messages():
                if words in each["text"]:
                    return str(each["text"])
            time.sleep(0.05)
        raise AssertionError(f"{words!r} was not said: {self.messages()}")


def test_a_first_day_without_any_token(tmp_path: Path) -> None:
    """A fresh folder: the first code is printed and opens the page to the office; one program at a time."""
    data = tmp_path / "data"
    with running(data, "run") as program:
        code = program.wait("Mã vào đầu tiên").rsplit(maxsplit=1)[-1]
        phone = Phone(program.url)
        assert "Trợ lý chi bộ" in phone.client.get("/").text
        phone.enter(code)
        phone.wait("cho biết họ tên")
        phone.say("Phạm Văn D")
        assert "đ/c Phạm Văn D, Văn phòng" in phone.wait("Đồng chí có đồng ý nhận tin không?")
        phone.press("Đúng, tôi đồng ý")
        phone.wait("Đồng chí có muốn nhận không?")
        phone.press("Không nhận")
        phone.say("/trogiup")
        assert "/tonghop" in phone.wait("tổng hợp tình hình các chi bộ")

        second = command(data, "run")
        assert (second.returncode, second.stdout) == (1, "")
        assert "Đã có một Trợ lý đang chạy" in second.stderr
        asked = command(data, "branches")
        assert (asked.returncode, asked.stderr) == (0, "")
        phone.client.close()
        assert program.stop() == 0
    assert "Traceback" not in program.said

    drill = command(data, "run", "--now", MORNING)
    assert drill.returncode == 1
    assert "đang dùng thật" in drill.stderr


def test_a_drill_stays_a_drill(data: Path) -> None:
    """The clock starts at the later of --now and where the drill was left; it is never run for real."""
    with running(data, "run", "--now", LATER) as program:
        assert "BUỔI DIỄN TẬP, đồng hồ từ 09:30 thứ Ba 21/5/2024" in program.wait()
        _until_remembered(data)
        assert program.stop() == 0
    with running(data, "run", "--now", MORNING) as program:
        assert "đồng hồ từ 09:3" in program.wait()
        assert program.stop() == 0
    for_real = command(data, "run")
    assert for_real.returncode == 1
    assert "buổi diễn tập, không chạy thật được" in for_real.stderr
    assert "từ 09:3" in command(data, "preview").stdout


def _until_remembered(data: Path) -> None:
    """Wait until a look of the timetable has kept the plan's time."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with contextlib.closing(sqlite3.connect(data / "assistant.db")) as database:
            if database.execute("SELECT plan_time FROM installation").fetchone()[0]:
                return
        time.sleep(0.1)
    raise AssertionError("the plan's time was not kept")


def test_a_taken_port_is_a_sentence(data: Path) -> None:
    """Before anything is made or marked: another port is proposed."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = command(data, "run", PORT=str(port))
    assert refused.returncode == 1
    assert f"Cổng {port} đang có chương trình khác dùng" in refused.stderr
    assert "Mã vào" not in refused.stdout


def test_wrong_settings_start_nothing(tmp_path: Path) -> None:
    """All of them in words, with status 1, and not even the data folder is made."""
    wrong = {"TELEGRAM_BOT_TOKEN": "12 SECRET", "PORT": "x", "HOST": "0.0.0.0", "TIMEZONE": "Hanoi"}
    refused = command(tmp_path / "data", "run", **wrong)
    assert (refused.returncode, refused.stdout) == (1, "")
    for name in ("TELEGRAM_BOT_TOKEN", "PORT", "PUBLIC_URL", "TIMEZONE"):
        assert f"  - {name}: cần" in refused.stderr or f"  - {name}: HOST" in refused.stderr
    assert "SECRET" not in refused.stderr
    assert not (tmp_path / "data").exists()


def test_telegram_away_does_not_hold_the_page(data: Path) -> None:
    """Where nothing answers at TELEGRAM_API_URL the page is served all the same, and the operator is told."""
    token = "1234567890:AA-a-token-that-nobody-answers-to-000"
    away = {"TELEGRAM_BOT_TOKEN": token, "TELEGRAM_API_URL": "http://127.0.0.1:9"}
    with running(data, "run", **away) as program:
        program.wait("Telegram chưa trả lời")
        assert httpx.get(program.url, trust_env=False).status_code == 200
        assert program.stop() == 0
    _clean(program, token)


def _clean(program: Program, token: str) -> None:
    assert token.partition(":")[2] not in program.said
    assert "Traceback" not in program.said
