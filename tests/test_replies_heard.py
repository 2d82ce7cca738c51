"""The 25 replies of the domain, each heard through the whole assistant: what is recorded, what is said."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from handlers.branch import answer
from handlers.turn import Turn
from messages.types import Heard, Incoming
from models import account, conversation, role
from models.item import Item, ItemKind, ItemState
from models.obligation import Obligation, State
from models.person import Person
from models.reminder import Reminder
from models.role import RoleKind
from models.unit import Unit
from tests.dialog import shown_text
from tests.world import World, local


@dataclass(frozen=True)
class Case:
    """A reply of Monday 20/5: the obligation's fields, the item it makes (kind, state, day), words of the answer."""

    text: str
    said: str
    owed: dict[str, Any]
    item: tuple[ItemKind, ItemState, date | None] | None = None


def day(month: int, number: int) -> date:
    """A day of 2024."""
    return date(2024, month, number)


SENT = {"state": State.SAID_SENT, "paused": True}
OPEN = {"state": State.NOT_SENT, "paused": False}
DOING = {**OPEN, "skip_next": True, "promised_on": None}
READ = (ItemKind.NOTE, ItemState.CLOSED, None)


def said_sent(on: date | None) -> tuple[ItemKind, ItemState, date | None]:
    """The item of a report said to be sent."""
    return ItemKind.SENT_ELSEWHERE, ItemState.OPEN, on


def wanted(until: date) -> tuple[ItemKind, ItemState, date | None]:
    """Words that ask for more time, read back and not agreed to yet: nothing is before the office."""
    return ItemKind.NOTE, ItemState.CLOSED, until


QUESTION = (ItemKind.QUESTION, ItemState.OPEN, None)
BLOCKED = (ItemKind.BLOCKED, ItemState.OPEN, None)

CASES = [
    Case("da hop xong sang nay", "Văn phòng còn cần số liệu", SENT, said_sent(day(5, 20))),
    Case("Hôm qua gửi rồi đ/c", "đã xong ngày 19/5, tạm thôi nhắc", SENT, said_sent(day(5, 19))),
    Case("hôm thứ 5 tuần trước bên em làm rồi", "đã xong ngày 16/5, tạm thôi nhắc", SENT, said_sent(day(5, 16))),
    Case("vừa đăng thêm 2 bài lên trang đơn vị", "Trợ lý đọc là: Chi bộ Bảo tàng, 02 tin, bài trên cổng", OPEN),
    Case("thứ sáu tuần sau em nộp", "Ngày 31/5 là ngày ghi trong Kế hoạch", {**OPEN, "promised_on": day(5, 31)}),
    Case("ngày 28 chi bộ họp", "Đã ghi: chi bộ làm ngày 28/5.", {**OPEN, "promised_on": day(5, 28)}),
    Case("ok để mai", "Đã ghi: chi bộ làm ngày 21/5.", {**OPEN, "promised_on": day(5, 21)}),
    Case("cuối tháng nộp", "sau ngày cuối trong hạn là thứ Năm 30/5", {**OPEN, "promised_on": day(5, 31)}),
    Case("mai mốt nộp", "Đã ghi. Lần nhắc tới: thứ Hai 27/5.", DOING),
    Case("đã nhận được file, đang điền", "Đã ghi. Lần nhắc tới: thứ Hai 27/5.", DOING),
    Case("xin lùi đến 4/6 ạ", "đến hết thứ Ba 04/6. Đúng chưa?", OPEN, wanted(day(6, 4))),
    Case("cho them 5 ngay", "đến hết thứ Ba 04/6. Đúng chưa?", OPEN, wanted(day(6, 4))),
    Case(
        "học rồi mà bc chưa ký xong, cho em nợ tới thứ 5 tuần sau nữa",
        "đến hết thứ Năm 06/6. Đúng chưa?",
        OPEN,
        wanted(day(6, 6)),
    ),
    Case("hôm nay bận quá", "Chi bộ Bảo tàng còn vướng", OPEN, BLOCKED),
    Case("mai bận, thứ sáu này nhé", "chi bộ làm ngày 24/5", {**OPEN, "promised_on": day(5, 24)}),
    Case(
        "28 đảng viên, miễn sinh hoạt 2, ngày 13/5 họp, vắng 2",
        "hội nghị ngày 13/5.\nĐảng viên dự 24/26 (92,31%), vắng 02.",
        OPEN,
        READ,
    ),
    Case(
        "hôm kia 24/26 đảng viên, hôm nay học bù 2 đồng chí nữa là đủ",
        "hội nghị ngày 18/5.\nĐảng viên dự 24/26 (92,31%), vắng 02.",
        OPEN,
        READ,
    ),
    Case(
        "Chi bộ Văn phòng báo cáo: ngày 13/5, 24/26 đảng viên, 5 quần chúng",
        "hội nghị ngày 13/5.\nĐảng viên dự 24/26 (92,31%), vắng 02. Quần chúng cùng học: 05.",
        OPEN,
        READ,
    ),
    Case("có mặt 17 vắng 2", "Đảng viên dự 17/19 (89,47%), vắng 02.\nDanh sách Văn phòng là 26.", OPEN, READ),
    Case("hai mươi lăm trên ba mươi đ/c", "dự 25/30 (83,33%), vắng 05.\nDanh sách Văn phòng là 26.", OPEN, READ),
    Case("6/7 đ/c dự, 1 đ/c nghỉ thai sản", "Đảng viên dự 06/07 (85,71%), vắng 01.", OPEN, READ),
    Case("35/33 đv", "Số dự 35 nhiều hơn tổng số 33.", OPEN, READ),
    Case("bc có phải đóng dấu ko", "Đã chuyển câu hỏi của đồng chí", OPEN, QUESTION),
    Case("k biết có phải học bù ko", "Đã chuyển câu hỏi của đồng chí", OPEN, QUESTION),
    Case("Rõ, em triển khai ngay", "Cảm ơn đồng chí. Lần nhắc tới: thứ Năm 23/5.", {**OPEN, "skip_next": False}),
    Case("chưa học được, BT ốm", "còn vướng việc", OPEN, BLOCKED),
    Case("việc này chuyển đ/c Minh phụ trách nhé", "cho đúng người", OPEN, BLOCKED),
    Case("đã nộp đâu mà xong", "còn vướng việc", OPEN, BLOCKED),
    Case("trời mưa to quá cả nhà ạ", "đã giữ tin này cùng việc", OPEN, READ),
]


