"""A local page over real HTTP with a small scripted assistant behind it: what the page's own tests talk to."""

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import uvicorn
from PIL import Image, ImageDraw
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Update
from bot.clock import DrillClock
from bot.web.app import build_app
from bot.web.channel import WebChannel
from bot.web.demo import DemoClock, DemoPerson
from bot.web.sessions import Sessions
from messages.types import Button, Heard, Incoming, Outgoing, OutgoingFile
from models import tables
from models.database import Database

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
START = datetime(2024, 5, 20, 7, 58, tzinfo=ZONE)
PEOPLE = (
    DemoPerson("office", "Phạm Văn D", "Văn phòng Đảng ủy Sở", "office"),
    DemoPerson("secretary", "Nguyễn Văn A", "Bí thư Chi bộ Bảo tàng", "secretary"),
    DemoPerson("secretary-2", "Trần Thị B", "Bí thư Chi bộ Thư viện", "secretary"),
    DemoPerson("member", "Lê Thị H", "đảng viên Chi bộ Bảo tàng", "member"),
    DemoPerson("leader", "Hoàng Văn G", "Phó Bí thư Đảng ủy Sở", "leader"),
)
REMINDER = """Văn phòng Đảng ủy Sở nhắc đ/c Nguyễn Văn A, Chi bộ Bảo tàng:
Báo cáo kết quả học tập Chuyên đề năm 2024, hạn “trước ngày 31/5/2024”.
Tức là hết <b>thứ Năm 30/5</b>, còn 08 ngày làm việc. Nơi nhận: Văn phòng Đảng ủy Sở.
Trả lời ngay tại đây cũng được, ví dụ: “ngày 21/5, 24/26 đảng viên, 05 quần chúng”."""
READ_BACK = """Tin của đồng chí, Trợ lý đọc là: Chi bộ Bảo tàng, hội nghị ngày 13/5.
Đảng viên dự <b>24/26 (92,31%)</b>, vắng 02. Quần chúng cùng học: 05.
Đúng chưa, thưa đồng chí? Chưa bấm “Đúng” thì chưa ghi."""
EXCERPT = """Chuyên đề năm 2024, tuần 2. Văn phòng Đảng ủy Sở gửi đồng chí:
<i>“… giá trị to lớn của tư tưởng, đạo đức, phong cách Hồ Chí Minh về thực hành dân chủ, chăm lo đời sống nhân dân.”</i>
Nguồn: Kế hoạch của Ban Thường vụ Đảng ủy Sở VH-TT-DL, mục I (trích)."""
COPY = """Chi bộ Bảo tàng: học tập Chuyên đề năm 2024
“… giá trị to lớn của tư tưởng, đạo đức, phong cách Hồ Chí Minh về thực hành dân chủ.”
Nguồn: Kế hoạch của Ban Thường vụ Đảng ủy Sở VH-TT-DL, mục I."""
SUMMARY = """<b>TỔNG HỢP Chuyên đề năm 2024</b>, 12 chi bộ, số liệu đến 10:00 ngày 20/5/2024
Đã gửi 9: tiếp nhận 6, chờ rà soát 2, cần bổ sung 1. Được gia hạn 1 (04/6). Chưa gửi 2.
Đảng viên dự học, 9 chi bộ đã gửi: 187/198 (94,44%). Quần chúng: 64."""
REMINDER_KEYS = (("Báo cáo ngay", "Đang làm"), ("Đã gửi cách khác", "Xin gia hạn"), ("Khác",))


def keyboard(rows: Sequence[Sequence[str]]) -> tuple[tuple[Button, ...], ...]:
    """Return buttons whose data is their label, cut to 64 bytes."""
    return tuple(tuple(Button(label, label.encode()[:64].decode("utf-8", "ignore")) for label in row) for row in rows)


