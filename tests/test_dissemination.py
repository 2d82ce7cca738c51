"""Dissemination: words that tell of postings, what counts by month, how it reaches the report once and no more."""

from datetime import date

import pytest
from sqlalchemy import select

from messages.reading.posts import Post, read_post
from models import activity
from models.activity import Activity
from models.role import RoleKind
from models.unit import Unit
from tests.world import World, local

PLACES = {
    "zalo": ("Zalo", "nhóm zalo"),
    "facebook": ("Facebook", "fb", "fanpage"),
    "website": ("Cổng, trang TTĐT", "trang web", "trang đơn vị"),
    "branch_meeting": ("Sinh hoạt chi bộ",),
}
TODAY = date(2024, 5, 21)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("vừa đăng 2 bài lên facebook", Post("facebook", 2, None)),
        ("vua dang 2 bai len fb", Post("facebook", 2, None)),
        ("hôm qua chi bộ đăng một tin trên nhóm Zalo ạ", Post("zalo", 1, date(2024, 5, 20))),
        ("đã đăng trang đơn vị", Post("website", None, None)),
        ("đăng thêm 3 bài rồi", Post("", 3, None)),
        ("ngày 18/5 tuyên truyền 1 buổi sinh hoạt chi bộ", Post("branch_meeting", 1, date(2024, 5, 18))),
        ("chưa đăng bài nào lên zalo", None),
        ("mai sẽ đăng 2 bài lên zalo", None),
        ("đăng zalo được không?", None),
        ("đã gửi zalo rồi", None),
        ("24/26 đảng viên ngày 13/5", None),
    ],
)
def test_words_of_postings(text: str, read: Post | None) -> None:
    """What was made known is read, what is still to come or something else is not."""
    assert read_post(text, PLACES, today=TODAY) == read


async def _counts(world: World, days: activity.Days | None = None) -> tuple[dict[str, int], int]:
    async def look(session):  # type: ignore[no-untyped-def]
        unit = (await session.scalars(select(Unit).where(Unit.code == "BT"))).one()
        campaign_id = (await session.scalars(select(Activity.campaign_id).limit(1))).one()
        tally = await activity.tally(session, unit.id, campaign_id, days)
        return tally, (await activity.by_unit(session, campaign_id, days)).get(unit.id, 0)

    found: tuple[dict[str, int], int] = await world.read(look)
    return found


async def test_what_was_taken_back_counts_nowhere(world: World) -> None:
    """[Xóa] takes a row out of every number; months begin and end where they should."""
    await world.join("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.start_campaign()
    await world.move_to(local("2024-05-31 20:00"))
    for words in ("/tuyentruyen", "[Zalo]", "[3]", "/tuyentruyen", "[Facebook]", "[1]"):
        await (world.press("A", words[1:-1]) if words.startswith("[") else world.say("A", words))
    await world.press("A", "Xóa")
    assert await _counts(world) == ({"zalo": 3}, 3)
    assert await _counts(world, (date(2024, 5, 1), date(2024, 6, 1))) == ({"zalo": 3}, 3)
    assert await _counts(world, (date(2024, 6, 1), date(2024, 7, 1))) == ({}, 0)


async def test_a_secret_file_is_off_the_posting(world: World) -> None:
    """What the file gate refuses once its bytes are there hangs on no posting."""
    await world.join("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.start_campaign()
    await world.say("A", "/tuyentruyen")
    for label in ("Zalo", "1", "Thêm ảnh"):
        await world.press("A", label)
    await world.send_file("A", "bai.pdf", b"no pdf at all")
    rows = await world.read(lambda session: session.scalars(select(Activity.attachment_id)))
    assert rows.all() == [None]
