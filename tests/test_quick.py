"""Statements of the hot path, run past SQLAlchemy on SQLite: the same rows, the same errors, the same news."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from models import quick
from models.job import Job
from tests.world import World

NINE = datetime(2024, 5, 20, 9, tzinfo=timezone(timedelta(hours=7)))
ADD = insert(Job.__table__).returning(Job.__table__.c.id)  # type: ignore[arg-type]
OF_KINDS = (
    select(Job.kind, Job.values, Job.not_before, Job.attempts)
    .where(Job.kind.in_(bindparam("kinds", expanding=True)), Job.state == "due")
    .order_by(Job.id)
)
COUNT = update(Job).where(Job.kind == bindparam("of")).values(attempts=bindparam("tries"))


def _row(world_id: int, kind: str) -> dict[str, object]:
    return {"committee_id": world_id, "kind": kind, "values": {"ố": [kind]}, "state": "due", "not_before": NINE}


async def _add(session: AsyncSession, *kinds: str, committee: int = 1) -> None:
    assert len(await quick.fetch_each(session, ADD, [_row(committee, each) for each in kinds])) == len(kinds)


async def test_what_is_written_is_read(either: World) -> None:
    """JSON, moments and columns that were left out come back as they would through the ORM; lists of any length."""

    async def work(session: AsyncSession) -> None:
        await _add(session, "a", "b", "c")
        for kinds in (["a", "c"], ["b"], [], ["c", "a", "b"]):
            found = await quick.fetch(session, OF_KINDS, {"kinds": kinds})
            assert [tuple(row) for row in found] == [
                (each, {"ố": [each]}, NINE.astimezone(UTC), 0) for each in sorted(kinds)
            ]
        [row] = await session.scalars(select(Job).where(Job.kind == "b"))
        assert (row.values, row.not_before, row.attempts, row.error) == ({"ố": ["b"]}, NINE, 0, "")

    await either.assistant.database.write(work)


async def test_it_says_how_many_it_changed(either: World) -> None:
    """What is not there any more is not counted."""

    async def work(session: AsyncSession) -> int:
        await _add(session, "a", "b")
        values = [{"of": each, "tries": 7} for each in ("a", "b", "gone")]
        return await session.run_sync(quick.changed, COUNT, values)

    assert await either.assistant.database.write(work) == 2


async def test_an_error_is_the_databases_and_names_no_value(either: World) -> None:
    """A row that a constraint refuses is refused as by SQLAlchemy, and nothing of the transaction is kept."""

    async def work(session: AsyncSession) -> None:
        await _add(session, "kept?")
        await _add(session, "thư riêng", committee=999)
        await session.flush()

    with pytest.raises(IntegrityError) as caught:
        await either.assistant.database.write(work)
    assert "thư riêng" not in str(caught.value)
    found = await either.assistant.database.write(lambda s: quick.fetch(s, OF_KINDS, {"kinds": ["kept?"]}))
    assert not found


async def test_who_watches_is_told_by_name(either: World) -> None:
    """A write that names its topic rings after the commit; an unnamed one does not."""
    rung: list[str] = []
    either.assistant.database.watch("news", lambda: rung.append("news"))

    async def named(session: AsyncSession) -> None:
        await _add(session, "a")
        quick.tell(session.sync_session, "news", "nobody's")

    await either.assistant.database.write(lambda session: _add(session, "b"))
    await either.assistant.database.write(named)
    await asyncio.sleep(0)
    assert rung == ["news"]


@pytest.mark.parametrize(("known", "given"), [(0, 0), (1, 1), (2, 2), (3, 4), (5, 8), (33, 64)])
def test_lists_have_few_lengths(known: int, given: int) -> None:
    """What is looked for is the same; a statement's text is one of a few."""
    values = list(range(known))
    padded = quick.padded(values)
    assert (len(padded), set(padded)) == (given, set(values))
