"""Figures told beside the answer to another question are kept as read from a reply: nobody confirmed their doubts."""

from typing import Any

from sqlalchemy import select

from models.report import Revision
from tests.world import World, local


async def test_doubtful_figures_told_besides_are_shown_to_the_office_as_unconfirmed(world: World) -> None:
    """Ten of 26 were read back without the question "fewer than half?": the office is not told that it was answered."""
    await world.start_campaign()
    await world.move_to(local("2024-05-20 09:00"))
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.join("V", "office", "VP", "Phạm Văn D")
    for said in ("/baocao", "rồi", "hôm qua, 10/26 đảng viên dự, 50 quần chúng", "đúng", "trực tiếp"):
        await world.say("A", said)
    for said in ("bí thư chi bộ", "đều có lý do", "không", "xem lại", "gửi"):
        await world.say("A", said)

    async def hows(session: Any) -> Any:
        (sent,) = await session.scalars(select(Revision))
        return {name: sent.answers[name].get("how") for name in ("held_on", "summoned", "attended", "masses")}

    assert await world.read(hows) == {"held_on": None, "summoned": "reply", "attended": "reply", "masses": "reply"}
    await world.say("V", "/rasoat")
    await world.press("V", "1. Bảo tàng")
    shown = world.phone("V")[-1].message.text
    assert "chưa đến một nửa dự." in shown
    assert "đã xác nhận" not in shown
