"""What the office looks at is counted in the database and paged: with a thousand branches no turn reads them all."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, select, update

from handlers import plan
from handlers.office import brief, preview, standing, summary
from handlers.turn import Moment
from models import unit
from models.campaign import Campaign
from models.conference import Conference, ConferenceState
from models.item import Item, ItemState
from models.obligation import Obligation, State
from models.unit import Unit, UnitKind
from tests.dialog import shown_text
from tests.world import World, local

MANY = 1000
ROWS = 150  # rows that one look at any of these may read, however many branches there are


async def _registered(world: World, session: Any, numbers: range) -> tuple[int, Moment, Campaign]:
    """Add branches with all that they owe; return the committee, the moment and the campaign."""
    owner = (await session.scalars(select(Unit.committee_id).limit(1))).one()
    kept = {"committee_id": owner, "kind": UnitKind.BRANCH, "short_names": [], "active_from": date(2024, 1, 1)}
    rows = [{**kept, "code": f"C{n}", "name": f"Số {n}", "ordinal": 10 + n} for n in numbers]
    await session.execute(insert(Unit), rows)
    moment = await world.assistant.moment(session)
    current = await moment.campaign()
    assert current
    await plan.ensure_deadlines(moment, current)
    while await plan.ensure_obligations(moment, current):
        pass
    return owner, moment, current


@pytest.fixture
async def many(world: World) -> World:
    """Return a world on 29 May with a thousand and four branches, of which none has told anything."""
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.start_campaign({"due.thematic_meeting": 18, "due.quarterly_report": 20})
    world.clock.move_to(local("2024-05-29 10:00"))

    async def fill(session: Any) -> None:
        owner, moment, current = await _registered(world, session, range(MANY))
        branches = await unit.branches(session, owner)
        sessions = {"committee_id": owner, "campaign_id": current.id, "recorded_at": moment.now, "form": "in_person"}
        await session.execute(
            insert(Conference),
            [
                {**sessions, "unit_id": each.id, "state": state, "on_day": date(2024, 5, 28) + timedelta(days=ahead)}
                for found, state, ahead in (
                    (branches[:300], ConferenceState.HELD, 0),
                    (branches[300:500], ConferenceState.ANNOUNCED, 2),
                )
                for each in found
            ],
        )

    await world.write(fill)
    return world


@contextmanager
def counted(world: World) -> Iterator[Counter[str]]:
    """Count the rows that are read, and the statements, while it lasts."""
    found = Counter[str]()

    def row(_cursor: Any, values: tuple[Any, ...]) -> tuple[Any, ...]:
        found["rows"] += 1
        return values

    def before(_connection: Any, cursor: Any, *_: Any) -> None:
        found["statements"] += 1
        cursor.row_factory = row

    engine = world.assistant.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", before)
    yield found
    event.remove(engine, "before_cursor_execute", before)


async def test_the_calendar_reads_a_page_of_it(many: World) -> None:
    """Each of its lists, and a page far down, takes a handful of rows; what it counts is all of them."""
    with counted(many) as found:
        await many.say("D", "/hoinghi")
    assert "Đã tổ chức 300, sắp tới 200, chưa báo lịch 504." in shown_text(many.phone("D")[-1])
    assert 0 < found["rows"] < ROWS
    for label in ("Đã tổ chức 300", "Chưa báo lịch 504"):
        with counted(many) as found:
            await many.press("D", label)
        assert 0 < found["rows"] < ROWS
    for _ in range(3):
        await many.press("D", "Trang sau")
    lines = [each for each in shown_text(many.phone("D")[-1]).split("\n") if each.startswith("- ")]
    assert lines == [f"- Số {n}." for n in range(532, 544)]


async def test_the_brief_counts_deadlines_without_reading_them(many: World) -> None:
    """Its lines on the deadlines take a handful of rows, and say how many are missing with the first by name."""

    async def heads(session: Any) -> Any:
        return await brief.deadlines_in_view(await many.assistant.moment(session))

    with counted(many) as found:
        shown, _ = await many.write(heads)
    assert 0 < found["rows"] < ROWS
    assert [(each.sent, each.owing, each.more) for each in shown] == [(0, MANY + 4, MANY)]
    assert [each.name for each in shown[0].missing] == ["Bảo tàng", "Thư viện", "Nhà hát", "Di tích"]


async def test_choosing_branches_reads_a_page_of_them(many: World) -> None:
    """[Chọn chi bộ] for a deadline that the office adds: twenty buttons, twenty branches."""
    for each in ("/han", "[Thêm việc, mốc]", "Nộp danh sách cảm tình Đảng", "[Không cần biểu mẫu]", "20/6"):
        await (many.press("D", each[1:-1]) if each.startswith("[") else many.say("D", each))
    with counted(many) as found:
        await many.press("D", "Chọn chi bộ")
    assert 0 < found["rows"] < ROWS
    with counted(many) as found:
        await many.press("D", "Trang sau")
    assert 0 < found["rows"] < ROWS
    assert "Số 16" in shown_text(many.phone("D")[-1])


async def test_the_summary_counts_a_deadline_without_reading_it(many: World) -> None:
    """The text of /tonghop takes a handful of rows, and says how many are missing with the first by name."""

    async def text(session: Any) -> str:
        moment = await many.assistant.moment(session)
        found = (await standing.nearest(moment))[0]
        counts = (await standing.counts(moment, [found]))[found.id]
        return moment.words("summary.text", plain=True, **await summary.values(moment, found, counts))

    with counted(many) as found:
        said = await many.write(text)
    assert 0 < found["rows"] < ROWS
    assert "Chưa gửi 1.004." in said
    assert "Chưa gửi: Bảo tàng" in said


async def test_what_waits_is_counted_and_its_first_shown(many: World) -> None:
    """/tinhhinh, /viec and a kind of it: a question of every branch waits, and the first five are read."""

    async def ask(session: Any) -> None:
        owner = (await session.scalars(select(Unit.committee_id).limit(1))).one()
        kept = {"committee_id": owner, "state": ItemState.OPEN, "asked_at": many.clock.now()}
        branches = await unit.branches(session, owner)
        rows = [{**kept, "kind": kind, "unit_id": each.id} for each in branches for kind in ("question", "call")]
        await session.execute(insert(Item), rows + [row for row in rows if row["kind"] == "call"])

    await many.write(ask)
    for said, expected in (
        ("/tinhhinh", "Đang chờ Văn phòng: 2.008 việc."),
        ("/viec", "1.004 câu hỏi, 1.004 "),
    ):
        with counted(many) as found:
            await many.say("D", said)
        assert 0 < found["rows"] < ROWS
        assert expected in shown_text(many.phone("D")[-1])
    with counted(many) as found:
        await many.press("D", "Câu hỏi 1004")
    assert 0 < found["rows"] < ROWS
    assert "999" in shown_text(many.phone("D")[-1])


async def test_choosing_one_branch_of_a_deadline_reads_a_page(many: World) -> None:
    """[Từng chi bộ] under /tonghop: as many buttons, as many branches."""
    await many.say("D", "/tonghop")
    for label in ("Từng chi bộ", "Trang sau"):
        with counted(many) as found:
            await many.press("D", label)
        assert 0 < found["rows"] < ROWS
    assert "Số 20" in shown_text(many.phone("D")[-1])


async def test_a_day_without_reminders_reads_nobody(many: World) -> None:
    """Who is reminded today: where no reminder is planned, no branch is read."""

    async def today(session: Any) -> Any:
        moment = await many.assistant.moment(session)
        return await preview.reminders(moment, await moment.campaign(), moment.now + timedelta(hours=12))

    with counted(many) as found:
        assert await many.write(today) == []
    assert 0 < found["rows"] < ROWS


FEW = 5
"""Branches that have something due in the days looked at; all others have sent it."""


async def _join(world: World, first: int, last: int) -> None:
    """Add branches to the register, of which all but the first FEW have sent what they owe."""

    async def fill(session: Any) -> None:
        await _registered(world, session, range(first, last))
        few = select(Unit.id).where(Unit.kind == UnitKind.BRANCH).order_by(Unit.ordinal).limit(FEW)
        sent = update(Obligation).where(Obligation.unit_id.not_in(few)).values(state=State.WAITING)
        await session.execute(sent.execution_options(synchronize_session=False))

    async def more(session: Any) -> bool:
        return (await plan.ensure(await world.assistant.moment(session))).more

    await world.write(fill)
    while await world.write(more):
        pass


async def _looks(world: World) -> list[tuple[int, int]]:
    """Return (statements, rows) of a morning's brief and of the timetable, each of which names who is due."""

    async def morning(session: Any) -> str:
        return await brief._tell(await world.assistant.moment(session))

    with counted(world) as told:
        assert await world.write(morning) == "sent"
    with counted(world) as asked:
        await world.say("D", "/lich")
    said = [shown_text(each) for each in world.phone("D")]
    assert any("chưa kết nối: Bảo tàng, Di tích, Nhà hát, Số 0, Thư viện." in each for each in said)
    return [(each["statements"], each["rows"]) for each in (told, asked)]


async def test_the_brief_and_the_timetable_follow_what_is_due(world: World) -> None:
    """As many statements and rows with two thousand branches as with two hundred, where the same five have it due."""
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.start_campaign({"due.thematic_meeting": 18, "due.quarterly_report": 20})
    world.clock.move_to(local("2024-05-30 08:05"))
    await _join(world, 0, 200)
    await _looks(world)  # what is asked once only, on the first look
    before = await _looks(world)
    await _join(world, 200, 2000)
    assert await _looks(world) == before
    assert all(0 < rows < ROWS for _, rows in before)
