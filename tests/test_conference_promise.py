"""A conference's day rests the report's reminders until then: one that no longer holds gives no rest."""

from datetime import date
from typing import Any

from sqlalchemy import select

from models.deadline import Deadline
from models.obligation import Obligation
from models.unit import Unit
from tests.world import World, local


async def promised(world: World) -> date | None:
    """Return until when reminders of Bảo tàng's report on the study rest."""

    async def look(session: Any) -> Any:
        query = select(Obligation.promised_on).join(Unit, Unit.id == Obligation.unit_id)
        query = query.join(Deadline, Deadline.id == Obligation.deadline_id)
        return (await session.scalars(query.where(Unit.code == "BT", Deadline.form_name == "study_report"))).one()

    found: date | None = await world.read(look)
    return found


async def test_one_moved_past_the_deadline_rests_nothing(either: World) -> None:
    """28/5 rests until 28/5; moved to 29/5 until then; moved to 03/6, past 30/5, reminders go on at once."""
    await either.start_campaign()
    await either.move_to(local("2024-05-20 09:00"))
    await either.join("A", "secretary", "BT", "Nguyễn Văn A")
    await either.say("A", "chiều 28/5, hội trường, Bí thư truyền đạt")
    await either.press("A", "Ghi lại")
    assert await promised(either) == date(2024, 5, 28)
    for day, rests in (("29/5", date(2024, 5, 29)), ("03/6", None)):
        await either.press("A", "Lịch hội nghị")
        await either.press("A", "Buổi 1")
        await either.press("A", "Dời ngày")
        await either.say("A", day)
        await either.press("A", "Đúng, dời")
        assert await promised(either) == rests
    assert "nhắc hạn vẫn như cũ" in either.phone("A")[-1].message.text
