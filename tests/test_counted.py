"""What the database counts and picks for the office's looks, alike on SQLite and PostgreSQL."""

from dataclasses import astuple
from datetime import date
from typing import Any

from sqlalchemy import select

from handlers.office import standing
from handlers.rules.timeliness import Timeliness
from models import calendar, counted
from models.calendar import Calendar
from models.conference import Conference, ConferenceState
from models.counted import Added, Attended
from models.deadline import Deadline
from models.form import Form
from models.obligation import Obligation, State
from models.report import Report, Revision
from models.unit import Unit
from tests import standing_world
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


SENDINGS: dict[str, tuple[dict[str, Any], str, date | None]] = {
    "BT": ({"summoned": 26, "attended": 24, "masses": 5}, "05-30 23:59", None),
    "TV": ({"summoned": 17, "attended": 15, "makeup": "all", "masses": 0}, "05-31 09:00", None),
    "NH": ({"summoned": 35, "attended": 30, "makeup": "part", "makeup_count": 9}, "06-02 09:00", None),
    "DT": ({"summoned": 15, "attended": 12, "makeup": "part", "makeup_count": 2}, "06-04 23:59", date(2024, 6, 4)),
    "TT": ({"summoned": 20, "attended": 20, "makeup": "none"}, "06-06 00:00", date(2024, 6, 5)),
    "DL": ({"summoned": {"number": 5}, "attended": 3, "masses": 4}, "05-20 08:00", date(2024, 5, 28)),
    "NT": ({"masses": 7}, "06-12 08:00", None),
}
"""{branch: its answers, when they came, until when it had time}."""


async def test_what_is_counted_is_what_the_branches_add_up_to(either: World) -> None:
    """A report at each edge of the days that decide: counted in the database as from branch to branch."""
    world = either
    await standing_world.twelve_branches(world)
    await world.start_campaign()
    await world.move_to(local("2024-06-03 10:00"))

    async def look(session: Any) -> None:
        study = await _study(session)
        study.closes_on = date(2024, 6, 10)
        for code, (given, at, extended_to) in SENDINGS.items():
            kept = {name: {"value": value} for name, value in given.items()}
            made = await standing_world.report(session, code, kept, local(f"2024-{at}"))
            made.on_behalf = "paper" if code in ("BT", "TV") else ""
            made.confirmed_at = world.clock.now() if code == "TV" else None
            (await standing_world.obligation_of(session, code)).extended_to = extended_to
        (await standing_world.obligation_of(session, "QL")).extended_to = date(2024, 6, 7)
        await session.flush()
        moment = await world.assistant.moment(session)
        now, came = await standing.load(moment, study), await standing.came(moment, study)
        punctual, added = now.punctual, await counted.attended(session, study.id)
        assert [came.on_time, came.on_due_day, came.late] == [punctual[each] for each in Timeliness] == [3, 1, 3]
        assert (came.after_closing, came.unconfirmed) == (len(now.after_closing), 1) == (1, 1)
        assert added == Attended(*astuple(now.attendance)) == Attended(5, 113, 110, 16)
        assert await standing.extended_to(moment, study) == [date(2024, 6, 7)]
        assert await counted.connected(session, study.committee_id, study.id) == now.connected == 12

    await world.write(look)
