"""What people send wrongly: a clear sentence, nothing lost, no stack trace, nothing that Telegram would refuse.

That last part holds for every message here and in the dialogs: the fake channel refuses what Telegram does.
"""

import unicodedata
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select, update

from messages.types import Heard
from models.attachment import Attachment
from models.inbox import Inbox
from models.item import Item
from models.report import Report, Revision
from models.unit import Unit
from tests.dialog import shown_text
from tests.world import World, local

LONG = "Chi bộ đã họp và thống nhất. " * 172  # 5,000 characters
ODD_NAME = "Nguyễn <b>Văn</b> & A"
UPSIDE_DOWN = "Bảo & <i>tàng</i>"


@pytest.fixture
async def morning(world: World) -> World:
    """Return the morning of a reminder, with a secretary (A), a deputy (B) and two office persons (D, E)."""
    for alias, role, name in (("A", "secretary", "Nguyễn Văn A"), ("B", "deputy", "Trần Thị B")):
        await world.join(alias, role, "BT", name)
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.join("E", "office", "VP", "Lê Thị E")
    await world.start_campaign()
    await world.move_to(local("2024-05-23 09:00"))
    unread(world, "A", "B", "D", "E")
    return world


def unread(world: World, *who: str) -> list[str]:
    """Return what these people have not read yet."""
    return [shown_text(shown) for each in who for shown in world.unread(each)]


async def rows(world: World, query: Any) -> Sequence[Any]:
    """Return what a query finds."""

    async def read(session: Any) -> Sequence[Any]:
        return (await session.scalars(query)).all()

    return await world.read(read)


async def handled(world: World) -> bool:
    """Say whether everything heard was handled at the first try."""
    found = await rows(world, select(Inbox))
    return all(row.done_at and row.outcome != "set_aside" and row.attempts == 0 for row in found)


async def test_long_words_are_kept_whole(morning: World) -> None:
    """5,000 characters in reply to a reminder: kept to the last letter, answered."""
    await morning.say("A", LONG, reply_to=morning.phone("A")[-1].id)
    assert unread(morning, "A")
    assert LONG.strip() in [item.text.strip() for item in await rows(morning, select(Item))]
    assert await handled(morning)


async def test_a_long_question_reaches_the_office_whole(morning: World) -> None:
    """A question of 5,000 characters is shown to the office in parts that together say all of it."""
    question = "Báo cáo nộp ở đâu ạ? " + "<" * 4950 + " hết"
    await morning.say("A", question, reply_to=morning.phone("A")[-1].id)
    told = "".join(unread(morning, "D"))
    assert told.count("<") == 4950
    assert "nộp ở đâu" in told
    assert "hết" in told


async def test_a_long_answer_in_the_form(morning: World) -> None:
    """A text longer than its question takes is not cut: the limit is said and the question stays."""
    await morning.say("A", "/baocao")
    for said in ("Đã tổ chức", "13/5", "Trực tiếp", "Phó Bí thư"):
        await morning.say("A", said)
    unread(morning, "A")
    await morning.say("A", LONG)
    assert "80" in unread(morning, "A")[-1]
    await morning.say("A", "Trần Thị B, Phó Bí thư")
    assert "Câu 5/8" in unread(morning, "A")[-1]


@pytest.mark.parametrize("text", ["/nhap " + LONG, "Bảo tàng 24/26 " + LONG, ("Bảo tàng 24/26\n") * 300])
async def test_long_words_of_the_office(morning: World, text: str) -> None:
    """A long pasted text is read as far as it goes, or what is unclear is named."""
    await morning.say("D", text)
    assert unread(morning, "D")
    assert await handled(morning)


async def test_decomposed_letters(morning: World) -> None:
    """NFD is the same as NFC: buttons typed out, branches, figures."""
    say = [unicodedata.normalize("NFD", each) for each in ("Bảo tàng: ngày 13/5, 24/26 đảng viên", "đúng", "Bản giấy")]
    await morning.say("D", say[0])
    assert "24/26 (92,31%)" in unread(morning, "D")[-1]
    await morning.say("D", say[1])
    await morning.say("D", say[2])
    await morning.say("D", unicodedata.normalize("NFD", "hôm nay"))
    assert "Đã ghi nhập thay theo bản giấy" in unread(morning, "D")[-1]


