"""/xuat, tables: rows by state and days, a sheet for each deadline and one of dissemination, CSV that Excel knows."""

import csv
import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from handlers.office.tables import read_days
from models.activity import Activity
from models.unit import Unit
from tests import test_consolidated as upward
from tests.world import World, local


async def table(world: World, scope: str, *presses: str) -> Path:
    """Let the office take a table away; return where it lies."""
    await world.say("D", "/xuat")
    for label in ("Bảng Excel", scope, *presses):
        await (world.say("D", label[1:]) if label.startswith(">") else world.press("D", label))
    return [Path(each.message.file.path) for each in world.phone("D") if each.message.file][-1]


def names(path: Path) -> list[Any]:
    """Return the branches of the first sheet, without the total."""
    page = openpyxl.load_workbook(path).worksheets[0]
    return [row[2].value for row in page.iter_rows(min_row=5)][:-1]


async def test_rows_are_those_asked_for(world: World) -> None:
    """All, then by state, then by the days of sending."""
    await upward.ready(world)
    scope = "Báo cáo học tập Chuyên đề"
    assert len(names(await table(world, scope, "Tải Excel"))) == 12
    state = "Đổi tình trạng"
    assert len(names(await table(world, scope, state, "Tải Excel"))) == 6
    assert names(await table(world, scope, *[state] * 2, "Tải Excel")) == ["Tổ chức", "Kế hoạch"]
    assert names(await table(world, scope, *[state] * 3, "Tải Excel")) == ["Gia đình"]
    assert names(await table(world, scope, *[state] * 4, "Tải Excel")) == []  # opened again
    assert names(await table(world, scope, *[state] * 5, "Tải Excel")) == ["Bảo tàng", "Nhà hát", "Di tích"]
    assert len(names(await table(world, scope, "Khoảng ngày", ">28/5", "Tải Excel"))) == 9
    assert names(await table(world, scope, "Khoảng ngày", ">tháng 4", "Tải Excel")) == []


async def test_csv_is_for_excel_and_holds_no_formula(world: World) -> None:
    """A mark of UTF-8 at the beginning; what begins like a formula is quoted."""
    await upward.ready(world)

    async def rename(session: Any) -> None:
        (await session.scalar(select(Unit).where(Unit.code == "TV"))).name = "=HYPERLINK(1)"

    await world.write(rename)
    content = (await table(world, "Báo cáo học tập Chuyên đề", "Tải CSV")).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[2][2:5] == ["'=HYPERLINK(1)", "đã tiếp nhận", "15:42 28/05/2024"]
    assert rows[-1][2:4] == ["Cộng", "9/12 chi bộ đã báo cáo"]


async def test_the_whole_plan_has_a_sheet_for_each_duty_and_dissemination(either: World) -> None:
    """Real dates, times as numbers, the quarter's own days alone for a quarter."""
    world = either
    await upward.ready(world)
    await world.start_campaign({"due.thematic_meeting": 18, "due.quarterly_report": 20})
    await world.move_to(local("2024-06-03 09:00"))

    async def post(session: Any) -> None:
        unit = await session.scalar(select(Unit).where(Unit.code == "TV"))
        current = await (await world.assistant.moment(session)).campaign()
        for day, count in ((date(2024, 5, 20), 3), (date(2024, 7, 2), 2)):
            about = {"committee_id": unit.committee_id, "unit_id": unit.id, "campaign_id": current.id}
            session.add(Activity(**about, place="zalo", count=count, on_day=day, recorded_at=world.clock.now()))

    await world.write(post)
    book = openpyxl.load_workbook(await table(world, "Chuyên đề năm 2024", "Tải Excel"))
    assert book.sheetnames[0] == "Báo cáo học tập Chuyên đề"
    assert book.sheetnames[-1] == "Tuyên truyền"
    page = book["Tuyên truyền"]
    assert [cell.value for cell in page[5]][1:5] == [datetime(2024, 5, 20), "Thư viện", "Zalo", 3]  # noqa: DTZ001
    assert page["E7"].value == 5
    assert page.auto_filter.ref == "A4:G6"
    quarter = openpyxl.load_workbook(await table(world, "Quý II/2024", "Tải Excel"))
    assert quarter["Tuyên truyền"]["E6"].value == 3


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("01/5 đến 31/5", ("2024-05-01", "2024-05-31")),
        ("từ 1/5 tới 15/5", ("2024-05-01", "2024-05-15")),
        ("tháng 2", ("2024-02-01", "2024-02-29")),
        ("thang 12/2023", ("2023-12-01", "2023-12-31")),
        ("13/5", ("2024-05-13", "2024-05-13")),
        ("31/5 đến 01/5", None),
        ("tháng 13", None),
        ("tháng 5/9999", None),
        ("lúc nào cũng được", None),
    ],
)
def test_days_are_read(said: str, days: tuple[str, str] | None) -> None:
    """A first and a last day, one day, a month; nothing is guessed."""
    found = read_days(said, date(2024, 6, 3))
    assert (found and tuple(day.isoformat() for day in found)) == days
