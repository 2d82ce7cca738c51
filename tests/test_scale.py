"""What is due is found along indexes however much is not: the statements the program runs, as SQLite would search.

SQLite decides without looking at rows, so a small database tells. PostgreSQL reads small tables whole whatever there
is; there the bench (tests/bench/scale.py) judges plans of a province, and here it is tried that it sees a bad one.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot import tick
from models import inbox, job, outbox
from models.database import Database
from models.deadline import Deadline
from models.inbox import Inbox
from models.job import Job
from models.outbox import Outbox
from models.person import Person
from models.unit import Unit
from tests import databases
from tests import world as worlds
from tests.bench import crowd, explained, scale, table
from tests.bench.explained import Plan
from tests.bench.province import Cost, Filled, Province, province
from tests.world import World

SIZE = crowd.Size(branches=20, people=2000, sent=50, heard=50, jobs=5)
NOW = datetime.now(UTC)


async def _searches(world: World, work: Callable[[AsyncSession], Any]) -> list[str]:
    database = world.assistant.database
    with explained.traced(database) as statements:
        await database.write(work)
    return explained.searches(str(database.reader.url.database), statements)


@pytest.mark.parametrize(
    ("work", "along"),
    [
        (partial(inbox.take, bot_id=1, now=NOW), {"inbox USING INDEX ix_inbox_waiting (bot_id=?)"}),
        (
            partial(outbox.claim, bot_id=1, now=NOW, limit=32, pushes=16),
            {
                "outbox USING INDEX ix_outbox_queue (state=? AND bot_id=?)",
                "outbox USING INDEX ix_outbox_platform (account_id=? AND platform_id=?)",
            },
        ),
        (
            lambda session: outbox.finish(session, [(1, "claim", {"state": outbox.Out.SENT})]),
            {"outbox USING INTEGER PRIMARY KEY (rowid=?)"},
        ),
        (
            partial(outbox.reopen_claims, bot_id=1),
            {"outbox USING INDEX ix_outbox_queue (state=? AND bot_id=?)"},
        ),
        (
            partial(job.claim, token="new", now=NOW, until=NOW + timedelta(minutes=1)),
            {"job USING INDEX ix_job_state (state=? AND not_before<?)"},
        ),
    ],
    ids=["take", "claim", "finish", "reopen", "job"],
)
async def test_what_waits_is_found_along_its_index(
    world: World, work: Callable[[AsyncSession], Any], along: set[str]
) -> None:
    """Each of the loops' statements searches by what it asks for, and reads no big table from end to end."""
    found = await _searches(world, work)
    assert along <= {each.removeprefix("SEARCH ") for each in found}
    assert explained.scanned(found) == []


async def test_a_look_of_the_clock_searches_by_what_is_due(world: World) -> None:
    """Planning, firing and looking again at what waited: nothing is read that is neither due nor new."""
    await world.join("A", "secretary", "BT", "Nguyễn Văn A")
    await world.start_campaign()
    with explained.traced(world.assistant.database) as statements:
        await world.move_to(worlds.START + timedelta(days=7))
    found = explained.searches(str(world.assistant.database.reader.url.database), statements)
    for index in ("due USING INDEX ix_due_coming (due_at<?)", "outbox USING INDEX ix_outbox_pushes (said_at<?)"):
        assert f"SEARCH {index}" in found
    assert any(each.startswith("SEARCH obligation USING INDEX ix_obligation_unplanned") for each in found)
    assert explained.scanned(found) == []


def test_a_table_read_from_end_to_end_is_seen() -> None:
    """A big one; not one that stays small, nor an index that holds only what waits."""
    lines = ["SCAN person", "SCAN campaign", "SCAN inbox USING COVERING INDEX ix_inbox_waiting", "SEARCH due USING …"]
    assert explained.scanned(lines) == ["SCAN person"]


def _node(**facts: Any) -> dict[str, Any]:
    blocks = {"Shared Hit Blocks": 7, "Shared Read Blocks": 1}
    return {"Node Type": "Limit", "Actual Rows": 1, "Actual Loops": 1, **blocks, **facts}


def _read(how: str, rows: int, removed: int, **facts: Any) -> Plan:
    scan = {
        "Node Type": how,
        "Relation Name": "outbox",
        "Actual Rows": rows,
        "Rows Removed by Filter": removed,
        **facts,
    }
    return Plan("SELECT 1", {"Plan": _node(Plans=[_node(**scan)]), "Execution Time": 0.5})


