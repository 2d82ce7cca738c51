"""What the database counts and picks for the office's looks, alike on SQLite and PostgreSQL."""

from datetime import date
from typing import Any

from sqlalchemy import select

from models import calendar, counted
from models.calendar import Calendar
from models.conference import Conference, ConferenceState
from models.counted import Added
from models.deadline import Deadline
from models.form import Form
from models.obligation import Obligation, State
from models.report import Report, Revision
from models.unit import Unit
from tests.world import World, local

GIVEN: dict[str, list[dict[str, Any]]] = {
    "BT": [{"deeds": 3, "plain": 1}, {"deeds": {"number": 5, "ahead": True}, "plain": 2, "words": "nhiều"}],
    "TV": [{"deeds": 4, "plain": None}],
    "NH": [{"deeds": {"number": 7}, "plain": 0, "words": "5 việc"}],
}
"""{branch: the values of its sendings, the newest last}."""


async def _world(world: World) -> World:
    await world.join("D", "office", "VP", "Phạm Văn D")
    await world.start_campaign()
    await world.move_to(local("2024-05-28 09:00"))
    return world


async def _study(session: Any) -> Deadline:
    found: Deadline = (await session.scalars(select(Deadline).where(Deadline.name == "study_report"))).one()
    return found


async def test_numbers_in_answers_add_up(either: World) -> None:
    """Plain ones and ones reckoned ahead, of the newest sending alone; 0 is a number; null, words, silence are none."""
    world = await _world(either)

    async def fill(session: Any) -> None:
        form = (await session.scalars(select(Form).where(Form.name == "study_report"))).first()
        found = await session.execute(
            select(Unit.code, Obligation)
            .join(Obligation, Obligation.unit_id == Unit.id)
            .where(Obligation.deadline_id == (await _study(session)).id, Unit.code.in_(GIVEN))
        )
        for code, owed in found.all():
            made = Report(obligation_id=owed.id, form_id=form.id, answers={}, reopened=[])
            session.add(made)
            await session.flush()
            for n, values in enumerate(GIVEN[code], 1):
                kept = {name: {"value": value} for name, value in values.items()}
                now = world.clock.now()
                session.add(Revision(report_id=made.id, number=n, answers=kept, flags=[], sent_at=now, timeliness=""))
            owed.state = State.WAITING

    await world.write(fill)

    async def look(session: Any) -> dict[str, Added]:
        return await counted.added(session, (await _study(session)).id, ["deeds", "plain", "words", "nowhere"])

    assert await world.read(look) == {"deeds": Added(16, 3), "plain": Added(2, 2)}


async def test_lists_of_conferences(either: World) -> None:
    """Each branch is in the list of its session, or in that of those who told nothing; pages follow one another."""
    world = await _world(either)
    days = {
        "BT": (ConferenceState.ANNOUNCED, 30),
        "TV": (ConferenceState.ANNOUNCED, 20),
        "NH": (ConferenceState.SAID, 29),
    }

    async def look(session: Any) -> Any:
        study = await _study(session)
        units = {each.code: each for each in await session.scalars(select(Unit))}
        for code, (state, day) in days.items():
            facts = {"committee_id": study.committee_id, "campaign_id": study.campaign_id, "form": "in_person"}
            on_day = date(2024, 5, day)
            now = world.clock.now()
            session.add(Conference(**facts, unit_id=units[code].id, state=state, on_day=on_day, recorded_at=now))
        await session.flush()
        of = Calendar(study.committee_id, study.campaign_id, [study.id], date(2024, 5, 28))
        kinds = {kind: await calendar.listed(session, of, kind, 0, 9) for kind in calendar.KINDS}
        codes = {each.id: code for code, each in units.items()}
        named = {
            kind: [*(codes[each.unit_id] for each in held), *(each.code for each in silent)]
            for kind, (held, silent) in kinds.items()
        }
        second = (await calendar.listed(session, of, calendar.NONE, 1, 1))[1]
        said = await calendar.said(session, of, [units["NH"].id, units["DT"].id])
        numbers = await calendar.counts(session, of)
        return (
            named,
            numbers,
            [each.code for each in second],
            await calendar.mentioned(session, of),
            list(said.values()),
        )

    named, numbers, second, mentioned, said = await world.write(look)
    assert named == {"coming": ["BT"], "past": ["TV"], "held": [], "leaders": [], "none": ["NH", "DT"]}
    assert numbers == {kind: len(codes) for kind, codes in named.items()}
    assert (second, mentioned, said) == (["DT"], 1, [date(2024, 5, 29)])
