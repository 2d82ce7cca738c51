"""Erasure: what is left of a person in the database, and what stays with the branch."""

from typing import Any

from sqlalchemy import select, update

from models.account import Account
from models.base import Base
from models.consent import Consent
from models.conversation import Conversation
from models.invitation import Invitation
from models.item import Item, ItemKind, ItemState
from models.person import Person
from models.role import Role, RoleKind
from models.unit import Unit
from tests.world import World

NAME = "Nguyễn Văn Mẫu"


async def dump(world: World) -> str:
    """Return every cell of every table as text."""

    async def rows(session: Any) -> str:
        found = [row for table in Base.metadata.sorted_tables for row in await session.execute(select(table))]
        return "\n".join(str(row) for row in found)

    return await world.read(rows)


async def joined(world: World) -> None:
    """Let a secretary join by code, with an open question and their name in the office's register."""
    await world.write(lambda s: s.execute(update(Unit).where(Unit.code == "BT").values(secretary_name=NAME)))
    code, _ = await world.invite(RoleKind.SECRETARY, "BT", NAME)
    await world.say("A", code)
    await world.press("A", "Đúng, tôi đồng ý")
    await world.press("A", "Nhận trích đoạn")

    async def ask(session: Any) -> None:
        who = (await session.scalars(select(Person))).one()
        about = {"kind": ItemKind.QUESTION, "state": ItemState.OPEN, "text": "câu hỏi riêng", "asked_at": who.joined_at}
        session.add(Item(committee_id=who.committee_id, person_id=who.id, **about))

    await world.write(ask)


async def erased(world: World) -> None:
    """Press through to the end."""
    await world.say("A", "/riengtu")
    await world.press("A", "Xóa")
    await world.press("A", "Đúng, xóa")


async def test_the_name_and_the_words_are_gone(world: World) -> None:
    """No cell of any table holds the name or what they wrote; the file they were given loses its row's path."""
    await joined(world)
    await world.say("A", "/riengtu")
    await world.press("A", "Tải về")
    before = await dump(world)
    assert NAME in before
    assert "câu hỏi riêng" in before
    await erased(world)
    after = await dump(world)
    assert NAME not in after
    assert "câu hỏi riêng" not in after
    assert "thong-tin-ve-toi" not in after


async def test_the_person_is_let_go_of(world: World) -> None:
    """Account unbound, roles ended, both consents withdrawn, no pushes, no open dialogue."""
    await joined(world)
    await erased(world)
    one = await world.read(lambda s: s.scalar(select(Person)))
    assert (one.name, one.pushes, one.excerpts) == ("(đã xóa tên)", False, False)
    assert one.left_at is not None
    assert await world.read(lambda s: s.scalar(select(Account.person_id).where(Account.external_id == "A"))) is None
    assert await world.read(lambda s: s.scalar(select(Role.ended_at))) is not None
    said = list(await world.read(lambda s: s.execute(select(Consent.purpose, Consent.given).order_by(Consent.id))))
    assert said[-2:] == [("contact", False), ("excerpts", False)]
    cursor = await world.read(lambda s: s.scalar(select(Conversation)))
    assert (cursor.expects, cursor.subject) == ("", {})
    assert await world.read(lambda s: s.scalar(select(Invitation.name))) == ""


async def test_who_was_erased_can_come_back_as_somebody_new(world: World) -> None:
    """A new code makes a new person; nothing of the old one returns."""
    await joined(world)
    await erased(world)
    code, _ = await world.invite(RoleKind.MEMBER, "BT")
    await world.say("A", code)
    await world.say("A", "Trần Văn Mới")
    await world.press("A", "Đúng, tôi đồng ý")
    people = list(await world.read(lambda s: s.scalars(select(Person).order_by(Person.id))))
    assert [each.name for each in people] == ["(đã xóa tên)", "Trần Văn Mới"]


async def test_the_file_says_everything_in_letters_that_editors_read(world: World) -> None:
    """Roles, consents, words and messages are in it, unescaped, marked as UTF-8 with Windows line ends."""
    await joined(world)
    await world.say("A", "/riengtu")
    await world.press("A", "Tải về")
    sent = next(shown.message.file for shown in world.phone("A") if shown.message.file)
    content = (world.assistant.files / sent.path).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content
    text = content.decode("utf-8-sig")
    for part in (f"Họ tên: {NAME}", "Bí thư Chi bộ Bảo tàng, từ 13/5/2024", "đồng ý nhận trích đoạn", "câu hỏi riêng"):
        assert part in text
    assert "&#" not in text
    assert "<b>" not in text
