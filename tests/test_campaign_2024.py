"""The 2024 campaign from 13 May to 30 June on a moved clock: who was told what, and when, dated by hand from the rules.

Last on-time days: study report Thu 30/5 (plan: "trước ngày 31/5/2024", 31/5 itself in grace), thematic meeting Tue 18/6
and quarterly report Thu 20/6 (set by the office). The ladder: 10, 5, 3, 1 working days before, the day at 14:00, then
every second working day, three times. Excerpts on Mondays. Nobody works on Saturdays and Sundays; there is no holiday
between 13 May and 30 June 2024.
"""

from collections.abc import AsyncIterator, Iterable
from datetime import date, datetime, time
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from handlers.rules.workdays import Workdays
from models.account import Account
from models.deadline import Deadline
from models.excerpt import Excerpt
from models.notice import Notice, NoticeKind
from models.obligation import Obligation
from models.person import Person
from models.reminder import Reminder
from models.role import Role, RoleKind
from tests import databases, push_rules
from tests import world as worlds
from tests.world import ZONE, World, local

SHORT = {"study_report": "study", "thematic_meeting": "meeting", "quarterly_report": "report"}
OPENING, END = local("2024-05-13 07:30"), local("2024-06-30 23:00")

SECRETARY_WHO_NEVER_ANSWERS = [
    "13/05 08:00 excerpt",
    "16/05 08:15 study T-10",
    "20/05 08:00 excerpt",
    "23/05 08:15 study T-5",
    "27/05 08:00 excerpt",
    "27/05 08:15 study T-3",
    "29/05 08:15 study T-1",
    "30/05 14:00 study T0",
    "31/05 08:15 study D",
    "03/06 08:00 excerpt",
    "03/06 08:15 study +1",
    "04/06 08:15 meeting T-10",
    "05/06 08:15 study +2",
    "06/06 08:15 report T-10",
    "07/06 08:15 study +3",
    "10/06 08:00 excerpt",
    "11/06 08:15 meeting T-5",
    "13/06 08:15 meeting T-3, report T-5",
    "17/06 08:00 excerpt",
    "17/06 08:15 meeting T-1, report T-3",
    "18/06 14:00 meeting T0",
    "19/06 08:15 report T-1",
    "20/06 08:15 meeting +1",
    "20/06 14:00 report T0",
    "24/06 08:00 excerpt",
    "24/06 08:15 meeting +2, report +1",
    "26/06 08:15 meeting +3, report +2",
    "28/06 08:15 report +3",
]
"""B, secretary of Thư viện, said yes to excerpts. Nobody else answers for Thư viện."""

SECRETARY_WHO_REPORTS_ON_28_MAY = [
    "16/05 08:15 study T-10",
    # "ngày 28 chi bộ họp" on 16/5: silent until that day
    # the report comes on 28/5: the study report is never mentioned again
    "04/06 08:15 meeting T-10",
    "06/06 08:15 report T-10",
    "11/06 08:15 meeting T-5",
    "13/06 08:15 meeting T-3, report T-5",
    "17/06 08:15 meeting T-1, report T-3",
    "18/06 14:00 meeting T0",
    "19/06 08:15 report T-1",
    "20/06 08:15 meeting +1",
    "20/06 14:00 report T0",
    "24/06 08:15 meeting +2, report +1",
    "26/06 08:15 meeting +3, report +2",
    "28/06 08:15 report +3",
]
"""A, secretary of Bảo tàng, no excerpts: the same rules without the study report's second half."""

DEPUTY_FROM_T_MINUS_3 = [
    "13/06 08:15 meeting T-3",
    "17/06 08:15 meeting T-1, report T-3",
    "18/06 14:00 meeting T0",
    "19/06 08:15 report T-1",
    "20/06 08:15 meeting +1",
    "20/06 14:00 report T0",
    "24/06 08:15 meeting +2, report +1",
    "26/06 08:15 meeting +3, report +2",
    "28/06 08:15 report +3",
]
"""D, deputy of Bảo tàng: asked from three working days before, so never for the study report."""

