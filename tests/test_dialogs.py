"""Every dialog in tests/dialogs/ comes true."""

from pathlib import Path

import pytest

from tests import audit_watch, push_rules
from tests.dialog import Player
from tests.world import World

DIALOGS = sorted((Path(__file__).parent / "dialogs").glob("**/*.txt"))


@pytest.mark.parametrize("path", DIALOGS, ids=lambda path: path.stem)
async def test_dialog(world: World, path: Path) -> None:
    """People read what the file says, word for word; every change is in the audit, no push says too much."""
    watch = await audit_watch.begin(world)
    await Player(world, path).play()
    watch.check()
    await push_rules.check(world)