@dataclass
class Desk:
    """The page, its address, and what was heard."""

    channel: WebChannel
    database: Database
    clock: DrillClock
    files: Path
    url: str = ""
    heard: list[Incoming] = field(default_factory=list)
    updates: dict[str, Update] = field(default_factory=dict)
    numbers: Any = field(default_factory=itertools.count)
    mute: bool = False
    moves: list[str] = field(default_factory=list)

    async def store(self, updates: Sequence[Update]) -> None:
        """Keep updates as the inbox does, each key once, and answer the new ones."""
        for update in updates:
            if update.key not in self.updates:
                self.updates[update.key] = update
                incoming = self.channel.read(update.raw)
                assert incoming is not None
                self.heard.append(incoming)
                if not self.mute:
                    await self.answer(incoming)

    async def say(self, account: str, text: str, rows: Sequence[Sequence[str]] = (), **more: Any) -> str:
        """Send a message of the assistant; return its id."""
        key = f"fake-{next(self.numbers)}"
        return await self.channel.send(Outgoing(key, account, text, keyboard(rows), **more))

    async def answer(self, incoming: Incoming) -> None:
        """Answer as the script says."""
        who, text = incoming.account, incoming.text
        if incoming.kind is Heard.CHOICE:
            await self.pressed(incoming)
        elif incoming.kind is Heard.FILE:
            await self.say(who, "Đã nhận tệp của Chi bộ Bảo tàng, chuyển Văn phòng nhập số.")
        elif text.startswith("/summary"):
            await self.say(who, SUMMARY, [("Từng chi bộ", "Đôn đốc 2"), ("Tải Excel", "Bản dán nhóm Zalo")])
            await self.say(who, "", file=self.picture())
        elif "24/26" in text:
            await self.say(who, READ_BACK, [("Đúng", "Sửa số"), ("Không ghi",)])
        elif incoming.kind is not Heard.BLOCKED:
            await self.say(who, f"Đã ghi: “{text.replace('&', '&amp;').replace('<', '&lt;')}”.")

    async def pressed(self, incoming: Incoming) -> None:
        """A pressed button takes the keys away, or gives a file."""
        who = incoming.account
        if incoming.data == "Đúng":
            await self.channel.edit(incoming.message_id, Outgoing("", who, READ_BACK + "\n<b>Đã ghi.</b>"))
            await self.say(who, "Kèm bản Word để đồng chí xem lại, in, ký.", file=self.document())
        elif incoming.data == "Bản dán nhóm Zalo":
            await self.say(who, COPY, plain=True)
        else:
            await self.say(who, f"Đã rõ: {incoming.data}.")

    def picture(self) -> OutgoingFile:
        """Return a plain picture of a status board."""
        path = self.files / "board.png"
        image = Image.new("RGB", (900, 560), "#ffffff")
        draw = ImageDraw.Draw(image)
        draw.rectangle((0, 0, 900, 70), fill="#0b5cad")
        for i in range(8):
            draw.rectangle((20, 90 + i * 56, 880, 138 + i * 56), fill=("#e3f4e6", "#fff3cd", "#fde2e1")[i % 3])
        image.save(path)
        return OutgoingFile(str(path), "tong-hop.png", "photo")

    def document(self) -> OutgoingFile:
        """Return something with a Vietnamese name to save."""
        path = self.files / "report.docx"
        path.write_bytes(b"PK\x03\x04 sample")
        return OutgoingFile(str(path), "Báo cáo Chi bộ Bảo tàng.docx", "document")


class Control:
    """A DemoControl over a desk: the next event is a reminder, an excerpt and its copy."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def people(self) -> Sequence[DemoPerson]:
        return PEOPLE

    async def clock(self) -> DemoClock:
        now = self.desk.clock.now()
        coming = now.astimezone(ZONE).replace(hour=8, minute=0, second=0, microsecond=0)
        coming += timedelta(days=1) if coming <= now else timedelta()
        return DemoClock(now, coming, "nhắc hạn, trích đoạn")

    async def advance(self) -> None:
        coming = (await self.clock()).next_at
        assert coming is not None
        await self.move_to(coming)
        await self.desk.say("secretary", REMINDER, REMINDER_KEYS)
        await self.desk.say("member", EXCERPT, [("Đọc thêm", "Dừng nhận trích đoạn")])
        await self.desk.say("office", "08:00. Đã gửi 9/12 chi bộ.", [("Rà soát 2", "Gia hạn 1"), ("Câu hỏi 1",)])

    async def move_to(self, moment: datetime) -> None:
        self.desk.moves.append(moment.astimezone(ZONE).isoformat(timespec="minutes"))
        self.desk.clock.move_to(moment)

    async def restart(self) -> None:
        self.desk.moves.append("restart")
        await self.desk.database.write(_empty)
        self.desk.channel.renew()


async def _empty(session: AsyncSession) -> None:
    for table in reversed(tables.load().metadata.sorted_tables):
        await session.execute(table.delete())


async def commands(account: str) -> Sequence[tuple[str, str]]:
    """Return a menu as the handlers would."""
    return [("/baocao", "báo cáo của chi bộ"), ("/summary", "tổng hợp toàn Đảng bộ"), ("/help", f"của {account[:12]}")]


async def owner() -> str:
    """Return who runs the assistant."""
    return "Văn phòng Đảng ủy Sở VH-TT-DL"


@asynccontextmanager
async def open_desk(folder: Path, *, demo: bool = False, secure: bool = False) -> AsyncIterator[Desk]:
    """Serve the page on a free port of this machine until the block ends."""
    database = Database(f"sqlite+aiosqlite:///{folder / 'page.db'}")
    async with database.engine.begin() as connection:
        await connection.run_sync(tables.load().metadata.create_all)
    clock = DrillClock(START)
    channel = WebChannel(database, clock, folder, apart=False)
    desk = Desk(channel, database, clock, folder)
    await channel.start()
    app = build_app(
        channel,
        Sessions(database, clock),
        hosts=["127.0.0.1", "localhost"],
        owner=owner,
        commands=commands,
        demo=Control(desk) if demo else None,
        secure=secure,
    )
    listening = asyncio.create_task(channel.listen(desk.store))
    async with _served(app) as desk.url:
        try:
            yield desk
        finally:
            listening.cancel()
            await channel.stop()
    await database.close()


@asynccontextmanager
async def _served(app: Any) -> AsyncIterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=2))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def browser_of(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    """A client that sends what a browser on the page sends."""
    async with httpx.AsyncClient(base_url=desk.url, headers={"Origin": desk.url}, timeout=20) as client:
        yield client
