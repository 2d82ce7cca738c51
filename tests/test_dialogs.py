"""Every dialog in tests/dialogs/ comes true."""

from pathlib import Path

import pytest

from tests import audit_watch, push_rules
from tests.dialog import Player
from tests.typed_dialog import TypedPlayer
from tests.world import World

HERE = Path(__file__).parent
DIALOGS = sorted((HERE / "dialogs").glob("**/*.txt"))
SPELLED = sorted((HERE / "dialogs_typed").glob("*.txt"))


async def comes_true(player: Player) -> None:
    """Play a dialog; hold every change to a line in the audit, and every push to what it may say."""
    watch = await audit_watch.begin(player.world)
    await player.play()
    watch.check()
    await push_rules.check(player.world)


@pytest.mark.parametrize("path", DIALOGS, ids=lambda path: path.stem)
async def test_dialog(world: World, path: Path) -> None:
    """People read what the file says, word for word; every change is in the audit, no push says too much."""
    await comes_true(Player(world, path))


@pytest.mark.parametrize("path", SPELLED, ids=lambda path: path.stem)
async def test_dialog_of_words_alone(typed_world: World, path: Path) -> None:
    """What people read and type where nothing can be pressed comes true, letter for letter."""
    await comes_true(Player(typed_world, path))


@pytest.mark.parametrize("path", DIALOGS, ids=lambda path: path.stem)
async def test_dialog_without_buttons(typed_elsewhere: World, path: Path) -> None:
    """The same comes true where people type what elsewhere they press, and nothing can be quoted or changed.

    Played on PostgreSQL, in the lanes that let several processes take turns.
    """
    await TypedPlayer(typed_elsewhere, path).play()
    await push_rules.check(typed_elsewhere)