async def test_markup_in_names(world: World) -> None:
    """A person named with tags and a branch with an ampersand are shown letter by letter, everywhere."""

    async def rename(session: Any) -> None:
        await session.execute(update(Unit).where(Unit.code == "BT").values(name=UPSIDE_DOWN))

    await world.write(rename)
    await world.join("A", "secretary", "BT", ODD_NAME)
    await world.join("D", "office", "VP", ODD_NAME)
    await world.start_campaign()
    await world.move_to(local("2024-05-23 09:00"))
    for text in ("/tonghop", "/trogiup", "/viec", "/lich", "/moi", "/riengtu", "/tinhhinh", "Bảo & <i>tàng</i>: 24/26"):
        await world.say("D", text)
        await world.say("A", text)
    await world.say("A", "bc co can dong dau ko <b>?", reply_to=world.phone("A")[0].id)
    said = "\n".join(unread(world, "A", "D"))
    assert ODD_NAME in said
    assert UPSIDE_DOWN in said
    assert await handled(world)


async def test_a_button_from_last_week(morning: World) -> None:
    """An old reminder's button works or shows where things stand; it is never an error."""
    old = morning.phone("A")[0].message
    await morning.move_to(local("2024-05-29 09:00"))
    unread(morning, "A")
    for button in (each for row in old.buttons for each in row):
        await morning.hear("A", Heard.CHOICE, data=button.data)
        assert unread(morning, "A"), button.label
    assert await handled(morning)


async def test_an_old_button_of_a_report_that_was_sent_since(morning: World) -> None:
    """[Báo cáo ngay] of an old reminder shows the report that the office has, and changes nothing."""
    data = morning.phone("A")[0].message.buttons[0][0].data
    for text in ("Bảo tàng: 24/26", "Đúng", "Zalo", "Hôm nay"):
        await morning.say("D", text)
    unread(morning, "A")
    before = await rows(morning, select(Report.answers))
    await morning.hear("A", Heard.CHOICE, data=data)
    assert unread(morning, "A")
    assert await rows(morning, select(Report.answers)) == before


async def test_a_callback_that_is_not_theirs(morning: World) -> None:
    """Somebody else's button data does nothing but a courteous line; made-up data neither."""
    await morning.say("D", "Bảo tàng: 24/26")
    mine = morning.phone("D")[-1].message.buttons[0][0].data
    unread(morning, "A")
    for data in (mine, "x", "", ".", "a.99999999999999999999", mine + "0", "đ" * 80):
        await morning.hear("A", Heard.CHOICE, data=data)
        assert unread(morning, "A") == [
            "Nút này đã cũ, số liệu vẫn giữ nguyên. Đồng chí gõ /trogiup để xem việc làm được lúc này."
        ]
        await morning.hear("stranger", Heard.CHOICE, data=data)
        assert morning.phone("stranger") == []
    assert not await rows(morning, select(Report))


async def test_a_message_changed_before_and_after_it_counts(morning: World) -> None:
    """Changed words are read again while nothing is confirmed; afterwards there is an offer to correct."""
    text = "ngày 13/5, 24/26 đảng viên"
    await morning.say("A", text, reply_to=morning.phone("A")[-1].id)
    await morning.hear("A", Heard.EDITED, text="ngày 13/5, 25/26 đảng viên", message_id=morning.said_id("A", text))
    assert "25/26 (96,15%)" in unread(morning, "A")[-1]
    await morning.press("A", "Đúng")
    unread(morning, "A")
    await morning.hear("A", Heard.EDITED, text="ngày 13/5, 26/26 đảng viên", message_id=morning.said_id("A", text))
    assert unread(morning, "A")
    (report,) = await rows(morning, select(Report))
    assert report.answers["attended"]["value"] == 25


