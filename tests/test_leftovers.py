"""What was blanked or erased lies nowhere in the data folder, not in SQLite's log either."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest

from bot import leftovers
from bot.leftovers import Leftovers
from models.role import RoleKind
from tests.world import World

SECRET, NAME = "zqxsecret", "Zqxname"


def lies_in(folder: Path, words: str) -> set[str]:
    """Return the names of the files that hold a word."""
    return {each.name for each in folder.rglob("*") if each.is_file() and words.encode() in each.read_bytes()}


def database(world: World) -> Path:
    """Return the file of a world's database."""
    return Path(world.assistant.database.url.partition("///")[2])


async def test_nothing_of_a_secret_or_of_who_was_erased_is_left(world: World) -> None:
    """The inbox holds a message for a moment, so the log did; a minute later no file has a word of it."""
    path = database(world)
    await world.join("A", RoleKind.SECRETARY, "BT", f"Nguyễn Văn {NAME}")
    await world.say("A", f"TUYỆT MẬT\nkế hoạch {SECRET}")
    assert lies_in(path.parent, SECRET) == {f"{path.name}-wal"}
    await world.say("A", "/riengtu")
    await world.press("A", "Xóa")
    await world.press("A", "Đúng, xóa")
    await world.settle()
    assert lies_in(path.parent, NAME)
    assert leftovers.empty(path)
    assert lies_in(path.parent, SECRET) == lies_in(path.parent, NAME) == set()


async def test_who_reads_is_not_disturbed(world: World) -> None:
    """While somebody reads, as a backup does, it waits for the next look; nobody's words are lost by it."""
    path = database(world)
    await world.join("A", RoleKind.SECRETARY, "BT", f"Nguyễn Văn {NAME}")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        before = reader.execute("SELECT count(*) FROM outbox").fetchall()
        await world.say("A", "/trogiup")
        assert not await asyncio.to_thread(leftovers.empty, path)
        assert reader.execute("SELECT count(*) FROM outbox").fetchall() == before
    assert leftovers.empty(path)
    assert leftovers.empty(path)


async def test_it_looks_for_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever an attempt runs into: the next one empties the log."""
    path, tries = database(world), []
    real = leftovers.empty

    def failing_once(given: Path) -> bool:
        tries.append(given)
        if len(tries) == 1:
            raise sqlite3.OperationalError("database or disk is full")
        return real(given)

    monkeypatch.setattr(leftovers, "EVERY", 0.01)
    monkeypatch.setattr(leftovers, "empty", failing_once)
    await world.say("stranger", "chào")
    looking = asyncio.create_task(Leftovers(path).run())
    log = path.with_name(f"{path.name}-wal")
    while log.stat().st_size:
        await asyncio.sleep(0.01)
    looking.cancel()
    assert len(tries) > 1
