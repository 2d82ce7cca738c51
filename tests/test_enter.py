"""What the office types in: how it is read, what is kept of it, how it counts."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from campaigns import folder
from handlers.rules import entry
from handlers.rules.answers import Facts
from handlers.rules.entered import Draft, Entry
from handlers.rules.figures import figures_of
from messages.types import Heard
from models import headcount
from models.audit import Audit
from models.due import Due
from models.obligation import Obligation
from models.report import Report, Revision
from models.unit import Unit
from tests.dialog import shown_text
from tests.world import CAMPAIGN, World, local

TODAY = date(2024, 5, 28)
FORM = folder.load(CAMPAIGN).form("study_report")
QUARTERLY = folder.load(CAMPAIGN).form("quarterly_report")
FACTS = Facts(today=TODAY, plan_date=date(2024, 4, 22), last_on_time=date(2024, 5, 30), members=28, exempt=2)
READ = {
    "24/26": {"attended": 24, "total": 26},
    "ngày 13/5, 24/26 đảng viên, 5 quần chúng": {"date": "2024-05-13", "attended": 24, "total": 26, "masses": 5},
    "24 đảng viên": {"attended": 24},
    "vắng 2": {"attended": 24, "total": 26},
    "đủ": {"attended": 26, "total": 26},
    "quần chúng không có, 24/26": {"attended": 24, "total": 26, "masses": 0},
    "ngày 13/5": {"date": "2024-05-13"},
    "chưa có số": {},
    "": {},
    "1" * 40: {},
}
UNCLEAR = {
    "6/7": "count_or_date",
    "35/33": "attended_over_total",
    "ngày 31/2, 24/26": "invalid_date",
    "24/26 vắng 5": "counts_do_not_add_up",
}
BLOCKED = {
    "above_summoned": {"attended": 30, "total": 26},
    "in_future": {"date": "2024-05-29"},
    "before_plan": {"date": "2024-04-01"},
    "too_large": {"masses": 100_000},
}


@pytest.mark.parametrize(("text", "values"), READ.items(), ids=lambda each: str(each)[:30])
def test_read(text: str, values: dict[str, Any]) -> None:
    """Figures are read as said; what was not said is not there, never 0."""
    found = entry.read(text, today=TODAY, register=26)
    assert (dict(found.values), found.odd) == (values, None)


@pytest.mark.parametrize(("text", "why"), UNCLEAR.items())
def test_unclear(text: str, why: str) -> None:
    """What may mean two things, or cannot be, is named."""
    found = entry.read(text, today=TODAY, register=26)
    assert found.odd is not None
    assert found.odd.name == why


@pytest.mark.parametrize(("why", "values"), BLOCKED.items())
def test_blocked(why: str, values: dict[str, Any]) -> None:
    """The checks are those of the branch's own form."""
    found = entry.blocked(FORM, entry.answers(FORM, values), FACTS)
    assert found is not None
    assert found.name == why


def test_answers_of_a_form() -> None:
    """Figures answer a form's questions by their meaning; a form without attendance does not take attendance."""
    assert entry.answers(FORM, {"attended": 24, "total": 26}) == {"held": "held", "attended": 24, "summoned": 26}
    assert entry.fits(FORM, {"attended": 24})
    assert not entry.fits(QUARTERLY, {"attended": 24})


def test_a_draft_survives_its_button() -> None:
    """What a button carries comes back as it was."""
    draft = Draft((Entry(1, {"attended": 24}), Entry(2, {})), deadline=3, how="zalo", item=4, at=1)
    assert Draft.loaded(draft.dumped()) == draft
    assert draft.without(1).units == [2]
    assert draft.corrected(Entry(2, {"masses": 1})).entries[1].values == {"masses": 1}


@pytest.fixture
async def office(world: World) -> World:
    """Return a started campaign with an office person (D) on 3 June, after the due day."""
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.start_campaign()
    await world.move_to(local("2024-06-03 09:00"))
    world.unread("D")
    return world


async def one(world: World, query: Any) -> Any:
    """Return the one row that a query finds."""

    async def read(session: Any) -> Any:
        return (await session.scalars(query)).one()

    return await world.read(read)


async def enter(world: World, text: str, *steps: str) -> str:
    """Let the office type and go on; return what it was told last."""
    for each in (text, *steps):
        await world.say("D", each)
    return shown_text(world.phone("D")[-1])


def of(code: str) -> Any:
    """Return the query of a branch's part of the study report."""
    return select(Obligation).join(Unit, Unit.id == Obligation.unit_id).where(Unit.code == code).limit(1)


