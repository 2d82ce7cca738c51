"""Processes on one PostgreSQL share a data folder: one that has another says so; a lost one may be replaced."""

from pathlib import Path

import pytest

from bot import config, doctor, key, service
from models import installation
from models.installation import Installation
from tests.running import command
from tests.world import World


async def _starts(world: World, folder: Path) -> list[str]:
    """Let a process start on this folder; return what is wrong with it."""
    world.assistant.key = key.of(folder)
    await service.same_folder(world.assistant, folder)
    return world.assistant.health.wrong(world.assistant.clock.machine())


async def _examined(world: World, folder: Path) -> set[str]:
    settings = config.load(_env_file=None, data_dir=folder, database_url=world.assistant.database.url)
    found = {each.said async for each in doctor.examine(settings)}
    return found & {"folder_apart"}


async def test_another_folder_is_noticed(
    shared_world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first folder is the one; of another, or of one without its key, log, health and doctor tell; nobody stops."""
    first, second = tmp_path / "first", tmp_path / "second"
    assert await _examined(shared_world, second) == set()
    assert await _starts(shared_world, first) == []
    assert await _examined(shared_world, second) == {"folder_apart"}
    assert await _starts(shared_world, second) == ["folder"]
    assert str(second) in "".join(capsys.readouterr())
    assert await _starts(shared_world, first) == []
    assert await _examined(shared_world, first) == set()
    assert await _examined(shared_world, second) == {"folder_apart"}


async def test_a_copy_of_the_folder_with_its_key_is_the_same(shared_world: World, tmp_path: Path) -> None:
    """As a network folder is under another name on a second machine, or where it was moved."""
    await _starts(shared_world, tmp_path / "first")
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / key.NAME).write_bytes((tmp_path / "first" / key.NAME).read_bytes())
    assert await _starts(shared_world, tmp_path / "second") == []


async def test_a_folder_that_is_lost_is_replaced_by_init(shared_world: World, tmp_path: Path) -> None:
    """Once, by hand: the folder in use is the one from then on."""
    await _starts(shared_world, tmp_path / "lost")
    assert await _starts(shared_world, tmp_path / "new") == ["folder"]
    done = command(tmp_path / "new", "init", "--yes", DATABASE_URL=shared_world.assistant.database.url)
    assert done.returncode == 0, done.stderr
    assert await _starts(shared_world, tmp_path / "new") == []


async def test_one_file_has_one_process(world: World, tmp_path: Path) -> None:
    """SQLite lies in its folder: nothing is kept, so that a folder that is moved to PostgreSQL is its first."""
    assert await _starts(world, tmp_path / "any") == []
    row = await world.read(installation.current)
    assert isinstance(row, Installation)
    assert row.folder == ""