MEMBER_WHO_SAID_YES = [
    f"{day} 08:00 excerpt" for day in ("13/05", "20/05", "27/05", "03/06", "10/06", "17/06", "24/06")
]


pytestmark = pytest.mark.asyncio(loop_scope="module")

BRIEFS_BEFORE_THE_REPORT = (
    "16/05",  # T-10 goes out at 08:15
    "23/05",  # T-5
    "27/05",  # T-3
)
BRIEFS_AFTER = (
    *("29/05", "30/05", "31/05"),  # T-1, T0, the due day in grace
    *("03/06", "04/06", "05/06", "06/06", "07/06"),  # overdue notes, the quarter's T-10
    *("10/06", "11/06", "12/06", "13/06", "14/06"),  # from here on branches are to be telephoned: every working day
    *("17/06", "18/06", "19/06", "20/06", "21/06"),
    *("24/06", "25/06", "26/06", "27/06", "28/06"),
)
OFFICE = [f"{day} 08:00 brief.morning" for day in BRIEFS_BEFORE_THE_REPORT]
OFFICE += ["28/05 16:00 gather.reports"]
OFFICE += [f"{day} 08:00 brief.morning" for day in BRIEFS_AFTER]
OFFICE.insert(OFFICE.index("24/06 08:00 brief.morning"), "24/06 08:00 excerpt.short_office")
"""The office: its brief where there is something to do, one new report gathered on the afternoon it came, and two weeks
before the excerpts run out."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def played(template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Return the world after the campaign was played to the end of June, once for all tests here."""
    folder = tmp_path_factory.mktemp("campaign")
    world = await worlds.build(folder, databases.copy_sqlite(template, folder), OPENING)
    await _play(world)
    yield world
    await world.assistant.database.close()


async def _play(world: World) -> None:
    await world.join("VP", RoleKind.OFFICE, "", "Phạm Văn D")
    await world.join("A", RoleKind.SECRETARY, "BT", "Nguyễn Văn A")
    await world.join("D", RoleKind.DEPUTY, "BT", "Nguyễn Thị G")
    await world.join("B", RoleKind.SECRETARY, "TV", "Trần Thị B", excerpts=True)
    await world.join("M", RoleKind.MEMBER, "BT", "Đinh Thị M", excerpts=True)
    await world.join("N", RoleKind.MEMBER, "TV", "Tạ Văn N")
    await world.start_campaign({"due.thematic_meeting": 18, "due.quarterly_report": 20})
    await world.write(_approve_excerpts)
    await world.move_to(local("2024-05-16 09:00"))
    await world.say("A", "ngày 28 chi bộ họp")
    await world.move_to(local("2024-05-28 15:42"))
    await _report(world)
    await world.move_to(END)


async def _approve_excerpts(session) -> None:  # type: ignore[no-untyped-def]
    office = (await session.scalars(select(Person).join(Role).where(Role.kind == RoleKind.OFFICE))).one()
    for each in await session.scalars(select(Excerpt)):
        each.checked_by_id = each.approved_by_id = office.id
        each.approved_at = OPENING


ANSWERS = (
    "ngày 28/5, 24/26 đảng viên, 05 quần chúng",
    "[Việc 1]",  # three duties are open by then: asked, never guessed
    "[Đúng]",
    "[Trực tiếp]",
    "[Bí thư chi bộ]",
    "[Đều có lý do]",
    "[Không]",
    "[Xem lại, gửi luôn]",
    "[Gửi báo cáo]",
)


async def _report(world: World) -> None:
    """A hands in the study report: figures in own words, the rest by buttons, sent without the second part."""
    for answer in ANSWERS:
        if answer.startswith("["):
            await world.press("A", answer[1:-1])
        else:
            await world.say("A", answer)


PUSHES = (NoticeKind.REMINDER, NoticeKind.EXCERPT)


