"""Every dialog in tests/dialogs/ comes true."""

from pathlib import Path

import pytest

from tests.dialog import Player
from tests.world import World

DIALOGS = sorted((Path(__file__).parent / "dialogs").glob("**/*.txt"))


@pytest.mark.parametrize("path", DIALOGS, ids=lambda path: path.stem)
async def test_dialog(world: World, path: Path) -> None:
    """What the file says people read is what they read, word for word."""
    await Player(world, path).play()
