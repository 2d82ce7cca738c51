"""The pictures of dissemination: what a phone can show, counted anew, read back by size and by colour."""

import io
import pickle
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image, ImageColor
from sqlalchemy import select

from handlers.office import spread_files
from messages.documents import spread
from messages.documents.spread import Part, Spread
from models.account import Account
from models.activity import Activity
from models.unit import Unit
from tests.world import World, local

KINDS = ("Zalo", "Facebook", "Cổng, trang TTĐT", "Sinh hoạt chi bộ", "Đoàn thể", "Báo, đài", "Trực quan", "Văn nghệ")
LONG = "Trung tâm Văn hóa, Điện ảnh, Xúc tiến Du lịch và Phát triển cộng đồng tỉnh"


def a_spread(n: int, **changes) -> Spread:
    """What n parts of long and short names recorded, every fifth of them nothing."""
    parts = tuple(Part(LONG if i % 7 == 3 else f"Chi bộ {i}", (i % 5, 3 * (i % 5)) * 4, "2024") for i in range(n))
    return replace(Spread("Chuyên đề năm 2024", date(2024, 12, 20), n - n // 5, n, KINDS, parts), **changes)


def opened(png: bytes) -> Image.Image:
    """The picture, decoded."""
    return Image.open(io.BytesIO(png)).convert("RGB")


@pytest.mark.parametrize(("rows", "pictures"), [(0, 1), (1, 1), (15, 1), (16, 2), (40, 3)])
def test_fifteen_branches_a_picture(rows, pictures):
    """Portrait width, small enough for a platform, 15 branches each."""
    drawn = [opened(png) for png in spread.draw_branches(a_spread(rows))]
    assert len(drawn) == pictures
    assert {picture.width for picture in drawn} == {1080}
    assert all(picture.width + picture.height < 10000 for picture in drawn)


def test_each_kind_has_its_colour_by_month_and_by_branch():
    """Eight kinds, eight colours, in both pictures; letters of 30 pixels at least."""
    for png in (spread.draw_months(a_spread(6)), spread.draw_branches(a_spread(6))[0]):
        seen = {colour for _, colour in opened(png).getcolors(1 << 20)}
        assert all(ImageColor.getrgb(colour) in seen for colour in spread.COLOURS[: len(KINDS)])
    assert len(set(spread.COLOURS)) == len(spread.COLOURS)
    assert min(spread._TITLE, spread._BIG, spread._NAME, spread._SMALL) >= 30


def test_more_than_twelve_months_are_the_latest_twelve():
    """Thirteen months do not make thinner columns; the bars by kind still count all of them."""
    given = a_spread(13)
    assert sum(given.totals) == sum(part.total for part in given.parts)
    assert opened(spread.draw_months(given)).size == opened(spread.draw_months(a_spread(12))).size


def test_strange_names_are_drawn_without_complaint():
    """Mathematics signs, decomposed letters, unknown scripts and no name at all cause no warning."""
    names = ("$\\frac{1$ %", "<b>&amp;", "Bảo tàng", "a\x00\x07b", "漢字 🧑🏽‍💻", "")
    parts = tuple(Part(name, (1,) * len(KINDS)) for name in names)
    assert opened(spread.draw_branches(a_spread(0, parts=parts))[0]).width == 1080


def test_it_travels_to_a_child_process():
    """The values can be pickled and come back equal."""
    assert pickle.loads(pickle.dumps(a_spread(3))) == a_spread(3)


async def test_the_picture_counts_what_the_rows_say(either: World) -> None:
    """What is drawn by month and by branch equals the rows that stand; a branch gone since is in a line of its own."""
    world = either
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.start_campaign()
    for label, number in (("Zalo", "2"), ("Facebook", "3"), ("Zalo", "1")):
        await world.say("A", "/tuyentruyen")
        await world.press("A", label)
        await world.press("A", number)

    async def change(session):
        last = (await session.scalars(select(Activity).order_by(Activity.id))).all()[-1]
        last.on_day = date(2024, 4, 25)
        library = (await session.scalars(select(Unit).where(Unit.code == "TV"))).one()
        about = {name: getattr(last, name) for name in ("committee_id", "campaign_id", "recorded_at")}
        session.add(Activity(**about, unit_id=library.id, place="zalo", count=7, on_day=date(2024, 5, 2)))
        library.active_to = date(2024, 5, 10)

    await world.write(change)
    await world.move_to(local("2024-05-21 09:00"))

    async def look(session):
        moment = await world.assistant.moment(session)
        mine = (await session.scalars(select(Account).where(Account.external_id == "D"))).one()
        theirs = (await session.scalars(select(Account).where(Account.external_id == "A"))).one()
        return (
            [await spread_files.load(moment, mine.id, by) for by in ("month", "branch")],
            await spread_files.load(moment, theirs.id, "branch"),
        )

    (by_month, by_branch), theirs = await world.read(look)
    assert theirs is None  # a secretary asks in vain for the picture of all branches
    months, branches = by_month.arguments[0], by_branch.arguments[0]
    assert [(part.name, part.year, part.counts[:2]) for part in months.parts] == [
        ("T4", "2024", (1, 0)),
        ("T5", "2024", (9, 3)),
    ]
    assert {part.name: part.total for part in branches.parts} == {
        "Bảo tàng": 6,
        "Nhà hát": 0,
        "Di tích": 0,
        "Chi bộ đã ghép, kết thúc": 7,
    }
    assert (months.had, months.of) == (2, 4)  # a branch merged since recorded too