async def pushes(world: World, alias: str) -> list[str]:
    """Return what an account was pushed: "day time what", reminders with their duties and rungs."""

    async def look(session) -> list[str]:  # type: ignore[no-untyped-def]
        account = (await session.scalars(select(Account).where(Account.external_id == alias))).one()
        said = select(Notice).where(Notice.account_id == account.id, Notice.kind.in_(PUSHES)).order_by(Notice.id)
        return [await _line(session, each) for each in await session.scalars(said)]

    return await world.read(look)


async def _line(session, each: Notice) -> str:  # type: ignore[no-untyped-def]
    when = f"{each.told_at.astimezone(ZONE):%d/%m %H:%M}"
    if each.kind == NoticeKind.EXCERPT:
        return f"{when} excerpt"
    rows = await session.execute(
        select(Deadline.name, Reminder.occurrence)
        .join(Obligation, Obligation.deadline_id == Deadline.id)
        .join(Reminder, Reminder.obligation_id == Obligation.id)
        .where(Reminder.notice_id == each.id)
        .order_by(Deadline.last_on_time)
    )
    return f"{when} " + ", ".join(f"{SHORT[name]} {rung}" for name, rung in rows)


async def test_everybody_is_told_exactly_this(played: World) -> None:
    """Each person's pushes are the list dated by hand, no more and no less."""
    assert await pushes(played, "B") == SECRETARY_WHO_NEVER_ANSWERS
    assert await pushes(played, "A") == SECRETARY_WHO_REPORTS_ON_28_MAY
    assert await pushes(played, "D") == DEPUTY_FROM_T_MINUS_3
    assert await pushes(played, "M") == MEMBER_WHO_SAID_YES
    assert await pushes(played, "N") == []


async def _told(world: World, *kinds: str) -> list[Notice]:
    async def look(session) -> list[Notice]:  # type: ignore[no-untyped-def]
        return list(await session.scalars(select(Notice).where(Notice.kind.in_(kinds)).order_by(Notice.id)))

    return await world.read(look)


def _local(notices: Iterable[Notice]) -> list[datetime]:
    return [each.told_at.astimezone(ZONE) for each in notices]


async def test_the_office_is_told_exactly_this(played: World) -> None:
    """The brief comes only on days with something to do, the new report is gathered, excerpts are asked for in time."""

    async def look(session) -> list[str]:  # type: ignore[no-untyped-def]
        account = (await session.scalars(select(Account).where(Account.external_id == "VP"))).one()
        said = select(Notice).where(Notice.account_id == account.id).order_by(Notice.id)
        return [f"{each.told_at.astimezone(ZONE):%d/%m %H:%M} {each.template}" for each in await session.scalars(said)]

    assert await played.read(look) == OFFICE


async def test_invariants(played: World) -> None:
    """Pushes come on working days, in the windows; one reminder a day and a second only at 14:00."""
    calendar = Workdays()
    seen: set[tuple[int | None, date, bool]] = set()
    for each, when in zip(notices := await _told(played, *PUSHES, NoticeKind.BRIEF), _local(notices), strict=True):
        assert calendar.worked(when.date()), when
        assert time(8) <= when.time() <= time(11) or time(14) <= when.time() <= time(16, 45), when
        if each.kind == NoticeKind.REMINDER:
            slot = (each.person_id, when.date(), when.time() >= time(14))
            assert slot not in seen, slot
            seen.add(slot)


async def test_nothing_after_sending(played: World) -> None:
    """Once Bảo tàng's study report is in, nobody there is reminded of it."""

    async def look(session) -> list[datetime]:  # type: ignore[no-untyped-def]
        rows = await session.execute(
            select(Notice.told_at)
            .join(Reminder, Reminder.notice_id == Notice.id)
            .join(Obligation, Obligation.id == Reminder.obligation_id)
            .where(Obligation.first_sent_at.is_not(None), Notice.told_at > Obligation.first_sent_at)
        )
        return [told_at for (told_at,) in rows]

    assert await played.read(look) == []


async def test_no_push_says_too_much(played: World) -> None:
    """No other person's name, no reason of absence, nothing of another branch; members are told no figures."""
    assert await push_rules.check(played) > 60