async def test_an_edit_of_something_unknown(morning: World) -> None:
    """A changed message that was never seen is answered, not mistaken for a new one."""
    await morning.hear("A", Heard.EDITED, text="24/26 đảng viên", message_id="m404")
    assert "sửa một tin" in unread(morning, "A")[-1]
    assert not await rows(morning, select(Report))


async def test_an_album(morning: World) -> None:
    """Four pictures sent together are all kept on the deadline; there is one answer and one item for the office."""
    for n in range(4):
        await morning.send_file("A", f"{n}.jpg", b"\xff\xd8\xff sample", album="7")
    assert len(unread(morning, "A")) == 1
    assert len(unread(morning, "D")) == 1
    kept = await rows(morning, select(Attachment))
    assert len(kept) == 4
    assert len({each.obligation_id for each in kept} - {None}) == 1


@pytest.mark.parametrize(
    ("name", "size"), [("to.pdf", 20_000_001), ("to.jpg", 3_000_000_000), ("a.exe", 10), ("a", 10)]
)
async def test_a_file_that_cannot_be_kept(morning: World, name: str, size: int) -> None:
    """A file too large or of a wrong kind is refused in words and nothing is fetched."""
    await morning.send_file("A", name, b"sample", size=size)
    (said,) = unread(morning, "A")
    assert "gửi" in said
    assert not await rows(morning, select(Attachment))


async def test_a_group(morning: World) -> None:
    """Added to a group it says one line there and nothing else, whatever is written there."""
    await morning.hear("A", Heard.GROUP, chat="-100", private=False)
    assert len(unread(morning, "-100")) == 1
    for kind, text in ((Heard.TEXT, "/tonghop"), (Heard.TEXT, "24/26 đảng viên"), (Heard.FILE, ""), (Heard.VOICE, "")):
        await morning.hear("A", kind, text=text, chat="-100", private=False)
    assert unread(morning, "-100", "A") == []


async def test_two_people_send_one_report_at_once(morning: World) -> None:
    """Secretary and deputy press [Gửi báo cáo] in the same instant: it is sent once, both are told so."""
    for who, said in (("A", ANSWERS), ("B", ())):
        await morning.say(who, "/baocao")
        for text in (*said, "xem lại"):
            await morning.say(who, text)
    unread(morning, "A", "B")
    pressed = [morning.channel.update(who, Heard.CHOICE, data=send_button(morning, who)) for who in ("A", "B")]
    await morning.receiver.store(pressed)
    await morning.settle()
    assert len(await rows(morning, select(Revision))) == 1
    assert "Lần gửi 1" in "".join(unread(morning, "A"))
    assert "đã gửi" in "".join(unread(morning, "B"))
    assert await handled(morning)


ANSWERS = ("Đã tổ chức", "13/5", "Trực tiếp", "Bí thư chi bộ", "Đúng", "đủ", "5")


def send_button(world: World, who: str) -> str:
    """Return the data of the newest [Gửi báo cáo]."""
    buttons = [each for shown in world.phone(who) for row in shown.message.buttons for each in row]
    return next(button.data for button in reversed(buttons) if button.label == "Gửi báo cáo")


async def test_two_of_the_office_enter_the_same_at_once(morning: World) -> None:
    """Both are read back; the later one replaces the earlier as a version of its own, the branch is asked for each."""
    await morning.say("D", "Bảo tàng: 24/26")
    await morning.say("E", "Bảo tàng: 25/26")
    for who in ("D", "E"):
        for text in ("Đúng", "Zalo", "Hôm nay"):
            await morning.say(who, text)
        assert "Đã ghi nhập thay" in unread(morning, who)[-1]
    (report,) = await rows(morning, select(Report))
    assert report.answers["attended"]["value"] == 25
    asked = [text for text in unread(morning, "A") if "nhập thay" in text]
    assert ["24/26" in asked[0], "25/26" in asked[1]] == [True, True]
