"""What the office answers goes to who asked while they are of the branch, else to who answers for it now."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from models.person import Person
from models.role import Role, RoleKind
from tests.world import World, local

ANSWER = "Nộp tại phòng 12."


async def _asked(world: World) -> None:
    await world.join("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.join("B", RoleKind.DEPUTY, "BT", "Trần Thị B")
    await world.join("D", RoleKind.OFFICE, "VP", "Phạm Văn D")
    await world.start_campaign()
    await world.move_to(local("2024-05-20 09:00"))
    await world.say("A", "chi bộ em có phải đóng dấu treo vào biên bản không ạ?")
    for alias in "ABD":
        world.unread(alias)


async def _answer(world: World) -> list[str]:
    await world.press("D", "Trả lời")
    await world.say("D", ANSWER)
    return [alias for alias in "AB" if any(ANSWER in shown.message.text for shown in world.unread(alias))]


async def test_who_asked_is_answered(world: World) -> None:
    """The secretary asked and is answered; the deputy is not written to."""
    await _asked(world)
    assert await _answer(world) == ["A"]


async def test_who_left_the_branch_is_not(world: World) -> None:
    """The secretary's role has ended since: the deputy hears it."""
    await _asked(world)

    async def end(session: Any) -> None:
        mine = select(Role).join(Person).where(Person.name == "Nguyễn Văn A")
        (await session.scalars(mine)).one().ended_at = datetime.now(UTC)

    await world.write(end)
    assert await _answer(world) == ["B"]