def test_reading_beyond_what_is_due_is_seen() -> None:
    """Row after row not one more, along an index a few for each; what a filter passes over was read as well."""
    assert explained.too_much(_read("Seq Scan", 16, 0), 16) == []
    assert [str(each) for each in explained.too_much(_read("Seq Scan", 16, 984), 16)] == ["Seq Scan of outbox ×1000"]
    along = {"Index Name": "ix_outbox_queue"}
    assert explained.too_much(_read("Index Scan", 16, 200, **along), 16) == []
    assert explained.too_much(_read("Index Scan", 16, 500, **along), 16)[0].rows == 516
    assert explained.too_much(_read("Index Scan", 4, 0, **along, **{"Actual Loops": 200}), 16)[0].rows == 800


async def test_postgresql_tells_of_a_bad_plan() -> None:
    """People looked for by name are read one after the other; by their number they are not."""
    databases.needs_postgres()
    url = await databases.create_postgres()
    try:
        async with province(url, SIZE) as (there, _):
            name, one = (select(Person.id).where(each) for each in (Person.name == "Người 7", Person.id == 7))
            with explained.heard(there.database) as plans:
                await there.database.write(lambda session: session.execute(name))
                await there.database.write(lambda session: session.execute(one))
            ours = [each for each in plans if "person" in each.statement]  # beside what begins each transaction
            assert [bool(explained.too_much(each, 0)) for each in ours] == [True, False]
            assert "-> Seq Scan person" in str(ours[0])
            await _is_filled(there)
    finally:
        await databases.drop_postgres(url)


async def test_a_crowd_is_whole(tmp_path: Path) -> None:
    """Every key of the rows made in bulk leads somewhere, and the program goes on from them."""
    async with province(f"sqlite+aiosqlite:///{tmp_path / 'assistant.db'}", SIZE) as (there, _):
        check = text("PRAGMA foreign_key_check")
        assert (await there.database.read(lambda s: s.execute(check))).all() == []
        await _is_filled(there)
        costs = [await there.idle("idle"), await there.cost("take", 1, partial(inbox.take, bot_id=1, now=NOW))]
        assert [len(each.took) for each in costs] == [9, 9]
        made = table.scale([Filled("SQLite", SIZE, 1.0, 2.0, costs)], None)
        assert "### SQLite: 20 branches × 3 deadlines, 2,000 people" in made
        assert table.NO_SERVER in made


async def _is_filled(there: Province) -> None:
    """Say how many there are, and let one more deadline be planned for all of them."""
    assert await _count(there.database, Unit.kind == "branch") == SIZE.branches
    for each, number in ((Person, SIZE.people), (Outbox, SIZE.sent), (Inbox, SIZE.heard), (Job, SIZE.jobs)):
        assert await there.database.read(lambda s, t=each: s.scalar(select(func.count()).select_from(t))) == number
    await there.database.write(scale._one_more)
    await tick.look(there.assistant)
    every: Any = Deadline.__table__
    done = select(every.c.unplanned, every.c.given_to).order_by(every.c.id.desc()).limit(1)
    last = await there.database.read(lambda s: s.scalar(select(func.max(Unit.id))))
    assert (await there.database.read(lambda s: s.execute(done))).one() == (False, last)


async def _count(database: Database, which: Any) -> int:
    return await database.read(lambda s: s.scalar(select(func.count()).select_from(Unit).where(which))) or 0


def test_what_is_read_too_much_is_told() -> None:
    """The bench's last words name it, or say that nothing is; where nothing was judged they say neither."""
    good, bad = (Cost("claim", 16, [1.0], [_read("Seq Scan", rows, 0)]) for rows in (16, 17))
    assert (good.wrong(), bad.wrong()) == ([], ["claim: Seq Scan of outbox ×17"])
    found = [Filled("PostgreSQL", SIZE, 1.0, 2.0, [good, bad])]
    assert table.scale(found, []).endswith(table.BOUNDED)
    assert table.scale(found, bad.wrong()).endswith("Read beyond what is due:\n\n- claim: Seq Scan of outbox ×17")
    assert table.scale(found, None).endswith("- claim: Seq Scan of outbox ×17")


async def test_who_wrote_everything_holds_back_nobody(either: World) -> None:
    """One account's messages fill all that is looked at first, and wait: another's is taken all the same."""
    later = NOW + timedelta(hours=1)
    facts = {"bot_id": either.bot_id, "raw": {}, "spoken_at": NOW, "received_at": NOW, "attempts": 0, "outcome": ""}
    many = [{"account": "many", "not_before": later}] * (2 * inbox.WINDOW + 1)
    rows = [*many, {"account": "one", "not_before": NOW}]
    found = [{**facts, **row, "key": f"k{n}", "done_at": None} for n, row in enumerate(rows)]
    await either.write(partial(inbox.store, rows=found))
    taken, left = await either.write(partial(inbox.take, bot_id=either.bot_id, now=NOW, limit=2))
    assert [each.account for each in taken] == ["one"]
    assert left == len(many)