async def owed_and_items(session: Any) -> tuple[Obligation, list[Item], list[Reminder]]:
    """The branch's study report, all items, all reminders."""
    unit = (await session.scalars(select(Unit).where(Unit.code == "BT"))).one()
    owed = (
        await session.scalars(select(Obligation).where(Obligation.unit_id == unit.id).order_by(Obligation.id))
    ).first()
    items = list(await session.scalars(select(Item).where(Item.unit_id == unit.id).order_by(Item.id)))
    return owed, items, list(await session.scalars(select(Reminder).order_by(Reminder.id)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
async def test_reply(world: World, case: Case) -> None:
    """A reply to a reminder is recorded on its deadline and answered in kind."""
    await world.join("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.join("V", RoleKind.OFFICE, "VP", "Phạm Văn D")
    await world.start_campaign()
    await world.move_to(local("2024-05-20 09:00"))
    world.unread("A")
    await world.say("A", case.text)
    said = "\n".join(shown_text(each) for each in world.unread("A"))
    assert case.said in said
    owed, items, _ = await world.read(owed_and_items)
    assert {name: getattr(owed, name) for name in case.owed} == case.owed
    found = [(item.kind, item.state, item.asked_for) for item in items]
    assert found == ([case.item] if case.item else [])
    assert all(item.text == case.text and item.obligation_id == owed.id for item in items)


async def test_words_stay_with_the_reminder(world: World) -> None:
    """What a branch answers is kept with the reminder it answers."""
    await world.join("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.start_campaign()
    await world.move_to(local("2024-05-20 09:00"))
    await world.say("A", "ngày 28 chi bộ họp")
    _, _, reminders = await world.read(owed_and_items)
    assert [each.reply for each in reminders] == ["ngày 28 chi bộ họp"]
    assert reminders[0].replied_at is not None


async def test_a_drafter_is_heard_a_member_is_not(world: World) -> None:
    """Who writes for a branch answers its reminders; a member gets a kind line and changes nothing."""
    await world.join("F", RoleKind.DRAFTER, "BT", "Đỗ Thị F")
    await world.join("M", RoleKind.MEMBER, "BT", "Hoàng Văn M")
    await world.start_campaign()
    await world.move_to(local("2024-05-20 09:00"))
    await world.say("M", "xin lùi đến 4/6")
    assert "trao đổi với đ/c Bí thư" in shown_text(world.unread("M")[-1])
    assert (await world.read(owed_and_items))[1] == []
    await world.say("F", "xin lùi đến 4/6")
    await world.press("F", "Đúng")
    assert [item.kind for item in (await world.read(owed_and_items))[1]] == [ItemKind.EXTENSION]


async def test_buttons_of_another_branch_do_nothing(world: World) -> None:
    """Values of buttons are not trusted: a duty of another branch is not theirs to answer."""
    await world.join("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    other = await world.join("B", RoleKind.SECRETARY, "TV", "Trần Thị B")
    await world.start_campaign()
    await world.move_to(local("2024-05-20 09:00"))
    theirs, _, _ = await world.read(owed_and_items)

    async def press(session: Any) -> None:
        where = (await account.of_person(session, other))[0]
        moment = vars(await world.assistant.moment(session))
        turn = Turn(
            **{name: value for name, value in moment.items() if not name.startswith("_")},
            incoming=Incoming(Heard.CHOICE, "B"),
            account=where,
            conversation=await conversation.of_account(session, where.id),
            inbox_id=0,
            person=await session.get_one(Person, other),
            roles=await role.of_person(session, other),
        )
        await answer.sent(turn, theirs.id, "paper")

    await world.write(press)
    owed, items, _ = await world.read(owed_and_items)
    assert owed.state == State.NOT_SENT
    assert items == []
