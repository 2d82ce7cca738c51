"""Words on ideology and degradation: of all that is shown, made or logged, nothing but one page holds them."""

import io
import logging
import zipfile

import pytest
from sqlalchemy import select, update

from models.attachment import Attachment
from models.audit import Audit
from models.base import Base
from models.bot import Bot
from models.conversation import Conversation
from models.inbox import Inbox
from models.local_message import LocalMessage
from models.outbox import Outbox
from models.words_apart import WordsApart
from tests.test_report import rows, say
from tests.world import local

SECRET = "Một số quần chúng còn băn khoăn về sắp xếp bộ máy."
REST = ("không", "chưa", "ước 5", "Đọc sách mỗi sáng thứ Hai.", "Thực hiện đủ các nội dung.", "bỏ qua", "Học quý III.")


async def on(world, channel):
    """Let everybody speak on this channel from now on."""
    await world.write(lambda session: session.execute(update(Bot).values(channel=channel)))


@pytest.fixture
async def written(world, caplog):
    """Return a world in which Bảo tàng wrote such words on the local page and sent its report."""
    caplog.set_level(logging.DEBUG)
    await world.start_campaign({"due.quarterly_report": 20})
    await world.move_to(local("2024-06-17 09:00"))
    people = {"A": ("secretary", "Nguyễn Văn A"), "B": ("deputy", "Trần Thị B"), "D": ("office", "Phạm Văn D")}
    people |= {"I": ("inspection", "Lê Văn I"), "E": ("editorial", "Đỗ Thị E"), "L": ("leader", "Hoàng Văn G")}
    for alias, (role, name) in people.items():
        await world.join(alias, role, "BT", name)
    await on(world, "web")
    await say(world, "/baocao")
    await world.press("A", "Việc 2")
    await world.press("A", "Có, ghi riêng cho Văn phòng")
    await say(world, SECRET, *REST, "gửi")
    return world


def seen(world, *aliases):
    """Return all that these people were ever shown, buttons and names of files with it."""
    return "\n".join(repr(shown.message) for alias in aliases for shown in world.phone(alias))


async def stored(world, *but):
    """Return every text in every table but these."""

    async def look(session):
        tables = [each for each in Base.metadata.sorted_tables if each.name not in {t.__tablename__ for t in but}]
        return [str(row) for table in tables for row in await session.execute(select(table))]

    return "\n".join(await world.read(look))


async def test_words_lie_in_one_table_alone(written):
    """The report, its revision, the audit, the cursor, notices and what was heard hold a mark, never the words."""
    assert SECRET in (await rows(written, WordsApart))[0].text
    assert SECRET not in await stored(written, WordsApart)
    assert {Audit, Conversation, Inbox, Outbox, LocalMessage} <= {m.class_ for m in Base.registry.mappers}


async def test_nobody_is_shown_them_unasked(written):
    """Not the branch in its review and receipt, not the office in what it is told."""
    await say(written, "/rasoat", "/tonghop", "/tinhhinh", who="D")
    await written.press("D", "1. Bảo tàng")
    await say(written, "/tonghop", who="L")
    assert SECRET not in seen(written, *"ABDIEL")
    assert "đã ghi, chỉ Văn phòng và Ủy ban Kiểm tra đọc" in seen(written, "A")


async def test_office_and_inspection_read_them_on_the_local_page(written):
    """A button under the report and under the branch; what was read is in the audit, the message is not kept."""
    await say(written, "/rasoat", who="D")
    await written.press("D", "1. Bảo tàng")
    await written.press("D", "Mục ghi riêng")
    assert SECRET in seen(written, "D")
    assert "apart.read" in {each.act for each in await rows(written, Audit)}
    assert SECRET not in await stored(written, WordsApart)


async def test_in_a_chat_even_the_office_is_sent_to_the_local_page(written):
    """The same button on Telegram shows nothing."""
    await on(written, "telegram")
    await say(written, "/rasoat", who="D")
    await written.press("D", "1. Bảo tàng")
    await written.press("D", "Mục ghi riêng")
    assert "Mục này chỉ đọc và ghi tại trang của Văn phòng" in seen(written, "D")
    assert SECRET not in seen(written, "D")


async def test_the_branchs_own_paper_does_not_hold_them(written):
    """The .docx says that something was written apart, not what."""
    files = [each for each in await rows(written, Attachment) if each.name.endswith(".docx")]
    text = inside((written.assistant.files / files[-1].path).read_bytes())
    assert "Trong quý có vấn đề phát sinh về tư tưởng, chi bộ báo cáo riêng với Văn phòng." in text
    assert "băn khoăn" not in text


async def test_no_export_holds_them(written):
    """Workbook, report upward with its working annex, own data of who wrote them."""
    await say(written, "/rasoat", who="D")
    await written.press("D", "1. Bảo tàng")
    await written.press("D", "Tiếp nhận")
    await say(written, "/xuat", who="D")
    await written.press("D", "Báo cáo tổng hợp")
    await written.press("D", "Quý II/2024")
    await written.press("D", "Lập bản chính thức")
    await say(written, "/xuat", who="L")
    await written.press("L", "Bảng Excel")
    await written.press("L", "Quý II/2024")
    await written.press("L", "Tải Excel")
    await say(written, "/riengtu")
    await written.press("A", "Tải về")
    made = [each for each in await rows(written, Attachment) if each.path]
    assert {each.name.rpartition(".")[2] for each in made} >= {"docx", "xlsx", "txt"}
    assert not [each.name for each in made if "băn khoăn" in inside((written.assistant.files / each.path).read_bytes())]


async def test_what_a_chat_refused_is_stored_nowhere(written):
    """Words typed where they are not taken are gone when the turn is done, and not in the log."""
    await on(written, "telegram")
    await say(written, "/baocao", who="B")
    refused = "Có ý kiến khác trong chi bộ về việc phân công."
    await say(written, "/baocao")
    await written.join("C", "secretary", "TV", "Trần Văn C")
    await say(written, "/baocao", who="C")
    await written.press("C", "Việc 2")
    await say(written, refused, who="C")
    assert "chữ vừa gõ không được lưu" in seen(written, "C")
    assert refused not in await stored(written)


async def test_the_log_does_not_hold_them(written, caplog):
    """Nothing of it is logged at any level by us."""
    ours = [each for each in caplog.records if not each.name.startswith(("sqlalchemy", "aiosqlite", "asyncio"))]
    assert "băn khoăn" not in "\n".join(each.getMessage() for each in ours)


async def test_the_office_types_them_in_from_paper(written):
    """On the local page; read by inspection there; a second text takes the first's place."""
    await say(written, "/rasoat", who="D")
    await written.press("D", "1. Bảo tàng")
    await written.press("D", "Mục ghi riêng")
    await written.press("D", "Ghi từ bản giấy: Biểu hiện suy thoái")
    await say(written, "Không có biểu hiện nào đáng kể theo bản giấy.", who="D")
    await say(written, "/tonghop", who="I")
    await written.press("I", "Từng chi bộ")
    await written.press("I", "Bảo tàng")
    await written.press("I", "Mục ghi riêng")
    assert "Không có biểu hiện nào đáng kể theo bản giấy." in seen(written, "I")
    assert SECRET in seen(written, "I")
    assert SECRET not in seen(written, *"ABEL")


def inside(content):
    """Return all text of a file: of each part of an Office file, else its letters."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "\n".join(packed.read(each).decode("utf-8", "replace") for each in packed.namelist())
