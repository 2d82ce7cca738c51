"""How punctual branches were and which reminder brought a report: counted anew from the raw rows; lists by page."""

from collections import Counter

from sqlalchemy import func, select

from handlers.office import trend
from models.deadline import Deadline
from models.obligation import REPORTED, Obligation
from models.reminder import Reminder
from models.unit import Unit, UnitKind
from tests import standing_world as org
from tests.world import World, local

BRANCHES = 70


async def test_a_long_list_is_paged_and_no_branch_is_left_out(world: World) -> None:
    """Seventy branches of which nothing is in: three pages by name, each once; nothing is asked per branch."""
    await world.join("D", "office", "", "Phạm Văn D")
    await world.start_campaign()

    async def fill(session):
        like = (await session.scalars(select(Unit).where(Unit.kind == UnitKind.BRANCH).limit(1))).one()
        for n in range(BRANCHES - 4):
            about = {"committee_id": like.committee_id, "kind": UnitKind.BRANCH, "short_names": []}
            session.add(Unit(**about, code=f"N{n}", name=f"Mẫu {n:02d}", ordinal=10 + n))

    await world.write(fill)
    await world.move_to(local("2024-05-28 09:00"))
    await world.say("D", "/tonghop")
    await world.press("D", f"Chưa gửi theo tên {BRANCHES}")
    pages = [world.phone("D")[-1].message.text]
    for _ in range(2):
        await world.press("D", "Trang sau")
        pages.append(world.phone("D")[-1].message.text)
    listed = [line for page in pages for line in page.split("\n") if line[:2].isdigit()]
    assert len(listed) == len({line.partition(". ")[2] for line in listed}) == BRANCHES
    assert listed[-1].startswith("70. ")


async def test_each_report_counts_for_the_last_reminder_before_it(world: World) -> None:
    """Counted again in Python from reminders and obligations: the same."""
    await world.join("D", "office", "", "Phạm Văn D")
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.start_campaign()
    await world.move_to(local("2024-05-27 09:00"))

    async def sent(session):
        owed = await org.obligation_of(session, "BT")
        owed.state, owed.first_sent_at = "accepted", world.clock.now()
        silent = await org.obligation_of(session, "TV")
        silent.state, silent.first_sent_at = "waiting", world.clock.now()

    await world.write(sent)

    async def look(session):
        deadline = (await session.scalars(select(Deadline).where(Deadline.name == "study_report"))).one()
        owed = (await session.scalars(select(Obligation).where(Obligation.state.in_(REPORTED)))).all()
        found = Counter()
        for each in owed:
            last = select(Reminder.occurrence).where(Reminder.obligation_id == each.id).order_by(Reminder.id.desc())
            found[(await session.scalars(last.limit(1))).first() or ""] += 1
        every = await session.scalar(select(func.count()).select_from(Obligation))
        moment = await world.assistant.moment(session)
        return found, await trend.stored.brought(session, deadline.id), every, await trend._kept(moment)

    found, counted, every, kept = await world.read(look)
    assert found == counted == Counter({"T-3": 1, "": 1})
    assert [(each.on_time, each.late, each.missing, each.open) for each in kept] == [(2, 0, 0, every - 2)]