@pytest.mark.parametrize(
    ("arrived", "counts"), [("30/5", "on_time"), ("31/5", "on_due_day"), ("1/6", "late"), ("hôm nay", "late")]
)
async def test_punctual_is_the_day_it_arrived(office: World, arrived: str, counts: str) -> None:
    """Typed in on 3 June, a paper of 30 May is in time: the day it reached the office counts."""
    await enter(office, "Bảo tàng: 24/26", "Đúng", "Bản giấy", arrived, *(["Đúng"] if "/" in arrived else []))
    assert (await one(office, select(Revision))).timeliness == counts
    owed = await one(office, of("BT"))
    assert owed.state == "accepted"
    assert owed.first_sent_at is not None


async def test_what_is_kept(office: World) -> None:
    """Source, who, when and the answers in the shape of the branch's own; no rung is left; the audit has ids only."""
    await enter(office, "Bảo tàng: 24/26", "Đúng", "Zalo", "Hôm nay")
    report, revision = await one(office, select(Report)), await one(office, select(Revision))
    assert (report.on_behalf, report.confirmed_at) == ("zalo", None)
    assert revision.sent_by_id == office.people["D"]
    assert revision.answers["attended"].keys() >= {"value", "by", "at", "inbox"}
    assert "masses" not in revision.answers
    owed = await one(office, of("BT"))
    waiting = select(Due.id).where(Due.obligation_id == owed.id, Due.fired_at.is_(None), Due.kind == "rung")
    assert await office.read(lambda session: session.scalar(waiting)) is None
    noted = await one(office, select(Audit).where(Audit.act == "report.entered"))
    assert "24" not in str(noted.details)


async def test_the_same_button_twice(office: World) -> None:
    """Pressing [Hôm nay] twice keeps one version and says the same."""
    await enter(office, "Bảo tàng: 24/26", "Đúng", "Zalo")
    data = office.phone("D")[-1].message.buttons[0][0].data
    told = []
    for _ in range(2):
        await office.hear("D", Heard.CHOICE, data=data)
        told.append(shown_text(office.phone("D")[-1]))
    assert told[0] == told[1]
    assert (await one(office, select(Revision))).number == 1


async def test_a_day_to_come_is_no_arrival(office: World) -> None:
    """The paper cannot have come tomorrow: asked again, nothing kept."""
    assert "chưa tới" in await enter(office, "Bảo tàng: 24/26", "Đúng", "Zalo", "ngày mai")
    assert "Đã ghi nhập thay" in await enter(office, "31/5", "Đúng")


async def test_two_duties_are_asked_about(office: World) -> None:
    """Where figures may be for two duties it is asked which, and the read-back names it."""
    await office.start_campaign({"due.thematic_meeting": 18})
    await office.move_to(local("2024-06-03 09:10"))
    assert "cho việc nào" in await enter(office, "Bảo tàng: 24/26")
    buttons = [button.label for row in office.phone("D")[-1].message.buttons for button in row]
    assert len(buttons) == 2
    await office.press("D", buttons[1])
    assert buttons[1] in shown_text(office.phone("D")[-1])


async def test_absent_are_taken_off_the_register_of_that_day(either: World) -> None:
    """Thư viện had 17 to come on 13/5 and 30 since 20/5: "vắng 2" is told of the day named; nothing is odd about it."""
    await either.join("D", "office", "VP", "Phạm Văn D")
    await either.start_campaign()
    await either.move_to(local("2024-05-28 09:00"))

    async def grow(session: Any) -> None:
        found = await session.scalar(select(Unit.id).where(Unit.code == "TV"))
        await headcount.keep(session, found, date(2024, 5, 20), (30, 0, 0, None))

    await either.write(grow)
    for words, figures in (("ngày 13/5 vắng 2", "15/17"), ("ngày 21/5 vắng 2", "28/30"), ("vắng 2", "28/30")):
        await either.say("D", f"/nhap Thư viện {words}, 5 quần chúng")
        shown = either.phone("D")[-1].message.text
        assert figures in shown, shown
        assert "Đúng" in str(either.phone("D")[-1].message.buttons)


async def test_one_figure_corrected(office: World) -> None:
    """What is corrected by itself leaves the other figures of the report that counts as they were."""
    await enter(office, "Bảo tàng: ngày 17/5, 24/26, 12 quần chúng", "Đúng", "Bản giấy", "30/5", "Đúng")
    await enter(office, "Bảo tàng: 11 quần chúng", "Đúng", "Như đã ghi, nhận ngày 30/5")

    async def sent(session: Any) -> Any:
        return (await session.scalars(select(Revision).order_by(Revision.number))).all()

    found = [figures_of(each.answers) for each in await office.read(sent)]
    day = date(2024, 5, 17)
    assert [(each.held_on, each.attended, each.summoned, each.masses) for each in found] == [
        (day, 24, 26, 12),
        (day, 24, 26, 11),
    ]
